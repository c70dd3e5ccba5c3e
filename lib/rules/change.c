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

int64_t
change_stamp(const struct ruling *r)
{
	int64_t stamp = r->q->now;
	size_t i;

	for (i = 0; i < r->nrecord; i++)
		if (r->record[i].answered >= stamp)
			stamp = r->record[i].answered + 1;
	return stamp;
}

/* The record of an instance that is already there, or NULL. */
static const struct record *
known_record(const struct ruling *r, int64_t instance)
{
	size_t i;

	for (i = 0; i < r->nrecord; i++)
		if (r->record[i].instance == instance)
			return &r->record[i];
	return NULL;
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
	record->dtstamp = c->dtstamp;
	record->digest = r->q->object->digest;
	record->state = state;
	record->answered = r->d->answer ? r->d->stamp : 0;
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

	if (r->lead->recurrence_id.kind != WHEN_NONE)
		return INT64_MAX;
	if (object->covered == INT64_MAX && r->beyond == 0)
		return INT64_MAX;
	return object->covered < r->horizon ? object->covered : r->horizon;
}

/* The busy rows of everything wanted. */
static void
add_rows(struct ruling *r)
{
	const struct object *object = r->q->object;
	struct busy *busy = mem_array(r->d, struct busy, r->nwant + 1);
	size_t i;

	for (i = 0; i < r->nwant; i++) {
		const struct instance *it = r->wanted[i];
		const struct component *c = &object->component[it->component];

		busy[i].uid = object->uid;
		busy[i].organizer = r->organizer;
		busy[i].instance = it->recurrence_id.utc;
		busy[i].recurring =
		    r->lead->recurs || c->recurrence_id.kind != WHEN_NONE;
		busy[i].start = it->start.utc;
		busy[i].end = it->end.utc;
		busy[i].status = "ACCEPTED";
		busy[i].summary = c->summary;
	}
	r->d->change.add = busy;
	r->d->change.nadd = r->nwant;
}

void
change_accept(struct ruling *r)
{
	const struct object *object = r->q->object;
	struct change *change = &r->d->change;
	struct record *put =
	    mem_array(r->d, struct record, object->ncomponent + 1);
	int64_t *drop = mem_array(r->d, int64_t, object->ncomponent + 1);
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		const struct component *c = &object->component[i];
		int cancelled = strcmp(c->status, "CANCELLED") == 0;

		/* A date that we are not invited to any more is one released. */
		if (!asks_us(r, c) || cancelled)
			drop[change->ndrop++] = change_instance(c);
		new_record(r, c,
		    asks_us(r, c) && !cancelled ? RECORD_BOOKED
						: RECORD_CANCELLED,
		    &put[change->nput++]);
		if (c->recurrence_id.kind == WHEN_NONE) {
			change->drop_all = 1;
			put[change->nput - 1].covered = covered_by(r);
		} else {
			drop[change->ndrop++] = change_instance(c);
		}
	}
	change->put = put;
	change->drop = drop;
	if (!r->transparent)
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
		    known_record(r, change_instance(c));
		struct record *p = &put[change->nput++];

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
		new_record(r, &object->component[i], RECORD_CANCELLED,
		    &put[r->d->change.nput++]);
	r->d->change.put = put;
}

/* Dates from a RECURRENCE-ID on: the master must not grow again. */
static void
stop_master(struct ruling *r, struct record *put)
{
	const struct record *master = known_record(r, INSTANCE_MASTER);

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

void
change_repeat(struct ruling *r, const struct record *known)
{
	struct record *put = mem_array(r->d, struct record, 1);

	*put = *known;
	put->repeats++;
	r->d->change.put = put;
	r->d->change.nput = 1;
}
