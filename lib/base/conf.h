/*
 * conf.h - files of "key = value" lines, read through a typed table
 *
 * One const table names every key of a kind of file; an unknown key is an
 * error with file and line.  '#' or ';' begins a comment, at the start of a
 * line or after white space.  A key may come more than once only if its type
 * is CONF_LIST.  inih is used here and nowhere else.
 * Layer 0.  Uses: res, talloc, zone.
 */
#ifndef LIB_BASE_CONF_H
#define LIB_BASE_CONF_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/res.h"

enum conf_type {
	CONF_TEXT,    /* const char *, never NULL */
	CONF_PATH,    /* const char *, absolute, or "" */
	CONF_NUMBER,  /* int64_t */
	CONF_SECONDS, /* int64_t; 90, 90s, 15m, 12h, 30d, 4w */
	CONF_YESNO,   /* int64_t 0 or 1; yes no true false on off 1 0 */
	CONF_CHOICE,  /* int64_t index into the words of choices */
	CONF_ZONE,    /* const char *, a name that zone_find() knows */
	CONF_LIST     /* const char **, NULL-terminated; values split at commas,
	                 repeated lines add up */
};

struct conf_key {
	const char *name;
	enum conf_type type;
	const char *def; /* as it would be written; NULL: must be given */
	int64_t min;     /* for numbers and seconds; both 0: no limit */
	int64_t max;
	size_t offset;       /* of the member in the target struct */
	const char *choices; /* "room resource person", CONF_CHOICE only */
	const char *help;    /* one line, what it is */
};

/*
 * Set every member to its default.  Keys without a default become NULL or -1
 * until conf_read() meets them.
 */
enum res conf_defaults(TALLOC_CTX *ctx, const struct conf_key *table, size_t n,
    void *target, struct why *why) MUSTUSE;

/*
 * Read the file on top of what target holds (so several files can be layered).
 *
 * Returns RES_TEMP  the file cannot be opened or read
 *         RES_PERM  "FILE line N: key: what is wrong, what was expected"
 * Owner   strings belong to ctx
 */
enum res conf_read(TALLOC_CTX *ctx, const char *path,
    const struct conf_key *table, size_t n, void *target,
    struct why *why) MUSTUSE;

/* RES_PERM naming the first key that has no default and was not given. */
enum res conf_complete(const char *path, const struct conf_key *table, size_t n,
    const void *target, struct why *why) MUSTUSE;

#endif
