/* tool.c - tests of lib/tool and lib/json: options, times, safe output */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/json/json.h"
#include "lib/tool/tool.h"

/* What a stream holds, as a string of ctx. */
static char *
contents(TALLOC_CTX *ctx, FILE *file)
{
	char *text = mem_array(ctx, char, 4096);

	rewind(file);
	text[fread(text, 1, 4095, file)] = '\0';
	(void)fclose(file);
	return text;
}

/* An argv of copies: options may not be constants. */
static char **
words(TALLOC_CTX *ctx, const char *const *word, int n)
{
	char **argv = mem_array(ctx, char *, (size_t)n + 1);
	int i;

	for (i = 0; i < n; i++)
		argv[i] = mem_text(argv, word[i]);
	return argv;
}

static void
test_options(void **state)
{
	static const char *const word[] = {
	    "p", "--json", "list", "-c", "FILE", "--max=7", "--", "--json"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	char **argv = words(ctx, word, 8);
	const char *conf = NULL, *max = NULL;
	int json = 0, argc = 8;
	const struct tool_option option[] = {{"-c", &conf, NULL},
	    {"--json", NULL, &json}, {"--max", &max, NULL}};
	struct why why;

	(void)state;
	assert_int_equal(tool_options(option, 3, &argc, argv, &why), RES_OK);
	assert_int_equal(argc, 3);
	assert_string_equal(argv[1], "list");
	assert_string_equal(argv[2], "--json");
	assert_null(argv[3]);
	assert_int_equal(json, 1);
	assert_string_equal(conf, "FILE");
	assert_string_equal(max, "7");
	talloc_free(ctx);
}

static void
test_wrong_options(void **state)
{
	static const struct {
		const char *word;
		const char *says;
	} c[] = {{"--jso", "--jso: unknown option"},
	    {"--json=1", "--json: takes no value"}, {"-c", "-c: needs a value"},
	    {"-", NULL}};
	const char *conf = NULL;
	int json = 0;
	const struct tool_option option[] = {
	    {"-c", &conf, NULL}, {"--json", NULL, &json}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const char *const word[] = {"p", c[i].word};
		char **argv = words(NULL, word, 2);
		int argc = 2;
		struct why why = {""};
		enum res r = tool_options(option, 2, &argc, argv, &why);

		assert_int_equal(r, c[i].says != NULL ? RES_PERM : RES_OK);
		if (c[i].says != NULL)
			assert_string_equal(why.text, c[i].says);
		talloc_free(argv);
	}
}

static void
test_times(void **state)
{
	static const struct {
		const char *text, *zone;
		int64_t utc; /* -1: refused */
	} c[] = {{"now", NULL, 77}, {"1970-01-02", NULL, 86400},
	    {"2026-12-01", "Europe/Berlin", 1796079600},
	    {"2026-12-01T00:00:00Z", "Europe/Berlin", 1796083200},
	    {"2026-12-01T01:00:00+01:00", NULL, 1796083200},
	    {"2026-02-30", NULL, -1}, {"tomorrow", NULL, -1}, {"", NULL, -1},
	    {"2026-12-01x", NULL, -1}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const struct zone *zone =
		    c[i].zone != NULL ? zone_find(c[i].zone) : NULL;
		int64_t utc = -1;
		struct why why;
		enum res r = tool_time(c[i].text, 77, zone, &utc, &why);

		assert_int_equal(r, c[i].utc == -1 ? RES_PERM : RES_OK);
		assert_int_equal(utc, c[i].utc);
	}
}

static void
test_plain(void **state)
{
	static const struct {
		const char *in, *out;
		int lines;
	} c[] = {{"Caf\xc3\xa9 \xe2\x82\xac", "Caf\xc3\xa9 \xe2\x82\xac", 0},
	    {"a\033[2Jb", "a\\x1b[2Jb", 0}, {"a\nb\tc", "a\\x0ab\\x09c", 0},
	    {"a\nb\tc\r", "a\nb\tc\\x0d", 1}, {"\x7f", "\\x7f", 1},
	    {"\xc2\x9b", "\\xc2\\x9b", 0},                   /* C1 CSI */
	    {"\xe2\x80\xae", "\\xe2\\x80\\xae", 0},          /* override */
	    {"\xf3\xa0\x80\x81", "\\xf3\\xa0\\x80\\x81", 0}, /* tag */
	    {"\xc0\xaf", "\\xc0\\xaf", 0},                   /* overlong */
	    {"\xe2\x82", "\\xe2\\x82", 0},                   /* cut */
	    {"\xed\xa0\x80", "\\xed\\xa0\\x80", 0},          /* surrogate */
	    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", 0},
	    {"\xff", "\\xff", 0}};
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		assert_string_equal(
		    tool_plain(ctx, c[i].in, strlen(c[i].in), c[i].lines),
		    c[i].out);
	talloc_free(ctx);
}

static void
test_table(void **state)
{
	static const char *const heading[] = {"A", "LONG", NULL};
	static const char *const row[] = {"\xc3\xa9\xc3\xa9\xc3\xa9", "\033"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct table *table = table_new(ctx, heading);
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	table_add(table, row);
	table_print(table, file);
	assert_string_equal(contents(ctx, file),
	    "A    LONG\n\xc3\xa9\xc3\xa9\xc3\xa9  \\x1b\n");
	talloc_free(ctx);
}

static void
test_json(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct json *map = json_map(ctx), *list = json_list(map);
	FILE *file = tmpfile();
	size_t count;

	(void)state;
	assert_non_null(file);
	json_add_text(list, "a\033\"");
	json_add_text(list, "\xc3\xa9");
	json_add_text(list, "\xff");
	json_put(map, "list", list);
	json_put_text(map, "none", NULL);
	json_put_yesno(map, "yes", 1);
	json_put_number(map, "n", INT64_MIN);
	json_put_utc(map, "t", 0);
	json_begin(file, &count);
	json_item(map, file, &count);
	json_item(json_list(ctx), file, &count);
	json_end(file, &count);
	assert_string_equal(contents(ctx, file),
	    "[\n{\"list\": [\"a\\u001B\\\"\", \"\\u00E9\", \"?\"], "
	    "\"none\": null, \"yes\": true, \"n\": -9223372036854775808, "
	    "\"t\": \"1970-01-01T00:00:00Z\"},\n[]\n]\n");
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_options),
	    cmocka_unit_test(test_wrong_options), cmocka_unit_test(test_times),
	    cmocka_unit_test(test_plain), cmocka_unit_test(test_table),
	    cmocka_unit_test(test_json)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
