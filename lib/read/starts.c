/*
 * starts.c - when the dates of a series start, by its master alone
 *
 * DTSTART, whatever the rules say; RRULEs, of which there may be several;
 * RDATEs; without EXDATEs and what EXRULEs give.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/series.h"

/* What is taken out, each list sorted. */
struct exclusion {
	int64_t *key;
	size_t nkey;
	int64_t *day; /* whole days of a timed series */
	size_t nday;
	int64_t end; /* from here on it is not known what is taken out */
};

int
keys_compare(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (*x > *y) - (*x < *y);
}

int
keys_have(const int64_t *list, size_t n, int64_t key)
{
	return n > 0 &&
	       bsearch(&key, list, n, sizeof(list[0]), keys_compare) != NULL;
}

static int
start_compare(const void *a, const void *b)
{
	return keys_compare(
	    &((const struct start *)a)->key, &((const struct start *)b)->key);
}

int
starts_has(const struct series *s, int64_t key)
{
	struct start wanted = {.key = key};

	return s->nstart > 0 && bsearch(&wanted, s->start, s->nstart,
				    sizeof(wanted), start_compare) != NULL;
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

/* DTSTART as seconds of its wall clock. */
static int64_t
first_wall(const struct series *s)
{
	return civil_seconds(&s->master->component->start.wall);
}

/* Run the rule over [from, to) of the wall clock. */
static void
run_rule(const struct series *s, struct recurrence *run,
    const struct rule *rule, int64_t from, int64_t to)
{
	memset(run, 0, sizeof(*run));
	run->rule = rule;
	run->start = first_wall(s);
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
	int64_t start = first_wall(s);

	run_rule(s, &run, rule, start, start + 1);
	talloc_free(run.at);
	return run.n > 0;
}

/* A rule that never gives anything is somebody's mistake. */
static void
check_empty(const struct series *s, const struct rule *rule)
{
	struct recurrence run = {.rule = rule, .max = 1};

	run.start = first_wall(s);
	run.from = run.start;
	run.to = civil_days(LIMIT_YEAR_LAST + 1, 1, 1) * SECONDS_PER_DAY;
	recur_expand(s->context->reading->notice, &run);
	talloc_free(run.at);
	if (run.n == 0)
		problem_add(s->context->reading, ACTION_HOLD,
		    s->context->object, "no-instances",
		    "The recurrence rule gives no date at all.");
}

/* Does the clock of the zone never show this time, as its hand is put on? */
static int
is_skipped(const struct series *s, int64_t wall)
{
	const struct draft *m = s->master;
	struct when when =
	    times_from(&m->component->start, m->start_clock, key_at(s, wall));

	/* DTSTART is a date wherever it falls. */
	return wall != first_wall(s) && civil_seconds(&when.wall) != wall;
}

/*
 * Drop the hours that do not exist: of a rule by the hour they are neither
 * dates nor counted (RFC 5545 section 3.3.10).
 */
static void
drop_skipped(const struct series *s, struct recurrence *run)
{
	size_t i, n = 0;

	for (i = 0; i < run->n; i++)
		if (!is_skipped(s, run->at[i]))
			run->at[n++] = run->at[i];
	run->n = n;
}

/* Does the rule ask for hours that the zone may not have? */
static int
may_skip(const struct series *s, const struct rule *rule)
{
	return rule->freq == FREQ_HOURLY && s->master->start_clock != NULL &&
	       s->master->component->start.kind == WHEN_ZONED;
}

/* Count on for each hour that does not exist; ends since n only grows. */
static void
stretch_count(const struct series *s, struct rule *rule)
{
	int64_t count = rule->count, skipped = 0;
	struct recurrence run;

	if (count == 0 || count > LIMIT_INSTANCES)
		return;
	do {
		size_t all;

		rule->count = count + skipped;
		run_rule(s, &run, rule, first_wall(s), s->to + SERIES_MARGIN);
		all = run.n;
		drop_skipped(s, &run);
		skipped = (int64_t)(all - run.n);
		talloc_free(run.at);
	} while (rule->count < count + skipped);
}

/* The end of what is known, where a run had to stop early. */
static void
cover(struct series *s, int64_t key)
{
	if (key - s->early < s->covered)
		s->covered = key - s->early;
}

/*
 * The starts that a rule gives.  DTSTART is the first of COUNT even if the rule
 * does not give it; beside other rules it is left to them.
 */
static void
add_rule(struct series *s, const struct rule *given)
{
	struct rule rule = *given;
	struct recurrence run;
	size_t i;
	int full;

	if (rule.has_until && rule.until < first_wall(s)) {
		problem_add(s->context->reading, ACTION_NOTE,
		    s->context->object, "until-before-start",
		    "UNTIL is before DTSTART: that one date is left.");
		return;
	}
	check_empty(s, &rule);
	if (rule.count > 0 && s->master->nrule == 1 &&
	    !rule_has_start(s, &rule) && --rule.count == 0)
		return;
	if (may_skip(s, &rule))
		stretch_count(s, &rule);
	run_rule(
	    s, &run, &rule, s->from - SERIES_MARGIN, s->to + SERIES_MARGIN);
	full = run.n > LIMIT_INSTANCES;
	if (may_skip(s, &rule))
		drop_skipped(s, &run);
	for (i = 0; i < run.n; i++)
		start_add(s, key_at(s, run.at[i]), NULL);
	if (full)
		cover(s, s->start[s->nstart - 1].key);
	s->cut |= run.more || run.spent;
	s->past |= run.from > run.start;
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

/* The keys and days of the EXDATEs. */
static void
list_exdates(const struct series *s, struct exclusion *out)
{
	const struct dates *dates = &s->master->exdate;
	int whole = s->master->component->start.kind == WHEN_DATE;
	struct when when;
	size_t i;

	out->key =
	    mem_array(s->context->reading->notice, int64_t, dates->n + 1);
	out->day =
	    mem_array(s->context->reading->notice, int64_t, dates->n + 1);
	for (i = 0; i < dates->n; i++) {
		when = times_align(s->master, &dates->date[i]);
		if (dates->date[i].when.kind == WHEN_DATE && !whole)
			out->day[out->nday++] = civil_days(
			    when.wall.year, when.wall.month, when.wall.day);
		else
			out->key[out->nkey++] = times_key(&when);
	}
}

/* Add the keys that an EXRULE gives. */
static void
list_exrule(struct series *s, const struct rule *rule, struct exclusion *out)
{
	struct recurrence run;
	size_t i;

	run_rule(s, &run, rule, s->from - SERIES_MARGIN, s->to + SERIES_MARGIN);
	out->key = list_grow(s->context->reading->notice, out->key, int64_t,
	    out->nkey + run.n + 1);
	for (i = 0; i < run.n; i++)
		out->key[out->nkey++] = key_at(s, run.at[i]);
	if (run.n > LIMIT_INSTANCES || run.spent) {
		int64_t end = run.n > 0 ? out->key[out->nkey - 1] : s->from;

		s->cut = 1;
		cover(s, end);
		out->end = end < out->end ? end : out->end;
	}
	talloc_free(run.at);
}

/* Take out what is excluded. */
static void
exclude(struct series *s)
{
	struct exclusion out = {.end = INT64_MAX};
	size_t n = 0;
	size_t i;

	if (s->master->exdate.n == 0 && s->master->nexrule == 0)
		return;
	list_exdates(s, &out);
	for (i = 0; i < s->master->nexrule; i++)
		list_exrule(s, &s->master->exrule[i], &out);
	qsort(out.key, out.nkey, sizeof(out.key[0]), keys_compare);
	qsort(out.day, out.nday, sizeof(out.day[0]), keys_compare);
	for (i = 0; i < s->nstart; i++) {
		if (s->start[i].key >= out.end ||
		    keys_have(out.key, out.nkey, s->start[i].key) ||
		    (out.nday > 0 && keys_have(out.day, out.nday,
					 day_of(s, s->start[i].key))))
			continue;
		s->start[n++] = s->start[i];
	}
	if (n == 0 && s->nstart > 0 && !s->cut && !s->past)
		problem_add(s->context->reading, ACTION_NOTE,
		    s->context->object, "all-excluded",
		    "Every date of the series is excluded.");
	s->nstart = n;
}

void
starts_fill(struct series *s)
{
	size_t i;

	start_add(s, times_key(&s->master->component->start), NULL);
	for (i = 0; i < s->master->nrule; i++)
		add_rule(s, &s->master->rule[i]);
	add_rdates(s);
	sort_starts(s);
	exclude(s);
}
