/*
 * recur.c - the expander: periods, days of a period, times of a day
 *
 * A period is a year, month, week or day.  Its days are those that pass every
 * BY part for days; a rule says what the parts mean by which of them are
 * there, so each is a filter over all days of the period.  Below a day, the
 * days are walked and the hours, minutes or seconds that the interval meets
 * are taken in each.
 */
#include "lib/read/recur.h"

#include <string.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"
#include "lib/facts/limits.h"

#define WORK_MAX                                                               \
	3000000 /* days and slots; every hour of 230 years is 2 million */

/* The state of one expansion. */
struct walk {
	struct rule rule; /* with what DTSTART implies filled in */
	struct recurrence *out;
	TALLOC_CTX *ctx;
	size_t room;
	int64_t count;
	int64_t work;
	int done;
	int64_t set[LIMIT_BY_PRODUCT];
	size_t nset;
	int times[LIMIT_BY_PRODUCT]; /* seconds of the day */
	size_t ntimes;
};

/* What is known of a day when it is judged. */
struct day {
	int64_t number;
	struct civil date;
	int month_length;
	int yearday; /* from 1 */
	int year_length;
};

/* Division that rounds down. */
static int64_t
div_down(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int
year_length(int year)
{
	return civil_month_length(year, 2) == 29 ? 366 : 365;
}

static void
day_set(struct day *day, int64_t number)
{
	day->number = number;
	day->date = civil_from_days(number);
	day->month_length = civil_month_length(day->date.year, day->date.month);
	day->year_length = year_length(day->date.year);
	day->yearday = (int)(number - civil_days(day->date.year, 1, 1)) + 1;
}

/* Day number of the first day of week 1: the week that has 4 days of it. */
static int64_t
first_week(int year, int week_start)
{
	int64_t fourth = civil_days(year, 1, 4);

	return fourth - (civil_weekday(fourth) - week_start + 7) % 7;
}

static int
weekno_matches(const struct rule *rule, const struct day *day)
{
	int year = day->date.year;
	int64_t first = first_week(year, rule->week_start);
	int64_t next = first_week(year + 1, rule->week_start);
	int64_t week;

	if (day->number >= next) {
		first = next;
		next = first_week(year + 2, rule->week_start);
	} else if (day->number < first) {
		next = first;
		first = first_week(year - 1, rule->week_start);
	}
	week = (day->number - first) / 7 + 1;
	return rule->weekno[week] ||
	       rule->weekno_back[(next - first) / 7 - week + 1];
}

/* Is it the n-th such weekday of its month, or of its year? */
static int
nth_matches(const struct rule *rule, const struct day *day, int weekday)
{
	int in_month = rule->freq == FREQ_MONTHLY || rule->month != 0;
	int at = in_month ? day->date.day : day->yearday;
	int length = in_month ? day->month_length : day->year_length;
	size_t i;

	for (i = 0; i < rule->nnth; i++) {
		if (rule->nth[i].weekday != weekday)
			continue;
		if (rule->nth[i].n == (at - 1) / 7 + 1 ||
		    -rule->nth[i].n == (length - at) / 7 + 1)
			return 1;
	}
	return 0;
}

/* Does a day pass every BY part for days? */
static int
day_matches(const struct rule *rule, const struct day *day)
{
	int back = day->month_length - day->date.day + 1;
	int weekday = civil_weekday(day->number);

	if (rule->month != 0 && (rule->month >> day->date.month & 1) == 0)
		return 0;
	if ((rule->monthday | rule->monthday_back) != 0 &&
	    (rule->monthday >> day->date.day & 1) == 0 &&
	    (rule->monthday_back >> back & 1) == 0)
		return 0;
	if (rule->has_yearday && !rule->yearday[day->yearday] &&
	    !rule->yearday_back[day->year_length - day->yearday + 1])
		return 0;
	if (rule->has_weekno && !weekno_matches(rule, day))
		return 0;
	if (rule->weekday == 0 && rule->nnth == 0)
		return 1;
	return (rule->weekday >> weekday & 1) != 0 ||
	       nth_matches(rule, day, weekday);
}

/* One occurrence of the rule, in order; sets done at the end. */
static void
emit(struct walk *w, int64_t at)
{
	struct recurrence *out = w->out;

	if (at < out->start)
		return;
	if ((w->rule.has_until && at > w->rule.until) ||
	    (w->rule.count > 0 && ++w->count > w->rule.count)) {
		w->done = 1;
		return;
	}
	if (at >= out->to || (at >= out->from && out->n >= out->max)) {
		out->more = 1;
		w->done = 1;
		return;
	}
	if (at < out->from)
		return;
	if (out->n == w->room) {
		w->room = w->room == 0 ? 16 : w->room * 2;
		out->at = list_grow(w->ctx, out->at, int64_t, w->room);
	}
	out->at[out->n++] = at;
}

/* The set of one period is complete: BYSETPOS, then out. */
static void
emit_set(struct walk *w)
{
	size_t i;

	for (i = 0; i < w->nset && !w->done; i++) {
		if (w->rule.has_setpos && !(i < 366 && w->rule.setpos[i + 1]) &&
		    !(w->nset - i <= 366 && w->rule.setpos_back[w->nset - i]))
			continue;
		emit(w, w->set[i]);
	}
	w->nset = 0;
}

static void
set_add(struct walk *w, int64_t at)
{
	if (w->nset < LIMIT_BY_PRODUCT)
		w->set[w->nset++] = at;
}

/* All times of a matching day into the set. */
static void
set_add_day(struct walk *w, int64_t day)
{
	size_t i;

	for (i = 0; i < w->ntimes; i++)
		set_add(w, day * SECONDS_PER_DAY + w->times[i]);
}

/* The year whose weeks a day is counted among. */
static int64_t
week_year(const struct rule *rule, int64_t day, int year)
{
	if (day < first_week(year, rule->week_start))
		return year - 1;
	return day < first_week(year + 1, rule->week_start) ? year : year + 1;
}

/*
 * The index of the period that a day is in.  With BYWEEKNO a year is its weeks:
 * its first days may belong to a week of the year before.
 */
static int64_t
period_of(const struct rule *rule, int64_t day)
{
	struct civil date = civil_from_days(day);

	switch (rule->freq) {
	case FREQ_YEARLY:
		return rule->has_weekno ? week_year(rule, day, date.year)
		                        : date.year;
	case FREQ_MONTHLY:
		return date.year * 12 + date.month - 1;
	case FREQ_WEEKLY:
		/* day 3 was a Sunday */
		return div_down(day - 3 - rule->week_start, 7);
	case FREQ_DAILY:
	case FREQ_HOURLY:
	case FREQ_MINUTELY:
	case FREQ_SECONDLY:
		break;
	}
	return day;
}

/* The first day of a period; that of the next one ends it. */
static int64_t
period_begin(const struct rule *rule, int64_t index)
{
	switch (rule->freq) {
	case FREQ_YEARLY:
		return rule->has_weekno
		           ? first_week((int)index, rule->week_start)
		           : civil_days((int)index, 1, 1);
	case FREQ_MONTHLY:
		return civil_days((int)(index / 12), (int)(index % 12) + 1, 1);
	case FREQ_WEEKLY:
		return index * 7 + 3 + rule->week_start;
	case FREQ_DAILY:
	case FREQ_HOURLY:
	case FREQ_MINUTELY:
	case FREQ_SECONDLY:
		break;
	}
	return index;
}

/* The days of one period, their times, the set. */
static void
walk_period(struct walk *w, int64_t index)
{
	int64_t number = period_begin(&w->rule, index);
	int64_t end = period_begin(&w->rule, index + 1);
	struct day day;

	for (; number < end; number++) {
		w->work++;
		day_set(&day, number);
		if (w->rule.month != 0 &&
		    (w->rule.month >> day.date.month & 1) == 0)
			number += day.month_length - day.date.day;
		else if (day_matches(&w->rule, &day))
			set_add_day(w, number);
	}
	emit_set(w);
}

/* How many seconds one step of a rule below a day is. */
static int64_t
slot_seconds(const struct rule *rule)
{
	return rule->freq == FREQ_HOURLY     ? 3600
	       : rule->freq == FREQ_MINUTELY ? 60
	                                     : 1;
}

/* Seconds of a minute, or of each minute of an hour, into the set. */
static void
set_add_slot(struct walk *w, int64_t at)
{
	const struct rule *rule = &w->rule;
	int minute;
	int second;

	if (rule->freq == FREQ_SECONDLY) {
		set_add(w, at);
		return;
	}
	for (minute = 0; minute < 60; minute++) {
		if (rule->freq == FREQ_HOURLY &&
		    (rule->minute >> minute & 1) == 0)
			continue;
		for (second = 0; second < 60; second++) {
			if ((rule->second >> second & 1) != 0)
				set_add(w, at + minute * 60 + second);
		}
		if (rule->freq == FREQ_MINUTELY)
			return;
	}
}

/* Does a time of day pass the BY parts that filter it? */
static int
slot_matches(const struct rule *rule, int64_t second)
{
	if (rule->hour != 0 && (rule->hour >> second / 3600 & 1) == 0)
		return 0;
	if (rule->freq >= FREQ_MINUTELY && rule->minute != 0 &&
	    (rule->minute >> second / 60 % 60 & 1) == 0)
		return 0;
	return rule->freq != FREQ_SECONDLY || rule->second == 0 ||
	       (rule->second >> second % 60 & 1) != 0;
}

/* A day of a rule whose steps are shorter than a day. */
static void
walk_day(struct walk *w, int64_t number)
{
	int64_t unit = slot_seconds(&w->rule);
	int64_t slots = SECONDS_PER_DAY / unit;
	int64_t first = div_down(w->out->start, unit);
	int64_t slot = number * slots;
	int64_t end = slot + slots;
	int64_t step = w->rule.interval;
	struct day day;

	w->work++;
	day_set(&day, number);
	if (!day_matches(&w->rule, &day))
		return;
	slot = slot <= first ? first
	                     : first + (slot - first + step - 1) / step * step;
	for (; slot < end && !w->done && w->work < WORK_MAX; slot += step) {
		w->work++;
		if (!slot_matches(
			&w->rule, slot * unit - number * SECONDS_PER_DAY))
			continue;
		set_add_slot(w, slot * unit);
		emit_set(w);
	}
}

/* What DTSTART says when the rule does not: RFC 5545 page 43. */
static void
imply_days(struct rule *rule, int64_t start)
{
	struct civil at = civil_from_seconds(start);
	int days = (rule->monthday | rule->monthday_back) != 0 ||
	           rule->has_yearday || rule->weekday != 0 || rule->nnth > 0;
	unsigned weekday = 1U
	                   << civil_weekday(div_down(start, SECONDS_PER_DAY));

	if (days)
		return;
	if (rule->freq == FREQ_WEEKLY ||
	    (rule->freq == FREQ_YEARLY && rule->has_weekno)) {
		rule->weekday = weekday;
	} else if (rule->freq <= FREQ_MONTHLY) {
		rule->monthday = UINT32_C(1) << at.day;
		if (rule->freq == FREQ_YEARLY && rule->month == 0)
			rule->month = 1U << at.month;
	}
}

static void
imply_times(struct rule *rule, int64_t start)
{
	struct civil at = civil_from_seconds(start);

	if (rule->freq < FREQ_HOURLY && rule->hour == 0)
		rule->hour = UINT32_C(1) << at.hour;
	if (rule->freq < FREQ_MINUTELY && rule->minute == 0)
		rule->minute = UINT64_C(1) << at.minute;
	if (rule->freq < FREQ_SECONDLY && rule->second == 0)
		rule->second = UINT64_C(1) << at.second;
}

/* The times of day of a rule whose steps are days or longer. */
static void
list_times(struct walk *w)
{
	const struct rule *rule = &w->rule;
	int t;

	if (rule->freq > FREQ_DAILY)
		return;
	for (t = 0; t < SECONDS_PER_DAY; t++) {
		if ((rule->hour >> t / 3600 & 1) == 0) {
			t += 3599;
		} else if ((rule->minute >> t / 60 % 60 & 1) == 0) {
			t += 59;
		} else if ((rule->second >> t % 60 & 1) != 0 &&
			   w->ntimes < LIMIT_BY_PRODUCT) {
			w->times[w->ntimes++] = t;
		}
	}
}

/*
 * The period that intervals are counted from.  With BYWEEKNO that is the year of
 * DTSTART's week if the rule gives DTSTART; if not, which is undefined, programs
 * agree on the year of its date.
 */
static int64_t
base_period(const struct walk *w)
{
	int64_t number = div_down(w->out->start, SECONDS_PER_DAY);
	struct day day;

	if (w->rule.freq != FREQ_YEARLY || !w->rule.has_weekno ||
	    w->rule.interval == 1)
		return period_of(&w->rule, number);
	day_set(&day, number);
	return day_matches(&w->rule, &day) ? period_of(&w->rule, number)
	                                   : day.date.year;
}

/* The first period that is looked at: that of `from` if it can be jumped to. */
static int64_t
first_period(const struct walk *w, int64_t step)
{
	const struct recurrence *out = w->out;
	int64_t first = base_period(w);
	int64_t wanted;

	if (w->rule.count > 0 || out->from <= out->start)
		return first;
	wanted = period_of(&w->rule, div_down(out->from, SECONDS_PER_DAY));
	return first + (wanted - first) / step * step;
}

/* Do days of the month mean the same number of days in every month? */
static int
monthdays_are_even(const struct rule *rule)
{
	return rule->monthday >> 29 == 0 && rule->monthday_back >> 29 == 0 &&
	       (rule->monthday == 0 || rule->monthday_back == 0) &&
	       rule->weekday == 0;
}

/*
 * How many occurrences every period gives, or every slot of an hourly rule; 0
 * if it is not the same number for each.
 */
static int64_t
yield_of(const struct walk *w)
{
	const struct rule *r = &w->rule;
	int64_t days = __builtin_popcount(r->monthday | r->monthday_back);

	if (r->has_setpos || r->has_yearday || r->has_weekno || r->nnth > 0 ||
	    (r->month != 0 && r->freq != FREQ_YEARLY))
		return 0;
	switch (r->freq) {
	case FREQ_YEARLY:
		return monthdays_are_even(r)
		           ? days * __builtin_popcount(r->month) *
		                 (int64_t)w->ntimes
		           : 0;
	case FREQ_MONTHLY:
		return monthdays_are_even(r) ? days * (int64_t)w->ntimes : 0;
	case FREQ_WEEKLY:
		return __builtin_popcount(r->weekday) * (int64_t)w->ntimes;
	case FREQ_DAILY:
		return days == 0 && r->weekday == 0 ? (int64_t)w->ntimes : 0;
	case FREQ_HOURLY:
		return days == 0 && r->weekday == 0 && r->hour == 0
		           ? __builtin_popcountll(r->minute) *
		                 __builtin_popcountll(r->second)
		           : 0;
	case FREQ_MINUTELY:
	case FREQ_SECONDLY:
		break;
	}
	return 0;
}

/* How many slots of an hourly rule start on the days from..to-1. */
static int64_t
slots_between(const struct walk *w, int64_t from, int64_t to)
{
	int64_t first = div_down(w->out->start, 3600);
	int64_t step = w->rule.interval;

	return (to * 24 - first + step - 1) / step -
	       (from * 24 - first + step - 1) / step;
}

/*
 * COUNT counts from the first occurrence on, so that a rule with it cannot
 * simply be entered in the middle.  Where each period gives the same number,
 * all but the first, which DTSTART may cut, are counted at once.
 * Returns the period to go on with.
 */
static int64_t
skip_counted(struct walk *w, int64_t first, int64_t step)
{
	const struct recurrence *out = w->out;
	int64_t yield = w->rule.count > 0 ? yield_of(w) : 0;
	int64_t wanted;
	int64_t next;
	int64_t n;

	if (yield == 0 || out->from <= out->start)
		return first;
	wanted = period_of(&w->rule, div_down(out->from, SECONDS_PER_DAY));
	next = first + (wanted - first) / step * step;
	if (next <= first + step)
		return first;
	if (w->rule.freq <= FREQ_DAILY) {
		walk_period(w, first);
		n = (next - first) / step - 1;
	} else {
		walk_day(w, first);
		n = slots_between(w, first + 1, next);
	}
	if (n > (w->rule.count - w->count) / yield)
		w->done = 1;
	else
		w->count += n * yield;
	return next;
}

/* Period after period until there is nothing more to find. */
static void
walk_all(struct walk *w)
{
	int daily = w->rule.freq <= FREQ_DAILY;
	int64_t step = daily ? w->rule.interval : 1;
	int64_t index = skip_counted(w, first_period(w, step), step);
	int64_t last = civil_days(LIMIT_YEAR_LAST, 12, 31);
	int64_t begin = period_begin(&w->rule, index);
	int64_t end = div_down(w->out->to - 1, SECONDS_PER_DAY);

	if (w->rule.has_until &&
	    last > div_down(w->rule.until, SECONDS_PER_DAY))
		last = div_down(w->rule.until, SECONDS_PER_DAY);
	while (!w->done && begin <= last && begin <= end) {
		if (w->work >= WORK_MAX) {
			w->out->spent = 1;
			break;
		}
		if (daily)
			walk_period(w, index);
		else
			walk_day(w, index);
		index += step;
		begin = period_begin(&w->rule, index);
	}
	/* past `to`, with the rule not at its end */
	if (!w->done && begin <= last)
		w->out->more = 1;
	w->out->steps = w->work;
}

void
recur_expand(TALLOC_CTX *ctx, struct recurrence *recurrence)
{
	struct walk *w = mem_new(ctx, struct walk);

	w->rule = *recurrence->rule;
	w->out = recurrence;
	w->ctx = ctx;
	recurrence->at = NULL;
	recurrence->n = 0;
	recurrence->more = 0;
	recurrence->spent = 0;
	imply_days(&w->rule, recurrence->start);
	imply_times(&w->rule, recurrence->start);
	list_times(w);
	walk_all(w);
	talloc_free(w);
}
