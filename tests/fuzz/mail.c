/*
 * mail.c - fuzz target: any bytes as a message, and the facts text form of it
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/facts/facts.h"
#include "lib/read/read.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	read_init();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct window window = {
	    INT64_C(1700000000), INT64_C(1900000000), 100};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct notice *notice;
	struct notice *again;
	struct why why;
	char *text;

	notice = read_message(ctx, (const char *)data, size, &window);
	text = facts_print(ctx, notice);
	/* whatever comes in, what goes out can be read back */
	if (facts_parse(ctx, text, strlen(text), &again, &why) != RES_OK)
		abort();
	talloc_free(ctx);
	return 0;
}
