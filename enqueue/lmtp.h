/*
 * lmtp.h - the text of LMTP commands taken apart; pure
 *
 * Layer 4.  Uses: spool.  Used by: lmtp.
 */
#ifndef ENQUEUE_LMTP_H
#define ENQUEUE_LMTP_H

#include "spool/lib/spool.h"

/* A value with its NUL: an address in xtext has up to three bytes for one. */
#define LMTP_VALUE_MAX (3 * SPOOL_ADDRESS_MAX + 64)

/*
 * Take "FROM:<path>" or "TO:<path>" apart: the keyword (with its colon), the
 * address without a source route into out of LMTP_VALUE_MAX bytes, and *rest
 * at the parameters.  The line is not changed.  What is far too long an address
 * is cut at the size of out, so that the spool still refuses it.
 * Returns 0 if it has no such form.
 * Source  RFC 5321 section 4.1.2
 */
int lmtp_path(
    const char *args, const char *keyword, char *out, const char **rest);

/*
 * The next "KEY=VALUE" or "KEY" of parameters: both are put into the buffers
 * of LMTP_VALUE_MAX bytes and *rest moves on.  1: there was one, 0: the end,
 * -1: one of them is too long or empty.
 */
int lmtp_parameter(const char **rest, char *key, char *value);

/*
 * Decode xtext in place.  Returns 0 if it is none, or if a decoded byte is
 * below 0x20 or 0x7f.  Source  RFC 3461 section 4
 */
int lmtp_xtext(char *text);

#endif
