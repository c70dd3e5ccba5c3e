/*
 * explain.c - how a message was decided, from what the store keeps of it
 *
 * A message that was not decided yet is explained by where it is.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/tool/look.h"
#include "lib/tool/tool.h"
#include "spool/job.h"

/* Bytes of a message in which its Message-ID is looked for. */
#define HEAD 65536
#define SOME 256

/* Does a header of the message hold this Message-ID? */
static int
names_it(const char *head, const char *key)
{
	static const char name[] = "Message-ID:";
	const char *line = head;

	while (
	    line != NULL && *line != '\0' && *line != '\r' && *line != '\n') {
		if (strncasecmp(line, name, sizeof(name) - 1) == 0) {
			const char *at = strstr(line, key);
			const char *end = strchr(line, '\n');

			/* A folded field has its value on the next line. */
			if (end != NULL && (end[1] == ' ' || end[1] == '\t'))
				end = strchr(end + 1, '\n');
			return at != NULL && (end == NULL || at < end);
		}
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	return 0;
}

/* Is the message of this item the one with that Message-ID? */
static int
is_message(
    struct job *j, const struct spool_item *item, const char *key, char *head)
{
	TALLOC_CTX *ctx = mem_check(talloc_new(j->ctx));
	struct errand *errand;
	struct why why;
	int64_t bytes;
	size_t n = 0;
	int fd, found = 0;

	if (engine_open(ctx, &j->spool, item, &errand, &fd, &bytes, &why) ==
	    RES_OK) {
		if (io_read(fd, head, HEAD - 1, &n, &why) == RES_OK) {
			head[n] = '\0';
			found = names_it(head, key);
		}
		(void)close(fd);
	}
	talloc_free(ctx);
	return found;
}

/* Look through one state for a Message-ID. */
static int
search_state(struct job *j, enum spool_state state, const char *key,
    struct spool_item *found)
{
	struct spool_item *item = mem_array(j->ctx, struct spool_item, SOME);
	char *head = mem_array(j->ctx, char, HEAD);
	char after[SPOOL_ID_MAX] = "";
	size_t i, n, strange;
	struct why why;
	int hit = 0;

	do {
		if (spool_list(&j->spool, state, after, item, SOME, &n,
			&strange, &why) != RES_OK)
			break;
		for (i = 0; !hit && i < n; i++)
			if (is_message(j, &item[i], key, head)) {
				*found = item[i];
				hit = 1;
			}
		if (n > 0)
			memcpy(after, item[n - 1].id, sizeof(after));
	} while (!hit && n == SOME);
	talloc_free(item);
	talloc_free(head);
	return hit;
}

/* The message of an id or, failing that, of a Message-ID. */
static int
find_message(struct job *j, const char *key, struct spool_item *item)
{
	static const enum spool_state states[] = {
	    SPOOL_DONE, SPOOL_HOLD, SPOOL_NEW, SPOOL_CUR};
	struct why why;
	size_t i;

	if (spool_find(&j->spool, key, item, &why) == RES_OK)
		return 1;
	if (strchr(key, '@') == NULL)
		return 0;
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (search_state(j, states[i], key, item))
			return 1;
	return 0;
}

/* Explain a message of which the store knows nothing. */
static void
explain_by_place(struct job *j, const struct spool_item *item)
{
	char reason[SPOOL_REASON_MAX] = "";
	struct verdict_view view = {.id = item->id,
	    .calendar = "",
	    .recipient = "",
	    .method = "",
	    .uid = "",
	    .verdict = "wait",
	    .code = spool_state_name(item->state),
	    .reason = "waits for imip-processor",
	    .quiet = "nothing was decided"};

	if (item->state == SPOOL_HOLD) {
		spool_reason(&j->spool, item->id, reason, sizeof(reason));
		view.verdict = "hold";
		view.reason = reason;
	} else if (item->state == SPOOL_CUR) {
		view.reason = "imip-processor works on it";
	} else if (item->state == SPOOL_DONE) {
		view.verdict = "ignore";
		view.reason = "what was decided is forgotten or was not kept";
	}
	verdict_print(j->ctx, &view, 1, j->json);
}

/* Print what the store keeps; *n is how many decisions that is. */
static enum res
explain_kept(struct job *j, struct store *store, const char *key, size_t *n,
    struct why *why)
{
	struct verdict_view *view;
	struct kept *kept = NULL;
	size_t i;
	enum res r = store_kept(store, j->ctx, key, &kept, n, why);

	if (r != RES_OK || *n == 0)
		return r;
	view = mem_array(j->ctx, struct verdict_view, *n);
	for (i = 0; i < *n; i++)
		verdict_from_kept(j->ctx, &kept[i], &view[i]);
	verdict_print(j->ctx, view, *n, j->json);
	return RES_OK;
}

int
job_explain(struct job *j)
{
	const char *key = j->word[0];
	struct spool_item item;
	struct store *store;
	struct why why;
	size_t n = 0;
	int found = 0;
	enum res r;

	r = look_store(j->ctx, j->settings->store, &store, &why);
	if (r == RES_OK)
		r = explain_kept(j, store, key, &n, &why);
	if (r == RES_OK && n == 0) {
		found = find_message(j, key, &item);
		if (found && strcmp(item.id, key) != 0)
			r = explain_kept(j, store, item.id, &n, &why);
	}
	if (r != RES_OK)
		return tool_fail(tool_code(r), "explain: %s", why.text);
	if (n > 0)
		return EXIT_FINE;
	if (!found)
		return tool_fail(EXIT_BAD_DATA,
		    "explain: %s: no message, uid or Message-ID that is known",
		    key);
	explain_by_place(j, &item);
	return EXIT_FINE;
}
