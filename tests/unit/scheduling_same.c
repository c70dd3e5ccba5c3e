/*
 * scheduling_same.c - what is the same in other words: rules, dates that only
 * answers tell from their series, senders; see lib/rules/scheduling.h
 */
#include "tests/unit/scheduling_fixture.h"

#define SERIES NINE WEEKLY FROM_ANNA WITH_ME WITH_BOB
#define SEC    "sec@example.net"
#define DESK   "desk@agency.example"
#define FROM_15                                                                \
	"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:"                \
	"20261215T090000\n"
#define MINE(partstat) FROM_ANNA SAYS(ME, partstat)

/* Anna's series, and we come. */
static void
accept_series(struct world *w)
{
	expect(told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES)), ITIP_ADDED);
	expect(sent(w, "REPLY", event(w, 0, 11, NINE MINE("ACCEPTED"))),
	    ITIP_ANSWERED);
}

/* What is held, given to the reader again. */
static const struct object *
reread(struct world *w)
{
	/* October 2026 to the end of 2027 */
	static const struct window window = {1790812800, 1830297600, 0};
	char *parts = mem_text(w->ctx, "");
	const struct notice *notice;
	char *mail;
	size_t i;

	for (i = 0; i < w->holding[0]->npart; i++)
		mem_add(&parts, "%s\n", part(w, i)->text);
	mail = mail_text(w, ANNA, "REQUEST", parts);
	notice = read_message(w->ctx, mail, strlen(mail), &window);
	assert_int_equal(notice->nobject, 1);
	assert_int_equal(notice->object[0].ncomponent, w->holding[0]->npart);
	return &notice->object[0];
}

/* How many instances the reader finds for part i. */
static size_t
instances_of(const struct object *o, size_t i)
{
	size_t k, n = 0;

	for (k = 0; k < o->ninstance; k++)
		n += o->instance[k].component == i;
	return n;
}

static void
range_of_an_answer(void **state)
{
	struct world *w = *state;
	const struct object *o;

	accept_series(w);
	expect(sent(w, "REPLY", event(w, 0, 12, FROM_15 MINE("DECLINED"))),
	    ITIP_ANSWERED);
	assert_string_equal(part(w, 1)->range, "THISANDFUTURE");
	assert_non_null(strstr(part(w, 1)->text, "\n" FROM_15));
	o = reread(w);
	assert_string_equal(o->component[1].range, "THISANDFUTURE");
	assert_int_equal(o->ninstance, 10);
	assert_int_equal(instances_of(o, 0), 2);
	assert_int_equal(instances_of(o, 1), 8);
	/* One of the later dates has a part of its own again. */
	expect(sent(w, "REPLY", event(w, 0, 13, ON_22 MINE("TENTATIVE"))),
	    ITIP_ANSWERED);
	assert_string_equal(part(w, 2)->range, "");
	assert_null(strstr(part(w, 2)->text, "THISANDFUTURE"));
	o = reread(w);
	assert_int_equal(instances_of(o, 1), 7);
	assert_int_equal(instances_of(o, 2), 1);
}

static void
range_over_a_date(void **state)
{
	struct world *w = *state;

	accept_series(w);
	(void)sent(w, "REPLY", event(w, 0, 12, ON_15 MINE("DECLINED")));
	assert_string_equal(part(w, 1)->range, "");
	assert_int_equal(instances_of(reread(w), 1), 1);
	(void)sent(w, "REPLY", event(w, 0, 13, FROM_15 MINE("DECLINED")));
	assert_int_equal(w->holding[0]->npart, 2);
	assert_string_equal(part(w, 1)->range, "THISANDFUTURE");
	assert_int_equal(instances_of(reread(w), 1), 8);
	/* A date that Anna moved is hers: the others do not move with it. */
	(void)told(w, ANNA, "REQUEST",
	    event(w, 1, 14, ON_8 AT("08", "12") FROM_ANNA WITH_ME));
	(void)sent(w, "REPLY",
	    event(w, 1, 15,
		"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:"
		"20261208T090000\n" MINE("DECLINED")));
	assert_string_equal(part(w, 1)->range, "");
	assert_string_equal(partstat(w, 1, ME), "DECLINED");
}

static void
dates_follow_their_series(void **state)
{
	struct world *w = *state;

	accept_series(w);
	(void)sent(w, "REPLY", event(w, 0, 12, ON_15 MINE("DECLINED")));
	(void)sent(
	    w, "COUNTER", event(w, 0, 13, ON_22 AT("22", "15") MINE("X")));
	expect(told(w, ANNA, "REQUEST", event(w, 1, 14, SERIES "SUMMARY:N\n")),
	    ITIP_UPDATED);
	assert_int_equal(w->holding[0]->npart, 3);
	assert_string_equal(partstat(w, 1, ME), "DECLINED");
	assert_string_equal(part(w, 1)->summary, "N");
	assert_int_equal(part(w, 1)->sequence, 1);
	assert_int_equal(part(w, 2)->nproposal, 1);
	/* Who is not in the series any more is not in its dates. */
	(void)told(
	    w, ANNA, "REQUEST", event(w, 2, 15, NINE WEEKLY FROM_ANNA WITH_ME));
	assert_int_equal(w->holding[0]->npart, 3);
	assert_false(has(w, 1, BOB));
	/* A cancelled date is no answer; it goes as it did. */
	(void)told(w, ANNA, "CANCEL", event(w, 2, 16, ON_15 FROM_ANNA));
	assert_int_equal(part(w, 1)->state, PART_CANCELLED);
	(void)told(
	    w, ANNA, "REQUEST", event(w, 3, 17, TEN WEEKLY FROM_ANNA WITH_ME));
	assert_int_equal(w->holding[0]->npart, 1);
}

static void
dates_of_a_range_that_goes(void **state)
{
	struct world *w = *state;

	accept_series(w);
	(void)told(w, ANNA, "REQUEST",
	    event(w, 1, 12, FROM_15 AT("15", "12") FROM_ANNA WITH_ME));
	(void)sent(w, "REPLY", event(w, 1, 13, ON_22 MINE("ACCEPTED")));
	assert_int_equal(w->holding[0]->npart, 3);
	/* Back to nine: nobody has answered that for the 22nd. */
	expect(told(w, ANNA, "REQUEST", event(w, 2, 14, SERIES)), ITIP_UPDATED);
	assert_int_equal(w->holding[0]->npart, 1);
}

static void
range_over_what_is_not_ours(void **state)
{
	struct world *w = *state;

	/* Anna described the date anew: the others are not described so. */
	accept_series(w);
	(void)told(w, ANNA, "REQUEST",
	    event(w, 1, 12,
		ON_15 "DTSTART;TZID=Europe/Berlin:20261215T090000\n"
		      "DTEND;TZID=Europe/Berlin:20261215T100000\n"
		      "SUMMARY:Party\n" FROM_ANNA WITH_ME));
	(void)sent(w, "REPLY", event(w, 1, 13, FROM_15 MINE("DECLINED")));
	assert_string_equal(part(w, 1)->range, "");
	assert_string_equal(part(w, 1)->summary, "Party");
	/* In our own series what Carl said of a date stays with the date. */
	w->nholding = 0;
	(void)sent(w, "REQUEST",
	    event(w, 0, 10, NINE WEEKLY FROM_ME WITH_BOB WITH_CARL));
	(void)told(w, CARL, "REPLY",
	    event(w, 0, 11, ON_15 FROM_ME SAYS(CARL, "DECLINED")));
	(void)told(w, BOB, "REPLY",
	    event(w, 0, 12, FROM_15 FROM_ME SAYS(BOB, "ACCEPTED")));
	assert_string_equal(part(w, 1)->range, "");
	assert_string_equal(partstat(w, 1, BOB), "ACCEPTED");
}

static void
rules_in_other_words(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		int same;
	} pairs[] = {
	    {"RRULE:FREQ=WEEKLY;COUNT=4", "RRULE:COUNT=4;FREQ=WEEKLY", 1},
	    {"RRULE:FREQ=WEEKLY;COUNT=4", "RRULE:freq=weekly;count=4;", 1},
	    {"RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO", 1},
	    {"RRULE:FREQ=WEEKLY;BYDAY=TU,FR", "RRULE:BYDAY=FR,TU;FREQ=WEEKLY",
		1},
	    {"RRULE:FREQ=MONTHLY;BYDAY=1TU", "RRULE:FREQ=MONTHLY;BYDAY=+1TU",
		1},
	    {"RRULE:FREQ=MONTHLY;BYDAY=1TU", "RRULE:FREQ=MONTHLY;BYDAY=-1TU",
		0},
	    {"RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;INTERVAL=10", 0},
	    {"RRULE:FREQ=WEEKLY;COUNT=4", "RRULE:FREQ=WEEKLY;COUNT=5", 0},
	    {"RRULE:FREQ=WEEKLY;INTERVAL=2",
		"RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU", 0},
	    {WEEKLY "EXDATE:20261208T080000Z,20261215T080000Z",
		WEEKLY "EXDATE:20261215T080000Z\nEXDATE:20261208T080000Z", 1},
	    {WEEKLY "EXDATE;TZID=Europe/Berlin:20261208T090000",
		WEEKLY "EXDATE;VALUE=DATE-TIME;TZID=\"Europe/Berlin\":"
		       "20261208T090000",
		1},
	    {WEEKLY "EXDATE;TZID=Europe/Berlin:20261208T090000",
		WEEKLY "EXDATE;TZID=Europe/Paris:20261208T080000", 0},
	    {WEEKLY "EXDATE:20261208T080000Z", WEEKLY "RDATE:20261208T080000Z",
		0},
	    {WEEKLY "EXDATE:20261208T080000Z", WEEKLY "COMMENT:x", 0},
	};
	struct world *w = *state;
	enum itip_code code;
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *a = mem_print(
		    w->ctx, NINE FROM_ANNA WITH_ME "%s\n", pairs[i].a);
		const char *b = mem_print(
		    w->ctx, NINE FROM_ANNA WITH_ME "%s\n", pairs[i].b);
		int n = (int)(2 * i);

		(void)told(w, ANNA, "REQUEST", event(w, n, n, a));
		code = told(w, ANNA, "REQUEST", event(w, n + 1, n + 1, b));
		if (code != (pairs[i].same ? ITIP_UPDATED : ITIP_RESCHEDULED))
			fail_msg("%s: %s, then %s", scheduling_word(code),
			    pairs[i].a, pairs[i].b);
	}
}

static void
who_sends_for_us(void **state)
{
	static const char *delegates[] = {DESK " for " ME, NULL};
	struct world *w = *state;
	const char *plain = event(w, 0, 10, NINE FROM_ME WITH_BOB);
	const char *by_sec = event(w, 0, 10,
	    NINE "ORGANIZER;SENT-BY=\"mailto:" SEC "\":mailto:" ME
		 "\n" WITH_BOB);
	const char *by_desk = event(w, 0, 10,
	    NINE "ORGANIZER;SENT-BY=\"mailto:" DESK "\":mailto:" ME
		 "\n" WITH_BOB);

	expect(
	    hear(w, SEC, DIRECTION_OUT, "REQUEST", plain), ITIP_NOT_ORGANIZER);
	expect(hear(w, DESK, DIRECTION_OUT, "REQUEST", by_desk),
	    ITIP_NOT_ORGANIZER);
	/* SENT-BY is of her who sends. */
	expect(hear(w, DESK, DIRECTION_OUT, "REQUEST", by_sec),
	    ITIP_NOT_ORGANIZER);
	expect(hear(w, SEC, DIRECTION_OUT, "REQUEST", by_sec), ITIP_ADDED);
	assert_string_equal(w->holding[0]->organizer_sent_by, SEC);
	expect(told(w, SEC, "REQUEST", by_sec), ITIP_OWN_MESSAGE);
	w->nholding = 0;
	w->calendar.delegate = delegates;
	expect(hear(w, DESK, DIRECTION_OUT, "REQUEST", plain), ITIP_ADDED);
	expect(hear(w, "myself@example.net", DIRECTION_OUT, "REQUEST", plain),
	    ITIP_REPEATED);
}

static void
who_answers_for_us(void **state)
{
	struct world *w = *state;
	const char *by_sec = event(w, 0, 12,
	    NINE FROM_ANNA "ATTENDEE;PARTSTAT=ACCEPTED;SENT-BY=\"mailto:" SEC
			   "\":mailto:" ME "\n");

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(hear(w, SEC, DIRECTION_OUT, "REPLY",
		   event(w, 0, 11, NINE MINE("ACCEPTED"))),
	    ITIP_NOT_ATTENDEE);
	assert_int_equal(person(w, 0, ME)->sequence, -1);
	expect(hear(w, SEC, DIRECTION_OUT, "REPLY", by_sec), ITIP_ANSWERED);
	assert_int_equal(person(w, 0, ME)->sequence, 0);
	assert_string_equal(person(w, 0, ME)->sent_by, SEC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		range_of_an_answer, setup, teardown),
	    cmocka_unit_test_setup_teardown(range_over_a_date, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		dates_follow_their_series, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		dates_of_a_range_that_goes, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		range_over_what_is_not_ours, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		rules_in_other_words, setup, teardown),
	    cmocka_unit_test_setup_teardown(who_sends_for_us, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		who_answers_for_us, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
