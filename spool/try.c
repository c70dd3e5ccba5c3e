/*
 * try.c - what would be decided about a message now
 *
 * The processor's own code on the store as it is, which is opened for reading
 * only.
 */
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/tool/look.h"
#include "lib/tool/tool.h"
#include "spool/job.h"

/* The errand that the message would be, had it come now. */
static struct errand *
make_errand(struct job *j, const struct message *message)
{
	struct errand *e = mem_new(j->ctx, struct errand);
	size_t i;

	e->id = "try";
	e->role = "in";
	e->queue_id = e->submitter = "";
	e->sender = j->sender != NULL ? j->sender : message->sender;
	e->arrival = j->now;
	e->nrecipient = j->nword - 1;
	e->recipient = mem_array(e, const char *, e->nrecipient);
	for (i = 0; i < e->nrecipient; i++)
		e->recipient[i] = j->word[i + 1];
	return e;
}

/* Have the message read, and take its From for want of an envelope sender. */
static int
understand(struct job *j, const struct engine *engine,
    const struct message *message, struct errand *e)
{
	enum reading reading;
	int64_t from, to;
	struct why why = {""};

	engine_window(engine, e, &from, &to);
	reading = reader_ask(engine->reader, j->ctx, message->fd,
	    message->bytes, from, to, 0, &e->notice, &why);
	reader_stop(engine->reader);
	if (reading != READING_OK)
		return tool_fail(
		    reading == READING_ABSENT ? EXIT_TRY_AGAIN : EXIT_BAD_DATA,
		    "try: %s: %s", j->word[0], why.text);
	if (e->sender == NULL)
		e->sender = e->notice->mail.from;
	if (e->sender == NULL)
		e->sender = "";
	return EXIT_FINE;
}

/* Decide, and show it. */
static int
decide(struct job *j, const struct engine *engine, struct errand *e)
{
	struct verdict_view *view;
	struct settled *settled;
	struct why why;
	size_t i;
	enum res r = engine_settle(engine, j->ctx, e, 0, &settled, &why);

	if (r != RES_OK)
		return tool_fail(tool_code(r), "try: %s", why.text);
	view = mem_array(j->ctx, struct verdict_view, settled->n);
	for (i = 0; i < settled->n; i++)
		verdict_from_decision(j->ctx, e->id, settled->decision[i],
		    settled->letter[i], &view[i]);
	verdict_print(j->ctx, view, settled->n, j->json);
	return EXIT_FINE;
}

int
job_try(struct job *j)
{
	struct engine engine = {.settings = j->settings};
	struct message message;
	struct errand *e;
	struct why why;
	enum res r = RES_OK;
	int code;

	if (j->at != NULL &&
	    tool_time(j->at, j->now, NULL, &j->now, &why) != RES_OK)
		return tool_fail(EXIT_WRONG_USAGE, "try: --at %s", why.text);
	if (directory_open(j->ctx, j->settings->calendars, j->settings->horizon,
		&engine.directory, &why) != RES_OK)
		return tool_fail(EXIT_BAD_CONFIG, "try: %s", why.text);
	r = look_store(j->ctx, j->settings->store, &engine.store, &why);
	if (r == RES_OK)
		r = message_open(j->ctx, j->word[0], &message, &why);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "try: %s", why.text);
	engine.reader = reader_new(j->ctx, NULL);
	e = make_errand(j, &message);
	code = understand(j, &engine, &message, e);
	(void)close(message.fd);
	return code == EXIT_FINE ? decide(j, &engine, e) : code;
}
