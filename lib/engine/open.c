/*
 * open.c - from a spool item to an errand: the envelope, and the window that
 * the message is read with
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"
#include "lib/engine/engine.h"

/* How much of the past a message is read with: a running series keeps it. */
#define PAST_WINDOW (INT64_C(31) * SECONDS_PER_DAY)

/* Where the fields of the envelope block go. */
struct opening {
	struct errand *errand;
	size_t room; /* of errand->recipient */
};

/* Add a recipient to the errand. */
static void
add_recipient(struct opening *o, const char *value)
{
	struct errand *e = o->errand;

	if (e->nrecipient == o->room) {
		o->room = o->room == 0 ? 4 : o->room * 2;
		e->recipient = mem_check(talloc_realloc(
		    e, e->recipient, const char *, mem_count(o->room)));
	}
	e->recipient[e->nrecipient++] = mem_text(e, value);
}

/* One field of the block; fields that later versions add are passed over. */
static enum res
take_field(void *arg, const char *name, const char *value, struct why *why)
{
	struct opening *o = arg;

	if (strcmp(name, "role") == 0)
		o->errand->role = mem_text(o->errand, value);
	else if (strcmp(name, "sender") == 0)
		o->errand->sender = mem_text(o->errand, value);
	else if (strcmp(name, "queue-id") == 0)
		o->errand->queue_id = mem_text(o->errand, value);
	else if (strcmp(name, "submitter") == 0)
		o->errand->submitter = mem_text(o->errand, value);
	else if (strcmp(name, "recipient") == 0)
		add_recipient(o, value);
	else if (strcmp(name, "arrival") == 0 &&
		 !utc_parse(value, &o->errand->arrival))
		return why_set(why, RES_PERM,
		    "damaged envelope: arrival \"%s\" is no time", value);
	return RES_OK;
}

enum res
engine_open(TALLOC_CTX *ctx, const struct spool *spool,
    const struct spool_item *item, struct errand **errand, int *fd,
    int64_t *bytes, struct why *why)
{
	struct opening o = {mem_new(ctx, struct errand), 0};
	enum res r;

	o.errand->id = mem_text(o.errand, item->id);
	o.errand->role = o.errand->sender = o.errand->queue_id = "";
	o.errand->submitter = "";
	r = spool_read(spool, item, take_field, &o, fd, bytes, why);
	if (r == RES_OK &&
	    (o.errand->nrecipient == 0 || o.errand->arrival == 0))
		r = why_set(why, RES_PERM,
		    "damaged envelope: no recipient or no arrival time");
	*errand = o.errand;
	return r;
}

/* Let one calendar widen the window. */
static void
widen(const struct engine *engine, const char *address, int64_t *horizon,
    int64_t *from)
{
	const struct calendar *c = NULL;
	struct why ignored;

	if (directory_find(engine->directory, address, &c, &ignored) !=
		RES_OK ||
	    c == NULL)
		return;
	if (c->horizon > *horizon)
		*horizon = c->horizon;
	if (c->past == PAST_ACCEPT)
		*from = 0;
}

void
engine_window(const struct engine *engine, const struct errand *errand,
    int64_t *from, int64_t *to)
{
	int64_t horizon = engine->settings->horizon;
	size_t i;

	*from = errand->arrival - PAST_WINDOW;
	for (i = 0; i < errand->nrecipient; i++)
		widen(engine, errand->recipient[i], &horizon, from);
	/* Of outgoing mail it is the sender's calendar that counts. */
	if (strcmp(errand->role, "out") == 0)
		widen(engine, errand->sender, &horizon, from);
	*to = errand->arrival + horizon;
}
