/*
 * rezone_job.h - one calendar being looked at for new zone data
 *
 * Private to lib/engine.  Layer 4.
 */
#ifndef LIB_ENGINE_REZONE_JOB_H
#define LIB_ENGINE_REZONE_JOB_H

#include "lib/engine/rezone.h"

/* More than any clock was ever moved by. */
#define REZONE_MARGIN (2 * SECONDS_PER_DAY)

/* One row of the calendar, and what becomes of it. */
struct rezone_move {
	struct rezone_date date;
	int fixed; /* out of scope: over, or just beside it */
};

/* One object of the calendar: rows of one uid and organizer. */
struct rezone_booking {
	struct rezone_move *move; /* by instance */
	size_t n;
	TALLOC_CTX *ctx;       /* of what follows; freed if nothing changes */
	struct record *record; /* of this uid, any organizer */
	size_t nrecord;
	struct object *object; /* as read now; NULL if it cannot be */
	char *used;            /* beside object->instance */
};

struct rezone_job {
	const struct engine *engine;
	TALLOC_CTX *ctx;
	const struct calendar *calendar;
	int64_t from;
	int64_t now;
	struct rezone_move *move; /* by uid, organizer, instance */
	size_t nmove;
	struct rezone_booking *booking;
	size_t nbooking;
};

/* Does a record belong to the object? */
int rezone_is_of(const struct rezone_booking *b, const struct record *record);

/* Is anything of the object written anew? */
int rezone_is_changed(const struct rezone_booking *b);

/*
 * The instance that a stored original start means: the nearest one that is not
 * used; -1 if there is none.  exact: it must be the very one.
 */
long rezone_find(const struct rezone_booking *b, int64_t id, int exact);

/* Take out all that changes, then put it back as it is now. */
enum res rezone_write(const struct rezone_job *j, struct why *why) MUSTUSE;

#endif
