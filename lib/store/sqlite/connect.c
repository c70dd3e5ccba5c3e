/*
 * connect.c - opening the file, noticing that it is gone, and what SQLite's
 * result codes mean to mail
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/store/sqlite/lite.h"

#define BUSY_MS 10000 /* how long another writer is waited for */

/* What to do about a store that is lost. */
#define MAKE_IT "imip-admin init makes it, imip-spool replay fills it again"

struct lite *
lite_of(struct store *store)
{
	return (struct lite *)store;
}

/* What to do about a file that cannot be used any more. */
static enum res
damaged(const struct lite *l, const char *what, struct why *why)
{
	return why_set(why, RES_PERM,
	    "%s: damaged (%s); move it away with its -wal and -shm, then run "
	    "imip-admin init and imip-spool replay",
	    l->path, what);
}

enum res
lite_fail(const struct lite *l, int rc, struct why *why)
{
	const char *text = l->db != NULL && sqlite3_errcode(l->db) == rc
	                       ? sqlite3_errmsg(l->db)
	                       : sqlite3_errstr(rc);
	int error = l->db != NULL ? sqlite3_system_errno(l->db) : 0;

	switch (rc & 0xff) {
	case SQLITE_NOTADB:
		return why_set(why, RES_PERM,
		    "%s: not a database; check 'store' in imipd.conf, or "
		    "restore the file",
		    l->path);
	case SQLITE_CORRUPT:
		return damaged(l, text, why);
	case SQLITE_CONSTRAINT:
	case SQLITE_TOOBIG:
		return why_set(why, RES_PERM, "%s: %s", l->path, text);
	case SQLITE_FULL:
		return why_set(
		    why, RES_TEMP, "%s: no space left on the disk", l->path);
	case SQLITE_BUSY:
		return why_set(why, RES_TEMP,
		    "%s: another process has kept it locked", l->path);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return why_set(why, RES_TEMP, "%s: %s: %s", l->path, text,
		    error != 0 ? strerror(error) : "no reason given");
	default:
		return why_set(why, RES_TEMP, "%s: %s", l->path, text);
	}
}

enum res
lite_exec(struct lite *l, const char *sql, struct why *why)
{
	int rc = sqlite3_exec(l->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? RES_OK : lite_fail(l, rc, why);
}

/* Ask for the write-ahead log once; *mode is what it is now. */
static int
ask_wal(struct lite *l, char *mode, int size)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(
	    l->db, "PRAGMA journal_mode = WAL", -1, &s, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		sqlite3_snprintf(size, mode, "%s", sqlite3_column_text(s, 0));
	(void)sqlite3_finalize(s); /* says again what step said */
	return rc;
}

/*
 * Switch to the write-ahead log; it stays so in the file.  SQLite does not wait
 * here by itself when several processes make the file at once.
 */
static enum res
use_wal(struct lite *l, struct why *why)
{
	char mode[16] = "";
	int rc = ask_wal(l, mode, sizeof(mode)), waited;

	for (waited = 0; (rc & 0xff) == SQLITE_BUSY && waited < BUSY_MS;
	     waited += 10) {
		(void)sqlite3_sleep(10);
		rc = ask_wal(l, mode, sizeof(mode));
	}
	if (rc != SQLITE_ROW)
		return lite_fail(l, rc, why);
	if (strcmp(mode, "wal") != 0)
		return why_set(why, RES_TEMP,
		    "%s: no write-ahead log here (a network file system?)",
		    l->path);
	return RES_OK;
}

/*
 * Make the file if there is none, so that it and its log get our mode and not
 * SQLite's.  One that is there is never opened and closed here: that would
 * take away the locks that this process may have on it.
 */
static enum res
make_file(struct lite *l, struct why *why)
{
	int fd = open(
	    l->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0660);

	if (fd < 0 && errno != EEXIST)
		return why_set(why, RES_TEMP, "%s: cannot be made: %s", l->path,
		    strerror(errno));
	if (fd >= 0)
		(void)close(fd); /* nothing was written */
	return RES_OK;
}

/* Open the file and say how it is to be used. */
static enum res
open_file(struct lite *l, struct why *why)
{
	int flags = l->mode == STORE_READ ? SQLITE_OPEN_READONLY
	                                  : SQLITE_OPEN_READWRITE;
	struct stat st;
	int rc;

	if (stat(l->path, &st) != 0)
		return why_set(why, RES_TEMP, "%s: %s%s", l->path,
		    strerror(errno), errno == ENOENT ? "; " MAKE_IT : "");
	rc = sqlite3_open_v2(l->path, &l->db, flags, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_extended_result_codes(l->db, 1);
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(l->db, BUSY_MS);
	if (rc != SQLITE_OK)
		return lite_fail(l, rc, why);
	if (l->mode != STORE_READ && sqlite3_db_readonly(l->db, "main"))
		return why_set(
		    why, RES_TEMP, "%s: this user may not write it", l->path);
	l->device = st.st_dev;
	l->inode = st.st_ino;
	return lite_exec(l,
	    "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
	    "PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL",
	    why);
}

/* Take the open file to the current schema, or refuse it. */
static enum res
fit_schema(struct lite *l, struct why *why)
{
	int last = lite_schema[lite_schema_steps - 1].version;
	enum res r;

	r = schema_version(
	    l, lite_schema, lite_schema_steps, &l->store.version, why);
	if (r != RES_OK)
		return r;
	if (l->store.version == 0 && l->mode != STORE_CREATE)
		return why_set(
		    why, RES_TEMP, "%s: nothing is in it; " MAKE_IT, l->path);
	if (l->store.version != last && l->mode != STORE_CREATE)
		return why_set(why, RES_TEMP,
		    "%s: schema %d, this imipd needs %d; run imip-admin init",
		    l->path, l->store.version, last);
	if (l->mode == STORE_READ)
		return RES_OK;
	r = use_wal(l, why);
	if (r == RES_OK && l->store.version != last)
		r = schema_migrate(l, lite_schema, lite_schema_steps, why);
	if (r == RES_OK)
		l->store.version = last;
	return r;
}

/* Make the connection. */
static enum res
connect_file(struct lite *l, struct why *why)
{
	enum res r = RES_OK;

	if (l->mode == STORE_CREATE)
		r = make_file(l, why);
	if (r == RES_OK)
		r = open_file(l, why);
	if (r == RES_OK)
		r = fit_schema(l, why);
	if (r != RES_OK)
		lite_disconnect(l);
	return r;
}

/* Is there another file, or none, where the open one was? */
static int
was_replaced(const struct lite *l)
{
	struct stat st;

	if (stat(l->path, &st) != 0)
		return errno == ENOENT;
	return st.st_dev != l->device || st.st_ino != l->inode;
}

void
lite_disconnect(struct lite *l)
{
	int keep = 1, i;

	for (i = 0; i < SQL_COUNT; i++) {
		(void)sqlite3_finalize(l->statement[i]);
		l->statement[i] = NULL;
	}
	/* The log beside a replaced file is the new file's: leave it alone. */
	if (l->db != NULL && was_replaced(l))
		(void)sqlite3_file_control(
		    l->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	(void)sqlite3_close_v2(l->db);
	l->db = NULL;
}

enum res
lite_ready(struct lite *l, struct why *why)
{
	if (l->begun) {
		if (l->db != NULL && !l->broken &&
		    !sqlite3_get_autocommit(l->db))
			return RES_OK;
		return why_set(why, RES_TEMP,
		    "%s: the transaction was lost; begin again", l->path);
	}
	if (l->db != NULL && was_replaced(l))
		lite_disconnect(l);
	return l->db != NULL ? RES_OK : connect_file(l, why);
}

/* talloc destructor of a store. */
static int
lite_destroy(struct lite *l)
{
	lite_rollback(&l->store);
	lite_disconnect(l);
	return 0;
}

enum res
lite_open(TALLOC_CTX *ctx, const char *place, enum store_mode mode,
    struct store **store, struct why *why)
{
	struct lite *l = mem_new(ctx, struct lite);
	enum res r;

	/* SQLite takes ":memory:" and "" for no file at all; a path is not. */
	l->path = mem_print(l, "%s%s", place[0] == '/' ? "" : "./", place);
	l->mode = mode;
	l->store.driver = &sqlite_driver;
	l->store.signal = mem_print(l, "%s.changed", l->path);
	talloc_set_destructor(l, lite_destroy);
	r = connect_file(l, why);
	if (r != RES_OK) {
		talloc_free(l);
		return r;
	}
	/* From now on a file that is gone is an accident. */
	if (l->mode == STORE_CREATE)
		l->mode = STORE_WRITE;
	*store = &l->store;
	return RES_OK;
}
