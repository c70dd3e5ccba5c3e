/*
 * person.h - ORGANIZER and ATTENDEE lines to addresses
 *
 * Layer 2, private to lib/read.  Source: RFC 5545 section 3.3.3, RFC 6068
 */
#ifndef LIB_READ_PERSON_H
#define LIB_READ_PERSON_H

#include <talloc.h>

#include "lib/facts/facts.h"
#include "lib/read/lines.h"

/* Everything of the property; what is missing has its default. */
void person_read(
    TALLOC_CTX *ctx, const struct property *property, struct person *person);

/* A person that is not there: all strings "". */
void person_none(struct person *person);

/*
 * The mailbox of a mailto: URI or a bare address, decoded once, the domain in
 * lower case; "" if it is none that mail could be sent to.
 */
const char *person_address(TALLOC_CTX *ctx, const char *uri);

/*
 * A mailbox from a mail header: checked, domain in lower case; NULL if it is
 * none.
 */
const char *person_mailbox(TALLOC_CTX *ctx, const char *address);

#endif
