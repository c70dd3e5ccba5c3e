/*
 * rfc_table.h - the examples of RFC 5545, one line each, for those who read them
 *
 * tests/corpus/rfc5545.tsv: all examples of sections 3.3.10 and 3.8.5.3 with
 * the dates that the RFC states, written out.  Its columns:
 *	id section dtstart rrule exdate list instances note
 * DTSTART and the instances are wall clock of America/New_York, UNTIL is as it
 * stands there.  list: "all" of them, the "first" ones, "never" any, or what
 * "mustnot" be written so.
 */
#ifndef TESTS_UNIT_RFC_TABLE_H
#define TESTS_UNIT_RFC_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/base/zone.h"
#include "tests/unit/slow_calendar.h"

#define RFC_TABLE    "tests/corpus/rfc5545.tsv"
#define RFC_ZONE     "America/New_York"
#define RFC_EXAMPLES 85

struct example {
	const char *id;
	const char *section;
	const char *dtstart;
	const char *rule;
	const char *exdate;
	const char *list;
	const char *instances;
	const char *note;
};

/* Cut the next field out of a line. */
static inline const char *
rfc_field(char **line)
{
	char *start = *line;
	size_t n = strcspn(start, "\t\n");

	*line = start[n] == '\0' ? start + n : start + n + 1;
	start[n] = '\0';
	return start;
}

/* Call check for each example; all of them must be there. */
static inline void
rfc_each(void (*check)(const struct example *e))
{
	static char line[20000];
	FILE *f = fopen(RFC_TABLE, "r");
	struct example e;
	int rows = 0;
	char *p;

	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	for (; fgets(line, sizeof(line), f) != NULL; rows++) {
		p = line;
		e.id = rfc_field(&p);
		e.section = rfc_field(&p);
		e.dtstart = rfc_field(&p);
		e.rule = rfc_field(&p);
		e.exdate = rfc_field(&p);
		e.list = rfc_field(&p);
		e.instances = rfc_field(&p);
		e.note = rfc_field(&p);
		assert_true(*e.note != '\0');
		check(&e);
	}
	(void)fclose(f);
	assert_int_equal(rows, RFC_EXAMPLES);
}

/* The rule with UNTIL on the wall clock of New York. */
static inline char *
rfc_local_rule(TALLOC_CTX *ctx, const char *rule)
{
	const char *until = strstr(rule, "UNTIL=");
	struct civil wall;
	char text[32];

	if (until == NULL || until[6 + 15] != 'Z')
		return mem_text(ctx, rule);
	wall = zone_to_wall(zone_find(RFC_ZONE), slow_time(until + 6));
	return mem_print(ctx, "%.*sUNTIL=%s%s", (int)(until - rule), rule,
	    civil_basic(text, sizeof(text), &wall), until + 6 + 16);
}

/* Are at[0..n), civil seconds, the instances of an example? */
static inline void
rfc_compare(const struct example *e, const int64_t *at, size_t n)
{
	const char *p = e->instances;
	char text[32];
	size_t i;

	for (i = 0; *p != '\0'; i++) {
		if (i >= n)
			fail_msg(
			    "%s %s: only %zu instances", e->id, e->rule, n);
		if (slow_time(p) != at[i])
			fail_msg("%s %s: instance %zu is %s, not %.15s", e->id,
			    e->rule, i, utc_basic(text, sizeof(text), at[i]),
			    p);
		p += 15;
		p += *p == ',';
	}
	if (strcmp(e->list, "first") != 0 && i != n)
		fail_msg("%s %s: %zu instances, not %zu", e->id, e->rule, n, i);
}

#endif
