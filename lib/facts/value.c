/* value.c - the value of one field of a text form, see form.h */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/facts/facts.h"
#include "lib/facts/form.h"

#define WALL_LENGTH 19 /* 2026-12-01T09:00:00 */
#define DATE_LENGTH 10
#define UTC_LENGTH  20

/* A text of any type. */
static const char *
parse_text(const struct form_field *f, char *s, size_t n, void *member)
{
	const char *text = s;

	if (f->max != 0 && n > f->max)
		return "a shorter text";
	if (!text_is_clean(s, n, f->type == FORM_LINES ? "\n" : ""))
		return "UTF-8 without control bytes";
	memcpy(member, &text, sizeof(text));
	return NULL;
}

/* A decimal number in its one shortest form. */
static int
decimal(const char *s, size_t n, int64_t *number)
{
	int negative = *s == '-';
	size_t i = negative ? 1 : 0;
	int64_t value = 0;

	if (i == n || (s[i] == '0' && n > 1))
		return 0;
	for (; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' ||
		    value > (INT64_MAX - (s[i] - '0')) / 10)
			return 0;
		value = value * 10 + (s[i] - '0');
	}
	*number = negative ? -value : value;
	return 1;
}

/* A number of any width. */
static const char *
parse_number(const struct form_field *f, char *s, size_t n, void *member)
{
	int64_t number;
	size_t size;
	long l;

	if (!decimal(s, n, &number))
		return "a number";
	if (f->type == FORM_SIZE) {
		if (number < 0 || (uint64_t)number > SIZE_MAX)
			return "an index";
		size = (size_t)number;
		memcpy(member, &size, sizeof(size));
	} else if (f->type == FORM_LONG) {
		if (number < LONG_MIN || number > LONG_MAX)
			return "an index";
		l = (long)number;
		memcpy(member, &l, sizeof(l));
	} else {
		memcpy(member, &number, sizeof(number));
	}
	return NULL;
}

/* yes or no */
static const char *
parse_flag(const struct form_field *f, char *s, size_t n, void *member)
{
	int flag = strcmp(s, "yes") == 0;

	(void)f;
	(void)n;
	if (!flag && strcmp(s, "no") != 0)
		return "yes or no";
	memcpy(member, &flag, sizeof(flag));
	return NULL;
}

/* Exactly 2026-12-01T09:00:00Z: no fraction, no offset. */
static int
utc_exact(const char *s, size_t n, int64_t *utc)
{
	return n == UTC_LENGTH && s[UTC_LENGTH - 1] == 'Z' && utc_parse(s, utc);
}

/* An instant. */
static const char *
parse_utc(const struct form_field *f, char *s, size_t n, void *member)
{
	int64_t utc;

	(void)f;
	if (!utc_exact(s, n, &utc))
		return "a UTC time";
	memcpy(member, &utc, sizeof(utc));
	return NULL;
}

/* The wall clock at the start of s: a date, or a date and a time. */
static int
parse_wall(const char *s, size_t n, struct civil *wall)
{
	char buf[UTC_LENGTH + 1];
	int64_t utc;

	if (n != DATE_LENGTH && n != WALL_LENGTH)
		return 0;
	(void)snprintf(buf, sizeof(buf), "%.*s%s", (int)n, s,
	    n == DATE_LENGTH ? "T00:00:00Z" : "Z");
	if (!utc_exact(buf, strlen(buf), &utc))
		return 0;
	*wall = civil_from_seconds(utc);
	return 1;
}

/* WALL[ZONE]UTC; the zone stays where it is in the arena. */
static int
parse_zoned(char *s, size_t n, struct when *when)
{
	char *close = s + n - UTC_LENGTH - 1;

	if (!parse_wall(s, WALL_LENGTH, &when->wall) || *close != ']' ||
	    !utc_exact(close + 1, UTC_LENGTH, &when->utc))
		return 0;
	*close = '\0';
	when->zone = s + WALL_LENGTH + 1;
	when->kind = WHEN_ZONED;
	return text_is_clean(when->zone, (size_t)(close - when->zone), "");
}

/* A time of any kind. */
static const char *
parse_when(const struct form_field *f, char *s, size_t n, void *member)
{
	struct when when = {.kind = WHEN_NONE, .zone = "", .utc = 0};
	int good;

	(void)f;
	if (n > WALL_LENGTH + 2 + UTC_LENGTH && s[WALL_LENGTH] == '[') {
		good = parse_zoned(s, n, &when);
	} else if (n == UTC_LENGTH) {
		good = utc_exact(s, n, &when.utc) &&
		       parse_wall(s, WALL_LENGTH, &when.wall);
		when.kind = WHEN_UTC;
	} else {
		good = parse_wall(s, n, &when.wall);
		when.kind = n == DATE_LENGTH ? WHEN_DATE : WHEN_FLOATING;
	}
	if (!good)
		return "a time";
	memcpy(member, &when, sizeof(when));
	return NULL;
}

/* One of the words of the field. */
static const char *
parse_word(const struct form_field *f, char *s, size_t n, void *member)
{
	unsigned i;

	(void)n;
	for (i = 0; f->word[i] != NULL; i++)
		if (strcmp(s, f->word[i]) == 0) {
			memcpy(member, &i, sizeof(i));
			return NULL;
		}
	return f->text;
}

unsigned
form_word(const struct form_field *f, const void *member)
{
	unsigned value, i = 0;

	memcpy(&value, member, sizeof(value));
	while (i < value && f->word[i + 1] != NULL)
		i++;
	return i;
}

static const char *(*const parse_type[])(
    const struct form_field *, char *, size_t, void *) = {
    [FORM_TEXT] = parse_text,
    [FORM_LINES] = parse_text,
    [FORM_MAYBE] = parse_text,
    [FORM_NUMBER] = parse_number,
    [FORM_SIZE] = parse_number,
    [FORM_LONG] = parse_number,
    [FORM_FLAG] = parse_flag,
    [FORM_UTC] = parse_utc,
    [FORM_WHEN] = parse_when,
    [FORM_WORD] = parse_word,
};

const char *
form_value(const struct form_field *f, char *s, size_t n, void *member)
{
	if (strlen(s) != n)
		return "no NUL byte";
	return parse_type[f->type](f, s, n, member);
}

void
form_default(const struct form_field *f, void *member)
{
	struct when none = {.kind = WHEN_NONE, .zone = ""};
	int flag = (int)f->number;
	long l = (long)f->number;

	switch (f->type) {
	case FORM_TEXT:
	case FORM_LINES:
	case FORM_MAYBE:
		memcpy(member, &f->text, sizeof(f->text));
		break;
	case FORM_NUMBER:
	case FORM_UTC:
		memcpy(member, &f->number, sizeof(f->number));
		break;
	case FORM_FLAG:
		memcpy(member, &flag, sizeof(flag));
		break;
	case FORM_LONG:
		memcpy(member, &l, sizeof(l));
		break;
	case FORM_WHEN:
		memcpy(member, &none, sizeof(none));
		break;
	case FORM_SIZE:
	case FORM_WORD:
		break; /* zero, which the record was born with */
	}
}

int
form_is_bare(unsigned char c)
{
	return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
}
