/*
 * command.c - a program of several commands, see tool.h
 *
 * What the command lines of all such programs share, so that they cannot
 * drift apart.
 */
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/version.h"
#include "lib/tool/tool.h"

/* What every program understands besides its own options. */
struct common {
	const char *conf;
	int json;
	int help;
	int version;
};

/* The words of the program's command number i. */
static const struct tool_words *
words_at(const struct tool_program *program, size_t i)
{
	const char *row = program->command;

	return (const void *)(row + i * program->size);
}

/* The command of that name, or NULL. */
static const void *
find_command(const struct tool_program *program, const char *name)
{
	size_t i;

	for (i = 0; i < program->ncommand; i++)
		if (strcmp(words_at(program, i)->name, name) == 0)
			return words_at(program, i);
	return NULL;
}

/* Print what --help says. */
static void
print_usage(const struct tool_program *program, FILE *out)
{
	size_t i;

	(void)fprintf(out,
	    "usage: %s [-c CONF] [--json] COMMAND\n"
	    "\n",
	    program->name);
	for (i = 0; i < program->ncommand; i++)
		(void)fprintf(out, "  %s%s\n", words_at(program, i)->name,
		    words_at(program, i)->help);
	(void)fprintf(out,
	    "\n"
	    "%s"
	    "T is a time as 2026-12-01T09:00:00Z, a date, or now.\n"
	    "CONF is by default $IMIPD_CONF or /etc/imipd/imipd.conf.\n",
	    program->note);
}

/* Take the program's own options and the common ones. */
static enum res
take_options(const struct tool_program *program, struct common *common,
    int *argc, char **argv, struct why *why)
{
	const struct tool_option ours[] = {{"-c", &common->conf, NULL},
	    {"--json", NULL, &common->json}, {"--help", NULL, &common->help},
	    {"--version", NULL, &common->version}};
	size_t i, n = sizeof(ours) / sizeof(ours[0]);
	struct tool_option *option =
	    mem_array(NULL, struct tool_option, n + program->noption);
	enum res r;

	memcpy(option, ours, sizeof(ours));
	for (i = 0; i < program->noption; i++)
		option[n++] = program->option[i];
	r = tool_options(option, n, argc, argv, why);
	talloc_free(option);
	return r;
}

int
tool_start(const struct tool_program *program, int argc, char **argv,
    struct tool_call *call)
{
	struct common common = {0};
	struct why why;

	*call = (struct tool_call){0};
	tool_open(program->name);
	if (take_options(program, &common, &argc, argv, &why) != RES_OK)
		return tool_fail(EXIT_WRONG_USAGE, "%s", why.text);
	if (common.help) {
		print_usage(program, stdout);
		return tool_close(EXIT_FINE);
	}
	if (common.version) {
		(void)printf("%s %s\n", program->name, IMIPD_VERSION);
		return tool_close(EXIT_FINE);
	}
	if (argc < 2) {
		print_usage(program, stderr);
		return EXIT_WRONG_USAGE;
	}
	call->command = find_command(program, argv[1]);
	if (call->command == NULL)
		return tool_fail(EXIT_WRONG_USAGE,
		    "%s: no such command; see %s --help", argv[1],
		    program->name);
	call->conf = common.conf;
	call->json = common.json;
	call->word = argv + 2;
	call->nword = (size_t)argc - 2;
	return EXIT_FINE;
}
