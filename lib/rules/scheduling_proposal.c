/*
 * scheduling_proposal.c - COUNTER, DECLINECOUNTER, REFRESH
 *
 * Source: RFC 5546 sections 3.2.6 to 3.2.8, 3.4.6 to 3.4.8
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

static const struct when master_date = {.kind = WHEN_NONE, .zone = ""};

/* Refuse somebody who was not invited, and show him. */
static enum itip_code
refuse_crasher(struct turn *t, const struct person *person)
{
	struct participant *who = mem_new(t->ctx, struct participant);

	*who = participant_from(person);
	t->result->who = who;
	turn_detail(t, "%s", person->address);
	return ITIP_PARTY_CRASHER;
}

/* --- COUNTER -------------------------------------------------------------------- */

/* The proposal of the address, or NULL. */
static struct proposal *
proposal_find(const struct part *p, const char *address)
{
	size_t i;

	for (i = 0; i < p->nproposal; i++)
		if (itip_same_address(p->proposal[i].address, address))
			return &p->proposal[i];
	return NULL;
}

/* A proposal as the component describes it. */
static struct proposal
proposal_from(const struct component *c, const char *address)
{
	struct proposal p = {.address = address};

	p.sequence = c->sequence;
	p.dtstamp = c->dtstamp;
	p.start = c->start;
	p.end = c->end;
	p.summary = c->summary;
	p.location = c->location;
	p.comment = c->comment;
	return p;
}

/* Is it the same proposal? */
static int
proposal_is_same(const struct proposal *a, const struct proposal *b)
{
	return a->sequence == b->sequence && a->dtstamp == b->dtstamp &&
	       a->start.utc == b->start.utc && a->end.utc == b->end.utc &&
	       strcmp(a->summary, b->summary) == 0 &&
	       strcmp(a->location, b->location) == 0 &&
	       strcmp(a->comment, b->comment) == 0;
}

/* Put it in the place of the one before, or behind the others. */
static void
proposal_put(struct turn *t, struct part *p, const struct proposal *proposal)
{
	struct proposal *all =
	    mem_array(t->ctx, struct proposal, p->nproposal + 1);
	struct proposal *old;

	if (p->nproposal > 0)
		memcpy(all, p->proposal, p->nproposal * sizeof(*all));
	p->proposal = all;
	old = proposal_find(p, proposal->address);
	if (old == NULL)
		old = &all[p->nproposal++];
	*old = *proposal;
}

/*
 * Apply one component.  Its PARTSTAT is about what is proposed, not an answer to
 * what the organizer said.
 */
static enum itip_code
propose(struct turn *t, const struct component *c)
{
	struct target target;
	struct proposal proposal;
	const struct proposal *old;
	enum itip_code code;
	struct part *p;

	if (!target_find(t, c, &target, &code))
		return code;
	if (target_participant(t, &target, target.part) == NULL)
		return refuse_crasher(t, target.person);
	proposal = proposal_from(
	    c, target_participant(t, &target, target.part)->address);
	old = target.own ? proposal_find(target.part, proposal.address) : NULL;
	t->who = proposal.address;
	t->who_date = target.part->recurrence_id;
	if (old != NULL && proposal_is_same(old, &proposal))
		return ITIP_REPEATED;
	if (c->sequence < target.part->rescheduled ||
	    (old != NULL && c->dtstamp < old->dtstamp)) {
		turn_detail(
		    t, "a proposal to sequence %lld", (long long)c->sequence);
		return ITIP_STALE;
	}
	p = target_part(t, &target);
	t->who_date = p->recurrence_id;
	proposal_put(t, p, &proposal);
	return ITIP_PROPOSED;
}

enum itip_code
scheduling_counter(struct turn *t)
{
	enum itip_code code = ITIP_UNKNOWN_OBJECT, one;
	size_t i;

	if (t->held == NULL)
		return t->other != NULL ? ITIP_ORGANIZER_CHANGED : code;
	for (i = 0; i < t->object->ncomponent; i++) {
		one = propose(t, &t->object->component[i]);
		if (i == 0 || one < code)
			code = one;
	}
	return code;
}

/* --- DECLINECOUNTER ---------------------------------------------------------------- */

/* Is a proposal of this address refused? */
static int
is_refused(const struct turn *t, const struct component *c, const char *address)
{
	size_t i;

	if (t->role == ROLE_ATTENDEE)
		return itip_is_calendar(address, t->occasion->calendar);
	for (i = 0; i < c->nattendee; i++)
		if (itip_same_address(c->attendee[i].address, address))
			return 1;
	return c->nattendee == 0;
}

/* Take the refused proposals out of a part; how many were there. */
static int
refuse(struct turn *t, const struct component *c, struct part *p)
{
	struct proposal *left =
	    mem_array(t->ctx, struct proposal, p->nproposal);
	size_t i, n = 0;
	int gone;

	for (i = 0; i < p->nproposal; i++)
		if (!is_refused(t, c, p->proposal[i].address))
			left[n++] = p->proposal[i];
	gone = n < p->nproposal;
	p->proposal = left;
	p->nproposal = n;
	t->changed |= gone;
	return gone;
}

enum itip_code
scheduling_counter_declined(struct turn *t)
{
	int gone = 0;
	size_t i;

	if (!turn_organizer_speaks(t))
		return ITIP_NOT_ORGANIZER;
	if (t->held == NULL)
		return t->other != NULL ? ITIP_ORGANIZER_CHANGED
		                        : ITIP_UNKNOWN_OBJECT;
	for (i = 0; i < t->object->ncomponent; i++) {
		const struct component *c = &t->object->component[i];
		struct when date = turn_date(t, c);
		struct part *p = part_find(t->next, &date);

		gone |= p != NULL && refuse(t, c, p);
	}
	turn_tell_own(t);
	return gone ? ITIP_PROPOSAL_REFUSED : ITIP_NO_PROPOSAL;
}

/* --- REFRESH ------------------------------------------------------------------------ */

/* Tell the asker which dates of the series are gone. */
static void
follow_cancelled(struct turn *t, const char *asker)
{
	const struct holding *h = t->was;
	struct when *dates = mem_array(t->ctx, struct when, h->npart);
	size_t i, n = 0;

	for (i = 0; i < h->npart; i++)
		if (h->part[i].state == PART_CANCELLED)
			dates[n++] = h->part[i].recurrence_id;
	if (n > 0)
		turn_follow(
		    t, "CANCEL", asker, dates, n, "a REFRESH was asked for");
}

enum itip_code
scheduling_refresh(struct turn *t)
{
	struct target target;
	const char *asker;
	enum itip_code code;
	int whole;

	if (t->held == NULL)
		return t->other != NULL ? ITIP_ORGANIZER_CHANGED
		                        : ITIP_UNKNOWN_OBJECT;
	if (!target_find(t, t->first, &target, &code))
		return code;
	if (target_participant(t, &target, target.part) == NULL)
		return refuse_crasher(t, target.person);
	asker = target.person->address;
	t->who = asker;
	t->who_date = target.part->recurrence_id;
	whole = target.date.kind == WHEN_NONE;
	turn_follow(t, "REQUEST", asker, &target.date, !whole && target.own,
	    "a REFRESH was asked for");
	if (whole)
		follow_cancelled(t, asker);
	return ITIP_REFRESHED;
}

enum itip_code
scheduling_refresh_sent(struct turn *t)
{
	struct part p = part_tombstone(t->first, &master_date);

	if (t->held != NULL)
		return ITIP_ASKED_BACK;
	p.state = PART_ASKED;
	p.range = "";
	p.status = "";
	(void)part_insert(t, &p);
	return ITIP_ASKED_BACK;
}
