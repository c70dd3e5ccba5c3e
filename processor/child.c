/* child.c - signals and waiting, shared by worker and sender; see child.h */
#define _GNU_SOURCE
#include "processor/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"

volatile sig_atomic_t child_stop;
volatile sig_atomic_t child_reload;

/* A signal that comes just before poll() must still end the wait. */
static int signal_pipe[2] = {-1, -1};

/* Only notes what came; the loops look. */
static void
note_signal(int signo)
{
	int saved = errno;

	if (signo == SIGHUP)
		child_reload = 1;
	else if (signo != SIGCHLD)
		child_stop = 1;
	if (write(signal_pipe[1], "s", 1) < 0)
		errno = saved; /* full: the wait ends all the same */
	errno = saved;
}

/* A pipe of this process alone; a child must not eat its parent's bytes. */
static void
open_signal_pipe(void)
{
	int i;

	for (i = 0; i < 2; i++)
		if (signal_pipe[i] >= 0)
			(void)close(signal_pipe[i]);
	if (pipe(signal_pipe) < 0) {
		signal_pipe[0] = signal_pipe[1] = -1;
		return;
	}
	for (i = 0; i < 2; i++) {
		(void)fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
	}
}

/* The signals that are noted. */
static sigset_t
noted(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGCHLD);
	return set;
}

void
child_signals(void)
{
	sigset_t set = noted();
	struct sigaction sa;

	open_signal_pipe();
	child_stop = child_reload = 0;
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = note_signal;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGHUP, &sa, NULL);
	(void)sigaction(SIGCHLD, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &sa, NULL);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

pid_t
child_fork(void)
{
	sigset_t set = noted(), old;
	pid_t parent = getpid(), pid;

	(void)sigprocmask(SIG_BLOCK, &set, &old);
	pid = fork();
	if (pid != 0) {
		(void)sigprocmask(SIG_SETMASK, &old, NULL);
		return pid;
	}
	/* Alone it would go on with a spool that the next one wants. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	return 0;
}

/* Read away what is there; the bytes are only hints. */
static void
empty(int fd)
{
	char buf[4096];
	ssize_t n;

	do
		n = read(fd, buf, sizeof(buf));
	while (n == (ssize_t)sizeof(buf) || (n < 0 && errno == EINTR));
}

int
child_wait(int a, int b, int milliseconds)
{
	struct pollfd p[3] = {
	    {a, POLLIN, 0}, {b, POLLIN, 0}, {signal_pipe[0], POLLIN, 0}};
	int i, which = 0;

	if (poll(p, 3, milliseconds) <= 0)
		return 0;
	for (i = 0; i < 3; i++)
		if (p[i].revents & (POLLIN | POLLHUP | POLLERR)) {
			empty(p[i].fd);
			which |= 1 << i;
		}
	return which & 3;
}

int64_t
child_clock(void)
{
	struct timespec t = {0, 0};

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
child_complain(const char *text)
{
	static int64_t last;
	int64_t now = child_clock();

	if (last != 0 && now < last + 60000)
		return;
	last = now;
	log_line(LOG_ERROR, "-", "event=waiting detail=\"%s\"", text);
}

const char *
folder_of(TALLOC_CTX *ctx, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return "/";
	return mem_textn(ctx, path, (size_t)(slash - path));
}
