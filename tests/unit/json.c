/* json.c - what is printed as JSON, see lib/json/json.h */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/json/json.h"

/* What a document prints, in buf. */
static const char *
printed(const struct json *document, char *buf, size_t size)
{
	FILE *f = tmpfile();
	size_t n;

	assert_non_null(f);
	json_print(document, f);
	rewind(f);
	n = fread(buf, 1, size - 1, f);
	buf[n] = '\0';
	assert_int_equal(fclose(f), 0);
	return buf;
}

static void
members_keep_their_order(void **state)
{
	struct json *map = json_map(NULL), *list;
	char buf[500];

	(void)state;
	json_put_text(map, "zebra", "a \"b\"\n");
	json_put_number(map, "apple", INT64_C(9007199254740993));
	json_put_yesno(map, "yes", 1);
	json_put_null(map, "none");
	json_put_utc(map, "when", 1795996800);
	list = json_list(map);
	json_add_text(list, "x");
	json_put(map, "list", list);
	assert_non_null(printed(map, buf, sizeof(buf)));
	assert_non_null(strstr(buf, "\"zebra\": \"a \\\"b\\\"\\n\""));
	assert_non_null(strstr(buf, "\"apple\": 9007199254740993"));
	assert_non_null(strstr(buf, "\"yes\": true"));
	assert_non_null(strstr(buf, "\"none\": null"));
	assert_non_null(strstr(buf, "\"when\": \"2026-11-30T00:00:00Z\""));
	assert_true(strstr(buf, "zebra") < strstr(buf, "apple"));
	assert_true(strstr(buf, "apple") < strstr(buf, "list"));
	(void)talloc_free(map);
}

static void
nothing_raw_reaches_a_terminal(void **state)
{
	struct json *map = json_map(NULL);
	char buf[500];
	size_t i;

	(void)state;
	json_put_text(map, "esc", "\x1b[31m");
	json_put_text(map, "umlaut", "\xc3\xbc");
	json_put_text(map, "broken",
	    "a\xff"
	    "b");
	(void)printed(map, buf, sizeof(buf));
	assert_non_null(strstr(buf, "\\u001B"));
	assert_non_null(strstr(buf, "\\u00FC"));
	assert_non_null(strstr(buf, "\"a?b\""));
	for (i = 0; buf[i] != '\0'; i++)
		assert_true(buf[i] == '\n' ||
			    (buf[i] >= 0x20 && (unsigned char)buf[i] < 0x7f));
	(void)talloc_free(map);
}

static void
arrays_item_by_item(void **state)
{
	FILE *f = tmpfile();
	char buf[200];
	size_t count = 0, n, i;

	(void)state;
	assert_non_null(f);
	json_begin(f, &count);
	for (i = 0; i < 3; i++) {
		struct json *item = json_map(NULL);

		json_put_number(item, "i", (int64_t)i);
		json_item(item, f, &count);
	}
	json_end(f, &count);
	assert_int_equal(count, 3);
	rewind(f);
	n = fread(buf, 1, sizeof(buf) - 1, f);
	buf[n] = '\0';
	assert_string_equal(
	    buf, "[\n{\"i\": 0},\n{\"i\": 1},\n{\"i\": 2}\n]\n");
	assert_int_equal(fclose(f), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_keep_their_order),
	    cmocka_unit_test(nothing_raw_reaches_a_terminal),
	    cmocka_unit_test(arrays_item_by_item)};

	mem_init();
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
