/*
 * engine.c - from a spool item to a recorded decision, see lib/engine/engine.h
 *
 * The reader is lib/read in this process: what a message says is not the
 * question here, but what becomes of it.
 */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/engine/engine.h"
#include "lib/read/read.h"
#include "spool/lib/put.h"

#define DAY    INT64_C(86400)
#define MONDAY INT64_C(1795996800) /* 2026-11-30T00:00:00Z */

struct world {
	TALLOC_CTX *ctx;
	char dir[64];
	struct settings settings;
	struct engine engine;
	struct why why;
};

static void
write_file(const struct world *w, const char *name, const char *text)
{
	char path[200];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
setup(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct world *w = mem_new(ctx, struct world);
	char path[200];

	w->ctx = ctx;
	(void)snprintf(w->dir, sizeof(w->dir), "/tmp/imipd-engine.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	(void)snprintf(path, sizeof(path), "%s/calendars", w->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(w, "calendars/room@example.com",
	    "kind = room\nzone = UTC\nalias = blue@example.com\n");
	write_file(w, "calendars/old@example.com",
	    "kind = room\nzone = UTC\npast = accept\nhorizon = 800d\n");
	w->settings.calendars = path;
	w->settings.sender = "";
	w->settings.host = "mx.example.com";
	w->settings.horizon = 400 * DAY;
	w->settings.unknown = UNKNOWN_HOLD;
	w->engine.settings = &w->settings;
	assert_int_equal(directory_open(ctx, path, w->settings.horizon,
			     &w->engine.directory, &w->why),
	    RES_OK);
	assert_int_equal(
	    store_open(ctx, mem_print(ctx, "sqlite:%s/imipd.db", w->dir),
		STORE_CREATE, &w->engine.store, &w->why),
	    RES_OK);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	char command[100];

	(void)snprintf(command, sizeof(command), "rm -rf %s", w->dir);
	(void)talloc_free(w->ctx);
	return system(command);
}

/* A REQUEST for ten o'clock of a day, as the worker would have it. */
static struct errand *
errand(struct world *w, const char *uid, int day, const char **recipient)
{
	struct errand *e = mem_new(w->ctx, struct errand);
	const struct window window = {MONDAY - 31 * DAY, MONDAY + 400 * DAY, 0};
	char *text = mem_print(e,
	    "From: anna@example.org\nContent-Type: text/calendar; "
	    "method=REQUEST\n\nBEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\n"
	    "BEGIN:VEVENT\nUID:%s\nDTSTAMP:20261101T000000Z\n"
	    "DTSTART:202612%02dT100000Z\nDTEND:202612%02dT110000Z\n"
	    "ORGANIZER:mailto:anna@example.org\n"
	    "ATTENDEE:mailto:room@example.com\nEND:VEVENT\nEND:VCALENDAR\n",
	    uid, day, day);

	e->id = mem_print(e, "id-%s", uid);
	e->role = "in";
	e->sender = "anna@example.org";
	e->queue_id = "";
	e->submitter = "";
	e->recipient = recipient;
	for (e->nrecipient = 0; recipient[e->nrecipient] != NULL;)
		e->nrecipient++;
	e->arrival = MONDAY;
	e->notice = read_message(e, text, strlen(text), &window);
	return e;
}

/* Settle in a transaction of its own. */
static struct settled *
settle(struct world *w, struct errand *e, int record)
{
	struct settled *settled;

	assert_int_equal(store_begin(w->engine.store, &w->why), RES_OK);
	assert_int_equal(
	    engine_settle(&w->engine, w->ctx, e, record, &settled, &w->why),
	    RES_OK);
	assert_int_equal(store_commit(w->engine.store, &w->why), RES_OK);
	return settled;
}

static size_t
bookings(struct world *w)
{
	struct busy *busy;
	size_t n;

	assert_int_equal(
	    store_bookings(w->engine.store, w->ctx, "room@example.com", 0,
		MONDAY + 400 * DAY, &busy, &n, &w->why),
	    RES_OK);
	return n;
}

static void
a_request_is_recorded_whole(void **state)
{
	struct world *w = *state;
	const char *to[] = {"room@example.com", NULL};
	struct settled *s = settle(w, errand(w, "one", 2, to), 1);
	struct kept *kept;
	size_t n;

	assert_int_equal(s->n, 1);
	assert_int_equal(s->outcome, OUTCOME_DONE);
	assert_int_equal(s->decision[0]->verdict, VERDICT_ACCEPT);
	assert_non_null(s->letter[0]);
	assert_string_equal(s->letter[0]->sender, "room@example.com");
	assert_int_equal(bookings(w), 1);
	assert_int_equal(
	    store_kept(w->engine.store, w->ctx, "id-one", &kept, &n, &w->why),
	    RES_OK);
	assert_int_equal(n, 1);
	assert_string_equal(kept[0].verdict, "accept");
	assert_int_equal(kept[0].nanswer, 1);
	assert_string_equal(kept[0].answer[0].state, "queued");
}

static void
settled_once_is_enough(void **state)
{
	struct world *w = *state;
	const char *to[] = {"room@example.com", NULL};
	struct errand *e = errand(w, "one", 2, to);

	assert_int_equal(settle(w, e, 1)->n, 1);
	/* A crash came before the file was finished: the same id again. */
	assert_int_equal(settle(w, e, 1)->n, 0);
	assert_int_equal(bookings(w), 1);
}

static void
trying_changes_nothing(void **state)
{
	struct world *w = *state;
	const char *to[] = {"room@example.com", NULL};
	char before[17], after[17];
	struct settled *s;

	assert_int_equal(
	    store_digest(w->engine.store, before, &w->why), RES_OK);
	s = settle(w, errand(w, "one", 2, to), 0);
	assert_int_equal(s->decision[0]->verdict, VERDICT_ACCEPT);
	assert_int_equal(store_digest(w->engine.store, after, &w->why), RES_OK);
	assert_string_equal(before, after);
	assert_int_equal(bookings(w), 0);
}

static void
an_alias_is_decided_once(void **state)
{
	struct world *w = *state;
	const char *to[] = {"room@example.com", "blue@example.com", NULL};

	assert_int_equal(settle(w, errand(w, "one", 2, to), 1)->n, 1);
}

static void
strangers_hold_only_what_nobody_took(void **state)
{
	struct world *w = *state;
	const char *both[] = {"nobody@example.com", "room@example.com", NULL};
	const char *none[] = {"nobody@example.com", NULL};
	struct settled *s = settle(w, errand(w, "one", 2, both), 1);

	assert_int_equal(s->n, 2);
	assert_int_equal(s->outcome, OUTCOME_DONE);
	assert_int_equal(bookings(w), 1);
	s = settle(w, errand(w, "two", 3, none), 1);
	assert_int_equal(s->outcome, OUTCOME_HOLD);
	assert_non_null(strstr(s->reason, "nobody@example.com"));
	w->settings.unknown = UNKNOWN_PASS;
	s = settle(w, errand(w, "three", 4, none), 1);
	assert_int_equal(s->outcome, OUTCOME_DONE);
}

static void
a_wrong_calendar_file_makes_it_wait(void **state)
{
	struct world *w = *state;
	const char *to[] = {"room@example.com", NULL};
	struct errand *e = errand(w, "one", 2, to);
	struct settled *s;

	write_file(w, "calendars/room@example.com", "kind = rooom\nx = y\n");
	s = settle(w, e, 1);
	assert_int_equal(s->outcome, OUTCOME_LATER);
	assert_non_null(strstr(s->reason, "room@example.com line 1"));
	assert_int_equal(bookings(w), 0);
	write_file(w, "calendars/room@example.com", "kind = room\n");
	assert_int_equal(settle(w, e, 1)->outcome, OUTCOME_DONE);
	assert_int_equal(bookings(w), 1);
}

static void
a_refusal_is_kept(void **state)
{
	struct world *w = *state;
	const char *to[] = {"room@example.com", NULL};
	struct errand *e = errand(w, "one", 2, to);
	struct kept *kept;
	size_t n;

	assert_int_equal(store_begin(w->engine.store, &w->why), RES_OK);
	assert_int_equal(engine_refuse(&w->engine, w->ctx, e, "read-crash",
			     "it cannot be read", &w->why),
	    RES_OK);
	assert_int_equal(store_commit(w->engine.store, &w->why), RES_OK);
	assert_int_equal(
	    store_kept(w->engine.store, w->ctx, "id-one", &kept, &n, &w->why),
	    RES_OK);
	assert_int_equal(n, 1);
	assert_string_equal(kept[0].verdict, "hold");
	assert_string_equal(kept[0].reason, "it cannot be read");
}

static void
the_window_is_what_calendars_book(void **state)
{
	struct world *w = *state;
	const char *to[] = {"room@example.com", NULL};
	const char *old[] = {"room@example.com", "old@example.com", NULL};
	int64_t from, to_utc;

	engine_window(&w->engine, errand(w, "one", 2, to), &from, &to_utc);
	assert_true(from < MONDAY && from > 0);
	assert_int_equal(to_utc, MONDAY + 400 * DAY);
	engine_window(&w->engine, errand(w, "two", 2, old), &from, &to_utc);
	assert_int_equal(from, 0);
	assert_int_equal(to_utc, MONDAY + 800 * DAY);
}

static void
the_envelope_becomes_an_errand(void **state)
{
	struct world *w = *state;
	const struct spool_envelope envelope = {
	    "in", "anna@example.org", "4XYZ", "", "", ""};
	struct spool_item item;
	struct spool_put put;
	struct spool spool;
	struct errand *e;
	char path[100];
	int64_t bytes;
	size_t n, strange;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/spool", w->dir);
	assert_int_equal(spool_open(&spool, path, 1, &w->why), RES_OK);
	assert_int_equal(
	    spool_put_open(&put, &spool, &envelope, &w->why), RES_OK);
	assert_int_equal(
	    spool_put_rcpt(&put, "a@example.com", "", &w->why), RES_OK);
	assert_int_equal(
	    spool_put_rcpt(&put, "b@example.com", "c@example.com", &w->why),
	    RES_OK);
	assert_int_equal(spool_put_write(&put, "Hello\n", 6, &w->why), RES_OK);
	assert_int_equal(spool_put_commit(&put, &w->why), RES_OK);
	assert_int_equal(
	    spool_list(&spool, SPOOL_NEW, "", &item, 1, &n, &strange, &w->why),
	    RES_OK);
	assert_int_equal(n, 1);
	assert_int_equal(
	    engine_open(w->ctx, &spool, &item, &e, &fd, &bytes, &w->why),
	    RES_OK);
	assert_int_equal(bytes, 6);
	assert_string_equal(e->sender, "anna@example.org");
	assert_string_equal(e->queue_id, "4XYZ");
	assert_int_equal(e->nrecipient, 2);
	assert_string_equal(e->recipient[1], "b@example.com");
	assert_true(e->arrival > MONDAY - 365 * DAY);
	assert_int_equal(close(fd), 0);
	spool_close(&spool);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_request_is_recorded_whole),
	    TEST(settled_once_is_enough), TEST(trying_changes_nothing),
	    TEST(an_alias_is_decided_once),
	    TEST(strangers_hold_only_what_nobody_took),
	    TEST(a_wrong_calendar_file_makes_it_wait), TEST(a_refusal_is_kept),
	    TEST(the_window_is_what_calendars_book),
	    TEST(the_envelope_becomes_an_errand)};

	mem_init();
	read_init();
	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
