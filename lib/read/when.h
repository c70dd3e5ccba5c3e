/*
 * when.h - date, date-time, duration as text to numbers, every field checked
 *
 * Source: RFC 5545 sections 3.3.4 to 3.3.6, 3.3.9.
 * Layer 2, private to lib/read.
 */
#ifndef LIB_READ_WHEN_H
#define LIB_READ_WHEN_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/civil.h"

/* A DATE or DATE-TIME without its zone. */
struct stamp {
	struct civil wall;
	int date; /* no time of day */
	int utc;  /* ended by Z */
};

enum stamp_result {
	STAMP_OK,
	STAMP_BAD,  /* not of that form, or no such day or hour */
	STAMP_RANGE /* a real date, outside the years that are taken */
};

/*
 * Read s[0..n), blanks around it ignored.  Second 60 becomes 59.
 * any_year  take years from 1 on (time zone definitions begin in 1601)
 */
enum stamp_result stamp_read(
    const char *s, size_t n, int any_year, struct stamp *stamp);

/* A DURATION: nominal days and exact seconds, both with the sign. */
struct duration {
	int64_t days;
	int64_t seconds;
};

/* Returns 1, 0 if it is none, -1 if it overflows (over 100 years). */
int duration_read(const char *s, size_t n, struct duration *duration);

/* "+0100", "-053000": seconds.  Returns 0 if it is none, or 24 h or more. */
int offset_read(const char *s, int *seconds);

#endif
