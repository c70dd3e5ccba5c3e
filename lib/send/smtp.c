/*
 * smtp.c - letters out over SMTP and SMTP over TLS, by libcurl
 *
 * One easy handle, and with it one connection, is kept for many letters.
 * Weak point: libcurl has no PIPELINING, so a letter costs four round trips.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "lib/base/mem.h"
#include "lib/send/transport.h"

#define LETTERS_PER_CONNECTION 100
#define REPLY_BYTES_MAX        (256L * 1024)

enum tls {
	TLS_NO,       /* in clear */
	TLS_TRY,      /* if offered, whoever answers: against listeners only */
	TLS_REQUIRED, /* and the certificate must be right */
	TLS_UNSAID
};

static const char *const tls_words[] = {"no", "try", "required"};

struct smtp {
	CURL *curl;  /* NULL: not connected, no handle */
	char *url;   /* without user, password, query */
	char *place; /* "HOST:PORT", for messages */
	char *user;  /* NULL: no login */
	char *password;
	enum tls tls;
	int letters;     /* over this connection */
	int offers_utf8; /* the server takes addresses beyond ASCII */
	/* of the letter in hand */
	const struct letter *letter;
	size_t at;      /* bytes handed to libcurl */
	int mail_begun; /* MAIL was sent: replies are about the letter */
	int needs_utf8; /* and cannot have it */
	int mail_over;  /* QUIT was sent: its reply is about nothing */
	size_t reply_bytes;
	struct reply reply;
	char error[CURL_ERROR_SIZE];
};

/* --- the relay's text --------------------------------------------------- */

/* A part of the URL as a string of ours; NULL if it is not there. */
static char *
url_part(TALLOC_CTX *ctx, CURLU *u, CURLUPart part, unsigned int flags)
{
	char *text = NULL, *copy;

	if (curl_url_get(u, part, &text, flags) != CURLUE_OK)
		return NULL;
	copy = mem_text(ctx, text);
	curl_free(text);
	return copy;
}

/* Is the other end this machine, so that nobody can listen? */
static int
is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 ||
	       (strncmp(host, "127.", 4) == 0 &&
		   host[strspn(host, "0123456789.")] == '\0') ||
	       strcmp(host, "[::1]") == 0;
}

/* Read "starttls=WORD". */
static enum res
read_query(struct smtp *smtp, const char *query, struct why *why)
{
	size_t i;

	smtp->tls = TLS_UNSAID;
	if (query == NULL)
		return RES_OK;
	for (i = 0; i < sizeof(tls_words) / sizeof(tls_words[0]); i++)
		if (strncmp(query, "starttls=", 9) == 0 &&
		    strcmp(query + 9, tls_words[i]) == 0) {
			smtp->tls = (enum tls)i;
			return RES_OK;
		}
	return why_set(why, RES_PERM,
	    "relay: what follows '?' must be starttls=required, "
	    "starttls=try or starttls=no");
}

/* Choose the encryption that was not said, and refuse to show a password. */
static enum res
settle_tls(
    struct smtp *smtp, const char *scheme, const char *host, struct why *why)
{
	int local = is_loopback(host);

	if (strcmp(scheme, "smtps") == 0) {
		if (smtp->tls != TLS_UNSAID)
			return why_set(why, RES_PERM,
			    "relay: starttls belongs to smtp://, smtps:// is "
			    "always encrypted");
		smtp->tls = TLS_REQUIRED;
		return RES_OK;
	}
	if (smtp->tls == TLS_UNSAID && local)
		smtp->tls = TLS_NO;
	else if (smtp->tls == TLS_UNSAID)
		smtp->tls = smtp->user != NULL ? TLS_REQUIRED : TLS_TRY;
	if (smtp->user != NULL && smtp->tls != TLS_REQUIRED && !local)
		return why_set(why, RES_PERM,
		    "relay: a password needs smtps:// or starttls=required");
	return RES_OK;
}

/* A HELO name in the path: a host name or nothing. */
static enum res
check_path(const char *path, struct why *why)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

	if (path == NULL || path[0] != '/' ||
	    path[1 + strspn(path + 1, good)] != '\0')
		return why_set(why, RES_PERM,
		    "relay: what follows HOST:PORT/ must be a host name, the "
		    "one for EHLO");
	return RES_OK;
}

/* Take the parsed URL apart into *smtp. */
static enum res
read_parts(struct smtp *smtp, CURLU *u, struct why *why)
{
	char *scheme = url_part(smtp, u, CURLUPART_SCHEME, 0);
	char *host = url_part(smtp, u, CURLUPART_HOST, 0);
	char *port = url_part(smtp, u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	enum res r;

	if (scheme == NULL || host == NULL || port == NULL ||
	    url_part(smtp, u, CURLUPART_FRAGMENT, 0) != NULL ||
	    url_part(smtp, u, CURLUPART_OPTIONS, 0) != NULL)
		return why_set(why, RES_PERM,
		    "relay: expected smtp://[USER:PASSWORD@]HOST[:PORT]; write "
		    "';' '#' '@' ':' '/' '?' of a password as %%3B %%23 %%40 "
		    "%%3A %%2F %%3F");
	smtp->place = mem_print(smtp, "%s:%s", host, port);
	smtp->user = url_part(smtp, u, CURLUPART_USER, CURLU_URLDECODE);
	smtp->password = url_part(smtp, u, CURLUPART_PASSWORD, CURLU_URLDECODE);
	if ((smtp->user == NULL) != (smtp->password == NULL))
		return why_set(
		    why, RES_PERM, "relay: a login needs USER:PASSWORD@");
	r = check_path(url_part(smtp, u, CURLUPART_PATH, 0), why);
	if (r == RES_OK)
		r = read_query(
		    smtp, url_part(smtp, u, CURLUPART_QUERY, 0), why);
	if (r == RES_OK)
		r = settle_tls(smtp, scheme, host, why);
	return r;
}

/* Keep the URL without what must not be in it. */
static enum res
keep_url(struct smtp *smtp, CURLU *u, struct why *why)
{
	(void)curl_url_set(u, CURLUPART_USER, NULL, 0);
	(void)curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
	(void)curl_url_set(u, CURLUPART_QUERY, NULL, 0);
	smtp->url = url_part(smtp, u, CURLUPART_URL, 0);
	if (smtp->url == NULL)
		return why_set(why, RES_PERM, "relay: not a URL");
	return RES_OK;
}

/* --- talking ------------------------------------------------------------ */

/* libcurl asks for the next bytes of the letter. */
static size_t
give_bytes(char *buf, size_t size, size_t count, void *arg)
{
	struct smtp *smtp = arg;
	size_t n = size * count, left = smtp->letter->n - smtp->at;

	if (n > left)
		n = left;
	memcpy(buf, smtp->letter->bytes + smtp->at, n);
	smtp->at += n;
	return n;
}

/* libcurl begins again, over another connection. */
static int
rewind_bytes(void *arg, curl_off_t offset, int origin)
{
	struct smtp *smtp = arg;

	if (origin != SEEK_SET || offset < 0 ||
	    (size_t)offset > smtp->letter->n)
		return CURL_SEEKFUNC_FAIL;
	smtp->at = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/*
 * libcurl shows a line of a reply; 0 ends the connection.  A server that never
 * comes to an end is cut off, and so is one without SMTPUTF8 where it is
 * needed, before libcurl rewrites an address for it.
 */
static size_t
take_line(char *p, size_t size, size_t count, void *arg)
{
	struct smtp *smtp = arg;
	size_t n = size * count;

	smtp->reply_bytes += n;
	if (smtp->reply_bytes > REPLY_BYTES_MAX)
		return 0;
	if (smtp->mail_over)
		return n;
	if (!smtp->mail_begun && n >= 12 && memcmp(p + 4, "SMTPUTF8", 8) == 0)
		smtp->offers_utf8 = 1;
	(void)reply_line(&smtp->reply, p, n);
	if (!smtp->mail_begun || smtp->offers_utf8 ||
	    (send_is_ascii(smtp->letter->sender) &&
		send_is_ascii(smtp->letter->recipient)))
		return n;
	smtp->needs_utf8 = 1;
	return 0;
}

/* libcurl tells what it does: we want to know where in the talk we are. */
static int
watch(CURL *curl, curl_infotype type, char *p, size_t n, void *arg)
{
	struct smtp *smtp = arg;

	if (type != CURLINFO_HEADER_OUT)
		return 0;
	if (n > 4 && memcmp(p, "QUIT", 4) == 0) {
		/* all is said; without this it waits two minutes for "221" */
		smtp->mail_over = 1;
		(void)curl_easy_setopt(
		    curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, 1L);
	}
	if (n > 4 && memcmp(p, "EHLO", 4) == 0)
		smtp->offers_utf8 = 0;
	if (n > 10 && memcmp(p, "MAIL FROM:", 10) == 0) {
		smtp->mail_begun = 1;
		reply_clear(&smtp->reply);
	}
	return 0;
}

/* Options that hold for every letter of a handle. */
static CURLcode
set_handle(struct smtp *smtp)
{
	CURL *c = smtp->curl;
	CURLcode e = curl_easy_setopt(c, CURLOPT_URL, smtp->url);

	if (e == CURLE_OK)
		e = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	/* no proxy of the environment, no signals, and no stored logins */
	(void)curl_easy_setopt(c, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	(void)curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, smtp->error);
	(void)curl_easy_setopt(c, CURLOPT_READFUNCTION, give_bytes);
	(void)curl_easy_setopt(c, CURLOPT_READDATA, smtp);
	(void)curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, rewind_bytes);
	(void)curl_easy_setopt(c, CURLOPT_SEEKDATA, smtp);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_line);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, smtp);
	(void)curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, watch);
	(void)curl_easy_setopt(c, CURLOPT_DEBUGDATA, smtp);
	(void)curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
	return e;
}

/* Options of encryption and login: one that fails must stop us. */
static CURLcode
set_trust(struct smtp *smtp)
{
	static const long use[] = {
	    CURLUSESSL_NONE, CURLUSESSL_TRY, CURLUSESSL_ALL};
	CURL *c = smtp->curl;
	long verify = smtp->tls == TLS_REQUIRED;
	CURLcode e;

	e = curl_easy_setopt(c, CURLOPT_USE_SSL, use[smtp->tls]);
	if (e == CURLE_OK)
		e = curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, verify);
	if (e == CURLE_OK)
		e = curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2 * verify);
	if (e == CURLE_OK)
		e = curl_easy_setopt(
		    c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (e == CURLE_OK)
		e = curl_easy_setopt(c, CURLOPT_SASL_IR, 1L);
	if (e == CURLE_OK && smtp->user != NULL)
		e = curl_easy_setopt(c, CURLOPT_USERNAME, smtp->user);
	if (e == CURLE_OK && smtp->user != NULL)
		e = curl_easy_setopt(c, CURLOPT_PASSWORD, smtp->password);
	return e;
}

/* Make the handle if there is none. */
static enum res
make_handle(struct smtp *smtp, struct why *why)
{
	CURLcode e;

	if (smtp->curl != NULL)
		return RES_OK;
	smtp->letters = 0;
	smtp->curl = curl_easy_init();
	mem_check(smtp->curl);
	e = set_handle(smtp);
	if (e == CURLE_OK)
		e = set_trust(smtp);
	if (e == CURLE_OK)
		return RES_OK;
	curl_easy_cleanup(smtp->curl);
	smtp->curl = NULL;
	return why_set(
	    why, RES_TEMP, "smtp %s: %s", smtp->place, curl_easy_strerror(e));
}

/* Options of one letter, and the letter itself. */
static CURLcode
perform(struct send *send, struct smtp *smtp, const struct letter *letter,
    struct curl_slist *rcpt)
{
	CURL *c = smtp->curl;
	CURLcode e;

	smtp->letter = letter;
	smtp->at = 0;
	smtp->mail_begun = 0;
	smtp->needs_utf8 = 0;
	smtp->mail_over = 0;
	smtp->reply_bytes = 0;
	smtp->error[0] = '\0';
	reply_clear(&smtp->reply);
	(void)curl_easy_setopt(
	    c, CURLOPT_CONNECTTIMEOUT_MS, (long)send->connect_ms);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)send->whole_ms);
	(void)curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    (long)(send->whole_ms / 1000 + 1));
	(void)curl_easy_setopt(
	    c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)letter->n);
	e = curl_easy_setopt(c, CURLOPT_MAIL_FROM, letter->sender);
	if (e == CURLE_OK)
		e = curl_easy_setopt(c, CURLOPT_MAIL_RCPT, rcpt);
	if (e == CURLE_OK)
		e = curl_easy_perform(c);
	(void)curl_easy_setopt(c, CURLOPT_MAIL_RCPT, NULL);
	return e;
}

/* What came out, with the server's words if it spoke. */
static enum res
judge(struct send *send, const struct smtp *smtp, CURLcode e, struct why *why)
{
	const char *text = smtp->error;
	enum res r = RES_TEMP;

	if (e == CURLE_OK)
		return RES_OK;
	if (smtp->needs_utf8)
		return why_set(why, RES_PERM,
		    "smtp %s: it does not offer SMTPUTF8, which the address "
		    "needs",
		    smtp->place);
	if (smtp->mail_begun && !smtp->reply.more &&
	    e != CURLE_OPERATION_TIMEDOUT)
		r = reply_meaning(&smtp->reply);
	/* an error after 2xx: the server vanished in between */
	if (r == RES_OK)
		r = RES_TEMP;
	send->down = !smtp->mail_begun || smtp->reply.code == 421;
	if (text[0] == '\0')
		text = curl_easy_strerror(e);
	if (smtp->reply.code >= 400)
		return why_set(why, r, "smtp %s: it said %s", smtp->place,
		    smtp->reply.text);
	return why_set(why, r, "smtp %s: %s", smtp->place, text);
}

/* Did a kept connection turn out to be closed by the other side? */
static int
was_stale(const struct smtp *smtp, CURLcode e)
{
	long made = 1;

	(void)curl_easy_getinfo(smtp->curl, CURLINFO_NUM_CONNECTS, &made);
	return e != CURLE_OK && e != CURLE_OPERATION_TIMEDOUT && made == 0 &&
	       smtp->mail_begun && smtp->at == 0 &&
	       (smtp->reply.code == 0 || smtp->reply.code == 421);
}

/*
 * Close the connection with the handle.  libcurl says QUIT and would wait two
 * minutes for the answer; with the reading half shut it does not wait.
 */
static void
close_handle(struct smtp *smtp)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (smtp->curl == NULL)
		return;
	if (curl_easy_getinfo(smtp->curl, CURLINFO_ACTIVESOCKET, &fd) ==
		CURLE_OK &&
	    fd != CURL_SOCKET_BAD)
		(void)shutdown(fd, SHUT_RD);
	curl_easy_cleanup(smtp->curl);
	smtp->curl = NULL;
}

/* Nothing to send for a while. */
static void
smtp_idle(struct send *send)
{
	close_handle(send->state);
}

/* Hand one letter over; a closed connection is opened again once. */
static enum res
smtp_deliver(struct send *send, const struct letter *letter, struct why *why)
{
	struct smtp *smtp = send->state;
	struct curl_slist *rcpt;
	enum res r;
	CURLcode e;

	if (smtp->letters >= LETTERS_PER_CONNECTION)
		smtp_idle(send);
	r = make_handle(smtp, why);
	if (r != RES_OK)
		return r;
	rcpt = curl_slist_append(NULL, letter->recipient);
	mem_check(rcpt);
	e = perform(send, smtp, letter, rcpt);
	if (was_stale(smtp, e)) {
		smtp_idle(send);
		r = make_handle(smtp, why);
		if (r == RES_OK)
			e = perform(send, smtp, letter, rcpt);
	}
	curl_slist_free_all(rcpt);
	smtp->letters++;
	if (r == RES_OK)
		r = judge(send, smtp, e, why);
	return r;
}

/* The record dies: close the connection, leave no password in memory. */
static int
smtp_free(struct smtp *smtp)
{
	close_handle(smtp);
	if (smtp->password != NULL)
		memset(smtp->password, 0, strlen(smtp->password));
	return 0;
}

/* smtp:// and smtps:// */
static enum res
smtp_open(struct send *send, const char *relay, struct why *why)
{
	struct smtp *smtp = mem_new(send, struct smtp);
	CURLU *u = curl_url();
	enum res r;

	mem_check(u);
	talloc_set_destructor(smtp, smtp_free);
	send->state = smtp;
	if (curl_url_set(u, CURLUPART_URL, relay, 0) != CURLUE_OK)
		r = why_set(why, RES_PERM,
		    "relay: expected smtp://[USER:PASSWORD@]HOST[:PORT]");
	else
		r = read_parts(smtp, u, why);
	if (r == RES_OK)
		r = keep_url(smtp, u, why);
	curl_url_cleanup(u);
	return r;
}

const struct transport transport_smtp = {
    .scheme = "smtp://",
    .form = "smtp://HOST:PORT",
    .open = smtp_open,
    .deliver = smtp_deliver,
    .idle = smtp_idle,
};

const struct transport transport_smtps = {
    .scheme = "smtps://",
    .form = "smtps://HOST:PORT",
    .open = smtp_open,
    .deliver = smtp_deliver,
    .idle = smtp_idle,
};
