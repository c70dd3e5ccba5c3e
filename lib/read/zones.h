/*
 * zones.h - a TZID, with or without its VTIMEZONE, to a clock
 *
 * Layer 2, private to lib/read.  Source: RFC 5545 section 3.6.5
 */
#ifndef LIB_READ_ZONES_H
#define LIB_READ_ZONES_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/civil.h"
#include "lib/base/zone.h"
#include "lib/read/lines.h"

/* A moment at which the offset changes. */
struct onset {
	int64_t at; /* UTC seconds */
	int before; /* seconds east */
	int after;
};

/* How a TZID tells the time; one of zone and onset is used. */
struct clock {
	const char *tzid; /* as written */
	const char *name; /* IANA name, or the TZID if there is none */
	const struct zone *zone;
	const struct onset *onset; /* of its own VTIMEZONE, ascending */
	size_t nonset;
	int only; /* offset if there is no onset */
	const struct block *block;
	const char *remark; /* "" or why the VTIMEZONE was not believed */
};

int64_t clock_to_utc(const struct clock *clock, const struct civil *wall);
struct civil clock_to_wall(const struct clock *clock, int64_t utc);

/* The zones of one calendar. */
struct zones;

/*
 * from, to  the span that events of the calendar are in, UTC seconds: a
 *           VTIMEZONE is an IANA zone if the two agree from one to the other
 * horizon   instants up to here will be asked for
 */
struct zones *zones_new(TALLOC_CTX *ctx, const struct block *root, int64_t from,
    int64_t to, int64_t horizon);

/* The clock of a TZID; NULL with the fault set if there is none. */
const struct clock *zones_find(
    struct zones *zones, const char *tzid, struct fault *fault);

/* Those that were found so far, in order; *n of them. */
const struct clock *const *zones_used(const struct zones *zones, size_t *n);

/*
 * The IANA zone of a name alone: IANA name or alias, with a vendor's prefix,
 * Windows name, display name.  NULL if it says nothing.
 * *sure is 0 if the name is only a hint that a VTIMEZONE may overrule.
 */
const struct zone *zones_by_name(const char *tzid, int *sure);

/* The IANA name of a Windows name, any case; NULL if there is none. */
const char *windows_zone(const char *name);

/* Row i of that table, NULL behind the last. */
const char *windows_row(size_t i, const char **name);

/*
 * The IANA name of zone i that people elsewhere call by this Windows name, NULL
 * behind the last; digits and the like behind the name are passed over.
 */
const char *windows_rival(const char *name, size_t i);

/* A row of the table that conf/renew-windowszones writes. */
struct windows_zone {
	const char *name;
	const char *zone;
};
extern const struct windows_zone windows_table[];
extern const size_t windows_count;

/* --- vzone.c ------------------------------------------------------------- */

/*
 * Work out the onsets of a VTIMEZONE from `from` to `to`.  Nothing but these two
 * and the lines of the block decide what comes out.
 * Returns 0 with the fault set: "bad-zone"
 */
int vzone_read(TALLOC_CTX *ctx, const struct block *block, int64_t from,
    int64_t to, struct clock *clock, struct fault *fault);

/* Do the onsets show the time of a zone from `from` until `to`? */
int vzone_equals(const struct clock *clock, const struct zone *zone,
    int64_t from, int64_t to);

/* --- vcache.c ------------------------------------------------------------ */

/*
 * The same as vzone_read() for all decades that [from, to) has a part of, from
 * memory if a VTIMEZONE of exactly these lines was worked out for these before.
 * What comes out is the same either way.
 */
int vcache_read(TALLOC_CTX *ctx, const struct block *block, int64_t from,
    int64_t to, struct clock *clock, struct fault *fault);

/* How often vcache_read() had to work onsets out, since the process began. */
unsigned long vcache_misses(void);

/* Forget all, as if the process had just begun (but for the count). */
void vcache_forget(void);

#endif
