/*
 * store_busy.c - tests of lib/store: what is taken, that nothing overlaps, and
 * what a search costs
 */
#include "tests/unit/store_fixture.h"

#include <sys/wait.h>

#include "lib/store/sqlite/lite.h"

/* The busy rows of a window; the test frees them. */
static struct busy *
busy_in(struct fixture *f, int64_t from, int64_t to, size_t *n)
{
	struct busy *busy;

	ok(f, store_busy(f->store, NULL, ROOM, from, to, &busy, n, &f->why));
	return busy;
}

static void
test_half_open(void **state)
{
	struct fixture *f = *state;
	struct busy *busy;
	size_t n;

	assert_int_equal(book_one(f, "b", 2000, 3000), RES_OK);
	assert_int_equal(book_one(f, "a", 1000, 2000), RES_OK);
	assert_int_equal(book_one(f, "e", 2500, 2500), RES_OK);
	assert_int_equal(count_busy(f, 0, 1000), 0);
	assert_int_equal(count_busy(f, 0, 1001), 1);
	assert_int_equal(count_busy(f, 1999, 2000), 1);
	assert_int_equal(count_busy(f, 1999, 2001), 2);
	assert_int_equal(count_busy(f, 2999, 9000), 1);
	assert_int_equal(count_busy(f, 3000, 9000), 0);
	assert_int_equal(count_busy(f, 2500, 2500), 0);
	busy = busy_in(f, INT64_MIN, INT64_MAX, &n);
	assert_int_equal(n, 2);
	assert_string_equal(busy[0].uid, "a");
	assert_string_equal(busy[0].organizer, ANNA);
	assert_int_equal(busy[0].instance, 1000);
	assert_int_equal(busy[0].recurring, 0);
	assert_int_equal(busy[0].start, 1000);
	assert_int_equal(busy[0].end, 2000);
	assert_string_equal(busy[0].status, "ACCEPTED");
	assert_string_equal(busy[0].summary, "Talk");
	assert_string_equal(busy[1].uid, "b");
	talloc_free(busy);
}

/* People see what takes no time; rules do not. */
static void
test_bookings(void **state)
{
	struct fixture *f = *state;
	struct busy *busy;
	size_t n;

	assert_int_equal(book_one(f, "b", 2000, 2000), RES_OK);
	assert_int_equal(book_one(f, "a", 2000, 3000), RES_OK);
	ok(f, store_bookings(
		  f->store, NULL, ROOM, 2000, 2001, &busy, &n, &f->why));
	assert_int_equal(n, 2);
	assert_string_equal(busy[0].uid, "a");
	assert_string_equal(busy[1].uid, "b");
	talloc_free(busy);
	ok(f, store_bookings(
		  f->store, NULL, ROOM, 1000, 2000, &busy, &n, &f->why));
	assert_int_equal(n, 0);
	ok(f, store_bookings(
		  f->store, NULL, OTHER, 2000, 2001, &busy, &n, &f->why));
	assert_int_equal(n, 0);
}

/* A year is many pieces inside and one booking outside. */
static void
test_long(void **state)
{
	struct fixture *f = *state;
	const int64_t end = NOON + 366 * DAY;
	struct busy *busy;
	int64_t t;
	size_t n;

	assert_int_equal(book_one(f, "year", NOON, end), RES_OK);
	for (t = NOON; t < end; t += DAY) {
		busy = busy_in(f, t, t + 40 * DAY, &n);
		assert_int_equal(n, 1);
		assert_int_equal(busy[0].start, NOON);
		assert_int_equal(busy[0].end, end);
		assert_int_equal(busy[0].instance, NOON);
		talloc_free(busy);
		assert_int_equal(book_one(f, "x", t + 5, t + 6), RES_PERM);
	}
	assert_int_equal(count_busy(f, end, end + DAY), 0);
	assert_int_equal(count_busy(f, end - 1, end), 1);
	assert_int_equal(count_busy(f, NOON - DAY, NOON), 0);
	assert_int_equal(count_busy(f, NOON - DAY, end + DAY), 1);
	/* A long one does not go over a short one either. */
	assert_int_equal(book_one(f, "x", end, end + HOUR), RES_OK);
	assert_int_equal(book_one(f, "y", end - 1, end + 90 * DAY), RES_PERM);
	assert_int_equal(book_one(f, "y", end + HOUR, end + 90 * DAY), RES_OK);
}

static void
test_impossible(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(book_one(f, "u", 10, 9), RES_PERM);
	assert_int_equal(book_one(f, "u", INT64_MIN, INT64_MAX), RES_PERM);
	assert_int_equal(book_one(f, "u", 0, INT64_MAX), RES_PERM);
	assert_int_equal(book_one(f, "u", 0, 3661 * DAY), RES_PERM);
	assert_int_equal(count_busy(f, INT64_MIN, INT64_MAX), 0);
	assert_int_equal(book_one(f, "u", 0, 3660 * DAY), RES_OK);
}

/* The trigger through the interface; the part goes, the rest stays. */
static void
test_overlap_refused(void **state)
{
	struct fixture *f = *state;
	const struct record put = record_of("v");
	struct busy rows[2] = {row_of("v", NOON + DAY, NOON + DAY + 1),
	    row_of("v", NOON + HOUR - 1, NOON + 2 * HOUR)};
	const struct change change = {.drop_from = INT64_MAX,
	    .add = rows,
	    .nadd = 2,
	    .put = &put,
	    .nput = 1};
	struct record *record;
	size_t n;

	ok(f, store_begin(f->store, &f->why));
	rows[1].start++;
	assert_int_equal(apply_change(f, ROOM, "u0", &change), RES_OK);
	rows[1].start--;
	rows[0].start = rows[0].end;
	assert_int_equal(apply_change(f, ROOM, "v", &change), RES_PERM);
	assert_non_null(strstr(f->why.text, "overlaps"));
	ok(f, store_records(f->store, NULL, ROOM, "v", &record, &n, &f->why));
	assert_int_equal(n, 0);
	/* The same times in another calendar are another matter. */
	assert_int_equal(apply_change(f, OTHER, "v", &change), RES_OK);
	ok(f, store_commit(f->store, &f->why));
	assert_int_equal(count_busy(f, NOON, NOON + 2 * DAY), 2);
	ok(f, store_check(f->store, &f->why));
}

/* The trigger against somebody with sqlite3(1). */
static void
test_raw_sql_refused(void **state)
{
	struct fixture *f = *state;
	static const char row[] =
	    "INSERT INTO busy (calendar, start, stop, uid, organizer, "
	    "instance, recurring, whole_start, whole_stop, status, summary) "
	    "VALUES ('" ROOM "', %d, %d, '%s', '" ANNA "', 0, 0, %d, %d, "
	    "'', '')";
	char sql[512];

	assert_int_equal(book_one(f, "u", 1000, 2000), RES_OK);
	assert_int_equal(book_one(f, "w", 1000000, 1200000), RES_OK);
	(void)snprintf(sql, sizeof(sql), row, 1999, 2001, "v", 1999, 2001);
	assert_int_equal(run_sql(f, sql), SQLITE_CONSTRAINT_TRIGGER);
	(void)snprintf(
	    sql, sizeof(sql), row, 1199999, 1200001, "v", 1199999, 1200001);
	assert_int_equal(run_sql(f, sql), SQLITE_CONSTRAINT_TRIGGER);
	/* Longer than its class, or with an end before the start: refused. */
	(void)snprintf(sql, sizeof(sql), row, 3000, 3000 + 32 * 86400, "v",
	    3000, 3000 + 32 * 86400);
	assert_int_equal(run_sql(f, sql), SQLITE_CONSTRAINT_CHECK);
	(void)snprintf(sql, sizeof(sql), row, 3000, 2999, "v", 2999, 3000);
	assert_int_equal(run_sql(f, sql), SQLITE_CONSTRAINT_CHECK);
	(void)snprintf(sql, sizeof(sql), row, 2000, 2001, "v", 2000, 2001);
	assert_int_equal(run_sql(f, sql), SQLITE_OK);
	assert_int_equal(
	    run_sql(f, "UPDATE busy SET start = 1999, whole_start = 1999 "
		       "WHERE uid = 'v'"),
	    SQLITE_CONSTRAINT_TRIGGER);
	assert_int_equal(
	    run_sql(f, "UPDATE busy SET uid = 'z' WHERE uid = 'v'"), SQLITE_OK);
	assert_int_equal(
	    run_sql(f, "UPDATE busy SET start = 1500, stop = 1500, "
		       "whole_start = 1500, whole_stop = 1500 "
		       "WHERE uid = 'z'"),
	    SQLITE_OK);
	assert_int_equal(count_busy(f, 1000, 3000), 1);
}

/* Without its triggers the store's own check finds the overlap. */
static void
test_check_finds_overlap(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(book_one(f, "u", 1000, 2000), RES_OK);
	ok(f, store_check(f->store, &f->why));
	assert_int_equal(run_sql(f, "DROP TRIGGER busy_insert"), SQLITE_OK);
	assert_int_equal(book_one(f, "v", 1999, 2001), RES_OK);
	assert_int_equal(store_check(f->store, &f->why), RES_PERM);
	assert_non_null(strstr(f->why.text, "overlaps"));
}

/* A series whose dates overlap each other, and two organizers of one uid. */
static void
test_same_object(void **state)
{
	struct fixture *f = *state;
	struct busy rows[2] = {
	    row_of("u", 1000, 2000), row_of("u", 1500, 2500)};

	assert_int_equal(book(f, "u", rows, 2), RES_OK);
	assert_int_equal(count_busy(f, 0, 9000), 2);
	rows[0].organizer = BORIS;
	rows[0].start = 2499;
	rows[0].end = 2600;
	assert_int_equal(book(f, "u", rows, 1), RES_PERM);
	rows[0].start = 2500;
	assert_int_equal(book(f, "u", rows, 1), RES_OK);
	assert_int_equal(count_busy(f, 0, 9000), 3);
}

/* Apply and commit one change of the room's uid "u". */
static void
change_u(struct fixture *f, const struct change *change)
{
	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(apply_change(f, ROOM, "u", change), RES_OK);
	ok(f, store_commit(f->store, &f->why));
}

static void
test_drop(void **state)
{
	struct fixture *f = *state;
	struct busy rows[5];
	struct change change = {.drop_from = INT64_MAX};
	const int64_t drop[] = {0, 2000};
	int64_t i;

	for (i = 0; i < 5; i++)
		rows[i] = row_of("u", i * 1000, i * 1000 + 500);
	assert_int_equal(book(f, "u", rows, 5), RES_OK);
	change.drop = drop;
	change.ndrop = 2;
	change_u(f, &change);
	assert_int_equal(count_busy(f, 0, 9000), 3);
	assert_int_equal(count_busy(f, 2000, 2500), 0);
	change.ndrop = 0;
	change.drop_from = 3000;
	change_u(f, &change);
	assert_int_equal(count_busy(f, 0, 9000), 1);
	/* An instance that is added moves. */
	rows[1].start += 7000;
	rows[1].end += 7000;
	assert_int_equal(book(f, "u", &rows[1], 1), RES_OK);
	assert_int_equal(count_busy(f, 0, 8000), 0);
	assert_int_equal(count_busy(f, 8000, 9000), 1);
}

/* Whose rows and records go. */
static void
test_drop_organizer(void **state)
{
	struct fixture *f = *state;
	struct busy rows[2] = {
	    row_of("u", 1000, 2000), row_of("u", 2000, 3000)};
	struct record put[2] = {record_of("u"), record_of("u")}, *record;
	struct change change = {.drop_from = INT64_MAX,
	    .add = rows,
	    .nadd = 2,
	    .put = put,
	    .nput = 2};
	size_t n;

	rows[1].organizer = BORIS;
	put[1].organizer = BORIS;
	change_u(f, &change);
	assert_int_equal(count_busy(f, 0, 9000), 2);
	change.drop_all = 1;
	change.nput = 0;
	change.nadd = 0;
	change.organizer = BORIS;
	change_u(f, &change);
	assert_int_equal(count_busy(f, 0, 2000), 1);
	assert_int_equal(count_busy(f, 2000, 9000), 0);
	ok(f, store_records(f->store, NULL, ROOM, "u", &record, &n, &f->why));
	assert_int_equal(n, 1);
	assert_string_equal(record[0].organizer, ANNA);
	talloc_free(record);
	/* Not said, but seen from the first row. */
	change.organizer = "";
	change.nadd = 1;
	rows[0].organizer = BORIS;
	rows[0].start = 2000;
	rows[0].end = 2500;
	change_u(f, &change);
	assert_int_equal(count_busy(f, 0, 9000), 2);
	/* Nobody named: everybody's. */
	change.organizer = NULL;
	change.nadd = 0;
	change_u(f, &change);
	assert_int_equal(count_busy(f, 0, 9000), 0);
	ok(f, store_records(f->store, NULL, ROOM, "u", &record, &n, &f->why));
	assert_int_equal(n, 0);
}

/* --- against an oracle ---------------------------------------------------- */

#define BOOKINGS 10000
#define OBJECTS  400

static uint64_t seed = 88172645463325252u;

/* xorshift: the same numbers in every run. */
static int64_t
draw(int64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)below);
}

struct model {
	int object;
	int64_t start, end;
};

/* Do they share a second? */
static int
overlap(int64_t a, int64_t b, int64_t c, int64_t d)
{
	return a < b && c < d && a < d && c < b;
}

/* A random time: most short, some days, a few months long, some empty. */
static void
draw_times(struct model *m)
{
	static const int64_t longest[] = {
	    2 * HOUR, 2 * HOUR, 2 * HOUR, 8 * HOUR, DAY, 3 * DAY, 100 * DAY};
	int64_t most = longest[draw(draw(40) == 0 ? 7 : 5)];

	m->start = draw(3000 * DAY / 900) * 900;
	m->end = m->start + draw(most / 900 + 2) * 900;
	if (draw(50) == 0)
		m->end = m->start;
}

/* Would the model refuse it? */
static int
is_refused(const struct model *m, size_t n, const struct model *new)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (m[i].object != new->object &&
		    overlap(m[i].start, m[i].end, new->start, new->end))
			return 1;
	return 0;
}

/* Compare a window with the model. */
static void
compare_window(struct fixture *f, const struct model *m, size_t n)
{
	int64_t from = draw(3000 * DAY), to = from + draw(10 * DAY);
	size_t i, found, expected = 0;
	struct busy *busy = busy_in(f, from, to, &found);

	for (i = 0; i < n; i++)
		expected += (size_t)overlap(m[i].start, m[i].end, from, to);
	assert_int_equal(found, expected);
	for (i = 0; i < found; i++) {
		assert_true(overlap(busy[i].start, busy[i].end, from, to));
		if (i > 0)
			assert_true(busy[i - 1].start <= busy[i].start);
	}
	talloc_free(busy);
}

static void
test_oracle(void **state)
{
	struct fixture *f = *state;
	struct model *m = calloc(BOOKINGS, sizeof(*m));
	size_t i, n = 0, refused = 0;

	assert_non_null(m);
	ok(f, store_begin(f->store, &f->why));
	for (i = 0; i < BOOKINGS; i++) {
		struct change change = {.drop_from = INT64_MAX, .nadd = 1};
		struct busy row;
		char uid[16];
		int no;

		m[n].object = (int)draw(OBJECTS);
		draw_times(&m[n]);
		(void)snprintf(uid, sizeof(uid), "%d", m[n].object);
		row = row_of(uid, m[n].start, m[n].end);
		row.instance = (int64_t)i;
		change.add = &row;
		no = is_refused(m, n, &m[n]);
		assert_int_equal(apply_change(f, ROOM, uid, &change),
		    no ? RES_PERM : RES_OK);
		n += !no;
		refused += (size_t)no;
		if (i % 5 == 0)
			compare_window(f, m, n);
	}
	ok(f, store_commit(f->store, &f->why));
	/* Both happened, or nothing was tested. */
	assert_true(n > 1000 && refused > 1000);
	ok(f, store_check(f->store, &f->why));
	free(m);
}

/* --- what it costs -------------------------------------------------------- */

/* Fill up to `to` hourly bookings, back to back, from the one at `from`. */
static void
fill(struct fixture *f, int64_t from, int64_t to)
{
	int64_t i;

	ok(f, store_begin(f->store, &f->why));
	for (i = from; i < to; i++) {
		char uid[16];
		struct busy row;
		const struct change change = {
		    .drop_from = INT64_MAX, .add = &row, .nadd = 1};

		(void)snprintf(uid, sizeof(uid), "u%d", (int)i);
		row = row_of(uid, i * HOUR, (i + 1) * HOUR);
		assert_int_equal(
		    store_change(f->store, ROOM, uid, &change, NOON, &f->why),
		    RES_OK);
	}
	ok(f, store_commit(f->store, &f->why));
}

/* The virtual machine's steps of a statement since it was last asked. */
static int
steps(struct fixture *f, enum statement which)
{
	sqlite3_stmt *s = lite_of(f->store)->statement[which];

	assert_non_null(s);
	return sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
}

/* Free the hour of booking i and take it again: steps of the insertion. */
static int
measure_insert(struct fixture *f, int64_t i)
{
	char uid[16];
	struct change change = {.drop_all = 1, .drop_from = INT64_MAX};
	const struct busy row = row_of("new", i * HOUR, (i + 1) * HOUR);

	(void)snprintf(uid, sizeof(uid), "u%d", (int)i);
	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(apply_change(f, ROOM, uid, &change), RES_OK);
	change.drop_all = 0;
	change.add = &row;
	change.nadd = 1;
	(void)steps(f, SQL_ADD);
	assert_int_equal(apply_change(f, ROOM, "new", &change), RES_OK);
	store_rollback(f->store);
	return steps(f, SQL_ADD);
}

/* Steps of a search for the hour of booking i. */
static int
measure_search(struct fixture *f, int64_t i)
{
	(void)count_busy(f, i * HOUR, i * HOUR + 1);
	(void)steps(f, SQL_BUSY);
	assert_int_equal(count_busy(f, i * HOUR, (i + 1) * HOUR), 1);
	return steps(f, SQL_BUSY);
}

static void
test_cost(void **state)
{
	struct fixture *f = *state;
	int search, insert;

	fill(f, 0, 1000);
	search = measure_search(f, 900);
	insert = measure_insert(f, 900);
	assert_true(search > 20 && insert > 20);
	fill(f, 1000, 100000);
	assert_true(2 * measure_search(f, 90000) <= 3 * search);
	assert_true(2 * measure_insert(f, 90000) <= 3 * insert);
	/* A day's rows are looked at, not a month's. */
	assert_true(search < 1000);
}

/* The plan of a statement: every step searches with both bounds. */
static void
check_plan(struct fixture *f, const char *sql, const char *index, int searches)
{
	char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
	sqlite3_stmt *s = NULL;
	int found = 0;

	assert_non_null(explain);
	assert_int_equal(
	    sqlite3_prepare_v2(lite_of(f->store)->db, explain, -1, &s, NULL),
	    SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(s, 3);

		assert_null(strstr(text, "SCAN"));
		assert_null(strstr(text, "TEMP B-TREE"));
		found += strstr(text, "SEARCH") != NULL &&
		         strstr(text, index) != NULL;
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	sqlite3_free(explain);
	assert_int_equal(found, searches);
}

static void
test_plan(void **state)
{
	struct fixture *f = *state;

	check_plan(f, statement_text(SQL_BUSY),
	    "(calendar=? AND reach=? AND start>? AND start<?)", 2);
	check_plan(f, statement_text(SQL_RECORDS), "(calendar=? AND uid=?)", 1);
	check_plan(f, statement_text(SQL_DROP_INSTANCE),
	    "(calendar=? AND uid=? AND organizer=? AND instance=?)", 1);
	check_plan(f, statement_text(SQL_DROP_FROM),
	    "(calendar=? AND uid=? AND organizer=? AND instance>?)", 1);
	check_plan(f, statement_text(SQL_SETTLED), "(id=? AND recipient=?)", 1);
}

/* --- two processes -------------------------------------------------------- */

#define RACES 500

/* Book whatever looks free, at random; the exit code says how it went. */
static void
race(const char *url, uint64_t start)
{
	struct fixture f = {.why = {""}};
	int i, booked = 0;

	seed = start;
	if (store_open(NULL, url, STORE_WRITE, &f.store, &f.why) != RES_OK)
		_exit(3);
	for (i = 0; i < RACES; i++) {
		char uid[32];
		struct busy row, *busy = NULL;
		const struct change change = {
		    .drop_from = INT64_MAX, .add = &row, .nadd = 1};
		size_t n = 0;

		(void)snprintf(uid, sizeof(uid), "%d-%d", (int)getpid(), i);
		row = row_of(uid, draw(600) * 900, 0);
		row.end = row.start + 1800;
		if (store_begin(f.store, &f.why) != RES_OK ||
		    store_busy(f.store, NULL, ROOM, row.start, row.end, &busy,
			&n, &f.why) != RES_OK)
			_exit(4);
		talloc_free(busy);
		/* What was seen free is free: the trigger never fires. */
		if (n == 0 && store_change(f.store, ROOM, uid, &change, NOON,
				  &f.why) != RES_OK)
			_exit(5);
		if (store_commit(f.store, &f.why) != RES_OK)
			_exit(6);
		booked += n == 0;
	}
	store_close(f.store);
	_exit(booked > 10 && booked < RACES ? 0 : 7);
}

static void
test_race(void **state)
{
	struct fixture *f = *state;
	struct busy *busy;
	pid_t child[2];
	size_t i, n;
	int status;

	/* An open connection must not cross a fork. */
	store_close(f->store);
	for (i = 0; i < 2; i++) {
		child[i] = fork();
		assert_true(child[i] >= 0);
		if (child[i] == 0)
			race(f->url, 1234567 + i);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	ok(f, store_open(NULL, f->url, STORE_WRITE, &f->store, &f->why));
	busy = busy_in(f, INT64_MIN, INT64_MAX, &n);
	assert_true(n > 20);
	for (i = 1; i < n; i++)
		assert_true(busy[i - 1].end <= busy[i].start);
	talloc_free(busy);
	ok(f, store_check(f->store, &f->why));
}

#define TEST(fn)                                                               \
	cmocka_unit_test_setup_teardown(fn, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_half_open),
	    TEST(test_bookings),
	    TEST(test_long),
	    TEST(test_impossible),
	    TEST(test_overlap_refused),
	    TEST(test_raw_sql_refused),
	    TEST(test_check_finds_overlap),
	    TEST(test_same_object),
	    TEST(test_drop),
	    TEST(test_drop_organizer),
	    TEST(test_oracle),
	    TEST(test_cost),
	    TEST(test_plan),
	    TEST(test_race),
	};

	return cmocka_run_group_tests_name("store_busy", tests, NULL, NULL);
}
