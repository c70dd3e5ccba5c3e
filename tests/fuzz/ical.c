/*
 * ical.c - fuzz target: lines inside a VCALENDAR with a VEVENT and a VTIMEZONE
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
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
	static const char head[] =
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\n"
	    "TZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"
	    "TZOFFSETFROM:+0217\r\nTZOFFSETTO:+0117\r\n"
	    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
	    "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:u\r\n";
	static const char tail[] = "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
	const struct window window = {
	    INT64_C(1700000000), INT64_C(1900000000), 100};
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *p = mem_array(ctx, char, sizeof(head) + sizeof(tail) + size);
	size_t n = sizeof(head) - 1;
	struct notice *again;
	struct why why;
	char *text;

	memcpy(p, head, n);
	memcpy(p + n, data, size);
	memcpy(p + n + size, tail, sizeof(tail) - 1);
	text = facts_print(
	    ctx, read_message(ctx, p, n + size + sizeof(tail) - 1, &window));
	if (facts_parse(ctx, text, strlen(text), &again, &why) != RES_OK)
		abort();
	talloc_free(ctx);
	return 0;
}
