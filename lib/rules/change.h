/*
 * change.h - what a decision does to the state
 *
 * Private to lib/rules.  Layer 2.  Source: RFC 5546 sections 3.2.2, 3.2.5
 */
#ifndef LIB_RULES_CHANGE_H
#define LIB_RULES_CHANGE_H

#include "lib/rules/ruling.h"

/* INSTANCE_MASTER, or the original start of the override. */
int64_t change_instance(const struct component *component);

/* What is known of exactly this instance, or NULL. */
const struct record *change_known(const struct ruling *r, int64_t instance);

/* Does it speak of its date and all that follow (RANGE=THISANDFUTURE)? */
int change_is_range(const struct record *record);

/*
 * Does what is known of a date stay beside this master?  It does if it is newer
 * (SEQUENCE, then DTSTAMP), or if the master keeps the SEQUENCE of the one
 * before (NULL: none) and still has the date: that is no rescheduling (RFC 5546
 * section 2.1.4).
 */
int change_outlives(const struct record *date, const struct component *master,
    const struct record *before, int has_date);

/*
 * Is something newer known of this changed date, or of a range that it is in?
 * record  of this organizer only
 * master  of the same message, or NULL: only ranges that outlive it count
 */
int change_is_stale(const struct object *object, const struct component *c,
    const struct component *master, const struct record *record, size_t n);

/*
 * Find the dates that a new master leaves alone: those of which something newer
 * is known (SEQUENCE, then DTSTAMP), and, if the master keeps its SEQUENCE and
 * still has the date, all that were changed before.
 */
void change_survivors(struct ruling *r);

/* Is any date booked that the cancellation speaks of? */
int change_has_booked(const struct ruling *r);

/* Book what is wanted in place of what was. */
void change_accept(struct ruling *r);

/* Remember the version; what was booked before stays booked. */
void change_decline(struct ruling *r);

/* Release, and remember it so that a late REQUEST does not revive. */
void change_cancel(struct ruling *r);

/* Count a repeated answer. */
void change_repeat(struct ruling *r, const struct record *known);

#endif
