/*
 * read.h - hostile bytes to facts: mail, calendar objects, instances
 *
 * GMime is used in lib/read and nowhere else, and lib/read runs only inside
 * imip-reader (and in tests).  It may crash or hang on what the library cannot
 * take: the process around it is expendable.  iCalendar is read by code of our
 * own, see internal.h; libical is its judge in the tests.
 * Layer 2.  Uses: facts, zone, GMime.
 */
#ifndef LIB_READ_READ_H
#define LIB_READ_READ_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/facts.h"

/* Which instances are wanted. */
struct window {
	int64_t from; /* UTC seconds; instances that end after it */
	int64_t to;   /* and start before it */
	size_t max;   /* at most so many per object, 0: LIMIT_INSTANCES */
};

/* Once per process, before the sandbox closes: loads what the libraries need. */
void read_init(void);

/*
 * Read one message, or one bare iCalendar object (the bytes then start with
 * BEGIN:VCALENDAR, perhaps after a byte order mark or white space).
 *
 * Never fails: what is wrong with the message is in notice->problem[].
 * Deterministic: same bytes and window, same notice; no clock, no files but
 * the system's zone data, no network.
 */
struct notice *read_message(
    TALLOC_CTX *ctx, const char *p, size_t n, const struct window *window);

#endif
