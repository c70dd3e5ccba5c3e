/*
 * store.h - what imipd remembers: one interface, several engines
 *
 * No type of an engine appears here.  All writing happens between
 * store_begin() and store_commit(); a batch of messages is one transaction,
 * each message of it a part that can be undone alone.
 * Layer 3.  Uses: facts.  Used by: engine, processor, publisher, spool, admin.
 */
#ifndef LIB_STORE_STORE_H
#define LIB_STORE_STORE_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "lib/facts/decision.h"
#include "lib/write/letter.h"

struct store;

/* --- opening ------------------------------------------------------------ */

enum store_mode {
	STORE_READ,  /* must exist; never written */
	STORE_WRITE, /* must exist, with the current schema */
	STORE_CREATE /* made or migrated to the current schema */
};

/*
 * Open "sqlite:PATH".  A file that is made has mode 0660 less the umask.
 * Returns RES_PERM  unknown engine, not our file, schema newer than ours,
 *                   damaged; RES_TEMP  cannot be opened now, or is absent
 *                   (not with STORE_CREATE), or needs migration
 * Owner   ends with talloc_free() or store_close(); NULL after a failure.  Not
 *         to be carried across a fork
 */
enum res store_open(TALLOC_CTX *ctx, const char *url, enum store_mode mode,
    struct store **store, struct why *why) MUSTUSE;
void store_close(struct store *store);

/* Schema version. */
int store_version(const struct store *store);

/*
 * A full check: the engine's own integrity, and that no two bookings overlap.
 * Returns RES_PERM with the first thing found.
 */
enum res store_check(struct store *store, struct why *why) MUSTUSE;

/*
 * The path of a file that is touched after each commit that made calendars
 * dirty, so that a publisher can watch it; "" if the engine has none.
 */
const char *store_signal_path(const struct store *store);

/* --- transactions ------------------------------------------------------- */

/* BEGIN IMMEDIATE; waits up to 10 s for other writers, then RES_TEMP. */
enum res store_begin(struct store *store, struct why *why) MUSTUSE;
/*
 * RES_TEMP also when the outcome is unknown: ask store_settled() anew.  Either
 * way the transaction is over.
 */
enum res store_commit(struct store *store, struct why *why) MUSTUSE;
void store_rollback(struct store *store);

/* The part of a transaction that one message is. */
enum res store_part_begin(struct store *store, struct why *why) MUSTUSE;
enum res store_part_keep(struct store *store, struct why *why) MUSTUSE;
void store_part_undo(struct store *store);

/* --- deciding: reads ---------------------------------------------------- */

/* Was this recipient of this spool message settled by a committed part? */
enum res store_settled(struct store *store, const char *id,
    const char *recipient, int *settled, struct why *why) MUSTUSE;

/*
 * All records of a uid in a calendar, any organizer; by organizer, the master
 * first; owner ctx.
 */
enum res store_records(struct store *store, TALLOC_CTX *ctx,
    const char *calendar, const char *uid, struct record **record, size_t *n,
    struct why *why) MUSTUSE;

/*
 * Instances that share a second with [from, to), whole, by start, then uid;
 * logarithmic in the bookings; owner ctx.
 */
enum res store_busy(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    int64_t from, int64_t to, struct busy **busy, size_t *n,
    struct why *why) MUSTUSE;

/* All rows of a uid in a calendar, any organizer, whole; owner ctx. */
enum res store_rows(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const char *uid, struct busy **busy, size_t *n, struct why *why) MUSTUSE;

/* A holding in its text form, see lib/facts/holding.h. */
struct held {
	const char *organizer;
	const char *text;
};

/* What a calendar holds of a uid, by organizer; owner ctx. */
enum res store_holdings(struct store *store, TALLOC_CTX *ctx,
    const char *calendar, const char *uid, struct held **held, size_t *n,
    struct why *why) MUSTUSE;

/* How much one address did between two times. */
struct lately {
	int64_t accepted; /* requests accepted by this calendar */
	int64_t letters;  /* letters put out to the address, of all calendars */
};

/* Both times UTC; from itself does not count. */
enum res store_lately(struct store *store, const char *calendar,
    const char *organizer, int64_t from, int64_t to, struct lately *lately,
    struct why *why) MUSTUSE;

/*
 * Booked records whose rows end (covered) before `to`: series that must be
 * expanded further.  calendar "" for all; at most max, the furthest behind
 * first; owner ctx.
 */
enum res store_uncovered(struct store *store, TALLOC_CTX *ctx,
    const char *calendar, int64_t to, size_t max, struct record **record,
    size_t *n, struct why *why) MUSTUSE;

/* --- recording: writes (inside a part) ---------------------------------- */

/*
 * Apply a change to a uid of a calendar and mark the calendar dirty if its
 * rows are not the same afterwards.  In this order: drop_all, drop, drop_from,
 * the instances of add go, add, put.
 *
 * What goes belongs to change->organizer; if that is NULL or "", to the
 * organizer of put[0], else of add[0], else to every organizer of the uid.
 * Rows of one object may overlap; a row whose start is its end takes no time.
 * Returns RES_PERM  a row would overlap one of another object: the trigger
 *                   fired; undo the part and decide again.  Also a row that
 *                   ends before it starts or is longer than ten years
 */
enum res store_change(struct store *store, const char *calendar,
    const char *uid, const struct change *change, int64_t now,
    struct why *why) MUSTUSE;

/* Hold this, in place of what was held of the uid and organizer. */
enum res store_hold(struct store *store, const char *calendar, const char *uid,
    const struct held *held, struct why *why) MUSTUSE;

/* Keep the decision and its trace; *number is its key for the outbox. */
enum res store_decision(struct store *store, const char *id,
    const struct decision *decision, int64_t now, int64_t *number,
    struct why *why) MUSTUSE;

/*
 * Put a letter into the outbox.  decision may be 0: none.
 * Returns RES_PERM  this Message-ID went out to this recipient already
 */
enum res store_outbox_add(struct store *store, const char *id, int64_t decision,
    const struct letter *letter, int64_t now, struct why *why) MUSTUSE;

/*
 * Put the letters of the last decision about this uid that had any out once
 * more, as they are.  *n is how many; one that still waits does not count.
 */
enum res store_outbox_repeat(struct store *store, const char *calendar,
    const char *uid, int64_t now, size_t *n, struct why *why) MUSTUSE;

/* This recipient of this spool message is settled. */
enum res store_settle(struct store *store, const char *id,
    const char *recipient, int64_t now, struct why *why) MUSTUSE;

/* --- the outbox (sender) ------------------------------------------------- */

/*
 * What writes here, store_clean() and store_expire() are transactions of their
 * own, or part of one that is open.
 */

struct outbox {
	int64_t number;
	struct letter letter;
	int64_t tries;
	int64_t created;   /* UTC; when it was put out (last) */
	const char *state; /* "queued", "sent", "failed" */
	const char *error; /* of the last try, "" if none */
	int64_t next;      /* not before, UTC */
	int64_t sent;      /* when, 0 if not */
};

/* No try is put off for longer: store_outbox_later() is never given more. */
#define STORE_DELAY_MAX INT64_C(3600)

/*
 * Rows due at now, longest due first, at most max; owner ctx.  *next is when
 * the first one that was not taken is due, INT64_MAX if none waits.
 *
 * What is due only later than STORE_DELAY_MAX from now was put there by a clock
 * that was ahead and has been set back: it is due now, after the others.
 */
enum res store_outbox_due(struct store *store, TALLOC_CTX *ctx, int64_t now,
    size_t max, struct outbox **row, size_t *n, int64_t *next,
    struct why *why) MUSTUSE;

/* One durable write for what became of several rows. */
enum res store_outbox_sent(struct store *store, const int64_t *number, size_t n,
    int64_t now, struct why *why) MUSTUSE;
enum res store_outbox_later(struct store *store, int64_t number, int64_t next,
    const char *error, struct why *why) MUSTUSE;
enum res store_outbox_failed(struct store *store, int64_t number, int64_t now,
    const char *error, struct why *why) MUSTUSE;

/* --- the publisher ------------------------------------------------------- */

struct dirty {
	const char *calendar;
	int64_t version; /* grows with each change */
	int64_t changed; /* UTC of the last change */
};

/* Calendars whose published file is behind; owner ctx. */
enum res store_dirty(struct store *store, TALLOC_CTX *ctx, struct dirty **dirty,
    size_t *n, struct why *why) MUSTUSE;

/* Published up to that version (later changes keep it dirty). */
enum res store_clean(struct store *store, const char *calendar, int64_t version,
    struct why *why) MUSTUSE;

/* When did the bookings of a calendar last change; 0 if never. */
enum res store_changed(struct store *store, const char *calendar,
    int64_t *changed, struct why *why) MUSTUSE;

/* --- looking (tools) ------------------------------------------------------ */

/* A decision as it was kept; lists are NULL if not asked for. */
struct kept {
	int64_t number;
	const char *id;
	const char *calendar;
	const char *recipient;
	const char *method;
	const char *uid;
	const char *organizer;
	const char *verdict;
	const char *code;
	const char *reason;
	const char *quiet;
	int64_t decided;
	struct trace *trace;
	size_t ntrace;
	struct outbox *answer;
	size_t nanswer;
};

/*
 * Decisions whose spool id, uid, or Message-ID of an answer is the key, in the
 * order they were made, with trace and answers; none for ""; owner ctx.
 */
enum res store_kept(struct store *store, TALLOC_CTX *ctx, const char *key,
    struct kept **kept, size_t *n, struct why *why) MUSTUSE;

/*
 * As store_busy(), and also instances that take no time; for people to look at.
 */
enum res store_bookings(struct store *store, TALLOC_CTX *ctx,
    const char *calendar, int64_t from, int64_t to, struct busy **busy,
    size_t *n, struct why *why) MUSTUSE;

struct store_stats {
	int64_t bookings; /* instances */
	int64_t objects;
	int64_t decisions;
	int64_t queued; /* outbox */
	int64_t sent;
	int64_t failed;
	int64_t oldest_queued; /* UTC, 0 if none */
	int64_t dirty;
};

enum res store_stats(
    struct store *store, struct store_stats *stats, struct why *why) MUSTUSE;

/*
 * A digest over bookings, records and answers that does not depend on row
 * numbers or on when anything was sent: two stores with the same digest say the
 * same (promise P9).  16 hex digits.
 */
enum res store_digest(
    struct store *store, char digest[17], struct why *why) MUSTUSE;

/*
 * Forget decisions, settled marks, and letters that were sent or given up, from
 * before `before`.  A decision stays as long as a letter of it.
 */
enum res store_expire(
    struct store *store, int64_t before, struct why *why) MUSTUSE;

#endif
