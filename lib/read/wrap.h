/*
 * wrap.h - what somebody signed, taken out of its wrapper
 *
 * Nothing is verified and no key is needed: who said something is judged
 * elsewhere, here it is only read.
 * Source: RFC 5652 (CMS), RFC 4880 section 7 (cleartext signatures).
 * Layer 2, private to lib/read.
 */
#ifndef LIB_READ_WRAP_H
#define LIB_READ_WRAP_H

#include <stddef.h>
#include <talloc.h>

enum wrap {
	WRAP_NONE,      /* it is no wrapper, or there is nothing in it */
	WRAP_SIGNED,    /* the content is there */
	WRAP_ENCRYPTED, /* only its reader has the key */
	WRAP_BROKEN     /* a wrapper that cannot be taken apart */
};

/*
 * The content of application/pkcs7-mime: what was signed, a MIME part.  *content
 * has *got bytes and a NUL behind them.
 */
enum wrap wrap_cms(
    TALLOC_CTX *ctx, const char *p, size_t n, char **content, size_t *got);

/* The same of a text that PGP signed or encrypted inline. */
enum wrap wrap_pgp(
    TALLOC_CTX *ctx, const char *p, size_t n, char **content, size_t *got);

#endif
