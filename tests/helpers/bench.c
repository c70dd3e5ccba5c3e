/*
 * bench.c - ratios, each of two things measured in turn in the same run
 *
 * usage: bench BUILD SCRATCH
 *
 * Prints figures and fails nothing: tests/bench/README.md says how to read
 * them.
 */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/read/read.h"
#include "lib/store/store.h"
#include "spool/lib/put.h"
#include "spool/lib/spool.h"

#define ROUNDS   200  /* of enqueue against the bare sequence */
#define MESSAGES 1000 /* through the worker */
#define SINGLES  60   /* from enqueue to outbox */

extern char **environ;

static const char *build, *scratch;
static int64_t first_hour; /* of the meetings, UTC */

/* Seconds of the monotonic clock. */
static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The median, in microseconds. */
static double
median(double *sample, size_t n)
{
	qsort(sample, n, sizeof(*sample), order);
	return sample[n / 2] * 1e6;
}

/* An invitation of about 10 kB for the i-th hour. */
static char *
invitation(size_t i)
{
	int64_t t = first_hour + (int64_t)i * 3600;
	struct civil start = civil_from_seconds(t);
	struct civil end = civil_from_seconds(t + 3600);
	char a[24], b[24], *text;
	int line;

	text = mem_print(NULL,
	    "From: Anna <anna@people.test>\r\nTo: room@rooms.test\r\n"
	    "Subject: Planning\r\nDate: Sat, 21 Nov 2026 08:00:00 +0000\r\n"
	    "Message-ID: <b%zu@people.test>\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/alternative; boundary=\"x\"\r\n\r\n"
	    "--x\r\nContent-Type: text/plain\r\n\r\n",
	    i);
	for (line = 0; line < 120; line++)
		mem_add(&text,
		    "Some words that a person wrote, line %d, and "
		    "more of them.\r\n",
		    line);
	mem_add(&text,
	    "--x\r\nContent-Type: text/calendar; charset=utf-8; "
	    "method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n"
	    "PRODID:-//Example//EN\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
	    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\n"
	    "DTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;"
	    "BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
	    "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\n"
	    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"
	    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\n"
	    "END:VTIMEZONE\r\n");
	mem_add(&text,
	    "BEGIN:VEVENT\r\nUID:b%zu@people.test\r\n"
	    "SEQUENCE:0\r\nDTSTAMP:20261101T080000Z\r\n"
	    "DTSTART;TZID=Europe/Berlin:%s\r\nDTEND;TZID=Europe/Berlin:%s\r\n"
	    "SUMMARY:Planning\r\nORGANIZER;CN=Anna:mailto:anna@people.test\r\n"
	    "ATTENDEE;CUTYPE=ROOM;RSVP=TRUE:mailto:room@rooms.test\r\n"
	    "END:VEVENT\r\nEND:VCALENDAR\r\n--x--\r\n",
	    i, civil_basic(a, sizeof(a), &start),
	    civil_basic(b, sizeof(b), &end));
	return text;
}

/* Run a program with stdin from a file; seconds, or the end. */
static double
run(char *const argv[], const char *input)
{
	posix_spawn_file_actions_t actions;
	double start = now();
	int status;
	pid_t pid;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(
	    &actions, 1, "/dev/null", O_WRONLY, 0);
	(void)posix_spawn_file_actions_addopen(
	    &actions, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, argv[0], &actions, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0)
		fatal(1, "%s failed", argv[0]);
	(void)posix_spawn_file_actions_destroy(&actions);
	return now() - start;
}

/* What any durable delivery must do: the yardstick. */
static double
bare(const char *dir, const char *text, size_t n, size_t i)
{
	char tmp[600], new[600];
	struct why why;
	double start = now();
	int fd, folder;

	(void)snprintf(tmp, sizeof(tmp), "%s/tmp/bare%zu", dir, i);
	(void)snprintf(new, sizeof(new), "%s/new/bare%zu", dir, i);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || io_write(fd, text, n, &why) != RES_OK || fsync(fd) < 0 ||
	    close(fd) < 0 || link(tmp, new) < 0)
		fatal(1, "%s: %s", tmp, strerror(errno));
	(void)snprintf(new, sizeof(new), "%s/new", dir);
	folder = open(new, O_RDONLY | O_DIRECTORY);
	if (folder < 0 || fsync(folder) < 0 || close(folder) < 0 ||
	    unlink(tmp) < 0)
		fatal(1, "%s: %s", new, strerror(errno));
	return now() - start;
}

static char *
path_of(const char *base, const char *name)
{
	return mem_print(NULL, "%s/%s", base, name);
}

static void
make_folder(const char *path)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		fatal(1, "%s: %s", path, strerror(errno));
}

/* The file of a message, to be enqueued. */
static const char *
write_message(const char *text)
{
	const char *path = path_of(scratch, "message");
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		fatal(1, "%s: %s", path, strerror(errno));
	return path;
}

/* An instance with one room; returns the path of its settings. */
static char *
instance(const char *name)
{
	char *dir = path_of(scratch, name), *conf;
	FILE *f;

	make_folder(dir);
	make_folder(path_of(dir, "calendars"));
	conf = path_of(dir, "imipd.conf");
	f = fopen(conf, "w");
	if (f == NULL)
		fatal(1, "%s: %s", conf, strerror(errno));
	(void)fprintf(f,
	    "spool = %s/spool\nstore = sqlite:%s/imipd.db\n"
	    "calendars = %s/calendars\npublish = %s/www\n"
	    "relay = maildir:%s/out\nsender = calendar@rooms.test\n"
	    "host = mx.rooms.test\nanswers_per_hour = 0\n",
	    dir, dir, dir, dir, dir);
	(void)fclose(f);
	f = fopen(path_of(dir, "calendars/room@rooms.test"), "w");
	if (f == NULL)
		fatal(1, "%s: %s", dir, strerror(errno));
	(void)fputs("kind = room\nrequests_per_hour = 0\n", f);
	(void)fclose(f);
	(void)run((char *[]){path_of(build, "imip-admin"), mem_text(NULL, "-c"),
		      conf, mem_text(NULL, "init"), NULL},
	    "/dev/null");
	return conf;
}

static void
bench_enqueue(void)
{
	static double own[ROUNDS], yard[ROUNDS];
	char *text = invitation(0), *dir = path_of(scratch, "enqueue");
	const char *file = write_message(text);
	char *argv[] = {path_of(build, "imip-enqueue"), mem_text(NULL, "-s"),
	    dir, mem_text(NULL, "-f"), mem_text(NULL, "anna@people.test"),
	    mem_text(NULL, "--"), mem_text(NULL, "room@rooms.test"), NULL};
	struct spool spool;
	struct why why;
	double a, b;
	size_t i;

	if (spool_open(&spool, dir, 1, &why) != RES_OK)
		fatal(1, "%s", why.text);
	for (i = 0; i < ROUNDS; i++) {
		yard[i] = bare(dir, text, strlen(text), i);
		own[i] = run(argv, file);
	}
	spool_close(&spool);
	a = median(own, ROUNDS);
	b = median(yard, ROUNDS);
	(void)printf("enqueue: whole process, %zu bytes, durable   %8.0f us\n"
		     "bare write+fsync+link+fsync in process      %8.0f us\n"
		     "ratio enqueue / bare                        %8.2f\n\n",
	    strlen(text), a, b, a / b);
}

/* Put n messages into a spool without the cost of processes. */
static void
fill(const char *conf, size_t n)
{
	const char *slash = strrchr(conf, '/');
	char *dir = mem_print(NULL, "%.*s/spool", (int)(slash - conf), conf);
	struct spool_envelope envelope = {
	    "in", "anna@people.test", "", "", "", ""};
	struct spool spool;
	struct why why = {""};
	size_t i;

	if (spool_open(&spool, dir, 1, &why) != RES_OK)
		fatal(1, "%s", why.text);
	for (i = 0; i < n; i++) {
		struct spool_put put;
		char *text = invitation(i);

		if (spool_put_open(&put, &spool, &envelope, &why) != RES_OK ||
		    spool_put_rcpt(&put, "room@rooms.test", "", &why) !=
			RES_OK ||
		    spool_put_write(&put, text, strlen(text), &why) != RES_OK ||
		    spool_put_commit(&put, &why) != RES_OK)
			fatal(1, "%s", why.text);
		talloc_free(text);
	}
	spool_close(&spool);
}

/* Microseconds to read one message in this process: GMime and all. */
static double
reading(void)
{
	struct window window = {
	    first_hour - 86400, first_hour + 86400 * 400, 0};
	char *text = invitation(7);
	double start;
	size_t i;

	read_init();
	start = now();
	for (i = 0; i < MESSAGES; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct notice *notice =
		    read_message(ctx, text, strlen(text), &window);

		if (notice->nobject != 1)
			fatal(1, "the message of the benchmark is not read");
		talloc_free(ctx);
	}
	return (now() - start) / MESSAGES * 1e6;
}

static void
bench_worker(void)
{
	char *conf = instance("worker");
	char *argv[] = {path_of(build, "tests/worker"), conf, NULL};
	double idle, busy, read_us, per;

	idle = run(argv, "/dev/null");
	fill(conf, MESSAGES);
	busy = run(argv, "/dev/null");
	read_us = reading();
	per = (busy - idle) / MESSAGES * 1e6;
	(void)printf("worker: read, decide, book, answer, commit  %8.0f us "
		     "a message, %.0f messages/s\n"
		     "reading the same message, alone in process  %8.0f us\n"
		     "ratio worker / reading                      %8.2f\n\n",
	    per, 1e6 / per, read_us, per / read_us);
}

/* Rows of the outbox so far. */
static int64_t
letters(struct store *store)
{
	struct store_stats stats;
	struct why why;

	if (store_stats(store, &stats, &why) != RES_OK)
		return -1;
	return stats.queued + stats.sent;
}

/* Start the processor; its process id. */
static pid_t
start_processor(const char *conf)
{
	char *argv[] = {path_of(build, "imip-processor"), mem_text(NULL, "-c"),
	    mem_text(NULL, conf), NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(
	    &actions, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, argv[0], &actions, NULL, argv, environ) != 0)
		fatal(1, "%s failed", argv[0]);
	(void)posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static void
bench_latency(void)
{
	static double whole[SINGLES], own[SINGLES];
	char *conf = instance("latency");
	char *dir = path_of(scratch, "latency");
	char *argv[] = {path_of(build, "imip-enqueue"), mem_text(NULL, "-s"),
	    path_of(dir, "spool"), mem_text(NULL, "-f"),
	    mem_text(NULL, "anna@people.test"), mem_text(NULL, "--"),
	    mem_text(NULL, "room@rooms.test"), NULL};
	struct store *store;
	struct spool spool;
	struct why why = {""};
	pid_t processor;
	double a, b;
	size_t i;

	if (spool_open(&spool, argv[2], 1, &why) != RES_OK ||
	    store_open(NULL, mem_print(NULL, "sqlite:%s/imipd.db", dir),
		STORE_CREATE, &store, &why) != RES_OK)
		fatal(1, "%s", why.text);
	processor = start_processor(conf);
	for (i = 0; i < SINGLES; i++) {
		const char *file = write_message(invitation(i));
		double start = now();

		own[i] = run(argv, file);
		while (letters(store) <= (int64_t)i && now() - start < 30)
			(void)usleep(100);
		whole[i] = now() - start;
		(void)usleep(5000); /* idle again */
	}
	(void)kill(processor, SIGTERM);
	(void)waitpid(processor, NULL, 0);
	a = median(whole, SINGLES);
	b = median(own, SINGLES);
	(void)printf("from enqueue's start to the answer in the outbox "
		     "%5.0f us (p99 %.0f us)\n"
		     "enqueue itself, in the same run             %8.0f us\n"
		     "ratio whole / enqueue                       %8.2f\n",
	    a, whole[SINGLES - 1] * 1e6, b, a / b);
}

int
main(int argc, char **argv)
{
	log_open("bench", 1);
	mem_init();
	if (argc != 3)
		fatal(64, "usage: bench BUILD SCRATCH");
	build = argv[1];
	scratch = argv[2];
	first_hour = (int64_t)time(NULL) / 86400 * 86400 + 30 * 86400;
	bench_enqueue();
	bench_worker();
	bench_latency();
	return 0;
}
