/*
 * mission.h - a dispatch while it is made: what goes out, who speaks
 *
 * Pure.  Private to lib/write.
 * Layer 2.
 */
#ifndef LIB_WRITE_MISSION_H
#define LIB_WRITE_MISSION_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/write/dispatch.h"
#include "lib/write/part.h"
#include "lib/write/voice.h"

/* One component that goes out. */
struct piece {
	const struct part *part;
	const struct when
	    *date; /* this date of the series, or NULL: the part */
	int gone;  /* CANCEL: 1 it is off, 0 the recipient is */
	int64_t sequence;
};

struct mission {
	const struct dispatch *dispatch;
	const struct letterhead *head;
	int64_t now;
	struct voice voice;
	const char *name;      /* of who speaks, for people */
	const char *from;      /* the address who speaks */
	const char *automatic; /* Auto-Submitted */
	struct piece *piece;
	size_t n;
};

/*
 * Find out what goes out.
 * Returns RES_PERM  as dispatch_make()
 */
enum res mission_plan(
    TALLOC_CTX *ctx, struct mission *mission, struct why *why) MUSTUSE;

/* Is the method this one? */
int mission_is(const struct mission *mission, const char *method);

/* Is the address the calendar's own or an alias, "+detail" ignored? */
int mission_is_ours(const struct mission *mission, const char *address);

/* Ours in a part, or NULL. */
const struct participant *mission_self(
    const struct mission *mission, const struct part *part);

/* What we answer in a part: PARTSTAT, "NEEDS-ACTION" if nothing. */
const char *mission_partstat(
    const struct mission *mission, const struct part *part);

/* When a piece is; WHEN_NONE if it does not say. */
void mission_when(
    const struct piece *piece, struct when *start, struct when *end);

/* The VCALENDAR of n pieces from the first on. */
char *mission_calendar(TALLOC_CTX *ctx, const struct mission *mission,
    const struct piece *piece, size_t n);
char *mission_freebusy(TALLOC_CTX *ctx, const struct mission *mission);

/* The words about n pieces. */
void mission_tell(TALLOC_CTX *ctx, const struct mission *mission,
    const struct piece *piece, size_t n, struct telling *telling);
void mission_tell_freebusy(
    TALLOC_CTX *ctx, const struct mission *mission, struct telling *telling);

/* Add the note of a person and why this mail was sent. */
void mission_close(
    TALLOC_CTX *ctx, const struct mission *mission, struct telling *telling);

/* The properties of the outermost component of a text, as c->line. */
void mission_lines(TALLOC_CTX *ctx, const char *text, struct component *c);

/* --- who.c: the people of an object -------------------------------------- */

struct sheet;

/* ORGANIZER; line is the one that was received, or NULL. */
void who_organizer(
    struct sheet *sheet, const struct mission *mission, const char *line);

/*
 * ATTENDEE of a participant with this answer; "" leaves PARTSTAT and RSVP out.
 * Its value and name are as received, if it was.
 */
void who_attendee(struct sheet *sheet, const struct component *received,
    const struct participant *participant, const char *partstat);

/* Is the line the ATTENDEE with this address: by its URI, or by EMAIL? */
int who_is_named(const char *line, const char *address);

/* ATTENDEE of an address of which nothing more is known. */
void who_address(struct sheet *sheet, const char *address, const char *name,
    const char *partstat);

#endif
