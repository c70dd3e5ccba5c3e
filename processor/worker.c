/*
 * worker.c - spool and store: what waits is understood, decided, recorded
 *
 * No parser of hostile bytes runs here, and no network.  Trouble with the
 * store or the disk is never a message's fault: the try is given back and the
 * worker waits.
 */
#include <stdio.h>
#include <string.h>
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
#define BACKOFF_MAX  60
#define SWEEP_AGE    (INT64_C(36) * 3600)
#define NIGHTLY      INT64_C(86400)
#define RETRY_ROUNDS 5

struct worker {
	const struct child *child;
	TALLOC_CTX *ctx;
	struct bench bench;
	struct watch watch;
	int64_t next_round; /* housekeeping, UTC */
	int64_t complained; /* when trouble was last logged, UTC */
	int backoff;        /* seconds */
};

/* Log trouble that goes on, once a minute. */
static void
complain(struct worker *w, const char *text)
{
	int64_t now = (int64_t)time(NULL);

	if (now - w->complained < 60 && now >= w->complained)
		return;
	w->complained = now;
	log_line(LOG_ERROR, "-", "event=waiting detail=\"%s\"", text);
}

/* Open everything the worker needs. */
static enum res
open_all(struct worker *w, struct why *why)
{
	const struct settings *s = w->child->settings;
	struct engine *e = &w->bench.engine;
	enum res r;

	e->settings = s;
	r = directory_open(
	    w->ctx, s->calendars, s->horizon, &e->directory, why);
	if (r == RES_OK)
		r = store_open(w->ctx, s->store, STORE_CREATE, &e->store, why);
	if (r == RES_OK)
		r = spool_open(&w->bench.spool, s->spool, 1, why);
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

	w->next_round = now + NIGHTLY;
	r = spool_sweep(&w->bench.spool, now, SWEEP_AGE, &n, &why);
	if (r == RES_OK)
		r = spool_expire(&w->bench.spool, now - s->keep, &n, &why);
	if (r == RES_OK)
		r = store_begin(store, &why);
	if (r == RES_OK) {
		r = store_expire(store, now - s->keep, &why);
		if (r == RES_OK)
			r = engine_extend(&w->bench.engine, "",
			    now + s->horizon, now, &n, &why);
		if (r == RES_OK)
			r = store_commit(store, &why);
		if (r != RES_OK)
			store_rollback(store);
	}
	if (r != RES_OK)
		complain(w, why.text);
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
 * One batch.  *idle is set if nothing waited, *later grows by what was given
 * back.  RES_TEMP: something is wrong that time may heal.
 */
static enum res
one_batch(struct worker *w, int *idle, size_t *later, struct why *why)
{
	struct batch b;
	enum res r = batch_claim(&b, &w->bench, why);

	*idle = r == RES_OK && b.n == 0;
	if (b.n > 0) {
		enum res settled;

		batch_understand(&b, &w->bench);
		settled = batch_settle(&b, &w->bench, why);
		if (settled != RES_OK)
			r = settled;
	}
	if (r == RES_OK)
		*later += count_later(&b, why);
	batch_free(&b);
	return r;
}

/* Walk the spool once, from end to end; RES_TEMP: some of it must wait. */
static enum res
work(struct worker *w, struct why *why)
{
	enum res r = RES_OK;
	size_t later = 0;
	int idle = 0;

	w->bench.after[0] = '\0';
	watch_arm(&w->watch);
	while (r == RES_OK && !idle && !child_stop && !child_reload)
		r = one_batch(w, &idle, &later, why);
	if (r == RES_OK && later > 0)
		r = RES_TEMP;
	if (r == RES_OK)
		w->backoff = 0;
	return r;
}

/* How long to wait: until something comes, or until trouble may be over. */
static int
pause_ms(struct worker *w, enum res last)
{
	if (last == RES_OK)
		return SCAN_MS;
	w->backoff = w->backoff == 0 ? 1 : w->backoff * 2;
	if (w->backoff > BACKOFF_MAX)
		w->backoff = BACKOFF_MAX;
	return w->backoff * 1000;
}

/* Until told to stop. */
static int
serve(struct worker *w)
{
	while (!child_stop && !child_reload) {
		struct why why = {""};
		enum res r;

		if ((int64_t)time(NULL) >= w->next_round)
			housekeeping(w);
		r = work(w, &why);
		if (r != RES_OK)
			complain(w, why.text);
		if (!child_stop && !child_reload)
			child_wait(
			    r == RES_OK ? w->watch.fd : -1, -1, pause_ms(w, r));
	}
	return 0;
}

/* Until nothing waits. */
static int
drain(struct worker *w)
{
	struct why why = {""};
	int round;

	for (round = 0; round < RETRY_ROUNDS && !child_stop; round++) {
		if (work(w, &why) == RES_OK)
			return 0;
		child_wait(-1, -1, 200);
	}
	log_line(LOG_ERROR, "-", "event=drain-stopped detail=\"%s\"", why.text);
	return EX_TEMPFAIL;
}

/* The directory a file is in. */
static const char *
folder_of(TALLOC_CTX *ctx, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return "/";
	return mem_textn(ctx, path, (size_t)(slash - path));
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
	while (open_all(&w, &why) == RES_TEMP && !child->drain && !child_stop) {
		complain(&w, why.text);
		talloc_free_children(w.ctx);
		child_wait(-1, -1, 1000);
		why.text[0] = '\0';
	}
	if (why.text[0] != '\0')
		fatal(EX_TEMPFAIL, "%s", why.text);
	if (!child->unboxed && close_in(&w, &why) != RES_OK)
		fatal(EX_OSERR, "%s", why.text);
	watch_open(
	    &w.watch, mem_print(w.ctx, "%s/new", w.child->settings->spool));
	code = child->drain ? drain(&w) : serve(&w);
	reader_stop(w.bench.ahead);
	reader_stop(w.bench.engine.reader);
	watch_close(&w.watch);
	spool_close(&w.bench.spool);
	talloc_free(w.ctx);
	return code;
}
