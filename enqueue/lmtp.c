/*
 * lmtp.c - the LMTP face: transactions on stdin and stdout (RFC 2033)
 *
 * One spool file per transaction, one answer per recipient after the dot.  Only
 * CR LF . CR LF ends a message; a lone LF is an ordinary byte there, whatever
 * others on the way believed.  stderr is never written: under some servers it
 * is part of the conversation.
 */
#include "enqueue/lmtp.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "enqueue/enqueue.h"
#include "lib/base/io.h"

#define COMMAND_MAX 4096 /* bytes of a line; MAIL and RCPT with parameters */

struct session {
	const struct request *request;
	struct spool *spool;
	struct spool_put *put;
	char host[65];
	int greeted, in_mail, ended, broken;
	size_t recipients;
	char queue_id[LMTP_VALUE_MAX]; /* of XFORWARD, for one transaction */
	char client[LMTP_VALUE_MAX];
	size_t at, have; /* of in */
	size_t used;     /* of out */
	char in[16384];
	char out[4096];
};

/* --- bytes in and out ------------------------------------------------------ */

/* Send the collected answers. */
static void
flush(struct session *s)
{
	if (!s->broken && s->used > 0 &&
	    io_write(STDOUT_FILENO, s->out, s->used, NULL) != RES_OK)
		s->broken = 1;
	s->used = 0;
}

/* Add one answer line. */
static void PRINTF(2, 3) reply(struct session *s, const char *fmt, ...)
{
	char line[700];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line) - 2, fmt, ap);
	va_end(ap);
	n = strlen(line);
	memcpy(line + n, "\r\n", 2);
	if (sizeof(s->out) - s->used < n + 2)
		flush(s);
	memcpy(s->out + s->used, line, n + 2);
	s->used += n + 2;
}

/* Get more input, answers first; 0 at the end or when nobody listens. */
static int
fill(struct session *s)
{
	ssize_t n;

	flush(s);
	if (s->broken)
		return 0;
	do
		n = read(STDIN_FILENO, s->in, sizeof(s->in));
	while (n < 0 && errno == EINTR);
	s->at = 0;
	s->have = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/*
 * One command line without its end.  1: a line, 0: the end of the input,
 * -1: it was too long or held a NUL, and is skipped.
 */
static int
read_line(struct session *s, char *line, size_t size)
{
	size_t n = 0;
	int good = 1;

	for (;;) {
		char c;

		if (s->at == s->have && !fill(s))
			return 0;
		c = s->in[s->at++];
		if (c == '\n')
			break;
		if (c == '\0' || n >= size - 1)
			good = 0;
		else
			line[n++] = c;
	}
	if (n > 0 && line[n - 1] == '\r')
		n--;
	line[n] = '\0';
	return good ? 1 : -1;
}

/* --- transactions ---------------------------------------------------------- */

/* Forget the transaction; what XFORWARD said ends with it. */
static void
reset(struct session *s)
{
	if (s->in_mail)
		spool_put_abort(s->put);
	s->in_mail = 0;
	s->recipients = 0;
	s->queue_id[0] = '\0';
	s->client[0] = '\0';
}

/* The status for trouble with the spool: is it the disk? */
static const char *
trouble(const struct session *s)
{
	return spool_room(s->spool, 0, NULL) == RES_OK ? "451 4.3.0"
	                                               : "452 4.3.1";
}

static void
do_lhlo(struct session *s, const char *args)
{
	if (args[0] == '\0') {
		reply(s, "501 5.5.4 Your name?");
		return;
	}
	reset(s);
	s->greeted = 1;
	reply(s, "250-%s", s->host);
	reply(s, "250-PIPELINING");
	reply(s, "250-8BITMIME");
	reply(s, "250-SMTPUTF8");
	reply(s, "250-ENHANCEDSTATUSCODES");
	reply(s, "250-SIZE 0");
	reply(s, "250-DSN");
	reply(s, "250 XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE");
}

static void
do_helo(struct session *s, const char *args)
{
	(void)args;
	reply(s, "500 5.5.1 This is LMTP: LHLO");
}

/* The parameters of MAIL; *size is "" or decimal.  0 after an answer. */
static int
mail_parameters(struct session *s, const char *rest, char *size)
{
	static const char *const known[] = {
	    "SIZE", "BODY", "SMTPUTF8", "RET", "ENVID"};
	char key[LMTP_VALUE_MAX], value[LMTP_VALUE_MAX];
	int more;

	size[0] = '\0';
	while ((more = lmtp_parameter(&rest, key, value)) > 0) {
		size_t i = 0, n = sizeof(known) / sizeof(known[0]);

		while (i < n && strcasecmp(key, known[i]) != 0)
			i++;
		if (i == n) {
			reply(s, "555 5.5.4 Unknown parameter of MAIL");
			return 0;
		}
		if (i == 0)
			memcpy(size, value, sizeof(value));
	}
	if (more < 0 || (size[0] != '\0' && size_of(size) < 0)) {
		reply(s, "501 5.5.4 Bad parameter of MAIL");
		return 0;
	}
	return 1;
}

/* Begin a spool file for a sender. */
static void
begin(struct session *s, const char *sender, const char *size)
{
	const struct spool_envelope envelope = {s->request->role,
	    sender_of(sender), s->queue_id, "", s->client, size};
	int64_t bytes = size_of(size);
	struct why why;
	enum res r;

	if (spool_room(s->spool, bytes > 0 ? bytes : 0, &why) != RES_OK) {
		reply(s, "452 4.3.1 %s", why.text);
		return;
	}
	r = spool_put_open(s->put, s->spool, &envelope, &why);
	if (r == RES_OK) {
		s->in_mail = 1;
		reply(s, "250 2.1.0 Ok");
	} else if (r == RES_PERM) {
		reply(s, "501 5.1.7 %s", why.text);
	} else {
		reply(s, "%s %s", trouble(s), why.text);
	}
}

static void
do_mail(struct session *s, const char *args)
{
	char sender[LMTP_VALUE_MAX], size[LMTP_VALUE_MAX];
	const char *rest;

	if (!s->greeted || s->in_mail)
		reply(s, s->in_mail ? "503 5.5.1 One MAIL at a time"
				    : "503 5.5.1 LHLO first");
	else if (!lmtp_path(args, "FROM:", sender, &rest))
		reply(s, "501 5.1.7 MAIL FROM:<address>");
	else if (mail_parameters(s, rest, size)) {
		signals_rearm();
		begin(s, sender, size);
	}
}

/* "rfc822;xtext" -> the address; other kinds of address are left out. */
static int
take_original(char *value)
{
	char *semicolon = strchr(value, ';');

	if (semicolon == NULL || !lmtp_xtext(semicolon + 1))
		return 0;
	*semicolon = '\0';
	if (strcasecmp(value, "rfc822") != 0 && strcasecmp(value, "utf-8") != 0)
		semicolon[1] = '\0';
	memmove(value, semicolon + 1, strlen(semicolon + 1) + 1);
	return 1;
}

/* The parameters of RCPT.  0 after an answer. */
static int
rcpt_parameters(struct session *s, const char *rest, char *original)
{
	char key[LMTP_VALUE_MAX];
	char value[LMTP_VALUE_MAX];
	int more;

	original[0] = '\0';
	while ((more = lmtp_parameter(&rest, key, value)) > 0) {
		if (strcasecmp(key, "ORCPT") == 0) {
			if (!take_original(value))
				more = -1;
			memcpy(original, value, sizeof(value));
		} else if (strcasecmp(key, "NOTIFY") != 0) {
			reply(s, "555 5.5.4 Unknown parameter of RCPT");
			return 0;
		}
		if (more < 0)
			break;
	}
	if (more < 0)
		reply(s, "501 5.5.4 Bad parameter of RCPT");
	return more == 0;
}

static void
do_rcpt(struct session *s, const char *args)
{
	char recipient[LMTP_VALUE_MAX], original[LMTP_VALUE_MAX];
	const char *rest;
	struct why why;
	enum res r;

	if (!s->in_mail) {
		reply(s, "503 5.5.1 MAIL first");
		return;
	}
	if (s->recipients >= SPOOL_RCPT_MAX) {
		reply(s, "452 4.5.3 Too many recipients");
		return;
	}
	if (!lmtp_path(args, "TO:", recipient, &rest)) {
		reply(s, "501 5.1.3 RCPT TO:<address>");
		return;
	}
	if (!rcpt_parameters(s, rest, original))
		return;
	r = spool_put_rcpt(s->put, recipient, original, &why);
	if (r == RES_OK) {
		s->recipients++;
		reply(s, "250 2.1.5 Ok");
	} else if (r == RES_PERM) {
		reply(s, "501 5.1.3 %s", why.text);
	} else {
		reply(s, "%s %s", trouble(s), why.text);
	}
}

/* --- the message ------------------------------------------------------------ */

enum data_state {
	DATA_START, /* of a line, after CR LF */
	DATA_LINE,
	DATA_CR,     /* after CR in a line */
	DATA_DOT,    /* after a dot at the start; it is not stored */
	DATA_DOT_CR, /* after that a CR; kept back */
	DATA_END
};

/* Where in a message we are, and whether it can still be stored. */
struct data {
	enum data_state state;
	enum res r;
	struct why why;
};

/* Store bytes, unless that has failed before. */
static void
store(struct session *s, struct data *data, const char *p, size_t n)
{
	if (data->r == RES_OK && n > 0)
		data->r = spool_put_write(s->put, p, n, &data->why);
}

/* The state after an ordinary byte of a line. */
static enum data_state
after(char c)
{
	return c == '\r' ? DATA_CR : DATA_LINE;
}

/* The state after one more byte; *drop: it is not part of the message. */
static enum data_state
data_step(struct session *s, struct data *data, char c, int *drop)
{
	*drop = 0;
	switch (data->state) {
	case DATA_START:
		*drop = c == '.';
		return c == '.' ? DATA_DOT : after(c);
	case DATA_LINE:
		return after(c);
	case DATA_CR:
		return c == '\n' ? DATA_START : after(c);
	case DATA_DOT:
		*drop = c == '\r';
		return c == '\r' ? DATA_DOT_CR : DATA_LINE;
	case DATA_DOT_CR:
		*drop = c == '\n';
		if (c == '\n')
			return DATA_END;
		store(s, data, "\r", 1);
		return after(c);
	case DATA_END:
		break;
	}
	return DATA_END;
}

/* Take the message out of the input buffer, in runs as long as can be. */
static void
take_data(struct session *s, struct data *data)
{
	size_t run = s->at;
	int drop;

	while (s->at < s->have && data->state != DATA_END) {
		const char *p = s->in + s->at;
		const char *cr;

		if (data->state == DATA_LINE) {
			cr = memchr(p, '\r', s->have - s->at);
			s->at = cr == NULL ? s->have : (size_t)(cr - s->in) + 1;
			data->state = cr == NULL ? DATA_LINE : DATA_CR;
			continue;
		}
		data->state = data_step(s, data, *p, &drop);
		s->at++;
		if (drop) {
			store(s, data, s->in + run, s->at - 1 - run);
			run = s->at;
		}
	}
	store(s, data, s->in + run, s->at - run);
}

/* One answer for each recipient that was accepted. */
static void
answer_all(struct session *s, const struct data *data, const char *id)
{
	const char *status = data->r == RES_OK ? "250 2.0.0" : trouble(s);
	size_t i;

	for (i = 0; i < s->recipients; i++)
		reply(s, "%s %s%s", status,
		    data->r == RES_OK ? "Ok: stored as " : data->why.text,
		    data->r == RES_OK ? id : "");
}

static void
do_data(struct session *s, const char *args)
{
	struct data data = {DATA_START, RES_OK, {""}};
	char id[SPOOL_ID_MAX];

	(void)args;
	if (s->recipients == 0) {
		reply(s, "503 5.5.1 No recipient");
		return;
	}
	reply(s, "354 End with a line that is a dot");
	while (data.state != DATA_END) {
		if (s->at == s->have && !fill(s)) {
			s->broken = 1;
			return;
		}
		take_data(s, &data);
	}
	(void)snprintf(id, sizeof(id), "%s", spool_put_id(s->put));
	signals_hold();
	if (data.r == RES_OK)
		data.r = spool_put_commit(s->put, &data.why);
	else
		spool_put_abort(s->put);
	s->in_mail = 0;
	answer_all(s, &data, id);
	flush(s);
	signals_release();
	reset(s);
	signals_rearm();
}

/* --- the rest ---------------------------------------------------------------- */

static void
do_rset(struct session *s, const char *args)
{
	(void)args;
	reset(s);
	reply(s, "250 2.0.0 Ok");
}

static void
do_noop(struct session *s, const char *args)
{
	(void)args;
	reply(s, "250 2.0.0 Ok");
}

static void
do_vrfy(struct session *s, const char *args)
{
	(void)args;
	reply(s, "252 2.1.5 Send it and see");
}

static void
do_quit(struct session *s, const char *args)
{
	(void)args;
	reset(s);
	s->ended = 1;
	reply(s, "221 2.0.0 Bye");
}

/* Queue id and client are kept, the rest is only understood. */
static void
do_xforward(struct session *s, const char *args)
{
	static const char *const known[] = {
	    "IDENT", "ADDR", "NAME", "PORT", "PROTO", "HELO", "SOURCE"};
	char key[LMTP_VALUE_MAX], value[LMTP_VALUE_MAX];
	char *keep[] = {s->queue_id, s->client};
	int more;

	if (s->in_mail) {
		reply(s, "503 5.5.1 Not within a transaction");
		return;
	}
	while ((more = lmtp_parameter(&args, key, value)) > 0) {
		size_t i = 0, n = sizeof(known) / sizeof(known[0]);

		while (i < n && strcasecmp(key, known[i]) != 0)
			i++;
		if (i == n || !lmtp_xtext(value) ||
		    strlen(value) > SPOOL_ADDRESS_MAX)
			break;
		if (strcasecmp(value, "[UNAVAILABLE]") == 0)
			value[0] = '\0';
		if (i < sizeof(keep) / sizeof(keep[0]))
			memcpy(keep[i], value, sizeof(value));
	}
	reply(s, more == 0 ? "250 2.0.0 Ok" : "501 5.5.4 Bad attribute");
}

static const struct command {
	const char *name;
	void (*run)(struct session *s, const char *args);
} commands[] = {
    {"LHLO", do_lhlo},
    {"HELO", do_helo},
    {"EHLO", do_helo},
    {"MAIL", do_mail},
    {"RCPT", do_rcpt},
    {"DATA", do_data},
    {"RSET", do_rset},
    {"NOOP", do_noop},
    {"VRFY", do_vrfy},
    {"QUIT", do_quit},
    {"XFORWARD", do_xforward},
};

/* Find the verb and run it. */
static void
command(struct session *s, const char *line)
{
	size_t i, n = strcspn(line, " ");

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const char *name = commands[i].name;

		if (strlen(name) == n && strncasecmp(line, name, n) == 0) {
			commands[i].run(s, line + n + strspn(line + n, " "));
			return;
		}
	}
	reply(s, "500 5.5.2 Unknown command");
}

/* Greet, then command after command. */
static int
converse(struct session *s)
{
	char line[COMMAND_MAX];
	int complete;

	reply(s, "220 %s imip-enqueue LMTP", s->host);
	while (!s->ended && !s->broken) {
		int got = read_line(s, line, sizeof(line));

		if (got == 0)
			break;
		if (got < 0)
			reply(s, "500 5.5.2 Line too long or not text");
		else
			command(s, line);
	}
	flush(s);
	/* an end within a transaction is no end */
	complete = !s->broken && !s->in_mail;
	reset(s);
	return complete ? 0 : ENQUEUE_LATER;
}

int
lmtp_run(const struct request *request, struct spool_put *put)
{
	static struct session session;
	struct spool spool;
	struct utsname system;
	struct why why;

	if (spool_open_put(&spool, request->spool, &why) != RES_OK)
		return fail_say("4.3.0", why.text);
	session.request = request;
	session.spool = &spool;
	session.put = put;
	(void)snprintf(session.host, sizeof(session.host), "%.64s",
	    uname(&system) == 0 ? system.nodename : "localhost");
	return converse(&session);
}
