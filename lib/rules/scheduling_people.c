/* scheduling_people.c - participants of a part, and lists of addresses */
#include <ctype.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

struct participant *
participant_find(const struct part *p, const char *address)
{
	size_t i;

	for (i = 0; i < p->nparticipant; i++)
		if (itip_same_address(p->participant[i].address, address))
			return &p->participant[i];
	return NULL;
}

struct participant *
participant_own(const struct part *p, const struct calendar *calendar)
{
	size_t i;

	for (i = 0; i < p->nparticipant; i++)
		if (itip_is_calendar(p->participant[i].address, calendar))
			return &p->participant[i];
	return NULL;
}

void
participants_copy(struct turn *t, struct part *p, size_t more)
{
	struct participant *own =
	    mem_array(t->ctx, struct participant, p->nparticipant + more);

	if (p->nparticipant > 0)
		memcpy(own, p->participant, p->nparticipant * sizeof(*own));
	p->participant = own;
}

struct participant *
participant_add(struct turn *t, struct part *p, const struct participant *one)
{
	participants_copy(t, p, 1);
	p->participant[p->nparticipant] = *one;
	return &p->participant[p->nparticipant++];
}

uint32_t
mailbox_hash(const char *address)
{
	const char *at = strrchr(address, '@');
	const char *p, *plus = address[0] == '"' ? NULL : strchr(address, '+');
	uint32_t hash = 2166136261U;

	for (p = address; *p != '\0'; p++) {
		if (p == plus && p != address && at != NULL && p < at)
			p = at;
		hash = (hash ^ (unsigned char)tolower((unsigned char)*p)) *
		       16777619U;
	}
	return hash;
}

struct names
names_of(TALLOC_CTX *ctx, const struct component *c)
{
	struct names names = {.component = c};
	size_t i;

	names.hash = mem_array(ctx, uint32_t, c->nattendee);
	for (i = 0; i < c->nattendee; i++)
		names.hash[i] = mailbox_hash(c->attendee[i].address);
	return names;
}

int
names_have(const struct names *names, const char *address)
{
	uint32_t hash = mailbox_hash(address);
	size_t i;

	for (i = 0; i < names->component->nattendee; i++)
		if (names->hash[i] == hash &&
		    itip_same_address(
			names->component->attendee[i].address, address))
			return 1;
	return 0;
}

int
participants_remove(struct turn *t, struct part *p, const struct names *names)
{
	size_t i, n = 0;
	int removed;

	participants_copy(t, p, 0);
	for (i = 0; i < p->nparticipant; i++)
		if (!names_have(names, p->participant[i].address))
			p->participant[n++] = p->participant[i];
	removed = n < p->nparticipant;
	p->nparticipant = n;
	return removed;
}

struct participant
participant_from(const struct person *person)
{
	struct participant p = {.address = person->address};

	p.name = person->name;
	p.partstat = person->partstat;
	p.role = person->role;
	p.cutype = person->cutype;
	p.rsvp = person->rsvp;
	p.delegated_to = person->delegated_to;
	p.delegated_from = person->delegated_from;
	p.sent_by = person->sent_by;
	p.request_status = "";
	p.comment = "";
	p.percent = -1;
	p.sequence = -1;
	return p;
}

/* Let an answer stand in a newer version. */
static void
keep_answer(struct participant *p, const struct participant *old)
{
	p->partstat = old->partstat;
	p->delegated_to = old->delegated_to;
	p->delegated_from = old->delegated_from;
	p->sent_by = old->sent_by;
	p->request_status = old->request_status;
	p->comment = old->comment;
	p->percent = old->percent;
	p->sequence = old->sequence;
	p->dtstamp = old->dtstamp;
}

/* Is the participant there because somebody of this part delegated? */
static int
is_delegate_of(const struct part *p, const struct participant *delegate)
{
	size_t i;

	if (delegate->delegated_from[0] == '\0')
		return 0;
	for (i = 0; i < p->nparticipant; i++)
		if (list_has(
			delegate->delegated_from, p->participant[i].address))
			return 1;
	return 0;
}

/* The organizer's copy: what each participant said stays. */
static void
keep_all(struct turn *t, struct part *p, const struct part *old)
{
	size_t i;

	for (i = 0; i < old->nparticipant; i++) {
		const struct participant *o = &old->participant[i];
		struct participant *same;

		if (o->sequence < 0 && o->delegated_from[0] == '\0')
			continue;
		same = participant_find(p, o->address);
		if (same != NULL)
			keep_answer(same, o);
		else if (is_delegate_of(p, o))
			(void)participant_add(t, p, o);
	}
}

void
participants_keep(
    struct turn *t, struct part *p, const struct part *old, int moved)
{
	const struct calendar *calendar = t->occasion->calendar;
	const struct participant *mine;
	struct participant *own;

	if (moved)
		return;
	if (t->role == ROLE_ORGANIZER) {
		keep_all(t, p, old);
		return;
	}
	mine = participant_own(old, calendar);
	own = participant_own(p, calendar);
	if (mine != NULL && own != NULL && mine->sequence >= 0)
		keep_answer(own, mine);
}

void
participants_forget(struct turn *t, struct part *p)
{
	size_t i;

	participants_copy(t, p, 0);
	for (i = 0; i < p->nparticipant; i++) {
		struct participant *one = &p->participant[i];

		if (one->sequence < 0)
			continue;
		one->partstat = "NEEDS-ACTION";
		one->sent_by = "";
		one->request_status = "";
		one->comment = "";
		one->percent = -1;
		one->sequence = -1;
		one->dtstamp = 0;
	}
}

/* --- lists ------------------------------------------------------------------ */

char *
list_next(TALLOC_CTX *ctx, const char **list)
{
	size_t n;
	char *one;

	*list += strspn(*list, " ");
	n = strcspn(*list, " ");
	if (n == 0)
		return NULL;
	one = mem_textn(ctx, *list, n);
	*list += n;
	return one;
}

int
list_has(const char *list, const char *address)
{
	TALLOC_CTX *scratch;
	char *one;
	int found = 0;

	if (list[0] == '\0')
		return 0;
	scratch = talloc_new(NULL);
	while (!found && (one = list_next(scratch, &list)) != NULL)
		found = itip_same_address(one, address);
	talloc_free(scratch);
	return found;
}

const char *
list_add(TALLOC_CTX *ctx, const char *list, const char *address)
{
	if (list[0] == '\0')
		return mem_text(ctx, address);
	if (list_has(list, address))
		return list;
	return mem_print(ctx, "%s %s", list, address);
}

const char *
list_without(TALLOC_CTX *ctx, const char *list, const char *address)
{
	char *one, *left = mem_text(ctx, "");

	while ((one = list_next(ctx, &list)) != NULL)
		if (!itip_same_address(one, address))
			mem_add(&left, "%s%s", left[0] == '\0' ? "" : " ", one);
	return left;
}
