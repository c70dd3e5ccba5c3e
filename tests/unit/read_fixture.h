/*
 * read_fixture.h - what the tests of lib/read share: short ways to read a
 * calendar or a mail, and to say what came of it
 */
#ifndef TESTS_UNIT_READ_FIXTURE_H
#define TESTS_UNIT_READ_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/read/read.h"

#define YEAR_2026 INT64_C(1767225600)
#define YEAR_2027 INT64_C(1798761600)

static TALLOC_CTX *ctx;

static inline int
setup(void **state)
{
	(void)state;
	ctx = talloc_new(NULL);
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	talloc_free(ctx);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* Read bytes over the year 2026. */
static inline struct notice *
read_text(const char *text)
{
	const struct window window = {YEAR_2026, YEAR_2027, 0};

	return read_message(ctx, text, strlen(text), &window);
}

/* A REQUEST with these lines in its VEVENT, and these before it. */
static inline struct notice *
read_event(const char *before, const char *lines)
{
	return read_text(mem_print(ctx,
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\n%sBEGIN:VEVENT\n"
	    "UID:u1\nDTSTAMP:20260101T000000Z\n%s\nEND:VEVENT\n"
	    "END:VCALENDAR\n",
	    before, lines));
}

/* Between the lines of a master and those of an override. */
#define OVERRIDE                                                               \
	"\nEND:VEVENT\nBEGIN:VEVENT\nUID:u1\nDTSTAMP:20260101T000000Z\n"

#define START "DTSTART:20260105T090000Z\nDTEND:20260105T100000Z\n"

#define CALENDAR(method)                                                       \
	"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:" method                         \
	"\nBEGIN:VEVENT\nUID:u1\nDTSTAMP:20260101T000000Z\n" START             \
	"END:VEVENT\nEND:VCALENDAR\n"

/* A mail whose one part has these headers and this body. */
static inline struct notice *
read_mail(const char *headers, const char *body)
{
	return read_text(mem_print(ctx,
	    "From: Boss <boss@Example.com>\nSubject: =?utf-8?q?H=C3=A9?=\n"
	    "Date: Thu, 01 Jan 2026 10:00:00 +0000\nMessage-ID: <1@x>\n"
	    "MIME-Version: 1.0\n%s\n\n%s",
	    headers, body));
}

/* The code of the first problem that is no note, "" if there is none. */
static inline const char *
trouble(const struct notice *notice, enum action *action)
{
	size_t i;

	for (i = 0; i < notice->nproblem; i++) {
		if (notice->problem[i].action == ACTION_NOTE)
			continue;
		if (action != NULL)
			*action = notice->problem[i].action;
		return notice->problem[i].code;
	}
	return "";
}

/* Codes of the notes, one blank between. */
static inline const char *
notes(const struct notice *notice)
{
	char *out = mem_text(ctx, "");
	size_t i;

	for (i = 0; i < notice->nproblem; i++) {
		if (notice->problem[i].action == ACTION_NOTE)
			mem_add(&out, "%s%s", *out == '\0' ? "" : " ",
			    notice->problem[i].code);
	}
	return out;
}

static inline int
has_note(const struct notice *notice, const char *code)
{
	size_t i;

	for (i = 0; i < notice->nproblem; i++) {
		if (notice->problem[i].action == ACTION_NOTE &&
		    strcmp(notice->problem[i].code, code) == 0)
			return 1;
	}
	return 0;
}

/*
 * "start/end" of every instance, in UTC, or as it was written if it has none;
 * "x" behind it if it is cancelled.  One blank between.
 */
static inline const char *
instances(const struct notice *notice)
{
	const struct object *o = &notice->object[0];
	char *out = mem_text(ctx, "");
	char a[32];
	char b[32];
	size_t i;

	assert_int_equal(notice->nobject, 1);
	for (i = 0; i < o->ninstance; i++) {
		const struct instance *in = &o->instance[i];

		if (in->start.kind == WHEN_UTC ||
		    in->start.kind == WHEN_ZONED) {
			(void)utc_basic(a, sizeof(a), in->start.utc);
			(void)utc_basic(b, sizeof(b), in->end.utc);
		} else {
			(void)civil_basic(a, sizeof(a), &in->start.wall);
			(void)civil_basic(b, sizeof(b), &in->end.wall);
		}
		if (in->start.kind == WHEN_DATE) {
			a[8] = '\0';
			b[8] = '\0';
		}
		mem_add(&out, "%s%s/%s%s", i == 0 ? "" : " ", a, b,
		    in->cancelled ? "x" : "");
	}
	return out;
}

/* The starts alone, as month, day and hour: "0105T09", and who says so. */
static inline const char *
starts(const struct notice *notice)
{
	const struct object *o = &notice->object[0];
	char *out = mem_text(ctx, "");
	size_t i;

	assert_true(notice->nobject > 0);
	for (i = 0; i < o->ninstance; i++) {
		const struct when *start = &o->instance[i].start;

		mem_add(&out, "%s%02d%02d", i == 0 ? "" : " ",
		    start->wall.month, start->wall.day);
		if (start->kind != WHEN_DATE)
			mem_add(&out, "T%02d", start->wall.hour);
		if (o->instance[i].component > 0)
			mem_add(&out, "#%zu", o->instance[i].component);
		if (o->instance[i].cancelled)
			mem_add(&out, "x");
	}
	return out;
}

#define MULTI(type)      "Content-Type: multipart/" type "; boundary=b"
#define PART(type, body) "--b\nContent-Type: " type "\n\n" body "\n"
#define END              "--b--\n"

/* One object of that method, and nothing wrong but these notes. */
static inline void
good(const struct notice *n, const char *method, const char *expect)
{
	if (*trouble(n, NULL) != '\0')
		fail_msg("%s", trouble(n, NULL));
	assert_int_equal(n->nobject, 1);
	assert_string_equal(n->object[0].method, method);
	assert_string_equal(n->object[0].uid, "u1");
	assert_int_equal(n->object[0].ninstance, 1);
	assert_string_equal(notes(n), expect);
}

/* That problem with that action, whatever else was read. */
static inline void
bad(const struct notice *n, const char *code, enum action action)
{
	enum action got = ACTION_NOTE;

	assert_string_equal(trouble(n, &got), code);
	assert_int_equal(got, action);
}

#endif
