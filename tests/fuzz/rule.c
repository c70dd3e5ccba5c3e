/*
 * rule.c - fuzz target: a recurrence rule, read and expanded
 *
 * The bytes are the rule, and behind a newline DTSTART and the window.  What
 * comes out is in order and in the window, is the same when the window is cut
 * in two, and is what the slow expander of the unit tests says.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/read/recur.h"
#include "tests/unit/slow_rule.h"

#define MOST  200
#define YEARS (INT64_C(366) * 86400)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Take four bytes as a number from 0 to below - 1. */
static int64_t
take(const uint8_t **p, const uint8_t *end, int64_t below)
{
	uint32_t value = 0;
	int i;

	for (i = 0; i < 4 && *p < end; i++)
		value = value << 8 | *(*p)++;
	return (int64_t)value % below;
}

/* Is b the part of a that begins at element i?  Empty ones may be NULL. */
static int
is_part(const int64_t *a, size_t i, const int64_t *b, size_t n)
{
	return n == 0 || memcmp(a + i, b, n * sizeof(a[0])) == 0;
}

/* What holds of every answer. */
static void
check(const struct recurrence *r)
{
	size_t i;

	if (r->n > r->max)
		abort();
	if (r->rule->count > 0 && (int64_t)r->n > r->rule->count)
		abort();
	for (i = 0; i < r->n; i++) {
		if (r->at[i] < r->start || r->at[i] < r->from ||
		    r->at[i] >= r->to)
			abort();
		if (i > 0 && r->at[i] <= r->at[i - 1])
			abort();
		if (r->rule->has_until && r->at[i] > r->rule->until)
			abort();
	}
}

/* The window in two parts gives what it gives in one. */
static void
check_parts(TALLOC_CTX *ctx, const struct recurrence *whole)
{
	struct recurrence a = *whole;
	struct recurrence b = *whole;
	size_t part;

	a.to = b.from = whole->from + (whole->to - whole->from) / 3;
	recur_expand(ctx, &a);
	recur_expand(ctx, &b);
	if (whole->spent || a.spent || b.spent)
		return;
	part = whole->n < a.n ? whole->n : a.n;
	if (!is_part(whole->at, 0, a.at, part))
		abort();
	if (whole->n == whole->max)
		return;
	if (a.n + b.n != whole->n || !is_part(whole->at, a.n, b.at, b.n))
		abort();
}

/* The slow expander agrees, if the text is a rule by the grammar. */
static void
check_slow(const char *text, const struct recurrence *r)
{
	struct slow_rule rule;
	int64_t at[MOST];
	size_t n;

	if (!slow_read(text, &rule) || slow_is_forbidden(&rule) || r->spent)
		return;
	if (rule.freq < SLOW_DAILY &&
	    (rule.count > 0 || r->to - r->from > 2 * SLOW_DAY))
		return; /* too slow */
	n = slow_expand(&rule, r->start, r->from, r->to, at, MOST);
	if (n != r->n || !is_part(at, 0, r->at, n))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const uint8_t *p = memchr(data, '\n', size);
	char *text = mem_textn(
	    ctx, (const char *)data, p == NULL ? size : (size_t)(p - data));
	struct fault fault = {.code = NULL};
	struct recurrence r = {.max = MOST};
	struct rule rule;

	p = p == NULL ? data + size : p + 1;
	r.start = take(&p, data + size, 130 * YEARS);
	r.from = r.start - YEARS + take(&p, data + size, 90 * YEARS);
	if (r.from < 0)
		r.from = 0;
	r.to = r.from + 1 + take(&p, data + size, 9 * YEARS);
	r.rule = &rule;
	if (!rule_read(text, &rule, &fault)) {
		if (fault.code == NULL || fault.text[0] == '\0')
			abort();
	} else {
		recur_expand(ctx, &r);
		check(&r);
		check_parts(ctx, &r);
		check_slow(text, &r);
	}
	talloc_free(ctx);
	return 0;
}
