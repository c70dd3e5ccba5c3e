/*
 * tnef_parts.c - the pieces of lib/tnef: texts, properties, zones, recurrences
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/base/zone.h"
#include "lib/facts/limits.h"
#include "lib/tnef/clock.h"
#include "lib/tnef/pattern.h"
#include "lib/tnef/prop.h"
#include "lib/tnef/text.h"
#include "tests/unit/tnef_fixture.h"

#define DAILY    0x200A
#define WEEKLY   0x200B
#define MONTHLY  0x200C
#define YEARLY   0x200D
#define BY_DATE  0x2021
#define BY_COUNT 0x2022
#define ENDLESS  0x2023

static struct bytes b;
static TALLOC_CTX *ctx;

static int
setup(void **state)
{
	(void)state;
	ctx = talloc_new(NULL);
	b.n = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	talloc_free(ctx);
	return 0;
}

/* --- cursor ---------------------------------------------------------------- */

static void
numbers(void **state)
{
	struct cursor c;

	(void)state;
	put(&b, 4, 0x80000000);
	put(&b, 4, 0x7FFFFFFF);
	put(&b, 4, UINT32_MAX);
	put(&b, 3, 0x030201);
	c = cursor_new(span_of(&b));
	assert_int_equal(cursor_i32(&c), INT32_MIN);
	assert_int_equal(cursor_i32(&c), INT32_MAX);
	assert_int_equal(cursor_i32(&c), -1);
	assert_int_equal(cursor_u8(&c), 1);
	assert_int_equal(cursor_u16(&c), 0x0302);
	assert_false(c.bad);
	assert_int_equal(cursor_u8(&c), 0);
	assert_true(c.bad);
	c = cursor_new(span_of(&b));
	assert_null(cursor_take(&c, SIZE_MAX).p);
	assert_null(cursor_take(&c, 1).p);
	c = cursor_new(span_of(&b));
	assert_non_null(cursor_take(&c, 12).p);
	assert_non_null(cursor_padded(&c, 3).p);
	assert_true(c.bad);
}

/* --- texts ----------------------------------------------------------------- */

/* The bytes as UTF-16 are that text; begins anew. */
static void
wide_is(const char *text)
{
	assert_string_equal(text_wide(ctx, span_of(&b)), text);
	b.n = 0;
}

static void
wide(void **state)
{
	size_t i;

	(void)state;
	wide_is("");
	put_wide(&b, "plain");
	put(&b, 2, 0);
	put_wide(&b, "behind");
	wide_is("plain");
	put(&b, 2, 0x00E9);
	put(&b, 2, 0x20AC);
	put(&b, 4, 0xDCC5D83D); /* U+1F4C5 */
	put(&b, 1, 'x');
	wide_is("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x93\x85");
	put(&b, 2, 0xD83D);
	put_wide(&b, "a");
	put(&b, 2, 0xDCC5);
	put(&b, 2, 0xD83D);
	wide_is("\xEF\xBF\xBD"
		"a\xEF\xBF\xBD\xEF\xBF\xBD");
	for (i = 0; i < TEXT_BYTES; i++)
		put(&b, 2, 0x20AC);
	assert_int_equal(
	    strlen(text_wide(ctx, span_of(&b))), TEXT_BYTES / 2 * 3);
}

/* The bytes in a code page are that text. */
static void
narrow_is(const char *bytes, unsigned codepage, const char *text)
{
	struct span span = {(const unsigned char *)bytes, strlen(bytes)};

	assert_string_equal(text_narrow(ctx, span, codepage), text);
}

static void
narrow(void **state)
{
	struct span none = {NULL, 0};

	(void)state;
	narrow_is("Gr\xF6\xDF"
		  "e",
	    1252,
	    "Gr\xC3\xB6\xC3\x9F"
	    "e");
	narrow_is("\xF8\xEE\xF1\xF2", 1251, "\xD1\x88\xD0\xBE\xD1\x81\xD1\x82");
	narrow_is("\x8A\xBF", 932, "\xE6\xBC\xA2");
	narrow_is("Gr\xF6\xDF"
		  "e",
	    0, "Gr??e");
	narrow_is("\xF6", 4711, "?");
	narrow_is("\xC3\xB6", 65001, "\xC3\xB6");
	narrow_is("\xF6", 65001, "?");
	narrow_is("+AAo-", 65000, "+AAo-");
	assert_string_equal(text_narrow(ctx, none, 1252), "");
}

/* --- properties ------------------------------------------------------------ */

/* Read one list, and whether that goes well. */
static struct props
read_props(int good)
{
	struct cursor c = cursor_new(span_of(&b));
	struct props props = props_read(ctx, &c, 1252);

	assert_int_equal(c.bad, !good);
	return props;
}

static void
values(void **state)
{
	struct props props;
	int32_t number = 7;
	int64_t time = 7;
	int flag = 7;

	(void)state;
	put(&b, 4, 6);
	put_named(&b, 0x0003, APPOINTMENT, 0x8201);
	put(&b, 4, 42);
	put_named(&b, 0x0003, COMMON, 0x8202);
	put(&b, 4, 43);
	put_named(&b, 0x000B, MEETING, 0x5);
	put(&b, 4, 1);
	put_time(&b, APPOINTMENT, 0x820D, 1000000000);
	put_text(&b, 0x0037, "Subject");
	put(&b, 4, 0x00371002); /* the same id: the first one counts */
	put(&b, 4, 0);
	props = read_props(1);
	assert_true(props_long(&props, SET_APPOINTMENT, 0x8201, &number));
	assert_int_equal(number, 42);
	assert_false(props_long(&props, SET_APPOINTMENT, 0x8202, &number));
	assert_false(props_long(&props, SET_NONE, 0x8201, &number));
	assert_int_equal(number, 42);
	assert_true(props_bool(&props, SET_MEETING, 0x5, &flag));
	assert_int_equal(flag, 1);
	assert_false(props_true(&props, SET_MEETING, 0x6));
	assert_true(props_time(&props, SET_APPOINTMENT, 0x820D, &time));
	assert_int_equal(time, 1000000000);
	assert_false(props_long(&props, SET_APPOINTMENT, 0x820D, &number));
	assert_null(props_bytes(&props, SET_NONE, 0x0037).p);
	assert_string_equal(
	    props_text(ctx, &props, SET_NONE, 0x0037), "Subject");
	assert_null(props_text(ctx, &props, SET_NONE, 0x0038));
}

/* Times beyond what a calendar can show are not there. */
static void
times(void **state)
{
	static const struct {
		uint64_t ticks;
		int known;
	} table[] = {{0, 0}, {1, 0}, {UINT64_MAX, 0},
	    {UINT64_C(0x7FFFFFFFFFFFFFFF), 0},
	    {UINT64_C(0x0CB34557A3DD4000), 1}};
	struct props props;
	int64_t time;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		b.n = 0;
		put(&b, 4, 1);
		put_named(&b, 0x0040, APPOINTMENT, 0x820D);
		put(&b, 8, table[i].ticks);
		props = read_props(1);
		assert_int_equal(
		    props_time(&props, SET_APPOINTMENT, 0x820D, &time),
		    table[i].known);
	}
}

static void
bad_lists(void **state)
{
	(void)state;
	put(&b, 4, 1);
	put(&b, 4, 0x00370001); /* a type that nobody knows */
	put(&b, 4, 0);
	(void)read_props(0);
	b.n = 0;
	put(&b, 4, 1);
	put(&b, 4, 0x00371102); /* 2^32 - 1 values */
	put(&b, 4, UINT32_MAX);
	put(&b, 4, 0);
	(void)read_props(0);
	b.n = 0;
	put(&b, 4, 1);
	put(&b, 4, 0x0037001E); /* 2^32 - 1 bytes */
	put(&b, 4, 1);
	put(&b, 4, UINT32_MAX);
	put(&b, 4, 0);
	(void)read_props(0);
	b.n = 0;
	put(&b, 4, 1);
	put_named(&b, 0x0003, APPOINTMENT, 0x8201);
	b.p[b.n - 8] = 2; /* neither number nor string */
	put(&b, 4, 42);
	(void)read_props(0);
}

/* --- zones ----------------------------------------------------------------- */

/* The rules of Windows for Berlin show what our own data show. */
static void
berlin(void **state)
{
	const struct zone *zone = zone_find("Europe/Berlin");
	struct zoneclock clock;
	struct civil wall;
	int64_t utc;

	(void)state;
	assert_non_null(zone);
	put_berlin(&b);
	clock = clock_from_struct(span_of(&b));
	assert_true(clock.known);
	for (utc = INT64_C(1767225600); utc < INT64_C(1830297600);
	     utc += 1800) {
		wall = zone_to_wall(zone, utc);
		assert_int_equal(clock_wall(&clock, utc), civil_seconds(&wall));
	}
}

static void
zones_that_are_wrong(void **state)
{
	static const struct {
		size_t at;
		unsigned char value;
	} table[] = {{3, 0x7F}, {11, 0x80}, {14, 1}, {16, 13}, {18, 7}, {20, 0},
	    {20, 6}, {22, 24}, {24, 60}};
	struct bytes good = {.n = 0};
	size_t i;

	(void)state;
	put_berlin(&good);
	assert_int_equal(good.n, 48);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		b = good;
		b.p[table[i].at] = table[i].value;
		if (clock_from_struct(span_of(&b)).known)
			fail_msg("%zu is taken", i);
	}
	for (good.n = 0; good.n < 48; good.n++)
		assert_false(clock_from_struct(span_of(&good)).known);
	good.n = 48;
	assert_true(clock_from_struct(span_of(&good)).known);
	assert_true(clock_from_offset(-12600).known);
	assert_false(clock_from_offset(-12601).known);
	assert_false(clock_from_offset(INT64_MAX).known);
	assert_false(clock_from_offset(INT64_MIN).known);
}

/* One rule of a definition, of Berlin but for the flag. */
static void
put_rule(unsigned flags, int bias)
{
	put(&b, 4, 0x003E0102);
	put(&b, 2, flags);
	put(&b, 8, 2007);
	put(&b, 8, 0);
	put(&b, 4, (uint32_t)bias);
	put(&b, 8, 0);
	put(&b, 16, 0);
	put(&b, 16, 0);
}

static void
definitions(void **state)
{
	struct zoneclock clock;
	size_t n;

	(void)state;
	put(&b, 6, 0);
	put(&b, 2, 4);
	put_wide(&b, "Zone");
	put(&b, 2, 3);
	put_rule(0, 60);
	put_rule(2, 120);
	put_rule(0, 180);
	clock = clock_from_definition(ctx, span_of(&b));
	assert_true(clock.known);
	assert_string_equal(clock.name, "Zone");
	assert_int_equal(clock.rule.std.offset, -7200);
	b.p[b.n - 62 - 66] = 0; /* no flag: the last one */
	clock = clock_from_definition(ctx, span_of(&b));
	assert_true(clock.known);
	assert_int_equal(clock.rule.std.offset, -10800);
	for (n = b.n; n > 0; n--) {
		b.n = n - 1;
		assert_false(clock_from_definition(ctx, span_of(&b)).known);
	}
}

/* --- recurrences ----------------------------------------------------------- */

static const struct {
	struct recurring r;
	const char *rule; /* NULL: refused */
} rules[] = {
    {{DAILY, 0, 0, 1440, {0}, 0, ENDLESS, 0, 1}, "FREQ=DAILY;INTERVAL=1"},
    {{DAILY, 0, 1, 4320, {0}, 0, BY_COUNT, 7, 1},
	"FREQ=DAILY;INTERVAL=3;COUNT=7"},
    {{DAILY, 0, 0, 1441, {0}, 0, ENDLESS, 0, 1}, NULL},
    {{DAILY, 0, 0, 0, {0}, 0, ENDLESS, 0, 1}, NULL},
    {{DAILY, 1, 0, 1, {0x3E}, 1, UINT32_MAX, 0, 0},
	"FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;WKST=SU"},
    {{WEEKLY, 1, 0, 2, {0x41}, 1, BY_DATE, 0, 6},
	"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA;WKST=SA;UNTIL=20270228"},
    {{WEEKLY, 1, 0, 1, {0x80}, 1, ENDLESS, 0, 1}, NULL},
    {{WEEKLY, 1, 0, 1, {0x02}, 1, ENDLESS, 0, 7}, NULL},
    {{WEEKLY, 1, 0, 1, {0x02}, 1, BY_COUNT, 0, 1}, NULL},
    {{WEEKLY, 1, 0, 1, {0x02}, 1, 0x2024, 0, 1}, NULL},
    {{WEEKLY, 0, 0, 1440, {0}, 0, ENDLESS, 0, 1}, NULL},
    {{WEEKLY, 1, 0, 100000, {0x02}, 1, ENDLESS, 0, 1}, NULL},
    {{MONTHLY, 2, 0, 1, {15}, 1, ENDLESS, 0, 1},
	"FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=15"},
    {{MONTHLY, 2, 0, 1, {29}, 1, ENDLESS, 0, 1},
	"FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29;BYSETPOS=-1"},
    {{MONTHLY, 2, 0, 1, {31}, 1, ENDLESS, 0, 1},
	"FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1"},
    {{MONTHLY, 2, 0, 1, {32}, 1, ENDLESS, 0, 1}, NULL},
    {{MONTHLY, 2, 0, 1, {0}, 1, ENDLESS, 0, 1}, NULL},
    {{MONTHLY, 4, 0, 1, {31}, 1, ENDLESS, 0, 1},
	"FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1"},
    {{MONTHLY, 3, 0, 1, {0x04, 3}, 2, ENDLESS, 0, 1},
	"FREQ=MONTHLY;INTERVAL=1;BYDAY=3TU"},
    {{MONTHLY, 3, 0, 1, {0x7F, 5}, 2, ENDLESS, 0, 1},
	"FREQ=MONTHLY;INTERVAL=1;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYSETPOS=-1"},
    {{MONTHLY, 3, 0, 1, {0x04, 6}, 2, ENDLESS, 0, 1}, NULL},
    {{YEARLY, 2, 0, 24, {1}, 1, ENDLESS, 0, 1},
	"FREQ=YEARLY;INTERVAL=2;BYMONTH=12;BYMONTHDAY=1"},
    {{YEARLY, 3, 0, 12, {0x04, 1}, 2, ENDLESS, 0, 1},
	"FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYDAY=1TU"},
    {{YEARLY, 2, 0, 13, {1}, 1, ENDLESS, 0, 1}, NULL},
    {{YEARLY, 1, 0, 12, {0x02}, 1, ENDLESS, 0, 1}, NULL},
    {{MONTHLY, 0x0A, 6, 1, {1}, 1, ENDLESS, 0, 1},
	"RSCALE=ISLAMIC-CIVIL;FREQ=MONTHLY"},
    {{MONTHLY, 2, 8, 1, {1}, 1, ENDLESS, 0, 1}, "RSCALE=UNKNOWN;FREQ=MONTHLY"},
    {{WEEKLY, 1, 8, 1, {0x02}, 1, ENDLESS, 0, 1},
	"FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO"},
    {{MONTHLY, 5, 0, 1, {0}, 0, ENDLESS, 0, 1}, NULL},
    {{0x2009, 0, 0, 1440, {0}, 0, ENDLESS, 0, 1}, NULL},
};

static void
rules_of_patterns(void **state)
{
	const char *fault = NULL;
	struct pattern *p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		b.n = 0;
		put_recurring(&b, &rules[i].r);
		p = pattern_read(ctx, span_of(&b), 0, &fault);
		if ((p == NULL) != (rules[i].rule == NULL))
			fail_msg("%zu: %s", i, p == NULL ? fault : p->rule);
		if (p == NULL)
			continue;
		assert_string_equal(p->rule, rules[i].rule);
		assert_int_equal(p->start, INT64_C(1796119200));
		assert_int_equal(p->end, INT64_C(1796122800));
	}
}

/* Where the two dates are counted, in a weekly pattern. */
#define DELETED_AT 38
#define COUNT_AT   (DELETED_AT + 4 + 4 + 8 + 16)

static void
bad_patterns(void **state)
{
	struct bytes exact;
	const char *fault;
	size_t n, good;

	(void)state;
	put_recurring(&b, &rules[5].r);
	/* all but the two empty blocks at the end are needed */
	good = b.n - 8;
	for (n = 0; n <= b.n; n++) {
		exact.n = 0;
		put_bytes(&exact, b.p, n);
		assert_int_equal(
		    pattern_read(ctx, span_of(&exact), 0, &fault) != NULL,
		    n >= good);
	}
	exact = b;
	memset(exact.p + DELETED_AT, 0xFF, 4);
	assert_null(pattern_read(ctx, span_of(&exact), 0, &fault));
	exact = b;
	exact.p[DELETED_AT + 3] = 0x40; /* times four it is 0 */
	assert_null(pattern_read(ctx, span_of(&exact), 0, &fault));
	exact = b;
	exact.p[COUNT_AT] = 0xFF; /* changed instances that are not there */
	assert_null(pattern_read(ctx, span_of(&exact), 0, &fault));
	exact = b;
	memset(exact.p + COUNT_AT - 4, 0xFF, 4); /* it ends in 8000 years */
	assert_non_null(pattern_read(ctx, span_of(&exact), 0, &fault));
	exact.p[COUNT_AT - 5] = 0xFF; /* it starts on another day */
	assert_null(pattern_read(ctx, span_of(&exact), 0, &fault));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(numbers, setup, teardown),
	    cmocka_unit_test_setup_teardown(wide, setup, teardown),
	    cmocka_unit_test_setup_teardown(narrow, setup, teardown),
	    cmocka_unit_test_setup_teardown(values, setup, teardown),
	    cmocka_unit_test_setup_teardown(times, setup, teardown),
	    cmocka_unit_test_setup_teardown(bad_lists, setup, teardown),
	    cmocka_unit_test_setup_teardown(berlin, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		zones_that_are_wrong, setup, teardown),
	    cmocka_unit_test_setup_teardown(definitions, setup, teardown),
	    cmocka_unit_test_setup_teardown(rules_of_patterns, setup, teardown),
	    cmocka_unit_test_setup_teardown(bad_patterns, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
