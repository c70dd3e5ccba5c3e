/*
 * person.h - a person's calendar: what a message means for it, and when its
 * owner is busy
 *
 * iTIP says what is held (scheduling.h); this says what of it takes the owner's
 * time.  Nothing is answered for a person: invitations are theirs to answer.
 * Pure.  Layer 2.
 */
#ifndef LIB_RULES_PERSON_H
#define LIB_RULES_PERSON_H

#include <stdint.h>
#include <talloc.h>

#include "lib/facts/decision.h"
#include "lib/facts/holding.h"
#include "lib/rules/scheduling.h"

/* What a person's decision depends on. */
struct personal {
	const struct occasion *occasion;
	const struct scheduling *scheduling; /* what iTIP made of it */
	const char *recipient;               /* envelope recipient */
	/* The texts of the next holding's live parts read again, localized: its
	 * instances from the calendar's past to its horizon; NULL if nothing
	 * changed or nothing can be read. */
	const struct object *expanded;
	/* Rows of the object, any organizer; those that ended before `from`, where
	 * `expanded` begins, stay as they are. */
	const struct busy *own;
	size_t nown;
	int64_t from;
	int64_t horizon; /* UTC; rows are exact for starts before it */
};

/*
 * The decision: VERDICT_KEEP if the state changed, VERDICT_REPEAT, VERDICT_IGNORE
 * for a refusal, with iTIP's word as code; its change replaces all rows and
 * records of the object.
 * Owner  as booking_decide()
 */
struct decision *person_decide(TALLOC_CTX *ctx, const struct personal *p);

/*
 * Fill d->change: all rows and records of the holding, in place of those there
 * are.  Of *p the holding, what is expanded, the horizon, the calendar and the
 * object's digest count.
 */
void person_fill(const struct personal *p, struct decision *d);

/*
 * Does this part take the owner's time?  The owner's own meetings do, and those
 * that the owner answered so; what an organizer writes of the owner is no answer.
 * What is cancelled or no event does not.  (What is transparent takes none either:
 * that is looked at date by date.)  Returns the PARTSTAT for the row, NULL if not.
 */
const char *person_busy_status(const struct holding *holding,
    const struct part *part, const struct calendar *calendar);

#endif
