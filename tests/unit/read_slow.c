/*
 * read_slow.c - the judge of recurrence rules before its own judges: what a
 * printed calendar says, and the examples of RFC 5545
 */
#include "tests/unit/rfc_table.h"
#include "tests/unit/slow_rule.h"

static size_t examples;

static void
assert_day(int64_t t, int date, int weekday)
{
	const struct slow_day *d = &slow_days[slow_index(t)];

	assert_int_equal(d->year * 10000 + d->month * 100 + d->day, date);
	assert_int_equal(d->weekday, weekday);
}

static void
test_days(void **state)
{
	(void)state;
	slow_calendar();
	assert_day(0, 19700101, 4);
	assert_day(86399, 19700101, 4);
	assert_day(INT64_C(951782400), 20000229, 2);
	assert_day(INT64_C(1795219200), 20261121, 6);
	assert_day(INT64_C(4107542399), 21000228, 0);
	assert_day(INT64_C(4107542400), 21000301, 1);
	assert_int_equal(slow_time("20000229T010203Z"), 951782400 + 3723);
	assert_int_equal(slow_time("19700102"), 86400);
	assert_int_equal(slow_days[slow_index(951782400)].yearday, 60);
	assert_int_equal(slow_days[slow_index(951782400)].year_length, 366);
	assert_int_equal(slow_days[slow_index(951782400)].month_length, 29);
}

/* Week number and year of a date. */
static void
assert_week(const char *date, int wkst, int year, int number, int last)
{
	const struct slow_week *w =
	    &slow_days[slow_index(slow_time(date))].week[wkst];

	assert_int_equal(w->year, year);
	assert_int_equal(w->number, number);
	assert_int_equal(w->last, last);
}

/* Weeks from Monday are those of ISO 8601. */
static void
test_weeks(void **state)
{
	(void)state;
	assert_week("20051231", 1, 2005, 52, 52);
	assert_week("20050101", 1, 2004, 53, 53);
	assert_week("20050102", 1, 2004, 53, 53);
	assert_week("20050103", 1, 2005, 1, 52);
	assert_week("20081229", 1, 2009, 1, 53);
	assert_week("20100103", 1, 2009, 53, 53);
	assert_week("20241230", 1, 2025, 1, 52);
	assert_week("20261231", 1, 2026, 53, 53);
	/* the same from Sunday: 1 January 2026 is a Thursday */
	assert_week("20251228", 0, 2025, 53, 53);
	assert_week("20260103", 0, 2025, 53, 53);
	assert_week("20260104", 0, 2026, 1, 52);
}

static void
check_example(const struct example *e)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = rfc_local_rule(ctx, e->rule);
	static int64_t at[1000];
	struct slow_rule rule;
	size_t n;

	examples++;
	if (strcmp(e->list, "mustnot") == 0) {
		if (slow_read(text, &rule) && !slow_is_forbidden(&rule))
			fail_msg("%s: %s is taken", e->id, text);
	} else {
		if (!slow_read(text, &rule) || slow_is_forbidden(&rule))
			fail_msg("%s: %s is refused", e->id, text);
		n = slow_expand(&rule, slow_time(e->dtstart),
		    slow_time(e->dtstart), slow_time("22000101"), at, 1000);
		rfc_compare(e, at, n);
	}
	talloc_free(ctx);
}

static void
test_examples(void **state)
{
	(void)state;
	rfc_each(check_example);
	assert_int_equal(examples, RFC_EXAMPLES);
}

/* A window shows what a walk from DTSTART shows there. */
static void
test_window(void **state)
{
	static const char *const texts[] = {"FREQ=DAILY;INTERVAL=3;BYHOUR=1,9",
	    "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO;BYSETPOS=-1;WKST=SU",
	    "FREQ=MONTHLY;COUNT=250;BYDAY=-1FR,1MO", "FREQ=YEARLY;BYWEEKNO=-1",
	    "FREQ=HOURLY;INTERVAL=7;BYMINUTE=1,2;BYSETPOS=-1;BYMONTH=2",
	    "FREQ=MINUTELY;INTERVAL=1001;BYSECOND=5", "FREQ=YEARLY;BYDAY=-9SA"};
	static int64_t all[20000];
	static int64_t some[20000];
	int64_t start = slow_time("19981230T093000");
	int64_t from = slow_time("20051230T093000");
	struct slow_rule rule;
	size_t i;
	size_t n;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_true(slow_read(texts[i], &rule));
		n = slow_expand(
		    &rule, start, start, from + 900 * SLOW_DAY, all, 20000);
		for (k = 0; k < n && all[k] < from;)
			k++;
		assert_in_range(k, 1, n - 1);
		assert_int_equal(
		    n - k, slow_expand(&rule, start, from,
			       from + 900 * SLOW_DAY, some, 20000));
		assert_memory_equal(&all[k], some, (n - k) * sizeof(all[0]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_days),
	    cmocka_unit_test(test_weeks),
	    cmocka_unit_test(test_examples),
	    cmocka_unit_test(test_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
