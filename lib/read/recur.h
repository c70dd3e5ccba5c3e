/*
 * recur.h - recurrence rules over civil dates
 *
 * Our own expander: it jumps to the window instead of walking the past, always
 * ends, and is judged against libical in the tests.  No zones here: seconds are
 * those of the wall clock (civil_seconds()).
 * Source: RFC 5545 section 3.3.10.  Layer 2, private to lib/read.
 */
#ifndef LIB_READ_RECUR_H
#define LIB_READ_RECUR_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/read/lines.h"

enum freq {
	FREQ_YEARLY,
	FREQ_MONTHLY,
	FREQ_WEEKLY,
	FREQ_DAILY,
	FREQ_HOURLY,
	FREQ_MINUTELY,
	FREQ_SECONDLY
};

#define RULE_NTH_MAX 60

/* "-1SU" */
struct nth {
	int n;
	int weekday; /* 0 = Sunday */
};

/*
 * A rule.  Lists are sets: bit or element i says that i is in it; for the
 * negative ones that -i is.  An empty set means that the part is absent.
 */
struct rule {
	enum freq freq;
	int64_t interval;
	int64_t count; /* 0: none */
	int has_until;
	int until_date; /* UNTIL is a date: that whole day is in */
	int until_utc; /* UNTIL ends in Z: the caller turns it into wall clock */
	int skip;      /* SKIP is not OMIT: the caller says if that matters */
	int until_odd;  /* UNTIL was not in the form of RFC 5545 */
	int64_t until;  /* civil seconds, inclusive */
	int week_start; /* 0 = Sunday */
	unsigned month;
	uint32_t monthday;
	uint32_t monthday_back;
	int has_yearday;
	unsigned char yearday[367];
	unsigned char yearday_back[367];
	int has_weekno;
	unsigned char weekno[54];
	unsigned char weekno_back[54];
	unsigned weekday; /* days without a number before them */
	struct nth nth[RULE_NTH_MAX];
	size_t nnth;
	uint32_t hour;
	uint64_t minute;
	uint64_t second;
	int has_setpos;
	unsigned char setpos[367];
	unsigned char setpos_back[367];
};

/*
 * Read an RRULE value.  Blanks, lower case and a ';' too many are tolerated, as
 * are other forms of a time in UNTIL; unknown parts, numbers out of range and
 * calendars other than RSCALE=GREGORIAN are not.
 * Returns 0 with the fault set
 */
int rule_read(const char *text, struct rule *rule, struct fault *fault);

/* What is wanted of a rule, and what it gave. */
struct recurrence {
	const struct rule *rule;
	int64_t start; /* DTSTART, civil seconds */
	int64_t from;  /* occurrences from here */
	int64_t to;    /* and before here */
	size_t max;    /* at most so many, at least 1 */
	int64_t *at;   /* result, ascending */
	size_t n;
	int more;  /* 1: there may be others at `to` or later, or beyond max */
	int spent; /* 1: gave up after too much work */
	int64_t steps; /* days and slots that were looked at */
};

/* Expand; DTSTART itself is in the result only if the rule produces it. */
void recur_expand(TALLOC_CTX *ctx, struct recurrence *recurrence);

#endif
