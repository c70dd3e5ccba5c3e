/* lmtp_text.c - paths, parameters and xtext of LMTP, see lmtp.h */
#include "enqueue/lmtp.h"

#include <string.h>
#include <strings.h>

/* Add a byte while there is room for it and a NUL. */
static void
add(char *out, size_t *n, char c)
{
	if (*n < LMTP_VALUE_MAX - 1)
		out[(*n)++] = c;
}

/* Skip "@a,@b:" before the address: obsolete, to be ignored. */
static const char *
skip_route(const char *p)
{
	const char *colon = *p == '@' ? strchr(p, ':') : NULL;
	const char *end = strchr(p, '>');

	return colon != NULL && end != NULL && colon < end ? colon + 1 : p;
}

int
lmtp_path(const char *args, const char *keyword, char *out, const char **rest)
{
	size_t n = 0, skip = strlen(keyword);
	int quoted = 0;
	const char *p;

	if (strncasecmp(args, keyword, skip) != 0)
		return 0;
	p = args + skip;
	p += strspn(p, " ");
	if (*p != '<')
		return 0;
	for (p = skip_route(p + 1); *p != '\0' && (quoted || *p != '>'); p++) {
		if (*p == '"')
			quoted = !quoted;
		if (*p == '\\' && quoted && p[1] != '\0')
			add(out, &n, *p++);
		add(out, &n, *p);
	}
	out[n] = '\0';
	if (*p != '>' || (p[1] != '\0' && p[1] != ' '))
		return 0;
	*rest = p + 1;
	return 1;
}

/* Copy n bytes and a NUL; 0 if they are none or too many. */
static int
take(char *out, const char *p, size_t n)
{
	if (n == 0 || n >= LMTP_VALUE_MAX)
		return 0;
	memcpy(out, p, n);
	out[n] = '\0';
	return 1;
}

int
lmtp_parameter(const char **rest, char *key, char *value)
{
	const char *p = *rest + strspn(*rest, " ");
	size_t n = strcspn(p, "= ");

	if (*p == '\0')
		return 0;
	value[0] = '\0';
	if (!take(key, p, n))
		return -1;
	p += n;
	if (*p == '=') {
		n = strcspn(++p, " ");
		if (!take(value, p, n))
			return -1;
		p += n;
	}
	*rest = p;
	return 1;
}

/* The value of an upper-case hexadecimal digit, or -1. */
static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
lmtp_xtext(char *text)
{
	char *to = text;
	const char *p;

	for (p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (*p == '+') {
			int high = hex(p[1]);
			int low = high < 0 ? -1 : hex(p[2]);

			if (low < 0)
				return 0;
			c = (unsigned char)(high * 16 + low);
			p += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return 0;
		*to++ = (char)c;
	}
	*to = '\0';
	return 1;
}
