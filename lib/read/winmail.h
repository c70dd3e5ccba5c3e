/*
 * winmail.h - find winmail.dat in a mail, for a reader of its own
 *
 * lib/read itself only says that there is one (problem "tnef").
 * Layer 2.  Uses: GMime.  Used by: imip-tnef.
 */
#ifndef LIB_READ_WINMAIL_H
#define LIB_READ_WINMAIL_H

#include <stddef.h>
#include <talloc.h>

/* What stands behind this many bytes of it is not decoded: attachments. */
#define WINMAIL_BYTES_MAX (8L * 1024 * 1024)

struct winmail {
	const char *p; /* decoded; NULL if there is none that can be */
	size_t n;
	size_t parts;    /* how many there are; the first one is decoded */
	const char **to; /* addresses */
	size_t nto;
	const char **cc;
	size_t ncc;
};

/*
 * Look through a mail, which read_message() found to be within the limits:
 * call it first.
 */
void winmail_find(
    TALLOC_CTX *ctx, const char *p, size_t n, struct winmail *winmail);

#endif
