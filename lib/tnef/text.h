/*
 * text.h - UTF-16 and code pages to UTF-8
 *
 * Layer 2, private to lib/tnef.
 */
#ifndef LIB_TNEF_TEXT_H
#define LIB_TNEF_TEXT_H

#include <talloc.h>

#include "lib/tnef/cursor.h"

/* Most bytes of a text that are looked at; the rest is dropped. */
#define TEXT_BYTES 4096

/* UTF-16, little-endian, to its first NUL; half a surrogate becomes U+FFFD. */
char *text_wide(TALLOC_CTX *ctx, struct span bytes);

/*
 * Bytes of a Windows code page, to their first NUL.  Where the page is unknown
 * or the bytes are not in it: ASCII, the rest as '?'.
 */
char *text_narrow(TALLOC_CTX *ctx, struct span bytes, unsigned codepage);

#endif
