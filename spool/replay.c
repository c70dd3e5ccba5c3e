/*
 * replay.c - decide messages of done/ once more
 *
 * Into a directory of its own: store and answers anew, from nothing, each
 * message at the time it arrived (promise P9).  Or, without one, back to new/
 * for the processor.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/send/send.h"
#include "lib/tool/tool.h"
#include "spool/job.h"

#define SOME 256

/* A replay under way. */
struct replay {
	struct job *job;
	struct engine engine; /* not used without --into */
	int scratch;          /* 1: into a directory of its own */
	int open;             /* a transaction is */
	size_t messages, unread, decisions, answers;
};

/* Has the message to be replayed at all? */
static int
is_wanted(const struct job *j, const char *id)
{
	size_t i;

	for (i = 0; i < j->nword; i++)
		if (strcmp(j->word[i], id) == 0)
			return 1;
	return j->nword == 0;
}

/* Decide and record one message that was opened. */
static enum res
settle(
    struct replay *p, struct errand *e, int fd, int64_t bytes, struct why *why)
{
	struct settled *settled;
	struct why said = {""};
	enum reading reading;
	int64_t from, to;
	enum res r;

	engine_window(&p->engine, e, &from, &to);
	reading = reader_ask(
	    p->engine.reader, e, fd, bytes, from, to, 0, &e->notice, &said);
	if (reading == READING_ABSENT)
		return why_set(why, RES_TEMP, "%s", said.text);
	if (reading != READING_OK) {
		p->unread++;
		return engine_refuse(
		    &p->engine, e, e, "unreadable", said.text, why);
	}
	r = engine_settle(&p->engine, e, e, 1, &settled, why);
	if (r == RES_OK)
		p->decisions += settled->n;
	return r;
}

/* One message into the directory; a transaction holds some of them. */
static enum res
replay_into(struct replay *p, struct spool_item *item, struct why *why)
{
	TALLOC_CTX *ctx = mem_check(talloc_new(p->job->ctx));
	struct errand *e;
	int64_t bytes;
	int fd;
	enum res r = RES_OK;

	if (!p->open)
		r = store_begin(p->engine.store, why);
	p->open = r == RES_OK;
	if (r == RES_OK)
		r = engine_open(
		    ctx, &p->job->spool, item, &e, &fd, &bytes, why);
	if (r == RES_OK) {
		r = settle(p, e, fd, bytes, why);
		(void)close(fd);
	}
	if (r == RES_OK && (p->messages + 1) % LIMIT_BATCH == 0) {
		r = store_commit(p->engine.store, why);
		p->open = 0;
	}
	talloc_free(ctx);
	return r;
}

/* One message, whichever way. */
static enum res
replay_item(struct replay *p, struct spool_item *item, struct why *why)
{
	enum res r;

	if (p->scratch)
		r = replay_into(p, item, why);
	else
		r = spool_release(&p->job->spool, item, why);
	if (r == RES_OK)
		p->messages++;
	return r;
}

/* All wanted messages of done/ in order of arrival. */
static enum res
replay_all(struct replay *p, struct why *why)
{
	struct job *j = p->job;
	struct spool_item *item = mem_array(j->ctx, struct spool_item, SOME);
	char after[SPOOL_ID_MAX] = "";
	size_t i, n, strange;
	enum res r = RES_OK;

	do {
		r = spool_list(&j->spool, SPOOL_DONE, after, item, SOME, &n,
		    &strange, why);
		if (r != RES_OK)
			break;
		if (n > 0)
			memcpy(after, item[n - 1].id, sizeof(after));
		for (i = 0; r == RES_OK && i < n; i++)
			if (is_wanted(j, item[i].id))
				r = replay_item(p, &item[i], why);
	} while (r == RES_OK && n == SOME);
	talloc_free(item);
	return r;
}

/* Hand the answers to a maildir in the directory. */
static enum res
deliver(struct replay *p, const char *relay, struct why *why)
{
	struct job *j = p->job;
	struct outbox *row;
	struct send *send;
	int64_t next;
	size_t i, n;
	enum res r = send_open(j->ctx, relay, &send, why);

	while (r == RES_OK) {
		r = store_outbox_due(p->engine.store, j->ctx, INT64_MAX - 1,
		    LIMIT_BATCH, &row, &n, &next, why);
		if (r != RES_OK || n == 0)
			break;
		for (i = 0; r == RES_OK && i < n; i++) {
			r = send_letter(send, &row[i].letter, why);
			if (r == RES_OK)
				r = store_outbox_sent(p->engine.store,
				    &row[i].number, 1, j->now, why);
		}
		p->answers += n;
		talloc_free(row);
	}
	return r;
}

/* A new directory, or an empty one; nothing is ever written over. */
static enum res
make_directory(const char *path, struct why *why)
{
	if (mkdir(path, 0700) == 0)
		return RES_OK;
	if (errno != EEXIST)
		return why_set(why, RES_TEMP, "%s: %s", path, strerror(errno));
	if (rmdir(path) < 0 || mkdir(path, 0700) < 0)
		return why_set(why, RES_PERM,
		    "%s: expected a new or empty directory", path);
	return RES_OK;
}

/* The whole path of a name in the directory of --into. */
static char *
path_in(struct job *j, const char *prefix, const char *name)
{
	char here[4096];

	if (j->into[0] == '/' || getcwd(here, sizeof(here)) == NULL)
		return mem_print(j->ctx, "%s%s/%s", prefix, j->into, name);
	return mem_print(j->ctx, "%s%s/%s/%s", prefix, here, j->into, name);
}

/* Settings, store, reader and calendars of the new instance. */
static enum res
open_scratch(struct replay *p, struct settings *settings, struct why *why)
{
	struct job *j = p->job;
	enum res r = make_directory(j->into, why);

	*settings = *j->settings;
	settings->store = path_in(j, "sqlite:", "imipd.db");
	settings->relay = path_in(j, "maildir:", "answers");
	p->engine.settings = settings;
	if (r == RES_OK)
		r = directory_open(j->ctx, settings->calendars,
		    settings->horizon, &p->engine.directory, why);
	if (r == RES_OK)
		r = store_open(j->ctx, settings->store, STORE_CREATE,
		    &p->engine.store, why);
	p->engine.reader = reader_new(j->ctx, NULL);
	return r;
}

/* Say what was done. */
static void
report(struct replay *p, const char *digest)
{
	struct job *j = p->job;
	struct json *map;

	if (!j->json && !p->scratch) {
		(void)printf("%zu messages wait again\n", p->messages);
		return;
	}
	if (!j->json) {
		(void)printf("%zu messages, %zu decisions, %zu answers\n",
		    p->messages, p->decisions, p->answers);
		if (p->unread > 0)
			(void)printf("%zu could not be read\n", p->unread);
		(void)printf("digest %s\n", digest);
		return;
	}
	map = json_map(j->ctx);
	json_put_number(map, "messages", (int64_t)p->messages);
	if (p->scratch) {
		json_put_number(map, "unread", (int64_t)p->unread);
		json_put_number(map, "decisions", (int64_t)p->decisions);
		json_put_number(map, "answers", (int64_t)p->answers);
		json_put_text(map, "digest", digest);
	}
	json_print(map, stdout);
}

/* Replay, commit, deliver. */
static enum res
run(struct replay *p, struct settings *settings, char digest[17],
    struct why *why)
{
	enum res r = RES_OK;

	if (p->scratch)
		r = open_scratch(p, settings, why);
	if (r == RES_OK)
		r = replay_all(p, why);
	/* The processor lets series grow once a day; so must the copy. */
	if (r == RES_OK && p->scratch && p->open)
		r = engine_extend(&p->engine, "", INT64_MAX,
		    (int64_t)time(NULL) / SECONDS_PER_DAY * SECONDS_PER_DAY,
		    NULL, why);
	if (r == RES_OK && p->open)
		r = store_commit(p->engine.store, why);
	else if (p->open)
		store_rollback(p->engine.store);
	if (r == RES_OK && p->scratch)
		r = deliver(p, settings->relay, why);
	if (r == RES_OK && p->scratch)
		r = store_digest(p->engine.store, digest, why);
	return r;
}

int
job_replay(struct job *j)
{
	struct replay p = {.job = j, .scratch = j->into != NULL};
	struct settings settings;
	struct spool_item item;
	char digest[17] = "";
	struct why why;
	size_t i;
	enum res r;

	for (i = 0; i < j->nword; i++) {
		r = spool_find(&j->spool, j->word[i], &item, &why);
		if (r != RES_OK)
			return tool_fail(tool_code(r), "replay: %s", why.text);
		if (item.state != SPOOL_DONE)
			return tool_fail(EXIT_BAD_DATA,
			    "replay: %s: not done but %s", item.id,
			    spool_state_name(item.state));
	}
	r = run(&p, &settings, digest, &why);
	if (p.engine.reader != NULL)
		reader_stop(p.engine.reader);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "replay: %s", why.text);
	report(&p, digest);
	return EXIT_FINE;
}
