/*
 * extend.c - stored series grow with the horizon
 *
 * A series without an end is booked up to a date; the rows beyond it are made
 * when a request reaches there, and once a night.  A date that meanwhile went
 * to somebody else stays theirs: it is left out and the decision is kept.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/engine/align.h"
#include "lib/engine/engine.h"
#include "lib/engine/person.h"
#include "lib/rules/change.h"
#include "lib/rules/clash.h"
#include "lib/rules/itip.h"

/* Series taken in one go; the rest waits for the next call. */
#define SERIES_MAX 1000

/* One series being extended. */
struct growth {
	const struct engine *engine;
	TALLOC_CTX *ctx;
	const struct record *master;
	const struct calendar *calendar;
	struct record *record; /* all of its uid */
	size_t nrecord;
	int64_t to;
	int64_t now;
};

/* Does a record say that this date was released? */
static int
is_released(const struct growth *g, int64_t instance)
{
	size_t i;

	for (i = 0; i < g->nrecord; i++)
		if (g->record[i].instance == instance &&
		    g->record[i].state == RECORD_CANCELLED)
			return 1;
	return 0;
}

/* Is the record a part of the series: booked, or a range that was released? */
static int
is_part(const struct record *record)
{
	return record->state == RECORD_BOOKED ||
	       (record->state == RECORD_CANCELLED && change_is_range(record));
}

/* Is a range released, and nothing booked of what comes after? */
static int
is_ended(const struct growth *g, int64_t covered)
{
	const struct record *last = NULL;
	size_t i;

	for (i = 0; i < g->nrecord; i++)
		if (strcasecmp(g->record[i].organizer, g->master->organizer) ==
			0 &&
		    change_is_range(&g->record[i]) &&
		    (last == NULL || g->record[i].instance > last->instance))
			last = &g->record[i];
	return last != NULL && last->state == RECORD_CANCELLED &&
	       last->instance <= covered;
}

/* Does the component book nothing: not ours, or free in such a calendar? */
static int
books_nothing(const struct growth *g, const struct component *c)
{
	if (g->calendar->kind == KIND_PERSON)
		return 0;
	return itip_attendee(c, g->calendar) == NULL ||
	       (!g->calendar->book_free &&
		   strcmp(c->transp, "TRANSPARENT") == 0);
}

/* The instances of the stored series in the new stretch. */
static enum res
expand(struct growth *g, struct object **object, struct why *why)
{
	const char **kept = mem_array(g->ctx, const char *, g->nrecord + 1);
	size_t i, n = 0;
	enum res r;

	for (i = 0; i < g->nrecord; i++)
		if (is_part(&g->record[i]) && g->record[i].text[0] != '\0' &&
		    strcasecmp(g->record[i].organizer, g->master->organizer) ==
			0)
			kept[n++] = g->record[i].text;
	r = align_reread(g->engine, g->ctx, g->calendar, kept, n,
	    g->master->covered, g->to, object, why);
	if (r == RES_OK && *object == NULL)
		r = why_set(why, RES_PERM,
		    "the stored series %.200s cannot be read again",
		    g->master->uid);
	return r;
}

/* Is this row of the new stretch free of others? */
static enum res
row_is_free(
    struct growth *g, const struct busy *row, int *is_free, struct why *why)
{
	struct span want = {row->start, row->end}, *clash;
	struct busy *busy;
	size_t n, nclash;
	enum res r;

	r = store_busy(g->engine->store, g->ctx, g->master->calendar,
	    row->start, row->end, &busy, &n, why);
	if (r != RES_OK)
		return r;
	clash_find(g->ctx, &want, 1, busy, n, row->uid, row->organizer, &clash,
	    &nclash);
	*is_free = nclash == 0;
	return RES_OK;
}

/* The row of an instance of the new stretch; 0 if it needs none. */
static int
make_row(const struct growth *g, const struct object *object,
    const struct instance *it, struct busy *row)
{
	const struct component *c = &object->component[it->component];

	if (it->cancelled || books_nothing(g, c) ||
	    it->start.utc < g->master->covered || it->start.utc >= g->to ||
	    is_released(g, it->recurrence_id.utc))
		return 0;
	row->uid = g->master->uid;
	row->organizer = g->master->organizer;
	row->instance = it->recurrence_id.utc;
	row->recurring = 1;
	row->start = it->start.utc;
	row->end = it->end.utc;
	row->status = "ACCEPTED";
	row->summary = c->summary;
	return 1;
}

/* The free rows of the new stretch; those that clash are counted. */
static enum res
collect_rows(struct growth *g, const struct object *object, struct busy **rows,
    size_t *nrows, size_t *nclash, struct why *why)
{
	size_t i;

	*rows = mem_array(g->ctx, struct busy, object->ninstance + 1);
	*nrows = *nclash = 0;
	for (i = 0; i < object->ninstance; i++) {
		struct busy *row = &(*rows)[*nrows];
		int is_free = 0;
		enum res r;

		if (!make_row(g, object, &object->instance[i], row))
			continue;
		r = row_is_free(g, row, &is_free, why);
		if (r != RES_OK)
			return r;
		*nrows += is_free ? 1 : 0;
		*nclash += is_free ? 0 : 1;
	}
	return RES_OK;
}

/* Keep a decision about dates that could not be had. */
static enum res
record_clash(struct growth *g, const struct object *object, size_t nclash,
    struct why *why)
{
	struct decision *d = mem_new(g->ctx, struct decision);
	int64_t number;

	d->calendar = g->calendar;
	d->recipient = g->master->calendar;
	d->object = object;
	d->component = &object->component[0];
	d->verdict = VERDICT_DECLINE;
	d->code = "later-clash";
	d->reason = mem_print(d,
	    "%zu later dates of the series are taken and were left out",
	    nclash);
	d->quiet = "found when the horizon moved";
	d->partstat = d->status = "";
	return store_decision(
	    g->engine->store, "horizon", d, g->now, &number, why);
}

/* Book the new stretch of one series. */
static enum res
grow(struct growth *g, struct why *why)
{
	struct record master = *g->master;
	struct change change = {.organizer = master.organizer,
	    .drop_from = INT64_MAX,
	    .put = &master,
	    .nput = 1};
	struct object *object = NULL;
	struct busy *rows = NULL;
	size_t nclash = 0;
	enum res r = expand(g, &object, why);

	if (r == RES_OK && object != NULL)
		r = collect_rows(g, object, &rows, &change.nadd, &nclash, why);
	if (r != RES_OK || object == NULL)
		return r;
	change.add = rows;
	master.covered = g->to;
	if (object->covered == INT64_MAX)
		master.covered = INT64_MAX;
	else if (object->covered < g->to)
		master.covered = object->covered;
	if (is_ended(g, master.covered))
		master.covered = INT64_MAX;
	r = store_change(g->engine->store, master.calendar, master.uid, &change,
	    g->now, why);
	if (r == RES_OK && nclash > 0)
		r = record_clash(g, object, nclash, why);
	return r;
}

/* Extend one series, or give it up so that it does not block the others. */
static enum res
grow_or_stop(struct growth *g, struct why *why)
{
	struct record stopped = *g->master;
	struct change change = {.organizer = stopped.organizer,
	    .drop_from = INT64_MAX,
	    .put = &stopped,
	    .nput = 1};
	enum res r = store_records(g->engine->store, g->ctx,
	    g->master->calendar, g->master->uid, &g->record, &g->nrecord, why);

	if (r == RES_OK)
		r = g->calendar->kind == KIND_PERSON
		        ? person_grow(g->engine, g->ctx, g->calendar, g->master,
			      g->to, g->now, why)
		        : grow(g, why);
	if (r != RES_PERM)
		return r;
	stopped.covered = INT64_MAX;
	return store_change(g->engine->store, stopped.calendar, stopped.uid,
	    &change, g->now, why);
}

/* One stored series, as far as its calendar may be booked. */
static enum res
extend_one(struct growth *g, int64_t to, size_t *extended, struct why *why)
{
	int64_t horizon;
	enum res r = directory_find(
	    g->engine->directory, g->master->calendar, &g->calendar, why);

	if (r != RES_OK || g->calendar == NULL)
		return r;
	horizon = g->now + g->calendar->horizon;
	g->to = to < horizon ? to : horizon;
	if (g->master->covered >= g->to)
		return RES_OK;
	++*extended;
	return grow_or_stop(g, why);
}

enum res
engine_extend(const struct engine *engine, const char *calendar, int64_t to,
    int64_t now, size_t *extended, struct why *why)
{
	struct growth g = {.engine = engine, .now = now};
	struct record *series;
	size_t i, n, done = 0;
	enum res r;

	g.ctx = mem_check(talloc_new(NULL));
	r = store_uncovered(
	    engine->store, g.ctx, calendar, to, SERIES_MAX, &series, &n, why);
	for (i = 0; r == RES_OK && i < n; i++) {
		g.master = &series[i];
		r = extend_one(&g, to, &done, why);
	}
	if (extended != NULL)
		*extended = r == RES_OK ? done : 0;
	talloc_free(g.ctx);
	return r;
}
