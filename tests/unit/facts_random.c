/* facts_random.c - property of lib/facts: print, parse, print is print */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/facts/facts.h"

#define ROUNDS 3000

/* Parse a text that must be good. */
static struct notice *
parse(TALLOC_CTX *ctx, const char *text, size_t n)
{
	struct notice *notice = NULL;
	struct why why = {""};

	if (facts_parse(ctx, text, n, &notice, &why) != RES_OK)
		fail_msg("%s in:\n%.2000s", why.text, text);
	assert_non_null(notice);
	return notice;
}

static uint64_t seed;

/* A number below n. */
static size_t
below(size_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (size_t)(seed >> 33) % n;
}

/* A text of odd pieces; '\n' only where it may be. */
static const char *
random_text(void *ctx, int lines)
{
	static const char *const piece[] = {"", "a", "Z", " ", "\"", "\\", "=",
	    "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x8e\x89", "\xc2\x85",
	    "\xe2\x80\xa8", "\xe2\x81\xa9", "[", "]", "\\n", "mailto:", "-1",
	    "0", "end", ",", "#", "\xef\xbb\xbf", "\n"};
	size_t n = below(6), last = sizeof(piece) / sizeof(piece[0]) - !lines;
	char *s = mem_text(ctx, "");

	while (n-- > 0)
		mem_add(&s, "%s", piece[below(last)]);
	return s;
}

/* A time of any kind; none only where it may be. */
static struct when
random_when(void *ctx, int maybe)
{
	struct when w = {.kind = WHEN_NONE, .zone = ""};
	int64_t t = (int64_t)below(4000000000U) * 3 - 2000000000;

	w.kind = (enum when_kind)(maybe ? below(5) : 1 + below(4));
	if (w.kind == WHEN_NONE)
		return w;
	w.wall = civil_from_seconds(t);
	if (w.kind == WHEN_DATE)
		w.wall.hour = w.wall.minute = w.wall.second = 0;
	if (w.kind == WHEN_UTC)
		w.utc = t;
	if (w.kind == WHEN_ZONED) {
		w.utc = t - 3600;
		w.zone = mem_print(ctx, "x%s", random_text(ctx, 0));
	}
	return w;
}

/* A person. */
static struct person
random_person(void *ctx)
{
	struct person p;

	p.address = random_text(ctx, 0);
	p.name = random_text(ctx, 0);
	p.partstat = below(2) ? "NEEDS-ACTION" : random_text(ctx, 0);
	p.role = random_text(ctx, 0);
	p.cutype = random_text(ctx, 0);
	p.rsvp = random_text(ctx, 0);
	p.sent_by = random_text(ctx, 0);
	p.delegated_to = random_text(ctx, 0);
	p.delegated_from = random_text(ctx, 0);
	p.language = random_text(ctx, 0);
	p.line = random_text(ctx, 0);
	return p;
}

/* A component. */
static struct component
random_component(void *ctx)
{
	struct component c;
	size_t i;

	memset(&c, 0, sizeof(c));
	c.kind = random_text(ctx, 0);
	c.recurrence_id = random_when(ctx, 1);
	c.range = random_text(ctx, 0);
	c.sequence = (int64_t)below(3) - 1;
	c.dtstamp = (int64_t)below(2000000000);
	c.start = random_when(ctx, 1);
	c.end = random_when(ctx, 1);
	c.status = random_text(ctx, 0);
	c.transp = below(2) ? "OPAQUE" : random_text(ctx, 0);
	c.class = random_text(ctx, 0);
	c.summary = random_text(ctx, 0);
	c.location = random_text(ctx, 0);
	c.comment = random_text(ctx, 0);
	c.request_status = random_text(ctx, 0);
	c.percent = (int64_t)below(103) - 1;
	c.completed = below(2) ? 0 : (int64_t)below(2000000000);
	c.rule = random_text(ctx, 0);
	c.recurs = (int)below(2);
	c.organizer = random_person(ctx);
	c.nattendee = below(4);
	c.attendee = mem_array(ctx, struct person, 4);
	c.nfreebusy = below(4);
	c.freebusy = mem_array(ctx, struct freebusy, 4);
	c.nline = below(4);
	c.line = mem_array(ctx, const char *, 4);
	for (i = 0; i < 4; i++) {
		c.attendee[i] = random_person(ctx);
		c.line[i] = random_text(ctx, 0);
		c.freebusy[i].start = (int64_t)below(2000000000);
		c.freebusy[i].end = (int64_t)below(2000000000);
		c.freebusy[i].type = below(2) ? "BUSY" : random_text(ctx, 0);
	}
	c.text = random_text(ctx, 1);
	return c;
}

/* An object. */
static struct object
random_object(void *ctx)
{
	struct object o;
	size_t i;

	memset(&o, 0, sizeof(o));
	o.method = random_text(ctx, 0);
	o.product = random_text(ctx, 0);
	o.uid = random_text(ctx, 0);
	o.digest = random_text(ctx, 0);
	o.complete = (int)below(2);
	o.covered = below(2) ? INT64_MAX : (int64_t)below(1000000000);
	o.ncomponent = below(3);
	o.component = mem_array(ctx, struct component, 3);
	o.ntimezone = below(3);
	o.timezone = mem_array(ctx, struct timezone, 3);
	o.ninstance = o.ncomponent > 0 ? below(5) : 0;
	o.instance = mem_array(ctx, struct instance, 5);
	for (i = 0; i < o.ncomponent; i++)
		o.component[i] = random_component(ctx);
	for (i = 0; i < o.ntimezone; i++) {
		o.timezone[i].tzid = random_text(ctx, 0);
		o.timezone[i].zone = random_text(ctx, 0);
		o.timezone[i].text = random_text(ctx, 1);
	}
	for (i = 0; i < o.ninstance; i++) {
		o.instance[i].recurrence_id = random_when(ctx, 0);
		o.instance[i].start = random_when(ctx, 0);
		o.instance[i].end = random_when(ctx, 0);
		o.instance[i].component = below(o.ncomponent);
		o.instance[i].cancelled = (int)below(2);
	}
	return o;
}

/* A notice. */
static struct notice *
random_notice(void *ctx)
{
	struct notice *t = mem_new(ctx, struct notice);
	size_t i;

	t->mail.from = below(2) ? NULL : random_text(ctx, 0);
	t->mail.sender = below(2) ? NULL : random_text(ctx, 0);
	t->mail.subject = random_text(ctx, 0);
	t->mail.references = random_text(ctx, 0);
	t->mail.date = (int64_t)below(2000000000);
	t->mail.received = (int64_t)below(2);
	t->mail.nauth_results = below(3);
	t->mail.auth_results = mem_array(ctx, const char *, 3);
	for (i = 0; i < 3; i++)
		t->mail.auth_results[i] = random_text(ctx, 0);
	t->nobject = below(4);
	t->object = mem_array(ctx, struct object, 4);
	for (i = 0; i < t->nobject; i++)
		t->object[i] = random_object(ctx);
	t->nproblem = below(3);
	t->problem = mem_array(ctx, struct problem, 3);
	for (i = 0; i < t->nproblem; i++) {
		t->problem[i].action = (enum action)below(4);
		t->problem[i].object = (long)below(t->nobject + 1) - 1;
		t->problem[i].code = random_text(ctx, 0);
		t->problem[i].text = random_text(ctx, 0);
	}
	return t;
}

/* What is printed is parsed, and printed again the same. */
static void
test_random(void **state)
{
	size_t longest = 0;
	int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		void *ctx = talloc_new(NULL);
		struct notice *t;
		char *first;

		seed = (uint64_t)i;
		first = facts_print(ctx, random_notice(ctx));
		t = parse(ctx, first, strlen(first));
		assert_string_equal(facts_print(ctx, t), first);
		longest = strlen(first) > longest ? strlen(first) : longest;
		talloc_free(ctx);
	}
	assert_true(longest > 3000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_random)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
