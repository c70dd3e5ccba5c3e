/* form.c - the forms in which a calendar is published; see form.h */
#define _GNU_SOURCE
#include "publisher/form.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/write/ifb.h"

/* How every file of ours introduces itself, whatever the version. */
#define PRODUCT "\r\nPRODID:-//imipd//"
#define HEAD    1024 /* bytes in which it must have done so */

/* Free/busy for clients that ask for it by address. */
static char *
ifb_of_view(TALLOC_CTX *ctx, const struct view *view)
{
	return ifb_render(ctx, view->calendar, view->span, view->nspan,
	    view->from, view->to, view->changed);
}

/* Is the text in the first bytes? */
static int
begins_with(const char *p, size_t n, const char *text)
{
	return memmem(p, n < HEAD ? n : HEAD, text, strlen(text)) != NULL;
}

/* A VCALENDAR of our product. */
static int
ifb_is_ours(const char *p, size_t n)
{
	static const char first[] = "BEGIN:VCALENDAR\r\n";

	return n > strlen(first) && memcmp(p, first, strlen(first)) == 0 &&
	       begins_with(p, n, PRODUCT);
}

/* It says itself what it shows. */
static int
ifb_is_current(const char *p, size_t n, const struct view *view)
{
	char from[24], to[24], line[48];
	int current;

	(void)snprintf(line, sizeof(line), "\r\nDTSTART:%s\r\n",
	    utc_basic(from, sizeof(from), view->from));
	current = begins_with(p, n, line);
	(void)snprintf(line, sizeof(line), "\r\nDTEND:%s\r\n",
	    utc_basic(to, sizeof(to), view->to));
	return current && begins_with(p, n, line);
}

const struct form forms[] = {
    {".ifb", ifb_of_view, ifb_is_ours, ifb_is_current},
};
const size_t nforms = sizeof(forms) / sizeof(forms[0]);

int
form_can_name(const char *address)
{
	const char *at = strrchr(address, '@');
	size_t i, n = strlen(address);

	/* The longest file name is 255 bytes, with what a new file adds. */
	if (at == NULL || at == address || at[1] == '\0' || n > 220 ||
	    *address == '.')
		return 0;
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)address[i];

		if (c <= 0x20 || c == 0x7f || c == '/')
			return 0;
	}
	return 1;
}

const struct form *
form_of_name(TALLOC_CTX *ctx, const char *name, const char **address)
{
	size_t i, n = strlen(name);

	for (i = 0; i < nforms; i++) {
		size_t length = strlen(forms[i].suffix);

		if (n <= length ||
		    strcmp(name + n - length, forms[i].suffix) != 0)
			continue;
		*address = mem_textn(ctx, name, n - length);
		return form_can_name(*address) ? &forms[i] : NULL;
	}
	return NULL;
}
