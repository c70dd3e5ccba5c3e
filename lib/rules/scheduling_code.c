/* scheduling_code.c - the words and texts of enum itip_code; see itip(7) */
#include "lib/rules/scheduling.h"

#include <assert.h>

/* By enum itip_code; itip(7) lists the same. */
static const struct {
	const char *word;
	const char *text;
} codes[ITIP_CODES] = {
    [ITIP_ADDED] = {"added", "a new object"},
    [ITIP_UPDATED] = {"updated", "a newer version of it or of some dates"},
    [ITIP_RESCHEDULED] = {"rescheduled",
	"a newer version with other times; all have to answer anew"},
    [ITIP_DATES_ADDED] = {"dates-added", "more dates of a known object"},
    [ITIP_ANSWERED] = {"answered", "the answer of a participant is recorded"},
    [ITIP_DELEGATED] = {"delegated", "a participant sends somebody else"},
    [ITIP_PROPOSED] = {"proposed",
	"a proposal is kept for the organizer to decide"},
    [ITIP_PROPOSAL_REFUSED] = {"proposal-refused",
	"the organizer refused the proposal"},
    [ITIP_CANCELLED] = {"cancelled", "the organizer cancelled all of it"},
    [ITIP_DATES_CANCELLED] = {"dates-cancelled",
	"the organizer cancelled some of its dates"},
    [ITIP_UNINVITED] = {"uninvited",
	"the organizer does without this calendar"},
    [ITIP_REMEMBERED] = {"remembered",
	"cancelled before it was known; a late invitation will not revive it"},
    [ITIP_OTHERS_CANCELLED] = {"others-cancelled",
	"the organizer does without some of the others"},
    [ITIP_REPEATED] = {"repeated", "the same message again; nothing changes"},
    [ITIP_REFRESHED] = {"refreshed",
	"the current version was asked for and goes out"},
    [ITIP_ASKED_BACK] = {"asked-back",
	"it is about something unknown; the organizer is asked for all of it"},
    [ITIP_FREEBUSY_ASKED] = {"freebusy-asked",
	"free/busy was asked for; the answer goes out"},
    [ITIP_STALE] = {"stale", "it is older than what is known"},
    [ITIP_NOT_ORGANIZER] = {"not-organizer",
	"the sender may not speak for the organizer"},
    [ITIP_NOT_ATTENDEE] = {"not-attendee",
	"the sender is not the attendee in it"},
    [ITIP_ORGANIZER_CHANGED] = {"organizer-changed",
	"the object is known with another organizer"},
    [ITIP_PARTY_CRASHER] = {"party-crasher", "the sender was not invited"},
    [ITIP_UNKNOWN_OBJECT] = {"unknown-object",
	"nothing is known of such an object"},
    [ITIP_UNKNOWN_INSTANCE] = {"unknown-instance",
	"the object is known, but not with this date"},
    [ITIP_OBJECT_CANCELLED] = {"object-cancelled", "it was cancelled"},
    [ITIP_NOT_INVITED] = {"not-invited",
	"this calendar is not among the attendees"},
    [ITIP_OWN_MESSAGE] = {"own-message", "a message of this calendar itself"},
    [ITIP_NO_PROPOSAL] = {"no-proposal", "no such proposal is waiting"},
    [ITIP_BAD_PARTSTAT] = {"bad-partstat", "an answer that means nothing"},
    [ITIP_BAD_DELEGATION] = {"bad-delegation",
	"a delegation to nobody, in a circle, or over too many hands"},
    [ITIP_WRONG_METHOD] = {"wrong-method", "a method that means nothing here"},
    [ITIP_NO_UID] = {"no-uid", "there is no component with a UID in it"},
    [ITIP_NO_ORGANIZER] = {"no-organizer", "it does not say who organizes"},
    [ITIP_PROBLEM] = {"problem", "the message is unfit"},
};

const char *
scheduling_word(enum itip_code code)
{
	assert((size_t)code < ITIP_CODES);
	return codes[code].word;
}

const char *
scheduling_text(enum itip_code code)
{
	assert((size_t)code < ITIP_CODES);
	return codes[code].text;
}

int
scheduling_is_refusal(enum itip_code code)
{
	return code >= ITIP_STALE;
}
