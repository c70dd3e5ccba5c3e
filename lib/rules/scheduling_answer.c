/*
 * scheduling_answer.c - what an attendee's word is about, and who goes in whose
 * place
 *
 * Source: RFC 5546 sections 2.1.4, 2.1.5, 3.2.2.3, 3.2.3
 */
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

/* Delegates of delegates: more hands than these lose the thread. */
#define DEPTH_MAX 3

/* --- targets ---------------------------------------------------------------- */

/* The ATTENDEE that speaks in the component, or NULL. */
static const struct person *
speaker_of(const struct turn *t, const struct component *c)
{
	size_t i;

	if (t->occasion->direction == DIRECTION_OUT)
		return itip_attendee(c, t->occasion->calendar);
	for (i = 0; i < c->nattendee; i++)
		if (turn_is_from(
			t, c->attendee[i].address, c->attendee[i].sent_by))
			return &c->attendee[i];
	return NULL;
}

int
target_find(struct turn *t, const struct component *c, struct target *target,
    enum itip_code *code)
{
	const struct mail *mail = t->occasion->mail;

	target->component = c;
	target->person = speaker_of(t, c);
	target->date = turn_date(t, c);
	if (target->person == NULL) {
		turn_detail(t, "from %s, attendee %s",
		    mail->from == NULL ? "nobody" : mail->from,
		    c->nattendee == 0 ? "nobody" : c->attendee[0].address);
		*code = ITIP_NOT_ATTENDEE;
		return 0;
	}
	target->part = part_find(t->next, &target->date);
	target->own = target->part != NULL && target->part->state != PART_ASKED;
	if (!target->own) {
		target->part = part_base(t->next, &target->date);
		*code = holding_is_live(t->next) ? ITIP_UNKNOWN_INSTANCE
		                                 : ITIP_UNKNOWN_OBJECT;
		if (target->part == NULL)
			return 0;
	}
	*code = ITIP_OBJECT_CANCELLED;
	if (target->part->state == PART_CANCELLED)
		return 0;
	*code = ITIP_UNKNOWN_INSTANCE;
	return target->own || date_is_possible(t, &target->date);
}

struct participant *
target_participant(
    const struct turn *t, const struct target *target, const struct part *p)
{
	/* The owner may use any of his addresses. */
	return t->occasion->direction == DIRECTION_OUT
	           ? participant_own(p, t->occasion->calendar)
	           : participant_find(p, target->person->address);
}

struct part *
target_part(struct turn *t, const struct target *target)
{
	const char *range = target->component->range;
	struct part *own, p;

	t->changed = 1;
	if (!target->own) {
		p = date_part(t, target->part, &target->date, range);
		return part_insert(t, &p);
	}
	own = part_find(t->next, &target->date);
	/* What was said of the date alone now holds for the later ones too; not
	 * in the organizer's copy, where others may have answered it. */
	if (range[0] != '\0' && own->range[0] == '\0' &&
	    t->role == ROLE_ATTENDEE && date_is_plain(t, t->next, own)) {
		p = *own;
		p.range = range;
		(void)date_renew(t, own, &p);
	}
	return own;
}

/* --- answers ------------------------------------------------------------------ */

int
partstat_is_known(const char *kind, const char *partstat)
{
	static const char *const all[] = {"NEEDS-ACTION", "ACCEPTED",
	    "DECLINED", "TENTATIVE", "DELEGATED", NULL};
	static const char *const todo[] = {"COMPLETED", "IN-PROCESS", NULL};
	size_t i;

	for (i = 0; all[i] != NULL; i++)
		if (strcmp(all[i], partstat) == 0)
			return 1;
	for (i = 0; strcmp(kind, "VTODO") == 0 && todo[i] != NULL; i++)
		if (strcmp(todo[i], partstat) == 0)
			return 1;
	return 0;
}

void
answer_record(struct participant *p, const struct component *c,
    const struct person *person)
{
	p->partstat = person->partstat;
	p->sent_by = person->sent_by;
	p->request_status = c->request_status;
	p->comment = c->comment;
	p->percent = c->percent;
	p->sequence = c->sequence;
	p->dtstamp = c->dtstamp;
	if (p->name[0] == '\0')
		p->name = person->name;
}

/* --- delegation ---------------------------------------------------------------- */

/*
 * How many hands lie between the participant and somebody who was invited;
 * more than DEPTH_MAX if it goes in a circle or over `wanted`.
 */
static int
depth_of(const struct part *p, const struct participant *one,
    const char *wanted, int depth)
{
	TALLOC_CTX *scratch = talloc_new(NULL);
	const char *list = one->delegated_from;
	int deepest = depth;
	char *from;

	if (itip_same_address(one->address, wanted))
		deepest = DEPTH_MAX + 1;
	while (deepest <= DEPTH_MAX &&
	       (from = list_next(scratch, &list)) != NULL) {
		const struct participant *up = participant_find(p, from);
		int d =
		    up == NULL ? depth + 1 : depth_of(p, up, wanted, depth + 1);

		deepest = d > deepest ? d : deepest;
	}
	talloc_free(scratch);
	return deepest;
}

int
delegation_is_good(const struct part *p, const struct participant *delegator,
    const char *delegated_to)
{
	TALLOC_CTX *scratch = talloc_new(NULL);
	char *to;
	int n = 0, good = 1;

	while ((to = list_next(scratch, &delegated_to)) != NULL) {
		good = good && depth_of(p, delegator, to, 1) <= DEPTH_MAX;
		n++;
	}
	talloc_free(scratch);
	return good && n > 0;
}

/* The ATTENDEE with the address, or NULL. */
static const struct person *
person_find(const struct component *c, const char *address)
{
	size_t i;

	for (i = 0; i < c->nattendee; i++)
		if (itip_same_address(c->attendee[i].address, address))
			return &c->attendee[i];
	return NULL;
}

/* Does the text name the address? */
static int
text_has(const char *text, const char *address)
{
	size_t n = strlen(address);

	for (; *text != '\0'; text++)
		if (strncasecmp(text, address, n) == 0)
			return 1;
	return 0;
}

/* One who is sent by somebody: as the message says, else as the delegator. */
static struct participant
delegate_from(const struct component *c, const struct participant *delegator,
    const char *address)
{
	const struct person *person = person_find(c, address);
	struct person nobody = {.address = address,
	    .name = "",
	    .partstat = "NEEDS-ACTION",
	    .role = delegator->role,
	    .cutype = "INDIVIDUAL",
	    .rsvp = "TRUE",
	    .sent_by = "",
	    .delegated_to = "",
	    .delegated_from = ""};
	struct participant p =
	    participant_from(person != NULL ? person : &nobody);

	/* What he says himself counts, not what others say of him. */
	p.partstat = "NEEDS-ACTION";
	p.delegated_to = "";
	p.delegated_from = "";
	return p;
}

/*
 * Take the delegator back from whoever he had sent before.  Who was there for
 * his sake only goes: the organizer's own text does not list him.
 */
static void
delegation_undo(struct turn *t, struct part *p, const char *delegator)
{
	size_t i, n = 0;

	for (i = 0; i < p->nparticipant; i++) {
		struct participant one = p->participant[i];

		if (list_has(one.delegated_from, delegator)) {
			one.delegated_from =
			    list_without(t->ctx, one.delegated_from, delegator);
			if (one.delegated_from[0] == '\0' &&
			    !text_has(p->text, one.address))
				continue;
		}
		p->participant[n++] = one;
	}
	p->nparticipant = n;
}

void
delegation_record(struct turn *t, struct part *p, const char *delegator,
    const struct component *c, const char *delegated_to)
{
	const char *rest = delegated_to;
	char *to;

	delegation_undo(t, p, delegator);
	participant_find(p, delegator)->delegated_to = delegated_to;
	while ((to = list_next(t->ctx, &rest)) != NULL) {
		struct participant *one = participant_find(p, to);
		struct participant fresh;

		if (one == NULL) {
			fresh = delegate_from(
			    c, participant_find(p, delegator), to);
			one = participant_add(t, p, &fresh);
		}
		one->delegated_from =
		    list_add(t->ctx, one->delegated_from, delegator);
	}
}

int
delegation_is_known(const struct part *p, const struct person *person)
{
	size_t i;

	for (i = 0; i < p->nparticipant; i++)
		if (list_has(p->participant[i].delegated_to, person->address))
			return 1;
	return 0;
}
