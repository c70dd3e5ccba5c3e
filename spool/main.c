/*
 * imip-spool - look into the spool, explain, try and replay decisions
 *
 * Never changes a calendar except by handing a message back to the processor,
 * or, into a directory of its own, by the processor's own code.
 */
#include <stdio.h>
#include <time.h>

#include "lib/base/language.h"
#include "lib/base/mem.h"
#include "lib/tool/tool.h"
#include "spool/job.h"

/* What has to be there before a command starts. */
enum need {
	NEED_NOTHING,
	NEED_SETTINGS,
	NEED_SPOOL
};

static const struct command {
	struct tool_words words;
	int (*run)(struct job *j);
	size_t least, most; /* arguments */
	enum need need;
} commands[] = {
    {{"read", " FILE [--from T] [--to T] [--max N]   what a message says"},
	job_read, 1, 1, NEED_NOTHING},
    {{"list", " [STATE]             messages: new, cur, hold, done"}, job_list,
	0, 1, NEED_SPOOL},
    {{"show", " ID                  envelope and message"}, job_show, 1, 1,
	NEED_SPOOL},
    {{"explain", " ID               how it was decided, rule by rule"},
	job_explain, 1, 1, NEED_SPOOL},
    {{"try", " FILE RCPT... [--sender A] [--at T]    decide, change nothing"},
	job_try, 2, 1001, NEED_SETTINGS},
    {{"replay", " [--into DIR] [ID...]   decide done messages once more"},
	job_replay, 0, SIZE_MAX, NEED_SPOOL},
    {{"retry", " ID                 release it, or send its answers now"},
	job_retry, 1, 1, NEED_SPOOL},
    {{"hold", " ID [REASON]         set it aside"}, job_hold, 1, 2, NEED_SPOOL},
    {{"release", " ID               give what is on hold to the processor"},
	job_release, 1, 1, NEED_SPOOL},
    {{"remove", " ID                delete what is done or on hold"},
	job_remove, 1, 1, NEED_SPOOL},
    {{"stats", "                    counts"}, job_stats, 0, 0, NEED_SPOOL},
};

/* Settings and spool, as far as the command needs them, then the command. */
static int
prepare_and_run(const struct command *c, struct job *j)
{
	struct settings *settings;
	struct why why;
	int code;

	if (c->need == NEED_NOTHING)
		return c->run(j);
	if (settings_read(j->ctx, j->conf, &settings, &why) != RES_OK)
		return tool_fail(EXIT_BAD_CONFIG, "%s", why.text);
	j->settings = settings;
	if (c->need == NEED_SETTINGS)
		return c->run(j);
	if (spool_open(&j->spool, settings->spool, 0, &why) != RES_OK)
		return tool_fail(EXIT_TRY_AGAIN, "%s", why.text);
	code = c->run(j);
	spool_close(&j->spool);
	return code;
}

/* Check the arguments, then do what the command line asks for. */
static int
run(const struct command *c, struct job *j, const struct tool_call *call)
{
	j->conf = call->conf;
	j->json = call->json;
	j->word = call->word;
	j->nword = call->nword;
	if (j->nword < c->least || j->nword > c->most)
		return tool_fail(EXIT_WRONG_USAGE,
		    "%s: too %s arguments; see imip-spool --help",
		    c->words.name, j->nword < c->least ? "few" : "many");
	return prepare_and_run(c, j);
}

int
main(int argc, char **argv)
{
	struct job j = {0};
	const struct tool_option option[] = {{"--from", &j.from, NULL},
	    {"--to", &j.to, NULL}, {"--max", &j.max, NULL},
	    {"--into", &j.into, NULL}, {"--sender", &j.sender, NULL},
	    {"--at", &j.at, NULL}};
	const struct tool_program program = {.name = "imip-spool",
	    .note = "explain also takes a UID or a Message-ID; "
		    "FILE - is standard input.\n",
	    .command = commands,
	    .ncommand = sizeof(commands) / sizeof(commands[0]),
	    .size = sizeof(commands[0]),
	    .option = option,
	    .noption = sizeof(option) / sizeof(option[0])};
	struct tool_call call;
	int code = tool_start(&program, argc, argv, &call);

	if (call.command == NULL)
		return code;
	language_init();
	j.ctx = mem_check(talloc_new(NULL));
	j.now = time(NULL);
	code = tool_close(run(call.command, &j, &call));
	talloc_free(j.ctx);
	return code;
}
