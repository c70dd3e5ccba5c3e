/*
 * load.h - one calendar file into one struct calendar; private to lib/directory
 *
 * Layer 3.  Uses: conf, zone, facts/calendar.
 */
#ifndef LIB_DIRECTORY_LOAD_H
#define LIB_DIRECTORY_LOAD_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "lib/facts/calendar.h"

#define NKINDS 4

/* What holds for every file of a directory. */
struct load {
	const char *path; /* of the directory */
	int64_t horizon;  /* -1: as built in */
	const char *zone; /* of calendars that name none */
};

/* The word of a kind: "room"; its defaults are in the file "@room". */
const char *load_kind_name(size_t kind);

/*
 * What is wrong with text as an address of a calendar, in words, or NULL.
 * Stricter than mail is: what a file name, a URL and a person can bear.
 */
const char *load_address_flaw(const char *text);

/* Is it the name of what editors and package managers leave behind? */
int load_is_leftover(const char *name);

/*
 * Read the defaults of the kind, then the file.
 * Returns RES_PERM "FILE line N: key: ..." or RES_TEMP
 * Owner   *calendar belongs to ctx
 */
enum res load_calendar(TALLOC_CTX *ctx, const struct load *load,
    const char *address, struct calendar **calendar, struct why *why) MUSTUSE;

/* Do both say the same? */
int load_is_same(const struct calendar *a, const struct calendar *b);

/*
 * The system's zone, as etc/localtime or etc/timezone below root names it
 * (root is "" but in tests); "UTC" if neither does.
 */
char *load_system_zone(TALLOC_CTX *ctx, const char *root);

#endif
