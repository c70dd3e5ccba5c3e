/*
 * markedreader.c - an imip-reader that reads real messages and fails as told
 *
 * Every message is read as imip-reader reads it (without its sandbox), except
 * those with "MARK-" and one of the words below in them.  For tests of the
 * whole processor: one bad message among good ones.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/facts/facts.h"
#include "lib/read/read.h"
#include "lib/reader/protocol.h"

#define MESSAGE_MAX (1024 * 1024)

/* Send one packet, or end when nobody listens. */
static void
say(const char *p, size_t n)
{
	if (send(READER_SOCKET, p, n, MSG_NOSIGNAL) < 0)
		_exit(0);
}

static int
do_crash(void)
{
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
	return 1;
}

static int
do_hang(void)
{
	for (;;)
		(void)pause();
	return 1;
}

/* Work without end; the limit of the process ends it, as the reader's does. */
static int
do_spin(void)
{
	const struct rlimit second = {1, 2};
	volatile unsigned long n = 0;

	(void)setrlimit(RLIMIT_CPU, &second);
	for (;;)
		n++;
	return 1;
}

static int
do_nonsense(void)
{
	say("all is well\n", 12);
	return 1;
}

/* A message that ends the worker itself. */
static int
do_murder(void)
{
	(void)kill(getppid(), SIGKILL);
	return do_hang();
}

/* Only take some time. */
static int
do_slow(void)
{
	(void)usleep(20000);
	return 0;
}

/* What a mark makes it do; 1: that is all, no answer follows. */
static const struct {
	const char *word;
	int (*act)(void);
} marks[] = {{"MARK-crash", do_crash}, {"MARK-hang", do_hang},
    {"MARK-spin", do_spin}, {"MARK-nonsense", do_nonsense},
    {"MARK-murder", do_murder}, {"MARK-slow", do_slow}};

/* Do what a mark in the message says; 1 if it is not to be answered. */
static int
obey(const char *message)
{
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strstr(message, marks[i].word) != NULL)
			return marks[i].act();
	return 0;
}

/* Read the message and send its facts in packets. */
static void
answer(const char *line, int fd)
{
	static char message[MESSAGE_MAX + 1];
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct window window = {0, 0, 0};
	long long serial, from, to, bytes, offset;
	const char *facts;
	char *packet;
	size_t max, all, at, n;
	ssize_t got;

	if (sscanf(line, "read %lld %lld %lld %zu %lld %lld", &serial, &from,
		&to, &max, &bytes, &offset) != 6)
		_exit(11);
	got = pread(fd, message, MESSAGE_MAX, (off_t)offset);
	if (got < 0)
		_exit(9);
	message[got] = '\0';
	if (obey(message))
		return;
	window.from = from;
	window.to = to;
	window.max = max;
	facts =
	    facts_print(ctx, read_message(ctx, message, (size_t)got, &window));
	packet =
	    mem_print(ctx, "facts %lld %zu\n%s", serial, strlen(facts), facts);
	all = strlen(packet);
	for (at = 0; at < all; at += n) {
		n = all - at < READER_PACKET ? all - at : READER_PACKET;
		say(packet + at, n);
	}
	talloc_free(ctx);
}

int
main(void)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	read_init();
	say(READER_READY, strlen(READER_READY));
	for (;;) {
		union {
			struct cmsghdr header;
			char space[CMSG_SPACE(sizeof(int))];
		} control;
		char line[READER_LINE];
		struct iovec iov = {line, sizeof(line) - 1};
		struct msghdr m = {.msg_iov = &iov,
		    .msg_iovlen = 1,
		    .msg_control = control.space,
		    .msg_controllen = sizeof(control.space)};
		ssize_t n = recvmsg(READER_SOCKET, &m, 0);
		int fd;

		if (n <= 0 || CMSG_FIRSTHDR(&m) == NULL)
			return 0;
		line[n] = '\0';
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
		answer(line, fd);
		(void)close(fd);
	}
}
