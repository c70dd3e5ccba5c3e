/*
 * vzone.c - a VTIMEZONE to the moments at which its offset changes
 *
 * Only rules that happen once a year are taken: anything else in a VTIMEZONE is
 * an attack on libraries that expand it.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/recur.h"
#include "lib/read/when.h"
#include "lib/read/zones.h"

#define ONSETS_MAX      5000
#define RULE_ONSETS_MAX 1000

/* A list of onsets that grows. */
struct onsets {
	TALLOC_CTX *ctx;
	struct onset *at;
	size_t n;
	int64_t from; /* UTC seconds that matter */
	int64_t to;
	struct fault *fault;
};

/* A STANDARD or DAYLIGHT component. */
struct observance {
	int64_t start; /* civil seconds, on the clock of `before` */
	int before;
	int after;
};

/* Add the onset at a wall clock; 0 with the fault set. */
static int
onset_add(struct onsets *o, const struct observance *ob, int64_t wall)
{
	if (o->n >= ONSETS_MAX)
		return fault_set(o->fault, ACTION_HOLD, "bad-zone",
		    "A VTIMEZONE has too many changes.");
	if ((o->n & (o->n - 1)) == 0)
		o->at = list_grow(
		    o->ctx, o->at, struct onset, o->n == 0 ? 1 : 2 * o->n);
	o->at[o->n].at = wall - ob->before;
	o->at[o->n].before = ob->before;
	o->at[o->n++].after = ob->after;
	return 1;
}

/* Is at most one bit set? */
static int
is_single(uint64_t bits)
{
	return (bits & (bits - 1)) == 0;
}

/* Is it a rule that happens at most a few times a year? */
static int
rule_is_yearly(const struct rule *rule)
{
	return rule->freq == FREQ_YEARLY && is_single(rule->hour) &&
	       is_single(rule->minute) && is_single(rule->second) &&
	       is_single(rule->month) && !rule->has_setpos &&
	       !rule->has_weekno &&
	       (rule->weekday == 0 || rule->monthday != 0 ||
		   rule->monthday_back != 0 || rule->has_yearday);
}

/* The onsets of one RRULE; 0 with the fault set. */
static int
add_rule(struct onsets *o, const struct observance *ob, const char *text)
{
	struct rule rule;
	struct recurrence r = {
	    .rule = &rule, .start = ob->start, .max = RULE_ONSETS_MAX};
	size_t i;

	if (!rule_read(text, &rule, o->fault) || !rule_is_yearly(&rule))
		return fault_set(o->fault, ACTION_HOLD, "bad-zone",
		    "A VTIMEZONE has a rule that is not yearly: %.60s", text);
	if (rule.until_utc)
		rule.until += ob->before;
	r.from = o->from - 3 * 366 * SECONDS_PER_DAY;
	r.to = o->to;
	if (rule.has_until && r.from > rule.until - 2 * 366 * SECONDS_PER_DAY)
		r.from = rule.until - 2 * 366 * SECONDS_PER_DAY;
	if (rule.count > 0)
		r.from = ob->start;
	recur_expand(o->ctx, &r);
	if (r.n >= r.max || r.spent)
		return fault_set(o->fault, ACTION_HOLD, "bad-zone",
		    "A VTIMEZONE has a rule with too many changes: %.60s",
		    text);
	for (i = 0; i < r.n; i++) {
		if (!onset_add(o, ob, r.at[i]))
			return 0;
	}
	talloc_free(r.at);
	return 1;
}

/* The onsets of one RDATE line; 0 with the fault set. */
static int
add_dates(struct onsets *o, const struct observance *ob, const char *value)
{
	struct stamp stamp;
	size_t n;

	while (*value != '\0') {
		n = strcspn(value, ",");
		if (stamp_read(value, n, 1, &stamp) != STAMP_OK)
			return fault_set(o->fault, ACTION_HOLD, "bad-zone",
			    "A VTIMEZONE has an RDATE that is no time.");
		if (!onset_add(o, ob,
			civil_seconds(&stamp.wall) +
			    (stamp.utc ? ob->before : 0)))
			return 0;
		value += n + (value[n] == ',');
	}
	return 1;
}

/* One STANDARD or DAYLIGHT; 0 with the fault set. */
static int
add_observance(struct onsets *o, const struct block *block)
{
	struct observance ob;
	struct stamp stamp;
	const char *start = block_value(block, "DTSTART");
	size_t i;
	int good;

	if (!offset_read(block_value(block, "TZOFFSETFROM"), &ob.before) ||
	    !offset_read(block_value(block, "TZOFFSETTO"), &ob.after))
		return fault_set(o->fault, ACTION_HOLD, "bad-zone",
		    "A VTIMEZONE has an offset that cannot be.");
	if (stamp_read(start, strlen(start), 1, &stamp) != STAMP_OK)
		return fault_set(o->fault, ACTION_HOLD, "bad-zone",
		    "A VTIMEZONE has a DTSTART that is no time.");
	ob.start = civil_seconds(&stamp.wall);
	good = onset_add(o, &ob, ob.start);
	for (i = 0; good && i < block->nproperty; i++) {
		if (strcmp(block->property[i].name, "RRULE") == 0)
			good = add_rule(o, &ob, block->property[i].value);
		if (strcmp(block->property[i].name, "RDATE") == 0)
			good = add_dates(o, &ob, block->property[i].value);
	}
	return good;
}

static int
onset_compare(const void *a, const void *b)
{
	const struct onset *x = a;
	const struct onset *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Sort, and drop an onset that is there twice. */
static void
onsets_finish(struct onsets *o)
{
	size_t i;
	size_t n = 0;

	qsort(o->at, o->n, sizeof(o->at[0]), onset_compare);
	for (i = 0; i < o->n; i++) {
		if (n > 0 && o->at[n - 1].at == o->at[i].at)
			o->at[n - 1] = o->at[i];
		else
			o->at[n++] = o->at[i];
	}
	o->n = n;
}

int
vzone_read(TALLOC_CTX *ctx, const struct block *block, int64_t from, int64_t to,
    struct clock *clock, struct fault *fault)
{
	struct onsets o = {.ctx = ctx, .from = from, .to = to, .fault = fault};
	size_t i;

	if (block->nchild > LIMIT_TIMEZONES)
		return fault_set(fault, ACTION_HOLD, "bad-zone",
		    "A VTIMEZONE has over %d parts.", LIMIT_TIMEZONES);
	for (i = 0; i < block->nchild; i++) {
		if (!add_observance(&o, block->child[i]))
			return 0;
	}
	if (o.n == 0)
		return fault_set(fault, ACTION_HOLD, "bad-zone",
		    "A VTIMEZONE has neither STANDARD nor DAYLIGHT.");
	onsets_finish(&o);
	clock->onset = o.at;
	clock->nonset = o.n;
	return 1;
}

/* Which onset was the last one at an instant: its index + 1, 0 if none. */
static size_t
onset_at(const struct clock *clock, int64_t utc)
{
	size_t low = 0;
	size_t high = clock->nonset;
	size_t middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (clock->onset[middle].at <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The offset between onset i - 1 and onset i. */
static int
offset_of(const struct clock *clock, size_t i)
{
	if (clock->nonset == 0)
		return clock->only;
	return i == 0 ? clock->onset[0].before : clock->onset[i - 1].after;
}

int64_t
clock_to_utc(const struct clock *clock, const struct civil *wall)
{
	int64_t local = civil_seconds(wall);
	int64_t utc;
	size_t i;
	size_t near;

	if (clock->zone != NULL)
		return zone_to_utc(clock->zone, wall);
	near = onset_at(clock, local - SECONDS_PER_DAY);
	for (i = near; i <= clock->nonset; i++) {
		utc = local - offset_of(clock, i);
		/* before the next change, or in the gap that it makes */
		if (i == clock->nonset || utc < clock->onset[i].at)
			return utc;
		if (local - offset_of(clock, i + 1) < clock->onset[i].at)
			return utc;
	}
	return local - offset_of(clock, clock->nonset);
}

struct civil
clock_to_wall(const struct clock *clock, int64_t utc)
{
	if (clock->zone != NULL)
		return zone_to_wall(clock->zone, utc);
	return civil_from_seconds(utc + offset_of(clock, onset_at(clock, utc)));
}

int
vzone_equals(const struct clock *clock, const struct zone *zone, int64_t from,
    int64_t to)
{
	size_t i = onset_at(clock, from);
	int64_t next;

	while (from < to) {
		if (offset_of(clock, i) != zone_offset(zone, from, NULL, NULL))
			return 0;
		next = zone_next(zone, from);
		if (i < clock->nonset && clock->onset[i].at <= next)
			next = clock->onset[i++].at;
		from = next;
	}
	return 1;
}
