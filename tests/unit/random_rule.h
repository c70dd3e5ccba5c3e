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
	mem_add(text, "%s%d",
	    random_once_in(3) ? "-" : (random_once_in(6) ? "+" : ""),
	    random_between(1, last));
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
		random_list(text, "BYSECOND", random_once_in(4) ? 58 : 0,
		    random_once_in(4) ? 60 : 59, 0);
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

/* COUNT, or UNTIL within about eight years, or sometimes both. */
static inline void
random_end(char **text, int64_t start)
{
	char until[32];

	if (random_once_in(4))
		mem_add(text, ";COUNT=%d",
		    random_between(1, random_once_in(5) ? 2000 : 60));
	if (!random_once_in(6))
		return;
	start += random_below(random_once_in(2) ? 86400 * 30 : 250000000);
	(void)utc_basic(until, sizeof(until), start);
	until[random_once_in(4) ? 8 : 15] = '\0';
	mem_add(text, ";UNTIL=%s", until);
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

/*
 * A start in these years: any day, or one of those where calendars break: around
 * the turn of a year, the last days of a month, 29 February.
 */
static inline int64_t
random_start(int first_year, int last_year)
{
	int year = random_between(first_year, last_year);
	int kind = random_below(6);
	int64_t day;

	if (kind == 0)
		day = civil_days(year, 12, 26) + random_below(12);
	else if (kind == 1)
		day =
		    civil_days(year - year % 4 + (year < 1972 ? 4 : 0), 2, 28) +
		    random_below(2);
	else if (kind == 2)
		day = civil_days(year, random_between(2, 12), 1) -
		      random_between(1, 3);
	else
		day = civil_days(year, 1, 1) + random_below(365);
	return day * SECONDS_PER_DAY + random_below(24) * 3600 +
	       random_below(12) * 300 +
	       (random_once_in(6) ? random_below(300) : 0);
}

#endif
