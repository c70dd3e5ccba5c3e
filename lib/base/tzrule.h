/*
 * tzrule.h - the yearly rule at the foot of a TZif file
 *
 * "CET-1CEST,M3.5.0,M10.5.0/3": a POSIX TZ string with the extension of
 * RFC 8536 section 3.3.1 (times of -167 to 167 hours).  Private to zone.
 * Layer 0.  Uses: civil.
 */
#ifndef LIB_BASE_TZRULE_H
#define LIB_BASE_TZRULE_H

#include <stdint.h>

#define TZ_ABBREVIATION 16

/* What a clock shows: its offset, and what people call it. */
struct tztype {
	int offset; /* seconds east of UTC */
	int dst;
	char abbreviation[TZ_ABBREVIATION];
};

/* Do two types show the same clock by the same name? */
int tztype_same(const struct tztype *a, const struct tztype *b);

enum tzday {
	TZDAY_WEEKDAY, /* Mm.w.d */
	TZDAY_JULIAN,  /* Jn, 29 February never counts */
	TZDAY_COUNT    /* n from 0, 29 February counts */
};

/* A moment of each year, on the wall clock before it. */
struct tzdate {
	enum tzday kind;
	int month;
	int week; /* 1..5, 5 is the last */
	int day;  /* weekday from Sunday = 0, or the number of Jn and n */
	int time; /* seconds from midnight of that day, maybe below 0 or over a
	             day */
};

struct tzrule {
	struct tztype std, dst;
	int has_dst; /* 0: dst, start and end mean nothing */
	struct tzdate start, end;
};

/* Parse a TZ string.  Returns 1 on success, 0 on a bad text. */
int tzrule_parse(const char *text, struct tzrule *rule);

/* The day number on which the date falls in a year, before adding its time. */
int64_t tzdate_day(const struct tzdate *date, int year);

/* When daylight saving time starts and ends in a year, in UTC. */
int64_t tzrule_start(const struct tzrule *rule, int year);
int64_t tzrule_end(const struct tzrule *rule, int year);

/* What the clock shows from `since` until `until` (exclusive). */
struct tzspan {
	int64_t since; /* INT64_MIN: for ever */
	int64_t until; /* INT64_MAX: for ever */
	const struct tztype *type;
};

/* The span around an instant, as if the rule had always been. */
struct tzspan tzrule_span(const struct tzrule *rule, int64_t utc);

#endif
