/*
 * slow_calendar.h - a calendar counted out day by day, and its weeks
 *
 * For slow_rule.h.  No arithmetic on dates but "and tomorrow?", so that what is
 * judged by it has nothing in common with it.  Times are civil: seconds since
 * 1970-01-01T00:00:00 on a wall clock without a zone.
 */
#ifndef TESTS_UNIT_SLOW_CALENDAR_H
#define TESTS_UNIT_SLOW_CALENDAR_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLOW_FIRST_YEAR 1960
#define SLOW_BEFORE     3653  /* days from 1960-01-01 to 1970-01-01 */
#define SLOW_DAYS       95000 /* into the year 2220 */
#define SLOW_DAY        INT64_C(86400)

struct slow_week {
	int index;  /* weeks are counted from the first one of the calendar */
	int year;   /* the year that it is a week of */
	int number; /* its number there */
	int last;   /* the number of that year's last week */
};

struct slow_day {
	int year;
	int month;
	int day;
	int weekday; /* 0 = Sunday */
	int yearday; /* 1 = 1 January */
	int month_length;
	int year_length;
	struct slow_week week[7]; /* for each WKST, 0 = Sunday */
};

static struct slow_day slow_days[SLOW_DAYS];

static int
slow_is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
slow_month_length(int year, int month)
{
	static const int length[] = {
	    0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && slow_is_leap(year) ? 29 : length[month];
}

/* The day after a day, weeks left out. */
static struct slow_day
slow_tomorrow(struct slow_day d)
{
	d.weekday = (d.weekday + 1) % 7;
	d.yearday++;
	if (++d.day > d.month_length) {
		d.day = 1;
		d.month++;
	}
	if (d.month > 12) {
		d.month = 1;
		d.yearday = 1;
		d.year++;
	}
	d.month_length = slow_month_length(d.year, d.month);
	d.year_length = slow_is_leap(d.year) ? 366 : 365;
	return d;
}

/*
 * Number the weeks.  "Week number one of the calendar year is the first week
 * that contains at least four (4) days in that calendar year": a week is of
 * the year that has four of its days, and the fourth day is always among them.
 */
static void
slow_number_weeks(int wkst)
{
	struct slow_week now = {0, 0, 0, 0};
	int last = 0;
	int i;

	for (i = 0; i < SLOW_DAYS; i++) {
		if (slow_days[i].weekday == wkst && i + 3 < SLOW_DAYS) {
			now.index++;
			now.number++;
			if (slow_days[i + 3].year != now.year)
				now.number = 1;
			now.year = slow_days[i + 3].year;
		}
		slow_days[i].week[wkst] = now;
	}
	for (i = SLOW_DAYS - 1; i >= 0; i--) {
		if (i == SLOW_DAYS - 1 || slow_days[i].week[wkst].year !=
					      slow_days[i + 1].week[wkst].year)
			last = slow_days[i].week[wkst].number;
		slow_days[i].week[wkst].last = last;
	}
}

/* Count the calendar out; once. */
static void
slow_calendar(void)
{
	/* 1 January 1960 was a Friday */
	struct slow_day d = {
	    SLOW_FIRST_YEAR, 1, 1, 5, 1, 31, 366, {{0, 0, 0, 0}}};
	int i;

	if (slow_days[0].year != 0)
		return;
	for (i = 0; i < SLOW_DAYS; i++) {
		slow_days[i] = d;
		d = slow_tomorrow(d);
	}
	for (i = 0; i < 7; i++)
		slow_number_weeks(i);
}

/* The index into slow_days[] of the day of a time. */
static inline int
slow_index(int64_t t)
{
	int64_t i = (t + SLOW_BEFORE * SLOW_DAY) / SLOW_DAY;

	assert(t >= -SLOW_BEFORE * SLOW_DAY && i < SLOW_DAYS);
	return (int)i;
}

/* Midnight of slow_days[i]. */
static int64_t
slow_midnight(int i)
{
	return (i - SLOW_BEFORE) * SLOW_DAY;
}

/*
 * "20260101" or "20260101T090000", a 'Z' ignored: civil seconds, or INT64_MIN
 * if there is no such day.
 */
static int64_t
slow_time(const char *s)
{
	int date = atoi((const char[]){
	    s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], '\0'});
	int clock = s[8] == 'T' ? atoi(s + 9) : 0;
	int i;

	slow_calendar();
	for (i = 0; i < SLOW_DAYS; i++)
		if (slow_days[i].year * 10000 + slow_days[i].month * 100 +
			slow_days[i].day ==
		    date)
			break;
	if (i == SLOW_DAYS)
		return INT64_MIN;
	return slow_midnight(i) + clock / 10000 * 3600 +
	       clock / 100 % 100 * 60 + clock % 100;
}

#endif
