/*
 * rezone_write.c - what moved by new zone data, back into the store
 *
 * Rows, records and what a person holds know the dates of a series by their
 * original starts in UTC, so all three move.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/engine/rezone_job.h"
#include "lib/facts/holding.h"

/* The original start that a record means now. */
static int64_t
instance_now(const struct rezone_booking *b, int64_t id)
{
	long found;

	memset(b->used, 0, b->object->ninstance);
	found = rezone_find(b, id, 0);
	return found < 0 ? id : b->object->instance[found].recurrence_id.utc;
}

/* The records of an object as they are from now on. */
static void
make_records(const struct rezone_job *j, const struct rezone_booking *b,
    struct change *c)
{
	struct record *put = mem_array(j->ctx, struct record, b->nrecord + 1);
	size_t i;

	for (i = 0; i < b->nrecord; i++) {
		struct record *p = &put[c->nput];

		if (!rezone_is_of(b, &b->record[i]))
			continue;
		*p = b->record[i];
		c->nput++;
		if (p->instance != INSTANCE_MASTER)
			p->instance = instance_now(b, p->instance);
		else if (p->covered != INT64_MAX)
			/* what moved to and fro across it is looked at again */
			p->covered -= REZONE_MARGIN;
	}
	c->put = put;
}

/* The row of an instance as it is from now on. */
static struct busy
row_now(const struct rezone_booking *b, const struct busy *row)
{
	struct busy now = *row;
	size_t i;

	for (i = 0; i < b->n; i++) {
		const struct rezone_date *d = &b->move[i].date;

		if (d->before.instance != row->instance)
			continue;
		now = d->result == REZONE_MOVED ? d->after : d->before;
		now.instance = d->after.instance;
	}
	return now;
}

/* All of an object that is put back. */
static enum res
make_change(const struct rezone_job *j, const struct rezone_booking *b,
    struct change *change, struct why *why)
{
	const struct busy *first = &b->move->date.before;
	struct busy *row, *add;
	size_t i, n;
	enum res r = store_rows(j->engine->store, j->ctx, j->calendar->address,
	    first->uid, &row, &n, why);

	if (r != RES_OK)
		return r;
	memset(change, 0, sizeof(*change));
	change->organizer = first->organizer;
	change->drop_from = INT64_MAX;
	change->shared = j->calendar->kind == KIND_PERSON;
	add = mem_array(j->ctx, struct busy, n + 1);
	for (i = 0; i < n; i++)
		if (strcmp(row[i].organizer, first->organizer) == 0)
			add[change->nadd++] = row_now(b, &row[i]);
	change->add = add;
	make_records(j, b, change);
	return RES_OK;
}

/* The instant that a wall clock is now. */
static void
refresh_when(struct when *when)
{
	const struct zone *zone =
	    when->kind == WHEN_ZONED ? zone_find(when->zone) : NULL;

	if (zone != NULL)
		when->utc = zone_to_utc(zone, &when->wall);
}

/* All instants that a holding has beside wall clocks. */
static void
refresh_holding(struct holding *holding)
{
	size_t i, k;

	for (i = 0; i < holding->npart; i++) {
		struct part *part = &holding->part[i];

		refresh_when(&part->recurrence_id);
		refresh_when(&part->start);
		refresh_when(&part->end);
		for (k = 0; k < part->nproposal; k++) {
			refresh_when(&part->proposal[k].start);
			refresh_when(&part->proposal[k].end);
		}
	}
}

/* What a person holds of the object knows its dates by instants too. */
static enum res
write_holding(
    const struct rezone_job *j, const struct rezone_booking *b, struct why *why)
{
	const struct busy *row = &b->move->date.before;
	struct store *store = j->engine->store;
	struct holding *holding = NULL;
	struct held *held;
	size_t i, n;
	enum res r = store_holdings(
	    store, j->ctx, j->calendar->address, row->uid, &held, &n, why);

	for (i = 0; r == RES_OK && i < n; i++) {
		if (strcmp(held[i].organizer, row->organizer) != 0)
			continue;
		r = holding_parse(
		    j->ctx, held[i].text, strlen(held[i].text), &holding, why);
		if (r != RES_OK)
			break;
		refresh_holding(holding);
		held[i].text = holding_print(j->ctx, holding);
		r = store_hold(
		    store, j->calendar->address, row->uid, &held[i], why);
	}
	return r;
}

/* Keep a decision about what was done, so that it can be explained. */
static enum res
record_decision(
    const struct rezone_job *j, const struct rezone_booking *b, struct why *why)
{
	struct decision *d = mem_new(j->ctx, struct decision);
	size_t i, moved = 0, clash = 0;
	int64_t number;

	for (i = 0; i < b->n; i++) {
		moved += b->move[i].date.result == REZONE_MOVED;
		clash += b->move[i].date.result == REZONE_CLASH;
	}
	d->calendar = j->calendar;
	d->recipient = j->calendar->address;
	d->object = b->object;
	d->component = &b->object->component[0];
	d->verdict = VERDICT_ACCEPT;
	d->code = "rezoned";
	d->reason = mem_print(d,
	    "the zone data changed: %zu dates moved, %zu stay since their new "
	    "time is taken",
	    moved, clash);
	d->quiet = "found by imip-admin rezone";
	d->partstat = d->status = "";
	return store_decision(
	    j->engine->store, "rezone", d, j->now, &number, why);
}

enum res
rezone_write(const struct rezone_job *j, struct why *why)
{
	struct change *change =
	    mem_array(j->ctx, struct change, j->nbooking + 1);
	const struct change none = {.drop_all = 1, .drop_from = INT64_MAX};
	struct store *store = j->engine->store;
	const char *address = j->calendar->address;
	size_t i;
	enum res r = RES_OK;

	for (i = 0; r == RES_OK && i < j->nbooking; i++) {
		const struct busy *row = &j->booking[i].move->date.before;
		struct change out = none;

		if (!rezone_is_changed(&j->booking[i]))
			continue;
		r = make_change(j, &j->booking[i], &change[i], why);
		out.organizer = row->organizer;
		if (r == RES_OK)
			r = store_change(
			    store, address, row->uid, &out, j->now, why);
	}
	for (i = 0; r == RES_OK && i < j->nbooking; i++) {
		const struct busy *row = &j->booking[i].move->date.before;

		if (!rezone_is_changed(&j->booking[i]))
			continue;
		r = store_change(
		    store, address, row->uid, &change[i], j->now, why);
		if (r == RES_OK)
			r = write_holding(j, &j->booking[i], why);
		if (r == RES_OK)
			r = record_decision(j, &j->booking[i], why);
	}
	return r;
}
