/*
 * pipe.c - letters out by a sendmail command
 *
 * "PATH -i -f SENDER -- RCPT" with the letter on its standard input, lines
 * ended by LF, without a shell and with next to no environment.  What it
 * prints becomes the reason.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/send/transport.h"

struct command {
	char *path;
};

/* A command that runs. */
struct run {
	pid_t pid;
	int in;  /* we write the letter here; -1: closed */
	int out; /* it prints here; -1: closed */
	const char *bytes;
	size_t left;
	int64_t deadline;
	char words[200];
	size_t nwords;
};

/* Close once. */
static void
shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* Start with the default signals and in a group that can be killed whole. */
static int
set_attributes(posix_spawnattr_t *attr)
{
	sigset_t all, none;

	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	return posix_spawnattr_setsigdefault(attr, &all) != 0 ||
	       posix_spawnattr_setsigmask(attr, &none) != 0 ||
	       posix_spawnattr_setpgroup(attr, 0) != 0 ||
	       posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF |
						  POSIX_SPAWN_SETSIGMASK |
						  POSIX_SPAWN_SETPGROUP) != 0;
}

/* Start the program with standard input and output at our pipes. */
static int
spawn_with(pid_t *pid, char *const argv[], int in, int out)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	static char lang[] = "LC_ALL=C";
	char *const env[] = {path, lang, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int e;

	if (posix_spawn_file_actions_init(&files) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attr) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	if (posix_spawn_file_actions_adddup2(&files, in, 0) != 0 ||
	    posix_spawn_file_actions_adddup2(&files, out, 1) != 0 ||
	    posix_spawn_file_actions_adddup2(&files, out, 2) != 0 ||
	    set_attributes(&attr))
		e = ENOMEM;
	else
		e = posix_spawn(pid, argv[0], &files, &attr, argv, env);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attr);
	return e;
}

/* Start the command for a letter. */
static enum res
start(struct run *run, const char *path, const struct letter *letter,
    struct why *why)
{
	const char *sender = letter->sender[0] != '\0' ? letter->sender : "<>";
	void *ctx = talloc_new(NULL);
	char *argv[] = {mem_text(ctx, path), mem_text(ctx, "-i"),
	    mem_text(ctx, "-f"), mem_text(ctx, sender), mem_text(ctx, "--"),
	    mem_text(ctx, letter->recipient), NULL};
	int in[2] = {-1, -1}, out[2] = {-1, -1}, e = 0;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ||
	    fcntl(in[1], F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(out[0], F_SETFL, O_NONBLOCK) < 0)
		e = errno;
	if (e == 0)
		e = spawn_with(&run->pid, argv, in[0], out[1]);
	talloc_free(ctx);
	shut(&in[0]);
	shut(&out[1]);
	run->in = in[1];
	run->out = out[0];
	if (e == 0)
		return RES_OK;
	shut(&run->in);
	shut(&run->out);
	return why_set(why, RES_TEMP, "%s: cannot run: %s", path, strerror(e));
}

/* Write more of the letter; the end of it, or of the reader, closes. */
static void
feed(struct run *run)
{
	ssize_t w = write(run->in, run->bytes, run->left);

	if (w > 0) {
		run->bytes += w;
		run->left -= (size_t)w;
	}
	if (run->left == 0 || (w < 0 && errno != EAGAIN && errno != EINTR))
		shut(&run->in);
}

/* Keep the first words that are printed, drop the rest. */
static void
listen_to(struct run *run)
{
	char buf[1024];
	ssize_t n = read(run->out, buf, sizeof(buf));
	size_t i;

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(&run->out);
	for (i = 0; n > 0 && i < (size_t)n; i++)
		if (run->nwords + 1 < sizeof(run->words))
			run->words[run->nwords++] =
			    buf[i] < 0x20 || buf[i] > 0x7e ? ' ' : buf[i];
}

/* Feed and listen for a moment at most. */
static void
turn(struct run *run, int ms)
{
	struct pollfd p[2] = {
	    {.fd = run->in, .events = POLLOUT, .revents = 0},
	    {.fd = run->out, .events = POLLIN, .revents = 0},
	};

	if (poll(p, 2, ms) <= 0)
		return;
	if (p[0].revents != 0)
		feed(run);
	if (p[1].revents != 0)
		listen_to(run);
}

/*
 * Wait for the end.  The status is asked for between turns, since a grandchild
 * may keep the output open for ever.
 * Returns 1: *status is set; 0: it took too long; -1: the status is lost.
 */
static int
see_out(struct run *run, int *status)
{
	int ms = 1;

	for (;;) {
		pid_t p = waitpid(run->pid, status, WNOHANG);

		if (p == run->pid)
			return 1;
		if (p < 0 && errno != EINTR)
			return -1;
		if (send_clock() >= run->deadline)
			return 0;
		turn(run, ms);
		if (ms < 16)
			ms *= 2;
	}
}

/* End the command and all it started. */
static void
end_by_force(const struct run *run)
{
	int status;

	(void)kill(-run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		continue;
}

/* What an exit code means, sysexits(3). */
static enum res
meaning(int code)
{
	switch (code) {
	case 0:
		return RES_OK;
	case EX_OSERR:
	case EX_CANTCREAT:
	case EX_IOERR:
	case EX_TEMPFAIL:
		return RES_TEMP;
	default:
		return code >= EX__BASE && code <= EX__MAX ? RES_PERM
		                                           : RES_TEMP;
	}
}

/* Judge the end of the command. */
static enum res
judge(const struct run *run, const char *path, int status, struct why *why)
{
	const char *words = run->nwords > 0 ? run->words : "no words";

	if (!WIFEXITED(status))
		return why_set(why, RES_TEMP, "%s: ended by signal %d: %s",
		    path, WTERMSIG(status), words);
	if (WEXITSTATUS(status) != 0)
		return why_set(why, meaning(WEXITSTATUS(status)),
		    "%s: exit %d: %s", path, WEXITSTATUS(status), words);
	if (run->left > 0)
		return why_set(why, RES_TEMP,
		    "%s: exit 0, but it did not read the letter", path);
	return RES_OK;
}

/* One letter, one process. */
static enum res
pipe_deliver(struct send *send, const struct letter *letter, struct why *why)
{
	const struct command *c = send->state;
	struct run run;
	char *bytes;
	int status = 0, seen;
	enum res r;

	memset(&run, 0, sizeof(run));
	run.deadline = send_clock() + send->whole_ms;
	r = start(&run, c->path, letter, why);
	if (r != RES_OK) {
		send->down = 1;
		return r;
	}
	bytes = send_unix_lines(NULL, letter, &run.left);
	run.bytes = bytes;
	seen = see_out(&run, &status);
	if (seen == 0)
		end_by_force(&run);
	turn(&run, 0);
	shut(&run.in);
	shut(&run.out);
	talloc_free(bytes);
	if (seen == 1)
		return judge(&run, c->path, status, why);
	return why_set(why, RES_TEMP, "%s: %s", c->path,
	    seen == 0 ? "took too long" : "its exit status is lost");
}

/* sendmail:/path */
static enum res
pipe_open(struct send *send, const char *relay, struct why *why)
{
	const char *path = relay + strlen(send->transport->scheme);
	struct command *c = mem_new(send, struct command);

	if (path[0] != '/')
		return why_set(
		    why, RES_PERM, "relay: expected sendmail:/ABSOLUTE/PATH");
	c->path = mem_text(c, path);
	send->state = c;
	return RES_OK;
}

const struct transport transport_sendmail = {
    .scheme = "sendmail:",
    .form = "sendmail:PATH",
    .open = pipe_open,
    .deliver = pipe_deliver,
    .idle = NULL,
};
