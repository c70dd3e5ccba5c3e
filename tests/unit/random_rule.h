/*
 * random_rule.h - recurrence rules by chance, the same on every machine
 *
 * Case n is always the same rule: a test that fails says n, and CASE=n in the
 * environment runs that one alone and tells what it did.
 */
#ifndef TESTS_UNIT_RANDOM_RULE_H
#define TESTS_UNIT_RANDOM_RULE_H

#include <stdint.h>
#include <stdlib.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"
#include "tests/unit/slow_rule.h"

static uint64_t random_state;

/* Begin case n of a test. */
static inline void
random_begin(uint64_t test, unsigned n)
{
	random_state = (test << 32) + n;
}

/* A number from 0 to below - 1 (splitmix64). */
static inline int
random_below(int below)
{
	uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (int)((z ^ (z >> 31)) % (uint64_t)below);
}

/* True once in n times. */
static inline int
random_once_in(int n)
{
	return random_below(n) == 0;
}

static inline int
random_between(int first, int last)
{
	return first + random_below(last - first + 1);
}

/*
 * Some seconds of so many days.  (Two random numbers never stand in one
 * expression: which is drawn first would be the compiler's choice.)
 */
static inline int64_t
random_span(int days)
{
	int64_t day = random_below(days);

	return day * SLOW_DAY + random_below(86400);
}

/* The one case that CASE asks for, or all; tells whether it is alone. */
static inline int
random_cases(int all, int *first, int *end)
{
	const char *one = getenv("CASE");

	*first = one == NULL ? 0 : atoi(one);
	*end = one == NULL ? all : *first + 1;
	return one != NULL;
}

/* ";NAME=3,1,-2": disorder, doubles and signs are allowed. */
static inline void
random_list(char **text, const char *name, int first, int last, int negative)
{
	int n = random_once_in(6) ? random_between(4, 9) : random_between(1, 3);
	int i;
	int value;

	mem_add(text, ";%s=", name);
	for (i = 0; i < n; i++) {
		value = random_between(first, last);
		if (negative && random_once_in(3))
			mem_add(text, "%s-%d", i == 0 ? "" : ",", value);
		else if (negative && random_once_in(8))
			mem_add(text, "%s+%d", i == 0 ? "" : ",", value);
		else
			mem_add(text, "%s%d", i == 0 ? "" : ",", value);
	}
}

/* An ordinal before a weekday: small ones mostly. */
static inline void
random_ordinal(char **text, enum slow_freq freq)
{
	int last = freq == SLOW_YEARLY && random_once_in(2) ? 53 : 5;

	if (random_once_in(3))
		return;
	if (random_once_in(3))
		mem_add(text, "-");
	else if (random_once_in(6))
		mem_add(text, "+");
	mem_add(text, "%d", random_between(1, last));
}

static inline const char *
random_weekday(void)
{
	static const char *const names[] = {
	    "SU", "MO", "TU", "WE", "TH", "FR", "SA"};

	return names[random_below(7)];
}

/* BYDAY, with numbers where they are allowed. */
static inline void
random_days(char **text, enum slow_freq freq, int numbers)
{
	int n = random_between(1, random_once_in(4) ? 7 : 3);
	int i;

	numbers = numbers && freq >= SLOW_MONTHLY && random_once_in(2);
	mem_add(text, ";BYDAY=");
	for (i = 0; i < n; i++) {
		if (i > 0)
			mem_add(text, ",");
		if (numbers)
			random_ordinal(text, freq);
		mem_add(text, "%s", random_weekday());
	}
}

/* The parts that choose days. */
static inline void
random_date_parts(char **text, enum slow_freq freq)
{
	int weekno = freq == SLOW_YEARLY && random_once_in(4);

	if (random_once_in(3))
		random_list(text, "BYMONTH", 1, 12, 0);
	if (weekno)
		random_list(
		    text, "BYWEEKNO", random_once_in(3) ? 50 : 1, 53, 1);
	if ((freq == SLOW_YEARLY || freq < SLOW_DAILY) && random_once_in(5))
		random_list(
		    text, "BYYEARDAY", random_once_in(3) ? 360 : 1, 366, 1);
	if (freq != SLOW_WEEKLY && random_once_in(3))
		random_list(
		    text, "BYMONTHDAY", random_once_in(3) ? 28 : 1, 31, 1);
	if (random_once_in(2))
		random_days(text, freq, !weekno);
}

/* The parts that choose times of the day. */
static inline void
random_time_parts(char **text)
{
	if (random_once_in(4))
		random_list(text, "BYHOUR", 0, 23, 0);
	if (random_once_in(5))
		random_list(text, "BYMINUTE", 0, 59, 0);
	if (random_once_in(6))
		random_list(
		    text, "BYSECOND", random_once_in(4) ? 58 : 0, 60, 0);
}

static inline void
random_setpos(char **text)
{
	if (strstr(*text, "BY") != NULL && random_once_in(4))
		random_list(
		    text, "BYSETPOS", 1, random_once_in(5) ? 366 : 5, 1);
}

/* INTERVAL: small, or one of those that programs stumble over. */
static inline void
random_interval(char **text, enum slow_freq freq)
{
	static const int odd[] = {
	    7, 11, 12, 13, 23, 24, 25, 30, 52, 53, 59, 60, 61, 90, 100, 365};

	if (random_once_in(3))
		return;
	if (random_once_in(3) && freq < SLOW_YEARLY)
		mem_add(text, ";INTERVAL=%d",
		    odd[random_below((int)(sizeof(odd) / sizeof(odd[0])))]);
	else
		mem_add(text, ";INTERVAL=%d", random_between(1, 6));
}

/* How far a rule is looked through, so that it takes no time. */
static inline int64_t
random_reach(enum slow_freq freq)
{
	return (freq < SLOW_DAILY ? 40 : 12000) * SLOW_DAY;
}

/* The first occurrence from then on, or `start` if there is none in reach. */
static inline int64_t
random_first(const char *rule, int64_t start)
{
	struct slow_rule slow;
	int64_t first;

	if (!slow_read(rule, &slow) ||
	    slow_expand(&slow, start, start, start + random_reach(slow.freq),
		&first, 1) == 0)
		return start;
	return first;
}

/* An UNTIL: one of the first occurrences, or any time in about eight years. */
static inline int64_t
random_until(const char *rule, int64_t start)
{
	struct slow_rule slow;
	int64_t at[40];
	size_t n = 0;

	if (random_once_in(2) && slow_read(rule, &slow))
		n = slow_expand(&slow, start, start,
		    start + random_reach(slow.freq), at,
		    (size_t)random_between(1, 40));
	return n > 0 ? at[n - 1] + (random_once_in(4) ? -1 : 0)
	             : start + random_below(
				   random_once_in(2) ? 86400 * 30 : 250000000);
}

/* COUNT, or UNTIL, or sometimes both; UNTIL is not before `least`. */
static inline void
random_end(char **text, int64_t start, int64_t least)
{
	char buf[32];
	int64_t until;

	if (random_once_in(4))
		mem_add(text, ";COUNT=%d",
		    random_between(1, random_once_in(5) ? 2000 : 60));
	if (!random_once_in(6))
		return;
	until = random_until(*text, start);
	(void)utc_basic(buf, sizeof(buf), until < least ? least : until);
	buf[random_once_in(4) ? 8 : 15] = '\0';
	mem_add(text, ";UNTIL=%s", buf);
}

/* FREQ to the end of the text, where it is also allowed. */
static inline char *
random_order(TALLOC_CTX *ctx, char *text)
{
	const char *rest = strchr(text, ';');

	if (rest == NULL || !random_once_in(5))
		return text;
	return mem_print(ctx, "%s;%.*s", rest + 1, (int)(rest - text), text);
}

/* A rule of that frequency, without an end. */
static inline char *
random_rule(TALLOC_CTX *ctx, enum slow_freq freq)
{
	static const char *const freqs[] = {"SECONDLY", "MINUTELY", "HOURLY",
	    "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
	char *text = mem_print(ctx, "FREQ=%s", freqs[freq]);

	random_interval(&text, freq);
	if (!random_once_in(6))
		random_date_parts(&text, freq);
	if (!random_once_in(3))
		random_time_parts(&text);
	random_setpos(&text);
	if (random_once_in(2))
		mem_add(&text, ";WKST=%s", random_weekday());
	return text;
}

/* The same time of day around the turn of a year, where weeks are cut. */
static inline int64_t
random_turn(int64_t start)
{
	int64_t day = civil_days(random_between(1971, 2040), 12, 27);

	return (day + random_below(8)) * SLOW_DAY + start % SLOW_DAY;
}

/*
 * A day in these years: any one, or one of those where calendars break: around
 * the turn of a year, the last days of a month, 29 February.
 */
static inline int64_t
random_day(int first_year, int last_year)
{
	int year = random_between(first_year, last_year);
	int leap = year < 1972 ? 1972 : year - year % 4;
	int64_t day;

	switch (random_below(6)) {
	case 0:
		return civil_days(year, 12, 26) + random_below(12);
	case 1:
		return civil_days(leap, 2, 28) + random_below(2);
	case 2:
		day = civil_days(year, random_between(2, 12), 1);
		return day - random_between(1, 3);
	default:
		return civil_days(year, 1, 1) + random_below(365);
	}
}

/* A start on such a day, mostly at a time that people would choose. */
static inline int64_t
random_start(int first_year, int last_year)
{
	int64_t start = random_day(first_year, last_year) * SLOW_DAY;

	start += random_below(24) * 3600;
	start += random_below(12) * 300;
	if (random_once_in(6))
		start += random_below(300);
	return start;
}

#endif
