/*
 * store_file.c - tests of lib/store: the file, its schema, its transactions,
 * and what is said when something is wrong with it
 */
#include "tests/unit/store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/store/sqlite/lite.h"

/* Open the fixture's file once more. */
static enum res
open_again(struct fixture *f, enum store_mode mode, struct store **s)
{
	return store_open(NULL, f->url, mode, s, &f->why);
}

/* The number that SQL gives on a store's own connection. */
static int64_t
ask(struct store *store, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int64_t number;

	assert_int_equal(
	    sqlite3_prepare_v2(lite_of(store)->db, sql, -1, &s, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	number = sqlite3_column_int64(s, 0);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	return number;
}

/* Does a file stand beside the database? */
static int
has_file(const struct fixture *f, const char *tail)
{
	char name[128];

	(void)snprintf(name, sizeof(name), "%s%s", f->path, tail);
	return access(name, F_OK) == 0;
}

static void
test_reopen(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	enum store_mode mode[] = {STORE_READ, STORE_WRITE, STORE_CREATE};
	size_t i;

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 07, 0);
	assert_int_equal(book_one(f, "u", 1000, 2000), RES_OK);
	for (i = 0; i < 3; i++) {
		fixture_shut(f);
		ok(f, open_again(f, mode[i], &f->store));
		assert_int_equal(count_busy(f, 1000, 1001), 1);
	}
	assert_int_equal(ask(f->store, "PRAGMA synchronous"), 2);
	assert_int_equal(ask(f->store, "PRAGMA foreign_keys"), 1);
	assert_int_equal(ask(f->store, "PRAGMA busy_timeout"), 10000);
	assert_int_equal(
	    ask(f->store, "PRAGMA application_id"), LITE_APPLICATION);
	assert_true(has_file(f, "-wal"));
}

/* A reader sees what is committed while a writer is in the middle. */
static void
test_read_beside_writer(void **state)
{
	struct fixture *f = *state, g = *f;
	const struct busy row = row_of("v", 2000, 3000);
	const struct change change = {
	    .drop_from = INT64_MAX, .add = &row, .nadd = 1};

	assert_int_equal(book_one(f, "u", 1000, 2000), RES_OK);
	assert_int_equal(unlink(store_signal_path(f->store)), 0);
	ok(f, open_again(f, STORE_READ, &g.store));
	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(apply_change(f, ROOM, "v", &change), RES_OK);
	assert_int_equal(count_busy(&g, 0, 9000), 1);
	/* It may look, not touch. */
	assert_int_equal(store_clean(g.store, ROOM, 9, &g.why), RES_TEMP);
	ok(f, store_commit(f->store, &f->why));
	assert_int_equal(count_busy(&g, 0, 9000), 2);
	assert_int_equal(unlink(store_signal_path(f->store)), 0);
	store_close(g.store);
	assert_false(has_file(f, ".changed"));
	assert_false(has_file(f, "-journal"));
}

static void
test_absent(void **state)
{
	struct fixture *f = *state;

	fixture_shut(f);
	fixture_unlink(f);
	assert_int_equal(open_again(f, STORE_READ, &f->store), RES_TEMP);
	assert_int_equal(open_again(f, STORE_WRITE, &f->store), RES_TEMP);
	assert_non_null(strstr(f->why.text, "imip-admin init makes it"));
	assert_non_null(strstr(f->why.text, "imip-spool replay fills it"));
	assert_non_null(strstr(f->why.text, f->path));
	assert_false(has_file(f, ""));
	/* An empty file is one that nobody has made yet. */
	assert_int_equal(close(creat(f->path, 0600)), 0);
	assert_int_equal(open_again(f, STORE_WRITE, &f->store), RES_TEMP);
	assert_non_null(strstr(f->why.text, "nothing is in it"));
	assert_non_null(strstr(f->why.text, "imip-spool replay fills it"));
	assert_int_equal(open_again(f, STORE_READ, &f->store), RES_TEMP);
	ok(f, open_again(f, STORE_CREATE, &f->store));
}

static void
test_newer_schema(void **state)
{
	struct fixture *f = *state;
	enum store_mode mode;

	fixture_shut(f);
	assert_int_equal(run_sql(f, "PRAGMA user_version = 99"), SQLITE_OK);
	for (mode = STORE_READ; mode <= STORE_CREATE; mode++) {
		assert_int_equal(open_again(f, mode, &f->store), RES_PERM);
		assert_non_null(strstr(f->why.text, "newer imipd (schema 99"));
	}
	assert_int_equal(run_sql(f, "PRAGMA user_version = 2"), SQLITE_OK);
	ok(f, open_again(f, STORE_WRITE, &f->store));
}

/* Overwrite the file. */
static void
write_file(const struct fixture *f, const char *p, size_t n, off_t at)
{
	int fd = open(f->path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, p, n, at), (ssize_t)n);
	assert_int_equal(close(fd), 0);
}

static void
test_not_ours(void **state)
{
	struct fixture *f = *state;
	char text[4096];
	enum store_mode mode;

	fixture_shut(f);
	fixture_unlink(f);
	memset(text, 'x', sizeof(text));
	write_file(f, text, sizeof(text), 0);
	for (mode = STORE_READ; mode <= STORE_CREATE; mode++) {
		assert_int_equal(open_again(f, mode, &f->store), RES_PERM);
		assert_non_null(strstr(f->why.text, "not a database"));
	}
	fixture_unlink(f);
	assert_int_equal(close(creat(f->path, 0600)), 0);
	assert_int_equal(run_sql(f, "CREATE TABLE t (a)"), SQLITE_OK);
	for (mode = STORE_READ; mode <= STORE_CREATE; mode++) {
		assert_int_equal(open_again(f, mode, &f->store), RES_PERM);
		assert_non_null(strstr(f->why.text, "not one of imipd"));
	}
	/* And it was left as it was. */
	assert_int_equal(run_sql(f, "INSERT INTO t VALUES (1)"), SQLITE_OK);
	fixture_unlink(f);
	ok(f, open_again(f, STORE_CREATE, &f->store));
}

static void
test_damaged(void **state)
{
	struct fixture *f = *state;
	char junk[8192];
	int64_t i;

	for (i = 0; i < 200; i++)
		assert_int_equal(
		    book_one(f, "u", i * 1000, i * 1000 + 500), RES_OK);
	ok(f, store_check(f->store, &f->why));
	fixture_shut(f);
	memset(junk, 0x5a, sizeof(junk));
	write_file(f, junk, sizeof(junk), 4096);
	ok(f, open_again(f, STORE_WRITE, &f->store));
	assert_int_equal(store_check(f->store, &f->why), RES_PERM);
	assert_non_null(strstr(f->why.text, "damaged"));
	assert_non_null(strstr(f->why.text, f->path));
}

/* The file is taken away under a running program, then made anew. */
static void
test_replaced(void **state)
{
	struct fixture *f = *state;
	char away[128];

	assert_int_equal(book_one(f, "u", 1000, 2000), RES_OK);
	(void)snprintf(away, sizeof(away), "%s/away", f->dir);
	assert_int_equal(rename(f->path, away), 0);
	assert_int_equal(store_begin(f->store, &f->why), RES_TEMP);
	assert_non_null(strstr(f->why.text, "imip-admin init"));
	assert_int_equal(store_begin(f->store, &f->why), RES_TEMP);
	assert_false(has_file(f, ""));
	fixture_unlink(f);
	assert_int_equal(unlink(away), 0);
	{
		struct store *made;

		ok(f, open_again(f, STORE_CREATE, &made));
		assert_int_equal(book_one(f, "v", 5000, 6000), RES_OK);
		assert_int_equal(count_busy(f, 0, 9000), 1);
		store_close(made);
	}
	fixture_shut(f);
	ok(f, open_again(f, STORE_READ, &f->store));
	assert_int_equal(count_busy(f, 0, 9000), 1);
}

/* --- migrations ----------------------------------------------------------- */

/* What version 1 is for ever, as it was first published. */
static const char version_1_row[] =
    "INSERT INTO busy (calendar, reach, start, stop, uid, organizer, "
    "instance, recurring, whole_start, whole_stop, status, summary) VALUES "
    "('" ROOM "', 1, 1000, 2000, 'u', '" ANNA "', 1000, 0, 1000, 2000, "
    "'ACCEPTED', 'Talk')";

static const struct migration future[] = {
    {2, "SELECT no_such_function()"},
    {3, "ALTER TABLE calendar ADD COLUMN colour TEXT NOT NULL DEFAULT "
	"'red'; CREATE TABLE extra (a INTEGER)"},
    {4, "INSERT INTO extra VALUES (7)"},
};

/* A file of version 1 becomes current, its bookings stay. */
static void
test_migrate(void **state)
{
	struct fixture *f = *state;
	struct lite *l;

	fixture_shut(f);
	fixture_unlink(f);
	assert_int_equal(close(creat(f->path, 0600)), 0);
	assert_int_equal(lite_schema[0].version, 1);
	assert_int_equal(run_sql(f, lite_schema[0].sql), SQLITE_OK);
	assert_int_equal(run_sql(f, "PRAGMA application_id = 1768778096;"
				    "PRAGMA user_version = 1"),
	    SQLITE_OK);
	assert_int_equal(run_sql(f, version_1_row), SQLITE_OK);
	ok(f, open_again(f, STORE_CREATE, &f->store));
	assert_int_equal(count_busy(f, 1000, 1001), 1);

	/* The same mechanism with steps that only this test has. */
	l = lite_of(f->store);
	ok(f, schema_migrate(l, future, 3, &f->why));
	assert_int_equal(ask(f->store, "PRAGMA user_version"), 4);
	assert_int_equal(ask(f->store, "SELECT sum(a) FROM extra"), 7);
	ok(f, schema_migrate(l, future, 3, &f->why));
	assert_int_equal(ask(f->store, "SELECT sum(a) FROM extra"), 7);
	assert_int_equal(count_busy(f, 1000, 1001), 1);
}

/* A step that fails takes the steps before it along. */
static void
test_migrate_fails(void **state)
{
	static const struct migration broken[] = {
	    {2, ""},
	    {3, "CREATE TABLE extra (a INTEGER)"},
	    {4, "CREATE TABLE busy (a INTEGER)"},
	};
	struct fixture *f = *state;
	struct lite *l = lite_of(f->store);

	assert_int_equal(schema_migrate(l, broken, 3, &f->why), RES_TEMP);
	assert_int_equal(ask(f->store, "PRAGMA user_version"), 2);
	assert_int_equal(ask(f->store, "SELECT count(*) FROM sqlite_schema "
				       "WHERE name = 'extra'"),
	    0);
	assert_int_equal(book_one(f, "u", 1000, 2000), RES_OK);
}

/* Several processes make the file at once. */
static void
test_create_race(void **state)
{
	struct fixture *f = *state;
	pid_t child[6];
	enum res r;
	int status;
	size_t i;

	fixture_shut(f);
	fixture_unlink(f);
	for (i = 0; i < 6; i++) {
		child[i] = fork();
		assert_true(child[i] >= 0);
		if (child[i] == 0) {
			r = open_again(f, STORE_CREATE, &f->store);
			if (r != RES_OK)
				print_error("%s\n", f->why.text);
			_exit((int)r);
		}
	}
	for (i = 0; i < 6; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), RES_OK);
	}
	ok(f, open_again(f, STORE_WRITE, &f->store));
	assert_int_equal(book_one(f, "u", 1000, 2000), RES_OK);
	ok(f, store_check(f->store, &f->why));
}

/* --- transactions --------------------------------------------------------- */

/* Add one row in a part that is kept or undone. */
static void
part(struct fixture *f, const char *uid, int64_t start, int keep)
{
	const struct busy row = row_of(uid, start, start + 10);
	const struct change change = {
	    .drop_from = INT64_MAX, .add = &row, .nadd = 1};

	ok(f, store_part_begin(f->store, &f->why));
	ok(f, store_change(f->store, ROOM, uid, &change, NOON, &f->why));
	if (keep)
		ok(f, store_part_keep(f->store, &f->why));
	else
		store_part_undo(f->store);
}

static void
test_parts(void **state)
{
	struct fixture *f = *state;

	ok(f, store_begin(f->store, &f->why));
	part(f, "a", 100, 1);
	part(f, "b", 200, 0);
	part(f, "c", 300, 1);
	ok(f, store_commit(f->store, &f->why));
	assert_int_equal(count_busy(f, 0, 9000), 2);
	assert_int_equal(count_busy(f, 200, 210), 0);
	ok(f, store_begin(f->store, &f->why));
	part(f, "d", 400, 1);
	store_rollback(f->store);
	store_rollback(f->store);
	assert_int_equal(count_busy(f, 0, 9000), 2);
	/* Closed in the middle is rolled back. */
	ok(f, store_begin(f->store, &f->why));
	part(f, "e", 500, 1);
	fixture_shut(f);
	ok(f, open_again(f, STORE_WRITE, &f->store));
	assert_int_equal(count_busy(f, 0, 9000), 2);
}

/* Another writer: later, and then it works. */
static void
test_locked(void **state)
{
	struct fixture *f = *state, g = *f;

	ok(f, open_again(f, STORE_WRITE, &g.store));
	assert_int_equal(
	    sqlite3_busy_timeout(lite_of(g.store)->db, 20), SQLITE_OK);
	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(store_begin(g.store, &g.why), RES_TEMP);
	assert_non_null(strstr(g.why.text, "locked"));
	ok(f, store_commit(f->store, &f->why));
	assert_int_equal(book_one(&g, "u", 1000, 2000), RES_OK);
	store_close(g.store);
}

/*
 * A full disk rolls the transaction back by itself: nothing of it may follow,
 * and the connection is fit again after the rollback.
 */
static void
test_full(void **state)
{
	struct fixture *f = *state;
	struct record put = record_of("big");
	const struct change change = {
	    .drop_from = INT64_MAX, .put = &put, .nput = 1};
	char *text = calloc(1, 500001);
	struct record *record;
	int settled;
	size_t n;

	assert_non_null(text);
	memset(text, 'x', 500000);
	put.text = text;
	ok(f, lite_exec(
		  lite_of(f->store), "PRAGMA max_page_count = 60", &f->why));
	ok(f, store_begin(f->store, &f->why));
	part(f, "a", 100, 1);
	ok(f, store_part_begin(f->store, &f->why));
	assert_int_equal(
	    store_change(f->store, ROOM, "big", &change, NOON, &f->why),
	    RES_TEMP);
	assert_non_null(strstr(f->why.text, "no space"));
	store_part_undo(f->store);
	if (sqlite3_get_autocommit(lite_of(f->store)->db)) {
		assert_int_equal(
		    store_settle(f->store, "i", ROOM, 1, &f->why), RES_TEMP);
		assert_int_equal(store_part_begin(f->store, &f->why), RES_TEMP);
	}
	store_rollback(f->store);
	ok(f, store_settled(f->store, "i", ROOM, &settled, &f->why));
	assert_int_equal(settled, 0);
	ok(f, store_records(f->store, NULL, ROOM, "big", &record, &n, &f->why));
	assert_int_equal(n, 0);
	assert_int_equal(book_one(f, "u", 1000, 2000), RES_OK);
	ok(f, store_check(f->store, &f->why));
	free(text);
}

/* The engine ended the transaction itself: commit must not say done. */
static void
test_lost_transaction(void **state)
{
	struct fixture *f = *state;
	struct lite *l = lite_of(f->store);
	int settled;

	ok(f, store_begin(f->store, &f->why));
	part(f, "a", 100, 1);
	ok(f, lite_exec(l, "ROLLBACK", &f->why));
	assert_int_equal(
	    store_settle(f->store, "i", ROOM, 1, &f->why), RES_TEMP);
	assert_int_equal(store_part_begin(f->store, &f->why), RES_TEMP);
	assert_int_equal(store_commit(f->store, &f->why), RES_TEMP);
	assert_int_equal(count_busy(f, 0, 9000), 0);
	ok(f, store_settled(f->store, "i", ROOM, &settled, &f->why));
	assert_int_equal(settled, 0);

	/* The same when the connection is gone. */
	ok(f, store_begin(f->store, &f->why));
	part(f, "a", 100, 1);
	lite_disconnect(l);
	assert_int_equal(store_commit(f->store, &f->why), RES_TEMP);
	assert_int_equal(count_busy(f, 0, 9000), 0);
	assert_int_equal(book_one(f, "u", 1000, 2000), RES_OK);
}

#define TEST(fn)                                                               \
	cmocka_unit_test_setup_teardown(fn, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_reopen),
	    TEST(test_read_beside_writer),
	    TEST(test_absent),
	    TEST(test_newer_schema),
	    TEST(test_not_ours),
	    TEST(test_damaged),
	    TEST(test_replaced),
	    TEST(test_migrate),
	    TEST(test_migrate_fails),
	    TEST(test_create_race),
	    TEST(test_parts),
	    TEST(test_locked),
	    TEST(test_full),
	    TEST(test_lost_transaction),
	};

	return cmocka_run_group_tests_name("store_file", tests, NULL, NULL);
}
