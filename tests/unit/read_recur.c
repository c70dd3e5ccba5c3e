/*
 * read_recur.c - the expander against stated instances, and against libical and
 * the slow expander
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libical/ical.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"
#include "lib/read/recur.h"
#include "lib/read/when.h"
#include "tests/unit/slow_rule.h"

#define TABLE "tests/corpus/recurrence.tsv"

/* "20150430T080000" to seconds; all 'Z' are ignored. */
static int64_t
seconds_of(const char *text, size_t n)
{
	struct stamp stamp;

	assert_int_equal(stamp_read(text, n, 1, &stamp), STAMP_OK);
	return civil_seconds(&stamp.wall);
}

/* Expand a rule from its start, max occurrences. */
static struct recurrence
expand(TALLOC_CTX *ctx, const struct rule *rule, int64_t start, size_t max)
{
	struct recurrence r = {.rule = rule, .start = start, .max = max};

	r.from = start;
	r.to = civil_days(2201, 1, 1) * SECONDS_PER_DAY;
	recur_expand(ctx, &r);
	return r;
}

/* Compare a line of the table; the number of instances compared. */
static size_t
check_row(const char *id, const char *text, const char *dtstart, int all,
    const char *list)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fault fault = {.code = NULL};
	struct rule rule;
	struct recurrence r;
	char buf[32];
	size_t n = 0;
	size_t len;

	if (!rule_read(text, &rule, &fault)) {
		assert_string_equal(list, "(none)");
		talloc_free(ctx);
		return 0;
	}
	r = expand(ctx, &rule, seconds_of(dtstart, strlen(dtstart)), 4000);
	while (strcmp(list, "(none)") != 0 && *list != '\0') {
		len = strcspn(list, ",");
		if (n >= r.n)
			fail_msg("%s: only %zu instances", id, r.n);
		if (seconds_of(list, len) != r.at[n])
			fail_msg("%s: instance %zu is %s, not %.*s", id, n,
			    utc_basic(buf, sizeof(buf), r.at[n]), (int)len,
			    list);
		n++;
		list += len + (list[len] == ',');
	}
	if (all && r.n != n)
		fail_msg("%s: %zu instances, not %zu", id, r.n, n);
	talloc_free(ctx);
	return n;
}

/* Rows whose "(none)" is what another program does with a skipped window. */
static int
is_other(const char *id)
{
	return strcmp(id, "RV-008") == 0 || strcmp(id, "RV-046") == 0;
}

/* Cut the next field out of a line. */
static char *
field(char **line)
{
	char *start = *line;
	char *tab = strchr(start, '\t');

	if (tab != NULL)
		*tab = '\0';
	*line = tab == NULL ? start + strlen(start) : tab + 1;
	return start;
}

static void
test_table(void **state)
{
	static char line[100000];
	FILE *f = fopen(TABLE, "r");
	size_t rows = 0;
	size_t instances = 0;
	char *p;
	const char *id;
	const char *rule;
	const char *start;
	const char *kind;

	(void)state;
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f) != NULL) {
		p = line;
		id = field(&p);
		(void)field(&p);
		rule = field(&p);
		start = field(&p);
		kind = field(&p);
		rows++;
		if (!is_other(id))
			instances += check_row(id, rule, start,
			    strcmp(kind, "all") == 0, field(&p));
	}
	(void)fclose(f);
	assert_int_equal(rows, 138);
	assert_true(instances > 1000);
}

/* A small generator of numbers, the same on every machine. */
static unsigned
next(uint64_t *seed, unsigned below)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	        UINT64_C(1442695040888963407);
	return (unsigned)(*seed >> 33) % below;
}

/* Append "NAME=a,b,c", ascending; perhaps one negative number instead. */
static void
add_list(char **text, uint64_t *seed, const char *name, int max, int negative)
{
	unsigned n = 1 + next(seed, 3);
	unsigned i;
	int value = 0;

	if (negative && next(seed, 3) == 0) {
		mem_add(text, ";%s=-%u", name, 1 + next(seed, (unsigned)max));
		return;
	}
	mem_add(text, ";%s=", name);
	for (i = 0; i < n; i++) {
		value += 1 + (int)next(seed, (unsigned)(max - value) / 2 + 1);
		if (value > max)
			break;
		mem_add(text, "%s%d", i == 0 ? "" : ",", value);
	}
}

static void
add_days(char **text, uint64_t *seed, int numbers)
{
	static const char *const days[] = {
	    "SU", "MO", "TU", "WE", "TH", "FR", "SA"};
	unsigned first = next(seed, 6);
	unsigned i;

	mem_add(text, ";BYDAY=");
	for (i = first; i < 7; i += 1 + next(seed, 3)) {
		mem_add(text, "%s", i == first ? "" : ",");
		if (numbers)
			mem_add(text, "%s%u", next(seed, 2) ? "-" : "",
			    1 + next(seed, 4));
		mem_add(text, "%s", days[(i + 1) % 7]);
	}
}

/* A random rule of the kinds that libical 3.0.16 gets right. */
static char *
make_rule(TALLOC_CTX *ctx, uint64_t *seed)
{
	static const char *const freqs[] = {
	    "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"};
	unsigned freq = next(seed, 5);
	char *text = mem_print(ctx, "FREQ=%s;INTERVAL=%u", freqs[freq],
	    1 + next(seed, freq == 4 ? 40 : 4));

	if (next(seed, 3) == 0)
		mem_add(&text, ";COUNT=%u", 1 + next(seed, 30));
	if (next(seed, 3) == 0)
		add_list(&text, seed, "BYMONTH", 12, 0);
	if (freq != 2 && next(seed, 3) == 0 &&
	    (freq != 0 || strstr(text, "BYMONTH") != NULL))
		add_list(&text, seed, "BYMONTHDAY", 28, freq == 1);
	if (next(seed, 2) == 0 &&
	    (freq != 0 || strstr(text, "BYMONTHDAY") == NULL))
		add_days(&text, seed, freq <= 1 && next(seed, 2) == 0);
	if (freq == 0 && strstr(text, "BYDAY") == NULL &&
	    strstr(text, "BYMONTH") == NULL && next(seed, 2) == 0)
		add_list(&text, seed, "BYYEARDAY", 365, 1);
	if (freq < 4 && next(seed, 5) == 0)
		add_list(&text, seed, "BYHOUR", 23, 0);
	if (next(seed, 3) == 0)
		mem_add(&text, ";WKST=SU");
	return text;
}

/*
 * What the slow expander of the unit tests says up to 2037, at most max.  If it
 * is nothing, libical is not asked: it looks through 500 years before it says
 * so, which took nine tenths of the time of this test.
 */
static size_t
ask_slow(const char *text, int64_t start, int64_t *at, size_t max)
{
	struct slow_rule rule;

	assert_true(slow_read(text, &rule));
	return slow_expand(&rule, start, start,
	    civil_days(2038, 1, 1) * SECONDS_PER_DAY, at, max);
}

/* What libical says, at most max. */
static size_t
ask_libical(const char *text, int64_t start, int64_t *at, size_t max)
{
	struct icalrecurrencetype rule = icalrecurrencetype_from_string(text);
	char buf[32];
	struct icaltimetype t;
	icalrecur_iterator *it;
	size_t n = 0;

	(void)utc_basic(buf, sizeof(buf), start);
	buf[15] = '\0';
	it = icalrecur_iterator_new(rule, icaltime_from_string(buf));
	while (it != NULL && n < max) {
		t = icalrecur_iterator_next(it);
		if (icaltime_is_null_time(t) || t.year > 2037)
			break;
		at[n++] = seconds_of(icaltime_as_ical_string(t), 15);
	}
	if (it != NULL)
		icalrecur_iterator_free(it);
	return n;
}

/* Is the result this list? */
static int
is_list(const struct recurrence *r, const int64_t *at, size_t n)
{
	return r->n == n &&
	       (n == 0 || memcmp(r->at, at, n * sizeof(at[0])) == 0);
}

/*
 * Where libical 3.0.16 is wrong is left out above: lists out of order or with
 * doubles, negative BYMONTHDAY below MONTHLY, BYMONTHDAY with BYDAY in YEARLY,
 * BYHOUR with HOURLY, BYMONTHDAY without BYMONTH in YEARLY, BYSETPOS.
 */
static void
test_random(void **state)
{
	uint64_t seed = 20260101;
	int64_t theirs[60];
	int64_t slow[60];
	size_t same = 0;
	size_t compared = 0;
	size_t nonempty = 0;
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct fault fault = {.code = NULL};
		struct rule rule;
		struct recurrence r = {.rule = &rule, .max = 60};
		char *text = make_rule(ctx, &seed);
		size_t n;

		r.start = r.from =
		    civil_days(2000 + (int)next(&seed, 10),
			1 + (int)next(&seed, 12), 1 + (int)next(&seed, 28)) *
			SECONDS_PER_DAY +
		    (int64_t)next(&seed, 24) * 3600;
		r.to = civil_days(2038, 1, 1) * SECONDS_PER_DAY;
		if (!rule_read(text, &rule, &fault)) {
			talloc_free(ctx);
			continue;
		}
		recur_expand(ctx, &r);
		compared++;
		n = ask_slow(text, r.start, slow, 60);
		if (n > 0)
			n = ask_libical(text, r.start, theirs, 60);
		nonempty += n > 0;
		if (is_list(&r, theirs, n) && is_list(&r, slow, n))
			same++;
		else if (getenv("VERBOSE") != NULL)
			fprintf(stderr, "%s from %lld: ours %zu theirs %zu\n",
			    text, (long long)r.start, r.n, n);
		talloc_free(ctx);
	}
	assert_true(nonempty > compared / 2);
	assert_int_equal(same, compared);
}

/* Jumping into the window gives what walking there gives. */
static void
test_jump(void **state)
{
	uint64_t seed = 7;
	int i;

	(void)state;
	for (i = 0; i < 400; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct fault fault = {.code = NULL};
		struct rule rule;
		struct recurrence whole;
		struct recurrence part;
		char *text = make_rule(ctx, &seed);
		int64_t start =
		    civil_days(1995, 1 + i % 12, 5) * SECONDS_PER_DAY;
		size_t k = 0;

		if (rule_read(text, &rule, &fault)) {
			memset(&whole, 0, sizeof(whole));
			whole.rule = &rule;
			whole.start = start;
			whole.from = start;
			whole.to = start + 9000 * SECONDS_PER_DAY;
			whole.max = 300000;
			part = whole;
			part.from = start + 8000 * SECONDS_PER_DAY +
			            (int64_t)next(&seed, 100000);
			recur_expand(ctx, &whole);
			recur_expand(ctx, &part);
			while (k < whole.n && whole.at[k] < part.from)
				k++;
			assert_int_equal(whole.n - k, part.n);
			if (part.n > 0)
				assert_memory_equal(&whole.at[k], part.at,
				    part.n * sizeof(part.at[0]));
		}
		talloc_free(ctx);
	}
}

static void
refuse(const char *text, enum action action)
{
	struct fault fault = {.code = NULL};
	struct rule rule;

	if (rule_read(text, &rule, &fault))
		fail_msg("taken: %s", text);
	assert_string_equal(fault.code, "bad-rule");
	assert_int_equal(fault.action, action);
}

static void
test_refused(void **state)
{
	(void)state;
	refuse("", ACTION_DECLINE);
	refuse("COUNT=3", ACTION_DECLINE);
	refuse("FREQ=FORTNIGHTLY", ACTION_DECLINE);
	refuse("FREQ=DAILY;INTERVAL=0", ACTION_HOLD);
	refuse("FREQ=DAILY;INTERVAL=-1", ACTION_HOLD);
	refuse("FREQ=DAILY;INTERVAL=4294967296", ACTION_HOLD);
	refuse("FREQ=DAILY;COUNT=0", ACTION_HOLD);
	refuse("FREQ=DAILY;COUNT=-1", ACTION_HOLD);
	refuse("FREQ=DAILY;BYSETPOS=1", ACTION_DECLINE);
	refuse("FREQ=MONTHLY;BYDAY=255SU", ACTION_DECLINE);
	refuse("FREQ=WEEKLY;BYDAY=1MO", ACTION_DECLINE);
	refuse("FREQ=YEARLY;BYEASTER=0", ACTION_DECLINE);
	refuse("RSCALE=CHINESE;FREQ=YEARLY", ACTION_DECLINE);
	refuse("FREQ=YEARLY;BYMONTH=13", ACTION_DECLINE);
	refuse("FREQ=DAILY;UNTIL=20260052T000000Z", ACTION_DECLINE);
	refuse("FREQ=DAILY;FREQ=WEEKLY", ACTION_DECLINE);
	refuse("FREQ=YEARLY;BYMONTH=1,2,3,4,5,6;BYMONTHDAY=1,2,3,4,5,6,7,8,9;"
	       "BYHOUR=1,2,3,4,5;BYMINUTE=0,10,20,30,40,50",
	    ACTION_DECLINE);
}

/* 30 February comes to an end without a date, whatever the frequency. */
static void
test_never(void **state)
{
	static const char *const freqs[] = {
	    "YEARLY", "MONTHLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct fault fault = {.code = NULL};
	struct rule rule;
	struct recurrence r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(freqs) / sizeof(freqs[0]); i++) {
		assert_true(rule_read(
		    mem_print(ctx, "FREQ=%s;BYMONTH=2;BYMONTHDAY=30", freqs[i]),
		    &rule, &fault));
		r = expand(ctx, &rule, 0, 10);
		assert_int_equal(r.n, 0);
		assert_false(r.spent);
	}
	/* never aligned: the work is bounded */
	assert_true(
	    rule_read("FREQ=SECONDLY;INTERVAL=2;BYSECOND=1", &rule, &fault));
	r = expand(ctx, &rule, 0, 10);
	assert_int_equal(r.n, 0);
	assert_true(r.spent);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_random),
	    cmocka_unit_test(test_jump),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
