/*
 * event.h - one VEVENT block to a component, with what only lib/read needs
 *
 * Layer 2, private to lib/read.
 */
#ifndef LIB_READ_EVENT_H
#define LIB_READ_EVENT_H

#include "lib/facts/facts.h"
#include "lib/read/internal.h"
#include "lib/read/recur.h"
#include "lib/read/when.h"
#include "lib/read/zones.h"

/* A value of RDATE or EXDATE. */
struct dated {
	struct when when;
	const struct clock *clock;
	int has_end; /* PERIOD: until `end`, on the same clock */
	struct when end;
};

struct dates {
	struct dated *date;
	size_t n;
};

/* A component on its way. */
struct draft {
	const struct block *block;
	struct component *component;
	int bad_start; /* there is a DTSTART, and its fault is reported */
	const struct clock *start_clock; /* NULL unless WHEN_ZONED, or was */
	const struct clock *end_clock;
	const struct clock *rid_clock;
	struct rule *rule; /* RRULE */
	size_t nrule;
	struct rule *exrule; /* EXRULE: what it gives is taken out */
	size_t nexrule;
	int nominal; /* the length was given as DURATION */
	struct duration duration;
	struct dates rdate;
	struct dates exdate;
};

/* What the components of one object have in common while they are read. */
struct context {
	struct reading *reading;
	struct zones *zones;
	const char *method;
	long object; /* its index, for problems */
};

/* Fill *draft->component from draft->block; problems go to the notice. */
void event_read(const struct context *context, struct draft *draft);

/* Add what matters to a booking to an FNV-1a 64 hash. */
uint64_t event_digest(uint64_t hash, const struct draft *draft);

/* --- details.c ----------------------------------------------------------- */

/* What answers, tasks and free/busy say beyond the times; problems reported. */
void details_fill(const struct context *context, struct draft *draft);

/* --- rules.c ------------------------------------------------------------- */

/* RRULE and EXRULE, with UNTIL on the clock of DTSTART; problems reported. */
void rules_fill(const struct context *context, struct draft *draft);

/* --- times.c ------------------------------------------------------------- */

/* Read one value of a date property; 0 with the fault set. */
int times_read(const struct context *context, const struct property *property,
    const char *value, size_t n, struct dated *dated, struct fault *fault);

/* DTSTART, DTEND or DURATION, RECURRENCE-ID of a draft; problems reported. */
void times_fill(const struct context *context, struct draft *draft);

/* All values of all properties of that name; problems reported. */
void times_list(const struct context *context, const struct draft *draft,
    const char *name, struct dates *dates);

/* A number that orders times of one kind: UTC, or seconds of the wall clock. */
int64_t times_key(const struct when *when);

/* A time on the same clock and of the same kind at another wall clock... */
struct when times_at(
    const struct when *like, const struct clock *clock, int64_t wall);

/* ... or at another key. */
struct when times_from(
    const struct when *like, const struct clock *clock, int64_t key);

/* The wall clock that a time shows where the master is, in seconds. */
int64_t times_wall(const struct draft *master, const struct dated *dated);

/* The end of something that starts then and lasts as long as the draft. */
struct when times_end(const struct draft *draft, const struct when *start);

/*
 * A RECURRENCE-ID, EXDATE or RDATE in the form of the master's DTSTART, so that
 * keys can be compared.  A date for a timed master gets its time of day.
 */
struct when times_align(const struct draft *master, const struct dated *dated);

/* --- series.c ------------------------------------------------------------ */

/* drafts (master first) to object->instance[], complete and covered. */
void series_expand(const struct context *context, struct object *object,
    struct draft *draft, size_t n);

#endif
