/*
 * read_future.c - RANGE=THISANDFUTURE: a change of a date and all later ones
 */
#include "tests/unit/read_fixture.h"

#define BERLIN ";TZID=Europe/Berlin:"

/* Mondays at nine in Berlin, six of them from 5 January on. */
#define WEEKLY                                                                 \
	"DTSTART" BERLIN "20260105T090000\nDTEND" BERLIN                       \
	"20260105T100000\nRRULE:FREQ=WEEKLY;COUNT=6"

#define FROM(rid) "RECURRENCE-ID;RANGE=THISANDFUTURE" BERLIN rid "\n"

/* A case: the event, the starts it gives and who describes them. */
struct future {
	const char *name;
	const char *lines;
	const char *starts;
};

static void
check(const struct future *cases, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct notice *notice = read_event("", cases[i].lines);

		if (*trouble(notice, NULL) != '\0')
			fail_msg(
			    "%s: %s", cases[i].name, trouble(notice, NULL));
		if (strcmp(starts(notice), cases[i].starts) != 0)
			fail_msg("%s: %s, not %s", cases[i].name,
			    starts(notice), cases[i].starts);
		assert_false(has_note(notice, "this-and-future"));
	}
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof((cases)[0]))

static const struct future shifts[] = {
    {"four hours later",
	WEEKLY OVERRIDE FROM("20260119T090000") "DTSTART" BERLIN
						"20260119T130000\n"
						"DURATION:PT1H",
	"0105T09 0112T09 0119T13#1 0126T13#1 0202T13#1 0209T13#1"},
    {"a day earlier",
	WEEKLY OVERRIDE FROM("20260126T090000") "DTSTART" BERLIN
						"20260125T100000",
	"0105T09 0112T09 0119T09 0125T10#1 0201T10#1 0208T10#1"},
    {"only the text changes",
	WEEKLY OVERRIDE FROM("20260119T090000") "DTSTART" BERLIN
						"20260119T090000\n"
						"SUMMARY:new",
	"0105T09 0112T09 0119T09#1 0126T09#1 0202T09#1 0209T09#1"},
    {"from the first date on",
	WEEKLY OVERRIDE FROM("20260105T090000") "DTSTART" BERLIN
						"20260105T110000",
	"0105T11#1 0112T11#1 0119T11#1 0126T11#1 0202T11#1 0209T11#1"},
    {"from a date between two of the series on",
	WEEKLY OVERRIDE FROM("20260121T090000") "DTSTART" BERLIN
						"20260121T110000",
	"0105T09 0112T09 0119T09 0121T11#1 0126T11#1 0202T11#1 "
	"0209T11#1"},
    {"the override comes first",
	FROM("20260202T090000") "DTSTART" BERLIN
				"20260202T080000" OVERRIDE WEEKLY,
	"0105T09 0112T09 0119T09 0126T09 0202T08#1 0209T08#1"},
    {"the RECURRENCE-ID in UTC, as Google writes it",
	WEEKLY OVERRIDE "RECURRENCE-ID;RANGE=THISANDFUTURE:20260202T080000Z\n"
			"DTSTART" BERLIN "20260202T080000",
	"0105T09 0112T09 0119T09 0126T09 0202T08#1 0209T08#1"},
    {"EXDATE and RDATE of the series go on",
	WEEKLY "\nEXDATE" BERLIN "20260126T090000\nRDATE" BERLIN
	       "20260128T150000" OVERRIDE FROM(
		   "20260119T090000") "DTSTART" BERLIN "20260119T110000",
	"0105T09 0112T09 0119T11#1 0128T17#1 0202T11#1 0209T11#1"},
    {"lower case",
	WEEKLY OVERRIDE "RECURRENCE-ID;RANGE=thisandfuture" BERLIN
			"20260202T090000\n"
			"DTSTART" BERLIN "20260202T080000",
	"0105T09 0112T09 0119T09 0126T09 0202T08#1 0209T08#1"},
};

static void
test_shift(void **state)
{
	(void)state;
	CHECK(shifts);
}

static const struct future several[] = {
    {"a later single one wins",
	WEEKLY OVERRIDE FROM(
	    "20260119T090000") "DTSTART" BERLIN "20260119T130000" OVERRIDE
			       "RECURRENCE-ID" BERLIN "20260202T090000\n"
			       "DTSTART" BERLIN "20260203T070000",
	"0105T09 0112T09 0119T13#1 0126T13#1 0203T07#2 0209T13#1"},
    {"a later one replaces it, counted from the series",
	WEEKLY OVERRIDE FROM(
	    "20260112T090000") "DTSTART" BERLIN
			       "20260112T130000" OVERRIDE FROM(
				   "20260126T090000") "DTSTART" BERLIN
						      "20260126T110000",
	"0105T09 0112T13#1 0119T13#1 0126T11#2 0202T11#2 0209T11#2"},
    {"the same in the other order",
	WEEKLY OVERRIDE FROM(
	    "20260126T090000") "DTSTART" BERLIN
			       "20260126T110000" OVERRIDE FROM(
				   "20260112T090000") "DTSTART" BERLIN
						      "20260112T130000",
	"0105T09 0112T13#1 0119T13#1 0126T11#2 0202T11#2 0209T11#2"},
    {"cancelled: the series ends",
	WEEKLY OVERRIDE FROM("20260126T090000") "STATUS:CANCELLED\n"
						"DTSTART" BERLIN
						"20260126T090000",
	"0105T09 0112T09 0119T09 0126T09#1x 0202T09#1x 0209T09#1x"},
    {"cancelled without a DTSTART",
	WEEKLY OVERRIDE FROM("20260126T090000") "STATUS:CANCELLED\n"
						"DTSTART:",
	"0105T09 0112T09 0119T09 0126T09#1x 0202T09#1x 0209T09#1x"},
    {"cancelled, but one date is kept",
	WEEKLY OVERRIDE FROM(
	    "20260126T090000") "STATUS:CANCELLED\n"
			       "DTSTART" BERLIN "20260126T090000" OVERRIDE
			       "RECURRENCE-ID" BERLIN "20260202T090000\n"
			       "DTSTART" BERLIN "20260202T090000",
	"0105T09 0112T09 0119T09 0126T09#1x 0202T09#2 0209T09#1x"},
    {"moved, then cancelled",
	WEEKLY OVERRIDE FROM(
	    "20260112T090000") "DTSTART" BERLIN
			       "20260112T130000" OVERRIDE FROM(
				   "20260202T090000") "STATUS:CANCELLED\n"
						      "DTSTART" BERLIN
						      "20260202T090000",
	"0105T09 0112T13#1 0119T13#1 0126T13#1 0202T09#2x 0209T09#2x"},
};

static void
test_several(void **state)
{
	(void)state;
	CHECK(several);
}

/* The clock on the wall counts, over the change of 29 March too. */
static void
test_zones(void **state)
{
	struct notice *n;

	(void)state;
	n = read_event("",
	    "DTSTART" BERLIN "20260316T090000\nDURATION:PT1H\n"
	    "RRULE:FREQ=WEEKLY;COUNT=3" OVERRIDE FROM(
		"20260323T090000") "DTSTART" BERLIN "20260323T110000\n"
				   "DURATION:PT2H");
	assert_string_equal(instances(n), "20260316T080000Z/20260316T090000Z "
					  "20260323T100000Z/20260323T120000Z "
					  "20260330T090000Z/20260330T110000Z");
	/* UTC stands for the zone of the series */
	n = read_event("", "DTSTART" BERLIN "20260316T090000\nDURATION:PT1H\n"
			   "RRULE:FREQ=WEEKLY;COUNT=3" OVERRIDE
			   "RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T080000Z"
			   "\nDTSTART:20260323T100000Z\n"
			   "DTEND:20260323T120000Z");
	assert_string_equal(instances(n), "20260316T080000Z/20260316T090000Z "
					  "20260323T100000Z/20260323T120000Z "
					  "20260330T090000Z/20260330T110000Z");
	/* another zone is where the meeting is from then on */
	n = read_event("",
	    "DTSTART" BERLIN "20260316T090000\nDURATION:PT1H\n"
	    "RRULE:FREQ=WEEKLY;COUNT=3" OVERRIDE FROM(
		"20260323T090000") "DTSTART;TZID=America/New_York:20260323T140000\n"
				   "DURATION:PT1H");
	assert_string_equal(instances(n), "20260316T080000Z/20260316T090000Z "
					  "20260323T180000Z/20260323T190000Z "
					  "20260330T180000Z/20260330T190000Z");
	assert_string_equal(
	    n->object[0].instance[2].start.zone, "America/New_York");
	assert_string_equal(
	    n->object[0].instance[2].recurrence_id.zone, "Europe/Berlin");
}

/* Days, and from hours to days and back. */
static void
test_days(void **state)
{
	struct notice *n = read_event("",
	    "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=3" OVERRIDE
	    "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260112\n"
	    "DTSTART;VALUE=DATE:20260113\nDTEND;VALUE=DATE:20260115");

	(void)state;
	assert_string_equal(instances(n),
	    "20260105/20260106 20260113/20260115 20260120/20260122");
	n = read_event(
	    "", WEEKLY "\nRDATE" BERLIN "20260121T070000" OVERRIDE FROM(
		    "20260119T090000") "DTSTART;VALUE=DATE:20260120");
	assert_string_equal(
	    starts(n), "0105T09 0112T09 0120#1 0122#1 0127#1 0203#1 0210#1");
	n = read_event("",
	    "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=3" OVERRIDE
	    "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260112\n"
	    "DTSTART" BERLIN "20260112T140000\nDURATION:PT1H");
	assert_string_equal(instances(n), "20260105/20260106 "
					  "20260112T130000Z/20260112T140000Z "
					  "20260119T130000Z/20260119T140000Z");
}

/* Ends: the length of the override, whatever a PERIOD said. */
static void
test_length(void **state)
{
	struct notice *n = read_event("",
	    "DTSTART:20260105T090000Z\nDTEND:20260105T100000Z\n"
	    "RDATE;VALUE=PERIOD:20260106T090000Z/PT5H,20260107T090000Z/PT6H" OVERRIDE
	    "RECURRENCE-ID;RANGE=THISANDFUTURE:20260106T090000Z\n"
	    "DTSTART:20260106T100000Z\nDTEND:20260106T103000Z");

	(void)state;
	assert_string_equal(instances(n), "20260105T090000Z/20260105T100000Z "
					  "20260106T100000Z/20260106T103000Z "
					  "20260107T100000Z/20260107T103000Z");
	assert_int_equal(n->object[0].instance[2].recurrence_id.utc,
	    n->object[0].instance[2].start.utc - 3600);
}

/* Read over a window of one week in January 2026. */
static struct notice *
read_week(const char *lines)
{
	const struct window window = {
	    YEAR_2026 + 11 * 86400, YEAR_2026 + 18 * 86400, 0};
	char *text = mem_print(ctx,
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
	    "UID:u1\nDTSTAMP:20260101T000000Z\n%s\nEND:VEVENT\n"
	    "END:VCALENDAR\n",
	    lines);

	return read_message(ctx, text, strlen(text), &window);
}

/* Moved into the window from either side, and out of it. */
static void
test_window(void **state)
{
	static const struct future cases[] = {
	    {"weeks later, from before the window",
		"DTSTART:20250105T090000Z\nRRULE:FREQ=DAILY" OVERRIDE
		"RECURRENCE-ID;RANGE=THISANDFUTURE:20250110T090000Z\n"
		"DTSTART:20250310T100000Z",
		"0112T10#1 0113T10#1 0114T10#1 0115T10#1 0116T10#1 0117T10#1 "
		"0118T10#1"},
	    {"weeks earlier, from behind it",
		"DTSTART:20260301T090000Z\nRRULE:FREQ=DAILY;COUNT=4" OVERRIDE
		"RECURRENCE-ID;RANGE=THISANDFUTURE:20260302T090000Z\n"
		"DTSTART:20260116T100000Z",
		"0116T10#1 0117T10#1 0118T10#1"},
	    {"out of it",
		"DTSTART:20260112T090000Z\nRRULE:FREQ=DAILY;COUNT=4" OVERRIDE
		"RECURRENCE-ID;RANGE=THISANDFUTURE:20260114T090000Z\n"
		"DTSTART:20260214T100000Z",
		"0112T09 0113T09"},
	    {"longer from then on: still running when the window begins",
		"DTSTART:20260105T090000Z\nDURATION:PT1H\n"
		"RRULE:FREQ=DAILY;COUNT=5" OVERRIDE
		"RECURRENCE-ID;RANGE=THISANDFUTURE:20260106T090000Z\n"
		"DTSTART:20260106T090000Z\nDURATION:P4D",
		"0108T09#1 0109T09#1"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n = read_week(cases[i].lines);

		assert_string_equal(trouble(n, NULL), "");
		if (strcmp(starts(n), cases[i].starts) != 0)
			fail_msg("%s: %s, not %s", cases[i].name, starts(n),
			    cases[i].starts);
		assert_false(n->object[0].complete);
	}
	/* exact up to the end of the window, or to all there is */
	assert_true(read_week(cases[0].lines)->object[0].covered ==
		    YEAR_2026 + 18 * 86400);
	assert_true(read_week(cases[3].lines)->object[0].covered == INT64_MAX);
}

/* What cannot be applied is said. */
static void
test_refused(void **state)
{
	enum action action = ACTION_NOTE;
	struct notice *n = read_event("",
	    FROM("20260119T090000") "DTSTART" BERLIN
				    "20260119T130000\nDURATION:PT1H");

	(void)state;
	assert_string_equal(trouble(n, &action), "");
	assert_string_equal(notes(n), "this-and-future");
	assert_string_equal(instances(n), "20260119T120000Z/20260119T130000Z");
	assert_string_equal(n->object[0].component[0].range, "THISANDFUTURE");
	n = read_event("",
	    WEEKLY OVERRIDE FROM("20260119T090000") "DTSTART" BERLIN
						    "20290119T130000");
	assert_string_equal(trouble(n, &action), "too-far");
	assert_int_equal(action, ACTION_DECLINE);
	n = read_event("", WEEKLY OVERRIDE
	    "RECURRENCE-ID;RANGE=THISANDPRIOR" BERLIN "20260119T090000\n"
	    "DTSTART" BERLIN "20260119T130000");
	assert_string_equal(trouble(n, &action), "this-and-prior");
	assert_int_equal(action, ACTION_DECLINE);
	n = read_event("", WEEKLY OVERRIDE "RECURRENCE-ID;RANGE=NONE" BERLIN
					   "20260119T090000\n"
					   "DTSTART" BERLIN "20260119T130000");
	assert_string_equal(trouble(n, &action), "");
	assert_true(has_note(n, "bad-range"));
	assert_string_equal(
	    starts(n), "0105T09 0112T09 0119T13#1 0126T09 0202T09 0209T09");
	n = read_event("",
	    WEEKLY OVERRIDE FROM(
		"20260119T090000") "DTSTART" BERLIN "20260119T130000" OVERRIDE
				   "RECURRENCE-ID" BERLIN
				   "20260119T090000\nDTSTART" BERLIN
				   "20260119T140000");
	assert_string_equal(trouble(n, &action), "duplicate-instance");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_shift),
	    TEST(test_several),
	    TEST(test_zones),
	    TEST(test_days),
	    TEST(test_length),
	    TEST(test_window),
	    TEST(test_refused),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
