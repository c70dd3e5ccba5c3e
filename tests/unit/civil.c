/* civil.c - tests of lib/base/civil: dates, texts and RFC 3339 */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/base/civil.h"

/* The C library agrees about some second of every day of 9999 years. */
static void
test_every_day(void **state)
{
	int64_t first = civil_days(1, 1, 1), last = civil_days(9999, 12, 31);
	int64_t d;

	(void)state;
	assert_int_equal(first, -719162);
	assert_int_equal(last - first + 1, 3652059);
	for (d = first; d <= last; d++) {
		time_t t = (time_t)(d * SECONDS_PER_DAY + d % 43200 * (d > 0));
		struct civil c = civil_from_seconds((int64_t)t);
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(c.hour, tm.tm_hour);
		assert_int_equal(c.minute, tm.tm_min);
		assert_int_equal(c.second, tm.tm_sec);
		assert_int_equal(civil_weekday(d), tm.tm_wday);
		assert_true(civil_is_valid(&c));
		assert_int_equal(civil_seconds(&c), (int64_t)t);
		assert_int_equal(civil_days(c.year, c.month, c.day), d);
	}
}

/* What is out of range becomes the nearest second there is. */
static void
test_clamped(void **state)
{
	struct civil c = civil_from_seconds(INT64_MAX);
	char buf[24];

	(void)state;
	assert_int_equal(c.year, 9999);
	assert_int_equal(c.second, 59);
	c = civil_from_days(INT64_MIN);
	assert_int_equal(c.year, 1);
	assert_int_equal(c.day, 1);
	c = civil_from_days(INT64_MAX);
	assert_int_equal(c.year, 9999);
	assert_int_equal(c.month, 12);
	assert_int_equal(c.day, 31);
	assert_string_equal(
	    utc_text(buf, sizeof(buf), INT64_MIN), "0001-01-01T00:00:00Z");
}

static void
test_valid(void **state)
{
	static const struct civil good[] = {{2024, 2, 29, 0, 0, 0},
	    {2000, 2, 29, 23, 59, 59}, {1, 1, 1, 0, 0, 0},
	    {9999, 12, 31, 23, 59, 59}};
	static const struct civil bad[] = {{2023, 2, 29, 0, 0, 0},
	    {1900, 2, 29, 0, 0, 0}, {2024, 0, 1, 0, 0, 0},
	    {2024, 13, 1, 0, 0, 0}, {2024, 4, 31, 0, 0, 0},
	    {2024, 4, 0, 0, 0, 0}, {2024, 4, 1, 24, 0, 0},
	    {2024, 4, 1, -1, 0, 0}, {2024, 4, 1, 0, 60, 0},
	    {2024, 4, 1, 0, 0, 60}, {0, 1, 1, 0, 0, 0}, {10000, 1, 1, 0, 0, 0}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(civil_is_valid(&good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(civil_is_valid(&bad[i]));
	assert_int_equal(civil_month_length(2024, 2), 29);
	assert_int_equal(civil_month_length(2100, 2), 28);
	assert_int_equal(civil_month_length(2100, 12), 31);
}

static void
test_texts(void **state)
{
	struct civil c = {2026, 12, 1, 9, 5, 7};
	char buf[24];

	(void)state;
	assert_string_equal(
	    civil_text(buf, sizeof(buf), &c), "2026-12-01T09:05:07");
	assert_string_equal(
	    civil_basic(buf, sizeof(buf), &c), "20261201T090507");
	assert_string_equal(utc_text(buf, sizeof(buf), civil_seconds(&c)),
	    "2026-12-01T09:05:07Z");
	assert_string_equal(
	    utc_basic(buf, sizeof(buf), civil_seconds(&c)), "20261201T090507Z");
	assert_string_equal(
	    utc_basic(buf, sizeof(buf), -1), "19691231T235959Z");
}

static void
test_parse_good(void **state)
{
	static const struct {
		const char *text;
		int64_t utc;
	} t[] = {{"1970-01-01T00:00:00Z", 0}, {"1970-01-01T01:00:00+01:00", 0},
	    {"1969-12-31T16:30:00-07:30", 0}, {"1970-01-01T00:00:00.999Z", 0},
	    {"1970-01-01T00:00:00.5-00:00", 0},
	    {"0001-01-01T00:00:00Z", -719162 * SECONDS_PER_DAY},
	    {"9999-12-31T23:59:59Z", INT64_C(253402300799)}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		int64_t utc = 77;

		assert_int_equal(utc_parse(t[i].text, &utc), 1);
		assert_int_equal(utc, t[i].utc);
	}
}

static void
test_parse_bad(void **state)
{
	static const char *const t[] = {"", "1970", "1970-01-01",
	    "1970-01-01T00:00:00", "1970-01-01T00:00:00ZZ",
	    "1970-01-01 00:00:00Z", "1970-01-01t00:00:00z",
	    "1970-1-01T00:00:00Z", "1970-02-30T00:00:00Z",
	    "1970-01-01T24:00:00Z", "1970-01-01T00:00:60Z", "1970-01-01T00:00Z",
	    "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+1:00",
	    "1970-01-01T00:00:00+0100", "1970-01-01T00:00:00+24:00",
	    "1970-01-01T00:00:00+01:60", "1970-01-01T00:00:00+01:00 ",
	    " 1970-01-01T00:00:00Z", "+970-01-01T00:00:00Z",
	    "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
	    "0000-01-01T00:00:00Z", "1970-01-01T00:00:00Z\n",
	    "1970-01-01T00:00:0"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		int64_t utc = 77;

		if (utc_parse(t[i], &utc))
			fail_msg("taken: \"%s\"", t[i]);
		assert_int_equal(utc, 77);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_day),
	    cmocka_unit_test(test_clamped), cmocka_unit_test(test_valid),
	    cmocka_unit_test(test_texts), cmocka_unit_test(test_parse_good),
	    cmocka_unit_test(test_parse_bad)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
