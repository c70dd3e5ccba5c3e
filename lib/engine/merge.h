/*
 * merge.h - a change from one date on, put together with its stored series
 *
 * Private to lib/engine.  Layer 4.  Source: RFC 5545 section 3.8.4.4
 */
#ifndef LIB_ENGINE_MERGE_H
#define LIB_ENGINE_MERGE_H

#include "lib/engine/engine.h"

/*
 * An object whose changed dates have RANGE=THISANDFUTURE, but no master, says
 * what becomes of dates that only the stored series knows.  Read both together:
 * the result has the stored components beside the new ones, and all instances
 * in the window; *news marks the new ones.
 *
 * record   what is known of the uid in the calendar, any organizer
 * Returns  RES_TEMP  the reader cannot be asked now
 * Owner    *merged and *news belong to ctx; *merged is NULL if there is nothing
 *          to merge: no such range, or no stored master of this organizer
 */
enum res merge_object(const struct engine *engine, TALLOC_CTX *ctx,
    struct object *object, const struct calendar *calendar,
    const struct record *record, size_t n, int64_t from, int64_t to,
    struct object **merged, char **news, struct why *why) MUSTUSE;

#endif
