/* freebusy.c - merged periods against a minute array, on random calendars */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/rules/freebusy.h"

#define CALENDARS 10000
#define MINUTES   200
#define ROWS      24

/* A small generator, so that a failure comes again (xorshift). */
static uint32_t
next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Random rows; some empty, some backwards, some out of the window. */
static size_t
random_rows(uint32_t *seed, struct busy *busy)
{
	size_t i, n = next(seed) % (ROWS + 1);

	memset(busy, 0, ROWS * sizeof(*busy));
	for (i = 0; i < n; i++) {
		busy[i].start = next(seed) % MINUTES;
		busy[i].end = busy[i].start + next(seed) % 40 - 4;
	}
	return n;
}

/* Mark [start, end) as taken. */
static void
mark(char *taken, int64_t start, int64_t end)
{
	int64_t t;

	for (t = start; t < end; t++)
		if (t >= 0 && t < MINUTES)
			taken[t] = 1;
}

/* Compare one calendar; how many periods there were. */
static size_t
check_calendar(TALLOC_CTX *ctx, uint32_t *seed)
{
	struct busy busy[ROWS];
	char wanted[MINUTES] = {0}, got[MINUTES] = {0};
	int64_t from = next(seed) % (MINUTES / 2);
	int64_t to = from + next(seed) % (MINUTES / 2);
	size_t i, nspan, n = random_rows(seed, busy);
	struct span *span;

	for (i = 0; i < n; i++)
		mark(wanted, busy[i].start > from ? busy[i].start : from,
		    busy[i].end < to ? busy[i].end : to);
	freebusy_merge(ctx, busy, n, from, to, &span, &nspan);
	for (i = 0; i < nspan; i++) {
		assert_true(span[i].start < span[i].end);
		assert_true(span[i].start >= from && span[i].end <= to);
		/* Those that touch would be one. */
		assert_true(i == 0 || span[i].start > span[i - 1].end);
		mark(got, span[i].start, span[i].end);
	}
	assert_memory_equal(wanted, got, sizeof(got));
	return nspan;
}

static void
test_random_calendars(void **state)
{
	uint32_t seed = 2463534242u;
	size_t i, periods = 0;

	(void)state;
	for (i = 0; i < CALENDARS; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);

		periods += check_calendar(ctx, &seed);
		talloc_free(ctx);
	}
	assert_in_range(periods, CALENDARS, 10 * CALENDARS);
}

static void
test_nothing(void **state)
{
	struct busy row = {.start = 10, .end = 20};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct span *span = NULL;
	size_t n = 9;

	(void)state;
	freebusy_merge(ctx, NULL, 0, 0, 100, &span, &n);
	assert_int_equal(n, 0);
	freebusy_merge(ctx, &row, 1, 20, 30, &span, &n);
	assert_int_equal(n, 0);
	freebusy_merge(ctx, &row, 1, 0, 10, &span, &n);
	assert_int_equal(n, 0);
	freebusy_merge(ctx, &row, 1, 0, 11, &span, &n);
	assert_int_equal(n, 1);
	assert_int_equal(span[0].end, 11);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nothing),
	    cmocka_unit_test(test_random_calendars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
