/* batch.c - claim, understand, settle, finish; see batch.h */
#include "processor/batch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "processor/child.h"

/* Questions that may be under way at the reader. */
#define AHEAD 8

/* Times a message is opened before it must wait. */
#define ATTEMPTS 3

/* Set a message aside without a transaction: its file itself is damaged. */
static void
refuse(struct job *j, const char *code, const char *refusal)
{
	j->stage = STAGE_REFUSED;
	j->code = code;
	j->refusal = refusal;
}

/* Open a claimed message, or know why not. */
static void
open_job(struct batch *b, struct bench *bench, struct job *j)
{
	struct why why = {""};
	enum res r = RES_TEMP;
	int attempt;

	if (j->item.tries > LIMIT_TRIES)
		refuse(j, "crashed",
		    mem_print(b->ctx,
			"it ended the worker %d times; see the log of that "
			"time, then release or remove it",
			j->item.tries - 1));
	/* First come, first served: what waits is overtaken, so a passing
	 * fault is tried again at once. */
	for (attempt = 0; r == RES_TEMP && attempt < ATTEMPTS; attempt++)
		r = engine_open(b->ctx, &bench->spool, &j->item, &j->errand,
		    &j->fd, &j->bytes, &why);
	if (r == RES_OK)
		return;
	j->fd = -1;
	if (r == RES_TEMP) {
		j->stage = STAGE_LATER;
		j->refusal = mem_text(b->ctx, why.text);
	} else {
		j->errand = NULL;
		refuse(j, "damaged", mem_text(b->ctx, why.text));
	}
}

/* Claim one item into the batch; somebody else's is passed over. */
static enum res
claim_one(struct batch *b, struct bench *bench, const struct spool_item *item,
    struct why *why)
{
	struct job *j = &b->job[b->n];
	enum res r;

	memset(j, 0, sizeof(*j));
	j->fd = -1;
	j->item = *item;
	r = spool_claim(&bench->spool, &j->item, why);
	if (r == RES_PERM)
		return RES_OK;
	if (r != RES_OK)
		return r;
	b->n++;
	open_job(b, bench, j);
	return RES_OK;
}

/* One message that an ended process left in cur/. */
static enum res
claim_left(struct batch *b, struct bench *bench, struct why *why)
{
	struct spool_item item;
	size_t n;
	enum res r;

	r = spool_list(&bench->spool, SPOOL_CUR, "", &item, 1, &n,
	    &bench->strange_cur, why);
	if (r == RES_OK && n == 1)
		r = claim_one(b, bench, &item, why);
	return r;
}

enum res
batch_claim(struct batch *b, struct bench *bench, struct why *why)
{
	struct spool_item item[LIMIT_BATCH];
	size_t i, n;
	enum res r;

	memset(b, 0, sizeof(*b));
	b->ctx = mem_check(talloc_new(NULL));
	r = claim_left(b, bench, why);
	if (r != RES_OK || b->n > 0)
		return r;
	r = spool_list(&bench->spool, SPOOL_NEW, bench->after, item,
	    LIMIT_BATCH, &n, &bench->strange_new, why);
	for (i = 0; r == RES_OK && i < n; i++) {
		/* What had a try before goes alone. */
		if (item[i].tries > 0 && b->n > 0)
			break;
		memcpy(bench->after, item[i].id, sizeof(bench->after));
		r = claim_one(b, bench, &item[i], why);
		if (item[i].tries > 0)
			break;
	}
	return r;
}

/* Give a message back. */
static void
wait_job(struct batch *b, struct job *j, const char *text)
{
	j->stage = STAGE_LATER;
	j->refusal = mem_text(b->ctx, text);
}

/* No reader now: others may fare better, but not every one is to find out. */
static void
reader_absent(struct batch *b, struct job *first, const char *text)
{
	size_t i;

	/* A passing fault must not let later messages overtake this one. */
	if (++first->absent < ATTEMPTS) {
		first->stage = STAGE_CLAIMED;
		return;
	}
	wait_job(b, first, text);
	if (++b->absent < ATTEMPTS)
		return;
	for (i = 0; i < b->n; i++)
		if (b->job[i].stage == STAGE_CLAIMED)
			wait_job(b, &b->job[i], text);
}

/* Send questions while there is room at the reader. */
static void
ask_ahead(struct batch *b, struct bench *bench, size_t *under_way)
{
	size_t i;

	for (i = 0; i < b->n && *under_way < AHEAD; i++) {
		struct job *j = &b->job[i];
		struct why why = {""};
		int64_t from, to;

		if (j->stage != STAGE_CLAIMED || j->failures > 0 || j->alone)
			continue;
		engine_window(&bench->engine, j->errand, &from, &to);
		if (reader_send(bench->ahead, j->fd, j->bytes, from, to, 0,
			&why) == READING_OK) {
			j->stage = STAGE_ASKED;
			j->turn = b->turns++;
			++*under_way;
		} else {
			reader_absent(b, j, why.text);
		}
	}
}

/* The reader failed on the first message that is under way. */
static void
reader_failed(
    struct batch *b, struct job *first, enum reading reading, const char *text)
{
	size_t i;

	/* What was sent behind it must be sent again. */
	for (i = 0; i < b->n; i++)
		if (b->job[i].stage == STAGE_ASKED)
			b->job[i].stage = STAGE_CLAIMED;
	if (reading == READING_ABSENT) {
		reader_absent(b, first, text);
		return;
	}
	log_line(LOG_WARN, first->item.id, "event=reader-failed detail=\"%s\"",
	    text);
	if (++first->failures < 2)
		return;
	refuse(first,
	    reading == READING_TIMEOUT ? "read-timeout" : "read-crash",
	    mem_print(b->ctx, "it cannot be read: %s (tried twice)", text));
}

/*
 * The message whose answer comes next: that which was asked about first, which
 * is not the first of the batch if that one had to be asked again.
 */
static struct job *
next_in_turn(struct batch *b)
{
	struct job *next = NULL;
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->job[i].stage == STAGE_ASKED &&
		    (next == NULL || b->job[i].turn < next->turn))
			next = &b->job[i];
	return next;
}

/* Take the answer about the first message that is under way. */
static void
take_answer(struct batch *b, struct bench *bench, size_t *under_way)
{
	struct job *j = next_in_turn(b);
	struct why why = {""};
	enum reading reading;

	if (j == NULL)
		return;
	reading =
	    reader_receive(bench->ahead, b->ctx, &j->errand->notice, &why);
	if (reading == READING_OK) {
		j->alone = reader_wants_more(bench->ahead, j->errand->notice);
		j->stage = j->alone ? STAGE_CLAIMED : STAGE_UNDERSTOOD;
		--*under_way;
		return;
	}
	*under_way = 0;
	reader_failed(b, j, reading, why.text);
}

/* A message the reader died of is read once more, alone. */
static void
ask_alone(struct batch *b, struct bench *bench, struct job *j)
{
	struct why why = {""};
	enum reading reading;
	int64_t from, to;

	engine_window(&bench->engine, j->errand, &from, &to);
	reading = reader_ask(bench->ahead, b->ctx, j->fd, j->bytes, from, to, 0,
	    &j->errand->notice, &why);
	if (reading == READING_OK)
		j->stage = STAGE_UNDERSTOOD;
	else
		reader_failed(b, j, reading, why.text);
}

void
batch_understand(struct batch *b, struct bench *bench)
{
	size_t under_way = 0, i;

	ask_ahead(b, bench, &under_way);
	while (under_way > 0) {
		take_answer(b, bench, &under_way);
		if (!child_stop)
			ask_ahead(b, bench, &under_way);
	}
	for (i = 0; i < b->n; i++) {
		while (b->job[i].stage == STAGE_CLAIMED && !child_stop)
			ask_alone(b, bench, &b->job[i]);
		if (b->job[i].stage == STAGE_CLAIMED)
			wait_job(b, &b->job[i], "told to stop");
		if (b->job[i].fd >= 0)
			(void)close(b->job[i].fd);
		b->job[i].fd = -1;
	}
}

/* Decide and record one message of the open transaction. */
static enum res
settle_job(struct batch *b, struct bench *bench, struct job *j, struct why *why)
{
	switch (j->stage) {
	case STAGE_UNDERSTOOD:
		return engine_settle(
		    &bench->engine, b->ctx, j->errand, 1, &j->settled, why);
	case STAGE_REFUSED:
		if (j->errand == NULL)
			return RES_OK;
		return engine_refuse(&bench->engine, b->ctx, j->errand, j->code,
		    j->refusal, why);
	case STAGE_CLAIMED:
	case STAGE_ASKED:
	case STAGE_LATER:
		break;
	}
	return RES_OK;
}

/* One line for each decision. */
static void
log_decisions(const struct job *j)
{
	char uid[256], reason[256];
	size_t i;

	for (i = 0; j->settled != NULL && i < j->settled->n; i++) {
		const struct decision *d = j->settled->decision[i];
		const char *u = d->object == NULL ? "" : d->object->uid;

		log_line(LOG_DETAIL, j->item.id,
		    "calendar=%s verdict=%s code=%s answer=%s uid=%s "
		    "queue-id=%s reason=%s",
		    d->calendar->address, verdict_name(d->verdict), d->code,
		    j->settled->letter[i] == NULL ? "no" : "yes",
		    log_quote(uid, sizeof(uid), u), j->errand->queue_id,
		    log_quote(reason, sizeof(reason), d->reason));
	}
}

/* Move the file where its outcome says. */
static enum res
finish(struct bench *bench, struct job *j, struct why *why)
{
	const char *reason;

	if (j->settled != NULL && j->settled->outcome == OUTCOME_LATER) {
		j->stage = STAGE_LATER;
		j->refusal = j->settled->reason;
	}
	if (j->stage == STAGE_LATER)
		return spool_retry(&bench->spool, &j->item, why);
	reason = j->refusal;
	log_decisions(j);
	if (j->settled != NULL && j->settled->outcome == OUTCOME_HOLD)
		reason = j->settled->reason;
	else if (j->stage != STAGE_REFUSED)
		return spool_done(&bench->spool, &j->item, why);
	log_line(LOG_WARN, j->item.id, "state=hold reason=\"%s\"", reason);
	return spool_hold(&bench->spool, &j->item, reason, why);
}

/* The message goes back as it was. */
static void
give_back(struct bench *bench, struct job *j)
{
	struct why why = {""};

	if (spool_retry(&bench->spool, &j->item, &why) != RES_OK)
		log_line(LOG_ERROR, j->item.id,
		    "event=not-given-back detail=\"%s\"", why.text);
}

/*
 * Move each file where it belongs.  What cannot be moved is settled all the
 * same, and the next try finds that; the try is given back, since the message
 * is not to blame.
 */
static enum res
finish_all(struct batch *b, struct bench *bench, struct why *why)
{
	enum res r = RES_OK;
	size_t i;

	for (i = 0; i < b->n; i++) {
		struct why bad = {""};

		if (finish(bench, &b->job[i], &bad) == RES_OK)
			continue;
		r = why_set(
		    why, RES_TEMP, "%s: %s", b->job[i].item.id, bad.text);
		give_back(bench, &b->job[i]);
	}
	return r;
}

/* Does anything of the batch want to go out? */
static int
has_letters(const struct batch *b)
{
	size_t i, k;

	for (i = 0; i < b->n; i++) {
		const struct settled *s = b->job[i].settled;

		for (k = 0; s != NULL && k < s->n; k++)
			if (s->decision[k]->answer)
				return 1;
	}
	return 0;
}

/* The transaction: all of the batch or nothing. */
static enum res
settle_all(struct batch *b, struct bench *bench, struct why *why)
{
	struct store *store = bench->engine.store;
	enum res r = store_begin(store, why);
	size_t i;

	if (r != RES_OK)
		return r;
	for (i = 0; r == RES_OK && i < b->n; i++)
		r = settle_job(b, bench, &b->job[i], why);
	if (r == RES_OK)
		r = store_commit(store, why);
	if (r != RES_OK)
		store_rollback(store);
	return r;
}

enum res
batch_settle(struct batch *b, struct bench *bench, struct why *why)
{
	size_t i;
	enum res r = settle_all(b, bench, why);

	if (r != RES_OK) {
		for (i = 0; i < b->n; i++)
			give_back(bench, &b->job[i]);
		return RES_TEMP;
	}
	if (has_letters(b) && bench->wake >= 0 &&
	    write(bench->wake, "w", 1) < 0)
		log_line(LOG_DETAIL, "-", "event=wake-lost");
	return finish_all(b, bench, why);
}

void
batch_free(struct batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->job[i].fd >= 0)
			(void)close(b->job[i].fd);
	talloc_free(b->ctx);
	b->n = 0;
}
