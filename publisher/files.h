/*
 * files.h - the published directory: what is there, what is ours
 *
 * Only files that one of our forms made are ever replaced or removed.
 * Layer 5.
 */
#ifndef PUBLISHER_FILES_H
#define PUBLISHER_FILES_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "publisher/form.h"

/* A file as it is now. */
struct found {
	int exists;
	int ours;
	const char *bytes; /* all of it */
	size_t n;
};

/*
 * Open the directory, made (0755) if only it is missing.
 * Returns RES_TEMP  it cannot be had
 */
enum res files_open(const char *path, int *dir, struct why *why) MUSTUSE;

/* Was the directory removed after it was opened? */
int files_are_gone(int dir);

/* Read a file; owner ctx.  A file that is too big to be ours is not ours. */
enum res files_look(TALLOC_CTX *ctx, int dir, const char *name,
    const struct form *form, struct found *found, struct why *why) MUSTUSE;

/*
 * Make the file hold the bytes; *written is 0 if it did already.
 * Returns RES_TEMP  it could not be written, or is a foreign file: the old one
 *                   is untouched
 */
enum res files_put(int dir, const char *name, const struct form *form,
    const char *bytes, int *written, struct why *why) MUSTUSE;

/* Whether the file of an address is still wanted. */
typedef int files_wanted_fn(void *arg, const char *address);

/*
 * Remove our files that are not wanted, and what a publisher that was killed
 * left half written more than an hour before now.  *removed counts the first.
 */
enum res files_sweep(int dir, int64_t now, files_wanted_fn *wanted, void *arg,
    size_t *removed, struct why *why) MUSTUSE;

#endif
