/*
 * tnef.h - a meeting in winmail.dat as the iCalendar object it would have been
 *
 * Code of our own, bounded and strict, see README.md for why no library reads
 * the stream.  What is made is read by lib/read like any calendar part, so no
 * limit and no check of it is missed.  Pure: no I/O but the system's character
 * converters, no clock.
 * Layer 2.  Uses: base, facts.  Used by: imip-tnef.
 */
#ifndef LIB_TNEF_TNEF_H
#define LIB_TNEF_TNEF_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/facts.h"

/* What the mail around the stream says; all may be missing. */
struct tnef_mail {
	const char *subject; /* or "" */
	const char *from;    /* address or NULL */
	const char *const *to;
	size_t nto;
	const char *const *cc;
	size_t ncc;
	int64_t date; /* UTC, 0 if unknown */
};

struct tnef_reading {
	const char *ical;  /* one VCALENDAR, or NULL: problem says why */
	const char *class; /* of the message, printable; "" if unknown */
	int has_start;     /* the event starts at an exact instant: */
	int64_t start;     /* UTC */
	struct problem problem;
};

/*
 * Read one stream.  Never fails: a damaged one is a problem of the message.
 *
 * own_zone  1: the rules in the stream count, whatever the zone is called;
 *           for senders whose rules are not those that the world has by now
 * Source    [MS-OXTNEF], [MS-OXOCAL], [MS-OXCICAL]
 */
void tnef_read(TALLOC_CTX *ctx, const char *p, size_t n,
    const struct tnef_mail *mail, int own_zone, struct tnef_reading *reading);

#endif
