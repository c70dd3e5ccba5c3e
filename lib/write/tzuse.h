/*
 * tzuse.h - the time zones that an answer uses, and their VTIMEZONEs
 *
 * An answer speaks in IANA names, made from our own zone data.  A TZID in a
 * RECURRENCE-ID must stay as it came, so that one keeps its name; and a zone
 * that only its sender knows is copied, line by line.
 * Pure.  Private to lib/write.
 * Layer 2.  Source: RFC 5545 section 3.6.5
 */
#ifndef LIB_WRITE_TZUSE_H
#define LIB_WRITE_TZUSE_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/zone.h"
#include "lib/facts/facts.h"

struct tzuse;

/*
 * What is used is looked up among n VTIMEZONEs of the sender, which are
 * borrowed; unknown names mean `local`.
 */
struct tzuse *tzuse_new(TALLOC_CTX *ctx, const struct timezone *timezone,
    size_t n, const struct zone *local);

/* Can a VTIMEZONE be had for this TZID, of our own data or the sender's? */
int tzuse_is_known(const struct tzuse *zones, const char *tzid);

/* Keep the spelling of this TZID; call for RECURRENCE-IDs, before any use. */
void tzuse_keep(struct tzuse *zones, const char *tzid);

/*
 * Use the zone of a TZID: the name to write, or NULL if no VTIMEZONE can be
 * had for it and the time has to be written as UTC.
 */
const char *tzuse_name(struct tzuse *zones, const char *tzid);

/* Append a VTIMEZONE for each zone that is used, right from `from` to `to`. */
void tzuse_write(
    const struct tzuse *zones, char **out, int64_t from, int64_t to);

#endif
