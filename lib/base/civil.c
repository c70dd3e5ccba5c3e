/* civil.c - calendar arithmetic on the Gregorian calendar, see civil.h */
#include "lib/base/civil.h"

#include <stdio.h>
#include <string.h>

#define DAYS_TO_1970   719162 /* from 0001-01-01 */
#define DAYS_IN_400    146097
#define FIRST_SECOND   (-DAYS_TO_1970 * SECONDS_PER_DAY)
#define LAST_SECOND    (INT64_C(2932897) * SECONDS_PER_DAY - 1)
#define OFFSET_MINUTES (23 * 60 + 59)

/* Days before the first of each month in a common year. */
static const int days_before[13] = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

/* a / b rounded down; b is positive. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Does the year have a 29 February? */
static int
year_is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 0001-01-01 to the first day of a year. */
static int64_t
days_before_year(int64_t year)
{
	int64_t y = year - 1;

	return 365 * y + floor_div(y, 4) - floor_div(y, 100) +
	       floor_div(y, 400);
}

/* Days from 1 January to the first of month 1..13. */
static int
days_before_month(int64_t year, int month)
{
	return days_before[month - 1] + (month > 2 && year_is_leap(year));
}

int
civil_month_length(int year, int month)
{
	return days_before_month(year, month + 1) -
	       days_before_month(year, month);
}

int
civil_is_valid(const struct civil *c)
{
	return c->year >= 1 && c->year <= 9999 && c->month >= 1 &&
	       c->month <= 12 && c->day >= 1 &&
	       c->day <= civil_month_length(c->year, c->month) &&
	       c->hour >= 0 && c->hour <= 23 && c->minute >= 0 &&
	       c->minute <= 59 && c->second >= 0 && c->second <= 59;
}

int64_t
civil_days(int year, int month, int day)
{
	return days_before_year(year) + days_before_month(year, month) + day -
	       1 - DAYS_TO_1970;
}

struct civil
civil_from_days(int64_t days)
{
	struct civil c;
	int64_t n, year;
	int rest;

	memset(&c, 0, sizeof(c));
	if (days < -DAYS_TO_1970)
		days = -DAYS_TO_1970;
	if (days > LAST_SECOND / SECONDS_PER_DAY)
		days = LAST_SECOND / SECONDS_PER_DAY;
	n = days + DAYS_TO_1970;
	/* Never too late and at most two years too early. */
	year = n / DAYS_IN_400 * 400 +
	       (n % DAYS_IN_400) * 400 / (DAYS_IN_400 + 400);
	while (days_before_year(year + 1) <= n)
		year++;
	rest = (int)(n - days_before_year(year));
	c.year = (int)year;
	c.month = rest / 31 + 1;
	while (days_before_month(year, c.month + 1) <= rest)
		c.month++;
	c.day = rest - days_before_month(year, c.month) + 1;
	return c;
}

int64_t
civil_seconds(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day) * SECONDS_PER_DAY +
	       c->hour * 3600 + c->minute * 60 + c->second;
}

struct civil
civil_from_seconds(int64_t seconds)
{
	int64_t days;
	struct civil c;
	int rest;

	if (seconds < FIRST_SECOND)
		seconds = FIRST_SECOND;
	if (seconds > LAST_SECOND)
		seconds = LAST_SECOND;
	days = floor_div(seconds, SECONDS_PER_DAY);
	c = civil_from_days(days);
	rest = (int)(seconds - days * SECONDS_PER_DAY);
	c.hour = rest / 3600;
	c.minute = rest / 60 % 60;
	c.second = rest % 60;
	return c;
}

int
civil_weekday(int64_t days)
{
	/* 1970-01-01 was a Thursday. */
	return (int)((days % 7 + 7 + 4) % 7);
}

const char *
civil_text(char *buf, size_t size, const struct civil *c)
{
	(void)snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02d", c->year,
	    c->month, c->day, c->hour, c->minute, c->second);
	return buf;
}

const char *
utc_text(char *buf, size_t size, int64_t utc)
{
	struct civil c = civil_from_seconds(utc);

	(void)snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
	return buf;
}

const char *
civil_basic(char *buf, size_t size, const struct civil *c)
{
	(void)snprintf(buf, size, "%04d%02d%02dT%02d%02d%02d", c->year,
	    c->month, c->day, c->hour, c->minute, c->second);
	return buf;
}

const char *
utc_basic(char *buf, size_t size, int64_t utc)
{
	struct civil c = civil_from_seconds(utc);

	(void)snprintf(buf, size, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month,
	    c.day, c.hour, c.minute, c.second);
	return buf;
}

/* Take exactly n digits and the byte after them, '\0' meaning any. */
static int
take_number(const char **p, int n, char after, int *value)
{
	int i;

	*value = 0;
	for (i = 0; i < n; i++) {
		char c = (*p)[i];

		if (c < '0' || c > '9')
			return 0;
		*value = *value * 10 + (c - '0');
	}
	*p += n;
	if (after == '\0')
		return 1;
	return *(*p)++ == after;
}

/* Skip ".123" if it is there; 0 if a dot has no digit behind it. */
static int
skip_fraction(const char **p)
{
	if (**p != '.')
		return 1;
	(*p)++;
	if (**p < '0' || **p > '9')
		return 0;
	while (**p >= '0' && **p <= '9')
		(*p)++;
	return 1;
}

/* "Z", "+02:00" or "-07:30", and then the end of the text. */
static int
take_offset(const char *p, int64_t *seconds)
{
	int hour, minute, sign = *p == '-' ? -1 : 1;

	*seconds = 0;
	if (p[0] == 'Z')
		return p[1] == '\0';
	if (*p != '+' && *p != '-')
		return 0;
	p++;
	if (!take_number(&p, 2, ':', &hour) ||
	    !take_number(&p, 2, '\0', &minute) || *p != '\0')
		return 0;
	*seconds = (int64_t)sign * (hour * 60 + minute) * 60;
	return minute <= 59 && hour * 60 + minute <= OFFSET_MINUTES;
}

int
utc_parse(const char *text, int64_t *utc)
{
	struct civil c;
	int64_t offset;

	if (!take_number(&text, 4, '-', &c.year) ||
	    !take_number(&text, 2, '-', &c.month) ||
	    !take_number(&text, 2, 'T', &c.day) ||
	    !take_number(&text, 2, ':', &c.hour) ||
	    !take_number(&text, 2, ':', &c.minute) ||
	    !take_number(&text, 2, '\0', &c.second))
		return 0;
	if (!civil_is_valid(&c) || !skip_fraction(&text) ||
	    !take_offset(text, &offset))
		return 0;
	offset = civil_seconds(&c) - offset;
	if (offset < FIRST_SECOND || offset > LAST_SECOND)
		return 0;
	*utc = offset;
	return 1;
}
