/*
 * tnef.c - fuzz target: a TNEF stream to iCalendar text, and that to facts
 *
 * The sums of the attributes are put right first, or nothing would get past
 * them.  What comes out must be lines that lib/read can take apart: a text that
 * ends its line would be a hole.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/facts.h"
#include "lib/read/read.h"
#include "lib/tnef/tnef.h"

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

/* Put the sum of each attribute right. */
static void
repair(uint8_t *p, size_t n)
{
	size_t at = 6;

	while (at + 11 <= n) {
		size_t length = (size_t)p[at + 5] | (size_t)p[at + 6] << 8 |
		                (size_t)p[at + 7] << 16 |
		                (size_t)p[at + 8] << 24;
		unsigned sum = 0;

		at += 9;
		if (length > n - at - 2)
			return;
		for (; length > 0; length--)
			sum += p[at++];
		p[at++] = (uint8_t)sum;
		p[at++] = (uint8_t)(sum >> 8);
	}
}

/* Everything that was written can be read, and is one meeting. */
static void
check(TALLOC_CTX *ctx, const char *ical)
{
	static const char *const holes[] = {"malformed", "nul", "bad-charset",
	    "several-calendars", "no-component", "two-uids"};
	const struct window window = {
	    INT64_C(1700000000), INT64_C(1900000000), 100};
	struct notice *notice = read_message(ctx, ical, strlen(ical), &window);
	struct notice *again;
	struct why why;
	size_t i, j;
	char *text;

	for (i = 0; i < notice->nproblem; i++)
		for (j = 0; j < sizeof(holes) / sizeof(holes[0]); j++)
			if (strcmp(notice->problem[i].code, holes[j]) == 0)
				abort();
	text = facts_print(ctx, notice);
	if (facts_parse(ctx, text, strlen(text), &again, &why) != RES_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const to[] = {"room1@example.com"};
	const struct tnef_mail mail = {.subject = "Outside",
	    .from = "anna@example.com",
	    .to = to,
	    .nto = 1,
	    .date = INT64_C(1796115600)};
	TALLOC_CTX *ctx = talloc_new(NULL);
	uint8_t *p = malloc(size + 1);
	struct tnef_reading reading;

	memcpy(p, data, size);
	repair(p, size);
	tnef_read(ctx, (const char *)p, size, &mail, size & 1, &reading);
	if (reading.ical != NULL)
		check(ctx, reading.ical);
	else if (reading.problem.code == NULL || *reading.problem.text == '\0')
		abort();
	free(p);
	talloc_free(ctx);
	return 0;
}
