/* property.c - a content line taken apart, see property.h */
#include "lib/write/property.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/facts.h"

#define SOUND_MAX 2000
#define NAME_BYTES                                                             \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"

/* How many bytes until one of `stop` outside of quotes, or the end. */
static size_t
span_unquoted(const char *p, const char *stop)
{
	int quoted = 0;
	size_t i;

	for (i = 0; p[i] != '\0'; i++) {
		if (p[i] == '"')
			quoted = !quoted;
		else if (!quoted && strchr(stop, p[i]) != NULL)
			break;
	}
	return i;
}

int
property_is(const char *line, const char *name)
{
	size_t n = strlen(name);

	return strncasecmp(line, name, n) == 0 &&
	       (line[n] == ':' || line[n] == ';');
}

const char *
property_line(const struct component *component, const char *name)
{
	size_t i;

	for (i = 0; i < component->nline; i++)
		if (property_is(component->line[i], name))
			return component->line[i];
	return NULL;
}

const char *
property_value(const char *line)
{
	const char *p = line + span_unquoted(line, ":");

	return *p == ':' ? p + 1 : p;
}

/* Past one value of a parameter; NULL if it is none. */
static const char *
skip_value(const char *p)
{
	if (*p != '"')
		return p + strcspn(p, "\",:;");
	p += 1 + strcspn(p + 1, "\"");
	return *p == '"' ? p + 1 : NULL;
}

/* Past ";NAME=value,value"; NULL if it is none. */
static const char *
skip_parameter(const char *p)
{
	size_t n = strspn(p + 1, NAME_BYTES);

	if (n == 0 || p[1 + n] != '=')
		return NULL;
	p += 1 + n;
	do
		p = skip_value(p + 1);
	while (p != NULL && *p == ',');
	return p;
}

int
property_is_sound(const char *line)
{
	size_t n = strlen(line);
	const char *p = line + strspn(line, NAME_BYTES);

	if (n > SOUND_MAX || p == line || !text_is_clean(line, n, ""))
		return 0;
	while (p != NULL && *p == ';')
		p = skip_parameter(p);
	return p != NULL && p[0] == ':' && p[1] != '\0' && p[1] != ' ';
}

int
property_is_word(const char *text)
{
	size_t n = strspn(text, NAME_BYTES);

	return n > 0 && n <= 60 && text[n] == '\0';
}

/* Without the quotes at its ends; one in the middle cannot be said. */
static char *
unquote(TALLOC_CTX *ctx, const char *p, size_t n)
{
	char *text = mem_textn(ctx, p, n);
	size_t i, kept = 0;

	for (i = 0; i < n; i++)
		if (text[i] != '"')
			text[kept++] = text[i];
	text[kept] = '\0';
	return text;
}

char *
property_parameter(TALLOC_CTX *ctx, const char *line, const char *name)
{
	const char *p = line + span_unquoted(line, ";:");
	size_t n, length = strlen(name);

	for (; *p == ';'; p += n) {
		p++;
		n = span_unquoted(p, ";:");
		if (n > length && p[length] == '=' &&
		    strncasecmp(p, name, length) == 0)
			return unquote(ctx, p + length + 1, n - length - 1);
	}
	return NULL;
}

char *
property_text(TALLOC_CTX *ctx, const char *line)
{
	const char *p = property_value(line);
	char *text = mem_text(ctx, p), *out = text;

	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0') {
			p++;
			*out++ = *p == 'n' || *p == 'N' ? '\n' : *p;
		} else {
			*out++ = *p;
		}
	}
	*out = '\0';
	return text;
}

char *
property_quote(TALLOC_CTX *ctx, const char *raw)
{
	const char *quote = raw[strcspn(raw, ":;,")] == '\0' ? "" : "\"";

	return mem_print(ctx, "%s%s%s", quote, raw, quote);
}

int
property_same_tzid(const char *a, const char *b)
{
	for (;;) {
		while (*a == '\\')
			a++;
		while (*b == '\\')
			b++;
		if (*a != *b)
			return 0;
		if (*a == '\0')
			return 1;
		a++;
		b++;
	}
}
