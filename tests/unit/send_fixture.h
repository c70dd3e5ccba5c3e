/*
 * send_fixture.h - what the tests of lib/send share: a server that does as it
 * is told, a scratch directory, letters
 *
 * The server is tests/helpers/fakesmtp.c, run as a program beside the tests.
 *
 * Used by: send.c, send_local.c, send_wire.c in this folder.
 */
#ifndef TESTS_UNIT_SEND_FIXTURE_H
#define TESTS_UNIT_SEND_FIXTURE_H

#include <fcntl.h>
#include <libgen.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/send/transport.h"

#define BODY                                                                   \
	"From: room@example.com\r\nTo: ann@example.org\r\n"                    \
	"Message-ID: <1.2.3@host.example>\r\nSubject: x\r\n\r\n"               \
	"one\r\n.two\r\n..\r\n.\r\nlast\r\n"

static char scratch[] = "/tmp/imipd-send.XXXXXX";
static char server_program[4096];

/* Make the scratch directory; the server is found from the test's argv[0]. */
static inline int
fixture_open(char *self)
{
	(void)snprintf(server_program, sizeof(server_program), "%s/../fakesmtp",
	    dirname(self));
	return mkdtemp(scratch) != NULL;
}

/* Remove the scratch directory and what is in it. */
static inline void
fixture_close(void)
{
	char *remove[] = {
	    (char *)(uintptr_t) "rm", (char *)(uintptr_t) "-rf", scratch, NULL};
	pid_t pid = fork();

	if (pid == 0) {
		(void)execv("/bin/rm", remove);
		_exit(127);
	}
	(void)waitpid(pid, NULL, 0);
}

struct fake {
	pid_t pid;
	int in;
	FILE *out;
	int port;
	char record[200];
	char socket[200];
	int connections;
	int letters;
};

/* A pipe whose ends no other program inherits. */
static inline void
closing_pipe(int fd[2])
{
	int i;

	assert_int_equal(pipe(fd), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(fcntl(fd[i], F_SETFD, FD_CLOEXEC), 0);
}

/* Start fakesmtp with the arguments up to NULL. */
static inline void
fake_start(struct fake *f, ...)
{
	char *argv[30] = {server_program, (char *)(uintptr_t) "-r", f->record};
	int in[2], out[2], n = 3;
	va_list ap;

	(void)snprintf(f->record, sizeof(f->record), "%s/record", scratch);
	(void)snprintf(f->socket, sizeof(f->socket), "%s/socket", scratch);
	(void)unlink(f->socket);
	va_start(ap, f);
	while ((argv[n] = va_arg(ap, char *)) != NULL)
		n++;
	va_end(ap);
	closing_pipe(in);
	closing_pipe(out);
	f->pid = fork();
	assert_true(f->pid >= 0);
	if (f->pid == 0) {
		if (dup2(in[0], 0) == 0 && dup2(out[1], 1) == 1)
			(void)execv(server_program, argv);
		_exit(127);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	f->in = in[1];
	f->out = fdopen(out[0], "r");
	assert_non_null(f->out);
	assert_int_equal(fscanf(f->out, "%d", &f->port), 1);
}

/* End it and read what it counted. */
static inline void
fake_stop(struct fake *f)
{
	int status;

	(void)close(f->in);
	assert_int_equal(fscanf(f->out, " connections %d letters %d",
			     &f->connections, &f->letters),
	    2);
	(void)fclose(f->out);
	assert_int_equal(waitpid(f->pid, &status, 0), f->pid);
	assert_int_equal(status, 0);
}

/* The bytes of a file. */
static inline char *
contents(void *ctx, const char *path)
{
	char *text = mem_array(ctx, char, 200000);
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, 199999, f);
	text[n] = '\0';
	(void)fclose(f);
	return text;
}

/* How often a word stands in a text. */
static inline int
count(const char *text, const char *word)
{
	int n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

/* A letter from..to with these bytes. */
static inline struct letter
letter_of(const char *sender, const char *recipient, const char *bytes)
{
	struct letter l = {.sender = sender,
	    .recipient = recipient,
	    .message_id = "<1.2.3@host.example>",
	    .bytes = bytes,
	    .n = strlen(bytes)};

	return l;
}

/* An ordinary letter. */
static inline struct letter
plain_letter(void)
{
	return letter_of("room@example.com", "ann@example.org", BODY);
}

/* Open a relay with short limits. */
static inline struct send *
relay_open(void *ctx, const char *relay)
{
	struct send *s;
	struct why why = {""};

	if (send_open(ctx, relay, &s, &why) != RES_OK)
		fail_msg("%s: %s", relay, why.text);
	send_set_limits(s, 3000, 3000);
	return s;
}

/* Open the relay that is the fake server: "smtp" or "lmtp". */
static inline struct send *
fake_open(void *ctx, const struct fake *f, const char *scheme)
{
	char *relay;

	if (strcmp(scheme, "smtp") == 0)
		relay = mem_print(ctx, "smtp://127.0.0.1:%d", f->port);
	else if (f->port == 0)
		relay = mem_print(ctx, "lmtp:%s", f->socket);
	else
		relay = mem_print(ctx, "lmtp:127.0.0.1:%d", f->port);
	return relay_open(ctx, relay);
}

#endif
