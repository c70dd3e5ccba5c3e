/*
 * pattern.h - PidLidAppointmentRecur: how a meeting recurs
 *
 * Its times are minutes on the wall clock of the meeting's zone.
 * Layer 2, private to lib/tnef.  Source: [MS-OXOCAL] section 2.2.1.44
 */
#ifndef LIB_TNEF_PATTERN_H
#define LIB_TNEF_PATTERN_H

#include <talloc.h>

#include "lib/tnef/cursor.h"

/* A changed instance; times in seconds of the wall clock since 1970. */
struct change {
	int64_t original; /* when it would have started */
	int64_t start;
	int64_t end;
	const char *subject;  /* NULL: as in the series */
	const char *location; /* NULL: as in the series */
	int has_busy;
	int32_t busy; /* PidLidBusyStatus */
	int has_all_day;
	int all_day;
};

struct pattern {
	const char *rule; /* RRULE value */
	int64_t start;    /* of the first instance */
	int64_t end;
	int64_t
	    *deleted; /* starts of what is gone, changed ones not among it */
	size_t ndeleted;
	struct change *change;
	size_t nchange;
};

/*
 * codepage  of the narrow texts in it
 * Returns   NULL with a few words in *fault (static) if it is damaged or says
 *           what cannot be.  Calendars other than the Gregorian one give a rule
 *           with RSCALE, which the reader declines.
 */
struct pattern *pattern_read(
    TALLOC_CTX *ctx, struct span bytes, unsigned codepage, const char **fault);

#endif
