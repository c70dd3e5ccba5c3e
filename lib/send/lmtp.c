/*
 * lmtp.c - letters out over LMTP, to a UNIX or a TCP socket
 *
 * libcurl has no LMTP.  Commands are pipelined if the server offers it; the
 * connection is kept for many letters and closed after every letter that
 * failed, so that no state of the protocol has to be repaired.
 * Weak point: a host name is looked up without a time limit of ours.
 * Source: RFC 2033, RFC 2920
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/send/transport.h"

#define REPLY_BYTES_MAX (256L * 1024)
#define LINE_MAX_KEPT   512

struct lmtp {
	char *path; /* of a UNIX socket, or NULL */
	char *host;
	char *port;
	int fd;         /* -1: not connected */
	int pipelining; /* what the server offers */
	int utf8;
	int64_t deadline; /* of the call in hand */
	size_t reply_bytes;
	int heard;     /* a reply came since the letter began */
	char in[4096]; /* bytes at..have are not yet looked at */
	size_t at;
	size_t have;
	char line[LINE_MAX_KEPT]; /* the start of the line being read */
	size_t length;
	struct reply reply;
};

/* --- bytes -------------------------------------------------------------- */

/* Forget the connection. */
static void
hang_up(struct lmtp *l)
{
	if (l->fd >= 0)
		(void)close(l->fd);
	l->fd = -1;
	l->at = l->have = l->length = 0;
	reply_clear(&l->reply);
}

/* Wait until the socket can be read or written. */
static enum res
await(struct lmtp *l, short events, struct why *why)
{
	struct pollfd p = {.fd = l->fd, .events = events, .revents = 0};

	for (;;) {
		int64_t left = l->deadline - send_clock();
		int n;

		if (left <= 0)
			return why_set(
			    why, RES_TEMP, "lmtp: no answer in time");
		n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0)
			return RES_OK;
		if (n < 0 && errno != EINTR)
			return why_set(
			    why, RES_TEMP, "lmtp: poll: %s", strerror(errno));
	}
}

/* Write all bytes. */
static enum res
put(struct lmtp *l, const char *p, size_t n, struct why *why)
{
	while (n > 0) {
		ssize_t w = send(l->fd, p, n, MSG_NOSIGNAL);
		enum res r;

		if (w > 0) {
			p += w;
			n -= (size_t)w;
			continue;
		}
		if (w < 0 && errno != EAGAIN && errno != EINTR)
			return why_set(
			    why, RES_TEMP, "lmtp: write: %s", strerror(errno));
		r = await(l, POLLOUT, why);
		if (r != RES_OK)
			return r;
	}
	return RES_OK;
}

/* Read what there is into the empty buffer. */
static enum res
fill(struct lmtp *l, struct why *why)
{
	for (;;) {
		ssize_t n = recv(l->fd, l->in, sizeof(l->in), 0);
		enum res r;

		if (n == 0)
			return why_set(why, RES_TEMP,
			    "lmtp: the server closed the connection");
		if (n > 0) {
			l->at = 0;
			l->have = (size_t)n;
			l->reply_bytes += (size_t)n;
			return RES_OK;
		}
		if (errno != EAGAIN && errno != EINTR)
			return why_set(
			    why, RES_TEMP, "lmtp: read: %s", strerror(errno));
		r = await(l, POLLIN, why);
		if (r != RES_OK)
			return r;
	}
}

/* Read a line; what is longer than we keep is dropped as it comes. */
static enum res
get_line(struct lmtp *l, struct why *why)
{
	l->length = 0;
	for (;;) {
		enum res r;

		while (l->at < l->have) {
			char c = l->in[l->at++];

			if (c == '\n')
				return RES_OK;
			if (l->length < sizeof(l->line))
				l->line[l->length++] = c;
		}
		if (l->reply_bytes > REPLY_BYTES_MAX)
			return why_set(
			    why, RES_TEMP, "lmtp: the reply does not end");
		r = fill(l, why);
		if (r != RES_OK)
			return r;
	}
}

/* --- replies ------------------------------------------------------------ */

/* Remember what a line of the reply to LHLO offers. */
static void
note_offer(struct lmtp *l)
{
	if (l->length < 4)
		return;
	if (l->length >= 14 && memcmp(l->line + 4, "PIPELINING", 10) == 0)
		l->pipelining = 1;
	if (l->length >= 12 && memcmp(l->line + 4, "SMTPUTF8", 8) == 0)
		l->utf8 = 1;
}

/* Read a whole reply. */
static enum res
get_reply(struct lmtp *l, struct why *why)
{
	do {
		enum res r = get_line(l, why);

		if (r != RES_OK)
			return r;
		if (!reply_line(&l->reply, l->line, l->length))
			return why_set(why, RES_TEMP, "lmtp: not a reply: %.*s",
			    (int)l->length, l->line);
		note_offer(l);
	} while (l->reply.more);
	l->heard = 1;
	return RES_OK;
}

/* The server said something else than we hoped for. */
static enum res
refused(const struct lmtp *l, enum res res, struct why *why)
{
	return why_set(why, res, "lmtp: it said %s", l->reply.text);
}

/* --- connecting --------------------------------------------------------- */

/* Finish a connect that was begun. */
static enum res
connected(struct lmtp *l, struct why *why)
{
	socklen_t size = sizeof(int);
	int error = 0;
	enum res r = await(l, POLLOUT, why);

	if (r != RES_OK)
		return r;
	if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error != 0)
		return why_set(
		    why, RES_TEMP, "lmtp: connect: %s", strerror(error));
	return RES_OK;
}

/* Connect to one address. */
static enum res
dial(struct lmtp *l, const struct sockaddr *address, socklen_t size,
    struct why *why)
{
	enum res r = RES_OK;
	int flags;

	l->fd = socket(address->sa_family, SOCK_STREAM, 0);
	if (l->fd < 0)
		return why_set(
		    why, RES_TEMP, "lmtp: socket: %s", strerror(errno));
	flags = fcntl(l->fd, F_GETFL);
	if (flags < 0 || fcntl(l->fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    fcntl(l->fd, F_SETFD, FD_CLOEXEC) < 0)
		r = why_set(why, RES_TEMP, "lmtp: fcntl: %s", strerror(errno));
	else if (connect(l->fd, address, size) < 0)
		r = errno == EINPROGRESS
		        ? connected(l, why)
		        : why_set(why, RES_TEMP, "lmtp: connect: %s",
			      strerror(errno));
	if (r != RES_OK)
		hang_up(l);
	return r;
}

/* Connect to the UNIX socket. */
static enum res
dial_path(struct lmtp *l, struct why *why)
{
	struct sockaddr_un un;

	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	memcpy(un.sun_path, l->path, strlen(l->path) + 1);
	return dial(l, (const struct sockaddr *)&un, sizeof(un), why);
}

/* Connect to the first address of the host that answers. */
static enum res
dial_host(struct lmtp *l, struct why *why)
{
	struct addrinfo hints, *list, *a;
	enum res r = RES_TEMP;
	int e;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	e = getaddrinfo(l->host, l->port, &hints, &list);
	if (e != 0)
		return why_set(
		    why, RES_TEMP, "lmtp: %s: %s", l->host, gai_strerror(e));
	for (a = list; a != NULL && r != RES_OK; a = a->ai_next)
		r = dial(l, a->ai_addr, a->ai_addrlen, why);
	freeaddrinfo(list);
	return r;
}

/* Read the greeting and say who we are. */
static enum res
greet(struct lmtp *l, struct why *why)
{
	char host[256] = "", hello[300];
	enum res r = get_reply(l, why);
	int n;

	if (r == RES_OK && l->reply.code != 220)
		r = refused(l, RES_TEMP, why);
	if (gethostname(host, sizeof(host) - 1) < 0 || host[0] == '\0')
		strcpy(host, "localhost");
	n = snprintf(hello, sizeof(hello), "LHLO %s\r\n", host);
	l->pipelining = l->utf8 = 0;
	if (r == RES_OK)
		r = put(l, hello, (size_t)n, why);
	if (r == RES_OK)
		r = get_reply(l, why);
	if (r == RES_OK && l->reply.code / 100 != 2)
		r = refused(l, RES_TEMP, why);
	return r;
}

/* Connect and greet, within the limit for a connection. */
static enum res
open_connection(struct send *send, struct lmtp *l, struct why *why)
{
	int64_t end = l->deadline;
	enum res r;

	if (l->deadline > send_clock() + send->connect_ms)
		l->deadline = send_clock() + send->connect_ms;
	r = l->path != NULL ? dial_path(l, why) : dial_host(l, why);
	l->deadline = end;
	if (r == RES_OK)
		r = greet(l, why);
	if (r != RES_OK)
		hang_up(l);
	return r;
}

/* --- a letter ----------------------------------------------------------- */

/* The letter with a second dot where a line begins with one, and the end. */
static char *
stuffed(TALLOC_CTX *ctx, const struct letter *letter, size_t *n)
{
	const char *p = letter->bytes;
	size_t i, dots = 0, k = 0;
	char *out;

	for (i = 0; i < letter->n; i++)
		dots += p[i] == '.' && (i == 0 || p[i - 1] == '\n');
	out = mem_array(ctx, char, letter->n + dots + 3);
	for (i = 0; i < letter->n; i++) {
		if (p[i] == '.' && (i == 0 || p[i - 1] == '\n'))
			out[k++] = '.';
		out[k++] = p[i];
	}
	memcpy(out + k, ".\r\n", 3);
	*n = k + 3;
	return out;
}

/* MAIL, RCPT and DATA: in one write if the server can, else one by one. */
static enum res
envelope(struct lmtp *l, char *const command[3], struct why *why)
{
	enum res r = RES_OK;
	int i;

	if (l->pipelining) {
		char *all =
		    mem_print(l, "%s%s%s", command[0], command[1], command[2]);

		r = put(l, all, strlen(all), why);
		talloc_free(all);
	}
	for (i = 0; i < 3 && r == RES_OK; i++) {
		if (!l->pipelining)
			r = put(l, command[i], strlen(command[i]), why);
		if (r == RES_OK)
			r = get_reply(l, why);
		if (r == RES_OK && l->reply.code / 100 != (i < 2 ? 2 : 3))
			r = refused(l,
			    reply_meaning(&l->reply) == RES_PERM ? RES_PERM
								 : RES_TEMP,
			    why);
	}
	return r;
}

/* The letter's bytes and the reply for its one recipient. */
static enum res
body(struct lmtp *l, const struct letter *letter, struct why *why)
{
	size_t n;
	char *bytes = stuffed(l, letter, &n);
	enum res r = put(l, bytes, n, why);

	talloc_free(bytes);
	if (r == RES_OK)
		r = get_reply(l, why);
	if (r == RES_OK && reply_meaning(&l->reply) != RES_OK)
		r = refused(l, reply_meaning(&l->reply), why);
	return r;
}

/* One letter over the open connection. */
static enum res
transact(struct lmtp *l, const struct letter *letter, struct why *why)
{
	int ascii =
	    send_is_ascii(letter->sender) && send_is_ascii(letter->recipient);
	char *command[3];
	enum res r;
	size_t i;

	if (!ascii && !l->utf8)
		return why_set(why, RES_PERM,
		    "lmtp: the relay does not offer SMTPUTF8, which the "
		    "address needs");
	command[0] = mem_print(l, "MAIL FROM:<%s>%s\r\n", letter->sender,
	    ascii ? "" : " SMTPUTF8");
	command[1] = mem_print(l, "RCPT TO:<%s>\r\n", letter->recipient);
	command[2] = mem_text(l, "DATA\r\n");
	r = envelope(l, command, why);
	for (i = 0; i < 3; i++)
		talloc_free(command[i]);
	if (r == RES_OK)
		r = body(l, letter, why);
	return r;
}

/* Hand one letter over; a closed connection is opened again once. */
static enum res
lmtp_deliver(struct send *send, const struct letter *letter, struct why *why)
{
	struct lmtp *l = send->state;
	int kept = l->fd >= 0;
	enum res r = RES_OK;

	l->deadline = send_clock() + send->whole_ms;
	l->reply_bytes = 0;
	l->heard = 0;
	if (kept)
		r = transact(l, letter, why);
	if (kept && r == RES_TEMP && (!l->heard || l->reply.code == 421)) {
		hang_up(l);
		kept = 0;
	}
	if (!kept) {
		r = open_connection(send, l, why);
		if (r != RES_OK) {
			send->down = 1;
			return r;
		}
		r = transact(l, letter, why);
	}
	if (r != RES_OK) {
		send->down = l->reply.code == 421;
		hang_up(l);
	}
	return r;
}

/* Say goodbye without waiting for the answer. */
static void
lmtp_idle(struct send *send)
{
	struct lmtp *l = send->state;

	l->deadline = send_clock();
	if (l->fd >= 0 && put(l, "QUIT\r\n", 6, NULL) == RES_OK)
		(void)shutdown(l->fd, SHUT_WR);
	hang_up(l);
}

/* The record dies with its connection. */
static int
lmtp_free(struct lmtp *l)
{
	hang_up(l);
	return 0;
}

/* Take HOST:PORT or [HOST]:PORT apart. */
static enum res
read_host(struct lmtp *l, const char *text, struct why *why)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon != NULL ? (size_t)(colon - text) : 0;
	long port = colon != NULL ? strtol(colon + 1, NULL, 10) : 0;

	if (n > 2 && text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
	} else if (memchr(text, ':', n) != NULL) {
		n = 0;
	}
	if (n == 0 || port < 1 || port > 65535 ||
	    colon[1 + strspn(colon + 1, "0123456789")] != '\0' ||
	    strcspn(text, " /@\t") < n)
		return why_set(why, RES_PERM,
		    "relay: expected lmtp:/PATH/OF/SOCKET or lmtp:HOST:PORT");
	l->host = mem_textn(l, text, n);
	l->port = mem_text(l, colon + 1);
	return RES_OK;
}

/* lmtp:/path or lmtp:HOST:PORT */
static enum res
lmtp_open(struct send *send, const char *relay, struct why *why)
{
	const char *text = relay + strlen(send->transport->scheme);
	struct lmtp *l = mem_new(send, struct lmtp);
	struct sockaddr_un un;

	l->fd = -1;
	send->state = l;
	talloc_set_destructor(l, lmtp_free);
	if (text[0] != '/')
		return read_host(l, text, why);
	if (strlen(text) >= sizeof(un.sun_path))
		return why_set(why, RES_PERM,
		    "relay: the path of a socket has at most %zu bytes",
		    sizeof(un.sun_path) - 1);
	l->path = mem_text(l, text);
	return RES_OK;
}

const struct transport transport_lmtp = {
    .scheme = "lmtp:",
    .form = "lmtp:SOCKET, lmtp:HOST:PORT",
    .open = lmtp_open,
    .deliver = lmtp_deliver,
    .idle = lmtp_idle,
};
