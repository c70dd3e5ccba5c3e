/*
 * main.c - imip-processor: takes messages from the spool, decides, remembers,
 * answers
 *
 * This process only forks and waits.  It never reads a message, never touches
 * the store, never loses one and never dies of one: what dies is a child, and
 * that is started again.
 */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/sandbox.h"
#include "lib/base/version.h"
#include "lib/directory/directory.h"
#include "lib/engine/settings.h"
#include "processor/child.h"

#define SECOND     INT64_C(1000)
#define DELAY_MAX  (60 * SECOND) /* between two starts of a child */
#define DEATHS_MAX 7 /* of a child in --drain: two bad messages and one more */

static const char usage_text[] =
    "usage: imip-processor [-c CONF] [--drain]\n"
    "  -c CONF    settings (default IMIPD_CONF or /etc/imipd/imipd.conf)\n"
    "  --drain    work until spool and outbox are empty, then exit 0\n"
    "  --help     this text; --version: version and active sandbox\n";

/* One of the children, as the supervisor sees it. */
struct role {
	const char *name;
	int (*run)(const struct child *child);
	pid_t pid;       /* 0: not running */
	int64_t started; /* by child_clock(), as not_before */
	int64_t delay;   /* milliseconds before the next start */
	int64_t not_before;
	int absent; /* 1: the first one found nothing to work on */
};

struct supervisor {
	const char *conf;
	struct settings *settings;
	struct child child;
	int lock;  /* descriptor of the spool that is ours alone */
	int begun; /* 1: a worker was started before */
	int wake[2];
	char folder[512]; /* of this program, where the reader is too */
	struct role role[2];
};

/* What --version says. */
static void
print_version(void)
{
	char box[200];

	(void)printf("imip-processor %s\nsandbox: %s\n", IMIPD_VERSION,
	    sandbox_describe(box, sizeof(box)));
}

/* Is the spool that we hold still the one at this path? */
static int
is_locked(const struct supervisor *s, const char *path)
{
	struct stat ours, there;

	return s->lock >= 0 && fstat(s->lock, &ours) == 0 &&
	       stat(path, &there) == 0 && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino;
}

/* Pass a signal on. */
static void
tell(const struct supervisor *s, int signo)
{
	size_t i;

	for (i = 0; i < 2; i++)
		if (s->role[i].pid > 0)
			(void)kill(s->role[i].pid, signo);
}

/* One supervisor a spool: the lock ends with the process and its children. */
static enum res
lock_spool(struct supervisor *s, const char *path, struct why *why)
{
	struct stat st;
	int fd;

	if (is_locked(s, path))
		return RES_OK;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return why_set(why, RES_TEMP, "spool %s: %s%s", path,
		    strerror(errno),
		    errno == ENOENT ? "; imip-admin init makes it" : "");
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		(void)close(fd);
		return why_set(why, RES_TEMP,
		    "spool %s: another imip-processor works on it", path);
	}
	if (s->lock >= 0) {
		/* Children that live on would keep the old lock, and the old
		 * spool may come back: its disk was away. */
		tell(s, SIGTERM);
		(void)close(s->lock);
	}
	s->lock = fd;
	if (fstat(fd, &st) < 0)
		return why_set(
		    why, RES_TEMP, "spool %s: %s", path, strerror(errno));
	s->child.device = st.st_dev;
	s->child.inode = st.st_ino;
	return RES_OK;
}

/* Read settings and calendars; a first time must succeed. */
static enum res
load(struct supervisor *s, struct why *why)
{
	struct settings *settings;
	struct directory *directory;
	TALLOC_CTX *ctx = mem_check(talloc_new(NULL));
	enum res r = settings_read(ctx, s->conf, &settings, why);

	if (r == RES_OK)
		r = directory_open(ctx, settings->calendars, settings->horizon,
		    &directory, why);
	/* At the start a spool that is missing is no wrong setting. */
	if (r == RES_OK && s->settings != NULL)
		r = lock_spool(s, settings->spool, why);
	if (r != RES_OK) {
		talloc_free(ctx);
		return r;
	}
	talloc_free(talloc_parent(s->settings));
	s->settings = settings;
	s->child.settings = settings;
	return RES_OK;
}

/* Where the programs are: the sandbox of the worker must let it start one. */
static void
find_folder(struct supervisor *s)
{
	ssize_t n =
	    readlink("/proc/self/exe", s->folder, sizeof(s->folder) - 1);
	char *slash;

	s->folder[n < 0 ? 0 : n] = '\0';
	slash = strrchr(s->folder, '/');
	if (slash != NULL)
		*slash = '\0';
	s->child.reader = s->folder[0] == '\0' ? "/" : s->folder;
}

/* Start a child; it does not return here. */
static void
start(struct supervisor *s, struct role *role)
{
	struct why why = {""};
	pid_t pid;

	/* The directory may have been made anew since. */
	if (lock_spool(s, s->settings->spool, &why) != RES_OK) {
		child_complain(why.text);
		role->not_before = child_clock() + SECOND;
		return;
	}
	pid = child_fork();
	if (pid < 0) {
		log_line(LOG_ERROR, "-", "event=fork-failed detail=\"%s\"",
		    strerror(errno));
		role->not_before = child_clock() + SECOND;
		return;
	}
	if (pid == 0) {
		s->child.wake = s->wake[role->run == worker_run ? 1 : 0];
		s->child.first = !s->begun;
		_exit(role->run(&s->child));
	}
	s->begun = s->begun || role->run == worker_run;
	role->pid = pid;
	role->started = child_clock();
}

/* A child ended: say so, and how soon it may start again. */
static void
ended(struct role *role, int status)
{
	int died = WIFSIGNALED(status) || WEXITSTATUS(status) != 0;

	role->pid = 0;
	if (!died) {
		role->delay = 0;
		role->not_before = 0;
		return;
	}
	role->absent = WIFEXITED(status) && WEXITSTATUS(status) == CHILD_ABSENT;
	if (role->absent)
		return;
	if (WIFSIGNALED(status))
		log_line(LOG_ERROR, "-", "event=%s-killed signal=%d",
		    role->name, WTERMSIG(status));
	else
		log_line(LOG_ERROR, "-", "event=%s-failed exit=%d", role->name,
		    WEXITSTATUS(status));
	/* The first restart is at once; one that keeps dying slows down. */
	if (child_clock() - role->started > DELAY_MAX)
		role->delay = 0;
	role->not_before = child_clock() + role->delay;
	role->delay = role->delay == 0 ? SECOND : role->delay * 2;
	if (role->delay > DELAY_MAX)
		role->delay = DELAY_MAX;
}

/* Take the ended children off the table without waiting for others. */
static void
reap(struct supervisor *s)
{
	int status;
	pid_t pid;
	size_t i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < 2; i++)
			if (s->role[i].pid == pid)
				ended(&s->role[i], status);
}

/* SIGHUP: new settings if they are good, the old ones if not. */
static void
reload(struct supervisor *s)
{
	struct why why = {""};

	child_reload = 0;
	if (load(s, &why) != RES_OK) {
		log_line(LOG_ERROR, "-", "event=reload-refused detail=\"%s\"",
		    why.text);
		return;
	}
	log_line(LOG_NOTE, "-", "event=reload");
	tell(s, SIGHUP); /* they end after the message in hand */
}

/* Keep both children alive until told to stop. */
static int
serve(struct supervisor *s)
{
	size_t i;

	while (!child_stop) {
		reap(s);
		if (s->role[0].absent)
			break;
		if (child_reload)
			reload(s);
		for (i = 0; i < 2; i++)
			if (s->role[i].pid == 0 &&
			    child_clock() >= s->role[i].not_before)
				start(s, &s->role[i]);
		(void)child_wait(-1, -1, 1000);
	}
	tell(s, SIGTERM);
	for (i = 0; i < 2; i++)
		if (s->role[i].pid > 0)
			while (waitpid(s->role[i].pid, NULL, 0) < 0 &&
			       errno == EINTR)
				tell(s, SIGTERM);
	return s->role[0].absent ? EX_TEMPFAIL : 0;
}

/* Run one child to its end; a death is tried again as in service. */
static int
run_once(struct supervisor *s, struct role *role)
{
	int status = 0, deaths;

	/* Each death costs the message in hand a try, so that it is over soon;
	 * the bound is for what is not a message's doing. */
	for (deaths = 0; deaths < DEATHS_MAX && !child_stop; deaths++) {
		while (child_clock() < role->not_before && !child_stop)
			(void)child_wait(-1, -1, 100);
		start(s, role);
		if (role->pid == 0)
			return EX_TEMPFAIL;
		while (waitpid(role->pid, &status, WNOHANG) == 0) {
			if (child_stop)
				tell(s, SIGTERM);
			(void)child_wait(-1, -1, 1000);
		}
		if (WIFEXITED(status)) {
			role->pid = 0;
			return WEXITSTATUS(status);
		}
		ended(role, status);
	}
	if (!child_stop)
		log_line(LOG_ERROR, "-",
		    "event=drain-stopped detail=\"the %s died %d times\"",
		    role->name, deaths);
	return EX_TEMPFAIL;
}

/* --drain: the worker until the spool is empty, then the sender. */
static int
drain(struct supervisor *s)
{
	int worker = run_once(s, &s->role[0]), sender;

	/* It has said so; the sender would only say it once more. */
	if (worker == CHILD_ABSENT)
		return EX_TEMPFAIL;
	sender = run_once(s, &s->role[1]);
	return worker != 0 ? worker : sender;
}

/* Read the command line. */
static void
options(struct supervisor *s, int argc, char **argv)
{
	static const struct option longs[] = {{"drain", no_argument, NULL, 'd'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "c:h", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			s->conf = optarg;
			break;
		case 'd':
			s->child.drain = 1;
			break;
		case 'h':
			(void)fputs(usage_text, stdout);
			exit(0);
		case 'V':
			print_version();
			exit(0);
		default:
			(void)fputs(usage_text, stderr);
			exit(EX_USAGE);
		}
	}
	if (optind < argc)
		fatal(EX_USAGE, "unexpected argument \"%s\"; see --help",
		    argv[optind]);
}

int
main(int argc, char **argv)
{
	struct supervisor s;
	struct why why = {""};
	enum res r;

	memset(&s, 0, sizeof(s));
	s.lock = -1;
	log_open("imip-processor", isatty(STDERR_FILENO));
	mem_init();
	language_init();
	options(&s, argc, argv);
	r = load(&s, &why);
	if (r != RES_OK)
		fatal(EX_CONFIG, "%s", why.text);
	if (lock_spool(&s, s.settings->spool, &why) != RES_OK)
		fatal(EX_TEMPFAIL, "%s", why.text);
	s.role[0].name = "worker";
	s.role[0].run = worker_run;
	s.role[1].name = "sender";
	s.role[1].run = sender_run;
	if (pipe(s.wake) < 0 || fcntl(s.wake[0], F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(s.wake[1], F_SETFL, O_NONBLOCK) < 0)
		fatal(EX_OSERR, "pipe: %s", strerror(errno));
	(void)fcntl(s.wake[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(s.wake[1], F_SETFD, FD_CLOEXEC);
	find_folder(&s);
	child_signals();
	return s.child.drain ? drain(&s) : serve(&s);
}
