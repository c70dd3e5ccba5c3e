/*
 * clock.h - the zone of a meeting: rules as Windows keeps them
 *
 * Layer 2, private to lib/tnef.
 * Source: [MS-OXOCAL] sections 2.2.1.39 to 2.2.1.43
 */
#ifndef LIB_TNEF_CLOCK_H
#define LIB_TNEF_CLOCK_H

#include <talloc.h>

#include "lib/base/civil.h"
#include "lib/base/tzrule.h"
#include "lib/tnef/cursor.h"

struct zoneclock {
	int known;        /* 0: the rest means nothing */
	const char *name; /* for TZID: of Windows, or display text, or "" */
	struct tzrule rule;
};

/* PidLidTimeZoneStruct; its name is "". */
struct zoneclock clock_from_struct(struct span bytes);

/* PidLidAppointmentTimeZoneDefinition...: the rule that is in effect. */
struct zoneclock clock_from_definition(TALLOC_CTX *ctx, struct span bytes);

/* Always so many seconds east of UTC; unknown if no zone of the earth is. */
struct zoneclock clock_from_offset(int64_t seconds);

/* Seconds of the wall clock at an instant. */
int64_t clock_wall(const struct zoneclock *clock, int64_t utc);

/* VTIMEZONE lines by that TZID, added to *text. */
void clock_print(const struct zoneclock *clock, const char *tzid, char **text);

#endif
