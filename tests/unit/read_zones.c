/*
 * read_zones.c - names of zones, and VTIMEZONEs against our own zone data
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/base/zone.h"
#include "lib/read/when.h"
#include "lib/read/zones.h"

/* Sorted, found in any case, and every zone is there. */
static void
test_windows(void **state)
{
	const char *before = "";
	const char *name;
	const char *zone;
	size_t i;

	(void)state;
	for (i = 0; (zone = windows_row(i, &name)) != NULL; i++) {
		assert_true(strcasecmp(before, name) < 0);
		assert_string_equal(windows_zone(name), zone);
		if (zone_find(zone) == NULL)
			fail_msg("%s: no zone %s", name, zone);
		before = name;
	}
	assert_true(i > 130);
	assert_null(windows_zone("Mars Standard Time"));
}

/* What zone_vtimezone() writes reads back as the same clock. */
static void
test_vtimezone(void **state)
{
	static const char *const names[] = {"Europe/Berlin", "America/New_York",
	    "Australia/Sydney", "Asia/Kolkata", "America/Sao_Paulo",
	    "Europe/Dublin", "Pacific/Auckland", "Australia/Lord_Howe",
	    "Africa/Casablanca", "America/Santiago", "Pacific/Chatham"};
	const int64_t from = INT64_C(1767225600);
	const int64_t to = INT64_C(1861920000);
	static char text[20000];
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fault fault = {.code = NULL};
	size_t joined;
	size_t i;
	int64_t at;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct zone *zone = zone_find(names[i]);
		struct clock clock = {.tzid = "x"};
		struct block *root;
		char *whole;

		assert_non_null(zone);
		assert_true(zone_vtimezone(zone, "x", from, to, text,
				sizeof(text)) < sizeof(text));
		whole = mem_print(
		    ctx, "BEGIN:VCALENDAR\r\n%sEND:VCALENDAR\r\n", text);
		root =
		    lines_parse(ctx, whole, strlen(whole), "", &joined, &fault);
		assert_non_null(root);
		assert_true(
		    vzone_read(ctx, root->child[0], from, to, &clock, &fault));
		for (at = from; at < to; at += 1799) {
			struct civil ours = clock_to_wall(&clock, at);
			struct civil theirs = zone_to_wall(zone, at);

			if (civil_seconds(&ours) != civil_seconds(&theirs))
				fail_msg("%s differs at %lld", names[i],
				    (long long)at);
			assert_int_equal(clock_to_utc(&clock, &ours),
			    zone_to_utc(zone, &ours));
		}
		/* every wall clock, those in the gap too */
		for (at = from; at < to; at += 1800) {
			struct civil wall = civil_from_seconds(at);

			assert_int_equal(clock_to_utc(&clock, &wall),
			    zone_to_utc(zone, &wall));
		}
	}
	talloc_free(ctx);
}

static void
test_values(void **state)
{
	struct duration d;
	struct stamp s;
	int seconds;

	(void)state;
	assert_int_equal(stamp_read(" 20261231T235960Z ", 18, 0, &s), STAMP_OK);
	assert_int_equal(s.wall.second, 59);
	assert_true(s.utc);
	assert_int_equal(stamp_read("20260101T0000", 13, 0, &s), STAMP_BAD);
	assert_int_equal(stamp_read("19000101", 8, 0, &s), STAMP_RANGE);
	assert_int_equal(stamp_read("19000101", 8, 1, &s), STAMP_OK);
	assert_int_equal(duration_read("-P1W2DT3H4M5S", 13, &d), 1);
	assert_int_equal(d.days, -9);
	assert_int_equal(d.seconds, -(3 * 3600 + 4 * 60 + 5));
	assert_int_equal(duration_read("P", 1, &d), 0);
	assert_int_equal(duration_read("PT", 2, &d), 0);
	assert_int_equal(duration_read("P9999999D", 9, &d), -1);
	assert_true(offset_read("-053000", &seconds));
	assert_int_equal(seconds, -19800);
	assert_false(offset_read("+2400", &seconds));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_windows),
	    cmocka_unit_test(test_vtimezone),
	    cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
