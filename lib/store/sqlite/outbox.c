/* outbox.c - letters that wait, with the bytes that will be sent */
#include <assert.h>

#include "lib/store/sqlite/lite.h"

enum res
lite_outbox_add(struct store *store, const char *id, int64_t decision,
    const struct letter *letter, int64_t now, struct why *why)
{
	struct query q;

	assert(lite_of(store)->begun);
	query_begin(&q, lite_of(store), SQL_OUTBOX_ADD, why);
	query_text(&q, id);
	if (decision == 0)
		query_null(&q);
	else
		query_number(&q, decision);
	query_text(&q, letter->sender);
	query_text(&q, letter->recipient);
	query_text(&q, letter->message_id);
	query_bytes(&q, letter->bytes, letter->n);
	query_number(&q, now);
	return query_run(&q, NULL);
}

enum res
lite_outbox_repeat(struct store *store, const char *calendar, const char *uid,
    int64_t now, size_t *n, struct why *why)
{
	struct query q;
	int64_t changes = 0;
	enum res r;

	assert(lite_of(store)->begun);
	query_begin(&q, lite_of(store), SQL_OUTBOX_REPEAT, why);
	query_text(&q, calendar);
	query_text(&q, uid);
	query_number(&q, now);
	r = query_run(&q, &changes);
	*n = (size_t)changes;
	return r;
}

void
take_outbox(struct query *q, TALLOC_CTX *ctx, struct outbox *row)
{
	row->next = take_number(q);
	row->number = take_number(q);
	row->letter.sender = take_text(q, ctx);
	row->letter.recipient = take_text(q, ctx);
	row->letter.message_id = take_text(q, ctx);
	row->letter.bytes = take_bytes(q, ctx, &row->letter.n);
	row->tries = take_number(q);
	row->created = take_number(q);
	row->state = take_text(q, ctx);
	row->error = take_text(q, ctx);
	row->sent = take_number(q);
}

/* Rows that are being taken. */
struct taking {
	TALLOC_CTX *ctx;
	size_t max;
	struct outbox *row;
	size_t n;
	int64_t next; /* see store_outbox_due() */
};

/* Take rows of a statement up to the first that is due later than `until`. */
static enum res
take_due(struct query *q, struct taking *taking, int64_t until)
{
	while (query_row(q)) {
		/* Looked at before it is taken: the bytes may be many. */
		int64_t due = sqlite3_column_int64(q->statement, 0);

		if (due > until || taking->n == taking->max) {
			if (due < taking->next)
				taking->next = due;
			break;
		}
		taking->row = list_grow(
		    taking->ctx, taking->row, taking->n, sizeof(*taking->row));
		take_outbox(q, taking->ctx, taking->row + taking->n++);
	}
	return query_end(q);
}

enum res
lite_outbox_due(struct store *store, TALLOC_CTX *ctx, int64_t now, size_t max,
    struct outbox **row, size_t *n, int64_t *next, struct why *why)
{
	struct taking taking = {.ctx = ctx, .max = max, .next = INT64_MAX};
	int64_t far = now > INT64_MAX - STORE_DELAY_MAX ? INT64_MAX
	                                                : now + STORE_DELAY_MAX;
	struct query q;
	enum res r;

	query_begin(&q, lite_of(store), SQL_OUTBOX_DUE, why);
	query_number(&q, far);
	r = take_due(&q, &taking, now);
	if (r == RES_OK) {
		query_begin(&q, lite_of(store), SQL_OUTBOX_AHEAD, why);
		query_number(&q, far);
		r = take_due(&q, &taking, INT64_MAX);
	}
	*row = taking.row;
	*n = taking.n;
	*next = taking.next;
	return r;
}

enum res
lite_outbox_sent(struct store *store, const int64_t *number, size_t n,
    int64_t now, struct why *why)
{
	struct lite *l = lite_of(store);
	int own = 0;
	size_t i;
	enum res r = lite_enter(l, &own, why);

	if (r != RES_OK)
		return r;
	for (i = 0; r == RES_OK && i < n; i++) {
		struct query q;

		query_begin(&q, l, SQL_OUTBOX_SENT, why);
		query_number(&q, number[i]);
		query_number(&q, now);
		r = query_run(&q, NULL);
	}
	return lite_leave(l, own, r, why);
}

/* Set when and why of a letter that did not go out. */
static enum res
not_sent(struct store *store, enum statement which, const struct outbox *row,
    struct why *why)
{
	struct query q;

	query_begin(&q, lite_of(store), which, why);
	query_number(&q, row->number);
	query_number(&q, row->next);
	query_text(&q, row->error);
	return query_run(&q, NULL);
}

enum res
lite_outbox_later(struct store *store, int64_t number, int64_t next,
    const char *error, struct why *why)
{
	const struct outbox row = {
	    .number = number, .next = next, .error = error};

	return not_sent(store, SQL_OUTBOX_LATER, &row, why);
}

enum res
lite_outbox_failed(struct store *store, int64_t number, int64_t now,
    const char *error, struct why *why)
{
	const struct outbox row = {
	    .number = number, .next = now, .error = error};

	return not_sent(store, SQL_OUTBOX_FAILED, &row, why);
}
