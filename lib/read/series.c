/*
 * series.c - master and overrides to the instances in the window
 *
 * Starts of the master are numbers, see series.h; an override takes the place
 * of the start that its RECURRENCE-ID names.  Whatever the rule says, DTSTART
 * is an instance, and an override that the rule knows nothing of is one too.
 *
 * An override with RANGE=THISANDFUTURE also describes all later starts up to
 * the next such one: they move by as much of the wall clock as it moved its
 * own, and last as long.  COUNT, UNTIL, EXDATE and RECURRENCE-ID go on speaking
 * of the starts that the master gives.
 */
#include "lib/read/series.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"

/* Is (start, end) of interest?  Notes what is left out on either side. */
static int
in_window(struct series *s, const struct when *start, const struct when *end)
{
	const struct window *w = &s->context->reading->window;
	int loose = start->kind == WHEN_FLOATING || start->kind == WHEN_DATE;
	int64_t slack = loose ? 14 * 3600 : 0;

	if (times_key(start) - slack >= w->to) {
		s->cut = 1;
		return 0;
	}
	if (times_key(end) + slack <= w->from &&
	    times_key(start) + slack < w->from) {
		s->past = 1;
		return 0;
	}
	return 1;
}

static void
instance_add(struct series *s, const struct instance *instance)
{
	struct object *o = s->object;

	if ((o->ninstance & (o->ninstance - 1)) == 0)
		o->instance = list_grow(s->context->reading->notice,
		    o->instance, struct instance,
		    o->ninstance == 0 ? 1 : 2 * o->ninstance);
	o->instance[o->ninstance++] = *instance;
}

/* The range that a start is in, the later one of two; from *at on. */
static const struct range *
range_of(const struct series *s, int64_t key, size_t *at)
{
	while (*at < s->nrange && s->range[*at].key <= key)
		(*at)++;
	return *at == 0 ? NULL : &s->range[*at - 1];
}

/* Let a range describe an instance that begins where the master says. */
static void
apply_range(
    const struct series *s, const struct range *range, struct instance *in)
{
	const struct component *c = s->draft[range->component].component;
	int64_t wall = civil_seconds(&in->start.wall);

	in->component = range->component;
	in->cancelled = strcmp(c->status, "CANCELLED") == 0;
	if (c->start.kind == WHEN_NONE)
		return;
	if (c->start.kind == WHEN_DATE)
		wall -= wall % SECONDS_PER_DAY;
	in->start = times_at(
	    &range->start, range->draft.start_clock, wall + range->shift);
	in->end = times_end(&range->draft, &in->start);
}

/* The master's own instances, where no override stands in their place. */
static void
add_own(struct series *s)
{
	const struct draft *m = s->master;
	int cancelled = strcmp(m->component->status, "CANCELLED") == 0;
	const struct range *range;
	struct instance in = {.component = 0};
	size_t at = 0;
	size_t i;

	for (i = 0; i < s->nstart; i++) {
		if (keys_have(s->taken, s->ntaken, s->start[i].key))
			continue;
		in.component = 0;
		in.cancelled = cancelled;
		in.start = times_from(
		    &m->component->start, m->start_clock, s->start[i].key);
		if (s->start[i].key == times_key(&m->component->start))
			in.start = m->component->start;
		in.recurrence_id = in.start;
		in.end = s->start[i].period != NULL ? s->start[i].period->end
		                                    : times_end(m, &in.start);
		range = range_of(s, s->start[i].key, &at);
		if (range != NULL)
			apply_range(s, range, &in);
		if (in_window(s, &in.start, &in.end))
			instance_add(s, &in);
	}
}

/* One override as an instance, wherever it was moved to. */
static void
add_override(struct series *s, size_t i)
{
	const struct component *c = s->draft[i].component;
	struct instance instance = {.component = i};

	instance.recurrence_id = c->recurrence_id;
	instance.start = c->start;
	instance.end = c->end;
	instance.cancelled = strcmp(c->status, "CANCELLED") == 0;
	if (c->start.kind == WHEN_NONE) {
		instance.start = c->recurrence_id;
		instance.end = s->master == NULL
		                   ? c->recurrence_id
		                   : times_end(s->master, &c->recurrence_id);
	}
	if (in_window(s, &instance.start, &instance.end))
		instance_add(s, &instance);
}

/* A RECURRENCE-ID in the form of the master's DTSTART. */
static void
align_override(struct series *s, struct draft *draft)
{
	struct component *c = draft->component;
	struct dated dated = {
	    .when = c->recurrence_id, .clock = draft->rid_clock};

	if (c->recurrence_id.kind == WHEN_NONE)
		return;
	/* Without its master nobody here knows what form it should have. */
	if (s->master != NULL)
		c->recurrence_id = times_align(s->master, &dated);
}

/* Which keys have an override; notes those that the series knows nothing of. */
static void
list_taken(struct series *s, size_t first)
{
	int64_t key;
	size_t i;

	s->taken =
	    mem_array(s->context->reading->notice, int64_t, s->ndraft + 1);
	for (i = first; i < s->ndraft; i++) {
		if (s->draft[i].component->recurrence_id.kind == WHEN_NONE)
			continue;
		key = times_key(&s->draft[i].component->recurrence_id);
		s->taken[s->ntaken++] = key;
		if (s->master != NULL && key >= s->from && key < s->to &&
		    !starts_has(s, key))
			problem_add(s->context->reading, ACTION_NOTE,
			    s->context->object, "extra-instance",
			    "A changed instance is not one of the series.");
	}
	qsort(s->taken, s->ntaken, sizeof(s->taken[0]), keys_compare);
	for (i = 1; i < s->ntaken; i++) {
		if (s->taken[i] == s->taken[i - 1])
			problem_add(s->context->reading, ACTION_HOLD,
			    s->context->object, "duplicate-instance",
			    "One instance is changed twice.");
	}
}

static int
instance_compare(const void *a, const void *b)
{
	const struct instance *x = a;
	const struct instance *y = b;
	int order;
	int64_t p = times_key(&x->start);
	int64_t q = times_key(&y->start);

	order = keys_compare(&p, &q);
	if (order != 0)
		return order;
	p = times_key(&x->recurrence_id);
	q = times_key(&y->recurrence_id);
	return keys_compare(&p, &q);
}

/* Sort, cut at the limit, and say how far the list can be trusted. */
static void
finish(struct series *s)
{
	struct object *o = s->object;
	const struct window *w = &s->context->reading->window;
	size_t max =
	    w->max == 0 || w->max > LIMIT_INSTANCES ? LIMIT_INSTANCES : w->max;

	if (o->ninstance > 1)
		qsort(o->instance, o->ninstance, sizeof(o->instance[0]),
		    instance_compare);
	o->covered = s->cut ? w->to : INT64_MAX;
	if (s->covered < o->covered)
		o->covered = s->covered;
	if (o->ninstance > max) {
		s->cut = 1;
		if (times_key(&o->instance[max].start) < o->covered)
			o->covered = times_key(&o->instance[max].start);
		o->ninstance = max;
	}
	o->complete = !s->cut && !s->past;
}

/* Midnight of a day, as seconds of the wall clock. */
static int64_t
midnight(const struct civil *wall)
{
	return civil_days(wall->year, wall->month, wall->day) * SECONDS_PER_DAY;
}

/* Where a range moves the starts to; says if that is too far to follow. */
static void
set_shift(struct series *s, struct range *range)
{
	const struct component *c = s->draft[range->component].component;
	const struct civil *rid = &c->recurrence_id.wall;
	struct dated start = {.when = c->start, .clock = NULL};
	int64_t to;

	range->draft = s->draft[range->component];
	range->start = c->start;
	if (c->start.kind == WHEN_NONE)
		return;
	to = civil_seconds(&c->start.wall);
	/* UTC is what some clients write for any zone */
	if (c->start.kind == WHEN_UTC && s->master->start_clock != NULL) {
		range->start = s->master->component->start;
		range->draft.start_clock = s->master->start_clock;
		to = times_wall(s->master, &start);
	}
	range->shift = to - (c->start.kind == WHEN_DATE ? midnight(rid)
							: civil_seconds(rid));
	if (range->shift <= LIMIT_DURATION && range->shift >= -LIMIT_DURATION)
		return;
	range->shift = 0;
	problem_add(s->context->reading, ACTION_DECLINE, s->context->object,
	    "too-far", "All following dates are moved by over a year.");
}

/* The overrides that act on all dates after them, in order. */
static void
list_ranges(struct series *s)
{
	const struct component *c;
	size_t i;

	for (i = 0; i < s->ndraft; i++) {
		c = s->draft[i].component;
		if (*c->range == '\0' || c->recurrence_id.kind == WHEN_NONE)
			continue;
		if (s->master == NULL) {
			problem_add(s->context->reading, ACTION_NOTE,
			    s->context->object, "this-and-future",
			    "All dates from one on are meant; without the "
			    "series only that one is known.");
			return;
		}
		s->range = list_grow(s->context->reading->notice, s->range,
		    struct range, s->nrange + 1);
		memset(&s->range[s->nrange], 0, sizeof(s->range[0]));
		s->range[s->nrange].component = i;
		s->range[s->nrange].key = times_key(&c->recurrence_id);
		set_shift(s, &s->range[s->nrange++]);
	}
}

/* How long a component lasts, in keys; 0 if it does not say. */
static int64_t
length_of(const struct component *c)
{
	if (c->start.kind == WHEN_NONE || c->end.kind == WHEN_NONE)
		return 0;
	return times_key(&c->end) - times_key(&c->start);
}

/* The span of starts that can matter, with room on both sides. */
static void
set_span(struct series *s)
{
	const struct window *w = &s->context->reading->window;
	int64_t length = length_of(s->master->component);
	int64_t late = 0;
	size_t i;

	for (i = 0; i < s->nrange; i++) {
		int64_t own =
		    length_of(s->draft[s->range[i].component].component);

		length = own > length ? own : length;
		if (s->range[i].shift > late)
			late = s->range[i].shift;
		if (-s->range[i].shift > s->early)
			s->early = -s->range[i].shift;
	}
	s->from = w->from - length - late - SERIES_MARGIN;
	s->to = w->to + s->early + SERIES_MARGIN;
}

/* Keep the window within the years that are taken, so that sums are safe. */
static void
clamp_window(struct window *w)
{
	int64_t low = civil_days(LIMIT_YEAR_FIRST - 2, 1, 1) * SECONDS_PER_DAY;
	int64_t high = civil_days(LIMIT_YEAR_LAST + 3, 1, 1) * SECONDS_PER_DAY;

	w->from = w->from < low ? low : w->from > high ? high : w->from;
	w->to = w->to < low ? low : w->to > high ? high : w->to;
}

void
series_expand(const struct context *context, struct object *object,
    struct draft *draft, size_t n)
{
	struct series s = {.context = context, .object = object};
	size_t first;
	size_t i;

	s.draft = draft;
	s.ndraft = n;
	s.covered = INT64_MAX;
	clamp_window(&context->reading->window);
	if (n > 0 && draft[0].component->recurrence_id.kind == WHEN_NONE &&
	    draft[0].component->start.kind != WHEN_NONE)
		s.master = &draft[0];
	first = n > 0 && draft[0].component->recurrence_id.kind == WHEN_NONE;
	for (i = first; i < n; i++)
		align_override(&s, &draft[i]);
	list_ranges(&s);
	if (s.master != NULL) {
		set_span(&s);
		starts_fill(&s);
	}
	list_taken(&s, first);
	if (s.master != NULL)
		add_own(&s);
	for (i = first; i < n; i++) {
		if (draft[i].component->recurrence_id.kind != WHEN_NONE)
			add_override(&s, i);
	}
	finish(&s);
}
