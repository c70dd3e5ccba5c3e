/* ical.c - lines, escapes, folding; kept texts put together again */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libical/ical.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/property.h"

/* The line as ical_line() writes it. */
static char *
line_of(TALLOC_CTX *ctx, const char *line)
{
	char *out = mem_text(ctx, "");

	ical_line(&out, line);
	return out;
}

/* The line as ical_text() writes it. */
static char *
text_of(TALLOC_CTX *ctx, const char *text)
{
	char *out = mem_text(ctx, "");

	ical_text(&out, "COMMENT", text);
	return out;
}

static void
test_control_bytes_are_dropped(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(line_of(ctx, "UID:a\tb"), "UID:a\tb\r\n");
	assert_string_equal(
	    line_of(ctx, "UID:a\r\nX:y\rz\nw\x01\x1f\x7f"), "UID:aX:yzw\r\n");
	/* It would belong to the line before. */
	assert_string_equal(line_of(ctx, " \t X:y"), "X:y\r\n");
	assert_string_equal(line_of(ctx, ""), "");
	assert_string_equal(line_of(ctx, "\r\n"), "");
	talloc_free(ctx);
}

static void
test_text_is_escaped(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(
	    text_of(ctx, "a,b;c\\d"), "COMMENT:a\\,b\\;c\\\\d\r\n");
	assert_string_equal(text_of(ctx, "a\nb\r\nc\rd\n\n"),
	    "COMMENT:a\\nb\\nc\\nd\\n\\n\r\n");
	talloc_free(ctx);
}

/* Fold a value of n times the character; unfold and compare. */
static void
check_fold(const char *character, size_t n)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *line = mem_text(ctx, "SUMMARY:"), *out, *p, *flat;
	size_t i;

	for (i = 0; i < n; i++)
		mem_add(&line, "%s", character);
	out = line_of(ctx, line);
	flat = mem_text(ctx, "");
	for (p = out; *p != '\0'; p += i + 2) {
		int more = p != out;

		i = strcspn(p, "\r\n");
		assert_in_range(i, 1, 75);
		assert_true(text_is_clean(p, i, ""));
		assert_int_equal(strncmp(p + i, "\r\n", 2), 0);
		assert_true(!more || p[0] == ' ');
		mem_add(&flat, "%.*s", (int)i - more, p + more);
	}
	assert_string_equal(flat, line);
	talloc_free(ctx);
}

static void
test_folding_keeps_characters_whole(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n < 200; n++) {
		check_fold("x", n);
		check_fold("\xc3\xa4", n);
		check_fold("\xe2\x82\xac", n);
		check_fold("\xf0\x9f\x97\x93", n);
		check_fold("x\xf0\x9f\x97\x93", n);
	}
}

static void
test_parameters(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(ical_parameter(ctx, "Room 1"), "Room 1");
	assert_string_equal(ical_parameter(ctx, "a;b"), "\"a;b\"");
	assert_string_equal(ical_parameter(ctx, "a:b"), "\"a:b\"");
	assert_string_equal(ical_parameter(ctx, "a,b"), "\"a,b\"");
	assert_string_equal(ical_parameter(ctx, "\"^\n\r\x01"), "^'^^^n");
	talloc_free(ctx);
}

static void
test_properties_are_taken_apart(void **state)
{
	static const char line[] =
	    "ATTENDEE;CN=\"a:b;ROLE=x\";Role=CHAIR;X=;ROLE=y:mailto:a@b";
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_true(property_is(line, "attendee"));
	assert_false(property_is(line, "ATTEND"));
	assert_string_equal(property_value(line), "mailto:a@b");
	assert_string_equal(property_parameter(ctx, line, "CN"), "a:b;ROLE=x");
	assert_string_equal(property_parameter(ctx, line, "ROLE"), "CHAIR");
	assert_string_equal(property_parameter(ctx, line, "X"), "");
	assert_null(property_parameter(ctx, line, "C"));
	assert_null(property_parameter(ctx, "A:b;C=d", "C"));
	assert_string_equal(property_value("A;B=\"c:d"), "");
	assert_true(property_same_tzid("a\\, b", "a, b"));
	assert_false(property_same_tzid("a", "ab"));
	talloc_free(ctx);
}

#define ZONE                                                                   \
	"BEGIN:VTIMEZONE\nTZID:Here\\, there\nBEGIN:STANDARD\n"                \
	"DTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\n"      \
	"END:STANDARD\nEND:VTIMEZONE"
#define MASTER                                                                 \
	"BEGIN:VEVENT\nUID:u\nDTSTAMP:20261101T000000Z\n"                      \
	"DTSTART;TZID=\"Here, there\":20261201T090000\n"                       \
	"RRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:TZID=Unused\nEND:VEVENT"
#define OVERRIDE                                                               \
	"BEGIN:VEVENT\nUID:u\nDTSTAMP:20261101T000000Z\n"                      \
	"RECURRENCE-ID;TZID=\"Here, there\":20261208T090000\n"                 \
	"DTSTART:20261208T100000Z\nEND:VEVENT"

static const struct timezone zones[] = {
    {"Here\\, there", "", ZONE}, {"Unused", "", "BEGIN:VTIMEZONE\nx"}};

static void
test_keep_takes_the_zones_it_uses(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct object object = {
	    .timezone = (void *)(uintptr_t)zones, .ntimezone = 2};
	struct component component = {.text = MASTER "\n"};

	(void)state;
	assert_string_equal(
	    ical_keep(ctx, &object, &component), ZONE "\n" MASTER);
	component.text = "BEGIN:VEVENT\nUID:u\nEND:VEVENT";
	assert_string_equal(ical_keep(ctx, &object, &component),
	    "BEGIN:VEVENT\nUID:u\nEND:VEVENT");
	talloc_free(ctx);
}

static void
test_join_is_one_valid_object(void **state)
{
	static const char *const kept[] = {
	    ZONE "\n" MASTER, ZONE "\n" OVERRIDE, ""};
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = ical_join(ctx, kept, 3);
	icalcomponent *top = icalparser_parse_string(text), *event;

	(void)state;
	assert_non_null(top);
	assert_int_equal(icalcomponent_isa(top), ICAL_VCALENDAR_COMPONENT);
	assert_int_equal(
	    icalcomponent_count_components(top, ICAL_VTIMEZONE_COMPONENT), 1);
	assert_int_equal(
	    icalcomponent_count_components(top, ICAL_VEVENT_COMPONENT), 2);
	assert_int_equal(
	    icalcomponent_count_components(top, ICAL_ANY_COMPONENT), 3);
	assert_int_equal(icalcomponent_count_errors(top), 0);
	event = icalcomponent_get_first_component(top, ICAL_VEVENT_COMPONENT);
	assert_non_null(event);
	assert_int_equal(
	    icalcomponent_count_properties(event, ICAL_RRULE_PROPERTY), 1);
	assert_int_equal(
	    icaltime_as_timet_with_zone(icalcomponent_get_dtstart(event),
		icalcomponent_get_timezone(top, "Here, there")),
	    1796112000);
	icalcomponent_free(top);
	talloc_free(ctx);
}

static void
test_mailto(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(
	    ical_mailto(ctx, "a+b@c.example"), "mailto:a+b@c.example");
	assert_string_equal(ical_mailto(ctx, "\"a b\"%?&\xc3\xa4@c"),
	    "mailto:%22a%20b%22%25%3F%26%C3%A4@c");
	talloc_free(ctx);
}

static void
test_lines_that_can_be_copied(void **state)
{
	static const char *const sound[] = {"UID:x", "UID:x:y;z",
	    "ATTENDEE;CN=\"a;b:c\";X-A=1,\"2\":mailto:a@b", "X-A;B=:c",
	    "ORGANIZER;CN=M\xc3\xbcller:mailto:a@b"};
	static const char *const unsound[] = {"", "UID", "UID:", "UID: x",
	    "UID;A:x", "UID;=b:x", "UID;A=\"b:x", "UID;A=\"b\"c:x", ":x",
	    "U ID:x", "UID:x\ny", "UID:x\x01", "UID:\xff", "UID;A=b"};
	char line[3000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sound) / sizeof(sound[0]); i++)
		if (!property_is_sound(sound[i]))
			fail_msg("%s", sound[i]);
	for (i = 0; i < sizeof(unsound) / sizeof(unsound[0]); i++)
		if (property_is_sound(unsound[i]))
			fail_msg("%s", unsound[i]);
	memset(line, 'a', sizeof(line));
	memcpy(line, "UID:", 4);
	line[2001] = '\0';
	assert_false(property_is_sound(line));
	line[2000] = '\0';
	assert_true(property_is_sound(line));
	assert_true(ical_is_blank(" \t\r\n\x01\x7f\xff"));
	assert_false(ical_is_blank(" x"));
	assert_false(ical_is_blank("\xc3\xa4"));
	assert_true(property_is_word("A-b9"));
	assert_false(property_is_word("a b"));
	assert_false(property_is_word(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines_that_can_be_copied),
	    cmocka_unit_test(test_control_bytes_are_dropped),
	    cmocka_unit_test(test_text_is_escaped),
	    cmocka_unit_test(test_folding_keeps_characters_whole),
	    cmocka_unit_test(test_parameters),
	    cmocka_unit_test(test_properties_are_taken_apart),
	    cmocka_unit_test(test_keep_takes_the_zones_it_uses),
	    cmocka_unit_test(test_join_is_one_valid_object),
	    cmocka_unit_test(test_mailto),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
