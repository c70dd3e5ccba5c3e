/*
 * store_begin.c - why every transaction begins as a writer: the negative control
 * of a careless BEGIN, and ours beside it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/store_fixture.h"

#define WRITE_SQL                                                              \
	"INSERT OR REPLACE INTO calendar (calendar, version, changed, "        \
	"published) VALUES ('x@example.com', 1, 1, 0);"

/* Run statements; returns SQLite's code. */
static int
exec(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static sqlite3 *
connect_raw(const struct fixture *f, int wait_ms)
{
	sqlite3 *db = NULL;

	assert_int_equal(
	    sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READWRITE, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(db, wait_ms), SQLITE_OK);
	return db;
}

static void
deferred_begin_loses(void **state)
{
	struct fixture *f = *state;
	sqlite3 *careless = connect_raw(f, 10000), *other = connect_raw(f, 0);

	assert_int_equal(exec(careless, "BEGIN"), SQLITE_OK);
	assert_int_equal(
	    exec(careless, "SELECT count(*) FROM busy"), SQLITE_OK);
	/* Somebody else writes between the look and the booking... */
	assert_int_equal(exec(other, "BEGIN IMMEDIATE"), SQLITE_OK);
	assert_int_equal(exec(other, WRITE_SQL "COMMIT"), SQLITE_OK);
	/* ...and no time to wait helps: what was decided is lost. */
	assert_int_equal(exec(careless, WRITE_SQL), SQLITE_BUSY);
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
	assert_int_equal(exec(careless, "ROLLBACK"), SQLITE_OK);
	assert_int_equal(sqlite3_close(careless), SQLITE_OK);
}

static void
ours_keeps_others_out(void **state)
{
	struct fixture *f = *state;
	sqlite3 *other = connect_raw(f, 0);

	ok(f, store_begin(f->store, &f->why));
	/* Nobody can write between the look and the booking. */
	assert_int_equal(exec(other, "BEGIN IMMEDIATE"), SQLITE_BUSY);
	ok(f, store_expire(f->store, 0, &f->why));
	ok(f, store_commit(f->store, &f->why));
	assert_int_equal(exec(other, "BEGIN IMMEDIATE"), SQLITE_OK);
	assert_int_equal(exec(other, "ROLLBACK"), SQLITE_OK);
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		deferred_begin_loses, fixture_open, fixture_close),
	    cmocka_unit_test_setup_teardown(
		ours_keeps_others_out, fixture_open, fixture_close)};

	return cmocka_run_group_tests_name("store_begin", tests, NULL, NULL);
}
