/*
 * letter_language.c - letters in all languages, and the choice of one
 *
 * What a reader of each language gets stands in tests/golden/letter/LL-*.
 * With IMIPD_GOLDEN_WRITE set the golden files are written anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "tests/unit/language_fixture.h"
#include "tests/unit/letter_cases.h"
#include "tests/unit/letter_reading.h"

/* The letters of a sample, the next ones behind the first. */
static struct letter *
make(TALLOC_CTX *ctx, const struct sample *s)
{
	struct letter *letter = NULL;
	struct why why = {""};

	if (letter_make(ctx, &s->decision, &s->mail, &s->head, &letter, &why) !=
	    RES_OK)
		fail_msg("%s", why.text);
	assert_non_null(letter);
	return letter;
}

/* The case of that name. */
static struct sample *
case_named(TALLOC_CTX *ctx, const char *name)
{
	size_t i = 0;

	while (i + 1 < NCASES && strcmp(cases[i].name, name) != 0)
		i++;
	assert_string_equal(cases[i].name, name);
	return cases[i].make(ctx);
}

static void
test_golden(void **state)
{
	static const char *const wanted[] = {"outlook-accepted",
	    "outlook-series-accepted", "outlook-series-clash",
	    "outlook-series-endless", "outlook-series-partial-together",
	    "outlook-update-clash", "apple-clash", "google-past",
	    "google-tentative", "thunderbird-all-day", "google-problem",
	    "google-problem-known", "google-overrides-clash",
	    "outlook-series-later", "outlook-override-later",
	    "outlook-override-stays", "outlook-transparent",
	    "thunderbird-all-day-series"};
	const char *const *language = language_all() + 1;
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t k;

	(void)state;
	for (; *language != NULL; language++)
		for (k = 0; k < sizeof(wanted) / sizeof(wanted[0]); k++) {
			struct sample *s = case_named(ctx, wanted[k]);

			s->calendar.language = *language;
			check_golden(ctx,
			    mem_print(ctx, "tests/golden/letter/%s-%s.expect",
				*language, wanted[k]),
			    all_readable(ctx, make(ctx, s)));
		}
	talloc_free(ctx);
}

/* No word of English in the letter of a case. */
static void
check_translated(TALLOC_CTX *ctx, size_t i, const char *language)
{
	/* What Dutch has as well comes last. */
	static const char *const english[] = {" the ", "When", "Where",
	    "Accepted", "Declined", "Tentative", "time zone", "Tuesday",
	    "automatically", "{", "December", " was ", " is "};
	size_t k, n = sizeof(english) / sizeof(english[0]);
	struct sample *s = cases[i].make(ctx);
	GMimeMessage *message;
	const struct letter *letter;
	char *text;

	s->calendar.language = language;
	s->decision.reason = "X";
	letter = make(ctx, s);
	check_bytes(letter);
	assert_non_null(strstr(letter->bytes,
	    mem_print(ctx, "\r\nContent-Language: %s\r\n", language)));
	message = parse_mail(letter);
	text = part_bytes(ctx, message, 0, "plain");
	if (strcmp(language, "nl") == 0)
		n -= 2;
	for (k = 0; k < n; k++)
		if (strstr(text, english[k]) != NULL)
			fail_msg("%s %s: \"%s\" in %s", language, cases[i].name,
			    english[k], text);
	g_object_unref(message);
}

static void
test_all_of_it_is_translated(void **state)
{
	const char *const *language = language_all() + 1;
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (; *language != NULL; language++)
		for (i = 0; i < NCASES; i++)
			check_translated(ctx, i, *language);
	talloc_free(ctx);
}

/* The language of the letter to a sample. */
static char *
language_of(TALLOC_CTX *ctx, const struct sample *s)
{
	const char *p = strstr(make(ctx, s)->bytes, "\r\nContent-Language: ");

	assert_non_null(p);
	p += strlen("\r\nContent-Language: ");
	return mem_textn(ctx, p, strcspn(p, "\r"));
}

/* The calendar's setting, then the mail, ORGANIZER, SUMMARY, then English. */
static void
test_choice_of_language(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = google(ctx);

	(void)state;
	assert_string_equal(language_of(ctx, s), "en");
	s->line[0][2] = "SUMMARY;LANGUAGE=nl-BE:Stand-up";
	assert_string_equal(language_of(ctx, s), "nl");
	s->component[0].organizer.language = "es-mx";
	assert_string_equal(language_of(ctx, s), "es");
	s->mail.language = "pt, fr-CA";
	assert_string_equal(language_of(ctx, s), "fr");
	s->calendar.language = "de";
	assert_string_equal(language_of(ctx, s), "de");
	s->calendar.language = "en";
	assert_string_equal(language_of(ctx, s), "en");
	/* Nothing that we have: the next hint counts. */
	s->calendar.language = "";
	s->mail.language = "pt";
	assert_string_equal(language_of(ctx, s), "es");
	s->component[0].organizer.language = "fi";
	s->line[0][2] = "SUMMARY;LANGUAGE=\"\":Stand-up";
	assert_string_equal(language_of(ctx, s), "en");
	talloc_free(ctx);
}

/* The text/plain of the letter, its line ends as blanks. */
static char *
plain_of(TALLOC_CTX *ctx, const struct sample *s)
{
	GMimeMessage *message = parse_mail(make(ctx, s));
	char *text = part_bytes(ctx, message, 0, "plain"), *p, *out = text;

	for (p = text; *p != '\0'; p++)
		if (*p != '\r' && !(*p == ' ' && out > text && out[-1] == ' '))
			*out++ = (char)(*p == '\n' ? ' ' : *p);
	*out = '\0';
	g_object_unref(message);
	return text;
}

/* Does the text of the letter say this? */
static void
check_says(TALLOC_CTX *ctx, const struct sample *s, const char *words)
{
	char *text = plain_of(ctx, s);

	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, text);
}

static void
test_times_where_the_reader_is(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);

	(void)state;
	s->calendar.language = "en";
	s->calendar.zone = zone_find("Europe/London");
	check_says(ctx, s,
	    "Tuesday, 1 December 2026, 09:00 to 10:00 (time zone "
	    "Europe/Berlin); 08:00 to 09:00 in the calendar's time zone "
	    "(Europe/London).");
	s->calendar.language = "de";
	check_says(ctx, s,
	    "Dienstag, 1. Dezember 2026, 09:00 bis 10:00 Uhr (Zeitzone "
	    "Europe/Berlin); 08:00 bis 09:00 Uhr in der Zeitzone des "
	    "Kalenders (Europe/London).");
	/* Another name, the same clock: once. */
	s->calendar.language = "en";
	s->calendar.zone = zone_find("Europe/Paris");
	check_says(ctx, s,
	    "Tuesday, 1 December 2026, 09:00 to 10:00 (time zone "
	    "Europe/Paris).");
	/* Another day. */
	s->calendar.zone = zone_find("Pacific/Auckland");
	s->component[0].start.utc += 4 * 3600;
	s->object.instance[0].start.utc += 4 * 3600;
	s->object.instance[0].end.utc += 4 * 3600;
	check_says(ctx, s,
	    "Tuesday, 1 December 2026, 13:00 to 14:00 (time zone "
	    "Europe/Berlin); Wednesday, 2 December 2026, 01:00 to 02:00 in "
	    "the calendar's time zone (Pacific/Auckland).");
	/* No zone of the sender: the calendar's. */
	s = google(ctx);
	s->calendar.zone = zone_find("Asia/Kolkata");
	check_says(ctx, s, "18:30 to 19:30 (time zone Asia/Kolkata).");
	s = own_zone(ctx);
	s->component[0].start.zone = "Customized Time Zone, 1";
	s->calendar.language = "en";
	check_says(ctx, s, "09:00 to 10:00 (time zone Europe/Berlin).");
	talloc_free(ctx);
}

static void
test_series_where_the_reader_is(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = series_clash(ctx);

	(void)state;
	s->calendar.language = "en";
	s->calendar.zone = zone_find("Europe/London");
	check_says(ctx, s,
	    "Tuesday, 12 January 2027, 09:00 to 10:00; and 2 more (time zone "
	    "Europe/Berlin); 08:00 to 09:00 in the calendar's time zone "
	    "(Europe/London). So none of them was booked.");
	check_says(ctx, s,
	    "10 dates from Tuesday, 1 December 2026 to Tuesday, 2 February "
	    "2027, the first from 09:00 to 10:00 (time zone Europe/Berlin); "
	    "08:00 to 09:00 in the calendar's time zone (Europe/London)");
	/* The clocks are not always as far apart: each is named. */
	s = series_clash(ctx);
	s->calendar.language = "en";
	s->calendar.zone = zone_find("America/New_York");
	sample_later(&s->object.instance[2].start, 86400 * 89);
	s->clash[0].start += 86400 * 89;
	s->clash[0].end += 86400 * 89;
	s->decision.nclash = 2;
	check_says(ctx, s,
	    "; 04:00 to 05:00; 03:00 to 04:00 in the calendar's time zone");
	/* Whole days are the calendar's. */
	s = thunderbird(ctx);
	check_says(ctx, s,
	    "Monday, 7 December 2026 to Wednesday, 9 December 2026 (all "
	    "day).");
	talloc_free(ctx);
}

/* The first of a month, as French has it. */
static void
test_first_of_the_month(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = series_accepted(ctx);

	(void)state;
	s->calendar.language = "fr";
	check_says(ctx, s, "du mardi 1er décembre 2026 au mardi 2 février");
	s->calendar.language = "es";
	check_says(
	    ctx, s, "del martes 1 de diciembre de 2026 al martes 2 de feb");
	s->calendar.language = "nb";
	check_says(ctx, s, "fra tirsdag 1. desember 2026 til tirsdag 2. feb");
	talloc_free(ctx);
}

/* HTML says its language, and nothing of a title is markup. */
static void
test_html_is_escaped(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct sample *s = accepted(ctx);
	GMimeMessage *message;
	char *html;

	(void)state;
	s->calendar.language = "fr";
	s->calendar.name = "<b>\"R\" & 'S'</b>";
	s->component[0].summary = "</title><script>alert(1)</script>";
	message = parse_mail(make(ctx, s));
	html = part_bytes(ctx, message, 1, "html");
	assert_non_null(strstr(html, "<html lang=\"fr\">"));
	assert_non_null(strstr(html, "<td dir=\"auto\">"));
	assert_null(strstr(html, "<script"));
	assert_null(strstr(html, "<b>"));
	assert_non_null(strstr(html, "&#60;script&#62;"));
	g_object_unref(message);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_golden),
	    cmocka_unit_test(test_all_of_it_is_translated),
	    cmocka_unit_test(test_choice_of_language),
	    cmocka_unit_test(test_times_where_the_reader_is),
	    cmocka_unit_test(test_series_where_the_reader_is),
	    cmocka_unit_test(test_first_of_the_month),
	    cmocka_unit_test(test_html_is_escaped),
	};

	g_mime_init();
	language_fixture();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
