/* conf.c - tests of lib/base/conf: values, errors with file and line */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/conf.h"
#include "lib/base/mem.h"

struct sample {
	const char *text;
	const char *path;
	const char *zone;
	const char **list;
	int64_t number;
	int64_t seconds;
	int64_t yesno;
	int64_t choice;
	const char *needed;
	int64_t needed_number;
};

#define KEY(name, type, def, min, max, choices)                                \
	{                                                                      \
#name, type, def, min, max, offsetof(struct sample, name),     \
		    choices, "help for " #name                                 \
	}

static const struct conf_key table[] = {
    KEY(text, CONF_TEXT, "none", 0, 0, NULL),
    KEY(path, CONF_PATH, "", 0, 0, NULL),
    KEY(zone, CONF_ZONE, "UTC", 0, 0, NULL),
    KEY(list, CONF_LIST, "", 0, 0, NULL),
    KEY(number, CONF_NUMBER, "5", 0, 0, NULL),
    KEY(seconds, CONF_SECONDS, "30d", 60, 3000000, NULL),
    KEY(yesno, CONF_YESNO, "yes", 0, 0, NULL),
    KEY(choice, CONF_CHOICE, "room", 0, 0, "room resource person"),
    KEY(needed, CONF_TEXT, NULL, 0, 0, NULL),
    KEY(needed_number, CONF_NUMBER, NULL, 0, 0, NULL),
};

#define KEYS (sizeof(table) / sizeof(table[0]))

static char directory[] = "/tmp/imipd-conf.XXXXXX";
static char path[64];

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(directory) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/file", directory);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(directory);
}

/* Make the file of n bytes. */
static void
write_file(const char *text, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* Defaults, and the text on top of them. */
static enum res
read_text(void *ctx, const char *text, struct sample *s, struct why *why)
{
	write_file(text, strlen(text));
	memset(s, 0xaa, sizeof(*s));
	assert_int_equal(conf_defaults(ctx, table, KEYS, s, why), RES_OK);
	return conf_read(ctx, path, table, KEYS, s, why);
}

/* The text is good. */
static void
good(void *ctx, const char *text, struct sample *s)
{
	struct why why = {""};

	if (read_text(ctx, text, s, &why) != RES_OK)
		fail_msg("%s", why.text);
}

/* The text is refused with "FILE line N: reason". */
static void
refused(const char *text, int line, const char *reason)
{
	void *ctx = talloc_new(NULL);
	struct why why = {""};
	struct sample s;
	char expected[600];

	(void)snprintf(
	    expected, sizeof(expected), "%s line %d: %s", path, line, reason);
	if (read_text(ctx, text, &s, &why) != RES_PERM)
		fail_msg("taken: %s", text);
	if (strncmp(why.text, expected, strlen(expected)) != 0)
		fail_msg("\"%s\", expected \"%s\"", why.text, expected);
	talloc_free(ctx);
}

static void
test_defaults(void **state)
{
	void *ctx = talloc_new(NULL);
	struct why why = {""};
	struct sample s;

	(void)state;
	good(ctx, "", &s);
	assert_string_equal(s.text, "none");
	assert_string_equal(s.path, "");
	assert_string_equal(s.zone, "UTC");
	assert_non_null(s.list);
	assert_null(s.list[0]);
	assert_int_equal(s.number, 5);
	assert_int_equal(s.seconds, 30 * 86400);
	assert_int_equal(s.yesno, 1);
	assert_int_equal(s.choice, 0);
	assert_null(s.needed);
	assert_int_equal(s.needed_number, -1);
	assert_int_equal(conf_complete("F", table, KEYS, &s, &why), RES_PERM);
	assert_string_equal(why.text,
	    "F: needed: missing, expected a line \"needed = ...\" (help for "
	    "needed)");
	good(ctx, "needed = x\n", &s);
	assert_int_equal(conf_complete("F", table, KEYS, &s, &why), RES_PERM);
	assert_non_null(strstr(why.text, "needed_number: missing"));
	good(ctx, "needed =\nneeded_number = 0\n", &s);
	assert_int_equal(conf_complete("F", table, KEYS, &s, &why), RES_OK);
	talloc_free(ctx);
}

static void
test_values(void **state)
{
	void *ctx = talloc_new(NULL);
	struct sample s;

	(void)state;
	good(ctx,
	    "# a comment\n; another\n\n   # indented\n \t\n"
	    "text = a b;c#d  e\t; comment # more\r\n"
	    "path=/var/spool # comment\n"
	    "zone = europe/berlin\n"
	    "list = a@x, b@x,,c@x ,\nlist = d@x\n"
	    "number = -12\nseconds = 2h\nyesno = Off\nchoice = person\n"
	    "needed = Caf\xc3\xa9 = x : y\nneeded_number = 9223372036854775807",
	    &s);
	assert_string_equal(s.text, "a b;c#d  e");
	assert_string_equal(s.path, "/var/spool");
	assert_string_equal(s.zone, "europe/berlin");
	assert_string_equal(s.list[0], "a@x");
	assert_string_equal(s.list[1], "b@x");
	assert_string_equal(s.list[2], "c@x");
	assert_string_equal(s.list[3], "d@x");
	assert_null(s.list[4]);
	assert_int_equal(s.number, -12);
	assert_int_equal(s.seconds, 7200);
	assert_int_equal(s.yesno, 0);
	assert_int_equal(s.choice, 2);
	assert_string_equal(s.needed, "Caf\xc3\xa9 = x : y");
	assert_int_equal(s.needed_number, INT64_MAX);
	good(ctx, "\xef\xbb\xbftext = bom\n", &s);
	assert_string_equal(s.text, "bom");
	good(ctx, "text = # nothing\n", &s);
	assert_string_equal(s.text, "");
	talloc_free(ctx);
}

static void
test_units(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} t[] = {{"90", 90}, {"90s", 90}, {"15m", 900}, {"12h", 43200},
	    {"30d", 2592000}, {"4w", 2419200}};
	static const char *const words[] = {
	    "no", "yes", "false", "true", "off", "on", "0", "1"};
	void *ctx = talloc_new(NULL);
	struct sample s;
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(text, sizeof(text), "seconds = %s\n", t[i].text);
		good(ctx, text, &s);
		assert_int_equal(s.seconds, t[i].seconds);
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		(void)snprintf(text, sizeof(text), "yesno = %s\n", words[i]);
		good(ctx, text, &s);
		assert_int_equal(s.yesno, i % 2);
	}
	talloc_free(ctx);
}

static void
test_bad_values(void **state)
{
	static const struct {
		const char *text, *reason;
	} t[] = {{"number = 1x", "number: \"1x\", expected a whole number"},
	    {"number =", "number: \"\", expected a whole number"},
	    {"number = -", "number: \"-\", expected a whole number"},
	    {"number = 9223372036854775808", "number: \"9223372036854775808\""},
	    {"path = a/b", "path: \"a/b\", expected a path that starts with /"},
	    {"zone = Mars/Base", "zone: \"Mars/Base\", expected a time zone"},
	    {"seconds = 30 d", "seconds: \"30 d\", expected a span of time"},
	    {"seconds = 30x", "seconds: \"30x\", expected a span of time"},
	    {"seconds = d", "seconds: \"d\", expected a span of time"},
	    {"seconds = -5m", "seconds: \"-5m\", expected a span of time"},
	    {"seconds = 59", "seconds: \"59\", expected 60 to 3000000 seconds"},
	    {"seconds = 9w", "seconds: \"9w\", expected 60 to 3000000 seconds"},
	    {"seconds = 20000000000000w", "seconds: "},
	    {"yesno = perhaps", "yesno: \"perhaps\", expected yes or no"},
	    {"choice = roo",
		"choice: \"roo\", expected one of: room resource person"},
	    {"choice = room resource", "choice: "}, {"choice =", "choice: "},
	    {"text = a\ntext = b", "text: given twice, expected one line"}};
	char text[100];
	size_t i;

	(void)state;
	for (i = 0; i + 1 < sizeof(t) / sizeof(t[0]); i++) {
		(void)snprintf(text, sizeof(text), "# 1\n\n%s\n", t[i].text);
		refused(text, 3, t[i].reason);
	}
	refused(t[i].text, 2, t[i].reason);
}

static void
test_bad_lines(void **state)
{
	(void)state;
	refused("text = a\n[room]\n", 2, "a section, expected key = value");
	refused("\ntext\n", 2, "no '=', expected key = value");
	refused("text # = a\n", 1, "no '='");
	refused("= a\n", 1, "\"\": unknown key");
	refused("text: a\n", 1, "a colon behind the key");
	refused("text: a = b\n", 1, "a colon behind the key");
	refused("text = a\n  b = c\n", 2, "white space at the start");
	refused("text = a\n\tb\n", 2, "white space at the start");
	refused("text = a\x01\n", 1, "a control byte");
	refused("text = a\rb\n", 1, "a control byte");
	refused("text = caf\xe9\n", 1, "bytes that are no UTF-8");
	refused("txet = a\n", 1,
	    "\"txet\": unknown key, expected a key of the manual page");
	refused("nubmer = 1\n", 1,
	    "\"nubmer\": unknown key, expected perhaps \"number\"");
	refused("Text = 1\n", 1, "\"Text\": unknown key, expected perhaps");
	refused("te\x7fxt = 1\n", 1, "a control byte");
	/* The first error is the one that is told. */
	refused("number = x\nfoo = y\n", 1, "number: \"x\"");
}

/* A line of some kilobytes is taken whole, a longer one refused. */
static void
test_long_lines(void **state)
{
	void *ctx = talloc_new(NULL);
	char *value = mem_array(ctx, char, 9001);
	struct sample s;

	(void)state;
	memset(value, 'v', 9000);
	value[8000] = '\0';
	good(ctx, mem_print(ctx, "number = 1\ntext = %s\n", value), &s);
	assert_string_equal(s.text, value);
	good(ctx, mem_print(ctx, "# %s\ntext = a\n", value), &s);
	assert_string_equal(s.text, "a");
	value[8000] = 'v';
	refused(mem_print(ctx, "number = 1\ntext = %s\n", value), 2,
	    "a longer line, expected at most");
	refused(mem_print(ctx, "# %s", value), 1, "a longer line");
	talloc_free(ctx);
}

static void
test_layers(void **state)
{
	void *ctx = talloc_new(NULL);
	struct why why = {""};
	struct sample s;

	(void)state;
	good(ctx, "text = a\nlist = a\nlist = b\nnumber = 7\n", &s);
	write_file("text = b\nlist = c\n", 18);
	assert_int_equal(conf_read(ctx, path, table, KEYS, &s, &why), RES_OK);
	assert_string_equal(s.text, "b");
	assert_int_equal(s.number, 7);
	assert_string_equal(s.list[0], "c");
	assert_null(s.list[1]);
	talloc_free(ctx);
}

/* What is no text file at all. */
static void
test_bad_files(void **state)
{
	void *ctx = talloc_new(NULL);
	struct why why = {""};
	struct sample s;

	(void)state;
	memset(&s, 0, sizeof(s));
	assert_int_equal(
	    conf_read(ctx, "/nowhere/x", table, KEYS, &s, &why), RES_TEMP);
	assert_string_equal(why.text, "/nowhere/x: No such file or directory");
	assert_int_equal(
	    conf_read(ctx, directory, table, KEYS, &s, &why), RES_PERM);
	assert_non_null(strstr(why.text, "not a plain file"));
	assert_int_equal(
	    conf_read(ctx, "/dev/zero", table, KEYS, &s, &why), RES_PERM);
	write_file("text = a\nnumber\0 = 1\n", 21);
	assert_int_equal(conf_read(ctx, path, table, KEYS, &s, &why), RES_PERM);
	assert_non_null(strstr(why.text, " line 2: a NUL byte"));
	assert_int_equal(truncate(path, 1L << 30), 0);
	assert_int_equal(conf_read(ctx, path, table, KEYS, &s, &why), RES_PERM);
	assert_non_null(strstr(why.text, "over 1 MiB"));
	assert_int_equal(talloc_total_blocks(ctx), 1);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_values), cmocka_unit_test(test_units),
	    cmocka_unit_test(test_bad_values), cmocka_unit_test(test_bad_lines),
	    cmocka_unit_test(test_long_lines), cmocka_unit_test(test_layers),
	    cmocka_unit_test(test_bad_files)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
