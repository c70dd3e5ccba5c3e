/*
 * civil.h - dates and times of day as people write them, without a zone
 *
 * Proleptic Gregorian calendar, years 1 to 9999, no leap seconds.  Pure.
 * Layer 0.  Used by: zone, facts, read, rules, write.
 */
#ifndef LIB_BASE_CIVIL_H
#define LIB_BASE_CIVIL_H

#include <stddef.h>
#include <stdint.h>

struct civil {
	int year;  /* 1..9999 */
	int month; /* 1..12 */
	int day;   /* 1..31 */
	int hour;  /* 0..23 */
	int minute;
	int second; /* 0..59 */
};

#define SECONDS_PER_DAY INT64_C(86400)

/* Is every field in range, the day within its month? */
int civil_is_valid(const struct civil *c);

/* Days since 1970-01-01 of a date; month and day must be valid. */
int64_t civil_days(int year, int month, int day);

/* The date of a day number; hour, minute and second become 0. */
struct civil civil_from_days(int64_t days);

/* Seconds since 1970-01-01T00:00:00 on the same wall clock (no zone). */
int64_t civil_seconds(const struct civil *c);

/* The wall clock of civil_seconds(); beyond years 1..9999 the nearest one. */
struct civil civil_from_seconds(int64_t seconds);

/* 0 = Sunday .. 6 = Saturday. */
int civil_weekday(int64_t days);

/* 28..31 */
int civil_month_length(int year, int month);

/*
 * As text: "2026-12-01T09:00:00", or with 'Z' appended for a UTC instant.
 * Returns buf.  size at least 24.
 */
const char *civil_text(char *buf, size_t size, const struct civil *c);
const char *utc_text(char *buf, size_t size, int64_t utc);

/* The basic form of iCalendar: "20261201T090000" and with 'Z'. */
const char *civil_basic(char *buf, size_t size, const struct civil *c);
const char *utc_basic(char *buf, size_t size, int64_t utc);

/*
 * Parse RFC 3339 "2026-12-01T09:00:00Z" (or a numeric offset, or fraction,
 * which is dropped) into UTC seconds.  Returns 1 on success, 0 on a bad text.
 */
int utc_parse(const char *text, int64_t *utc);

#endif
