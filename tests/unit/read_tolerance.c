/*
 * read_tolerance.c - what must be swallowed, one test a rule
 *
 * Rules 27 to 29 of the catalogue of interoperability: how an invitation is
 * packed, spelt and addressed.  Those from 30 on: read_meaning.c.
 */
#include "tests/unit/read_fixture.h"

/* --- 27: any disguise ---------------------------------------------------- */

static void
test_27_types(void **state)
{
	static const char *const headers[] = {
	    "Content-Type: text/calendar; method=REQUEST; charset=utf-8",
	    "Content-Type: TEXT/Calendar; METHOD=request",
	    "Content-Type: text/calendar; method=\"REQUEST\"; component=VTODO",
	    "Content-Type: text/calendar",
	    "Content-Type: text/calendar; method=",
	    "Content-Type: text/x-vcalendar; method=REQUEST",
	    "Content-Type: application/ics",
	    "Content-Type: application/ics; name=\"invite.ics\"",
	    "Content-Type: application/octet-stream; name=meeting.ICS",
	    "Content-Type: application/octet-stream\n"
	    "Content-Disposition: attachment; filename=\"meeting.ics\"",
	    "Content-Type: application/octet-stream\n"
	    "Content-Disposition: attachment;\n"
	    " filename*=utf-8''Einladung%20f%C3%BCr.ics",
	    "Content-Type: text/plain; name=\"=?utf-8?q?a=2Eics?=\"",
	    "Content-Disposition: attachment; filename=a.ics",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		good(read_mail(headers[i], CALENDAR("REQUEST")), "REQUEST", "");
	bad(read_mail("Content-Type: application/octet-stream; name=a.txt",
		CALENDAR("REQUEST")),
	    "no-calendar", ACTION_IGNORE);
}

static void
test_27_copies(void **state)
{
	(void)state;
	/* as Google sends it: the attachment says no method */
	good(read_mail(MULTI("mixed"),
		 PART("text/calendar; method=REQUEST", CALENDAR("REQUEST"))
		     PART("application/ics; name=invite.ics",
			 CALENDAR("REQUEST")) END),
	    "REQUEST", "");
	/* the first usable one: the other is empty, or broken */
	good(read_mail(MULTI("mixed"),
		 PART("text/calendar; method=REQUEST", "")
		     PART("application/ics", CALENDAR("REQUEST")) END),
	    "REQUEST", "");
	good(read_mail(MULTI("mixed"),
		 PART("text/calendar; method=REQUEST", "BEGIN:VCALENDAR\n")
		     PART("application/ics", CALENDAR("REQUEST")) END),
	    "REQUEST", "");
	/* a file without METHOD is none, in either order */
	good(read_mail(MULTI("mixed"),
		 PART("text/calendar; method=REQUEST", CALENDAR("REQUEST"))
		     PART("text/calendar; name=flight.ics",
			 "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:other\n" START
			 "END:VEVENT\nEND:VCALENDAR") END),
	    "REQUEST", "other-calendar");
	good(read_mail(MULTI("mixed"),
		 PART("text/calendar; name=flight.ics",
		     "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:other\n" START
		     "END:VEVENT\nEND:VCALENDAR")
		     PART("text/calendar; method=REQUEST", CALENDAR("REQUEST"))
			 END),
	    "REQUEST", "other-calendar");
	bad(read_mail(MULTI("mixed"),
		PART("text/calendar", CALENDAR("REQUEST"))
		    PART("text/calendar", CALENDAR("CANCEL")) END),
	    "ambiguous", ACTION_HOLD);
}

static void
test_27_method(void **state)
{
	struct notice *n;

	(void)state;
	good(read_mail("Content-Type: text/calendar; method=request",
		 CALENDAR("request")),
	    "REQUEST", "");
	good(read_mail("Content-Type: text/calendar; method=CANCEL",
		 "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:u1\n"
		 "DTSTAMP:20260101T000000Z\n" START
		 "END:VEVENT\nEND:VCALENDAR\n"),
	    "CANCEL", "");
	good(read_mail("Content-Type: text/calendar",
		 "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:u1\n"
		 "DTSTAMP:20260101T000000Z\n" START
		 "END:VEVENT\nEND:VCALENDAR\n"),
	    "PUBLISH", "");
	n = read_mail(
	    "Content-Type: text/calendar; method=REQUEST", CALENDAR("CANCEL"));
	bad(n, "method-mismatch", ACTION_HOLD);
	/* a proposal announced as a question proposes, and books nothing */
	good(read_mail("Content-Type: text/calendar; method=REQUEST",
		 CALENDAR("COUNTER")),
	    "COUNTER", "method-mismatch");
	bad(read_mail("Content-Type: text/calendar; method=COUNTER",
		CALENDAR("REQUEST")),
	    "method-mismatch", ACTION_HOLD);
}

static void
test_27_nesting(void **state)
{
	char *body = mem_text(ctx, CALENDAR("REQUEST"));
	char *type = mem_text(ctx, "text/calendar");
	int i;

	(void)state;
	for (i = 0; i < 15; i++) {
		body = mem_print(ctx,
		    "--b%d\nContent-Type: text/plain\n\nhello\n"
		    "--b%d\nContent-Type: %s\n\n%s\n--b%d--\n",
		    i, i, type, body, i);
		type = mem_print(ctx, "multipart/%s; boundary=b%d",
		    i % 3 == 0   ? "alternative"
		    : i % 3 == 1 ? "related"
				 : "mixed",
		    i);
	}
	good(read_mail(mem_print(ctx, "Content-Type: %s", type), body),
	    "REQUEST", "");
}

static void
test_27_encodings(void **state)
{
	static const char qp[] =
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
	    "UID:u1\nDTSTAMP:20260101T000000Z\nSUMMARY:Z=C3=\n=BCrich =3D\n"
	    "ATTENDEE;PARTSTAT=3DACCEPTED;CN=3DX:mail=\nto:a@b.c\n" START
	    "END:VEVENT\nEND:VCALENDAR\n";
	static const char base64[] =
	    "QkVHSU46VkNBTEVOREFSClZFUlNJT046Mi4wCk1FVEhPRDpSRVFVRVNUCkJFR0lO\n"
	    "OlZFVkVOVApVSUQ6dTEKRFRTVEFNUDoyMDI2MDEwMVQwMDAwMDBaCkRUU1RBUlQ6\n"
	    "MjAyNjAxMDVUMDkwMDAwWgpEVEVORDoyMDI2MDEwNVQxMDAwMDBaCkVORDpWRVZF\n"
	    "TlQKRU5EOlZDQUxFTkRBUgo=\n";
	struct notice *n = read_mail("Content-Type: text/calendar\n"
				     "Content-Transfer-Encoding: "
				     "Quoted-Printable",
	    qp);

	(void)state;
	good(n, "REQUEST", "");
	assert_string_equal(
	    n->object[0].component[0].summary, "Z\xc3\xbcrich =");
	assert_string_equal(
	    n->object[0].component[0].attendee[0].address, "a@b.c");
	good(read_mail("Content-Type: application/ics\n"
		       "Content-Transfer-Encoding: BASE64 (comment)",
		 base64),
	    "REQUEST", "");
	good(read_mail("Content-Type: text/calendar\n"
		       "Content-Transfer-Encoding: 8-bit",
		 CALENDAR("REQUEST")),
	    "REQUEST", "");
	bad(read_mail("Content-Type: text/calendar\n"
		      "Content-Transfer-Encoding: x-own",
		CALENDAR("REQUEST")),
	    "bad-encoding", ACTION_HOLD);
}

/* --- 28: charsets, line ends, folding, what is missing ------------------- */

/* The summary of an event whose SUMMARY has these bytes in this charset. */
static const char *
summary_in(const char *charset, const char *bytes)
{
	struct notice *n =
	    read_mail(mem_print(ctx, "Content-Type: text/calendar%s", charset),
		mem_print(ctx,
		    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\n"
		    "BEGIN:VEVENT\nUID:u1\nDTSTAMP:20260101T000000Z\n" START
		    "SUMMARY:%s\nEND:VEVENT\nEND:VCALENDAR\n",
		    bytes));

	if (*trouble(n, NULL) != '\0')
		return trouble(n, NULL);
	return n->object[0].component[0].summary;
}

static void
test_28_charsets(void **state)
{
	(void)state;
	assert_string_equal(summary_in("", "\xc3\xa9"), "\xc3\xa9");
	assert_string_equal(
	    summary_in("; charset=us-ascii", "\xc3\xa9"), "\xc3\xa9");
	assert_string_equal(
	    summary_in("; charset=iso-8859-1", "\xc3\xa9"), "\xc3\xa9");
	assert_string_equal(
	    summary_in("; charset=\"x-unknown\"", "\xc3\xa9"), "\xc3\xa9");
	assert_string_equal(
	    summary_in("; charset=iso-8859-1", "\xe9"), "\xc3\xa9");
	assert_string_equal(
	    summary_in("; charset=windows-1252", "\x80"), "\xe2\x82\xac");
	assert_string_equal(
	    summary_in("; charset=utf-8", "\xe9"), "bad-charset");
	assert_string_equal(
	    summary_in("; charset=utf-7", "\xe9"), "bad-charset");
	/* ASCII means something else there */
	assert_string_equal(
	    summary_in("; charset=utf-7", "Gr+APwA3w-e"), "bad-charset");
	assert_string_equal(
	    summary_in("; charset=UNICODE-1-1-UTF-7", "x"), "bad-charset");
	good(read_mail("Content-Type: text/calendar",
		 "\xef\xbb\xbf" CALENDAR("REQUEST")),
	    "REQUEST", "");
	good(read_text("\xef\xbb\xbf\r\n " CALENDAR("REQUEST")), "REQUEST", "");
}

/* Read a text as a file in UTF-16, its sign at place 0 or 1 of two bytes. */
static struct notice *
read_wide(const char *mark, size_t place, const char *text)
{
	const struct window window = {YEAR_2026, YEAR_2027, 0};
	size_t i, n = strlen(text);
	char *wide = mem_array(ctx, char, 2 * n + 2);

	memcpy(wide, mark, 2);
	for (i = 0; i < n; i++)
		wide[2 + 2 * i + place] = text[i];
	return read_message(ctx, wide, 2 * n + 2, &window);
}

static void
test_28_utf16_file(void **state)
{
	(void)state;
	good(read_wide("\xff\xfe", 0, CALENDAR("REQUEST")), "REQUEST", "");
	good(read_wide("\xfe\xff", 1, CALENDAR("REQUEST")), "REQUEST", "");
	bad(read_wide("\xff\xfe", 0, "From: a@b.c\n\n" CALENDAR("REQUEST")),
	    "nul", ACTION_HOLD);
	bad(read_wide("\xff\xfe", 0, ""), "no-calendar", ACTION_IGNORE);
}

static void
test_28_folding(void **state)
{
	static const struct {
		const char *lines;
		const char *summary;
	} cases[] = {
	    {"SUMMARY:one\n  two", "one two"},
	    {"SUMMARY:one\r\n\ttwo", "onetwo"},
	    {"SUMM\n ARY:one", "one"},
	    {"SUMMARY:\xc3\n \xa9\r\r\n  x", "\xc3\xa9 x"},
	    /* without the blank, with empty lines */
	    {"SUMMARY:one\ntwo three", "onetwo three"},
	    {"SUMMARY:one\n\n\ntwo three\n\nfour", "onetwo threefour"},
	    {"SUMMARY:one\n \n  two", "one two"},
	    {"SUMMARY:one\n\nCLASS:PUBLIC", "one"},
	    {"summary : one", "one"},
	    {"SUMMARY;LANGUAGE=en;X-A=\"b;c:d\":one", "one"},
	    {"SUMMARY;;X-A:one", "one"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n =
		    read_event("", mem_print(ctx, START "%s", cases[i].lines));

		good(n, "REQUEST", "");
		if (strcmp(n->object[0].component[0].summary,
			cases[i].summary) != 0)
			fail_msg("%s: %s", cases[i].lines,
			    n->object[0].component[0].summary);
	}
}

/* A UID that is too long is cut, so that its facts can be told. */
static void
test_28_long_uid(void **state)
{
	char uid[1201];
	struct notice *n;
	struct notice *again = NULL;
	struct why why = {.text = ""};
	char *text;

	(void)state;
	memset(uid, 'u', sizeof(uid));
	(void)snprintf(uid + 999, 3, "\xc3\xa9");
	uid[1001] = 'u';
	uid[1200] = '\0';
	n = read_text(mem_print(ctx,
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
	    "UID:%s\nDTSTAMP:20260101T000000Z\n" START
	    "END:VEVENT\nEND:VCALENDAR\n",
	    uid));
	bad(n, "long-uid", ACTION_HOLD);
	assert_int_equal(strlen(n->object[0].uid), 999);
	text = facts_print(ctx, n);
	if (facts_parse(ctx, text, strlen(text), &again, &why) != RES_OK)
		fail_msg("%s", why.text);
}

static void
test_28_missing(void **state)
{
	struct notice *n = read_mail("Content-Type: text/calendar",
	    "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:u1\n" START
	    "END:VEVENT\nEND:VCALENDAR\n");

	(void)state;
	good(n, "REQUEST", "no-dtstamp no-version");
	assert_int_equal(
	    n->object[0].component[0].dtstamp, INT64_C(1767261600));
	assert_int_equal(n->object[0].component[0].sequence, 0);
	assert_string_equal(n->object[0].product, "");
	/* Kolab's sample has one digit too many, others all zeros */
	n = read_mail("Content-Type: text/calendar",
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
	    "UID:u1\nDTSTAMP:20120713T1254140\n" START
	    "END:VEVENT\nEND:VCALENDAR\n");
	good(n, "REQUEST", "no-dtstamp");
	n = read_mail("Content-Type: text/calendar",
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
	    "UID:u1\nDTSTAMP:00000000T000000\n" START
	    "END:VEVENT\nEND:VCALENDAR\n");
	good(n, "REQUEST", "no-dtstamp");
	/* what cannot be missing, or as good as missing */
	bad(read_text(
		"BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\n"
		"BEGIN:VEVENT\nUID:  \n" START "END:VEVENT\nEND:VCALENDAR\n"),
	    "no-uid", ACTION_HOLD);
	/* a DTSTART that is none is said to be so, not to be missing */
	bad(read_event("", "DTSTART:19000101T090000Z"), "out-of-range",
	    ACTION_DECLINE);
	bad(read_text("hello\n"), "no-calendar", ACTION_IGNORE);
	bad(read_event("", "X-DTSTART:20260105T090000Z"), "no-start",
	    ACTION_HOLD);
	bad(read_text("BEGIN:VCALENDAR\nMETHOD:REQUEST\nUID:u1\n" START
		      "END:VEVENT\nEND:VCALENDAR\n"),
	    "malformed", ACTION_HOLD);
}

/* --- 29: addresses ------------------------------------------------------- */

static void
test_29_addresses(void **state)
{
	static const struct {
		const char *line;
		const char *address;
	} cases[] = {
	    {"ATTENDEE:MAILTO:a@Example.COM", "a@example.com"},
	    {"ATTENDEE:mailto: a@example.com ", "a@example.com"},
	    {"ATTENDEE:mailto:<a@example.com>", "a@example.com"},
	    {"ATTENDEE:a@example.com", "a@example.com"},
	    {"attendee;cn=x:Mailto:a+b@example.com", "a+b@example.com"},
	    {"ATTENDEE:mailto:a%2Bb@example.com?subject=x", "a+b@example.com"},
	    {"ATTENDEE;EMAIL=a@example.com:urn:uuid:1-2-3", "a@example.com"},
	    {"ATTENDEE;EMAIL=\"a@example.com\":/principals/users/x/",
		"a@example.com"},
	    {"ATTENDEE;EMAIL=a@example.com:invalid:nomail", "a@example.com"},
	    {"ATTENDEE;EMAIL=a@example.com:mailto:", "a@example.com"},
	    {"ATTENDEE;X-CALENDARSERVER-EMAIL=\"a@example.com\":urn:uuid:1",
		"a@example.com"},
	    {"ATTENDEE;EMAIL=b@example.com:mailto:a@example.com",
		"a@example.com"},
	    {"ATTENDEE:invalid:nomail", ""},
	    {"ATTENDEE:urn:uuid:1-2-3", ""},
	    {"ATTENDEE:https://example.com/principal", ""},
	    {"ATTENDEE:mailto:a%0d%0aBcc:x@example.com", ""},
	    {"ATTENDEE:mailto:j\xc3\xb6rg@b\xc3\xbc"
	     "cher.example",
		"j\xc3\xb6rg@b\xc3\xbc"
		"cher.example"},
	    {"ATTENDEE;SENT-BY=mailto:s@x.org:mailto:a@example.com",
		"a@example.com"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n =
		    read_event("", mem_print(ctx, START "%s", cases[i].line));

		good(n, "REQUEST", "");
		assert_int_equal(n->object[0].component[0].nattendee, 1);
		assert_string_equal(
		    n->object[0].component[0].attendee[0].address,
		    cases[i].address);
	}
}

static void
test_29_reply_without_organizer(void **state)
{
	struct notice *n =
	    read_mail("Content-Type: text/calendar; method=REPLY",
		"BEGIN:VCALENDAR\nMETHOD:REPLY\nPRODID:Microsoft Exchange\n"
		"VERSION:2.0\nBEGIN:VEVENT\n"
		"ATTENDEE;PARTSTAT=ACCEPTED;CN=Ann:MAILTO:ann@example.com\n"
		"UID:u1\nDTSTAMP:20260101T000000Z\n" START
		"SEQUENCE:0\nX-MICROSOFT-CDO-APPT-SEQUENCE:0\n"
		"END:VEVENT\nEND:VCALENDAR\n");

	(void)state;
	good(n, "REPLY", "");
	assert_string_equal(n->object[0].component[0].organizer.address, "");
	assert_string_equal(
	    n->object[0].component[0].attendee[0].partstat, "ACCEPTED");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_27_types),
	    TEST(test_27_copies),
	    TEST(test_27_method),
	    TEST(test_27_nesting),
	    TEST(test_27_encodings),
	    TEST(test_28_charsets),
	    TEST(test_28_utf16_file),
	    TEST(test_28_folding),
	    TEST(test_28_long_uid),
	    TEST(test_28_missing),
	    TEST(test_29_addresses),
	    TEST(test_29_reply_without_organizer),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
