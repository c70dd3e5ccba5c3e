/* tool.c - options, times and errors of the tools, see tool.h */
#include "lib/tool/tool.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"

static const char *tool_program = "imipd";

void
tool_open(const char *program)
{
	tool_program = program;
	mem_init();
}

int
tool_fail(int code, const char *fmt, ...)
{
	char *text, *plain;
	va_list ap;

	va_start(ap, fmt);
	text = mem_check(talloc_vasprintf(NULL, fmt, ap));
	va_end(ap);
	plain = tool_plain(NULL, text, strlen(text), 0);
	(void)fprintf(stderr, "%s: %s\n", tool_program, plain);
	talloc_free(plain);
	talloc_free(text);
	return code;
}

int
tool_close(int code)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return tool_fail(EXIT_TRY_AGAIN, "cannot write the output");
	return code;
}

int
tool_code(enum res res)
{
	switch (res) {
	case RES_OK:
		return EXIT_FINE;
	case RES_TEMP:
		return EXIT_TRY_AGAIN;
	case RES_PERM:
		return EXIT_BAD_DATA;
	}
	return EXIT_TRY_AGAIN;
}

/* The option that the word names; *value is behind its '=', or NULL. */
static const struct tool_option *
find_option(const struct tool_option *option, size_t n, const char *word,
    const char **value)
{
	size_t i, length = strlen(word);
	const char *equals =
	    strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;

	*value = NULL;
	if (equals != NULL) {
		length = (size_t)(equals - word);
		*value = equals + 1;
	}
	for (i = 0; i < n; i++)
		if (strlen(option[i].name) == length &&
		    strncmp(option[i].name, word, length) == 0)
			return &option[i];
	return NULL;
}

/* Refuse the option, cut so that the advice behind it is never lost. */
static enum res
refuse_option(const struct tool_option *option, size_t n, const char *word,
    struct why *why)
{
	const char *value;
	int helps = find_option(option, n, "--help", &value) != NULL;

	return why_set(why, RES_PERM, "%.400s: unknown option%s", word,
	    helps ? "; try --help" : "");
}

/* Take the option at argv[*i], and its value, which moves *i on. */
static enum res
take_option(const struct tool_option *option, size_t n, int argc, char **argv,
    int *i, struct why *why)
{
	const char *value, *word = argv[*i];
	const struct tool_option *o = find_option(option, n, word, &value);

	if (o == NULL)
		return refuse_option(option, n, word, why);
	if (o->value == NULL && value != NULL)
		return why_set(why, RES_PERM, "%s: takes no value", o->name);
	if (o->value == NULL) {
		*o->flag = 1;
		return RES_OK;
	}
	if (value == NULL && *i + 1 >= argc)
		return why_set(why, RES_PERM, "%s: needs a value", word);
	*o->value = value != NULL ? value : argv[++*i];
	return RES_OK;
}

enum res
tool_options(const struct tool_option *option, size_t n, int *argc, char **argv,
    struct why *why)
{
	int i, kept = 1, ended = 0;

	for (i = 1; i < *argc; i++) {
		if (ended || argv[i][0] != '-' || argv[i][1] == '\0')
			argv[kept++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			ended = 1;
		else if (take_option(option, n, *argc, argv, &i, why) != RES_OK)
			return RES_PERM;
	}
	argv[kept] = NULL;
	*argc = kept;
	return RES_OK;
}

/* "2026-12-01" and nothing else */
static int
parse_date(const char *text, struct civil *date)
{
	static const char form[] = "dddd-dd-dd";
	size_t i;

	for (i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9'
				   : text[i] != form[i])
			return 0;
	if (text[i] != '\0')
		return 0;
	memset(date, 0, sizeof(*date));
	date->year = atoi(text);
	date->month = atoi(text + 5);
	date->day = atoi(text + 8);
	return civil_is_valid(date);
}

enum res
tool_time(const char *text, int64_t now, const struct zone *zone, int64_t *utc,
    struct why *why)
{
	struct civil date;

	if (strcmp(text, "now") == 0)
		*utc = now;
	else if (parse_date(text, &date))
		*utc = zone != NULL ? zone_to_utc(zone, &date)
		                    : civil_seconds(&date);
	else if (!utc_parse(text, utc))
		return why_set(why, RES_PERM,
		    "%s: expected now, a date as 2026-12-01, or a time as "
		    "2026-12-01T09:00:00Z",
		    text);
	return RES_OK;
}
