/*
 * address.c - the grammar of a mailbox that mail can go to, see letter.h
 *
 * Letters beyond ASCII are taken in local parts and domains (RFC 6531); whether
 * the letter can go there is the relay's word: it must offer SMTPUTF8, and the
 * address is never rewritten to fit one that does not.
 */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "lib/facts/facts.h"
#include "lib/write/letter.h"

#define LOCAL_MAX   64
#define DOMAIN_MAX  255
#define LABEL_MAX   63
#define MAILBOX_MAX 254 /* 256 with the angle brackets */

/* Is it an ASCII letter or digit? */
static int
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* Part of a letter beyond ASCII?  That it is UTF-8 was checked before. */
static int
is_beyond(char c)
{
	return ((unsigned char)c & 0x80) != 0;
}

/* Control characters and line ends of Unicode: U+0080-9F, U+2028, U+2029. */
static int
has_hidden_controls(const char *p)
{
	for (; *p != '\0'; p++) {
		unsigned char second = (unsigned char)p[1];

		if ((unsigned char)*p == 0xc2 && second < 0xa0)
			return 1;
		if (strncmp(p, "\xe2\x80\xa8", 3) == 0 ||
		    strncmp(p, "\xe2\x80\xa9", 3) == 0)
			return 1;
	}
	return 0;
}

/* Dot-string: atoms between dots. */
static int
is_dot_string(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '.' && (i == 0 || i + 1 == n || p[i + 1] == '.'))
			return 0;
		if (p[i] != '.' && !is_alnum(p[i]) && !is_beyond(p[i]) &&
		    strchr("!#$%&'*+-/=?^_`{|}~", p[i]) == NULL)
			return 0;
	}
	return n > 0;
}

/* Quoted-string, the quotes included; an empty one names nobody. */
static int
is_quoted_string(const char *p, size_t n)
{
	size_t i;

	if (n < 3 || p[0] != '"' || p[n - 1] != '"')
		return 0;
	for (i = 1; i + 1 < n; i++) {
		/* Legal between quotes, but too many programs get it wrong. */
		if (p[i] == '"' || p[i] == '<' || p[i] == '>')
			return 0;
		if (p[i] == '\\' && (++i + 1 >= n || is_beyond(p[i])))
			return 0;
	}
	return 1;
}

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" */
static int
is_literal(const char *p, size_t n)
{
	unsigned char bytes[16];
	char text[64];

	if (n < 3 || n >= sizeof(text) || p[n - 1] != ']')
		return 0;
	memcpy(text, p + 1, n - 2);
	text[n - 2] = '\0';
	if (strncasecmp(text, "IPv6:", 5) == 0)
		return inet_pton(AF_INET6, text + 5, bytes) == 1;
	return inet_pton(AF_INET, text, bytes) == 1;
}

/* Labels of letters, digits and inner hyphens. */
static int
is_domain(const char *p)
{
	for (;;) {
		size_t i, n = strcspn(p, ".");

		if (n == 0 || n > LABEL_MAX || p[0] == '-' || p[n - 1] == '-')
			return 0;
		for (i = 0; i < n; i++)
			if (!is_alnum(p[i]) && !is_beyond(p[i]) && p[i] != '-')
				return 0;
		if (p[n] == '\0')
			return 1;
		p += n + 1;
	}
}

int
address_is_sendable(const char *address)
{
	const char *at;
	size_t local, n = address == NULL ? 0 : strlen(address);

	if (n == 0 || n > MAILBOX_MAX || !text_is_clean(address, n, "") ||
	    has_hidden_controls(address))
		return 0;
	at = strrchr(address, '@');
	if (at == NULL)
		return 0;
	local = (size_t)(at - address);
	n -= local + 1;
	if (local > LOCAL_MAX || n > DOMAIN_MAX)
		return 0;
	if (!is_dot_string(address, local) && !is_quoted_string(address, local))
		return 0;
	return at[1] == '[' ? is_literal(at + 1, n) : is_domain(at + 1);
}

/* Length of the local part without "+detail"; *domain is set behind the '@'. */
static size_t
mailbox_length(const char *address, const char **domain)
{
	const char *at = strrchr(address, '@');
	size_t n = at == NULL ? strlen(address) : (size_t)(at - address);
	const char *plus = address[0] == '"' ? NULL : memchr(address, '+', n);

	*domain = at == NULL ? "" : at + 1;
	if (plus != NULL && plus != address)
		n = (size_t)(plus - address);
	return n;
}

int
address_is_same(const char *a, const char *b)
{
	const char *domain_a, *domain_b;
	size_t na, nb;

	if (a == NULL || b == NULL || a[0] == '\0' || b[0] == '\0')
		return 0;
	na = mailbox_length(a, &domain_a);
	nb = mailbox_length(b, &domain_b);
	return na == nb && strncasecmp(a, b, na) == 0 &&
	       strcasecmp(domain_a, domain_b) == 0;
}
