/*
 * send.c - every way of sending against servers that behave and that do not
 *
 * The servers are tests/helpers/fakesmtp.c, run as a program beside this one.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
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

/* --- a server beside us ------------------------------------------------- */

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

/* Start fakesmtp with the arguments up to NULL. */
static void
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
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
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
static void
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
static char *
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
static int
count(const char *text, const char *word)
{
	int n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

/* --- letters ------------------------------------------------------------ */

/* A letter from..to with these bytes. */
static struct letter
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
static struct letter
plain_letter(void)
{
	return letter_of("room@example.com", "ann@example.org", BODY);
}

/* Open a relay with short limits. */
static struct send *
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
static struct send *
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

/* --- the relay's text --------------------------------------------------- */

static void
relay_text_is_checked(void **state)
{
	static const char *const good[] = {
	    "smtp://localhost:25",
	    "smtp://mail.example.com",
	    "smtp://[::1]:2525",
	    "smtp://mail.example.com:25/calendar.example.com",
	    "smtp://u:p%40ss@mail.example.com:587",
	    "smtp://u:p@mail.example.com:587?starttls=required",
	    "smtp://mail.example.com?starttls=no",
	    "smtp://mail.example.com?starttls=try",
	    "smtps://mail.example.com",
	    "smtps://u:p@mail.example.com:465",
	    "lmtp:/run/dovecot/lmtp",
	    "lmtp:localhost:24",
	    "lmtp:[::1]:24",
	    "sendmail:/usr/sbin/sendmail",
	    "maildir:/var/mail/out",
	};
	static const char *const bad[] = {
	    "",
	    "localhost:25",
	    "http://localhost",
	    "smtp:",
	    "smtp://",
	    "smtp://host:port",
	    "smtp://host/a b",
	    "smtp://host/a/b",
	    "smtp://host?starttls=maybe",
	    "smtp://host?x=y",
	    "smtp://host#x",
	    "smtp://u@host",
	    "smtp://u;AUTH=PLAIN:p@host",
	    "smtp://u:p@host?starttls=try",
	    "smtp://u:p@host?starttls=no",
	    "smtps://host?starttls=no",
	    "lmtp:",
	    "lmtp:socket",
	    "lmtp:host:0",
	    "lmtp:host:99999",
	    "lmtp:host:2x",
	    "lmtp:::1:24",
	    "sendmail:sendmail",
	    "sendmail:",
	    "maildir:mail",
	};
	struct send *s;
	struct why why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (send_open(NULL, good[i], &s, &why) != RES_OK)
			fail_msg("%s: %s", good[i], why.text);
		talloc_free(s);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why.text[0] = '\0';
		if (send_open(NULL, bad[i], &s, &why) != RES_PERM)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_string_not_equal(why.text, "");
		assert_null(s);
	}
}

static void
password_is_never_in_a_reason(void **state)
{
	struct why why = {""};
	struct letter l = plain_letter();
	struct send *s;

	(void)state;
	assert_int_equal(
	    send_open(NULL, "xmtp://u:secret@host", &s, &why), RES_PERM);
	assert_null(strstr(why.text, "secret"));
	assert_int_equal(
	    send_open(NULL, "smtp://u:secret@h?x", &s, &why), RES_PERM);
	assert_null(strstr(why.text, "secret"));
	s = relay_open(NULL, "smtp://u:secret@127.0.0.1:1");
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_non_null(strstr(why.text, "127.0.0.1:1"));
	assert_null(strstr(why.text, "secret"));
	talloc_free(s);
}

/* --- what both protocols do --------------------------------------------- */

/* Send n letters over one server; all must be taken over one connection. */
static void
many_letters(const char *scheme, const char *a, const char *b, const char *c)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter(), null = plain_letter();
	struct fake f;
	struct send *s;
	struct why why = {""};
	char *wire;
	int i;

	null.sender = "";
	fake_start(&f, a, b, c, NULL);
	s = fake_open(ctx, &f, scheme);
	for (i = 0; i < 10; i++)
		if (send_letter(s, i == 9 ? &null : &l, &why) != RES_OK)
			fail_msg("letter %d: %s", i, why.text);
	assert_false(send_is_down(s));
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.connections, 1);
	assert_int_equal(f.letters, 10);
	wire = contents(ctx, f.record);
	assert_int_equal(count(wire, "MAIL FROM:<room@example.com>"), 9);
	assert_int_equal(count(wire, "MAIL FROM:<>"), 1);
	assert_int_equal(count(wire, "RCPT TO:<ann@example.org>\r\n"), 10);
	/* dots are doubled at line starts, and nothing else is changed */
	assert_int_equal(
	    count(wire, "\r\n\r\none\r\n..two\r\n...\r\n..\r\nlast\r\n.\r\n"),
	    10);
	talloc_free(ctx);
}

static void
letters_share_a_connection(void **state)
{
	char path[300];

	(void)state;
	many_letters("smtp", NULL, NULL, NULL);
	many_letters("lmtp", "-l", NULL, NULL);
	many_letters("lmtp", "-l", "-p", NULL);
	(void)snprintf(path, sizeof(path), "-u%s/socket", scratch);
	many_letters("lmtp", "-l", path, NULL);
}

/* What a server does, and what must come of it. */
struct mishap {
	const char *rule;
	const char *second; /* rule, or NULL */
	enum res res;
	int down;
	const char *words; /* in the reason; NULL: any */
};

/* Send a letter to a server with the rules of m. */
static void
try_mishap(const char *scheme, const struct mishap *m)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	enum res r;
	const char *c;

	fake_start(&f, strcmp(scheme, "lmtp") == 0 ? "-l" : m->rule, m->rule,
	    m->second, NULL);
	s = fake_open(ctx, &f, scheme);
	send_set_limits(s, 700, 700);
	r = send_letter(s, &l, &why);
	if (r != m->res || send_is_down(s) != m->down)
		fail_msg("%s %s: got %s down %d: %s", scheme, m->rule,
		    res_name(r), send_is_down(s), why.text);
	if (r != RES_OK && m->words != NULL &&
	    strstr(why.text, m->words) == NULL)
		fail_msg("%s %s: said \"%s\"", scheme, m->rule, why.text);
	for (c = why.text; *c != '\0'; c++)
		assert_true(*c >= 0x20 && *c < 0x7f);
	talloc_free(s);
	fake_stop(&f);
	assert_true(f.connections >= 1);
	talloc_free(ctx);
}

static void
mishaps_end_as_they_should(void **state)
{
	static const struct mishap all[] = {
	    {"banner=hang", NULL, RES_TEMP, 1, NULL},
	    {"banner=close", NULL, RES_TEMP, 1, NULL},
	    {"banner=421 4.3.2 closing", NULL, RES_TEMP, 1, "421 4.3.2"},
	    {"banner=554 5.3.2 nobody home", NULL, RES_TEMP, 1, "nobody"},
	    {"banner=drip", NULL, RES_TEMP, 1, NULL},
	    {"ehlo=421 4.3.2 busy", NULL, RES_TEMP, 1, NULL},
	    {"ehlo=flood", NULL, RES_TEMP, 1, NULL},
	    {"mail=421 4.7.0 go away", NULL, RES_TEMP, 1, "go away"},
	    {"mail=450 4.7.1 not now", NULL, RES_TEMP, 0, "not now"},
	    {"mail=550 5.7.1 not you", NULL, RES_PERM, 0, "550 5.7.1 not you"},
	    {"mail=530 5.7.0 STARTTLS first", NULL, RES_TEMP, 0, "STARTTLS"},
	    {"mail=hang", NULL, RES_TEMP, 0, NULL},
	    {"mail=close", NULL, RES_TEMP, 0, NULL},
	    {"rcpt=450 4.2.1 greylisted", NULL, RES_TEMP, 0, "greylisted"},
	    {"rcpt=550-5.1.1 no\\n550-such\\n550 5.1.1 user", NULL, RES_PERM, 0,
		"550 5.1.1 no such 5.1.1 user"},
	    {"rcpt=550 bad\\0byte \x1b[31m", NULL, RES_PERM, 0, "550 bad?byte"},
	    {"rcpt=close", NULL, RES_TEMP, 0, NULL},
	    {"data=451 4.3.0 disk", NULL, RES_TEMP, 0, "disk"},
	    {"data=554 5.5.1 no", NULL, RES_PERM, 0, "554"},
	    {"dot=451 4.3.0 later", NULL, RES_TEMP, 0, "later"},
	    {"dot=554 5.6.0 content", NULL, RES_PERM, 0, "content"},
	    {"dot=close", NULL, RES_TEMP, 0, NULL},
	    {"dot=hang", NULL, RES_TEMP, 0, NULL},
	    {"dot=250-one\\n250-two\\n250 three", NULL, RES_OK, 0, NULL},
	    {"dot=250 bare\\r", NULL, RES_OK, 0, NULL},
	    {"dot=long", NULL, RES_TEMP, 0, NULL},
	    {"dot=flood", NULL, RES_TEMP, 0, NULL},
	    {"dot=drip", NULL, RES_TEMP, 0, NULL},
	    {"quit=hang", NULL, RES_OK, 0, NULL},
	    {"rcpt=550 no", "quit=hang", RES_PERM, 0, "550 no"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		try_mishap("smtp", &all[i]);
		try_mishap("lmtp", &all[i]);
	}
}

/* Refused for a while, then taken: the same letter, with one struct send. */
static void
greylisting(const char *scheme, const char *option)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;

	fake_start(
	    &f, "-e8BITMIME", option, "rcpt*2=450 4.7.1 greylisted", NULL);
	s = fake_open(ctx, &f, scheme);
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.letters, 2);
	talloc_free(ctx);
}

static void
greylisting_then_taken(void **state)
{
	(void)state;
	greylisting("smtp", "-e8BITMIME");
	greylisting("lmtp", "-l");
	greylisting("lmtp", "-lp");
}

/* A server that closes the kept connection: opened again, nothing lost. */
static void
stale(const char *scheme, const char *option, const char *second)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	int i;

	fake_start(&f, "-e8BITMIME", option, "mail*1=250 ok", second, NULL);
	s = fake_open(ctx, &f, scheme);
	for (i = 0; i < 3; i++)
		if (send_letter(s, &l, &why) != RES_OK)
			fail_msg("%s %s: %s", scheme, second, why.text);
	send_idle(s);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.connections, 3);
	assert_int_equal(f.letters, 4);
	talloc_free(ctx);
}

static void
closed_connection_is_opened_again(void **state)
{
	(void)state;
	stale("smtp", "-e8BITMIME", "mail*1=close");
	stale("smtp", "-e8BITMIME", "mail*1=421 4.4.2 idle too long");
	stale("lmtp", "-l", "mail*1=close");
	stale("lmtp", "-l", "mail*1=421 4.4.2 idle too long");
	stale("lmtp", "-lp", "mail*1=close");
}

/* The limit is one letter's, not the connection's. */
static void
old_connection(const char *scheme, const char *option)
{
	struct timespec pause = {.tv_sec = 1, .tv_nsec = 100000000};
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	int i;

	fake_start(&f, "-e8BITMIME", option, NULL);
	s = fake_open(ctx, &f, scheme);
	send_set_limits(s, 1000, 1000);
	for (i = 0; i < 2; i++) {
		if (send_letter(s, &l, &why) != RES_OK)
			fail_msg("%s letter %d: %s", scheme, i, why.text);
		(void)nanosleep(&pause, NULL);
	}
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.connections, 1);
	talloc_free(ctx);
}

static void
kept_connection_may_be_old(void **state)
{
	(void)state;
	old_connection("smtp", "-eDSN");
	old_connection("lmtp", "-l");
}

/* Nobody waits minutes for the answer to QUIT. */
static void
quit_is_not_waited_for(void **state)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	int64_t began = send_clock();

	(void)state;
	fake_start(&f, "rcpt*1=550 no", "quit=hang", NULL);
	s = fake_open(ctx, &f, "smtp");
	send_set_limits(s, 60000, 60000);
	assert_int_equal(send_letter(s, &l, &why), RES_PERM);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	assert_true(send_clock() - began < 30000);
	fake_stop(&f);
	talloc_free(ctx);
}

static void
lmtp_answers_differ_by_letter(void **state)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;

	(void)state;
	fake_start(&f, "-l", "dot*1=250 2.0.0 yes", "dot*1=452 4.2.2 full",
	    "dot*1=550 5.2.1 closed", NULL);
	s = fake_open(ctx, &f, "lmtp");
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_int_equal(send_letter(s, &l, &why), RES_PERM);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.letters, 4);
	talloc_free(ctx);
}

static void
nobody_listens(void **state)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t size = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	const char *relay[4];
	size_t i;

	(void)state;
	/* a port that is taken and not listened at refuses */
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
	relay[0] = mem_print(ctx, "smtp://127.0.0.1:%d", ntohs(a.sin_port));
	relay[1] = mem_print(ctx, "lmtp:127.0.0.1:%d", ntohs(a.sin_port));
	relay[2] = mem_print(ctx, "lmtp:%s/none", scratch);
	relay[3] = mem_print(ctx, "sendmail:%s/none", scratch);
	for (i = 0; i < 4; i++) {
		struct send *s = relay_open(ctx, relay[i]);

		assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
		assert_true(send_is_down(s));
		assert_string_not_equal(why.text, "");
	}
	(void)close(fd);
	talloc_free(ctx);
}

/* --- what must not go out ----------------------------------------------- */

/* Is the letter refused before a byte is sent? */
static void
must_refuse(struct send *s, struct letter l)
{
	struct why why = {""};
	enum res r = send_letter(s, &l, &why);

	if (r != RES_PERM)
		fail_msg(
		    "<%s> to <%s>: %s", l.sender, l.recipient, res_name(r));
	assert_string_not_equal(why.text, "");
}

static void
bad_letters_stay_here(void **state)
{
	static const char *const addresses[] = {
	    "ann@example.org>\r\nRCPT TO:<eve@example.net",
	    "ann@example.org\nRCPT TO:<eve@example.net>",
	    "ann@example.org> SIZE=1", "ann @example.org", "ann", "a@b@c", "a@",
	    "@b", "ann@example.org\r", "\x01@example.org", "<ann@example.org>"};
	static const char *const bodies[] = {"", "x", "x\n", "a: b\n\nx\r\n",
	    "a: b\r\n\r\nx\ry\r\n", "a: b\r\n\r\nx\n.\r\nMAIL\r\n",
	    "\na: b\r\n", "a: b\r\n\r"};
	static const char nul[] = "a: b\r\n\r\nx\0y\r\n";
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	size_t i;

	(void)state;
	fake_start(&f, "-e8BITMIME", NULL);
	s = fake_open(ctx, &f, "smtp");
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		must_refuse(s, letter_of("r@example.com", addresses[i], BODY));
		must_refuse(s, letter_of(addresses[i], "a@example.com", BODY));
	}
	must_refuse(s, letter_of("r@example.com", "", BODY));
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		must_refuse(
		    s, letter_of("r@example.com", "a@example.com", bodies[i]));
	l.bytes = nul;
	l.n = sizeof(nul) - 1;
	must_refuse(s, l);
	l = plain_letter();
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.connections, 1);
	assert_int_equal(count(contents(ctx, f.record), "RCPT TO:"), 1);
	assert_int_equal(count(contents(ctx, f.record), "eve@"), 0);
	talloc_free(ctx);
}

/* An address beyond ASCII goes only where it is understood. */
static void
utf8_address(
    const char *scheme, const char *option, const char *offer, enum res res)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter(), u = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	char *wire;

	u.recipient = "j\xc3\xb6rg@b\xc3\xbc"
		      "cher.example";
	fake_start(&f, option, offer, NULL);
	s = fake_open(ctx, &f, scheme);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(send_letter(s, &u, &why), res);
	if (res == RES_PERM)
		assert_non_null(strstr(why.text, "SMTPUTF8"));
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.letters, res == RES_OK ? 3 : 2);
	wire = contents(ctx, f.record);
	if (res == RES_OK) {
		assert_int_equal(count(wire, " SMTPUTF8"), 1);
		assert_int_equal(count(wire, "TO:<j\xc3\xb6rg@"), 1);
	}
	talloc_free(ctx);
}

static void
utf8_address_needs_smtputf8(void **state)
{
	(void)state;
	utf8_address("smtp", "-eSMTPUTF8", "-eDSN", RES_OK);
	utf8_address("smtp", "-eDSN", "-eETRN", RES_PERM);
	utf8_address("lmtp", "-l", "-eSMTPUTF8", RES_OK);
	utf8_address("lmtp", "-l", "-eDSN", RES_PERM);
}

/* --- encryption and login ----------------------------------------------- */

/* A relay's text before and after HOST:PORT, what its server does, the end. */
struct talk {
	const char *before;
	const char *after;
	const char *rule;
	enum res res;
};

/* Send to a server that offers STARTTLS and AUTH; what came over the wire. */
static char *
wire_of(void *ctx, struct talk t)
{
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	enum res r;

	fake_start(&f, "-eSTARTTLS", "-eAUTH PLAIN", t.rule, NULL);
	s = relay_open(
	    ctx, mem_print(ctx, "%s127.0.0.1:%d%s", t.before, f.port, t.after));
	r = send_letter(s, &l, &why);
	if (r != t.res)
		fail_msg("%s%s %s: %s %s", t.before, t.after, t.rule,
		    res_name(r), why.text);
	if (r == RES_TEMP)
		assert_true(send_is_down(s));
	talloc_free(s);
	fake_stop(&f);
	return contents(ctx, f.record);
}

static void
encryption_is_not_given_up(void **state)
{
	void *ctx = talloc_new(NULL);
	const char *refused = "starttls=454 4.7.0 not now";
	char *wire;

	(void)state;
	/* asked for and not to be had: no letter goes out in clear */
	wire = wire_of(ctx,
	    (struct talk){"smtp://", "?starttls=required", refused, RES_TEMP});
	assert_int_equal(count(wire, "STARTTLS\r\n"), 1);
	assert_int_equal(count(wire, "MAIL"), 0);
	wire = wire_of(ctx, (struct talk){"smtp://", "?starttls=required",
				"starttls=220 go\\n250 injected", RES_TEMP});
	assert_int_equal(count(wire, "STARTTLS\r\n"), 1);
	assert_int_equal(count(wire, "MAIL"), 0);
	/* only tried: the letter goes */
	wire = wire_of(
	    ctx, (struct talk){"smtp://", "?starttls=try", refused, RES_OK});
	assert_int_equal(count(wire, "STARTTLS\r\n"), 1);
	assert_int_equal(count(wire, "MAIL"), 1);
	/* to this machine it is not even tried unless asked for */
	wire = wire_of(ctx, (struct talk){"smtp://", "", refused, RES_OK});
	assert_int_equal(count(wire, "STARTTLS\r\n"), 0);
	/* smtps speaks TLS from the first byte */
	wire = wire_of(
	    ctx, (struct talk){"smtps://", "", "banner=250 clear", RES_TEMP});
	assert_int_equal(wire[0], 0x16);
	assert_int_equal(wire[1], 0x03);
	talloc_free(ctx);
}

static void
login_is_used(void **state)
{
	void *ctx = talloc_new(NULL);
	char *wire;

	(void)state;
	/* base64 of NUL me NUL p@ss */
	wire = wire_of(ctx, (struct talk){"smtp://me:p%40ss@", "",
				"auth=235 2.7.0 welcome", RES_OK});
	assert_int_equal(count(wire, "AUTH PLAIN AG1lAHBAc3M=\r\n"), 1);
	assert_int_equal(count(wire, "MAIL"), 1);
	wire = wire_of(ctx, (struct talk){"smtp://me:p%40ss@", "",
				"auth=535 5.7.8 no", RES_TEMP});
	assert_int_equal(count(wire, "MAIL"), 0);
	wire = wire_of(ctx, (struct talk){"smtp://", "/calendar.example.net",
				"auth=535 5.7.8 no", RES_OK});
	assert_int_equal(count(wire, "EHLO calendar.example.net\r\n"), 1);
	talloc_free(ctx);
}

/* --- sendmail ----------------------------------------------------------- */

/* A command that is this shell script; its path. */
static char *
script(void *ctx, const char *text)
{
	char *path = mem_print(ctx, "%s/sendmail", scratch);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	(void)fprintf(f, "#!/bin/sh\n%s\n", text);
	(void)fclose(f);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

/* Send the letter through the script. */
static enum res
run_script(const char *text, struct letter l, struct why *why)
{
	void *ctx = talloc_new(NULL);
	struct send *s =
	    relay_open(ctx, mem_print(ctx, "sendmail:%s", script(ctx, text)));
	enum res r;

	send_set_limits(s, 700, 2000);
	r = send_letter(s, &l, why);
	talloc_free(ctx);
	return r;
}

static void
sendmail_gets_letter_and_arguments(void **state)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	const char *body = "d=$(dirname \"$0\"); printf '%s\\n' \"$#\" \"$@\" "
			   ">\"$d/args\"; cat >\"$d/letter\"";
	char *seen;

	(void)state;
	if (run_script(body, l, &why) != RES_OK)
		fail_msg("%s", why.text);
	seen = contents(ctx, mem_print(ctx, "%s/args", scratch));
	assert_string_equal(
	    seen, "5\n-i\n-f\nroom@example.com\n--\nann@example.org\n");
	seen = contents(ctx, mem_print(ctx, "%s/letter", scratch));
	assert_null(strchr(seen, '\r'));
	assert_int_equal(count(seen, "\n\none\n.two\n..\n.\nlast\n"), 1);
	l.sender = "";
	assert_int_equal(run_script(body, l, &why), RES_OK);
	seen = contents(ctx, mem_print(ctx, "%s/args", scratch));
	assert_string_equal(seen, "5\n-i\n-f\n<>\n--\nann@example.org\n");
	talloc_free(ctx);
}

static void
sendmail_exits(void **state)
{
	static const struct {
		const char *script;
		enum res res;
		const char *words;
	} all[] = {
	    {"cat >/dev/null; exit 0", RES_OK, NULL},
	    {"cat >/dev/null; exit 64", RES_PERM, "exit 64"},
	    {"cat >/dev/null; exit 65", RES_PERM, NULL},
	    {"cat >/dev/null; echo no such user >&2; exit 67", RES_PERM,
		"exit 67: no such user"},
	    {"cat >/dev/null; exit 70", RES_PERM, NULL},
	    {"cat >/dev/null; exit 71", RES_TEMP, NULL},
	    {"cat >/dev/null; exit 73", RES_TEMP, NULL},
	    {"cat >/dev/null; exit 74", RES_TEMP, NULL},
	    {"cat >/dev/null; printf 'try\\033later'; exit 75", RES_TEMP,
		"try later"},
	    {"cat >/dev/null; exit 78", RES_PERM, NULL},
	    {"exit 1", RES_TEMP, NULL},
	    {"exit 127", RES_TEMP, NULL},
	    {"kill -9 $$", RES_TEMP, "signal 9"},
	    {"kill -PIPE $$", RES_TEMP, "signal 13"},
	    {"sleep 1000", RES_TEMP, "too long"},
	    {"cat >/dev/null; sleep 30 & exit 0", RES_OK, NULL},
	    {"yes | head -c 1000000; cat >/dev/null; exit 75", RES_TEMP,
		"y y y"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct why why = {""};
		enum res r = run_script(all[i].script, plain_letter(), &why);

		if (r != all[i].res ||
		    (all[i].words != NULL &&
			strstr(why.text, all[i].words) == NULL))
			fail_msg(
			    "%s: %s %s", all[i].script, res_name(r), why.text);
	}
}

static void
sendmail_that_does_not_read(void **state)
{
	void *ctx = talloc_new(NULL);
	char *big = mem_text(ctx, "a: b\r\n\r\n");
	struct why why = {""};
	int i;

	(void)state;
	for (i = 0; i < 20000; i++)
		mem_add(&big, "0123456789\r\n");
	assert_int_equal(
	    run_script("exit 0",
		letter_of("a@example.com", "b@example.com", big), &why),
	    RES_TEMP);
	assert_non_null(strstr(why.text, "did not read"));
	assert_int_equal(
	    run_script("cat | wc -c | grep -q '^220006$'",
		letter_of("a@example.com", "b@example.com", big), &why),
	    RES_OK);
	talloc_free(ctx);
}

/* --- maildir ------------------------------------------------------------ */

/* How many files a directory of the maildir has; the last one's name. */
static int
files_in(const char *maildir, const char *part, char *name, size_t size)
{
	char path[400];
	struct dirent *e;
	int n = 0;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/%s", maildir, part);
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(name, size, "%s", e->d_name);
		n++;
	}
	(void)closedir(d);
	return n;
}

static void
maildir_takes_a_letter_once(void **state)
{
	void *ctx = talloc_new(NULL);
	char *path = mem_print(ctx, "%s/box", scratch), name[300] = "";
	struct send *s = relay_open(ctx, mem_print(ctx, "maildir:%s", path));
	struct letter l = plain_letter();
	struct why why = {""};
	char *seen;

	(void)state;
	if (send_letter(s, &l, &why) != RES_OK)
		fail_msg("%s", why.text);
	assert_int_equal(files_in(path, "new", name, sizeof(name)), 1);
	assert_string_equal(name, "1.2.3@host.example");
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(files_in(path, "new", name, sizeof(name)), 1);
	seen = contents(ctx, mem_print(ctx, "%s/new/%s", path, name));
	assert_null(strchr(seen, '\r'));
	assert_int_equal(strncmp(seen, "From: room@", 11), 0);
	assert_int_equal(count(seen, "\n\none\n.two\n..\n.\nlast\n"), 1);
	assert_int_equal(files_in(path, "tmp", name, sizeof(name)), 0);
	assert_int_equal(files_in(path, "cur", name, sizeof(name)), 0);
	talloc_free(ctx);
}

static void
maildir_names_are_safe(void **state)
{
	static const char *const ids[] = {"<../../etc/x@h>", "<.x@h>",
	    "<=2E@h>", "<a:2,S@h>", "<a b@h>", "<a/b@h>", "<a=2Fb@h>",
	    "<a\x01@h>"};
	void *ctx = talloc_new(NULL);
	char *path = mem_print(ctx, "%s/odd", scratch), name[300] = "";
	struct send *s = relay_open(ctx, mem_print(ctx, "maildir:%s", path));
	struct letter l = plain_letter();
	struct why why = {""};
	char *long_id;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		l.message_id = ids[i];
		assert_int_equal(send_letter(s, &l, &why), RES_OK);
		assert_int_equal(
		    files_in(path, "new", name, sizeof(name)), (int)i + 1);
	}
	long_id = mem_array(ctx, char, 900);
	memset(long_id, 'a', 800);
	l.message_id = long_id;
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	long_id[799] = 'b';
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(files_in(path, "new", name, sizeof(name)), (int)i + 2);
	l.message_id = "";
	assert_int_equal(send_letter(s, &l, &why), RES_PERM);
	talloc_free(ctx);
}

static void
maildir_that_cannot_be(void **state)
{
	void *ctx = talloc_new(NULL);
	struct send *s =
	    relay_open(ctx, mem_print(ctx, "maildir:%s/none/box", scratch));
	struct letter l = plain_letter();
	struct why why = {""};

	(void)state;
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_true(send_is_down(s));
	assert_non_null(strstr(why.text, "mkdir"));
	talloc_free(ctx);
}

/* --- */

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(relay_text_is_checked),
	    cmocka_unit_test(password_is_never_in_a_reason),
	    cmocka_unit_test(letters_share_a_connection),
	    cmocka_unit_test(mishaps_end_as_they_should),
	    cmocka_unit_test(greylisting_then_taken),
	    cmocka_unit_test(closed_connection_is_opened_again),
	    cmocka_unit_test(kept_connection_may_be_old),
	    cmocka_unit_test(quit_is_not_waited_for),
	    cmocka_unit_test(lmtp_answers_differ_by_letter),
	    cmocka_unit_test(nobody_listens),
	    cmocka_unit_test(bad_letters_stay_here),
	    cmocka_unit_test(utf8_address_needs_smtputf8),
	    cmocka_unit_test(encryption_is_not_given_up),
	    cmocka_unit_test(login_is_used),
	    cmocka_unit_test(sendmail_gets_letter_and_arguments),
	    cmocka_unit_test(sendmail_exits),
	    cmocka_unit_test(sendmail_that_does_not_read),
	    cmocka_unit_test(maildir_takes_a_letter_once),
	    cmocka_unit_test(maildir_names_are_safe),
	    cmocka_unit_test(maildir_that_cannot_be),
	};
	char *remove[] = {
	    (char *)(uintptr_t) "rm", (char *)(uintptr_t) "-rf", scratch, NULL};
	int failed;
	pid_t pid;

	(void)argc;
	(void)snprintf(server_program, sizeof(server_program), "%s/../fakesmtp",
	    dirname(argv[0]));
	if (mkdtemp(scratch) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pid = fork();
	if (pid == 0) {
		(void)execv("/bin/rm", remove);
		_exit(127);
	}
	(void)waitpid(pid, NULL, 0);
	return failed;
}
