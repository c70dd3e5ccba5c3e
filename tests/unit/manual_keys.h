/*
 * manual_keys.h - does a manual page describe the keys of a table?
 *
 * Both ways: every key of the table is an item ".It Ic KEY" of section KEYS,
 * with its default and an example that is one line of a file; every item is a
 * key of the table, in the same order.
 */
#ifndef TESTS_UNIT_MANUAL_KEYS_H
#define TESTS_UNIT_MANUAL_KEYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/conf.h"

#define MANUAL_ITEM ".It Ic "

/* The whole page; the test runs from the top of the tree. */
static void
manual_read(const char *page, char *text, size_t size)
{
	FILE *f = fopen(page, "r");
	size_t n;

	if (f == NULL)
		fail_msg("%s: run from the top of the tree", page);
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	(void)fclose(f);
}

/* Copy the text of an item, up to the next one. */
static void
manual_item(const char *from, char *item, size_t size)
{
	const char *end = strstr(from + 1, MANUAL_ITEM);
	const char *list = strstr(from, "\n.El");

	if (end == NULL || (list != NULL && list < end))
		end = list;
	if (end == NULL)
		fail_msg("an item without an end");
	(void)snprintf(item, size, "%.*s", (int)(end - from), from);
}

/* Does the item say the default of the key? */
static void
manual_default(const struct conf_key *key, const char *item)
{
	const char *says = strstr(item, "\nDefault:");
	char quoted[200];

	if (says == NULL)
		fail_msg("%s: no default", key->name);
	if (key->def == NULL && strstr(says, "must be given") == NULL)
		fail_msg("%s: must be given, and the page does not say so",
		    key->name);
	if (key->def == NULL || key->def[0] == '\0')
		return;
	(void)snprintf(quoted, sizeof(quoted), "\n.Ql %s", key->def);
	if (strstr(says, quoted) == NULL)
		fail_msg("%s: the default is %s, the page says otherwise",
		    key->name, key->def);
}

/* The example line of the item. */
static void
manual_example(
    const struct conf_key *key, const char *item, char *line, size_t size)
{
	const char *p = strstr(item, "\nExample:\n.Ql ");

	if (p == NULL)
		fail_msg("%s: no example", key->name);
	p += strlen("\nExample:\n.Ql ");
	(void)snprintf(line, size, "%.*s", (int)strcspn(p, "\n"), p);
	if (strncmp(line, key->name, strlen(key->name)) != 0)
		fail_msg("%s: its example is \"%s\"", key->name, line);
}

/*
 * Compare the page with the table; example(line) is called for each example
 * and must fail the test if it is not taken.
 */
static void
manual_compare(const char *page, const struct conf_key *keys, size_t n,
    void (*example)(const struct conf_key *key, const char *line))
{
	static char text[60000], item[8000];
	char line[300];
	const char *p;
	size_t i = 0;

	manual_read(page, text, sizeof(text));
	p = strstr(text, ".Sh KEYS");
	if (p == NULL)
		fail_msg("%s: no section KEYS", page);
	while ((p = strstr(p + 1, MANUAL_ITEM)) != NULL) {
		size_t k = strcspn(p + strlen(MANUAL_ITEM), "\n");

		if (i == n || strlen(keys[i].name) != k ||
		    strncmp(keys[i].name, p + strlen(MANUAL_ITEM), k) != 0)
			fail_msg("%s: \"%.*s\", but the table has \"%s\"", page,
			    (int)k, p + strlen(MANUAL_ITEM),
			    i < n ? keys[i].name : "no more keys");
		manual_item(p, item, sizeof(item));
		manual_default(&keys[i], item);
		manual_example(&keys[i], item, line, sizeof(line));
		example(&keys[i], line);
		i++;
	}
	if (i != n)
		fail_msg("%s: key \"%s\" is missing", page, keys[i].name);
}

#endif
