/* look.c - check, count, compare, forget: what the tools ask of a store */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/store/hash.h"
#include "lib/store/sqlite/lite.h"

/* SQLite's own check: one row that says "ok". */
static enum res
check_file(struct lite *l, TALLOC_CTX *ctx, struct why *why)
{
	const char *text = "no answer";
	struct query q;
	enum res r;

	query_begin(&q, l, SQL_CHECK, why);
	if (query_row(&q))
		text = take_text(&q, ctx);
	r = query_end(&q);
	if (r == RES_OK && strcmp(text, "ok") != 0)
		return why_set(why, RES_PERM,
		    "%s: damaged (%s); restore a backup, or run imip-admin "
		    "init and imip-spool replay on a new file",
		    l->path, text);
	return r;
}

/* Promise P4 over all there is. */
static enum res
check_overlap(struct lite *l, TALLOC_CTX *ctx, struct why *why)
{
	struct query q;

	query_begin(&q, l, SQL_OVERLAP, why);
	if (query_row(&q)) {
		const char *calendar = take_text(&q, ctx);
		const char *one = take_text(&q, ctx);

		q.res = why_set(why, RES_PERM, "%s: %s: %s overlaps %s",
		    l->path, calendar, one, take_text(&q, ctx));
	}
	return query_end(&q);
}

enum res
lite_check(struct store *store, struct why *why)
{
	struct lite *l = lite_of(store);
	TALLOC_CTX *ctx = talloc_new(NULL);
	enum res r;

	r = check_file(l, ctx, why);
	if (r == RES_OK)
		r = check_overlap(l, ctx, why);
	talloc_free(ctx);
	return r;
}

enum res
lite_stats(struct store *store, struct store_stats *stats, struct why *why)
{
	struct query q;

	memset(stats, 0, sizeof(*stats));
	query_begin(&q, lite_of(store), SQL_STATS, why);
	if (query_row(&q)) {
		stats->bookings = take_number(&q);
		stats->objects = take_number(&q);
		stats->decisions = take_number(&q);
		stats->queued = take_number(&q);
		stats->sent = take_number(&q);
		stats->failed = take_number(&q);
		stats->oldest_queued = take_number(&q);
		stats->dirty = take_number(&q);
	}
	return query_end(&q);
}

enum res
lite_lately(struct store *store, const char *calendar, const char *organizer,
    int64_t from, int64_t to, struct lately *lately, struct why *why)
{
	struct query q;

	memset(lately, 0, sizeof(*lately));
	query_begin(&q, lite_of(store), SQL_LATELY, why);
	query_text(&q, calendar);
	query_text(&q, organizer);
	query_number(&q, from);
	query_number(&q, to);
	if (query_row(&q)) {
		lately->accepted = take_number(&q);
		lately->letters = take_number(&q);
	}
	return query_end(&q);
}

/* Add all rows of a statement to the hash. */
static enum res
hash_table(
    struct lite *l, enum statement which, uint64_t *hash, struct why *why)
{
	struct query q;
	int64_t rows = 0;

	query_begin(&q, l, which, why);
	while (query_row(&q)) {
		query_hash(&q, hash);
		rows++;
	}
	hash_number(hash, rows);
	return query_end(&q);
}

enum res
lite_digest(struct store *store, char digest[17], struct why *why)
{
	static const enum statement part[] = {SQL_DIGEST_BUSY,
	    SQL_DIGEST_OBJECT, SQL_DIGEST_OUTBOX, SQL_DIGEST_HOLDING};
	uint64_t hash = HASH_START;
	enum res r = RES_OK;
	size_t i;

	for (i = 0; r == RES_OK && i < sizeof(part) / sizeof(part[0]); i++)
		r = hash_table(lite_of(store), part[i], &hash, why);
	(void)snprintf(digest, 17, "%016" PRIx64, hash);
	return r;
}

enum res
lite_expire(struct store *store, int64_t before, struct why *why)
{
	/* Letters first: a decision stays as long as a letter of it. */
	static const enum statement part[] = {
	    SQL_EXPIRE_OUTBOX, SQL_EXPIRE_DECISION, SQL_EXPIRE_SETTLED};
	struct lite *l = lite_of(store);
	int own = 0;
	size_t i;
	enum res r = lite_enter(l, &own, why);

	if (r != RES_OK)
		return r;
	for (i = 0; r == RES_OK && i < sizeof(part) / sizeof(part[0]); i++) {
		struct query q;

		query_begin(&q, l, part[i], why);
		query_number(&q, before);
		r = query_run(&q, NULL);
	}
	return lite_leave(l, own, r, why);
}
