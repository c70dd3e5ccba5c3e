/*
 * letter.c - every letter as bytes, as a mail (GMime), as an object (libical),
 * and as a person reads it (tests/golden/letter)
 *
 * With IMIPD_GOLDEN_WRITE set the golden files are written anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>
#include <libical/ical.h>

#include "tests/unit/letter_cases.h"
#include "tests/unit/letter_reading.h"

static struct letter *
make(TALLOC_CTX *ctx, const struct sample *s)
{
	struct letter *letter = NULL;
	struct why why = {""};

	if (letter_make(ctx, &s->decision, &s->mail, &s->head, &letter, &why) !=
	    RES_OK)
		fail_msg("%s", why.text);
	assert_non_null(letter);
	assert_int_equal(letter->n, strlen(letter->bytes));
	return letter;
}

/* Each header once, in this order, and none besides. */
static void
check_headers(const struct letter *letter)
{
	static const char expected[] =
	    "From To Subject Date Message-ID In-Reply-To References "
	    "Auto-Submitted X-Auto-Response-Suppress Content-Class "
	    "Content-Language MIME-Version Content-Type ";
	char found[1000] = "";
	const char *p = letter->bytes;

	while (strncmp(p, "\r\n", 2) != 0) {
		if (*p != ' ') {
			strncat(found, p, strcspn(p, ":"));
			strcat(found, " ");
		}
		p = strstr(p, "\r\n") + 2;
	}
	assert_string_equal(found, expected);
}

/* What no answer may have, and what each must have once. */
static void
check_event(icalcomponent *event)
{
	static const icalproperty_kind once[] = {ICAL_UID_PROPERTY,
	    ICAL_SEQUENCE_PROPERTY, ICAL_DTSTAMP_PROPERTY,
	    ICAL_ORGANIZER_PROPERTY, ICAL_ATTENDEE_PROPERTY,
	    ICAL_DTSTART_PROPERTY, ICAL_DTEND_PROPERTY, ICAL_COMMENT_PROPERTY,
	    ICAL_REQUESTSTATUS_PROPERTY};
	static const icalproperty_kind never[] = {ICAL_RRULE_PROPERTY,
	    ICAL_STATUS_PROPERTY, ICAL_DESCRIPTION_PROPERTY,
	    ICAL_ATTACH_PROPERTY, ICAL_METHOD_PROPERTY, ICAL_X_PROPERTY,
	    ICAL_XLICERROR_PROPERTY};
	icalproperty *attendee;
	size_t i;

	for (i = 0; i < sizeof(once) / sizeof(once[0]); i++)
		assert_int_equal(
		    icalcomponent_count_properties(event, once[i]), 1);
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_int_equal(
		    icalcomponent_count_properties(event, never[i]), 0);
	assert_int_equal(
	    icalcomponent_count_components(event, ICAL_ANY_COMPONENT), 0);
	attendee =
	    icalcomponent_get_first_property(event, ICAL_ATTENDEE_PROPERTY);
	assert_non_null(icalproperty_get_first_parameter(
	    attendee, ICAL_PARTSTAT_PARAMETER));
	assert_null(
	    icalproperty_get_first_parameter(attendee, ICAL_RSVP_PARAMETER));
}

/* Every TZID that is used has its VTIMEZONE. */
static void
check_zones(icalcomponent *calendar, icalcomponent *event)
{
	icalproperty *p;

	for (p = icalcomponent_get_first_property(event, ICAL_ANY_PROPERTY);
	     p != NULL;
	     p = icalcomponent_get_next_property(event, ICAL_ANY_PROPERTY)) {
		const char *tzid =
		    icalproperty_get_parameter_as_string(p, "TZID");

		if (tzid != NULL)
			assert_non_null(
			    icalcomponent_get_timezone(calendar, tzid));
	}
}

/* The object as libical reads it; how many VEVENTs there are. */
static int
check_object(const char *text)
{
	icalcomponent *top = icalparser_parse_string(text), *event;
	int n = 0;

	assert_non_null(top);
	assert_int_equal(icalcomponent_isa(top), ICAL_VCALENDAR_COMPONENT);
	assert_int_equal(count_errors(top), 0);
	assert_int_equal(icalcomponent_get_method(top), ICAL_METHOD_REPLY);
	for (event =
		 icalcomponent_get_first_component(top, ICAL_VEVENT_COMPONENT);
	     event != NULL; event = icalcomponent_get_next_component(
				top, ICAL_VEVENT_COMPONENT)) {
		check_event(event);
		check_zones(top, event);
		n++;
	}
	icalcomponent_free(top);
	return n;
}

/* All that must be true of any letter of a decision. */
static void
check_letters(const struct sample *s, size_t letters, int events)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct letter *letter;
	size_t n = 0;

	for (letter = make(ctx, s); letter != NULL; letter = letter->next) {
		char *calendar = calendar_of(ctx, letter);

		check_bytes(letter);
		check_headers(letter);
		check_folding(calendar);
		assert_int_equal(check_object(calendar), events);
		assert_non_null(strstr(letter->bytes,
		    "\r\nContent-Type: text/calendar; charset=UTF-8; "
		    "method=REPLY; component=VEVENT\r\n"));
		n++;
	}
	assert_int_equal(n, letters);
	talloc_free(ctx);
}

static void
test_golden(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < NCASES; i++) {
		struct sample *s = cases[i].make(ctx);
		char *name = mem_print(
		    ctx, "tests/golden/letter/%s.expect", cases[i].name);
		char *text = all_readable(ctx, make(ctx, s));

		check_golden(ctx, name, text);
	}
	talloc_free(ctx);
}

static void
test_every_letter_is_well_formed(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < NCASES; i++)
		check_letters(
		    cases[i].make(ctx), cases[i].letters, cases[i].events);
	talloc_free(ctx);
}

static void
test_same_arguments_same_bytes(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);
	struct letter *a = make(ctx, s), *b = make(ctx, s), *c;

	(void)state;
	assert_string_equal(a->bytes, b->bytes);
	s->head.unique = "another";
	c = make(ctx, s);
	assert_string_not_equal(a->message_id, c->message_id);
	talloc_free(ctx);
}

/* The text between two marks of the letter's calendar. */
static int
calendar_has(const struct sample *s, const char *line)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = calendar_of(ctx, make(ctx, s)), *flat = text, *p;
	char *wanted = mem_print(ctx, "\r\n%s\r\n", line);
	int found;

	for (p = text; *p != '\0'; p++) {
		if (strncmp(p, "\r\n ", 3) == 0)
			p += 2;
		else
			*flat++ = *p;
	}
	*flat = '\0';
	found = strstr(text, wanted) != NULL;
	talloc_free(ctx);
	return found;
}

static void
test_identity_is_copied_byte_for_byte(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = override(ctx);

	(void)state;
	assert_true(calendar_has(s, s->line[0][0]));
	assert_true(calendar_has(s, OUTLOOK_ORGANIZER));
	assert_true(calendar_has(
	    s, "RECURRENCE-ID;TZID=" OUTLOOK_ZONE ":20261201T080000"));
	assert_true(
	    calendar_has(s, "DTSTART;TZID=" OUTLOOK_ZONE ":20261201T090000"));
	assert_true(calendar_has(s, "TZID:" OUTLOOK_ZONE));
	assert_false(calendar_has(s, "TZID:Europe/Berlin"));
	assert_true(calendar_has(s,
	    "ATTENDEE;CN=\"Room 1\";CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT;"
	    "PARTSTAT=ACCEPTED:mailto:Room1@Example.com"));
	s = accepted(ctx);
	assert_true(
	    calendar_has(s, "DTSTART;TZID=Europe/Berlin:20261201T090000"));
	assert_true(calendar_has(s, "TZID:Europe/Berlin"));
	talloc_free(ctx);
}

static void
test_times_that_cannot_be_copied(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);

	(void)state;
	/* A zone that nobody knows and nobody sent. */
	s->object.ntimezone = 0;
	assert_true(calendar_has(s, "DTSTART:20261201T080000Z"));
	/* All day, but written with hours. */
	s = thunderbird(ctx);
	s->line[0][3] = "DTSTART;TZID=" OUTLOOK_ZONE ":20261207T000000";
	assert_true(calendar_has(s, "DTSTART;VALUE=DATE:20261207"));
	s = google(ctx);
	s->line[0][3] = "DTSTART:whenever;X";
	assert_true(calendar_has(s, "DTSTART:20261202T130000Z"));
	s->line[0][4] = "DTEND:202612021T140000Z";
	assert_true(calendar_has(s, "DTEND:20261202T140000Z"));
	s->line[0][4] = "DURATION:P1DT1H30M";
	assert_true(calendar_has(s, "DURATION:P1DT1H30M"));
	s->line[0][4] = "DURATION:P2W";
	assert_true(calendar_has(s, "DURATION:P2W"));
	s->line[0][4] = "DURATION:PT1W";
	assert_true(calendar_has(s, "DTEND:20261202T140000Z"));
	talloc_free(ctx);
}

#define EVIL                                                                   \
	"x\r\nBcc: evil@example.net\r\n\r\nBEGIN:VALARM\rATTACH:y\n\x01\x7f"

static void
test_nothing_is_injected(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = override(ctx);
	struct letter *letter;

	(void)state;
	s->component[0].summary = s->calendar.name = s->decision.reason = EVIL;
	s->decision.code = "problem";
	s->line[0][0] = "UID:" EVIL;
	s->line[0][1] = "ORGANIZER;CN=\"" EVIL "\":mailto:alice@example.org";
	s->line[0][2] = "SUMMARY:" EVIL;
	s->line[0][7] = "LOCATION;LANGUAGE=\"de\r\nX:\":" EVIL;
	s->attendee[0].line = "ATTENDEE;CN=^n" EVIL ":mailto:room1@example.com";
	s->mail.references = "<a@b>\r\nBcc:x <c@d> \r\n<e@f>";
	check_letters(s, 1, 1);
	letter = make(ctx, s);
	assert_null(strstr(letter->bytes, "\nBcc"));
	assert_non_null(strstr(letter->bytes,
	    "\r\nReferences: <c@d> <request-1@mail.example.org>\r\n"));
	talloc_free(ctx);
}

static void
test_no_ids_from_a_bad_message_id(void **state)
{
	static const char *const bad[] = {"", "<>", "x@y", "<a b@c>",
	    "<a@b>\r\nBcc: x", "<a@b\x01>", "<\xc3\xa4@b>", "<a<b@c>"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct letter *letter;

		s->mail.message_id = bad[i];
		letter = make(ctx, s);
		check_bytes(letter);
		assert_null(strstr(letter->bytes, "In-Reply-To"));
		assert_null(strstr(letter->bytes, "Bcc"));
	}
	talloc_free(ctx);
}

static void
test_what_cannot_be_answered_is_refused(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);
	struct letter *letter = NULL;
	struct why why = {""};

	(void)state;
	s->component[0].organizer.address = "";
	assert_int_equal(
	    letter_make(ctx, &s->decision, &s->mail, &s->head, &letter, &why),
	    RES_PERM);
	s->component[0].organizer.address = "a@b>\r\nBcc: c@d";
	assert_int_equal(
	    letter_make(ctx, &s->decision, &s->mail, &s->head, &letter, &why),
	    RES_PERM);
	assert_non_null(strstr(why.text, "organizer"));
	s->component[0].organizer.address = "alice@example.org";
	s->object.uid = "";
	assert_int_equal(
	    letter_make(ctx, &s->decision, &s->mail, &s->head, &letter, &why),
	    RES_PERM);
	assert_non_null(strstr(why.text, "UID"));
	assert_null(letter);
	talloc_free(ctx);
}

static void
test_sender_defaults_to_the_calendar(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);

	(void)state;
	s->head.sender = "";
	assert_string_equal(make(ctx, s)->sender, "room1@example.com");
	s->attendee[0].address = "conference-room@example.com";
	assert_non_null(strstr(make(ctx, s)->bytes,
	    "From: Room 1 <conference-room@example.com>\r\n"));
	talloc_free(ctx);
}

static void
test_addresses_beyond_ascii_stay_as_they_are(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);
	struct letter *letter;

	(void)state;
	s->component[0].organizer.address = "müller@bücher.example";
	letter = make(ctx, s);
	assert_string_equal(letter->recipient, "müller@bücher.example");
	assert_non_null(
	    strstr(letter->bytes, "\r\nTo: müller@bücher.example\r\n"));
	/* What DNS knows can stand in a header, and goes through any relay. */
	s->component[0].organizer.address = "alice@B\xc3\xbc"
					    "cher.example";
	letter = make(ctx, s);
	assert_string_equal(letter->recipient, "alice@xn--bcher-kva.example");
	assert_non_null(
	    strstr(letter->bytes, "\r\nTo: alice@xn--bcher-kva.example\r\n"));
	s->attendee[0].address = "room@stra\xc3\x9f"
				 "e.example";
	assert_non_null(
	    strstr(make(ctx, s)->bytes, "<room@xn--strae-oqa.example>\r\n"));
	s->attendee[0].address = "room1@example.com";
	/* A name that only says the address again is left out. */
	s->calendar.name = "Room1@example.com";
	assert_non_null(
	    strstr(make(ctx, s)->bytes, "From: room1@example.com\r\n"));
	talloc_free(ctx);
}

/* A known fault of senders: what must be escaped is not, and the reverse. */
static void
test_texts_are_escaped_anew(void **state)
{
	static const struct {
		const char *came, *goes;
	} texts[] = {
	    {"SUMMARY:a, b; c", "SUMMARY:a\\, b\\; c"},
	    {"SUMMARY:a\\, b\\; c\\\\d\\n", "SUMMARY:a\\, b\\; c\\\\d\\n"},
	    {"SUMMARY:C\\:\\x", "SUMMARY:C:x"},
	    {"SUMMARY:\\N\\n\\", "SUMMARY:\\n\\n\\\\"},
	    {"SUMMARY;LANGUAGE=de:\"a\":b", "SUMMARY;LANGUAGE=de:\"a\":b"},
	};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		s->line[0][2] = texts[i].came;
		if (!calendar_has(s, texts[i].goes))
			fail_msg("%s", texts[i].came);
	}
	talloc_free(ctx);
}

static void
test_series_are_answered_apart_or_together(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = sample_outlook(ctx);
	struct letter *letter;

	(void)state;
	/* More dates are off than get letters: the text says all. */
	sample_weekly(s, 20);
	(void)sample_clash(s, 2, 13);
	s->decision.verdict = VERDICT_ACCEPT;
	s->decision.partstat = "ACCEPTED";
	s->decision.code = "partial";
	check_letters(s, 6, 1);
	letter = make(ctx, s);
	assert_non_null(strstr(letter->bytes, "Subject: Accepted: "));
	assert_non_null(strstr(letter->bytes, "not on 12 of the"));
	assert_non_null(strstr(letter->bytes, "Tuesday, 2 March"));
	assert_non_null(strstr(letter->next->bytes, "Subject: Declined: "));
	assert_string_not_equal(letter->message_id, letter->next->message_id);
	s->calendar.series_answer = SERIES_TOGETHER;
	check_letters(s, 1, 13);
	/* Refused as a whole: one answer to all. */
	s = series_clash(ctx);
	check_letters(s, 1, 1);
	/* Two changed dates, one of them taken. */
	s = sample_accept(sample_google_overrides(ctx));
	s->clash[0].start = s->component[1].start.utc;
	s->clash[0].end = s->component[1].end.utc;
	s->decision.nclash = 1;
	check_letters(s, 2, 1);
	letter = make(ctx, s);
	assert_non_null(strstr(letter->bytes, "Subject: Accepted: Stand-up\r"));
	assert_non_null(strstr(
	    letter->next->bytes, "Subject: Declined: Stand-up, moved\r"));
	assert_null(strstr(letter->bytes, "9 December"));
	assert_null(strstr(letter->next->bytes, "2 December"));
	talloc_free(ctx);
}

static void
test_long_text_is_cut(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);
	char *text = mem_array(ctx, char, 60000);
	size_t i;

	(void)state;
	(void)strcpy(text, "SUMMARY:");
	for (i = 8; i + 3 < 60000; i += 3)
		(void)strcpy(text + i, "\xe2\x82\xac");
	s->line[0][2] = text;
	s->component[0].summary = text + 8;
	check_letters(s, 1, 1);
	assert_in_range(make(ctx, s)->n, 6000, 20000);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_golden),
	    cmocka_unit_test(test_every_letter_is_well_formed),
	    cmocka_unit_test(test_same_arguments_same_bytes),
	    cmocka_unit_test(test_identity_is_copied_byte_for_byte),
	    cmocka_unit_test(test_times_that_cannot_be_copied),
	    cmocka_unit_test(test_nothing_is_injected),
	    cmocka_unit_test(test_no_ids_from_a_bad_message_id),
	    cmocka_unit_test(test_what_cannot_be_answered_is_refused),
	    cmocka_unit_test(test_sender_defaults_to_the_calendar),
	    cmocka_unit_test(test_addresses_beyond_ascii_stay_as_they_are),
	    cmocka_unit_test(test_texts_are_escaped_anew),
	    cmocka_unit_test(test_series_are_answered_apart_or_together),
	    cmocka_unit_test(test_long_text_is_cut),
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
