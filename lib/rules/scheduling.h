/*
 * scheduling.h - iTIP: what a message does to what a calendar holds
 *
 * One function, all methods: state, message, identity, now -> the next state or
 * a named refusal, and the messages that follow.  Whether a room is free or a
 * person has time is none of its business (booking.h); it says only what the
 * message means and whether its sender may say it.
 * Pure: same input, same output; no I/O, no clock, no globals.
 * Layer 2.  Source: RFC 5546 (sections are named at the codes), RFC 6047
 */
#ifndef LIB_RULES_SCHEDULING_H
#define LIB_RULES_SCHEDULING_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/calendar.h"
#include "lib/facts/facts.h"
#include "lib/facts/holding.h"

/*
 * What became of the message.  One enum, one word, one text each
 * (scheduling_word, scheduling_text); itip(7) lists them all.
 */
enum itip_code {
	/* the state changed */
	ITIP_ADDED,   /* a new object */
	ITIP_UPDATED, /* a newer version of what is held, or of some dates */
	ITIP_RESCHEDULED, /* the same, and all have to answer anew */
	ITIP_DATES_ADDED, /* ADD */
	ITIP_ANSWERED,    /* REPLY: a participant's answer is recorded */
	ITIP_DELEGATED, /* REPLY or REQUEST: a participant sends another one */
	ITIP_PROPOSED,  /* COUNTER is kept for the organizer to decide */
	ITIP_PROPOSAL_REFUSED, /* DECLINECOUNTER: our proposal is gone */
	ITIP_CANCELLED,        /* all of it */
	ITIP_DATES_CANCELLED,  /* some dates of it */
	ITIP_UNINVITED,  /* CANCEL or REQUEST: we are no participant any more */
	ITIP_REMEMBERED, /* CANCEL of what is not known: a tombstone */
	ITIP_OTHERS_CANCELLED, /* CANCEL lists others only: they are taken out */
	/* no change, and nothing is wrong */
	ITIP_REPEATED,  /* same SEQUENCE, DTSTAMP and content */
	ITIP_REFRESHED, /* REFRESH: the current version goes out */
	ITIP_ASKED_BACK, /* ADD or date for an unknown object: REFRESH goes out */
	ITIP_FREEBUSY_ASKED, /* VFREEBUSY REQUEST: the answer goes out */
	/* refusals: no change */
	ITIP_STALE,         /* SEQUENCE or DTSTAMP older than what is held */
	ITIP_NOT_ORGANIZER, /* the sender may not speak for the organizer */
	ITIP_NOT_ATTENDEE,  /* REPLY, COUNTER, REFRESH: the sender is not the
	                          attendee in it */
	ITIP_ORGANIZER_CHANGED, /* the UID lives with another organizer */
	ITIP_PARTY_CRASHER,     /* REPLY or COUNTER of somebody not invited */
	ITIP_UNKNOWN_OBJECT,    /* REPLY, COUNTER, REFRESH, DECLINECOUNTER */
	ITIP_UNKNOWN_INSTANCE, /* the object is known, this date of it is not */
	ITIP_OBJECT_CANCELLED, /* REPLY, COUNTER, REFRESH: it was cancelled */
	ITIP_NOT_INVITED,      /* REQUEST: the calendar is not among the
	                          attendees */
	ITIP_OWN_MESSAGE,      /* from the calendar itself, come back */
	ITIP_NO_PROPOSAL,      /* DECLINECOUNTER, but nothing was proposed */
	ITIP_BAD_PARTSTAT,     /* REPLY with a PARTSTAT that is none */
	ITIP_BAD_DELEGATION,   /* a loop, too deep, or not to be delegated */
	ITIP_WRONG_METHOD,     /* a method this kind of component does not have,
	                          or that means nothing to this role */
	ITIP_NO_UID,           /* or no component */
	ITIP_NO_ORGANIZER,     /* a method that needs one has none */
	ITIP_PROBLEM           /* the reader found it unfit (notice->problem) */
};

#define ITIP_CODES (ITIP_PROBLEM + 1)

/* "added" ... a stable word of lower-case letters and '-'. */
const char *scheduling_word(enum itip_code code);
/* One sentence for an administrator, no full stop. */
const char *scheduling_text(enum itip_code code);
/* Is it one of the refusals? */
int scheduling_is_refusal(enum itip_code code);

/*
 * Whose message it is, as far as the calendar's owner is concerned.
 *   IN   received by the calendar
 *   OUT  the owner's own outgoing mail, seen on its way: it is the owner who
 *        speaks, and what was sent is what the owner now holds
 */
enum direction {
	DIRECTION_IN,
	DIRECTION_OUT
};

/* How sure it is who sent the mail; see identity.h. */
enum identity_level {
	IDENTITY_NONE,         /* From, and nothing vouches for it */
	IDENTITY_ALIGNED,      /* SPF or DKIM passed for the domain of From */
	IDENTITY_AUTHENTICATED /* DMARC passed, or submitted with a password */
};

/* All that the result depends on. */
struct occasion {
	const struct calendar *calendar;
	enum direction direction;
	const struct mail *mail;
	const char *envelope_sender; /* "" for the null sender */
	const struct notice *notice; /* for its problems */
	const struct object *object; /* localized to the calendar's zone */
	size_t index;                /* of object in notice */
	/* What is held of this UID, any organizer; may be none. */
	const struct holding *const *holding;
	size_t nholding;
	int64_t now; /* UTC; the arrival of the message */
};

/* A message that is to be sent because of it. */
struct follow_up {
	const char *method;    /* "REQUEST", "REFRESH", "REPLY", "CANCEL" */
	const char *recipient; /* address */
	/* Of these dates; WHEN_NONE once: the whole object. */
	const struct when *date;
	size_t ndate;
	const char *reason; /* "a REFRESH was asked for" */
};

struct scheduling {
	enum itip_code code;
	const char *detail; /* the values that decided, one line, or "" */
	/* The next state; the holding that was there if nothing changes; NULL if
	 * there is none. */
	const struct holding *holding;
	int changed; /* 1: it must be stored */
	/* The participant the message is about (REPLY, COUNTER, REFRESH), or the
	 * calendar's owner (REQUEST, ADD, CANCEL); NULL if there is none. */
	const struct participant *who;
	/* 1: the owner is asked for an answer: a REQUEST changed something, no
	 * answer of the owner stands, and it has RSVP=TRUE, or new times and no
	 * RSVP at all. */
	int asks;
	const struct follow_up *follow_up;
	size_t nfollow_up;
};

/*
 * Apply one object of a message.
 *
 * RFC 5546, and where it is silent:
 * - The sender is From or the envelope sender, see itip_speaker(); of what is
 *   held, the *stored* organizer counts (reliability.md's E4).
 * - Versions are compared per part: SEQUENCE, then DTSTAMP; equal both and equal
 *   content is ITIP_REPEATED.  A date without a part of its own is stale if its
 *   SEQUENCE is lower than the master's, unless the master came with it.
 * - Rescheduled means other times: start, end, RRULE, RDATE or EXDATE; not a
 *   higher SEQUENCE alone, nor the same rule written otherwise.  What lives again after a cancellation is rescheduled
 *   too, or ITIP_ADDED if nothing else lived.  What is published is ITIP_UPDATED.
 * - Answers are compared per participant and part: an answer to a lower SEQUENCE
 *   than the part's is stale, if the part was rescheduled since; then by DTSTAMP
 *   of that participant's last answer.  An answer without a part of its own for
 *   a date of the series makes one.  An answer to the series counts for the
 *   changed dates too that the participant could know and did not answer yet.
 * - What an organizer writes of a participant's PARTSTAT is kept as written, but
 *   is no answer: participant.sequence is -1 until the participant says it.
 * - A new master with a higher SEQUENCE drops the changed dates it does not
 *   bring along, but those that are newer; one with an equal SEQUENCE keeps them.
 *   Dates that only answers or proposals tell from their series follow it while
 *   its times stay, and go when they change.  So with a THISANDFUTURE part.
 * - Nobody knows all dates of a series that is held: one that is not before its
 *   start, after UNTIL, an EXDATE, or off a rule of days or weeks without BY
 *   parts, may be one of them.  A date of a single event is ITIP_UNKNOWN_INSTANCE,
 *   unless the message brings the master.
 * - A tombstone is overcome by a higher SEQUENCE only, or an equal one with a
 *   later DTSTAMP.
 * - The organizer of a REPLY, COUNTER or REFRESH may be missing (Outlook): the
 *   holding's counts.
 * - One UID of two organizers is two objects.  But an invitation by somebody who
 *   takes part in the one that lives, or a word by which only its organizer could
 *   change it, is ITIP_ORGANIZER_CHANGED.
 * - A CANCEL with STATUS:CANCELLED or without ATTENDEE is about all.  Otherwise
 *   it is about those it lists: ITIP_UNINVITED if we are among them and others
 *   stay, ITIP_OTHERS_CANCELLED if we are not.  In the owner's own mail those
 *   that are listed are taken out, whatever STATUS says; with the last one all
 *   is cancelled.
 * - A cancelled part keeps its times and participants, as far as known, and
 *   loses its text.  With the master, or with THISANDFUTURE, the changed dates
 *   go; those that are newer than the CANCEL stay as tombstones of their own.
 * - The PARTSTAT in a COUNTER is about the proposal: it is no answer.
 * - A changed date that lists no ATTENDEE has those of its series.
 * - PUBLISH: from anybody if nothing is held, then from the same sender or the
 *   organizer, whose first word overrides a stranger's whatever its version.
 * - Sub-addresses ("+detail") and the calendar's aliases are the calendar.
 * - A THISANDFUTURE part acts on its date and all later ones, and so does its
 *   text, also if an answer with that range made it; a CANCEL with that range
 *   ends the series before it.
 * - Delegation: the delegate answers for a REQUEST that the delegator
 *   forwarded; in the organizer's copy DELEGATED-TO and DELEGATED-FROM stand
 *   with both; depth at most 3, no loops.  A REPLY of a delegate that nobody
 *   delegated to is a party crasher.
 * - DIRECTION_OUT: REQUEST, CANCEL, ADD, PUBLISH, DECLINECOUNTER of the owner as
 *   organizer make and change ROLE_ORGANIZER; answers that were recorded stay
 *   with a participant as long as it is not rescheduled.  REPLY, COUNTER,
 *   REFRESH of the owner as attendee change the owner's own participant in
 *   ROLE_ATTENDEE (COUNTER: a proposal of the owner).  From is the owner, or may
 *   act for the owner as ORGANIZER (or ATTENDEE, for REPLY, COUNTER, REFRESH), see
 *   itip_speaker(); else it is ITIP_NOT_ORGANIZER or ITIP_NOT_ATTENDEE.
 * - ITIP_OWN_MESSAGE: From is the owner's, and does not act for somebody else; or
 *   it comes in for the owner as organizer.  Only mail on its way out changes what
 *   the owner organizes: From and SENT-BY are easily written.
 * - VTODO: as VEVENT, without ADD's series rules where they do not apply, with
 *   PERCENT-COMPLETE and COMPLETED: the participant's, and the part's too if he
 *   is the only one.  VFREEBUSY: PUBLISH and REPLY are kept under the address
 *   whose times they are, REQUEST leads to a follow-up.  VJOURNAL: PUBLISH, ADD
 *   and CANCEL are kept.
 *
 * Owner  the result and what it newly points to belong to ctx; facts, settings
 *        and holdings are borrowed
 */
struct scheduling *scheduling_apply(
    TALLOC_CTX *ctx, const struct occasion *occasion);

#endif
