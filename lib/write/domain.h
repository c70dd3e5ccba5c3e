/*
 * domain.h - the domain of an address as DNS knows it
 *
 * The one module that knows libidn2.  Pure.  Private to lib/write.
 * Layer 2.  Source: RFC 5890, RFC 5891; RFC 6531 section 3.2
 */
#ifndef LIB_WRITE_DOMAIN_H
#define LIB_WRITE_DOMAIN_H

#include <talloc.h>

/*
 * The address with A-labels ("xn--bcher-kva.example") where its domain is not
 * ASCII, so that any relay takes it and it can stand in a header.  One whose
 * local part is not ASCII needs SMTPUTF8 in any case and stays as it is, and so
 * does one whose domain is no domain name.  Owner: a string of ctx
 */
char *domain_ascii(TALLOC_CTX *ctx, const char *address);

#endif
