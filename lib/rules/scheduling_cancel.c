/*
 * scheduling_cancel.c - CANCEL: of all, of some dates, of some participants
 *
 * Source: RFC 5546 sections 3.2.5, 3.4.5, 3.5.3.  STATUS:CANCELLED stands in the
 * cancellation of all; where only some participants are named without it, only
 * they are taken out.
 */
#include <string.h>

#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

/* Whom a CANCEL is about. */
enum scope {
	SCOPE_ALL,
	SCOPE_US,    /* we are taken out, others stay */
	SCOPE_OTHERS /* others are taken out, we stay */
};

/* What became of one component. */
enum fate {
	FATE_ALL,
	FATE_US,
	FATE_OTHERS,
	FATE_DATES,
	FATE_REMEMBERED,
	FATE_SAME,
	FATE_OLD,
	FATE_UNKNOWN,
	FATE_ASIDE,
	FATES
};

static const struct when master_date = {.kind = WHEN_NONE, .zone = ""};

/* Does anybody but the organizer stay? */
static int
somebody_stays(
    const struct turn *t, const struct component *c, const struct part *p)
{
	struct names names = names_of(t->ctx, c);
	size_t i;

	for (i = 0; p != NULL && i < p->nparticipant; i++) {
		const char *address = p->participant[i].address;

		if (!itip_same_address(address, t->next->organizer) &&
		    !names_have(&names, address))
			return 1;
	}
	return 0;
}

/* Whom is the CANCEL about? */
static enum scope
scope_of(const struct turn *t, const struct component *c, const struct part *p)
{
	if (c->nattendee == 0)
		return SCOPE_ALL;
	/* Clients write STATUS:CANCELLED into each mail of their own. */
	if (t->role == ROLE_ORGANIZER)
		return somebody_stays(t, c, p) ? SCOPE_OTHERS : SCOPE_ALL;
	if (component_is_cancelled(c))
		return SCOPE_ALL;
	if (itip_attendee(c, t->occasion->calendar) == NULL)
		return SCOPE_OTHERS;
	return somebody_stays(t, c, p) ? SCOPE_US : SCOPE_ALL;
}

/* Take the named ones out of a part. */
static int
take_out(struct turn *t, const struct component *c, struct part *p)
{
	struct names names = names_of(t->ctx, c);

	if (!participants_remove(t, p, &names))
		return 0;
	if (part_order(p, c->sequence, c->dtstamp) > 0) {
		p->sequence = c->sequence;
		p->dtstamp = c->dtstamp;
	}
	t->changed = 1;
	return 1;
}

/* All of it. */
static enum fate
cancel_all(struct turn *t, const struct component *c, enum scope scope)
{
	struct part *master = part_find(t->next, &master_date);
	int buried = master != NULL && master->state == PART_CANCELLED;
	int lived = holding_is_live(t->was), n = 0;
	struct part p;
	size_t i;

	if (scope == SCOPE_OTHERS) {
		for (i = 0; i < t->next->npart; i++)
			n += take_out(t, c, &t->next->part[i]);
		return n > 0 ? FATE_OTHERS : lived ? FATE_SAME : FATE_ASIDE;
	}
	if (master == NULL || master->state == PART_ASKED) {
		p = part_tombstone(c, &master_date);
		p.range = "";
		if (master == NULL)
			(void)part_insert(t, &p);
		else
			*master = p;
	}
	part_bury(part_find(t->next, &master_date), c->sequence, c->dtstamp);
	parts_bury(t, &master_date, c);
	t->changed = 1;
	if (!lived)
		return buried ? FATE_SAME : FATE_REMEMBERED;
	return scope == SCOPE_US ? FATE_US : FATE_ALL;
}

/* The part of a date, made if the date has none. */
static struct part *
part_of(struct turn *t, const struct component *c, const struct when *date)
{
	struct part *own = part_find(t->next, date);
	const struct part *base = part_base(t->next, date);
	struct part p;

	if (own != NULL && own->state != PART_ASKED)
		return own;
	p = base != NULL && base->state == PART_LIVE
	        ? date_part(t, base, date, "")
	        : part_tombstone(c, date);
	return part_insert(t, &p);
}

/* One date, or one and all later ones. */
static enum fate
cancel_date(struct turn *t, const struct component *c, const struct when *date,
    enum scope scope)
{
	int lived = holding_is_live(t->was);
	struct part *p;

	if (scope == SCOPE_OTHERS) {
		if (!lived)
			return FATE_ASIDE;
		p = part_of(t, c, date);
		return take_out(t, c, p) ? FATE_OTHERS : FATE_SAME;
	}
	p = part_of(t, c, date);
	part_bury(p, c->sequence, c->dtstamp);
	p->range = c->range;
	if (c->range[0] != '\0')
		parts_bury(t, date, c);
	t->changed = 1;
	return lived ? FATE_DATES : FATE_REMEMBERED;
}

/* Is the CANCEL older than what is known, or the same again? */
static enum version
version_of(
    const struct part *own, const struct part *base, const struct component *c)
{
	int order;

	if (own == NULL || own->state == PART_ASKED) {
		if (base == NULL)
			return VERSION_NEW;
		if (base->state == PART_CANCELLED)
			return VERSION_SAME;
		return c->sequence < base->sequence ? VERSION_OLDER
		                                    : VERSION_NEWER;
	}
	order = part_order(own, c->sequence, c->dtstamp);
	if (order < 0)
		return VERSION_OLDER;
	return order == 0 && own->state == PART_CANCELLED ? VERSION_SAME
	                                                  : VERSION_NEWER;
}

/* Apply one component. */
static enum fate
apply(struct turn *t, const struct component *c)
{
	struct when date = turn_date(t, c);
	const struct part *master = part_find(t->next, &master_date);
	const struct part *own = part_find(t->next, &date);
	const struct part *base = part_base(t->next, &date);
	const struct part *known = own != NULL ? own : base;
	enum version version;
	int to_end = c->range[0] != '\0' && master != NULL &&
	             master->state == PART_LIVE &&
	             date.utc <= master->start.utc;

	if (own == NULL && master != NULL && master->state == PART_LIVE &&
	    !to_end && !date_is_possible(t, &date))
		return FATE_UNKNOWN;
	version = version_of(own, base, c);
	if (version == VERSION_OLDER)
		turn_detail(t, "sequence %lld, known is a newer version",
		    (long long)c->sequence);
	if (version == VERSION_OLDER || version == VERSION_SAME)
		return version == VERSION_SAME ? FATE_SAME : FATE_OLD;
	if (date.kind == WHEN_NONE || to_end)
		return cancel_all(t, c, scope_of(t, c, known));
	return cancel_date(t, c, &date, scope_of(t, c, known));
}

/* The weightiest fate counts. */
static enum itip_code
code_of(const int count[FATES])
{
	static const enum itip_code codes[FATES] = {[FATE_ALL] = ITIP_CANCELLED,
	    [FATE_US] = ITIP_UNINVITED,
	    [FATE_OTHERS] = ITIP_OTHERS_CANCELLED,
	    [FATE_DATES] = ITIP_DATES_CANCELLED,
	    [FATE_REMEMBERED] = ITIP_REMEMBERED,
	    [FATE_SAME] = ITIP_REPEATED,
	    [FATE_OLD] = ITIP_STALE,
	    [FATE_UNKNOWN] = ITIP_UNKNOWN_INSTANCE,
	    [FATE_ASIDE] = ITIP_NOT_INVITED};
	static const enum fate order[FATES] = {FATE_ALL, FATE_US, FATE_DATES,
	    FATE_OTHERS, FATE_REMEMBERED, FATE_OLD, FATE_SAME, FATE_UNKNOWN,
	    FATE_ASIDE};
	size_t i;

	for (i = 0; i + 1 < FATES; i++)
		if (count[order[i]] > 0)
			break;
	return codes[order[i]];
}

/* May the sender cancel?  Who published hearsay may take it back. */
static int
may_cancel(const struct turn *t)
{
	return turn_organizer_speaks(t) ||
	       (turn_is_hearsay(t) && t->occasion->mail->from != NULL &&
		   itip_same_address(
		       t->was->organizer_sent_by, t->occasion->mail->from));
}

enum itip_code
scheduling_cancel(struct turn *t)
{
	int count[FATES] = {0};
	enum itip_code code;
	size_t i;

	if (!may_cancel(t)) {
		turn_detail(t, "organizer %s", t->first->organizer.address);
		return ITIP_NOT_ORGANIZER;
	}
	if (t->held == NULL && t->other != NULL) {
		turn_detail(t, "known is %s", t->other->organizer);
		return ITIP_ORGANIZER_CHANGED;
	}
	for (i = 0; i < t->object->ncomponent; i++)
		count[apply(t, &t->object->component[i])]++;
	if (t->changed)
		t->next->organizer_sent_by = turn_sent_by(t);
	code = code_of(count);
	/* Date by date until nothing is left is the end of it as well. */
	if (code == ITIP_DATES_CANCELLED && !holding_is_live(t->next))
		code = ITIP_CANCELLED;
	turn_tell_own(t);
	return code;
}
