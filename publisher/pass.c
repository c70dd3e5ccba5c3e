/*
 * pass.c - one pass over the calendars; see pass.h
 *
 * The order makes a crash harmless: versions are read first, then bookings,
 * then files are replaced, and only then the versions are marked as published.
 */
#include "publisher/pass.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/rules/freebusy.h"
#include "publisher/files.h"
#include "publisher/form.h"

/* What a pass knows while it runs; dirty[] is sorted by calendar. */
struct pass {
	const struct publisher *publisher;
	enum look look;
	int64_t now;
	struct dirty *dirty;
	size_t ndirty;
	char *settled; /* beside dirty[]: 1 if its files are written */
	struct tally *tally;
};

/* The midnight, UTC, at or before. */
static int64_t
whole_day(int64_t utc)
{
	return utc -
	       (utc % SECONDS_PER_DAY + SECONDS_PER_DAY) % SECONDS_PER_DAY;
}

/* Order of dirty[]. */
static int
compare_dirty(const void *a, const void *b)
{
	const struct dirty *x = a, *y = b;

	return strcmp(x->calendar, y->calendar);
}

/* The entry of a calendar, or NULL if it did not change. */
static struct dirty *
find_dirty(const struct pass *p, const char *address)
{
	struct dirty key = {address, 0, 0};

	if (p->ndirty == 0)
		return NULL;
	return bsearch(&key, p->dirty, p->ndirty, sizeof(key), compare_dirty);
}

/* Count and say that something was not published. */
static void
complain(const struct pass *p, const char *what, const struct why *why)
{
	char quoted[300];

	p->tally->failed++;
	log_line(LOG_ERROR, "-", "event=publish-failed what=%s detail=\"%s\"",
	    log_quote(quoted, sizeof(quoted), what), why->text);
}

/* The window that is shown; it stays the same all day. */
static void
set_window(const struct pass *p, struct view *view)
{
	const struct settings *s = p->publisher->settings;
	int64_t horizon =
	    view->calendar->horizon > 0 ? view->calendar->horizon : s->horizon;

	view->from = whole_day(whole_day(p->now) - s->publish_past);
	view->to = whole_day(whole_day(p->now) + horizon);
	if (view->to <= view->from)
		view->to = view->from + SECONDS_PER_DAY;
}

/* What the store knows of the window. */
static enum res
fill_view(
    TALLOC_CTX *ctx, const struct pass *p, struct view *view, struct why *why)
{
	struct store *store = p->publisher->store;
	const char *address = view->calendar->address;
	struct busy *busy = NULL;
	struct span *span = NULL;
	size_t n = 0;
	enum res r = store_changed(store, address, &view->changed, why);

	/* The window of today is news of today. */
	if (view->changed < whole_day(p->now))
		view->changed = whole_day(p->now);
	if (r == RES_OK)
		r = store_busy(
		    store, ctx, address, view->from, view->to, &busy, &n, why);
	if (r != RES_OK)
		return r;
	freebusy_merge(ctx, busy, n, view->from, view->to, &span, &view->nspan);
	view->span = span;
	return RES_OK;
}

/* Is there a form whose file is missing or shows another window? */
static int
is_behind(TALLOC_CTX *ctx, const struct pass *p, const struct view *view)
{
	size_t i;

	for (i = 0; i < nforms; i++) {
		const char *name = mem_print(
		    ctx, "%s%s", view->calendar->address, forms[i].suffix);
		struct found found;

		if (files_look(ctx, p->publisher->dir, name, &forms[i], &found,
			NULL) != RES_OK ||
		    !found.ours ||
		    !forms[i].is_current(found.bytes, found.n, view))
			return 1;
	}
	return 0;
}

/* Write the files of all forms; returns 1 if all are as they should be. */
static int
write_forms(TALLOC_CTX *ctx, const struct pass *p, const struct view *view)
{
	int good = 1;
	size_t i;

	for (i = 0; i < nforms; i++) {
		const char *name = mem_print(
		    ctx, "%s%s", view->calendar->address, forms[i].suffix);
		struct why why = {""};
		int written = 0;

		if (files_put(p->publisher->dir, name, &forms[i],
			forms[i].render(ctx, view), &written, &why) != RES_OK) {
			complain(p, view->calendar->address, &why);
			good = 0;
		} else if (written) {
			p->tally->written++;
		} else {
			p->tally->same++;
		}
	}
	return good;
}

/* One calendar that is published. */
static enum res
publish(TALLOC_CTX *ctx, const struct pass *p, const struct calendar *calendar,
    struct dirty *dirty, struct why *why)
{
	struct view view;
	enum res r;

	memset(&view, 0, sizeof(view));
	view.calendar = calendar;
	if (!form_can_name(calendar->address)) {
		(void)why_set(why, RES_PERM, "no file can be called that");
		complain(p, calendar->address, why);
		return RES_OK;
	}
	set_window(p, &view);
	if (dirty == NULL && p->look != LOOK_ALL && !is_behind(ctx, p, &view))
		return RES_OK;
	r = fill_view(ctx, p, &view, why);
	if (r == RES_OK && write_forms(ctx, p, &view) && dirty != NULL)
		p->settled[dirty - p->dirty] = 1;
	return r;
}

/* One calendar, with memory of its own. */
static enum res
publish_alone(const struct pass *p, const struct calendar *calendar,
    struct dirty *dirty, struct why *why)
{
	TALLOC_CTX *ctx = mem_check(talloc_new(NULL));
	enum res r = publish(ctx, p, calendar, dirty, why);

	talloc_free(ctx);
	return r;
}

/* Every calendar of the directory. */
static enum res
publish_directory(const struct pass *p, struct why *why)
{
	size_t i, n = 0;
	const struct calendar *const *all =
	    directory_all(p->publisher->directory, &n);
	enum res r = RES_OK;

	for (i = 0; i < n && r == RES_OK; i++)
		if (all[i]->publish)
			r = publish_alone(
			    p, all[i], find_dirty(p, all[i]->address), why);
	return r;
}

/*
 * One calendar whose bookings changed.  That of a calendar that is gone or not
 * published has nothing to be behind with.
 */
static enum res
publish_dirty(const struct pass *p, struct dirty *dirty, struct why *why)
{
	const struct calendar *calendar = NULL;
	struct why unknown = {""};

	if (directory_find(p->publisher->directory, dirty->calendar, &calendar,
		&unknown) != RES_OK) {
		complain(p, dirty->calendar, &unknown);
		return RES_OK;
	}
	if (calendar == NULL || !calendar->publish ||
	    strcmp(calendar->address, dirty->calendar) != 0) {
		p->settled[dirty - p->dirty] = 1;
		return RES_OK;
	}
	if (p->look != LOOK_CHANGED)
		return RES_OK;
	return publish_alone(p, calendar, dirty, why);
}

/* Every calendar whose bookings changed. */
static enum res
publish_changed(const struct pass *p, struct why *why)
{
	enum res r = RES_OK;
	size_t i;

	for (i = 0; i < p->ndirty && r == RES_OK; i++)
		r = publish_dirty(p, &p->dirty[i], why);
	return r;
}

/* Tell the store what is published, in one transaction. */
static enum res
mark_settled(const struct pass *p, struct why *why)
{
	struct store *store = p->publisher->store;
	enum res r;
	size_t i;

	if (p->ndirty == 0 || memchr(p->settled, 1, p->ndirty) == NULL)
		return RES_OK;
	r = store_begin(store, why);
	if (r != RES_OK)
		return r;
	for (i = 0; i < p->ndirty && r == RES_OK; i++)
		if (p->settled[i])
			r = store_clean(store, p->dirty[i].calendar,
			    p->dirty[i].version, why);
	if (r == RES_OK)
		r = store_commit(store, why);
	if (r != RES_OK)
		store_rollback(store);
	return r;
}

/* files_sweep(): is the file of this address wanted? */
static int
is_wanted(void *arg, const char *address)
{
	const struct pass *p = arg;
	const struct calendar *calendar = NULL;

	/* When in doubt it stays. */
	if (directory_find(p->publisher->directory, address, &calendar, NULL) !=
	    RES_OK)
		return 1;
	return calendar != NULL && calendar->publish &&
	       strcmp(calendar->address, address) == 0;
}

/* Remove what is no longer published. */
static void
remove_unwanted(struct pass *p)
{
	struct why why = {""};

	if (p->look == LOOK_CHANGED)
		return;
	if (files_sweep(p->publisher->dir, p->now, is_wanted, p,
		&p->tally->removed, &why) != RES_OK)
		complain(p, "old files", &why);
}

/* The pass, with its memory on ctx. */
static enum res
run(TALLOC_CTX *ctx, struct pass *p, struct why *why)
{
	enum res r =
	    store_dirty(p->publisher->store, ctx, &p->dirty, &p->ndirty, why);

	if (r != RES_OK)
		return r;
	if (p->ndirty > 0)
		qsort(p->dirty, p->ndirty, sizeof(p->dirty[0]), compare_dirty);
	p->settled = mem_array(ctx, char, p->ndirty + 1);
	r = publish_changed(p, why);
	if (r == RES_OK && p->look != LOOK_CHANGED)
		r = publish_directory(p, why);
	if (r == RES_OK)
		remove_unwanted(p);
	if (r == RES_OK)
		r = mark_settled(p, why);
	return r;
}

enum res
pass_run(const struct publisher *publisher, enum look look, int64_t now,
    struct tally *tally, struct why *why)
{
	TALLOC_CTX *ctx = mem_check(talloc_new(NULL));
	struct pass p;
	enum res r;

	memset(tally, 0, sizeof(*tally));
	memset(&p, 0, sizeof(p));
	p.publisher = publisher;
	p.look = look;
	p.now = now;
	p.tally = tally;
	r = run(ctx, &p, why);
	talloc_free(ctx);
	return r;
}
