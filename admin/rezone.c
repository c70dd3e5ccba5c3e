/* rezone.c - apply new zone data to what is booked, see admin.h */
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "lib/base/mem.h"
#include "lib/engine/rezone.h"
#include "lib/json/json.h"
#include "lib/tool/look.h"
#include "lib/tool/tool.h"

/* Something must be settled by a person; an exit code of this command alone. */
#define EXIT_SETTLE 1

/* The run. */
struct run {
	const struct admin *admin;
	struct engine engine;
	const struct calendar *only; /* NULL: all */
	int64_t from;
	size_t moved, open, looked;
	struct table *table;
	struct json *list;
};

/* One date as JSON. */
static struct json *
date_item(TALLOC_CTX *ctx, const char *calendar, const struct rezone_date *d)
{
	struct json *item = json_map(ctx);
	struct json *before = json_map(ctx), *after = json_map(ctx);

	json_put_text(item, "calendar", calendar);
	json_put_text(item, "uid", d->before.uid);
	if (d->before.recurring)
		json_put_utc(item, "recurrence_id", d->after.instance);
	else
		json_put_null(item, "recurrence_id");
	json_put_text(item, "organizer", d->before.organizer);
	json_put_text(item, "summary", d->before.summary);
	json_put_text(item, "result", rezone_result_name(d->result));
	json_put_utc(before, "start", d->before.start);
	json_put_utc(before, "end", d->before.end);
	json_put_utc(after, "start", d->after.start);
	json_put_utc(after, "end", d->after.end);
	json_put(item, "old", before);
	json_put(item, "new", after);
	if (d->clash[0] != '\0')
		json_put_text(item, "clash", d->clash);
	else
		json_put_null(item, "clash");
	return item;
}

/* One date as a row. */
static void
date_row(struct run *run, const char *calendar, const struct rezone_date *d)
{
	char before[32], after[32];
	const char *cell[] = {calendar, rezone_result_name(d->result),
	    utc_text(before, sizeof(before), d->before.start),
	    utc_text(after, sizeof(after), d->after.start), d->before.uid,
	    d->before.summary, d->clash};

	table_add(run->table, cell);
}

/* Tell what was found in one calendar, and count it. */
static void
tell(struct run *run, const char *calendar, const struct rezone *found)
{
	const struct admin *a = run->admin;
	size_t i;

	for (i = 0; i < found->n; i++) {
		const struct rezone_date *d = &found->date[i];

		if (a->json)
			json_add(run->list, date_item(a->ctx, calendar, d));
		else
			date_row(run, calendar, d);
	}
	run->moved += found->moved;
	run->open += found->open;
	run->looked += found->looked;
}

/* Everything of one calendar, in one transaction. */
static enum res
rezone_calendar(
    struct run *run, const struct calendar *calendar, struct why *why)
{
	const struct admin *a = run->admin;
	struct rezone *found = NULL;
	enum res r = RES_OK;

	if (!a->dry_run)
		r = store_begin(run->engine.store, why);
	if (r != RES_OK)
		return r;
	r = engine_rezone(&run->engine, a->ctx, calendar, run->from, a->now,
	    !a->dry_run, &found, why);
	if (r == RES_OK && !a->dry_run)
		r = store_commit(run->engine.store, why);
	else if (!a->dry_run)
		store_rollback(run->engine.store);
	if (r == RES_OK)
		tell(run, calendar->address, found);
	talloc_free(found);
	return r;
}

/* The calendars, the store, the reader, and from when. */
static int
open_run(struct run *run)
{
	const struct admin *a = run->admin;
	struct engine *e = &run->engine;
	struct why why;
	enum res r;

	e->settings = a->settings;
	if (directory_open(a->ctx, a->settings->calendars, a->settings->horizon,
		&e->directory, &why) != RES_OK)
		return tool_fail(EXIT_BAD_CONFIG, "%s", why.text);
	if (a->calendar != NULL && directory_find(e->directory, a->calendar,
				       &run->only, &why) != RES_OK)
		return tool_fail(EXIT_BAD_CONFIG, "%s", why.text);
	if (a->calendar != NULL && run->only == NULL)
		return tool_fail(EXIT_BAD_DATA, "%s: no such calendar in %s",
		    a->calendar, a->settings->calendars);
	run->from = a->now;
	if (a->from != NULL && tool_time(a->from, a->now,
				   run->only != NULL ? run->only->zone : NULL,
				   &run->from, &why) != RES_OK)
		return tool_fail(EXIT_WRONG_USAGE, "--from %s", why.text);
	r = a->dry_run ? look_store(a->ctx, a->settings->store, &e->store, &why)
	               : store_open(a->ctx, a->settings->store, STORE_WRITE,
			     &e->store, &why);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "%s", why.text);
	e->reader = reader_new(a->ctx, NULL);
	return EXIT_FINE;
}

/* Say what was found. */
static void
print_run(struct run *run)
{
	const struct admin *a = run->admin;
	struct json *map;

	if (a->json) {
		map = json_map(a->ctx);
		json_put_yesno(map, "dry_run", a->dry_run);
		json_put_number(map, "looked", (int64_t)run->looked);
		json_put_number(map, "moved", (int64_t)run->moved);
		json_put_number(map, "open", (int64_t)run->open);
		json_put(map, "dates", run->list);
		json_print(map, stdout);
		return;
	}
	if (run->moved + run->open > 0)
		table_print(run->table, stdout);
	(void)printf("%zu dates looked at, %zu %s, %zu to be settled\n",
	    run->looked, run->moved, a->dry_run ? "would move" : "moved",
	    run->open);
}

int
admin_rezone(const struct admin *a)
{
	static const char *const heading[] = {"CALENDAR", "RESULT", "OLD START",
	    "NEW START", "UID", "SUMMARY", "CLASHES WITH", NULL};
	struct run run = {.admin = a};
	const struct calendar *const *all;
	struct why why;
	size_t i, n;
	enum res r = RES_OK;
	int code = open_run(&run);

	if (code != EXIT_FINE)
		return code;
	run.table = table_new(a->ctx, heading);
	run.list = json_list(a->ctx);
	all = directory_all(run.engine.directory, &n);
	for (i = 0; r == RES_OK && i < n; i++)
		if (run.only == NULL ||
		    strcmp(run.only->address, all[i]->address) == 0)
			r = rezone_calendar(&run, all[i], &why);
	reader_stop(run.engine.reader);
	/* What was done before something failed is told all the same. */
	print_run(&run);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "rezone: %s", why.text);
	return run.open > 0 ? EXIT_SETTLE : EXIT_FINE;
}
