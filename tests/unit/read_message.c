/*
 * read_message.c - small messages, each with one thing that matters
 */
#include "tests/unit/read_fixture.h"

#define BERLIN ";TZID=Europe/Berlin:"

static void
test_series(void **state)
{
	static const struct {
		const char *lines;
		const char *expect;
	} cases[] = {
	    {"DTSTART:20260105T090000Z\nDTEND:20260105T100000Z",
		"20260105T090000Z/20260105T100000Z"},
	    {"DTSTART" BERLIN "20260105T090000\nDURATION:PT1H30M",
		"20260105T080000Z/20260105T093000Z"},
	    {"DTSTART;VALUE=DATE:20260105", "20260105/20260106"},
	    {"DTSTART:20260105T090000\nDTEND:20260105T090000",
		"20260105T090000/20260105T090000"},
	    /* across the change of 29 March */
	    {"DTSTART" BERLIN "20260322T090000\nDTEND" BERLIN
	     "20260322T100000\nRRULE:FREQ=WEEKLY;COUNT=2",
		"20260322T080000Z/20260322T090000Z "
		"20260329T070000Z/20260329T080000Z"},
	    /* hours that do not exist are no dates and not counted */
	    {"DTSTART" BERLIN "20260329T003000\nDURATION:PT15M\n"
	     "RRULE:FREQ=HOURLY;COUNT=4",
		"20260328T233000Z/20260328T234500Z "
		"20260329T003000Z/20260329T004500Z "
		"20260329T013000Z/20260329T014500Z "
		"20260329T023000Z/20260329T024500Z"},
	    {"DTSTART" BERLIN "20260328T213000\nDURATION:PT15M\n"
	     "RRULE:FREQ=HOURLY;INTERVAL=5;COUNT=3",
		"20260328T203000Z/20260328T204500Z "
		"20260329T053000Z/20260329T054500Z "
		"20260329T103000Z/20260329T104500Z"},
	    /* days stay */
	    {"DTSTART" BERLIN "20260328T023000\nDURATION:PT15M\n"
	     "RRULE:FREQ=DAILY;COUNT=3",
		"20260328T013000Z/20260328T014500Z "
		"20260329T013000Z/20260329T014500Z "
		"20260330T003000Z/20260330T004500Z"},
	    /* in the gap: the offset before it */
	    {"DTSTART" BERLIN "20260329T023000\nDURATION:PT1H",
		"20260329T013000Z/20260329T023000Z"},
	    /* EXDATE in UTC, and as a date */
	    {"DTSTART" BERLIN "20260105T090000\nDURATION:PT1H\n"
	     "RRULE:FREQ=DAILY;COUNT=4\nEXDATE:20260106T080000Z\n"
	     "EXDATE;VALUE=DATE:20260107",
		"20260105T080000Z/20260105T090000Z "
		"20260108T080000Z/20260108T090000Z"},
	    /* RDATE with a PERIOD */
	    {"DTSTART:20260105T090000Z\nDURATION:PT1H\n"
	     "RDATE;VALUE=PERIOD:20260110T090000Z/PT2H",
		"20260105T090000Z/20260105T100000Z "
		"20260110T090000Z/20260110T110000Z"},
	    /* DTSTART does not match: it is the first of the three */
	    {"DTSTART:20260106T090000Z\nDURATION:PT1H\n"
	     "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3",
		"20260106T090000Z/20260106T100000Z "
		"20260112T090000Z/20260112T100000Z "
		"20260119T090000Z/20260119T100000Z"},
	    /* UNTIL as a date: that day is in */
	    {"DTSTART" BERLIN "20260105T233000\nDURATION:PT1H\n"
	     "RRULE:FREQ=DAILY;UNTIL=20260106",
		"20260105T223000Z/20260105T233000Z "
		"20260106T223000Z/20260106T233000Z"},
	    /* Microsoft's day */
	    {"DTSTART" BERLIN "20260105T000000\nDTEND" BERLIN
	     "20260106T000000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
		"20260105/20260106"},
	};
	enum action action;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n = read_event("", cases[i].lines);

		assert_string_equal(trouble(n, &action), "");
		assert_string_equal(instances(n), cases[i].expect);
		assert_true(n->object[0].complete);
		assert_true(n->object[0].covered == INT64_MAX);
	}
}

#define WEEKLY                                                                 \
	"DTSTART" BERLIN "20260105T090000\nDTEND" BERLIN                       \
	"20260105T100000\nRRULE:FREQ=WEEKLY;COUNT=3\n"

static void
test_overrides(void **state)
{
	struct notice *n;
	enum action action;

	(void)state;
	/* moved, its RECURRENCE-ID in UTC */
	n = read_event("", WEEKLY OVERRIDE
	    "RECURRENCE-ID:20260112T080000Z\nDTSTART:20260113T120000Z\n"
	    "DTEND:20260113T130000Z");
	assert_string_equal(instances(n), "20260105T080000Z/20260105T090000Z "
					  "20260113T120000Z/20260113T130000Z "
					  "20260119T080000Z/20260119T090000Z");
	assert_int_equal(n->object[0].instance[1].component, 1);
	assert_int_equal(n->object[0].instance[1].recurrence_id.utc,
	    n->object[0].instance[0].start.utc + 7 * 86400);
	/* moved out of the window, and one cancelled */
	n = read_event("", WEEKLY OVERRIDE
	    "RECURRENCE-ID" BERLIN "20260112T090000\n"
	    "DTSTART:20280113T120000Z\nDTEND:20280113T130000Z\n" OVERRIDE
	    "RECURRENCE-ID" BERLIN "20260119T090000\nSTATUS:CANCELLED\n"
	    "DTSTART" BERLIN "20260119T090000\nDURATION:PT1H");
	assert_string_equal(instances(n), "20260105T080000Z/20260105T090000Z "
					  "20260119T080000Z/20260119T090000Zx");
	assert_false(n->object[0].complete);
	/* Microsoft's days, one changed by its midnight in UTC */
	n = read_event("",
	    "DTSTART" BERLIN "20260105T000000\nDTEND" BERLIN
	    "20260106T000000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE\n"
	    "RRULE:FREQ=WEEKLY;COUNT=2\n" OVERRIDE
	    "RECURRENCE-ID:20260111T230000Z\nDTSTART;VALUE=DATE:20260114");
	assert_string_equal(
	    instances(n), "20260105/20260106 20260114/20260115");
	/* without its master */
	n = read_event("", "RECURRENCE-ID:20260112T080000Z\n"
			   "DTSTART:20260112T090000Z\nDURATION:PT1H");
	assert_string_equal(instances(n), "20260112T090000Z/20260112T100000Z");
	assert_string_equal(trouble(n, &action), "");
	/* one that the rule does not give */
	n = read_event("", WEEKLY OVERRIDE
	    "RECURRENCE-ID:20260114T080000Z\nDTSTART:20260114T120000Z\n"
	    "DURATION:PT1H");
	assert_int_equal(n->object[0].ninstance, 4);
	assert_true(has_note(n, "extra-instance"));
}

static void
test_window(void **state)
{
	const struct window window = {YEAR_2026, YEAR_2027, 5};
	static const char text[] =
	    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:u\n"
	    "DTSTAMP:20260101T000000Z\nDTSTART:19950101T090000Z\n"
	    "DURATION:PT1H\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n";
	struct notice *n = read_text(text);

	(void)state;
	assert_int_equal(n->object[0].ninstance, 365);
	assert_int_equal(n->object[0].covered, YEAR_2027);
	assert_string_equal(n->object[0].method, "PUBLISH");
	n = read_message(ctx, text, strlen(text), &window);
	assert_int_equal(n->object[0].ninstance, 5);
	assert_int_equal(
	    n->object[0].covered, YEAR_2026 + 5 * 86400 + 9 * 3600);
	assert_false(n->object[0].complete);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *before;
		const char *lines;
		const char *code;
		enum action action;
	} cases[] = {
	    {"", "DTSTART:20260105T090000Z\nDTEND:20260104T090000Z",
		"bad-period", ACTION_DECLINE},
	    {"", "DTSTART:20260105T090000Z\nDURATION:-P1D", "bad-period",
		ACTION_DECLINE},
	    {"", "DTSTART:20260105T090000Z\nDURATION:P99999999999999W",
		"bad-duration", ACTION_HOLD},
	    {"", START "DURATION:PT1H", "end-and-duration", ACTION_HOLD},
	    {"", "DTSTART:20260052T000000Z", "bad-time", ACTION_HOLD},
	    {"", "DTSTART:20269952T000000Z", "bad-time", ACTION_HOLD},
	    {"", "DTSTART:20260105T256100Z", "bad-time", ACTION_HOLD},
	    {"", "DTSTART:20260229T000000Z", "bad-time", ACTION_HOLD},
	    {"", "DTSTART:00000101", "out-of-range", ACTION_DECLINE},
	    {"", "DTSTART:30001231", "out-of-range", ACTION_DECLINE},
	    {"", "DTSTART:20260105T090000Z\nDTEND:20360105T090000Z", "too-long",
		ACTION_DECLINE},
	    {"", "DTSTART;VALUE=DATE:20260105\nDTEND:20260106T090000Z",
		"mixed-types", ACTION_HOLD},
	    {"", "DTSTART;TZID=Mars/Base:20260105T090000", "unknown-zone",
		ACTION_HOLD},
	    {"", "DTSTART;TZID=../../etc/passwd:20260105T090000",
		"unknown-zone", ACTION_HOLD},
	    {"BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\n"
	     "DTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
	     "RRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n",
		"DTSTART;TZID=X:20260105T090000", "bad-zone", ACTION_HOLD},
	    {"BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\n"
	     "DTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+2400\n"
	     "END:STANDARD\nEND:VTIMEZONE\n",
		"DTSTART;TZID=X:20260105T090000", "bad-zone", ACTION_HOLD},
	    {"", START "UID:u2", "duplicate-property", ACTION_HOLD},
	    {"", START "METHOD:CANCEL", "method-twice", ACTION_HOLD},
	    {"METHOD:CANCEL\n", START, "method-twice", ACTION_HOLD},
	    {"", START "SEQUENCE:-1", "bad-sequence", ACTION_HOLD},
	    {"", START "RRULE:FREQ=SECONDLY", "bad-rule", ACTION_DECLINE},
	    {"", START "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
		"no-instances", ACTION_HOLD},
	    {"", START "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
		"no-instances", ACTION_HOLD},
	    {"", START "BEGIN:A\nBEGIN:B\nBEGIN:C\nEND:C\nEND:B\nEND:A",
		"too-many-components", ACTION_HOLD},
	    {"", START "BEGIN:VALARM\nEND:VEVENT\nEND:VALARM", "malformed",
		ACTION_HOLD},
	    {"", START "END:VEVENT\nBEGIN:VEVENT\nUID:u2\n" START, "two-uids",
		ACTION_HOLD},
	    {"", START "X-A;B=\"c:d", "malformed", ACTION_HOLD},
	    {"", "SUMMARY:x", "no-start", ACTION_HOLD},
	};
	enum action action = ACTION_NOTE;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n = read_event(cases[i].before, cases[i].lines);

		if (strcmp(trouble(n, &action), cases[i].code) != 0)
			fail_msg("%s: %s", cases[i].lines, trouble(n, &action));
		assert_int_equal(action, cases[i].action);
	}
}

static void
test_zones(void **state)
{
	static const struct {
		const char *tzid;
		const char *zone;
	} cases[] = {
	    {"Europe/Berlin", "Europe/Berlin"},
	    {"W. Europe Standard Time", "Europe/Berlin"},
	    {"w. europe standard time 1", "Europe/Berlin"},
	    {"Eastern Daylight Time", ""},
	    {"/mozilla.org/20050126_1/America/Boise", "America/Boise"},
	    {"/freeassociation.sourceforge.net/Tzfile/Europe/Rome",
		"Europe/Rome"},
	    {"tzone://Microsoft/Utc", "UTC"},
	    {"\"(UTC+01:00) Amsterdam, Berlin, Bern\"", "Europe/Amsterdam"},
	    {"(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"},
	    {"GMT+1", "Etc/GMT-1"},
	    {"Europe_Vienna", "Europe/Vienna"},
	};
	enum action action;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n = read_event(
		    "", mem_print(ctx, "DTSTART;TZID=%s:20260705T090000",
			    cases[i].tzid));

		if (cases[i].zone[0] == '\0')
			continue;
		assert_string_equal(trouble(n, &action), "");
		assert_string_equal(
		    n->object[0].timezone[0].zone, cases[i].zone);
		assert_string_equal(
		    n->object[0].component[0].start.zone, cases[i].zone);
	}
}

#define VTIMEZONE(tzid, offset)                                                \
	"BEGIN:VTIMEZONE\nTZID:" tzid "\nBEGIN:STANDARD\n"                     \
	"DTSTART:19700101T000000\nTZOFFSETFROM:" offset "\nTZOFFSETTO:" offset \
	"\nEND:STANDARD\nEND:VTIMEZONE\n"

static void
test_vtimezone(void **state)
{
	struct notice *n;

	(void)state;
	/* lies about a known name: not believed */
	n = read_event(VTIMEZONE("Europe/Berlin", "+0900"),
	    "DTSTART" BERLIN "20260105T090000");
	assert_string_equal(instances(n), "20260105T080000Z/20260105T080000Z");
	assert_true(has_note(n, "zone-mismatch"));
	/* an offset that no zone has: its own rules */
	n = read_event(
	    VTIMEZONE("Own", "+0117"), "DTSTART;TZID=Own:20260105T090000");
	assert_string_equal(instances(n), "20260105T074300Z/20260105T074300Z");
	assert_string_equal(n->object[0].component[0].start.zone, "Own");
	assert_string_equal(n->object[0].timezone[0].zone, "");
	/* Germany without its name: recognised */
	n = read_event("BEGIN:VTIMEZONE\nTZID:Customized Time Zone\n"
		       "BEGIN:STANDARD\nDTSTART:16010101T030000\n"
		       "TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
		       "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n"
		       "BEGIN:DAYLIGHT\nDTSTART:16010101T020000\n"
		       "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
		       "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\n"
		       "END:VTIMEZONE\n",
	    "DTSTART;TZID=Customized Time Zone:20260705T090000");
	assert_string_equal(
	    n->object[0].component[0].start.zone, "Europe/Berlin");
	assert_string_equal(instances(n), "20260705T070000Z/20260705T070000Z");
}

static void
test_people(void **state)
{
	struct notice *n = read_event("", START
	    "ORGANIZER;CN=\"A^nB^'c\":MAILTO:Boss@Example.COM\n"
	    "ATTENDEE;PARTSTAT=accepted:mailto:a%2Bb@example.com?cc=x@y\n"
	    "ATTENDEE:mailto:a%0d%0ab@example.com\n"
	    "ATTENDEE;EMAIL=e@example.com:urn:uuid:1\n"
	    "ATTENDEE:mailto:a%40b@c\n"
	    "ATTENDEE;CUTYPE=ROOM;SENT-BY=\"mailto:s@x.org\":room@example.com");
	const struct component *c = &n->object[0].component[0];

	(void)state;
	assert_string_equal(c->organizer.address, "Boss@example.com");
	assert_string_equal(c->organizer.name, "A B\"c");
	assert_int_equal(c->nattendee, 5);
	assert_string_equal(c->attendee[0].address, "a+b@example.com");
	assert_string_equal(c->attendee[0].partstat, "ACCEPTED");
	assert_string_equal(c->attendee[1].address, "");
	assert_string_equal(c->attendee[1].partstat, "NEEDS-ACTION");
	assert_string_equal(c->attendee[2].address, "e@example.com");
	assert_string_equal(c->attendee[3].address, "");
	assert_string_equal(c->attendee[4].address, "room@example.com");
	assert_string_equal(c->attendee[4].sent_by, "s@x.org");
	assert_string_equal(c->attendee[4].cutype, "ROOM");
}

/* Content-Language is a field of a part: of the whole, or the calendar's. */
static void
test_language(void **state)
{
	struct notice *n;

	(void)state;
	n = read_mail("Content-Language: de-AT (Wien)\n"
		      "Content-Type: text/calendar",
	    CALENDAR("REQUEST"));
	assert_string_equal(n->mail.language, "de-at");
	n = read_mail("Content-Type: multipart/mixed; boundary=b\n"
		      "Content-Language: NL, en",
	    "--b\nContent-Language: fr\nContent-Type: text/calendar\n\n" CALENDAR(
		"REQUEST") "--b--\n");
	assert_string_equal(n->mail.language, "nl");
	n = read_mail("Content-Type: multipart/mixed; boundary=b",
	    "--b\nContent-Language: es\nContent-Type: text/plain\n\nx\n"
	    "--b\nContent-Language: fr\nContent-Type: text/calendar\n\n" CALENDAR(
		"REQUEST") "--b--\n");
	assert_string_equal(n->mail.language, "fr");
	/* what was forwarded says nothing about who forwards it */
	n = read_mail("Content-Type: message/rfc822",
	    "From: a@b.c\nContent-Language: fr\n"
	    "Content-Type: text/calendar\n\n" CALENDAR("REQUEST"));
	assert_int_equal(n->nobject, 1);
	assert_string_equal(n->mail.language, "");
	n = read_mail("Content-Type: text/calendar", CALENDAR("REQUEST"));
	assert_string_equal(n->mail.language, "");
}

static void
test_mail(void **state)
{
	enum action action = ACTION_NOTE;
	struct notice *n;

	(void)state;
	n = read_mail(
	    "Content-Type: text/calendar; method=request", CALENDAR("REQUEST"));
	assert_string_equal(trouble(n, &action), "");
	assert_string_equal(n->object[0].method, "REQUEST");
	assert_string_equal(n->mail.from, "boss@example.com");
	assert_string_equal(n->mail.subject, "H\xc3\xa9");
	assert_string_equal(n->mail.message_id, "<1@x>");
	assert_int_equal(n->mail.date, INT64_C(1767261600));
	n = read_mail(
	    "Content-Type: text/calendar; method=CANCEL", CALENDAR("REQUEST"));
	assert_string_equal(trouble(n, &action), "method-mismatch");
	n = read_mail("Content-Type: text/plain", "hello\n");
	assert_string_equal(trouble(n, &action), "no-calendar");
	assert_int_equal(action, ACTION_IGNORE);
	n = read_mail("Content-Type: application/ms-tnef", "x\n");
	assert_string_equal(trouble(n, &action), "tnef");
	n = read_mail("Content-Type: text/calendar\n"
		      "Content-Transfer-Encoding: base64",
	    "QkVHSU46VkNBTEVOREFS\nCg\n");
	assert_string_equal(trouble(n, &action), "truncated");
	n = read_mail("Content-Type: text/calendar\n"
		      "Content-Transfer-Encoding: base64",
	    CALENDAR("REQUEST"));
	assert_string_equal(trouble(n, &action), "bad-base64");
	n = read_mail("Content-Type: text/calendar", "BEGIN:VCALENDAR\n");
	assert_string_equal(trouble(n, &action), "truncated");
	assert_int_equal(action, ACTION_HOLD);
	n = read_text("From: a@b.c, d@e.f\nContent-Type: text/plain\n\nx\n");
	assert_null(n->mail.from);
	n = read_text("From: a@b.c\nFrom: d@e.f\n\nx\n");
	assert_null(n->mail.from);
	assert_string_equal(trouble(read_text(""), &action), "empty");
}

static void
test_parts(void **state)
{
	static const char multi[] = "Content-Type: multipart/mixed; boundary=b";
	enum action action = ACTION_NOTE;
	struct notice *n;

	(void)state;
	n = read_mail(multi,
	    PART("text/calendar; method=REQUEST", CALENDAR("REQUEST"))
		PART("application/ics", CALENDAR("REQUEST")) "--b--\n");
	assert_int_equal(n->nobject, 1);
	assert_string_equal(trouble(n, &action), "");
	n = read_mail(multi, PART("text/calendar", CALENDAR("REQUEST"))
				 PART("application/octet-stream; name=a.ICS",
				     CALENDAR("CANCEL")) "--b--\n");
	assert_string_equal(trouble(n, &action), "ambiguous");
}

/* Only what others answered differs: the same digest. */
static void
test_digest(void **state)
{
	struct notice *a = read_event("", START "ATTENDEE:mailto:a@b.c");
	struct notice *b = read_event(
	    "", START "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.c\nSEQUENCE:1");
	struct notice *c = read_event("", START "LOCATION:elsewhere");

	(void)state;
	assert_int_equal(strlen(a->object[0].digest), 16);
	assert_string_equal(a->object[0].digest, b->object[0].digest);
	assert_string_not_equal(a->object[0].digest, c->object[0].digest);
}

/* Nothing from outside breaks a string: folding, controls, escapes. */
static void
test_text(void **state)
{
	struct notice *n = read_event("", START
	    "SUMMARY:a\\nb\\, c\x01\x7f\xc3\n \xa9\nATTACH:file:///etc/passwd\n"
	    "BEGIN:VALARM\nACTION:PROCEDURE\nEND:VALARM");
	const struct component *c = &n->object[0].component[0];

	(void)state;
	assert_string_equal(c->summary, "a b, c  \xc3\xa9");
	assert_null(strstr(c->text, "ATTACH"));
	assert_null(strstr(c->text, "VALARM"));
	assert_true(text_is_clean(c->text, strlen(c->text), "\n"));
	assert_string_equal(c->line[0], "UID:u1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_series),
	    TEST(test_overrides),
	    TEST(test_window),
	    TEST(test_refused),
	    TEST(test_zones),
	    TEST(test_vtimezone),
	    TEST(test_people),
	    TEST(test_language),
	    TEST(test_mail),
	    TEST(test_parts),
	    TEST(test_digest),
	    TEST(test_text),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
