/*
 * settings.h - imipd.conf
 *
 * Layer 3.  Uses: conf.
 */
#ifndef LIB_ENGINE_SETTINGS_H
#define LIB_ENGINE_SETTINGS_H

#include <stdint.h>
#include <talloc.h>

#include "lib/base/conf.h"
#include "lib/base/res.h"

enum unknown_policy {
	UNKNOWN_PASS,
	UNKNOWN_PERSON,
	UNKNOWN_HOLD
};

struct settings {
	const char *spool;
	const char *store;
	const char *calendars;
	const char *publish;
	const char *relay;
	const char *sender; /* envelope sender of answers, "": the calendar */
	const char *host;   /* in Message-ID and spool names */
	/* Servers whose Authentication-Results are believed, NULL-terminated. */
	const char **trust_authserv;
	int64_t answers_per_hour; /* to one address; 0: no limit */
	int64_t unknown;          /* enum unknown_policy */
	int64_t keep;             /* seconds */
	int64_t horizon;
	int64_t publish_past; /* seconds before now that are published */
};

#define SETTINGS_PATH "/etc/imipd/imipd.conf"

/*
 * Read imipd.conf.
 *
 * path     NULL: IMIPD_CONF of the environment, else SETTINGS_PATH
 * Returns  RES_PERM  the file is missing, or wrong: one line that says file,
 *                    line, key, and what was expected; also if it holds the
 *                    relay's password and everybody may read it
 *          RES_TEMP  it cannot be read now
 * Owner    *settings belongs to ctx; no member is NULL
 */
enum res settings_read(TALLOC_CTX *ctx, const char *path,
    struct settings **settings, struct why *why) MUSTUSE;

/* The table of keys, for imipd.conf(5) and its test. */
const struct conf_key *settings_keys(size_t *n);

#endif
