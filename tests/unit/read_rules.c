/*
 * read_rules.c - recurrence as the world writes it: several rules, exception
 * rules, UNTIL in every wrong form, values that cannot be
 */
#include "tests/unit/read_fixture.h"

#define BERLIN ";TZID=Europe/Berlin:"

/* Noon of 5 January, a Monday, in Berlin. */
#define NOON "DTSTART" BERLIN "20260105T120000\n"

struct series_case {
	const char *lines;
	const char *starts;
	const char *notes;
};

static void
check(const struct series_case *cases, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct notice *notice = read_event("", cases[i].lines);

		if (*trouble(notice, NULL) != '\0')
			fail_msg(
			    "%s: %s", cases[i].lines, trouble(notice, NULL));
		if (strcmp(starts(notice), cases[i].starts) != 0)
			fail_msg("%s: %s", cases[i].lines, starts(notice));
		if (strcmp(notes(notice), cases[i].notes) != 0)
			fail_msg("%s: %s", cases[i].lines, notes(notice));
	}
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof((cases)[0]))

static void
test_exrule(void **state)
{
	static const struct series_case cases[] = {
	    {NOON "RRULE:FREQ=DAILY;COUNT=7\nEXRULE:FREQ=WEEKLY;BYDAY=TU,SA",
		"0105T12 0107T12 0108T12 0109T12 0111T12", "exception-rule"},
	    {NOON "RRULE:FREQ=DAILY;COUNT=6\nEXRULE:FREQ=DAILY;COUNT=2\n"
		  "EXRULE:FREQ=WEEKLY;BYDAY=FR",
		"0107T12 0108T12 0110T12", "exception-rule"},
	    {NOON "RDATE" BERLIN "20260107T120000,20260108T120000\n"
		  "EXRULE:FREQ=DAILY;INTERVAL=2",
		"0108T12", "exception-rule"},
	    {NOON "RRULE:FREQ=DAILY;COUNT=3\nEXRULE:FREQ=DAILY", "",
		"exception-rule all-excluded"},
	    /* at another hour it takes nothing out */
	    {NOON "RRULE:FREQ=DAILY;COUNT=2\nEXRULE:FREQ=DAILY;BYHOUR=13",
		"0105T12 0106T12", "exception-rule"},
	    {"DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;COUNT=4\n"
	     "EXRULE:FREQ=DAILY;INTERVAL=3",
		"0106 0107", "exception-rule"},
	    {NOON "RRULE:FREQ=DAILY;COUNT=2\nEXRULE:", "0105T12 0106T12", ""},
	    /* across the change of 29 March, on the clock on the wall */
	    {"DTSTART" BERLIN "20260327T120000\nRRULE:FREQ=DAILY;COUNT=4\n"
	     "EXRULE:FREQ=DAILY;INTERVAL=3",
		"0328T12 0329T12", "exception-rule"},
	};

	(void)state;
	CHECK(cases);
}

static void
test_several_rules(void **state)
{
	static const struct series_case cases[] = {
	    {NOON "RRULE:FREQ=WEEKLY;COUNT=3\nRRULE:FREQ=MONTHLY;COUNT=2",
		"0105T12 0112T12 0119T12 0205T12", "several-rules"},
	    {NOON "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2\n"
		  "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2\n"
		  "RRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20260110",
		"0105T12 0107T12 0109T12 0112T12 0114T12", "several-rules"},
	    {NOON "RRULE:FREQ=DAILY;COUNT=2\nRRULE:", "0105T12 0106T12", ""},
	};
	struct notice *a;
	struct notice *b;

	(void)state;
	CHECK(cases);
	/* every rule counts in the digest, and is kept */
	a = read_event("", NOON "RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY");
	b = read_event("", NOON "RRULE:FREQ=DAILY\nRRULE:FREQ=MONTHLY");
	assert_string_not_equal(a->object[0].digest, b->object[0].digest);
	b = read_event("", NOON "RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY");
	assert_string_not_equal(a->object[0].digest, b->object[0].digest);
	assert_non_null(
	    strstr(b->object[0].component[0].text, "EXRULE:FREQ=WEEKLY"));
}

static void
test_until(void **state)
{
	static const struct series_case cases[] = {
	    /* a date: that whole day */
	    {NOON "RRULE:FREQ=DAILY;UNTIL=20260106", "0105T12 0106T12", ""},
	    /* local time: that clock on the wall, the moment itself is in */
	    {NOON "RRULE:FREQ=DAILY;UNTIL=20260107T120000",
		"0105T12 0106T12 0107T12", ""},
	    {NOON "RRULE:FREQ=DAILY;UNTIL=20260107T115959", "0105T12 0106T12",
		""},
	    /* UTC: noon is 11:00Z */
	    {NOON "RRULE:FREQ=DAILY;UNTIL=20260107T110000Z",
		"0105T12 0106T12 0107T12", ""},
	    {NOON "RRULE:FREQ=DAILY;UNTIL=20260107T105959Z", "0105T12 0106T12",
		""},
	    /* a time for days */
	    {"DTSTART;VALUE=DATE:20260105\n"
	     "RRULE:FREQ=DAILY;UNTIL=20260107T000000Z",
		"0105 0106 0107", ""},
	    {"DTSTART;VALUE=DATE:20260105\n"
	     "RRULE:FREQ=DAILY;UNTIL=20260106T235959",
		"0105 0106", ""},
	    /* UTC for a clock without zone: the last date stays */
	    {"DTSTART:20260105T100000\nRRULE:FREQ=DAILY;"
	     "UNTIL=20260107T080000Z",
		"0105T10 0106T10 0107T10", ""},
	    {"DTSTART:20260105T070000\nRRULE:FREQ=DAILY;"
	     "UNTIL=20260107T150000Z",
		"0105T07 0106T07 0107T07", ""},
	    {"DTSTART:20260105T070000\nRRULE:FREQ=DAILY;"
	     "UNTIL=20260106T235959Z",
		"0105T07 0106T07", ""},
	    /* before DTSTART: DTSTART is there */
	    {NOON "RRULE:FREQ=DAILY;UNTIL=20260101", "0105T12",
		"until-before-start"},
	    {NOON "RRULE:FREQ=DAILY;UNTIL=20260105T090000Z", "0105T12",
		"until-before-start"},
	    {NOON "RRULE:FREQ=DAILY;UNTIL=00010101T000000Z", "0105T12",
		"until-before-start"},
	    /* a zone, dashes and colons, parts of a second */
	    {NOON "RRULE:FREQ=DAILY;UNTIL=TZID=Europe/Berlin:20260106T120000",
		"0105T12 0106T12", "odd-until"},
	    {NOON "RRULE:FREQ=DAILY;UNTIL=VALUE=DATE:20260106",
		"0105T12 0106T12", "odd-until"},
	    {NOON "RRULE:FREQ=DAILY;UNTIL=2026-01-06", "0105T12 0106T12",
		"odd-until"},
	    {NOON "RRULE:FREQ=DAILY;UNTIL=2026-01-06T12:00:00",
		"0105T12 0106T12", "odd-until"},
	    {NOON "RRULE:FREQ=DAILY;UNTIL=2026-01-06T11:00:00.000Z",
		"0105T12 0106T12", "odd-until"},
	    /* with COUNT: the earlier end */
	    {NOON "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20260301", "0105T12 0106T12",
		"count-and-until"},
	    {NOON "RRULE:FREQ=DAILY;COUNT=9;UNTIL=20260106", "0105T12 0106T12",
		"count-and-until"},
	};
	struct notice *n;

	(void)state;
	CHECK(cases);
	n = read_event("", NOON "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z");
	assert_string_equal(starts(n), "0105T12");
	assert_false(n->object[0].complete);
}

static void
test_spelling(void **state)
{
	static const struct series_case cases[] = {
	    {NOON "RRULE:freq=weekly;byday=mo,we;count=3",
		"0105T12 0107T12 0112T12", ""},
	    {NOON "RRULE:;FREQ=DAILY;;COUNT=2;", "0105T12 0106T12", ""},
	    {NOON "RRULE: FREQ=DAILY ; COUNT= 2", "0105T12 0106T12", ""},
	    {NOON "RRULE:FREQ=DAILY;COUNT=2;WKST=;BYDAY=", "0105T12 0106T12",
		""},
	    {NOON "RRULE:COUNT=2;FREQ=DAILY", "0105T12 0106T12", ""},
	    {NOON "RRULE:FREQ=WEEKLY;BYDAY=MO,;COUNT=2", "0105T12 0112T12", ""},
	    {NOON "RRULE:RSCALE=GREGORIAN;FREQ=DAILY;COUNT=2;SKIP=OMIT",
		"0105T12 0106T12", ""},
	    {NOON "RRULE:FREQ=MONTHLY;COUNT=2;rscale=gregorian;SKIP=FORWARD",
		"0105T12 0205T12", ""},
	    {NOON "RRULE:FREQ=WEEKLY;BYDAY=+MO;COUNT=2", "", "bad"},
	};
	/* the last row is a refusal, see below */
	const size_t n = sizeof(cases) / sizeof(cases[0]) - 1;

	(void)state;
	check(cases, n);
	assert_string_equal(
	    trouble(read_event("", cases[n].lines), NULL), "bad-rule");
}

/* DTSTART that the rule does not give is its first date. */
static void
test_first(void **state)
{
	static const struct series_case cases[] = {
	    {NOON "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=3",
		"0105T12 0107T12 0114T12", ""},
	    {NOON "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=1", "0105T12", ""},
	    {NOON "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20260401",
		"0105T12 0131T12 0331T12", ""},
	    {"DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2",
		"0105 0106", ""},
	};

	(void)state;
	CHECK(cases);
}

static void
test_dates(void **state)
{
	static const struct series_case cases[] = {
	    /* EXDATE in UTC, in another zone, as a day, in a list */
	    {NOON "RRULE:FREQ=DAILY;COUNT=4\nEXDATE:20260106T110000Z\n"
		  "EXDATE;TZID=America/New_York:20260107T060000",
		"0105T12 0108T12", ""},
	    {NOON "RRULE:FREQ=DAILY;COUNT=4\n"
		  "EXDATE;VALUE=DATE:20260106,20260108",
		"0105T12 0107T12", ""},
	    {NOON "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260106",
		"0105T12 0107T12", ""},
	    /* a clock without zone is that of the series */
	    {NOON "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260106T120000",
		"0105T12 0107T12", ""},
	    /* times for a series of days */
	    {"DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;COUNT=3\n"
	     "EXDATE:20260106T000000Z\nEXDATE:20260107T120000",
		"0105", ""},
	    {NOON "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:\nRDATE:,",
		"0105T12 0106T12", ""},
	    /* one that the series does not have */
	    {NOON "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260601T110000Z",
		"0105T12 0106T12", ""},
	    {NOON "RDATE:20260110T110000Z,20260110T110000Z\n"
		  "RDATE" BERLIN "20260110T120000",
		"0105T12 0110T12", ""},
	    {NOON "RDATE;VALUE=DATE:20260110", "0105T12 0110T12", ""},
	};
	struct notice *n;

	(void)state;
	CHECK(cases);
	n = read_event("", NOON "DURATION:PT1H\nRDATE;VALUE=PERIOD" BERLIN
				"20260110T120000/PT2H,20260111T120000/"
				"20260111T160000\n"
				"RDATE;VALUE=PERIOD:20260112T110000Z/P1D");
	assert_string_equal(instances(n), "20260105T110000Z/20260105T120000Z "
					  "20260110T110000Z/20260110T130000Z "
					  "20260111T110000Z/20260111T150000Z "
					  "20260112T110000Z/20260113T110000Z");
	assert_true(n->object[0].component[0].recurs);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *rule;
		enum action action;
		const char *says;
	} cases[] = {
	    {"FREQ=YEARLY;RSCALE=CHINESE", ACTION_DECLINE, "CHINESE"},
	    {"FREQ=YEARLY;BYMONTH=5L;RSCALE=hebrew", ACTION_DECLINE, "HEBREW"},
	    {"FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD", ACTION_DECLINE, "SKIP"},
	    {"FREQ=DAILY;COUNT=0", ACTION_HOLD, "COUNT=0"},
	    {"FREQ=DAILY;COUNT=-1", ACTION_HOLD, "COUNT=-1"},
	    {"FREQ=DAILY;INTERVAL=0", ACTION_HOLD, "INTERVAL=0"},
	    {"FREQ=DAILY;INTERVAL=-1", ACTION_HOLD, "INTERVAL=-1"},
	    {"FREQ=DAILY;INTERVAL=2147483648", ACTION_HOLD, "INTERVAL"},
	    {"FREQ=YEARLY;BYEASTER=0", ACTION_DECLINE, "BYEASTER"},
	    {"FREQ=YEARLY;X-MOON=FULL", ACTION_DECLINE, "X-MOON"},
	    {"FREQ=FORTNIGHTLY", ACTION_DECLINE, "FORTNIGHTLY"},
	    {"FREQ=", ACTION_DECLINE, "FREQ"},
	    {"COUNT=2", ACTION_DECLINE, "no FREQ"},
	    {"nonsense", ACTION_DECLINE, "NONSENSE"},
	    {"FREQ=DAILY;FREQ=DAILY", ACTION_DECLINE, "twice"},
	    {"FREQ=YEARLY;BYMONTH=13", ACTION_DECLINE, "BYMONTH=13"},
	    {"FREQ=MONTHLY;BYMONTHDAY=0", ACTION_DECLINE, "BYMONTHDAY=0"},
	    {"FREQ=MONTHLY;BYMONTHDAY=32", ACTION_DECLINE, "BYMONTHDAY=32"},
	    {"FREQ=YEARLY;BYYEARDAY=367", ACTION_DECLINE, "BYYEARDAY=367"},
	    {"FREQ=YEARLY;BYWEEKNO=54", ACTION_DECLINE, "BYWEEKNO=54"},
	    {"FREQ=MONTHLY;BYDAY=54MO", ACTION_DECLINE, "BYDAY"},
	    {"FREQ=WEEKLY;BYDAY=XX", ACTION_DECLINE, "BYDAY=XX"},
	    {"FREQ=DAILY;BYHOUR=24", ACTION_DECLINE, "BYHOUR=24"},
	    {"FREQ=DAILY;BYMINUTE=60", ACTION_DECLINE, "BYMINUTE=60"},
	    {"FREQ=DAILY;BYSECOND=61", ACTION_DECLINE, "BYSECOND=61"},
	    {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", ACTION_DECLINE, "BYSETPOS"},
	    {"FREQ=DAILY;BYSETPOS=1", ACTION_DECLINE, "BYSETPOS"},
	    {"FREQ=DAILY;UNTIL=20260231", ACTION_DECLINE, "UNTIL"},
	    {"FREQ=DAILY;UNTIL=never", ACTION_DECLINE, "UNTIL=NEVER"},
	    {"FREQ=DAILY;UNTIL=TZID=X", ACTION_DECLINE, "UNTIL"},
	    {"FREQ=DAILY;UNTIL=", ACTION_DECLINE, "UNTIL"},
	    {"FREQ=MINUTELY", ACTION_DECLINE, "minute"},
	    {"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", ACTION_DECLINE, "second"},
	    {"FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,"
	     "19,20,21,22,23;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,"
	     "17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,"
	     "38,39,40,41,42",
		ACTION_DECLINE, "too many"},
	};
	enum action action = ACTION_NOTE;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notice *n = read_event(
		    "", mem_print(ctx, NOON "RRULE:%s", cases[i].rule));

		if (strcmp(trouble(n, &action), "bad-rule") != 0)
			fail_msg("%s: %s", cases[i].rule, trouble(n, NULL));
		assert_int_equal(action, cases[i].action);
		if (strstr(n->problem[0].text, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].rule, n->problem[0].text);
		/* the same in an EXRULE */
		n = read_event(
		    "", mem_print(ctx, NOON "RRULE:FREQ=DAILY\nEXRULE:%s",
			    cases[i].rule));
		assert_string_equal(trouble(n, &action), "bad-rule");
	}
}

/* Limits: of rules, of their dates, of what is walked to find none. */
static void
test_limits(void **state)
{
	enum action action = ACTION_NOTE;
	char *many = mem_text(ctx, NOON "RRULE:FREQ=DAILY");
	struct notice *n;
	int i;

	(void)state;
	for (i = 0; i < 10; i++)
		mem_add(&many, "\nRRULE:FREQ=DAILY;INTERVAL=%d", i + 2);
	n = read_event("", many);
	assert_string_equal(trouble(n, &action), "bad-rule");
	assert_int_equal(action, ACTION_DECLINE);
	n = read_event("", NOON "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
	assert_string_equal(trouble(n, &action), "no-instances");
	n = read_event("", NOON "RRULE:FREQ=HOURLY;BYMINUTE=0,5,10,15,20,25,"
				"30,35,40,45,50,55\n"
				"EXRULE:FREQ=HOURLY;BYMINUTE=0");
	assert_string_equal(trouble(n, NULL), "");
	assert_true(n->object[0].ninstance > 5000);
	assert_true(n->object[0].ninstance <= 10000);
	assert_true(n->object[0].covered < YEAR_2027);
	for (i = 0; i < (int)n->object[0].ninstance; i++)
		assert_true(n->object[0].instance[i].start.wall.minute != 0);
	/* where it is not known what is taken out, nothing is said */
	n = read_event("", NOON "RRULE:FREQ=DAILY;UNTIL=20261231;BYHOUR=11,12\n"
				"EXRULE:FREQ=HOURLY;BYHOUR=12,13,14;"
				"BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14");
	assert_true(n->object[0].ninstance > 200);
	assert_true(n->object[0].ninstance < 240);
	assert_true(n->object[0].covered < YEAR_2027);
	assert_false(n->object[0].complete);
	for (i = 0; i < (int)n->object[0].ninstance; i++)
		assert_true(n->object[0].instance[i].start.wall.hour == 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_exrule),
	    TEST(test_several_rules),
	    TEST(test_until),
	    TEST(test_spelling),
	    TEST(test_first),
	    TEST(test_dates),
	    TEST(test_refused),
	    TEST(test_limits),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
