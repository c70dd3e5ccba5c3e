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

/*
 * The addresses of a parameter that may hold several: quoted each by itself, in
 * one pair of quotes, or as a parameter repeated.  One blank between them.
 */
static const char *
addresses(TALLOC_CTX *ctx, const struct property *property, const char *name)
{
	char *list = NULL;
	const char *p;
	const char *address;
	size_t i;
	size_t n;

	for (i = 0; i < property->nparam; i++) {
		if (strcmp(property->param[i].name, name) != 0)
			continue;
		p = bytes_uncaret(ctx, property->param[i].value);
		for (; *p != '\0'; p += n + (p[n] == ',')) {
			n = strcspn(p, ",");
			address = person_address(ctx, mem_textn(ctx, p, n));
			if (*address == '\0' || strchr(address, ' ') != NULL)
				continue;
			if (list == NULL)
				list = mem_text(ctx, address);
			else
				mem_add(&list, " %s", address);
		}
	}
	return list == NULL ? "" : list;
}

/* The address itself, or what stands beside a URI that is none. */
static const char *
best_address(TALLOC_CTX *ctx, const struct property *property)
{
	static const char *const names[] = {"EMAIL", "X-CALENDARSERVER-EMAIL"};
	const char *address = person_address(ctx, property->value);
	const char *beside;
	size_t i;

	for (i = 0; i < 2 && *address == '\0'; i++) {
		beside = property_param(property, names[i]);
		if (*beside != '\0')
			address = person_address(ctx, beside);
	}
	return address;
}

/* A parameter that is mostly missing. */
static const char *
rare(TALLOC_CTX *ctx, const struct property *property, const char *name,
    char *(*read)(TALLOC_CTX *ctx, const char *s))
{
	const char *value = property_param(property, name);

	return *value == '\0' ? "" : read(ctx, value);
}

void
person_read(
    TALLOC_CTX *ctx, const struct property *property, struct person *person)
{
	const char *sent_by = property_param(property, "SENT-BY");

	person->address = best_address(ctx, property);
	person->name = rare(ctx, property, "CN", bytes_uncaret);
	person->partstat = word(ctx, property, "PARTSTAT", "NEEDS-ACTION");
	person->role = word(ctx, property, "ROLE", "REQ-PARTICIPANT");
	person->cutype = word(ctx, property, "CUTYPE", "INDIVIDUAL");
	person->rsvp = word(ctx, property, "RSVP", "");
	person->sent_by = *sent_by == '\0' ? "" : person_address(ctx, sent_by);
	person->delegated_to = addresses(ctx, property, "DELEGATED-TO");
	person->delegated_from = addresses(ctx, property, "DELEGATED-FROM");
	person->language = rare(ctx, property, "LANGUAGE", bytes_lower);
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
	person->delegated_to = "";
	person->delegated_from = "";
	person->language = "";
	person->line = "";
}
