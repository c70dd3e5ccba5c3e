/* letter_when.c - the dates that an answer speaks of, see part.h */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/part.h"

/* Order of spans by start, then end. */
static int
by_start(const void *pa, const void *pb)
{
	const struct span *a = pa, *b = pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return 0;
}

/* Add a span. */
static void
add_date(struct dates *dates, int64_t start, int64_t end)
{
	dates->span[dates->n].start = start;
	dates->span[dates->n++].end = end;
}

/* The instances that ask our calendar for something. */
static void
asked_dates(const struct decision *decision, struct dates *dates)
{
	const struct object *object = decision->object;
	size_t i;

	for (i = 0; i < object->ninstance; i++) {
		const struct instance *it = &object->instance[i];
		const struct component *c = &object->component[it->component];

		if (decision->stale != NULL && decision->stale[it->component])
			continue;
		if (!it->cancelled && reply_attendee(decision, c) != NULL)
			add_date(dates, it->start.utc, it->end.utc);
	}
}

/* Is the row one of the dates that are answered? */
static int
is_of_answer(const struct decision *decision, const struct busy *row)
{
	const struct object *object = decision->object;
	const struct component *c = decision->component;
	size_t i;

	/* An answer to the series speaks for all its dates. */
	if (object == NULL || c == NULL || c->recurrence_id.kind == WHEN_NONE ||
	    decision->stale == NULL)
		return 1;
	for (i = 0; i < object->ninstance; i++)
		if (object->instance[i].recurrence_id.utc == row->instance)
			return !decision->stale[object->instance[i].component];
	return 0;
}

/* May dates follow that were not looked at? */
static int
is_endless(const struct decision *decision)
{
	const struct object *object = decision->object;
	const struct component *c = decision->component;

	if (object == NULL || c == NULL || object->covered == INT64_MAX)
		return 0;
	if (c->recurrence_id.kind == WHEN_NONE)
		return c->recurs;
	return strcmp(c->range, "THISANDFUTURE") == 0;
}

/* Is each date of an acceptance still out of reach? */
static int
is_later(const struct decision *decision, const struct dates *dates)
{
	return decision->verdict == VERDICT_ACCEPT && dates->n > 0 &&
	       dates->span[0].start >= decision->until;
}

void
letter_dates(
    TALLOC_CTX *ctx, const struct decision *decision, struct dates *dates)
{
	const struct component *c = decision->component;
	const struct change *change = &decision->change;
	size_t i, room = change->nadd + 1;

	if (decision->object != NULL)
		room += decision->object->ninstance;
	dates->span = mem_array(ctx, struct span, room);
	dates->n = 0;
	if (decision->verdict == VERDICT_ACCEPT)
		for (i = 0; i + decision->nold < change->nadd; i++)
			if (is_of_answer(decision, &change->add[i]))
				add_date(dates, change->add[i].start,
				    change->add[i].end);
	if (dates->n == 0 && decision->object != NULL)
		asked_dates(decision, dates);
	if (dates->n == 0 && c != NULL)
		add_date(dates, c->start.utc, c->end.utc);
	qsort(dates->span, dates->n, sizeof(*dates->span), by_start);
	dates->later = is_later(decision, dates);
	dates->endless = is_endless(decision);
}

char *
letter_when(
    TALLOC_CTX *ctx, const struct decision *decision, const struct voice *voice)
{
	struct fill fill[] = {{"date", ""}, {NULL, NULL}};
	struct dates dates;

	letter_dates(ctx, decision, &dates);
	if (dates.n == 0)
		return mem_text(ctx, "");
	if (dates.n > 1 && !dates.endless)
		return voice_series(ctx, voice, dates.span, dates.n);
	fill[0].text = voice_spans(ctx, voice, dates.span, 1, 1);
	if (!dates.endless)
		return mem_text(ctx, fill[0].text);
	return voice_text(
	    ctx, voice, "{date}, repeated until further notice", fill);
}
