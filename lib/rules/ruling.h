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

/* Settle the matter; a line of the trace says the verdict and the reason. */
enum step ruling_settle(struct ruling *r, const char *rule,
    enum verdict verdict, const char *code, const char *reason);

/* Settle as a refusal that is answered; status is a REQUEST-STATUS. */
enum step ruling_decline(struct ruling *r, const char *rule, const char *code,
    const char *status, const char *reason);

/* Let the next step look; a line of the trace says what this one saw. */
enum step ruling_pass(struct ruling *r, const char *rule, const char *detail);

/* Is it a REQUEST? */
int ruling_is_request(const struct ruling *r);

/* --- booking_who.c --------------------------------------------------------- */

/* Who speaks: the organizer, or somebody without a say? */
enum step step_identity(struct ruling *r);

/* Is it sure enough that From is who sent it? */
enum step step_authentication(struct ruling *r);

/* Did the calendar hand it on, or does a chain of hands come back to it? */
enum step step_delegated(struct ruling *r);

#endif
