/* ifb.c - the published file: its exact bytes, and libical's view of it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libical/ical.h>

#include "lib/base/mem.h"
#include "lib/base/version.h"
#include "lib/write/ifb.h"

#define FROM    INT64_C(1793491200) /* 2026-11-01T00:00:00Z */
#define TO      (FROM + 30 * SECONDS_PER_DAY)
#define CHANGED (FROM + 3600)

static const struct calendar room = {
    .address = "room1@example.com", .name = "Room 1; \"left\", first floor"};

static const struct span taken[] = {
    {FROM + 9 * 3600, FROM + 10 * 3600}, {FROM + 12 * 3600, FROM + 13 * 3600}};

static void
test_exact_bytes(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = ifb_render(ctx, &room, taken, 2, FROM, TO, CHANGED);

	(void)state;
	assert_string_equal(text,
	    "BEGIN:VCALENDAR\r\n"
	    "VERSION:2.0\r\n"
	    "PRODID:-//imipd//imipd " IMIPD_VERSION "//EN\r\n"
	    "METHOD:PUBLISH\r\n"
	    "BEGIN:VFREEBUSY\r\n"
	    "UID:freebusy-room1@example.com\r\n"
	    "DTSTAMP:20261101T010000Z\r\n"
	    "ORGANIZER;CN=\"Room 1; ^'left^', first floor\":mailto:room1@"
	    "example.com\r\n"
	    "DTSTART:20261101T000000Z\r\n"
	    "DTEND:20261201T000000Z\r\n"
	    "FREEBUSY;FBTYPE=BUSY:20261101T090000Z/20261101T100000Z\r\n"
	    "FREEBUSY;FBTYPE=BUSY:20261101T120000Z/20261101T130000Z\r\n"
	    "END:VFREEBUSY\r\n"
	    "END:VCALENDAR\r\n");
	assert_int_equal(strlen(text), talloc_get_size(text) - 1);
	assert_string_equal(
	    text, ifb_render(ctx, &room, taken, 2, FROM, TO, CHANGED));
	talloc_free(ctx);
}

static void
test_libical_reads_it(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = ifb_render(ctx, &room, taken, 2, FROM, TO, CHANGED);
	icalcomponent *top = icalparser_parse_string(text), *fb;
	icalproperty *p;
	int n = 0;

	(void)state;
	assert_non_null(top);
	assert_int_equal(icalcomponent_get_method(top), ICAL_METHOD_PUBLISH);
	fb = icalcomponent_get_first_component(top, ICAL_VFREEBUSY_COMPONENT);
	assert_non_null(fb);
	assert_int_equal(icalcomponent_count_errors(fb), 0);
	for (p = icalcomponent_get_first_property(fb, ICAL_FREEBUSY_PROPERTY);
	     p != NULL;
	     p = icalcomponent_get_next_property(fb, ICAL_FREEBUSY_PROPERTY)) {
		struct icalperiodtype period = icalproperty_get_freebusy(p);

		assert_int_equal(
		    icaltime_as_timet(period.start), taken[n].start);
		assert_int_equal(icaltime_as_timet(period.end), taken[n++].end);
	}
	assert_int_equal(n, 2);
	icalcomponent_free(top);
	talloc_free(ctx);
}

static void
test_names_stay_in_their_line(void **state)
{
	struct calendar evil = room;
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text;

	(void)state;
	evil.name = "x\r\nATTENDEE:y";
	evil.address = "\"a b?c=%41\"@example.com";
	text = ifb_render(ctx, &evil, NULL, 0, FROM, TO, CHANGED);
	assert_null(strstr(text, "\nATTENDEE"));
	assert_null(strstr(text, "FREEBUSY;"));
	assert_non_null(strstr(text, ":mailto:%22a%20b%3Fc=%2541%22@"));
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_exact_bytes),
	    cmocka_unit_test(test_libical_reads_it),
	    cmocka_unit_test(test_names_stay_in_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
