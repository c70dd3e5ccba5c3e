/* store_busy.c - tests of lib/store: what is taken, and that nothing overlaps */
#include "tests/unit/store_fixture.h"

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

/* A person can be in two meetings; a room that is exclusive still cannot. */
static void
test_shared(void **state)
{
	struct fixture *f = *state;
	struct busy row = row_of("u", 1000, 2000);
	struct change change = {.organizer = ANNA,
	    .drop_from = INT64_MAX,
	    .shared = 1,
	    .add = &row,
	    .nadd = 1};

	ok(f, store_begin(f->store, &f->why));
	ok(f, store_part_begin(f->store, &f->why));
	ok(f, store_change(f->store, ROOM, "u", &change, 1, &f->why));
	row = row_of("v", 1500, 2500);
	ok(f, store_change(f->store, ROOM, "v", &change, 1, &f->why));
	change.shared = 0;
	row = row_of("w", 1500, 2500);
	ok(f, store_change(f->store, ROOM, "w", &change, 1, &f->why));
	row = row_of("x", 1600, 2500);
	assert_int_equal(
	    store_change(f->store, ROOM, "x", &change, 1, &f->why), RES_PERM);
	store_part_undo(f->store);
	store_rollback(f->store);
	assert_int_equal(count_busy(f, 0, 9000), 0);
}

/* Hold a text. */
static void
hold(
    struct fixture *f, const char *uid, const char *organizer, const char *text)
{
	const struct held held = {organizer, text};

	ok(f, store_begin(f->store, &f->why));
	ok(f, store_part_begin(f->store, &f->why));
	ok(f, store_hold(f->store, ROOM, uid, &held, &f->why));
	ok(f, store_part_keep(f->store, &f->why));
	ok(f, store_commit(f->store, &f->why));
}

/* What is held, replaced, and kept apart by organizer; all of it is state. */
static void
test_holdings(void **state)
{
	struct fixture *f = *state;
	char before[17], after[17];
	struct held *held;
	size_t n;

	ok(f, store_digest(f->store, before, &f->why));
	hold(f, "u", BORIS, "boris's");
	hold(f, "u", ANNA, "first");
	hold(f, "u", ANNA, "second\nline");
	hold(f, "v", ANNA, "another");
	ok(f, store_digest(f->store, after, &f->why));
	assert_string_not_equal(before, after);
	ok(f, store_holdings(f->store, NULL, ROOM, "u", &held, &n, &f->why));
	assert_int_equal(n, 2);
	assert_string_equal(held[0].organizer, ANNA);
	assert_string_equal(held[0].text, "second\nline");
	assert_string_equal(held[1].organizer, BORIS);
	assert_string_equal(held[1].text, "boris's");
	talloc_free(held);
	ok(f, store_holdings(f->store, NULL, OTHER, "u", &held, &n, &f->why));
	assert_int_equal(n, 0);
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
	    TEST(test_shared),
	    TEST(test_holdings),
	};

	return cmocka_run_group_tests_name("store_busy", tests, NULL, NULL);
}
