/*
 * read_corpus.c - every real message and calendar file is read
 *
 * What the corpus' README calls a REQUEST or CANCEL must give an object of that
 * method, or stand in VIOLATIONS.md with the reason; and nothing stands there
 * that reads well.  All facts must survive their text form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/read/read.h"

#define CORPUS "tests/corpus/"

static char exceptions[200][2][200];
static size_t nexceptions;

/* The whole file, or NULL. */
static char *
slurp(TALLOC_CTX *ctx, const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p = mem_array(ctx, char, 1 << 22);

	if (f == NULL)
		return NULL;
	*n = fread(p, 1, 1 << 22, f);
	(void)fclose(f);
	return p;
}

/* Cell i of a Markdown row, without blanks around it; 0 if there is none. */
static int
cell(const char *row, int i, char *out, size_t size)
{
	const char *p = row;
	size_t n;

	for (; i >= 0; i--) {
		p = strchr(p, '|');
		if (p == NULL)
			return 0;
		p++;
	}
	p += strspn(p, " ");
	n = strcspn(p, "|\n");
	while (n > 0 && p[n - 1] == ' ')
		n--;
	if (n >= size)
		n = size - 1;
	memcpy(out, p, n);
	out[n] = '\0';
	return 1;
}

static void
load_exceptions(void)
{
	FILE *f = fopen("tests/VIOLATIONS.md", "r");
	char line[2000];
	int on = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "## ", 3) == 0)
			on = strcmp(line, "## exceptions\n") == 0;
		if (!on || line[0] != '|' || strchr(line, '/') == NULL)
			continue;
		assert_true(nexceptions < 200);
		assert_true(cell(line, 0, exceptions[nexceptions][0], 200));
		assert_true(cell(line, 1, exceptions[nexceptions][1], 200));
		nexceptions++;
	}
	(void)fclose(f);
	assert_true(nexceptions > 0);
}

/* The code that a file is excused with, or NULL. */
static const char *
excuse(const char *file)
{
	size_t i;

	for (i = 0; i < nexceptions; i++) {
		if (strcmp(exceptions[i][0], file) == 0)
			return exceptions[i][1];
	}
	return NULL;
}

static int
has_method(const struct notice *notice, const char *method)
{
	size_t i;

	for (i = 0; i < notice->nobject; i++) {
		if (strcmp(notice->object[i].method, method) == 0)
			return 1;
	}
	return 0;
}

static int
has_code(const struct notice *notice, const char *code)
{
	size_t i;

	for (i = 0; i < notice->nproblem; i++) {
		if (strcmp(notice->problem[i].code, code) == 0)
			return 1;
	}
	return 0;
}

/* Facts as text and back must be the same text. */
static void
check_form(TALLOC_CTX *ctx, const char *file, const struct notice *notice)
{
	char *text = facts_print(ctx, notice);
	struct notice *again = NULL;
	struct why why = {.text = ""};

	if (facts_parse(ctx, text, strlen(text), &again, &why) != RES_OK)
		fail_msg("%s: %s", file, why.text);
	assert_string_equal(text, facts_print(ctx, again));
}

/* The method that the README promises, or NULL. */
static const char *
promised(const char *what, const char *expect)
{
	char both[4000];
	const char *p;

	(void)snprintf(both, sizeof(both), ";%s;%s;", what, expect);
	for (p = both; *p != '\0'; p++) {
		if (strchr("; ", *p) == NULL)
			continue;
		if (strncmp(p + 1, "REQUEST", 7) == 0 &&
		    strchr(";, ", p[8]) != NULL)
			return "REQUEST";
		if (strncmp(p + 1, "CANCEL", 6) == 0 &&
		    strchr(";, ", p[7]) != NULL)
			return "CANCEL";
	}
	return NULL;
}

/* Read one file of the corpus; 1 if a method was promised. */
static int
check_file(const char *file, const char *method)
{
	const struct window window = {0, INT64_C(4102444800), 100};
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *code = excuse(file);
	struct notice *notice;
	size_t n = 0;
	char *p = slurp(ctx, mem_print(ctx, CORPUS "%s", file), &n);

	if (p == NULL)
		fail_msg("%s: cannot be opened", file);
	notice = read_message(ctx, p, n, &window);
	assert_true(notice->nobject + notice->nproblem > 0);
	check_form(ctx, file, notice);
	if (method == NULL && code != NULL)
		fail_msg("%s: excused, but nothing was promised", file);
	if (method != NULL && code == NULL && !has_method(notice, method))
		fail_msg("%s: no %s found in it", file, method);
	if (code != NULL && has_method(notice, method))
		fail_msg("%s: excused, but it reads well", file);
	if (code != NULL && !has_code(notice, code))
		fail_msg("%s: the problem is not %s", file, code);
	talloc_free(ctx);
	return method != NULL;
}

static void
test_corpus(void **state)
{
	static char line[20000];
	char file[300];
	char what[1000];
	char expect[2000];
	FILE *f = fopen(CORPUS "README.md", "r");
	size_t files = 0;
	size_t asked = 0;

	(void)state;
	assert_non_null(f);
	load_exceptions();
	while (fgets(line, sizeof(line), f) != NULL) {
		if (line[0] != '|' || !cell(line, 0, file, sizeof(file)) ||
		    strchr(file, '/') == NULL ||
		    !cell(line, 3, what, sizeof(what)) ||
		    !cell(line, 4, expect, sizeof(expect)))
			continue;
		files++;
		asked += (size_t)check_file(file, promised(what, expect));
	}
	(void)fclose(f);
	assert_int_equal(files, 446);
	assert_true(asked > 85);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_corpus),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
