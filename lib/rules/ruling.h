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
	const struct component *lead; /* that speaks for the object */
	const char *organizer; /* in lower case: one spelling for the store */
	const struct problem *problem; /* a refusal of the reader */
	const char *unproven; /* why an answer might go to the wrong one */
	const struct record *record; /* of this uid and this organizer */
	size_t nrecord;
	int booked;      /* some record is RECORD_BOOKED */
	int64_t horizon; /* UTC; starts from here on are not booked */
	const struct instance **wanted; /* instances that are asked for */
	struct span *want;              /* their times, beside them */
	size_t nwant;
	size_t beyond;   /* instances past the horizon */
	int transparent; /* takes no time */
};

/* Look at the question once: lead component, own records, wanted instances. */
void ruling_open(struct ruling *r, TALLOC_CTX *ctx, const struct question *q);

/* Add a line to the trace; the texts must outlive the decision. */
void ruling_trace(
    struct ruling *r, const char *rule, const char *result, const char *detail);

#endif
