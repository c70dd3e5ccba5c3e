/*
 * bytes.h - raw bytes to clean UTF-8
 *
 * Nothing leaves lib/read that has not been through one of these.
 * Layer 2, private to lib/read.  Source: RFC 3629, RFC 5545 3.3.11, RFC 6868
 */
#ifndef LIB_READ_BYTES_H
#define LIB_READ_BYTES_H

#include <stddef.h>
#include <talloc.h>

/* Length of the valid UTF-8 sequence at p, 0 if there is none; n > 0. */
size_t bytes_step(const char *p, size_t n);

/* Is it UTF-8 throughout (any control bytes allowed)? */
int bytes_are_utf8(const char *p, size_t n);

/* Does it begin with the byte order mark of UTF-16? */
int bytes_are_utf16(const char *p, size_t n);

/* Is the charset some spelling of UTF-7? */
int bytes_are_utf7(const char *charset);

/* A copy with control bytes as blanks and invalid bytes as '?'. */
char *bytes_clean(TALLOC_CTX *ctx, const char *p, size_t n);

/* bytes_clean() of a string, without blanks at both ends; NULL gives "". */
char *bytes_trim(TALLOC_CTX *ctx, const char *s);

/* Trimmed, ASCII letters in upper or lower case. */
char *bytes_upper(TALLOC_CTX *ctx, const char *s);
char *bytes_lower(TALLOC_CTX *ctx, const char *s);

/*
 * Convert from a named charset; NULL if it is unknown, UTF-7, or the bytes are
 * not in it.  *got is the length; a NUL follows it.
 */
char *bytes_convert(
    TALLOC_CTX *ctx, const char *p, size_t n, const char *charset, size_t *got);

/* Open the converters of the charsets that mail uses, for ever. */
void bytes_init(void);

/* Value of type TEXT: \, \; \\ decoded, \n as a blank, disguises dropped. */
char *bytes_unescape(TALLOC_CTX *ctx, const char *s);

/* Parameter value: ^^ ^' decoded, ^n as a blank. */
char *bytes_uncaret(TALLOC_CTX *ctx, const char *s);

#endif
