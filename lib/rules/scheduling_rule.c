/*
 * scheduling_rule.c - are two rules the same, however they are written?
 *
 * Programs write a rule anew with each version: parts in another order, defaults
 * spelled out, all EXDATEs on one line or on many.  That alone must not make
 * everybody answer again.
 * Source: RFC 5545 sections 3.3.10, 3.8.5
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/scheduling_state.h"

/* What makes dates, as words that can be compared one by one. */
struct words {
	const char **word;
	size_t n;
};

/* Order of two words, for qsort(). */
static int
word_compare(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}

/* Sort them, and keep one of those that are the same. */
static void
words_settle(struct words *w)
{
	size_t i, n = 0;

	if (w->n > 1)
		qsort(w->word, w->n, sizeof(w->word[0]), word_compare);
	for (i = 0; i < w->n; i++)
		if (n == 0 || strcmp(w->word[n - 1], w->word[i]) != 0)
			w->word[n++] = w->word[i];
	w->n = n;
}

/* Split at a byte into words that are not empty; in upper case. */
static struct words
words_split(TALLOC_CTX *ctx, const char *text, size_t n, char by)
{
	struct words w = {.n = 0};
	size_t i, from = 0, k;

	w.word = mem_array(ctx, const char *, n + 1);
	for (i = 0; i <= n; i++) {
		char *word;

		if (i < n && text[i] != by)
			continue;
		word = mem_textn(ctx, text + from, i - from);
		for (k = 0; word[k] != '\0'; k++)
			word[k] = (char)toupper((unsigned char)word[k]);
		if (word[0] != '\0')
			w.word[w.n++] = word;
		from = i + 1;
	}
	return w;
}

/* Glue the words behind `out`. */
static void
words_add(char **out, const struct words *w, const char *between)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		mem_add(out, "%s%s", i == 0 ? "" : between, w->word[i]);
}

/* One part of a rule; the order of a list of days or numbers is no matter. */
static const char *
part_word(TALLOC_CTX *ctx, const char *part)
{
	const char *value = strchr(part, '=');
	struct words w;
	char *out;
	size_t i;

	if (value == NULL || strncmp(part, "BY", 2) != 0)
		return part;
	value++;
	w = words_split(ctx, value, strlen(value), ',');
	for (i = 0; i < w.n; i++)
		w.word[i] += w.word[i][0] == '+';
	words_settle(&w);
	out = mem_textn(ctx, part, (size_t)(value - part));
	words_add(&out, &w, ",");
	return out;
}

/* A rule as one word: its parts in order, without those that say the default. */
static const char *
rule_word(TALLOC_CTX *ctx, const char *name, const char *value, size_t n)
{
	struct words w = words_split(ctx, value, n, ';');
	char *out = mem_print(ctx, "%s:", name);
	size_t i, kept = 0;

	for (i = 0; i < w.n; i++)
		if (strcmp(w.word[i], "INTERVAL=1") != 0 &&
		    strcmp(w.word[i], "WKST=MO") != 0)
			w.word[kept++] = part_word(ctx, w.word[i]);
	w.n = kept;
	words_settle(&w);
	words_add(&out, &w, ";");
	return out;
}

/* The zone, quoted or not, that the first n bytes of a line name, or "". */
static const char *
zone_word(TALLOC_CTX *ctx, const char *line, size_t n)
{
	struct words w = words_split(ctx, line, n, ';');
	size_t i;

	for (i = 1; i < w.n; i++) {
		struct words bare;
		char *out = mem_text(ctx, "");

		if (strncmp(w.word[i], "TZID=", 5) != 0)
			continue;
		bare = words_split(ctx, w.word[i], strlen(w.word[i]), '"');
		words_add(&out, &bare, "");
		return out;
	}
	return "";
}

/* Add what one line says. */
static void
add_line(TALLOC_CTX *ctx, struct words *all, const char *line, size_t n,
    const char *name)
{
	size_t head = n;
	struct words values;
	const char *zone;
	size_t i;

	/* A quoted parameter may hold a colon; the value has none. */
	while (head > 0 && line[head - 1] != ':')
		head--;
	if (strcmp(name, "RRULE") == 0 || strcmp(name, "EXRULE") == 0) {
		values.n = 1;
		values.word = mem_array(ctx, const char *, 1);
		values.word[0] = rule_word(ctx, name, line + head, n - head);
	} else {
		zone = zone_word(ctx, line, head == 0 ? 0 : head - 1);
		values = words_split(ctx, line + head, n - head, ',');
		for (i = 0; i < values.n; i++)
			values.word[i] = mem_print(
			    ctx, "%s;%s:%s", name, zone, values.word[i]);
	}
	for (i = 0; i < values.n; i++)
		all->word[all->n++] = values.word[i];
}

/* All that makes dates in a text, in order. */
static struct words
words_of(TALLOC_CTX *ctx, const char *text)
{
	static const char *const names[] = {
	    "RRULE", "EXRULE", "RDATE", "EXDATE", NULL};
	struct words all = {.n = 0};
	size_t n, i;

	/* A value takes two bytes at least, with what parts it from the next. */
	all.word = mem_array(ctx, const char *, strlen(text) / 2 + 1);
	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		for (i = 0; names[i] != NULL; i++)
			if (line_is(text, n, names[i]))
				add_line(ctx, &all, text, n, names[i]);
	}
	words_settle(&all);
	return all;
}

int
rules_differ(const char *a, const char *b)
{
	TALLOC_CTX *scratch = talloc_new(NULL);
	struct words x = words_of(scratch, a);
	struct words y = words_of(scratch, b);
	int differ = x.n != y.n;
	size_t i;

	for (i = 0; !differ && i < x.n; i++)
		differ = strcmp(x.word[i], y.word[i]) != 0;
	talloc_free(scratch);
	return differ;
}
