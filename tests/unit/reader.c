/*
 * reader.c - the client against every way in which a reader can fail, and
 * against the real one
 *
 * Wants imip-reader and tests/badreader of the same build, found from the place
 * of this program.
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
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/reader/reader.h"

#define FROM INT64_C(1767225600) /* 2026-01-01 */
#define TO   INT64_C(1830297600) /* 2028-01-01 */

static char bad_path[400], real_path[400];

/* A question to a reader, and what came of it. */
struct world {
	TALLOC_CTX *ctx;
	struct reader *reader;
	struct notice *notice;
	struct why why;
};

/* A descriptor with these bytes, at its start. */
static int
message(const char *text)
{
	int fd = memfd_create("message", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Ask and wait. */
static enum reading
ask(struct world *w, const char *text)
{
	int fd = message(text);
	enum reading r;

	w->notice = NULL;
	w->why.text[0] = '\0';
	r = reader_ask(w->reader, w->ctx, fd, (int64_t)strlen(text), FROM, TO,
	    100, &w->notice, &w->why);
	(void)close(fd);
	return r;
}

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

/* The subject of the last answer. */
static const char *
subject(const struct world *w)
{
	assert_non_null(w->notice);
	return w->notice->mail.subject;
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

/* --- the real one -------------------------------------------------------- */

static const char invitation[] =
    "From: Ada <ada@example.org>\r\n"
    "To: room@example.com\r\n"
    "Subject: =?utf-8?q?Br=C3=BCcke?=\r\n"
    "Message-ID: <1@example.org>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n"
    "\r\n"
    "BEGIN:VCALENDAR\r\n"
    "VERSION:2.0\r\n"
    "PRODID:-//example//test//EN\r\n"
    "METHOD:REQUEST\r\n"
    "BEGIN:VEVENT\r\n"
    "UID:reader-test@example.org\r\n"
    "DTSTAMP:20260101T000000Z\r\n"
    "DTSTART;TZID=Europe/Berlin:20260601T100000\r\n"
    "DTEND;TZID=Europe/Berlin:20260601T110000\r\n"
    "RRULE:FREQ=DAILY;COUNT=3\r\n"
    "ORGANIZER:mailto:ada@example.org\r\n"
    "ATTENDEE:mailto:room@example.com\r\n"
    "SUMMARY:Planning\r\n"
    "END:VEVENT\r\n"
    "END:VCALENDAR\r\n";

/* What the real reader must say about it. */
static void
check_invitation(const struct world *w)
{
	const struct object *o;

	assert_string_equal(subject(w), "Br\xc3\xbc"
					"cke");
	assert_int_equal(w->notice->nobject, 1);
	o = &w->notice->object[0];
	assert_string_equal(o->uid, "reader-test@example.org");
	assert_string_equal(o->method, "REQUEST");
	assert_int_equal(o->ninstance, 3);
	/* the zone data was reached: 10:00 in Berlin is 08:00 UTC in June */
	assert_int_equal(o->instance[0].start.utc, INT64_C(1780300800));
}

static void
real_message_is_answered(void **state)
{
	struct world *w = *state;
	char legacy[600];

	assert_int_equal(ask(w, invitation), READING_OK);
	check_invitation(w);
	/* a character set whose converter is a file of its own */
	(void)snprintf(legacy, sizeof(legacy),
	    "From: a@example.org\r\nSubject: =?koi8-r?Q?=EB=CF=D4?=\r\n\r\n\r\n");
	assert_int_equal(ask(w, legacy), READING_OK);
	assert_string_equal(subject(w), "\xd0\x9a\xd0\xbe\xd1\x82");
}

static void
real_offset_and_length_count(void **state)
{
	struct world *w = *state;
	char *text = mem_print(w->ctx, "X-Imipd-End: 1\n%sTRAILER", invitation);
	int fd = message(text);

	assert_int_equal(lseek(fd, 15, SEEK_SET), 15);
	assert_int_equal(
	    reader_ask(w->reader, w->ctx, fd, (int64_t)strlen(invitation), FROM,
		TO, 0, &w->notice, &w->why),
	    READING_OK);
	check_invitation(w);
	assert_int_equal(w->notice->nproblem, 0);
	/* the descriptor stays where it was */
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 15);
	/* -1: to the end, here with what does not belong to it */
	assert_int_equal(lseek(fd, 15, SEEK_SET), 15);
	assert_int_equal(reader_ask(w->reader, w->ctx, fd, -1, FROM, TO, 0,
			     &w->notice, &w->why),
	    READING_OK);
	(void)close(fd);
}

static void
real_pipe_is_read(void **state)
{
	struct world *w = *state;
	int p[2];

	assert_int_equal(pipe(p), 0);
	assert_int_equal(write(p[1], invitation, strlen(invitation)),
	    (ssize_t)strlen(invitation));
	(void)close(p[1]);
	assert_int_equal(reader_ask(w->reader, w->ctx, p[0], -1, FROM, TO, 0,
			     &w->notice, &w->why),
	    READING_OK);
	check_invitation(w);
	(void)close(p[0]);
}

static void
real_killed_and_restarted(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask(w, invitation), READING_OK);
	assert_int_equal(kill(reader_pid(w->reader), SIGKILL), 0);
	assert_int_equal(ask(w, invitation), READING_OK);
	check_invitation(w);
}

static void
real_unreadable_file_is_for_later(void **state)
{
	struct world *w = *state;
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(reader_ask(w->reader, w->ctx, fd, 100, FROM, TO, 0,
			     &w->notice, &w->why),
	    READING_ABSENT);
	(void)close(fd);
	assert_int_equal(ask(w, invitation), READING_OK);
}

static void
real_endless_message_is_bounded(void **state)
{
	struct world *w = *state;
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(reader_ask(w->reader, w->ctx, fd, INT64_MAX, FROM, TO,
			     0, &w->notice, &w->why),
	    READING_OK);
	(void)close(fd);
	assert_true(w->notice->nproblem > 0);
	assert_int_equal(w->notice->problem[0].action, ACTION_HOLD);
}

/* A number of /proc/PID/status; -1 if it is not there. */
static int
proc_status(int pid, const char *key)
{
	char path[64], line[200];
	int value = -1;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			value = atoi(line + strlen(key));
	(void)fclose(f);
	return value;
}

static void
real_one_is_in_the_sandbox(void **state)
{
	struct world *w = *state;
	char path[64];
	int fd, pid;
	/* open, and not close-on-exec */
	int stray = fcntl(STDERR_FILENO, F_DUPFD, 20);

	assert_true(stray >= 20);
	assert_int_equal(ask(w, invitation), READING_OK);
	pid = reader_pid(w->reader);
	assert_int_equal(proc_status(pid, "Seccomp:"), 2);
	assert_int_equal(proc_status(pid, "NoNewPrivs:"), 1);
	/* nothing but the three null devices and the socket is open */
	for (fd = 0; fd < 64; fd++) {
		(void)snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		assert_int_equal(
		    faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0,
		    fd <= 3);
	}
	(void)close(stray);
}

/* --- set-up -------------------------------------------------------------- */

/* A fresh client of a program. */
static int
make_world(void **state, const char *program)
{
	struct world *w = mem_new(NULL, struct world);

	w->ctx = w;
	w->reader = reader_new(w, program);
	*state = w;
	return access(program, X_OK);
}

static int
with_bad(void **state)
{
	return make_world(state, bad_path);
}

static int
with_real(void **state)
{
	return make_world(state, real_path);
}

static int
end_world(void **state)
{
	return talloc_free(*state);
}

#define BAD(test)  cmocka_unit_test_setup_teardown(test, with_bad, end_world)
#define REAL(test) cmocka_unit_test_setup_teardown(test, with_real, end_world)

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
	    BAD(it_cannot_be_started),
	    BAD(the_environment_names_it),
	    BAD(freeing_ends_it),
	    BAD(it_is_renewed_after_many_answers),
	    REAL(real_message_is_answered),
	    REAL(real_offset_and_length_count),
	    REAL(real_pipe_is_read),
	    REAL(real_killed_and_restarted),
	    REAL(real_unreadable_file_is_for_later),
	    REAL(real_endless_message_is_bounded),
	    REAL(real_one_is_in_the_sandbox),
	};
	char self[300];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int i;

	if (n <= 0)
		return 1;
	self[n] = '\0';
	/* build/tests/unit/reader -> build */
	for (i = 0; i < 3; i++)
		if (strrchr(self, '/') != NULL)
			*strrchr(self, '/') = '\0';
	(void)snprintf(bad_path, sizeof(bad_path), "%s/tests/badreader", self);
	(void)snprintf(real_path, sizeof(real_path), "%s/imip-reader", self);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
