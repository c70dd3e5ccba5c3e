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

/* The DTSTAMP of an answer made now: later than any before it. */
int64_t change_stamp(const struct ruling *r);

/* Book what is wanted in place of what was. */
void change_accept(struct ruling *r);

/* Remember the version; what was booked before stays booked. */
void change_decline(struct ruling *r);

/* Release, and remember it so that a late REQUEST does not revive. */
void change_cancel(struct ruling *r);

/* Count a repeated answer. */
void change_repeat(struct ruling *r, const struct record *known);

#endif
