/* confvalue.c - one value of a settings file, see confvalue.h */
#include "lib/base/confvalue.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/base/zone.h"

/* Is the member a pointer (or else an int64_t)? */
static int
is_pointer(enum conf_type type)
{
	switch (type) {
	case CONF_TEXT:
	case CONF_PATH:
	case CONF_ZONE:
	case CONF_LIST:
		return 1;
	case CONF_NUMBER:
	case CONF_SECONDS:
	case CONF_YESNO:
	case CONF_CHOICE:
		break;
	}
	return 0;
}

/* Store a copy of the text. */
static void
store_text(TALLOC_CTX *ctx, const char *text, void *member)
{
	const char *copy = mem_text(ctx, text);

	memcpy(member, &copy, sizeof(copy));
}

/* Any text. */
static const char *
set_text(
    TALLOC_CTX *ctx, const struct conf_key *key, const char *text, void *member)
{
	(void)key;
	store_text(ctx, text, member);
	return NULL;
}

/* An absolute path, or nothing. */
static const char *
set_path(
    TALLOC_CTX *ctx, const struct conf_key *key, const char *text, void *member)
{
	(void)key;
	if (*text != '\0' && *text != '/')
		return "a path that starts with /";
	store_text(ctx, text, member);
	return NULL;
}

/* The name of a zone. */
static const char *
set_zone(
    TALLOC_CTX *ctx, const struct conf_key *key, const char *text, void *member)
{
	(void)key;
	if (zone_find(text) == NULL)
		return "a time zone such as Europe/Berlin";
	store_text(ctx, text, member);
	return NULL;
}

/* Read digits, and step over them; 0 if there are none or too many. */
static int
take_digits(const char **p, int64_t *number)
{
	const char *start = *p;

	*number = 0;
	for (; **p >= '0' && **p <= '9'; (*p)++) {
		int digit = **p - '0';

		if (*number > (INT64_MAX - digit) / 10)
			return 0;
		*number = *number * 10 + digit;
	}
	return *p != start;
}

/* Store a number that is within the limits of its key. */
static const char *
store_number(
    TALLOC_CTX *ctx, const struct conf_key *key, int64_t number, void *member)
{
	const char *unit = key->type == CONF_SECONDS ? " seconds" : "";

	if ((key->min != 0 || key->max != 0) &&
	    (number < key->min || number > key->max))
		return mem_print(ctx, "%" PRId64 " to %" PRId64 "%s", key->min,
		    key->max, unit);
	memcpy(member, &number, sizeof(number));
	return NULL;
}

/* A whole number. */
static const char *
set_number(
    TALLOC_CTX *ctx, const struct conf_key *key, const char *text, void *member)
{
	int64_t number;
	int negative = *text == '-';

	if (negative)
		text++;
	if (!take_digits(&text, &number) || *text != '\0')
		return "a whole number";
	return store_number(ctx, key, negative ? -number : number, member);
}

/* A span of time with its unit. */
static const char *
set_seconds(
    TALLOC_CTX *ctx, const struct conf_key *key, const char *text, void *member)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400},
	    {"w", 604800}};
	int64_t number;
	size_t i = 0;

	if (!take_digits(&text, &number))
		return "a span of time such as 90s, 15m, 12h, 30d or 4w";
	while (i < sizeof(units) / sizeof(units[0]) &&
	       strcmp(units[i].unit, text) != 0)
		i++;
	if (i == sizeof(units) / sizeof(units[0]) ||
	    number > INT64_MAX / units[i].seconds)
		return "a span of time such as 90s, 15m, 12h, 30d or 4w";
	return store_number(ctx, key, number * units[i].seconds, member);
}

/* yes or no, in the words people use. */
static const char *
set_yesno(
    TALLOC_CTX *ctx, const struct conf_key *key, const char *text, void *member)
{
	static const char *const word[] = {
	    "no", "yes", "false", "true", "off", "on", "0", "1"};
	int64_t i;

	(void)ctx;
	(void)key;
	for (i = 0; i < 8; i++)
		if (strcasecmp(word[i], text) == 0) {
			int64_t value = i % 2;

			memcpy(member, &value, sizeof(value));
			return NULL;
		}
	return "yes or no";
}

/* One of the words of the key. */
static const char *
set_choice(
    TALLOC_CTX *ctx, const struct conf_key *key, const char *text, void *member)
{
	const char *p = key->choices;
	int64_t index = 0;

	while (*p != '\0') {
		size_t n = strcspn(p, " ");

		if (strlen(text) == n && strncasecmp(p, text, n) == 0) {
			memcpy(member, &index, sizeof(index));
			return NULL;
		}
		p += n;
		p += strspn(p, " ");
		index++;
	}
	return mem_print(ctx, "one of: %s", key->choices);
}

static const char *(*const set_type[])(
    TALLOC_CTX *, const struct conf_key *, const char *, void *) = {
    [CONF_TEXT] = set_text,
    [CONF_PATH] = set_path,
    [CONF_NUMBER] = set_number,
    [CONF_SECONDS] = set_seconds,
    [CONF_YESNO] = set_yesno,
    [CONF_CHOICE] = set_choice,
    [CONF_ZONE] = set_zone,
};

/* Store the words between commas behind those of old (may be NULL). */
static void
set_list(TALLOC_CTX *ctx, const char *text, const char **old, void *member)
{
	const char **list;
	size_t n = 0, commas = 0, i;

	while (old != NULL && old[n] != NULL)
		n++;
	for (i = 0; text[i] != '\0'; i++)
		commas += text[i] == ',';
	list = mem_array(ctx, const char *, n + commas + 2);
	for (i = 0; i < n; i++)
		list[i] = old[i];
	while (*text != '\0') {
		size_t length;

		text += strspn(text, ", \t");
		length = strcspn(text, ",");
		while (length > 0 && strchr(" \t", text[length - 1]) != NULL)
			length--;
		if (length > 0)
			list[n++] = mem_textn(list, text, length);
		text += strcspn(text, ",");
	}
	memcpy(member, &list, sizeof(list));
}

const char *
confvalue_set(TALLOC_CTX *ctx, const struct conf_key *key, const char *text,
    void *member, int add)
{
	const char **old = NULL;

	if (key->type != CONF_LIST)
		return set_type[key->type](ctx, key, text, member);
	if (add)
		memcpy(&old, member, sizeof(old));
	set_list(ctx, text, old, member);
	return NULL;
}

void
confvalue_unset(const struct conf_key *key, void *member)
{
	const void *null = NULL;
	int64_t none = -1;

	if (is_pointer(key->type))
		memcpy(member, &null, sizeof(null));
	else
		memcpy(member, &none, sizeof(none));
}

int
confvalue_is_unset(const struct conf_key *key, const void *member)
{
	const void *pointer;
	int64_t number;

	if (is_pointer(key->type)) {
		memcpy(&pointer, member, sizeof(pointer));
		return pointer == NULL;
	}
	memcpy(&number, member, sizeof(number));
	return number == -1;
}
