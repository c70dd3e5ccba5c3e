/* align.c - a RECURRENCE-ID of another kind than its series; see align.h */
#define _GNU_SOURCE
#include "lib/engine/align.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/write/ical.h"

/* An anonymous file with the text, to be read from its start; -1: none. */
static int
text_file(const char *text)
{
	struct why ignored;
	int fd = memfd_create("series", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	if (io_write(fd, text, strlen(text), &ignored) != RES_OK ||
	    lseek(fd, 0, SEEK_SET) < 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

enum res
align_reread(const struct engine *engine, TALLOC_CTX *ctx,
    const struct calendar *calendar, const char *const *kept, size_t n,
    int64_t from, int64_t to, struct object **object, struct why *why)
{
	char *text = ical_join(ctx, kept, n);
	struct notice *notice = NULL;
	enum reading reading;
	int fd = text_file(text);

	*object = NULL;
	if (fd < 0)
		return why_set(why, RES_TEMP, "no memory for a series");
	reading = reader_ask(engine->reader, ctx, fd, (int64_t)strlen(text),
	    from, to, 0, &notice, why);
	(void)close(fd);
	if (reading == READING_ABSENT)
		return RES_TEMP;
	if (reading != READING_OK || notice->nobject != 1)
		return RES_OK;
	*object = &notice->object[0];
	object_localize(*object, calendar->zone);
	return RES_OK;
}

/* The same wall clock in the zone of a point in time. */
static int64_t
in_zone_of(const struct when *start, const struct civil *wall)
{
	const struct zone *zone;

	if (start->kind == WHEN_UTC)
		return civil_seconds(wall);
	zone = zone_find(start->zone);
	if (zone == NULL) /* a zone of the message's own: its offset then */
		return civil_seconds(wall) -
		       (civil_seconds(&start->wall) - start->utc);
	return zone_to_utc(zone, wall);
}

/* The original start that an id means in a series which begins at start. */
static struct when
aligned(const struct when *id, const struct when *start,
    const struct calendar *calendar)
{
	struct when to = *id;

	if (start->kind == WHEN_DATE || start->kind == WHEN_FLOATING) {
		if (id->kind == WHEN_UTC ||
		    (start->kind == WHEN_FLOATING && id->kind == WHEN_ZONED))
			to.wall = zone_to_wall(calendar->zone, id->utc);
		to.kind = start->kind;
		to.zone = "";
	}
	if (start->kind == WHEN_DATE)
		to.wall.hour = to.wall.minute = to.wall.second = 0;
	if (start->kind != WHEN_DATE && id->kind == WHEN_DATE) {
		to.wall.hour = start->wall.hour;
		to.wall.minute = start->wall.minute;
		to.wall.second = start->wall.second;
	}
	if (start->kind == WHEN_DATE || start->kind == WHEN_FLOATING)
		to.utc = zone_to_utc(calendar->zone, &to.wall);
	else if (id->kind == WHEN_DATE || id->kind == WHEN_FLOATING)
		to.utc = in_zone_of(start, &to.wall);
	else if (id->kind == WHEN_ZONED && zone_find(id->zone) == NULL)
		to.kind = WHEN_UTC; /* its zone may mean another one there */
	if (to.kind == WHEN_UTC)
		to.wall = civil_from_seconds(to.utc);
	return to;
}

char *
align_when(TALLOC_CTX *ctx, const char *name, const char *range,
    const struct when *when)
{
	int floats = when->kind == WHEN_FLOATING;
	struct civil c = when->kind == WHEN_DATE || floats
	                     ? when->wall
	                     : civil_from_seconds(when->utc);
	char day[16];

	(void)snprintf(day, sizeof(day), "%04d%02d%02d", c.year % 10000,
	    c.month % 100, c.day % 100);
	if (when->kind == WHEN_DATE)
		return mem_print(ctx, "%s%s%s;VALUE=DATE:%s", name,
		    *range == '\0' ? "" : ";RANGE=", range, day);
	return mem_print(ctx, "%s%s%s:%sT%02d%02d%02d%s", name,
	    *range == '\0' ? "" : ";RANGE=", range, day, c.hour, c.minute,
	    c.second, floats ? "" : "Z");
}

/* The line of the VEVENT with this property, or NULL. */
static const char *
find_line(const char *text, const char *name)
{
	const char *p = strstr(text, "BEGIN:VEVENT");
	size_t n = strlen(name);

	for (; p != NULL; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncasecmp(p, name, n) == 0 &&
		    (p[n] == ':' || p[n] == ';'))
			return p;
	}
	return NULL;
}

const char *
align_line(
    TALLOC_CTX *ctx, const char *text, const char *name, const char *line)
{
	const char *p = find_line(text, name);

	if (p == NULL)
		return text;
	return mem_print(ctx, "%s%s%s",
	    mem_textn(ctx, text, (size_t)(p - text)), line,
	    p + strcspn(p, "\n"));
}

/* Give every instance and component that has the old id the new one. */
static void
move_id(struct object *object, struct component *c, const struct when *id)
{
	struct when old = c->recurrence_id;
	size_t i;

	for (i = 0; i < object->ninstance; i++)
		if (&object->component[object->instance[i].component] == c &&
		    object->instance[i].recurrence_id.utc == old.utc)
			object->instance[i].recurrence_id = *id;
	c->recurrence_id = *id;
	if (id->kind != old.kind &&
	    (id->kind == WHEN_UTC || id->kind == WHEN_DATE ||
		id->kind == WHEN_FLOATING))
		c->text =
		    align_line(object->component, c->text, "RECURRENCE-ID",
			align_when(
			    object->component, "RECURRENCE-ID", c->range, id));
}

/* The booked master of this organizer, or NULL. */
static const struct record *
stored_master(
    const struct object *object, const struct record *record, size_t n)
{
	const char *organizer = object->component[0].organizer.address;
	size_t i;

	for (i = 0; i < n; i++)
		if (record[i].instance == INSTANCE_MASTER &&
		    record[i].state == RECORD_BOOKED &&
		    record[i].text[0] != '\0' &&
		    strcasecmp(record[i].organizer, organizer) == 0)
			return &record[i];
	return NULL;
}

/* What kind of time a stored series begins with, by its text. */
static enum when_kind
kind_of(const struct record *master)
{
	const char *start = find_line(master->text, "DTSTART");
	size_t n = start == NULL ? 0 : strcspn(start, "\n");

	if (strstr(master->text, "ALLDAYEVENT:TRUE") != NULL ||
	    (n > 18 && strncmp(start, "DTSTART;VALUE=DATE:", 19) == 0))
		return WHEN_DATE;
	if (n > 8 && start[7] == ':')
		return start[n - 1] == 'Z' ? WHEN_UTC : WHEN_FLOATING;
	return WHEN_ZONED;
}

/* May an id of the object be of another kind than the series? */
static int
may_differ(const struct object *object, const struct record *master)
{
	enum when_kind series = kind_of(master);
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		const struct when *id = &object->component[i].recurrence_id;

		if (series == WHEN_DATE || series == WHEN_FLOATING
			? id->kind != series
			: id->kind == WHEN_DATE || id->kind == WHEN_FLOATING ||
			      (id->kind == WHEN_ZONED &&
				  zone_find(id->zone) == NULL))
			return 1;
	}
	return 0;
}

enum res
align_object(const struct engine *engine, struct object *object,
    const struct calendar *calendar, const struct record *record, size_t n,
    struct why *why)
{
	const struct record *master = stored_master(object, record, n);
	TALLOC_CTX *ctx;
	struct object *series;
	size_t i;
	enum res r;

	if (master == NULL ||
	    object->component[0].recurrence_id.kind == WHEN_NONE ||
	    !may_differ(object, master))
		return RES_OK;
	ctx = mem_check(talloc_new(NULL));
	r = align_reread(
	    engine, ctx, calendar, &master->text, 1, 0, 1, &series, why);
	for (i = 0; r == RES_OK && series != NULL && i < object->ncomponent;
	     i++) {
		struct when id = aligned(&object->component[i].recurrence_id,
		    &series->component[0].start, calendar);

		move_id(object, &object->component[i], &id);
	}
	talloc_free(ctx);
	return r;
}
