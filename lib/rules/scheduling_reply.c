/*
 * scheduling_reply.c - REPLY: what a participant says
 *
 * Source: RFC 5546 sections 2.1.5, 3.2.3, 3.4.3.  Each component of the message
 * is an answer of its own; one that cannot count does not hinder the others.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

/* Does the participant already say exactly this? */
static int
says_the_same(const struct participant *p, const struct component *c,
    const struct person *person)
{
	return strcmp(p->partstat, person->partstat) == 0 &&
	       strcmp(p->comment, c->comment) == 0 &&
	       strcmp(p->request_status, c->request_status) == 0 &&
	       strcmp(p->delegated_to, person->delegated_to) == 0 &&
	       p->percent == c->percent && p->sequence == c->sequence;
}

/* Is the answer news?  ITIP_ANSWERED, ITIP_REPEATED or ITIP_STALE. */
static enum itip_code
check_version(
    struct turn *t, const struct target *target, const struct participant *p)
{
	const struct component *c = target->component;

	if (c->sequence < target->part->rescheduled) {
		turn_detail(t, "answers sequence %lld, rescheduled with %lld",
		    (long long)c->sequence,
		    (long long)target->part->rescheduled);
		return ITIP_STALE;
	}
	/* A date without a part of its own has no answer of its own. */
	if (!target->own || p->sequence < 0)
		return ITIP_ANSWERED;
	if (c->dtstamp == p->dtstamp && says_the_same(p, c, target->person))
		return ITIP_REPEATED;
	if (c->dtstamp < p->dtstamp ||
	    (c->dtstamp == p->dtstamp && c->sequence < p->sequence)) {
		turn_detail(t, "%s answered later than this", p->address);
		return ITIP_STALE;
	}
	return ITIP_ANSWERED;
}

/* The participant that answers: invited, or sent by one who is. */
static struct participant
answerer(const struct turn *t, const struct target *target, int *known)
{
	const struct participant *p =
	    target_participant(t, target, target->part);

	*known = p != NULL || delegation_is_known(target->part, target->person);
	return p != NULL ? *p : participant_from(target->person);
}

/* May it count?  ITIP_ANSWERED, or why not. */
static enum itip_code
check(struct turn *t, const struct target *target)
{
	const struct person *person = target->person;
	int known;
	struct participant p = answerer(t, target, &known);
	enum itip_code code;
	struct participant *who;

	if (!known) {
		who = mem_new(t->ctx, struct participant);
		*who = p;
		t->result->who = who;
		turn_detail(t, "%s", person->address);
		return ITIP_PARTY_CRASHER;
	}
	if (!partstat_is_known(t->first->kind, person->partstat)) {
		turn_detail(t, "%s", person->partstat);
		return ITIP_BAD_PARTSTAT;
	}
	code = check_version(t, target, &p);
	if (code == ITIP_ANSWERED &&
	    strcmp(person->partstat, "DELEGATED") == 0 &&
	    !delegation_is_good(target->part, &p, person->delegated_to)) {
		turn_detail(t, "%s to %s", person->address,
		    person->delegated_to[0] == '\0' ? "nobody"
						    : person->delegated_to);
		return ITIP_BAD_DELEGATION;
	}
	return code;
}

/* A task that one alone has to do is as far as he is. */
static void
follow_task(const struct turn *t, struct part *p, const struct component *c)
{
	size_t i, n = 0;

	if (strcmp(t->first->kind, "VTODO") != 0)
		return;
	for (i = 0; i < p->nparticipant; i++)
		n += !itip_same_address(
		    p->participant[i].address, t->next->organizer);
	if (n != 1)
		return;
	if (c->percent >= 0)
		p->percent = c->percent;
	p->completed = c->completed;
}

/* Write the answer into a part. */
static void
record(struct turn *t, struct part *p, const struct target *target)
{
	const struct component *c = target->component;
	const struct person *person = target->person;
	struct participant *who;
	struct participant fresh;
	const char *address;
	const char *to = "";

	participants_copy(t, p, 0);
	who = target_participant(t, target, p);
	if (who == NULL) {
		fresh = participant_from(person);
		who = participant_add(t, p, &fresh);
	}
	address = who->address;
	t->who = address;
	answer_record(who, c, person);
	if (strcmp(person->partstat, "DELEGATED") == 0)
		to = person->delegated_to;
	if (to[0] != '\0' || who->delegated_to[0] != '\0')
		delegation_record(t, p, address, c, to);
	follow_task(t, p, c);
}

/*
 * Is it settled without an answer?  What the owner sent out says what they know
 * of their guests; what an organizer writes of the owner is no answer.
 */
static int
is_settled(const struct turn *t, const struct participant *who)
{
	return t->role == ROLE_ORGANIZER &&
	       strcmp(who->partstat, "NEEDS-ACTION") != 0;
}

/*
 * An answer to all is one to the changed dates too that had none yet and were
 * known to him who answers; one with THISANDFUTURE to all later ones.
 */
static void
record_others(struct turn *t, const struct target *target)
{
	const struct component *c = target->component;
	int all = target->date.kind == WHEN_NONE;
	size_t i;

	for (i = 0; (all || c->range[0] != '\0') && i < t->next->npart; i++) {
		struct part *p = &t->next->part[i];
		const struct participant *who =
		    target_participant(t, target, p);

		if (p->state != PART_LIVE || who == NULL ||
		    p->recurrence_id.kind == WHEN_NONE ||
		    c->sequence < p->rescheduled)
			continue;
		if (all ? who->sequence >= 0 || c->dtstamp < p->dtstamp ||
			      is_settled(t, who)
			: p->recurrence_id.utc <= target->date.utc ||
			      c->dtstamp < who->dtstamp)
			continue;
		record(t, p, target);
	}
}

/* Apply one component. */
static enum itip_code
answer(struct turn *t, const struct component *c)
{
	struct target target;
	struct part *p;
	enum itip_code code;

	if (!target_find(t, c, &target, &code))
		return code;
	code = check(t, &target);
	if (code != ITIP_PARTY_CRASHER) {
		t->who = target.person->address;
		t->who_date = target.own || code == ITIP_ANSWERED
		                  ? target.date
		                  : target.part->recurrence_id;
	}
	if (code != ITIP_ANSWERED)
		return code;
	p = target_part(t, &target);
	t->who_date = p->recurrence_id;
	record(t, p, &target);
	target.date = t->who_date;
	record_others(t, &target);
	return strcmp(target.person->partstat, "DELEGATED") == 0
	           ? ITIP_DELEGATED
	           : ITIP_ANSWERED;
}

/* Nothing is held: of another organizer, or not at all? */
static enum itip_code
refuse_unknown(struct turn *t)
{
	if (t->other == NULL)
		return ITIP_UNKNOWN_OBJECT;
	turn_detail(t, "organizer %s, known is %s", t->first->organizer.address,
	    t->other->organizer);
	return ITIP_ORGANIZER_CHANGED;
}

enum itip_code
scheduling_reply(struct turn *t)
{
	enum itip_code code = ITIP_UNKNOWN_OBJECT, one;
	size_t i;

	if (t->held == NULL)
		return refuse_unknown(t);
	for (i = 0; i < t->object->ncomponent; i++) {
		one = answer(t, &t->object->component[i]);
		/* The first counts, unless it is refused and this is not. */
		if (i == 0 ||
		    (scheduling_is_refusal(code) &&
			!scheduling_is_refusal(one)) ||
		    (code == ITIP_REPEATED && one < ITIP_REPEATED) ||
		    one == ITIP_DELEGATED)
			code = one;
	}
	if (t->changed)
		t->result->who = NULL;
	return code;
}

enum itip_code
scheduling_delegate_reply(struct turn *t)
{
	const struct participant *own;
	struct target target;
	enum itip_code code;

	if (t->held == NULL)
		return refuse_unknown(t);
	if (!target_find(t, t->first, &target, &code))
		return code;
	own = participant_own(target.part, t->occasion->calendar);
	if (own == NULL ||
	    !list_has(own->delegated_to, target.person->address)) {
		turn_detail(
		    t, "%s is nobody's delegate here", target.person->address);
		return ITIP_WRONG_METHOD;
	}
	return scheduling_reply(t);
}
