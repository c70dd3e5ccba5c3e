/*
 * read_meaning.c - what must be understood, one test a rule
 *
 * Rules 30 to 39 of the catalogue of interoperability, and what the well-known
 * clients send.  How it is packed and spelt: read_tolerance.c.
 */
#include "tests/unit/read_fixture.h"

/* --- 30: who is meant ---------------------------------------------------- */

static void
test_30_rooms(void **state)
{
	struct notice *n = read_event("", START
	    "LOCATION:Blue Room\nRESOURCES:Beamer\n"
	    "ATTENDEE;CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT:mailto:r+1@x.org\n"
	    "ATTENDEE;CUTYPE=room;ROLE=opt-participant:mailto:R@X.org");
	const struct component *c = &n->object[0].component[0];

	(void)state;
	good(n, "REQUEST", "");
	assert_string_equal(c->location, "Blue Room");
	assert_int_equal(c->nattendee, 2);
	assert_string_equal(c->attendee[0].address, "r+1@x.org");
	assert_string_equal(c->attendee[0].role, "NON-PARTICIPANT");
	assert_string_equal(c->attendee[1].address, "R@x.org");
	assert_string_equal(c->attendee[1].cutype, "ROOM");
	assert_string_equal(c->attendee[1].role, "OPT-PARTICIPANT");
}

/* --- 31, 32: versions, cancellations ------------------------------------- */

static void
test_31_version(void **state)
{
	struct notice *n = read_event("", START "SEQUENCE: 7 ");

	(void)state;
	good(n, "REQUEST", "");
	assert_int_equal(n->object[0].component[0].sequence, 7);
	assert_int_equal(n->object[0].component[0].dtstamp, YEAR_2026);
	n = read_event("", START "SEQUENCE:99999999999999999999");
	good(n, "REQUEST", "big-sequence");
	assert_int_equal(
	    n->object[0].component[0].sequence, INT64_C(2147483647));
}

static void
test_32_cancel(void **state)
{
	struct notice *n = read_text(
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:CANCEL\nBEGIN:VEVENT\n"
	    "UID:u1\nDTSTAMP:20260101T000000Z\nSEQUENCE:1\nEND:VEVENT\n"
	    "END:VCALENDAR\n");

	(void)state;
	assert_string_equal(trouble(n, NULL), "");
	assert_int_equal(n->object[0].ncomponent, 1);
	assert_int_equal(n->object[0].component[0].nattendee, 0);
	assert_int_equal(n->object[0].component[0].start.kind, WHEN_NONE);
	n = read_event("", START "STATUS:cancelled");
	good(n, "REQUEST", "");
	assert_true(n->object[0].instance[0].cancelled);
}

/* --- 33: recurrence as it comes ------------------------------------------ */

static void
test_33_recurrence(void **state)
{
	static const struct {
		const char *lines;
		const char *starts;
		const char *notes;
	} cases[] = {
	    /* the override before its master */
	    {"RECURRENCE-ID:20260112T090000Z\nDTSTART:20260113T110000Z" OVERRIDE
	     "DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3",
		"0105T09 0113T11#1 0119T09", ""},
	    /* invited to two dates only */
	    {"RECURRENCE-ID:20260112T090000Z\nDTSTART:20260112T090000Z" OVERRIDE
	     "RECURRENCE-ID:20260119T090000Z\nDTSTART:20260119T090000Z",
		"0112T09 0119T09#1", ""},
	    /* a date that the rule does not give */
	    {"DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY;COUNT=2" OVERRIDE
	     "RECURRENCE-ID:20260114T090000Z\nDTSTART:20260114T090000Z",
		"0105T09 0112T09 0114T09#1", "extra-instance"},
	    {"DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;COUNT=3\n"
	     "EXDATE;VALUE=DATE:20260106",
		"0105T09 0107T09", ""},
	    {"DTSTART:20260105T090000Z\nRDATE;VALUE=PERIOD:"
	     "20260106T090000Z/20260106T120000Z,20260107T090000Z/PT2H",
		"0105T09 0106T09 0107T09", ""},
	    {"DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;UNTIL=20260106",
		"0105T09 0106T09", ""},
	    {"DTSTART;TZID=Europe/Berlin:20260105T090000\n"
	     "RRULE:FREQ=DAILY;UNTIL=20260106T090000",
		"0105T09 0106T09", ""},
	    {"DTSTART:20260105T090000Z\nRRULE:FREQ=DAILY;UNTIL=20250101",
		"0105T09", "until-before-start"},
	    {"DTSTART:20260105T090000Z\n"
	     "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20260201T000000Z",
		"0105T09 0106T09", "count-and-until"},
	    {"DTSTART:20260105T090000Z\nRRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2",
		"0105T09 0106T09", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n = read_event("", cases[i].lines);

		assert_string_equal(trouble(n, NULL), "");
		assert_string_equal(starts(n), cases[i].starts);
		assert_string_equal(notes(n), cases[i].notes);
	}
}

/* --- 34: free or busy ---------------------------------------------------- */

static void
test_34_busy_status(void **state)
{
	static const struct {
		const char *lines;
		const char *transp;
	} cases[] = {
	    {"", "OPAQUE"},
	    {"TRANSP:transparent", "TRANSPARENT"},
	    {"TRANSP:X-OTHER", "OPAQUE"},
	    {"X-MICROSOFT-CDO-BUSYSTATUS:FREE", "TRANSPARENT"},
	    {"X-MICROSOFT-CDO-INTENDEDSTATUS:FREE\n"
	     "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
		"TRANSPARENT"},
	    {"X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\n"
	     "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
		"OPAQUE"},
	    {"X-MICROSOFT-CDO-INTENDEDSTATUS:OOF", "OPAQUE"},
	    {"X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", "OPAQUE"},
	    {"TRANSP:OPAQUE\nX-MICROSOFT-CDO-INTENDEDSTATUS:FREE", "OPAQUE"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n =
		    read_event("", mem_print(ctx, START "%s", cases[i].lines));

		good(n, "REQUEST", "");
		assert_string_equal(
		    n->object[0].component[0].transp, cases[i].transp);
	}
}

/* --- 35: zones (the names themselves: read_message.c) -------------------- */

static void
test_35_zones(void **state)
{
	struct notice *n = read_event("",
	    "DTSTART;TZID=\"W. Europe Standard Time\":20120713T100000\n"
	    "DTEND;TZID=Europe/London:20120713T140000");
	const struct component *c = &n->object[0].component[0];

	(void)state;
	assert_string_equal(trouble(n, NULL), "");
	assert_string_equal(c->start.zone, "Europe/Berlin");
	assert_string_equal(c->end.zone, "Europe/London");
	assert_int_equal(c->end.utc - c->start.utc, 5 * 3600);
	n = read_event("",
	    "DTSTART;TZID=(UTC-08:00) Pacific Time (US & Canada),Tijuana:"
	    "20260105T090000");
	good(n, "REQUEST", "");
	bad(read_event("", "DTSTART;TZID=Nowhere/At all:20260105T090000"),
	    "unknown-zone", ACTION_HOLD);
}

/* --- 36, 37: no answer wanted; forwarded --------------------------------- */

static void
test_36_rsvp(void **state)
{
	struct notice *n = read_event("",
	    START "ATTENDEE;RSVP=false:mailto:a@b.c\nATTENDEE:mailto:d@e.f\n"
		  "X-MICROSOFT-ISRESPONSEREQUESTED:FALSE");
	const struct component *c = &n->object[0].component[0];
	size_t i;

	(void)state;
	good(n, "REQUEST", "");
	assert_string_equal(c->attendee[0].rsvp, "FALSE");
	assert_string_equal(c->attendee[1].rsvp, "");
	for (i = 0; i < c->nline; i++) {
		if (strcmp(c->line[i],
			"X-MICROSOFT-ISRESPONSEREQUESTED:FALSE") == 0)
			return;
	}
	fail_msg("the line is not kept");
}

#define INNER                                                                  \
	"From: Organizer <org@example.com>\nTo: a@b.c\nSubject: x\n"           \
	"Content-Type: text/calendar; method=REQUEST\n\n"

static void
test_37_forwarded(void **state)
{
	struct notice *n;

	(void)state;
	/* forwarded as a message: shown, never acted on, whatever is in it */
	n = read_mail(MULTI("mixed"),
	    PART("text/plain", "see below")
		PART("message/rfc822", INNER CALENDAR("REQUEST")) END);
	bad(n, "forwarded", ACTION_IGNORE);
	assert_int_equal(n->nobject, 1);
	assert_string_equal(n->object[0].uid, "u1");
	assert_string_equal(n->mail.from, "boss@example.com");
	n = read_mail(MULTI("mixed"),
	    PART("message/rfc822", INNER CALENDAR("REQUEST"))
		PART("message/rfc822", INNER CALENDAR("CANCEL")) END);
	bad(n, "forwarded", ACTION_IGNORE);
	assert_true(has_note(n, "ambiguous"));
	n = read_mail("Content-Type: message/rfc822",
	    INNER "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nEND:VEVENT\n"
		  "END:VCALENDAR\n");
	bad(n, "forwarded", ACTION_IGNORE);
	/* encoded, though RFC 2046 section 5.2.1 forbids it */
	n = read_mail("Content-Type: message/rfc822\n"
		      "Content-Transfer-Encoding: base64",
	    "RnJvbTogeEB5LnoKQ29udGVudC1UeXBlOiB0ZXh0L2NhbGVuZGFyOyBtZXRob2Q9UkVRVUVTVAoK\n"
	    "QkVHSU46VkNBTEVOREFSClZFUlNJT046Mi4wCk1FVEhPRDpSRVFVRVNUCkJFR0lOOlZFVkVOVApV\n"
	    "SUQ6dTEKRFRTVEFNUDoyMDI2MDEwMVQwMDAwMDBaCkRUU1RBUlQ6MjAyNjAxMDVUMDkwMDAwWgpF\n"
	    "TkQ6VkVWRU5UCkVORDpWQ0FMRU5EQVIK\n");
	bad(n, "forwarded", ACTION_IGNORE);
	assert_string_equal(n->object[0].uid, "u1");
	bad(read_mail("Content-Type: message/rfc822\n"
		      "Content-Transfer-Encoding: base64",
		"no base64!\n"),
	    "no-calendar", ACTION_IGNORE);
	/* one that is broken is nobody's business */
	bad(read_mail("Content-Type: message/rfc822", INNER "nonsense\n"),
	    "no-calendar", ACTION_IGNORE);
	/* beside an invitation it does not matter */
	good(read_mail(MULTI("mixed"),
		 PART("message/rfc822", INNER CALENDAR("CANCEL")) PART(
		     "text/calendar; method=REQUEST", CALENDAR("REQUEST")) END),
	    "REQUEST", "");
	/* forwarded as a calendar: who says so is in From and ORGANIZER */
	n = read_mail("Content-Type: text/calendar; method=REQUEST",
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
	    "UID:u1\nDTSTAMP:20260101T000000Z\nORGANIZER:mailto:org@x.org\n" START
	    "END:VEVENT\nEND:VCALENDAR\n");
	good(n, "REQUEST", "");
	assert_string_equal(
	    n->object[0].component[0].organizer.address, "org@x.org");
}

/* --- 38: automatic mail -------------------------------------------------- */

static void
test_38_automatic(void **state)
{
	struct notice *n = read_mail("Auto-Submitted: auto-generated\n"
				     "Precedence: Bulk\n"
				     "List-Id: <all.example.com>\n"
				     "Content-Type: text/calendar",
	    CALENDAR("REQUEST"));

	(void)state;
	good(n, "REQUEST", "");
	assert_string_equal(n->mail.auto_submitted, "auto-generated");
	assert_string_equal(n->mail.precedence, "bulk");
	assert_string_equal(n->mail.list_id, "<all.example.com>");
	n = read_mail(MULTI("report"),
	    PART("text/plain", "failed")
		PART("message/rfc822", INNER CALENDAR("REQUEST")) END);
	bad(n, "no-calendar", ACTION_IGNORE);
	assert_string_equal(n->mail.type, "multipart/report");
	bad(read_mail(MULTI("digest"), "--b\n\n" INNER CALENDAR("REQUEST") END),
	    "no-calendar", ACTION_IGNORE);
}

/* --- 39: limits ---------------------------------------------------------- */

/* count times the same text. */
static const char *
repeated(const char *text, int count)
{
	size_t n = strlen(text);
	char *out = mem_array(ctx, char, n *(size_t)count + 1);
	int i;

	for (i = 0; i < count; i++)
		memcpy(out + n * (size_t)i, text, n);
	return out;
}

static void
test_39_limits(void **state)
{
	(void)state;
	bad(read_event("", mem_print(ctx, START "%s",
			       repeated("ATTENDEE:mailto:a@b.c\n", 501))),
	    "too-many-attendees", ACTION_DECLINE);
	bad(read_event(
		"", mem_print(ctx, START "%s", repeated("X-A:b\n", 2001))),
	    "too-many-properties", ACTION_HOLD);
	bad(read_event("", mem_print(ctx, START "%s",
			       repeated("BEGIN:VALARM\nEND:VALARM\n", 501))),
	    "too-many-components", ACTION_HOLD);
	bad(read_event("", mem_print(ctx, START "EXDATE:%s",
			       repeated("20260105T090000Z,", 2001))),
	    "too-many-dates", ACTION_HOLD);
	bad(read_event("", mem_print(ctx, START "X-LONG:%s",
			       repeated("0123456789", 7000))),
	    "long-line", ACTION_HOLD);
	bad(read_event(
		"", mem_print(ctx, START "X-A%s:x", repeated(";B=c", 101))),
	    "too-many-parameters", ACTION_HOLD);
	bad(read_event("", mem_print(ctx, START "%s:x", repeated("X", 256))),
	    "malformed", ACTION_HOLD);
	bad(read_event("", mem_print(ctx, START "SUMMARY:x\n%s",
			       repeated("no property\n", 101))),
	    "malformed", ACTION_HOLD);
	bad(read_mail(
		MULTI("mixed"), mem_print(ctx, "%s" END,
				    repeated(PART("text/plain", ""), 500))),
	    "too-many-parts", ACTION_HOLD);
}

/* --- clients ------------------------------------------------------------- */

static void
test_client_outlook(void **state)
{
	struct notice *n = read_mail(MULTI("alternative"),
	    PART("text/plain", "When: Monday")
		PART("text/calendar; charset=\"utf-8\"; method=REQUEST",
		    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"
		    "PRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\n"
		    "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\n"
		    "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"
		    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
		    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\n"
		    "END:STANDARD\r\nBEGIN:DAYLIGHT\r\n"
		    "DTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\n"
		    "TZOFFSETTO:+0200\r\n"
		    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\n"
		    "END:DAYLIGHT\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
		    "ORGANIZER;CN=Org:MAILTO:org@example.com\r\n"
		    "ATTENDEE;ROLE=NON-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
		    "RSVP=TRUE;CUTYPE=RESOUR\r\n CE;CN=Room:MAILTO:r@x.org\r\n"
		    "DESCRIPTION;LANGUAGE=en-US:\\n\r\nUID:u1\r\n"
		    "SUMMARY;LANGUAGE=en-US:All hands\r\n"
		    "DTSTART;TZID=W. Europe Standard Time:20260706T000000\r\n"
		    "DTEND;TZID=W. Europe Standard Time:20260707T000000\r\n"
		    "DTSTAMP:20260101T000000Z\r\nTRANSP:OPAQUE\r\n"
		    "X-MICROSOFT-CDO-APPT-SEQUENCE:0\r\n"
		    "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\n"
		    "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\r\n"
		    "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\nBEGIN:VALARM\r\n"
		    "DESCRIPTION:REMINDER\r\nTRIGGER;RELATED=START:-PT15M\r\n"
		    "ACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\n"
		    "END:VCALENDAR\r\n") END);

	(void)state;
	good(n, "REQUEST", "");
	assert_string_equal(instances(n), "20260706/20260707");
	assert_string_equal(
	    n->object[0].component[0].attendee[0].cutype, "RESOURCE");
}

static void
test_client_google(void **state)
{
	struct notice *n = read_event("",
	    "DTSTART;TZID=Europe/Berlin:20260323T090000\n"
	    "DTEND;TZID=Europe/Berlin:20260323T100000\n"
	    "RRULE:FREQ=WEEKLY;COUNT=3\nSEQUENCE:1" OVERRIDE
	    "RECURRENCE-ID:20260330T070000Z\nDTSTART:20260330T120000Z\n"
	    "DTEND:20260330T130000Z\nSEQUENCE:1\nX-NUM-GUESTS:0");

	(void)state;
	assert_string_equal(trouble(n, NULL), "");
	assert_string_equal(notes(n), "");
	assert_string_equal(instances(n), "20260323T080000Z/20260323T090000Z "
					  "20260330T120000Z/20260330T130000Z "
					  "20260406T070000Z/20260406T080000Z");
	assert_string_equal(
	    n->object[0].instance[1].recurrence_id.zone, "Europe/Berlin");
}

static void
test_client_apple(void **state)
{
	struct notice *n = read_event("", START
	    "ORGANIZER;CN=\"Org\";EMAIL=\"org@example.com\":/aCode/principal/\n"
	    "ATTENDEE;CN=\"Room\";CUTYPE=ROOM;EMAIL=\"room@example.com\";"
	    "X-CALENDARSERVER-DTSTAMP=20260101T000000Z:urn:uuid:0A\n"
	    "ATTENDEE;CN=\"No mail\":invalid:nomail\n"
	    "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"A\\nB\":geo:1,2\n"
	    "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M\n"
	    "X-CALENDARSERVER-PRIVATE-COMMENT:x");
	const struct component *c = &n->object[0].component[0];

	(void)state;
	good(n, "REQUEST", "");
	assert_string_equal(c->organizer.address, "org@example.com");
	assert_string_equal(c->attendee[0].address, "room@example.com");
	assert_string_equal(c->attendee[0].rsvp, "");
	assert_string_equal(c->attendee[1].address, "");
}

static void
test_client_thunderbird(void **state)
{
	struct notice *n = read_mail("Content-Type: application/ics; "
				     "name=\"invite.ics\"",
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:COUNTER\nBEGIN:VEVENT\n"
	    "UID:u1\nDTSTAMP:20260101T000000Z\nCOMMENT:later\\, please\n"
	    "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:"
	    "20260105T090000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n");

	(void)state;
	good(n, "COUNTER", "");
	assert_string_equal(instances(n), "20260105T080000Z/20260105T090000Z");
	assert_string_equal(n->object[0].component[0].comment, "later, please");
}

static void
test_client_zimbra(void **state)
{
	struct notice *n = read_mail(MULTI("mixed"),
	    "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
	    "--c\nContent-Type: text/plain\n\nhello\n"
	    "--c\nContent-Type: text/calendar; charset=utf-8; method=REPLY;"
	    " name=meeting.ics\n\n"
	    "BEGIN:VCALENDAR\nPRODID:Zimbra-Calendar-Provider\nVERSION:2.0\n"
	    "METHOD:REPLY\nBEGIN:VEVENT\nUID:u1\nDTSTAMP:20260101T000000Z\n" START
	    "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:b@x.org\":"
	    "mailto:a@x.org\nEND:VEVENT\nEND:VCALENDAR\n--c--\n" END);

	(void)state;
	good(n, "REPLY", "");
	assert_string_equal(
	    n->object[0].component[0].attendee[0].delegated_to, "b@x.org");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_30_rooms),
	    TEST(test_31_version),
	    TEST(test_32_cancel),
	    TEST(test_33_recurrence),
	    TEST(test_34_busy_status),
	    TEST(test_35_zones),
	    TEST(test_36_rsvp),
	    TEST(test_37_forwarded),
	    TEST(test_38_automatic),
	    TEST(test_39_limits),
	    TEST(test_client_outlook),
	    TEST(test_client_google),
	    TEST(test_client_apple),
	    TEST(test_client_thunderbird),
	    TEST(test_client_zimbra),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
