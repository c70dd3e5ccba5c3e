/*
 * version.h - what --version says, and where private programs are installed
 *
 * Layer 0.
 */
#ifndef LIB_BASE_VERSION_H
#define LIB_BASE_VERSION_H

#define IMIPD_VERSION "0.1.0"

#ifndef IMIPD_LIBEXEC
#define IMIPD_LIBEXEC / usr / local / libexec / imipd
#endif
#define IMIPD_QUOTE_(x)   #x
#define IMIPD_QUOTE(x)    IMIPD_QUOTE_(x)
#define IMIPD_LIBEXEC_DIR IMIPD_QUOTE(IMIPD_LIBEXEC)

#endif
