/*
 * confvalue.h - one value of a settings file: text to the type of its key
 *
 * Private to conf.
 * Layer 0.  Uses: conf, zone, talloc.
 */
#ifndef LIB_BASE_CONFVALUE_H
#define LIB_BASE_CONFVALUE_H

#include <talloc.h>

#include "lib/base/conf.h"

/*
 * Convert text and store it in the member.
 *
 * add      1: append to the list that is there (CONF_LIST only)
 * Returns  NULL, or what was expected instead, a string of ctx or static
 */
const char *confvalue_set(TALLOC_CTX *ctx, const struct conf_key *key,
    const char *text, void *member, int add);

/* Mark the member as not given: NULL or -1. */
void confvalue_unset(const struct conf_key *key, void *member);
int confvalue_is_unset(const struct conf_key *key, const void *member);

#endif
