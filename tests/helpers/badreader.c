/*
 * badreader.c - an imip-reader that does what the first word of a message says
 *
 * For tests of the client: each way in which a process that reads hostile bytes
 * can end, hang or lie.  "good TEXT" is answered as it should be, with TEXT as
 * the subject.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/facts/facts.h"
#include "lib/facts/limits.h"
#include "lib/reader/protocol.h"

static char packet[READER_PACKET];

/* Send one packet of n bytes. */
static void
say(const char *p, size_t n)
{
	if (send(READER_SOCKET, p, n, MSG_NOSIGNAL) < 0)
		_exit(0);
}

/* Send a line. */
static void
say_line(const char *line)
{
	say(line, strlen(line));
}

/* Every string of a mail is there. */
static void
fill_mail(struct mail *mail, const char *subject)
{
	mail->subject = subject;
	mail->message_id = "";
	mail->references = "";
	mail->language = "";
	mail->auto_submitted = "";
	mail->precedence = "";
	mail->list_id = "";
	mail->type = "text/plain";
}

/* The answer as it should be. */
static void
do_good(long long serial, const char *text)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct notice *notice = mem_new(ctx, struct notice);
	char *facts;

	fill_mail(&notice->mail, text);
	facts = facts_print(ctx, notice);
	say_line(
	    mem_print(ctx, "facts %lld %zu\n%s", serial, strlen(facts), facts));
	talloc_free(ctx);
}

static void
do_crash(long long serial, const char *text)
{
	(void)serial;
	(void)text;
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
}

static void
do_exit(long long serial, const char *text)
{
	(void)serial;
	(void)text;
	_exit(3);
}

static void
do_hang(long long serial, const char *text)
{
	(void)serial;
	(void)text;
	for (;;)
		(void)pause();
}

/* What the kernel does to a process that used its processor time up. */
static void
do_spin(long long serial, const char *text)
{
	(void)serial;
	(void)text;
	(void)raise(SIGPROF);
}

/* Hang up, and live on. */
static void
do_close(long long serial, const char *text)
{
	(void)close(READER_SOCKET);
	do_hang(serial, text);
}

static void
do_nonsense(long long serial, const char *text)
{
	(void)serial;
	(void)text;
	say_line("250 2.0.0 Ok: queued as 12345\r\n");
}

/* The answer to another question. */
static void
do_serial(long long serial, const char *text)
{
	do_good(serial + 1, text);
}

/* A good line, and then what is no facts. */
static void
do_lie(long long serial, const char *text)
{
	char line[READER_LINE];

	(void)text;
	(void)snprintf(
	    line, sizeof(line), "facts %lld 14\nimip-facts 99\n", serial);
	say_line(line);
}

/* More than any facts may have. */
static void
do_long(long long serial, const char *text)
{
	char line[READER_LINE];

	(void)text;
	(void)snprintf(line, sizeof(line), "facts %lld %ld\n", serial,
	    LIMIT_FACTS_BYTES + 1);
	say_line(line);
	for (;;)
		say(packet, sizeof(packet));
}

/* More than it said, in the packet itself. */
static void
do_overrun(long long serial, const char *text)
{
	char line[READER_LINE];

	(void)text;
	(void)snprintf(
	    line, sizeof(line), "facts %lld 3\nmore than three", serial);
	say_line(line);
}

/* More than it said, without end. */
static void
do_flood(long long serial, const char *text)
{
	char line[READER_LINE];

	(void)text;
	(void)snprintf(line, sizeof(line), "facts %lld 100000\n", serial);
	say_line(line);
	for (;;)
		say(packet, sizeof(packet));
}

/* The start of an answer, and nothing more. */
static void
do_part(long long serial, const char *text)
{
	char line[READER_LINE];

	(void)snprintf(
	    line, sizeof(line), "facts %lld 100000\nimipd-facts 1\n", serial);
	say_line(line);
	do_hang(serial, text);
}

/* The answer, one that nobody asked for, and a sign that both are sent. */
static void
do_chatter(long long serial, const char *text)
{
	do_good(serial, text);
	do_good(serial + 1, "never asked for");
	(void)raise(SIGSTOP);
}

/* The answer, and then death. */
static void
do_leave(long long serial, const char *text)
{
	do_good(serial, text);
	_exit(0);
}

static void
do_later(long long serial, const char *text)
{
	char line[READER_LINE];

	(void)text;
	(void)snprintf(line, sizeof(line), "later %lld disk \033[31m", serial);
	say_line(line);
}

static const struct {
	const char *word;
	void (*act)(long long serial, const char *text);
} acts[] = {{"good ", do_good}, {"crash", do_crash}, {"exit", do_exit},
    {"hang", do_hang}, {"spin", do_spin}, {"close", do_close},
    {"nonsense", do_nonsense}, {"serial", do_serial}, {"lie", do_lie},
    {"long", do_long}, {"overrun", do_overrun}, {"flood", do_flood},
    {"part", do_part}, {"chatter", do_chatter}, {"leave", do_leave},
    {"later", do_later}};

/* Do what a message says. */
static void
obey(long long serial, int fd)
{
	char text[200];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	size_t i;

	(void)close(fd);
	if (n < 0)
		_exit(9);
	text[n] = '\0';
	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		size_t length = strlen(acts[i].word);

		if (strncmp(text, acts[i].word, length) == 0) {
			acts[i].act(serial, text + length);
			return;
		}
	}
	_exit(10);
}

/* Receive a question; returns its serial, or ends the process. */
static long long
next_question(int *fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	char line[READER_LINE];
	struct iovec iov = {line, sizeof(line) - 1};
	struct msghdr m;
	struct pollfd p = {READER_SOCKET, POLLIN, 0};
	long long serial;
	ssize_t n;

	memset(&m, 0, sizeof(m));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = control.space;
	m.msg_controllen = sizeof(control.space);
	/* Not to take a question along if it is killed while it waits. */
	(void)poll(&p, 1, -1);
	n = recvmsg(READER_SOCKET, &m, 0);
	if (n <= 0)
		_exit(0);
	line[n] = '\0';
	if (sscanf(line, "read %lld", &serial) != 1 ||
	    CMSG_FIRSTHDR(&m) == NULL)
		_exit(11);
	memcpy(fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(*fd));
	return serial;
}

int
main(void)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	say_line(READER_READY);
	for (;;) {
		int fd = -1;
		long long serial = next_question(&fd);

		obey(serial, fd);
	}
}
