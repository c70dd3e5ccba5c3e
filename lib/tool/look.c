/* look.c - a store opened by somebody who only looks, see look.h */
#include "lib/tool/look.h"

enum res
look_store(
    TALLOC_CTX *ctx, const char *url, struct store **store, struct why *why)
{
	if (store_open(ctx, url, STORE_WRITE, store, why) == RES_OK)
		return RES_OK;
	return store_open(ctx, url, STORE_READ, store, why);
}
