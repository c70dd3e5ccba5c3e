/* log.c - tests of lib/base/log: one clean line, whatever is said */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/log.h"

static int saved, ends[2];

/* From here on stderr goes into a pipe. */
static void
capture(void)
{
	assert_int_equal(pipe(ends), 0);
	saved = dup(STDERR_FILENO);
	assert_true(saved >= 0);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(close(ends[1]), 0);
}

/* What was written since capture(). */
static void
captured(char *buf, size_t size)
{
	ssize_t n;

	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(close(saved), 0);
	n = read(ends[0], buf, size - 1);
	assert_true(n >= 0);
	buf[n] = '\0';
	assert_int_equal(close(ends[0]), 0);
}

static void
test_line(void **state)
{
	char buf[3000];

	(void)state;
	capture();
	log_open("imip-test", 0);
	log_line(LOG_WARN, "17.M1", "a=%d b=%s", 5, "x\ny\x7f\xc3\xa4");
	log_open("imip-test", 1);
	log_line(LOG_NOTE, "-", "a=1");
	captured(buf, sizeof(buf));
	assert_string_equal(buf, "<4>imip-test: 17.M1 a=5 b=x?y?\xc3\xa4\n"
				 "imip-test: - a=1\n");
}

/* A line of any length is one line of at most 1000 bytes. */
static void
test_long_line(void **state)
{
	char buf[3000], text[2000];
	int n;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	capture();
	log_open("imip-test", 1);
	log_line(LOG_NOTE, "-", "%s", text);
	captured(buf, sizeof(buf));
	assert_in_range(strlen(buf), 990, 1000);
	assert_ptr_equal(strchr(buf, '\n'), buf + strlen(buf) - 1);
	for (n = 970; n < 1010; n++) {
		capture();
		log_line(LOG_NOTE, "-", "%.*s", n, text);
		captured(buf, sizeof(buf));
		assert_in_range(strlen(buf), 970, 1000);
		assert_int_equal(buf[strlen(buf) - 1], '\n');
	}
	capture();
	log_line(LOG_NOTE, text, "lost");
	captured(buf, sizeof(buf));
	assert_true(strlen(buf) <= 1000);
}

static void
test_quote(void **state)
{
	char buf[1000], few[12], text[300];

	(void)state;
	assert_string_equal(log_quote(buf, sizeof(buf), ""), "\"\"");
	assert_string_equal(
	    log_quote(buf, sizeof(buf), "a \"b\"\\"), "\"a \\\"b\\\"\\\\\"");
	assert_string_equal(log_quote(buf, sizeof(buf), "\n\x1b\x7f\xc3"),
	    "\"\\x0a\\x1b\\x7f\\xc3\"");
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(strlen(log_quote(buf, sizeof(buf), text)), 202);
	memset(few, 'x', sizeof(few));
	(void)log_quote(few, 10, text);
	assert_int_equal(few[10], 'x');
	assert_in_range(strlen(few), 4, 9);
	(void)log_quote(few, 10, "\n\n\n\n");
	assert_int_equal(few[10], 'x');
	assert_int_equal(few[strlen(few) - 1], '"');
	assert_string_equal(log_quote(few, 3, "abc"), "\"\"");
}

static void
test_fatal(void **state)
{
	char buf[300];
	int status;
	pid_t pid;

	(void)state;
	capture();
	log_open("imip-test", 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		fatal(78, "%s line %d: bad\n", "FILE", 3);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	captured(buf, sizeof(buf));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 78);
	assert_string_equal(buf, "imip-test: FILE line 3: bad?\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_line),
	    cmocka_unit_test(test_long_line), cmocka_unit_test(test_quote),
	    cmocka_unit_test(test_fatal)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
