/*
 * fakesmtp.c - a scripted SMTP or LMTP server for tests
 *
 *	fakesmtp [-l] [-p] [-u SOCKET] [-r RECORD] [-e OFFER]... [RULE]...
 *
 *	-l          LMTP: LHLO, one reply per recipient after the dot
 *	-p          do not offer PIPELINING
 *	-u SOCKET   listen there and not on 127.0.0.1
 *	-r RECORD   write every byte that clients sent to this file
 *	-e OFFER    one more line of the reply to EHLO: STARTTLS, AUTH PLAIN
 *	RULE        STAGE[*TIMES]=ACTION; the first one that is not used up wins
 *	            STAGE   banner ehlo starttls auth mail rcpt data dot quit
 *	            ACTION  a reply; \n ends a line (else one is added), \0 a NUL
 *	                    close, hang   say nothing
 *	                    long          250 and a line of a megabyte
 *	                    drip          250, a byte at a time, never ending
 *	                    flood         a reply of continuation lines for ever
 *
 * It prints the port on a line, serves until its standard input ends, then
 * prints "connections N letters M" (whole letters read, whatever it answered)
 * and exits.  Never use it for mail.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define RULES_MAX  50
#define OFFERS_MAX 8

struct rule {
	char stage[16];
	long left; /* -1: always */
	const char *action;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rule rules[RULES_MAX];
static size_t nrules;
static const char *offers[OFFERS_MAX];
static size_t noffers;
static int lmtp, plain;
static FILE *record;
static int connections, letters;

/* One client. */
struct client {
	int fd;
	int rcpts; /* accepted in this transaction */
	char line[70000];
};

/* The action of a stage, or NULL: behave. */
static const char *
action_of(const char *stage)
{
	const char *action = NULL;
	size_t i;

	(void)pthread_mutex_lock(&lock);
	for (i = 0; i < nrules && action == NULL; i++) {
		if (strcmp(rules[i].stage, stage) != 0 || rules[i].left == 0)
			continue;
		action = rules[i].action;
		if (rules[i].left > 0)
			rules[i].left--;
	}
	(void)pthread_mutex_unlock(&lock);
	return action;
}

/* Write all; 0 if the client is gone. */
static int
put(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = send(fd, p, n, MSG_NOSIGNAL);

		if (w <= 0)
			return 0;
		p += w;
		n -= (size_t)w;
	}
	return 1;
}

/* Read a byte into the record. */
static int
get(int fd, char *c)
{
	if (recv(fd, c, 1, 0) != 1)
		return 0;
	(void)pthread_mutex_lock(&lock);
	if (record != NULL)
		(void)fputc(*c, record);
	(void)pthread_mutex_unlock(&lock);
	return 1;
}

/* Say nothing until the client goes. */
static int
hang(int fd)
{
	char c;

	while (get(fd, &c))
		continue;
	return 0;
}

/* A reply line of a megabyte. */
static int
say_long(int fd)
{
	char block[1024];
	int i, ok = put(fd, "250 ", 4);

	memset(block, 'x', sizeof(block));
	for (i = 0; i < 1024 && ok; i++)
		ok = put(fd, block, sizeof(block));
	return ok && put(fd, "\r\n", 2);
}

/* The same bytes again and again, with a pause, until the client goes. */
static int
say_for_ever(int fd, const char *text, long pause_ns)
{
	struct timespec t = {.tv_sec = 0, .tv_nsec = pause_ns};

	while (put(fd, text, strlen(text)))
		if (pause_ns > 0)
			(void)nanosleep(&t, NULL);
	return 0;
}

/* A reply as it stands in a rule. */
static int
say_text(int fd, const char *text)
{
	char out[4096];
	size_t n = 0;

	for (; *text != '\0' && n + 3 < sizeof(out); text++) {
		if (text[0] != '\\') {
			out[n++] = *text;
			continue;
		}
		text++;
		if (*text == 'n')
			out[n++] = '\r';
		if (*text != 'r')
			out[n++] = *text == '0' ? '\0' : '\n';
	}
	if (n == 0 || out[n - 1] != '\n') {
		out[n++] = '\r';
		out[n++] = '\n';
	}
	return put(fd, out, n);
}

/*
 * Answer a stage as the rules say, else with `normal`.
 * Returns 0: the connection is over, 1: refused, 2: accepted.
 */
static int
answer(const struct client *c, const char *stage, const char *normal)
{
	const char *action = action_of(stage);

	if (action == NULL)
		return say_text(c->fd, normal) ? 2 : 0;
	if (strcmp(action, "close") == 0)
		return 0;
	if (strcmp(action, "hang") == 0)
		return hang(c->fd);
	if (strcmp(action, "long") == 0)
		return say_long(c->fd) ? 2 : 0;
	if (strcmp(action, "drip") == 0)
		return say_for_ever(c->fd, "2", 20000000);
	if (strcmp(action, "flood") == 0)
		return say_for_ever(c->fd, "250-and more\r\n", 0);
	if (!say_text(c->fd, action) || strncmp(action, "421", 3) == 0)
		return 0;
	return action[0] == '2' || action[0] == '3' ? 2 : 1;
}

/* Read a line, without its end; 0: the client is gone. */
static int
get_line(struct client *c)
{
	size_t n = 0;
	char b;

	while (get(c->fd, &b)) {
		if (b == '\n') {
			c->line[n] = '\0';
			return 1;
		}
		if (b != '\r' && n + 1 < sizeof(c->line))
			c->line[n++] = b;
	}
	return 0;
}

/* The letter, and a reply for it or for each recipient. */
static int
take_letter(struct client *c)
{
	int i, count = lmtp ? c->rcpts : 1;

	do {
		if (!get_line(c))
			return 0;
	} while (strcmp(c->line, ".") != 0);
	(void)pthread_mutex_lock(&lock);
	letters++;
	(void)pthread_mutex_unlock(&lock);
	for (i = 0; i < count; i++)
		if (answer(c, "dot", "250 2.0.0 taken") == 0)
			return 0;
	c->rcpts = 0;
	return 1;
}

/* What we offer. */
static int
hello(const struct client *c)
{
	char text[2000];
	size_t i;
	int n;

	n = snprintf(text, sizeof(text), "250-fake\\n%s250-SIZE 1000000\\n",
	    plain ? "" : "250-PIPELINING\\n");
	for (i = 0; i < noffers; i++)
		n += snprintf(
		    text + n, sizeof(text) - (size_t)n, "250-%s\\n", offers[i]);
	(void)snprintf(text + n, sizeof(text) - (size_t)n, "250 8BITMIME");
	return answer(c, "ehlo", text);
}

/* RCPT. */
static int
take_rcpt(struct client *c)
{
	int r = answer(c, "rcpt", "250 2.1.5 known");

	c->rcpts += r == 2;
	return r;
}

/* DATA. */
static int
take_data(struct client *c)
{
	int r;

	if (c->rcpts == 0)
		return say_text(c->fd, "503 5.5.1 no recipients");
	r = answer(c, "data", "354 go on");
	return r == 2 ? take_letter(c) : r;
}

/* One command; 0 ends the connection. */
static int
obey(struct client *c)
{
	if (strncasecmp(c->line, lmtp ? "LHLO" : "EHLO", 4) == 0)
		return hello(c);
	if (strncasecmp(c->line, "MAIL", 4) == 0)
		return answer(c, "mail", "250 2.1.0 sender");
	if (strncasecmp(c->line, "RCPT", 4) == 0)
		return take_rcpt(c);
	if (strncasecmp(c->line, "DATA", 4) == 0)
		return take_data(c);
	if (strncasecmp(c->line, "STARTTLS", 8) == 0)
		return answer(c, "starttls", "454 4.7.0 not now");
	if (strncasecmp(c->line, "AUTH", 4) == 0)
		return answer(c, "auth", "235 2.7.0 welcome");
	if (strncasecmp(c->line, "QUIT", 4) == 0)
		return answer(c, "quit", "221 2.0.0 bye") & 0;
	return say_text(c->fd, "500 5.5.2 what?");
}

/* A connection from banner to end. */
static void *
serve(void *arg)
{
	struct client *c = arg;

	(void)pthread_mutex_lock(&lock);
	connections++;
	(void)pthread_mutex_unlock(&lock);
	if (answer(c, "banner", "220 fake ready") != 0)
		while (get_line(c) && obey(c))
			continue;
	(void)close(c->fd);
	free(c);
	return NULL;
}

/* Take connections for ever, each in its own thread. */
static void *
take_clients(void *arg)
{
	const int *listener = arg;
	pthread_attr_t attr;
	pthread_t thread;

	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (;;) {
		struct client *c = calloc(1, sizeof(*c));

		if (c == NULL)
			exit(1);
		c->fd = accept4(*listener, NULL, NULL, SOCK_CLOEXEC);
		if (c->fd < 0 || pthread_create(&thread, &attr, serve, c) != 0)
			exit(1);
	}
	return NULL;
}

/* Listen on 127.0.0.1 and print the port. */
static int
listen_port(void)
{
	struct sockaddr_in a;
	socklen_t size = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(&a, 0, sizeof(a));
	a.sin_family = AF_INET;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, size) < 0 ||
	    listen(fd, 50) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &size) < 0)
		return -1;
	(void)printf("%d\n", ntohs(a.sin_port));
	return fd;
}

/* Listen on a UNIX socket and print 0. */
static int
listen_path(const char *path)
{
	struct sockaddr_un a;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(&a, 0, sizeof(a));
	a.sun_family = AF_UNIX;
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(fd, 50) < 0)
		return -1;
	(void)printf("0\n");
	return fd;
}

/* Keep a rule. */
static int
add_rule(const char *text)
{
	const char *equals = strchr(text, '=');
	size_t n = strcspn(text, "*=");
	struct rule *r = &rules[nrules];

	if (equals == NULL || nrules == RULES_MAX || n >= sizeof(r->stage))
		return 0;
	memcpy(r->stage, text, n);
	r->left = text[n] == '*' ? strtol(text + n + 1, NULL, 10) : -1;
	r->action = equals + 1;
	nrules++;
	return 1;
}

/* Options and rules; returns the listening socket or -1. */
static int
set_up(int argc, char **argv)
{
	const char *path = NULL;
	int o;

	while ((o = getopt(argc, argv, "lpu:r:e:")) >= 0) {
		if (o == 'l')
			lmtp = 1;
		else if (o == 'p')
			plain = 1;
		else if (o == 'u')
			path = optarg;
		else if (o == 'r')
			record = fopen(optarg, "wbe");
		else if (o == 'e' && noffers < OFFERS_MAX)
			offers[noffers++] = optarg;
		else
			return -1;
	}
	for (; optind < argc; optind++)
		if (!add_rule(argv[optind]))
			return -1;
	return path != NULL ? listen_path(path) : listen_port();
}

int
main(int argc, char **argv)
{
	pthread_t thread;
	char c;
	int listener = set_up(argc, argv);

	if (listener < 0 ||
	    pthread_create(&thread, NULL, take_clients, &listener) != 0) {
		(void)fprintf(stderr, "fakesmtp: cannot start\n");
		return 64;
	}
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		continue;
	(void)pthread_mutex_lock(&lock);
	(void)printf("connections %d letters %d\n", connections, letters);
	(void)fflush(stdout);
	if (record != NULL)
		(void)fclose(record);
	_exit(0);
}
