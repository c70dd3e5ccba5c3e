/* problem.c - what is wrong with a message, each thing once; see internal.h */
#include "lib/read/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/read/bytes.h"

/* More than so many say nothing new. */
#define PROBLEMS_MAX 200

/* Was the same said of the same object before? */
static int
is_known(const struct notice *notice, long object, const char *code)
{
	size_t i;

	for (i = 0; i < notice->nproblem; i++) {
		if (notice->problem[i].object == object &&
		    strcmp(notice->problem[i].code, code) == 0)
			return 1;
	}
	return 0;
}

void
problem_add(struct reading *r, enum action action, long object,
    const char *code, const char *fmt, ...)
{
	struct notice *notice = r->notice;
	struct problem *problem;
	char text[400];
	va_list ap;

	if (notice->nproblem >= PROBLEMS_MAX || is_known(notice, object, code))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	notice->problem = list_grow(
	    notice, notice->problem, struct problem, notice->nproblem + 1);
	problem = &notice->problem[notice->nproblem++];
	problem->action = r->quiet ? ACTION_NOTE : action;
	problem->object = object;
	problem->code = code;
	problem->text = bytes_clean(notice, text, strlen(text));
}

void
problem_fault(struct reading *r, long object, const struct fault *fault)
{
	if (fault->code != NULL)
		problem_add(
		    r, fault->action, object, fault->code, "%s", fault->text);
}
