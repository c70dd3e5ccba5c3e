/* mark.c - what is settled, what is to be published */
#include <assert.h>

#include "lib/store/sqlite/lite.h"

enum res
lite_settled(struct store *store, const char *id, const char *recipient,
    int *settled, struct why *why)
{
	struct query q;

	query_begin(&q, lite_of(store), SQL_SETTLED, why);
	query_text(&q, id);
	query_text(&q, recipient);
	*settled = query_row(&q);
	return query_end(&q);
}

enum res
lite_settle(struct store *store, const char *id, const char *recipient,
    int64_t now, struct why *why)
{
	struct query q;

	assert(lite_of(store)->begun);
	query_begin(&q, lite_of(store), SQL_SETTLE, why);
	query_text(&q, id);
	query_text(&q, recipient);
	query_number(&q, now);
	return query_run(&q, NULL);
}

enum res
lite_dirty(struct store *store, TALLOC_CTX *ctx, struct dirty **dirty,
    size_t *n, struct why *why)
{
	struct query q;

	*dirty = NULL;
	*n = 0;
	query_begin(&q, lite_of(store), SQL_DIRTY, why);
	while (query_row(&q)) {
		struct dirty *d;

		*dirty = list_grow(ctx, *dirty, *n, sizeof(**dirty));
		d = *dirty + (*n)++;
		d->calendar = take_text(&q, *dirty);
		d->version = take_number(&q);
		d->changed = take_number(&q);
	}
	return query_end(&q);
}

enum res
lite_clean(
    struct store *store, const char *calendar, int64_t version, struct why *why)
{
	struct query q;

	query_begin(&q, lite_of(store), SQL_CLEAN, why);
	query_text(&q, calendar);
	query_number(&q, version);
	return query_run(&q, NULL);
}

enum res
lite_changed(struct store *store, const char *calendar, int64_t *changed,
    struct why *why)
{
	struct query q;

	*changed = 0;
	query_begin(&q, lite_of(store), SQL_CHANGED, why);
	query_text(&q, calendar);
	if (query_row(&q))
		*changed = take_number(&q);
	return query_end(&q);
}
