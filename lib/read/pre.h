/*
 * pre.h - what is checked before a library sees a byte
 *
 * GMime overflows its stack on nested groups and takes many times the size of
 * a message for many headers or parts; so these are counted first.
 * Layer 2, private to lib/read.
 */
#ifndef LIB_READ_PRE_H
#define LIB_READ_PRE_H

#include <stddef.h>

#include "lib/read/lines.h"

/* Returns 0 with the fault set if the message is over a limit. */
int pre_check(const char *p, size_t n, struct fault *fault);

/*
 * Decode base64 strictly: blanks and line ends are skipped, anything else that
 * is not of the alphabet is refused, and the padding must be there.
 * Returns the bytes (*got of them), or NULL with the fault set.
 */
char *pre_base64(
    TALLOC_CTX *ctx, const char *p, size_t n, size_t *got, struct fault *fault);

#endif
