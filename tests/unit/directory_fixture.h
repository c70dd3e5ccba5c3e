/*
 * directory_fixture.h - what the tests of lib/directory share: an empty
 * directory for each test, and short ways to write and to ask
 *
 * Used by: directory.c, directory_change.c in this folder.
 */
#ifndef TESTS_UNIT_DIRECTORY_FIXTURE_H
#define TESTS_UNIT_DIRECTORY_FIXTURE_H

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/directory/directory.h"

#define HORIZON (INT64_C(50) * 86400)

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static char scratch[] = "/tmp/imipd-directory.XXXXXX";
static char dir[200];

/* Write a file of the directory, in place. */
static inline void
put(const char *name, const char *text)
{
	char path[500];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	(void)fputs(text, f);
	(void)fclose(f);
}

/* Remove a file. */
static inline void
drop(const char *name)
{
	char path[500];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(unlink(path), 0);
}

/* Remove a directory and what is in it. */
static inline int
remove_tree(const char *path)
{
	struct dirent *e;
	DIR *d = opendir(path);
	char *name;
	int r = 0;

	if (d == NULL)
		return -1;
	while (r == 0 && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		name = mem_print(NULL, "%s/%s", path, e->d_name);
		r = remove(name);
		if (r != 0 && errno == ENOTEMPTY)
			r = remove_tree(name);
		talloc_free(name);
	}
	(void)closedir(d);
	return r == 0 ? rmdir(path) : r;
}

/* An empty directory for each test. */
static inline int
set_up(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s/calendars", scratch);
	return mkdir(dir, 0700);
}

static inline int
tear_down(void **state)
{
	(void)state;
	return remove_tree(dir);
}

/* Open a directory without faults. */
static inline struct directory *
open_good(void)
{
	struct directory *d;
	struct why why = {""};

	if (directory_open(NULL, dir, HORIZON, &d, &why) != RES_OK)
		fail_msg("%s", why.text);
	assert_non_null(d);
	return d;
}

/* The calendar of an address; NULL if there is none. */
static inline const struct calendar *
find(struct directory *d, const char *address)
{
	const struct calendar *c;
	struct why why = {""};

	if (directory_find(d, address, &c, &why) != RES_OK)
		fail_msg("%s: %s", address, why.text);
	return c;
}

/* The address must be "later", with these words. */
static inline void
find_later(struct directory *d, const char *address, const char *words)
{
	const struct calendar *c;
	struct why why = {""};

	assert_int_equal(directory_find(d, address, &c, &why), RES_TEMP);
	assert_null(c);
	if (strstr(why.text, words) == NULL)
		fail_msg("%s: said \"%s\"", address, why.text);
	/* nobody need listen */
	assert_int_equal(directory_find(d, address, &c, NULL), RES_TEMP);
}

/* Opening must fail with these words. */
static inline void
open_bad(const char *words)
{
	struct directory *d;
	struct why why = {""};

	assert_int_equal(
	    directory_open(NULL, dir, HORIZON, &d, &why), RES_PERM);
	assert_non_null(d);
	if (strstr(why.text, words) == NULL)
		fail_msg("said \"%s\", not \"%s\"", why.text, words);
	talloc_free(d);
}

#endif
