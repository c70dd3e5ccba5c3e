/* when.c - date, date-time, duration as text to numbers, see when.h */
#include "lib/read/when.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/facts/limits.h"

#define DURATION_DAYS_MAX INT64_C(36600)

/* n digits as a number, -1 if there are other signs among them. */
static int
digits(const char *s, size_t n)
{
	int value = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		value = value * 10 + (s[i] - '0');
	}
	return value;
}

/* Leave out the blanks at both ends. */
static void
trim(const char **s, size_t *n)
{
	while (*n > 0 && isspace((unsigned char)**s)) {
		(*s)++;
		(*n)--;
	}
	while (*n > 0 && isspace((unsigned char)(*s)[*n - 1]))
		(*n)--;
}

/* "HHMMSS" and perhaps "Z"; 0 if it is not. */
static int
read_time(const char *s, size_t n, struct stamp *stamp)
{
	if (n != 6 && !(n == 7 && (s[6] == 'Z' || s[6] == 'z')))
		return 0;
	stamp->utc = n == 7;
	stamp->wall.hour = digits(s, 2);
	stamp->wall.minute = digits(s + 2, 2);
	stamp->wall.second = digits(s + 4, 2);
	if (stamp->wall.second == 60)
		stamp->wall.second = 59;
	return stamp->wall.hour >= 0 && stamp->wall.minute >= 0 &&
	       stamp->wall.second >= 0;
}

enum stamp_result
stamp_read(const char *s, size_t n, int any_year, struct stamp *stamp)
{
	struct civil probe;

	memset(stamp, 0, sizeof(*stamp));
	trim(&s, &n);
	if (n < 8)
		return STAMP_BAD;
	stamp->wall.year = digits(s, 4);
	stamp->wall.month = digits(s + 4, 2);
	stamp->wall.day = digits(s + 6, 2);
	stamp->date = n == 8;
	if (stamp->wall.year < 0 || stamp->wall.month < 0 ||
	    stamp->wall.day < 0)
		return STAMP_BAD;
	if (n > 8 &&
	    ((s[8] != 'T' && s[8] != 't') || !read_time(s + 9, n - 9, stamp)))
		return STAMP_BAD;
	probe = stamp->wall;
	if (probe.year == 0)
		probe.year = 2000;
	if (!civil_is_valid(&probe))
		return STAMP_BAD;
	if (stamp->wall.year == 0)
		return STAMP_RANGE;
	if (!any_year && (stamp->wall.year < LIMIT_YEAR_FIRST ||
			     stamp->wall.year > LIMIT_YEAR_LAST))
		return STAMP_RANGE;
	return STAMP_OK;
}

/* Seconds of a unit letter; 0 if it is none. */
static int64_t
unit_seconds(char unit)
{
	switch (toupper((unsigned char)unit)) {
	case 'W':
		return 7 * SECONDS_PER_DAY;
	case 'D':
		return SECONDS_PER_DAY;
	case 'H':
		return 3600;
	case 'M':
		return 60;
	case 'S':
		return 1;
	default:
		return 0;
	}
}

/* One "12H" at s; bytes used, 0 if it is none, -1 if it is too long a time. */
static int
read_unit(const char *s, size_t n, struct duration *duration)
{
	int64_t value = 0;
	int64_t unit;
	int i = 0;

	while ((size_t)i < n && isdigit((unsigned char)s[i])) {
		value = value * 10 + (s[i++] - '0');
		if (value > DURATION_DAYS_MAX * SECONDS_PER_DAY)
			return -1;
	}
	unit = i == 0 || (size_t)i == n ? 0 : unit_seconds(s[i]);
	if (unit == 0)
		return 0;
	if (value > DURATION_DAYS_MAX * SECONDS_PER_DAY / unit)
		return -1;
	if (unit >= SECONDS_PER_DAY)
		duration->days += value * (unit / SECONDS_PER_DAY);
	else
		duration->seconds += value * unit;
	return i + 1;
}

int
duration_read(const char *s, size_t n, struct duration *duration)
{
	int sign = 1;
	int units = 0;
	int used;

	memset(duration, 0, sizeof(*duration));
	trim(&s, &n);
	if (n > 0 && (*s == '+' || *s == '-')) {
		sign = *s == '-' ? -1 : 1;
		s++;
		n--;
	}
	if (n < 2 || (*s != 'P' && *s != 'p'))
		return 0;
	for (s++, n--; n > 0; s += used, n -= (size_t)used, units++) {
		if (*s == 'T' || *s == 't') {
			s++;
			n--;
		}
		used = read_unit(s, n, duration);
		if (used <= 0)
			return used;
		if (units > 8)
			return 0;
	}
	duration->days *= sign;
	duration->seconds *= sign;
	return units > 0;
}

int
offset_read(const char *s, int *seconds)
{
	size_t n = strlen(s);
	int hour;
	int minute;
	int second;

	trim(&s, &n);
	if ((n != 5 && n != 7) || (*s != '+' && *s != '-'))
		return 0;
	hour = digits(s + 1, 2);
	minute = digits(s + 3, 2);
	second = n == 7 ? digits(s + 5, 2) : 0;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 59)
		return 0;
	*seconds = hour * 3600 + minute * 60 + second;
	if (*s == '-')
		*seconds = -*seconds;
	return 1;
}
