/*
 * form.h - the forms in which a calendar is published: one table
 *
 * A form is a suffix, a function that renders, and how to know one of its files
 * again.  A new form is a new line of the table in form.c.
 * Layer 5.
 */
#ifndef PUBLISHER_FORM_H
#define PUBLISHER_FORM_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/calendar.h"
#include "lib/facts/decision.h"

/* What is shown of one calendar. */
struct view {
	const struct calendar *calendar;
	const struct span *span; /* busy, merged, within the window */
	size_t nspan;
	int64_t from; /* the window, UTC, whole days */
	int64_t to;
	int64_t changed; /* when the bookings or the window last changed, UTC */
};

struct form {
	const char *suffix; /* ".ifb"; the file is ADDRESS and it */

	/* The bytes of the file, a string that belongs to ctx. */
	char *(*render)(TALLOC_CTX *ctx, const struct view *view);

	/* Did render() make these bytes, in this or an earlier version? */
	int (*is_ours)(const char *p, size_t n);

	/* Do these bytes show the window of the view? */
	int (*is_current)(const char *p, size_t n, const struct view *view);
};

extern const struct form forms[];
extern const size_t nforms;

/*
 * The form of a file name whose rest is an address: NULL if it is not a name
 * that we would give.  *address is the rest; owner ctx.
 */
const struct form *form_of_name(
    TALLOC_CTX *ctx, const char *name, const char **address);

/* Can the address be the start of a file name? */
int form_can_name(const char *address);

#endif
