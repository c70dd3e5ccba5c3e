/*
 * rezone.h - bookings follow new zone data
 *
 * A booking was asked for as a wall clock in a zone.  What is stored beside it
 * is UTC, by the zone data of that day; governments change zones.  From the
 * kept texts the times are worked out again by the zone data of now.
 * Nothing is cancelled: what clashes, or is gone, stays as it was booked and is
 * reported, for a person to settle.
 * Layer 4.  Uses: reader, store, rules.
 */
#ifndef LIB_ENGINE_REZONE_H
#define LIB_ENGINE_REZONE_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/engine/engine.h"

enum rezone_result {
	REZONE_SAME,      /* as it is booked; never reported */
	REZONE_MOVED,     /* booked at its new time */
	REZONE_CLASH,     /* its new time is taken: stays at the old one */
	REZONE_GONE,      /* its series has no such date any more: stays */
	REZONE_UNREADABLE /* the kept text cannot be read: all of it stays */
};

/* One date that is not as it is booked; of REZONE_UNREADABLE the first one. */
struct rezone_date {
	enum rezone_result result;
	struct busy before; /* as it was booked */
	struct busy after;  /* as it should be; before, if that is not known */
	const char *clash;  /* uid of what is in the way, "" */
};

struct rezone {
	struct rezone_date *date; /* by object, then original start */
	size_t n;
	size_t moved;
	size_t open;   /* the others */
	size_t looked; /* dates looked at */
};

/*
 * Look at all bookings of a calendar that end after `from`.
 *
 * record   1: inside a transaction; what moves is written, a decision under the
 *          id "rezone" for each object, now as its time.  0: only looked
 * Returns  RES_TEMP  the store or the reader failed: roll back
 * Owner    *out belongs to ctx
 */
enum res engine_rezone(const struct engine *engine, TALLOC_CTX *ctx,
    const struct calendar *calendar, int64_t from, int64_t now, int record,
    struct rezone **out, struct why *why) MUSTUSE;

/* "moved", "clash", "gone", "unreadable" */
const char *rezone_result_name(enum rezone_result result);

#endif
