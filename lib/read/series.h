/*
 * series.h - a series on its way: its starts, and what changes them
 *
 * starts.c fills in what the master says, series.c puts the overrides in their
 * places.  Keys are the numbers of times_key().
 * Layer 2, private to lib/read.
 */
#ifndef LIB_READ_SERIES_H
#define LIB_READ_SERIES_H

#include "lib/read/event.h"

/* No zone is further from UTC than this, and DST moves no clock further. */
#define SERIES_MARGIN (2 * SECONDS_PER_DAY)

/* One start of the master. */
struct start {
	int64_t key;
	const struct dated *period; /* RDATE with an end of its own, or NULL */
};

/* An override of this date and all that follow, RANGE=THISANDFUTURE. */
struct range {
	size_t component;
	int64_t key;        /* its RECURRENCE-ID */
	int64_t shift;      /* from there to its DTSTART, wall clock seconds */
	struct when start;  /* in the form of what follows */
	struct draft draft; /* with the clock of what follows */
};

struct series {
	const struct context *context;
	struct object *object;
	struct draft *draft;
	size_t ndraft;
	const struct draft *master; /* NULL: overrides only */
	int64_t from;               /* keys that can matter */
	int64_t to;
	struct start *start; /* ascending */
	size_t nstart;
	size_t room;
	struct range *range; /* ascending */
	size_t nrange;
	int64_t early;  /* how far a range moves a date back, seconds */
	int64_t *taken; /* keys that have an override, sorted */
	size_t ntaken;
	int cut;         /* something may follow that is not in instance[] */
	int past;        /* something before the window was left out */
	int64_t covered; /* if cut */
};

/* The starts of the master from s->from to s->to, sorted, EXDATEs taken out. */
void starts_fill(struct series *s);

/* Does the master produce a start with that key?  Only asked in the window. */
int starts_has(const struct series *s, int64_t key);

/* For qsort(): ascending numbers. */
int keys_compare(const void *a, const void *b);

/* Is the key in a sorted list? */
int keys_have(const int64_t *list, size_t n, int64_t key);

#endif
