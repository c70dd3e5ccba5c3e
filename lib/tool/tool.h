/*
 * tool.h - what the command line tools have in common
 *
 * Options, commands, times, errors of one line, text safe on a terminal.
 * Layer 3.  Uses: mem, version, zone, civil.  Used by: admin, spool.
 */
#ifndef LIB_TOOL_TOOL_H
#define LIB_TOOL_TOOL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "lib/base/zone.h"

/* sysexits(3), those that we use. */
enum exit_code {
	EXIT_FINE = 0,
	EXIT_WRONG_USAGE = 64,
	EXIT_BAD_DATA = 65,
	EXIT_TRY_AGAIN = 75,
	EXIT_BAD_CONFIG = 78
};

/* The program's name, for errors; also sets up memory.  Call first. */
void tool_open(const char *program);

/*
 * Flush standard output; the exit code of the program: code, or EXIT_TRY_AGAIN
 * and an error line if the output could not be written.
 */
int tool_close(int code);

/* Say "program: ..." on stderr, one line, made printable; returns code. */
int tool_fail(int code, const char *fmt, ...) PRINTF(2, 3);

/* The exit code of a result: 0, EXIT_TRY_AGAIN, EXIT_BAD_DATA. */
int tool_code(enum res res);

/* One option: with value set, it takes one; otherwise it sets *flag. */
struct tool_option {
	const char *name; /* "--json", "-c" */
	const char **value;
	int *flag;
};

/*
 * Take the options out of argv, wherever they are before "--", and close the
 * ranks; "--name=value" is understood too.  *argc is what is left, the
 * program's name included.
 * Returns RES_PERM  an unknown option, or one without its value; the reason
 *                   of the former advises --help if that is an option here
 */
enum res tool_options(const struct tool_option *option, size_t n, int *argc,
    char **argv, struct why *why) MUSTUSE;

/*
 * A time as a person writes it: RFC 3339, "now", or a date, which is the
 * midnight in zone (NULL: UTC) that it begins with.
 * Returns RES_PERM  none of these
 */
enum res tool_time(const char *text, int64_t now, const struct zone *zone,
    int64_t *utc, struct why *why) MUSTUSE;

/*
 * Untrusted text for a terminal: control characters, invisible ones that turn
 * the direction of writing, and what is no UTF-8 become \xNN; newlines stay if
 * lines is 1.  Owner ctx.
 */
char *tool_plain(TALLOC_CTX *ctx, const char *text, size_t n, int lines);

/* --- a program of several commands (command.c) ---------------------------- */

/* What the command line knows of a command. */
struct tool_words {
	const char *name;
	const char *help; /* its line of --help behind the name, blanks too */
};

/* A program, its commands, and the options that only it has. */
struct tool_program {
	const char *name;
	const char *note;    /* lines of --help behind the commands, or "" */
	const void *command; /* rows, each beginning with a tool_words */
	size_t ncommand;
	size_t size; /* bytes of a row */
	const struct tool_option *option;
	size_t noption;
};

/* What the command line asks for; the texts are those of argv. */
struct tool_call {
	const void *command; /* the row, NULL if there is nothing to run */
	const char *conf;    /* -c, or NULL */
	int json;
	char **word; /* the arguments of the command, NULL-terminated */
	size_t nword;
};

/*
 * Open the tool and understand its command line: its own options, those that
 * every program has (-c, --json, --help, --version), and the command's name.
 * --help and --version are answered, what is wrong is said; then
 * call->command is NULL and the program ends with what is returned.
 * How many arguments a command takes is for the caller to check, and so is
 * tool_close() once it has run.
 * Returns EXIT_FINE, EXIT_WRONG_USAGE, or what tool_close() does
 */
int tool_start(const struct tool_program *program, int argc, char **argv,
    struct tool_call *call) MUSTUSE;

/* --- tables -------------------------------------------------------------- */

struct table;

/* A table whose first row are the headings, NULL-terminated. */
struct table *table_new(TALLOC_CTX *ctx, const char *const *heading);

/* Add a row, as many cells as there are headings; texts are made plain. */
void table_add(struct table *table, const char *const *cell);

/* Print it, columns as wide as they need, two blanks between. */
void table_print(const struct table *table, FILE *out);

#endif
