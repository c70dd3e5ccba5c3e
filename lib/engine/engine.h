/*
 * engine.h - one message from spool item to committed decision
 *
 * What the worker does for a living and imip-spool does for try and replay:
 * understand (ask the reader), decide (rules over what the store knows), record
 * (one part of a transaction).  Finishing the spool file is the caller's.
 * Layer 4.  Uses: reader, directory, store, rules, write, spool.
 */
#ifndef LIB_ENGINE_ENGINE_H
#define LIB_ENGINE_ENGINE_H

#include <stdint.h>
#include <talloc.h>

#include "lib/directory/directory.h"
#include "lib/engine/settings.h"
#include "lib/facts/decision.h"
#include "lib/reader/reader.h"
#include "lib/store/store.h"
#include "spool/lib/spool.h"

struct engine {
	const struct settings *settings;
	struct directory *directory;
	struct store *store;
	struct reader *reader; /* for stored series; messages have their own */
};

/* A message on its way. */
struct errand {
	const char *id;
	const char *role;
	const char *sender;     /* envelope */
	const char **recipient; /* in order, as the envelope has them */
	size_t nrecipient;
	const char *queue_id;
	const char *submitter; /* authenticated user, "" if none */
	int64_t arrival;       /* UTC; "now" of every decision about it */
	struct notice *notice; /* NULL until understood */
};

/* How the message ends. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_HOLD, /* reason in errand result */
	OUTCOME_LATER /* the try is given back */
};

/* What was decided, one entry per object and calendar. */
struct settled {
	struct decision **decision;
	struct letter **letter; /* beside it; NULL where none goes out */
	size_t n;
	enum outcome outcome;
	const char *reason; /* of a hold, or of trying later */
};

/*
 * Read the envelope and open the message of a claimed item.
 * Owner  *errand belongs to ctx; *fd is at the first byte, the caller closes
 */
enum res engine_open(TALLOC_CTX *ctx, const struct spool *spool,
    const struct spool_item *item, struct errand **errand, int *fd,
    int64_t *bytes, struct why *why) MUSTUSE;

/*
 * The window of instances that a message is read with: what its recipients'
 * calendars may book, seen from its arrival.
 */
void engine_window(const struct engine *engine, const struct errand *errand,
    int64_t *from, int64_t *to);

/*
 * Decide and record one understood message inside a begun transaction, as a
 * part of its own.  With record = 0 nothing is kept (try).
 *
 * Owner    *settled belongs to ctx
 * Returns  RES_TEMP  the store or directory failed: roll the batch back
 */
enum res engine_settle(const struct engine *engine, TALLOC_CTX *ctx,
    struct errand *errand, int record, struct settled **settled,
    struct why *why) MUSTUSE;

/*
 * Record that a message is held for a reason that no rule found: it could not
 * be read.  Inside a begun transaction.
 */
enum res engine_refuse(const struct engine *engine, TALLOC_CTX *ctx,
    const struct errand *errand, const char *code, const char *reason,
    struct why *why) MUSTUSE;

/*
 * Expand stored series of a calendar ("" for all) up to `to`, but no further
 * than the calendar can be booked at `now`; INT64_MAX: just that far.  Rows that
 * clash are left out and recorded.  *extended (may be NULL) counts the series
 * that grew.  Inside a transaction.
 */
enum res engine_extend(const struct engine *engine, const char *calendar,
    int64_t to, int64_t now, size_t *extended, struct why *why) MUSTUSE;

#endif
