/*
 * imip-admin - make an instance, check it, look into its calendars
 *
 * Never decides anything, never changes a booking, never deletes a file.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "admin/admin.h"
#include "lib/base/mem.h"
#include "lib/base/version.h"
#include "lib/tool/tool.h"

static const char usage[] =
    "usage: imip-admin [-c CONF] [--json] COMMAND\n"
    "\n"
    "  init                     make spool, store and publish directory\n"
    "  check                    look for mistakes in settings and rights\n"
    "  calendars                list the calendars\n"
    "  bookings CALENDAR [--from T] [--to T]   list its bookings\n"
    "  freebusy CALENDAR [--from T] [--to T]   list when it is busy\n"
    "\n"
    "T is a time as 2026-12-01T09:00:00Z, a date, or now.\n"
    "CONF is by default $IMIPD_CONF or /etc/imipd/imipd.conf.\n";

/* A command: its word, how many arguments follow, and what it needs. */
static const struct command {
	const char *name;
	int arguments;
	int settings; /* read them first */
	int (*run)(const struct admin *a);
} commands[] = {
    {"init", 0, 1, admin_init},
    {"check", 0, 0, admin_check},
    {"calendars", 0, 1, admin_calendars},
    {"bookings", 1, 1, admin_bookings},
    {"freebusy", 1, 1, admin_freebusy},
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

/* Run the command of the words that the options left. */
static int
run(struct admin *a, int argc, char **argv)
{
	const struct command *c;
	struct settings *settings;
	struct why why;

	if (argc < 2) {
		(void)fputs(usage, stderr);
		return EXIT_WRONG_USAGE;
	}
	c = find_command(argv[1]);
	if (c == NULL)
		return tool_fail(EXIT_WRONG_USAGE,
		    "%s: no such command; see imip-admin --help", argv[1]);
	if (argc != 2 + c->arguments)
		return tool_fail(EXIT_WRONG_USAGE, "%s: takes %s", c->name,
		    c->arguments == 0 ? "no argument" : "one CALENDAR");
	a->calendar = argv[2];
	if (!c->settings)
		return c->run(a);
	if (settings_read(a->ctx, a->conf, &settings, &why) != RES_OK)
		return tool_fail(EXIT_BAD_CONFIG, "%s", why.text);
	a->settings = settings;
	return c->run(a);
}

int
main(int argc, char **argv)
{
	struct admin a = {0};
	int help = 0, version = 0, code;
	const struct tool_option option[] = {{"-c", &a.conf, NULL},
	    {"--json", NULL, &a.json}, {"--from", &a.from, NULL},
	    {"--to", &a.to, NULL}, {"--help", NULL, &help},
	    {"--version", NULL, &version}};
	struct why why;

	tool_open("imip-admin");
	if (tool_options(option, sizeof(option) / sizeof(option[0]), &argc,
		argv, &why) != RES_OK)
		return tool_fail(EXIT_WRONG_USAGE, "%s", why.text);
	if (help) {
		(void)fputs(usage, stdout);
		return tool_close(EXIT_FINE);
	}
	if (version) {
		(void)puts("imip-admin " IMIPD_VERSION);
		return tool_close(EXIT_FINE);
	}
	a.ctx = mem_check(talloc_new(NULL));
	a.now = time(NULL);
	code = tool_close(run(&a, argc, argv));
	talloc_free(a.ctx);
	return code;
}
