/*
 * zones_dst.c - hours that do not exist, hours that come twice, and what lasts
 * across them: RFC 5545 sections 3.3.5, 3.3.6 and 3.8.5.3, on both hemispheres
 *
 * Each case is read three times: by the IANA name; with a VTIMEZONE under a name
 * that says nothing, which is recognised; and with one that differs from every
 * zone long after the event, so that its own rules are what counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/base/zone.h"
#include "lib/read/read.h"

#define SINCE INT64_C(1767225600) /* 1 January 2026 */
#define UNTIL INT64_C(1861920000) /* 1 January 2029 */

struct dst {
	const char *zone;
	const char *start; /* DTSTART */
	const char *rest;  /* DURATION or DTEND; %s in it is the TZID */
	const char *begin; /* UTC */
	const char *end;
};

static const struct dst cases[] = {
    /* gaps: the offset before them; overlaps: the first of the two */
    {"Europe/Berlin", "20260329T023000", "DURATION:PT1H",
	"2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"},
    {"Europe/Berlin", "20261025T023000", "DURATION:PT1H",
	"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
    {"Europe/Berlin", "20261025T030000", "DURATION:PT1H",
	"2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z"},
    {"America/New_York", "20260308T023000", "DURATION:PT1H",
	"2026-03-08T07:30:00Z", "2026-03-08T08:30:00Z"},
    {"America/New_York", "20261101T013000", "DURATION:PT1H",
	"2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"},
    {"Australia/Sydney", "20260405T023000", "DURATION:PT1H",
	"2026-04-04T15:30:00Z", "2026-04-04T16:30:00Z"},
    {"Australia/Sydney", "20261004T023000", "DURATION:PT1H",
	"2026-10-03T16:30:00Z", "2026-10-03T17:30:00Z"},
    /* half an hour of it */
    {"Australia/Lord_Howe", "20260405T014500", "DURATION:PT1H",
	"2026-04-04T14:45:00Z", "2026-04-04T15:45:00Z"},
    {"Australia/Lord_Howe", "20261004T021500", "DURATION:PT1H",
	"2026-10-03T15:45:00Z", "2026-10-03T16:45:00Z"},
    /* by law, winter is the exception */
    {"Europe/Dublin", "20260329T013000", "DURATION:PT1H",
	"2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"},
    {"Europe/Dublin", "20261025T013000", "DURATION:PT1H",
	"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
    {"Europe/Dublin", "20260701T100000", "DURATION:PT1H",
	"2026-07-01T09:00:00Z", "2026-07-01T10:00:00Z"},
    /* Ramadan */
    {"Africa/Casablanca", "20260215T023000", "DURATION:PT1H",
	"2026-02-15T01:30:00Z", "2026-02-15T02:30:00Z"},
    {"Africa/Casablanca", "20260322T023000", "DURATION:PT1H",
	"2026-03-22T02:30:00Z", "2026-03-22T03:30:00Z"},
    {"Africa/Casablanca", "20260301T100000", "DURATION:PT1H",
	"2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z"},
    {"Africa/Casablanca", "20260601T100000", "DURATION:PT1H",
	"2026-06-01T09:00:00Z", "2026-06-01T10:00:00Z"},
    /* across a change: days are of the calendar, hours of the clock */
    {"Europe/Berlin", "20261024T120000", "DURATION:P1D", "2026-10-24T10:00:00Z",
	"2026-10-25T11:00:00Z"},
    {"Europe/Berlin", "20261024T120000", "DURATION:PT24H",
	"2026-10-24T10:00:00Z", "2026-10-25T10:00:00Z"},
    {"Europe/Berlin", "20261024T120000", "DTEND;TZID=%s:20261025T120000",
	"2026-10-24T10:00:00Z", "2026-10-25T11:00:00Z"},
    {"Europe/Berlin", "20260328T120000", "DURATION:P1DT2H",
	"2026-03-28T11:00:00Z", "2026-03-29T12:00:00Z"},
    {"Europe/Berlin", "20260328T023000", "DURATION:P1D", "2026-03-28T01:30:00Z",
	"2026-03-29T01:30:00Z"},
    {"Europe/Berlin", "20261025T013000", "DURATION:PT2H",
	"2026-10-24T23:30:00Z", "2026-10-25T01:30:00Z"},
    {"Australia/Sydney", "20260404T120000", "DURATION:P1D",
	"2026-04-04T01:00:00Z", "2026-04-05T02:00:00Z"},
    {"Australia/Sydney", "20260404T120000", "DURATION:PT24H",
	"2026-04-04T01:00:00Z", "2026-04-05T01:00:00Z"},
};

/* How a case is read. */
enum way {
	BY_NAME,
	RECOGNISED,
	OWN_RULES
};

/* A VTIMEZONE of a zone that is called otherwise. */
static char *
vtimezone(TALLOC_CTX *ctx, const char *name, const char *tzid, enum way way)
{
	static char text[20000];
	const struct zone *z = zone_find(name);
	size_t n;

	assert_non_null(z);
	n = zone_vtimezone(z, tzid, SINCE, UNTIL, text, sizeof(text));
	assert_in_range(n, 1, sizeof(text) - 1);
	if (way != OWN_RULES)
		return mem_text(ctx, text);
	/* an hour of its own, on the first day of the next year */
	assert_non_null(strstr(text, "END:VTIMEZONE"));
	*strstr(text, "END:VTIMEZONE") = '\0';
	return mem_print(ctx,
	    "%sBEGIN:STANDARD\r\nDTSTART:20270101T000000\r\n"
	    "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+1234\r\nEND:STANDARD\r\n"
	    "END:VTIMEZONE\r\n",
	    text);
}

/* Read an event; `rest` may hold %s for the TZID, once. */
static const struct object *
read_event(TALLOC_CTX *ctx, const char *zone, const char *start,
    const char *rest, enum way way)
{
	const struct window window = {SINCE, UNTIL, 0};
	const char *tzid = way == BY_NAME ? zone : "Customized Time Zone";
	const char *hole = strstr(rest, "%s");
	const struct notice *n;
	char *text = mem_text(ctx, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
				   "METHOD:REQUEST\r\n");

	if (way != BY_NAME)
		mem_add(&text, "%s", vtimezone(ctx, zone, tzid, way));
	mem_add(&text,
	    "BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n"
	    "DTSTART;TZID=%s:%s\r\n",
	    tzid, start);
	if (hole != NULL)
		mem_add(&text, "%.*s%s%s", (int)(hole - rest), rest, tzid,
		    hole + 2);
	else
		mem_add(&text, "%s", rest);
	mem_add(&text, "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	n = read_message(ctx, text, strlen(text), &window);
	if (n->nproblem > 0)
		fail_msg("%s %s: %s", zone, start, n->problem[0].text);
	assert_int_equal(n->nobject, 1);
	assert_int_equal(n->object[0].ntimezone, 1);
	if (way == OWN_RULES)
		assert_string_equal(n->object[0].timezone[0].zone, "");
	else
		assert_string_not_equal(n->object[0].timezone[0].zone, "");
	return &n->object[0];
}

static void
test_changes(void **state)
{
	char begin[32], end[32];
	enum way way;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (way = BY_NAME; way <= OWN_RULES; way++) {
			const struct dst *c = &cases[i];
			TALLOC_CTX *ctx = talloc_new(NULL);
			const struct object *o =
			    read_event(ctx, c->zone, c->start, c->rest, way);

			assert_int_equal(o->ninstance, 1);
			(void)utc_text(
			    begin, sizeof(begin), o->instance[0].start.utc);
			(void)utc_text(
			    end, sizeof(end), o->instance[0].end.utc);
			if (strcmp(begin, c->begin) != 0 ||
			    strcmp(end, c->end) != 0)
				fail_msg("%s %s %s, way %d: %s to %s", c->zone,
				    c->start, c->rest, (int)way, begin, end);
			talloc_free(ctx);
		}
}

/* A series meets the hour that is not there as DTSTART would. */
static void
test_series(void **state)
{
	static const struct {
		const char *zone, *start, *expect[4];
	} daily[] = {
	    {"Europe/Berlin", "20260328T023000",
		{"2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z",
		    "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"}},
	    {"Europe/Berlin", "20261024T023000",
		{"2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z",
		    "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"}},
	    {"Australia/Sydney", "20261002T023000",
		{"2026-10-01T16:30:00Z", "2026-10-02T16:30:00Z",
		    "2026-10-03T16:30:00Z", "2026-10-04T15:30:00Z"}},
	    {"Australia/Lord_Howe", "20260404T014500",
		{"2026-04-03T14:45:00Z", "2026-04-04T14:45:00Z",
		    "2026-04-05T15:15:00Z", "2026-04-06T15:15:00Z"}},
	};
	char got[32];
	enum way way;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(daily) / sizeof(daily[0]); i++)
		for (way = BY_NAME; way <= OWN_RULES; way++) {
			TALLOC_CTX *ctx = talloc_new(NULL);
			const struct object *o = read_event(ctx, daily[i].zone,
			    daily[i].start,
			    "RRULE:FREQ=DAILY;COUNT=4\r\nDURATION:PT1H", way);

			assert_int_equal(o->ninstance, 4);
			for (k = 0; k < 4; k++) {
				const struct instance *it = &o->instance[k];

				(void)utc_text(got, sizeof(got), it->start.utc);
				assert_string_equal(got, daily[i].expect[k]);
				assert_int_equal(
				    it->end.utc - it->start.utc, 3600);
			}
			talloc_free(ctx);
		}
}

/* A zone file as compilers of zone data wrote it: DAYLIGHT is the winter. */
static void
test_negative(void **state)
{
	static const char text[] =
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
	    "BEGIN:VTIMEZONE\r\nTZID:Eire\r\n"
	    "BEGIN:STANDARD\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\n"
	    "DTSTART:19810329T010000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"
	    "\r\nEND:STANDARD\r\n"
	    "BEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\n"
	    "DTSTART:19961027T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;"
	    "BYMONTH=10\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
	    "BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n"
	    "DTSTART;TZID=Eire:20260701T100000\r\n"
	    "DTEND;TZID=Eire:20260701T110000\r\n"
	    "RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2\r\n"
	    "END:VEVENT\r\nEND:VCALENDAR\r\n";
	const struct window window = {SINCE, UNTIL, 0};
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct notice *n =
	    read_message(ctx, text, sizeof(text) - 1, &window);
	char got[32];

	(void)state;
	assert_int_equal(n->nproblem, 0);
	assert_int_equal(n->object[0].ninstance, 2);
	(void)utc_text(got, sizeof(got), n->object[0].instance[0].start.utc);
	assert_string_equal(got, "2026-07-01T09:00:00Z");
	(void)utc_text(got, sizeof(got), n->object[0].instance[1].start.utc);
	assert_string_equal(got, "2027-01-01T10:00:00Z");
	talloc_free(ctx);
}

/* zone_next(): each change once, in order, and what is between is one offset. */
static void
test_next(void **state)
{
	const struct zone *z = zone_find("Europe/Berlin");
	int64_t at = SINCE;

	(void)state;
	at = zone_next(z, at);
	assert_int_equal(at, INT64_C(1774746000)); /* 29 March 2026, 01:00 */
	at = zone_next(z, at);
	assert_int_equal(at, INT64_C(1792890000)); /* 25 October 2026, 01:00 */
	assert_int_equal(zone_next(z, at - 1), at);
	assert_true(zone_next(z, at) > at);
	z = zone_find("Asia/Kolkata");
	assert_int_equal(zone_next(z, SINCE), INT64_MAX);
	z = zone_find("UTC");
	assert_int_equal(zone_next(z, 0), INT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_changes),
	    cmocka_unit_test(test_series),
	    cmocka_unit_test(test_negative),
	    cmocka_unit_test(test_next),
	};

	mem_init();
	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
