/*
 * tnef.c - winmail.dat: whole streams, and what hostile ones become
 *
 * What well-formed meetings become is in tests/golden/tnef.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/read.h"
#include "lib/tnef/tnef.h"
#include "tests/unit/tnef_fixture.h"

#define START INT64_C(1796115600) /* 2026-12-01T09:00:00Z */
#define CLASS "IPM.Schedule.Meeting.Request"

static const char *const room[] = {"room1@example.com"};
static const struct tnef_mail mail = {.subject = "Outside",
    .from = "anna@example.com",
    .to = room,
    .nto = 1,
    .date = START - 1000};

static struct bytes props, stream, blob;
static TALLOC_CTX *ctx;

static int
setup(void **state)
{
	(void)state;
	ctx = talloc_new(NULL);
	props.n = stream.n = blob.n = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	talloc_free(ctx);
	return 0;
}

/* PidLidGlobalObjectId with a date, or year 0. */
static void
put_id(int year, int month, int day)
{
	static const unsigned char class[] = {4, 0, 0, 0, 0x82, 0, 0xE0, 0,
	    0x74, 0xC5, 0xB7, 0x10, 0x1A, 0x82, 0xE0, 8};

	blob.n = 0;
	put_bytes(&blob, class, 16);
	put(&blob, 1, (uint64_t)year >> 8);
	put(&blob, 1, (uint64_t)year & 0xFF);
	put(&blob, 1, (uint64_t)month);
	put(&blob, 1, (uint64_t)day);
	put(&blob, 8, 0);
	put(&blob, 8, 0);
	put(&blob, 4, 4);
	put(&blob, 4, 0xAABBCCDD);
	put_blob(&props, MEETING, 0x3, blob.p, blob.n);
}

/* Properties of a meeting: 9 of them. */
static void
put_meeting(void)
{
	put_text(&props, 0x0037, "Planning");
	put_id(0, 0, 0);
	put_time(&props, MEETING, 0x1A, START - 5000);
	put_time(&props, APPOINTMENT, 0x820D, START);
	put_time(&props, APPOINTMENT, 0x820E, START + 3600);
	blob.n = 0;
	put_berlin(&blob);
	put_blob(&props, APPOINTMENT, 0x8233, blob.p, blob.n);
	put_text(&props, 0x0042, "Anna");
	put_text(&props, 0x0064, "SMTP");
	put_text(&props, 0x0065, "anna@example.com");
}

/* The stream around the properties. */
static void
finish(const char *class, uint32_t count)
{
	struct bytes list = {.n = 0};

	put(&list, 4, count);
	put_bytes(&list, props.p, props.n);
	put_head(&stream);
	put_attribute(&stream, 0x00078008, class, strlen(class) + 1);
	put_attribute(&stream, 0x00069003, list.p, list.n);
}

/* What becomes of these bytes. */
static struct tnef_reading
read_bytes(const unsigned char *p, size_t n)
{
	struct tnef_reading reading;

	tnef_read(ctx, (const char *)p, n, &mail, 0, &reading);
	return reading;
}

/* What becomes of the stream. */
static struct tnef_reading
read_stream(void)
{
	return read_bytes(stream.p, stream.n);
}

/* The text is lines of properties, and lib/read can take it apart. */
static void
check_text(const char *text)
{
	const struct window window = {START - 86400, START + 86400, 10};
	struct notice *notice;
	const char *p = text;
	size_t i, n;

	for (; *p != '\0'; p += n + 2) {
		n = strcspn(p, "\r\n");
		assert_memory_equal(p + n, "\r\n", 2);
		i = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
		assert_true(i >= 3 && strchr(";:", p[i]) != NULL);
		for (i = 0; i < n; i++)
			assert_true((unsigned char)p[i] >= 0x20);
	}
	notice = read_message(ctx, text, strlen(text), &window);
	for (i = 0; i < notice->nproblem; i++) {
		assert_string_not_equal(notice->problem[i].code, "malformed");
		assert_string_not_equal(notice->problem[i].code, "nul");
		assert_string_not_equal(
		    notice->problem[i].code, "several-calendars");
		assert_string_not_equal(
		    notice->problem[i].code, "no-component");
	}
}

/* Either a sound text or a problem with a reason. */
static int
check_reading(const struct tnef_reading *reading)
{
	if (reading->ical != NULL) {
		check_text(reading->ical);
		return 1;
	}
	assert_non_null(reading->problem.code);
	assert_true(*reading->problem.text != '\0');
	return 0;
}

/* There is no meeting, and the reason has that code. */
static void
refused(const char *code)
{
	struct tnef_reading reading = read_stream();

	assert_null(reading.ical);
	assert_string_equal(reading.problem.code, code);
}

/* There is a meeting, and its text has that line. */
static void
says(const char *line)
{
	struct tnef_reading reading = read_stream();

	assert_non_null(reading.ical);
	check_text(reading.ical);
	if (strstr(reading.ical, line) == NULL)
		fail_msg("no %s in\n%s", line, reading.ical);
}

/* --- tests ----------------------------------------------------------------- */

static void
whole_meeting(void **state)
{
	struct tnef_reading reading;

	(void)state;
	put_meeting();
	finish(CLASS, 9);
	reading = read_stream();
	assert_non_null(reading.ical);
	assert_true(reading.has_start);
	assert_int_equal(reading.start, START);
	assert_string_equal(reading.class, CLASS);
	assert_string_equal(reading.ical,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	    "PRODID:-//imipd//winmail.dat//EN\r\nMETHOD:REQUEST\r\n"
	    "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\n"
	    "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"
	    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
	    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
	    "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\n"
	    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
	    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n"
	    "END:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
	    "UID:040000008200E00074C5B7101A82E008000000000000000000000000"
	    "000000000000000004000000DDCCBBAA\r\n"
	    "SEQUENCE:0\r\nDTSTAMP:20261201T073640Z\r\n"
	    "ORGANIZER;CN=\"Anna\":mailto:anna@example.com\r\n"
	    "ATTENDEE;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;RSVP=TRUE:"
	    "mailto:room1@example.com\r\n"
	    "DTSTART;TZID=\"Customized Time Zone\":20261201T100000\r\n"
	    "DTEND;TZID=\"Customized Time Zone\":20261201T110000\r\n"
	    "SUMMARY:Planning\r\nTRANSP:OPAQUE\r\nEND:VEVENT\r\n"
	    "END:VCALENDAR\r\n");
}

/* Cut anywhere, there is never a meeting. */
static void
every_prefix(void **state)
{
	struct tnef_reading reading;
	unsigned char *exact;
	size_t n, meetings = 0;

	(void)state;
	put_meeting();
	finish(CLASS, 9);
	for (n = 0; n <= stream.n; n++) {
		/* of exact size, so that the sanitizer sees each byte beyond */
		exact = malloc(n + 1);
		memcpy(exact, stream.p, n);
		exact = realloc(exact, n == 0 ? 1 : n);
		reading = read_bytes(exact, n);
		free(exact);
		if (check_reading(&reading) &&
		    strstr(reading.ical, "UID:04") != NULL)
			meetings++;
	}
	assert_int_equal(meetings, 1);
}

/* The sum of the last attribute, anew. */
static void
repair(size_t at, size_t n)
{
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += stream.p[at + i];
	stream.p[at + n] = (unsigned char)sum;
	stream.p[at + n + 1] = (unsigned char)(sum >> 8);
}

/* Any byte of the properties is something else, and the sum says it is right. */
static void
every_byte(void **state)
{
	static const unsigned char values[] = {0, 1, 0x7F, 0x80, 0xFF, '\n'};
	struct tnef_reading reading;
	size_t at, i, v, meetings = 0, tries = 0;
	unsigned char kept;

	(void)state;
	put_meeting();
	finish(CLASS, 9);
	at = stream.n - 2 - (props.n + 4);
	for (i = 0; i < props.n + 4; i++) {
		kept = stream.p[at + i];
		for (v = 0; v < sizeof(values); v++) {
			stream.p[at + i] = values[v];
			repair(at, props.n + 4);
			reading = read_stream();
			meetings += (size_t)check_reading(&reading);
			tries++;
		}
		stream.p[at + i] = kept;
	}
	assert_true(tries > 2000);
	assert_true(meetings > tries / 2 && meetings < tries);
}

/* The same without the sum: it is noticed. */
static void
checksum(void **state)
{
	(void)state;
	put_meeting();
	finish(CLASS, 9);
	stream.p[stream.n - 10] ^= 1;
	refused("bad-tnef");
	/* the right signature and nothing that belongs to it */
	memcpy(stream.p, "\x78\x9f\x3e\x22garbage", 11);
	stream.n = 11;
	refused("bad-tnef");
}

static void
counts_that_are_wrong(void **state)
{
	(void)state;
	put_meeting();
	finish(CLASS, 10);
	refused("bad-tnef");
	stream.n = 0;
	finish(CLASS, UINT32_MAX);
	refused("bad-tnef");
	stream.n = 0;
	finish(CLASS, LIMIT_PROPERTIES + 1);
	refused("bad-tnef");
	/* fewer than there are: the rest is not looked at */
	stream.n = 0;
	finish(CLASS, 2);
	says("UID:04");
}

/* Texts and addresses from outside stay in their line. */
static void
injection(void **state)
{
	struct tnef_reading reading;

	(void)state;
	put_text(&props, 0x0037, "a\r\nATTENDEE:mailto:evil@example.net");
	put_id(0, 0, 0);
	put_time(&props, APPOINTMENT, 0x820D, START);
	put_text(&props, 0x0042, "Anna\"\r\nATTENDEE:mailto:evil@example.net");
	put_text(&props, 0x0065, "x\r\nATTENDEE:mailto:evil@example.net");
	put_text(&props, 0x5D01, "evil\r\n@example.net");
	put_named(&props, 0x1E, APPOINTMENT, 0x8208);
	put(&props, 4, 1);
	put_counted(&props, "\x01\x7f\\;,\n\xFF", 8);
	finish(CLASS, 7);
	reading = read_stream();
	assert_non_null(reading.ical);
	check_text(reading.ical);
	assert_null(strstr(reading.ical, "\nATTENDEE:"));
	assert_null(strstr(reading.ical, "SENT-BY"));
	says("ORGANIZER;CN=\"Anna^'  ATTENDEE:mailto:evil@example.net\":"
	     "mailto:anna@example.com\r\n");
	says("LOCATION: ?\\\\\\;\\,\\n?\r\n");
}

/* An instance without a date must not become the whole series. */
static void
instance_without_date(void **state)
{
	(void)state;
	put_id(0, 0, 0);
	put_time(&props, APPOINTMENT, 0x820D, START);
	put_named(&props, 0x0B, MEETING, 0x0A);
	put(&props, 4, 1);
	finish(CLASS, 3);
	refused("bad-tnef");
	props.n = stream.n = 0;
	put_id(2026, 2, 30);
	put_time(&props, APPOINTMENT, 0x820D, START);
	finish(CLASS, 2);
	refused("bad-tnef");
	props.n = stream.n = 0;
	put_id(2026, 12, 8);
	put_time(&props, APPOINTMENT, 0x820D, START);
	finish(CLASS, 2);
	says("RECURRENCE-ID:20261208T090000\r\n");
}

static void
classes(void **state)
{
	static const struct {
		const char *class;
		const char *method; /* NULL: no meeting */
	} table[] = {
	    {"IPM.Schedule.Meeting.Request", "METHOD:REQUEST\r\n"},
	    {"ipm.schedule.meeting.request.Own", "METHOD:REQUEST\r\n"},
	    {"IPM.Schedule.Meeting.Requests", NULL},
	    {"IPM.Schedule.Meeting", NULL},
	    {"IPM.Schedule.Meeting.Canceled", "METHOD:CANCEL\r\n"},
	    {"IPM.Schedule.Meeting.Resp.Pos", "METHOD:REPLY\r\n"},
	    {"IPM.Microsoft Schedule.MtgRespA", "PARTSTAT=TENTATIVE"},
	    {"IPM.Microsoft Schedule.MtgRespN", "PARTSTAT=DECLINED"},
	    {"IPM.Microsoft Schedule.MtgRespP", "PARTSTAT=ACCEPTED"},
	    {"IPM.Appointment", "METHOD:PUBLISH\r\n"},
	    {"IPM.Note", NULL},
	    {"\x01\xFFoo", NULL},
	    {"", NULL},
	};
	size_t i;

	(void)state;
	put_meeting();
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		stream.n = 0;
		finish(table[i].class, 9);
		if (table[i].method != NULL)
			says(table[i].method);
		else
			refused("no-calendar");
	}
}

/* Rows of the recipient table: as many as there may be, and one more. */
static void
recipients(void **state)
{
	struct bytes table = {.n = 0};
	uint32_t i;

	(void)state;
	put_meeting();
	put(&table, 4, LIMIT_ATTENDEES + 1);
	for (i = 0; i <= LIMIT_ATTENDEES; i++) {
		put(&table, 4, 1);
		put_text(&table, 0x3003, "bob@example.org");
	}
	finish(CLASS, 9);
	put_attribute(&stream, 0x00069004, table.p, table.n);
	says("mailto:bob@example.org");
	table.p[0]++;
	stream.n = 0;
	finish(CLASS, 9);
	put_attribute(&stream, 0x00069004, table.p, table.n);
	refused("bad-tnef");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(whole_meeting, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_prefix, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_byte, setup, teardown),
	    cmocka_unit_test_setup_teardown(checksum, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		counts_that_are_wrong, setup, teardown),
	    cmocka_unit_test_setup_teardown(injection, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		instance_without_date, setup, teardown),
	    cmocka_unit_test_setup_teardown(classes, setup, teardown),
	    cmocka_unit_test_setup_teardown(recipients, setup, teardown),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
