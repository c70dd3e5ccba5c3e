/* telling.c - the text/plain body, and lines that fit a screen; see part.h */
#include <assert.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/part.h"

#define WRAP_AT 72

void
telling_add(struct telling *telling, const char *label, const char *text)
{
	if (text[0] == '\0')
		return;
	assert(telling->nrow < TELLING_ROWS);
	telling->row[telling->nrow].label = label;
	telling->row[telling->nrow++].text = text;
}

void
telling_wrap(char **out, const char *first, size_t indent, const char *text)
{
	size_t column = strlen(first), n;
	int fresh = 1;

	mem_add(out, "%s", first);
	while (*text != '\0') {
		n = strcspn(text, " ");
		if (!fresh && column + 1 + n > WRAP_AT) {
			mem_add(out, "\n%*s", (int)indent, "");
			column = indent;
			fresh = 1;
		}
		ical_add(out, " ", fresh ? 0 : 1);
		ical_add(out, text, n);
		column += n + !fresh;
		fresh = 0;
		text += n + (text[n] == ' ');
	}
	mem_add(out, "\n");
}

/* How many characters a text has. */
static size_t
count_characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* "What:" */
static char *
label_text(TALLOC_CTX *ctx, const struct voice *voice, const char *label)
{
	struct fill fill[] = {{"label", label}, {NULL, NULL}};

	/* TRANSLATORS: a line of a table: "What: Planning" */
	return voice_text(ctx, voice, "{label}:", fill);
}

/* The table of facts, the texts below each other. */
static void
add_rows(char **out, const struct voice *voice, const struct telling *telling)
{
	size_t i, width = 0;

	for (i = 0; i < telling->nrow; i++) {
		char *label = label_text(*out, voice, telling->row[i].label);
		size_t n = count_characters(label) + 2;

		width = n > width ? n : width;
	}
	for (i = 0; i < telling->nrow; i++) {
		char *label = label_text(*out, voice, telling->row[i].label);
		size_t n = count_characters(label);

		label = mem_print(*out, "%s%*s", label, (int)(width - n), "");
		telling_wrap(out, label, width, telling->row[i].text);
	}
}

char *
telling_plain(
    TALLOC_CTX *ctx, const struct voice *voice, const struct telling *telling)
{
	char *out = mem_text(ctx, "");

	telling_wrap(&out, "", 0, telling->sentence);
	mem_add(&out, "\n");
	add_rows(&out, voice, telling);
	if (telling->nrow > 0)
		mem_add(&out, "\n");
	telling_wrap(&out, "", 0, telling->closing);
	return out;
}
