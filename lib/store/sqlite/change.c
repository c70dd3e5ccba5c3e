/* change.c - apply a decision's change to one uid of one calendar */
#include <assert.h>

#include "lib/store/hash.h"
#include "lib/store/sqlite/lite.h"

#define LONGEST  (3660 * LITE_DAY)  /* a booking; above is no booking */
#define FARTHEST (INT64_C(1) << 50) /* seconds; no sum of two overflows */

/* One change on its way. */
struct work {
	struct lite *lite;
	const char *calendar;
	const char *uid;
	const struct change *change;
	struct why *why;
};

/* May the change touch busy rows? */
static int
touches_rows(const struct change *change)
{
	return change->drop_all || change->ndrop > 0 || change->nadd > 0 ||
	       change->drop_from != INT64_MAX;
}

/* A hash over the uid's rows, to see whether they are the same afterwards. */
static enum res
hash_rows(const struct work *w, uint64_t *hash)
{
	struct query q;

	*hash = HASH_START;
	query_begin(&q, w->lite, SQL_ROWS, w->why);
	query_text(&q, w->calendar);
	query_text(&q, w->uid);
	while (query_row(&q))
		query_hash(&q, hash);
	return query_end(&q);
}

/* Run a statement that drops by calendar, uid, organizer. */
static enum res
drop(const struct work *w, enum statement which, const char *organizer)
{
	struct query q;

	query_begin(&q, w->lite, which, w->why);
	query_text(&q, w->calendar);
	query_text(&q, w->uid);
	query_text(&q, organizer);
	return query_run(&q, NULL);
}

/* The same with an instance. */
static enum res
drop_instance(const struct work *w, enum statement which, const char *organizer,
    int64_t instance)
{
	struct query q;

	query_begin(&q, w->lite, which, w->why);
	query_text(&q, w->calendar);
	query_text(&q, w->uid);
	query_text(&q, organizer);
	query_number(&q, instance);
	return query_run(&q, NULL);
}

/* What the change drops of one organizer's object. */
static enum res
drop_of(const struct work *w, const char *organizer)
{
	const struct change *c = w->change;
	enum res r = RES_OK;
	size_t i;

	if (c->drop_all)
		r = drop(w, SQL_DROP_ROWS, organizer);
	if (r == RES_OK && c->drop_all)
		r = drop(w, SQL_DROP_RECORDS, organizer);
	for (i = 0; r == RES_OK && i < c->ndrop; i++)
		r = drop_instance(w, SQL_DROP_INSTANCE, organizer, c->drop[i]);
	if (r == RES_OK && c->drop_from != INT64_MAX)
		r = drop_instance(w, SQL_DROP_FROM, organizer, c->drop_from);
	return r;
}

/* The organizers that the uid has in the calendar. */
static enum res
list_organizers(
    const struct work *w, TALLOC_CTX *ctx, const char ***organizer, size_t *n)
{
	struct query q;

	*organizer = NULL;
	*n = 0;
	query_begin(&q, w->lite, SQL_ORGANIZERS, w->why);
	query_text(&q, w->calendar);
	query_text(&q, w->uid);
	while (query_row(&q)) {
		*organizer =
		    list_grow(ctx, *organizer, *n, sizeof(**organizer));
		(*organizer)[(*n)++] = take_text(&q, ctx);
	}
	return query_end(&q);
}

/* What the change drops, of every organizer. */
static enum res
drop_of_all(const struct work *w)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char **organizer;
	size_t i, n;
	enum res r;

	r = list_organizers(w, ctx, &organizer, &n);
	for (i = 0; r == RES_OK && i < n; i++)
		r = drop_of(w, organizer[i]);
	talloc_free(ctx);
	return r;
}

/* Whose object the change is about; NULL: everybody's. */
static const char *
whose(const struct change *change)
{
	const char *name = change->organizer;

	if ((name == NULL || name[0] == '\0') && change->nput > 0)
		name = change->put[0].organizer;
	if ((name == NULL || name[0] == '\0') && change->nadd > 0)
		name = change->add[0].organizer;
	return name == NULL || name[0] == '\0' ? NULL : name;
}

/* Can the times of a row be right? */
static int
is_possible(const struct busy *b)
{
	return b->start <= b->end && b->start > -FARTHEST &&
	       b->end < FARTHEST && b->end - b->start <= LONGEST;
}

/* Insert one piece of an instance. */
static enum res
add_piece(
    const struct work *w, const struct busy *b, int64_t start, int64_t stop)
{
	struct query q;

	query_begin(&q, w->lite, SQL_ADD, w->why);
	query_text(&q, w->calendar);
	query_text(&q, w->uid);
	query_text(&q, b->organizer);
	query_number(&q, b->instance);
	query_number(&q, b->recurring != 0);
	query_number(&q, b->start);
	query_number(&q, b->end);
	query_text(&q, b->status);
	query_text(&q, b->summary);
	query_number(&q, b->end - b->start > LITE_DAY ? 31 : 1);
	query_number(&q, start);
	query_number(&q, stop);
	query_number(&q, w->change->shared == 0);
	return query_run(&q, NULL);
}

/* Insert an instance, in pieces that no search can miss. */
static enum res
add_row(const struct work *w, const struct busy *b)
{
	int64_t start = b->start, stop;
	enum res r;

	if (!is_possible(b))
		return why_set(w->why, RES_PERM,
		    "booking of %s: impossible times", w->uid);
	do {
		stop =
		    b->end - start > LITE_PIECE ? start + LITE_PIECE : b->end;
		r = add_piece(w, b, start, stop);
		start = stop;
	} while (r == RES_OK && start < b->end);
	return r;
}

/* The rows to insert; first those of the same instances go. */
static enum res
add_rows(const struct work *w)
{
	const struct change *c = w->change;
	enum res r = RES_OK;
	size_t i;

	for (i = 0; r == RES_OK && i < c->nadd; i++)
		r = drop_instance(w, SQL_DROP_INSTANCE, c->add[i].organizer,
		    c->add[i].instance);
	for (i = 0; r == RES_OK && i < c->nadd; i++)
		r = add_row(w, &c->add[i]);
	return r;
}

/* Insert or replace one record. */
static enum res
put_record(const struct work *w, const struct record *record)
{
	struct query q;

	query_begin(&q, w->lite, SQL_PUT, w->why);
	query_text(&q, w->calendar);
	query_text(&q, w->uid);
	query_text(&q, record->organizer);
	query_number(&q, record->instance);
	query_number(&q, record->sequence);
	query_number(&q, record->dtstamp);
	query_text(&q, record->digest);
	query_number(&q, record->state);
	query_number(&q, record->answered);
	query_number(&q, record->repeats);
	query_text(&q, record->summary);
	query_text(&q, record->text);
	query_number(&q, record->covered);
	return query_run(&q, NULL);
}

/* All of the change but the calendar's mark. */
static enum res
apply(const struct work *w)
{
	const struct change *c = w->change;
	const char *organizer = whose(c);
	enum res r;
	size_t i;

	r = organizer != NULL ? drop_of(w, organizer) : drop_of_all(w);
	if (r == RES_OK)
		r = add_rows(w);
	for (i = 0; r == RES_OK && i < c->nput; i++)
		r = put_record(w, &c->put[i]);
	return r;
}

/* The calendar has a new version. */
static enum res
mark_dirty(const struct work *w, int64_t now)
{
	struct query q;

	w->lite->dirty = 1;
	query_begin(&q, w->lite, SQL_MARK, w->why);
	query_text(&q, w->calendar);
	query_number(&q, now);
	return query_run(&q, NULL);
}

enum res
lite_change(struct store *store, const char *calendar, const char *uid,
    const struct change *change, int64_t now, struct why *why)
{
	const struct work w = {lite_of(store), calendar, uid, change, why};
	uint64_t before = 0, after = 0;
	enum res r = RES_OK;

	assert(w.lite->begun);
	if (touches_rows(change))
		r = hash_rows(&w, &before);
	if (r == RES_OK)
		r = apply(&w);
	if (r == RES_OK && touches_rows(change))
		r = hash_rows(&w, &after);
	if (r == RES_OK && before != after)
		r = mark_dirty(&w, now);
	return r;
}
