/*
 * series.c - master and overrides to the instances in the window
 *
 * Starts of the master (DTSTART, rule, RDATE, without EXDATE) are numbers, see
 * times_key(); an override takes the place of the start that its RECURRENCE-ID
 * names.  Whatever the rule says, DTSTART is an instance, and an override that
 * the rule knows nothing of is one too.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/event.h"

/* No zone is further from UTC than this, and DST moves no clock further. */
#define MARGIN (2 * SECONDS_PER_DAY)

/* One start of the master. */
struct start {
	int64_t key;
	const struct dated *period; /* RDATE with an end of its own, or NULL */
};

struct series {
	const struct context *context;
	struct object *object;
	struct draft *draft;
	size_t ndraft;
	const struct draft *master; /* NULL: overrides only */
	int64_t from;               /* keys that can matter */
	int64_t to;
	struct start *start;
	size_t nstart;
	size_t room;
	int64_t *taken; /* keys that have an override, sorted */
	size_t ntaken;
	int cut;         /* something may follow that is not in instance[] */
	int past;        /* something before the window was left out */
	int64_t covered; /* if cut */
};

static int
key_compare(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (*x > *y) - (*x < *y);
}

static int
start_compare(const void *a, const void *b)
{
	return key_compare(
	    &((const struct start *)a)->key, &((const struct start *)b)->key);
}

static void
start_add(struct series *s, int64_t key, const struct dated *period)
{
	if (s->nstart == s->room) {
		s->room = s->room == 0 ? 16 : s->room * 2;
		s->start = list_grow(s->context->reading->notice, s->start,
		    struct start, s->room);
	}
	s->start[s->nstart].key = key;
	s->start[s->nstart++].period = period;
}

/* The key of a wall clock on the master's clock. */
static int64_t
key_at(const struct series *s, int64_t wall)
{
	struct when when = times_at(
	    &s->master->component->start, s->master->start_clock, wall);

	return times_key(&when);
}

/* Run the rule over [from, to) of the wall clock. */
static void
run_rule(const struct series *s, struct recurrence *run,
    const struct rule *rule, int64_t from, int64_t to)
{
	memset(run, 0, sizeof(*run));
	run->rule = rule;
	run->start = civil_seconds(&s->master->component->start.wall);
	run->from = from;
	run->to = to;
	run->max = LIMIT_INSTANCES + 1;
	recur_expand(s->context->reading->notice, run);
}

/* Does the rule produce DTSTART by itself? */
static int
rule_has_start(const struct series *s, const struct rule *rule)
{
	struct recurrence run;
	int64_t start = civil_seconds(&s->master->component->start.wall);

	run_rule(s, &run, rule, start, start + 1);
	talloc_free(run.at);
	return run.n > 0;
}

/* A rule that never gives anything is somebody's mistake. */
static void
check_empty(const struct series *s, const struct rule *rule)
{
	struct recurrence run = {.rule = rule, .max = 1};

	run.start = civil_seconds(&s->master->component->start.wall);
	run.from = run.start;
	run.to = civil_days(LIMIT_YEAR_LAST + 1, 1, 1) * SECONDS_PER_DAY;
	recur_expand(s->context->reading->notice, &run);
	talloc_free(run.at);
	if (run.n == 0)
		problem_add(s->context->reading, ACTION_HOLD,
		    s->context->object, "no-instances",
		    "The recurrence rule gives no date at all.");
}

/* The starts that the rule gives, DTSTART being counted as the first. */
static void
add_rule(struct series *s)
{
	struct rule rule = s->master->rule;
	struct recurrence run;
	size_t i;

	check_empty(s, &rule);
	if (rule.count > 0 && !rule_has_start(s, &rule))
		rule.count--;
	if (rule.count == 0 && s->master->rule.count > 0)
		return;
	run_rule(s, &run, &rule, s->from - MARGIN, s->to + MARGIN);
	for (i = 0; i < run.n; i++)
		start_add(s, key_at(s, run.at[i]), NULL);
	if (run.n > 0 && run.n > LIMIT_INSTANCES)
		s->covered = s->start[s->nstart - 1].key;
	s->cut = run.more || run.spent;
	s->past = run.from > run.start;
	talloc_free(run.at);
}

static void
add_rdates(struct series *s)
{
	const struct dates *dates = &s->master->rdate;
	struct when when;
	size_t i;

	for (i = 0; i < dates->n; i++) {
		when = times_align(s->master, &dates->date[i]);
		start_add(s, times_key(&when),
		    dates->date[i].has_end ? &dates->date[i] : NULL);
	}
}

/* Sort the starts and drop those that are there twice. */
static void
sort_starts(struct series *s)
{
	size_t n = 0;
	size_t i;

	qsort(s->start, s->nstart, sizeof(s->start[0]), start_compare);
	for (i = 0; i < s->nstart; i++) {
		if (n == 0 || s->start[n - 1].key != s->start[i].key)
			s->start[n++] = s->start[i];
		else if (s->start[i].period != NULL)
			s->start[n - 1].period = s->start[i].period;
	}
	s->nstart = n;
}

/* The day of a start, as EXDATE;VALUE=DATE means it. */
static int64_t
day_of(const struct series *s, int64_t key)
{
	struct when when = times_from(
	    &s->master->component->start, s->master->start_clock, key);

	return civil_days(when.wall.year, when.wall.month, when.wall.day);
}

/* The excluded keys, and the excluded days of a timed series, each sorted. */
static void
list_excluded(const struct series *s, int64_t *key, size_t *nkey, int64_t *day,
    size_t *nday)
{
	const struct dates *dates = &s->master->exdate;
	int whole = s->master->component->start.kind == WHEN_DATE;
	struct when when;
	size_t i;

	for (i = 0; i < dates->n; i++) {
		when = times_align(s->master, &dates->date[i]);
		if (dates->date[i].when.kind == WHEN_DATE && !whole)
			day[(*nday)++] = civil_days(
			    when.wall.year, when.wall.month, when.wall.day);
		else
			key[(*nkey)++] = times_key(&when);
	}
	qsort(key, *nkey, sizeof(key[0]), key_compare);
	qsort(day, *nday, sizeof(day[0]), key_compare);
}

static int
has_key(const int64_t *list, size_t n, int64_t key)
{
	return n > 0 &&
	       bsearch(&key, list, n, sizeof(list[0]), key_compare) != NULL;
}

/* Take the EXDATEs out. */
static void
exclude(struct series *s)
{
	size_t room = s->master->exdate.n;
	TALLOC_CTX *ctx = s->context->reading->notice;
	int64_t *key;
	int64_t *day;
	size_t nkey = 0;
	size_t nday = 0;
	size_t n = 0;
	size_t i;

	if (room == 0)
		return;
	key = mem_array(ctx, int64_t, room);
	day = mem_array(ctx, int64_t, room);
	list_excluded(s, key, &nkey, day, &nday);
	for (i = 0; i < s->nstart; i++) {
		if (has_key(key, nkey, s->start[i].key) ||
		    (nday > 0 &&
			has_key(day, nday, day_of(s, s->start[i].key))))
			continue;
		s->start[n++] = s->start[i];
	}
	if (n == 0 && s->nstart > 0 && !s->cut && !s->past)
		problem_add(s->context->reading, ACTION_NOTE,
		    s->context->object, "all-excluded",
		    "Every date of the series is excluded.");
	s->nstart = n;
}

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

/* The master's own instances, where no override stands in their place. */
static void
add_own(struct series *s)
{
	const struct draft *m = s->master;
	struct instance instance = {.component = 0};
	size_t i;

	for (i = 0; i < s->nstart; i++) {
		if (has_key(s->taken, s->ntaken, s->start[i].key))
			continue;
		instance.start = times_from(
		    &m->component->start, m->start_clock, s->start[i].key);
		if (s->start[i].key == times_key(&m->component->start))
			instance.start = m->component->start;
		instance.recurrence_id = instance.start;
		instance.end = s->start[i].period != NULL
		                   ? s->start[i].period->end
		                   : times_end(m, &instance.start);
		instance.cancelled =
		    strcmp(m->component->status, "CANCELLED") == 0;
		if (in_window(s, &instance.start, &instance.end))
			instance_add(s, &instance);
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

/* Does the master produce a start with that key?  Only asked in the window. */
static int
is_produced(const struct series *s, int64_t key)
{
	struct start wanted = {.key = key};

	return s->nstart > 0 && bsearch(&wanted, s->start, s->nstart,
				    sizeof(wanted), start_compare) != NULL;
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
		    !is_produced(s, key))
			problem_add(s->context->reading, ACTION_NOTE,
			    s->context->object, "extra-instance",
			    "A changed instance is not one of the series.");
	}
	qsort(s->taken, s->ntaken, sizeof(s->taken[0]), key_compare);
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

	order = key_compare(&p, &q);
	if (order != 0)
		return order;
	p = times_key(&x->recurrence_id);
	q = times_key(&y->recurrence_id);
	return key_compare(&p, &q);
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

/* The starts of the master, sorted, in the window with room on both sides. */
static void
fill_starts(struct series *s)
{
	const struct component *c = s->master->component;
	const struct window *w = &s->context->reading->window;

	s->from =
	    w->from - (times_key(&c->end) - times_key(&c->start)) - MARGIN;
	s->to = w->to + MARGIN;
	start_add(s, times_key(&c->start), NULL);
	if (s->master->has_rule)
		add_rule(s);
	add_rdates(s);
	sort_starts(s);
	exclude(s);
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
	if (s.master != NULL)
		fill_starts(&s);
	for (i = first; i < n; i++)
		align_override(&s, &draft[i]);
	list_taken(&s, first);
	if (s.master != NULL)
		add_own(&s);
	for (i = first; i < n; i++) {
		if (draft[i].component->recurrence_id.kind != WHEN_NONE)
			add_override(&s, i);
	}
	finish(&s);
}
