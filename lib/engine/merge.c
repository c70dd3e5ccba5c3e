/* merge.c - this-and-future with its stored series; see merge.h */
#include "lib/engine/merge.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/engine/align.h"
#include "lib/write/ical.h"

/* Does it change dates from one on, without saying what the series is? */
static int
needs_series(const struct object *object)
{
	size_t i;

	if (strcmp(object->method, "REQUEST") != 0 || object->ncomponent == 0 ||
	    object->component[0].recurrence_id.kind == WHEN_NONE)
		return 0;
	for (i = 0; i < object->ncomponent; i++)
		if (strcmp(object->component[i].range, "THISANDFUTURE") == 0)
			return 1;
	return 0;
}

/* Does the message bring this date itself? */
static int
is_brought(const struct object *object, int64_t instance)
{
	size_t i;

	for (i = 0; i < object->ncomponent; i++)
		if (object->component[i].recurrence_id.utc == instance)
			return 1;
	return 0;
}

/* Is there a booked master among the records of this organizer? */
static int
collect_stored(const struct object *object, const struct record *record,
    size_t n, const char **kept, size_t *nkept)
{
	const char *organizer = object->component[0].organizer.address;
	int master = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (record[i].state != RECORD_BOOKED ||
		    record[i].text[0] == '\0' ||
		    strcasecmp(record[i].organizer, organizer) != 0)
			continue;
		if (record[i].instance == INSTANCE_MASTER)
			master = 1;
		else if (is_brought(object, record[i].instance))
			continue;
		kept[(*nkept)++] = record[i].text;
	}
	return master;
}

/* Which components of the merged object the message brought. */
static char *
mark_news(
    TALLOC_CTX *ctx, const struct object *merged, const struct object *object)
{
	char *news = mem_array(ctx, char, merged->ncomponent + 1);
	size_t i;

	for (i = 0; i < merged->ncomponent; i++) {
		const struct when *id = &merged->component[i].recurrence_id;

		news[i] = id->kind != WHEN_NONE && is_brought(object, id->utc);
	}
	return news;
}

enum res
merge_object(const struct engine *engine, TALLOC_CTX *ctx,
    struct object *object, const struct calendar *calendar,
    const struct record *record, size_t n, int64_t from, int64_t to,
    struct object **merged, char **news, struct why *why)
{
	const char **kept;
	size_t nkept = 0, i;
	enum res r;

	*merged = NULL;
	if (!needs_series(object))
		return RES_OK;
	kept = mem_array(ctx, const char *, n + object->ncomponent);
	if (!collect_stored(object, record, n, kept, &nkept))
		return RES_OK;
	for (i = 0; i < object->ncomponent; i++)
		kept[nkept++] = ical_keep(ctx, object, &object->component[i]);
	r = align_reread(
	    engine, ctx, calendar, kept, nkept, from, to, merged, why);
	if (r != RES_OK || *merged == NULL)
		return r;
	(*merged)->method = object->method;
	(*merged)->product = object->product;
	(*merged)->digest = object->digest;
	*news = mark_news(ctx, *merged, object);
	return RES_OK;
}
