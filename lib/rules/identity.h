/*
 * identity.h - who sent this mail, and how sure is that?
 *
 * Authentication-Results are believed only from the servers that the
 * administrator named, and only the topmost field of each: anybody can write
 * more of them further down.
 * Pure.  Layer 2.  Source: RFC 8601; RFC 7489 section 3.1 (alignment)
 */
#ifndef LIB_RULES_IDENTITY_H
#define LIB_RULES_IDENTITY_H

#include <talloc.h>

#include "lib/facts/facts.h"
#include "lib/rules/scheduling.h"

struct identity {
	enum identity_level level;
	const char *method; /* "dmarc", "dkim", "spf", "submission", or "" */
	int failed;         /* a trusted server says that From is forged */
	const char *detail; /* one line for explain: what was believed, and why
	                       not more */
};

/*
 * Judge one mail.
 *
 * trusted    authserv-ids, lower case, NULL-terminated; may be NULL: none
 * submitter  the authenticated submitter of the envelope (SASL), "" if none
 * Aligned means: DKIM (header.d, header.i) or SPF (smtp.mailfrom, smtp.helo)
 * passed for the organizational domain of From, which is compared label-wise:
 * one is equal to or a parent of the other and has at least two labels.  With
 * "dmarc=fail" nothing else counts.
 *
 * Owner  strings belong to ctx
 */
struct identity identity_judge(TALLOC_CTX *ctx, const struct mail *mail,
    const char *envelope_sender, const char *submitter,
    const char *const *trusted);

/* Is it sure enough for the calendar (require)?  NULL: nothing is known. */
int identity_suffices(
    const struct identity *identity, const struct calendar *calendar);

/* "none", "aligned", "authenticated" */
const char *identity_name(enum identity_level level);

#endif
