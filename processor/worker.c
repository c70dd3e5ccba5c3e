/*
 * worker.c - spool and store: what waits is understood, decided, recorded
 *
 * No parser of hostile bytes runs here, and no network.  Trouble with the
 * store or the disk is never a message's fault: the try is given back and the
 * worker waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/sandbox.h"
#include "processor/batch.h"
#include "processor/child.h"
#include "processor/watch.h"

/* A scan at least so often, whatever inotify says. */
#define SCAN_MS      60000
#define POLL_MS      5000 /* without inotify */
#define BACKOFF_MAX  60
#define SWEEP_AGE    (INT64_C(36) * 3600)
#define NIGHTLY      INT64_C(86400)
#define HOUR_MS      INT64_C(3600000)
#define RETRY_ROUNDS 5
#define NAMES_MAX    10 /* strange names that are told one by one */

struct worker {
	const struct child *child;
	TALLOC_CTX *ctx;
	struct bench bench;
	struct watch watch;     /* of new/ */
	struct watch calendars; /* while something waits for one */
	int64_t next_round;     /* housekeeping, milliseconds */
	int64_t next_names;     /* strange ones are told again, milliseconds */
	size_t strange;         /* how many there were when they were told */
	int64_t next_look;      /* at the calendars, milliseconds */
	int64_t next_walk;      /* over the whole of new/, milliseconds */
	size_t later;           /* messages given back since the last one */
	int backoff;            /* seconds */
	int anew;               /* 1: all must be opened again */
};

/* Is it time to leave the loops? */
static int
is_stopping(const struct worker *w)
{
	return child_stop || w->anew || (child_reload && !w->child->drain);
}

/* Open the calendars; a wrong file among them concerns its own mail only. */
static enum res
open_directory(struct worker *w, struct why *why)
{
	const struct settings *s = w->child->settings;
	struct directory **d = &w->bench.engine.directory;
	struct why bad = {""};
	enum res r = directory_open(w->ctx, s->calendars, s->horizon, d, &bad);

	if (r != RES_OK && *d == NULL)
		return why_set(why, RES_TEMP, "%s", bad.text);
	if (r != RES_OK)
		log_line(LOG_ERROR, "-", "event=calendar-wrong detail=\"%s\"",
		    bad.text);
	return RES_OK;
}

/* Open everything the worker needs. */
static enum res
open_all(struct worker *w, struct why *why)
{
	const struct settings *s = w->child->settings;
	struct engine *e = &w->bench.engine;
	enum res r;

	e->settings = s;
	r = open_directory(w, why);
	if (r == RES_OK)
		r = store_open(w->ctx, s->store, STORE_WRITE, &e->store, why);
	if (r == RES_OK)
		r = spool_open(&w->bench.spool, s->spool, SPOOL_MEND, why);
	e->reader = reader_new(w->ctx, NULL);
	w->bench.ahead = reader_new(w->ctx, NULL);
	w->bench.wake = w->child->wake;
	return r;
}

/* What is done at the start and once a day. */
static void
housekeeping(struct worker *w)
{
	const struct settings *s = w->child->settings;
	struct store *store = w->bench.engine.store;
	int64_t now = (int64_t)time(NULL);
	size_t n = 0;
	struct why why = {""};
	enum res r;

	w->next_round = child_clock() + NIGHTLY * 1000;
	r = spool_sweep(&w->bench.spool, now, SWEEP_AGE, &n, &why);
	if (r == RES_OK)
		r = spool_expire(&w->bench.spool, now - s->keep, &n, &why);
	if (r == RES_OK)
		r = store_begin(store, &why);
	if (r == RES_OK) {
		r = store_expire(store, now - s->keep, &why);
		if (r == RES_OK)
			r = engine_extend(&w->bench.engine, "", INT64_MAX,
			    now / NIGHTLY * NIGHTLY, &n, &why);
		if (r == RES_OK)
			r = store_commit(store, &why);
		if (r != RES_OK)
			store_rollback(store);
	}
	if (r != RES_OK)
		child_complain(why.text);
}

/* Does the name, seen from dir, still lead to what is open as fd? */
static int
is_same(int dir, const char *name, int fd)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && fstatat(dir, name, &there, 0) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/*
 * Somebody may have removed a directory of the spool and made it again: what
 * is open is then the old one, where nothing ever comes.  A whole spool that
 * was replaced is outside the sandbox; a new worker may enter it.
 */
static enum res
check_spool(struct worker *w, struct why *why)
{
	struct spool *s = &w->bench.spool;

	if (s->root < 0 ||
	    !is_same(AT_FDCWD, w->child->settings->spool, s->root)) {
		w->anew = 1;
		return why_set(why, RES_TEMP, "spool %s is not there",
		    w->child->settings->spool);
	}
	if (is_same(s->root, "tmp", s->tmp) &&
	    is_same(s->root, "new", s->new) &&
	    is_same(s->root, "cur", s->cur) &&
	    is_same(s->root, "hold", s->hold) &&
	    is_same(s->root, "done", s->done))
		return RES_OK;
	log_line(LOG_WARN, "-", "event=spool-opened-again");
	spool_close(s);
	return spool_open(s, w->child->settings->spool, SPOOL_MEND, why);
}

/* Once a minute: tell of calendar files that became wrong, free old ones. */
static void
look_at_calendars(struct worker *w)
{
	struct directory *d = w->bench.engine.directory;
	struct why why = {""};

	if (child_clock() < w->next_look)
		return;
	w->next_look = child_clock() + SCAN_MS;
	if (directory_reload(d, &why) != RES_OK)
		log_line(LOG_ERROR, "-", "event=calendar-wrong detail=\"%s\"",
		    why.text);
}

/* Strange names that are being told. */
struct telling {
	const char *folder;
	size_t n;
};

/* spool_name_fn: the first few are named. */
static enum res
tell_name(void *arg, const char *name, struct why *why)
{
	struct telling *telling = arg;
	char quoted[256];

	(void)why;
	if (telling->n++ < NAMES_MAX)
		log_line(LOG_WARN, "-", "event=strange-file folder=%s name=%s",
		    telling->folder, log_quote(quoted, sizeof(quoted), name));
	return RES_OK;
}

/* Tell of what is in a folder of the spool and is no message. */
static void
tell_names(struct worker *w, enum spool_state state)
{
	struct telling telling = {spool_state_name(state), 0};
	struct why why = {""};

	if (spool_strange(&w->bench.spool, state, tell_name, &telling, &why) !=
	    RES_OK)
		child_complain(why.text);
	if (telling.n > NAMES_MAX)
		log_line(LOG_WARN, "-", "event=strange-file folder=%s more=%zu",
		    telling.folder, telling.n - NAMES_MAX);
}

/* After a walk: tell of strange names when they changed, or after an hour. */
static void
look_at_names(struct worker *w)
{
	size_t strange = w->bench.strange_new + w->bench.strange_cur;
	int64_t now = child_clock();

	if (strange == w->strange && now < w->next_names)
		return;
	w->strange = strange;
	w->next_names = now + HOUR_MS;
	if (strange == 0)
		return;
	tell_names(w, SPOOL_NEW);
	tell_names(w, SPOOL_CUR);
}

/* What must wait, and why: the first of it. */
static size_t
count_later(const struct batch *b, struct why *why)
{
	size_t i, later = 0;

	for (i = 0; i < b->n; i++) {
		if (b->job[i].stage != STAGE_LATER)
			continue;
		if (later++ == 0)
			(void)why_set(why, RES_TEMP, "%s waits: %s",
			    b->job[i].item.id,
			    b->job[i].refusal == NULL ? "" : b->job[i].refusal);
	}
	return later;
}

/*
 * One batch.  *idle is set if nothing waited, w->later grows by what was given
 * back, and why says of one.  RES_TEMP: something is wrong that time may heal.
 */
static enum res
one_batch(struct worker *w, int *idle, struct why *why)
{
	struct batch b;
	struct why first = {""};
	enum res r = batch_claim(&b, &w->bench, why);
	size_t later;

	*idle = r == RES_OK && b.n == 0;
	if (b.n > 0) {
		enum res settled;

		batch_understand(&b, &w->bench);
		settled = batch_settle(&b, &w->bench, why);
		if (settled != RES_OK)
			r = settled;
	}
	later = r == RES_OK ? count_later(&b, &first) : 0;
	if (later > 0 && w->later == 0)
		*why = first;
	w->later += later;
	/* Without a reader the rest would fare no better. */
	if (r == RES_OK && b.absent > 1)
		r = why_set(why, RES_TEMP, "%s", first.text);
	batch_free(&b);
	return r;
}

/*
 * Walk the spool, from end to end or, with resume, only what came after the
 * last walk: so what waits is not asked again because something else came.
 * Messages that must wait are counted in w->later and said; RES_TEMP: all must.
 */
static enum res
work(struct worker *w, int resume, struct why *why)
{
	enum res r;
	int idle = 0;

	if (!resume) {
		w->bench.after[0] = '\0';
		w->later = 0;
	}
	watch_arm(&w->watch);
	watch_arm(&w->calendars);
	r = check_spool(w, why);
	while (r == RES_OK && !idle && !is_stopping(w))
		r = one_batch(w, &idle, why);
	if (r == RES_OK && idle)
		look_at_names(w);
	return r;
}

/* Say what waits, and set when it is tried again. */
static void
wait_longer(struct worker *w, enum res r, const char *text)
{
	char many[sizeof(struct why) + 40];

	if (r == RES_OK && w->later > 1) {
		(void)snprintf(many, sizeof(many), "%zu messages wait; %s",
		    w->later, text);
		text = many;
	}
	if (text[0] != '\0')
		child_complain(text);
	w->backoff = w->backoff == 0 ? 1 : w->backoff * 2;
	if (w->backoff > BACKOFF_MAX)
		w->backoff = BACKOFF_MAX;
	w->next_walk = child_clock() + w->backoff * 1000;
}

/*
 * Wait until something comes, or until trouble may be over.
 * Returns 1 if only what came needs a look.
 */
static int
await(struct worker *w, enum res r)
{
	int64_t left = w->next_walk - child_clock();
	int came;

	if (w->watch.wd < 0 && left > POLL_MS)
		left = POLL_MS;
	if (left < 0)
		left = 0;
	/* When nothing works, news is no news. */
	came = child_wait(r == RES_OK ? w->watch.fd : -1,
	    r == RES_OK && w->later > 0 ? w->calendars.fd : -1, (int)left);
	if ((came & 2) != 0)
		w->backoff = 0;
	return came == 1 && w->later > 0;
}

/* Until told to stop. */
static int
serve(struct worker *w)
{
	int resume = 0;

	while (!is_stopping(w)) {
		struct why why = {""};
		int worn = w->backoff == BACKOFF_MAX;
		enum res r;

		if (child_clock() >= w->next_round)
			housekeeping(w);
		look_at_calendars(w);
		r = work(w, resume, &why);
		if (r == RES_OK && w->later == 0) {
			w->backoff = 0;
			w->next_walk = child_clock() + SCAN_MS;
		} else if (r != RES_OK || !resume) {
			wait_longer(w, r, why.text);
		}
		/* What does not heal may be something that is open. */
		if (r != RES_OK && worn)
			w->anew = 1;
		if (!is_stopping(w))
			resume = await(w, r);
	}
	return 0;
}

/* Until nothing waits. */
static int
drain(struct worker *w)
{
	struct why why = {""};
	int round;

	for (round = 0; round < RETRY_ROUNDS && !is_stopping(w); round++) {
		if (work(w, 0, &why) == RES_OK && w->later == 0) {
			housekeeping(w);
			return 0;
		}
		(void)child_wait(-1, -1, 200);
	}
	if (child_stop)
		return 0;
	log_line(LOG_ERROR, "-", "event=drain-stopped detail=\"%s\"", why.text);
	return EX_TEMPFAIL;
}

/* Give up every right but spool, store, and starting the reader. */
static enum res
close_in(struct worker *w, struct why *why)
{
	const struct settings *s = w->child->settings;
	const char *signal_path = store_signal_path(w->bench.engine.store);
	const char *read[] = {"/usr", "/lib", "/lib64", "/etc", "/dev", "/proc",
	    s->calendars, w->child->reader, NULL};
	const char *write[] = {s->spool, folder_of(w->ctx, signal_path), NULL};
	struct sandbox box = {
	    .read = read, .write = write, .fork = 1, .file_bytes = -1};

	return sandbox_enter(&box, why);
}

/* Is the spool at its path still the one that the supervisor has locked? */
static int
is_locked(const struct child *child)
{
	struct stat st;

	return child->inode == 0 ||
	       (stat(child->settings->spool, &st) == 0 &&
		   st.st_dev == child->device && st.st_ino == child->inode);
}

/* Was the file of the store never made, or lost?  Its name follows "sqlite:" */
static int
is_lost(const char *url)
{
	const char *path = strchr(url, ':');
	struct stat st;

	if (path == NULL)
		return 0;
	if (stat(path + 1, &st) < 0)
		return errno == ENOENT;
	return st.st_size == 0;
}

/*
 * Must somebody do something, so that waiting is no use?  Only said when the
 * program is started: in service what is gone may come back.
 */
static int
is_absent(const struct worker *w, enum res r)
{
	const struct child *child = w->child;

	if (!child->first)
		return 0;
	return r == RES_PERM || child->drain || w->bench.engine.store != NULL ||
	       is_lost(child->settings->store);
}

/* Open everything, however long it takes; 0 if told to stop. */
static int
open_patiently(struct worker *w)
{
	int tries;

	for (tries = 0;; tries++) {
		struct why why = {""};
		enum res r;

		/* Another spool in its place needs its own lock first. */
		if (!is_locked(w->child))
			return 0;
		r = open_all(w, &why);
		if (r == RES_OK)
			return 1;
		if (tries == 0 && is_absent(w, r))
			fatal(CHILD_ABSENT, "%s", why.text);
		if (r != RES_TEMP || w->child->drain)
			fatal(EX_TEMPFAIL, "%s", why.text);
		child_complain(why.text);
		talloc_free_children(w->ctx);
		memset(&w->bench, 0, sizeof(w->bench));
		(void)child_wait(-1, -1, 1000);
		if (is_stopping(w))
			return 0;
	}
}

int
worker_run(const struct child *child)
{
	struct worker w;
	struct why why = {""};
	int code;

	memset(&w, 0, sizeof(w));
	w.child = child;
	w.ctx = mem_check(talloc_new(NULL));
	child_signals();
	if (!open_patiently(&w))
		return 0;
	watch_open(&w.watch, mem_print(w.ctx, "%s/new", child->settings->spool),
	    child->settings->spool);
	watch_open(&w.calendars, child->settings->calendars, NULL);
	if (!child->unboxed && close_in(&w, &why) != RES_OK)
		fatal(EX_OSERR, "%s", why.text);
	w.next_look = child_clock() + SCAN_MS;
	code = child->drain ? drain(&w) : serve(&w);
	reader_stop(w.bench.ahead);
	reader_stop(w.bench.engine.reader);
	watch_close(&w.watch);
	watch_close(&w.calendars);
	spool_close(&w.bench.spool);
	talloc_free(w.ctx);
	return code;
}
