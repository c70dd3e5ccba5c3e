/*
 * ifb.h - busy periods as a VFREEBUSY file
 *
 * Pure.  METHOD:PUBLISH, explicit FBTYPE, merged, UTC, CR LF, folded.
 * Layer 2.  Source: RFC 5545 section 3.6.4, RFC 5546 section 3.3.1
 */
#ifndef LIB_WRITE_IFB_H
#define LIB_WRITE_IFB_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/calendar.h"
#include "lib/facts/decision.h"

/*
 * Render the file of a calendar.
 *
 * from, to  the window that is known, UTC; outside is unknown, not free
 * changed   DTSTAMP: when the bookings last changed, so that an unchanged
 *           calendar renders to the same bytes
 * Returns   the text, a talloc string of ctx; its length is talloc-size - 1
 */
char *ifb_render(TALLOC_CTX *ctx, const struct calendar *calendar,
    const struct span *span, size_t n, int64_t from, int64_t to,
    int64_t changed);

#endif
