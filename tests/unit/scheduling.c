/* scheduling.c - iTIP as an attendee hears it, see lib/rules/scheduling.h */
#include "tests/unit/scheduling_fixture.h"

#define MEET   FROM_ANNA WITH_ME WITH_BOB
#define SINGLE NINE MEET
#define SERIES NINE WEEKLY MEET

/* --- REQUEST: one event ------------------------------------------------------- */

static void
request_new(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE)), ITIP_ADDED);
	assert_int_equal(w->result->changed, 1);
	assert_int_equal(w->result->asks, 1);
	assert_string_equal(w->result->who->address, ME);
	assert_string_equal(w->holding[0]->organizer, ANNA);
	assert_int_equal(w->holding[0]->role, ROLE_ATTENDEE);
	assert_int_equal(w->holding[0]->npart, 1);
	assert_int_equal(part(w, 0)->nparticipant, 2);
	assert_int_equal(person(w, 0, ME)->sequence, -1);
	assert_non_null(strstr(part(w, 0)->text, "DTSTART"));
}

static void
request_twice(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(
	    told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE)), ITIP_REPEATED);
	assert_int_equal(w->result->changed, 0);
	assert_int_equal(w->result->asks, 0);
	assert_ptr_equal(w->result->holding, w->holding[0]);
}

/* Google: the same SEQUENCE, another DTSTAMP. */
static void
request_updated(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(
	    told(w, ANNA, "REQUEST", event(w, 0, 11, SINGLE "SUMMARY:New\n")),
	    ITIP_UPDATED);
	assert_string_equal(part(w, 0)->summary, "New");
}

static void
request_moved(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(told(w, ANNA, "REQUEST", event(w, 1, 11, TEN MEET)),
	    ITIP_RESCHEDULED);
	assert_int_equal(part(w, 0)->rescheduled, 1);
	assert_int_equal(w->result->asks, 1);
}

static void
request_moved_same_sequence(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 3, 10, SINGLE));
	assert_int_equal(part(w, 0)->rescheduled, 0);
	expect(told(w, ANNA, "REQUEST", event(w, 3, 11, TEN MEET)),
	    ITIP_RESCHEDULED);
	assert_int_equal(part(w, 0)->rescheduled, 3);
}

static void
request_stale(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 2, 10, SINGLE));
	expect(told(w, ANNA, "REQUEST", event(w, 1, 20, TEN MEET)), ITIP_STALE);
	expect(told(w, ANNA, "REQUEST", event(w, 2, 9, TEN MEET)), ITIP_STALE);
	assert_string_not_equal(w->result->detail, "");
	assert_int_equal(part(w, 0)->sequence, 2);
}

/* My answer stands while the times do. */
static void
request_keeps_answer(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(sent(w, "REPLY",
		   event(w, 0, 20, NINE FROM_ANNA SAYS(ME, "ACCEPTED"))),
	    ITIP_ANSWERED);
	expect(
	    told(w, ANNA, "REQUEST", event(w, 1, 30, SINGLE "LOCATION:Here\n")),
	    ITIP_UPDATED);
	assert_string_equal(partstat(w, 0, ME), "ACCEPTED");
	assert_int_equal(person(w, 0, ME)->sequence, 0);
	expect(told(w, ANNA, "REQUEST", event(w, 2, 40, TEN MEET)),
	    ITIP_RESCHEDULED);
	assert_string_equal(partstat(w, 0, ME), "NEEDS-ACTION");
	assert_int_equal(person(w, 0, ME)->sequence, -1);
}

/* What the organizer says of the others is all that is known of them. */
static void
request_tells_others(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	(void)told(w, ANNA, "REQUEST",
	    event(w, 0, 11, NINE FROM_ANNA WITH_ME SAYS(BOB, "DECLINED")));
	assert_string_equal(partstat(w, 0, BOB), "DECLINED");
}

static void
request_rsvp(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST",
	    event(w, 0, 10,
		NINE FROM_ANNA "ATTENDEE;RSVP=FALSE:mailto:" ME "\n"));
	assert_int_equal(w->result->asks, 0);
	(void)told(w, ANNA, "REQUEST",
	    event(w, 0, 11, NINE FROM_ANNA "ATTENDEE:mailto:" ME "\n"));
	assert_int_equal(w->result->asks, 0);
	(void)told(w, ANNA, "REQUEST",
	    event(w, 1, 12, TEN FROM_ANNA "ATTENDEE:mailto:" ME "\n"));
	assert_int_equal(w->result->asks, 1);
	(void)told(w, ANNA, "REQUEST",
	    event(w, 2, 13, NINE FROM_ANNA SAYS(ME, "ACCEPTED")));
	/* Who says so is Anna. */
	assert_int_equal(w->result->asks, 1);
	assert_int_equal(person(w, 0, ME)->sequence, -1);
	(void)sent(
	    w, "REPLY", event(w, 2, 14, NINE FROM_ANNA SAYS(ME, "ACCEPTED")));
	(void)told(w, ANNA, "REQUEST", event(w, 3, 15, NINE FROM_ANNA WITH_ME));
	assert_int_equal(w->result->asks, 0);
}

static void
request_not_invited(void **state)
{
	struct world *w = *state;

	expect(
	    told(w, ANNA, "REQUEST", event(w, 0, 10, NINE FROM_ANNA WITH_BOB)),
	    ITIP_NOT_INVITED);
	assert_null(w->result->holding);
	/* An alias, a sub-address and capitals are the calendar. */
	expect(
	    told(w, ANNA, "REQUEST",
		event(w, 0, 10,
		    NINE FROM_ANNA "ATTENDEE:MAILTO:Myself+x@Example.NET\n")),
	    ITIP_ADDED);
}

static void
request_uninvited(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(
	    told(w, ANNA, "REQUEST", event(w, 1, 11, NINE FROM_ANNA WITH_BOB)),
	    ITIP_UNINVITED);
	assert_int_equal(part(w, 0)->state, PART_CANCELLED);
}

static void
request_status_cancelled(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(told(w, ANNA, "REQUEST",
		   event(w, 1, 11, SINGLE "STATUS:CANCELLED\n")),
	    ITIP_CANCELLED);
	assert_int_equal(part(w, 0)->state, PART_CANCELLED);
	assert_int_equal(w->result->asks, 0);
}

/* --- who speaks ----------------------------------------------------------------- */

static void
speaker(void **state)
{
	struct world *w = *state;
	const char *by_office =
	    NINE "ORGANIZER;SENT-BY=\"mailto:office@example.com\":mailto:" ANNA
		 "\n" WITH_ME;

	expect(told(w, EVE, "REQUEST", event(w, 0, 10, SINGLE)),
	    ITIP_NOT_ORGANIZER);
	/* One of the attendees forwards it. */
	expect(told(w, BOB, "REQUEST", event(w, 0, 10, SINGLE)),
	    ITIP_NOT_ORGANIZER);
	expect(told(w, "office@example.com", "REQUEST",
		   event(w, 0, 10, by_office)),
	    ITIP_ADDED);
	assert_string_equal(
	    w->holding[0]->organizer_sent_by, "office@example.com");
	expect(told(w, EVE, "CANCEL", event(w, 1, 20, SINGLE)),
	    ITIP_NOT_ORGANIZER);
	expect(
	    told(w, EVE, "ADD", event(w, 1, 20, SINGLE)), ITIP_NOT_ORGANIZER);
	expect(told(w, EVE, "DECLINECOUNTER", event(w, 1, 20, SINGLE)),
	    ITIP_NOT_ORGANIZER);
	assert_int_equal(part(w, 0)->state, PART_LIVE);
}

/* The same UID by two who have nothing to do with each other. */
static void
two_organizers(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(told(w, EVE, "REQUEST",
		   event(w, 9, 11, TEN "ORGANIZER:mailto:" EVE "\n" WITH_ME)),
	    ITIP_ADDED);
	assert_int_equal(w->nholding, 2);
	assert_int_equal(part(w, 0)->sequence, 0);
	assert_string_equal(w->holding[1]->organizer, EVE);
	expect(
	    told(w, ANNA, "CANCEL", event(w, 1, 12, SINGLE)), ITIP_CANCELLED);
	assert_int_equal(w->holding[1]->part[0].state, PART_LIVE);
}

static void
organizer_changed(void **state)
{
	struct world *w = *state;
	const char *by_bob = TEN "ORGANIZER:mailto:" BOB "\n" WITH_ME;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	/* A participant, the old organizer for a new one, a CANCEL. */
	expect(told(w, BOB, "REQUEST", event(w, 1, 11, by_bob)),
	    ITIP_ORGANIZER_CHANGED);
	expect(told(w, ANNA, "REQUEST", event(w, 1, 11, by_bob)),
	    ITIP_ORGANIZER_CHANGED);
	expect(told(w, BOB, "CANCEL", event(w, 1, 11, by_bob)),
	    ITIP_ORGANIZER_CHANGED);
	expect(told(w, EVE, "CANCEL",
		   event(w, 1, 11, "ORGANIZER:mailto:" EVE "\n" NINE)),
	    ITIP_ORGANIZER_CHANGED);
	/* After the end of it somebody else may. */
	(void)told(w, ANNA, "CANCEL", event(w, 1, 12, SINGLE));
	expect(told(w, BOB, "REQUEST", event(w, 2, 13, by_bob)), ITIP_ADDED);
}

static void
own_message(void **state)
{
	struct world *w = *state;

	expect(
	    told(w, ME, "REQUEST", event(w, 0, 10, SINGLE)), ITIP_OWN_MESSAGE);
	expect(told(w, ME, "REQUEST", event(w, 0, 10, NINE FROM_ME WITH_BOB)),
	    ITIP_OWN_MESSAGE);
	/* Somebody pretends that it was us. */
	expect(told(w, EVE, "CANCEL", event(w, 0, 10, NINE FROM_ME WITH_BOB)),
	    ITIP_NOT_ORGANIZER);
}

static void
unfit(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "REQUEST", event(w, 0, 10, NINE WITH_ME)),
	    ITIP_NO_ORGANIZER);
	expect(told(w, ANNA, "REQUEST",
		   "BEGIN:VEVENT\nDTSTAMP:20261101T000000Z\n" SINGLE
		   "END:VEVENT\n"),
	    ITIP_NO_UID);
	expect(told(w, ANNA, "COUNTER", event(w, 0, 10, SINGLE)),
	    ITIP_WRONG_METHOD);
	expect(
	    told(w, ANNA, "REQUEST", component(w, "VJOURNAL", 0, 10, SINGLE)),
	    ITIP_WRONG_METHOD);
	expect(told(w, ANNA, "REQUEST",
		   event(w, 0, 10, SINGLE "RRULE:FREQ=NEVER\n")),
	    ITIP_PROBLEM);
	assert_string_not_equal(w->result->detail, "");
	assert_int_equal(w->nholding, 0);
}

/* Components of one message that tell of two organizers. */
static void
two_tongues(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "REQUEST",
		   mem_print(w, "%s%s", event(w, 0, 10, SERIES),
		       event(w, 0, 10,
			   ON_8 AT("08", "09") "ORGANIZER:mailto:" EVE
					       "\n" WITH_ME))),
	    ITIP_PROBLEM);
}

/* --- series ---------------------------------------------------------------------- */

static void
series_and_date(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES)), ITIP_ADDED);
	assert_int_equal(part(w, 0)->recurs, 1);
	expect(
	    told(w, ANNA, "REQUEST", event(w, 0, 11, ON_8 AT("08", "11") MEET)),
	    ITIP_RESCHEDULED);
	assert_int_equal(w->holding[0]->npart, 2);
	assert_int_equal(part(w, 1)->rescheduled, 0);
	/* Only the description of one date. */
	expect(told(w, ANNA, "REQUEST",
		   event(w, 0, 12,
		       ON_15 "DTSTART;TZID=Europe/Berlin:20261215T090000\n"
			     "DTEND;TZID=Europe/Berlin:20261215T100000\n" MEET
			     "SUMMARY:That day\n")),
	    ITIP_UPDATED);
	assert_int_equal(w->holding[0]->npart, 3);
}

/* Google names the date in UTC. */
static void
date_in_utc(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	(void)told(
	    w, ANNA, "REQUEST", event(w, 0, 11, ON_8 AT("08", "11") MEET));
	expect(told(w, ANNA, "REQUEST",
		   event(w, 1, 12,
		       "RECURRENCE-ID:20261208T080000Z\n" AT("08", "12") MEET)),
	    ITIP_RESCHEDULED);
	assert_int_equal(w->holding[0]->npart, 2);
	/* By its day only. */
	expect(
	    told(w, ANNA, "REQUEST",
		event(w, 2, 13,
		    "RECURRENCE-ID;VALUE=DATE:20261208\n" AT("08", "13") MEET)),
	    ITIP_RESCHEDULED);
	assert_int_equal(w->holding[0]->npart, 2);
	assert_int_equal(part(w, 1)->sequence, 2);
}

static void
date_without_master(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "REQUEST",
		   event(w, 1, 10, ON_15 AT("15", "09") MEET)),
	    ITIP_ADDED);
	expect(
	    told(w, ANNA, "REQUEST", event(w, 1, 11, ON_8 AT("08", "09") MEET)),
	    ITIP_UPDATED);
	assert_int_equal(w->result->asks, 1);
	assert_int_equal(w->holding[0]->npart, 2);
	/* The master arrives later, older than its dates. */
	expect(told(w, ANNA, "REQUEST", event(w, 0, 5, SERIES)), ITIP_UPDATED);
	assert_int_equal(w->holding[0]->npart, 3);
	assert_int_equal(part(w, 0)->recurs, 1);
}

static void
date_of_single(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(
	    told(w, ANNA, "REQUEST", event(w, 1, 11, ON_8 AT("08", "09") MEET)),
	    ITIP_UNKNOWN_INSTANCE);
	expect(
	    told(w, ANNA, "CANCEL", event(w, 1, 11, ON_8 AT("08", "09") MEET)),
	    ITIP_UNKNOWN_INSTANCE);
	/* With its master it is one of them. */
	expect(told(w, ANNA, "REQUEST",
		   mem_print(w, "%s%s", event(w, 1, 12, SERIES),
		       event(w, 1, 12, ON_8 AT("08", "11") MEET))),
	    ITIP_RESCHEDULED);
	assert_int_equal(w->holding[0]->npart, 2);
}

static void
date_before_start(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(told(w, ANNA, "REQUEST",
		   event(w, 1, 11,
		       "RECURRENCE-ID:20261124T080000Z\n" AT("08", "09") MEET)),
	    ITIP_UNKNOWN_INSTANCE);
}

static void
master_drops_dates(void **state)
{
	struct world *w = *state;
	const char *two;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	(void)told(
	    w, ANNA, "REQUEST", event(w, 0, 11, ON_8 AT("08", "11") MEET));
	(void)told(
	    w, ANNA, "REQUEST", event(w, 5, 12, ON_15 AT("15", "11") MEET));
	/* Equal SEQUENCE keeps them. */
	expect(
	    told(w, ANNA, "REQUEST", event(w, 0, 13, SERIES "SUMMARY:New\n")),
	    ITIP_UPDATED);
	assert_int_equal(w->holding[0]->npart, 3);
	/* A higher one drops what is older and not brought along. */
	two = mem_print(w, "%s%s", event(w, 1, 14, TEN WEEKLY MEET),
	    event(w, 0, 14,
		"RECURRENCE-ID;TZID=Europe/Berlin:20261222T100000\n" AT(
		    "22", "12") MEET));
	expect(told(w, ANNA, "REQUEST", two), ITIP_RESCHEDULED);
	assert_int_equal(w->holding[0]->npart, 3);
	assert_int_equal(part(w, 1)->sequence, 5);
	assert_int_equal(part(w, 2)->sequence, 0);
}

/* A mail that was overtaken does not undo the date that overtook it. */
static void
master_keeps_newer_date(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	(void)told(
	    w, ANNA, "REQUEST", event(w, 2, 30, ON_8 AT("08", "11") MEET));
	(void)told(w, ANNA, "REQUEST",
	    mem_print(w, "%s%s", event(w, 1, 20, SERIES "SUMMARY:New\n"),
		event(w, 1, 20, ON_8 AT("08", "12") MEET)));
	assert_int_equal(part(w, 0)->sequence, 1);
	assert_int_equal(part(w, 1)->sequence, 2);
	expect(
	    told(w, ANNA, "REQUEST", event(w, 1, 40, ON_8 AT("08", "12") MEET)),
	    ITIP_STALE);
}

/* RRULE and EXDATE are times; what is no date of the series is not one. */
static void
series_moved(void **state)
{
	struct world *w = *state;
	const char *less = SERIES
	    "EXDATE;TZID=Europe/Berlin:20261208T090000,20261222T090000\n";

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(
	    told(w, ANNA, "REQUEST", event(w, 1, 11, less)), ITIP_RESCHEDULED);
	expect(told(w, ANNA, "REQUEST",
		   event(w, 2, 12, ON_22 AT("22", "11") MEET)),
	    ITIP_UNKNOWN_INSTANCE);
	expect(told(w, ANNA, "REQUEST",
		   event(w, 2, 12,
		       NINE "RRULE:FREQ=WEEKLY;UNTIL=20261215T080000Z\n" MEET)),
	    ITIP_RESCHEDULED);
	expect(
	    told(w, ANNA, "CANCEL", event(w, 3, 13, ON_22 AT("22", "09") MEET)),
	    ITIP_UNKNOWN_INSTANCE);
	expect(
	    told(w, ANNA, "CANCEL", event(w, 3, 13, ON_15 AT("15", "09") MEET)),
	    ITIP_DATES_CANCELLED);
}

static void
date_cancelled_in_request(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(
	    told(w, ANNA, "REQUEST",
		event(w, 1, 11, ON_8 AT("08", "09") MEET "STATUS:CANCELLED\n")),
	    ITIP_DATES_CANCELLED);
	assert_int_equal(part(w, 1)->state, PART_CANCELLED);
	assert_int_equal(part(w, 0)->state, PART_LIVE);
}

static void
date_without_us(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(told(w, ANNA, "REQUEST",
		   event(w, 1, 11, ON_8 AT("08", "09") FROM_ANNA WITH_BOB)),
	    ITIP_DATES_CANCELLED);
	/* One that lists nobody goes as its series. */
	expect(told(w, ANNA, "REQUEST",
		   event(w, 1, 11, ON_15 AT("15", "12") FROM_ANNA)),
	    ITIP_RESCHEDULED);
	assert_true(has(w, 2, ME));
}

/* Invited to one date only: the series is none of ours. */
static void
only_one_date(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "REQUEST",
		   mem_print(w, "%s%s",
		       event(w, 0, 10, NINE WEEKLY FROM_ANNA WITH_BOB),
		       event(w, 0, 10, ON_8 AT("08", "09") MEET))),
	    ITIP_ADDED);
	assert_int_equal(w->holding[0]->npart, 1);
	assert_int_equal(part(w, 0)->recurrence_id.kind, WHEN_ZONED);
}

static void
this_and_future(void **state)
{
	struct world *w = *state;
	const char *from_15 =
	    "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:"
	    "20261215T090000\n" AT("15", "14") MEET;

	expect(told(w, ANNA, "REQUEST", event(w, 0, 10, from_15)),
	    ITIP_ASKED_BACK);
	assert_string_equal(follow_up(w)->method, "REFRESH");
	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	assert_int_equal(w->holding[0]->npart, 1);
	(void)told(
	    w, ANNA, "REQUEST", event(w, 0, 11, ON_22 AT("22", "11") MEET));
	expect(told(w, ANNA, "REQUEST", event(w, 1, 12, from_15)),
	    ITIP_RESCHEDULED);
	/* The later date is older than this: it goes with it. */
	assert_int_equal(w->holding[0]->npart, 2);
	assert_string_equal(part(w, 1)->range, "THISANDFUTURE");
	/* Only the words of a date under it: its times are those of the range. */
	expect(told(w, ANNA, "REQUEST",
		   event(w, 1, 13, ON_22 AT("22", "14") MEET "SUMMARY:X\n")),
	    ITIP_UPDATED);
}

/* --- all day ------------------------------------------------------------------------ */

static void
all_day(void **state)
{
	struct world *w = *state;
	const char *days = "DTSTART;VALUE=DATE:20261201\n"
			   "DTEND;VALUE=DATE:20261202\n";

	(void)told(w, ANNA, "REQUEST",
	    event(w, 0, 10, mem_print(w, "%s" WEEKLY MEET, days)));
	expect(told(w, ANNA, "CANCEL",
		   event(w, 1, 11,
		       "RECURRENCE-ID;VALUE=DATE:20261208\n"
		       "DTSTART;VALUE=DATE:20261208\n" MEET)),
	    ITIP_DATES_CANCELLED);
	expect(told(w, ANNA, "REQUEST",
		   event(w, 0, 12,
		       "RECURRENCE-ID;VALUE=DATE:20261208\n"
		       "DTSTART;VALUE=DATE:20261208\n" MEET)),
	    ITIP_STALE);
	assert_int_equal(w->holding[0]->npart, 2);
	assert_int_equal(part(w, 1)->start.kind, WHEN_DATE);
	assert_int_equal(part(w, 1)->start.wall.day, 8);
	assert_int_equal(part(w, 1)->end.wall.day, 9);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(request_new), T(request_twice),
	    T(request_updated), T(request_moved),
	    T(request_moved_same_sequence), T(request_stale),
	    T(request_keeps_answer), T(request_tells_others), T(request_rsvp),
	    T(request_not_invited), T(request_uninvited),
	    T(request_status_cancelled), T(speaker), T(two_organizers),
	    T(organizer_changed), T(own_message), T(unfit), T(two_tongues),
	    T(series_and_date), T(date_in_utc), T(date_without_master),
	    T(date_of_single), T(date_before_start), T(master_drops_dates),
	    T(master_keeps_newer_date), T(series_moved),
	    T(date_cancelled_in_request), T(date_without_us), T(only_one_date),
	    T(this_and_future), T(all_day)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
