/* res.c - tests of lib/base/res */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/res.h"

static void
test_set(void **state)
{
	struct why why;

	(void)state;
	memset(&why, 'x', sizeof(why));
	assert_int_equal(
	    why_set(&why, RES_TEMP, "open %s: %d", "a", 7), RES_TEMP);
	assert_string_equal(why.text, "open a: 7");
	assert_int_equal(why_set(&why, RES_PERM, "%s", ""), RES_PERM);
	assert_string_equal(why.text, "");
	assert_int_equal(why_set(NULL, RES_PERM, "%s", "a"), RES_PERM);
	assert_int_equal(why_set(NULL, RES_OK, "%s", "a"), RES_OK);
}

/* Control bytes cannot break a line; other bytes stay. */
static void
test_control_bytes(void **state)
{
	struct why why;

	(void)state;
	(void)why_set(&why, RES_PERM, "%s", "a\r\n\x01\x1f\x7f ~\xc3\xa4");
	assert_string_equal(why.text, "a????? ~\xc3\xa4");
}

/* A long text is cut, and ends with a NUL. */
static void
test_long(void **state)
{
	struct why why;
	char text[2000];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	(void)why_set(&why, RES_PERM, "%s", text);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(res_name(RES_OK), "ok");
	assert_string_equal(res_name(RES_TEMP), "later");
	assert_string_equal(res_name(RES_PERM), "never");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_set),
	    cmocka_unit_test(test_control_bytes), cmocka_unit_test(test_long),
	    cmocka_unit_test(test_names)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
