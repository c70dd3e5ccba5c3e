/* change.c - what a decision does to the state; see change.h */
#include "lib/rules/change.h"

#include <string.h>
#include <strings.h>

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

/* Where a word stands before the end, in any case; NULL if nowhere. */
static const char *
find_word(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	for (; p + n <= end; p++)
		if (strncasecmp(p, word, n) == 0)
			return p;
	return NULL;
}

int
change_is_range(const struct record *record)
{
	const char *end = record->text + strlen(record->text);
	const char *id = find_word(record->text, end, "\nRECURRENCE-ID;");

	if (id == NULL)
		return 0;
	id++;
	return find_word(id, id + strcspn(id, "\n"), "RANGE=THISANDFUTURE") !=
	       NULL;
}

int
change_outlives(const struct record *date, const struct component *master,
    const struct record *before, int has_date)
{
	if (date->sequence != master->sequence)
		return date->sequence > master->sequence;
	if (date->dtstamp > master->dtstamp)
		return 1;
	return before != NULL && before->sequence == master->sequence &&
	       has_date;
}

/* The record of an instance, or NULL. */
static const struct record *
find_record(const struct record *record, size_t n, int64_t instance)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (record[i].instance == instance)
			return &record[i];
	return NULL;
}

/* The last range from before an instance that stays beside the master. */
static const struct record *
range_over(const struct record *record, size_t n, int64_t instance,
    const struct component *master)
{
	const struct record *before = find_record(record, n, INSTANCE_MASTER);
	const struct record *range = NULL;
	size_t i;

	for (i = 0; i < n; i++)
		if (record[i].instance < instance &&
		    change_is_range(&record[i]) &&
		    (range == NULL || record[i].instance > range->instance) &&
		    (master == NULL ||
			change_outlives(&record[i], master, before, 1)))
			range = &record[i];
	return range;
}

int
change_is_stale(const struct object *object, const struct component *c,
    const struct component *master, const struct record *record, size_t n)
{
	int64_t instance = change_instance(c);
	const struct record *range;
	struct record over;

	if (instance == INSTANCE_MASTER)
		return 0;
	/* Beside its master only a record of its own speaks. */
	if ((master == NULL || find_record(record, n, instance) != NULL) &&
	    itip_version(c, instance, object->digest, record, n) ==
		VERSION_OLDER)
		return 1;
	range = range_over(record, n, instance, master);
	/* Some clients count a date apart: late is what was written before. */
	if (range == NULL || c->dtstamp > range->dtstamp)
		return 0;
	over = *range;
	over.instance = INSTANCE_MASTER;
	return itip_version(c, instance, object->digest, &over, 1) ==
	       VERSION_OLDER;
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
	/* The series is held already, and with it all that is known of it. */
	if (!r->news[0])
		return 1;
	return change_outlives(
	    date, master, before, has_instance(r->q->object, date->instance));
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

/* The original start of a date in iCalendar, as its series has it. */
static char *
id_text(TALLOC_CTX *ctx, const struct when *id)
{
	struct civil c = id->wall;

	if (id->kind == WHEN_DATE)
		return mem_print(
		    ctx, ";VALUE=DATE:%04d%02d%02d", c.year, c.month, c.day);
	if (id->kind != WHEN_FLOATING)
		c = civil_from_seconds(id->utc);
	return mem_print(ctx, ":%04d%02d%02dT%02d%02d%02d%s", c.year, c.month,
	    c.day, c.hour, c.minute, c.second,
	    id->kind == WHEN_FLOATING ? "" : "Z");
}

/*
 * What a released range leaves: a component that, read together with the
 * series, cancels its date and all that follow.
 */
static const char *
tombstone_text(const struct ruling *r, const struct component *c)
{
	char *id;

	if (strcmp(c->range, "THISANDFUTURE") != 0)
		return "";
	id = id_text(r->d, &c->recurrence_id);
	return mem_print(r->d,
	    "BEGIN:VEVENT\nUID:%s\nRECURRENCE-ID;RANGE=THISANDFUTURE%s\n"
	    "SEQUENCE:%lld\nDTSTART%s\nORGANIZER:mailto:%s\n"
	    "STATUS:CANCELLED\nEND:VEVENT\n",
	    r->q->object->uid, id, (long long)c->sequence, id, r->organizer);
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
	record->text = state == RECORD_CANCELLED ? tombstone_text(r, c) : "";
	record->covered = INT64_MAX;
}

/* Is the component asked of this calendar, and not called off? */
static int
asks_us(const struct ruling *r, const struct component *c)
{
	return itip_attendee(c, r->q->calendar) != NULL &&
	       strcmp(c->status, "CANCELLED") != 0;
}

/*
 * Is the component to be kept for expanding?  A series that asks us for some
 * dates only is: without it nobody knows what follows a range.
 */
static int
is_kept(const struct ruling *r, const struct component *c)
{
	const struct object *object = r->q->object;
	size_t i;

	if (c->recurrence_id.kind != WHEN_NONE || !c->recurs)
		return asks_us(r, c);
	for (i = 0; i < object->ncomponent; i++)
		if (!r->stale[i] && asks_us(r, &object->component[i]))
			return 1;
	return 0;
}

/* How far the rows of a newly booked master are exact. */
static int64_t
covered_by(const struct ruling *r)
{
	const struct object *object = r->q->object;

	if (object->component[0].recurrence_id.kind != WHEN_NONE)
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
	int ours = is_kept(r, c);
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
	    r->d, struct record, object->ncomponent + r->nsurvivor + 2);
	int64_t *drop = mem_array(r->d, int64_t, object->ncomponent + 1);
	size_t i;

	change->put = put;
	change->drop = drop;
	for (i = 0; i < object->ncomponent; i++)
		if (!r->stale[i])
			accept_component(r, &object->component[i], put, drop);
	for (i = 0; i < r->nsurvivor; i++)
		put[change->nput++] = *r->survivor[i];
	if (r->q->carried != NULL)
		put[change->nput++] = *r->q->carried;
	add_rows(r);
}

/* Is a date booked of those that the lead component speaks of? */
static int
is_booked(const struct ruling *r)
{
	const struct component *c = r->lead;
	int64_t from = change_instance(c);
	size_t i;

	for (i = 0; i < r->nown; i++)
		if (r->own[i].instance == from ||
		    (r->own[i].instance > from &&
			(from == INSTANCE_MASTER ||
			    strcmp(c->range, "THISANDFUTURE") == 0)))
			return 1;
	return 0;
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
	r->d->stays = is_booked(r);
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

/*
 * What was known of dates after the range goes with it.  If no date is left
 * between the rows and the range, the master need not grow again.
 */
static void
stop_master(struct ruling *r, struct record *put)
{
	int64_t from = r->d->change.drop_from;
	size_t i;

	for (i = 0; i < r->nrecord; i++) {
		struct record *p = &put[r->d->change.nput];

		*p = r->record[i];
		if (p->instance == INSTANCE_MASTER && from <= p->covered) {
			p->covered = INT64_MAX;
		} else if (p->instance > from && p->state == RECORD_BOOKED) {
			p->state = RECORD_CANCELLED;
			p->text = "";
		} else {
			continue;
		}
		r->d->change.nput++;
	}
}

void
change_cancel(struct ruling *r)
{
	const struct object *object = r->q->object;
	struct change *change = &r->d->change;
	struct record *put =
	    mem_array(r->d, struct record, object->ncomponent + r->nrecord + 2);
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
	if (r->q->carried != NULL && !change->drop_all)
		put[change->nput++] = *r->q->carried;
}

int
change_has_booked(const struct ruling *r)
{
	const struct record *master = change_known(r, INSTANCE_MASTER);
	const struct change *change = &r->d->change;
	size_t i, k;

	/* A series that is booked, and would have grown so far. */
	if (change->drop_from != INT64_MAX && r->booked && master != NULL &&
	    master->state == RECORD_BOOKED &&
	    change->drop_from > master->covered)
		return 1;
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
