/*
 * tzif.h - a TZif file (RFC 8536) in memory
 *
 * Private to zone.
 * Layer 0.  Uses: tzrule, res, talloc.
 */
#ifndef LIB_BASE_TZIF_H
#define LIB_BASE_TZIF_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "lib/base/tzrule.h"

struct zone {
	const char *name;
	int64_t *at;          /* transitions, ascending, UTC */
	unsigned char *index; /* into type[], of the time from at[i] on */
	size_t n;
	struct tztype *type; /* type[0] holds before the first transition */
	size_t ntype;
	int has_rule; /* rule holds from the last transition on */
	struct tzrule rule;
};

/*
 * Make a zone of the bytes of a file.
 * Returns RES_PERM  not a TZif file of version 2 or later, or damaged
 * Owner   *zone belongs to ctx
 */
enum res tzif_parse(TALLOC_CTX *ctx, const unsigned char *p, size_t n,
    struct zone **zone, struct why *why) MUSTUSE;

/* The span of a zone around an instant. */
struct tzspan zone_span(const struct zone *z, int64_t utc);

#endif
