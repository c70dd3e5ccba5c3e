/*
 * lite.h - a store in an SQLite file: what its files share
 *
 * connect.c opens and loses the file, schema.c makes and migrates it, query.c
 * runs prepared statements, statement.c holds their text; the rest is the
 * calls of store.h by theme.
 * Private to lib/store/sqlite and its tests.  Layer 3.
 */
#ifndef LIB_STORE_SQLITE_LITE_H
#define LIB_STORE_SQLITE_LITE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <sqlite3.h>

#include "lib/store/driver.h"

/* The statements; their text stands in statement.c in the same order. */
enum statement {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_PART_BEGIN,
	SQL_PART_KEEP,
	SQL_PART_UNDO,
	SQL_SETTLED,
	SQL_SETTLE,
	SQL_RECORDS,
	SQL_UNCOVERED,
	SQL_BUSY,
	SQL_HOLDINGS,
	SQL_LATELY,
	SQL_ORGANIZERS,
	SQL_ROWS,
	SQL_DROP_ROWS,
	SQL_DROP_RECORDS,
	SQL_DROP_INSTANCE,
	SQL_DROP_FROM,
	SQL_ADD,
	SQL_PUT,
	SQL_HOLD,
	SQL_MARK,
	SQL_DECISION,
	SQL_OUTBOX_ADD,
	SQL_OUTBOX_REPEAT,
	SQL_OUTBOX_DUE,
	SQL_OUTBOX_AHEAD,
	SQL_OUTBOX_SENT,
	SQL_OUTBOX_LATER,
	SQL_OUTBOX_FAILED,
	SQL_DIRTY,
	SQL_CLEAN,
	SQL_CHANGED,
	SQL_KEPT,
	SQL_ANSWERS,
	SQL_STATS,
	SQL_DIGEST_BUSY,
	SQL_DIGEST_OBJECT,
	SQL_DIGEST_OUTBOX,
	SQL_DIGEST_HOLDING,
	SQL_EXPIRE_OUTBOX,
	SQL_EXPIRE_DECISION,
	SQL_EXPIRE_SETTLED,
	SQL_CHECK,
	SQL_OVERLAP,
	SQL_COUNT
};

struct lite {
	struct store store; /* first, so that a struct store * is one of ours */
	char *path;
	enum store_mode mode;
	sqlite3 *db; /* NULL: lost, connect again */
	sqlite3_stmt *statement[SQL_COUNT];
	dev_t device; /* of the file that is open */
	ino_t inode;
	int begun;        /* between begin and commit */
	int part;         /* in a part */
	int broken;       /* a part could not be ended: no commit */
	int dirty;        /* touch the signal file after commit */
	int dirty_before; /* as it was when the part began */
};

/* --- connect.c ----------------------------------------------------------- */

/* The store as ours. */
struct lite *lite_of(struct store *store);

enum res lite_open(TALLOC_CTX *ctx, const char *place, enum store_mode mode,
    struct store **store, struct why *why);

/*
 * Is the connection fit for a statement?  Outside a transaction it is made
 * anew where it was lost or its file was replaced; inside, what was lost is
 * RES_TEMP until the rollback.
 */
enum res lite_ready(struct lite *l, struct why *why) MUSTUSE;

/* Let go of the connection; lite_ready() makes a new one. */
void lite_disconnect(struct lite *l);

/*
 * What an SQLite result code means: RES_TEMP where waiting helps, RES_PERM
 * where the file is damaged or a constraint holds.
 */
enum res lite_fail(const struct lite *l, int rc, struct why *why);

/* Run SQL that returns nothing. */
enum res lite_exec(struct lite *l, const char *sql, struct why *why) MUSTUSE;

/* --- schema.c ------------------------------------------------------------ */

/* One step from the version before. */
struct migration {
	int version;
	const char *sql;
};

#define LITE_APPLICATION 0x696d6970 /* "imip", PRAGMA application_id */

extern const struct migration lite_schema[];
extern const size_t lite_schema_steps;

/*
 * Is the file ours, and of which version?  0: empty.
 * Returns RES_PERM  another program's, damaged, or newer than the last step
 */
enum res schema_version(struct lite *l, const struct migration *step, size_t n,
    int *version, struct why *why) MUSTUSE;

/* Take the file to the last step, in one transaction. */
enum res schema_migrate(struct lite *l, const struct migration *step, size_t n,
    struct why *why) MUSTUSE;

/* --- statement.c, query.c ------------------------------------------------ */

const char *statement_text(enum statement which);

/*
 * One use of a prepared statement.  After query_begin() bind the parameters in
 * order, take rows, take the columns of each in order, and end it.  The first
 * failure sticks: what follows does nothing, query_end() returns it.
 */
struct query {
	struct lite *lite;
	sqlite3_stmt *statement;
	struct why *why;
	enum res res;
	int at; /* next parameter or column */
};

void query_begin(
    struct query *q, struct lite *l, enum statement which, struct why *why);

/* Bind; text and bytes must live until query_end(); NULL text is "". */
void query_text(struct query *q, const char *text);
void query_number(struct query *q, int64_t number);
void query_bytes(struct query *q, const void *p, size_t n);
void query_null(struct query *q);

/* Is there (another) row? */
int query_row(struct query *q);

/* Columns; text and bytes (with a NUL behind) belong to ctx. */
const char *take_text(struct query *q, TALLOC_CTX *ctx);
int64_t take_number(struct query *q);
const char *take_bytes(struct query *q, TALLOC_CTX *ctx, size_t *n);

/* Add all columns of the row to a hash. */
void query_hash(struct query *q, uint64_t *hash);

enum res query_end(struct query *q) MUSTUSE;

/* Run a statement without rows; *changes (may be NULL) is the rows it met. */
enum res query_run(struct query *q, int64_t *changes) MUSTUSE;

/*
 * Make room for item n of a growing array of ctx, zeroed.  Returns the array,
 * perhaps moved.
 */
void *list_grow(TALLOC_CTX *ctx, void *list, size_t n, size_t size);

/* --- transaction.c ------------------------------------------------------- */

enum res lite_begin(struct store *store, struct why *why);
enum res lite_commit(struct store *store, struct why *why);
void lite_rollback(struct store *store);
enum res lite_part_begin(struct store *store, struct why *why);
enum res lite_part_keep(struct store *store, struct why *why);
void lite_part_undo(struct store *store);

/* Begin a transaction unless one is open; *own says which. */
enum res lite_enter(struct lite *l, int *own, struct why *why) MUSTUSE;

/* End what lite_enter() began: commit if r is RES_OK, else roll back. */
enum res lite_leave(
    struct lite *l, int own, enum res r, struct why *why) MUSTUSE;

/* --- object.c: records and busy rows, read -------------------------------- */

enum res lite_records(struct store *store, TALLOC_CTX *ctx,
    const char *calendar, const char *uid, struct record **record, size_t *n,
    struct why *why);
enum res lite_uncovered(struct store *store, TALLOC_CTX *ctx,
    const char *calendar, int64_t to, size_t max, struct record **record,
    size_t *n, struct why *why);
enum res lite_busy(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const struct span *window, struct busy **busy, size_t *n, struct why *why);
enum res lite_rows(struct store *store, TALLOC_CTX *ctx, const char *calendar,
    const char *uid, struct busy **busy, size_t *n, struct why *why);
enum res lite_bookings(struct store *store, TALLOC_CTX *ctx,
    const char *calendar, const struct span *window, struct busy **busy,
    size_t *n, struct why *why);

/* --- change.c ------------------------------------------------------------ */

#define LITE_DAY   INT64_C(86400)
#define LITE_PIECE (31 * LITE_DAY) /* longest row */

enum res lite_holdings(struct store *store, TALLOC_CTX *ctx,
    const char *calendar, const char *uid, struct held **held, size_t *n,
    struct why *why);

enum res lite_lately(struct store *store, const char *calendar,
    const char *organizer, int64_t from, int64_t to, struct lately *lately,
    struct why *why);

enum res lite_hold(struct store *store, const char *calendar, const char *uid,
    const struct held *held, struct why *why);

enum res lite_change(struct store *store, const char *calendar, const char *uid,
    const struct change *change, int64_t now, struct why *why);

/* --- mark.c: settled, dirty ---------------------------------------------- */

enum res lite_settled(struct store *store, const char *id,
    const char *recipient, int *settled, struct why *why);
enum res lite_settle(struct store *store, const char *id, const char *recipient,
    int64_t now, struct why *why);
enum res lite_dirty(struct store *store, TALLOC_CTX *ctx, struct dirty **dirty,
    size_t *n, struct why *why);
enum res lite_clean(struct store *store, const char *calendar, int64_t version,
    struct why *why);
enum res lite_changed(struct store *store, const char *calendar,
    int64_t *changed, struct why *why);

/* --- outbox.c ------------------------------------------------------------ */

enum res lite_outbox_add(struct store *store, const char *id, int64_t decision,
    const struct letter *letter, int64_t now, struct why *why);
enum res lite_outbox_repeat(struct store *store, const char *calendar,
    const char *uid, int64_t now, size_t *n, struct why *why);
enum res lite_outbox_due(struct store *store, TALLOC_CTX *ctx, int64_t now,
    size_t max, struct outbox **row, size_t *n, int64_t *next, struct why *why);
enum res lite_outbox_sent(struct store *store, const int64_t *number, size_t n,
    int64_t now, struct why *why);
enum res lite_outbox_later(struct store *store, int64_t number, int64_t next,
    const char *error, struct why *why);
enum res lite_outbox_failed(struct store *store, int64_t number, int64_t now,
    const char *error, struct why *why);

/* The columns of SQL_OUTBOX_DUE and SQL_ANSWERS. */
void take_outbox(struct query *q, TALLOC_CTX *ctx, struct outbox *row);

/* --- decision.c ----------------------------------------------------------- */

enum res lite_decision(struct store *store, const char *id,
    const struct decision *decision, int64_t now, int64_t *number,
    struct why *why);
enum res lite_kept(struct store *store, TALLOC_CTX *ctx, const char *key,
    struct kept **kept, size_t *n, struct why *why);

/* --- look.c --------------------------------------------------------------- */

enum res lite_check(struct store *store, struct why *why);
enum res lite_stats(
    struct store *store, struct store_stats *stats, struct why *why);
enum res lite_digest(struct store *store, char digest[17], struct why *why);
enum res lite_expire(struct store *store, int64_t before, struct why *why);

#endif
