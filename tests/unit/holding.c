/* holding.c - tests of lib/facts/holding.h: the text form, local times */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/facts/holding.h"
#include "lib/facts/limits.h"

/* Every record and every field, none with its default. */
static const char golden[] =
    "imipd-holding 1\n"
    "holding kind=VEVENT uid=1@example.com organizer=anna@example.com"
    " organizer-sent-by=office@example.com role=organizer\n"
    "part state=live sequence=3 rescheduled=2 dtstamp=2026-11-20T09:00:00Z"
    " status=CONFIRMED"
    " start=2026-12-01T09:00:00[Europe/Berlin]2026-12-01T08:00:00Z"
    " end=2026-12-01T10:00:00[Europe/Berlin]2026-12-01T09:00:00Z"
    " summary=\"Caf\xc3\xa9 \\\"9\\\"\" location=\"Room 1\" percent=50"
    " completed=2026-11-20T12:00:00Z recurs=yes\n"
    "participant address=bob@example.com name=\"Bob B\" partstat=DELEGATED"
    " role=CHAIR cutype=UNKNOWN rsvp=TRUE delegated-to=\"c@example.com"
    " d@example.com\" delegated-from=e@example.com"
    " sent-by=f@example.com request-status=\"2.0;All well\""
    " comment=\"I come.\" percent=20 sequence=3"
    " dtstamp=2026-11-20T10:00:00Z\n"
    "participant address=c@example.com\n"
    "proposal address=bob@example.com sequence=3"
    " dtstamp=2026-11-20T10:00:00Z start=2026-12-02T08:00:00Z"
    " end=2026-12-02T09:00:00Z summary=New location=Hall comment=Please\n"
    "proposal address=c@example.com\n"
    "freebusy start=2026-12-01T08:00:00Z end=2026-12-01T09:00:00Z\n"
    "freebusy start=2026-12-01T09:00:00Z end=2026-12-01T10:00:00Z type=FREE\n"
    "text value=\"BEGIN:VEVENT\\nEND:VEVENT\"\n"
    "part state=cancelled recurrence-id=2026-12-08T08:00:00Z"
    " range=THISANDFUTURE\n"
    "part state=asked recurrence-id=2026-12-24 start=2026-12-24"
    " end=2026-12-25T00:00:00\n"
    "timezone tzid=\"W. Europe\" zone=Europe/Berlin"
    " text=\"BEGIN:VTIMEZONE\\nEND:VTIMEZONE\"\n"
    "end\n";

/* Parse a text that must be good. */
static struct holding *
parse(TALLOC_CTX *ctx, const char *text, size_t n)
{
	struct holding *holding = NULL;
	struct why why = {""};

	if (holding_parse(ctx, text, n, &holding, &why) != RES_OK)
		fail_msg("%s in:\n%.2000s", why.text, text);
	assert_non_null(holding);
	return holding;
}

static void
test_golden(void **state)
{
	void *ctx = talloc_new(NULL);
	struct holding *h = parse(ctx, golden, sizeof(golden) - 1);
	const struct part *p = h->part;

	(void)state;
	assert_string_equal(holding_print(ctx, h), golden);
	assert_int_equal(h->role, ROLE_ORGANIZER);
	assert_int_equal(h->npart, 3);
	assert_int_equal(p[0].state, PART_LIVE);
	assert_int_equal(p[0].recurrence_id.kind, WHEN_NONE);
	assert_int_equal(p[0].rescheduled, 2);
	assert_int_equal(p[0].start.utc, 1796112000);
	assert_string_equal(p[0].start.zone, "Europe/Berlin");
	assert_int_equal(p[0].nparticipant, 2);
	assert_string_equal(
	    p[0].participant[0].delegated_to, "c@example.com d@example.com");
	assert_int_equal(p[0].participant[0].dtstamp, 1795168800);
	assert_string_equal(p[0].participant[1].partstat, "NEEDS-ACTION");
	assert_string_equal(p[0].participant[1].comment, "");
	assert_int_equal(p[0].participant[1].sequence, -1);
	assert_int_equal(p[0].participant[1].percent, -1);
	assert_int_equal(p[0].nproposal, 2);
	assert_string_equal(p[0].proposal[0].location, "Hall");
	assert_int_equal(p[0].proposal[1].start.kind, WHEN_NONE);
	assert_int_equal(p[0].nfreebusy, 2);
	assert_string_equal(p[0].freebusy[1].type, "FREE");
	assert_string_equal(p[0].text, "BEGIN:VEVENT\nEND:VEVENT");
	assert_int_equal(p[1].state, PART_CANCELLED);
	assert_string_equal(p[1].range, "THISANDFUTURE");
	assert_string_equal(p[1].text, "");
	assert_int_equal(p[1].percent, -1);
	assert_int_equal(p[1].start.kind, WHEN_NONE);
	assert_int_equal(p[2].state, PART_ASKED);
	assert_int_equal(p[2].recurrence_id.kind, WHEN_DATE);
	assert_int_equal(h->ntimezone, 1);
	talloc_free(ctx);
}

/* A holding of zero bytes has NULL for every string, and can be printed. */
static void
test_empty(void **state)
{
	void *ctx = talloc_new(NULL);
	struct holding *h = mem_new(ctx, struct holding);
	char *text = holding_print(ctx, h);

	(void)state;
	assert_string_equal(
	    text, "imipd-holding 1\nholding kind=\"\" role=attendee\nend\n");
	h = parse(ctx, text, strlen(text));
	assert_string_equal(h->uid, "");
	assert_int_equal(h->npart, 0);
	talloc_free(ctx);
}

/* --- strictness --------------------------------------------------------------- */

/* The text must be refused, with the reason given. */
static void
refused(const char *text, size_t n, const char *reason)
{
	void *ctx = talloc_new(NULL);
	struct holding *holding = NULL;
	struct why why = {""};

	if (holding_parse(ctx, text, n, &holding, &why) != RES_PERM)
		fail_msg("taken, expected \"%s\":\n%s", reason, text);
	assert_null(holding);
	assert_int_equal(talloc_total_blocks(ctx), 1);
	if (strstr(why.text, reason) == NULL)
		fail_msg(
		    "\"%s\", expected \"%s\":\n%s", why.text, reason, text);
	talloc_free(ctx);
}

#define HEAD "holding kind=A role=attendee\n"

static void
test_refused(void **state)
{
	static const struct {
		const char *body; /* between the first line and the last */
		const char *reason;
	} bad[] = {
	    {"", "holding line 2: end: out of place"},
	    {"part state=live\n", "line 2: part: out of place"},
	    {"holding role=attendee\n", "line 2: kind: missing"},
	    {"holding kind=A\n", "line 2: role: missing"},
	    {"holding kind=A role=guest\n",
		"role: expected attendee or organizer"},
	    {"holding role=attendee kind=A\n", "line 2: kind: missing"},
	    {HEAD HEAD, "line 3: holding: out of place"},
	    {HEAD "participant address=a\n", "participant: out of place"},
	    {HEAD "proposal address=a\n", "proposal: out of place"},
	    {HEAD "text value=a\n", "text: out of place"},
	    {HEAD "mail\n", "line 3: unknown record"},
	    {HEAD "part\n", "line 3: state: missing"},
	    {HEAD "part state=dead\n",
		"state: expected live, cancelled or asked"},
	    {HEAD "part state=live sequence=x\n",
		"sequence: expected a number"},
	    {HEAD "part state=live dtstamp=1970-01-01T00:00:00Z sequence=1\n",
		"line 3: part: a field"},
	    {HEAD "part state=live\nparticipant name=a\n",
		"line 4: address: missing"},
	    {HEAD
		"part state=live\nproposal address=a\nparticipant address=a\n",
		"line 5: participant: out of place"},
	    {HEAD "part state=live\ntext value=a\ntext value=a\n",
		"line 5: text: out of place"},
	    {HEAD "part state=live\ntext value=a\nfreebusy"
		  " start=2026-12-01T08:00:00Z end=2026-12-01T09:00:00Z\n",
		"line 5: freebusy: out of place"},
	    {HEAD "timezone tzid=A\npart state=live\n",
		"line 4: part: out of place"},
	    {HEAD "timezone zone=A\n", "line 3: tzid: missing"},
	    {HEAD "end\n", "text after \"end\""},
	};
	char text[1000];
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		n = snprintf(text, sizeof(text), "imipd-holding 1\n%send\n",
		    bad[i].body);
		refused(text, (size_t)n, bad[i].reason);
	}
	refused("", 0, "holding line 1");
	refused("imipd-facts 1\nmail\nend\n", 23, "line 1: not");
}

/* No prefix is good, and no flipped byte does harm. */
static void
test_damaged(void **state)
{
	size_t n = sizeof(golden) - 1, i, taken = 0;
	char *copy = malloc(n);

	(void)state;
	assert_non_null(copy);
	for (i = 0; i < n; i++) {
		memcpy(copy, golden, i);
		refused(copy, i, "holding line ");
	}
	for (i = 0; i < 8 * n; i++) {
		void *ctx = talloc_new(NULL);
		struct holding *h = NULL;

		memcpy(copy, golden, n);
		copy[i / 8] =
		    (char)((unsigned char)copy[i / 8] ^ (1U << i % 8));
		if (holding_parse(ctx, copy, n, &h, NULL) == RES_OK) {
			taken++;
			assert_non_null(holding_print(ctx, h));
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

#define BEGIN "imipd-holding 1\n" HEAD
#define PART  BEGIN "part state=live\n"

static void
test_limits(void **state)
{
	static const struct {
		const char *head, *line;
		size_t limit;
	} t[] = {
	    {BEGIN, "part state=live\n", LIMIT_DATES},
	    {PART, "participant address=a\n", LIMIT_ATTENDEES},
	    {PART, "proposal address=a\n", LIMIT_ATTENDEES},
	    {PART,
		"freebusy start=2026-12-01T08:00:00Z"
		" end=2026-12-01T09:00:00Z\n",
		LIMIT_DATES},
	    {BEGIN, "timezone tzid=a\n", LIMIT_TIMEZONES},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		void *ctx = talloc_new(NULL);
		char *s = repeated(ctx, t[i].head, t[i].line, t[i].limit);

		assert_string_equal(
		    holding_print(ctx, parse(ctx, s, strlen(s))), s);
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
	s = mem_print(ctx,
	    "imipd-holding 1\nholding kind=A uid=%.*s role=attendee\nend\n",
	    LIMIT_UID_BYTES + 1, a);
	refused(s, strlen(s), "uid: expected a shorter text");
	s = mem_print(ctx, PART "participant address=%.*s\nend\n",
	    LIMIT_ADDRESS_BYTES + 1, a);
	refused(s, strlen(s), "address: expected a shorter text");
	refused(a, LIMIT_FACTS_BYTES + 1, "holding: more than");
	talloc_free(ctx);
}

/* --- times ----------------------------------------------------------------------- */

/* Dates and floating times are the calendar's; the others stay. */
static void
test_localize(void **state)
{
	static const char text[] =
	    BEGIN "part state=live recurrence-id=2026-07-01"
		  " start=2026-07-01T00:00:00 end=2026-07-01T01:00:00Z\n"
		  "end\n";
	void *ctx = talloc_new(NULL);
	struct part *p = parse(ctx, text, sizeof(text) - 1)->part;
	const int64_t midnight = 1782864000; /* 2026-07-01T00:00:00Z */

	(void)state;
	assert_int_equal(p->recurrence_id.utc, 0);
	part_localize(p, zone_find("Europe/Berlin"));
	assert_int_equal(p->recurrence_id.utc, midnight - 7200);
	assert_int_equal(p->recurrence_id.kind, WHEN_DATE);
	assert_int_equal(p->start.utc, midnight - 7200);
	assert_int_equal(p->end.utc, midnight + 3600);
	part_localize(p, NULL);
	assert_int_equal(p->start.utc, midnight);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden),
	    cmocka_unit_test(test_empty), cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_damaged), cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_long_texts), cmocka_unit_test(test_localize)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
