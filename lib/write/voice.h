/*
 * voice.h - how a letter speaks: its language, its time zones, its sentences
 *
 * A sentence has placeholders, "{room} is booked for you: {dates}.", which a
 * translation may put in another order.  Dates are written as the language
 * writes them, with its own names of days and months, hours from 00 to 23.
 * Pure.  Private to lib/write.
 * Layer 2.
 */
#ifndef LIB_WRITE_VOICE_H
#define LIB_WRITE_VOICE_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/language.h"
#include "lib/base/zone.h"
#include "lib/facts/decision.h"

struct voice {
	const char *language;      /* of language_match(); NULL: English */
	const struct zone *here;   /* the calendar's; NULL: UTC */
	const struct zone *reader; /* the reader's; NULL: the calendar's */
};

/* What stands for a placeholder. */
struct fill {
	const char *word; /* NULL ends the list */
	const char *text;
};

/* The language as a tag: "en". */
const char *voice_tag(const struct voice *voice);

/* The msgid in the language; see language.h. */
const char *voice_say(const struct voice *voice, const char *msgid);
const char *voice_count(
    const struct voice *voice, const char *one, const char *many, size_t n);

/* The sentence with its placeholders filled in; unknown ones stay. */
char *voice_fill(
    TALLOC_CTX *ctx, const char *sentence, const struct fill *fill);

/* Both: the msgid in the language, filled in. */
char *voice_text(TALLOC_CTX *ctx, const struct voice *voice, const char *msgid,
    const struct fill *fill);

/* A name or a title as one line of at most so many bytes. */
char *voice_name(TALLOC_CTX *ctx, const char *text);

/* "Tuesday, 1 December 2026" where the reader is. */
char *voice_day(TALLOC_CTX *ctx, const struct voice *voice, int64_t utc);

/*
 * Spans as text, the zone said once at the end: "Tuesday, 1 December 2026,
 * 09:00 to 10:00 (time zone Europe/Berlin)"; where the clocks of reader and
 * calendar differ, both.
 *
 * most   so many are named, then "and N more"
 * total  how many there are; from LIMIT_CLASHES on "and at least N others"
 */
char *voice_spans(TALLOC_CTX *ctx, const struct voice *voice,
    const struct span *span, size_t total, size_t most);

/*
 * Several dates as one line: "10 dates from ... to ..., the first from 09:00 to
 * 10:00 (time zone Europe/Berlin)".  n at least 2, sorted.
 */
char *voice_series(TALLOC_CTX *ctx, const struct voice *voice,
    const struct span *span, size_t n);

#endif
