/*
 * booking.h - may a room be had at these times?
 *
 * Pure.  Layer 2.
 */
#ifndef LIB_RULES_BOOKING_H
#define LIB_RULES_BOOKING_H

#include <stdint.h>
#include <talloc.h>

#include "lib/facts/decision.h"
#include "lib/rules/identity.h"

/* All that a decision depends on. */
struct question {
	const struct mail *mail;
	const char *envelope_sender; /* "" for the null sender */
	const char *recipient;       /* envelope recipient */
	/* How sure it is who sent it; NULL: not at all. */
	const struct identity *identity;
	const struct calendar *calendar;
	const struct notice *notice;
	const struct object *object; /* localized to the calendar's zone */
	/* Beside its components: 1 if the message brought it, 0 if it is held
	 * already and only completes the object; NULL: all are new. */
	const char *news;
	/* The series as held before, or NULL if nobody needed to know. */
	const struct object *held;
	/* Changes a date that the series as held does not have. */
	int unknown_date;
	/* What to remember of a range if the date that carried it gets a record
	 * of its own: the same from its next date on; NULL: nothing. */
	const struct record *carried;
	size_t index;                /* of object in notice */
	const struct record *record; /* all of this uid and calendar */
	size_t nrecord;
	const struct busy
	    *busy; /* rows of the calendar that overlap an instance
	                            asked for, any order, own uid included */
	size_t nbusy;
	/* All rows of this uid in this calendar, any organizer. */
	const struct busy *own;
	size_t nown;
	/* The organizer is a room or resource here: they invite nobody. */
	int organizer_is_ours;
	/* Requests of this organizer that this calendar accepted within the hour
	 * before now, letters to them, and how many of those may be (0: any). */
	int64_t accepted_lately;
	int64_t letters_lately;
	int64_t letters_max;
	int64_t now; /* UTC; the arrival of the message */
};

/*
 * Decide about one object in one calendar.
 * Owner  the decision and what it newly points to belong to ctx; facts,
 *        settings and records are borrowed
 */
struct decision *booking_decide(TALLOC_CTX *ctx, const struct question *q);

/*
 * The spans whose busy rows booking_decide() must see: the instances of the
 * object that it may book, sorted, merged.
 */
void booking_spans(TALLOC_CTX *ctx, const struct object *object,
    const struct calendar *calendar, int64_t now, struct span **span,
    size_t *n);

/* Half-open: do [a.start, a.end) and [b.start, b.end) share a second? */
int busy_overlaps(
    int64_t a_start, int64_t a_end, int64_t b_start, int64_t b_end);

#endif
