/*
 * store_random.c - tests of lib/store: many bookings against an oracle, what a
 * search costs among them, and two processes that want the same hours
 */
#include "tests/unit/store_fixture.h"

#include <sys/wait.h>

#include "lib/store/sqlite/lite.h"

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
	fixture_shut(f);
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
	    TEST(test_oracle),
	    TEST(test_cost),
	    TEST(test_plan),
	    TEST(test_race),
	};

	return cmocka_run_group_tests_name("store_random", tests, NULL, NULL);
}
