/*
 * letter.h - a decision as the mail that answers it
 *
 * Pure: every byte follows from the arguments.  multipart/alternative of
 * text/plain, text/html, text/calendar; method=REPLY; CR LF line ends.
 * Layer 2.  Source: RFC 5546 section 3.2.3, RFC 6047 section 2.4, RFC 3834
 */
#ifndef LIB_WRITE_LETTER_H
#define LIB_WRITE_LETTER_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/decision.h"

/* A mail ready for the outbox. */
struct letter {
	const char *sender;     /* envelope sender */
	const char *recipient;  /* envelope recipient, see domain.h */
	const char *message_id; /* "<...>" */
	const char *bytes;      /* headers and body, CR LF */
	size_t n;
	/* Another letter of the same decision, or NULL. */
	struct letter *next;
};

/* What the letter depends on besides the decision. */
struct letterhead {
	const char *sender; /* envelope sender; "": the calendar's address */
	const char *unique; /* makes Message-ID and boundary: spool id, and what
	                          tells two letters of one message apart */
	const char *host;   /* right side of Message-ID */
	int64_t now;        /* Date and DTSTAMP, UTC */
};

/*
 * The answer to a decision with decision->answer set, in the language of the
 * calendar's settings, else of the mail (Content-Language), of the organizer, of
 * the summary, else in English; times where the organizer is and, if clocks
 * differ there, where the calendar is.
 *
 * An accepted series with something in clash[] is accepted but for those dates.
 * Each of them, and each changed date without its series, has its answer in a
 * letter of its own (letter->next) or in one object, as the calendar's
 * series_answer says; of one series at most five dates get letters, the first
 * one's text names all; more than twenty single dates always go together.
 *
 * Returns RES_PERM  the organizer has no address that mail can go to, or the
 *                   object no UID
 * Owner   *letter belongs to ctx
 */
enum res letter_make(TALLOC_CTX *ctx, const struct decision *decision,
    const struct mail *mail, const struct letterhead *head,
    struct letter **letter, struct why *why) MUSTUSE;

/*
 * The sentence for a person that says what was decided and, for a clash, which
 * dates, in the calendar's language and zone, the zone said.  Never whose
 * meeting.
 */
char *letter_sentence(TALLOC_CTX *ctx, const struct decision *decision);

/* May mail be sent to it?  Syntax and bytes only.  Source RFC 5321 4.1.2 */
int address_is_sendable(const char *address);

/* Do two addresses name the same mailbox: case, "+detail" ignored; "" none. */
int address_is_same(const char *a, const char *b);

#endif
