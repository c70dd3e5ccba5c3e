/*
 * clash.c - the clash test against brute force over minutes, see
 * lib/rules/clash.h
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/rules/booking.h"
#include "lib/rules/clash.h"

#define CALENDARS 10000
#define MINUTES   400
#define MOST      12

static unsigned int seed = 20261121;

/* A small generator of our own: the same numbers everywhere. */
static unsigned int
pick(unsigned int below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

static void
overlaps_are_half_open(void **state)
{
	(void)state;
	assert_int_equal(busy_overlaps(0, 10, 10, 20), 0);
	assert_int_equal(busy_overlaps(10, 20, 0, 10), 0);
	assert_int_equal(busy_overlaps(0, 10, 9, 20), 1);
	assert_int_equal(busy_overlaps(0, 10, 3, 4), 1);
	assert_int_equal(busy_overlaps(3, 4, 0, 10), 1);
	assert_int_equal(busy_overlaps(5, 5, 0, 10), 0);
	assert_int_equal(busy_overlaps(0, 10, 5, 5), 0);
	assert_int_equal(busy_overlaps(0, 10, 0, 10), 1);
}

/* Fill spans with random ones, some empty. */
static void
random_spans(struct span *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		s[i].start = pick(MINUTES - 40);
		s[i].end = s[i].start + pick(40);
	}
}

/* Mark the minutes that busy rows of others take. */
static void
mark(unsigned char *minute, const struct busy *busy, size_t n)
{
	size_t i;
	int64_t t;

	memset(minute, 0, MINUTES);
	for (i = 0; i < n; i++)
		if (strcmp(busy[i].uid, "ours") != 0 ||
		    strcmp(busy[i].organizer, "anna@example.org") != 0)
			for (t = busy[i].start; t < busy[i].end; t++)
				minute[t] = 1;
}

/* How many of the wanted spans hold a marked minute. */
static size_t
count_marked(const unsigned char *minute, const struct span *want, size_t n)
{
	size_t i, clashes = 0;

	for (i = 0; i < n; i++) {
		int64_t t;
		int hit = 0;

		for (t = want[i].start; t < want[i].end; t++)
			hit |= minute[t];
		clashes += hit ? 1 : 0;
	}
	return clashes;
}

static void
equals_brute_force(void **state)
{
	static const char *uids[] = {"ours", "theirs", "others"};
	static const char *organizers[] = {
	    "anna@example.org", "bob@example.org"};
	size_t round, i, total = 0;

	(void)state;
	for (round = 0; round < CALENDARS; round++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct span want[MOST], taken[MOST], *clash;
		struct busy busy[MOST];
		unsigned char minute[MINUTES];
		size_t nwant = pick(MOST), nbusy = pick(MOST), n;

		random_spans(want, nwant);
		random_spans(taken, nbusy);
		memset(busy, 0, sizeof(busy));
		for (i = 0; i < nbusy; i++) {
			busy[i].uid = uids[pick(3)];
			busy[i].organizer = organizers[pick(2)];
			busy[i].start = taken[i].start;
			busy[i].end = taken[i].end;
		}
		mark(minute, busy, nbusy);
		clash_find(ctx, want, nwant, busy, nbusy, "ours",
		    "anna@example.org", &clash, &n);
		assert_int_equal(n, count_marked(minute, want, nwant));
		for (i = 1; i < n; i++)
			assert_true(clash[i - 1].start <= clash[i].start);
		total += n;
		talloc_free(ctx);
	}
	/* The subject ran: both answers were common. */
	assert_true(total > CALENDARS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(overlaps_are_half_open),
	    cmocka_unit_test(equals_brute_force)};

	mem_init();
	return cmocka_run_group_tests_name("clash", tests, NULL, NULL);
}
