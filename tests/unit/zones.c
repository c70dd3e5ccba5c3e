/*
 * zones.c - which zone a TZID means: names, VTIMEZONEs, both; and what is
 * remembered of VTIMEZONEs
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/read.h"
#include "lib/read/zones.h"

/* A name, and what is known of it; zone "" if nothing is. */
struct named {
	const char *tzid;
	const char *zone;
	int sure;
};

static const struct named names[] = {
    /* IANA, old names too */
    {"Europe/Berlin", "Europe/Berlin", 1},
    {"europe/berlin", "Europe/Berlin", 1},
    {"US/Eastern", "US/Eastern", 1},
    {"Asia/Calcutta", "Asia/Calcutta", 1},
    {"Etc/GMT+5", "Etc/GMT+5", 1},
    {"EST5EDT", "EST5EDT", 1},
    {"UTC", "UTC", 1},
    {"utc", "UTC", 1},
    {"GMT", "GMT", 1},
    {"Z", "UTC", 1},
    {"Zulu", "Zulu", 1},
    {"EST", "EST", 0},
    {"MST", "MST", 0},
    /* Windows, with what Outlook and Exchange put behind */
    {"W. Europe Standard Time", "Europe/Berlin", 1},
    {"\"W. Europe Standard Time\"", "Europe/Berlin", 1},
    {"w. europe standard time", "Europe/Berlin", 1},
    {"Eastern Standard Time 1", "America/New_York", 1},
    {"Eastern Standard Time (1)", "America/New_York", 1},
    {"Eastern Daylight Time", "America/New_York", 1},
    {"eastern daylight time", "America/New_York", 1},
    {"Pacific Standard Time:", "America/Los_Angeles", 1},
    {"Central Standard Time (Mexico)", "America/Mexico_City", 1},
    {"Central Standard Time (Mexico) 2", "America/Mexico_City", 1},
    {"Central Asia Standard Time", "Asia/Bishkek", 1},
    {"Mountain Standard Time (Mexico)", "America/Mazatlan", 1},
    {"UTC-02", "Etc/GMT+2", 1},
    {"Kamchatka Standard Time", "Asia/Kamchatka", 1},
    {"Mid-Atlantic Standard Time", "Etc/GMT+2", 1},
    {"Jerusalem Standard Time", "Asia/Jerusalem", 1},
    {"Mars Standard Time", "", 0},
    /* vendors */
    {"/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin", 1},
    {"/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin",
	1},
    {"/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires",
	"America/Argentina/Buenos_Aires", 1},
    {"/softwarestudio.org/Olson_20011030_5/America/New_York",
	"America/New_York", 1},
    {"/citadel.org/20070227_1/Europe/Berlin", "Europe/Berlin", 1},
    {"/ical4j_1_0_rc1/Europe/Vilnius", "Europe/Vilnius", 1},
    {"posix/Europe/Vaduz", "Europe/Vaduz", 1},
    {"tzone://Microsoft/Utc", "UTC", 1},
    {"tzone://Microsoft/Custom", "", 0},
    {"Customized Time Zone", "", 0},
    {"US-Eastern", "America/New_York", 1},
    {"Europe_London", "Europe/London", 1},
    {"America-Chicago", "America/Chicago", 1},
    {"America_Argentina_Buenos_Aires", "America/Argentina/Buenos_Aires", 1},
    {"custom_Pacific/Fiji", "Pacific/Fiji", 0},
    {"W. Europe", "Europe/Berlin", 0},
    {"Western/Central Europe", "Europe/Berlin", 0},
    /* offsets */
    {"GMT+5", "Etc/GMT-5", 0},
    {"UTC-05:00", "Etc/GMT+5", 0},
    {"GMT +0100", "Etc/GMT-1", 0},
    {"UTC+05:30", "Asia/Kolkata", 0},
    {"UTC+00:20", "", 0},
    {"UTC+15", "", 0},
    /* display names */
    {"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
	"Europe/Amsterdam", 0},
    {"(UTC+01:00) Amsterdam\\, Berlin\\, Bern", "Europe/Amsterdam", 0},
    {"(GMT+01.00) Amsterdam / Berlin / Bern / Rome / Stockholm / Vienna",
	"Europe/Amsterdam", 0},
    {"(GMT-08.00) Pacific Time (US & Canada)/Tijuana", "America/Los_Angeles",
	0},
    {"(UTC-05:00) Eastern Time (US & Canada)", "America/New_York", 0},
    {"(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London",
	"Europe/London", 0},
    {"(UTC-06:00) Central America", "America/Guatemala", 0},
    {"(UTC-07:00) Chihuahua, La Paz, Mazatlan", "America/Mazatlan", 0},
    {"(UTC) Coordinated Universal Time", "UTC", 0},
    {"(UTC-11:00) Coordinated Universal Time-11", "Etc/GMT+11", 0},
    {"(UTC+13:00) Samoa", "Pacific/Apia", 0},
    {"(UTC+09:00) Amsterdam, Berlin", "", 0},
    {"(UTC+01:00) Mars", "", 0},
    /* nothing, and worse */
    {"", "", 0},
    {"(no TZ description)", "", 0},
    {"Nowhere/Middle", "", 0},
    {"../../etc/passwd", "", 0},
    {"/etc/localtime", "", 0},
    {"localtime", "", 0},
    {"%s%s%n", "", 0},
};

static void
test_names(void **state)
{
	char *longest = mem_array(NULL, char, 20000);
	size_t i;
	int sure;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct zone *z = zones_by_name(names[i].tzid, &sure);
		const char *zone = z == NULL ? "" : zone_name(z);

		if (strcmp(zone, names[i].zone) != 0)
			fail_msg("%s: expected \"%s\", got \"%s\"",
			    names[i].tzid, names[i].zone, zone);
		if (z != NULL && sure != names[i].sure)
			fail_msg("%s: sure is %d", names[i].tzid, sure);
	}
	memset(longest, 'A', 10240);
	assert_null(zones_by_name(longest, &sure));
	memset(longest, '/', 10240);
	assert_null(zones_by_name(longest, &sure));
	talloc_free(longest);
}

/* --- names with VTIMEZONEs ----------------------------------------------- */

#define RULES(std, dst, from_dst, from_std)                                    \
	"BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:" dst       \
	"\r\nTZOFFSETTO:" std "\r\nRRULE:FREQ=YEARLY;" from_dst                \
	"\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\n"    \
	"TZOFFSETFROM:" std "\r\nTZOFFSETTO:" dst                              \
	"\r\nRRULE:FREQ=YEARLY;" from_std "\r\nEND:DAYLIGHT\r\n"
#define FIXED(offset)                                                          \
	"BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:" offset    \
	"\r\nTZOFFSETTO:" offset "\r\nEND:STANDARD\r\n"

#define BERLIN                                                                 \
	RULES("+0100", "+0200", "BYDAY=-1SU;BYMONTH=10", "BYDAY=-1SU;BYMONTH=3")
#define SYDNEY                                                                 \
	RULES("+1000", "+1100", "BYDAY=1SU;BYMONTH=4", "BYDAY=1SU;BYMONTH=10")
#define OWN                                                                    \
	RULES("+0140", "+0240", "BYDAY=2SU;BYMONTH=11", "BYDAY=2SU;BYMONTH=4")

/* An event at 10:00 on 15 July 2026 by a TZID with such a VTIMEZONE. */
static struct notice *
read_event(TALLOC_CTX *ctx, const char *param, const char *tzid,
    const char *rules, int hour)
{
	const struct window window = {
	    INT64_C(1735689600), INT64_C(1893456000), 0};
	char *text = mem_text(ctx, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
				   "METHOD:REQUEST\r\n");

	if (rules != NULL)
		mem_add(&text,
		    "BEGIN:VTIMEZONE\r\nTZID:%s\r\n%sEND:VTIMEZONE\r\n", tzid,
		    rules);
	mem_add(&text,
	    "BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n"
	    "DTSTART;TZID=%s:20260715T%02d0000\r\nDURATION:PT1H\r\n"
	    "END:VEVENT\r\nEND:VCALENDAR\r\n",
	    param, hour);
	return read_message(ctx, text, strlen(text), &window);
}

/* What a TZID with rules must come to. */
struct precedence {
	const char *param;
	const char *tzid;
	const char *rules; /* NULL: no VTIMEZONE */
	const char *zone;  /* IANA, "" if its own rules hold; NULL: held */
	int utc;           /* hour of 10:00 on 15 July 2026 */
	const char *note;  /* code of the problem, or NULL */
};

static const struct precedence precedences[] = {
    /* our data beats a lie, by whatever well-known name */
    {"Europe/Berlin", "Europe/Berlin", FIXED("+0900"), "Europe/Berlin", 8,
	"zone-mismatch"},
    {"W. Europe Standard Time", "W. Europe Standard Time", FIXED("+0900"),
	"Europe/Berlin", 8, "zone-mismatch"},
    {"Central Standard Time", "Central Standard Time", FIXED("+0900"),
	"America/Chicago", 15, "zone-mismatch"},
    {"Europe/Berlin", "Europe/Berlin", BERLIN, "Europe/Berlin", 8, NULL},
    {"Europe/Berlin", "Europe/Berlin", "", "Europe/Berlin", 8, "zone-mismatch"},
    /* a name that two parts of the world use */
    {"Eastern Standard Time", "Eastern Standard Time", SYDNEY,
	"Australia/Sydney", 0, NULL},
    {"Central Standard Time", "Central Standard Time", FIXED("-0600"),
	"America/Regina", 16, NULL},
    {"Mountain Standard Time 1", "Mountain Standard Time 1", FIXED("-0700"),
	"America/Phoenix", 17, NULL},
    {"Samoa Standard Time", "Samoa Standard Time", FIXED("-1100"),
	"Pacific/Pago_Pago", 21, NULL},
    {"Central Standard Time (Mexico)", "Central Standard Time (Mexico)",
	FIXED("+0930"), "America/Mexico_City", 16, "zone-mismatch"},
    /* a name that is none, or a hint: the rules, by the zone they equal */
    {"Customized Time Zone", "Customized Time Zone", BERLIN, "Europe/Berlin", 8,
	NULL},
    {"tzone://Microsoft/Custom", "tzone://Microsoft/Custom", SYDNEY,
	"Australia/Sydney", 0, NULL},
    {"Customized Time Zone", "Customized Time Zone", OWN, "", 7, NULL},
    {"EST", "EST", FIXED("-0500"), "EST", 15, NULL},
    {"\"(UTC+01:00) Amsterdam, Berlin\"", "(UTC+01:00) Amsterdam\\, Berlin",
	BERLIN, "Europe/Amsterdam", 8, NULL},
    {"\"(UTC+01:00) Amsterdam, Berlin\"", "\"(UTC+01:00) Amsterdam, Berlin\"",
	OWN, "", 7, NULL},
    {"\"(UTC+01:00) Amsterdam, Berlin\"", "x", NULL, "Europe/Amsterdam", 8,
	NULL},
    /* the name of the VTIMEZONE is written in another way */
    {"my zone", "My  Zone", BERLIN, "Europe/Berlin", 8, NULL},
    /* nothing at all */
    {"Nowhere", "Nowhere", NULL, NULL, 0, "unknown-zone"},
    {"Nowhere", "Elsewhere", BERLIN, NULL, 0, "unknown-zone"},
    {"Nowhere", "Nowhere", "", NULL, 0, "bad-zone"},
    /* attacks */
    {"Nowhere", "Nowhere",
	"BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0100\r\n"
	"TZOFFSETTO:+0200\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n",
	NULL, 0, "bad-zone"},
    {"Nowhere", "Nowhere", FIXED("+2400"), NULL, 0, "bad-zone"},
    {"Nowhere", "Nowhere", FIXED("+9999"), NULL, 0, "bad-zone"},
    {"Nowhere", "Nowhere", FIXED("-0000"), "UTC", 10, NULL},
};

/* Compare one message with what it must come to; i names it. */
static void
check_precedence(size_t i, const struct precedence *p, const struct notice *n)
{
	const struct object *o = &n->object[0];
	const char *code = n->nproblem > 0 ? n->problem[0].code : "none";
	int64_t midnight = INT64_C(1784073600);

	if (strcmp(code, p->note == NULL ? "none" : p->note) != 0)
		fail_msg("case %zu, %s: problem %s", i, p->param, code);
	if (p->zone == NULL) {
		assert_true(n->problem[0].action == ACTION_HOLD);
		return;
	}
	assert_int_equal(o->ntimezone, 1);
	if (strcmp(o->timezone[0].zone, p->zone) != 0)
		fail_msg("case %zu, %s: zone \"%s\"", i, p->param,
		    o->timezone[0].zone);
	if (o->component[0].start.kind != WHEN_ZONED ||
	    (o->component[0].start.utc - midnight) / 3600 != p->utc)
		fail_msg("case %zu, %s: start %lld", i, p->param,
		    (long long)o->component[0].start.utc);
}

/* Each twice: what is remembered changes nothing. */
static void
test_precedence(void **state)
{
	size_t i, again;

	(void)state;
	for (i = 0; i < sizeof(precedences) / sizeof(precedences[0]); i++)
		for (again = 0; again < 2; again++) {
			const struct precedence *p = &precedences[i];
			TALLOC_CTX *ctx = talloc_new(NULL);

			check_precedence(i, p,
			    read_event(ctx, p->param, p->tzid, p->rules, 10));
			talloc_free(ctx);
		}
}

/* A zone of the whole calendar does not bind floating times. */
static void
test_floating(void **state)
{
	static const char text[] =
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
	    "X-WR-TIMEZONE:America/New_York\r\nBEGIN:VEVENT\r\nUID:a\r\n"
	    "DTSTAMP:20260101T000000Z\r\nDTSTART:20260715T100000\r\n"
	    "DTEND:20260715T110000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
	const struct window window = {0, INT64_C(1893456000), 0};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct notice *n = read_message(ctx, text, sizeof(text) - 1, &window);

	(void)state;
	assert_int_equal(n->nobject, 1);
	assert_int_equal(n->object[0].component[0].start.kind, WHEN_FLOATING);
	assert_int_equal(n->object[0].ntimezone, 0);
	talloc_free(ctx);
}

/* --- what is remembered ---------------------------------------------------- */

/* The facts of such an event as text. */
static char *
facts_of(TALLOC_CTX *ctx, const char *tzid, const char *rules, int hour)
{
	return facts_print(ctx, read_event(ctx, tzid, tzid, rules, hour));
}

/* The second message works nothing out, and says the same. */
static void
test_cache(void **state)
{
	static const char *const rules[] = {BERLIN, SYDNEY, OWN};
	static const char *const tzid[] = {
	    "Europe/Berlin", "Customized Time Zone", "W. Europe Standard Time"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i, k;

	(void)state;
	for (i = 0; i < 3; i++)
		for (k = 0; k < 3; k++) {
			unsigned long before;
			char *cold, *warm, *other;

			vcache_forget();
			before = vcache_misses();
			cold = facts_of(ctx, tzid[k], rules[i], 10);
			assert_int_equal(vcache_misses(), before + 1);
			warm = facts_of(ctx, tzid[k], rules[i], 10);
			other = facts_of(ctx, tzid[k], rules[i], 11);
			assert_int_equal(vcache_misses(), before + 1);
			assert_string_equal(cold, warm);
			assert_string_not_equal(cold, other);
		}
	talloc_free(ctx);
}

/* One byte more is another VTIMEZONE, though it comes to the same. */
static void
test_cache_bytes(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	unsigned long before;

	(void)state;
	vcache_forget();
	before = vcache_misses();
	(void)facts_of(ctx, "Customized Time Zone", FIXED("+0100"), 10);
	(void)facts_of(ctx, "Customized Time Zone", FIXED("+0200"), 10);
	(void)facts_of(
	    ctx, "Customized Time Zone", "X-A:b\r\n" FIXED("+0200"), 10);
	assert_int_equal(vcache_misses(), before + 3);
	/* what cannot be read is not kept */
	(void)facts_of(ctx, "Nowhere", FIXED("+9900"), 10);
	(void)facts_of(ctx, "Nowhere", FIXED("+9900"), 10);
	assert_int_equal(vcache_misses(), before + 5);
	talloc_free(ctx);
}

/* More than fit: the oldest go, and nothing is mixed up. */
static void
test_cache_full(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *cold[200], name[40], rules[400];
	size_t i, round;
	unsigned long before;

	(void)state;
	for (round = 0; round < 2; round++)
		for (i = 0; i < 200; i++) {
			char *got;

			(void)snprintf(name, sizeof(name), "zone %zu", i);
			(void)snprintf(rules, sizeof(rules),
			    "BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
			    "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+%02zu%02zu\r\n"
			    "END:STANDARD\r\n",
			    i / 60, i % 60);
			got = facts_of(ctx, name, rules, 10);
			if (round == 0)
				cold[i] = got;
			else
				assert_string_equal(got, cold[i]);
		}
	before = vcache_misses();
	(void)facts_of(ctx, name, rules, 10);
	assert_int_equal(vcache_misses(), before);
	(void)facts_of(ctx, "zone 0",
	    "BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
	    "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nEND:STANDARD\r\n",
	    10);
	assert_int_equal(vcache_misses(), before + 1);
	talloc_free(ctx);
}

/* A VTIMEZONE of many kilobytes is read, but not kept. */
static void
test_cache_long(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *rules = mem_text(ctx, "");
	unsigned long before;
	size_t i;

	(void)state;
	for (i = 0; i < 500; i++)
		mem_add(&rules, "X-COMMENT:%040zu\r\n", i);
	mem_add(&rules, "%s", BERLIN);
	vcache_forget();
	before = vcache_misses();
	(void)facts_of(ctx, "Customized Time Zone", rules, 10);
	(void)facts_of(ctx, "Customized Time Zone", rules, 10);
	assert_int_equal(vcache_misses(), before + 2);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_precedence),
	    cmocka_unit_test(test_floating),
	    cmocka_unit_test(test_cache),
	    cmocka_unit_test(test_cache_bytes),
	    cmocka_unit_test(test_cache_full),
	    cmocka_unit_test(test_cache_long),
	};

	mem_init();
	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
