/*
 * merge.h - a message put together with what is held of its series
 *
 * Private to lib/engine.  Layer 4.  Source: RFC 5545 section 3.8.4.4
 */
#ifndef LIB_ENGINE_MERGE_H
#define LIB_ENGINE_MERGE_H

#include "lib/engine/engine.h"
#include "lib/rules/booking.h"

/*
 * What RANGE=THISANDFUTURE means depends on the series, and what the series
 * means depends on the ranges.  So both are read together:
 *   - changed dates with such a range, but without a master, beside all that is
 *     held of the series;
 *   - a master beside the ranges that it leaves alone, booked or released.
 * Of two texts about one date the newer one counts.
 *
 * q      calendar, record, own are set; object, news, held, unknown_date and
 *        carried are what this finds; they belong to ctx
 * Returns  RES_TEMP  the reader cannot be asked now
 */
enum res merge_object(const struct engine *engine, TALLOC_CTX *ctx,
    struct object *object, struct question *q, int64_t from, int64_t to,
    struct why *why) MUSTUSE;

#endif
