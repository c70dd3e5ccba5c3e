/*
 * zone_vtimezone.c - a zone as VTIMEZONE, for the letters; see zone.h
 *
 * Onsets that the zone's yearly rule gives become two observances with RRULE.
 * Others (Morocco's Ramadan, a government's decree) are listed: onsets of the
 * same kind share one observance, DTSTART the first and RDATE the rest.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/tzif.h"
#include "lib/base/zone.h"

#define RULE_BYTES   80
#define FIRST_SECOND (-719000 * SECONDS_PER_DAY) /* in year 1 */

/* The text being made. */
struct lines {
	char *buf;
	size_t size, n;
};

/* A change of the clock. */
struct onset {
	int64_t at; /* UTC */
	const struct tztype *before, *type;
	int written;
};

/* The onsets that are listed. */
struct onsets {
	struct onset *onset;
	size_t n;
};

static void add(struct lines *l, const char *fmt, ...) PRINTF(2, 3);

/* Append formatted text; only counted where buf ends. */
static void
add(struct lines *l, const char *fmt, ...)
{
	size_t left = l->n < l->size ? l->size - l->n : 0;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(left > 0 ? l->buf + l->n : NULL, left, fmt, ap);
	va_end(ap);
	if (n > 0)
		l->n += (size_t)n;
}

/* --- the yearly rule -------------------------------------------------------- */

static const char *const weekday_name[] = {
    "SU", "MO", "TU", "WE", "TH", "FR", "SA"};

/* Append ";KEY=first,...": seven days in a row. */
static void
add_week(struct lines *l, const char *key, int first)
{
	int i;

	add(l, ";%s=%d", key, first);
	for (i = 1; i < 7; i++)
		add(l, ",%d", first + i);
}

/*
 * Mm.w.d with a time that falls on another day: the seven days of the month it
 * may be, or, across the end of a month, of the year counted from its end
 * (where 29 February cannot disturb).
 */
static int
add_shifted(struct lines *l, const struct tzdate *date, int shift)
{
	int length = civil_month_length(2023, date->month);
	int first = date->week < 5 ? 7 * date->week - 6 : length - 6;
	int to_end;

	if (date->month == 2 && date->week == 5)
		return 0;
	first += shift;
	if (first >= 1 && first + 6 <= length) {
		add(l, ";BYMONTH=%d", date->month);
		add_week(l, "BYMONTHDAY", first);
		return 1;
	}
	to_end =
	    (int)(civil_days(2023, date->month, 1) - civil_days(2024, 1, 1));
	if (date->month < 3 || to_end + first - 1 + 6 > -1)
		return 0;
	add_week(l, "BYYEARDAY", to_end + first - 1);
	return 1;
}

/* The RRULE of a yearly date; 0 if none can say it. */
static int
rule_text(const struct tzdate *date, char *buf, size_t size)
{
	struct lines l = {buf, size, 0};
	int shift = date->time / 86400 - (date->time % 86400 < 0);
	struct civil day;

	add(&l, "FREQ=YEARLY");
	if (date->kind == TZDAY_JULIAN && shift == 0) {
		day = civil_from_days(tzdate_day(date, 2023));
		add(&l, ";BYMONTH=%d;BYMONTHDAY=%d", day.month, day.day);
		return 1;
	}
	if (date->kind != TZDAY_WEEKDAY)
		return 0;
	if (shift == 0) {
		add(&l, ";BYMONTH=%d;BYDAY=%d%s", date->month,
		    date->week == 5 ? -1 : date->week, weekday_name[date->day]);
		return 1;
	}
	if (!add_shifted(&l, date, shift))
		return 0;
	add(&l, ";BYDAY=%s", weekday_name[((date->day + shift) % 7 + 7) % 7]);
	return l.n < size;
}

/* The first onset from which on all are those of the rule. */
static int64_t
ruled_since(const struct zone *z)
{
	char text[RULE_BYTES];
	struct tzspan span;
	size_t i;

	if (!z->has_rule || !z->rule.has_dst ||
	    !rule_text(&z->rule.start, text, sizeof(text)) ||
	    !rule_text(&z->rule.end, text, sizeof(text)))
		return INT64_MAX;
	if (z->n == 0)
		return INT64_MIN;
	for (i = z->n; i > 0; i--) {
		span = tzrule_span(&z->rule, z->at[i - 1]);
		if (span.since != z->at[i - 1] ||
		    !tztype_same(span.type, &z->type[z->index[i - 1]]) ||
		    (i < z->n && span.until != z->at[i]))
			break;
	}
	return i < z->n ? z->at[i]
	                : tzrule_span(&z->rule, z->at[z->n - 1]).until;
}

/* --- writing ----------------------------------------------------------------- */

/* Append a property that is a UTC offset. */
static void
add_offset(struct lines *l, const char *name, int offset)
{
	int seconds = abs(offset);

	add(l, "%s:%c%02d%02d", name, offset < 0 ? '-' : '+', seconds / 3600,
	    seconds / 60 % 60);
	if (seconds % 60 != 0)
		add(l, "%02d", seconds % 60);
	add(l, "\r\n");
}

/* Append a property that is the wall clock of an onset, as it was before. */
static void
add_time(struct lines *l, const char *name, const struct onset *o)
{
	struct civil wall = civil_from_seconds(o->at + o->before->offset);
	char buf[80];

	add(l, "%s:%s\r\n", name, civil_basic(buf, sizeof(buf), &wall));
}

/*
 * Is it a turn to summer time?  People and programs mean the time that is
 * ahead, also where the law says that winter is the exception (Ireland).
 */
static int
is_daylight(const struct onset *o)
{
	if (o->type->offset == o->before->offset)
		return o->type->dst;
	return (o->type->dst || o->before->dst) &&
	       o->type->offset > o->before->offset;
}

/* Append the lines of an observance before its RRULE or RDATEs. */
static void
add_head(struct lines *l, const struct onset *o)
{
	add(l, "BEGIN:%s\r\n", is_daylight(o) ? "DAYLIGHT" : "STANDARD");
	add(l, "TZNAME:%s\r\n", o->type->abbreviation);
	add_offset(l, "TZOFFSETFROM", o->before->offset);
	add_offset(l, "TZOFFSETTO", o->type->offset);
	add_time(l, "DTSTART", o);
}

/* Append the end of an observance. */
static void
add_tail(struct lines *l, const struct onset *o)
{
	add(l, "END:%s\r\n", is_daylight(o) ? "DAYLIGHT" : "STANDARD");
}

/* The onset at the start of a span. */
static struct onset
onset_of(const struct zone *z, const struct tzspan *span, int64_t from)
{
	struct onset o = {span->since, span->type, span->type, 0};

	if (span->since >= 0 || (from < 0 && span->since != INT64_MIN))
		o.before = zone_span(z, span->since - 1).type;
	else if (from >= 0)
		o.at = -span->type->offset; /* 1970, and no older year */
	else
		o.at = from - SECONDS_PER_DAY;
	return o;
}

/* Append the observance of the rule that starts with a span. */
static void
add_ruled(struct lines *l, const struct zone *z, const struct tzspan *span)
{
	char text[RULE_BYTES];
	struct onset o = {
	    span->since, zone_span(z, span->since - 1).type, span->type, 0};

	if (!rule_text(span->type->dst ? &z->rule.start : &z->rule.end, text,
		sizeof(text)))
		return;
	add_head(l, &o);
	add(l, "RRULE:%s\r\n", text);
	add_tail(l, &o);
}

/* Append the observance of a listed onset and of all that are like it. */
static void
add_listed(struct lines *l, struct onsets *list, size_t first)
{
	struct onset *o = &list->onset[first];
	size_t i;

	add_head(l, o);
	for (i = first + 1; i < list->n; i++) {
		struct onset *other = &list->onset[i];

		if (!tztype_same(o->type, other->type) ||
		    !tztype_same(o->before, other->before))
			continue;
		add_time(l, "RDATE", other);
		other->written = 1;
	}
	add_tail(l, o);
}

/* All onsets that have to be listed. */
static struct onsets
listed(const struct zone *z, int64_t from, int64_t to, int64_t ruled)
{
	struct onsets list = {NULL, 0};
	struct tzspan span = zone_span(z, from), next;

	while (span.since < ruled && span.since <= to) {
		if ((list.n & (list.n - 1)) == 0)
			list.onset =
			    mem_check(talloc_realloc_size(NULL, list.onset,
				(list.n == 0 ? 1 : 2 * list.n) *
				    sizeof(list.onset[0])));
		list.onset[list.n++] = onset_of(z, &span, from);
		next = zone_span(z, span.until);
		if (next.since <= span.since)
			break; /* there is no later one */
		span = next;
	}
	return list;
}

size_t
zone_vtimezone(const struct zone *z, const char *tzid, int64_t from, int64_t to,
    char *buf, size_t size)
{
	struct lines l = {buf, size, 0};
	int64_t ruled = ruled_since(z);
	struct onsets list;
	struct tzspan span;
	size_t i;

	from = from < FIRST_SECOND ? FIRST_SECOND : from;
	if (to < ruled)
		ruled = INT64_MAX;
	add(&l, "BEGIN:VTIMEZONE\r\nTZID:%s\r\n", tzid);
	list = listed(z, from, to, ruled);
	for (i = 0; i < list.n; i++)
		if (!list.onset[i].written)
			add_listed(&l, &list, i);
	talloc_free(list.onset);
	if (ruled != INT64_MAX) {
		span = zone_span(z, from > ruled ? from : ruled);
		add_ruled(&l, z, &span);
		span = zone_span(z, span.until);
		add_ruled(&l, z, &span);
	}
	add(&l, "END:VTIMEZONE\r\n");
	return l.n;
}
