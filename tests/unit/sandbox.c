/*
 * sandbox.c - what a process cannot do any more once it is in the sandbox
 *
 * Each act is first done outside, where it must succeed, and then by a child
 * inside, which reports by its exit code or dies.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/sandbox.h"

#define REFUSED 99 /* exit code of a child that could not enter */
#define KILLED  (-SIGSYS)

static char top[] = "/tmp/imipd-sandbox-XXXXXX";
static char inside[64], outside[64], secret[80], moved[100], plain[80];
static const char *read_list[] = {inside, NULL};
static int inherited = -1;

/* The errno of a call that gave r, as an exit code; 0 if it succeeded. */
static int
code(long r)
{
	return r < 0 ? errno : 0;
}

/* Open and close. */
static int
try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);
	int e = code(fd);

	if (fd >= 0)
		(void)close(fd);
	return e;
}

/* --- the acts ------------------------------------------------------------ */

static int
read_passwd(void)
{
	return try_open("/etc/passwd", O_RDONLY);
}

static int
read_secret(void)
{
	return try_open(secret, O_RDONLY);
}

static int
read_inside(void)
{
	return try_open(plain, O_RDONLY);
}

static int
write_inside(void)
{
	return try_open(plain, O_WRONLY);
}

static int
truncate_secret(void)
{
	return code(truncate(secret, 3));
}

static int
truncate_inside(void)
{
	return code(truncate(plain, 3));
}

static int
make_outside(void)
{
	char path[100];
	int e;

	(void)snprintf(path, sizeof(path), "%s/made", outside);
	e = try_open(path, O_WRONLY | O_CREAT);
	(void)unlink(path);
	return e;
}

static int
move_inside(void)
{
	int e = code(rename(plain, moved));

	return e != 0 ? e : code(rename(moved, plain));
}

static int
make_inet_socket(void)
{
	return code(socket(AF_INET, SOCK_STREAM, 0));
}

static int
make_unix_socket(void)
{
	return code(socket(AF_UNIX, SOCK_STREAM, 0));
}

/* Start a program; 0 if it ran and said so. */
static int
run(const char *program, const char *argument)
{
	int status = 0;
	pid_t pid = fork();

	if (pid < 0)
		return errno;
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		(void)dup2(null, 1);
		(void)dup2(null, 2);
		(void)execl(program, program, argument, (char *)NULL);
		_exit(errno);
	}
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

static int
run_true(void)
{
	return run("/bin/true", NULL);
}

static int
run_cat_secret(void)
{
	return run("/bin/cat", secret);
}

static int
run_cat_inside(void)
{
	return run("/bin/cat", plain);
}

/* Become another program, without fork. */
static int
exec_true(void)
{
	(void)execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int
trace_me(void)
{
	return code(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int
map_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int
map_data(void)
{
	void *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

/* 256 MiB in pieces, as a parser that blows up would take them. */
static int
take_memory(void)
{
	int i;

	for (i = 0; i < 256; i++)
		if (map_data() != 0)
			return errno;
	return 0;
}

static int
write_inherited(void)
{
	return code(write(inherited, "x", 1));
}

static int
many_files(void)
{
	int i;

	for (i = 0; i < 20; i++)
		if (dup(1) < 0)
			return errno;
	return 0;
}

static int
call_abort(void)
{
	abort();
}

/* getpid by its x32 number: another door into the same kernel. */
static int
other_door(void)
{
	(void)syscall(0x40000000L + SYS_getpid);
	return 0;
}

/* Nothing. */
static void *
nothing(void *arg)
{
	return arg;
}

static int
make_thread(void)
{
	pthread_t t;
	int e = pthread_create(&t, NULL, nothing, NULL);

	return e != 0 ? e : pthread_join(t, NULL);
}

static int
core_limit(void)
{
	struct rlimit r;

	return getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_max == 0 ? 0 : 1;
}

/* --- running them -------------------------------------------------------- */

/* The exit code of a child that does it, or minus the signal it died of. */
static int
child(const struct sandbox *sandbox, int (*act)(void))
{
	struct why why = {""};
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		/* no sanitizer's report of a death that is wanted */
		(void)signal(SIGABRT, SIG_DFL);
		(void)signal(SIGSEGV, SIG_DFL);
		if (sandbox != NULL && sandbox_enter(sandbox, &why) != RES_OK)
			_exit(REFUSED);
		_exit(act());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* It works outside, and inside it ends as expected. */
static void
expect(const struct sandbox *sandbox, int (*act)(void), int expected)
{
	assert_int_equal(child(NULL, act), 0);
	assert_int_equal(child(sandbox, act), expected);
}

/* The sandbox of imip-reader, with a directory to read. */
static struct sandbox
reader_sandbox(void)
{
	struct sandbox s;

	memset(&s, 0, sizeof(s));
	s.read = read_list;
	s.seccomp = 1;
	s.memory = 64L << 20;
	s.files = 16;
	return s;
}

/* The sandbox of a worker. */
static struct sandbox
worker_sandbox(void)
{
	struct sandbox s;

	memset(&s, 0, sizeof(s));
	s.write = read_list;
	s.file_bytes = -1;
	return s;
}

/* --- tests --------------------------------------------------------------- */

static void
reader_files(void **state)
{
	struct sandbox s = reader_sandbox();

	(void)state;
	expect(&s, read_inside, 0);
	expect(&s, write_inside, EPERM);
	expect(&s, read_secret, EACCES);
	expect(&s, read_passwd, EACCES);
	expect(&s, make_outside, EPERM);
	expect(&s, move_inside, EPERM);
	expect(&s, truncate_secret, EPERM);
	expect(&s, write_inherited, -SIGXFSZ);
}

static void
reader_calls(void **state)
{
	struct sandbox s = reader_sandbox();

	(void)state;
	expect(&s, make_inet_socket, KILLED);
	expect(&s, make_unix_socket, KILLED);
	expect(&s, exec_true, KILLED);
	expect(&s, run_true, KILLED);
	expect(&s, make_thread, KILLED);
	expect(&s, trace_me, KILLED);
	expect(&s, map_data, 0);
	expect(&s, map_code, EPERM);
#ifdef __x86_64__
	assert_int_equal(child(NULL, other_door), 0);
	assert_int_equal(child(&s, other_door), KILLED);
#endif
}

static void
reader_limits(void **state)
{
	struct sandbox s = reader_sandbox();
	char text[200];

	(void)state;
	expect(&s, many_files, EPERM);
	assert_int_equal(child(NULL, call_abort), -SIGABRT);
	assert_int_equal(child(&s, call_abort), -SIGABRT);
	s.seccomp = 0;
	assert_int_equal(child(&s, core_limit), 0);
	expect(&s, many_files, EMFILE);
	if (strstr(sandbox_describe(text, sizeof(text)), "sanitizer") != NULL)
		expect(&s, take_memory, 0);
	else
		expect(&s, take_memory, ENOMEM);
}

static void
worker_files(void **state)
{
	struct sandbox s = worker_sandbox();

	(void)state;
	expect(&s, read_inside, 0);
	expect(&s, write_inside, 0);
	expect(&s, truncate_inside, 0);
	expect(&s, move_inside, 0);
	expect(&s, read_secret, EACCES);
	expect(&s, truncate_secret, EACCES);
	expect(&s, make_outside, EACCES);
	expect(&s, write_inherited, 0);
	/* what may be read may not be written */
	s.read = read_list;
	s.write = NULL;
	expect(&s, read_inside, 0);
	expect(&s, write_inside, EACCES);
}

static void
worker_calls(void **state)
{
	struct sandbox s = worker_sandbox();

	(void)state;
	expect(&s, make_inet_socket, EPERM);
	expect(&s, make_unix_socket, 0);
	expect(&s, exec_true, EPERM);
	expect(&s, run_true, EPERM);
	expect(&s, trace_me, EPERM);
	expect(&s, make_thread, 0);
	expect(&s, take_memory, 0);
	s.network = 1;
	expect(&s, make_inet_socket, 0);
	expect(&s, exec_true, EPERM);
}

static void
starting_programs(void **state)
{
	struct sandbox s = worker_sandbox();

	(void)state;
	s.fork = 1;
	expect(&s, run_true, 0);
	expect(&s, run_cat_inside, 0);
	expect(&s, make_inet_socket, EPERM);
	/* what it starts is in the same sandbox */
	assert_int_equal(child(NULL, run_cat_secret), 0);
	assert_int_not_equal(child(&s, run_cat_secret), 0);
}

static void
missing_paths_are_skipped(void **state)
{
	const char *missing[] = {"/nonexistent/path", inside, NULL};
	struct sandbox s = worker_sandbox();

	(void)state;
	s.read = missing;
	s.write = NULL;
	expect(&s, read_inside, 0);
	expect(&s, read_secret, EACCES);
}

static void
describes_itself(void **state)
{
	char text[200];

	(void)state;
	sandbox_describe(text, sizeof(text));
	assert_non_null(strstr(text, "landlock"));
	assert_non_null(strstr(text, "seccomp"));
	assert_non_null(strstr(text, "rlimits"));
}

/* Make a file with five bytes. */
static int
make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	ssize_t n = fd < 0 ? -1 : write(fd, "bytes", 5);

	return n == 5 ? close(fd) : -1;
}

/* Two directories, one of them closed to the children. */
static int
make_world(void **state)
{
	char path[80];

	(void)state;
	if (mkdtemp(top) == NULL)
		return -1;
	(void)snprintf(inside, sizeof(inside), "%s/inside", top);
	(void)snprintf(outside, sizeof(outside), "%s/outside", top);
	(void)snprintf(secret, sizeof(secret), "%s/secret", outside);
	(void)snprintf(plain, sizeof(plain), "%s/plain", inside);
	(void)snprintf(path, sizeof(path), "%s/sub", inside);
	(void)snprintf(moved, sizeof(moved), "%s/moved", path);
	if (mkdir(inside, 0755) < 0 || mkdir(outside, 0755) < 0 ||
	    mkdir(path, 0755) < 0 || make_file(secret) < 0 ||
	    make_file(plain) < 0)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/inherited", outside);
	inherited = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return inherited < 0 ? -1 : 0;
}

/* Leave nothing behind. */
static int
end_world(void **state)
{
	char path[80];

	(void)state;
	(void)unlink(secret);
	(void)unlink(plain);
	(void)snprintf(path, sizeof(path), "%s/inherited", outside);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/sub", inside);
	(void)rmdir(path);
	(void)rmdir(inside);
	(void)rmdir(outside);
	return rmdir(top);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reader_files),
	    cmocka_unit_test(reader_calls),
	    cmocka_unit_test(reader_limits),
	    cmocka_unit_test(worker_files),
	    cmocka_unit_test(worker_calls),
	    cmocka_unit_test(starting_programs),
	    cmocka_unit_test(missing_paths_are_skipped),
	    cmocka_unit_test(describes_itself),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
