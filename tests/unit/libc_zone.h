/*
 * libc_zone.h - time zones as the C library has them, with TZ
 *
 * The judge of what was worked out by lib/base/zone, of which nothing is used.
 */
#ifndef TESTS_UNIT_LIBC_ZONE_H
#define TESTS_UNIT_LIBC_ZONE_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "tests/unit/random_rule.h"

static void
zone_set(const char *name)
{
	if (setenv("TZ", name, 1) != 0)
		abort();
	tzset();
}

/* Seconds east of UTC. */
static int64_t
offset_at(int64_t utc)
{
	time_t t = (time_t)utc;
	struct civil wall;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		abort();
	wall = (struct civil){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	    tm.tm_hour, tm.tm_min, tm.tm_sec};
	return civil_seconds(&wall) - utc;
}

/*
 * Section 3.3.5: a time that "occurs more than once ... refers to the first
 * occurrence", one that does not "is interpreted using the UTC offset before
 * the gap".  No clock here changes twice within two days.
 */
static int64_t
to_utc(int64_t wall)
{
	int64_t before = offset_at(wall - SLOW_DAY);
	int64_t after = offset_at(wall + SLOW_DAY);
	int64_t a = wall - before;
	int64_t b = wall - after;
	int a_is = a + offset_at(a) == wall;
	int b_is = b + offset_at(b) == wall;

	if (a_is && b_is)
		return a < b ? a : b;
	return b_is ? b : a;
}

/* Within two hours of a time when the clock changes, from t on. */
static int64_t
near_change(int64_t t)
{
	int i;

	for (i = 0; i < 9600; i++, t += 3600)
		if (offset_at(t) != offset_at(t + 3600))
			break;
	return t - t % 300 + random_between(-24, 24) * 300;
}

#endif
