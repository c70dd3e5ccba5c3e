/*
 * utf8.h - is a text valid UTF-8
 *
 * Layer 0.  Used by: conf, facts.
 */
#ifndef LIB_BASE_UTF8_H
#define LIB_BASE_UTF8_H

#include <stddef.h>

/*
 * Bytes of the valid UTF-8 character at p, of which n bytes may be read; 0 if
 * there is none: overlong, a surrogate, above U+10FFFF, cut off.
 * Source  RFC 3629 section 4
 */
size_t utf8_length(const char *p, size_t n);

#endif
