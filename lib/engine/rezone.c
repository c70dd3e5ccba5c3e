/*
 * rezone.c - bookings follow new zone data; see rezone.h
 *
 * All dates of a calendar move together, since meetings that touch would stand
 * in each other's way if one was moved after the other: first it is worked out
 * in memory who can move, then all that changes is taken out of the store and
 * put back.
 */
#include "lib/engine/rezone.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/engine/align.h"
#include "lib/engine/rezone_job.h"

/* No change of a zone moves a clock by more than the date line does. */
#define REACH (26 * 3600)

/* All years that a booking can be in. */
#define LAST_SECOND (INT64_C(1) << 40)

const char *
rezone_result_name(enum rezone_result result)
{
	static const char *const name[] = {
	    [REZONE_SAME] = "same",
	    [REZONE_MOVED] = "moved",
	    [REZONE_CLASH] = "clash",
	    [REZONE_GONE] = "gone",
	    [REZONE_UNREADABLE] = "unreadable",
	};

	return name[result];
}

/* --- what there is ---------------------------------------------------------- */

/* Of one object, whose uid a stranger may use too. */
static int
compare_objects(const struct busy *a, const struct busy *b)
{
	int order = strcmp(a->uid, b->uid);

	return order != 0 ? order : strcmp(a->organizer, b->organizer);
}

static int
compare_moves(const void *left, const void *right)
{
	const struct busy *a = &((const struct rezone_move *)left)->date.before;
	const struct busy *b =
	    &((const struct rezone_move *)right)->date.before;
	int order = compare_objects(a, b);

	if (order != 0)
		return order;
	return (a->instance > b->instance) - (a->instance < b->instance);
}

/* All rows that can matter: those in scope, and what they could run into. */
static enum res
read_rows(struct rezone_job *j, struct why *why)
{
	struct busy *busy;
	size_t i;
	enum res r =
	    store_bookings(j->engine->store, j->ctx, j->calendar->address,
		j->from - REZONE_MARGIN, LAST_SECOND, &busy, &j->nmove, why);

	if (r != RES_OK)
		return r;
	j->move = mem_array(j->ctx, struct rezone_move, j->nmove + 1);
	for (i = 0; i < j->nmove; i++) {
		j->move[i].date.before = j->move[i].date.after = busy[i];
		j->move[i].date.clash = "";
		j->move[i].fixed =
		    busy[i].end <= j->from && busy[i].start < j->from;
	}
	qsort(j->move, j->nmove, sizeof(*j->move), compare_moves);
	return RES_OK;
}

/* Divide the rows into objects. */
static void
group_rows(struct rezone_job *j)
{
	struct rezone_booking *b = NULL;
	size_t i;

	j->booking = mem_array(j->ctx, struct rezone_booking, j->nmove + 1);
	for (i = 0; i < j->nmove; i++) {
		if (b == NULL || compare_objects(&b->move->date.before,
				     &j->move[i].date.before) != 0) {
			b = &j->booking[j->nbooking++];
			b->move = &j->move[i];
		}
		b->n++;
	}
}

int
rezone_is_of(const struct rezone_booking *b, const struct record *record)
{
	return strcmp(record->organizer, b->move->date.before.organizer) == 0;
}

/* Widen [*from, *to] by an instant. */
static void
widen(int64_t at, int64_t *from, int64_t *to)
{
	*from = at < *from ? at : *from;
	*to = at > *to ? at : *to;
}

/* Read the kept texts of an object again, over all that is known of it. */
static enum res
reread(const struct rezone_job *j, struct rezone_booking *b, struct why *why)
{
	const struct busy *row = &b->move->date.before;
	const char **kept;
	int64_t from = row->start, to = row->end;
	size_t i, n = 0;
	enum res r = store_records(j->engine->store, b->ctx,
	    j->calendar->address, row->uid, &b->record, &b->nrecord, why);

	if (r != RES_OK)
		return r;
	kept = mem_array(b->ctx, const char *, b->nrecord + 1);
	for (i = 0; i < b->nrecord; i++) {
		const struct record *record = &b->record[i];

		if (!rezone_is_of(b, record))
			continue;
		if (record->instance != INSTANCE_MASTER)
			widen(record->instance, &from, &to);
		if (record->state == RECORD_BOOKED && record->text[0] != '\0')
			kept[n++] = record->text;
	}
	for (i = 0; i < b->n; i++) {
		widen(b->move[i].date.before.start, &from, &to);
		widen(b->move[i].date.before.instance, &from, &to);
		widen(b->move[i].date.before.end, &from, &to);
	}
	if (n == 0)
		return RES_OK;
	return align_reread(j->engine, b->ctx, j->calendar, kept, n,
	    from - REZONE_MARGIN, to + REZONE_MARGIN, &b->object, why);
}

/* --- which date is which ----------------------------------------------------- */

long
rezone_find(const struct rezone_booking *b, int64_t id, int exact)
{
	const struct object *o = b->object;
	int64_t best = exact ? 1 : REACH;
	long found = -1;
	size_t i;

	for (i = 0; i < o->ninstance; i++) {
		int64_t away = o->instance[i].recurrence_id.utc - id;

		away = away < 0 ? -away : away;
		if (!b->used[i] && away < best) {
			best = away;
			found = (long)i;
		}
	}
	return found;
}

/* Say what a row should be by its instance. */
static void
match(struct rezone_booking *b, struct rezone_move *m, long found)
{
	const struct instance *it = &b->object->instance[found];
	struct busy *after = &m->date.after;

	b->used[found] = 1;
	after->instance = it->recurrence_id.utc;
	after->start = it->start.utc;
	after->end = it->end.utc;
	if (after->start != m->date.before.start ||
	    after->end != m->date.before.end)
		m->date.result = REZONE_MOVED;
}

/* What the rows of an object should be; those that did not shift come first. */
static void
match_rows(struct rezone_booking *b)
{
	char *done = mem_array(b->ctx, char, b->n + 1);
	int exact;
	size_t i;

	b->used = mem_array(b->ctx, char, b->object->ninstance + 1);
	for (exact = 1; exact >= 0; exact--)
		for (i = 0; i < b->n; i++) {
			struct rezone_move *m = &b->move[i];
			long found;

			if (done[i])
				continue;
			found = rezone_find(b, m->date.before.instance, exact);
			if (found >= 0)
				match(b, m, found);
			else if (!exact &&
				 m->date.before.start < b->object->covered)
				m->date.result = REZONE_GONE;
			done[i] = found >= 0;
		}
}

int
rezone_is_changed(const struct rezone_booking *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->object != NULL &&
		    (b->move[i].date.result == REZONE_MOVED ||
			b->move[i].date.after.instance !=
			    b->move[i].date.before.instance))
			return 1;
	return 0;
}

/* What is over keeps its time, but is called what it is now. */
static void
spare_past(struct rezone_booking *b)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		struct rezone_date *d = &b->move[i].date;

		if (!b->move[i].fixed)
			continue;
		d->after.start = d->before.start;
		d->after.end = d->before.end;
		d->result = REZONE_SAME;
	}
}

/* Look at one object, and forget at once what does not change. */
static enum res
look_at(struct rezone_job *j, struct rezone_booking *b, struct why *why)
{
	size_t i;
	enum res r;

	for (i = 0; i < b->n && b->move[i].fixed; i++)
		;
	if (i == b->n)
		return RES_OK;
	b->ctx = mem_check(talloc_new(j->ctx));
	r = reread(j, b, why);
	if (r == RES_OK && b->object != NULL && b->object->ninstance > 0) {
		match_rows(b);
		spare_past(b);
		if (rezone_is_changed(b))
			return RES_OK;
	} else {
		b->move[i].date.result = REZONE_UNREADABLE;
	}
	talloc_free(b->ctx);
	b->object = NULL;
	return r;
}

/* --- who can move ------------------------------------------------------------ */

/* When a row will be, as far as it is settled. */
static const struct busy *
place(const struct rezone_move *m)
{
	return m->date.result == REZONE_MOVED ? &m->date.after
	                                      : &m->date.before;
}

static int
compare_places(const void *left, const void *right)
{
	const struct rezone_move *a = *(struct rezone_move *const *)left;
	const struct rezone_move *b = *(struct rezone_move *const *)right;
	int64_t x = place(a)->start, y = place(b)->start;

	if (x != y)
		return x < y ? -1 : 1;
	return compare_moves(a, b);
}

/* Two rows share a second: one of them stays where it was; 0 if none can. */
static int
keep_one(struct rezone_move *a, struct rezone_move *b)
{
	struct rezone_move *m = b->date.result == REZONE_MOVED ? b : a;

	if (m->date.result != REZONE_MOVED)
		return 0;
	m->date.result = REZONE_CLASH;
	m->date.clash = (m == a ? b : a)->date.before.uid;
	return 1;
}

/* Find rows that are in each other's way; how many stay because of it. */
static size_t
find_clashes(struct rezone_move **by_place, size_t n)
{
	size_t i, k, kept = 0;

	qsort(by_place, n, sizeof(struct rezone_move *), compare_places);
	for (i = 0; i < n; i++) {
		const struct busy *a = place(by_place[i]);

		for (k = i + 1; k < n; k++) {
			const struct busy *b = place(by_place[k]);

			if (b->start >= a->end)
				break;
			if (b->start == b->end || compare_objects(a, b) == 0)
				continue;
			kept += (size_t)keep_one(by_place[i], by_place[k]);
			a = place(by_place[i]);
		}
	}
	return kept;
}

/* Until nobody is in anybody's way: what stays may be in the way of others. */
static void
settle_clashes(struct rezone_job *j)
{
	struct rezone_move **by_place =
	    mem_array(j->ctx, struct rezone_move *, j->nmove + 1);
	size_t i;

	/* A person can be in two places. */
	if (j->calendar->kind == KIND_PERSON)
		return;
	for (i = 0; i < j->nmove; i++)
		by_place[i] = &j->move[i];
	while (find_clashes(by_place, j->nmove) > 0)
		;
}

/* --- the whole --------------------------------------------------------------- */

/* What is to be told. */
static void
report(const struct rezone_job *j, struct rezone *out)
{
	size_t i;

	out->date = mem_array(out, struct rezone_date, j->nmove + 1);
	for (i = 0; i < j->nmove; i++) {
		out->looked += !j->move[i].fixed;
		if (j->move[i].date.result == REZONE_SAME)
			continue;
		out->date[out->n++] = j->move[i].date;
		if (j->move[i].date.result == REZONE_MOVED)
			out->moved++;
		else
			out->open++;
	}
}

enum res
engine_rezone(const struct engine *engine, TALLOC_CTX *ctx,
    const struct calendar *calendar, int64_t from, int64_t now, int record,
    struct rezone **out, struct why *why)
{
	struct rezone_job j = {
	    .engine = engine, .calendar = calendar, .from = from, .now = now};
	size_t i;
	enum res r;

	*out = mem_new(ctx, struct rezone);
	j.ctx = *out;
	r = read_rows(&j, why);
	if (r != RES_OK)
		return r;
	group_rows(&j);
	for (i = 0; r == RES_OK && i < j.nbooking; i++)
		r = look_at(&j, &j.booking[i], why);
	if (r != RES_OK)
		return r;
	settle_clashes(&j);
	report(&j, *out);
	return record ? rezone_write(&j, why) : RES_OK;
}
