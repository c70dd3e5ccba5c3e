/* scheduling_code.c - the words of enum itip_code, and their page itip(7) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/rules/scheduling.h"

#define PAGE "conf/itip.7"
#define ITEM ".It Ic "

/* Lower case and '-', no word twice, no text twice, one clean sentence. */
static void
words(void **state)
{
	int i, k;

	(void)state;
	assert_int_equal(ITIP_CODES, 34);
	for (i = 0; i < ITIP_CODES; i++) {
		const char *word = scheduling_word((enum itip_code)i);
		const char *text = scheduling_text((enum itip_code)i);

		assert_non_null(word);
		assert_int_equal(
		    strspn(word, "abcdefghijklmnopqrstuvwxyz-"), strlen(word));
		assert_true(strlen(word) > 3 && strlen(text) > 10);
		assert_int_not_equal(text[strlen(text) - 1], '.');
		assert_true(text[0] >= 'a' && text[0] <= 'z');
		for (k = 0; k < i; k++) {
			assert_string_not_equal(
			    word, scheduling_word((enum itip_code)k));
			assert_string_not_equal(
			    text, scheduling_text((enum itip_code)k));
		}
	}
}

static void
refusals(void **state)
{
	(void)state;
	assert_string_equal(scheduling_word(ITIP_ADDED), "added");
	assert_string_equal(scheduling_word(ITIP_PROBLEM), "problem");
	assert_false(scheduling_is_refusal(ITIP_ADDED));
	assert_false(scheduling_is_refusal(ITIP_REPEATED));
	assert_false(scheduling_is_refusal(ITIP_FREEBUSY_ASKED));
	assert_true(scheduling_is_refusal(ITIP_STALE));
	assert_true(scheduling_is_refusal(ITIP_PROBLEM));
}

/* The page as one line: what breaks a line there is a blank. */
static void
read_page(char *text, size_t size)
{
	FILE *f = fopen(PAGE, "r");
	size_t n, i;

	if (f == NULL)
		fail_msg("%s: run from the top of the tree", PAGE);
	n = fread(text, 1, size - 1, f);
	assert_true(n > 0 && n < size - 1);
	text[n] = '\0';
	(void)fclose(f);
	for (i = 0; i < n; i++)
		if (text[i] == '\n')
			text[i] = ' ';
}

/* Every word is an item, in the order of the enum, and says its text. */
static void
manual(void **state)
{
	static char page[60000];
	char item[500];
	const char *p;
	int i = 0;

	(void)state;
	read_page(page, sizeof(page));
	p = strstr(page, ".Sh CODES");
	assert_non_null(p);
	while ((p = strstr(p, ITEM)) != NULL) {
		const char *text;
		size_t n;

		if (i == ITIP_CODES)
			fail_msg("%s: no such code: %.30s", PAGE, p);
		text = scheduling_text((enum itip_code)i);
		(void)snprintf(item, sizeof(item), ITEM "%s %c%s. ",
		    scheduling_word((enum itip_code)i), text[0] - 'a' + 'A',
		    text + 1);
		n = strlen(item);
		if (strncmp(p, item, n) != 0)
			fail_msg("%s: \"%.*s\", expected \"%s\"", PAGE, (int)n,
			    p, item);
		/* And what to do about it. */
		assert_int_not_equal(strncmp(p + n, ".It", 3), 0);
		assert_int_not_equal(strncmp(p + n, ".El", 3), 0);
		p += n;
		i++;
	}
	assert_int_equal(i, ITIP_CODES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words),
	    cmocka_unit_test(refusals), cmocka_unit_test(manual)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
