/*
 * holding.h - what a calendar holds of one scheduling object: the state of iTIP
 *
 * A holding is all that one calendar knows of one UID of one organizer: the
 * master and its changed dates, each with its own version, and for each
 * participant what they last said.  lib/rules/scheduling.h turns a holding and a
 * message into the next holding; lib/store keeps it as text; nobody else looks
 * inside.
 * Layer 1.  Source: RFC 5546 sections 2.1.4, 2.1.5, 3; RFC 6638 section 3.2
 */
#ifndef LIB_FACTS_HOLDING_H
#define LIB_FACTS_HOLDING_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "lib/facts/facts.h"

/* Whose copy it is. */
enum role {
	ROLE_ATTENDEE, /* the calendar was invited, or was sent a publication */
	ROLE_ORGANIZER /* the calendar's owner invited others */
};

/* What one participant of one part last said. */
struct participant {
	const char
	    *address;     /* as first seen; compare with itip_same_address() */
	const char *name; /* CN or "" */
	const char *partstat;
	const char *role;
	const char *cutype;
	const char *rsvp;
	const char *delegated_to;   /* addresses, one blank between, or "" */
	const char *delegated_from; /* the same */
	const char *sent_by;
	const char *request_status; /* of the last answer, or "" */
	const char *comment;        /* of the last answer, or "" */
	int64_t percent;            /* VTODO: of the last answer, else -1 */
	int64_t sequence; /* of the last answer that counted; -1: none */
	int64_t dtstamp;  /* of that answer, UTC; 0: none */
};

/* A proposal (COUNTER) that waits for the organizer. */
struct proposal {
	const char *address; /* who proposes */
	int64_t sequence;
	int64_t dtstamp;
	struct when start;
	struct when end;
	const char *summary;
	const char *location;
	const char *comment;
};

enum part_state {
	PART_LIVE,
	PART_CANCELLED, /* a tombstone: remembered, so that late mail does not
	                   revive it */
	PART_ASKED      /* of a REFRESH or ADD for something unknown: only the
	                   question was sent */
};

/* The master, a single event, or one changed date. */
struct part {
	enum part_state state;
	struct when recurrence_id; /* WHEN_NONE: master or single */
	const char *range;         /* "" or "THISANDFUTURE" */
	int64_t sequence;
	/* The SEQUENCE that last changed its times, 0 if none did: answers to a
	 * lower one are to something else. */
	int64_t rescheduled;
	int64_t dtstamp;
	const char *status; /* STATUS, upper case, or "" */
	struct when start; /* WHEN_NONE for a tombstone of what was not known */
	struct when end;
	const char *summary;
	const char *location;
	int64_t percent;   /* VTODO; -1: none */
	int64_t completed; /* VTODO; UTC, 0: not */
	int recurs;
	struct participant *participant;
	size_t nparticipant;
	struct proposal *proposal;
	size_t nproposal;
	struct freebusy *freebusy; /* VFREEBUSY */
	size_t nfreebusy;
	const char *text; /* as struct component, "" for a tombstone */
};

struct holding {
	const char *kind; /* "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY" */
	const char *uid;
	/* Address.  Of a VFREEBUSY: whose times they are (the ATTENDEE of a
	 * REPLY).  Of what was published without one: who sent it. */
	const char *organizer;
	/* SENT-BY of the latest version, or "".  If somebody published it who may
	 * not speak for the organizer, who that is: the organizer's first word
	 * overrides it whatever its version. */
	const char *organizer_sent_by;
	enum role role;
	struct part *part; /* master first, then by recurrence_id.utc */
	size_t npart;
	struct timezone *timezone; /* those that part[].text needs */
	size_t ntimezone;
};

/*
 * The text form, version 1: "imipd-holding 1", then lines as in facts.h, then
 * "end".  Values are written as there.
 *
 *	holding      kind= [uid= organizer= organizer-sent-by=]
 *	             role=attendee|organizer
 *	part         state=live|cancelled|asked [recurrence-id=TIME range=
 *	             sequence=0 rescheduled=0 dtstamp=UTC status= start=TIME
 *	             end=TIME summary= location= percent=-1 completed=UTC
 *	             recurs=no]
 *	participant  address= [name= partstat=NEEDS-ACTION role=REQ-PARTICIPANT
 *	             cutype=INDIVIDUAL rsvp= delegated-to= delegated-from=
 *	             sent-by= request-status= comment= percent=-1 sequence=-1
 *	             dtstamp=UTC]
 *	proposal     address= [sequence=0 dtstamp=UTC start=TIME end=TIME summary=
 *	             location= comment=]
 *	freebusy     start=UTC end=UTC [type=BUSY]
 *	text         value=
 *	timezone     tzid= [zone= text=]
 *
 * Each part is followed by its participants, proposals, freebusy and text.
 */

/* Print a holding; never fails; a talloc string of ctx. */
char *holding_print(TALLOC_CTX *ctx, const struct holding *holding);

/*
 * Parse what holding_print() made; strict, with the limits of facts_parse(), and
 * of parts LIMIT_DATES.  The utc of floating times and dates is 0, see
 * part_localize().
 * Returns RES_PERM  "holding line N: ..."
 * Owner   *holding and all below it belong to ctx
 */
enum res holding_parse(TALLOC_CTX *ctx, const char *text, size_t n,
    struct holding **holding, struct why *why) MUSTUSE;

/*
 * Set the utc of the floating times and dates of a part from the calendar's
 * zone; zone may be NULL: UTC.
 */
void part_localize(struct part *part, const struct zone *zone);

#endif
