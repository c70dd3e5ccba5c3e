/*
 * scheduling_cancel.c - CANCEL, ADD, PUBLISH, delegation and other kinds of
 * objects as an attendee hears them, see lib/rules/scheduling.h
 */
#include "tests/unit/scheduling_fixture.h"

#define MEET   FROM_ANNA WITH_ME WITH_BOB
#define SINGLE NINE MEET
#define SERIES NINE WEEKLY MEET
#define GONE   "STATUS:CANCELLED\n"

/* --- CANCEL ---------------------------------------------------------------------- */

static void
cancel_all(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(told(w, ANNA, "CANCEL", event(w, 1, 11, SINGLE GONE)),
	    ITIP_CANCELLED);
	assert_int_equal(part(w, 0)->state, PART_CANCELLED);
	assert_int_equal(part(w, 0)->sequence, 1);
	assert_int_equal(part(w, 0)->start.kind, WHEN_ZONED);
	assert_string_equal(w->result->who->address, ME);
	assert_int_equal(w->holding[0]->ntimezone, 0);
	expect(told(w, ANNA, "CANCEL", event(w, 1, 11, SINGLE GONE)),
	    ITIP_REPEATED);
	assert_int_equal(w->result->changed, 0);
}

/* Without ATTENDEE, with the same SEQUENCE, with the same DTSTAMP. */
static void
cancel_sloppy(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(told(w, ANNA, "CANCEL", event(w, 0, 9, NINE FROM_ANNA)),
	    ITIP_STALE);
	expect(told(w, ANNA, "CANCEL", event(w, 0, 10, NINE FROM_ANNA)),
	    ITIP_CANCELLED);
}

static void
cancel_stale(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 2, 10, SINGLE));
	expect(
	    told(w, ANNA, "CANCEL", event(w, 1, 11, SINGLE GONE)), ITIP_STALE);
	assert_int_equal(part(w, 0)->state, PART_LIVE);
}

static void
revival(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	(void)told(
	    w, ANNA, "REQUEST", event(w, 0, 11, ON_8 AT("08", "11") MEET));
	(void)told(
	    w, ANNA, "REQUEST", event(w, 7, 11, ON_15 AT("15", "11") MEET));
	(void)told(w, ANNA, "CANCEL", event(w, 1, 20, SERIES GONE));
	/* The tombstone of all speaks for the older date. */
	assert_int_equal(w->holding[0]->npart, 2);
	assert_int_equal(part(w, 1)->state, PART_CANCELLED);
	assert_int_equal(part(w, 1)->sequence, 7);
	expect(told(w, ANNA, "REQUEST",
		   event(w, 7, 11, ON_15 AT("15", "11") MEET)),
	    ITIP_STALE);
	expect(told(w, ANNA, "REQUEST", event(w, 0, 30, SERIES)), ITIP_STALE);
	expect(told(w, ANNA, "REQUEST", event(w, 1, 20, SERIES)), ITIP_STALE);
	expect(
	    told(w, ANNA, "REQUEST", event(w, 1, 20, ON_8 AT("08", "11") MEET)),
	    ITIP_STALE);
	expect(told(w, ANNA, "REQUEST", event(w, 1, 21, SERIES)), ITIP_ADDED);
	assert_int_equal(w->result->asks, 1);
	assert_int_equal(w->holding[0]->npart, 2);
	(void)told(w, ANNA, "CANCEL", event(w, 2, 30, SERIES GONE));
	expect(told(w, ANNA, "REQUEST", event(w, 3, 5, SERIES)), ITIP_ADDED);
	assert_int_equal(part(w, 0)->rescheduled, 3);
}

/* The CANCEL overtook the REQUEST. */
static void
cancel_first(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "CANCEL", event(w, 1, 20, SINGLE GONE)),
	    ITIP_REMEMBERED);
	assert_int_equal(part(w, 0)->state, PART_CANCELLED);
	assert_int_equal(part(w, 0)->start.kind, WHEN_NONE);
	expect(told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE)), ITIP_STALE);
	expect(told(w, ANNA, "REQUEST", event(w, 2, 10, SINGLE)), ITIP_ADDED);
}

static void
cancel_date_first(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "CANCEL",
		   event(w, 1, 20, ON_8 AT("08", "09") MEET GONE)),
	    ITIP_REMEMBERED);
	(void)told(w, ANNA, "REQUEST", event(w, 1, 10, SERIES));
	expect(
	    told(w, ANNA, "REQUEST", event(w, 1, 11, ON_8 AT("08", "11") MEET)),
	    ITIP_STALE);
	assert_int_equal(w->holding[0]->npart, 2);
	assert_int_equal(part(w, 1)->state, PART_CANCELLED);
}

static void
cancel_date(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(told(w, ANNA, "CANCEL",
		   event(w, 1, 11, ON_8 AT("08", "09") MEET GONE)),
	    ITIP_DATES_CANCELLED);
	assert_int_equal(w->holding[0]->npart, 2);
	assert_int_equal(part(w, 0)->state, PART_LIVE);
	assert_int_equal(part(w, 1)->state, PART_CANCELLED);
	assert_int_equal(
	    part(w, 1)->start.utc, part(w, 0)->start.utc + 7 * 86400);
	/* In UTC it is the same date. */
	expect(told(w, ANNA, "CANCEL",
		   event(w, 1, 11,
		       "RECURRENCE-ID:20261208T080000Z\n" AT("08", "09")
			   MEET GONE)),
	    ITIP_REPEATED);
	/* Several at once. */
	expect(told(w, ANNA, "CANCEL",
		   mem_print(w, "%s%s",
		       event(w, 2, 12, ON_15 AT("15", "09") MEET GONE),
		       event(w, 2, 12, ON_22 AT("22", "09") MEET GONE))),
	    ITIP_DATES_CANCELLED);
	assert_int_equal(w->holding[0]->npart, 4);
}

static void
cancel_to_the_end(void **state)
{
	struct world *w = *state;
	const char *from_15 =
	    "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:"
	    "20261215T090000\n" AT("15", "09") MEET GONE;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	(void)told(
	    w, ANNA, "REQUEST", event(w, 0, 11, ON_22 AT("22", "11") MEET));
	(void)told(w, ANNA, "REQUEST",
	    event(w, 7, 11,
		"RECURRENCE-ID;TZID=Europe/Berlin:20261229T090000\n" AT(
		    "29", "11") MEET));
	(void)told(
	    w, ANNA, "REQUEST", event(w, 0, 11, ON_8 AT("08", "11") MEET));
	expect(told(w, ANNA, "CANCEL", event(w, 1, 12, from_15)),
	    ITIP_DATES_CANCELLED);
	assert_int_equal(w->holding[0]->npart, 4);
	assert_int_equal(part(w, 1)->state, PART_LIVE);
	assert_string_equal(part(w, 2)->range, "THISANDFUTURE");
	assert_int_equal(part(w, 2)->state, PART_CANCELLED);
	assert_int_equal(part(w, 3)->state, PART_CANCELLED);
	/* A later date that comes late is under it. */
	expect(told(w, ANNA, "REQUEST",
		   event(w, 0, 12, ON_22 AT("22", "11") MEET)),
	    ITIP_STALE);
	/* From the first date on it is all of it. */
	expect(told(w, ANNA, "CANCEL",
		   event(w, 2, 13,
		       "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:"
		       "20261201T090000\n" NINE MEET GONE)),
	    ITIP_CANCELLED);
}

static void
cancel_us(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(told(w, ANNA, "CANCEL", event(w, 1, 11, NINE FROM_ANNA WITH_ME)),
	    ITIP_UNINVITED);
	assert_int_equal(part(w, 0)->state, PART_CANCELLED);
}

/* All are listed: all of it, whatever STATUS says. */
static void
cancel_everybody(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST",
	    event(w, 0, 10, SINGLE "ATTENDEE:mailto:" ANNA "\n"));
	expect(
	    told(w, ANNA, "CANCEL", event(w, 1, 11, SINGLE)), ITIP_CANCELLED);
}

static void
cancel_others(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "CANCEL", event(w, 1, 9, NINE FROM_ANNA WITH_BOB)),
	    ITIP_NOT_INVITED);
	assert_int_equal(w->nholding, 0);
	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(
	    told(w, ANNA, "CANCEL", event(w, 1, 11, NINE FROM_ANNA WITH_BOB)),
	    ITIP_OTHERS_CANCELLED);
	assert_int_equal(part(w, 0)->state, PART_LIVE);
	assert_false(has(w, 0, BOB));
	assert_true(has(w, 0, ME));
	expect(
	    told(w, ANNA, "CANCEL", event(w, 2, 12, NINE FROM_ANNA WITH_BOB)),
	    ITIP_REPEATED);
	/* The sender cancels all, but knows us by another name. */
	expect(told(w, ANNA, "CANCEL",
		   event(w, 2, 13, NINE FROM_ANNA WITH_BOB GONE)),
	    ITIP_CANCELLED);
}

static void
cancel_others_of_date(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(told(w, ANNA, "CANCEL",
		   event(w, 1, 11, ON_8 AT("08", "09") FROM_ANNA WITH_BOB)),
	    ITIP_OTHERS_CANCELLED);
	assert_true(has(w, 0, BOB));
	assert_false(has(w, 1, BOB));
	assert_int_equal(part(w, 1)->state, PART_LIVE);
}

/* --- ADD ------------------------------------------------------------------------- */

static void
add_dates(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SERIES));
	expect(told(w, ANNA, "ADD", event(w, 1, 11, AT("10", "15") MEET)),
	    ITIP_DATES_ADDED);
	assert_int_equal(w->result->asks, 1);
	assert_int_equal(w->holding[0]->npart, 2);
	assert_int_equal(part(w, 1)->recurrence_id.utc, part(w, 1)->start.utc);
	assert_non_null(strstr(part(w, 1)->text,
	    "\nRECURRENCE-ID;TZID=Europe/Berlin:20261210T150000\n"));
	expect(told(w, ANNA, "ADD", event(w, 1, 11, AT("10", "15") MEET)),
	    ITIP_REPEATED);
	expect(told(w, ANNA, "ADD", event(w, 0, 9, AT("10", "15") MEET)),
	    ITIP_STALE);
	expect(told(w, ANNA, "ADD",
		   event(w, 2, 12, AT("11", "15") FROM_ANNA WITH_BOB)),
	    ITIP_NOT_INVITED);
	/* A single event may get one more date. */
	(void)told(w, ANNA, "REQUEST", event(w, 5, 20, SINGLE));
	expect(told(w, ANNA, "ADD", event(w, 6, 21, AT("11", "15") MEET)),
	    ITIP_DATES_ADDED);
}

static void
add_unknown(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "ADD", event(w, 1, 11, AT("10", "15") MEET)),
	    ITIP_ASKED_BACK);
	assert_string_equal(follow_up(w)->method, "REFRESH");
	assert_string_equal(follow_up(w)->recipient, ANNA);
	assert_int_equal(follow_up(w)->date[0].kind, WHEN_NONE);
	assert_int_equal(part(w, 0)->state, PART_ASKED);
	/* It is asked once. */
	expect(told(w, ANNA, "ADD", event(w, 1, 11, AT("10", "15") MEET)),
	    ITIP_REPEATED);
	assert_int_equal(w->result->nfollow_up, 0);
	expect(told(w, ANNA, "ADD", event(w, 2, 12, AT("11", "15") MEET)),
	    ITIP_ASKED_BACK);
	/* The answer. */
	expect(told(w, ANNA, "REQUEST", event(w, 0, 13, SERIES)), ITIP_ADDED);
	assert_int_equal(w->holding[0]->npart, 1);
	assert_int_equal(part(w, 0)->state, PART_LIVE);
}

static void
add_to_cancelled(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "CANCEL", event(w, 1, 10, SINGLE GONE));
	expect(told(w, ANNA, "ADD", event(w, 1, 10, AT("10", "15") MEET)),
	    ITIP_STALE);
	expect(told(w, ANNA, "ADD", event(w, 2, 11, AT("10", "15") MEET)),
	    ITIP_ASKED_BACK);
	assert_int_equal(part(w, 0)->state, PART_CANCELLED);
	expect(told(w, ANNA, "ADD",
		   event(w, 1, 10, AT("10", "15") FROM_ANNA WITH_BOB)),
	    ITIP_NOT_INVITED);
}

/* --- PUBLISH ----------------------------------------------------------------------- */

static void
publish(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "PUBLISH", event(w, 0, 10, NINE FROM_ANNA)),
	    ITIP_ADDED);
	assert_int_equal(w->result->asks, 0);
	expect(told(w, EVE, "PUBLISH", event(w, 1, 11, TEN FROM_ANNA)),
	    ITIP_NOT_ORGANIZER);
	expect(told(w, ANNA, "PUBLISH", event(w, 1, 11, TEN FROM_ANNA)),
	    ITIP_UPDATED);
	expect(told(w, ANNA, "PUBLISH", event(w, 0, 10, NINE FROM_ANNA)),
	    ITIP_STALE);
	expect(told(w, ANNA, "CANCEL", event(w, 2, 12, NINE FROM_ANNA)),
	    ITIP_CANCELLED);
}

/* Without ORGANIZER the sender counts. */
static void
publish_anonymous(void **state)
{
	struct world *w = *state;

	expect(told(w, EVE, "PUBLISH", event(w, 0, 10, NINE)), ITIP_ADDED);
	assert_string_equal(w->holding[0]->organizer, EVE);
	expect(told(w, EVE, "PUBLISH", event(w, 0, 10, NINE)), ITIP_REPEATED);
	expect(told(w, EVE, "PUBLISH", event(w, 1, 11, TEN)), ITIP_UPDATED);
}

/* A stranger publishes what Anna organizes; her own word counts more. */
static void
publish_hearsay(void **state)
{
	struct world *w = *state;

	expect(told(w, EVE, "PUBLISH", event(w, 9, 30, NINE FROM_ANNA)),
	    ITIP_ADDED);
	assert_string_equal(w->holding[0]->organizer, ANNA);
	expect(told(w, EVE, "PUBLISH", event(w, 9, 30, NINE FROM_ANNA)),
	    ITIP_REPEATED);
	expect(told(w, CARL, "PUBLISH", event(w, 9, 31, TEN FROM_ANNA)),
	    ITIP_NOT_ORGANIZER);
	expect(told(w, ANNA, "REQUEST", event(w, 0, 10, TEN MEET)),
	    ITIP_RESCHEDULED);
	assert_int_equal(part(w, 0)->sequence, 0);
	assert_string_equal(w->holding[0]->organizer_sent_by, "");
	expect(told(w, EVE, "PUBLISH", event(w, 10, 40, NINE FROM_ANNA)),
	    ITIP_NOT_ORGANIZER);
	expect(told(w, EVE, "CANCEL", event(w, 10, 40, NINE FROM_ANNA)),
	    ITIP_NOT_ORGANIZER);
}

/* Published again without people: those who were invited stay invited. */
static void
publish_invited(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(told(w, ANNA, "PUBLISH", event(w, 0, 11, NINE FROM_ANNA)),
	    ITIP_UPDATED);
	assert_int_equal(part(w, 0)->nparticipant, 2);
}

/* --- DECLINECOUNTER ------------------------------------------------------------------ */

static void
proposal_refused(void **state)
{
	struct world *w = *state;

	expect(told(w, ANNA, "DECLINECOUNTER", event(w, 0, 9, SINGLE)),
	    ITIP_UNKNOWN_OBJECT);
	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(told(w, ANNA, "DECLINECOUNTER", event(w, 0, 11, SINGLE)),
	    ITIP_NO_PROPOSAL);
	expect(sent(w, "COUNTER",
		   event(w, 0, 12, TEN FROM_ANNA SAYS(ME, "TENTATIVE"))),
	    ITIP_PROPOSED);
	assert_int_equal(part(w, 0)->nproposal, 1);
	assert_string_equal(partstat(w, 0, ME), "NEEDS-ACTION");
	expect(told(w, ANNA, "DECLINECOUNTER", event(w, 0, 13, SINGLE)),
	    ITIP_PROPOSAL_REFUSED);
	assert_int_equal(part(w, 0)->nproposal, 0);
}

/* --- delegation ----------------------------------------------------------------------- */

#define BOB_SENDS                                                              \
	"ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" ME                \
	"\":mailto:" BOB "\n"
#define ME_FOR_BOB                                                             \
	"ATTENDEE;RSVP=TRUE;DELEGATED-FROM=\"mailto:" BOB "\":mailto:" ME "\n"

static void
delegated_to_us(void **state)
{
	struct world *w = *state;
	const char *passed = NINE FROM_ANNA BOB_SENDS ME_FOR_BOB;

	expect(told(w, EVE, "REQUEST", event(w, 0, 10, passed)),
	    ITIP_NOT_ORGANIZER);
	expect(
	    told(w, BOB, "REQUEST", event(w, 0, 10, passed)), ITIP_DELEGATED);
	assert_int_equal(w->result->asks, 1);
	assert_string_equal(w->holding[0]->organizer, ANNA);
	assert_string_equal(person(w, 0, ME)->delegated_from, BOB);
	assert_string_equal(person(w, 0, BOB)->delegated_to, ME);
	expect(told(w, BOB, "REQUEST", event(w, 0, 10, passed)), ITIP_REPEATED);
	/* Bob cannot change what Anna organizes. */
	expect(told(w, BOB, "REQUEST",
		   event(w, 9, 20, TEN FROM_ANNA BOB_SENDS ME_FOR_BOB)),
	    ITIP_NOT_ORGANIZER);
	assert_int_equal(part(w, 0)->sequence, 0);
	expect(told(w, ANNA, "REQUEST",
		   event(w, 1, 30, TEN FROM_ANNA BOB_SENDS ME_FOR_BOB)),
	    ITIP_RESCHEDULED);
}

/* We are invited ourselves, and are to go for Bob as well. */
static void
delegated_besides(void **state)
{
	struct world *w = *state;

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(told(w, BOB, "REQUEST",
		   event(w, 0, 11, TEN FROM_ANNA BOB_SENDS ME_FOR_BOB)),
	    ITIP_DELEGATED);
	assert_string_equal(person(w, 0, ME)->delegated_from, BOB);
	assert_string_equal(partstat(w, 0, BOB), "DELEGATED");
	assert_int_equal(part(w, 0)->start.wall.hour, 9);
}

static void
delegation_circle(void **state)
{
	struct world *w = *state;

	expect(told(w, BOB, "REQUEST",
		   event(w, 0, 10,
		       NINE FROM_ANNA "ATTENDEE;DELEGATED-TO=\"mailto:" ME
				      "\";DELEGATED-FROM=\"mailto:" ME
				      "\":mailto:" BOB "\n" ME_FOR_BOB)),
	    ITIP_BAD_DELEGATION);
	assert_int_equal(w->nholding, 0);
}

/* We send Carl; his answer comes to us too. */
static void
our_delegate(void **state)
{
	struct world *w = *state;
	const char *carl = NINE FROM_ANNA
	    "ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM=\"mailto:" ME
	    "\":mailto:" CARL "\n";

	(void)told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE));
	expect(
	    told(w, CARL, "REPLY", event(w, 0, 11, carl)), ITIP_WRONG_METHOD);
	expect(sent(w, "REPLY",
		   event(w, 0, 12,
		       NINE FROM_ANNA
		       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" CARL
		       "\":mailto:" ME "\n")),
	    ITIP_DELEGATED);
	assert_string_equal(partstat(w, 0, ME), "DELEGATED");
	expect(told(w, CARL, "REPLY", event(w, 0, 13, carl)), ITIP_ANSWERED);
	assert_string_equal(partstat(w, 0, CARL), "ACCEPTED");
	expect(told(w, BOB, "REPLY",
		   event(w, 0, 14, NINE FROM_ANNA SAYS(BOB, "ACCEPTED"))),
	    ITIP_WRONG_METHOD);
}

/* --- tasks, journals, free and busy times ------------------------------------------------ */

static void
task(void **state)
{
	struct world *w = *state;
	const char *due = "DUE:20261201T100000Z\n" MEET;

	expect(told(w, ANNA, "REQUEST", component(w, "VTODO", 0, 10, due)),
	    ITIP_ADDED);
	assert_string_equal(w->holding[0]->kind, "VTODO");
	assert_int_equal(part(w, 0)->start.kind, WHEN_NONE);
	expect(told(w, ANNA, "REQUEST",
		   component(w, "VTODO", 1, 11, "DUE:20261202T100000Z\n" MEET)),
	    ITIP_RESCHEDULED);
	expect(
	    sent(w, "REPLY",
		component(w, "VTODO", 1, 12,
		    FROM_ANNA SAYS(ME, "IN-PROCESS") "PERCENT-COMPLETE:40\n")),
	    ITIP_ANSWERED);
	assert_int_equal(person(w, 0, ME)->percent, 40);
	/* Bob has to do it as well. */
	assert_int_equal(part(w, 0)->percent, -1);
	/* An event of the same UID is another object. */
	expect(told(w, ANNA, "REQUEST", event(w, 0, 10, SINGLE)), ITIP_ADDED);
	assert_int_equal(w->nholding, 2);
	expect(told(w, ANNA, "CANCEL", component(w, "VTODO", 2, 13, MEET GONE)),
	    ITIP_CANCELLED);
}

static void
journal(void **state)
{
	struct world *w = *state;
	const char *day = "DTSTART;VALUE=DATE:20261201\n" FROM_ANNA;

	expect(told(w, ANNA, "PUBLISH", component(w, "VJOURNAL", 0, 10, day)),
	    ITIP_ADDED);
	expect(told(w, ANNA, "ADD",
		   component(w, "VJOURNAL", 1, 11,
		       "DTSTART;VALUE=DATE:20261202\n" FROM_ANNA)),
	    ITIP_DATES_ADDED);
	assert_int_equal(w->holding[0]->npart, 2);
	expect(told(w, ANNA, "CANCEL", component(w, "VJOURNAL", 2, 12, day)),
	    ITIP_CANCELLED);
	assert_int_equal(w->holding[0]->npart, 1);
	expect(told(w, ANNA, "REPLY", component(w, "VJOURNAL", 2, 12, day)),
	    ITIP_WRONG_METHOD);
}

#define DECEMBER "DTSTART:20261201T000000Z\nDTEND:20261231T000000Z\n"
#define BUSY     "FREEBUSY:20261203T080000Z/20261203T090000Z\n"

static void
freebusy(void **state)
{
	struct world *w = *state;
	const char *ask = DECEMBER MEET;

	expect(told(w, ANNA, "REQUEST", component(w, "VFREEBUSY", 0, 10, ask)),
	    ITIP_FREEBUSY_ASKED);
	assert_string_equal(follow_up(w)->method, "REPLY");
	assert_string_equal(follow_up(w)->recipient, ANNA);
	assert_null(w->result->holding);
	expect(told(w, EVE, "REQUEST", component(w, "VFREEBUSY", 0, 10, ask)),
	    ITIP_NOT_ORGANIZER);
	expect(told(w, ANNA, "PUBLISH",
		   component(w, "VFREEBUSY", 0, 10, DECEMBER FROM_ANNA BUSY)),
	    ITIP_ADDED);
	assert_int_equal(part(w, 0)->nfreebusy, 1);
	expect(told(w, ANNA, "PUBLISH",
		   component(w, "VFREEBUSY", 0, 11, DECEMBER FROM_ANNA)),
	    ITIP_UPDATED);
	assert_int_equal(part(w, 0)->nfreebusy, 0);
	expect(told(w, ANNA, "PUBLISH",
		   component(w, "VFREEBUSY", 0, 10, DECEMBER FROM_ANNA BUSY)),
	    ITIP_STALE);
	expect(told(w, EVE, "PUBLISH",
		   component(w, "VFREEBUSY", 0, 12, DECEMBER FROM_ANNA BUSY)),
	    ITIP_NOT_ORGANIZER);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(cancel_all), T(cancel_sloppy),
	    T(cancel_stale), T(revival), T(cancel_first), T(cancel_date_first),
	    T(cancel_date), T(cancel_to_the_end), T(cancel_us),
	    T(cancel_everybody), T(cancel_others), T(cancel_others_of_date),
	    T(add_dates), T(add_unknown), T(add_to_cancelled), T(publish),
	    T(publish_anonymous), T(publish_hearsay), T(publish_invited),
	    T(proposal_refused), T(delegated_to_us), T(delegated_besides),
	    T(delegation_circle), T(our_delegate), T(task), T(journal),
	    T(freebusy)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
