/*
 * look.h - a store opened by somebody who only looks
 *
 * Layer 3.  Uses: store.  Used by: admin, spool.
 */
#ifndef LIB_TOOL_LOOK_H
#define LIB_TOOL_LOOK_H

#include <talloc.h>

#include "lib/base/res.h"
#include "lib/store/store.h"

/*
 * Open a store that is going to be read only, with the right to write where
 * there is one: an engine can then tidy up behind itself, and no file is left
 * that was not there before.  Fails and ends as store_open() does.
 */
enum res look_store(TALLOC_CTX *ctx, const char *url, struct store **store,
    struct why *why) MUSTUSE;

#endif
