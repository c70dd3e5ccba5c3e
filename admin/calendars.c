/* calendars.c - what is in the calendars, as tables or JSON, see admin.h */
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "lib/base/mem.h"
#include "lib/directory/directory.h"
#include "lib/json/json.h"
#include "lib/rules/freebusy.h"
#include "lib/store/store.h"
#include "lib/tool/look.h"
#include "lib/tool/tool.h"

/* The seconds that years 1970 to 9999 are in. */
#define FIRST_SECOND INT64_C(0)
#define LAST_SECOND  INT64_C(253402300799)

/* What bookings and freebusy both look at. */
struct view {
	struct directory *directory;
	struct store *store;
	const struct calendar *calendar;
	int64_t from, to;
};

/* The directory of the settings, or an exit code with its line said. */
static int
open_directory(const struct admin *a, struct directory **directory)
{
	struct why why;

	if (directory_open(a->ctx, a->settings->calendars, a->settings->horizon,
		directory, &why) != RES_OK)
		return tool_fail(EXIT_BAD_CONFIG, "%s", why.text);
	return EXIT_FINE;
}

/* The calendar that was asked for. */
static int
find_calendar(const struct admin *a, struct view *v)
{
	struct why why;
	enum res r;

	r = directory_find(v->directory, a->calendar, &v->calendar, &why);
	if (r != RES_OK)
		return tool_fail(EXIT_BAD_CONFIG, "%s", why.text);
	if (v->calendar == NULL)
		return tool_fail(EXIT_BAD_DATA, "%s: no such calendar in %s",
		    a->calendar, a->settings->calendars);
	return EXIT_FINE;
}

/* --from and --to, where they were given. */
static int
find_window(const struct admin *a, struct view *v)
{
	const struct zone *zone = v->calendar->zone;
	struct why why;

	if (a->from != NULL &&
	    tool_time(a->from, a->now, zone, &v->from, &why) != RES_OK)
		return tool_fail(EXIT_WRONG_USAGE, "--from %s", why.text);
	if (a->to != NULL &&
	    tool_time(a->to, a->now, zone, &v->to, &why) != RES_OK)
		return tool_fail(EXIT_WRONG_USAGE, "--to %s", why.text);
	return EXIT_FINE;
}

/* All that a view needs; v->from and v->to hold the defaults. */
static int
open_view(const struct admin *a, struct view *v)
{
	struct why why;
	enum res r;
	int code = open_directory(a, &v->directory);

	if (code == EXIT_FINE)
		code = find_calendar(a, v);
	if (code == EXIT_FINE)
		code = find_window(a, v);
	if (code != EXIT_FINE)
		return code;
	r = look_store(a->ctx, a->settings->store, &v->store, &why);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "%s", why.text);
	return EXIT_FINE;
}

/* "2026-12-01 10:00" in the zone */
static const char *
wall_text(char *buf, size_t size, const struct zone *zone, int64_t utc)
{
	struct civil c = zone_to_wall(zone, utc);

	(void)snprintf(buf, size, "%04d-%02d-%02d %02d:%02d", c.year, c.month,
	    c.day, c.hour, c.minute);
	return buf;
}

/* "room", "resource", "person", "group" */
static const char *
kind_name(int64_t kind)
{
	switch ((enum calendar_kind)kind) {
	case KIND_ROOM:
		return "room";
	case KIND_RESOURCE:
		return "resource";
	case KIND_PERSON:
		return "person";
	case KIND_GROUP:
		return "group";
	}
	return "?";
}

/* One calendar as JSON. */
static struct json *
calendar_item(TALLOC_CTX *ctx, const struct calendar *c)
{
	struct json *item = json_map(ctx), *aliases = json_list(ctx);
	const char **alias;

	for (alias = c->alias; alias != NULL && *alias != NULL; alias++)
		json_add_text(aliases, *alias);
	json_put_text(item, "address", c->address);
	json_put_text(item, "kind", kind_name(c->kind));
	json_put_text(item, "name", c->name);
	json_put_text(item, "zone", c->zone_name);
	json_put(item, "aliases", aliases);
	json_put_yesno(item, "publish", c->publish != 0);
	return item;
}

int
admin_calendars(const struct admin *a)
{
	static const char *const heading[] = {
	    "ADDRESS", "KIND", "ZONE", "NAME", NULL};
	const struct calendar *const *all;
	struct directory *directory;
	struct table *table = table_new(a->ctx, heading);
	size_t i, n, count;
	int code = open_directory(a, &directory);

	if (code != EXIT_FINE)
		return code;
	all = directory_all(directory, &n);
	if (a->json)
		json_begin(stdout, &count);
	for (i = 0; i < n; i++) {
		const char *cell[] = {all[i]->address, kind_name(all[i]->kind),
		    all[i]->zone_name, all[i]->name};

		if (a->json)
			json_item(
			    calendar_item(a->ctx, all[i]), stdout, &count);
		else
			table_add(table, cell);
	}
	if (a->json)
		json_end(stdout, &count);
	else
		table_print(table, stdout);
	return EXIT_FINE;
}

/* One booked instance as JSON. */
static struct json *
booking_item(TALLOC_CTX *ctx, const char *calendar, const struct busy *b)
{
	struct json *item = json_map(ctx);

	json_put_text(item, "calendar", calendar);
	json_put_text(item, "uid", b->uid);
	if (b->recurring)
		json_put_utc(item, "recurrence_id", b->instance);
	else
		json_put_null(item, "recurrence_id");
	json_put_utc(item, "start", b->start);
	json_put_utc(item, "end", b->end);
	json_put_text(item, "status", b->status);
	json_put_text(item, "organizer", b->organizer);
	json_put_text(item, "summary", b->summary);
	return item;
}

/* One booked instance as a row in the calendar's zone. */
static void
booking_row(struct table *table, const struct zone *zone, const struct busy *b)
{
	char start[32], end[32];
	const char *cell[] = {wall_text(start, sizeof(start), zone, b->start),
	    wall_text(end, sizeof(end), zone, b->end), b->status, b->organizer,
	    b->summary};

	table_add(table, cell);
}

int
admin_bookings(const struct admin *a)
{
	static const char *const heading[] = {
	    "START", "END", "STATUS", "ORGANIZER", "SUMMARY", NULL};
	struct view v = {.from = FIRST_SECOND, .to = LAST_SECOND};
	struct table *table = table_new(a->ctx, heading);
	struct busy *busy;
	size_t i, n, count;
	struct why why;
	enum res r;
	int code = open_view(a, &v);

	if (code != EXIT_FINE)
		return code;
	r = store_bookings(v.store, a->ctx, v.calendar->address, v.from, v.to,
	    &busy, &n, &why);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "%s", why.text);
	if (a->json)
		json_begin(stdout, &count);
	for (i = 0; i < n; i++)
		if (a->json)
			json_item(
			    booking_item(a->ctx, v.calendar->address, &busy[i]),
			    stdout, &count);
		else
			booking_row(table, v.calendar->zone, &busy[i]);
	if (a->json) {
		json_end(stdout, &count);
		return EXIT_FINE;
	}
	table_print(table, stdout);
	(void)printf("%zu booking%s, times of %s\n", n, n == 1 ? "" : "s",
	    zone_name(v.calendar->zone));
	return EXIT_FINE;
}

/* The busy periods as JSON. */
static void
print_periods(const struct admin *a, const struct view *v,
    const struct span *span, size_t n)
{
	struct json *map = json_map(a->ctx), *list = json_list(a->ctx);
	size_t i;

	for (i = 0; i < n; i++) {
		struct json *item = json_map(list);

		json_put_utc(item, "start", span[i].start);
		json_put_utc(item, "end", span[i].end);
		json_put_text(item, "type", "BUSY");
		json_add(list, item);
	}
	json_put_text(map, "calendar", v->calendar->address);
	json_put_utc(map, "from", v->from);
	json_put_utc(map, "to", v->to);
	json_put(map, "busy", list);
	json_print(map, stdout);
}

int
admin_freebusy(const struct admin *a)
{
	static const char *const heading[] = {"BUSY FROM", "UNTIL", NULL};
	struct view v = {.from = a->now - a->settings->publish_past,
	    .to = a->now + a->settings->horizon};
	struct table *table = table_new(a->ctx, heading);
	struct busy *busy;
	struct span *span;
	size_t i, n;
	struct why why;
	enum res r;
	int code = open_view(a, &v);

	if (code != EXIT_FINE)
		return code;
	r = store_busy(v.store, a->ctx, v.calendar->address, v.from, v.to,
	    &busy, &n, &why);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "%s", why.text);
	freebusy_merge(a->ctx, busy, n, v.from, v.to, &span, &n);
	if (a->json) {
		print_periods(a, &v, span, n);
		return EXIT_FINE;
	}
	for (i = 0; i < n; i++) {
		char start[32], end[32];
		const char *cell[] = {wall_text(start, sizeof(start),
					  v.calendar->zone, span[i].start),
		    wall_text(end, sizeof(end), v.calendar->zone, span[i].end)};

		table_add(table, cell);
	}
	table_print(table, stdout);
	(void)printf("times of %s\n", zone_name(v.calendar->zone));
	return EXIT_FINE;
}
