/*
 * batch.h - up to 64 messages that are settled in one transaction
 *
 * A batch is what is waiting now; nobody waits for it to fill.  A message that
 * had more than one try is a batch of its own.
 * Layer 5.
 */
#ifndef PROCESSOR_BATCH_H
#define PROCESSOR_BATCH_H

#include <stddef.h>
#include <talloc.h>

#include "lib/engine/engine.h"
#include "lib/facts/limits.h"
#include "spool/lib/spool.h"

enum stage {
	STAGE_CLAIMED,    /* open, not asked about */
	STAGE_ASKED,      /* the reader has it */
	STAGE_UNDERSTOOD, /* errand->notice is set */
	STAGE_REFUSED,    /* cannot be read: refusal says why */
	STAGE_LATER       /* give the try back */
};

struct job {
	struct spool_item item;
	struct errand *errand; /* NULL if the envelope is damaged */
	struct settled *settled;
	enum stage stage;
	int fd; /* of the message, -1 if closed */
	int64_t bytes;
	int alone;        /* to be asked about with nothing else under way */
	int failures;     /* times the reader died of it */
	int absent;       /* times there was no reader for it */
	size_t turn;      /* answers come in the order of the questions */
	const char *code; /* of a refusal */
	const char *refusal;
};

struct batch {
	TALLOC_CTX *ctx; /* everything of the batch */
	struct job job[LIMIT_BATCH];
	size_t n;
	int absent;   /* times the reader could not be asked */
	size_t turns; /* questions asked so far */
};

/* What a batch works with. */
struct bench {
	struct engine engine;
	struct spool spool;
	struct reader *ahead;     /* reads messages before they are settled */
	int wake;                 /* to the sender */
	size_t strange_new;       /* what was no message when new/ ... */
	size_t strange_cur;       /* ... and cur/ were read last */
	char after[SPOOL_ID_MAX]; /* new/ is walked once, what was given back
	                             on the way waits for the next walk */
};

/*
 * Claim what is waiting: first, alone, what an ended process left in cur/ or
 * what had a try before; else up to LIMIT_BATCH from new/.
 * Returns RES_TEMP if the spool cannot be read; n = 0 if nothing waits.
 */
enum res batch_claim(
    struct batch *b, struct bench *bench, struct why *why) MUSTUSE;

/*
 * Ask the reader about each, several ahead.  What it was not asked about,
 * because we are told to stop or there is no reader, is given back.
 */
void batch_understand(struct batch *b, struct bench *bench);

/*
 * Settle all in one transaction and finish their files.
 * Returns RES_TEMP  the store failed: every try was given back; or a file
 *                   could not be moved where it belongs: its try was
 */
enum res batch_settle(
    struct batch *b, struct bench *bench, struct why *why) MUSTUSE;

/* Close files, free memory. */
void batch_free(struct batch *b);

#endif
