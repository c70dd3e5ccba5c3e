/*
 * move.c - messages moved by hand: retry, hold, release, remove
 *
 * Each is one rename of libspool's; what a running processor has claimed is
 * left to it.
 */
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/tool/tool.h"
#include "spool/job.h"

/* Find the message of the first word; not one that is being worked on. */
static int
find_item(struct job *j, const char *command, struct spool_item *item)
{
	struct why why;
	enum res r = spool_find(&j->spool, j->word[0], item, &why);

	if (r != RES_OK)
		return tool_fail(tool_code(r), "%s: %s", command, why.text);
	if (item->state == SPOOL_CUR)
		return tool_fail(EXIT_TRY_AGAIN,
		    "%s: %s: the processor has it; ask again when it is done "
		    "or, if it does not run, start it",
		    command, item->id);
	return EXIT_FINE;
}

/* Say where a message is now. */
static int
say(struct job *j, enum res r, const char *command, const char *id,
    const char *state, const struct why *why)
{
	struct json *map;

	if (r != RES_OK)
		return tool_fail(
		    tool_code(r), "%s: %s: %s", command, id, why->text);
	if (!j->json) {
		(void)printf("%s: %s\n", id, state);
		return EXIT_FINE;
	}
	map = json_map(j->ctx);
	json_put_text(map, "id", id);
	json_put_text(map, "state", state);
	json_print(map, stdout);
	return EXIT_FINE;
}

int
job_hold(struct job *j)
{
	struct spool_item item;
	struct why why;
	const char *reason =
	    j->nword > 1 ? j->word[1] : "set aside by the administrator";
	int code = find_item(j, "hold", &item);

	if (code != EXIT_FINE)
		return code;
	return say(j, spool_hold(&j->spool, &item, reason, &why), "hold",
	    item.id, "hold", &why);
}

int
job_release(struct job *j)
{
	struct spool_item item;
	struct why why;
	int code = find_item(j, "release", &item);

	if (code != EXIT_FINE)
		return code;
	if (item.state != SPOOL_HOLD)
		return tool_fail(EXIT_BAD_DATA,
		    "release: %s: not on hold but %s", item.id,
		    spool_state_name(item.state));
	return say(j, spool_release(&j->spool, &item, &why), "release", item.id,
	    "new", &why);
}

int
job_remove(struct job *j)
{
	struct spool_item item;
	struct why why;
	int code = find_item(j, "remove", &item);

	if (code != EXIT_FINE)
		return code;
	if (item.state == SPOOL_NEW)
		return tool_fail(EXIT_BAD_DATA,
		    "remove: %s: still waits; hold it first", item.id);
	return say(j, spool_remove(&j->spool, &item, &why), "remove", item.id,
	    "removed", &why);
}

/* Let the answers of a message that did not go out be tried now. */
static int
retry_answers(struct job *j, const char *id)
{
	struct store *store;
	struct kept *kept = NULL;
	struct why why;
	size_t i, k, n = 0, found = 0;
	enum res r;

	r = store_open(j->ctx, j->settings->store, STORE_WRITE, &store, &why);
	if (r == RES_OK)
		r = store_kept(store, j->ctx, id, &kept, &n, &why);
	for (i = 0; r == RES_OK && i < n; i++)
		for (k = 0; r == RES_OK && k < kept[i].nanswer; k++) {
			const struct outbox *o = &kept[i].answer[k];

			if (strcmp(o->state, "sent") == 0)
				continue;
			found++;
			r = store_outbox_later(
			    store, o->number, j->now, o->error, &why);
		}
	if (r == RES_OK && found == 0)
		return tool_fail(EXIT_BAD_DATA,
		    "retry: %s: decided, and no answer of it waits", id);
	return say(j, r, "retry", id, "answers are sent again", &why);
}

int
job_retry(struct job *j)
{
	struct spool_item item;
	struct why why = {""};
	int code = find_item(j, "retry", &item);

	if (code != EXIT_FINE)
		return code;
	switch (item.state) {
	case SPOOL_HOLD:
		return say(j, spool_release(&j->spool, &item, &why), "retry",
		    item.id, "new", &why);
	case SPOOL_DONE:
		return retry_answers(j, item.id);
	case SPOOL_NEW:
	case SPOOL_CUR:
		return say(j, RES_OK, "retry", item.id,
		    spool_state_name(item.state), &why);
	}
	return EXIT_FINE;
}
