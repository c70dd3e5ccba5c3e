/*
 * part.h - what the three parts of a letter say, each made by its own file
 *
 * Pure.  Private to lib/write.
 * Layer 2.
 */
#ifndef LIB_WRITE_PART_H
#define LIB_WRITE_PART_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/decision.h"

/* What a person is told; every text is one line. */
struct telling {
	const char *title;    /* "Accepted: Planning" */
	const char *sentence; /* letter_sentence() */
	const char *what;     /* the summary */
	const char *when;
	const char *where;  /* the name of the calendar */
	const char *result; /* "Accepted" */
};

/* The dates an answer speaks of, sorted. */
struct dates {
	struct span *span;
	size_t n;
	int endless; /* more may follow */
};

/* Put the words together. */
void letter_tell(
    TALLOC_CTX *ctx, const struct decision *decision, struct telling *telling);

/* The text/plain and the text/html body, '\n' line ends, wrapped. */
char *letter_plain(TALLOC_CTX *ctx, const struct telling *telling);
char *letter_html(TALLOC_CTX *ctx, const struct telling *telling);

/*
 * Append words wrapped before column 76, "first" in front of the first line
 * and as many blanks as `indent` in front of the others.
 */
void letter_wrap(
    char **out, const char *first, size_t indent, const char *text);

/* The dates of a decision: those booked, or those asked for. */
void letter_dates(
    TALLOC_CTX *ctx, const struct decision *decision, struct dates *dates);

/* "Tuesday, 1 December 2026" in the calendar's zone. */
char *letter_day(TALLOC_CTX *ctx, const struct calendar *calendar, int64_t utc);

/*
 * Spans as text, the zone said once at the end: "Tuesday, 1 December 2026,
 * 09:00 to 10:00 (time zone Europe/Berlin)".
 *
 * most   so many are named, then "and N more"
 * total  how many there are; from LIMIT_CLASHES on "and N or more others"
 */
char *letter_spans(TALLOC_CTX *ctx, const struct calendar *calendar,
    const struct span *span, size_t total, size_t most);

/* When it is, for the table of facts. */
char *letter_when(TALLOC_CTX *ctx, const struct decision *decision);

/* Our ATTENDEE in a component of the object that is answered, or NULL. */
const struct person *reply_attendee(
    const struct decision *decision, const struct component *component);

/* The VCALENDAR with METHOD:REPLY; CR LF line ends. */
char *reply_calendar(TALLOC_CTX *ctx, const struct decision *decision,
    const char *sentence, int64_t now);

#endif
