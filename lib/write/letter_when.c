/*
 * letter_when.c - dates as people read them, in the calendar's zone
 *
 * Never without the zone's name: a reader elsewhere would take the times for
 * her own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/write/part.h"

/* The wall clock of an instant where the calendar is. */
static struct civil
wall_of(const struct calendar *calendar, int64_t utc)
{
	if (calendar->zone == NULL)
		return civil_from_seconds(utc);
	return zone_to_wall(calendar->zone, utc);
}

/* Order of spans by start, then end. */
static int
by_start(const void *pa, const void *pb)
{
	const struct span *a = pa, *b = pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return 0;
}

/* Add a span. */
static void
add_date(struct dates *dates, int64_t start, int64_t end)
{
	dates->span[dates->n].start = start;
	dates->span[dates->n++].end = end;
}

/* The instances that ask our calendar for something. */
static void
asked_dates(const struct decision *decision, struct dates *dates)
{
	const struct object *object = decision->object;
	size_t i;

	for (i = 0; i < object->ninstance; i++) {
		const struct instance *it = &object->instance[i];
		const struct component *c = &object->component[it->component];

		if (decision->stale != NULL && decision->stale[it->component])
			continue;
		if (!it->cancelled && reply_attendee(decision, c) != NULL)
			add_date(dates, it->start.utc, it->end.utc);
	}
}

void
letter_dates(
    TALLOC_CTX *ctx, const struct decision *decision, struct dates *dates)
{
	const struct component *c = decision->component;
	const struct change *change = &decision->change;
	size_t i, room = change->nadd + 1;

	if (decision->object != NULL)
		room += decision->object->ninstance;
	dates->span = mem_array(ctx, struct span, room);
	dates->n = 0;
	if (decision->verdict == VERDICT_ACCEPT)
		for (i = 0; i < change->nadd; i++)
			add_date(
			    dates, change->add[i].start, change->add[i].end);
	if (dates->n == 0 && decision->object != NULL)
		asked_dates(decision, dates);
	if (dates->n == 0 && c != NULL)
		add_date(dates, c->start.utc, c->end.utc);
	qsort(dates->span, dates->n, sizeof(*dates->span), by_start);
	dates->endless =
	    c != NULL && c->recurs && c->recurrence_id.kind == WHEN_NONE &&
	    decision->object != NULL && decision->object->covered != INT64_MAX;
}

/* "Tuesday, 1 December 2026" */
static char *
day_text(TALLOC_CTX *ctx, const struct civil *c)
{
	static const char *const day[] = {"Sunday", "Monday", "Tuesday",
	    "Wednesday", "Thursday", "Friday", "Saturday"};
	static const char *const month[] = {"January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December"};

	return mem_print(ctx, "%s, %d %s %d",
	    day[civil_weekday(civil_days(c->year, c->month, c->day))], c->day,
	    month[c->month - 1], c->year);
}

char *
letter_day(TALLOC_CTX *ctx, const struct calendar *calendar, int64_t utc)
{
	struct civil c = wall_of(calendar, utc);

	return day_text(ctx, &c);
}

/* Does the wall clock stand at midnight? */
static int
is_midnight(const struct civil *c)
{
	return c->hour == 0 && c->minute == 0 && c->second == 0;
}

/* Whole days where the calendar is? */
static int
is_all_day(const struct calendar *calendar, const struct span *span)
{
	struct civil a = wall_of(calendar, span->start);
	struct civil b = wall_of(calendar, span->end);

	return span->start < span->end && is_midnight(&a) && is_midnight(&b);
}

/* A span of whole days: "Tuesday, 1 December 2026 (all day)". */
static char *
days_text(
    TALLOC_CTX *ctx, const struct calendar *calendar, const struct span *span)
{
	char *first = letter_day(ctx, calendar, span->start);
	/* The end is exclusive: the last day holds the second before it. */
	char *last = letter_day(ctx, calendar, span->end - 1);

	if (strcmp(first, last) == 0)
		return mem_print(ctx, "%s (all day)", first);
	return mem_print(ctx, "%s to %s (all day)", first, last);
}

/* "09:00 to 10:00", with the day again if it ends on another. */
static char *
hours_text(
    TALLOC_CTX *ctx, const struct calendar *calendar, const struct span *span)
{
	struct civil a = wall_of(calendar, span->start);
	struct civil b = wall_of(calendar, span->end);

	if (span->end <= span->start)
		return mem_print(ctx, "%02d:%02d", a.hour, a.minute);
	if (a.year == b.year && a.month == b.month && a.day == b.day)
		return mem_print(ctx, "%02d:%02d to %02d:%02d", a.hour,
		    a.minute, b.hour, b.minute);
	return mem_print(ctx, "%02d:%02d to %s, %02d:%02d", a.hour, a.minute,
	    day_text(ctx, &b), b.hour, b.minute);
}

/* One span without the zone. */
static char *
span_text(
    TALLOC_CTX *ctx, const struct calendar *calendar, const struct span *span)
{
	if (is_all_day(calendar, span))
		return days_text(ctx, calendar, span);
	return mem_print(ctx, "%s, %s", letter_day(ctx, calendar, span->start),
	    hours_text(ctx, calendar, span));
}

/* " (time zone Europe/Berlin)" */
static char *
zone_text(TALLOC_CTX *ctx, const struct calendar *calendar)
{
	return mem_print(ctx, " (time zone %s)",
	    calendar->zone == NULL ? "UTC" : zone_name(calendar->zone));
}

char *
letter_spans(TALLOC_CTX *ctx, const struct calendar *calendar,
    const struct span *span, size_t total, size_t most)
{
	char *text = mem_text(ctx, "");
	size_t i, rest, named = total < most ? total : most;
	int timed = 0;

	for (i = 0; i < named; i++) {
		if (!is_all_day(calendar, &span[i]))
			timed = 1;
		mem_add(&text, "%s%s", i == 0 ? "" : "; ",
		    span_text(ctx, calendar, &span[i]));
	}
	rest = total - named;
	/* More than LIMIT_CLASHES are not counted any more. */
	if (rest > 0 && total >= LIMIT_CLASHES)
		mem_add(&text, "; and %zu or more others", rest);
	else if (rest > 0)
		mem_add(&text, "; and %zu more", rest);
	if (timed)
		mem_add(&text, "%s", zone_text(ctx, calendar));
	return text;
}

char *
letter_when(TALLOC_CTX *ctx, const struct decision *decision)
{
	const struct calendar *calendar = decision->calendar;
	const struct span *first, *last;
	struct dates dates;
	char *hours;

	letter_dates(ctx, decision, &dates);
	if (dates.n == 0)
		return mem_text(ctx, "");
	first = &dates.span[0];
	last = &dates.span[dates.n - 1];
	if (dates.endless)
		return mem_print(ctx, "%s, repeated until further notice",
		    letter_spans(ctx, calendar, first, 1, 1));
	if (dates.n == 1)
		return letter_spans(ctx, calendar, first, 1, 1);
	hours = is_all_day(calendar, first)
	            ? mem_text(ctx, "")
	            : mem_print(ctx, ", the first from %s%s",
			  hours_text(ctx, calendar, first),
			  zone_text(ctx, calendar));
	return mem_print(ctx, "%zu dates from %s to %s%s", dates.n,
	    letter_day(ctx, calendar, first->start),
	    letter_day(ctx, calendar, last->start), hours);
}
