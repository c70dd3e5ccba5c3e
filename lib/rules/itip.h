/*
 * itip.h - is this version of an object news, and may this sender say so?
 *
 * Pure: same input, same output; no I/O, no clock, no globals.
 * Layer 2.  Source: RFC 5546 sections 2.1.4, 2.1.5, 3.2; RFC 6047 section 3
 */
#ifndef LIB_RULES_ITIP_H
#define LIB_RULES_ITIP_H

#include "lib/facts/decision.h"
#include "lib/facts/facts.h"

/* A version compared with what is remembered. */
enum version {
	VERSION_NEW,   /* nothing is remembered */
	VERSION_NEWER, /* SEQUENCE, or DTSTAMP at equal SEQUENCE, or content */
	VERSION_SAME,  /* the same again */
	VERSION_OLDER  /* stale */
};

/*
 * Compare a component with the records of its uid (any order, any number).
 * An override without a record of its own is compared with the master's.
 * A tombstone counts like any record: a REQUEST must be newer to revive.
 */
enum version itip_version(const struct component *component, int64_t instance,
    const char *digest, const struct record *record, size_t n);

/*
 * Who speaks, judged from From and the envelope, never from the object alone.
 * SENT-BY counts within the organizer's domain, and for whom the calendar names
 * as a delegate; a delegate need not say SENT-BY.
 */
enum speaker {
	SPEAKER_ORGANIZER, /* is ORGANIZER, or its SENT-BY */
	SPEAKER_ATTENDEE,  /* is one of the ATTENDEEs */
	SPEAKER_OTHER
};

enum speaker itip_speaker(const struct calendar *calendar,
    const struct mail *mail, const char *envelope_sender,
    const struct component *component);

/*
 * Is this mail one that is never answered?  Null sender, Auto-Submitted other
 * than no, list or bulk mail, multipart/report, our own, over 25 Received.
 * Returns the reason, or NULL if it may be answered.
 * Source  RFC 3834 section 2
 */
const char *itip_unanswerable(const struct mail *mail,
    const char *envelope_sender, const struct calendar *calendar);

/*
 * The ATTENDEE of the component that is the calendar: its address or an alias,
 * "+detail" of the local part ignored, case ignored.  NULL if there is none.
 */
const struct person *itip_attendee(
    const struct component *component, const struct calendar *calendar);

/* The address that the object names as its organizer, in lower case, or "". */
const char *itip_organizer(TALLOC_CTX *ctx, const struct object *object);

/* Is the address the calendar's own or an alias of it? */
int itip_is_calendar(const char *address, const struct calendar *calendar);

/* Do two addresses name the same mailbox: case, "+detail" ignored. */
int itip_same_address(const char *a, const char *b);

#endif
