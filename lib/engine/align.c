/* align.c - a RECURRENCE-ID of another kind than its series; see align.h */
#define _GNU_SOURCE
#include "lib/engine/align.h"

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
static int64_t
aligned(const struct when *id, const struct when *start,
    const struct calendar *calendar)
{
	struct civil wall = id->wall;

	if (start->kind == WHEN_DATE) {
		if (id->kind == WHEN_UTC)
			wall = zone_to_wall(calendar->zone, id->utc);
		wall.hour = wall.minute = wall.second = 0;
		return zone_to_utc(calendar->zone, &wall);
	}
	if (start->kind == WHEN_FLOATING ||
	    (id->kind != WHEN_DATE && id->kind != WHEN_FLOATING))
		return id->utc;
	if (id->kind == WHEN_DATE) {
		wall.hour = start->wall.hour;
		wall.minute = start->wall.minute;
		wall.second = start->wall.second;
	}
	return in_zone_of(start, &wall);
}

/* Give every instance and component that has the old id the new one. */
static void
move_id(struct object *object, struct component *c, int64_t id)
{
	int64_t old = c->recurrence_id.utc;
	size_t i;

	for (i = 0; i < object->ninstance; i++)
		if (&object->component[object->instance[i].component] == c &&
		    object->instance[i].recurrence_id.utc == old)
			object->instance[i].recurrence_id.utc = id;
	c->recurrence_id.utc = id;
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

/* May an id of the object be of another kind than the series? */
static int
may_differ(const struct object *object, const struct record *master)
{
	int all_day = strstr(master->text, "\nDTSTART;VALUE=DATE:") != NULL ||
	              strstr(master->text, "ALLDAYEVENT:TRUE") != NULL;
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		enum when_kind kind = object->component[i].recurrence_id.kind;

		if (all_day ? kind != WHEN_DATE
			    : kind == WHEN_DATE || kind == WHEN_FLOATING)
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
	     i++)
		move_id(object, &object->component[i],
		    aligned(&object->component[i].recurrence_id,
			&series->component[0].start, calendar));
	talloc_free(ctx);
	return r;
}
