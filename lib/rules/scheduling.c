/*
 * scheduling.c - the policy of iTIP at a glance: which method means what
 *
 * Source: RFC 5546 sections 3.2 (VEVENT), 3.3 (VFREEBUSY), 3.4 (VTODO), 3.5
 * (VJOURNAL)
 */
#include "lib/rules/scheduling.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

/* Kinds of components. */
#define EVENT    1U
#define TODO     2U
#define JOURNAL  4U
#define FREEBUSY 8U

/* What needs an organizer: the word of a REPLY is enough without. */
#define OPEN  0
#define NAMED 1

#define IN        DIRECTION_IN
#define OUT       DIRECTION_OUT
#define ATTENDEE  ROLE_ATTENDEE
#define ORGANIZER ROLE_ORGANIZER

static const struct row {
	enum direction direction;
	enum role role; /* of the calendar in this object */
	const char *method;
	unsigned kinds;
	int organizer;
	enum itip_code (*apply)(struct turn *turn);
} table[] = {
    /* The organizer speaks to us. */
    {IN, ATTENDEE, "PUBLISH", EVENT | TODO | JOURNAL, OPEN, scheduling_publish},
    {IN, ATTENDEE, "REQUEST", EVENT | TODO, NAMED, scheduling_request},
    {IN, ATTENDEE, "ADD", EVENT | TODO | JOURNAL, NAMED, scheduling_add},
    {IN, ATTENDEE, "CANCEL", EVENT | TODO | JOURNAL, NAMED, scheduling_cancel},
    {IN, ATTENDEE, "DECLINECOUNTER", EVENT | TODO, NAMED,
	scheduling_counter_declined},
    /* Somebody whom we sent in our place tells us his answer. */
    {IN, ATTENDEE, "REPLY", EVENT | TODO, OPEN, scheduling_delegate_reply},

    /* An attendee speaks to us. */
    {IN, ORGANIZER, "REPLY", EVENT | TODO, OPEN, scheduling_reply},
    {IN, ORGANIZER, "COUNTER", EVENT | TODO, OPEN, scheduling_counter},
    {IN, ORGANIZER, "REFRESH", EVENT | TODO, OPEN, scheduling_refresh},
    /* What only we could have sent. */
    {IN, ORGANIZER, "PUBLISH", EVENT | TODO | JOURNAL | FREEBUSY, OPEN,
	scheduling_come_back},
    {IN, ORGANIZER, "REQUEST", EVENT | TODO | FREEBUSY, NAMED,
	scheduling_come_back},
    {IN, ORGANIZER, "ADD", EVENT | TODO | JOURNAL, NAMED, scheduling_come_back},
    {IN, ORGANIZER, "CANCEL", EVENT | TODO | JOURNAL, NAMED,
	scheduling_come_back},
    {IN, ORGANIZER, "DECLINECOUNTER", EVENT | TODO, NAMED,
	scheduling_come_back},

    /* Our own word as organizer. */
    {OUT, ORGANIZER, "PUBLISH", EVENT | TODO | JOURNAL, OPEN, scheduling_sent},
    {OUT, ORGANIZER, "REQUEST", EVENT | TODO, NAMED, scheduling_sent},
    {OUT, ORGANIZER, "ADD", EVENT | TODO | JOURNAL, NAMED, scheduling_add},
    {OUT, ORGANIZER, "CANCEL", EVENT | TODO | JOURNAL, NAMED,
	scheduling_cancel},
    {OUT, ORGANIZER, "DECLINECOUNTER", EVENT | TODO, NAMED,
	scheduling_counter_declined},

    /* Our own word as attendee. */
    {OUT, ATTENDEE, "REPLY", EVENT | TODO, OPEN, scheduling_reply},
    {OUT, ATTENDEE, "COUNTER", EVENT | TODO, OPEN, scheduling_counter},
    {OUT, ATTENDEE, "REFRESH", EVENT | TODO, OPEN, scheduling_refresh_sent},
    {OUT, ATTENDEE, "REQUEST", EVENT | TODO, NAMED, scheduling_forwarded},
    /* What only its organizer may say. */
    {OUT, ATTENDEE, "PUBLISH", EVENT | TODO | JOURNAL, OPEN,
	scheduling_not_ours},
    {OUT, ATTENDEE, "ADD", EVENT | TODO | JOURNAL, NAMED, scheduling_not_ours},
    {OUT, ATTENDEE, "CANCEL", EVENT | TODO | JOURNAL, NAMED,
	scheduling_not_ours},
    {OUT, ATTENDEE, "DECLINECOUNTER", EVENT | TODO, NAMED, scheduling_not_ours},

    /* Free and busy times. */
    {IN, ATTENDEE, "REQUEST", FREEBUSY, NAMED, scheduling_freebusy_asked},
    {IN, ATTENDEE, "PUBLISH", FREEBUSY, OPEN, scheduling_freebusy_told},
    {IN, ORGANIZER, "REPLY", FREEBUSY, OPEN, scheduling_freebusy_told},
};

/* The bit of a kind. */
static unsigned
kind_bit(const char *kind)
{
	static const struct {
		const char *name;
		unsigned bit;
	} kinds[] = {{"VEVENT", EVENT}, {"VTODO", TODO}, {"VJOURNAL", JOURNAL},
	    {"VFREEBUSY", FREEBUSY}};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, kind) == 0)
			return kinds[i].bit;
	return 0;
}

/* Is it a method by which attendees speak? */
static int
is_attendees(const char *method)
{
	return strcmp(method, "REPLY") == 0 || strcmp(method, "COUNTER") == 0 ||
	       strcmp(method, "REFRESH") == 0;
}

/* Is anything of this UID and kind held in that role? */
static int
is_held_as(const struct turn *t, enum role role)
{
	const struct occasion *o = t->occasion;
	size_t i;

	for (i = 0; i < o->nholding; i++)
		if (o->holding[i]->role == role &&
		    strcmp(o->holding[i]->kind, t->first->kind) == 0)
			return 1;
	return 0;
}

/* Who is the calendar in this object: its organizer, or one of the others? */
static enum role
role_of(const struct turn *t)
{
	const char *organizer = t->first->organizer.address;
	int out = t->occasion->direction == DIRECTION_OUT;

	if (organizer[0] != '\0')
		return itip_is_calendar(organizer, t->occasion->calendar)
		           ? ROLE_ORGANIZER
		           : ROLE_ATTENDEE;
	if (!is_attendees(t->object->method))
		return out ? ROLE_ORGANIZER : ROLE_ATTENDEE;
	if (out)
		return ROLE_ATTENDEE;
	return is_held_as(t, ROLE_ATTENDEE) && !is_held_as(t, ROLE_ORGANIZER)
	           ? ROLE_ATTENDEE
	           : ROLE_ORGANIZER;
}

/* The row for the object, or NULL. */
static const struct row *
find_row(const struct turn *t)
{
	unsigned bit = kind_bit(t->first->kind);
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].direction == t->occasion->direction &&
		    table[i].role == t->role && (table[i].kinds & bit) != 0 &&
		    strcmp(table[i].method, t->object->method) == 0)
			return &table[i];
	return NULL;
}

/* The first problem that is more than a note, or NULL. */
static const struct problem *
find_problem(const struct occasion *o)
{
	const struct notice *n = o->notice;
	size_t i;

	for (i = 0; n != NULL && i < n->nproblem; i++) {
		const struct problem *p = &n->problem[i];

		if (p->action != ACTION_NOTE &&
		    (p->object < 0 || (size_t)p->object == o->index))
			return p;
	}
	return NULL;
}

/* Do all components tell of one thing: same kind, same organizer? */
static int
is_one_thing(struct turn *t)
{
	size_t i;

	for (i = 1; i < t->object->ncomponent; i++) {
		const struct component *c = &t->object->component[i];

		if (strcmp(c->kind, t->first->kind) == 0 &&
		    (c->organizer.address[0] == '\0' ||
			itip_same_address(
			    c->organizer.address, t->first->organizer.address)))
			continue;
		turn_detail(t, "component %zu: %s of %s", i, c->kind,
		    c->organizer.address);
		return 0;
	}
	return 1;
}

/* Under whom the object is held. */
static const char *
holder(const struct turn *t)
{
	const struct mail *mail = t->occasion->mail;
	const char *organizer = t->first->organizer.address;

	if (organizer[0] != '\0' || is_attendees(t->object->method))
		return organizer;
	if (t->occasion->direction == DIRECTION_OUT)
		return t->occasion->calendar->address;
	return mail->from != NULL ? mail->from : "";
}

/* Is the mail on its way out by the owner, or by whom may act for them? */
static int
is_by_owner(const struct turn *t)
{
	const struct occasion *o = t->occasion;
	const struct component *c = t->first;
	const char *from =
	    o->mail->from != NULL ? o->mail->from : o->envelope_sender;
	const struct person *p = is_attendees(t->object->method)
	                             ? itip_attendee(c, o->calendar)
	                             : &c->organizer;

	if (itip_is_calendar(from, o->calendar))
		return 1;
	return p != NULL && itip_is_calendar(p->address, o->calendar) &&
	       turn_is_from(t, p->address, p->sent_by);
}

/* Does the sender act for somebody else than the calendar's owner? */
static int
is_for_another(const struct turn *t)
{
	const struct calendar *calendar = t->occasion->calendar;
	const struct component *c = t->first;
	size_t i;

	if (!is_attendees(t->object->method))
		return t->role == ROLE_ATTENDEE &&
		       turn_is_from(
			   t, c->organizer.address, c->organizer.sent_by);
	for (i = 0; i < c->nattendee; i++)
		if (!itip_is_calendar(c->attendee[i].address, calendar) &&
		    turn_is_from(
			t, c->attendee[i].address, c->attendee[i].sent_by))
			return 1;
	return 0;
}

/* Why the sender may not speak here; ITIP_ADDED: they may, as far as known. */
static enum itip_code
check_sender(struct turn *t)
{
	const struct occasion *o = t->occasion;
	const char *from = o->mail->from;

	if (o->direction == IN)
		return from != NULL && itip_is_calendar(from, o->calendar) &&
		               !is_for_another(t)
		           ? ITIP_OWN_MESSAGE
		           : ITIP_ADDED;
	if (is_by_owner(t))
		return ITIP_ADDED;
	turn_detail(t, "sent by %s, not by %s", from == NULL ? "nobody" : from,
	    o->calendar->address);
	return is_attendees(t->object->method) ? ITIP_NOT_ATTENDEE
	                                       : ITIP_NOT_ORGANIZER;
}

/* Everything that is the same for all methods, then the row's function. */
static enum itip_code
apply(struct turn *t)
{
	const struct occasion *o = t->occasion;
	const struct problem *problem = find_problem(o);
	const struct row *row;
	enum itip_code code;

	if (t->object->ncomponent == 0 || t->object->uid[0] == '\0')
		return ITIP_NO_UID;
	t->first = &t->object->component[0];
	t->role = role_of(t);
	turn_hold(t, holder(t));
	row = find_row(t);
	if (row == NULL) {
		turn_detail(t, "%s of %s %s the %s", t->object->method,
		    t->first->kind, o->direction == OUT ? "by" : "to",
		    t->role == ROLE_ORGANIZER ? "organizer" : "attendee");
		return ITIP_WRONG_METHOD;
	}
	if (row->organizer == NAMED && t->first->organizer.address[0] == '\0')
		return ITIP_NO_ORGANIZER;
	if (problem != NULL) {
		turn_detail(t, "%s: %s", problem->code, problem->text);
		return ITIP_PROBLEM;
	}
	if (!is_one_thing(t))
		return ITIP_PROBLEM;
	code = check_sender(t);
	return code == ITIP_ADDED ? row->apply(t) : code;
}

enum itip_code
scheduling_come_back(struct turn *t)
{
	return turn_organizer_speaks(t) ? ITIP_OWN_MESSAGE : ITIP_NOT_ORGANIZER;
}

enum itip_code
scheduling_not_ours(struct turn *t)
{
	turn_detail(t, "organizer %s", t->first->organizer.address);
	return ITIP_NOT_ORGANIZER;
}

/* --- the result --------------------------------------------------------------- */

/* Does any text that is kept name the time zone? */
static int
zone_is_needed(const struct holding *h, const struct timezone *zone)
{
	size_t i;

	for (i = 0; i < h->npart; i++)
		if (strstr(h->part[i].text, zone->tzid) != NULL)
			return 1;
	return 0;
}

/* Add the zones that are needed and not there yet. */
static void
add_zones(struct holding *h, const struct timezone *zone, size_t n)
{
	size_t i, k;

	for (i = 0; i < n && h->ntimezone < LIMIT_TIMEZONES; i++) {
		for (k = 0; k < h->ntimezone; k++)
			if (strcmp(h->timezone[k].tzid, zone[i].tzid) == 0)
				break;
		if (k == h->ntimezone && zone_is_needed(h, &zone[i]))
			h->timezone[h->ntimezone++] = zone[i];
	}
}

/* Drop the questions once there is an answer, and zones nobody needs. */
static void
tidy(struct turn *t)
{
	struct holding *h = t->next;
	size_t i;

	for (i = h->npart; i-- > 0 && holding_is_live(h);)
		if (h->part[i].state == PART_ASKED)
			part_remove(t, i);
	h->timezone = mem_array(
	    t->ctx, struct timezone, t->object->ntimezone + t->was->ntimezone);
	h->ntimezone = 0;
	add_zones(h, t->object->timezone, t->object->ntimezone);
	add_zones(h, t->was->timezone, t->was->ntimezone);
}

/* Can it be kept: is it within the limits of holding_parse()? */
static int
fits(const struct turn *t)
{
	const struct holding *h = t->next;
	size_t i, bytes = 0;

	if (h->npart > LIMIT_DATES)
		return 0;
	for (i = 0; i < h->npart; i++) {
		const struct part *p = &h->part[i];

		if (p->nparticipant > LIMIT_ATTENDEES ||
		    p->nproposal > LIMIT_ATTENDEES ||
		    p->nfreebusy > LIMIT_DATES)
			return 0;
		bytes += strlen(p->text) + 500 * p->nparticipant;
	}
	/* Only near the limit is it worth counting exactly. */
	return bytes < (size_t)LIMIT_FACTS_BYTES / 16 ||
	       strlen(holding_print(t->ctx, h)) < (size_t)LIMIT_FACTS_BYTES;
}

/* The participant of the result, in what is held in the end. */
static const struct participant *
find_who(const struct turn *t)
{
	const struct holding *h = t->result->holding;
	const struct part *p;

	if (t->who == NULL || h == NULL)
		return NULL;
	/* What is borrowed has no local times: look it up in the copy. */
	p = part_find(h == t->next ? h : t->was, &t->who_date);
	return p == NULL ? NULL : participant_find(p, t->who);
}

struct scheduling *
scheduling_apply(TALLOC_CTX *ctx, const struct occasion *occasion)
{
	struct scheduling *result = mem_new(ctx, struct scheduling);
	struct turn t = {.ctx = result,
	    .occasion = occasion,
	    .object = occasion->object,
	    .result = result};

	result->detail = "";
	result->code = apply(&t);
	if (t.changed)
		tidy(&t);
	if (t.changed && !fits(&t)) {
		turn_detail(&t, "more than can be kept of one object");
		result->code = ITIP_PROBLEM;
		result->nfollow_up = 0;
		result->asks = 0;
		t.changed = 0;
	}
	result->changed = t.changed;
	result->holding = t.changed ? t.next : t.held;
	if (result->who == NULL)
		result->who = find_who(&t);
	return result;
}
