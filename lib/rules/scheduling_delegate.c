/*
 * scheduling_delegate.c - a REQUEST that an attendee passes on
 *
 * Source: RFC 5546 section 3.2.2.3.  The delegator forwards the organizer's
 * REQUEST, with DELEGATED-FROM at the delegate.  It is his word that he does not
 * come, not the organizer's word on anything else: what is held stays as it is.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

/* The attendee who sent the mail and us in his place, or NULL. */
static const struct person *
delegator_of(const struct turn *t, const struct component *c)
{
	const struct person *me = itip_attendee(c, t->occasion->calendar);
	size_t i;

	for (i = 0; me != NULL && i < c->nattendee; i++) {
		const struct person *p = &c->attendee[i];

		if (list_has(me->delegated_from, p->address) &&
		    list_has(p->delegated_to, me->address) &&
		    turn_is_from(t, p->address, p->sent_by))
			return p;
	}
	return NULL;
}

/* Is the chain of hands in the component all right? */
static int
chain_is_good(
    struct turn *t, const struct component *c, const struct person *delegator)
{
	struct part p = part_from(t, c);
	struct participant *from = participant_find(&p, delegator->address);

	return delegation_is_good(&p, from, t->occasion->calendar->address);
}

/* Keep the links of a delegation in a part that is held. */
static int
link_part(struct turn *t, struct part *p, const struct component *c,
    const struct person *delegator)
{
	struct participant *from = participant_find(p, delegator->address);
	struct participant *own = participant_own(p, t->occasion->calendar);
	const struct person *me = itip_attendee(c, t->occasion->calendar);

	if (from == NULL ||
	    (own != NULL && list_has(own->delegated_from, from->address)))
		return 0;
	participants_copy(t, p, 0);
	delegation_record(
	    t, p, from->address, c, own != NULL ? own->address : me->address);
	participant_find(p, delegator->address)->partstat = "DELEGATED";
	t->changed = 1;
	return 1;
}

/* Keep one component of the forwarded REQUEST. */
static enum itip_code
keep(struct turn *t, const struct component *c, const struct person *delegator)
{
	struct when date = turn_date(t, c);
	struct part *held = part_find(t->next, &date);
	struct part p;

	if (held != NULL && held->state == PART_LIVE)
		return link_part(t, held, c, delegator) ? ITIP_DELEGATED
		       : part_order(held, c->sequence, c->dtstamp) == 0
		           ? ITIP_REPEATED
		           : ITIP_NOT_ORGANIZER;
	if (held != NULL && held->state == PART_CANCELLED &&
	    part_order(held, c->sequence, c->dtstamp) <= 0)
		return ITIP_STALE;
	p = part_from(t, c);
	if (held != NULL)
		*held = p;
	else
		(void)part_insert(t, &p);
	t->changed = 1;
	t->result->asks = 1;
	return ITIP_DELEGATED;
}

enum itip_code
scheduling_delegated(struct turn *t)
{
	enum itip_code code = ITIP_NOT_ORGANIZER, one;
	size_t i;

	for (i = 0; i < t->object->ncomponent; i++) {
		const struct component *c = &t->object->component[i];
		const struct person *from = delegator_of(t, c);

		if (from == NULL || component_is_cancelled(c))
			one = ITIP_NOT_ORGANIZER;
		else if (!chain_is_good(t, c, from))
			one = ITIP_BAD_DELEGATION;
		else
			one = keep(t, c, from);
		if (i == 0 || one < code)
			code = one;
	}
	if (code != ITIP_NOT_ORGANIZER)
		t->result->detail = "";
	turn_tell_own(t);
	return code;
}

enum itip_code
scheduling_forwarded(struct turn *t)
{
	const struct calendar *calendar = t->occasion->calendar;
	const struct person *me = itip_attendee(t->first, calendar);
	struct when date = turn_date(t, t->first);
	struct part *p = part_find(t->next, &date);
	struct participant *own;

	if (me == NULL || me->delegated_to[0] == '\0')
		return ITIP_NOT_ORGANIZER;
	if (p == NULL || p->state != PART_LIVE)
		return ITIP_UNKNOWN_OBJECT;
	own = participant_own(p, calendar);
	if (own == NULL || !delegation_is_good(p, own, me->delegated_to))
		return ITIP_BAD_DELEGATION;
	if (strcmp(own->delegated_to, me->delegated_to) == 0 &&
	    strcmp(own->partstat, "DELEGATED") == 0) {
		turn_tell_own(t);
		return ITIP_REPEATED;
	}
	participants_copy(t, p, 0);
	own = participant_own(p, calendar);
	answer_record(own, t->first, me);
	own->partstat = "DELEGATED";
	delegation_record(t, p, own->address, t->first, me->delegated_to);
	t->changed = 1;
	turn_tell_own(t);
	return ITIP_DELEGATED;
}
