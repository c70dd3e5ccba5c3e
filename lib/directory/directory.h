/*
 * directory.h - which addresses are calendars, and their settings
 *
 * A directory of text files, one a calendar, see calendar(5).  A file that is
 * dropped in, changed or removed is seen at the next question.
 * Layer 3.  Uses: conf, zone, facts/calendar.
 */
#ifndef LIB_DIRECTORY_DIRECTORY_H
#define LIB_DIRECTORY_DIRECTORY_H

#include <stddef.h>
#include <talloc.h>

#include "lib/base/conf.h"
#include "lib/base/res.h"
#include "lib/facts/calendar.h"

struct directory;

/*
 * Open the directory of calendar files and read them all.
 * Returns RES_PERM  a file is wrong: "FILE line N: key: ..."
 *         RES_TEMP  the directory cannot be read
 */
enum res directory_open(TALLOC_CTX *ctx, const char *path,
    struct directory **directory, struct why *why) MUSTUSE;

/*
 * The calendar of an address or alias; *calendar is NULL if there is none.
 * "+detail" in the local part and case are ignored.
 * Returns RES_TEMP  the directory cannot be read now, or this file has become
 *                   wrong (why says where): never "unknown" then
 * Owner   the calendar lives until the next directory_reload() or free
 */
enum res directory_find(struct directory *directory, const char *address,
    const struct calendar **calendar, struct why *why) MUSTUSE;

/* All calendars by address, NULL-terminated; lives until a reload. */
const struct calendar *const *directory_all(
    struct directory *directory, size_t *n);

/*
 * Look at the directory again now (SIGHUP, or a changed mtime).  Files that are
 * wrong keep their last good settings; the first error is returned as RES_PERM.
 */
enum res directory_reload(struct directory *directory, struct why *why) MUSTUSE;

/* Did any file change since the last look?  One stat per calendar at most. */
int directory_is_stale(struct directory *directory);

/* The table of keys, for calendar(5) and its test. */
const struct conf_key *directory_keys(size_t *n);

#endif
