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
#include "lib/write/voice.h"

#define TELLING_ROWS 8

/* What a person is told; every text is one line. */
struct telling {
	const char *language; /* a tag */
	const char *title;    /* "Accepted: Planning" */
	const char *sentence; /* letter_text() */
	/* A table of facts: "What", "Planning". */
	struct {
		const char *label;
		const char *text;
	} row[TELLING_ROWS];
	size_t nrow;
	const char *closing; /* why this mail was sent */
};

/* Add a fact, unless there is nothing to say. */
void telling_add(struct telling *telling, const char *label, const char *text);

/* The text/plain and the text/html body, '\n' line ends, wrapped. */
char *telling_plain(
    TALLOC_CTX *ctx, const struct voice *voice, const struct telling *telling);
char *telling_html(TALLOC_CTX *ctx, const struct telling *telling);

/*
 * Append words wrapped before column 76, "first" in front of the first line
 * and as many blanks as `indent` in front of the others.
 */
void telling_wrap(
    char **out, const char *first, size_t indent, const char *text);

/* The dates an answer speaks of, sorted. */
struct dates {
	struct span *span;
	size_t n;
	int endless; /* more may follow */
	int later;   /* accepted, but all of them are out of reach as yet */
};

/* The dates of a decision: those booked, or those asked for. */
void letter_dates(
    TALLOC_CTX *ctx, const struct decision *decision, struct dates *dates);

/*
 * Why an invitation cannot be used, as sentences of their own.  What the reader
 * says is English: what has no translation is quoted and called so.
 */
char *letter_reason(
    TALLOC_CTX *ctx, const char *reason, const struct voice *voice);

/* When it is, for the table of facts. */
char *letter_when(TALLOC_CTX *ctx, const struct decision *decision,
    const struct voice *voice);

/* letter_sentence() in a voice. */
char *letter_text(TALLOC_CTX *ctx, const struct decision *decision,
    const struct voice *voice);

/* Put the words together. */
void letter_tell(TALLOC_CTX *ctx, const struct decision *decision,
    const struct voice *voice, struct telling *telling);

/* "Accepted: Planning" of any answer. */
char *letter_title(TALLOC_CTX *ctx, const struct voice *voice,
    const char *partstat, const char *summary);
/* "Accepted" */
const char *letter_result(const struct voice *voice, const char *partstat);

/* Is it an answer that accepts, but for the dates in clash[]? */
int letter_is_partial(const struct decision *decision);

/* Is the span one of clash[]? */
int letter_is_taken(const struct decision *decision, const struct span *span);

/* The answer to one component, or to one date of the series. */
struct answer {
	const struct component *component;
	const struct instance *date; /* NULL: the component as it is */
	const char *partstat;
	const char *status; /* REQUEST-STATUS or "" */
	const char *sentence;
};

/* Our ATTENDEE in a component of the object that is answered, or NULL. */
const struct person *reply_attendee(
    const struct decision *decision, const struct component *component);

/* Is the component part of the answer to this decision? */
int reply_is_answered(
    const struct decision *decision, const struct component *component);

/* The VCALENDAR with METHOD:REPLY; CR LF line ends. */
char *reply_calendar(TALLOC_CTX *ctx, const struct decision *decision,
    const struct answer *answer, size_t n, const char *language, int64_t now);

#endif
