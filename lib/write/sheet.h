/*
 * sheet.h - a VCALENDAR while it is written: lines, times, zones
 *
 * Times are spelled as they came where that is possible, so that programs that
 * compare texts find them again.
 * Pure.  Private to lib/write.
 * Layer 2.  Source: RFC 5545 sections 3.1, 3.3, 3.6.5
 */
#ifndef LIB_WRITE_SHEET_H
#define LIB_WRITE_SHEET_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "lib/base/zone.h"
#include "lib/facts/facts.h"
#include "lib/write/tzuse.h"

#define SHEET_TEXT_MAX 4096 /* bytes of a text that is copied */

struct sheet {
	char *out; /* the components so far; the context of what is made */
	struct tzuse *zones;
	const struct zone *local; /* of the calendar; NULL: UTC */
	int64_t from;             /* what the VTIMEZONEs must cover */
	int64_t to;
};

/* Begin; everything belongs to ctx.  The VTIMEZONEs are borrowed. */
void sheet_open(struct sheet *sheet, TALLOC_CTX *ctx,
    const struct timezone *timezone, size_t n, const struct zone *local);

/*
 * The VCALENDAR with this method around what was written, CR LF line ends.
 * now  covered if nothing else is
 */
char *sheet_close(TALLOC_CTX *ctx, const struct sheet *sheet,
    const char *method, int64_t now);

/* One line, formatted, cleaned, folded. */
void sheet_line(struct sheet *sheet, const char *fmt, ...) PRINTF(2, 3);

/* UTC of a time, of a floating one or a date by the calendar's clock. */
int64_t sheet_utc(const struct sheet *sheet, const struct when *when);

/* Widen what the VTIMEZONEs cover by a point in time. */
void sheet_cover(struct sheet *sheet, const struct when *when);

/* Keep the TZID of a line as it came; before anything is written. */
void sheet_keep_zone(struct sheet *sheet, const char *line);

/* A time from the facts: a date, or UTC. */
void sheet_when(struct sheet *sheet, const char *name, const struct when *when);

/* A time as its line has it, but for the name of its zone; else the facts. */
void sheet_time(struct sheet *sheet, const char *name, const char *line,
    const struct when *when);

/*
 * A time spelled like the line of another one (NULL: none): a date, UTC, or by
 * the clock of the same zone.
 */
void sheet_like(struct sheet *sheet, const char *name, const char *like,
    const struct when *when);

/* Is it a line with a date or a time that can be copied as it is? */
int sheet_is_time(const char *line);

/* DTSTART, and DTEND, DUE or DURATION, of the lines and facts of something. */
void sheet_times(struct sheet *sheet, const struct component *c);

/* A text property with its LANGUAGE, escaped anew; nothing if it is empty. */
void sheet_text(struct sheet *sheet, const char *name, const char *line);

#endif
