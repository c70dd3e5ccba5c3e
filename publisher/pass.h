/*
 * pass.h - one pass: bring published files up to what the store knows
 *
 * Layer 5.
 */
#ifndef PUBLISHER_PASS_H
#define PUBLISHER_PASS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/res.h"
#include "lib/directory/directory.h"
#include "lib/engine/settings.h"
#include "lib/store/store.h"

/* How far a pass looks; each includes those above it. */
enum look {
	LOOK_CHANGED, /* calendars whose bookings changed */
	LOOK_FILES,   /* and files: missing, of another window, not wanted */
	LOOK_ALL      /* and every calendar's bytes */
};

struct publisher {
	const struct settings *settings;
	struct directory *directory;
	struct store *store;
	int dir; /* the published directory */
};

struct tally {
	size_t written;
	size_t same;
	size_t removed;
	size_t failed; /* each has its line in the log */
};

/*
 * Publish.  What fails keeps its old file, is logged, counted, and tried again
 * at the next pass that looks as far.
 * Returns RES_TEMP  the store failed: the pass was not finished
 */
enum res pass_run(const struct publisher *publisher, enum look look,
    int64_t now, struct tally *tally, struct why *why) MUSTUSE;

#endif
