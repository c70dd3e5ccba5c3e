/*
 * voice_when.c - dates as people read them; see voice.h
 *
 * Never without the zone's name: a reader elsewhere would take the times for
 * her own.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/write/voice.h"

/* From Sunday. */
static const char *const weekday[] = {LANGUAGE_TEXT("Sunday"),
    LANGUAGE_TEXT("Monday"), LANGUAGE_TEXT("Tuesday"),
    LANGUAGE_TEXT("Wednesday"), LANGUAGE_TEXT("Thursday"),
    LANGUAGE_TEXT("Friday"), LANGUAGE_TEXT("Saturday")};

static const char *const month[] = {LANGUAGE_TEXT("January"),
    LANGUAGE_TEXT("February"), LANGUAGE_TEXT("March"), LANGUAGE_TEXT("April"),
    LANGUAGE_TEXT("May"), LANGUAGE_TEXT("June"), LANGUAGE_TEXT("July"),
    LANGUAGE_TEXT("August"), LANGUAGE_TEXT("September"),
    LANGUAGE_TEXT("October"), LANGUAGE_TEXT("November"),
    LANGUAGE_TEXT("December")};

/* The wall clock of an instant in a zone; NULL: UTC. */
static struct civil
wall_in(const struct zone *zone, int64_t utc)
{
	return zone == NULL ? civil_from_seconds(utc) : zone_to_wall(zone, utc);
}

/* The zone's name for people. */
static const char *
name_of(const struct zone *zone)
{
	return zone == NULL ? "UTC" : zone_name(zone);
}

/* Where the reader is. */
static const struct zone *
reader_zone(const struct voice *voice)
{
	return voice->reader == NULL ? voice->here : voice->reader;
}

/* Do the clocks of reader and calendar show the same at both ends? */
static int
is_same_clock(const struct voice *voice, const struct span *span)
{
	const struct zone *there = reader_zone(voice), *here = voice->here;
	struct civil a, b;

	if (there == here)
		return 1;
	a = wall_in(there, span->start);
	b = wall_in(here, span->start);
	if (civil_seconds(&a) != civil_seconds(&b))
		return 0;
	a = wall_in(there, span->end);
	b = wall_in(here, span->end);
	return civil_seconds(&a) == civil_seconds(&b);
}

/* A time of day as the language writes it, two digits each. */
static char *
clock_text(TALLOC_CTX *ctx, const struct voice *voice, const struct civil *c)
{
	struct fill fill[] = {{"hour", mem_print(ctx, "%02d", c->hour)},
	    {"minute", mem_print(ctx, "%02d", c->minute)}, {NULL, NULL}};

	/* TRANSLATORS: a time of day: 09:00 */
	return voice_text(ctx, voice, "{hour}:{minute}", fill);
}

/* A date as the language writes it. */
static char *
day_text(TALLOC_CTX *ctx, const struct voice *voice, const struct civil *c)
{
	int64_t days = civil_days(c->year, c->month, c->day);
	struct fill fill[] = {
	    {"weekday", voice_say(voice, weekday[civil_weekday(days)])},
	    {"day", mem_print(ctx, "%d", c->day)},
	    {"month", voice_say(voice, month[c->month - 1])},
	    {"year", mem_print(ctx, "%d", c->year)}, {NULL, NULL}};
	const char *form;

	/* TRANSLATORS: the singular is for the first day of a month. */
	form = voice_count(voice, "{weekday}, {day} {month} {year}",
	    "{weekday}, {day} {month} {year}", (size_t)c->day);
	return voice_fill(ctx, form, fill);
}

/* A date in a zone. */
static char *
day_in(TALLOC_CTX *ctx, const struct voice *voice, const struct zone *zone,
    int64_t utc)
{
	struct civil c = wall_in(zone, utc);

	return day_text(ctx, voice, &c);
}

char *
voice_day(TALLOC_CTX *ctx, const struct voice *voice, int64_t utc)
{
	return day_in(ctx, voice, reader_zone(voice), utc);
}

/* Does the wall clock stand at midnight? */
static int
is_midnight(const struct civil *c)
{
	return c->hour == 0 && c->minute == 0 && c->second == 0;
}

/* Whole days in that zone? */
static int
is_all_day(const struct zone *zone, const struct span *span)
{
	struct civil a = wall_in(zone, span->start);
	struct civil b = wall_in(zone, span->end);

	return span->start < span->end && is_midnight(&a) && is_midnight(&b);
}

/* A span of whole days: "Tuesday, 1 December 2026 (all day)". */
static char *
days_text(TALLOC_CTX *ctx, const struct voice *voice, const struct zone *zone,
    const struct span *span)
{
	/* The end is exclusive: the last day holds the second before it. */
	struct fill fill[] = {{"first", day_in(ctx, voice, zone, span->start)},
	    {"last", day_in(ctx, voice, zone, span->end - 1)}, {NULL, NULL}};

	if (strcmp(fill[0].text, fill[1].text) == 0)
		return voice_text(ctx, voice, "{first} (all day)", fill);
	return voice_text(ctx, voice, "{first} to {last} (all day)", fill);
}

/* "09:00 to 10:00", with the day again if it ends on another. */
static char *
hours_text(TALLOC_CTX *ctx, const struct voice *voice, const struct zone *zone,
    const struct span *span)
{
	struct civil a = wall_in(zone, span->start);
	struct civil b = wall_in(zone, span->end);
	struct fill fill[] = {{"start", clock_text(ctx, voice, &a)},
	    {"end", clock_text(ctx, voice, &b)},
	    {"day", day_text(ctx, voice, &b)}, {NULL, NULL}};

	if (span->end <= span->start)
		/* TRANSLATORS: one time of day: 09:00 */
		return voice_text(ctx, voice, "{start}", fill);
	if (a.year == b.year && a.month == b.month && a.day == b.day)
		/* TRANSLATORS: two times of day: 09:00 to 10:00 */
		return voice_text(ctx, voice, "{start} to {end}", fill);
	/* TRANSLATORS: it ends on another day */
	return voice_text(ctx, voice, "{start} to {day}, {end}", fill);
}

/* One span without the zone. */
static char *
span_text(TALLOC_CTX *ctx, const struct voice *voice, const struct zone *zone,
    const struct span *span)
{
	struct fill fill[3] = {{NULL, NULL}};

	if (is_all_day(zone, span))
		return days_text(ctx, voice, zone, span);
	fill[0].word = "day";
	fill[0].text = day_in(ctx, voice, zone, span->start);
	fill[1].word = "hours";
	fill[1].text = hours_text(ctx, voice, zone, span);
	return voice_text(ctx, voice, "{day}, {hours}", fill);
}

/* The span by the calendar's clock; the day only if it is another one. */
static char *
here_text(TALLOC_CTX *ctx, const struct voice *voice, const struct span *span)
{
	char *there = voice_day(ctx, voice, span->start);
	char *here = day_in(ctx, voice, voice->here, span->start);

	if (strcmp(there, here) != 0 || is_all_day(voice->here, span))
		return span_text(ctx, voice, voice->here, span);
	return hours_text(ctx, voice, voice->here, span);
}

/* "(time zone Europe/Berlin)" behind a text. */
static char *
with_zone(TALLOC_CTX *ctx, const struct voice *voice, const char *spans)
{
	struct fill fill[] = {{"spans", spans},
	    {"zone", name_of(reader_zone(voice))}, {NULL, NULL}};

	/* TRANSLATORS: {spans} is "Tuesday, 1 December 2026, 09:00 to 10:00" */
	return voice_text(ctx, voice, "{spans} (time zone {zone})", fill);
}

/* Behind a text what the calendar's own clock shows. */
static char *
with_here(TALLOC_CTX *ctx, const struct voice *voice, const char *there,
    const char *here)
{
	struct fill fill[] = {{"there", there}, {"here", here},
	    {"zone", name_of(voice->here)}, {NULL, NULL}};

	/* TRANSLATORS: {there} as above, in the reader's zone; {here} is
	 * like {spans} or has times only. */
	return voice_text(ctx, voice,
	    "{there}; {here} in the calendar's time zone ({zone})", fill);
}

/* Behind a list how many are not named. */
static char *
with_rest(TALLOC_CTX *ctx, const struct voice *voice, const char *list,
    size_t rest, int open)
{
	struct fill fill[] = {{"list", list},
	    {"count", mem_print(ctx, "%zu", rest)}, {NULL, NULL}};

	if (open)
		return voice_fill(ctx,
		    voice_count(voice, "{list}; and at least {count} other",
			"{list}; and at least {count} others", rest),
		    fill);
	return voice_fill(ctx,
	    voice_count(voice, "{list}; and {count} more",
		"{list}; and {count} more", rest),
	    fill);
}

/* A list with one more behind it. */
static char *
with_next(TALLOC_CTX *ctx, const struct voice *voice, const char *list,
    const char *next)
{
	struct fill fill[] = {{"list", list}, {"next", next}, {NULL, NULL}};

	if (list[0] == '\0')
		return mem_text(ctx, next);
	/* TRANSLATORS: one date behind another */
	return voice_text(ctx, voice, "{list}; {next}", fill);
}

/* The spans by the calendar's clock; if all are the same, once. */
static char *
list_here(TALLOC_CTX *ctx, const struct voice *voice, const struct span *span,
    size_t n)
{
	char *list = mem_text(ctx, ""), *first = NULL;
	int same = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		char *text = here_text(ctx, voice, &span[i]);

		if (first == NULL)
			first = text;
		same = same && strcmp(first, text) == 0;
		list = with_next(ctx, voice, list, text);
	}
	return same && first != NULL ? first : list;
}

char *
voice_spans(TALLOC_CTX *ctx, const struct voice *asked, const struct span *span,
    size_t total, size_t most)
{
	struct voice voice = *asked;
	size_t i, named = total < most ? total : most;
	char *text = mem_text(ctx, "");
	int timed = 0, same = 1;

	for (i = 0; i < named; i++)
		same = same && is_same_clock(asked, &span[i]);
	if (same)
		voice.reader = NULL;
	for (i = 0; i < named; i++) {
		if (!is_all_day(reader_zone(&voice), &span[i]))
			timed = 1;
		text = with_next(ctx, &voice, text,
		    span_text(ctx, &voice, reader_zone(&voice), &span[i]));
	}
	/* More than LIMIT_CLASHES are not counted any more. */
	if (total > named)
		text = with_rest(
		    ctx, &voice, text, total - named, total >= LIMIT_CLASHES);
	if (timed || !same)
		text = with_zone(ctx, &voice, text);
	if (same)
		return text;
	return with_here(
	    ctx, &voice, text, list_here(ctx, &voice, span, named));
}

char *
voice_series(TALLOC_CTX *ctx, const struct voice *asked,
    const struct span *span, size_t n)
{
	struct voice voice = *asked;
	int same = is_same_clock(asked, &span[0]);
	struct fill fill[] = {{"count", mem_print(ctx, "%zu", n)},
	    {"first", ""}, {"last", ""}, {"hours", ""}, {"zone", ""},
	    {NULL, NULL}};
	char *text;

	if (same)
		voice.reader = NULL;
	fill[1].text = voice_day(ctx, &voice, span[0].start);
	fill[2].text = voice_day(ctx, &voice, span[n - 1].start);
	fill[4].text = name_of(reader_zone(&voice));
	if (same && is_all_day(voice.here, &span[0]))
		return voice_fill(ctx,
		    voice_count(&voice,
			"{count} date from {first} to {last} (all day)",
			"{count} dates from {first} to {last} (all day)", n),
		    fill);
	fill[3].text = hours_text(ctx, &voice, reader_zone(&voice), &span[0]);
	text = voice_fill(ctx,
	    voice_count(&voice,
		"{count} date from {first} to {last}, the first from {hours} "
		"(time zone {zone})",
		"{count} dates from {first} to {last}, the first from {hours} "
		"(time zone {zone})",
		n),
	    fill);
	if (same)
		return text;
	return with_here(ctx, &voice, text, here_text(ctx, &voice, &span[0]));
}
