/*
 * read_cost.c - the window is walked, not the past
 *
 * Counts the days and slots that the expander looks at, not time: a rule that
 * began in 1995 must cost what the same rule costs that began last week.
 */
#include "tests/unit/read_fixture.h"

#include "lib/base/civil.h"
#include "lib/read/recur.h"

/* The window: the year 2026.  The starts: Mondays at nine. */
#define OLD    ((civil_days(1995, 1, 2) * 24 + 9) * 3600)
#define RECENT ((civil_days(2025, 12, 22) * 24 + 9) * 3600)

/* Steps of a rule from a start; *n occurrences. */
static int64_t
steps(const char *text, int64_t start, size_t *n)
{
	struct fault fault = {.code = NULL};
	struct rule rule;
	struct recurrence r = {.rule = &rule, .start = start, .max = 20000};

	assert_int_equal(rule_read(text, &rule, &fault), 1);
	r.from = YEAR_2026;
	r.to = YEAR_2027;
	recur_expand(ctx, &r);
	assert_false(r.spent);
	*n = r.n;
	return r.steps;
}

static void
test_steps(void **state)
{
	static const struct {
		const char *rule;
		int64_t slack; /* steps of a period or two at the edges */
	} cases[] = {
	    {"FREQ=YEARLY", 800},
	    {"FREQ=YEARLY;BYMONTH=3,6;BYDAY=-1MO", 800},
	    {"FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", 800},
	    {"FREQ=MONTHLY", 70},
	    {"FREQ=MONTHLY;BYDAY=2TU", 70},
	    {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", 70},
	    {"FREQ=WEEKLY", 16},
	    {"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR", 30},
	    {"FREQ=DAILY", 4},
	    {"FREQ=DAILY;INTERVAL=3", 4},
	    {"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", 4},
	    {"FREQ=DAILY;BYHOUR=9,15;BYMINUTE=0,30", 4},
	    {"FREQ=HOURLY", 60},
	    {"FREQ=HOURLY;INTERVAL=5", 60},
	    {"FREQ=HOURLY;BYDAY=MO;BYHOUR=9,10", 60},
	    {"FREQ=DAILY;UNTIL=20991231T000000Z", 4},
	    /* COUNT, where each period gives the same number */
	    {"FREQ=YEARLY;COUNT=1000", 1200},
	    {"FREQ=MONTHLY;COUNT=20000", 120},
	    {"FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=20000", 120},
	    {"FREQ=WEEKLY;COUNT=20000", 30},
	    {"FREQ=WEEKLY;BYDAY=MO,WE,FR;INTERVAL=2;COUNT=20000", 40},
	    {"FREQ=DAILY;COUNT=20000", 6},
	    {"FREQ=DAILY;BYHOUR=9,15;COUNT=30000", 6},
	    {"FREQ=HOURLY;COUNT=2147483647", 60},
	    {"FREQ=HOURLY;INTERVAL=7;COUNT=2147483647", 60},
	};
	size_t i;
	size_t n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t recent = steps(cases[i].rule, RECENT, &n);
		int64_t old;

		assert_true(recent > 0);
		old = steps(cases[i].rule, OLD, &n);
		assert_true(n > 0);
		if (old > recent + cases[i].slack)
			fail_msg("%s: %ld steps from 1995, %ld from last week",
			    cases[i].rule, (long)old, (long)recent);
	}
}

/* The occurrences of a rule that has been jumped into. */
static size_t
expand(const char *text, int64_t start, int64_t from, int64_t **at)
{
	struct fault fault = {.code = NULL};
	struct rule rule;
	struct recurrence r = {.rule = &rule, .start = start, .max = 100000};

	assert_int_equal(rule_read(text, &rule, &fault), 1);
	r.from = from;
	r.to = (civil_days(1999, 1, 1)) * SECONDS_PER_DAY;
	recur_expand(ctx, &r);
	*at = r.at;
	return r.n;
}

/* Whatever the jump skips, what comes out is the tail of the whole. */
static void
test_tail(void **state)
{
	static const char *const rules[] = {"FREQ=YEARLY", "FREQ=MONTHLY",
	    "FREQ=MONTHLY;BYMONTHDAY=-1,-3", "FREQ=MONTHLY;BYMONTHDAY=1,31",
	    "FREQ=YEARLY;BYMONTH=1,2,7;BYMONTHDAY=2,20", "FREQ=WEEKLY",
	    "FREQ=WEEKLY;BYDAY=SU,MO,WE;WKST=SU", "FREQ=WEEKLY;BYDAY=SU,MO,WE",
	    "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR", "FREQ=DAILY",
	    "FREQ=DAILY;INTERVAL=4", "FREQ=DAILY;BYHOUR=7,9,22;BYMINUTE=0,30",
	    "FREQ=DAILY;BYMONTH=1,3", "FREQ=HOURLY",
	    "FREQ=HOURLY;INTERVAL=7;BYMINUTE=0,20", "FREQ=HOURLY;BYHOUR=3,4"};
	static const int counts[] = {1, 2, 3, 30, 31, 99, 100, 360, 1000, 9000};
	size_t i;
	size_t k;
	int day;

	(void)state;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]) * 10; i++) {
		const char *text = mem_print(
		    ctx, "%s;COUNT=%d", rules[i / 10], counts[i % 10]);
		int64_t *all;
		size_t nall = expand(text, OLD, OLD, &all);

		for (day = 1; day < 1400; day += 97) {
			int64_t from = OLD + day * SECONDS_PER_DAY + 3600;
			int64_t *some;
			size_t n = expand(text, OLD, from, &some);

			for (k = 0; k < nall && all[k] < from; k++)
				;
			if (n != nall - k ||
			    (n > 0 &&
				memcmp(some, all + k, n * sizeof(*all)) != 0))
				fail_msg("%s from day %d: %zu, not %zu", text,
				    day, n, nall - k);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_steps),
	    TEST(test_tail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
