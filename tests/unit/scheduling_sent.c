/* scheduling_sent.c - the owner's own mail, see lib/rules/scheduling.h */
#include "tests/unit/scheduling_fixture.h"

#define MEET   FROM_ME WITH_BOB WITH_CARL
#define SINGLE NINE MEET
#define SERIES NINE WEEKLY MEET
#define GONE   "STATUS:CANCELLED\n"

#define BOBS(partstat) NINE FROM_ME SAYS(BOB, partstat)

/* We invite Bob and Carl. */
static void
invite(struct world *w, const char *properties)
{
	expect(sent(w, "REQUEST", event(w, 0, 10, properties)), ITIP_ADDED);
	assert_int_equal(w->holding[0]->role, ROLE_ORGANIZER);
	assert_int_equal(w->result->asks, 0);
}

static void
sent_again(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	/* One mail for each: each lists its own reader. */
	expect(sent(w, "REQUEST", event(w, 0, 10, SINGLE)), ITIP_REPEATED);
	(void)sent(w, "REQUEST", event(w, 1, 20, NINE FROM_ME WITH_BOB));
	(void)sent(w, "REQUEST", event(w, 1, 20, NINE FROM_ME WITH_CARL));
	assert_int_equal(part(w, 0)->nparticipant, 2);
	/* A newer version without Bob does without him. */
	(void)sent(w, "REQUEST", event(w, 2, 21, NINE FROM_ME WITH_CARL));
	assert_false(has(w, 0, BOB));
	expect(told(w, BOB, "REPLY", event(w, 2, 22, BOBS("ACCEPTED"))),
	    ITIP_PARTY_CRASHER);
}

static void
sent_keeps_answers(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	(void)told(w, BOB, "REPLY", event(w, 0, 11, BOBS("ACCEPTED")));
	(void)sent(w, "REQUEST", event(w, 1, 12, SINGLE "SUMMARY:New\n"));
	assert_string_equal(partstat(w, 0, BOB), "ACCEPTED");
	(void)sent(w, "REQUEST", event(w, 2, 13, TEN MEET));
	assert_string_equal(partstat(w, 0, BOB), "NEEDS-ACTION");
	/* A date that is only described anew keeps what was said to all. */
	(void)sent(w, "REQUEST", event(w, 3, 14, SERIES));
	(void)told(w, BOB, "REPLY", event(w, 3, 15, BOBS("ACCEPTED")));
	(void)sent(w, "REQUEST",
	    event(w, 3, 16,
		ON_8 "DTSTART;TZID=Europe/Berlin:20261208T090000\n"
		     "DTEND;TZID=Europe/Berlin:20261208T100000\n" MEET
		     "SUMMARY:X\n"));
	assert_string_equal(partstat(w, 1, BOB), "ACCEPTED");
	(void)sent(w, "REQUEST", event(w, 3, 16, ON_15 AT("15", "12") MEET));
	assert_string_equal(partstat(w, 2, BOB), "NEEDS-ACTION");
}

static void
sent_cancel(void **state)
{
	struct world *w = *state;

	expect(sent(w, "CANCEL", event(w, 0, 5, SINGLE GONE)), ITIP_REMEMBERED);
	expect(sent(w, "REQUEST", event(w, 1, 10, SINGLE)), ITIP_ADDED);
	/* One mail for each of them. */
	expect(sent(w, "CANCEL", event(w, 2, 11, NINE FROM_ME WITH_BOB GONE)),
	    ITIP_OTHERS_CANCELLED);
	assert_false(has(w, 0, BOB));
	assert_int_equal(part(w, 0)->state, PART_LIVE);
	expect(sent(w, "CANCEL", event(w, 2, 11, NINE FROM_ME WITH_CARL GONE)),
	    ITIP_CANCELLED);
	assert_int_equal(part(w, 0)->state, PART_CANCELLED);
}

static void
sent_add(void **state)
{
	struct world *w = *state;

	invite(w, SERIES);
	expect(sent(w, "ADD", event(w, 1, 11, AT("10", "15") MEET)),
	    ITIP_DATES_ADDED);
	assert_int_equal(w->holding[0]->npart, 2);
	expect(told(w, BOB, "REPLY",
		   event(w, 1, 12,
		       "RECURRENCE-ID:20261210T140000Z\n" FROM_ME SAYS(
			   BOB, "ACCEPTED"))),
	    ITIP_ANSWERED);
	assert_string_equal(partstat(w, 1, BOB), "ACCEPTED");
}

static void
sent_publish(void **state)
{
	struct world *w = *state;

	expect(sent(w, "PUBLISH", event(w, 0, 10, NINE)), ITIP_ADDED);
	assert_string_equal(w->holding[0]->organizer, ME);
	assert_int_equal(w->holding[0]->role, ROLE_ORGANIZER);
}

/* We forward what Anna organizes: that makes it nobody's meeting but hers. */
static void
sent_forward(void **state)
{
	struct world *w = *state;
	const char *theirs = NINE FROM_ANNA WITH_ME WITH_BOB;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, theirs));
	expect(sent(w, "REQUEST", event(w, 0, 10, theirs)), ITIP_NOT_ORGANIZER);
	expect(sent(w, "REQUEST",
		   event(w, 0, 11,
		       NINE FROM_ANNA
		       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" EVE
		       "\":mailto:" ME "\n"
		       "ATTENDEE;DELEGATED-FROM=\"mailto:" ME "\":mailto:" EVE
		       "\n")),
	    ITIP_DELEGATED);
	assert_string_equal(partstat(w, 0, ME), "DELEGATED");
	assert_string_equal(person(w, 0, EVE)->delegated_from, ME);
}

static void
sent_reply(void **state)
{
	struct world *w = *state;

	expect(sent(w, "REPLY",
		   event(w, 0, 9, NINE FROM_ANNA SAYS(ME, "ACCEPTED"))),
	    ITIP_UNKNOWN_OBJECT);
	(void)told(w, ANNA, "REQUEST",
	    event(w, 0, 10, NINE WEEKLY FROM_ANNA WITH_ME WITH_BOB));
	expect(sent(w, "REPLY",
		   event(w, 0, 11, NINE FROM_ANNA SAYS(BOB, "ACCEPTED"))),
	    ITIP_NOT_ATTENDEE);
	expect(sent(w, "REPLY",
		   event(w, 0, 12,
		       ON_15 FROM_ANNA SAYS("myself@example.net", "DECLINED"))),
	    ITIP_ANSWERED);
	assert_string_equal(partstat(w, 1, ME), "DECLINED");
	expect(sent(w, "REPLY",
		   event(w, 0, 12, ON_8 FROM_ANNA SAYS(ME, "DECLINED"))),
	    ITIP_ANSWERED);
	assert_string_equal(partstat(w, 0, ME), "NEEDS-ACTION");
	assert_string_equal(partstat(w, 1, ME), "DECLINED");
}

static void
sent_refresh(void **state)
{
	struct world *w = *state;

	expect(sent(w, "REFRESH", event(w, 0, 9, FROM_ANNA WITH_ME)),
	    ITIP_ASKED_BACK);
	assert_int_equal(part(w, 0)->state, PART_ASKED);
	assert_int_equal(w->result->nfollow_up, 0);
	expect(
	    told(w, ANNA, "REQUEST", event(w, 0, 10, NINE FROM_ANNA WITH_ME)),
	    ITIP_ADDED);
	expect(sent(w, "REFRESH", event(w, 0, 11, FROM_ANNA WITH_ME)),
	    ITIP_ASKED_BACK);
	assert_int_equal(w->result->changed, 0);
}

static void
task_done(void **state)
{
	struct world *w = *state;

	expect(sent(w, "REQUEST",
		   component(w, "VTODO", 0, 10,
		       "DUE:20261201T100000Z\n" FROM_ME WITH_BOB)),
	    ITIP_ADDED);
	expect(
	    told(w, BOB, "REPLY",
		component(w, "VTODO", 0, 11,
		    FROM_ME SAYS(BOB, "IN-PROCESS") "PERCENT-COMPLETE:50\n")),
	    ITIP_ANSWERED);
	assert_int_equal(person(w, 0, BOB)->percent, 50);
	assert_int_equal(part(w, 0)->percent, 50);
	expect(told(w, BOB, "REPLY",
		   component(w, "VTODO", 0, 12,
		       FROM_ME SAYS(
			   BOB, "COMPLETED") "PERCENT-COMPLETE:100\n"
					     "COMPLETED:20261110T100000Z\n")),
	    ITIP_ANSWERED);
	assert_string_equal(partstat(w, 0, BOB), "COMPLETED");
	assert_int_equal(part(w, 0)->completed, 1794304800);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(sent_again), T(sent_keeps_answers),
	    T(sent_cancel), T(sent_add), T(sent_publish), T(sent_forward),
	    T(sent_reply), T(sent_refresh), T(task_done)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
