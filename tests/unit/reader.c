/*
 * reader.c - the client against every way in which a reader can fail
 *
 * Wants tests/badreader of the same build; reader_real.c asks the real one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/reader_world.h"

static char bad_path[400];

/* Send without waiting. */
static enum reading
send_one(struct world *w, const char *text)
{
	int fd = message(text);
	enum reading r = reader_send(
	    w->reader, fd, (int64_t)strlen(text), FROM, TO, 100, &w->why);

	(void)close(fd);
	return r;
}

/* Collect. */
static enum reading
receive(struct world *w)
{
	w->notice = NULL;
	w->why.text[0] = '\0';
	return reader_receive(w->reader, w->ctx, &w->notice, &w->why);
}

/* Is there no such process, dead or alive? */
static int
is_gone(int pid)
{
	return kill(pid, 0) < 0 && errno == ESRCH;
}

/*
 * A message that ends the reader gives this reading and these words; the
 * process is gone, and the next message is answered.
 */
static void
expect(
    struct world *w, const char *text, enum reading reading, const char *words)
{
	int pid;

	assert_int_equal(ask(w, "good before"), READING_OK);
	assert_string_equal(subject(w), "before");
	pid = reader_pid(w->reader);
	assert_true(pid > 0);
	assert_int_equal(ask(w, text), reading);
	assert_null(w->notice);
	if (strstr(w->why.text, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, w->why.text);
	assert_int_equal(reader_pid(w->reader), 0);
	assert_true(is_gone(pid));
	assert_int_equal(ask(w, "good after"), READING_OK);
	assert_string_equal(subject(w), "after");
	assert_int_not_equal(reader_pid(w->reader), pid);
}

/* --- a reader that dies -------------------------------------------------- */

static void
it_crashes(void **state)
{
	struct world *w = *state;

	expect(w, "crash", READING_CRASHED, "signal 11");
	expect(w, "exit", READING_CRASHED, "code 3");
	expect(w, "close", READING_CRASHED, "signal 9");
	expect(w, "spin", READING_TIMEOUT, "processor time");
}

static void
it_hangs(void **state)
{
	struct world *w = *state;

	expect(w, "hang", READING_TIMEOUT, "in time");
}

static void
it_stops_in_the_middle(void **state)
{
	struct world *w = *state;

	expect(w, "part", READING_TIMEOUT, "in time");
}

static void
it_is_killed_between_questions(void **state)
{
	struct world *w = *state;
	int i, pid;

	/* many times: the kill races with the next question */
	for (i = 0; i < 50; i++) {
		assert_int_equal(ask(w, "good one"), READING_OK);
		pid = reader_pid(w->reader);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(ask(w, "good two"), READING_OK);
		assert_string_equal(subject(w), "two");
		assert_int_not_equal(reader_pid(w->reader), pid);
		assert_true(is_gone(pid));
	}
	/* a stopped one has not read the question when it is killed */
	pid = reader_pid(w->reader);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(send_one(w, "good three"), READING_OK);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(receive(w), READING_CRASHED);
	for (i = 0; i < 50; i++) {
		assert_int_equal(ask(w, "leave"), READING_OK);
		assert_int_equal(ask(w, "good four"), READING_OK);
		assert_string_equal(subject(w), "four");
	}
}

static void
it_is_killed_during_a_question(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask(w, "good one"), READING_OK);
	assert_int_equal(send_one(w, "hang"), READING_OK);
	assert_int_equal(kill(reader_pid(w->reader), SIGTERM), 0);
	assert_int_equal(receive(w), READING_CRASHED);
	assert_non_null(strstr(w->why.text, "signal 15"));
	assert_int_equal(ask(w, "good two"), READING_OK);
}

/* --- a reader that lies -------------------------------------------------- */

static void
it_answers_nonsense(void **state)
{
	struct world *w = *state;

	expect(w, "nonsense", READING_INVALID, "a line that is none");
	expect(w, "serial", READING_INVALID, "a line that is none");
	expect(w, "lie", READING_INVALID, "no facts");
}

static void
it_answers_too_much(void **state)
{
	struct world *w = *state;

	expect(w, "long", READING_INVALID, "too long");
	expect(w, "overrun", READING_INVALID, "more than it said");
	expect(w, "flood", READING_INVALID, "more than it said");
}

static void
it_answers_unasked(void **state)
{
	struct world *w = *state;
	int pid;

	assert_int_equal(ask(w, "chatter first"), READING_OK);
	assert_string_equal(subject(w), " first");
	pid = reader_pid(w->reader);
	/* it stops when it has said all it had to say */
	(void)waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WSTOPPED | WNOWAIT);
	assert_int_equal(kill(pid, SIGCONT), 0);
	assert_int_equal(ask(w, "good second"), READING_OK);
	assert_string_equal(subject(w), "second");
	assert_int_not_equal(reader_pid(w->reader), pid);
}

static void
it_cannot_read_the_file(void **state)
{
	struct world *w = *state;

	expect(w, "later", READING_ABSENT, "disk ?[31m");
}

/* --- several under way --------------------------------------------------- */

static void
answers_come_in_order(void **state)
{
	struct world *w = *state;
	char text[20];
	int i, round;

	for (round = 0; round < 100; round++) {
		for (i = 0; i < 8; i++) {
			(void)snprintf(text, sizeof(text), "good %d", i);
			assert_int_equal(send_one(w, text), READING_OK);
		}
		for (i = 0; i < 8; i++) {
			(void)snprintf(text, sizeof(text), "%d", i);
			assert_int_equal(receive(w), READING_OK);
			assert_string_equal(subject(w), text);
		}
	}
}

static void
the_first_takes_the_rest_along(void **state)
{
	struct world *w = *state;

	assert_int_equal(send_one(w, "crash"), READING_OK);
	assert_int_equal(send_one(w, "good two"), READING_OK);
	assert_int_equal(receive(w), READING_CRASHED);
	assert_int_equal(reader_pid(w->reader), 0);
	assert_int_equal(send_one(w, "good two"), READING_OK);
	assert_int_equal(receive(w), READING_OK);
	assert_string_equal(subject(w), "two");
	/* the one behind is sent when the first has already done its work */
	assert_int_equal(send_one(w, "exit"), READING_OK);
	(void)waitid(P_PID, (id_t)reader_pid(w->reader), &(siginfo_t){0},
	    WEXITED | WNOWAIT);
	assert_int_equal(send_one(w, "good two"), READING_OK);
	assert_int_equal(receive(w), READING_CRASHED);
	assert_non_null(strstr(w->why.text, "code 3"));
	assert_int_equal(ask(w, "good three"), READING_OK);
}

/* The kernel tells of the reset before it gives what was said before it. */
static void
what_it_answered_before_it_died_counts(void **state)
{
	struct world *w = *state;
	int pid;

	assert_int_equal(ask(w, "good one"), READING_OK);
	pid = reader_pid(w->reader);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(send_one(w, "good two"), READING_OK);
	assert_int_equal(send_one(w, "crash"), READING_OK);
	assert_int_equal(send_one(w, "good three"), READING_OK);
	assert_int_equal(kill(pid, SIGCONT), 0);
	(void)waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WEXITED | WNOWAIT);
	assert_int_equal(receive(w), READING_OK);
	assert_string_equal(subject(w), "two");
	assert_int_equal(receive(w), READING_CRASHED);
	assert_non_null(strstr(w->why.text, "signal 11"));
}

/* --- starting and ending ------------------------------------------------- */

static void
it_cannot_be_started(void **state)
{
	struct world *w = *state;

	talloc_free(w->reader);
	w->reader = reader_new(w->ctx, "/nonexistent/imip-reader");
	assert_int_equal(ask(w, "good x"), READING_ABSENT);
	assert_non_null(strstr(w->why.text, "/nonexistent/imip-reader"));
	assert_int_equal(reader_pid(w->reader), 0);
	talloc_free(w->reader);
	/* it runs, but ends before it is ready */
	w->reader = reader_new(w->ctx, "/bin/false");
	assert_int_equal(ask(w, "good x"), READING_ABSENT);
	assert_non_null(strstr(w->why.text, "at its start"));
	assert_int_equal(reader_pid(w->reader), 0);
}

static void
the_environment_names_it(void **state)
{
	struct world *w = *state;

	talloc_free(w->reader);
	assert_int_equal(setenv("IMIPD_READER", bad_path, 1), 0);
	w->reader = reader_new(w->ctx, NULL);
	assert_int_equal(unsetenv("IMIPD_READER"), 0);
	assert_int_equal(ask(w, "good found"), READING_OK);
	assert_string_equal(subject(w), "found");
}

static void
freeing_ends_it(void **state)
{
	struct world *w = *state;
	int pid;

	assert_int_equal(ask(w, "good x"), READING_OK);
	pid = reader_pid(w->reader);
	talloc_free(w->reader);
	assert_true(is_gone(pid));
	w->reader = reader_new(w->ctx, bad_path);
}

static void
it_is_renewed_after_many_answers(void **state)
{
	struct world *w = *state;
	int pid, i;

	assert_int_equal(ask(w, "good x"), READING_OK);
	pid = reader_pid(w->reader);
	for (i = 1; i < 10000; i++)
		assert_int_equal(ask(w, "good x"), READING_OK);
	assert_int_equal(reader_pid(w->reader), pid);
	assert_int_equal(ask(w, "good x"), READING_OK);
	assert_int_not_equal(reader_pid(w->reader), pid);
}

/* --- set-up -------------------------------------------------------------- */

static int
with_bad(void **state)
{
	return make_world(state, bad_path);
}

#define BAD(test) cmocka_unit_test_setup_teardown(test, with_bad, end_world)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BAD(it_crashes),
	    BAD(it_hangs),
	    BAD(it_stops_in_the_middle),
	    BAD(it_is_killed_between_questions),
	    BAD(it_is_killed_during_a_question),
	    BAD(it_answers_nonsense),
	    BAD(it_answers_too_much),
	    BAD(it_answers_unasked),
	    BAD(it_cannot_read_the_file),
	    BAD(answers_come_in_order),
	    BAD(the_first_takes_the_rest_along),
	    BAD(what_it_answered_before_it_died_counts),
	    BAD(it_cannot_be_started),
	    BAD(the_environment_names_it),
	    BAD(freeing_ends_it),
	    BAD(it_is_renewed_after_many_answers),
	};

	if (build_path(bad_path, sizeof(bad_path), "tests/badreader") < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
