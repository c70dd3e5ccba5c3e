/*
 * telling_html.c - the text/html body: the same words, with a table of facts
 *
 * Self-contained: no image, no script, nothing fetched.  Colours are the
 * reader's own, so that it can be read on a dark ground too.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/part.h"

/* The text with everything escaped that HTML could take for its own. */
static char *
escape(TALLOC_CTX *ctx, const char *text)
{
	char *out = mem_text(ctx, "");

	while (*text != '\0') {
		size_t n = strcspn(text, "&<>\"'");

		ical_add(&out, text, n);
		text += n;
		if (*text != '\0')
			mem_add(&out, "&#%d;", *text++);
	}
	return out;
}

/* A row of the table. */
static void
add_row(char **out, const char *label, const char *text)
{
	char *first;

	mem_add(out, "<tr><th scope=\"row\">%s</th>\n", label);
	first = mem_print(*out, "<td dir=\"auto\">");
	telling_wrap(out, first, 0, escape(*out, text));
	mem_add(out, "</td></tr>\n");
	talloc_free(first);
}

char *
telling_html(TALLOC_CTX *ctx, const struct telling *telling)
{
	char *out = mem_print(ctx,
	    "<!DOCTYPE html>\n"
	    "<html lang=\"%s\">\n"
	    "<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<style>\n"
	    ":root { color-scheme: light dark; }\n"
	    "body { font-family: sans-serif; line-height: 1.4; }\n"
	    "th { text-align: left; vertical-align: top;\n"
	    "  padding-right: 1em; }\n"
	    "</style>\n",
	    telling->language);
	size_t i;

	telling_wrap(&out, "<title>", 0, escape(ctx, telling->title));
	mem_add(&out, "</title>\n</head>\n<body>\n");
	telling_wrap(&out, "<p>", 0, escape(ctx, telling->sentence));
	mem_add(&out, "</p>\n<table>\n");
	for (i = 0; i < telling->nrow; i++)
		add_row(&out, escape(ctx, telling->row[i].label),
		    telling->row[i].text);
	mem_add(&out, "</table>\n<p>%s</p>\n</body>\n</html>\n",
	    escape(ctx, telling->closing));
	return out;
}
