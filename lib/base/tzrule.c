/* tzrule.c - the yearly rule at the foot of a TZif file, see tzrule.h */
#include "lib/base/tzrule.h"

#include <string.h>

#include "lib/base/civil.h"

#define HOURS_MAX   167
#define CLOCK_HOURS 24 /* of an offset */

int
tztype_same(const struct tztype *a, const struct tztype *b)
{
	return a->offset == b->offset && a->dst == b->dst &&
	       strcmp(a->abbreviation, b->abbreviation) == 0;
}

/* --- parsing --------------------------------------------------------------- */

/* A decimal number of at most 3 digits within limits; -1 if there is none. */
static int
take_number(const char **p, int min, int max)
{
	int value = 0, digits = 0;

	while (**p >= '0' && **p <= '9' && digits < 3) {
		value = value * 10 + (**p - '0');
		(*p)++;
		digits++;
	}
	return digits > 0 && value >= min && value <= max ? value : -1;
}

/* hh[:mm[:ss]] with an optional sign, as seconds. */
static int
take_time(const char **p, int max_hours, int *seconds)
{
	int sign = **p == '-' ? -1 : 1;
	int part, scale;

	if (**p == '-' || **p == '+')
		(*p)++;
	part = take_number(p, 0, max_hours);
	if (part < 0)
		return 0;
	*seconds = part * 3600;
	for (scale = 60; scale > 0 && **p == ':'; scale /= 60) {
		(*p)++;
		part = take_number(p, 0, 59);
		if (part < 0)
			return 0;
		*seconds += part * scale;
	}
	*seconds *= sign;
	return 1;
}

/* May the byte stand in an abbreviation?  Digits and signs only inside <>. */
static int
is_name_byte(char c, int quoted)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return 1;
	return quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-');
}

/* CET or <+0330> */
static int
take_name(const char **p, char *name)
{
	int quoted = **p == '<';
	size_t n = 0;

	if (quoted)
		(*p)++;
	while (is_name_byte((*p)[n], quoted))
		n++;
	if (n < 3 || n >= TZ_ABBREVIATION)
		return 0;
	memcpy(name, *p, n);
	name[n] = '\0';
	*p += n;
	return !quoted || *(*p)++ == '>';
}

/* ",M3.5.0/3", ",J60" or ",59" */
static int
take_date(const char **p, struct tzdate *date)
{
	memset(date, 0, sizeof(*date));
	date->time = 2 * 3600;
	if (*(*p)++ != ',')
		return 0;
	if (**p == 'M') {
		(*p)++;
		date->kind = TZDAY_WEEKDAY;
		date->month = take_number(p, 1, 12);
		if (date->month < 0 || *(*p)++ != '.')
			return 0;
		date->week = take_number(p, 1, 5);
		if (date->week < 0 || *(*p)++ != '.')
			return 0;
		date->day = take_number(p, 0, 6);
	} else if (**p == 'J') {
		(*p)++;
		date->kind = TZDAY_JULIAN;
		date->day = take_number(p, 1, 365);
	} else {
		date->kind = TZDAY_COUNT;
		date->day = take_number(p, 0, 365);
	}
	if (date->day < 0)
		return 0;
	if (**p != '/')
		return 1;
	(*p)++;
	return take_time(p, HOURS_MAX, &date->time);
}

int
tzrule_parse(const char *text, struct tzrule *rule)
{
	int west;

	memset(rule, 0, sizeof(*rule));
	if (!take_name(&text, rule->std.abbreviation) ||
	    !take_time(&text, CLOCK_HOURS, &west))
		return 0;
	rule->std.offset = -west;
	if (*text == '\0')
		return 1;
	rule->has_dst = 1;
	rule->dst.dst = 1;
	rule->dst.offset = rule->std.offset + 3600;
	if (!take_name(&text, rule->dst.abbreviation))
		return 0;
	if (*text != ',') {
		if (!take_time(&text, CLOCK_HOURS, &west))
			return 0;
		rule->dst.offset = -west;
	}
	return take_date(&text, &rule->start) && take_date(&text, &rule->end) &&
	       *text == '\0';
}

/* --- evaluating ------------------------------------------------------------ */

/* The day of Mm.w.d in a year. */
static int64_t
weekday_in_month(const struct tzdate *date, int year)
{
	int64_t first = civil_days(year, date->month, 1);
	int day = date->day - civil_weekday(first);

	if (day < 0)
		day += 7;
	day += 7 * (date->week - 1);
	if (day >= civil_month_length(year, date->month))
		day -= 7;
	return first + day;
}

int64_t
tzdate_day(const struct tzdate *date, int year)
{
	int leap;

	switch (date->kind) {
	case TZDAY_WEEKDAY:
		return weekday_in_month(date, year);
	case TZDAY_JULIAN:
		leap = civil_month_length(year, 2) == 29 && date->day >= 60;
		return civil_days(year, 1, 1) + date->day - 1 + leap;
	case TZDAY_COUNT:
		break;
	}
	return civil_days(year, 1, 1) + date->day;
}

int64_t
tzrule_start(const struct tzrule *rule, int year)
{
	return tzdate_day(&rule->start, year) * SECONDS_PER_DAY +
	       rule->start.time - rule->std.offset;
}

int64_t
tzrule_end(const struct tzrule *rule, int year)
{
	return tzdate_day(&rule->end, year) * SECONDS_PER_DAY + rule->end.time -
	       rule->dst.offset;
}

/* Narrow the span around utc by a transition to type at an instant. */
static void
narrow(struct tzspan *span, int64_t utc, int64_t at, const struct tztype *type)
{
	if (at <= utc && at >= span->since) {
		span->since = at;
		span->type = type;
	} else if (at > utc && at < span->until) {
		span->until = at;
	}
}

struct tzspan
tzrule_span(const struct tzrule *rule, int64_t utc)
{
	struct tzspan span = {INT64_MIN, INT64_MAX, &rule->std};
	int year, y;

	if (!rule->has_dst)
		return span;
	year = civil_from_seconds(utc + rule->std.offset).year;
	/* A time of many hours can carry a transition into the next year. */
	for (y = year - 1; y <= year + 1; y++) {
		narrow(&span, utc, tzrule_start(rule, y), &rule->dst);
		narrow(&span, utc, tzrule_end(rule, y), &rule->std);
	}
	return span;
}
