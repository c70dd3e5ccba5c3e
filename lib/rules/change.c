/* change.c - what a decision does to the state; see change.h */
#include "lib/rules/change.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"

int64_t
change_instance(const struct component *component)
{
	if (component->recurrence_id.kind == WHEN_NONE)
		return INSTANCE_MASTER;
	return component->recurrence_id.utc;
}

const struct record *
change_known(const struct ruling *r, int64_t instance)
{
	size_t i;

	for (i = 0; i < r->nrecord; i++)
		if (r->record[i].instance == instance)
			return &r->record[i];
	return NULL;
}

/* Does the message say something newer about exactly this date? */
static int
is_replaced(const struct ruling *r, int64_t instance)
{
	const struct object *object = r->q->object;
	size_t i;

	for (i = 0; i < object->ncomponent; i++)
		if (change_instance(&object->component[i]) == instance)
			return !r->stale[i];
	return 0;
}

/* Has the series of the message a date with this original start? */
static int
has_instance(const struct object *object, int64_t instance)
{
	size_t i;

	for (i = 0; i < object->ninstance; i++)
		if (object->instance[i].recurrence_id.utc == instance)
			return 1;
	return 0;
}

/* Does the date stay as it is beside this master? */
static int
survives(const struct ruling *r, const struct component *master,
    const struct record *date)
{
	const struct record *before = change_known(r, INSTANCE_MASTER);

	if (is_replaced(r, date->instance))
		return 0;
	if (date->sequence != master->sequence)
		return date->sequence > master->sequence;
	if (date->dtstamp > master->dtstamp)
		return 1;
	/* The same SEQUENCE is no rescheduling (RFC 5546 section 2.1.4). */
	return before != NULL && before->sequence == master->sequence &&
	       has_instance(r->q->object, date->instance);
}

void
change_survivors(struct ruling *r)
{
	const struct component *master = &r->q->object->component[0];
	size_t i;

	if (master->recurrence_id.kind != WHEN_NONE)
		return;
	r->survivor = mem_array(r->d, const struct record *, r->nrecord + 1);
	for (i = 0; i < r->nrecord; i++)
		if (r->record[i].instance != INSTANCE_MASTER &&
		    survives(r, master, &r->record[i]))
			r->survivor[r->nsurvivor++] = &r->record[i];
}

/* A record of this version of a component; text is filled in when recorded. */
static void
new_record(const struct ruling *r, const struct component *c,
    enum record_state state, struct record *record)
{
	record->calendar = r->q->calendar->address;
	record->uid = r->q->object->uid;
	record->organizer = r->organizer;
	record->instance = change_instance(c);
	record->sequence = c->sequence;
	/* A clock that is wrong must not lock the meeting for years. */
	record->dtstamp = c->dtstamp > r->q->now + SECONDS_PER_DAY
	                      ? r->q->now + SECONDS_PER_DAY
	                      : c->dtstamp;
	record->digest = r->q->object->digest;
	record->state = state;
	record->answered = r->d->answer ? r->d->stamp : r->answered;
	record->repeats = 0;
	record->summary = c->summary;
	record->text = "";
	record->covered = INT64_MAX;
}

/* Is the component asked of this calendar? */
static int
asks_us(const struct ruling *r, const struct component *c)
{
	return itip_attendee(c, r->q->calendar) != NULL;
}

/* How far the rows of a newly booked master are exact. */
static int64_t
covered_by(const struct ruling *r)
{
	const struct object *object = r->q->object;

	if (object->component[0].recurrence_id.kind != WHEN_NONE ||
	    !asks_us(r, &object->component[0]))
		return INT64_MAX;
	if (object->covered == INT64_MAX && r->beyond == 0)
		return INT64_MAX;
	return object->covered < r->horizon ? object->covered : r->horizon;
}

/* The row of a wanted instance. */
static void
make_row(const struct ruling *r, const struct instance *it, struct busy *row)
{
	const struct component *c = &r->q->object->component[it->component];

	row->uid = r->q->object->uid;
	row->organizer = r->organizer;
	row->instance = it->recurrence_id.utc;
	row->recurring = r->lead->recurs || c->recurrence_id.kind != WHEN_NONE;
	row->start = it->start.utc;
	row->end = it->end.utc;
	row->status = "ACCEPTED";
	row->summary = c->summary;
}

/* Is the row over, and not asked for anew: a past that nobody can change? */
static int
is_history(const struct ruling *r, const struct busy *row)
{
	size_t i;

	if (row->end > r->q->now)
		return 0;
	for (i = 0; i < r->nwant; i++)
		if (r->wanted[i]->recurrence_id.utc == row->instance)
			return 0;
	for (i = 0; i < r->nsurvivor; i++)
		if (r->survivor[i]->instance == row->instance)
			return 0;
	return 1;
}

/* The busy rows of everything wanted, of what survives, and of the past. */
static void
add_rows(struct ruling *r)
{
	struct busy *busy =
	    mem_array(r->d, struct busy, r->nwant + 2 * r->nown + 1);
	size_t i, k, n;

	for (n = 0; n < r->nwant; n++)
		make_row(r, r->wanted[n], &busy[n]);
	for (i = 0; i < r->nsurvivor; i++)
		for (k = 0; k < r->nown; k++)
			if (r->survivor[i]->state == RECORD_BOOKED &&
			    r->own[k].instance == r->survivor[i]->instance)
				busy[n++] = r->own[k];
	for (k = 0; k < r->nown; k++)
		if (r->d->change.drop_all && is_history(r, &r->own[k])) {
			busy[n++] = r->own[k];
			r->d->nold++;
		}
	r->d->change.add = busy;
	r->d->change.nadd = n;
}

/* Did the message bring it? */
static int
is_news(const struct ruling *r, const struct component *c)
{
	return r->news[c - r->q->object->component];
}

/* The record of one component that is not stale. */
static void
accept_component(struct ruling *r, const struct component *c,
    struct record *put, int64_t *drop)
{
	struct change *change = &r->d->change;
	int ours = asks_us(r, c) && strcmp(c->status, "CANCELLED") != 0;
	const struct record *known = change_known(r, change_instance(c));

	/* A date that we are not invited to any more is one released. */
	if (is_news(r, c) || known == NULL)
		new_record(r, c, ours ? RECORD_BOOKED : RECORD_CANCELLED,
		    &put[change->nput]);
	else
		put[change->nput] = *known;
	if (c->recurrence_id.kind == WHEN_NONE) {
		change->drop_all = 1;
		put[change->nput].covered = covered_by(r);
		r->d->until = put[change->nput].covered;
	} else {
		drop[change->ndrop++] = change_instance(c);
	}
	change->nput++;
}

void
change_accept(struct ruling *r)
{
	const struct object *object = r->q->object;
	struct change *change = &r->d->change;
	struct record *put = mem_array(
	    r->d, struct record, object->ncomponent + r->nsurvivor + 1);
	int64_t *drop = mem_array(r->d, int64_t, object->ncomponent + 1);
	size_t i;

	change->put = put;
	change->drop = drop;
	for (i = 0; i < object->ncomponent; i++)
		if (!r->stale[i])
			accept_component(r, &object->component[i], put, drop);
	for (i = 0; i < r->nsurvivor; i++)
		put[change->nput++] = *r->survivor[i];
	add_rows(r);
}

void
change_decline(struct ruling *r)
{
	const struct object *object = r->q->object;
	struct change *change = &r->d->change;
	struct record *put =
	    mem_array(r->d, struct record, object->ncomponent + 1);
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		const struct component *c = &object->component[i];
		const struct record *known =
		    change_known(r, change_instance(c));
		struct record *p = &put[change->nput];

		if (r->stale[i] || !r->news[i])
			continue;
		change->nput++;
		new_record(r, c, RECORD_DECLINED, p);
		/* A declined move keeps the slot that was booked. */
		if (known != NULL && known->state == RECORD_BOOKED) {
			p->state = RECORD_BOOKED;
			p->summary = known->summary;
			p->text = known->text;
			p->covered = known->covered;
		}
	}
	change->put = put;
}

/* One tombstone for each component of the cancellation. */
static void
put_tombstones(struct ruling *r, struct record *put)
{
	const struct object *object = r->q->object;
	size_t i;

	for (i = 0; i < object->ncomponent; i++)
		if (!r->stale[i] && r->news[i])
			new_record(r, &object->component[i], RECORD_CANCELLED,
			    &put[r->d->change.nput++]);
	r->d->change.put = put;
}

/* Dates from a RECURRENCE-ID on: the master must not grow again. */
static void
stop_master(struct ruling *r, struct record *put)
{
	const struct record *master = change_known(r, INSTANCE_MASTER);

	if (master == NULL)
		return;
	put[r->d->change.nput] = *master;
	put[r->d->change.nput++].covered = INT64_MAX;
}

void
change_cancel(struct ruling *r)
{
	const struct object *object = r->q->object;
	struct change *change = &r->d->change;
	struct record *put =
	    mem_array(r->d, struct record, object->ncomponent + 2);
	int64_t *drop = mem_array(r->d, int64_t, object->ncomponent + 1);
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		const struct component *c = &object->component[i];

		if (r->stale[i] || !r->news[i])
			continue;
		if (c->recurrence_id.kind == WHEN_NONE) {
			change->drop_all = 1;
			continue;
		}
		drop[change->ndrop++] = change_instance(c);
		if (strcmp(c->range, "THISANDFUTURE") == 0)
			change->drop_from = change_instance(c);
	}
	change->drop = drop;
	put_tombstones(r, put);
	if (change->drop_from != INT64_MAX && !change->drop_all)
		stop_master(r, put);
}

int
change_has_booked(const struct ruling *r)
{
	const struct change *change = &r->d->change;
	size_t i, k;

	for (i = 0; i < r->nown; i++) {
		int64_t instance = r->own[i].instance;

		if (change->drop_all || instance >= change->drop_from)
			return 1;
		for (k = 0; k < change->ndrop; k++)
			if (change->drop[k] == instance)
				return 1;
	}
	/* A meeting that takes no time has no rows. */
	return r->nown == 0 && r->booked && change->drop_all;
}

void
change_repeat(struct ruling *r, const struct record *known)
{
	struct record *put = mem_array(r->d, struct record, 1);

	*put = *known;
	put->repeats++;
	r->d->change.put = put;
	r->d->change.nput = 1;
}
