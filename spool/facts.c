/* facts.c - a notice as the JSON document of imip-spool read, see job.h */
#include <string.h>

#include "lib/base/mem.h"
#include "spool/job.h"

/* A time: UTC where it is known, a date, or a wall clock without zone. */
static void
put_when(struct json *map, const char *key, const struct when *when)
{
	char buf[32];

	switch (when->kind) {
	case WHEN_NONE:
		json_put_null(map, key);
		return;
	case WHEN_UTC:
	case WHEN_ZONED:
		json_put_utc(map, key, when->utc);
		return;
	case WHEN_FLOATING:
	case WHEN_DATE:
		(void)civil_text(buf, sizeof(buf), &when->wall);
		if (when->kind == WHEN_DATE)
			buf[strcspn(buf, "T")] = '\0';
		json_put_text(map, key, buf);
		return;
	}
}

/* The zone that a start is written in; null for dates and floating times. */
static const char *
zone_of(const struct when *when)
{
	if (when->kind == WHEN_UTC)
		return "UTC";
	return when->kind == WHEN_ZONED ? when->zone : NULL;
}

/* NULL for "", so that what is absent is null. */
static const char *
or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

/* A list of the words of a text. */
static struct json *
words(TALLOC_CTX *ctx, const char *text)
{
	struct json *list = json_list(ctx);
	size_t n;

	for (; *text != '\0'; text += n + (text[n] == ' ')) {
		n = strcspn(text, " ");
		json_add_text(list, mem_textn(list, text, n));
	}
	return list;
}

static struct json *
attendees(TALLOC_CTX *ctx, const struct component *c)
{
	struct json *list = json_list(ctx);
	size_t i;

	for (i = 0; i < c->nattendee; i++) {
		struct json *item = json_map(list);

		json_put_text(item, "address", or_null(c->attendee[i].address));
		json_put_text(
		    item, "partstat", or_null(c->attendee[i].partstat));
		json_put_text(item, "role", or_null(c->attendee[i].role));
		json_put_text(item, "cutype", or_null(c->attendee[i].cutype));
		json_put(item, "delegated_to",
		    words(item, c->attendee[i].delegated_to));
		json_put(item, "delegated_from",
		    words(item, c->attendee[i].delegated_from));
		json_add(list, item);
	}
	return list;
}

/* Does any component of the object recur, or stand for one date of many? */
static int
is_series(const struct object *object)
{
	size_t i;

	for (i = 0; i < object->ncomponent; i++)
		if (object->component[i].recurs ||
		    object->component[i].recurrence_id.kind != WHEN_NONE)
			return 1;
	return 0;
}

static struct json *
instances(TALLOC_CTX *ctx, const struct object *object)
{
	struct json *list = json_list(ctx);
	int series = is_series(object);
	size_t i;

	for (i = 0; i < object->ninstance; i++) {
		const struct instance *in = &object->instance[i];
		const struct component *c = &object->component[in->component];
		struct json *item = json_map(list);

		put_when(item, "start", &in->start);
		put_when(item, "end", &in->end);
		if (series)
			put_when(item, "recurrence_id", &in->recurrence_id);
		else
			json_put_null(item, "recurrence_id");
		json_put_text(item, "status",
		    in->cancelled ? "CANCELLED" : or_null(c->status));
		json_add(list, item);
	}
	return list;
}

static struct json *
freebusy(TALLOC_CTX *ctx, const struct component *c)
{
	struct json *list = json_list(ctx);
	size_t i;

	for (i = 0; i < c->nfreebusy; i++) {
		struct json *item = json_map(list);

		json_put_utc(item, "start", c->freebusy[i].start);
		json_put_utc(item, "end", c->freebusy[i].end);
		json_put_text(item, "type", c->freebusy[i].type);
		json_add(list, item);
	}
	return list;
}

/* What answers, tasks and free/busy say. */
static void
put_details(struct json *item, const struct component *c)
{
	json_put_text(item, "comment", or_null(c->comment));
	json_put_text(item, "request_status", or_null(c->request_status));
	if (c->percent >= 0)
		json_put_number(item, "percent", c->percent);
	else
		json_put_null(item, "percent");
	if (c->completed != 0)
		json_put_utc(item, "completed", c->completed);
	else
		json_put_null(item, "completed");
	if (strcmp(c->kind, "VTODO") == 0)
		put_when(item, "due", &c->end);
	else
		json_put_null(item, "due");
	json_put(item, "freebusy", freebusy(item, c));
}

/* One object, described by its master or, without one, its first component. */
static struct json *
object_item(TALLOC_CTX *ctx, const struct object *object)
{
	static const struct component none = {.kind = "",
	    .summary = "",
	    .comment = "",
	    .request_status = "",
	    .percent = -1,
	    .rule = "",
	    .organizer = {.address = ""}};
	const struct component *c =
	    object->ncomponent > 0 ? &object->component[0] : &none;
	struct json *item = json_map(ctx);

	json_put_text(item, "method", object->method);
	json_put_text(item, "component", c->kind);
	json_put_text(item, "uid", or_null(object->uid));
	json_put_number(item, "sequence", c->sequence);
	if (c->dtstamp != 0)
		json_put_utc(item, "dtstamp", c->dtstamp);
	else
		json_put_null(item, "dtstamp");
	json_put_text(item, "organizer", or_null(c->organizer.address));
	json_put(item, "attendees", attendees(item, c));
	json_put_text(item, "summary", or_null(c->summary));
	json_put_text(item, "zone", zone_of(&c->start));
	json_put_text(item, "rule", or_null(c->rule));
	put_details(item, c);
	json_put(item, "instances", instances(item, object));
	return item;
}

static struct json *
problem_item(TALLOC_CTX *ctx, const struct problem *problem)
{
	struct json *item = json_map(ctx);

	json_put_text(item, "code", problem->code);
	json_put_text(item, "action", action_name(problem->action));
	if (problem->object >= 0)
		json_put_number(item, "object", problem->object);
	else
		json_put_null(item, "object");
	json_put_text(item, "text", problem->text);
	return item;
}

struct json *
facts_document(TALLOC_CTX *ctx, const struct notice *notice)
{
	struct json *map = json_map(ctx), *objects = json_list(ctx),
		    *problems = json_list(ctx);
	size_t i;

	for (i = 0; i < notice->nobject; i++)
		json_add(objects, object_item(objects, &notice->object[i]));
	for (i = 0; i < notice->nproblem; i++)
		json_add(problems, problem_item(problems, &notice->problem[i]));
	json_put(map, "objects", objects);
	json_put(map, "problems", problems);
	return map;
}
