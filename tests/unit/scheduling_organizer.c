/*
 * scheduling_organizer.c - iTIP as an organizer hears it, see lib/rules/scheduling.h
 */
#include "tests/unit/scheduling_fixture.h"

#define MEET   FROM_ME WITH_BOB WITH_CARL
#define SINGLE NINE MEET
#define SERIES NINE WEEKLY MEET
#define GONE   "STATUS:CANCELLED\n"

/* A REPLY: SEQUENCE, DTSTAMP, who, what. */
#define BOBS(partstat)  NINE FROM_ME SAYS(BOB, partstat)
#define CARLS(partstat) NINE FROM_ME SAYS(CARL, partstat)

#define GLADLY "COMMENT:Gladly\nREQUEST-STATUS:2.0;Success\n"

/* We invite Bob and Carl. */
static void
invite(struct world *w, const char *properties)
{
	expect(sent(w, "REQUEST", event(w, 0, 10, properties)), ITIP_ADDED);
	assert_int_equal(w->holding[0]->role, ROLE_ORGANIZER);
	assert_int_equal(w->result->asks, 0);
}

/* --- REPLY ------------------------------------------------------------------------ */

static void
reply(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	expect(told(w, BOB, "REPLY", event(w, 0, 11, BOBS("ACCEPTED") GLADLY)),
	    ITIP_ANSWERED);
	assert_string_equal(w->result->who->address, BOB);
	assert_string_equal(w->result->who->partstat, "ACCEPTED");
	assert_string_equal(partstat(w, 0, BOB), "ACCEPTED");
	assert_string_equal(person(w, 0, BOB)->comment, "Gladly");
	assert_string_equal(person(w, 0, BOB)->request_status, "2.0;Success");
	assert_int_equal(person(w, 0, BOB)->sequence, 0);
	assert_string_equal(partstat(w, 0, CARL), "NEEDS-ACTION");
}

static void
reply_order(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	(void)told(w, BOB, "REPLY", event(w, 0, 20, BOBS("DECLINED")));
	expect(told(w, BOB, "REPLY", event(w, 0, 20, BOBS("DECLINED"))),
	    ITIP_REPEATED);
	expect(told(w, BOB, "REPLY", event(w, 0, 19, BOBS("ACCEPTED"))),
	    ITIP_STALE);
	/* Carl has a clock of his own. */
	expect(told(w, CARL, "REPLY", event(w, 0, 15, CARLS("ACCEPTED"))),
	    ITIP_ANSWERED);
	expect(told(w, BOB, "REPLY", event(w, 0, 21, BOBS("TENTATIVE"))),
	    ITIP_ANSWERED);
	assert_string_equal(partstat(w, 0, BOB), "TENTATIVE");
}

/* Outlook says SEQUENCE 0 and no ORGANIZER. */
static void
reply_outlook(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	expect(sent(w, "REQUEST", event(w, 3, 11, SINGLE "SUMMARY:New\n")),
	    ITIP_UPDATED);
	expect(
	    told(w, BOB, "REPLY", event(w, 0, 12, NINE SAYS(BOB, "ACCEPTED"))),
	    ITIP_ANSWERED);
	assert_string_equal(partstat(w, 0, BOB), "ACCEPTED");
	/* It was to other times: it does not count any more. */
	expect(sent(w, "REQUEST", event(w, 4, 13, TEN MEET)), ITIP_RESCHEDULED);
	assert_string_equal(partstat(w, 0, BOB), "NEEDS-ACTION");
	expect(
	    told(w, BOB, "REPLY", event(w, 3, 14, NINE SAYS(BOB, "ACCEPTED"))),
	    ITIP_STALE);
	assert_string_equal(partstat(w, 0, BOB), "NEEDS-ACTION");
	expect(
	    told(w, BOB, "REPLY", event(w, 4, 15, TEN SAYS(BOB, "ACCEPTED"))),
	    ITIP_ANSWERED);
}

static void
reply_refused(void **state)
{
	struct world *w = *state;

	expect(told(w, BOB, "REPLY", event(w, 0, 11, BOBS("ACCEPTED"))),
	    ITIP_UNKNOWN_OBJECT);
	invite(w, SINGLE);
	expect(told(w, EVE, "REPLY", event(w, 0, 11, BOBS("ACCEPTED"))),
	    ITIP_NOT_ATTENDEE);
	expect(told(w, EVE, "REPLY",
		   event(w, 0, 11, NINE FROM_ME SAYS(EVE, "ACCEPTED"))),
	    ITIP_PARTY_CRASHER);
	assert_string_equal(w->result->who->address, EVE);
	assert_false(has(w, 0, EVE));
	expect(told(w, BOB, "REPLY", event(w, 0, 11, BOBS("PERHAPS"))),
	    ITIP_BAD_PARTSTAT);
	expect(told(w, BOB, "REPLY", event(w, 0, 11, BOBS("COMPLETED"))),
	    ITIP_BAD_PARTSTAT);
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 11, ON_8 FROM_ME SAYS(BOB, "ACCEPTED"))),
	    ITIP_UNKNOWN_INSTANCE);
	(void)sent(w, "CANCEL", event(w, 1, 12, SINGLE GONE));
	expect(told(w, BOB, "REPLY", event(w, 0, 13, BOBS("ACCEPTED"))),
	    ITIP_OBJECT_CANCELLED);
}

/* An agent in the attendee's domain may answer for him, another may not. */
static void
reply_by_agent(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	expect(told(w, "office@example.com", "REPLY",
		   event(w, 0, 11,
		       NINE FROM_ME "ATTENDEE;PARTSTAT=ACCEPTED;SENT-BY="
				    "\"mailto:office@example.com\":mailto:" BOB
				    "\n")),
	    ITIP_ANSWERED);
	assert_string_equal(person(w, 0, BOB)->sent_by, "office@example.com");
	expect(told(w, EVE, "REPLY",
		   event(w, 0, 12,
		       NINE FROM_ME "ATTENDEE;PARTSTAT=DECLINED;SENT-BY="
				    "\"mailto:" EVE "\":mailto:" BOB "\n")),
	    ITIP_NOT_ATTENDEE);
}

static void
reply_other_organizer(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 11, NINE FROM_ANNA SAYS(BOB, "ACCEPTED"))),
	    ITIP_ORGANIZER_CHANGED);
}

/* A date of the series that nobody changed so far. */
static void
reply_one_date(void **state)
{
	struct world *w = *state;
	const char *text;

	invite(w, SERIES);
	(void)told(w, CARL, "REPLY", event(w, 0, 11, CARLS("ACCEPTED")));
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 12,
		       "RECURRENCE-ID:20261208T080000Z\n" FROM_ME SAYS(
			   BOB, "DECLINED"))),
	    ITIP_ANSWERED);
	assert_int_equal(w->holding[0]->npart, 2);
	assert_string_equal(partstat(w, 0, BOB), "NEEDS-ACTION");
	assert_string_equal(partstat(w, 1, BOB), "DECLINED");
	assert_string_equal(partstat(w, 1, CARL), "ACCEPTED");
	assert_int_equal(part(w, 1)->start.wall.day, 8);
	assert_int_equal(part(w, 1)->start.wall.hour, 9);
	assert_int_equal(part(w, 1)->end.wall.hour, 10);
	assert_int_equal(part(w, 1)->recurs, 0);
	text = part(w, 1)->text;
	assert_null(strstr(text, "RRULE"));
	assert_non_null(strstr(
	    text, "\nRECURRENCE-ID;TZID=Europe/Berlin:20261208T090000\n"));
	assert_non_null(
	    strstr(text, "\nDTSTART;TZID=Europe/Berlin:20261208T090000\n"));
	assert_non_null(
	    strstr(text, "\nDTEND;TZID=Europe/Berlin:20261208T100000\n"));
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 13,
		       "RECURRENCE-ID:20261130T080000Z\n" FROM_ME SAYS(
			   BOB, "DECLINED"))),
	    ITIP_UNKNOWN_INSTANCE);
}

/* In summer the wall clock is the same, and UTC another. */
static void
reply_across_dst(void **state)
{
	struct world *w = *state;

	invite(w, NINE "RRULE:FREQ=MONTHLY;COUNT=12\n" MEET);
	(void)told(w, BOB, "REPLY",
	    event(w, 0, 12,
		"RECURRENCE-ID:20270501T070000Z\n" FROM_ME SAYS(
		    BOB, "DECLINED")));
	assert_int_equal(part(w, 1)->start.wall.hour, 9);
	assert_int_equal(part(w, 1)->start.wall.month, 5);
	assert_int_equal(part(w, 1)->end.wall.hour, 10);
}

/* First the series, then the dates that do not suit: in one mail. */
static void
reply_series_and_date(void **state)
{
	struct world *w = *state;

	invite(w, SERIES);
	expect(told(w, BOB, "REPLY",
		   mem_print(w, "%s%s%s", event(w, 0, 12, BOBS("ACCEPTED")),
		       event(w, 0, 12, ON_8 FROM_ME SAYS(BOB, "DECLINED")),
		       event(w, 0, 12,
			   "RECURRENCE-ID:20261101T080000Z\n" FROM_ME SAYS(
			       BOB, "DECLINED")))),
	    ITIP_ANSWERED);
	assert_string_equal(partstat(w, 0, BOB), "ACCEPTED");
	assert_string_equal(partstat(w, 1, BOB), "DECLINED");
	assert_int_equal(w->holding[0]->npart, 2);
}

/* An answer to all counts for changed dates that have none yet. */
static void
reply_covers_dates(void **state)
{
	struct world *w = *state;

	invite(w, SERIES);
	(void)sent(w, "REQUEST", event(w, 0, 11, ON_8 AT("08", "11") MEET));
	(void)sent(w, "REQUEST", event(w, 0, 11, ON_15 AT("15", "11") MEET));
	(void)sent(w, "REQUEST", event(w, 0, 30, ON_22 AT("22", "11") MEET));
	(void)told(w, BOB, "REPLY",
	    event(w, 0, 12, ON_15 FROM_ME SAYS(BOB, "DECLINED")));
	(void)told(w, BOB, "REPLY", event(w, 0, 13, BOBS("ACCEPTED")));
	assert_string_equal(partstat(w, 1, BOB), "ACCEPTED");
	assert_string_equal(partstat(w, 2, BOB), "DECLINED");
	/* He could not know this one. */
	assert_string_equal(partstat(w, 3, BOB), "NEEDS-ACTION");
}

static void
reply_this_and_future(void **state)
{
	struct world *w = *state;

	invite(w, SERIES);
	(void)sent(w, "REQUEST", event(w, 0, 11, ON_8 AT("08", "11") MEET));
	(void)sent(w, "REQUEST", event(w, 0, 11, ON_22 AT("22", "11") MEET));
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 12,
		       "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:"
		       "20261215T090000\n" FROM_ME SAYS(BOB, "DECLINED"))),
	    ITIP_ANSWERED);
	assert_int_equal(w->holding[0]->npart, 4);
	assert_string_equal(partstat(w, 1, BOB), "NEEDS-ACTION");
	assert_string_equal(part(w, 2)->range, "THISANDFUTURE");
	assert_string_equal(partstat(w, 2, BOB), "DECLINED");
	assert_string_equal(partstat(w, 3, BOB), "DECLINED");
	/* What is answered for a date after it starts from it. */
	(void)told(w, CARL, "REPLY",
	    event(w, 0, 12,
		"RECURRENCE-ID:20261229T080000Z\n" FROM_ME SAYS(
		    CARL, "ACCEPTED")));
	assert_string_equal(partstat(w, 4, BOB), "DECLINED");
	assert_string_equal(part(w, 4)->range, "");
}

/* --- delegation -------------------------------------------------------------------- */

#define SENDS(who, to)                                                         \
	NINE FROM_ME "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" to   \
		     "\":mailto:" who "\n"
#define FOR(who, from)                                                         \
	"ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:" from             \
	"\":mailto:" who "\n"

static void
delegation(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	expect(
	    told(w, EVE, "REPLY", event(w, 0, 11, NINE FROM_ME FOR(EVE, BOB))),
	    ITIP_PARTY_CRASHER);
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 12, SENDS(BOB, EVE) FOR(EVE, BOB))),
	    ITIP_DELEGATED);
	assert_string_equal(person(w, 0, BOB)->delegated_to, EVE);
	assert_string_equal(person(w, 0, EVE)->delegated_from, BOB);
	/* What Bob says of Eve's answer is not her answer. */
	assert_string_equal(partstat(w, 0, EVE), "NEEDS-ACTION");
	expect(
	    told(w, EVE, "REPLY", event(w, 0, 13, NINE FROM_ME FOR(EVE, BOB))),
	    ITIP_ANSWERED);
	assert_string_equal(partstat(w, 0, EVE), "ACCEPTED");
	/* Our own update that does not know her leaves her in. */
	(void)sent(w, "REQUEST", event(w, 1, 14, SINGLE "SUMMARY:New\n"));
	assert_string_equal(partstat(w, 0, EVE), "ACCEPTED");
	assert_string_equal(partstat(w, 0, BOB), "DELEGATED");
	/* Bob comes after all. */
	expect(told(w, BOB, "REPLY", event(w, 1, 15, BOBS("ACCEPTED"))),
	    ITIP_ANSWERED);
	assert_string_equal(person(w, 0, BOB)->delegated_to, "");
	assert_false(has(w, 0, EVE));
}

static void
delegation_refused(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	expect(told(w, BOB, "REPLY", event(w, 0, 11, BOBS("DELEGATED"))),
	    ITIP_BAD_DELEGATION);
	expect(told(w, BOB, "REPLY", event(w, 0, 11, SENDS(BOB, BOB))),
	    ITIP_BAD_DELEGATION);
	(void)told(w, BOB, "REPLY", event(w, 0, 12, SENDS(BOB, EVE)));
	expect(told(w, EVE, "REPLY", event(w, 0, 13, SENDS(EVE, BOB))),
	    ITIP_BAD_DELEGATION);
	expect(
	    told(w, EVE, "REPLY", event(w, 0, 13, SENDS(EVE, "f@example.org"))),
	    ITIP_DELEGATED);
	expect(told(w, "f@example.org", "REPLY",
		   event(w, 0, 14, SENDS("f@example.org", "g@example.org"))),
	    ITIP_DELEGATED);
	expect(told(w, "g@example.org", "REPLY",
		   event(w, 0, 15, SENDS("g@example.org", "h@example.org"))),
	    ITIP_BAD_DELEGATION);
	assert_int_equal(part(w, 0)->nparticipant, 5);
}

/* --- COUNTER ------------------------------------------------------------------------ */

static void
counter(void **state)
{
	struct world *w = *state;

	expect(told(w, BOB, "COUNTER",
		   event(w, 0, 11, TEN FROM_ME SAYS(BOB, "TENTATIVE"))),
	    ITIP_UNKNOWN_OBJECT);
	invite(w, SINGLE);
	/* Google lists everybody. */
	expect(told(w, BOB, "COUNTER",
		   event(w, 0, 11,
		       TEN FROM_ME SAYS(CARL, "ACCEPTED")
			   SAYS(BOB, "DECLINED") "COMMENT:Later?\n")),
	    ITIP_PROPOSED);
	assert_int_equal(part(w, 0)->nproposal, 1);
	assert_string_equal(part(w, 0)->proposal[0].address, BOB);
	assert_string_equal(part(w, 0)->proposal[0].comment, "Later?");
	assert_int_equal(part(w, 0)->proposal[0].start.wall.hour, 10);
	assert_int_equal(part(w, 0)->start.wall.hour, 9);
	/* That is what they say to the proposal. */
	assert_string_equal(partstat(w, 0, BOB), "NEEDS-ACTION");
	assert_string_equal(partstat(w, 0, CARL), "NEEDS-ACTION");
	expect(told(w, BOB, "COUNTER",
		   event(w, 0, 10, NINE FROM_ME SAYS(BOB, "DECLINED"))),
	    ITIP_STALE);
	expect(told(w, BOB, "COUNTER",
		   event(w, 0, 12, NINE FROM_ME SAYS(BOB, "DECLINED"))),
	    ITIP_PROPOSED);
	expect(told(w, BOB, "COUNTER",
		   event(w, 0, 12, NINE FROM_ME SAYS(BOB, "DECLINED"))),
	    ITIP_REPEATED);
	assert_int_equal(part(w, 0)->nproposal, 1);
	expect(told(w, EVE, "COUNTER",
		   event(w, 0, 12, NINE FROM_ME SAYS(EVE, "DECLINED"))),
	    ITIP_PARTY_CRASHER);
	expect(told(w, EVE, "COUNTER",
		   event(w, 0, 12, NINE FROM_ME SAYS(BOB, "DECLINED"))),
	    ITIP_NOT_ATTENDEE);
}

static void
counter_decided(void **state)
{
	struct world *w = *state;

	invite(w, SINGLE);
	(void)told(w, BOB, "COUNTER",
	    event(w, 0, 11, TEN FROM_ME SAYS(BOB, "TENTATIVE")));
	(void)told(w, CARL, "COUNTER",
	    event(w, 0, 11, TEN FROM_ME SAYS(CARL, "TENTATIVE")));
	expect(
	    sent(w, "DECLINECOUNTER", event(w, 0, 12, NINE FROM_ME WITH_BOB)),
	    ITIP_PROPOSAL_REFUSED);
	assert_int_equal(part(w, 0)->nproposal, 1);
	expect(
	    sent(w, "DECLINECOUNTER", event(w, 0, 13, NINE FROM_ME WITH_BOB)),
	    ITIP_NO_PROPOSAL);
	/* Carl gets what he wants: nothing waits any more. */
	expect(sent(w, "REQUEST", event(w, 1, 14, TEN MEET)), ITIP_RESCHEDULED);
	assert_int_equal(part(w, 0)->nproposal, 0);
	expect(told(w, BOB, "COUNTER",
		   event(w, 0, 15, NINE FROM_ME SAYS(BOB, "TENTATIVE"))),
	    ITIP_STALE);
}

static void
counter_one_date(void **state)
{
	struct world *w = *state;

	invite(w, SERIES);
	expect(told(w, BOB, "COUNTER",
		   event(w, 0, 11,
		       ON_8 AT("08", "11") FROM_ME SAYS(BOB, "TENTATIVE"))),
	    ITIP_PROPOSED);
	assert_int_equal(part(w, 0)->nproposal, 0);
	assert_int_equal(part(w, 1)->nproposal, 1);
	assert_int_equal(part(w, 1)->start.wall.hour, 9);
}

/* --- REFRESH ------------------------------------------------------------------------- */

static void
refresh(void **state)
{
	struct world *w = *state;
	const char *bob = FROM_ME WITH_BOB;

	expect(
	    told(w, BOB, "REFRESH", event(w, 0, 9, bob)), ITIP_UNKNOWN_OBJECT);
	invite(w, SERIES);
	expect(told(w, BOB, "REFRESH", event(w, 0, 11, bob)), ITIP_REFRESHED);
	assert_string_equal(follow_up(w)->method, "REQUEST");
	assert_string_equal(follow_up(w)->recipient, BOB);
	assert_int_equal(follow_up(w)->date[0].kind, WHEN_NONE);
	assert_int_equal(w->result->changed, 0);
	(void)sent(w, "CANCEL", event(w, 1, 12, ON_8 AT("08", "09") MEET GONE));
	expect(told(w, BOB, "REFRESH", event(w, 0, 13, bob)), ITIP_REFRESHED);
	assert_int_equal(w->result->nfollow_up, 2);
	assert_string_equal(w->result->follow_up[1].method, "CANCEL");
	assert_int_equal(w->result->follow_up[1].ndate, 1);
	expect(told(w, EVE, "REFRESH",
		   event(w, 0, 13, FROM_ME "ATTENDEE:mailto:" EVE "\n")),
	    ITIP_PARTY_CRASHER);
	expect(
	    told(w, EVE, "REFRESH", event(w, 0, 13, bob)), ITIP_NOT_ATTENDEE);
	(void)sent(w, "CANCEL", event(w, 2, 14, SERIES GONE));
	expect(told(w, BOB, "REFRESH", event(w, 0, 15, bob)),
	    ITIP_OBJECT_CANCELLED);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(reply), T(reply_order),
	    T(reply_outlook), T(reply_refused), T(reply_by_agent),
	    T(reply_other_organizer), T(reply_one_date), T(reply_across_dst),
	    T(reply_series_and_date), T(reply_covers_dates),
	    T(reply_this_and_future), T(delegation), T(delegation_refused),
	    T(counter), T(counter_decided), T(counter_one_date), T(refresh)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
