/*
 * reader.c - start imip-reader, ask it, and outlive it; see reader.h
 *
 * What the process answers is not trusted: its length is bounded before it is
 * taken, its time is bounded by a clock of ours, its text is parsed strictly.
 */
#define _GNU_SOURCE
#include "lib/reader/reader.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/base/version.h"
#include "lib/base/zone.h"
#include "lib/facts/limits.h"
#include "lib/reader/protocol.h"

#define PROGRAM       "imip-reader"
#define TNEF_PROGRAM  "imip-tnef"
#define UNDER_WAY_MAX 8
#define START_WALL    30    /* seconds until it must be ready */
#define ANSWERS_MAX   10000 /* then it is started anew: what leaks is bounded */

struct reader {
	const char *program;
	struct reader *tnef; /* reads winmail.dat; NULL: not needed so far */
	int pid;             /* 0: not running */
	int fd;              /* our end of the socket */
	int64_t sent;        /* serial of the last question */
	int64_t got;         /* serial of the last answer */
	int64_t answers;     /* of this process */
	int unread;       /* it died without having taken the only question */
	char *packet;     /* READER_PACKET bytes and a NUL */
	int64_t deadline; /* milliseconds of the monotonic clock */
};

/* Milliseconds of a clock that nobody sets. */
static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* imip-reader beside the running program, or NULL. */
static char *
beside(TALLOC_CTX *ctx)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash, *path;

	if (n <= 0)
		return NULL;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return NULL;
	*slash = '\0';
	path = mem_print(ctx, "%s/%s", self, PROGRAM);
	return access(path, X_OK) == 0 ? path : NULL;
}

/* Where the program is, if nobody said. */
static const char *
find_program(TALLOC_CTX *ctx)
{
	const char *path = getenv("IMIPD_READER");

	if (path == NULL || *path == '\0')
		path = beside(ctx);
	return path != NULL ? path : IMIPD_LIBEXEC_DIR "/" PROGRAM;
}

/* A reader that is freed leaves no process behind. */
static int
destroy(struct reader *reader)
{
	reader_stop(reader);
	return 0;
}

struct reader *
reader_new(TALLOC_CTX *ctx, const char *program)
{
	struct reader *reader = mem_new(ctx, struct reader);

	reader->program =
	    mem_text(reader, program != NULL ? program : find_program(reader));
	reader->fd = -1;
	reader->packet = mem_array(reader, char, READER_PACKET + 1);
	talloc_set_destructor(reader, destroy);
	return reader;
}

int
reader_pid(const struct reader *reader)
{
	return reader->pid;
}

/* How many questions wait for their answer. */
static int64_t
under_way(const struct reader *reader)
{
	return reader->sent - reader->got;
}

/*
 * End the process and learn what it died of: a signal that comes after death
 * changes nothing.  Questions that were under way are lost.
 * Returns the status of waitpid(2), 0 if it is not known.
 */
static int
end_process(struct reader *reader)
{
	int status = 0;
	pid_t r;

	if (reader->pid == 0)
		return 0;
	/* Should the kill fail, the end of the socket still ends it. */
	(void)close(reader->fd);
	reader->fd = -1;
	(void)kill(reader->pid, SIGKILL);
	do
		r = waitpid(reader->pid, &status, 0);
	while (r < 0 && errno == EINTR);
	reader->pid = 0;
	reader->got = reader->sent;
	return r > 0 ? status : 0;
}

void
reader_stop(struct reader *reader)
{
	(void)end_process(reader);
}

/* End the process because of what it did. */
static enum reading
condemn(struct reader *reader, enum reading reading, const char *text,
    struct why *why)
{
	(void)end_process(reader);
	(void)why_set(why, RES_PERM, "%s", text);
	return reading;
}

/* The socket was closed at the other end: say how the process died. */
static enum reading
bury(struct reader *reader, int reset, struct why *why)
{
	int status, number;

	/* The kernel resets a socket that is closed with a packet unread. */
	reader->unread = reset && under_way(reader) == 1;
	status = end_process(reader);
	if (WIFEXITED(status)) {
		(void)why_set(why, RES_PERM, "the reader exited with code %d",
		    WEXITSTATUS(status));
		return READING_CRASHED;
	}
	number = WTERMSIG(status);
	if (number == SIGPROF || number == SIGXCPU) {
		(void)why_set(why, RES_PERM,
		    "the reader took more than %d s of processor time",
		    LIMIT_READ_CPU);
		return READING_TIMEOUT;
	}
	(void)why_set(why, RES_PERM, "the reader died of signal %d (%s)",
	    number, strsignal(number));
	return READING_CRASHED;
}

/*
 * Receive one packet of at most size bytes before the deadline.
 * On anything but READING_OK the process is gone.
 *
 * A process that dies with questions unread resets the socket, and the kernel
 * tells that before it gives what was said until then: those answers count.
 */
static enum reading
receive_packet(
    struct reader *reader, char *buf, size_t size, size_t *n, struct why *why)
{
	int reset = 0;

	for (;;) {
		struct pollfd p = {reader->fd, POLLIN, 0};
		int64_t left = reader->deadline - now_ms();
		ssize_t r =
		    recv(reader->fd, buf, size, MSG_DONTWAIT | MSG_TRUNC);

		if (r > 0 && (size_t)r <= size) {
			*n = (size_t)r;
			return READING_OK;
		}
		if (r > 0)
			return condemn(reader, READING_INVALID,
			    "the reader answered more than it said", why);
		if (r < 0 && errno == ECONNRESET && !reset) {
			reset = 1;
			continue;
		}
		if (r == 0 || (errno != EAGAIN && errno != EINTR))
			return bury(reader, reset, why);
		if (left <= 0)
			return condemn(reader, READING_TIMEOUT,
			    "the reader did not answer in time", why);
		/* Whatever poll says, recv is asked. */
		(void)poll(&p, 1, (int)left);
	}
}

/* What the child does before it becomes imip-reader; returns an errno. */
static int
prepare_child(
    posix_spawn_file_actions_t *files, posix_spawnattr_t *attr, int end)
{
	sigset_t none, all;
	int i, e;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	e = posix_spawn_file_actions_adddup2(files, end, READER_SOCKET);
	for (i = 0; i <= 2 && e == 0; i++)
		e = posix_spawn_file_actions_addopen(
		    files, i, "/dev/null", O_RDWR, 0);
	if (e == 0)
		e = posix_spawn_file_actions_addclosefrom_np(
		    files, READER_SOCKET + 1);
	if (e == 0)
		e = posix_spawnattr_setsigmask(attr, &none);
	if (e == 0)
		e = posix_spawnattr_setsigdefault(attr, &all);
	/* A group of its own: what is typed at a terminal is not for it. */
	if (e == 0)
		e = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK |
						       POSIX_SPAWN_SETSIGDEF |
						       POSIX_SPAWN_SETPGROUP);
	return e;
}

/*
 * Start the program with one end of the socket; returns an errno.  Of the
 * environment it gets nothing but what changes no answer, and the zone data
 * that we use ourselves.
 */
static int
spawn(const char *program, int end, pid_t *pid)
{
	char name[] = PROGRAM, locale[] = "LC_ALL=C.UTF-8", zone[] = "TZ=UTC0";
	char data[sizeof(ZONE_ENVIRONMENT) + ZONE_DIRECTORY_MAX + 1];
	char *argv[] = {name, NULL}, *env[] = {locale, zone, data, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int e;

	(void)snprintf(
	    data, sizeof(data), "%s=%s", ZONE_ENVIRONMENT, zone_directory());
	if (posix_spawn_file_actions_init(&files) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attr) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	e = prepare_child(&files, &attr, end);
	if (e == 0)
		e = posix_spawn(pid, program, &files, &attr, argv, env);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&files);
	return e;
}

/* Wait for the first line; the message has no part in what goes wrong here. */
static enum reading
await_ready(struct reader *reader, struct why *why)
{
	struct why died = {""};
	size_t n = 0;

	reader->deadline = now_ms() + START_WALL * 1000;
	if (receive_packet(reader, reader->packet, READER_LINE, &n, &died) !=
	    READING_OK) {
		(void)why_set(why, RES_TEMP, "%s: at its start: %s",
		    reader->program, died.text);
		return READING_ABSENT;
	}
	reader->packet[n] = '\0';
	if (strcmp(reader->packet, READER_READY) == 0)
		return READING_OK;
	reader_stop(reader);
	reader->packet[strcspn(reader->packet, "\n")] = '\0';
	(void)why_set(
	    why, RES_TEMP, "%s: %.300s", reader->program, reader->packet);
	return READING_ABSENT;
}

/* Start the process. */
static enum reading
start(struct reader *reader, struct why *why)
{
	int pair[2], e;
	pid_t pid = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		(void)why_set(why, RES_TEMP, "socketpair: %s", strerror(errno));
		return READING_ABSENT;
	}
	e = spawn(reader->program, pair[1], &pid);
	(void)close(pair[1]);
	if (e != 0) {
		(void)close(pair[0]);
		(void)why_set(why, RES_TEMP, "start %s: %s", reader->program,
		    strerror(e));
		return READING_ABSENT;
	}
	reader->fd = pair[0];
	reader->pid = (int)pid;
	reader->answers = 0;
	return await_ready(reader, why);
}

/*
 * An idle process must be alive and silent: an answer that nobody asked for
 * would be taken for that to the next question.
 */
static int
is_usable(struct reader *reader)
{
	char byte;
	ssize_t r;

	if (reader->pid == 0 || reader->answers >= ANSWERS_MAX)
		return 0;
	r = recv(reader->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return r < 0 && errno == EAGAIN;
}

/* Send one line with a descriptor; returns 1 if it went. */
static int
send_question(int socket, const char *line, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	union {
		const char *c;
		void *v;
	} text;
	struct iovec iov;
	struct msghdr m;
	struct cmsghdr *c;
	ssize_t r;

	memset(&control, 0, sizeof(control));
	memset(&m, 0, sizeof(m));
	text.c = line;
	iov.iov_base = text.v;
	iov.iov_len = strlen(line);
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = control.space;
	m.msg_controllen = sizeof(control.space);
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	do
		r = sendmsg(socket, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (r < 0 && errno == EINTR);
	return r > 0;
}

enum reading
reader_send(struct reader *reader, int fd, int64_t bytes, int64_t from,
    int64_t to, size_t max, struct why *why)
{
	char line[READER_LINE];
	off_t offset = lseek(fd, 0, SEEK_CUR);
	enum reading r = READING_OK;

	assert(under_way(reader) < UNDER_WAY_MAX);
	if (under_way(reader) == 0 && !is_usable(reader)) {
		reader_stop(reader);
		r = start(reader, why);
	}
	if (r != READING_OK)
		return r;
	reader->unread = 0;
	reader->sent++;
	(void)snprintf(line, sizeof(line),
	    "read %lld %lld %lld %zu %lld %lld\n", (long long)reader->sent,
	    (long long)from, (long long)to, max, (long long)bytes,
	    (long long)offset);
	/*
	 * Behind another question a failure is not told here: the one in front
	 * killed the process, and its receiver will learn that.
	 */
	if (send_question(reader->fd, line, fd) || under_way(reader) > 1)
		return READING_OK;
	r = bury(reader, 0, why);
	reader->unread = 1;
	return r;
}

/* The line of an answer in the first n bytes; *length is what follows. */
static enum reading
answer_line(struct reader *reader, size_t n, const char **rest, int64_t *length,
    struct why *why)
{
	const char *p = reader->packet;
	int64_t serial = -1;

	reader->packet[n] = '\0';
	if (strncmp(p, "later ", 6) == 0) {
		p += 6;
		if (protocol_number(&p, ' ', &serial) &&
		    serial == reader->got + 1)
			return condemn(reader, READING_ABSENT, p, why);
	} else if (strncmp(p, "facts ", 6) == 0) {
		p += 6;
		if (protocol_number(&p, ' ', &serial) &&
		    serial == reader->got + 1 &&
		    protocol_number(&p, '\n', length) && *length >= 0) {
			*rest = p;
			return READING_OK;
		}
	}
	return condemn(reader, READING_INVALID,
	    "the reader answered with a line that is none", why);
}

/* Collect the text of an answer, `length` bytes with n of them at rest. */
static enum reading
answer_text(struct reader *reader, char *text, size_t length, const char *rest,
    size_t n, struct why *why)
{
	enum reading r = READING_OK;

	if (n > length)
		return condemn(reader, READING_INVALID,
		    "the reader answered more than it said", why);
	memcpy(text, rest, n);
	while (n < length && r == READING_OK) {
		size_t more = 0;

		r = receive_packet(reader, text + n, length - n, &more, why);
		n += more;
	}
	return r;
}

/* Turn an answer into facts. */
static enum reading
answer_facts(struct reader *reader, TALLOC_CTX *ctx, const char *text, size_t n,
    struct notice **notice, struct why *why)
{
	struct why bad = {""};

	if (facts_parse(ctx, text, n, notice, &bad) != RES_OK) {
		reader_stop(reader);
		(void)why_set(why, RES_PERM,
		    "the reader answered what is no facts: %.400s", bad.text);
		return READING_INVALID;
	}
	reader->got++;
	reader->answers++;
	return READING_OK;
}

enum reading
reader_receive(struct reader *reader, TALLOC_CTX *ctx, struct notice **notice,
    struct why *why)
{
	const char *rest = NULL;
	int64_t length = 0;
	enum reading r;
	size_t n = 0;
	char *text;

	assert(under_way(reader) > 0);
	reader->deadline = now_ms() + LIMIT_READ_WALL * 1000;
	r = receive_packet(reader, reader->packet, READER_PACKET, &n, why);
	if (r == READING_OK)
		r = answer_line(reader, n, &rest, &length, why);
	if (r != READING_OK)
		return r;
	if (length > LIMIT_FACTS_BYTES)
		return condemn(reader, READING_INVALID,
		    "the facts of this message are too long", why);
	n -= (size_t)(rest - reader->packet);
	text = mem_array(ctx, char, (size_t)length + 1);
	r = answer_text(reader, text, (size_t)length, rest, n, why);
	if (r == READING_OK)
		r = answer_facts(
		    reader, ctx, text, (size_t)length, notice, why);
	talloc_free(text);
	return r;
}

/* Does the notice say that the meeting is in a winmail.dat? */
static int
is_tnef(const struct notice *notice)
{
	size_t i;

	for (i = 0; i < notice->nproblem; i++)
		if (strcmp(notice->problem[i].code, "tnef") == 0)
			return 1;
	return 0;
}

/* The reader of winmail.dat beside this one; NULL if it is not installed. */
static struct reader *
tnef_reader(struct reader *reader)
{
	const char *slash = strrchr(reader->program, '/');
	char *path;

	if (reader->tnef != NULL || slash == NULL)
		return reader->tnef;
	path = mem_print(reader, "%.*s/" TNEF_PROGRAM,
	    (int)(slash - reader->program), reader->program);
	if (strcmp(slash + 1, TNEF_PROGRAM) != 0 && access(path, X_OK) == 0)
		reader->tnef = reader_new(reader, path);
	return reader->tnef;
}

int
reader_wants_more(struct reader *reader, const struct notice *notice)
{
	return is_tnef(notice) && tnef_reader(reader) != NULL;
}

/* Ask one process. */
static enum reading
ask_one(struct reader *reader, TALLOC_CTX *ctx, int fd, int64_t bytes,
    int64_t from, int64_t to, size_t max, struct notice **notice,
    struct why *why)
{
	enum reading r = READING_OK;
	int again;

	assert(under_way(reader) == 0);
	/* A process that died idle never saw the message: ask a fresh one. */
	for (again = 0; again < 2; again++) {
		r = reader_send(reader, fd, bytes, from, to, max, why);
		if (r == READING_OK)
			r = reader_receive(reader, ctx, notice, why);
		if (r == READING_OK || !reader->unread)
			return r;
	}
	return r;
}

enum reading
reader_ask(struct reader *reader, TALLOC_CTX *ctx, int fd, int64_t bytes,
    int64_t from, int64_t to, size_t max, struct notice **notice,
    struct why *why)
{
	enum reading r =
	    ask_one(reader, ctx, fd, bytes, from, to, max, notice, why);

	if (r != READING_OK || !reader_wants_more(reader, *notice))
		return r;
	return ask_one(
	    reader->tnef, ctx, fd, bytes, from, to, max, notice, why);
}
