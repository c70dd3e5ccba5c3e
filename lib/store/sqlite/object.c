/* object.c - records, busy rows and holdings */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/store/sqlite/lite.h"

/* All records of a query. */
static enum res
take_records(
    struct query *q, TALLOC_CTX *ctx, struct record **record, size_t *n)
{
	*record = NULL;
	*n = 0;
	while (query_row(q)) {
		struct record *r;

		*record = list_grow(ctx, *record, *n, sizeof(**record));
		r = *record + (*n)++;
		r->calendar = take_text(q, *record);
		r->uid = take_text(q, *record);
		r->organizer = take_text(q, *record);
		r->instance = take_number(q);
		r->sequence = take_number(q);
		r->dtstamp = take_number(q);
		r->digest = take_text(q, *record);
		r->state = take_number(q);
		r->answered = take_number(q);
		r->repeats = take_number(q);
		r->summary = take_text(q, *record);
		r->text = take_text(q, *record);
		r->covered = take_number(q);
	}
	return query_end(q);
}

enum res
lite_records(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const char *uid, struct record **record, size_t *n, struct why *why)
{
	struct query q;

	query_begin(&q, lite_of(store), SQL_RECORDS, why);
	query_text(&q, calendar);
	query_text(&q, uid);
	return take_records(&q, ctx, record, n);
}

enum res
lite_uncovered(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    int64_t to, size_t max, struct record **record, size_t *n, struct why *why)
{
	struct query q;

	_Static_assert(RECORD_BOOKED == 0, "stands as 0 in the SQL");
	query_begin(&q, lite_of(store), SQL_UNCOVERED, why);
	query_text(&q, calendar);
	query_number(&q, to);
	query_number(&q, max < INT64_MAX ? (int64_t)max : INT64_MAX);
	return take_records(&q, ctx, record, n);
}

/* Order of busy rows: start, uid, organizer, instance. */
static int
compare_busy(const void *left, const void *right)
{
	const struct busy *a = left, *b = right;
	int order;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	order = strcmp(a->uid, b->uid);
	if (order == 0)
		order = strcmp(a->organizer, b->organizer);
	if (order != 0)
		return order;
	return (a->instance > b->instance) - (a->instance < b->instance);
}

/* All busy rows of a query, sorted. */
static enum res
take_busy(struct query *q, TALLOC_CTX *ctx, struct busy **busy, size_t *n)
{
	while (query_row(q)) {
		struct busy *b;

		*busy = list_grow(ctx, *busy, *n, sizeof(**busy));
		b = *busy + (*n)++;
		b->uid = take_text(q, *busy);
		b->organizer = take_text(q, *busy);
		b->instance = take_number(q);
		b->recurring = take_number(q) != 0;
		b->start = take_number(q);
		b->end = take_number(q);
		b->status = take_text(q, *busy);
		b->summary = take_text(q, *busy);
	}
	/* Here and not in SQL: most answers have no or one row. */
	if (*n > 1)
		qsort(*busy, *n, sizeof(**busy), compare_busy);
	return query_end(q);
}

enum res
lite_rows(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const char *uid, struct busy **busy, size_t *n, struct why *why)
{
	struct query q;

	*busy = NULL;
	*n = 0;
	query_begin(&q, lite_of(store), SQL_ROWS, why);
	query_text(&q, calendar);
	query_text(&q, uid);
	while (query_row(&q)) {
		struct busy *b;

		*busy = list_grow(ctx, *busy, *n, sizeof(**busy));
		b = *busy + (*n)++;
		b->uid = mem_text(*busy, uid);
		b->organizer = take_text(&q, *busy);
		b->instance = take_number(&q);
		b->recurring = take_number(&q) != 0;
		b->start = take_number(&q);
		b->end = take_number(&q);
		b->status = take_text(&q, *busy);
		b->summary = take_text(&q, *busy);
	}
	return query_end(&q);
}

/* Ask for what overlaps the window; empties: also for what takes no time. */
static void
ask_busy(struct query *q, const char *calendar, const struct span *window,
    int empties)
{
	query_text(q, calendar);
	query_number(q, window->start);
	query_number(q, window->end);
	query_number(q, empties);
}

enum res
lite_busy(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const struct span *window, struct busy **busy, size_t *n, struct why *why)
{
	struct query q;

	*busy = NULL;
	*n = 0;
	if (window->start >= window->end)
		return RES_OK;
	query_begin(&q, lite_of(store), SQL_BUSY, why);
	ask_busy(&q, calendar, window, 0);
	return take_busy(&q, ctx, busy, n);
}

enum res
lite_bookings(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const struct span *window, struct busy **busy, size_t *n, struct why *why)
{
	struct query q;

	*busy = NULL;
	*n = 0;
	if (window->start >= window->end)
		return RES_OK;
	query_begin(&q, lite_of(store), SQL_BUSY, why);
	ask_busy(&q, calendar, window, 1);
	return take_busy(&q, ctx, busy, n);
}

enum res
lite_holdings(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const char *uid, struct held **held, size_t *n, struct why *why)
{
	struct query q;

	*held = NULL;
	*n = 0;
	query_begin(&q, lite_of(store), SQL_HOLDINGS, why);
	query_text(&q, calendar);
	query_text(&q, uid);
	while (query_row(&q)) {
		struct held *h;

		*held = list_grow(ctx, *held, *n, sizeof(**held));
		h = *held + (*n)++;
		h->organizer = take_text(&q, *held);
		h->text = take_text(&q, *held);
	}
	return query_end(&q);
}

enum res
lite_hold(struct store *store, const char *calendar, const char *uid,
    const struct held *held, struct why *why)
{
	struct query q;

	assert(lite_of(store)->begun);
	query_begin(&q, lite_of(store), SQL_HOLD, why);
	query_text(&q, calendar);
	query_text(&q, uid);
	query_text(&q, held->organizer);
	query_text(&q, held->text);
	return query_run(&q, NULL);
}
