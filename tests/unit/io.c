/* io.c - tests of lib/base/io: whole reads and writes, safe replacement */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/io.h"

static char directory[] = "/tmp/imipd-io.XXXXXX";
static int dir_fd;

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(directory) == NULL)
		return -1;
	dir_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir_fd < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlinkat(dir_fd, "file", 0);
	(void)close(dir_fd);
	return rmdir(directory);
}

/* How many names are in the directory. */
static int
count_names(void)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	int n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		n += strcmp(entry->d_name, ".") != 0 &&
		     strcmp(entry->d_name, "..") != 0;
	(void)closedir(dir);
	return n;
}

/* The file holds the text. */
static void
assert_file(const char *text)
{
	struct why why = {""};
	char buf[100] = "";
	size_t got;
	int fd = openat(dir_fd, "file", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(io_read(fd, buf, sizeof(buf) - 1, &got, &why), RES_OK);
	assert_int_equal(got, strlen(text));
	assert_string_equal(buf, text);
	assert_int_equal(close(fd), 0);
}

/* A pipe gives and takes a bit at a time; all bytes come through. */
static void
test_short_counts(void **state)
{
	static char out[300000], in[300000];
	struct why why = {""};
	int ends[2], status;
	size_t got = 0, i;
	pid_t pid;

	(void)state;
	for (i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 7 / 3);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(ends[0]);
		_exit(io_write(ends[1], out, sizeof(out), NULL) != RES_OK);
	}
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(io_read(ends[0], in, 1000, &got, &why), RES_OK);
	assert_int_equal(got, 1000);
	assert_int_equal(
	    io_read(ends[0], in + 1000, sizeof(in), &got, &why), RES_OK);
	assert_int_equal(got, sizeof(in) - 1000);
	assert_memory_equal(in, out, sizeof(in));
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
test_errors(void **state)
{
	struct why why = {""};
	char buf[4];
	size_t got = 9;
	int ends[2];

	(void)state;
	assert_int_equal(io_read(-1, buf, 4, &got, &why), RES_TEMP);
	assert_int_equal(got, 0);
	assert_string_equal(why.text, "read: Bad file descriptor");
	assert_int_equal(io_write(-1, buf, 4, &why), RES_TEMP);
	assert_string_equal(why.text, "write: Bad file descriptor");
	assert_int_equal(io_write(-1, buf, 0, &why), RES_OK);
	assert_int_equal(io_sync(-1, "name", &why), RES_TEMP);
	assert_string_equal(why.text, "fsync name: Bad file descriptor");
	assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(io_write(ends[1], buf, 4, &why), RES_TEMP);
	assert_string_equal(why.text, "write: Broken pipe");
	assert_int_equal(close(ends[1]), 0);
}

static void
test_replace(void **state)
{
	struct why why = {""};
	struct stat st;
	mode_t old = umask(077);

	(void)state;
	assert_int_equal(
	    io_replace_file(dir_fd, "file", "one", 3, 0644, &why), RES_OK);
	assert_file("one");
	assert_int_equal(fstatat(dir_fd, "file", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(
	    io_replace_file(dir_fd, "file", "three", 5, 0600, &why), RES_OK);
	assert_file("three");
	assert_int_equal(fstatat(dir_fd, "file", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(
	    io_replace_file(dir_fd, "file", "", 0, 0600, &why), RES_OK);
	assert_file("");
	assert_int_equal(count_names(), 1);
	(void)umask(old);
}

/* A reader that has the old file open goes on reading the old one. */
static void
test_readers(void **state)
{
	struct why why = {""};
	char buf[8] = "";
	size_t got;
	int fd;

	(void)state;
	assert_int_equal(
	    io_replace_file(dir_fd, "file", "old", 3, 0644, &why), RES_OK);
	fd = openat(dir_fd, "file", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(
	    io_replace_file(dir_fd, "file", "fresh", 5, 0644, &why), RES_OK);
	assert_int_equal(io_read(fd, buf, 7, &got, &why), RES_OK);
	assert_string_equal(buf, "old");
	assert_int_equal(close(fd), 0);
	assert_file("fresh");
}

/* Each replacement has a later second than the one before, for ETags. */
static void
test_mtime(void **state)
{
	struct why why = {""};
	struct stat before, after;
	int i;

	(void)state;
	assert_int_equal(
	    io_replace_file(dir_fd, "file", "a", 1, 0644, &why), RES_OK);
	assert_int_equal(fstatat(dir_fd, "file", &before, 0), 0);
	for (i = 0; i < 5; i++) {
		assert_int_equal(
		    io_replace_file(dir_fd, "file", "b", 1, 0644, &why),
		    RES_OK);
		assert_int_equal(fstatat(dir_fd, "file", &after, 0), 0);
		assert_true(after.st_mtime > before.st_mtime);
		before = after;
	}
}

/* Names that would leave the directory, and a directory in the way. */
static void
test_bad_names(void **state)
{
	struct why why = {""};

	(void)state;
	assert_int_equal(
	    io_replace_file(dir_fd, "../x", "a", 1, 0644, &why), RES_PERM);
	assert_int_equal(
	    io_replace_file(-1, "file", "a", 1, 0644, &why), RES_TEMP);
	assert_int_equal(mkdirat(dir_fd, "d", 0700), 0);
	assert_int_equal(
	    io_replace_file(dir_fd, "d", "a", 1, 0644, &why), RES_TEMP);
	assert_int_equal(unlinkat(dir_fd, "d", AT_REMOVEDIR), 0);
	assert_int_equal(count_names(), 1);
}

/* A full disk (here: a limit on the size of files) leaves the old file. */
static void
test_full(void **state)
{
	static char big[100000];
	struct why why = {""};
	struct rlimit limit, old;

	(void)state;
	assert_int_equal(
	    io_replace_file(dir_fd, "file", "kept", 4, 0644, &why), RES_OK);
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 50000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(
	    io_replace_file(dir_fd, "file", big, sizeof(big), 0644, &why),
	    RES_TEMP);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_non_null(strstr(why.text, "write: "));
	assert_file("kept");
	assert_int_equal(count_names(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_short_counts),
	    cmocka_unit_test(test_errors), cmocka_unit_test(test_replace),
	    cmocka_unit_test(test_readers), cmocka_unit_test(test_mtime),
	    cmocka_unit_test(test_bad_names), cmocka_unit_test(test_full)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
