/*
 * serve.c - the main loop of a program that reads hostile bytes, see serve.h
 */
#define _GNU_SOURCE
#include "lib/reader/serve.h"

#include <errno.h>
#include <iconv.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/sandbox.h"
#include "lib/base/version.h"
#include "lib/base/zone.h"
#include "lib/facts/limits.h"
#include "lib/reader/cpu.h"
#include "lib/reader/protocol.h"

#define DESCRIPTORS 16
#define STACK_BYTES (8L * 1024 * 1024)

/* One question. */
struct question {
	int64_t serial;
	int64_t from;
	int64_t to;
	size_t max;
	int64_t bytes;  /* -1: to the end */
	int64_t offset; /* -1: the descriptor has none */
	int fd;
};

/*
 * Character sets of mail.  Their converters are loaded, and kept open, before
 * the sandbox closes, since no code can be loaded later.
 */
static const char *const charset[] = {"ISO-8859-1", "ISO-8859-2", "ISO-8859-3",
    "ISO-8859-4", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8",
    "ISO-8859-9", "ISO-8859-10", "ISO-8859-11", "ISO-8859-13", "ISO-8859-14",
    "ISO-8859-15", "ISO-8859-16", "CP1250", "CP1251", "CP1252", "CP1253",
    "CP1254", "CP1255", "CP1256", "CP1257", "CP1258", "CP874", "CP437", "CP850",
    "CP866", "KOI8-R", "KOI8-U", "MACINTOSH", "ISO-2022-JP", "SHIFT_JIS",
    "CP932", "EUC-JP", "GB2312", "GBK", "GB18030", "BIG5", "BIG5-HKSCS",
    "EUC-KR", "CP949", "ISO-2022-KR", "TIS-620", "UTF-7", "UTF-16", "UTF-16LE",
    "UTF-16BE", "UTF-32", "US-ASCII"};

/* Load the converters. */
static void
load_charsets(void)
{
	size_t i;

	for (i = 0; i < sizeof(charset) / sizeof(charset[0]); i++)
		(void)iconv_open("UTF-8", charset[i]);
}

/* Give every right away. */
static enum res
close_sandbox(struct why *why)
{
	const char *const zones[] = {zone_directory(), NULL};
	struct rlimit stack;
	struct sandbox s;

	memset(&s, 0, sizeof(s));
	s.read = zones;
	s.seccomp = 1;
	s.memory = LIMIT_READ_MEMORY;
	s.files = DESCRIPTORS;
	s.file_bytes = 0;
	if (getrlimit(RLIMIT_STACK, &stack) == 0 &&
	    stack.rlim_cur > STACK_BYTES) {
		stack.rlim_cur = STACK_BYTES;
		(void)setrlimit(RLIMIT_STACK, &stack);
	}
	return sandbox_enter(&s, why);
}

/* The descriptor that came with a message, or -1. */
static int
received_fd(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd = -1;

	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* Take a question apart; returns 1 if it is one. */
static int
parse_question(const char *p, struct question *q)
{
	int64_t max = 0;

	if (strncmp(p, "read ", 5) != 0)
		return 0;
	p += 5;
	if (!protocol_number(&p, ' ', &q->serial) ||
	    !protocol_number(&p, ' ', &q->from) ||
	    !protocol_number(&p, ' ', &q->to) ||
	    !protocol_number(&p, ' ', &max) || max < 0 ||
	    !protocol_number(&p, ' ', &q->bytes) ||
	    !protocol_number(&p, '\n', &q->offset) || *p != '\0')
		return 0;
	q->max = (size_t)max;
	return 1;
}

/*
 * Wait until a question is there, and leave it there: should the process be
 * killed while it waits, the question stays unread, and the client knows by the
 * reset of the socket that the message had no part in it.
 */
static int
await_question(void)
{
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr m;
	ssize_t n;

	memset(&m, 0, sizeof(m));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	do
		n = recvmsg(READER_SOCKET, &m, MSG_PEEK);
	while (n < 0 && errno == EINTR);
	return n > 0;
}

/* Take a question.  Returns 1, or 0 if nobody will ask any more. */
static int
receive_question(struct question *q)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	char line[READER_LINE];
	struct iovec iov = {line, sizeof(line) - 1};
	struct msghdr m;
	ssize_t n;

	memset(&control, 0, sizeof(control));
	memset(&m, 0, sizeof(m));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = control.space;
	m.msg_controllen = sizeof(control.space);
	do
		n = recvmsg(READER_SOCKET, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return 0;
	line[n] = '\0';
	q->fd = received_fd(&m);
	return q->fd >= 0 && parse_question(line, q);
}

/* Read at most n bytes of the message; -1 on an error. */
static ssize_t
read_some(const struct question *q, char *buf, size_t n, size_t done)
{
	ssize_t r;

	do
		r = q->offset < 0
		        ? read(q->fd, buf, n)
		        : pread(q->fd, buf, n, q->offset + (off_t)done);
	while (r < 0 && errno == EINTR);
	return r;
}

/*
 * The bytes of the message, talloc'ed: as many as there are, whatever was
 * announced, but no more than one above the limit, so that lib/read sees that
 * it is passed.  NULL on a read error, with errno.
 */
static char *
read_bytes(TALLOC_CTX *ctx, const struct question *q, size_t *n)
{
	const size_t most = LIMIT_MESSAGE_BYTES + 1;
	size_t want =
	    q->bytes < 0 || q->bytes > (int64_t)most ? most : (size_t)q->bytes;
	size_t room = q->bytes < 0 ? READER_PACKET : want;
	char *buf = mem_array(ctx, char, room + 1);

	*n = 0;
	while (*n < want) {
		ssize_t r;

		if (*n == room) {
			room = room > want / 2 ? want : 2 * room;
			buf = mem_check(talloc_realloc(
			    ctx, buf, char, mem_count(room + 1)));
		}
		r = read_some(q, buf + *n, room - *n, *n);
		if (r < 0)
			return NULL;
		if (r == 0)
			break;
		*n += (size_t)r;
	}
	return buf;
}

/* Send bytes as packets; nobody there means there is nothing left to do. */
static void
send_packets(char *line, size_t nline, char *text, size_t n)
{
	size_t first = READER_PACKET - nline;
	struct iovec iov[2];
	struct msghdr m;

	memset(&m, 0, sizeof(m));
	iov[0].iov_base = line;
	iov[0].iov_len = nline;
	iov[1].iov_base = text;
	iov[1].iov_len = n < first ? n : first;
	m.msg_iov = iov;
	m.msg_iovlen = 2;
	for (;;) {
		ssize_t r = sendmsg(READER_SOCKET, &m, MSG_NOSIGNAL);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			exit(0);
		text += iov[1].iov_len;
		n -= iov[1].iov_len;
		if (n == 0)
			return;
		iov[0].iov_len = 0;
		iov[1].iov_base = text;
		iov[1].iov_len = n < READER_PACKET ? n : READER_PACKET;
	}
}

/* Answer that the bytes cannot be had now. */
static void
answer_later(const struct question *q, int error)
{
	char line[READER_LINE];

	(void)snprintf(line, sizeof(line), "later %lld read: %s",
	    (long long)q->serial, strerror(error));
	send_packets(line, strlen(line), NULL, 0);
}

/* Answer one question and close it; memory of the message is on ctx. */
static void
answer(TALLOC_CTX *ctx, const struct question *q, const struct serve *serve)
{
	char line[READER_LINE];
	size_t n = 0;
	char *bytes, *text;
	int error;

	cpu_limit(LIMIT_READ_CPU);
	bytes = read_bytes(ctx, q, &n);
	error = errno;
	(void)close(q->fd);
	if (bytes == NULL) {
		answer_later(q, error);
		return;
	}
	text = facts_print(
	    ctx, serve->read(ctx, bytes, n, q->from, q->to, q->max));
	cpu_limit(0);
	n = strlen(text);
	(void)snprintf(
	    line, sizeof(line), "facts %lld %zu\n", (long long)q->serial, n);
	send_packets(line, strlen(line), text, n);
}

/* Answer until the other side hangs up or speaks another language. */
static void
answer_all(const struct serve *serve)
{
	struct question q;

	memset(&q, 0, sizeof(q));
	while (await_question() && receive_question(&q)) {
		TALLOC_CTX *ctx = mem_check(talloc_new(NULL));

		answer(ctx, &q, serve);
		talloc_free(ctx);
	}
}

/* --describe, --version, --help: for people who wonder what it is. */
static int
explain(const struct serve *serve, const char *option)
{
	char buf[200];

	if (strcmp(option, "--version") == 0)
		printf("%s %s\n", serve->name, IMIPD_VERSION);
	else if (strcmp(option, "--describe") == 0)
		printf("%s\n", sandbox_describe(buf, sizeof(buf)));
	else if (strcmp(option, "--help") == 0)
		printf("usage: %s --describe | --version | --help\n"
		       "Reads messages for the other programs of imipd, which "
		       "start it.\n",
		    serve->name);
	else
		fatal(64, "%s: unknown option; try --help", option);
	return fflush(stdout) == 0 ? 0 : 75;
}

int
serve_main(const struct serve *serve, int argc, char **argv)
{
	struct why why = {""};
	char line[READER_LINE];
	int type = 0;
	socklen_t size = sizeof(type);

	log_open(serve->name, 1);
	if (argc > 1)
		return explain(serve, argv[1]);
	if (getsockopt(READER_SOCKET, SOL_SOCKET, SO_TYPE, &type, &size) < 0 ||
	    type != SOCK_SEQPACKET)
		fatal(64, "the other programs of imipd start me; try --help");
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	mem_init();
	serve->init();
	load_charsets();
	if (close_sandbox(&why) != RES_OK) {
		(void)snprintf(line, sizeof(line), "failed %s\n", why.text);
		send_packets(line, strlen(line), NULL, 0);
		return 75;
	}
	(void)snprintf(line, sizeof(line), "%s", READER_READY);
	send_packets(line, strlen(line), NULL, 0);
	answer_all(serve);
	return 0;
}
