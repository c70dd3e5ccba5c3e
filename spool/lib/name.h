/*
 * name.h - the names of spool files: made by us, recognised, never guessed
 *
 * Private to libspool.  "SEC.MuuuuuuPpidRrandom.host", then ":n" after n tries.
 * Layer 1.  Uses: res, spool.
 */
#ifndef SPOOL_LIB_NAME_H
#define SPOOL_LIB_NAME_H

#include "spool/lib/spool.h"

#define NAME_MAX_SIZE   (SPOOL_ID_MAX + 24) /* "ID:n" with directory and NUL */
#define NAME_TRIES_MAX  999999
#define NAME_WHY        ".why"
#define NAME_HOST_SIZE  61 /* with ".why" after it still a host to the grammar */
#define NAME_FIRST_SIZE 10 /* digits of SEC at least, so that names sort */

/* When and where a message came in. */
struct stamp {
	int64_t seconds; /* UTC */
	int microseconds;
	char host[NAME_HOST_SIZE]; /* letters, digits, '.', '-', '_' only */
};

/* Ask clock and system.  RES_TEMP: neither must fail, one did. */
enum res stamp_take(struct stamp *stamp, struct why *why) MUSTUSE;

/* A new id of SPOOL_ID_MAX bytes.  RES_TEMP: the system has none to give. */
enum res name_make(
    char *id, const struct stamp *stamp, struct why *why) MUSTUSE;

/* Is it a name of ours?  Then *item gets id and tries. */
int name_parse(const char *name, struct spool_item *item);

/* Is it the reason file ("ID.why") of a message?  Then id is filled. */
int name_is_why(const char *name, char *id);

/* Is it a reason file in the making ("." before it, ".tmp" behind)? */
int name_is_half_why(const char *name);

/* When a message of ours came in, seconds UTC, from its id. */
int64_t name_seconds(const char *id);

/* The file name of an item inside its directory; buf of NAME_MAX_SIZE. */
const char *name_of(char *buf, const struct spool_item *item);

/* Any file name with a directory before it; buf of NAME_MAX_SIZE. */
const char *name_in(char *buf, const char *dir, const char *name);

#endif
