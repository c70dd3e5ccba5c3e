/* facts.c - tests of lib/facts: the text form, clean text, local times */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/facts/facts.h"
#include "lib/facts/limits.h"

/* Every record and every field, none with its default. */
static const char golden[] =
    "imipd-facts 1\n"
    "mail from=anna@example.com sender=office@example.com"
    " reply-to=re@example.com subject=\"Caf\xc3\xa9 \\\"9\\\" \\\\\""
    " message-id=<1@example.com> references=\"<a@b> <c@d>\" language=de"
    " auto-submitted=auto-replied precedence=bulk list-id=list.example.com"
    " type=text/calendar date=2026-11-20T10:00:00Z received=3\n"
    "auth-result value=\"mx.example.com; dkim=pass\"\n"
    "auth-result value=other\n"
    "object method=REQUEST product=-//Example//EN uid=1@example.com"
    " digest=0123456789abcdef complete=no covered=2027-01-01T00:00:00Z\n"
    "component kind=VEVENT"
    " recurrence-id=2026-12-01T09:00:00[Europe/Berlin]2026-12-01T08:00:00Z"
    " range=THISANDFUTURE sequence=2 dtstamp=2026-11-20T09:00:00Z"
    " start=2026-12-01T08:00:00Z end=2026-12-01T09:30:00 status=CONFIRMED"
    " transp=TRANSPARENT class=PRIVATE summary=Planning"
    " location=\"Room 1\" comment=Why request-status=\"2.0;All well\" percent=50"
    " completed=2026-11-20T12:00:00Z rule=FREQ=DAILY recurs=yes\n"
    "organizer address=anna@example.com name=Anna partstat=ACCEPTED"
    " role=CHAIR cutype=UNKNOWN rsvp=FALSE sent-by=office@example.com"
    " delegated-to=\"b@example.com c@example.com\""
    " delegated-from=d@example.com language=de line=ORGANIZER:mailto:anna@example.com\n"
    "attendee address=room1@example.com name=\"Room 1\" partstat=TENTATIVE"
    " role=NON-PARTICIPANT cutype=ROOM rsvp=TRUE sent-by=fm@example.com"
    " line=ATTENDEE;CUTYPE=ROOM:mailto:room1@example.com\n"
    "attendee address=bob@example.com\n"
    "freebusy start=2026-12-01T08:00:00Z end=2026-12-01T09:00:00Z\n"
    "freebusy start=2026-12-01T09:00:00Z end=2026-12-01T10:00:00Z type=FREE\n"
    "line value=UID:1@example.com\n"
    "line value=\"SUMMARY:\\xe2\\x80\\xaeevil\"\n"
    "text value=\"BEGIN:VEVENT\\nEND:VEVENT\"\n"
    "component kind=VEVENT start=2026-12-24 end=2026-12-25\n"
    "timezone tzid=\"W. Europe\" zone=Europe/Berlin"
    " text=\"BEGIN:VTIMEZONE\\nEND:VTIMEZONE\"\n"
    "instance recurrence-id=2026-12-24 start=2026-12-24 end=2026-12-25"
    " component=1 cancelled=yes\n"
    "instance recurrence-id=2026-12-30T08:00:00Z"
    " start=\"2026-12-30T09:00:00[My \\\"zone\\\"]2026-12-30T08:00:00Z\""
    " end=2026-12-30T09:00:00Z\n"
    "object method=CANCEL\n"
    "component kind=VTODO\n"
    "object\n"
    "problem action=note object=0 code=tolerated text=\"A word.\"\n"
    "problem action=ignore object=1 code=a\n"
    "problem action=decline object=2 code=b\n"
    "problem action=hold code=c\n"
    "end\n";

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

static void
test_golden(void **state)
{
	void *ctx = talloc_new(NULL);
	struct notice *t = parse(ctx, golden, sizeof(golden) - 1);
	const struct object *o = &t->object[0];

	(void)state;
	assert_string_equal(facts_print(ctx, t), golden);
	assert_int_equal(t->nobject, 3);
	assert_int_equal(t->nproblem, 4);
	assert_string_equal(t->mail.subject, "Caf\xc3\xa9 \"9\" \\");
	assert_int_equal(t->mail.nauth_results, 2);
	assert_string_equal(
	    t->mail.auth_results[0], "mx.example.com; dkim=pass");
	assert_int_equal(t->mail.date, 1795168800);
	assert_int_equal(o->ncomponent, 2);
	assert_int_equal(o->component[0].nattendee, 2);
	assert_string_equal(
	    o->component[0].attendee[1].role, "REQ-PARTICIPANT");
	assert_string_equal(o->component[0].comment, "Why");
	assert_string_equal(o->component[0].request_status, "2.0;All well");
	assert_int_equal(o->component[0].percent, 50);
	assert_int_equal(o->component[0].completed, 1795176000);
	assert_string_equal(o->component[0].organizer.delegated_to,
	    "b@example.com c@example.com");
	assert_string_equal(o->component[0].organizer.language, "de");
	assert_int_equal(o->component[0].nfreebusy, 2);
	assert_string_equal(o->component[0].freebusy[0].type, "BUSY");
	assert_string_equal(o->component[0].freebusy[1].type, "FREE");
	assert_int_equal(o->component[1].percent, -1);
	assert_string_equal(o->component[0].text, "BEGIN:VEVENT\nEND:VEVENT");
	assert_string_equal(o->component[0].line[1], "SUMMARY:\xe2\x80\xae"
						     "evil");
	assert_string_equal(
	    o->component[0].recurrence_id.zone, "Europe/Berlin");
	assert_int_equal(o->component[0].recurrence_id.wall.hour, 9);
	assert_int_equal(o->component[0].recurrence_id.utc, 1796112000);
	assert_string_equal(o->component[1].organizer.address, "");
	assert_string_equal(o->component[1].organizer.partstat, "NEEDS-ACTION");
	assert_string_equal(o->component[1].text, "");
	assert_string_equal(o->component[1].transp, "OPAQUE");
	assert_true(instance_is_date(&o->instance[0]));
	assert_int_equal(o->instance[0].component, 1);
	assert_int_equal(o->instance[0].cancelled, 1);
	assert_string_equal(o->instance[1].start.zone, "My \"zone\"");
	assert_int_equal(o->instance[1].start.utc, 1798617600);
	assert_int_equal(t->object[2].covered, INT64_MAX);
	assert_int_equal(t->object[2].complete, 1);
	assert_string_equal(t->object[2].method, "PUBLISH");
	assert_int_equal(t->problem[3].object, -1);
	assert_int_equal(t->problem[3].action, ACTION_HOLD);
	talloc_free(ctx);
}

/* A notice of zero bytes has NULL for every string, and still can be printed. */
static void
test_empty(void **state)
{
	void *ctx = talloc_new(NULL);
	struct notice *t = mem_new(ctx, struct notice);
	char *text = facts_print(ctx, t);

	(void)state;
	assert_string_equal(text, "imipd-facts 1\nmail\nend\n");
	t = parse(ctx, text, strlen(text));
	assert_null(t->mail.from);
	assert_string_equal(t->mail.subject, "");
	talloc_free(ctx);
}

/* --- strictness --------------------------------------------------------------- */

/* The text must be refused, with the reason given. */
static void
refused(const char *text, size_t n, const char *reason)
{
	void *ctx = talloc_new(NULL);
	struct notice *notice = NULL;
	struct why why = {""};

	if (facts_parse(ctx, text, n, &notice, &why) != RES_PERM)
		fail_msg("taken, expected \"%s\":\n%s", reason, text);
	assert_null(notice);
	assert_int_equal(talloc_total_blocks(ctx), 1);
	if (strstr(why.text, reason) == NULL)
		fail_msg(
		    "\"%s\", expected \"%s\":\n%s", why.text, reason, text);
	talloc_free(ctx);
}

static const struct {
	const char *body; /* between the first line and the last */
	const char *reason;
} bad[] = {
    {"", "line 2: end: out of place"},
    {"mail\nmail\n", "line 3: mail: out of place"},
    {"object\n", "line 2: object: out of place"},
    {"mail\nfoo\n", "line 3: unknown record"},
    {"mail\n\n", "line 3: unknown record"},
    {"mail \n", "line 2: mail: a field"},
    {"mail foo=1\n", "line 2: mail: a field"},
    {"mail received=1 date=1970-01-01T00:00:00Z\n", "line 2: mail: a field"},
    {"mail received=1 received=1\n", "line 2: mail: a field"},
    {"mail  received=1\n", "line 2: mail: a field"},
    {"mail received=1 \n", "line 2: mail: a field"},
    {"mail received=1x\n", "received: expected a number"},
    {"mail received=01\n", "received: expected a number"},
    {"mail received=-\n", "received: expected a number"},
    {"mail received=\"\"\n", "received: expected a number"},
    {"mail received=\n", "received: not a value"},
    {"mail received=9223372036854775808\n", "received: expected a number"},
    {"mail received=99999999999999999999\n", "received: expected a number"},
    {"mail subject=\"a\n", "subject: not a value"},
    {"mail subject=\"a\\\n", "subject: not a value"},
    {"mail subject=\"a\\\"\n", "subject: not a value"},
    {"mail subject=\"a\\q\"\n", "subject: not a value"},
    {"mail subject=\"a\\x1\"\n", "subject: not a value"},
    {"mail subject=\"a\\xC3\\xA4\"\n", "subject: not a value"},
    {"mail subject=\"a\"b\n", "line 2: mail: a field"},
    {"mail subject=a\"b\n", "line 2: mail: a field"},
    {"mail subject=\xc3\xa4\n", "subject: not a value"},
    {"mail subject=\"a\\nb\"\n", "subject: expected UTF-8 without control"},
    {"mail subject=\"a\\x00b\"\n", "subject: expected no NUL"},
    {"mail subject=\"a\\x1fb\"\n", "subject: expected UTF-8 without control"},
    {"mail subject=\"a\\x7fb\"\n", "subject: expected UTF-8 without control"},
    {"mail subject=\"a\\xc3\"\n", "subject: expected UTF-8 without control"},
    {"mail subject=\"a\xc3\"\n", "line 2: bytes that are no clean UTF-8"},
    {"mail subject=\"a\tb\"\n", "line 2: bytes that are no clean UTF-8"},
    {"mail\r\n", "line 2: bytes that are no clean UTF-8"},
    {"mail date=2026-13-01T00:00:00Z\n", "date: expected a UTC time"},
    {"mail date=2026-12-01T00:00:00.5Z\n", "date: expected a UTC time"},
    {"mail date=2026-12-01T00:00:00+01:00\n", "date: expected a UTC time"},
    {"mail\nauth-result\n", "line 3: value: missing"},
    {"mail\norganizer\n", "line 3: organizer: out of place"},
    {"mail\ncomponent kind=VEVENT\n", "component: out of place"},
    {"mail\nobject\nline value=x\n", "line 4: line: out of place"},
    {"mail\nobject\nauth-result value=x\n", "auth-result: out of place"},
    {"mail\nobject complete=maybe\n", "complete: expected yes or no"},
    {"mail\nobject complete=\"yes\\x00\"\n", "complete: expected no NUL"},
    {"mail\nobject\ncomponent\n", "line 4: kind: missing"},
    {"mail\nobject\ncomponent kind=A\nline value=x\nattendee\n",
	"line 6: attendee: out of place"},
    {"mail\nobject\ncomponent kind=A\nattendee\norganizer\n",
	"line 6: organizer: out of place"},
    {"mail\nobject\ncomponent kind=A\ntext value=a\ntext value=a\n",
	"line 6: text: out of place"},
    {"mail\nobject\ntimezone tzid=A\ncomponent kind=A\n",
	"line 5: component: out of place"},
    {"mail\nobject\ntimezone zone=A\n", "line 4: tzid: missing"},
    {"mail\nobject\ncomponent kind=A start=2026-02-30\n",
	"start: expected a time"},
    {"mail\nobject\ncomponent kind=A start=none\n", "start: expected a time"},
    {"mail\nobject\ncomponent kind=A start=2026-02-03T24:00:00\n",
	"start: expected a time"},
    {"mail\nobject\ncomponent kind=A"
     " start=2026-02-03T23:00:00[]2026-02-03T22:00:00Z\n",
	"start: expected a time"},
    {"mail\nobject\ncomponent kind=A"
     " start=2026-02-03T23:00:00[A]2026-02-03T22:00:00\n",
	"start: expected a time"},
    {"mail\nobject\ncomponent kind=A"
     " start=\"2026-02-03T23:00:00[\\n]2026-02-03T22:00:00Z\"\n",
	"start: expected a time"},
    {"mail\nobject\ninstance recurrence-id=2026-01-01 start=2026-01-01"
     " end=2026-01-02\n",
	"line 4: component: no such component"},
    {"mail\nobject\ncomponent kind=A\ninstance recurrence-id=2026-01-01"
     " start=2026-01-01 end=2026-01-02 component=1\n",
	"line 5: component: no such component"},
    {"mail\nobject\ncomponent kind=A\ninstance recurrence-id=2026-01-01"
     " start=2026-01-01 end=2026-01-02 component=-1\n",
	"component: expected an index"},
    {"mail\nobject\ncomponent kind=A\ninstance recurrence-id=2026-01-01"
     " start=2026-01-01\n",
	"line 5: end: missing"},
    {"mail\nproblem code=x\n", "line 3: action: missing"},
    {"mail\nproblem action=burn code=x\n",
	"action: expected note, ignore, decline or hold"},
    {"mail\nproblem action=hold object=0 code=x\n", "object: no such object"},
    {"mail\nproblem action=hold object=-2 code=x\n", "object: no such object"},
    {"mail\nproblem action=hold code=x\nobject\n", "object: out of place"},
    {"mail\nend\n", "text after \"end\""},
};

static void
test_refused(void **state)
{
	char text[1000];
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		n = snprintf(
		    text, sizeof(text), "imipd-facts 1\n%send\n", bad[i].body);
		refused(text, (size_t)n, bad[i].reason);
	}
	refused("", 0, "line 1");
	refused("imipd-facts 2\nmail\nend\n", 23, "line 1: not");
	refused("imipd-facts 1\nmail\nend", 22, "line 3: the text ends");
	refused("imipd-facts 1\nmail\nend\n\n", 24, "text after");
	refused("imipd-facts 1\nmail\0\nend\n", 24, "line 2: bytes");
	refused("imipd-facts 1\nmail\nend\n\0", 24, "text after");
}

/* No prefix is good, and no flipped byte does harm. */
static void
test_damaged(void **state)
{
	size_t n = sizeof(golden) - 1, i, taken = 0;
	char *copy = malloc(n);
	unsigned bit;

	(void)state;
	assert_non_null(copy);
	for (i = 0; i < n; i++) {
		memcpy(copy, golden, i);
		refused(copy, i, "facts line ");
	}
	for (i = 0; i < 8 * n; i++) {
		void *ctx = talloc_new(NULL);
		struct notice *t = NULL;

		bit = 1U << i % 8;
		memcpy(copy, golden, n);
		copy[i / 8] = (char)((unsigned char)copy[i / 8] ^ bit);
		if (facts_parse(ctx, copy, n, &t, NULL) == RES_OK) {
			taken++;
			assert_non_null(facts_print(ctx, t));
		}
		talloc_free(ctx);
	}
	assert_in_range(taken, n, 6 * n);
	free(copy);
}

/* --- limits -------------------------------------------------------------------- */

/* n times the line, between a head and the end. */
static char *
repeated(void *ctx, const char *head, const char *line, size_t n)
{
	size_t length = strlen(line), at = strlen(head), i;
	char *s = mem_array(ctx, char, at + n * length + 5);

	memcpy(s, head, at);
	for (i = 0; i < n; i++, at += length)
		memcpy(s + at, line, length);
	memcpy(s + at, "end\n", 5);
	return s;
}

#define HEAD "imipd-facts 1\nmail\n"
#define PART HEAD "object\ncomponent kind=A\n"

static void
test_limits(void **state)
{
	static const struct {
		const char *head, *line;
		size_t limit;
	} t[] = {
	    {HEAD, "auth-result value=a\n", LIMIT_HEADERS},
	    {HEAD, "object\n", LIMIT_COMPONENTS},
	    {HEAD "object\n", "component kind=A\n", LIMIT_COMPONENTS},
	    {PART, "attendee\n", LIMIT_ATTENDEES},
	    {PART,
		"freebusy start=2026-12-01T08:00:00Z"
		" end=2026-12-01T09:00:00Z\n",
		LIMIT_DATES},
	    {PART, "line value=a\n", LIMIT_PROPERTIES},
	    {PART, "timezone tzid=a\n", LIMIT_TIMEZONES},
	    {PART,
		"instance recurrence-id=2026-01-01 start=2026-01-01"
		" end=2026-01-02\n",
		LIMIT_INSTANCES},
	    {HEAD, "problem action=note code=a\n", LIMIT_PROPERTIES},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		void *ctx = talloc_new(NULL);
		char *s = repeated(ctx, t[i].head, t[i].line, t[i].limit);

		assert_string_equal(
		    facts_print(ctx, parse(ctx, s, strlen(s))), s);
		s = repeated(ctx, t[i].head, t[i].line, t[i].limit + 1);
		refused(s, strlen(s), "too many");
		talloc_free(ctx);
	}
}

static void
test_long_texts(void **state)
{
	void *ctx = talloc_new(NULL);
	char *a = mem_array(ctx, char, LIMIT_FACTS_BYTES + 2), *s;

	(void)state;
	memset(a, 'a', LIMIT_FACTS_BYTES + 1);
	s = mem_print(ctx, HEAD "object uid=%.*s\nend\n", LIMIT_UID_BYTES, a);
	(void)parse(ctx, s, strlen(s));
	s = mem_print(
	    ctx, HEAD "object uid=%.*s\nend\n", LIMIT_UID_BYTES + 1, a);
	refused(s, strlen(s), "uid: expected a shorter text");
	s = mem_print(ctx, "imipd-facts 1\nmail from=%.*s\nend\n",
	    LIMIT_ADDRESS_BYTES + 1, a);
	refused(s, strlen(s), "from: expected a shorter text");
	refused(a, LIMIT_FACTS_BYTES + 1, "more than");
	talloc_free(ctx);
}

/* --- the rest ------------------------------------------------------------------- */

/* A string that is not clean is printed on its line, and not taken back. */
static void
test_unclean(void **state)
{
	void *ctx = talloc_new(NULL);
	struct notice *t = mem_new(ctx, struct notice);
	char *s;

	(void)state;
	t->mail.subject = "a\r\nend\x1b\xff";
	s = facts_print(ctx, t);
	assert_string_equal(
	    s, "imipd-facts 1\nmail subject=\"a\\x0d\\nend\\x1b\\xff\"\nend\n");
	refused(s, strlen(s), "line 2: subject");
	talloc_free(ctx);
}

static void
test_clean(void **state)
{
	static const struct {
		const char *text;
		int clean;
	} t[] = {{"", 1}, {"abc ~", 1}, {"\xc3\xa4", 1}, {"\xc2\x80", 1},
	    {"\xe0\xa0\x80", 1}, {"\xed\x9f\xbf", 1}, {"\xee\x80\x80", 1},
	    {"\xf0\x90\x80\x80", 1}, {"\xf4\x8f\xbf\xbf", 1}, {"\x80", 0},
	    {"\xbf", 0}, {"\xc0\x80", 0}, {"\xc1\xbf", 0}, {"\xc3", 0},
	    {"\xc3(", 0}, {"\xe0\x9f\xbf", 0}, {"\xed\xa0\x80", 0},
	    {"\xed\xbf\xbf", 0}, {"\xe2\x82", 0}, {"\xe2(\xac", 0},
	    {"\xe2\x82(", 0}, {"\xf0\x8f\xbf\xbf", 0}, {"\xf4\x90\x80\x80", 0},
	    {"\xf5\x80\x80\x80", 0}, {"\xff", 0}, {"a\x1f", 0}, {"a\x7f", 0},
	    {"a\tb", 0}, {"a\nb", 0}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (text_is_clean(t[i].text, strlen(t[i].text), "") !=
		    t[i].clean)
			fail_msg("row %zu", i);
	assert_true(text_is_clean("a\nb\tc", 5, "\n\t"));
	assert_false(text_is_clean("a\nb\tc", 5, "\n"));
	assert_false(text_is_clean("a\0b", 3, "\n"));
	/* Only n bytes are looked at. */
	assert_false(text_is_clean("\xc3\xa4", 1, ""));
	assert_true(text_is_clean("a\x01", 1, ""));
}

/* Floating times, dates and a UTC time that must not change. */
static void
test_localize(void **state)
{
	static const char text[] =
	    PART "instance recurrence-id=2026-07-01 start=2026-07-01"
		 " end=2026-07-02\n"
		 "instance recurrence-id=2026-06-30T22:30:00Z"
		 " start=2026-06-30T22:30:00Z end=2026-06-30T23:00:00Z\n"
		 "instance recurrence-id=2026-07-01T00:00:00"
		 " start=2026-07-01T00:00:00 end=2026-07-01T01:00:00\n"
		 "end\n";
	void *ctx = talloc_new(NULL);
	struct object *o = parse(ctx, text, sizeof(text) - 1)->object;
	const int64_t midnight = 1782864000; /* 2026-07-01T00:00:00Z */

	(void)state;
	o->component[0].start = o->instance[2].start;
	assert_int_equal(o->instance[0].start.utc, 0);
	object_localize(o, zone_find("Europe/Berlin"));
	assert_int_equal(o->instance[0].start.kind, WHEN_FLOATING);
	assert_int_equal(o->instance[0].start.utc, midnight - 7200);
	assert_int_equal(o->instance[0].end.utc, midnight - 3600);
	assert_int_equal(o->instance[0].recurrence_id.utc, midnight - 7200);
	assert_int_equal(o->instance[1].start.kind, WHEN_DATE);
	assert_int_equal(o->instance[1].start.utc, midnight - 7200);
	assert_int_equal(o->instance[1].end.utc, midnight - 7200 + 86400);
	assert_int_equal(o->instance[2].start.utc, midnight - 5400);
	assert_int_equal(o->component[0].start.utc, midnight - 7200);
	object_localize(o, NULL);
	assert_int_equal(o->instance[0].start.kind, WHEN_UTC);
	assert_int_equal(o->instance[0].start.utc, midnight - 5400);
	assert_int_equal(o->instance[1].start.kind, WHEN_FLOATING);
	assert_int_equal(o->instance[1].start.utc, midnight);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden),
	    cmocka_unit_test(test_empty), cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_damaged), cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_long_texts), cmocka_unit_test(test_unclean),
	    cmocka_unit_test(test_clean), cmocka_unit_test(test_localize)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
