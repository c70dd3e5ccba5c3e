/*
 * imip-admin - make an instance, check it, look into its calendars
 *
 * Never decides anything, never deletes a file, never changes a booking, but
 * where new zone data moves its instants (rezone).
 */
#include <stdio.h>
#include <time.h>

#include "admin/admin.h"
#include "lib/base/mem.h"
#include "lib/tool/tool.h"

static const struct command {
	struct tool_words words;
	int (*run)(const struct admin *a);
	int arguments; /* that it must have */
	int optional;  /* how many more it may have */
	int settings;  /* read them first */
} commands[] = {
    {{"init", "                     make spool, store and publish directory"},
	admin_init, 0, 0, 1},
    {{"check", "                    look for mistakes in settings and rights"},
	admin_check, 0, 0, 0},
    {{"calendars", "                list the calendars"}, admin_calendars, 0, 0,
	1},
    {{"bookings", " CALENDAR [--from T] [--to T]   list its bookings"},
	admin_bookings, 1, 0, 1},
    {{"freebusy", " CALENDAR [--from T] [--to T]   list when it is busy"},
	admin_freebusy, 1, 0, 1},
    {{"rezone", " [CALENDAR] [--from T] [--dry-run]   apply new zone data"},
	admin_rezone, 0, 1, 1},
};

/* Check the arguments, read the settings if they are needed, and run it. */
static int
run(const struct command *c, struct admin *a, const struct tool_call *call)
{
	struct settings *settings;
	struct why why;

	if (call->nword < (size_t)c->arguments ||
	    call->nword > (size_t)(c->arguments + c->optional))
		return tool_fail(EXIT_WRONG_USAGE, "%s: takes %s",
		    c->words.name,
		    c->arguments + c->optional == 0 ? "no argument"
						    : "one CALENDAR");
	a->conf = call->conf;
	a->json = call->json;
	a->calendar = call->word[0];
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
	const struct tool_option option[] = {{"--from", &a.from, NULL},
	    {"--to", &a.to, NULL}, {"--dry-run", NULL, &a.dry_run}};
	const struct tool_program program = {.name = "imip-admin",
	    .note = "",
	    .command = commands,
	    .ncommand = sizeof(commands) / sizeof(commands[0]),
	    .size = sizeof(commands[0]),
	    .option = option,
	    .noption = sizeof(option) / sizeof(option[0])};
	struct tool_call call;
	int code = tool_start(&program, argc, argv, &call);

	if (call.command == NULL)
		return code;
	a.ctx = mem_check(talloc_new(NULL));
	a.now = time(NULL);
	code = tool_close(run(call.command, &a, &call));
	talloc_free(a.ctx);
	return code;
}
