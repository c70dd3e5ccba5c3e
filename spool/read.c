/*
 * read.c - imip-spool read: exactly the facts that the worker gets
 *
 * Needs no settings, spool or store.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/tool/tool.h"
#include "spool/job.h"

/* Instances that are shown of each object unless --max says otherwise. */
#define SHOWN 1000

/* The window of the options; all years that are read, if there are none. */
static enum res
window(const struct job *j, int64_t *from, int64_t *to, size_t *max,
    struct why *why)
{
	char *end;
	unsigned long n;

	*from = 0;
	*to = SECONDS_PER_DAY * civil_days(LIMIT_YEAR_LAST + 1, 1, 1);
	*max = SHOWN;
	if (j->from != NULL &&
	    tool_time(j->from, j->now, NULL, from, why) != RES_OK)
		return RES_PERM;
	if (j->to != NULL && tool_time(j->to, j->now, NULL, to, why) != RES_OK)
		return RES_PERM;
	if (*from > *to)
		return why_set(why, RES_PERM, "--from is later than --to");
	if (j->max == NULL)
		return RES_OK;
	n = strtoul(j->max, &end, 10);
	if (j->max[0] < '0' || j->max[0] > '9' || *end != '\0' || n == 0 ||
	    n > LIMIT_INSTANCES)
		return why_set(why, RES_PERM,
		    "--max %s: expected a number from 1 to %d", j->max,
		    LIMIT_INSTANCES);
	*max = n;
	return RES_OK;
}

/* Show what was read. */
static void
show(const struct job *j, const struct notice *notice)
{
	char *text;

	if (j->json) {
		json_print(facts_document(j->ctx, notice), stdout);
		return;
	}
	text = facts_print(j->ctx, notice);
	(void)fputs(tool_plain(j->ctx, text, strlen(text), 1), stdout);
}

int
job_read(struct job *j)
{
	struct reader *reader;
	struct message message;
	struct notice *notice;
	enum reading reading;
	int64_t from, to;
	size_t max;
	struct why why = {""};
	enum res r;

	if (window(j, &from, &to, &max, &why) != RES_OK)
		return tool_fail(EXIT_WRONG_USAGE, "read: %s", why.text);
	r = message_open(j->ctx, j->word[0], &message, &why);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "read: %s", why.text);
	reader = reader_new(j->ctx, NULL);
	reading = reader_ask(reader, j->ctx, message.fd, message.bytes, from,
	    to, max, &notice, &why);
	(void)close(message.fd);
	reader_stop(reader);
	if (reading == READING_ABSENT)
		return tool_fail(
		    EXIT_TRY_AGAIN, "read: %s: %s", j->word[0], why.text);
	if (reading != READING_OK)
		return tool_fail(
		    EXIT_BAD_DATA, "read: %s: %s", j->word[0], why.text);
	show(j, notice);
	return EXIT_FINE;
}
