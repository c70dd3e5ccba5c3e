/*
 * scheduling_request.c - versions: REQUEST, PUBLISH, ADD
 *
 * A message may bring the master, some changed dates, or both.  Each component
 * meets its own fate; the code of the whole is the weightiest of them.
 * Source: RFC 5546 sections 2.1.5, 3.2.1, 3.2.2, 3.2.4
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

/* What became of one component. */
enum fate {
	FATE_NEW,       /* nothing was known of it */
	FATE_MOVED,     /* other times */
	FATE_CHANGED,   /* newer, same times */
	FATE_CANCELLED, /* STATUS:CANCELLED */
	FATE_LEFT,      /* we are not in it any more */
	FATE_SAME,
	FATE_OLD,
	FATE_ASIDE,   /* not for us, and never was */
	FATE_UNKNOWN, /* no date of the series */
	FATE_RANGE    /* THISANDFUTURE of an unknown series */
};

struct passage {
	struct turn *turn;
	int invites; /* it must list us */
	int adds;    /* it is an ADD */
	int open;    /* it is a PUBLISH: nobody answers */
	/* The message brought a master, and it counted. */
	const struct component *whole;
	int asks;
	int64_t *brought; /* dates in the message, UTC */
	size_t nbrought;
	int count[FATE_RANGE + 1];
};

static const struct when master_date = {.kind = WHEN_NONE, .zone = ""};

/* --- is it news? --------------------------------------------------------------- */

/* A component compared with a part of the same date. */
static enum version
compare(
    const struct passage *pass, const struct part *p, const struct component *c)
{
	struct turn *t = pass->turn;
	const char *text = pass->adds ? date_text(t->ctx, c->text) : c->text;
	int order = part_order(p, c->sequence, c->dtstamp);

	if (p->state == PART_ASKED ||
	    (turn_is_hearsay(t) && turn_organizer_speaks(t)))
		return VERSION_NEW;
	if (order != 0)
		return order > 0 ? VERSION_NEWER : VERSION_OLDER;
	if (p->state == PART_CANCELLED)
		return component_is_cancelled(c) ? VERSION_SAME : VERSION_OLDER;
	return strcmp(p->text, text) == 0 ? VERSION_SAME : VERSION_NEWER;
}

/* A date without a part of its own, compared with what stands for it. */
static enum version
compare_base(const struct part *base, const struct component *c)
{
	if (base == NULL)
		return VERSION_NEW;
	if (base->state == PART_CANCELLED)
		return part_order(base, c->sequence, c->dtstamp) > 0
		           ? VERSION_NEWER
		           : VERSION_OLDER;
	return c->sequence < base->sequence ? VERSION_OLDER : VERSION_NEWER;
}

/*
 * A date that came with a newer master: it is as new as the master, unless it
 * was changed again in between by a mail that overtook this one.
 */
static enum version
compare_brought(const struct part *was, const struct component *c,
    const struct component *master)
{
	if (was == NULL || was->state == PART_ASKED)
		return VERSION_NEWER;
	if (was->state == PART_CANCELLED &&
	    part_order(was, c->sequence, c->dtstamp) <= 0 &&
	    part_order(was, master->sequence, master->dtstamp) <= 0)
		return VERSION_OLDER;
	return c->dtstamp < was->dtstamp && c->sequence <= was->sequence
	           ? VERSION_OLDER
	           : VERSION_NEWER;
}

/* Is it news? */
static enum version
version_of(const struct passage *pass, const struct component *c,
    const struct when *date)
{
	const struct turn *t = pass->turn;
	const struct part *was = part_find(t->was, date);

	if (pass->whole != NULL && date->kind != WHEN_NONE)
		return compare_brought(was, c, pass->whole);
	if (was != NULL)
		return compare(pass, was, c);
	return compare_base(part_base(t->was, date), c);
}

/* --- what a newer version drops -------------------------------------------------- */

/* Note the dates that the message itself brings. */
static void
list_brought(struct passage *pass)
{
	const struct object *o = pass->turn->object;
	size_t i;

	pass->brought = mem_array(pass->turn->ctx, int64_t, o->ncomponent);
	for (i = 0; i < o->ncomponent; i++) {
		const struct component *c = &o->component[i];

		if (c->recurrence_id.kind != WHEN_NONE)
			pass->brought[pass->nbrought++] =
			    turn_date(pass->turn, c).utc;
	}
}

/* Does the message itself bring this date? */
static int
is_brought(const struct passage *pass, const struct when *date)
{
	size_t i;

	for (i = 0; i < pass->nbrought; i++)
		if (pass->brought[i] == date->utc)
			return 1;
	return 0;
}

/* Does the new part make this changed date, which it does not bring, void? */
static int
is_superseded(const struct turn *t, const struct part *p, const struct part *q)
{
	const struct part *was = part_find(t->was, &p->recurrence_id);

	if (p->recurrence_id.kind != WHEN_NONE)
		return q->sequence < p->sequence;
	if (was == NULL ||
	    (was->state != PART_CANCELLED && p->sequence <= was->sequence))
		return 0;
	return part_order(q, p->sequence, p->dtstamp) >= 0;
}

/*
 * Drop the changed dates that a higher SEQUENCE does not bring along.  Those that
 * differ by answers alone follow the series, as long as their times are the same.
 */
static void
supersede(struct passage *pass, const struct part *p, int moved)
{
	struct turn *t = pass->turn;
	size_t i = 0;

	if (p->recurrence_id.kind != WHEN_NONE && p->range[0] == '\0')
		return;
	while (i < t->next->npart) {
		struct part *q = &t->next->part[i];
		const struct part *was = part_find(t->was, &q->recurrence_id);
		int plain, stays;

		if (q->recurrence_id.kind == WHEN_NONE ||
		    (p->recurrence_id.kind != WHEN_NONE &&
			q->recurrence_id.utc <= p->recurrence_id.utc) ||
		    is_brought(pass, &q->recurrence_id)) {
			i++;
			continue;
		}
		plain = was != NULL && date_is_plain(t, t->was, was);
		stays = plain ? !moved && date_renew(t, q, was)
		              : !is_superseded(t, p, q);
		if (stays)
			i++;
		else
			part_remove(t, i);
	}
}

/* Bury the part of a date; with the master all. */
static void
bury(struct turn *t, const struct component *c, const struct when *date)
{
	struct part *p = part_find(t->next, date);
	const struct part *base = part_base(t->next, date);
	struct part fresh;

	if (p == NULL) {
		fresh = base != NULL && base->state == PART_LIVE
		            ? date_part(t, base, date, c->range)
		            : part_tombstone(c, date);
		p = part_insert(t, &fresh);
	}
	part_bury(p, c->sequence, c->dtstamp);
	p->range = c->range;
	t->changed = 1;
	if (date->kind == WHEN_NONE || c->range[0] != '\0')
		parts_bury(t, date, c);
}

/* --- putting ---------------------------------------------------------------------- */

/* Is the owner asked for an answer? */
static int
asks(const struct passage *pass, const struct component *c,
    const struct part *p, enum fate fate)
{
	const struct calendar *calendar = pass->turn->occasion->calendar;
	const struct person *me = itip_attendee(c, calendar);
	const struct participant *own = participant_own(p, calendar);
	const char *rsvp = me != NULL ? me->rsvp : own != NULL ? own->rsvp : "";

	/* What the organizer writes of the owner is no answer of the owner's. */
	if (!pass->invites || own == NULL ||
	    (own->sequence >= 0 && strcmp(own->partstat, "NEEDS-ACTION") != 0))
		return 0;
	return rsvp[0] == '\0' ? fate != FATE_CHANGED
	                       : strcmp(rsvp, "TRUE") == 0;
}

/* Those whom an equal version of the owner's mail listed too: one mail each. */
static void
keep_listed(struct turn *t, struct part *p, const struct part *old)
{
	size_t i;

	if (t->role != ROLE_ORGANIZER ||
	    part_order(old, p->sequence, p->dtstamp) != 0)
		return;
	for (i = 0; i < old->nparticipant; i++)
		if (participant_find(p, old->participant[i].address) == NULL)
			(void)participant_add(t, p, &old->participant[i]);
}

/* Do the times of a new part differ from what was known of its date? */
static int
is_moved(struct turn *t, const struct part *p, const struct part *own,
    const struct part *base)
{
	struct part at;

	if (own != NULL)
		return times_differ(own, p);
	if (base == NULL)
		return 0;
	at = date_part(t, base, &p->recurrence_id, "");
	return at.start.utc != p->start.utc || at.end.utc != p->end.utc;
}

/* Keep one component as a part. */
static enum fate
put(struct passage *pass, const struct component *c, const struct when *date)
{
	struct turn *t = pass->turn;
	struct part *place = part_find(t->next, date);
	const struct part *own = part_find(t->was, date);
	const struct part *base = pass->adds ? NULL : part_base(t->next, date);
	const struct part *old;
	struct part p = part_from(t, c);
	const struct part *dead = own != NULL ? own : base;
	int revived = dead != NULL && dead->state == PART_CANCELLED, moved = 0;

	if (own != NULL && own->state != PART_LIVE)
		own = NULL;
	if (base != NULL && (base->state != PART_LIVE || revived))
		base = NULL;
	old = own != NULL ? own : base;
	if (pass->adds)
		p.text = date_text(t->ctx, p.text);
	if (old != NULL && t->held != NULL) {
		moved = is_moved(t, &p, own, base);
		p.rescheduled = moved ? p.sequence : old->rescheduled;
	} else if (revived) {
		p.rescheduled = p.sequence;
	}
	if (old != NULL && p.nparticipant == 0) {
		p.participant = old->participant;
		p.nparticipant = old->nparticipant;
		if (moved)
			participants_forget(t, &p);
	} else if (old != NULL) {
		participants_keep(t, &p, old, moved);
	}
	if (own != NULL && !moved) {
		keep_listed(t, &p, own);
		p.proposal = own->proposal;
		p.nproposal = own->nproposal;
	}
	if (place != NULL)
		*place = p;
	else
		(void)part_insert(t, &p);
	t->changed = 1;
	supersede(pass, &p, moved);
	if (revived)
		return FATE_MOVED;
	return old == NULL || t->held == NULL ? FATE_NEW
	       : moved                        ? FATE_MOVED
	                                      : FATE_CHANGED;
}

/* --- fates ------------------------------------------------------------------------ */

/* Are we in it?  A changed date that lists nobody goes as its series. */
static int
is_listed(const struct passage *pass, const struct component *c,
    const struct part *base)
{
	const struct calendar *calendar = pass->turn->occasion->calendar;

	if (!pass->invites || itip_attendee(c, calendar) != NULL)
		return 1;
	return c->nattendee == 0 && base != NULL &&
	       participant_own(base, calendar) != NULL;
}

/* May a date be put where its series is not in the message? */
static enum fate
check_date(const struct passage *pass, const struct component *c,
    const struct when *date)
{
	const struct holding *next = pass->turn->next;
	const struct part *master = part_find(next, &master_date);

	if (date->kind == WHEN_NONE || pass->whole != NULL || pass->adds)
		return FATE_NEW;
	if (master == NULL || master->state != PART_LIVE)
		return c->range[0] != '\0' && master == NULL &&
		               part_find(next, date) == NULL
		           ? FATE_RANGE
		           : FATE_NEW;
	return part_find(next, date) != NULL ||
	               date_is_possible(pass->turn, date)
	           ? FATE_NEW
	           : FATE_UNKNOWN;
}

/* Apply one component. */
static enum fate
apply(struct passage *pass, const struct component *c)
{
	struct turn *t = pass->turn;
	struct when date = turn_date(t, c);
	const struct part *own = part_find(t->next, &date);
	const struct part *base = part_base(t->next, &date);
	enum version version = version_of(pass, c, &date);
	enum fate fate = check_date(pass, c, &date);
	int listed = is_listed(pass, c, own != NULL ? own : base);

	if (fate != FATE_NEW)
		return fate;
	if (!listed && own == NULL && (base == NULL || pass->adds))
		return FATE_ASIDE;
	if (version == VERSION_OLDER) {
		turn_detail(t, "sequence %lld, known is a newer version",
		    (long long)c->sequence);
		return FATE_OLD;
	}
	if (version == VERSION_SAME)
		return FATE_SAME;
	if (date.kind == WHEN_NONE)
		pass->whole = c;
	if (!listed || component_is_cancelled(c)) {
		bury(t, c, &date);
		return component_is_cancelled(c) ? FATE_CANCELLED : FATE_LEFT;
	}
	fate = put(pass, c, &date);
	pass->asks |= asks(pass, c, part_find(t->next, &date), fate);
	return fate;
}

/* The code if nothing was changed. */
static enum itip_code
code_of_nothing(const struct passage *pass)
{
	if (pass->count[FATE_OLD] > 0)
		return ITIP_STALE;
	if (pass->count[FATE_SAME] > 0)
		return ITIP_REPEATED;
	return pass->count[FATE_UNKNOWN] > 0 ? ITIP_UNKNOWN_INSTANCE
	                                     : ITIP_NOT_INVITED;
}

/* The code of the whole message. */
static enum itip_code
code_of(const struct passage *pass)
{
	const struct turn *t = pass->turn;
	int lived = holding_is_live(t->was);

	if (!t->changed)
		return code_of_nothing(pass);
	if (!holding_is_live(t->next)) {
		if (pass->count[FATE_LEFT] > 0)
			return ITIP_UNINVITED;
		return lived ? ITIP_CANCELLED : ITIP_REMEMBERED;
	}
	if (!lived)
		return ITIP_ADDED;
	if (pass->adds)
		return ITIP_DATES_ADDED;
	if (pass->count[FATE_MOVED] > 0 && !pass->open)
		return ITIP_RESCHEDULED;
	if (pass->count[FATE_NEW] + pass->count[FATE_MOVED] +
		pass->count[FATE_CHANGED] >
	    0)
		return ITIP_UPDATED;
	return ITIP_DATES_CANCELLED;
}

/* Ask the organizer for all of it, once for each version that asks. */
static enum itip_code
ask_back(struct turn *t, const struct component *c)
{
	struct part *known = part_find(t->next, &master_date);
	struct part p = part_tombstone(c, &master_date);

	if (known != NULL && part_order(known, c->sequence, c->dtstamp) <= 0)
		return known->state == PART_ASKED ? ITIP_REPEATED : ITIP_STALE;
	p.state = PART_ASKED;
	p.range = "";
	p.status = "";
	if (known == NULL)
		(void)part_insert(t, &p);
	else if (known->state == PART_ASKED)
		*known = p;
	t->changed = known == NULL || known->state == PART_ASKED;
	turn_follow(t, "REFRESH", t->first->organizer.address, NULL, 0,
	    "the object is not known here");
	return ITIP_ASKED_BACK;
}

/* Apply all components. */
static enum itip_code
run(struct passage *pass)
{
	struct turn *t = pass->turn;
	size_t i;

	list_brought(pass);
	for (i = 0; i < t->object->ncomponent; i++)
		pass->count[apply(pass, &t->object->component[i])]++;
	if (!t->changed && pass->count[FATE_RANGE] > 0 &&
	    t->role == ROLE_ATTENDEE && pass->invites)
		return ask_back(t, t->first);
	if (t->changed)
		t->next->organizer_sent_by = turn_sent_by(t);
	t->result->asks = pass->asks;
	turn_tell_own(t);
	return code_of(pass);
}

/* Does somebody of what another one organizes take it over? */
static int
is_takeover(const struct turn *t)
{
	const char *organizer = t->first->organizer.address;
	size_t i;

	if (t->other == NULL || t->held != NULL)
		return 0;
	for (i = 0; i < t->other->npart; i++)
		if (participant_find(&t->other->part[i], organizer) != NULL)
			return 1;
	return turn_is_from(
	    t, t->other->organizer, t->other->organizer_sent_by);
}

/* The refusal of an organizer's word, before anything is looked at. */
static enum itip_code
refuse_organizer(struct turn *t)
{
	const struct mail *mail = t->occasion->mail;

	if (is_takeover(t)) {
		turn_detail(t, "organizer %s, known is %s",
		    t->first->organizer.address, t->other->organizer);
		return ITIP_ORGANIZER_CHANGED;
	}
	if (turn_organizer_speaks(t))
		return ITIP_ADDED;
	turn_detail(t, "from %s, organizer %s",
	    mail->from == NULL ? "nobody" : mail->from,
	    t->first->organizer.address);
	return ITIP_NOT_ORGANIZER;
}

enum itip_code
scheduling_request(struct turn *t)
{
	struct passage pass = {.turn = t, .invites = 1};
	enum itip_code code = refuse_organizer(t);

	if (code == ITIP_NOT_ORGANIZER)
		return scheduling_delegated(t);
	return code == ITIP_ADDED ? run(&pass) : code;
}

enum itip_code
scheduling_sent(struct turn *t)
{
	struct passage pass = {.turn = t};

	pass.open = strcmp(t->object->method, "PUBLISH") == 0;
	return run(&pass);
}

enum itip_code
scheduling_publish(struct turn *t)
{
	struct passage pass = {.turn = t, .open = 1};
	const char *from = t->occasion->mail->from;
	const char *organizer = t->next->organizer;
	int hearsay;
	enum itip_code code;

	if (from == NULL)
		return ITIP_NOT_ORGANIZER;
	hearsay = !turn_is_from(t, organizer, t->first->organizer.sent_by);
	if (hearsay && t->held != NULL &&
	    !(turn_is_hearsay(t) &&
		itip_same_address(t->was->organizer_sent_by, from))) {
		turn_detail(t, "from %s, held from %s", from, organizer);
		return ITIP_NOT_ORGANIZER;
	}
	if (is_takeover(t))
		return ITIP_ORGANIZER_CHANGED;
	code = run(&pass);
	if (t->changed && hearsay)
		t->next->organizer_sent_by = from;
	return code;
}

enum itip_code
scheduling_add(struct turn *t)
{
	struct passage pass = {.turn = t, .adds = 1};
	const struct component *c = t->first;
	enum itip_code code = refuse_organizer(t);

	pass.invites = t->role == ROLE_ATTENDEE && c->nattendee > 0;
	if (code != ITIP_ADDED)
		return code;
	if (t->held == NULL && t->other != NULL)
		return ITIP_ORGANIZER_CHANGED;
	if (holding_is_live(t->was) || t->role == ROLE_ORGANIZER)
		return run(&pass);
	if (pass.invites && itip_attendee(c, t->occasion->calendar) == NULL)
		return ITIP_NOT_INVITED;
	return ask_back(t, c);
}
