/*
 * slow_rule.h - recurrence rules as RFC 5545 section 3.3.10 says them, slowly
 *
 * The judge of lib/read/recur.c.  It is written from the text alone and shares
 * nothing with what it judges, not even the arithmetic of dates: a rule is a
 * question that is put to each day of a calendar that was counted out, and
 * below a day to each hour, minute or second.  Sentences in quotation marks
 * are from section 3.3.10 unless another is named.
 */
#ifndef TESTS_UNIT_SLOW_RULE_H
#define TESTS_UNIT_SLOW_RULE_H

#include "tests/unit/slow_text.h"

/* --- one day ------------------------------------------------------------- */

/* Is a number in the list: as itself, or counted from the end? */
static int
slow_has(const struct slow_list *list, int value, int last)
{
	return list->plus[value] ||
	       (last >= value && list->minus[last - value + 1]);
}

/* Does BYDAY have the day? */
static int
slow_in_byday(const struct slow_rule *r, const struct slow_day *d)
{
	/* "The numeric value in a BYDAY rule part with the FREQ rule part set
	 * to YEARLY corresponds to an offset within the month when the BYMONTH
	 * rule part is present, and corresponds to an offset within the year
	 * when the BYWEEKNO or BYMONTH rule parts are not present." */
	int year = r->freq == SLOW_YEARLY && !r->by[SLOW_BYMONTH].given;
	int value = year ? d->yearday : d->day;
	int last = year ? d->year_length : d->month_length;
	int i;

	for (i = 0; i < r->nnth; i++) {
		int n = r->nth[i].n;

		if (r->nth[i].weekday != d->weekday)
			continue;
		if (n == 0 || n == (value - 1) / 7 + 1 ||
		    n == -((last - value) / 7 + 1))
			return 1;
	}
	return 0;
}

/*
 * Is the day in the rule?  The parts may be asked in any order: a day that is
 * in the recurrence has passed every part that is given, as expansion or as
 * limit.
 */
static int
slow_in_day(const struct slow_rule *r, const struct slow_day *d)
{
	const struct slow_list *by = r->by;
	const struct slow_week *week = &d->week[r->wkst];

	if (by[SLOW_BYMONTH].given && !by[SLOW_BYMONTH].plus[d->month])
		return 0;
	if (by[SLOW_BYWEEKNO].given &&
	    !slow_has(&by[SLOW_BYWEEKNO], week->number, week->last))
		return 0;
	if (by[SLOW_BYYEARDAY].given &&
	    !slow_has(&by[SLOW_BYYEARDAY], d->yearday, d->year_length))
		return 0;
	if (by[SLOW_BYMONTHDAY].given &&
	    !slow_has(&by[SLOW_BYMONTHDAY], d->day, d->month_length))
		return 0;
	return !r->byday || slow_in_byday(r, d);
}

/* The number of the interval that a day is in, for DAILY and longer. */
static int64_t
slow_period(const struct slow_rule *r, int i)
{
	const struct slow_day *d = &slow_days[i];

	switch (r->freq) {
	case SLOW_YEARLY:
		/* the first days of January may be in the last week of the
		 * year before, the last of December in the first of the next */
		return r->by[SLOW_BYWEEKNO].given ? d->week[r->wkst].year
		                                  : d->year;
	case SLOW_MONTHLY:
		return d->year * 12 + d->month;
	case SLOW_WEEKLY:
		/* "starting on the day of the week defined to be the week
		 * start (see WKST)" */
		return d->week[r->wkst].index;
	case SLOW_SECONDLY:
	case SLOW_MINUTELY:
	case SLOW_HOURLY:
	case SLOW_DAILY:
		break;
	}
	return i;
}

/* --- what the rule does not say ------------------------------------------ */

/* Put one number into an empty list. */
static void
slow_put(struct slow_list *list, int value)
{
	if (list->given)
		return;
	list->given = 1;
	list->plus[value] = 1;
}

/* BYDAY is the weekday of DTSTART. */
static void
slow_put_weekday(struct slow_rule *r, const struct slow_day *start)
{
	r->byday = 1;
	r->nnth = 1;
	r->nth[0].n = 0;
	r->nth[0].weekday = start->weekday;
}

/*
 * "Information, not contained in the rule, necessary to determine the various
 * recurrence instance start time and dates are derived from the Start Time
 * ("DTSTART")."
 */
static struct slow_rule
slow_complete(const struct slow_rule *rule, int64_t start)
{
	struct slow_rule r = *rule;
	const struct slow_day *d = &slow_days[slow_index(start)];
	int clock = (int)(start - slow_midnight(slow_index(start)));
	int no_day = !r.byday && !r.by[SLOW_BYMONTHDAY].given &&
	             !r.by[SLOW_BYYEARDAY].given;

	if (r.freq == SLOW_YEARLY && no_day && r.by[SLOW_BYWEEKNO].given) {
		/* "special expand for WEEKLY if BYWEEKNO present" */
		slow_put_weekday(&r, d);
	} else if (r.freq == SLOW_YEARLY && no_day) {
		/* "the day is gotten from "DTSTART"" (section 3.8.5.3) */
		slow_put(&r.by[SLOW_BYMONTH], d->month);
		slow_put(&r.by[SLOW_BYMONTHDAY], d->day);
	}
	if (r.freq == SLOW_MONTHLY && no_day)
		slow_put(&r.by[SLOW_BYMONTHDAY], d->day);
	if (r.freq == SLOW_WEEKLY && !r.byday)
		slow_put_weekday(&r, d);
	/* "if the BYMINUTE, BYHOUR, BYDAY, BYMONTHDAY, or BYMONTH rule part
	 * were missing, the appropriate minute, hour, day, or month would have
	 * been retrieved from the "DTSTART" property" */
	if (r.freq > SLOW_HOURLY)
		slow_put(&r.by[SLOW_BYHOUR], clock / 3600);
	if (r.freq > SLOW_MINUTELY)
		slow_put(&r.by[SLOW_BYMINUTE], clock / 60 % 60);
	if (r.freq > SLOW_SECONDLY)
		slow_put(&r.by[SLOW_BYSECOND], clock % 60);
	/* "Implementations that do not support leap seconds SHOULD interpret
	 * the seconds value of 60 as equivalent to the value 59"
	 * (section 3.3.12) */
	if (r.by[SLOW_BYSECOND].plus[60])
		r.by[SLOW_BYSECOND].plus[59] = 1;
	return r;
}

/* --- the walk ------------------------------------------------------------ */

#define SLOW_SET 200000

struct slow_walk {
	struct slow_rule rule; /* completed */
	int64_t start;         /* DTSTART */
	int64_t from;
	int64_t to;
	size_t max;
	int64_t *at;
	size_t n;
	int64_t counted;
	int done;
	size_t nset;
};

/* The occurrences of one interval, before BYSETPOS. */
static int64_t slow_set[SLOW_SET];

/* "then COUNT and UNTIL are evaluated": one occurrence, in ascending order. */
static void
slow_emit(struct slow_walk *w, int64_t t)
{
	if (w->done || t < w->start)
		return;
	w->done = (w->rule.count > 0 && w->counted >= w->rule.count) ||
	          t >= w->to || w->n >= w->max;
	w->counted++;
	if (!w->done && t >= w->from)
		w->at[w->n++] = t;
}

/*
 * The interval is over.  "BYSETPOS operates on a set of recurrence instances in
 * one interval of the recurrence rule.  [It] starts at the beginning of the
 * interval defined by the FREQ rule part": also what is before DTSTART counts.
 */
static void
slow_close(struct slow_walk *w)
{
	const struct slow_list *setpos = &w->rule.by[SLOW_BYSETPOS];
	size_t i;

	for (i = 0; i < w->nset; i++)
		if (!setpos->given || (i < 366 && setpos->plus[i + 1]) ||
		    (w->nset - i <= 366 && setpos->minus[w->nset - i]))
			slow_emit(w, slow_set[i]);
	w->nset = 0;
}

static void
slow_add(struct slow_walk *w, int64_t t)
{
	assert(w->nset < SLOW_SET);
	slow_set[w->nset++] = t;
}

/* May a number be here: the part is absent (no limit), or has it? */
static int
slow_may(const struct slow_walk *w, int part, int value)
{
	return !w->rule.by[part].given || w->rule.by[part].plus[value];
}

/* All seconds of a minute that BYSECOND has. */
static void
slow_add_seconds(struct slow_walk *w, int64_t minute)
{
	int second;

	for (second = 0; second < 60; second++)
		if (w->rule.by[SLOW_BYSECOND].plus[second])
			slow_add(w, minute + second);
}

/* All minutes of an hour that BYMINUTE has. */
static void
slow_add_minutes(struct slow_walk *w, int64_t hour)
{
	int minute;

	for (minute = 0; minute < 60; minute++)
		if (w->rule.by[SLOW_BYMINUTE].plus[minute])
			slow_add_seconds(w, hour + minute * 60);
}

/*
 * The interval of DTSTART.  What comes of a DTSTART that the rule does not have
 * "is undefined" (section 3.8.5.3); with BYWEEKNO programs agree that then its
 * own year counts, not that of its week.
 */
static int64_t
slow_first_period(const struct slow_walk *w)
{
	int i = slow_index(w->start);

	if (w->rule.by[SLOW_BYWEEKNO].given &&
	    !slow_in_day(&w->rule, &slow_days[i]))
		return slow_days[i].year;
	return slow_period(&w->rule, i);
}

/* DAILY and longer: day by day, an interval ends when its number changes. */
static void
slow_walk_days(struct slow_walk *w, int first)
{
	int64_t start = slow_first_period(w);
	int64_t period = -1;
	int hour;
	int i;

	for (i = first; i < SLOW_DAYS && !w->done; i++) {
		if (slow_period(&w->rule, i) != period)
			slow_close(w);
		if (slow_midnight(i) >= w->to + 400 * SLOW_DAY)
			break;
		period = slow_period(&w->rule, i);
		if (period < start || (period - start) % w->rule.interval != 0)
			continue;
		if (!slow_in_day(&w->rule, &slow_days[i]))
			continue;
		for (hour = 0; hour < 24; hour++)
			if (w->rule.by[SLOW_BYHOUR].plus[hour])
				slow_add_minutes(
				    w, slow_midnight(i) + hour * 3600);
	}
}

/* Is an interval of so many seconds one of every INTERVAL since DTSTART's? */
static int
slow_is_turn(const struct slow_walk *w, int64_t t, int unit)
{
	/* DTSTART and t are not before 1970 here */
	return t / unit >= w->start / unit &&
	       (t / unit - w->start / unit) % w->rule.interval == 0;
}

/* SECONDLY: a minute. */
static void
slow_walk_seconds(struct slow_walk *w, int64_t minute)
{
	int second;

	for (second = 0; second < 60; second++) {
		if (!slow_may(w, SLOW_BYSECOND, second) ||
		    !slow_is_turn(w, minute + second, 1))
			continue;
		slow_add(w, minute + second);
		slow_close(w);
	}
}

/* MINUTELY and SECONDLY: an hour. */
static void
slow_walk_minutes(struct slow_walk *w, int64_t hour, int64_t since)
{
	int minute;

	for (minute = 0; minute < 60; minute++) {
		int64_t t = hour + minute * 60;

		if (!slow_may(w, SLOW_BYMINUTE, minute) || t + 60 <= since)
			continue;
		if (w->rule.freq == SLOW_SECONDLY) {
			slow_walk_seconds(w, t);
		} else if (slow_is_turn(w, t, 60)) {
			slow_add_seconds(w, t);
			slow_close(w);
		}
	}
}

/* HOURLY and shorter: hour by hour; nothing before `since` matters. */
static void
slow_walk_hours(struct slow_walk *w, int first, int64_t since)
{
	int hour;
	int i;

	for (i = first; i < SLOW_DAYS && !w->done; i++) {
		if (slow_midnight(i) >= w->to)
			break;
		if (!slow_in_day(&w->rule, &slow_days[i]))
			continue;
		for (hour = 0; hour < 24 && !w->done; hour++) {
			int64_t t = slow_midnight(i) + hour * 3600;

			if (!slow_may(w, SLOW_BYHOUR, hour) ||
			    t + 3600 <= since)
				continue;
			if (w->rule.freq < SLOW_HOURLY) {
				slow_walk_minutes(w, t, since);
			} else if (slow_is_turn(w, t, 3600)) {
				slow_add_minutes(w, t);
				slow_close(w);
			}
		}
	}
}

/*
 * The first max occurrences from `from` and before `to`, in order, into at[];
 * their number.  DTSTART is among them only if the rule has it.
 */
static size_t
slow_expand(const struct slow_rule *rule, int64_t start, int64_t from,
    int64_t to, int64_t *at, size_t max)
{
	struct slow_walk w = {
	    .start = start, .from = from, .to = to, .max = max, .at = at};
	/* without COUNT no occurrence depends on an earlier interval */
	int64_t since = rule->count > 0 || from < start ? start : from;

	slow_calendar();
	w.rule = slow_complete(rule, start);
	if (rule->has_until && rule->until < to)
		w.to = rule->until + 1;
	if (rule->freq < SLOW_DAILY)
		slow_walk_hours(&w, slow_index(since), since);
	else
		/* no interval is longer: the one of `since` is whole */
		slow_walk_days(&w, slow_index(since - 400 * SLOW_DAY));
	return w.n;
}

#endif
