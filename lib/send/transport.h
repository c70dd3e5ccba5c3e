/*
 * transport.h - what the ways of sending share; private to lib/send
 *
 * A new way is a new file with one const struct transport, and a line in the
 * table of send.c.
 * Layer 3.  Uses: res, letter.
 */
#ifndef LIB_SEND_TRANSPORT_H
#define LIB_SEND_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/res.h"
#include "lib/send/send.h"
#include "lib/write/letter.h"

struct send;

/* One way of sending. */
struct transport {
	const char *scheme; /* "lmtp:", the start of the relay's text */
	const char *form;   /* how it is written, for people */
	/* Check the text and fill send->state; nothing is connected. */
	enum res (*open)(struct send *send, const char *relay, struct why *why);
	/* The letter is checked: addresses, CR LF. */
	enum res (*deliver)(
	    struct send *send, const struct letter *letter, struct why *why);
	/* Close what is kept open; may be NULL. */
	void (*idle)(struct send *send);
};

struct send {
	const struct transport *transport;
	void *state;        /* of the transport, child of this record */
	int64_t connect_ms; /* for a connection */
	int64_t whole_ms;   /* for a letter, everything included */
	int down;           /* see send_is_down() */
};

extern const struct transport transport_smtp;
extern const struct transport transport_smtps;
extern const struct transport transport_lmtp;
extern const struct transport transport_sendmail;
extern const struct transport transport_maildir;

/* Shorter limits, for tests. */
void send_set_limits(struct send *send, int64_t connect_ms, int64_t whole_ms);

/* A clock that never jumps, in milliseconds. */
int64_t send_clock(void);

/* The letter with LF line ends, on ctx; *n is its length. */
char *send_unix_lines(TALLOC_CTX *ctx, const struct letter *letter, size_t *n);

/* Does the address do without SMTPUTF8? */
int send_is_ascii(const char *address);

/* A server's reply, bounded whatever it says. */
struct reply {
	int code;       /* 0: none yet */
	int more;       /* 1: a continuation line was the last */
	size_t length;  /* of text */
	char text[400]; /* "550 5.1.1 words of all its lines", printable */
};

/* Forget the reply. */
void reply_clear(struct reply *reply);

/*
 * Take one line, with or without its line end.  The first line after a final
 * one begins a new reply.  Returns 0 if it is no line of a reply.
 */
int reply_line(struct reply *reply, const char *p, size_t n);

/*
 * What a reply to MAIL, RCPT, DATA or the final dot means for the letter.
 * 5xx that speaks of us and not of the letter (a login, encryption) is
 * RES_TEMP: an administrator can mend it.
 */
enum res reply_meaning(const struct reply *reply);

#endif
