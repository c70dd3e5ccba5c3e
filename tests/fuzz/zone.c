/*
 * zone.c - fuzz target: time zones, as a VTIMEZONE, a TZif file, a TZ string
 *
 * What the bytes are is told by how they begin: "TZif", "TZ=", or else they are
 * the lines of a VTIMEZONE that an event uses.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/tzif.h"
#include "lib/base/zone.h"
#include "lib/facts/facts.h"
#include "lib/read/read.h"
#include "lib/read/zones.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t instants[] = {INT64_C(-62135596800), INT64_C(-1),
    INT64_C(0), INT64_C(951782400), INT64_C(1143939600), INT64_C(1764547200),
    INT64_C(1774746000), INT64_C(4102444800), INT64_C(32503680000)};

#define INSTANTS (sizeof(instants) / sizeof(instants[0]))

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	read_init();
	return 0;
}

/* A zone around an instant: the offset holds until the next change. */
static void
check_instant(const struct zone *z, int64_t utc)
{
	int64_t next = zone_next(z, utc);
	int offset = zone_offset(z, utc, NULL, NULL);
	struct civil wall = zone_to_wall(z, utc);

	if (next <= utc)
		abort();
	if (next != INT64_MAX && zone_offset(z, next - 1, NULL, NULL) != offset)
		abort();
	if (utc >= 0 && civil_seconds(&wall) != utc + offset)
		abort();
	/* the wall clock leads back, to the first of two */
	if (utc >= 0 && zone_to_utc(z, &wall) > utc)
		abort();
}

/* What is written of a zone fits, and is read without a crash. */
static void
check_text(TALLOC_CTX *ctx, const struct zone *z)
{
	int64_t from = INT64_C(1700000000);
	int64_t to = INT64_C(1900000000);
	size_t n = zone_vtimezone(z, "Own", from, to, NULL, 0);
	char *text = mem_array(ctx, char, n + 2);

	text[n + 1] = 'x';
	if (zone_vtimezone(z, "Own", from, to, text, n + 1) != n ||
	    strlen(text) != n || text[n + 1] != 'x')
		abort();
}

/* The instants above, and half an hour around the change after each. */
static void
check_zone(const struct zone *z)
{
	int64_t next;
	size_t i;

	for (i = 0; i < INSTANTS; i++) {
		check_instant(z, instants[i]);
		next = zone_next(z, instants[i]);
		if (next == INT64_MAX)
			continue;
		check_instant(z, next);
		check_instant(z, next - 1);
		check_instant(z, next - 1800);
		check_instant(z, next + 1800);
	}
}

static void
fuzz_tzif(TALLOC_CTX *ctx, const uint8_t *data, size_t size)
{
	struct zone *z = NULL;
	struct why why;

	if (tzif_parse(ctx, data, size, &z, &why) != RES_OK)
		return;
	z->name = "Own";
	check_zone(z);
	check_text(ctx, z);
}

static void
fuzz_string(const char *text)
{
	struct tzrule rule;
	struct tzspan span;
	size_t i;

	if (!tzrule_parse(text, &rule))
		return;
	for (i = 0; i < INSTANTS; i++) {
		span = tzrule_span(&rule, instants[i]);
		if (span.since > instants[i] || span.until <= instants[i] ||
		    span.type == NULL)
			abort();
	}
}

/* Instances are in order, and the text of the facts can be read back. */
static void
check_notice(TALLOC_CTX *ctx, const struct notice *notice)
{
	struct notice *again;
	struct why why;
	char *text = facts_print(ctx, notice);
	size_t i;
	size_t k;

	if (facts_parse(ctx, text, strlen(text), &again, &why) != RES_OK)
		abort();
	for (i = 0; i < notice->nobject; i++) {
		const struct object *o = &notice->object[i];

		for (k = 1; k < o->ninstance; k++)
			if (o->instance[k].start.utc <
			    o->instance[k - 1].start.utc)
				abort();
	}
}

static void
fuzz_vtimezone(TALLOC_CTX *ctx, const char *lines)
{
	const struct window window = {
	    INT64_C(1700000000), INT64_C(1900000000), 300};
	char *text = mem_print(ctx,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
	    "BEGIN:VTIMEZONE\r\nTZID:Own\r\n%s\r\nEND:VTIMEZONE\r\n"
	    "BEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20250101T000000Z\r\n"
	    "DTSTART;TZID=Own:20250330T023000\r\nDURATION:P1DT1H\r\n"
	    "RRULE:FREQ=WEEKLY;UNTIL=20281231T000000Z\r\n"
	    "EXDATE;TZID=Own:20250406T023000\r\n"
	    "RDATE:20251026T003000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
	    lines);

	vcache_forget();
	check_notice(ctx, read_message(ctx, text, strlen(text), &window));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *text = mem_textn(ctx, (const char *)data, size);

	if (size >= 4 && memcmp(data, "TZif", 4) == 0)
		fuzz_tzif(ctx, data, size);
	else if (strncmp(text, "TZ=", 3) == 0)
		fuzz_string(text + 3);
	else
		fuzz_vtimezone(ctx, text);
	talloc_free(ctx);
	return 0;
}
