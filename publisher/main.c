/*
 * main.c - imip-publisher: turns what changed into static files
 *
 * It never changes a booking, never rewrites a file whose bytes are the same,
 * never touches a file that it did not make.  The store's signal and inotify
 * only say when to look; what is looked at decides.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/civil.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/sandbox.h"
#include "lib/base/version.h"
#include "lib/base/zone.h"
#include "publisher/files.h"
#include "publisher/hint.h"
#include "publisher/pass.h"

#define PAUSE_MS 200  /* between passes, so that a burst costs few */
#define RESCAN   60   /* seconds between looks that nobody asked for */
#define RETRY_MS 1000 /* while the store or the directory cannot be had */

static const char usage_text[] =
    "usage: imip-publisher [-c CONF] [--once] [--all]\n"
    "  -c CONF    settings (default IMIPD_CONF or /etc/imipd/imipd.conf)\n"
    "  --once     publish what is behind, then exit 0, or 75 if it failed\n"
    "  --all      render every calendar first, not only what changed\n"
    "  --help     this text; --version: version and active sandbox\n";

static volatile sig_atomic_t stop_asked, reload_asked;

/* The program while it runs. */
struct service {
	const char *conf; /* NULL: the default */
	int once;
	size_t faults; /* of calendar files at the start */
	struct publisher publisher;
	TALLOC_CTX *ctx;
	TALLOC_CTX *settings_ctx;
	struct hint hint;
	sigset_t waiting;  /* the signal mask while it waits */
	time_t complained; /* about the store, or 0 */
	int64_t day;       /* of the last full look */
};

/* Note a signal. */
static void
on_signal(int number)
{
	if (number == SIGHUP)
		reload_asked = 1;
	else
		stop_asked = 1;
}

/* Signals arrive only while the program waits. */
static void
catch_signals(struct service *s)
{
	static const int number[] = {SIGTERM, SIGINT, SIGHUP};
	struct sigaction action;
	sigset_t blocked;
	size_t i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	(void)sigemptyset(&blocked);
	for (i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
		(void)sigaction(number[i], &action, NULL);
		(void)sigaddset(&blocked, number[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &blocked, &s->waiting);
	for (i = 0; i < sizeof(number) / sizeof(number[0]); i++)
		(void)sigdelset(&s->waiting, number[i]);
}

/* Wait for a hint, a signal, or the end of the time. */
static void
wait_for(struct service *s, int fd, int64_t milliseconds)
{
	struct pollfd p = {fd, POLLIN, 0};
	struct timespec t;

	t.tv_sec = (time_t)(milliseconds / 1000);
	t.tv_nsec = (long)(milliseconds % 1000) * 1000000;
	(void)ppoll(&p, fd < 0 ? 0 : 1, &t, &s->waiting);
}

/* Say once a minute what keeps the program from working. */
static void
complain(struct service *s, const char *text)
{
	time_t now = time(NULL);

	if (s->complained != 0 && now - s->complained < 60 &&
	    now >= s->complained)
		return;
	s->complained = now;
	log_line(LOG_ERROR, "-", "event=cannot-publish detail=\"%s\"", text);
}

/* --- settings ------------------------------------------------------------ */

/* The directory that a path is in. */
static const char *
folder_of(TALLOC_CTX *ctx, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	if (slash == path)
		return "/";
	return mem_textn(ctx, path, (size_t)(slash - path));
}

/* The file that settings are read from. */
static const char *
conf_path(const char *conf)
{
	const char *path = conf != NULL ? conf : getenv("IMIPD_CONF");

	return path != NULL && *path != '\0' ? path : SETTINGS_PATH;
}

/* Read imipd.conf. */
static enum res
read_settings(struct service *s, struct why *why)
{
	TALLOC_CTX *ctx = mem_check(talloc_new(s->ctx));
	struct settings *settings = NULL;
	enum res r = settings_read(ctx, s->conf, &settings, why);

	if (r == RES_OK && settings->publish[0] == '\0')
		r = why_set(why, RES_PERM,
		    "%s: publish is not set: the directory for the files",
		    conf_path(s->conf));
	if (r != RES_OK) {
		talloc_free(ctx);
		return r;
	}
	s->settings_ctx = ctx;
	s->publisher.settings = settings;
	return RES_OK;
}

/* Are the places the same?  The sandbox is built around them. */
static int
same_places(const struct settings *a, const struct settings *b)
{
	return strcmp(a->store, b->store) == 0 &&
	       strcmp(a->calendars, b->calendars) == 0 &&
	       strcmp(a->publish, b->publish) == 0;
}

/* SIGHUP: take new settings if they are good and of the same places. */
static void
reload_settings(struct service *s)
{
	const struct settings *old = s->publisher.settings;
	TALLOC_CTX *old_ctx = s->settings_ctx;
	struct why why = {""};

	if (read_settings(s, &why) != RES_OK) {
		log_line(LOG_ERROR, "-", "event=reload-refused detail=\"%s\"",
		    why.text);
		return;
	}
	if (!same_places(old, s->publisher.settings)) {
		talloc_free(s->settings_ctx);
		s->settings_ctx = old_ctx;
		s->publisher.settings = old;
		log_line(LOG_ERROR, "-",
		    "event=reload-refused detail=\"store, calendars and "
		    "publish change with a restart only\"");
		return;
	}
	talloc_free(old_ctx);
	log_line(LOG_NOTE, "-", "event=reload");
}

/* Say which calendar files are wrong; returns how many. */
static size_t
log_faults(const struct service *s)
{
	size_t i, n = 0;
	const char *const *fault = directory_faults(s->publisher.directory, &n);

	for (i = 0; i < n; i++)
		log_line(LOG_ERROR, "-", "event=calendar-wrong detail=\"%s\"",
		    fault[i]);
	return n;
}

/* Look at the calendar files again. */
static void
reload_directory(struct service *s)
{
	struct why why = {""};

	if (directory_reload(s->publisher.directory, &why) == RES_TEMP)
		complain(s, why.text);
	(void)log_faults(s);
}

/* --- opening ------------------------------------------------------------- */

/* Read the calendars; what is wrong with one does not stop the others. */
static enum res
open_directory(struct service *s, struct why *why)
{
	struct publisher *p = &s->publisher;
	enum res r = directory_open(s->ctx, p->settings->calendars,
	    p->settings->horizon, &p->directory, why);

	if (r == RES_PERM && p->directory != NULL) {
		s->faults = log_faults(s);
		return RES_OK;
	}
	return r;
}

/* Open what a pass works on. */
static enum res
open_all(struct service *s, struct why *why)
{
	struct publisher *p = &s->publisher;
	enum res r = RES_OK;

	if (p->directory == NULL)
		r = open_directory(s, why);
	if (r == RES_OK && p->store == NULL)
		r = store_open(
		    s->ctx, p->settings->store, STORE_WRITE, &p->store, why);
	if (r == RES_OK && p->dir < 0)
		r = files_open(p->settings->publish, &p->dir, why);
	return r;
}

/* Nothing may be written but the published files and the store's. */
static enum res
enter_sandbox(struct service *s, struct why *why)
{
	const struct settings *settings = s->publisher.settings;
	const char *read[] = {settings->calendars, zone_directory(),
	    folder_of(s->ctx, conf_path(s->conf)), NULL};
	const char *write[] = {settings->publish,
	    folder_of(s->ctx, store_signal_path(s->publisher.store)), NULL};
	struct sandbox box;

	memset(&box, 0, sizeof(box));
	box.read = read;
	box.write = write;
	box.network = strncmp(settings->store, "sqlite:", 7) != 0;
	box.file_bytes = -1;
	return sandbox_enter(&box, why);
}

/* Open everything; the service waits for what is not there yet. */
static enum res
begin(struct service *s, struct why *why)
{
	enum res r = open_all(s, why);

	while (r == RES_TEMP && !s->once && !stop_asked) {
		complain(s, why->text);
		wait_for(s, -1, RETRY_MS);
		r = open_all(s, why);
	}
	if (r == RES_OK)
		r = enter_sandbox(s, why);
	return r;
}

/* --- working ------------------------------------------------------------- */

/* Run one pass; returns 1 if all that it looked at is published. */
static int
pass(struct service *s, enum look look)
{
	struct why why = {""};
	struct tally t;

	if (pass_run(&s->publisher, look, (int64_t)time(NULL), &t, &why) !=
	    RES_OK) {
		complain(s, why.text);
		return 0;
	}
	s->complained = 0;
	if (!s->once && t.written + t.removed + t.failed > 0)
		log_line(LOG_NOTE, "-",
		    "event=published written=%zu same=%zu removed=%zu "
		    "failed=%zu",
		    t.written, t.same, t.removed, t.failed);
	return t.failed == 0;
}

/* Milliseconds until a look is due that nobody asks for. */
static int64_t
until_rescan(int64_t now)
{
	int64_t midnight = SECONDS_PER_DAY - now % SECONDS_PER_DAY;

	return 1000 * (midnight < RESCAN ? midnight : RESCAN);
}

/* The further of two looks. */
static enum look
further(enum look a, enum look b)
{
	return a > b ? a : b;
}

/* How far the next pass must look, given what was asked for already. */
static enum look
next_look(struct service *s, enum look look, int settings)
{
	int64_t day = (int64_t)time(NULL) / SECONDS_PER_DAY;

	if (reload_asked) {
		reload_asked = 0;
		reload_settings(s);
		reload_directory(s);
		look = LOOK_ALL;
	} else if (settings && directory_is_stale(s->publisher.directory)) {
		reload_directory(s);
		look = LOOK_ALL;
	}
	if (day != s->day) {
		s->day = day;
		look = further(look, LOOK_FILES);
	}
	return look;
}

/*
 * Publish until SIGTERM.  A first hint is followed at once; those of the next
 * moment are collected.  Returns the exit code.
 */
static int
serve(struct service *s, enum look look)
{
	int settings = 0;

	while (!stop_asked) {
		int store = 0;
		int64_t rest;

		hint_arm(&s->hint);
		look = next_look(s, look, settings);
		/* What failed is looked at as closely the next time. */
		if (pass(s, look))
			look = LOOK_CHANGED;
		if (files_are_gone(s->publisher.dir)) {
			log_line(LOG_ERROR, "-",
			    "event=end detail=\"%s was removed\"",
			    s->publisher.settings->publish);
			return EX_TEMPFAIL;
		}
		wait_for(s, -1, PAUSE_MS);
		settings = 0;
		rest = until_rescan((int64_t)time(NULL));
		hint_drain(&s->hint, &store, &settings);
		if (!store && !settings && !stop_asked && !reload_asked) {
			wait_for(s, s->hint.fd, rest);
			hint_drain(&s->hint, &store, &settings);
		}
		/* Nothing came: it is the minute, or a file of no concern. */
		if (!store && !settings)
			settings = 1;
	}
	log_line(LOG_NOTE, "-", "event=end");
	return EX_OK;
}

/* --once: one pass; returns the exit code. */
static int
publish_once(struct service *s, enum look look)
{
	int done = pass(s, look);

	/* What is wrong with a file stays wrong: that is the clearer news. */
	if (s->faults > 0)
		return EX_CONFIG;
	return done ? EX_OK : EX_TEMPFAIL;
}

/* Run as a service or once. */
static int
run(struct service *s, enum look look)
{
	struct why why = {""};
	enum res r = read_settings(s, &why);

	if (r == RES_OK)
		r = begin(s, &why);
	if (stop_asked)
		return EX_OK;
	if (r != RES_OK)
		fatal(r == RES_PERM ? EX_CONFIG : EX_TEMPFAIL, "%s", why.text);
	if (s->once)
		return publish_once(s, look);
	s->day = (int64_t)time(NULL) / SECONDS_PER_DAY;
	hint_open(&s->hint, store_signal_path(s->publisher.store),
	    folder_of(s->ctx, store_signal_path(s->publisher.store)),
	    s->publisher.settings->calendars);
	return serve(s, look);
}

/* What --help and --version say. */
static int
explain(const char *option)
{
	char box[200];

	if (strcmp(option, "--help") == 0)
		(void)fputs(usage_text, stdout);
	else
		(void)printf("imip-publisher %s\nsandbox: %s\n", IMIPD_VERSION,
		    sandbox_describe(box, sizeof(box)));
	return fflush(stdout) == 0 ? EX_OK : EX_TEMPFAIL;
}

int
main(int argc, char **argv)
{
	struct service s;
	enum look look = LOOK_FILES;
	int i;

	log_open("imip-publisher", isatty(STDERR_FILENO));
	mem_init();
	memset(&s, 0, sizeof(s));
	s.publisher.dir = -1;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "--version") == 0)
			return explain(argv[i]);
		if (strcmp(argv[i], "--once") == 0)
			s.once = 1;
		else if (strcmp(argv[i], "--all") == 0)
			look = LOOK_ALL;
		else if (strcmp(argv[i], "-c") == 0 && i + 1 < argc)
			s.conf = argv[++i];
		else
			fatal(EX_USAGE,
			    "%s: unknown or without its value; "
			    "try --help",
			    argv[i]);
	}
	s.ctx = mem_check(talloc_new(NULL));
	catch_signals(&s);
	i = run(&s, look);
	talloc_free(s.ctx);
	return i;
}
