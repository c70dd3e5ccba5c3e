/*
 * align.h - a RECURRENCE-ID of another kind than its series
 *
 * Private to lib/engine.  Layer 4.
 */
#ifndef LIB_ENGINE_ALIGN_H
#define LIB_ENGINE_ALIGN_H

#include "lib/engine/engine.h"

/*
 * In an object without its master, bring each RECURRENCE-ID to the form of the
 * stored master's DTSTART: a date names the date of a timed series, a floating
 * time is in the series' zone, a time of an all-day series names its day, an
 * exact time of a floating series is that of a clock in the calendar's zone.
 * Where the reader alone would take it otherwise, the text says it so, too.
 *
 * record  what is known of the uid in the calendar
 * Returns RES_TEMP  the reader cannot be asked now
 */
enum res align_object(const struct engine *engine, struct object *object,
    const struct calendar *calendar, const struct record *record, size_t n,
    struct why *why) MUSTUSE;

/*
 * Read the kept texts of a series again; *object is localized, NULL if they
 * cannot be read.  Owner ctx.
 */
enum res align_reread(const struct engine *engine, TALLOC_CTX *ctx,
    const struct calendar *calendar, const char *const *kept, size_t n,
    int64_t from, int64_t to, struct object **object, struct why *why) MUSTUSE;

/* A line of iCalendar: NAME[;RANGE=range]:when; a zoned time is written in UTC. */
char *align_when(TALLOC_CTX *ctx, const char *name, const char *range,
    const struct when *when);

/*
 * The kept text with another line for the first property of that name in its
 * VEVENT; the text itself if it has none.
 */
const char *align_line(
    TALLOC_CTX *ctx, const char *text, const char *name, const char *line);

#endif
