/*
 * send.c - checks a letter and hands it to the relay's way of sending
 *
 * What stands here is what all ways need: no byte leaves before addresses and
 * line ends are known to be good, since no library below can be trusted to
 * look (libcurl 7.88 sends CR LF in an address as a new command).
 */
#include "lib/send/send.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "lib/base/mem.h"
#include "lib/send/transport.h"

#define CONNECT_MS 10000
#define WHOLE_MS   60000

static const struct transport *const transports[] = {
    &transport_smtp,
    &transport_smtps,
    &transport_lmtp,
    &transport_sendmail,
    &transport_maildir,
};

#define NTRANSPORTS (sizeof(transports) / sizeof(transports[0]))

int64_t
send_clock(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) < 0)
		return 0;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

char *
send_unix_lines(TALLOC_CTX *ctx, const struct letter *letter, size_t *n)
{
	char *out = mem_array(ctx, char, letter->n + 1);
	size_t i, k = 0;

	for (i = 0; i < letter->n; i++)
		if (letter->bytes[i] != '\r')
			out[k++] = letter->bytes[i];
	*n = k;
	return out;
}

int
send_is_ascii(const char *address)
{
	for (; *address != '\0'; address++)
		if ((unsigned char)*address > 0x7e)
			return 0;
	return 1;
}

/* A write to a peer that is gone shall be an error, not the end of us. */
static void
ignore_broken_pipes(void)
{
	struct sigaction old, ignore;

	if (sigaction(SIGPIPE, NULL, &old) < 0 || old.sa_handler != SIG_DFL)
		return;
	memset(&ignore, 0, sizeof(ignore));
	ignore.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

/* The way of sending that the text names, or NULL. */
static const struct transport *
transport_find(const char *relay)
{
	size_t i;

	for (i = 0; i < NTRANSPORTS; i++) {
		const char *scheme = transports[i]->scheme;

		if (strncmp(relay, scheme, strlen(scheme)) == 0)
			return transports[i];
	}
	return NULL;
}

/* The text is unknown: say what is known, show no password. */
static enum res
refuse_relay(TALLOC_CTX *ctx, const char *relay, struct why *why)
{
	char *known = mem_text(ctx, "");
	size_t i, word = strcspn(relay, ":@/ ");
	enum res r;

	for (i = 0; i < NTRANSPORTS; i++)
		mem_add(&known, "%s%s", i > 0 ? ", " : "", transports[i]->form);
	r = why_set(why, RES_PERM,
	    "relay \"%.*s...\" is unknown; expected one of %s",
	    word > 20 ? 20 : (int)word, relay, known);
	talloc_free(known);
	return r;
}

enum res
send_open(
    TALLOC_CTX *ctx, const char *relay, struct send **send, struct why *why)
{
	const struct transport *transport = transport_find(relay);
	struct send *s;
	enum res r;

	*send = NULL;
	if (transport == NULL)
		return refuse_relay(ctx, relay, why);
	ignore_broken_pipes();
	s = mem_new(ctx, struct send);
	s->transport = transport;
	s->connect_ms = CONNECT_MS;
	s->whole_ms = WHOLE_MS;
	r = transport->open(s, relay, why);
	if (r == RES_OK)
		*send = s;
	else
		talloc_free(s);
	return r;
}

/* Only whole CR LF lines, no NUL: what every server takes the same way. */
static enum res
check_bytes(const struct letter *letter, struct why *why)
{
	const char *p = letter->bytes;
	size_t i, n = letter->n;

	if (n < 2 || p[n - 2] != '\r' || p[n - 1] != '\n')
		return why_set(
		    why, RES_PERM, "the letter does not end with CR LF");
	for (i = 0; i < n; i++) {
		if (p[i] == '\0')
			return why_set(why, RES_PERM,
			    "the letter has a NUL at byte %zu", i);
		if (p[i] == '\r' && p[i + 1] != '\n')
			return why_set(why, RES_PERM,
			    "the letter has a bare CR at byte %zu", i);
		if (p[i] == '\n' && (i == 0 || p[i - 1] != '\r'))
			return why_set(why, RES_PERM,
			    "the letter has a bare LF at byte %zu", i);
	}
	return RES_OK;
}

/* Everything that must hold before a byte goes out. */
static enum res
check_letter(const struct letter *letter, struct why *why)
{
	if (letter->sender[0] != '\0' && !address_is_sendable(letter->sender))
		return why_set(why, RES_PERM,
		    "sender \"%.100s\" is not an address", letter->sender);
	if (!address_is_sendable(letter->recipient))
		return why_set(why, RES_PERM,
		    "recipient \"%.100s\" is not an address",
		    letter->recipient);
	return check_bytes(letter, why);
}

enum res
send_letter(struct send *send, const struct letter *letter, struct why *why)
{
	enum res r;

	send->down = 0;
	r = check_letter(letter, why);
	if (r == RES_OK)
		r = send->transport->deliver(send, letter, why);
	return r;
}

void
send_idle(struct send *send)
{
	if (send->transport->idle != NULL)
		send->transport->idle(send);
}

int
send_is_down(const struct send *send)
{
	return send->down;
}

void
send_set_limits(struct send *send, int64_t connect_ms, int64_t whole_ms)
{
	send->connect_ms = connect_ms;
	send->whole_ms = whole_ms;
}
