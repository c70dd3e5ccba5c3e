/*
 * meeting.h - what the properties of a stream say, before it is iCalendar
 *
 * Layer 2, private to lib/tnef.  Source: [MS-OXOCAL] section 2.2
 */
#ifndef LIB_TNEF_MEETING_H
#define LIB_TNEF_MEETING_H

#include <talloc.h>

#include "lib/tnef/clock.h"
#include "lib/tnef/pattern.h"
#include "lib/tnef/stream.h"
#include "lib/tnef/tnef.h"

/* A point in time. */
struct moment {
	int known;
	int wall;   /* 1: on the wall clock of the meeting's zone, 0: UTC */
	int64_t at; /* seconds since 1970 */
};

struct party {
	const char *address; /* one that can be written, or NULL */
	const char *name;    /* any text, or "" */
	const char *role;
	const char *cutype;
	const char *partstat; /* or NULL */
	const char *sent_by;  /* address or NULL */
};

struct meeting {
	const char *method;
	const char *partstat;   /* of a response, else NULL */
	const char *uid;        /* "" if there is none */
	struct moment original; /* known: it is about this instance only */
	int32_t sequence;
	int64_t stamp; /* UTC, 0 if unknown */
	struct moment start;
	struct moment end;
	struct moment instant; /* the start in UTC, if it was given so */
	int all_day;
	struct zoneclock clock;
	struct pattern *pattern; /* NULL: it does not recur */
	const char *summary;
	const char *location;
	struct party organizer;
	struct party *attendee;
	size_t nattendee;
	int asks; /* the organizer wants answers */
	int has_busy;
	int32_t busy; /* PidLidBusyStatus */
	int has_intended;
	int32_t intended; /* PidLidIntendedBusyStatus */
	int fixed;        /* counter proposals are not wanted */
	int32_t secrecy;  /* PR_SENSITIVITY */
	int has_number;
	int32_t number; /* PR_OWNER_APPT_ID */
};

/*
 * Is it a class of meetings, in its newer or older spelling?  Sets method, and
 * partstat of a response.
 */
int meeting_class(const char *class, struct meeting *meeting);

/*
 * Fill the meeting after meeting_class() said yes.
 * Returns 0 with the problem set if it cannot be told what is meant.
 */
int meeting_read(TALLOC_CTX *ctx, const struct stream *stream,
    const struct tnef_mail *mail, struct meeting *meeting,
    struct problem *problem);

/* parties.c: organizer and attendees. */
void meeting_parties(TALLOC_CTX *ctx, const struct stream *stream,
    const struct tnef_mail *mail, struct meeting *meeting);

/* ical.c: the VCALENDAR, or NULL if it would be over LIMIT_PART_BYTES. */
char *meeting_print(
    TALLOC_CTX *ctx, const struct meeting *meeting, int own_zone);

#endif
