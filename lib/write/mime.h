/*
 * mime.h - header fields and transfer encodings of a mail that we write
 *
 * Whatever goes in, what comes out is ASCII lines ended by CR LF.
 * Pure.  Private to lib/write.
 * Layer 2.  Source: RFC 5322 section 2.2, RFC 2045 section 6, RFC 2047
 */
#ifndef LIB_WRITE_MIME_H
#define LIB_WRITE_MIME_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

/* Any text as one line: control bytes and runs of white space become one
 * blank, what is longer than max bytes ends in "...".  UTF-8 stays whole, what
 * is none is dropped. */
char *mime_one_line(TALLOC_CTX *ctx, const char *text, size_t max);

/*
 * Append the field "NAME: text", folded before column 78, in encoded words
 * where the text is not ASCII or could be taken for one.
 */
void mime_field(char **out, const char *name, const char *text);

/* Append "NAME: words", folded between words, which are ASCII and clean. */
void mime_words(char **out, const char *name, const char *words);

/* Append "NAME: display name <address>"; the address alone if name is "". */
void mime_mailbox(
    char **out, const char *name, const char *display, const char *address);

/* "Sat, 21 Nov 2026 01:18:19 +0000"; size at least 40.  Returns buf. */
const char *mime_date(char *buf, size_t size, int64_t utc);

/* Append n bytes as base64, lines of 76. */
void mime_base64(char **out, const char *p, size_t n);

/* Append text ('\n' or CR LF line ends) as quoted-printable lines. */
void mime_quoted_printable(char **out, const char *text);

/*
 * Append the headers Content-Type: type; charset=..., the transfer encoding
 * that fits (7bit or quoted-printable), an empty line, and the text.
 */
void mime_text_part(char **out, const char *type, const char *text);

#endif
