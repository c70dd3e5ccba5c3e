/*
 * imip-spool - look into the spool, explain, try and replay decisions
 *
 * Never changes a calendar except by handing a message back to the processor,
 * or, into a directory of its own, by the processor's own code.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/mem.h"
#include "lib/base/version.h"
#include "lib/tool/tool.h"
#include "spool/job.h"

static const char usage[] =
    "usage: imip-spool [-c CONF] [--json] COMMAND\n"
    "\n"
    "  read FILE [--from T] [--to T] [--max N]   what a message says\n"
    "  list [STATE]             messages: new, cur, hold, done\n"
    "  show ID                  envelope and message\n"
    "  explain ID               how it was decided, rule by rule\n"
    "  try FILE RCPT... [--sender A] [--at T]    decide, change nothing\n"
    "  replay [--into DIR] [ID...]   decide done messages once more\n"
    "  retry ID                 release it, or send its answers now\n"
    "  hold ID [REASON]         set it aside\n"
    "  release ID               give what is on hold to the processor\n"
    "  remove ID                delete what is done or on hold\n"
    "  stats                    counts\n"
    "\n"
    "explain also takes a UID or a Message-ID; FILE - is standard input.\n"
    "T is a time as 2026-12-01T09:00:00Z, a date, or now.\n"
    "CONF is by default $IMIPD_CONF or /etc/imipd/imipd.conf.\n";

/* What has to be there before a command starts. */
enum need {
	NEED_NOTHING,
	NEED_SETTINGS,
	NEED_SPOOL
};

static const struct command {
	const char *name;
	size_t least, most; /* arguments */
	enum need need;
	int (*run)(struct job *j);
} commands[] = {
    {"read", 1, 1, NEED_NOTHING, job_read},
    {"list", 0, 1, NEED_SPOOL, job_list},
    {"show", 1, 1, NEED_SPOOL, job_show},
    {"explain", 1, 1, NEED_SPOOL, job_explain},
    {"try", 2, 1001, NEED_SETTINGS, job_try},
    {"replay", 0, SIZE_MAX, NEED_SPOOL, job_replay},
    {"retry", 1, 1, NEED_SPOOL, job_retry},
    {"hold", 1, 2, NEED_SPOOL, job_hold},
    {"release", 1, 1, NEED_SPOOL, job_release},
    {"remove", 1, 1, NEED_SPOOL, job_remove},
    {"stats", 0, 0, NEED_SPOOL, job_stats},
};

/* The command of that name, or NULL. */
static const struct command *
find_command(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

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

/* Run the command of the words that the options left. */
static int
run(struct job *j, int argc, char **argv)
{
	const struct command *c;

	if (argc < 2) {
		(void)fputs(usage, stderr);
		return EXIT_WRONG_USAGE;
	}
	c = find_command(argv[1]);
	if (c == NULL)
		return tool_fail(EXIT_WRONG_USAGE,
		    "%s: no such command; see imip-spool --help", argv[1]);
	j->word = argv + 2;
	j->nword = (size_t)argc - 2;
	if (j->nword < c->least || j->nword > c->most)
		return tool_fail(EXIT_WRONG_USAGE,
		    "%s: too %s arguments; see imip-spool --help", c->name,
		    j->nword < c->least ? "few" : "many");
	return prepare_and_run(c, j);
}

int
main(int argc, char **argv)
{
	struct job j = {0};
	int help = 0, version = 0, code;
	const struct tool_option option[] = {{"-c", &j.conf, NULL},
	    {"--json", NULL, &j.json}, {"--from", &j.from, NULL},
	    {"--to", &j.to, NULL}, {"--max", &j.max, NULL},
	    {"--into", &j.into, NULL}, {"--sender", &j.sender, NULL},
	    {"--at", &j.at, NULL}, {"--help", NULL, &help},
	    {"--version", NULL, &version}};
	struct why why;

	tool_open("imip-spool");
	if (tool_options(option, sizeof(option) / sizeof(option[0]), &argc,
		argv, &why) != RES_OK)
		return tool_fail(EXIT_WRONG_USAGE, "%s", why.text);
	if (help) {
		(void)fputs(usage, stdout);
		return tool_close(EXIT_FINE);
	}
	if (version) {
		(void)puts("imip-spool " IMIPD_VERSION);
		return tool_close(EXIT_FINE);
	}
	j.ctx = mem_check(talloc_new(NULL));
	j.now = time(NULL);
	code = tool_close(run(&j, argc, argv));
	talloc_free(j.ctx);
	return code;
}
