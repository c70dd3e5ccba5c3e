/*
 * clash.h - which of the times asked for are taken
 *
 * Pure.  Layer 2.  Used by: booking.
 */
#ifndef LIB_RULES_CLASH_H
#define LIB_RULES_CLASH_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/decision.h"

/*
 * The wanted spans that share a second with a busy row of anybody but (uid,
 * organizer), sorted by start, each once.  Exact for every pair: n log n.
 * Owner  *clash belongs to ctx; NULL if there is none
 */
void clash_find(TALLOC_CTX *ctx, const struct span *want, size_t nwant,
    const struct busy *busy, size_t nbusy, const char *uid,
    const char *organizer, struct span **clash, size_t *n);

#endif
