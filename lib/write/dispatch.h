/*
 * dispatch.h - a message that a calendar sends of its own: every method but the
 * answer to a booking (letter.h)
 *
 * Pure: every byte follows from the arguments.  The same shape as letter.h:
 * multipart/alternative of text/plain, text/html, text/calendar; CR LF.
 * Layer 2.  Source: RFC 5546 section 3, RFC 6047 section 2.4, RFC 3834
 */
#ifndef LIB_WRITE_DISPATCH_H
#define LIB_WRITE_DISPATCH_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/calendar.h"
#include "lib/facts/facts.h"
#include "lib/facts/holding.h"
#include "lib/write/letter.h"

struct dispatch {
	/* "REQUEST" "ADD" "CANCEL" "DECLINECOUNTER" (as organizer), "REPLY"
	 * "COUNTER" "REFRESH" (as attendee), "PUBLISH"; with a holding of
	 * kind VFREEBUSY: "REQUEST" "REPLY" "PUBLISH". */
	const char *method;
	const struct calendar
	    *calendar;         /* who speaks: From, ATTENDEE/ORGANIZER */
	const char *agent;     /* Sender and SENT-BY, or "" */
	const char *recipient; /* one address: To and envelope */
	/* What it is about.  part[].text is the source of all properties that are
	 * copied; what changed (PARTSTAT, PERCENT-COMPLETE, proposals) comes from
	 * the records. */
	const struct holding *holding;
	/* Of these dates; none: the whole object. */
	const struct when *date;
	size_t ndate;
	/* COUNTER: the proposal that is made; else NULL. */
	const struct proposal *proposal;
	/* VFREEBUSY REPLY and PUBLISH: what is busy between from and to. */
	const struct freebusy *freebusy;
	size_t nfreebusy;
	int64_t from;
	int64_t to;
	const char *comment;  /* a sentence of a person, or "" */
	const char *language; /* wanted by the reader, BCP 47, or "" */
	/* The reader's zone; NULL: that in which the organizer wrote it, if it goes
	 * to the organizer, else the calendar's. */
	const struct zone *reader;
	const struct mail *mail; /* the mail it answers, or NULL */
};

/*
 * Make the mail.  A REQUEST goes with all parts (or those of the dates); a
 * CANCEL names what is cancelled and nobody else's answer; a REFRESH says UID,
 * ORGANIZER and its ATTENDEE only.  A REPLY with several answers is several
 * letters (letter->next), or one, as the calendar's series_answer says.  An ADD
 * has no RECURRENCE-ID (RFC 5546 section 3.2.4).
 * Language: the calendar's setting, then dispatch->language, then the mail's.
 *
 * Returns RES_PERM  the recipient cannot be sent to; the holding has no UID; a
 *                   date that the holding does not have; a method it cannot be
 * Owner   *letter belongs to ctx
 */
enum res dispatch_make(TALLOC_CTX *ctx, const struct dispatch *dispatch,
    const struct letterhead *head, struct letter **letter,
    struct why *why) MUSTUSE;

#endif
