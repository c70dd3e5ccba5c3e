/*
 * send.h - one letter out: SMTP, LMTP, a sendmail command, or a maildir
 *
 * libcurl is used here and nowhere else.  A connection is kept for many
 * letters.  Addresses are checked before any library sees them.
 * Layer 3.  Uses: res, io, talloc.  Used by: processor.
 */
#ifndef LIB_SEND_SEND_H
#define LIB_SEND_SEND_H

#include <stddef.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "lib/write/letter.h"

struct send;

/*
 * Prepare a relay: "smtp://HOST:PORT", "smtps://HOST:PORT", "lmtp:SOCKET",
 * "sendmail:PATH", "maildir:PATH".  Nothing is connected yet.
 * Returns RES_PERM  the text is none of these; says what was expected
 * Owner   talloc_free() closes what is open
 */
enum res send_open(TALLOC_CTX *ctx, const char *relay, struct send **send,
    struct why *why) MUSTUSE;

/*
 * Hand one letter over.
 * Returns RES_OK    the other side has it (2xx, exit 0, durable in maildir)
 *         RES_TEMP  4xx, no connection, a timeout, exit 75 or a signal
 *         RES_PERM  5xx, an address or bytes that cannot be sent
 * why->text holds the other side's words, made printable.
 */
enum res send_letter(
    struct send *send, const struct letter *letter, struct why *why) MUSTUSE;

/* Close a kept connection; the next letter opens it again. */
void send_idle(struct send *send);

/* Did the last RES_TEMP mean that nobody answers at all (so stop trying)? */
int send_is_down(const struct send *send);

#endif
