/*
 * zone.c - tests of lib/base/zone: names, offsets, conversions, VTIMEZONE
 *
 * The C library is the judge of offsets, libical of what a VTIMEZONE says.
 */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <dirent.h>
#include <libical/ical.h>
#include <sys/stat.h>

#include "lib/base/mem.h"
#include "lib/base/tzif.h"
#include "lib/base/zone.h"

#define DIRECTORY "/usr/share/zoneinfo"
#define ZONES_MAX 1000

static char *names[ZONES_MAX];
static size_t nnames;

/* The instant of 1 January of a year. */
static int64_t
year(int y)
{
	return civil_days(y, 1, 1) * SECONDS_PER_DAY;
}

/* Collect the names of all zones below a directory. */
static void
collect(const char *below)
{
	char path[300], name[200];
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	(void)snprintf(path, sizeof(path), DIRECTORY "/%s", below);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (strspn(entry->d_name, ".") > 0 ||
		    strcmp(entry->d_name, "posix") == 0 ||
		    strcmp(entry->d_name, "right") == 0 ||
		    strcmp(entry->d_name, "localtime") == 0 ||
		    strcmp(entry->d_name, "posixrules") == 0 ||
		    strchr(entry->d_name, '.') != NULL ||
		    strncmp(entry->d_name, "leap", 4) == 0)
			continue;
		(void)snprintf(name, sizeof(name), "%s%s%.100s", below,
		    *below != '\0' ? "/" : "", entry->d_name);
		(void)snprintf(path, sizeof(path), DIRECTORY "/%s", name);
		assert_int_equal(stat(path, &st), 0);
		if (S_ISDIR(st.st_mode)) {
			collect(name);
		} else {
			assert_true(nnames < ZONES_MAX);
			names[nnames++] = strdup(name);
		}
	}
	(void)closedir(dir);
}

static int
setup(void **state)
{
	(void)state;
	collect("");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	while (nnames > 0)
		free(names[--nnames]);
	return 0;
}

/* --- names -------------------------------------------------------------------- */

static void
test_names(void **state)
{
	static const char *const refused[] = {"", "/", "Europe", "Europe/",
	    "/Europe/Berlin", "/usr/share/zoneinfo/UTC", "Europe//Berlin",
	    "../zoneinfo/UTC", "Europe/../UTC", "./UTC", "posix/UTC",
	    "right/UTC", "POSIX/UTC", "Right/Europe/Berlin", "localtime",
	    "posixrules", "zone.tab", "tzdata.zi", "iso3166.tab",
	    "leap-seconds.list", "leapseconds", "Europe/Berlin ",
	    "Europe/Berl\xc3\xadn", "Europe/Berlin\n", "Europe/Nowhere",
	    "UTC/Berlin", "W. Europe Standard Time", "%s%s", "posix", "right",
	    "Europe/Berlin_and_a_name_longer_than_any_zone_has_in_the_data"};
	const struct zone *z = zone_find("Europe/Berlin");
	size_t i;

	(void)state;
	assert_non_null(z);
	assert_string_equal(zone_name(z), "Europe/Berlin");
	assert_ptr_equal(zone_find("EUROPE/berlin"), z);
	assert_ptr_equal(zone_find("europe/berlin"), z);
	z = zone_find("america/ARGENTINA/buenos_aires");
	assert_non_null(z);
	assert_string_equal(zone_name(z), "America/Argentina/Buenos_Aires");
	assert_ptr_equal(zone_find("America/Argentina/Buenos_Aires"), z);
	assert_non_null(zone_find("utc"));
	assert_non_null(zone_find("US/Eastern"));
	assert_non_null(zone_find("Etc/GMT+5"));
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (zone_find(refused[i]) != NULL)
			fail_msg("found \"%s\"", refused[i]);
		assert_null(zone_find(refused[i]));
	}
}

/* More strange names than the cache takes do not push out what is there. */
static void
test_many_names(void **state)
{
	const struct zone *z = zone_find("Asia/Tokyo");
	char name[40];
	size_t i;

	(void)state;
	assert_non_null(z);
	for (i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "Nowhere%zu", i);
		assert_null(zone_find(name));
	}
	assert_ptr_equal(zone_find("asia/tokyo"), z);
	assert_non_null(zone_find("Pacific/Chatham"));
	assert_ptr_equal(
	    zone_find("Pacific/Chatham"), zone_find("pacific/chatham"));
}

/* --- offsets ------------------------------------------------------------------- */

/* One instant, against the C library set to the zone. */
static void
compare(const struct zone *z, int64_t utc)
{
	time_t t = (time_t)utc;
	const char *abbreviation;
	struct civil wall;
	struct tm tm;
	int offset, dst;

	assert_non_null(localtime_r(&t, &tm));
	offset = zone_offset(z, utc, &dst, &abbreviation);
	if (offset != tm.tm_gmtoff || dst != tm.tm_isdst ||
	    strcmp(abbreviation, tm.tm_zone) != 0)
		fail_msg("%s at %lld: %d %d %s, libc says %ld %d %s",
		    zone_name(z), (long long)utc, offset, dst, abbreviation,
		    tm.tm_gmtoff, tm.tm_isdst, tm.tm_zone);
	wall = zone_to_wall(z, utc);
	assert_int_equal(wall.year, tm.tm_year + 1900);
	assert_int_equal(wall.hour, tm.tm_hour);
	assert_int_equal(wall.minute, tm.tm_min);
}

static void
test_offsets(void **state)
{
	const int64_t step = 11 * SECONDS_PER_DAY + 3607;
	struct tzspan span;
	int64_t utc;
	size_t i, changes = 0;

	(void)state;
	assert_true(nnames > 400);
	for (i = 0; i < nnames; i++) {
		const struct zone *z = zone_find(names[i]);

		if (z == NULL)
			fail_msg("no zone %s", names[i]);
		assert_string_equal(zone_name(z), names[i]);
		assert_int_equal(setenv("TZ", names[i], 1), 0);
		tzset();
		for (utc = year(1970); utc < year(2201); utc += step)
			compare(z, utc);
		span = zone_span(z, year(1970));
		for (; span.until < year(2201); changes++) {
			compare(z, span.until - 1);
			compare(z, span.until);
			span = zone_span(z, span.until);
		}
	}
	/* The steps found the changes that are there. */
	assert_true(changes > 50000);
}

/* Far instants have the answer of the nearest rule, and nothing overflows. */
static void
test_far(void **state)
{
	const struct zone *z = zone_find("Europe/Berlin");

	(void)state;
	assert_int_equal(zone_offset(z, INT64_MAX, NULL, NULL), 3600);
	assert_int_equal(zone_offset(z, INT64_MIN, NULL, NULL), 3208);
	assert_int_equal(zone_offset(z, year(9999), NULL, NULL), 3600);
	assert_int_equal(
	    zone_offset(z, year(9998) + 180 * SECONDS_PER_DAY, NULL, NULL),
	    7200);
	assert_int_equal(zone_to_wall(z, INT64_MAX).year, 9999);
	assert_int_equal(zone_to_wall(z, INT64_MIN).year, 1);
}

/* --- from the wall clock --------------------------------------------------------- */

/* What zone.h promises, worked out from the two offsets around a change. */
static int64_t
expected_utc(const struct zone *z, int64_t wall, int before, int after)
{
	int64_t first = wall - (before > after ? before : after);
	int64_t last = wall - (before > after ? after : before);

	if (zone_offset(z, first, NULL, NULL) == wall - first)
		return first;
	if (zone_offset(z, last, NULL, NULL) == wall - last)
		return last;
	return wall - before;
}

static void
test_to_utc_everywhere(void **state)
{
	size_t i, gaps = 0;

	(void)state;
	for (i = 0; i < nnames; i++) {
		const struct zone *z = zone_find(names[i]);
		struct tzspan span = zone_span(z, year(1970));

		while (span.until < year(2060)) {
			struct tzspan next = zone_span(z, span.until);
			int before = span.type->offset;
			int after = next.type->offset;
			int64_t w;

			for (w = span.until - 3 * 3600; w < span.until + 10800;
			     w += 300) {
				struct civil c = civil_from_seconds(w + before);
				int64_t utc = zone_to_utc(z, &c);

				assert_int_equal(utc,
				    expected_utc(z, w + before, before, after));
				gaps += civil_seconds(&c) !=
				        utc + zone_offset(z, utc, NULL, NULL);
			}
			span = next;
		}
	}
	assert_true(gaps > 100000);
}

static void
test_to_utc(void **state)
{
	static const struct {
		const char *zone;
		struct civil wall;
		const char *utc;
	} t[] = {
	    {"Europe/Berlin", {2026, 3, 29, 1, 59, 59}, "2026-03-29T00:59:59Z"},
	    /* a gap: the offset before it */
	    {"Europe/Berlin", {2026, 3, 29, 2, 0, 0}, "2026-03-29T01:00:00Z"},
	    {"Europe/Berlin", {2026, 3, 29, 2, 30, 0}, "2026-03-29T01:30:00Z"},
	    {"Europe/Berlin", {2026, 3, 29, 3, 0, 0}, "2026-03-29T01:00:00Z"},
	    /* an overlap: the first */
	    {"Europe/Berlin", {2026, 10, 25, 2, 0, 0}, "2026-10-25T00:00:00Z"},
	    {"Europe/Berlin", {2026, 10, 25, 2, 59, 59},
		"2026-10-25T00:59:59Z"},
	    {"Europe/Berlin", {2026, 10, 25, 3, 0, 0}, "2026-10-25T02:00:00Z"},
	    /* half an hour */
	    {"Australia/Lord_Howe", {2026, 4, 5, 1, 45, 0},
		"2026-04-04T14:45:00Z"},
	    {"Australia/Lord_Howe", {2026, 10, 4, 2, 15, 0},
		"2026-10-03T15:45:00Z"},
	    /* the day that was not */
	    {"Pacific/Apia", {2011, 12, 30, 12, 0, 0}, "2011-12-30T22:00:00Z"},
	    {"Pacific/Apia", {2011, 12, 31, 0, 0, 0}, "2011-12-30T10:00:00Z"},
	    {"Asia/Kolkata", {2026, 1, 1, 0, 0, 0}, "2025-12-31T18:30:00Z"},
	    {"UTC", {1, 1, 1, 0, 0, 0}, "0001-01-01T00:00:00Z"},
	    {"UTC", {9999, 12, 31, 23, 59, 59}, "9999-12-31T23:59:59Z"},
	    {"America/New_York", {2150, 7, 1, 12, 0, 0},
		"2150-07-01T16:00:00Z"}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char buf[24];

		assert_string_equal(
		    utc_text(buf, sizeof(buf),
			zone_to_utc(zone_find(t[i].zone), &t[i].wall)),
		    t[i].utc);
	}
}

/* --- rules and files ------------------------------------------------------------- */

static void
test_rules(void **state)
{
	static const struct {
		const char *text;
		int good;
	} t[] = {{"UTC0", 1}, {"CET-1CEST,M3.5.0,M10.5.0/3", 1},
	    {"<+0330>-3:30", 1}, {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 1},
	    {"EET-2EEST,M3.4.4/50,M10.4.4/50", 1}, {"A1", 0}, {"AB1", 0},
	    {"ABC", 0}, {"", 0}, {"ABC25", 0}, {"ABC1DEF", 0},
	    {"ABC1DEF,M3.5.0", 0}, {"ABC1DEF,M13.5.0,M1.1.1", 0},
	    {"ABC1DEF,M3.6.0,M1.1.1", 0}, {"ABC1DEF,M3.0.0,M1.1.1", 0},
	    {"ABC1DEF,M3.1.7,M1.1.1", 0}, {"ABC1DEF,J0,J365", 0},
	    {"ABC1DEF,J1,J366", 0}, {"ABC1DEF,0,366", 0},
	    {"ABC1DEF,0/0,J365/25", 1}, {"ABC1DEF,J1/168,J365", 0},
	    {"ABC1DEF,J1/-167,J365/167:59:59", 1}, {"ABC1DEF,J1,J365x", 0},
	    {"<ABC1", 0}, {"<A.C>1", 0}, {"ABCDEFGHIJKLMNOPQ1", 0},
	    {"ABC1:60", 0}, {"ABC1:30:30", 1}, {"ABC1:", 0}};
	struct tzrule rule;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (tzrule_parse(t[i].text, &rule) != t[i].good)
			fail_msg("\"%s\"", t[i].text);
}

/* Rules of the kinds that no zone has today. */
static void
test_rule_days(void **state)
{
	struct tzrule rule;

	(void)state;
	assert_int_equal(tzrule_parse("AAA0BBB,J60/0,J365/0", &rule), 1);
	assert_int_equal(tzrule_start(&rule, 2023),
	    civil_days(2023, 3, 1) * SECONDS_PER_DAY);
	assert_int_equal(tzrule_start(&rule, 2024),
	    civil_days(2024, 3, 1) * SECONDS_PER_DAY);
	assert_int_equal(tzrule_end(&rule, 2024),
	    civil_days(2024, 12, 31) * SECONDS_PER_DAY - 3600);
	assert_int_equal(tzrule_parse("AAA0BBB,59/0,364/0", &rule), 1);
	assert_int_equal(tzrule_start(&rule, 2023),
	    civil_days(2023, 3, 1) * SECONDS_PER_DAY);
	assert_int_equal(tzrule_start(&rule, 2024),
	    civil_days(2024, 2, 29) * SECONDS_PER_DAY);
	/* Daylight saving time all the year round, RFC 8536 section 3.3.1. */
	assert_int_equal(tzrule_parse("EST5EDT,0/0,J365/25", &rule), 1);
	for (int64_t utc = year(2020); utc < year(2030); utc += 3600)
		assert_int_equal(tzrule_span(&rule, utc).type->dst, 1);
}

/* Every prefix and every flipped byte of a file: refused or a zone, no harm. */
static void
test_damaged_files(void **state)
{
	static const char *const name[] = {
	    DIRECTORY "/Europe/Lisbon", DIRECTORY "/UTC"};
	unsigned char p[8192], copy[8192];
	size_t i, k, n;

	(void)state;
	for (k = 0; k < 2; k++) {
		FILE *f = fopen(name[k], "rb");
		struct zone *z = NULL;

		assert_non_null(f);
		n = fread(p, 1, sizeof(p), f);
		(void)fclose(f);
		assert_in_range(n, 100, sizeof(p) - 1);
		assert_int_equal(tzif_parse(NULL, p, n, &z, NULL), RES_OK);
		talloc_free(z);
		for (i = 0; i < n; i++)
			assert_int_equal(
			    tzif_parse(NULL, p, i, &z, NULL), RES_PERM);
		for (i = 0; i < n; i++) {
			memcpy(copy, p, n);
			copy[i] = (unsigned char)~copy[i];
			if (tzif_parse(NULL, copy, n, &z, NULL) != RES_OK)
				continue;
			(void)zone_offset(z, year(2030), NULL, NULL);
			talloc_free(z);
		}
	}
}

/* --- VTIMEZONE ---------------------------------------------------------------------- */

/* The text of a VTIMEZONE, checked for its form. */
static char *
vtimezone(const struct zone *z, int64_t from, int64_t to)
{
	size_t n = zone_vtimezone(z, "Test/Zone", from, to, NULL, 0);
	char *buf = malloc(n + 1), *line;

	assert_non_null(buf);
	assert_int_equal(
	    zone_vtimezone(z, "Test/Zone", from, to, buf, n + 1), n);
	assert_int_equal(strlen(buf), n);
	assert_int_equal(
	    strncmp(buf, "BEGIN:VTIMEZONE\r\nTZID:Test/Zone\r\n", 33), 0);
	assert_string_equal(buf + n - 15, "END:VTIMEZONE\r\n");
	for (line = buf; *line != '\0'; line = strchr(line, '\n') + 1) {
		size_t length = strcspn(line, "\n");

		assert_in_range(length, 1, 76);
		assert_int_equal(line[length - 1], '\r');
	}
	return buf;
}

/* What libical says about an instant. */
static int
ical_offset(icaltimezone *zone, int64_t utc)
{
	struct icaltimetype t = icaltime_from_timet_with_zone(
	    (time_t)utc, 0, icaltimezone_get_utc_timezone());
	int dst;

	return icaltimezone_get_utc_offset_of_utc_time(zone, &t, &dst);
}

/* The VTIMEZONE of a span gives the zone's offsets all over it. */
static size_t
check_vtimezone(const struct zone *z, int64_t from, int64_t to, int64_t step)
{
	char *text = vtimezone(z, from, to);
	icalcomponent *c = icalparser_parse_string(text);
	icaltimezone *zone = icaltimezone_new();
	struct tzspan span = zone_span(z, from);
	int64_t t = from;
	size_t checked = 0;

	assert_non_null(c);
	assert_int_equal(icaltimezone_set_component(zone, c), 1);
	while (t <= to) {
		int offset = zone_offset(z, t, NULL, NULL);

		if (ical_offset(zone, t) != offset)
			fail_msg("%s at %lld: %d, libical says %d of\n%s",
			    zone_name(z), (long long)t, offset,
			    ical_offset(zone, t), text);
		checked++;
		if (t == span.until)
			span = zone_span(z, t);
		/* Each step, and the seconds around each change. */
		if (t < span.until - 1 && t + step >= span.until - 1)
			t = span.until - 1;
		else if (t == span.until - 1)
			t = span.until;
		else
			t += step;
	}
	icaltimezone_free(zone, 1);
	free(text);
	return checked;
}

static void
test_vtimezone_long(void **state)
{
	static const char *const name[] = {"Europe/Berlin", "Europe/Dublin",
	    "Africa/Casablanca", "America/New_York", "America/Santiago",
	    "America/Nuuk", "Asia/Kolkata", "Asia/Gaza", "Asia/Jerusalem",
	    "Africa/Cairo", "Australia/Lord_Howe", "Australia/Sydney",
	    "Pacific/Apia", "Pacific/Auckland", "America/Sao_Paulo", "UTC",
	    "Asia/Pyongyang", "Europe/Istanbul", "Antarctica/Troll"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		assert_true(check_vtimezone(zone_find(name[i]), year(1990),
				year(2100), 5 * SECONDS_PER_DAY) > 8000);
}

/* All zones, over spans of the length that a letter has. */
static void
test_vtimezone_all(void **state)
{
	size_t i, checked = 0;
	int y;

	(void)state;
	for (i = 0; i < nnames; i++)
		for (y = 1985; y < 2045; y += 7) {
			int64_t from =
			    year(y) + (int64_t)(i % 12) * 30 * SECONDS_PER_DAY;

			checked += check_vtimezone(zone_find(names[i]), from,
			    from + 500 * SECONDS_PER_DAY, 9 * SECONDS_PER_DAY);
		}
	assert_true(checked > 200000);
}

static void
test_vtimezone_text(void **state)
{
	const struct zone *z = zone_find("Europe/Berlin");
	char *text = vtimezone(z, year(2026), year(2027)), few[20];
	size_t i;

	(void)state;
	assert_string_equal(text,
	    "BEGIN:VTIMEZONE\r\nTZID:Test/Zone\r\n"
	    "BEGIN:STANDARD\r\nTZNAME:CET\r\nTZOFFSETFROM:+0200\r\n"
	    "TZOFFSETTO:+0100\r\nDTSTART:20251026T030000\r\n"
	    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
	    "BEGIN:DAYLIGHT\r\nTZNAME:CEST\r\nTZOFFSETFROM:+0100\r\n"
	    "TZOFFSETTO:+0200\r\nDTSTART:20260329T020000\r\n"
	    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n"
	    "END:VTIMEZONE\r\n");
	memset(few, 'x', sizeof(few));
	assert_int_equal(
	    zone_vtimezone(z, "Test/Zone", year(2026), year(2027), few, 10),
	    strlen(text));
	assert_string_equal(few, "BEGIN:VTI");
	assert_int_equal(few[10], 'x');
	free(text);
	text = vtimezone(zone_find("Asia/Kolkata"), year(2026), year(2027));
	assert_string_equal(text,
	    "BEGIN:VTIMEZONE\r\nTZID:Test/Zone\r\n"
	    "BEGIN:STANDARD\r\nTZNAME:IST\r\nTZOFFSETFROM:+0530\r\n"
	    "TZOFFSETTO:+0530\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\n"
	    "END:VTIMEZONE\r\n");
	free(text);
	/* A time before midnight: the Saturday before the last Sunday. */
	text = vtimezone(zone_find("America/Nuuk"), year(2026), year(2027));
	assert_non_null(strstr(text,
	    "DTSTART:20260328T230000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;"
	    "BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SA\r\n"));
	free(text);
	/* For ever, from ever: an end is found. */
	for (i = 0; i < nnames; i++)
		free(vtimezone(zone_find(names[i]), INT64_MIN, INT64_MAX));
	text = vtimezone(zone_find("Europe/Dublin"), year(2026), year(2027));
	assert_non_null(strstr(
	    text, "BEGIN:DAYLIGHT\r\nTZNAME:IST\r\nTZOFFSETFROM:+0000\r\n"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
	    cmocka_unit_test(test_offsets), cmocka_unit_test(test_far),
	    cmocka_unit_test(test_to_utc),
	    cmocka_unit_test(test_to_utc_everywhere),
	    cmocka_unit_test(test_rules), cmocka_unit_test(test_rule_days),
	    cmocka_unit_test(test_damaged_files),
	    cmocka_unit_test(test_vtimezone_text),
	    cmocka_unit_test(test_vtimezone_long),
	    cmocka_unit_test(test_vtimezone_all),
	    cmocka_unit_test(test_many_names)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
