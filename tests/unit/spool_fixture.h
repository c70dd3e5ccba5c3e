/*
 * spool_fixture.h - a spool of its own for each test of libspool
 *
 * Used by: spool.c, spool_put.c in this folder.
 */
#ifndef TESTS_UNIT_SPOOL_FIXTURE_H
#define TESTS_UNIT_SPOOL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "spool/lib/put.h"

#define ID_A "1700000001.M000001P11R00000000000000aa.host"
#define ID_B "1700000001.M000002P11R00000000000000bb.host"
#define ID_C "1700000002.M000001P11R00000000000000cc.host"

static const struct spool_envelope plain = {
    "in", "alice@Example.ORG", "QID1", "login", "192.0.2.1", "1234"};

/* A spool in a directory of its own. */
struct fixture {
	char dir[64];
	char path[80];
	struct spool spool;
	struct spool_put put;
	struct why why;
};

/* For cmocka: before each test. */
static inline int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)strcpy(f->dir, "/tmp/imipd-spool-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->path, sizeof(f->path), "%s/s", f->dir);
	assert_int_equal(spool_open(&f->spool, f->path, 1, &f->why), RES_OK);
	*state = f;
	return 0;
}

/* For cmocka: after each test. */
static inline int
tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	spool_close(&f->spool);
	(void)snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

/* How many names a directory has, "." and ".." apart. */
static inline int
names_in(int fd)
{
	DIR *d = fdopendir(openat(fd, ".", O_RDONLY | O_DIRECTORY));
	const struct dirent *e;
	int n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		n +=
		    strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	assert_int_equal(closedir(d), 0);
	return n;
}

/* Put one message; *item is it. */
static inline void
put_message(
    struct fixture *f, const char *text, size_t n, struct spool_item *item)
{
	memset(item, 0, sizeof(*item));
	assert_int_equal(
	    spool_put_open(&f->put, &f->spool, &plain, &f->why), RES_OK);
	(void)strcpy(item->id, spool_put_id(&f->put));
	assert_int_equal(spool_put_rcpt(&f->put, "Room@Example.COM",
			     "Alias@Example.NET", &f->why),
	    RES_OK);
	assert_int_equal(spool_put_write(&f->put, text, n, &f->why), RES_OK);
	assert_int_equal(spool_put_commit(&f->put, &f->why), RES_OK);
	item->state = SPOOL_NEW;
}

/* An empty file of a name, for what does not read it. */
static inline void
touch(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

/* Collects fields as "name=value;" */
static inline enum res
collect(void *arg, const char *name, const char *value, struct why *why)
{
	char *text = arg;
	size_t n = strlen(text);

	(void)why;
	(void)snprintf(text + n, 2000 - n, "%s=%s;", name, value);
	return RES_OK;
}

/* Read an item back and compare the message with text. */
static inline void
assert_message(struct fixture *f, const struct spool_item *item,
    const char *text, size_t n)
{
	char fields[2000] = "";
	char *back = malloc(n + 1);
	int64_t bytes = -1;
	size_t got;
	int fd = -1;

	assert_non_null(back);
	assert_int_equal(
	    spool_read(&f->spool, item, collect, fields, &fd, &bytes, &f->why),
	    RES_OK);
	assert_int_equal(bytes, n);
	assert_int_equal(io_read(fd, back, n + 1, &got, NULL), RES_OK);
	assert_int_equal(got, n);
	assert_memory_equal(back, text, n);
	assert_int_equal(close(fd), 0);
	free(back);
}

#endif
