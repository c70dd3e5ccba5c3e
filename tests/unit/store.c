/* store.c - tests of lib/store: records, decisions, outbox, marks, tools */
#include "tests/unit/store_fixture.h"

#include <sys/stat.h>

#include "lib/facts/calendar.h"

static const char bytes[] = "Subject: yes\r\n\r\nx\0y\377\r\n";
static const struct letter letter = {
    ROOM, ANNA, "<1@example.com>", bytes, sizeof(bytes) - 1, NULL};

/* Keep a decision about a uid, with trace; returns its number. */
static int64_t
keep_decision(struct fixture *f, const char *id, const char *uid, int64_t now)
{
	const struct trace trace[] = {{"identity", "pass", ""},
	    {"clash", "decline", "a\tb\nc"}, {"end", "note", ""}};
	const struct calendar calendar = {.address = ROOM};
	struct component component = {.organizer = {.address = ANNA}};
	const struct object object = {.method = "REQUEST",
	    .uid = uid,
	    .component = &component,
	    .ncomponent = 1};
	const struct decision decision = {.calendar = &calendar,
	    .recipient = "Room@example.com",
	    .object = &object,
	    .component = &component,
	    .verdict = VERDICT_DECLINE,
	    .code = "clash",
	    .reason = "taken",
	    .trace = trace,
	    .ntrace = 3,
	    .quiet = "list mail"};
	int64_t number = 0;

	ok(f, store_decision(f->store, id, &decision, now, &number, &f->why));
	assert_true(number > 0);
	return number;
}

/* Put a letter with this Message-ID out. */
static enum res
put_out(
    struct fixture *f, int64_t decision, const char *message_id, int64_t now)
{
	struct letter one = letter;

	one.message_id = message_id;
	return store_outbox_add(f->store, "id1", decision, &one, now, &f->why);
}

/* What is due; the test frees it. */
static struct outbox *
due(struct fixture *f, int64_t now, size_t max, size_t *n, int64_t *next)
{
	struct outbox *row;

	ok(f,
	    store_outbox_due(f->store, NULL, now, max, &row, n, next, &f->why));
	return row;
}

static void
test_url(void **state)
{
	struct fixture *f = *state;
	struct store *s;

	assert_int_equal(store_version(f->store), 2);
	assert_int_equal(
	    store_open(NULL, "mysql:x", STORE_READ, &s, &f->why), RES_PERM);
	assert_non_null(strstr(f->why.text, "sqlite:PATH"));
	assert_int_equal(
	    store_open(NULL, "sqlite:", STORE_READ, &s, &f->why), RES_PERM);
	assert_int_equal(
	    store_open(NULL, "sqlitex:a", STORE_READ, &s, &f->why), RES_PERM);
	assert_int_equal(
	    store_open(NULL, "sqlite:/nonexistent/x", STORE_READ, &s, &f->why),
	    RES_TEMP);
	assert_int_equal(store_open(NULL, "sqlite:/nonexistent/x", STORE_CREATE,
			     &s, &f->why),
	    RES_TEMP);
}

static void
test_records(void **state)
{
	struct fixture *f = *state;
	struct record put[3] = {record_of("u"), record_of("u"), record_of("u")};
	struct change change = {.drop_from = INT64_MAX, .put = put, .nput = 3};
	struct record *got;
	size_t n;

	put[1].instance = NOON;
	put[1].state = RECORD_DECLINED;
	put[2].organizer = BORIS;
	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(apply_change(f, ROOM, "u", &change), RES_OK);
	put[0].repeats = 5;
	change.nput = 1;
	assert_int_equal(apply_change(f, ROOM, "u", &change), RES_OK);
	ok(f, store_records(f->store, NULL, ROOM, "u", &got, &n, &f->why));
	assert_int_equal(n, 3);
	assert_string_equal(got[0].calendar, ROOM);
	assert_string_equal(got[0].uid, "u");
	assert_string_equal(got[0].organizer, ANNA);
	assert_true(got[0].instance == INSTANCE_MASTER);
	assert_int_equal(got[0].sequence, 1);
	assert_int_equal(got[0].dtstamp, 2);
	assert_string_equal(got[0].digest, "0123456789abcdef");
	assert_int_equal(got[0].answered, 3);
	assert_int_equal(got[0].repeats, 5);
	assert_string_equal(got[0].text, put[0].text);
	assert_true(got[0].covered == INT64_MAX);
	assert_int_equal(got[1].instance, NOON);
	assert_int_equal(got[1].state, RECORD_DECLINED);
	assert_string_equal(got[2].organizer, BORIS);
	talloc_free(got);

	/* Another calendar and another uid know nothing of it. */
	ok(f, store_records(f->store, NULL, OTHER, "u", &got, &n, &f->why));
	assert_int_equal(n, 0);
	ok(f, store_records(f->store, NULL, ROOM, "U", &got, &n, &f->why));
	assert_int_equal(n, 0);
	ok(f, store_commit(f->store, &f->why));
}

static void
test_uncovered(void **state)
{
	struct fixture *f = *state;
	struct record put[4] = {
	    record_of("a"), record_of("a"), record_of("a"), record_of("a")};
	const struct change change = {
	    .drop_from = INT64_MAX, .put = put, .nput = 4};
	struct record *got;
	size_t n;

	put[0].covered = 200;
	put[1].instance = 1;
	put[1].covered = 100;
	put[2].instance = 2;
	put[2].covered = 50;
	put[2].state = RECORD_CANCELLED;
	put[3].instance = 3;
	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(apply_change(f, ROOM, "a", &change), RES_OK);
	ok(f, store_commit(f->store, &f->why));
	ok(f, store_uncovered(f->store, NULL, "", 201, 10, &got, &n, &f->why));
	assert_int_equal(n, 2);
	assert_int_equal(got[0].covered, 100);
	assert_int_equal(got[1].covered, 200);
	talloc_free(got);
	ok(f,
	    store_uncovered(f->store, NULL, ROOM, 200, 10, &got, &n, &f->why));
	assert_int_equal(n, 1);
	talloc_free(got);
	ok(f, store_uncovered(f->store, NULL, "", 201, 1, &got, &n, &f->why));
	assert_int_equal(n, 1);
	talloc_free(got);
	ok(f,
	    store_uncovered(f->store, NULL, OTHER, 201, 9, &got, &n, &f->why));
	assert_int_equal(n, 0);
}

static void
test_settled(void **state)
{
	struct fixture *f = *state;
	int settled = 1;

	ok(f, store_begin(f->store, &f->why));
	ok(f, store_settled(f->store, "id", ROOM, &settled, &f->why));
	assert_int_equal(settled, 0);
	ok(f, store_settle(f->store, "id", ROOM, NOON, &f->why));
	ok(f, store_settle(f->store, "id", ROOM, NOON, &f->why));
	ok(f, store_settled(f->store, "id", ROOM, &settled, &f->why));
	assert_int_equal(settled, 1);
	ok(f, store_settled(f->store, "id", OTHER, &settled, &f->why));
	assert_int_equal(settled, 0);
	store_rollback(f->store);
	ok(f, store_settled(f->store, "id", ROOM, &settled, &f->why));
	assert_int_equal(settled, 0);
}

static void
test_kept(void **state)
{
	struct fixture *f = *state;
	struct kept *kept;
	size_t n;
	int64_t number;

	ok(f, store_begin(f->store, &f->why));
	(void)keep_decision(f, "id0", "other", NOON);
	number = keep_decision(f, "id1", "u", NOON);
	assert_int_equal(put_out(f, number, "<a@x>", NOON), RES_OK);
	assert_int_equal(put_out(f, number, "<b@x>", NOON), RES_OK);
	(void)keep_decision(f, "id2", "u", NOON + 1);
	ok(f, store_commit(f->store, &f->why));

	ok(f, store_kept(f->store, NULL, "u", &kept, &n, &f->why));
	assert_int_equal(n, 2);
	assert_string_equal(kept[0].id, "id1");
	assert_string_equal(kept[0].calendar, ROOM);
	assert_string_equal(kept[0].recipient, "Room@example.com");
	assert_string_equal(kept[0].method, "REQUEST");
	assert_string_equal(kept[0].organizer, ANNA);
	assert_string_equal(kept[0].verdict, "decline");
	assert_string_equal(kept[0].code, "clash");
	assert_string_equal(kept[0].reason, "taken");
	assert_string_equal(kept[0].quiet, "list mail");
	assert_int_equal(kept[0].decided, NOON);
	assert_int_equal(kept[0].ntrace, 3);
	assert_string_equal(kept[0].trace[0].rule, "identity");
	assert_string_equal(kept[0].trace[0].detail, "");
	assert_string_equal(kept[0].trace[1].result, "decline");
	assert_string_equal(kept[0].trace[1].detail, "a b c");
	assert_string_equal(kept[0].trace[2].rule, "end");
	assert_int_equal(kept[0].nanswer, 2);
	assert_string_equal(kept[0].answer[1].letter.message_id, "<b@x>");
	assert_string_equal(kept[1].id, "id2");
	assert_int_equal(kept[1].nanswer, 0);
	talloc_free(kept);

	ok(f, store_kept(f->store, NULL, "<b@x>", &kept, &n, &f->why));
	assert_int_equal(n, 1);
	assert_int_equal(kept[0].number, number);
	talloc_free(kept);
	ok(f, store_kept(f->store, NULL, "id0", &kept, &n, &f->why));
	assert_int_equal(n, 1);
	talloc_free(kept);
	ok(f, store_kept(f->store, NULL, "", &kept, &n, &f->why));
	assert_int_equal(n, 0);
}

static void
test_outbox(void **state)
{
	struct fixture *f = *state;
	struct outbox *row;
	int64_t next, sent[2];
	size_t n;

	row = due(f, INT64_MAX, 9, &n, &next);
	assert_int_equal(n, 0);
	assert_true(next == INT64_MAX);
	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(put_out(f, 0, "<1@x>", 10), RES_OK);
	assert_int_equal(put_out(f, 0, "<2@x>", 10), RES_OK);
	assert_int_equal(put_out(f, 0, "<3@x>", 30), RES_OK);
	assert_int_equal(put_out(f, 0, "<4@x>", 5), RES_OK);
	/* Once, whatever happens before. */
	ok(f, store_part_begin(f->store, &f->why));
	assert_int_equal(put_out(f, 0, "<1@x>", 99), RES_PERM);
	store_part_undo(f->store);
	ok(f, store_commit(f->store, &f->why));

	row = due(f, 4, 9, &n, &next);
	assert_int_equal(n, 0);
	assert_int_equal(next, 5);
	row = due(f, 10, 9, &n, &next);
	assert_int_equal(n, 3);
	assert_int_equal(next, 30);
	assert_string_equal(row[0].letter.message_id, "<4@x>");
	assert_string_equal(row[1].letter.message_id, "<1@x>");
	assert_string_equal(row[0].letter.sender, ROOM);
	assert_string_equal(row[0].letter.recipient, ANNA);
	assert_int_equal(row[0].letter.n, sizeof(bytes) - 1);
	assert_memory_equal(row[0].letter.bytes, bytes, sizeof(bytes) - 1);
	assert_string_equal(row[0].state, "queued");
	assert_int_equal(row[0].created, 5);
	assert_int_equal(row[0].tries, 0);

	ok(f, store_outbox_later(
		  f->store, row[0].number, 40, "451 busy", &f->why));
	sent[0] = row[1].number;
	sent[1] = row[2].number;
	ok(f, store_outbox_sent(f->store, sent, 2, 11, &f->why));
	talloc_free(row);
	row = due(f, 40, 1, &n, &next);
	assert_int_equal(n, 1);
	assert_int_equal(next, 40);
	assert_string_equal(row[0].letter.message_id, "<3@x>");
	ok(f, store_outbox_failed(
		  f->store, row[0].number, 41, "550 no", &f->why));
	talloc_free(row);
	row = due(f, 40, 9, &n, &next);
	assert_int_equal(n, 1);
	assert_true(next == INT64_MAX);
	assert_int_equal(row[0].tries, 1);
	assert_string_equal(row[0].error, "451 busy");
	assert_memory_equal(row[0].letter.bytes, bytes, sizeof(bytes) - 1);
	talloc_free(row);
}

/* H09: what a clock that was ahead has put off is due, after the others. */
static void
test_outbox_ahead(void **state)
{
	const int64_t now = 1000, far = now + STORE_DELAY_MAX;
	struct fixture *f = *state;
	struct outbox *row;
	int64_t next;
	size_t n;

	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(put_out(f, 0, "<1@x>", far), RES_OK);
	assert_int_equal(put_out(f, 0, "<2@x>", far + 1), RES_OK);
	assert_int_equal(put_out(f, 0, "<3@x>", now), RES_OK);
	ok(f, store_commit(f->store, &f->why));
	row = due(f, now, 9, &n, &next);
	assert_int_equal(n, 2);
	assert_string_equal(row[0].letter.message_id, "<3@x>");
	assert_string_equal(row[1].letter.message_id, "<2@x>");
	assert_int_equal(next, far);
	talloc_free(row);
	talloc_free(due(f, now, 1, &n, &next));
	assert_int_equal(n, 1);
}

/* Inside a transaction the sender's marks are part of it. */
static void
test_outbox_joins(void **state)
{
	struct fixture *f = *state;
	struct outbox *row;
	const int64_t first = 1;
	int64_t next;
	size_t n;

	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(put_out(f, 0, "<1@x>", 10), RES_OK);
	ok(f, store_commit(f->store, &f->why));
	ok(f, store_begin(f->store, &f->why));
	ok(f, store_outbox_sent(f->store, &first, 1, 11, &f->why));
	row = due(f, 10, 9, &n, &next);
	assert_int_equal(n, 0);
	store_rollback(f->store);
	row = due(f, 10, 9, &n, &next);
	assert_int_equal(n, 1);
	talloc_free(row);
}

static void
test_outbox_repeat(void **state)
{
	struct fixture *f = *state;
	struct outbox *row;
	const int64_t all[] = {1, 2, 3};
	int64_t next;
	size_t n = 99;

	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(
	    put_out(f, keep_decision(f, "i1", "u", 1), "<1@x>", 1), RES_OK);
	assert_int_equal(
	    put_out(f, keep_decision(f, "i2", "u", 2), "<2@x>", 2), RES_OK);
	assert_int_equal(
	    put_out(f, keep_decision(f, "i3", "v", 3), "<3@x>", 3), RES_OK);
	(void)keep_decision(f, "i4", "u", 4);
	/* What still waits is not put out twice. */
	ok(f, store_outbox_repeat(f->store, ROOM, "u", 50, &n, &f->why));
	assert_int_equal(n, 0);
	ok(f, store_outbox_sent(f->store, all, 3, 20, &f->why));
	ok(f, store_outbox_repeat(f->store, ROOM, "none", 50, &n, &f->why));
	assert_int_equal(n, 0);
	ok(f, store_outbox_repeat(f->store, OTHER, "u", 50, &n, &f->why));
	assert_int_equal(n, 0);
	ok(f, store_outbox_repeat(f->store, ROOM, "u", 50, &n, &f->why));
	assert_int_equal(n, 1);
	ok(f, store_commit(f->store, &f->why));
	row = due(f, 50, 9, &n, &next);
	assert_int_equal(n, 1);
	assert_string_equal(row[0].letter.message_id, "<2@x>");
	assert_memory_equal(row[0].letter.bytes, bytes, sizeof(bytes) - 1);
	assert_int_equal(row[0].created, 50);
	talloc_free(row);
}

/* Seconds and nanoseconds of the signal file, 0 if there is none. */
static int64_t
signal_time(const struct fixture *f)
{
	struct stat st;

	if (stat(store_signal_path(f->store), &st) != 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

static void
test_dirty(void **state)
{
	struct fixture *f = *state;
	struct dirty *dirty;
	int64_t changed, first;
	size_t n;

	ok(f, store_changed(f->store, ROOM, &changed, &f->why));
	assert_int_equal(changed, 0);
	assert_int_equal(signal_time(f), 0);
	assert_int_equal(book_one(f, "u", NOON, NOON + HOUR), RES_OK);
	first = signal_time(f);
	assert_true(first > 0);
	ok(f, store_dirty(f->store, NULL, &dirty, &n, &f->why));
	assert_int_equal(n, 1);
	assert_string_equal(dirty[0].calendar, ROOM);
	assert_int_equal(dirty[0].changed, NOON);
	ok(f, store_changed(f->store, ROOM, &changed, &f->why));
	assert_int_equal(changed, NOON);

	/* A change while publishing keeps it dirty. */
	assert_int_equal(
	    book_one(f, "v", NOON + HOUR, NOON + 2 * HOUR), RES_OK);
	ok(f, store_clean(f->store, ROOM, dirty[0].version, &f->why));
	talloc_free(dirty);
	ok(f, store_dirty(f->store, NULL, &dirty, &n, &f->why));
	assert_int_equal(n, 1);
	ok(f, store_clean(f->store, ROOM, dirty[0].version, &f->why));
	talloc_free(dirty);
	ok(f, store_dirty(f->store, NULL, &dirty, &n, &f->why));
	assert_int_equal(n, 0);
}

/* Neither the same rows again nor an undone part make it dirty. */
static void
test_not_dirty(void **state)
{
	struct fixture *f = *state;
	const struct busy row = row_of("u", NOON, NOON + HOUR);
	struct change change = {
	    .drop_all = 1, .drop_from = INT64_MAX, .add = &row, .nadd = 1};
	struct dirty *dirty;
	size_t n;

	assert_int_equal(book(f, "u", &row, 1), RES_OK);
	ok(f, store_clean(f->store, ROOM, 99, &f->why));
	assert_int_equal(unlink(store_signal_path(f->store)), 0);
	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(apply_change(f, ROOM, "u", &change), RES_OK);
	change.nadd = 0;
	ok(f, store_part_begin(f->store, &f->why));
	ok(f, store_change(f->store, ROOM, "u", &change, NOON, &f->why));
	store_part_undo(f->store);
	ok(f, store_commit(f->store, &f->why));
	assert_int_equal(signal_time(f), 0);
	ok(f, store_dirty(f->store, NULL, &dirty, &n, &f->why));
	assert_int_equal(n, 0);
	assert_int_equal(count_busy(f, NOON, NOON + 1), 1);
	/* The clean mark does not run ahead of the version. */
	assert_int_equal(book_one(f, "w", NOON + DAY, NOON + DAY + 1), RES_OK);
	ok(f, store_dirty(f->store, NULL, &dirty, &n, &f->why));
	assert_int_equal(n, 1);
	talloc_free(dirty);
}

static void
test_stats(void **state)
{
	struct fixture *f = *state;
	const struct record put = record_of("u");
	const struct busy row = row_of("u", NOON, NOON + 90 * DAY);
	const struct change change = {.drop_from = INT64_MAX,
	    .put = &put,
	    .nput = 1,
	    .add = &row,
	    .nadd = 1};
	struct store_stats stats;
	const int64_t second = 2;

	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(apply_change(f, ROOM, "u", &change), RES_OK);
	(void)keep_decision(f, "i", "u", NOON);
	assert_int_equal(put_out(f, 0, "<1@x>", 10), RES_OK);
	assert_int_equal(put_out(f, 0, "<2@x>", 5), RES_OK);
	assert_int_equal(put_out(f, 0, "<3@x>", 7), RES_OK);
	ok(f, store_outbox_failed(f->store, 3, 9, "no", &f->why));
	ok(f, store_outbox_sent(f->store, &second, 1, 9, &f->why));
	ok(f, store_commit(f->store, &f->why));
	ok(f, store_stats(f->store, &stats, &f->why));
	assert_int_equal(stats.bookings, 1);
	assert_int_equal(stats.objects, 1);
	assert_int_equal(stats.decisions, 1);
	assert_int_equal(stats.queued, 1);
	assert_int_equal(stats.sent, 1);
	assert_int_equal(stats.failed, 1);
	assert_int_equal(stats.oldest_queued, 10);
	assert_int_equal(stats.dirty, 1);
}

/* The digest of the store as it is. */
static void
digest_of(struct fixture *f, char digest[17])
{
	ok(f, store_digest(f->store, digest, &f->why));
	assert_int_equal(strlen(digest), 16);
}

/* Two bookings and letters in either order are the same; less is not. */
static void
test_digest(void **state)
{
	struct fixture *f = *state, *g;
	const int64_t first = 1;
	char a[17], b[17], empty[17];
	void *other;

	assert_int_equal(fixture_open(&other), 0);
	g = other;
	digest_of(f, empty);
	assert_int_equal(book_one(f, "u", NOON, NOON + HOUR), RES_OK);
	digest_of(f, a);
	assert_string_not_equal(a, empty);
	assert_int_equal(book_one(f, "v", NOON - HOUR, NOON), RES_OK);
	assert_int_equal(book_one(g, "v", NOON - HOUR, NOON), RES_OK);
	assert_int_equal(book_one(g, "u", NOON, NOON + HOUR), RES_OK);
	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(put_out(f, 0, "<1@x>", 1), RES_OK);
	assert_int_equal(put_out(f, 0, "<2@x>", 1), RES_OK);
	ok(f, store_commit(f->store, &f->why));
	digest_of(f, a);
	digest_of(g, b);
	assert_string_not_equal(a, b);
	ok(g, store_begin(g->store, &g->why));
	assert_int_equal(put_out(g, 0, "<2@x>", 9), RES_OK);
	assert_int_equal(put_out(g, 0, "<1@x>", 9), RES_OK);
	ok(g, store_commit(g->store, &g->why));
	ok(g, store_outbox_sent(g->store, &first, 1, 50, &g->why));
	digest_of(g, b);
	assert_string_equal(a, b);
	assert_int_equal(fixture_close(&other), 0);
}

static void
test_expire(void **state)
{
	struct fixture *f = *state;
	const int64_t sent[] = {1, 2};
	struct store_stats stats;
	int settled;

	ok(f, store_begin(f->store, &f->why));
	assert_int_equal(
	    put_out(f, keep_decision(f, "i1", "u", 10), "<1@x>", 10), RES_OK);
	assert_int_equal(
	    put_out(f, keep_decision(f, "i2", "u", 10), "<2@x>", 10), RES_OK);
	assert_int_equal(
	    put_out(f, keep_decision(f, "i3", "u", 10), "<3@x>", 10), RES_OK);
	(void)keep_decision(f, "i4", "u", 10);
	(void)keep_decision(f, "i5", "u", 30);
	ok(f, store_settle(f->store, "i1", ROOM, 10, &f->why));
	ok(f, store_settle(f->store, "i5", ROOM, 30, &f->why));
	ok(f, store_commit(f->store, &f->why));
	ok(f, store_outbox_sent(f->store, sent, 1, 12, &f->why));
	ok(f, store_outbox_sent(f->store, sent + 1, 1, 40, &f->why));
	ok(f, store_expire(f->store, 30, &f->why));
	ok(f, store_stats(f->store, &stats, &f->why));
	/* 2 was sent later, 3 still waits, 5 is young. */
	assert_int_equal(stats.decisions, 3);
	assert_int_equal(stats.sent, 1);
	assert_int_equal(stats.queued, 1);
	ok(f, store_settled(f->store, "i1", ROOM, &settled, &f->why));
	assert_int_equal(settled, 0);
	ok(f, store_settled(f->store, "i5", ROOM, &settled, &f->why));
	assert_int_equal(settled, 1);
	ok(f, store_check(f->store, &f->why));
}

#define TEST(fn)                                                               \
	cmocka_unit_test_setup_teardown(fn, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_url),
	    TEST(test_records),
	    TEST(test_uncovered),
	    TEST(test_settled),
	    TEST(test_kept),
	    TEST(test_outbox),
	    TEST(test_outbox_ahead),
	    TEST(test_outbox_joins),
	    TEST(test_outbox_repeat),
	    TEST(test_dirty),
	    TEST(test_not_dirty),
	    TEST(test_stats),
	    TEST(test_digest),
	    TEST(test_expire),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
