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
#include <stdint.h>
#include <talloc.h>

#include "lib/base/conf.h"
#include "lib/base/res.h"
#include "lib/facts/calendar.h"

struct directory;

/*
 * Open the directory of calendar files and read them all.
 *
 * horizon  seconds, for calendars that do not say one (imipd.conf's); -1: the
 *          built-in default
 * Returns  RES_PERM  a file is wrong: "FILE line N: key: ...".  *directory is
 *                    usable then all the same: the wrong file's address is
 *                    RES_TEMP, directory_faults() has the rest of the list
 *          RES_TEMP  the directory cannot be read
 *          RES_PERM  path is ldap://, which is not supported yet
 * Owner    *directory belongs to ctx; NULL if there is none
 */
enum res directory_open(TALLOC_CTX *ctx, const char *path, int64_t horizon,
    struct directory **directory, struct why *why) MUSTUSE;

/*
 * The calendar of an address or alias; *calendar is NULL if there is none.
 * "+detail" in the local part and case are ignored.  An address is compared
 * with the names that are there, never made into a path.
 *
 * Returns RES_TEMP  the directory cannot be read now, this file has become
 *                   wrong (why says where), or two calendars claim the alias:
 *                   never "unknown" then
 * Owner   the calendar lives until the next directory_reload() or free, also
 *         if its file changes before
 */
enum res directory_find(struct directory *directory, const char *address,
    const struct calendar **calendar, struct why *why) MUSTUSE;

/*
 * All calendars by address, NULL-terminated; lives until a reload.  One whose
 * file became wrong is there with its last good settings.
 */
const struct calendar *const *directory_all(
    struct directory *directory, size_t *n);

/*
 * Look at the directory again now, and free what directory_find() replaced in
 * the meantime; call it between messages if directory_is_stale(), and on
 * SIGHUP.  Files that are wrong keep their last good settings; the first error
 * is returned as RES_PERM.
 */
enum res directory_reload(struct directory *directory, struct why *why) MUSTUSE;

/* Did any file change since the last look?  One stat per calendar at most. */
int directory_is_stale(struct directory *directory);

/* What is wrong now, a line each, NULL-terminated; lives until a reload. */
const char *const *directory_faults(struct directory *directory, size_t *n);

/* The table of keys, for calendar(5) and its test. */
const struct conf_key *directory_keys(size_t *n);

#endif
