/*
 * facts.c - fuzz facts_parse(): no harm, and what is taken prints stably
 *
 * The seeds are the texts that "imip-spool read" prints.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/facts/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct notice *t = NULL;
	struct why why;
	char *first, *second;
	size_t i;

	if (facts_parse(ctx, (const char *)data, size, &t, &why) == RES_OK) {
		first = facts_print(ctx, t);
		if (facts_parse(ctx, first, strlen(first), &t, &why) != RES_OK)
			abort();
		second = facts_print(ctx, t);
		if (strcmp(first, second) != 0)
			abort();
		for (i = 0; i < t->nobject; i++)
			object_localize(&t->object[i], NULL);
	}
	talloc_free(ctx);
	return 0;
}
