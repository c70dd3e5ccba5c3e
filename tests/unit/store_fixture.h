/*
 * store_fixture.h - what the tests of lib/store share: a fresh store in a
 * scratch directory, and short ways to book
 */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <talloc.h>

#include "lib/store/store.h"

#define ROOM  "room@example.com"
#define OTHER "other@example.com"
#define ANNA  "anna@example.com"
#define BORIS "boris@example.com"
#define HOUR  INT64_C(3600)
#define DAY   INT64_C(86400)
#define NOON  INT64_C(1800000000) /* some instant */

struct fixture {
	char dir[64];
	char path[96];
	char url[112];
	struct store *store;
	struct why why;
};

/* r is RES_OK, or the test fails with the reason. */
#define ok(f, r)                                                               \
	do {                                                                   \
		if ((r) != RES_OK)                                             \
			fail_msg("%s", (f)->why.text);                         \
	} while (0)

/* cmocka set-up: a store in a new directory. */
static inline int
fixture_open(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/imipd-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->path, sizeof(f->path), "%s/store.db", f->dir);
	(void)snprintf(f->url, sizeof(f->url), "sqlite:%s", f->path);
	ok(f, store_open(NULL, f->url, STORE_CREATE, &f->store, &f->why));
	*state = f;
	return 0;
}

/* Remove the files that a store may leave. */
static inline void
fixture_unlink(const struct fixture *f)
{
	static const char *const tail[] = {
	    "", "-wal", "-shm", "-journal", ".changed"};
	char name[128];
	size_t i;

	for (i = 0; i < sizeof(tail) / sizeof(tail[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s%s", f->path, tail[i]);
		(void)unlink(name);
	}
}

/* Close the store in the middle of a test. */
static inline void
fixture_shut(struct fixture *f)
{
	store_close(f->store);
	f->store = NULL;
}

/* cmocka tear-down. */
static inline int
fixture_close(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	fixture_unlink(f);
	assert_int_equal(rmdir(f->dir), 0);
	free(f);
	return 0;
}

/* A row of anna's. */
static inline struct busy
row_of(const char *uid, int64_t start, int64_t end)
{
	struct busy b = {.uid = uid,
	    .organizer = ANNA,
	    .instance = start,
	    .start = start,
	    .end = end,
	    .status = "ACCEPTED",
	    .summary = "Talk"};

	return b;
}

/* A booked record of anna's. */
static inline struct record
record_of(const char *uid)
{
	struct record r = {.calendar = ROOM,
	    .uid = uid,
	    .organizer = ANNA,
	    .instance = INSTANCE_MASTER,
	    .sequence = 1,
	    .dtstamp = 2,
	    .digest = "0123456789abcdef",
	    .state = RECORD_BOOKED,
	    .answered = 3,
	    .repeats = 4,
	    .summary = "Talk",
	    .text = "BEGIN:VEVENT\nEND:VEVENT",
	    .covered = INT64_MAX};

	return r;
}

/* Apply a change in a part; undone if it is refused. */
static inline enum res
apply_change(struct fixture *f, const char *calendar, const char *uid,
    const struct change *change)
{
	enum res r;

	ok(f, store_part_begin(f->store, &f->why));
	r = store_change(f->store, calendar, uid, change, NOON, &f->why);
	if (r == RES_OK)
		ok(f, store_part_keep(f->store, &f->why));
	else
		store_part_undo(f->store);
	return r;
}

/* Add rows to the room in a transaction of its own. */
static inline enum res
book(struct fixture *f, const char *uid, const struct busy *row, size_t n)
{
	const struct change change = {
	    .drop_from = INT64_MAX, .add = row, .nadd = n};
	enum res r;

	ok(f, store_begin(f->store, &f->why));
	r = apply_change(f, ROOM, uid, &change);
	ok(f, store_commit(f->store, &f->why));
	return r;
}

/* The same with one row from start to end. */
static inline enum res
book_one(struct fixture *f, const char *uid, int64_t start, int64_t end)
{
	const struct busy row = row_of(uid, start, end);

	return book(f, uid, &row, 1);
}

/* The busy rows of a window of the room; the test frees them. */
static inline struct busy *
busy_in(struct fixture *f, int64_t from, int64_t to, size_t *n)
{
	struct busy *busy;

	ok(f, store_busy(f->store, NULL, ROOM, from, to, &busy, n, &f->why));
	return busy;
}

/* How many rows of the room overlap the window. */
static inline size_t
count_busy(struct fixture *f, int64_t from, int64_t to)
{
	struct busy *busy;
	size_t n;

	ok(f, store_busy(f->store, NULL, ROOM, from, to, &busy, &n, &f->why));
	talloc_free(busy);
	return n;
}

/* Run SQL on a connection of its own; returns SQLite's extended code. */
static inline int
run_sql(const struct fixture *f, const char *sql)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READWRITE, NULL);

	if (rc == SQLITE_OK) {
		(void)sqlite3_extended_result_codes(db, 1);
		rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return rc;
}

#endif
