/* ical.c - iCalendar lines: escaping, folding, composing; see ical.h */
#include "lib/write/ical.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/write/property.h"

#define FOLD_AT 75

/* Neither a line end nor anything else that ends or hides a line; UTF-8. */
static char *
without_controls(TALLOC_CTX *ctx, const char *line)
{
	size_t i, step, n = strlen(line), kept = 0;
	char *text = mem_text(ctx, line);

	for (i = 0; i < n; i += step) {
		unsigned char c = (unsigned char)line[i];

		step = utf8_length(line + i, n - i);
		if (step == 0) {
			step = 1;
			continue;
		}
		/* White space in front would make it part of the line before. */
		if (kept == 0 && (c == ' ' || c == '\t'))
			continue;
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			continue;
		memcpy(text + kept, line + i, step);
		kept += step;
	}
	text[kept] = '\0';
	return text;
}

size_t
ical_cut(const char *text, size_t max)
{
	size_t i, n = strlen(text);

	if (n <= max)
		return n;
	/* A character has at most four bytes; what goes on is no UTF-8. */
	for (i = max; i > 0 && max - i < 4; i--)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return i;
	return max;
}

int
ical_is_blank(const char *text)
{
	size_t i, step, n = strlen(text);

	for (i = 0; i < n; i += step) {
		step = utf8_length(text + i, n - i);
		if (step > 0 && (unsigned char)text[i] > 0x20 &&
		    text[i] != 0x7f)
			return 0;
		step = step == 0 ? 1 : step;
	}
	return 1;
}

void
ical_add(char **out, const char *p, size_t n)
{
	*out = mem_check(talloc_strndup_append_buffer(*out, p, n));
}

void
ical_line(char **out, const char *line)
{
	char *text = without_controls(*out, line);
	const char *p = text;
	size_t n = ical_cut(p, FOLD_AT);

	while (*p != '\0') {
		if (p != text)
			ical_add(out, " ", 1);
		ical_add(out, p, n);
		ical_add(out, "\r\n", 2);
		p += n;
		n = ical_cut(p, FOLD_AT - 1);
	}
	talloc_free(text);
}

/* The two bytes that stand for one in a TEXT value, or NULL. */
static const char *
text_escape(char c)
{
	switch (c) {
	case '\\':
		return "\\\\";
	case ';':
		return "\\;";
	case ',':
		return "\\,";
	case '\n':
		return "\\n";
	default:
		return NULL;
	}
}

void
ical_text(char **out, const char *name, const char *text)
{
	char *line = mem_print(*out, "%s:", name);
	const char *p = text;

	while (*p != '\0') {
		size_t n = strcspn(p, "\\;,\r\n");
		const char *escape;

		ical_add(&line, p, n);
		p += n;
		if (*p == '\0')
			break;
		/* CR LF is one line end, and so is a lone CR. */
		if (p[0] == '\r' && p[1] == '\n')
			p++;
		escape = text_escape(*p == '\r' ? '\n' : *p);
		ical_add(&line, escape, 2);
		p++;
	}
	ical_line(out, line);
	talloc_free(line);
}

char *
ical_parameter(TALLOC_CTX *ctx, const char *value)
{
	char *text = mem_text(ctx, "");
	const char *p, *quote;

	for (p = value; *p != '\0'; p++) {
		if (*p == '^')
			mem_add(&text, "^^");
		else if (*p == '"')
			mem_add(&text, "^'");
		else if (*p == '\n')
			mem_add(&text, "^n");
		else if (((unsigned char)*p >= 0x20 && *p != 0x7f) ||
			 *p == '\t')
			mem_add(&text, "%c", *p);
	}
	quote = text[strcspn(text, ":;,")] == '\0' ? "" : "\"";
	return mem_print(ctx, "%s%s%s", quote, text, quote);
}

char *
ical_mailto(TALLOC_CTX *ctx, const char *address)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789"
				    "!$'*+-./=@_~";
	char *uri = mem_text(ctx, "mailto:");
	const char *p;

	for (p = address; *p != '\0'; p++) {
		if (strchr(plain, *p) != NULL)
			mem_add(&uri, "%c", *p);
		else
			mem_add(&uri, "%%%02X", (unsigned char)*p);
	}
	return uri;
}

/* Does a line of the text (joined by '\n') carry this TZID? */
static int
text_uses_zone(const char *text, const char *tzid)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	int found = 0;

	while (*text != '\0' && !found) {
		size_t n = strcspn(text, "\n");
		char *line = mem_textn(tmp, text, n);
		char *used = property_parameter(tmp, line, "TZID");

		found = used != NULL && property_same_tzid(used, tzid);
		talloc_free(line);
		text += n + (text[n] == '\n');
	}
	talloc_free(tmp);
	return found;
}

/* Append a text of lines; one '\n' between it and what comes. */
static void
add_lines(char **out, const char *text)
{
	size_t n = strlen(text);

	while (n > 0 && text[n - 1] == '\n')
		n--;
	if (n > 0)
		mem_add(out, "%s%.*s", **out == '\0' ? "" : "\n", (int)n, text);
}

char *
ical_keep(TALLOC_CTX *ctx, const struct object *object,
    const struct component *component)
{
	char *out = mem_text(ctx, "");
	size_t i;

	for (i = 0; i < object->ntimezone; i++)
		if (text_uses_zone(component->text, object->timezone[i].tzid))
			add_lines(&out, object->timezone[i].text);
	add_lines(&out, component->text);
	return out;
}

/* One component at the top of a kept text. */
struct block {
	const char *p;
	size_t n;
	int timezone;
	char *tzid; /* of a VTIMEZONE, as its own line has it */
};

/* Is the line at p exactly this? */
static int
line_is(const char *p, const char *line)
{
	size_t n = strlen(line);

	return strncmp(p, line, n) == 0 && (p[n] == '\n' || p[n] == '\0');
}

/* Take the next component at the top; NULL if there is none. */
static const char *
next_block(TALLOC_CTX *ctx, const char *text, struct block *block)
{
	const char *p = text;
	int depth = 0;

	memset(block, 0, sizeof(*block));
	block->p = text;
	block->timezone = line_is(text, "BEGIN:VTIMEZONE");
	while (*p != '\0') {
		size_t n = strcspn(p, "\n");

		if (strncmp(p, "BEGIN:", 6) == 0)
			depth++;
		if (strncmp(p, "TZID:", 5) == 0 && block->tzid == NULL)
			block->tzid = mem_textn(ctx, p, n);
		if (strncmp(p, "END:", 4) == 0)
			depth--;
		p += n + (p[n] == '\n');
		if (depth <= 0)
			break;
	}
	block->n = (size_t)(p - text);
	return block->n > 0 ? p : NULL;
}

/* Append a block line by line. */
static void
add_block(char **out, const struct block *block)
{
	const char *p = block->p, *end = p + block->n;

	while (p < end) {
		size_t n = strcspn(p, "\n");
		char *line = mem_textn(*out, p, n);

		ical_line(out, line);
		talloc_free(line);
		p += n + (p[n] == '\n');
	}
}

/* Has a VTIMEZONE of this name been written before? */
static int
seen_before(char ***seen, TALLOC_CTX *ctx, const char *tzid)
{
	size_t i, n = *seen == NULL ? 0 : talloc_array_length(*seen);

	for (i = 0; i < n; i++)
		if (strcmp((*seen)[i], tzid) == 0)
			return 1;
	*seen = mem_check(talloc_realloc(ctx, *seen, char *, mem_count(n + 1)));
	(*seen)[n] = mem_text(ctx, tzid);
	return 0;
}

/* Write the VTIMEZONEs of all texts, or everything else of them. */
static void
join_blocks(char **out, const char *const *kept, size_t n, int timezones)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	char **seen = NULL;
	struct block block;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *p = kept[i];

		while ((p = next_block(tmp, p, &block)) != NULL) {
			if (block.timezone != timezones)
				continue;
			if (timezones && block.tzid != NULL &&
			    seen_before(&seen, tmp, block.tzid))
				continue;
			add_block(out, &block);
		}
	}
	talloc_free(tmp);
}

char *
ical_join(TALLOC_CTX *ctx, const char *const *kept, size_t n)
{
	char *out = mem_text(ctx, "");

	ical_line(&out, "BEGIN:VCALENDAR");
	ical_line(&out, "VERSION:2.0");
	ical_line(&out, ICAL_PRODID);
	/* What was booked was asked for; without METHOD it would be PUBLISH. */
	ical_line(&out, "METHOD:REQUEST");
	join_blocks(&out, kept, n, 1);
	join_blocks(&out, kept, n, 0);
	ical_line(&out, "END:VCALENDAR");
	return out;
}
