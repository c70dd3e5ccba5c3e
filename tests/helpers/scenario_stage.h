/*
 * scenario_stage.h - the stage of a story: a calendar, its state, a message
 *
 * Private to scenario.c.
 */
#ifndef TESTS_HELPERS_SCENARIO_STAGE_H
#define TESTS_HELPERS_SCENARIO_STAGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/calendar.h"
#include "lib/rules/scheduling.h"
#include "tests/helpers/scenario_show.h"

#define WORDS_MAX   20
#define OBJECTS_MAX 20
#define ROWS_MAX    500
#define WINDOW      (400 * SECONDS_PER_DAY)

/* Lines [first, last) of the file, and the words of the line above them. */
struct section {
	size_t head;
	size_t first;
	size_t last;
	char *word[WORDS_MAX + 1];
	size_t nword;
};

struct stage {
	TALLOC_CTX *ctx;
	const char *file;
	char **line;
	size_t nline;
	struct calendar calendar;
	const char *trusted[2];
	const struct holding *holding[OBJECTS_MAX];
	size_t nholding;
	struct record record[ROWS_MAX];
	size_t nrecord;
	struct busy busy[ROWS_MAX];
	size_t nbusy;
	int64_t now;
	int step;
	char *code; /* what came of the last message, NULL: not looked at */
	char *body;
	char *out; /* the file anew */
	int different;
};

/* One message on its way. */
struct letter_in {
	enum direction direction;
	const char *from;
	const char *envelope;
	const char *submitter;
	struct notice *notice;
};

/* The end, with a reason: a story that cannot be told must not pass. */
static inline _Noreturn void
give_up(const struct stage *s, size_t line, const char *text)
{
	(void)fflush(stdout);
	(void)fprintf(
	    stderr, "scenario: %s line %zu: %s\n", s->file, line + 1, text);
	exit(2);
}

/* "2026-12-01T08:00Z", with or without seconds. */
static inline int64_t
time_of(const struct stage *s, const struct section *at, const char *text)
{
	size_t n = strlen(text);
	char whole[40];
	int64_t utc = 0;

	if (n == 17 && text[16] == 'Z')
		(void)snprintf(whole, sizeof(whole), "%.16s:00Z", text);
	else
		(void)snprintf(whole, sizeof(whole), "%s", text);
	if (!utc_parse(whole, &utc))
		give_up(s, at->head, "that is not a time");
	return utc;
}

/* The word behind "name" or in "name=...", or NULL. */
static inline const char *
option(const struct section *at, const char *name)
{
	size_t n = strlen(name), i;

	for (i = 1; i < at->nword; i++) {
		if (strncmp(at->word[i], name, n) != 0)
			continue;
		if (at->word[i][n] == '=')
			return at->word[i] + n + 1;
		if (at->word[i][n] == '\0' && i + 1 < at->nword)
			return at->word[i + 1];
	}
	return NULL;
}

/*
 * "single", "series" ...: what kind of dates the object speaks of; known_series
 * is 1 if it is about a series, as far as was known before.
 */
static inline void
print_coverage(const struct object *object, const char *role, int known_series)
{
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		const struct component *c = &object->component[i];

		(void)printf("# covers %s %s %s %s\n", c->kind, object->method,
		    role,
		    c->range[0] != '\0'                  ? "this-and-future"
		    : c->recurrence_id.kind != WHEN_NONE ? "override"
		    : c->recurs || known_series          ? "series"
							 : "single");
	}
}

#endif
