/* language.c - any language at any time, and nothing of the process changed */
#define _GNU_SOURCE
#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/language_fixture.h"

#define SENTENCE "The earlier booking stays as it was."

static const struct {
	const char *language;
	const char *sentence;
	const char *one, *two;
} said[] = {
    {NULL, SENTENCE, "{list}; and {count} more", "{list}; and {count} more"},
    {"en", SENTENCE, "{list}; and {count} more", "{list}; and {count} more"},
    {"de", "Die frühere Buchung bleibt bestehen.",
	"{list}; und {count} weiterer", "{list}; und {count} weitere"},
    {"fr", "La réservation précédente reste inchangée.",
	"{list}\xc2\xa0; et {count} autre",
	"{list}\xc2\xa0; et {count} autres"},
    {"es", "La reserva anterior se mantiene.", "{list}; y {count} más",
	"{list}; y {count} más"},
    {"nb", "Den tidligere reservasjonen står ved lag.",
	"{list}; og {count} til", "{list}; og {count} til"},
    {"nl", "De eerdere reservering blijft staan.", "{list}; en nog {count}",
	"{list}; en nog {count}"},
};
#define NSAID (sizeof(said) / sizeof(said[0]))

/* A language by number says what it must. */
static void
check_said(size_t i)
{
	const char *one = "{list}; and {count} more";

	assert_string_equal(
	    language_say(said[i].language, SENTENCE), said[i].sentence);
	assert_string_equal(
	    language_count(said[i].language, one, one, 1), said[i].one);
	assert_string_equal(
	    language_count(said[i].language, one, one, 2), said[i].two);
}

/* Runs first: nothing was read yet. */
static void
test_before_the_start_there_is_english(void **state)
{
	(void)state;
	assert_null(language_match("de"));
	assert_string_equal(language_match("en-GB"), "en");
	assert_string_equal(language_say("de", SENTENCE), SENTENCE);
	assert_string_equal(language_count("de", "one", "many", 1), "one");
	assert_string_equal(language_count("de", "one", "many", 0), "many");
}

static void
test_languages_in_any_order(void **state)
{
	uint32_t seed = 1;
	int i;

	(void)state;
	language_fixture();
	for (i = 0; i < (int)NSAID; i++)
		check_said((size_t)i);
	for (i = 0; i < 2000; i++) {
		seed = seed * 1664525 + 1013904223;
		check_said((seed >> 16) % NSAID);
	}
}

static void
test_what_is_unknown_stays_english(void **state)
{
	static const char other[] = "no such sentence";

	(void)state;
	assert_ptr_equal(language_say("de", other), other);
	assert_string_equal(language_say("xx", SENTENCE), SENTENCE);
	assert_string_equal(language_say("", SENTENCE), SENTENCE);
	assert_string_equal(language_say("../de", SENTENCE), SENTENCE);
	assert_string_equal(language_say("de", ""), "");
	assert_string_equal(language_count("de", "a", "b", 1), "a");
	assert_string_equal(language_count("de", "a", "b", 5), "b");
}

/* French counts nothing as one. */
static void
test_plural_forms(void **state)
{
	const char *one = "{list}; and {count} more";

	(void)state;
	assert_string_equal(language_count("fr", one, one, 0), said[3].one);
	assert_string_equal(language_count("de", one, one, 0), said[2].two);
	assert_string_equal(
	    language_count("de", one, one, 4294967296UL), said[2].two);
}

static void
test_nothing_of_the_process_changes(void **state)
{
	locale_t before = uselocale(NULL);
	char *message = strdup(strerror(ENOENT));

	(void)state;
	assert_int_equal(unsetenv("LANGUAGE"), 0);
	check_said(2);
	assert_null(getenv("LANGUAGE"));
	assert_int_equal(setenv("LANGUAGE", "fr:de", 1), 0);
	check_said(2);
	check_said(0);
	assert_string_equal(getenv("LANGUAGE"), "fr:de");
	assert_ptr_equal(uselocale(NULL), before);
	assert_string_equal(setlocale(LC_MESSAGES, NULL), "C");
	assert_string_equal(strerror(ENOENT), message);
	assert_int_equal(unsetenv("LANGUAGE"), 0);
	free(message);
}

static void
test_wishes(void **state)
{
	static const struct {
		const char *wish, *gives;
	} wishes[] = {{"de", "de"}, {"DE", "de"}, {"de-CH", "de"},
	    {"de_AT", "de"}, {"de-Latn-DE-1996", "de"}, {"no", "nb"},
	    {"nn-NO", "nb"}, {"nb", "nb"}, {"en-US", "en"}, {"pt", NULL},
	    {"", NULL}, {",", NULL}, {"d", NULL}, {"deu", NULL},
	    {"pt, fr", "fr"}, {"fr;q=0.5, de", "de"},
	    {"fr;q=0.5,de;q=0.6", "de"}, {"de;q=0.6,fr;q=0.65", "fr"},
	    {"de,fr", "de"}, {"de;q=0", NULL}, {" es ; q=0.1 ", "es"},
	    {"*", NULL}, {"*;q=1, nl;q=0.3", "nl"},
	    {"de;q=9999999999999999999999, fr", "de"}, {"de;q=x", NULL},
	    {"-de", NULL}, {"nl;", "nl"}, {"\xff\xfe,nl", "nl"},
	    {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", NULL}};
	size_t i;

	(void)state;
	assert_null(language_match(NULL));
	for (i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		const char *got = language_match(wishes[i].wish);

		if (wishes[i].gives == NULL
			? got != NULL
			: got == NULL || strcmp(got, wishes[i].gives) != 0)
			fail_msg("\"%s\" gives %s", wishes[i].wish,
			    got == NULL ? "nothing" : got);
	}
	assert_string_equal(language_all()[0], "en");
	for (i = 0; language_all()[i] != NULL; i++)
		assert_string_equal(
		    language_match(language_all()[i]), language_all()[i]);
	assert_int_equal(i, 6);
}

/* What a sandbox leaves of the world: no file can be opened. */
static void
test_no_file_is_opened_later(void **state)
{
	struct rlimit old, none = {0, 0};
	size_t i;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none.rlim_max = old.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	for (i = 0; i < NSAID; i++)
		check_said(i);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
}

/* Copy a catalog, or write nonsense in its place. */
static void
put_catalog(const char *from, const char *to, const char *language)
{
	char path[4200], buf[65536];
	FILE *f;
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", to, language);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)strcat(path, "/LC_MESSAGES");
	assert_int_equal(mkdir(path, 0700), 0);
	(void)strcat(path, "/imipd.mo");
	if (from != NULL) {
		char source[4200];

		(void)snprintf(source, sizeof(source),
		    "%s/%s/LC_MESSAGES/imipd.mo", from, language);
		f = fopen(source, "r");
		assert_non_null(f);
		n = fread(buf, 1, sizeof(buf), f);
		(void)fclose(f);
		assert_in_range(n, 1000, sizeof(buf) - 1);
	}
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(n == 0 ? "garbage" : buf, 1, n == 0 ? 7 : n, f),
	    n == 0 ? 7 : n);
	assert_int_equal(fclose(f), 0);
}

/* Remove what put_catalog() made. */
static void
drop_catalog(const char *in, const char *language)
{
	char path[4200];
	size_t n;

	(void)snprintf(
	    path, sizeof(path), "%s/%s/LC_MESSAGES/imipd.mo", in, language);
	assert_int_equal(unlink(path), 0);
	for (n = 0; n < 2; n++) {
		*strrchr(path, '/') = '\0';
		assert_int_equal(rmdir(path), 0);
	}
}

/* Runs last: the catalogs are others now. */
static void
test_missing_and_broken_catalogs(void **state)
{
	char folder[] = "/tmp/imipd-language.XXXXXX";
	char from[4096];

	(void)state;
	(void)snprintf(from, sizeof(from), "%s", getenv("IMIPD_LOCALE"));
	assert_non_null(mkdtemp(folder));
	put_catalog(from, folder, "de");
	put_catalog(NULL, folder, "fr");
	assert_int_equal(setenv("IMIPD_LOCALE", folder, 1), 0);
	language_init();
	drop_catalog(folder, "de");
	drop_catalog(folder, "fr");
	assert_int_equal(rmdir(folder), 0);
	/* What was read stays, though it is gone. */
	check_said(2);
	assert_null(language_match("fr"));
	assert_null(language_match("nl"));
	assert_string_equal(language_match("fr, nl, de"), "de");
	assert_string_equal(language_say("fr", SENTENCE), SENTENCE);
	assert_string_equal(language_say("nl", SENTENCE), SENTENCE);
	/* No folder at all. */
	language_init();
	assert_string_equal(language_say("de", SENTENCE), SENTENCE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_before_the_start_there_is_english),
	    cmocka_unit_test(test_languages_in_any_order),
	    cmocka_unit_test(test_what_is_unknown_stays_english),
	    cmocka_unit_test(test_plural_forms),
	    cmocka_unit_test(test_nothing_of_the_process_changes),
	    cmocka_unit_test(test_wishes),
	    cmocka_unit_test(test_no_file_is_opened_later),
	    cmocka_unit_test(test_missing_and_broken_catalogs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
