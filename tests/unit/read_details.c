/*
 * read_details.c - what answers, tasks and free/busy say beyond the times
 */
#include "tests/unit/read_fixture.h"

/* A calendar of that method with one component of that kind. */
static struct notice *
read_kind(const char *method, const char *kind, const char *lines)
{
	return read_text(mem_print(ctx,
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:%s\nBEGIN:%s\nUID:u1\n"
	    "DTSTAMP:20260101T000000Z\n%s\nEND:%s\nEND:VCALENDAR\n",
	    method, kind, lines, kind));
}

static void
test_delegation(void **state)
{
	struct notice *n = read_event("", START
	    "ATTENDEE;DELEGATED-TO=\"mailto:a@X.org\",\"mailto:b%2Bc@x.org\":"
	    "mailto:one@example.com\n"
	    "ATTENDEE;DELEGATED-FROM=\"mailto:a@x.org,mailto:b@x.org\";"
	    "LANGUAGE=de-DE:mailto:two@example.com\n"
	    "ATTENDEE;DELEGATED-TO=\"mailto:a@x.org\";"
	    "DELEGATED-TO=\"MAILTO:b@x.org\":mailto:three@example.com\n"
	    "ATTENDEE;DELEGATED-FROM=\"urn:uuid:1\",\"mailto:a^'^n@x.org\","
	    "\"mailto:%22a%20b%22@x.org\",mailto:c@x.org:"
	    "mailto:four@example.com\n"
	    "ATTENDEE:mailto:five@example.com\n"
	    "ORGANIZER;DELEGATED-TO=\"mailto:o@x.org\";LANGUAGE=NB:"
	    "mailto:boss@example.com");
	const struct component *c = &n->object[0].component[0];

	(void)state;
	assert_int_equal(c->nattendee, 5);
	assert_string_equal(c->attendee[0].delegated_to, "a@x.org b+c@x.org");
	assert_string_equal(c->attendee[0].delegated_from, "");
	assert_string_equal(c->attendee[1].delegated_from, "a@x.org b@x.org");
	assert_string_equal(c->attendee[1].language, "de-de");
	assert_string_equal(c->attendee[2].delegated_to, "a@x.org b@x.org");
	assert_string_equal(c->attendee[3].delegated_from, "c@x.org");
	assert_string_equal(c->attendee[3].address, "four@example.com");
	assert_string_equal(c->attendee[4].delegated_to, "");
	assert_string_equal(c->attendee[4].language, "");
	assert_string_equal(c->organizer.delegated_to, "o@x.org");
	assert_string_equal(c->organizer.language, "nb");
}

static void
test_reply(void **state)
{
	struct notice *n = read_kind("REPLY", "VEVENT",
	    "ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.c\n"
	    "COMMENT;LANGUAGE=en:Away\\, sorry\\nBye\nCOMMENT:second\n"
	    "REQUEST-STATUS:3.7;Invalid user;ATTENDEE:mailto:x@y.z\n"
	    "REQUEST-STATUS:2.0;Success");
	const struct component *c = &n->object[0].component[0];

	(void)state;
	assert_string_equal(trouble(n, NULL), "");
	assert_string_equal(c->comment, "Away, sorry Bye");
	assert_string_equal(
	    c->request_status, "3.7;Invalid user;ATTENDEE:mailto:x@y.z");
	assert_null(strstr(c->text, "REQUEST-STATUS"));
	assert_int_equal(c->percent, -1);
	assert_int_equal(c->completed, 0);
	n = read_kind("REPLY", "VEVENT", "COMMENT:\nREQUEST-STATUS:");
	assert_string_equal(n->object[0].component[0].comment, "");
	assert_string_equal(n->object[0].component[0].request_status, "");
}

static const struct {
	const char *lines;
	const char *expect; /* "percent completed notes" */
} tasks[] = {
    {"PERCENT-COMPLETE:40", "40 0 "},
    {"PERCENT-COMPLETE: 0 ", "0 0 "},
    {"PERCENT-COMPLETE:100\nCOMPLETED:20260105T090000Z", "100 1767603600 "},
    {"PERCENT-COMPLETE:101", "-1 0 bad-percent"},
    {"PERCENT-COMPLETE:-1", "-1 0 bad-percent"},
    {"PERCENT-COMPLETE:99999999999999999999", "-1 0 bad-percent"},
    {"PERCENT-COMPLETE:half", "-1 0 bad-percent"},
    {"COMPLETED;TZID=Europe/Berlin:20260105T100000", "-1 1767603600 "},
    {"COMPLETED:20260105T090000", "-1 1767603600 bad-completed"},
    {"COMPLETED:20260105", "-1 1767571200 bad-completed"},
    {"COMPLETED:yesterday", "-1 0 bad-completed"},
};

static void
test_task(void **state)
{
	const char *got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
		struct notice *n = read_kind("REPLY", "VTODO", tasks[i].lines);
		const struct component *c = &n->object[0].component[0];

		assert_string_equal(trouble(n, NULL), "");
		got = mem_print(ctx, "%d %ld %s", (int)c->percent,
		    (long)c->completed, notes(n));
		assert_string_equal(got, tasks[i].expect);
	}
}

/* Start, end and number of instances of components that are no events. */
static void
test_kinds(void **state)
{
	static const struct {
		const char *kind;
		const char *lines;
		enum when_kind start;
		const char *end; /* of its wall clock, "" if absent */
		const char *instances;
	} cases[] = {
	    {"VTODO", "DUE:20260105T170000Z", WHEN_NONE, "20260105T170000", ""},
	    {"VTODO", "SUMMARY:some day", WHEN_NONE, "", ""},
	    {"VTODO", "DTSTART:20260105T090000Z\nDUE:20260105T170000Z",
		WHEN_UTC, "20260105T170000", "0105T09"},
	    {"VTODO", "DTSTART:20260105T090000Z\nDURATION:PT2H", WHEN_UTC,
		"20260105T110000", "0105T09"},
	    {"VTODO", "DTSTART:20260105T090000Z", WHEN_UTC, "20260105T090000",
		"0105T09"},
	    {"VTODO", "DTSTART;VALUE=DATE:20260105\nDUE:20260105T170000Z",
		WHEN_DATE, "20260105T170000", "0105"},
	    {"VTODO", "DTSTART:20200105T090000Z\nDUE:20260105T090000Z",
		WHEN_UTC, "20260105T090000", "0105T09"},
	    {"VTODO",
		"DTSTART:20260105T090000Z\nDUE:20260105T170000Z\n"
		"RRULE:FREQ=WEEKLY;COUNT=2",
		WHEN_UTC, "20260105T170000", "0105T09 0112T09"},
	    {"VJOURNAL", "DTSTART;VALUE=DATE:20260105", WHEN_DATE,
		"20260106T000000", "0105"},
	    {"VJOURNAL", "SUMMARY:no date", WHEN_NONE, "", ""},
	    {"VFREEBUSY", "DTSTART:20200101T000000Z\nDTEND:20300101T000000Z",
		WHEN_UTC, "20300101T000000", ""},
	};
	char buf[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n =
		    read_kind("REQUEST", cases[i].kind, cases[i].lines);
		const struct component *c = &n->object[0].component[0];

		if (*trouble(n, NULL) != '\0')
			fail_msg("%s: %s", cases[i].lines, trouble(n, NULL));
		assert_string_equal(c->kind, cases[i].kind);
		assert_int_equal(c->start.kind, cases[i].start);
		assert_string_equal(
		    c->end.kind == WHEN_NONE
			? ""
			: civil_basic(buf, sizeof(buf), &c->end.wall),
		    cases[i].end);
		assert_string_equal(starts(n), cases[i].instances);
	}
}

#define SPAN "DTSTART:20260101T000000Z\nDTEND:20260201T000000Z\n"

static void
test_freebusy(void **state)
{
	static const struct {
		const char *lines;
		const char *expect; /* "start/end TYPE" in order */
		const char *notes;
	} cases[] = {
	    {"FREEBUSY:20260105T090000Z/20260105T100000Z",
		"20260105T090000Z/20260105T100000Z BUSY;", ""},
	    {"FREEBUSY;FBTYPE=busy-tentative:20260106T090000Z/PT1H30M,"
	     "20260105T090000Z/PT1H\n"
	     "FREEBUSY;FBTYPE=FREE:20260105T090000Z/PT30M\n"
	     "FREEBUSY;FBTYPE=X-OWN:,20260104T090000Z/P1D,",
		"20260104T090000Z/20260105T090000Z X-OWN;"
		"20260105T090000Z/20260105T093000Z FREE;"
		"20260105T090000Z/20260105T100000Z BUSY-TENTATIVE;"
		"20260106T090000Z/20260106T103000Z BUSY-TENTATIVE;",
		""},
	    {"FREEBUSY:20260105T090000/PT1H,20260106T090000Z/PT1H",
		"20260106T090000Z/20260106T100000Z BUSY;", "bad-freebusy"},
	    {"FREEBUSY;TZID=Europe/Berlin:20260105T090000/PT1H",
		"20260105T080000Z/20260105T090000Z BUSY;", ""},
	    {"FREEBUSY:20260105/P1D", "", "bad-freebusy"},
	    {"FREEBUSY:20260105T090000Z", "", "bad-freebusy"},
	    {"FREEBUSY:20260105T100000Z/20260105T090000Z", "", "bad-freebusy"},
	    {"FREEBUSY:20269905T090000Z/PT1H", "", "bad-freebusy"},
	    {"FREEBUSY:nonsense", "", "bad-freebusy"},
	};
	char a[32];
	char b[32];
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n = read_kind("REPLY", "VFREEBUSY",
		    mem_print(ctx, SPAN "%s", cases[i].lines));
		const struct component *c = &n->object[0].component[0];
		char *out = mem_text(ctx, "");

		assert_string_equal(trouble(n, NULL), "");
		for (k = 0; k < c->nfreebusy; k++)
			mem_add(&out, "%s/%s %s;",
			    utc_basic(a, sizeof(a), c->freebusy[k].start),
			    utc_basic(b, sizeof(b), c->freebusy[k].end),
			    c->freebusy[k].type);
		assert_string_equal(out, cases[i].expect);
		assert_string_equal(notes(n), cases[i].notes);
	}
}

/* Periods belong to VFREEBUSY; free/busy files have no UID; a limit holds. */
static void
test_freebusy_edges(void **state)
{
	char *many = mem_text(ctx, "FREEBUSY:20260105T090000Z/PT1H");
	struct notice *n =
	    read_event("", START "FREEBUSY:20260105T090000Z/20260105T100000Z");
	size_t i;

	(void)state;
	assert_int_equal(n->object[0].component[0].nfreebusy, 0);
	n = read_text("BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:PUBLISH\n"
		      "BEGIN:VFREEBUSY\nDTSTAMP:20260101T000000Z\n" SPAN
		      "FREEBUSY:20260105T090000Z/PT1H\nEND:VFREEBUSY\n"
		      "END:VCALENDAR\n");
	assert_string_equal(trouble(n, NULL), "");
	assert_int_equal(n->object[0].component[0].nfreebusy, 1);
	assert_true(n->object[0].complete);
	for (i = 0; i < 2500; i++)
		mem_add(&many, "\nFREEBUSY:20260105T090000Z/PT1H");
	n = read_kind("REPLY", "VFREEBUSY", many);
	assert_string_equal(trouble(n, NULL), "too-many-properties");
	many = mem_text(ctx, "FREEBUSY:20260105T090000Z/PT1H");
	for (i = 0; i < 2500; i++)
		mem_add(&many, ",\n 20260105T090000Z/PT1H");
	n = read_kind("REPLY", "VFREEBUSY", many);
	assert_string_equal(trouble(n, NULL), "too-many-dates");
	assert_int_equal(n->object[0].component[0].nfreebusy, 2000);
}

/* All of it survives the text form that the worker gets. */
static void
test_form(void **state)
{
	struct notice *n = read_kind("REPLY", "VFREEBUSY",
	    SPAN "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260105T090000Z/PT1H\n"
		 "COMMENT:a \"b\" \\\\ c\nREQUEST-STATUS:2.0;Success\n"
		 "ATTENDEE;DELEGATED-FROM=\"mailto:a@b.c\";LANGUAGE=EN:"
		 "mailto:d@e.f");
	char *text = facts_print(ctx, n);
	struct notice *again = NULL;
	struct why why = {.text = ""};

	(void)state;
	if (facts_parse(ctx, text, strlen(text), &again, &why) != RES_OK)
		fail_msg("%s", why.text);
	assert_string_equal(facts_print(ctx, again), text);
	assert_non_null(strstr(text, "delegated-from=a@b.c language=en"));
	assert_non_null(strstr(text, "type=BUSY-UNAVAILABLE"));
	assert_string_equal(
	    again->object[0].component[0].comment, "a \"b\" \\ c");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_delegation),
	    TEST(test_reply),
	    TEST(test_task),
	    TEST(test_kinds),
	    TEST(test_freebusy),
	    TEST(test_freebusy_edges),
	    TEST(test_form),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
