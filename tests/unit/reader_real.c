/*
 * reader_real.c - the client and the real imip-reader of the same build
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

#include "lib/base/sandbox.h"
#include "tests/unit/reader_world.h"

static char real_path[400];

static const char invitation[] =
    "From: Ada <ada@example.org>\r\n"
    "To: room@example.com\r\n"
    "Subject: =?utf-8?q?Caf=C3=A9?=\r\n"
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

	assert_string_equal(subject(w), "Caf\xc3\xa9");
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

/* Ask from within the sandbox of a worker; the exit code of a child. */
static int
ask_inside(struct world *w)
{
	char folder[400];
	const char *const read[] = {folder, "/usr/share/zoneinfo", NULL};
	/* where messages are made */
	const char *const write[] = {"/tmp", NULL};
	struct sandbox s;

	(void)snprintf(folder, sizeof(folder), "%s", real_path);
	*strrchr(folder, '/') = '\0';
	memset(&s, 0, sizeof(s));
	s.read = read;
	s.write = write;
	s.fork = 1;
	s.file_bytes = -1;
	if (sandbox_enter(&s, &w->why) != RES_OK)
		return 2;
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0)
		return 3;
	if (ask(w, invitation) != READING_OK)
		return 4;
	if (kill(reader_pid(w->reader), SIGKILL) < 0)
		return 5;
	return ask(w, invitation) == READING_OK &&
	               w->notice->object[0].ninstance == 3
	           ? 0
	           : 6;
}

static void
real_one_is_started_from_a_sandbox(void **state)
{
	struct world *w = *state;
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int code = ask_inside(w);

		reader_stop(w->reader);
		_exit(code);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int
with_real(void **state)
{
	return make_world(state, real_path);
}

#define REAL(test) cmocka_unit_test_setup_teardown(test, with_real, end_world)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    REAL(real_message_is_answered),
	    REAL(real_offset_and_length_count),
	    REAL(real_pipe_is_read),
	    REAL(real_killed_and_restarted),
	    REAL(real_unreadable_file_is_for_later),
	    REAL(real_endless_message_is_bounded),
	    REAL(real_one_is_in_the_sandbox),
	    REAL(real_one_is_started_from_a_sandbox),
	};

	if (build_path(real_path, sizeof(real_path), "imip-reader") < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
