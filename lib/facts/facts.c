/* facts.c - what can be asked of facts, and times made local; see facts.h */
#include "lib/facts/facts.h"

#include <stdlib.h>

int
instance_is_date(const struct instance *instance)
{
	return instance->start.kind == WHEN_DATE;
}

const char *
action_name(enum action action)
{
	switch (action) {
	case ACTION_NOTE:
		return "note";
	case ACTION_IGNORE:
		return "ignore";
	case ACTION_DECLINE:
		return "decline";
	case ACTION_HOLD:
		return "hold";
	}
	return "?";
}

/* Give a floating time or a date the instant it has in a zone. */
static void
localize(struct when *when, const struct zone *zone)
{
	if (when->kind != WHEN_FLOATING && when->kind != WHEN_DATE)
		return;
	when->utc = zone != NULL ? zone_to_utc(zone, &when->wall)
	                         : civil_seconds(&when->wall);
}

/* -1, 0 or 1, as qsort() wants it. */
static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* By start, then end; what stands behind makes the order unique. */
static int
compare_instances(const void *pa, const void *pb)
{
	const struct instance *a = pa, *b = pb;
	int order = compare(a->start.utc, b->start.utc);

	if (order == 0)
		order = compare(a->end.utc, b->end.utc);
	if (order == 0)
		order = compare(a->recurrence_id.utc, b->recurrence_id.utc);
	if (order == 0)
		order = (a->component > b->component) -
		        (a->component < b->component);
	return order;
}

void
object_localize(struct object *object, const struct zone *zone)
{
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		localize(&object->component[i].recurrence_id, zone);
		localize(&object->component[i].start, zone);
		localize(&object->component[i].end, zone);
	}
	for (i = 0; i < object->ninstance; i++) {
		localize(&object->instance[i].recurrence_id, zone);
		localize(&object->instance[i].start, zone);
		localize(&object->instance[i].end, zone);
	}
	if (object->ninstance > 1)
		qsort(object->instance, object->ninstance,
		    sizeof(object->instance[0]), compare_instances);
}
