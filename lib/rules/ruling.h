/*
 * ruling.h - the state of one decision while its rules are tried
 *
 * Private to lib/rules.  Layer 2.
 */
#ifndef LIB_RULES_RULING_H
#define LIB_RULES_RULING_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/decision.h"
#include "lib/rules/booking.h"

enum step {
	STEP_NEXT,
	STEP_SETTLED
};

struct ruling {
	const struct question *q;
	struct decision *d;
	struct trace *trace;
	/* The component that speaks for the object. */
	const struct component *lead;
	/* Beside the components: 1 if a newer version of that date is known. */
	const char *stale;
	/* Beside the components: 1 if the message brought it. */
	const char *news;
	/* Of the object, in lower case: one spelling for the store. */
	const char *organizer;
	/* A refusal of the reader. */
	const struct problem *problem;
	/* Why an answer might go to the wrong one; NULL: it does not. */
	const char *unproven;
	/* What is known of this uid and this organizer. */
	const struct record *record;
	size_t nrecord;
	const struct busy *own;
	size_t nown;
	/* Records of single dates that a new master leaves as they are. */
	const struct record **survivor;
	size_t nsurvivor;
	/* Some record is RECORD_BOOKED. */
	int booked;
	/* The latest DTSTAMP of an answer so far, 0 if none. */
	int64_t answered;
	/* UTC; starts from here on are not booked. */
	int64_t horizon;
	/* Instances that are asked for, and their times beside them. */
	const struct instance **wanted;
	struct span *want;
	size_t nwant;
	/* Instances past the horizon, and such that take no time. */
	size_t beyond;
	size_t transparent;
};

/* Look at the question once: lead component, own records, wanted instances. */
void ruling_open(struct ruling *r, TALLOC_CTX *ctx, const struct question *q);

/* Add a line to the trace; the texts must outlive the decision. */
void ruling_trace(
    struct ruling *r, const char *rule, const char *result, const char *detail);

#endif
