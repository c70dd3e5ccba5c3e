/* scheduling_turn.c - one object being applied: what is held, who speaks */
#include <stdarg.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

struct when
turn_date(const struct turn *t, const struct component *c)
{
	if (c->recurrence_id.kind == WHEN_NONE &&
	    strcmp(t->object->method, "ADD") == 0)
		return c->start;
	return date_align(t, &c->recurrence_id);
}

int
turn_is_from(const struct turn *t, const char *address, const char *sent_by)
{
	struct component c = {
	    .organizer = {.address = address, .sent_by = sent_by}};

	return itip_speaker(t->occasion->calendar, t->occasion->mail,
		   t->occasion->envelope_sender, &c) == SPEAKER_ORGANIZER;
}

int
turn_organizer_speaks(const struct turn *t)
{
	return t->occasion->direction == DIRECTION_OUT ||
	       turn_is_from(
		   t, t->first->organizer.address, t->first->organizer.sent_by);
}

int
turn_is_hearsay(const struct turn *t)
{
	const char *at, *sent_by = t->was->organizer_sent_by;
	const char *domain = strrchr(t->was->organizer, '@');

	/* SENT-BY of the organizer's own word is kept within his domain only. */
	if (sent_by[0] == '\0' || t->role == ROLE_ORGANIZER)
		return 0;
	at = strrchr(sent_by, '@');
	return at == NULL || domain == NULL || !itip_same_address(at, domain);
}

const char *
turn_sent_by(const struct turn *t)
{
	const struct person *organizer = &t->first->organizer;
	const char *a = strrchr(organizer->sent_by, '@');
	const char *b = strrchr(organizer->address, '@');

	/* Across domains it would look like hearsay, see turn_is_hearsay(). */
	return t->role == ROLE_ORGANIZER ||
	               (a != NULL && b != NULL && itip_same_address(a, b))
	           ? organizer->sent_by
	           : "";
}

int
component_is_cancelled(const struct component *c)
{
	return strcmp(c->status, "CANCELLED") == 0;
}

/* Do two addresses mean the same organizer: also two names of the calendar. */
static int
is_same_organizer(const struct turn *t, const char *a, const char *b)
{
	const struct calendar *calendar = t->occasion->calendar;

	return itip_same_address(a, b) ||
	       (itip_is_calendar(a, calendar) && itip_is_calendar(b, calendar));
}

/* A copy with times of its own and local to the calendar. */
static struct holding *
copy(const struct turn *t, const struct holding *held)
{
	struct holding *h = mem_new(t->ctx, struct holding);
	size_t i;

	*h = *held;
	h->part = mem_array(h, struct part, held->npart);
	for (i = 0; i < held->npart; i++) {
		h->part[i] = held->part[i];
		part_localize(&h->part[i], t->occasion->calendar->zone);
	}
	return h;
}

void
turn_hold(struct turn *t, const char *organizer)
{
	const struct occasion *o = t->occasion;
	struct holding none = {.kind = t->first->kind,
	    .uid = t->object->uid,
	    .organizer = organizer,
	    .organizer_sent_by = "",
	    .role = t->role};
	size_t i;

	t->held = NULL;
	t->other = NULL;
	for (i = 0; i < o->nholding; i++) {
		const struct holding *h = o->holding[i];

		if (strcmp(h->kind, t->first->kind) != 0 ||
		    strcmp(h->uid, t->object->uid) != 0)
			continue;
		if (organizer[0] == '\0'
			? h->role == t->role
			: is_same_organizer(t, h->organizer, organizer))
			t->held = t->held == NULL ? h : t->held;
		else if (holding_is_live(h))
			t->other = h;
	}
	t->was = copy(t, t->held != NULL ? t->held : &none);
	t->next = copy(t, t->was);
}

void
turn_tell_own(struct turn *t)
{
	const struct holding *h = t->changed ? t->next : t->was;
	struct when date = turn_date(t, t->first);
	const struct part *p = part_find(h, &date);
	const struct participant *own;

	if (p == NULL && h->npart > 0)
		p = &h->part[0];
	own = p == NULL ? NULL : participant_own(p, t->occasion->calendar);
	if (own == NULL)
		return;
	t->who = own->address;
	t->who_date = p->recurrence_id;
}

void
turn_detail(struct turn *t, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	t->result->detail = mem_check(talloc_vasprintf(t->ctx, format, ap));
	va_end(ap);
}

void
turn_follow(struct turn *t, const char *method, const char *recipient,
    const struct when *date, size_t n, const char *reason)
{
	static const struct when whole = {.kind = WHEN_NONE, .zone = ""};
	struct scheduling *result = t->result;
	struct follow_up *all =
	    mem_array(t->ctx, struct follow_up, result->nfollow_up + 1);
	struct follow_up *one = &all[result->nfollow_up];
	struct when *when = mem_array(t->ctx, struct when, n == 0 ? 1 : n);

	if (result->nfollow_up > 0)
		memcpy(
		    all, result->follow_up, result->nfollow_up * sizeof(*all));
	if (n == 0)
		when[0] = whole;
	else
		memcpy(when, date, n * sizeof(*when));
	one->method = method;
	one->recipient = recipient;
	one->date = when;
	one->ndate = n == 0 ? 1 : n;
	one->reason = reason;
	result->follow_up = all;
	result->nfollow_up++;
}
