/* scheduling_edge.c - iTIP: where the rules meet, see lib/rules/scheduling.h */
#include "lib/facts/limits.h"
#include "tests/unit/scheduling_fixture.h"

#define MEET   FROM_ANNA WITH_ME WITH_BOB
#define SERIES NINE WEEKLY MEET
#define OURS   FROM_ME WITH_BOB WITH_CARL
#define GONE   "STATUS:CANCELLED\n"

/* --- people ------------------------------------------------------------------- */

/* One mailbox under several names is one participant. */
static void
listed_twice(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST",
	    event(w, 0, 10,
		NINE FROM_ANNA WITH_ME WITH_BOB
		"ATTENDEE;PARTSTAT=DECLINED:mailto:ME+room@EXAMPLE.NET\n"
		"ATTENDEE:mailto:Bob@Example.com\n"
		"ATTENDEE:mailto:bobo@example.com\n"));
	assert_int_equal(part(w, 0)->nparticipant, 3);
	assert_string_equal(partstat(w, 0, ME), "NEEDS-ACTION");
}

/* Two send the same one; each may take the word back. */
static void
two_delegators(void **state)
{
	struct world *w = *state;
	const char *bob =
	    "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" EVE
	    "\":mailto:" BOB "\n";
	const char *carl =
	    "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" EVE
	    "\":mailto:" CARL "\n";

	(void)sent(w, "REQUEST", event(w, 0, 10, NINE OURS));
	(void)told(w, BOB, "REPLY",
	    event(w, 0, 11, mem_print(w, NINE FROM_ME "%s", bob)));
	(void)told(w, CARL, "REPLY",
	    event(w, 0, 11, mem_print(w, NINE FROM_ME "%s", carl)));
	assert_string_equal(person(w, 0, EVE)->delegated_from, BOB " " CARL);
	(void)told(w, BOB, "REPLY",
	    event(w, 0, 12, NINE FROM_ME SAYS(BOB, "ACCEPTED")));
	assert_string_equal(person(w, 0, EVE)->delegated_from, CARL);
}

/* Who is invited besides stays, whatever becomes of the delegation. */
static void
invited_delegate(void **state)
{
	struct world *w = *state;

	(void)sent(w, "REQUEST", event(w, 0, 10, NINE OURS));
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 11,
		       NINE FROM_ME
		       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" CARL
		       "\":mailto:" BOB "\n")),
	    ITIP_DELEGATED);
	assert_string_equal(person(w, 0, CARL)->delegated_from, BOB);
	(void)told(w, BOB, "REPLY",
	    event(w, 0, 12, NINE FROM_ME SAYS(BOB, "DECLINED")));
	assert_true(has(w, 0, CARL));
	assert_string_equal(person(w, 0, CARL)->delegated_from, "");
}

/* We are invited under one address and sent under another. */
static void
delegated_by_alias(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, NINE MEET));
	expect(told(w, BOB, "REQUEST",
		   event(w, 0, 10,
		       NINE FROM_ANNA
		       "ATTENDEE;PARTSTAT=DELEGATED;"
		       "DELEGATED-TO=\"mailto:myself@example.net\":mailto:" BOB
		       "\nATTENDEE;DELEGATED-FROM=\"mailto:" BOB
		       "\":mailto:myself@example.net\n")),
	    ITIP_DELEGATED);
	assert_int_equal(part(w, 0)->nparticipant, 2);
	assert_string_equal(person(w, 0, ME)->delegated_from, BOB);
	assert_string_equal(person(w, 0, BOB)->delegated_to, ME);
}

static void
forward_to_nobody(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, NINE MEET));
	expect(sent(w, "REQUEST",
		   event(w, 0, 11,
		       NINE FROM_ANNA
		       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" ME
		       "\":mailto:" ME "\n")),
	    ITIP_BAD_DELEGATION);
	expect(
	    sent(w, "CANCEL", event(w, 1, 12, NINE MEET)), ITIP_NOT_ORGANIZER);
}

/* What Bob passes on does not revive what Anna cancelled. */
static void
forward_of_cancelled(void **state)
{
	struct world *w = *state;
	const char *passed = NINE FROM_ANNA
	    "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" ME
	    "\":mailto:" BOB "\n"
	    "ATTENDEE;DELEGATED-FROM=\"mailto:" BOB "\":mailto:" ME "\n";

	(void)told(w, ANNA, "CANCEL", event(w, 1, 10, NINE MEET GONE));
	expect(told(w, BOB, "REQUEST", event(w, 0, 9, passed)), ITIP_STALE);
	expect(told(w, BOB, "REQUEST", event(w, 1, 10, passed)), ITIP_STALE);
	expect(
	    told(w, BOB, "REQUEST", event(w, 2, 11, passed)), ITIP_DELEGATED);
}

/* --- answers ------------------------------------------------------------------- */

static void
answer_again(void **state)
{
	struct world *w = *state;
	const char *bob = NINE FROM_ME SAYS(BOB, "ACCEPTED");

	(void)sent(w, "REQUEST", event(w, 0, 10, NINE WEEKLY OURS));
	(void)told(w, BOB, "REPLY", event(w, 0, 11, bob));
	/* The same moment, another word. */
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 11,
		       NINE FROM_ME SAYS(BOB, "ACCEPTED") "COMMENT:Yes\n")),
	    ITIP_ANSWERED);
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 11,
		       NINE FROM_ME SAYS(BOB, "DECLINED") "COMMENT:Yes\n")),
	    ITIP_ANSWERED);
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 11,
		       NINE FROM_ME SAYS(BOB,
			   "DECLINED") "COMMENT:Yes\nREQUEST-STATUS:2.8;x\n")),
	    ITIP_ANSWERED);
	/* What was said before, and something new. */
	expect(
	    told(w, BOB, "REPLY",
		mem_print(w, "%s%s",
		    event(w, 0, 11,
			NINE FROM_ME SAYS(BOB,
			    "DECLINED") "COMMENT:Yes\nREQUEST-STATUS:2.8;x\n"),
		    event(w, 0, 11, ON_8 FROM_ME SAYS(BOB, "ACCEPTED")))),
	    ITIP_ANSWERED);
	/* Nothing new, and something impossible. */
	expect(told(w, BOB, "REPLY",
		   mem_print(w, "%s%s",
		       event(w, 0, 11,
			   "RECURRENCE-ID:20261209T080000Z\n" FROM_ME SAYS(
			       BOB, "ACCEPTED")),
		       event(w, 0, 11, ON_8 FROM_ME SAYS(BOB, "ACCEPTED")))),
	    ITIP_REPEATED);
}

static void
counter_again(void **state)
{
	struct world *w = *state;
	const char *bob = TEN FROM_ME SAYS(BOB, "TENTATIVE");

	(void)sent(w, "REQUEST", event(w, 0, 10, NINE OURS));
	(void)told(w, BOB, "COUNTER", event(w, 0, 11, bob));
	expect(told(w, BOB, "COUNTER", event(w, 0, 11, bob)), ITIP_REPEATED);
	expect(told(w, BOB, "COUNTER",
		   event(w, 0, 11,
		       TEN FROM_ME SAYS(BOB, "TENTATIVE") "SUMMARY:S\n")),
	    ITIP_PROPOSED);
	expect(told(w, BOB, "COUNTER",
		   event(w, 0, 11,
		       TEN FROM_ME SAYS(
			   BOB, "TENTATIVE") "SUMMARY:S\nLOCATION:L\n")),
	    ITIP_PROPOSED);
	assert_int_equal(part(w, 0)->nproposal, 1);
}

static void
refresh_date(void **state)
{
	struct world *w = *state;

	(void)sent(w, "REQUEST", event(w, 0, 10, NINE WEEKLY OURS));
	(void)sent(w, "REQUEST", event(w, 0, 11, ON_8 AT("08", "11") OURS));
	expect(told(w, BOB, "REFRESH", event(w, 0, 12, ON_8 FROM_ME WITH_BOB)),
	    ITIP_REFRESHED);
	assert_int_equal(follow_up(w)->date[0].utc, 1796716800);
	/* A date of which nothing is special: all of it. */
	expect(told(w, BOB, "REFRESH", event(w, 0, 12, ON_15 FROM_ME WITH_BOB)),
	    ITIP_REFRESHED);
	assert_int_equal(follow_up(w)->date[0].kind, WHEN_NONE);
}

/* What stands in the result for those who ask why. */
static void
told_why(void **state)
{
	struct world *w = *state;

	(void)sent(w, "REQUEST", event(w, 1, 10, NINE WEEKLY OURS));
	(void)sent(w, "CANCEL", event(w, 2, 11, ON_8 OURS GONE));
	assert_string_equal(w->result->detail, "");
	(void)sent(w, "CANCEL", event(w, 2, 11, ON_8 OURS GONE));
	assert_string_equal(w->result->detail, "");
	expect(sent(w, "CANCEL", event(w, 0, 12, ON_8 OURS GONE)), ITIP_STALE);
	assert_string_equal(
	    w->result->detail, "sequence 0, known is a newer version");
	(void)told(w, BOB, "REFRESH", event(w, 0, 13, FROM_ME WITH_BOB));
	assert_int_equal(w->result->nfollow_up, 2);
	assert_string_equal(w->result->follow_up[0].method, "REQUEST");
	assert_string_equal(w->result->follow_up[0].recipient, BOB);
	assert_int_equal(w->result->follow_up[1].date[0].utc, 1796716800);
	(void)told(w, BOB, "REPLY",
	    event(w, 1, 14,
		NINE FROM_ME "ATTENDEE;CN=Bob B;PARTSTAT=ACCEPTED:mailto:" BOB
			     "\n"));
	assert_string_equal(w->result->who->name, "Bob B");
}

/* An answer without ORGANIZER where we are only invited. */
static void
reply_astray(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, NINE MEET));
	expect(
	    told(w, BOB, "REPLY", event(w, 0, 11, NINE SAYS(BOB, "ACCEPTED"))),
	    ITIP_WRONG_METHOD);
}

/* --- times ------------------------------------------------------------------------ */

static void
longer_date(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(told(w, ANNA, "REQUEST",
		   event(w, 0, 11,
		       ON_8 "DTSTART;TZID=Europe/Berlin:20261208T090000\n"
			    "DTEND;TZID=Europe/Berlin:20261208T110000\n" MEET)),
	    ITIP_RESCHEDULED);
}

static void
other_rule(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST",
	    event(w, 0, 10, NINE "RRULE:FREQ=WEEKLY;COUNT=5\n" MEET));
	expect(told(w, ANNA, "REQUEST",
		   event(w, 0, 11,
		       NINE "RRULE:FREQ=WEEKLY;COUNT=5\n" MEET "SUMMARY:x\n")),
	    ITIP_UPDATED);
	expect(told(w, ANNA, "REQUEST",
		   event(w, 0, 12, NINE "RRULE:FREQ=WEEKLY;COUNT=6\n" MEET)),
	    ITIP_RESCHEDULED);
	expect(told(w, ANNA, "REQUEST",
		   event(w, 0, 13,
		       NINE "RRULE:FREQ=WEEKLY;COUNT=6\n"
			    "RDATE;TZID=Europe/Berlin:20261203T090000\n" MEET)),
	    ITIP_RESCHEDULED);
}

/* The same instant in another zone: for a series that is another time. */
static void
other_zone(void **state)
{
	struct world *w = *state;
	const char *utc = "DTSTART:20261201T080000Z\nDTEND:20261201T090000Z\n";
	const char *oslo = "DTSTART;TZID=Europe/Oslo:20261201T090000\n"
			   "DTEND;TZID=Europe/Oslo:20261201T100000\n";

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, NINE MEET));
	expect(told(w, ANNA, "REQUEST",
		   event(w, 0, 11, mem_print(w, "%s" MEET, utc))),
	    ITIP_UPDATED);
	(void)told(w, ANNA, "REQUEST", event(w, 1, 12, SERIES));
	expect(told(w, ANNA, "REQUEST",
		   event(w, 1, 13, mem_print(w, "%s" WEEKLY MEET, oslo))),
	    ITIP_RESCHEDULED);
}

/* A series in UTC: a date named by its day, a date answered. */
static void
series_in_utc(void **state)
{
	struct world *w = *state;
	const char *utc = "DTSTART:20261201T080000Z\nDTEND:20261201T090000Z\n";

	(void)sent(
	    w, "REQUEST", event(w, 0, 10, mem_print(w, "%s" WEEKLY OURS, utc)));
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 11,
		       "RECURRENCE-ID;VALUE=DATE:20261208\n" FROM_ME SAYS(
			   BOB, "DECLINED"))),
	    ITIP_ANSWERED);
	assert_int_equal(part(w, 1)->recurrence_id.kind, WHEN_UTC);
	assert_int_equal(part(w, 1)->recurrence_id.utc, 1796716800);
	assert_non_null(
	    strstr(part(w, 1)->text, "\nRECURRENCE-ID:20261208T080000Z\n"));
	assert_non_null(strstr(part(w, 1)->text, "\nDTEND:20261208T090000Z\n"));
}

#define HERE                                                                   \
	"BEGIN:VTIMEZONE\nTZID:Here\nBEGIN:STANDARD\n"                         \
	"DTSTART:19700101T000000\nTZOFFSETFROM:+0545\nTZOFFSETTO:+0545\n"      \
	"END:STANDARD\nEND:VTIMEZONE\n"

/* A zone that only its VTIMEZONE describes: it is kept as long as needed. */
static void
zone_of_its_own(void **state)
{
	struct world *w = *state;
	const char *here = "DTSTART;TZID=Here:20261201T090000\n"
			   "DTEND;TZID=Here:20261201T100000\n";

	(void)sent(w, "REQUEST",
	    mem_print(w, HERE "%s",
		event(w, 0, 10, mem_print(w, "%s" WEEKLY OURS, here))));
	assert_int_equal(w->holding[0]->ntimezone, 1);
	(void)sent(w, "REQUEST",
	    mem_print(w, HERE "%s",
		event(w, 0, 11,
		    mem_print(w, "%s" WEEKLY OURS "SUMMARY:x\n", here))));
	assert_int_equal(w->holding[0]->ntimezone, 1);
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 12,
		       "RECURRENCE-ID:20261208T031500Z\n" FROM_ME SAYS(
			   BOB, "DECLINED"))),
	    ITIP_ANSWERED);
	assert_int_equal(w->holding[0]->ntimezone, 1);
	assert_int_equal(part(w, 1)->start.wall.hour, 9);
	assert_string_equal(
	    strstr(part(w, 1)->text, "END:VEVENT"), "END:VEVENT");
	(void)sent(w, "CANCEL", event(w, 1, 13, OURS GONE));
	assert_int_equal(w->holding[0]->ntimezone, 0);
}

/* An all-day series, answered for one of its days. */
static void
series_of_days(void **state)
{
	struct world *w = *state;

	(void)sent(w, "REQUEST",
	    event(w, 0, 10,
		"DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261203\n"
		"RRULE:FREQ=WEEKLY\n" OURS));
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 11,
		       "RECURRENCE-ID;VALUE=DATE:20261208\n" FROM_ME SAYS(
			   BOB, "DECLINED"))),
	    ITIP_ANSWERED);
	assert_int_equal(part(w, 1)->start.kind, WHEN_DATE);
	assert_non_null(
	    strstr(part(w, 1)->text, "\nRECURRENCE-ID;VALUE=DATE:20261208\n"));
	assert_non_null(
	    strstr(part(w, 1)->text, "\nDTEND;VALUE=DATE:20261210\n"));
}

static void
dates_of_the_rule(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *date;
		enum itip_code code;
	} t[] = {{"20261201T090000", ITIP_ANSWERED},
	    {"20261208T090000", ITIP_UNKNOWN_INSTANCE}, /* INTERVAL */
	    {"20261215T090000", ITIP_ANSWERED},
	    {"20261229T090000", ITIP_UNKNOWN_INSTANCE}, /* EXDATE */
	    {"20270112T090000", ITIP_ANSWERED},
	    {"20270126T090000", ITIP_UNKNOWN_INSTANCE}}; /* COUNT */
	size_t i;

	(void)sent(w, "REQUEST",
	    event(w, 0, 10,
		NINE "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4\n"
		     "EXDATE;TZID=Europe/Berlin:20261222T090000,"
		     "20261229T090000\n" OURS));
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		expect(
		    told(w, BOB, "REPLY",
			event(w, 0, 20 + (int)i,
			    mem_print(w,
				"RECURRENCE-ID;TZID=Europe/Berlin:%s\n" FROM_ME
				    SAYS(BOB, "ACCEPTED"),
				t[i].date))),
		    t[i].code);
	/* Where days are counted otherwise, any may be one. */
	(void)sent(w, "REQUEST",
	    event(w, 1, 11, NINE "RRULE:FREQ=WEEKLY;BYDAY=TU,TH\n" OURS));
	expect(told(w, BOB, "REPLY",
		   event(w, 1, 40,
		       "RECURRENCE-ID:20261203T080000Z\n" FROM_ME SAYS(
			   BOB, "ACCEPTED"))),
	    ITIP_ANSWERED);
}

/* --- the dead and the living --------------------------------------------------------- */

static void
tombstone_and_master(void **state)
{
	struct world *w = *state;
	const char *date = ON_8 AT("08", "11") MEET;

	(void)told(w, ANNA, "REQUEST", event(w, 1, 10, SERIES));
	(void)told(w, ANNA, "CANCEL", event(w, 3, 20, ON_8 MEET GONE));
	/* Overtaken by the CANCEL. */
	expect(told(w, ANNA, "REQUEST",
		   mem_print(w, "%s%s", event(w, 2, 15, SERIES),
		       event(w, 1, 15, date))),
	    ITIP_UPDATED);
	assert_int_equal(part(w, 1)->state, PART_CANCELLED);
	expect(told(w, ANNA, "REQUEST",
		   mem_print(w, "%s%s", event(w, 4, 30, SERIES),
		       event(w, 1, 30, date))),
	    ITIP_RESCHEDULED);
	assert_int_equal(part(w, 1)->state, PART_LIVE);
}

/* A date after the cancelled end lives again if it is newer. */
static void
date_after_the_end(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	(void)told(w, ANNA, "CANCEL",
	    event(w, 1, 11,
		"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:"
		"20261215T090000\n" MEET GONE));
	expect(told(w, ANNA, "REQUEST",
		   event(w, 2, 12, ON_22 AT("22", "09") MEET)),
	    ITIP_RESCHEDULED);
	assert_int_equal(part(w, 2)->state, PART_LIVE);
	assert_int_equal(part(w, 2)->rescheduled, 2);
	assert_int_equal(part(w, 1)->state, PART_CANCELLED);
}

static void
hearsay_cancelled(void **state)
{
	struct world *w = *state;

	(void)told(w, EVE, "PUBLISH", event(w, 0, 10, NINE FROM_ANNA));
	expect(told(w, CARL, "CANCEL", event(w, 1, 11, NINE FROM_ANNA)),
	    ITIP_NOT_ORGANIZER);
	expect(told(w, EVE, "CANCEL", event(w, 1, 11, NINE FROM_ANNA)),
	    ITIP_CANCELLED);
}

static void
add_with_date(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(told(w, ANNA, "ADD",
		   event(w, 1, 11,
		       "RECURRENCE-ID:20261210T140000Z\n" AT("10", "15") MEET)),
	    ITIP_DATES_ADDED);
	assert_null(strstr(
	    strstr(part(w, 1)->text, "RECURRENCE-ID") + 1, "RECURRENCE-ID"));
	assert_int_equal(w->holding[0]->npart, 2);
}

static void
task_due(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", component(w, "VTODO", 0, 10, MEET));
	assert_int_equal(part(w, 0)->end.kind, WHEN_NONE);
	expect(told(w, ANNA, "REQUEST",
		   component(w, "VTODO", 0, 11, "DUE:20261201T100000Z\n" MEET)),
	    ITIP_RESCHEDULED);
}

static void
freebusy_again(void **state)
{
	struct world *w = *state;
	const char *busy = "DTSTART:20261201T000000Z\n"
			   "DTEND:20261231T000000Z\n" FROM_ANNA;

	(void)told(w, ANNA, "PUBLISH", component(w, "VFREEBUSY", 0, 10, busy));
	expect(told(w, ANNA, "PUBLISH", component(w, "VFREEBUSY", 0, 10, busy)),
	    ITIP_REPEATED);
	assert_int_equal(w->result->changed, 0);
}

#define DECEMBER "DTSTART:20261201T000000Z\nDTEND:20261231T000000Z\n"
#define BUSY     "FREEBUSY:20261203T080000Z/20261203T090000Z\n"

/* The answers to one question stay apart. */
static void
freebusy_replies(void **state)
{
	struct world *w = *state;

	expect(told(w, BOB, "REPLY",
		   component(
		       w, "VFREEBUSY", 0, 10, DECEMBER FROM_ME WITH_BOB BUSY)),
	    ITIP_ANSWERED);
	expect(
	    told(w, CARL, "REPLY",
		component(w, "VFREEBUSY", 0, 10, DECEMBER FROM_ME WITH_CARL)),
	    ITIP_ANSWERED);
	expect(told(w, EVE, "REPLY",
		   component(w, "VFREEBUSY", 0, 11, DECEMBER FROM_ME WITH_BOB)),
	    ITIP_NOT_ATTENDEE);
	assert_int_equal(w->nholding, 2);
	assert_string_equal(w->holding[0]->organizer, BOB);
	assert_int_equal(part(w, 0)->nfreebusy, 1);
}

/* --- limits ------------------------------------------------------------------------- */

/* A series with as many changed dates as can be kept, and one more. */
static void
too_many_dates(void **state)
{
	struct world *w = *state;
	struct holding *h = mem_new(w, struct holding);
	size_t i;

	(void)told(w, ANNA, "REQUEST",
	    event(w, 0, 10, NINE "RRULE:FREQ=HOURLY\n" MEET));
	*h = *w->holding[0];
	h->npart = LIMIT_DATES;
	h->part = mem_array(h, struct part, h->npart);
	for (i = 0; i < h->npart; i++) {
		h->part[i] = *part(w, 0);
		if (i == 0)
			continue;
		h->part[i].recurrence_id.kind = WHEN_UTC;
		h->part[i].recurrence_id.utc = 1800000000 + (int64_t)i * 3600;
		h->part[i].recurrence_id.wall =
		    civil_from_seconds(h->part[i].recurrence_id.utc);
	}
	w->holding[0] = h;
	expect(
	    told(w, ANNA, "REQUEST", event(w, 1, 11, ON_8 AT("08", "11") MEET)),
	    ITIP_PROBLEM);
	assert_int_equal(w->result->changed, 0);
	assert_int_equal(w->result->asks, 0);
	assert_ptr_equal(w->result->holding, h);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(listed_twice), T(two_delegators),
	    T(invited_delegate), T(delegated_by_alias), T(forward_to_nobody),
	    T(forward_of_cancelled), T(answer_again), T(counter_again),
	    T(refresh_date), T(told_why), T(reply_astray), T(longer_date),
	    T(other_rule), T(other_zone), T(series_in_utc), T(zone_of_its_own),
	    T(series_of_days), T(dates_of_the_rule), T(tombstone_and_master),
	    T(date_after_the_end), T(hearsay_cancelled), T(add_with_date),
	    T(task_due), T(freebusy_again), T(freebusy_replies),
	    T(too_many_dates)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
