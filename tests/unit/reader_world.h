/*
 * reader_world.h - what the tests of the reader's client share
 *
 * Included by the tests after <cmocka.h>.
 */
#ifndef TESTS_UNIT_READER_WORLD_H
#define TESTS_UNIT_READER_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/reader/reader.h"

#define FROM INT64_C(1767225600) /* 2026-01-01 */
#define TO   INT64_C(1830297600) /* 2028-01-01 */

/* A question to a reader, and what came of it. */
struct world {
	TALLOC_CTX *ctx;
	struct reader *reader;
	struct notice *notice;
	struct why why;
};

/* A descriptor with these bytes, at its start. */
static inline int
message(const char *text)
{
	char path[] = "/tmp/imipd-message-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Ask and wait. */
static inline enum reading
ask(struct world *w, const char *text)
{
	int fd = message(text);
	enum reading r;

	w->notice = NULL;
	w->why.text[0] = '\0';
	r = reader_ask(w->reader, w->ctx, fd, (int64_t)strlen(text), FROM, TO,
	    100, &w->notice, &w->why);
	(void)close(fd);
	return r;
}

/* The subject of the last answer. */
static inline const char *
subject(const struct world *w)
{
	assert_non_null(w->notice);
	return w->notice->mail.subject;
}

/* A fresh client of a program; the set-up fails if there is none. */
static inline int
make_world(void **state, const char *program)
{
	struct world *w = mem_new(NULL, struct world);

	w->ctx = w;
	w->reader = reader_new(w, program);
	*state = w;
	return access(program, X_OK);
}

/* The tear-down. */
static inline int
end_world(void **state)
{
	return talloc_free(*state);
}

/*
 * The path of a file of the build, seen from build/tests/unit/ where the
 * running program is.  Returns 0, or -1 if it does not fit.
 */
static inline int
build_path(char *buf, size_t size, const char *name)
{
	char self[300];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int i;

	if (n <= 0)
		return -1;
	self[n] = '\0';
	for (i = 0; i < 3; i++)
		if (strrchr(self, '/') != NULL)
			*strrchr(self, '/') = '\0';
	n = snprintf(buf, size, "%s/%s", self, name);
	return n > 0 && (size_t)n < size ? 0 : -1;
}

#endif
