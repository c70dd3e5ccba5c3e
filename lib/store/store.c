/*
 * store.c - the engine by its URL, and every call passed on to it
 *
 * See store.h for the contracts and driver.h for what an engine offers.
 */
#include "lib/store/store.h"

#include <string.h>

#include "lib/store/driver.h"

static const struct driver *const drivers[] = {&sqlite_driver};

/* The engine of a URL, *place what follows "scheme:"; NULL if unknown. */
static const struct driver *
find_driver(const char *url, const char **place)
{
	size_t i;

	for (i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		size_t n = strlen(drivers[i]->scheme);

		if (strncmp(url, drivers[i]->scheme, n) != 0 || url[n] != ':')
			continue;
		*place = url + n + 1;
		return drivers[i];
	}
	return NULL;
}

enum res
store_open(TALLOC_CTX *ctx, const char *url, enum store_mode mode,
    struct store **store, struct why *why)
{
	const char *place = "";
	const struct driver *driver = find_driver(url, &place);

	*store = NULL;
	if (driver == NULL)
		return why_set(why, RES_PERM,
		    "store: unknown engine in \"%s\", expected sqlite:PATH",
		    url);
	if (place[0] == '\0')
		return why_set(why, RES_PERM,
		    "store: nothing follows \"%s\", expected sqlite:PATH", url);
	return driver->open(ctx, place, mode, store, why);
}

void
store_close(struct store *store)
{
	talloc_free(store);
}

int
store_version(const struct store *store)
{
	return store->version;
}

const char *
store_signal_path(const struct store *store)
{
	return store->signal;
}

enum res
store_check(struct store *store, struct why *why)
{
	return store->driver->check(store, why);
}

enum res
store_begin(struct store *store, struct why *why)
{
	return store->driver->begin(store, why);
}

enum res
store_commit(struct store *store, struct why *why)
{
	return store->driver->commit(store, why);
}

void
store_rollback(struct store *store)
{
	store->driver->rollback(store);
}

enum res
store_part_begin(struct store *store, struct why *why)
{
	return store->driver->part_begin(store, why);
}

enum res
store_part_keep(struct store *store, struct why *why)
{
	return store->driver->part_keep(store, why);
}

void
store_part_undo(struct store *store)
{
	store->driver->part_undo(store);
}

enum res
store_settled(struct store *store, const char *id, const char *recipient,
    int *settled, struct why *why)
{
	return store->driver->settled(store, id, recipient, settled, why);
}

enum res
store_records(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const char *uid, struct record **record, size_t *n, struct why *why)
{
	return store->driver->records(
	    store, ctx, calendar, uid, record, n, why);
}

enum res
store_busy(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    int64_t from, int64_t to, struct busy **busy, size_t *n, struct why *why)
{
	const struct span window = {from, to};

	return store->driver->busy(store, ctx, calendar, &window, busy, n, why);
}

enum res
store_uncovered(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    int64_t to, size_t max, struct record **record, size_t *n, struct why *why)
{
	return store->driver->uncovered(
	    store, ctx, calendar, to, max, record, n, why);
}

enum res
store_change(struct store *store, const char *calendar, const char *uid,
    const struct change *change, int64_t now, struct why *why)
{
	return store->driver->change(store, calendar, uid, change, now, why);
}

enum res
store_decision(struct store *store, const char *id,
    const struct decision *decision, int64_t now, int64_t *number,
    struct why *why)
{
	return store->driver->decision(store, id, decision, now, number, why);
}

enum res
store_outbox_add(struct store *store, const char *id, int64_t decision,
    const struct letter *letter, int64_t now, struct why *why)
{
	return store->driver->outbox_add(store, id, decision, letter, now, why);
}

enum res
store_outbox_repeat(struct store *store, const char *calendar, const char *uid,
    int64_t now, size_t *n, struct why *why)
{
	return store->driver->outbox_repeat(store, calendar, uid, now, n, why);
}

enum res
store_holdings(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const char *uid, struct held **held, size_t *n, struct why *why)
{
	return store->driver->holdings(store, ctx, calendar, uid, held, n, why);
}

enum res
store_lately(struct store *store, const char *calendar, const char *organizer,
    int64_t from, int64_t to, struct lately *lately, struct why *why)
{
	return store->driver->lately(
	    store, calendar, organizer, from, to, lately, why);
}

enum res
store_hold(struct store *store, const char *calendar, const char *uid,
    const struct held *held, struct why *why)
{
	return store->driver->hold(store, calendar, uid, held, why);
}

enum res
store_settle(struct store *store, const char *id, const char *recipient,
    int64_t now, struct why *why)
{
	return store->driver->settle(store, id, recipient, now, why);
}

enum res
store_outbox_due(struct store *store, TALLOC_CTX *ctx, int64_t now, size_t max,
    struct outbox **row, size_t *n, int64_t *next, struct why *why)
{
	return store->driver->outbox_due(
	    store, ctx, now, max, row, n, next, why);
}

enum res
store_outbox_sent(struct store *store, const int64_t *number, size_t n,
    int64_t now, struct why *why)
{
	return store->driver->outbox_sent(store, number, n, now, why);
}

enum res
store_outbox_later(struct store *store, int64_t number, int64_t next,
    const char *error, struct why *why)
{
	return store->driver->outbox_later(store, number, next, error, why);
}

enum res
store_outbox_failed(struct store *store, int64_t number, int64_t now,
    const char *error, struct why *why)
{
	return store->driver->outbox_failed(store, number, now, error, why);
}

enum res
store_dirty(struct store *store, TALLOC_CTX *ctx, struct dirty **dirty,
    size_t *n, struct why *why)
{
	return store->driver->dirty(store, ctx, dirty, n, why);
}

enum res
store_clean(
    struct store *store, const char *calendar, int64_t version, struct why *why)
{
	return store->driver->clean(store, calendar, version, why);
}

enum res
store_changed(struct store *store, const char *calendar, int64_t *changed,
    struct why *why)
{
	return store->driver->changed(store, calendar, changed, why);
}

enum res
store_kept(struct store *store, TALLOC_CTX *ctx, const char *key,
    struct kept **kept, size_t *n, struct why *why)
{
	return store->driver->kept(store, ctx, key, kept, n, why);
}

enum res
store_rows(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const char *uid, struct busy **busy, size_t *n, struct why *why)
{
	return store->driver->rows(store, ctx, calendar, uid, busy, n, why);
}

enum res
store_bookings(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    int64_t from, int64_t to, struct busy **busy, size_t *n, struct why *why)
{
	const struct span window = {from, to};

	return store->driver->bookings(
	    store, ctx, calendar, &window, busy, n, why);
}

enum res
store_stats(struct store *store, struct store_stats *stats, struct why *why)
{
	return store->driver->stats(store, stats, why);
}

enum res
store_digest(struct store *store, char digest[17], struct why *why)
{
	return store->driver->digest(store, digest, why);
}

enum res
store_expire(struct store *store, int64_t before, struct why *why)
{
	return store->driver->expire(store, before, why);
}
