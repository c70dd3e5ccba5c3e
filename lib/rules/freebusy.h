/*
 * freebusy.h - busy rows to the periods that are published
 *
 * Pure.  Layer 2.  Source: RFC 5545 section 3.6.4
 */
#ifndef LIB_RULES_FREEBUSY_H
#define LIB_RULES_FREEBUSY_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/decision.h"

/*
 * Cut the rows to [from, to), drop empty ones, sort, and merge those that
 * overlap or touch.
 * Owner  *span belongs to ctx
 */
void freebusy_merge(TALLOC_CTX *ctx, const struct busy *busy, size_t n,
    int64_t from, int64_t to, struct span **span, size_t *nspan);

#endif
