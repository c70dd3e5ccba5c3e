/* person.c - ORGANIZER and ATTENDEE lines to addresses, see person.h */
#include "lib/read/person.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"

/* Value of a hex digit, -1 if it is none. */
static int
hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p;

	if (c == '\0')
		return -1;
	p = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
	return p == NULL ? -1 : (int)(p - digits);
}

/* Percent decoding, once; NULL if a control byte or NUL comes out. */
static char *
decode(TALLOC_CTX *ctx, const char *s, size_t n)
{
	char *out = mem_array(ctx, char, n + 1);
	size_t got = 0;
	size_t i;
	int c;

	for (i = 0; i < n; i++) {
		c = (unsigned char)s[i];
		if (c == '%' && i + 2 < n && hex(s[i + 1]) >= 0 &&
		    hex(s[i + 2]) >= 0) {
			c = hex(s[i + 1]) * 16 + hex(s[i + 2]);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return NULL;
		out[got++] = (char)c;
	}
	out[got] = '\0';
	return out;
}

/* Is it a domain name, or an address literal? */
static int
domain_is_good(const char *domain)
{
	size_t n = strlen(domain);
	const char *p;
	size_t label = 0;

	if (n == 0 || n > 254)
		return 0;
	if (domain[0] == '[')
		return n > 2 && domain[n - 1] == ']' &&
		       strcspn(domain + 1, "[]<>()\" ,;\\") == n - 2;
	for (p = domain; *p != '\0'; p++) {
		label = *p == '.' ? 0 : label + 1;
		if ((*p == '.' &&
			(p == domain || p[1] == '\0' || p[1] == '.')) ||
		    label > 63 || strchr(" <>()[]\",;:\\@/", *p) != NULL)
			return 0;
	}
	return domain[0] != '-';
}

/* Is it dot-atom or a quoted string, in the wide sense of real mail? */
static int
local_is_good(const char *local, size_t n)
{
	size_t i;

	if (n == 0 || n > 64)
		return 0;
	if (local[0] != '"') {
		for (i = 0; i < n; i++) {
			if (strchr(" <>()[]\",;:\\@", local[i]) != NULL)
				return 0;
		}
		return 1;
	}
	if (n < 3 || local[n - 1] != '"')
		return 0;
	for (i = 1; i < n - 1; i++) {
		if (local[i] == '"' || local[i] == '\\')
			return 0;
	}
	return 1;
}

const char *
person_mailbox(TALLOC_CTX *ctx, const char *address)
{
	char *copy;
	char *at;
	char *p;

	if (address == NULL || strlen(address) > LIMIT_ADDRESS_BYTES ||
	    !text_is_clean(address, strlen(address), ""))
		return NULL;
	copy = mem_text(ctx, address);
	at = strrchr(copy, '@');
	if (at == NULL || !local_is_good(copy, (size_t)(at - copy)) ||
	    !domain_is_good(at + 1))
		return NULL;
	for (p = at; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	}
	return copy;
}

const char *
person_address(TALLOC_CTX *ctx, const char *uri)
{
	const char *mailbox;
	char *plain = bytes_trim(ctx, uri);
	int mailto = strncasecmp(plain, "mailto:", 7) == 0;
	size_t n;

	if (mailto) {
		plain += 7;
		plain = decode(ctx, plain, strcspn(plain, "?"));
		if (plain == NULL)
			return "";
		plain = bytes_trim(ctx, plain);
		n = strlen(plain);
		if (n > 2 && plain[0] == '<' && plain[n - 1] == '>')
			plain = mem_textn(ctx, plain + 1, n - 2);
	}
	mailbox = person_mailbox(ctx, plain);
	return mailbox == NULL ? "" : mailbox;
}

/* A parameter in upper case, or its default. */
static const char *
word(TALLOC_CTX *ctx, const struct property *property, const char *name,
    const char *def)
{
	const char *value = property_param(property, name);

	return *value == '\0' ? def : bytes_upper(ctx, value);
}

void
person_read(
    TALLOC_CTX *ctx, const struct property *property, struct person *person)
{
	person->address = person_address(ctx, property->value);
	if (*person->address == '\0' &&
	    strncasecmp(property->value, "mailto:", 7) != 0)
		person->address =
		    person_address(ctx, property_param(property, "EMAIL"));
	person->name = bytes_uncaret(ctx, property_param(property, "CN"));
	person->partstat = word(ctx, property, "PARTSTAT", "NEEDS-ACTION");
	person->role = word(ctx, property, "ROLE", "REQ-PARTICIPANT");
	person->cutype = word(ctx, property, "CUTYPE", "INDIVIDUAL");
	person->rsvp = word(ctx, property, "RSVP", "");
	person->sent_by =
	    person_address(ctx, property_param(property, "SENT-BY"));
	person->line = property->line;
}

void
person_none(struct person *person)
{
	person->address = "";
	person->name = "";
	person->partstat = "";
	person->role = "";
	person->cutype = "";
	person->rsvp = "";
	person->sent_by = "";
	person->line = "";
}
