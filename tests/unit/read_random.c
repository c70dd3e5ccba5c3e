/*
 * read_random.c - 10,000 rules by chance: our expander against the slow one
 *
 * Each at DTSTART, some time later, and decades later.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/read/recur.h"
#include "tests/unit/random_rule.h"

#define CASES 10000
#define MOST  40

struct sample {
	int number;
	enum slow_freq freq;
	const char *text;
	struct slow_rule slow;
	struct rule rule;
	int64_t start;
};

/* What happened in all cases. */
static struct {
	int refused;
	int spent;
	int compared;
	int empty; /* of the windows */
	int windows;
	int64_t instances;
} tally;

static const char *
show(int64_t t)
{
	static char buf[32];

	(void)utc_basic(buf, sizeof(buf), t);
	buf[15] = '\0';
	return buf;
}

static void
show_list(const char *who, const int64_t *at, size_t n)
{
	size_t i;

	print_error("%s %zu:", who, n);
	for (i = 0; i < n; i++)
		print_error(" %s", show(at[i]));
	print_error("\n");
}

/* Both lists and the first difference, and the end of the test. */
static void
differ(const struct sample *c, const struct recurrence *r, const int64_t *slow,
    size_t n)
{
	size_t i = 0;

	while (i < n && i < r->n && slow[i] == r->at[i])
		i++;
	print_error("DTSTART:%s RRULE:%s\n", show(c->start), c->text);
	print_error("from %s ", show(r->from));
	print_error("to %s\n", show(r->to));
	show_list("slow", slow, n);
	show_list("fast", r->at, r->n);
	fail_msg("CASE=%d: instance %zu differs: %s", c->number, i, c->text);
}

/* If there is said to be nothing more, there is nothing more. */
static void
check_more(const struct sample *c, const struct recurrence *r)
{
	int64_t from = r->n == r->max ? r->at[r->n - 1] + 1 : r->to;
	int64_t to = from + (c->freq < SLOW_DAILY ? 10 : 1500) * SLOW_DAY;
	int64_t next;

	if (r->more)
		return;
	if (slow_expand(&c->slow, c->start, from, to, &next, 1) > 0)
		fail_msg("CASE=%d: %s: said to be all, but there is %s",
		    c->number, c->text, show(next));
}

static void
check_window(const struct sample *c, int64_t from, int64_t to)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	int64_t slow[MOST];
	size_t n = slow_expand(&c->slow, c->start, from, to, slow, MOST);
	struct recurrence r = {.rule = &c->rule,
	    .start = c->start,
	    .from = from,
	    .to = to,
	    .max = MOST};

	recur_expand(ctx, &r);
	if (getenv("CASE") != NULL) {
		print_message("from %s ", show(from));
		print_message("to %s\n", show(to));
		show_list("slow", slow, n);
		show_list("fast", r.at, r.n);
	}
	if (r.spent && r.n < n)
		n = r.n;
	if (r.n != n || (n > 0 && memcmp(r.at, slow, n * sizeof(r.at[0])) != 0))
		differ(c, &r, slow, n);
	if (!r.spent)
		check_more(c, &r);
	tally.spent += r.spent;
	tally.windows++;
	tally.empty += n == 0;
	tally.instances += (int64_t)n;
	talloc_free(ctx);
}

/* The first midnight from t on of a day that passes the rule's limits. */
static int64_t
find_day(const struct slow_rule *rule, int64_t t)
{
	int i;

	for (i = slow_index(t); slow_days[i].year < 2199; i++)
		if (slow_in_day(rule, &slow_days[i]))
			break;
	return slow_midnight(i) + t % SLOW_DAY;
}

static void
check_windows(const struct sample *c)
{
	/* how long a window is, in days, so that there is something in it and
	 * the slow expander gets to its end */
	static const int days[] = {1, 3, 40, 500, 1200, 2000, 5000};
	int64_t span = days[c->freq] * SLOW_DAY;
	int64_t from = c->start - (random_once_in(2) ? random_span(400) : 0);
	int64_t near = c->start + random_span(days[c->freq] * 2);
	int64_t far = c->start + 3650 * SLOW_DAY + random_span(365 * 65);

	/* COUNT is counted from DTSTART, second by second if need be */
	if (c->freq < SLOW_DAILY && c->slow.count > 0)
		far = c->start + random_below(30) * SLOW_DAY;
	if (c->freq < SLOW_DAILY) {
		near = find_day(&c->slow, near);
		far = find_day(&c->slow, far);
	}
	check_window(c, from, c->start + span);
	check_window(c, near, near + span);
	check_window(c, far, far + span);
}

/* Both readers take a rule, or ours refuses what is too much for it. */
static int
read_both(struct sample *c)
{
	struct fault fault = {.code = NULL};

	if (!slow_read(c->text, &c->slow) || slow_is_forbidden(&c->slow))
		fail_msg("CASE=%d: %s is no rule", c->number, c->text);
	if (rule_read(c->text, &c->rule, &fault))
		return 1;
	if (getenv("CASE") != NULL)
		print_message("refused: %s\n", fault.text);
	assert_string_equal(fault.code, "bad-rule");
	if (strstr(fault.text, "too many") == NULL)
		fail_msg("CASE=%d: %s is refused: %s", c->number, c->text,
		    fault.text);
	tally.refused++;
	return 0;
}

static void
check_case(int number)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample c = {.number = number};
	char *text;

	random_begin(1, (unsigned)number);
	c.freq = (enum slow_freq)random_below(7);
	c.start = random_start(1970, 2100);
	text = random_rule(ctx, c.freq);
	if (strstr(text, "BYWEEKNO") != NULL && !random_once_in(4))
		c.start = random_turn(c.start);
	if (random_once_in(2))
		c.start = random_first(text, c.start);
	random_end(&text, c.start, 0);
	c.text = random_order(ctx, text);
	if (getenv("CASE") != NULL)
		print_message("DTSTART:%s RRULE:%s\n", show(c.start), c.text);
	if (read_both(&c)) {
		tally.compared++;
		check_windows(&c);
	}
	talloc_free(ctx);
}

static void
test_rules(void **state)
{
	int first;
	int end;
	int alone = random_cases(CASES, &first, &end);
	int i;

	(void)state;
	for (i = first; i < end; i++)
		check_case(i);
	print_message("# %d rules, %d refused; %d windows, %d empty, %d not "
		      "finished; %lld instances\n",
	    tally.compared, tally.refused, tally.windows, tally.empty,
	    tally.spent, (long long)tally.instances);
	if (alone)
		return;
	assert_int_equal(tally.compared + tally.refused, CASES);
	assert_in_range(tally.refused + tally.spent, 0, CASES / 20);
	assert_in_range(tally.empty, 0, tally.windows / 2);
	assert_in_range(tally.instances, 10 * CASES, 3 * MOST * CASES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
