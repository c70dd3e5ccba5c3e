/* print.c - records as lines of text, see form.h; never fails */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/facts/facts.h"
#include "lib/facts/form.h"

/* Append n bytes; room for a NUL is always kept. */
static void
put(struct form_out *out, const char *p, size_t n)
{
	if (out->size - out->n <= n) {
		out->size = (out->size + n) * 2;
		out->text =
		    mem_check(talloc_realloc_size(NULL, out->text, out->size));
	}
	memcpy(out->text + out->n, p, n);
	out->n += n;
}

/* Append a string. */
static void
put_text(struct form_out *out, const char *s)
{
	put(out, s, strlen(s));
}

/*
 * Would the character change how the rest of a terminal's line looks?  C1
 * controls, line and paragraph separators, direction marks.
 */
static int
is_tricky(const char *p, size_t n)
{
	unsigned char b, c;

	if (n == 2)
		return (unsigned char)p[0] == 0xc2 &&
		       (unsigned char)p[1] < 0xa0;
	if (n != 3 || (unsigned char)p[0] != 0xe2)
		return 0;
	b = (unsigned char)p[1];
	c = (unsigned char)p[2];
	return (b == 0x80 &&
		   (c == 0x8e || c == 0x8f || (c >= 0xa8 && c <= 0xae))) ||
	       (b == 0x81 && c >= 0xa6 && c <= 0xa9);
}

/* Append the bytes of one character as \xNN. */
static void
put_hex(struct form_out *out, const char *p, size_t n)
{
	char buf[8];
	size_t i;

	for (i = 0; i < n; i++) {
		(void)snprintf(
		    buf, sizeof(buf), "\\x%02x", (unsigned)(unsigned char)p[i]);
		put_text(out, buf);
	}
}

/* Append the inside of a quoted value. */
static void
put_escaped(struct form_out *out, const char *s)
{
	size_t n = strlen(s), step;

	for (; n > 0; s += step, n -= step) {
		unsigned char c = (unsigned char)*s;
		size_t length = utf8_length(s, n);

		step = length == 0 ? 1 : length;
		if (c == '\n')
			put(out, "\\n", 2);
		else if (length == 0 || c < 0x20 || c == 0x7f ||
			 is_tricky(s, length))
			put_hex(out, s, step);
		else {
			if (c == '"' || c == '\\')
				put(out, "\\", 1);
			put(out, s, step);
		}
	}
}

/* Does the text need no quotes? */
static int
is_bare(const char *s)
{
	if (*s == '\0')
		return 0;
	while (form_is_bare((unsigned char)*s))
		s++;
	return *s == '\0';
}

/* Append a text, in quotes if it needs them. */
static void
put_value(struct form_out *out, const char *s)
{
	if (is_bare(s)) {
		put_text(out, s);
		return;
	}
	put(out, "\"", 1);
	put_escaped(out, s);
	put(out, "\"", 1);
}

/* Append a wall clock, a zone and an instant. */
static void
put_zoned(struct form_out *out, const struct when *when)
{
	const char *zone = when->zone != NULL ? when->zone : "";
	const char *quote = *zone == '\0' || is_bare(zone) ? "" : "\"";
	char wall[80], utc[80];

	put_text(out, quote);
	put_text(out, civil_text(wall, sizeof(wall), &when->wall));
	put(out, "[", 1);
	put_escaped(out, zone);
	put(out, "]", 1);
	put_text(out, utc_text(utc, sizeof(utc), when->utc));
	put_text(out, quote);
}

/* Append a time in the notation of its kind. */
static void
put_when(struct form_out *out, const struct when *when)
{
	char buf[80];

	(void)civil_text(buf, sizeof(buf), &when->wall);
	switch (when->kind) {
	case WHEN_NONE:
		put(out, "none", 4);
		break;
	case WHEN_UTC:
		put_text(out, buf);
		put(out, "Z", 1);
		break;
	case WHEN_ZONED:
		put_zoned(out, when);
		break;
	case WHEN_FLOATING:
		put_text(out, buf);
		break;
	case WHEN_DATE:
		buf[strcspn(buf, "T")] = '\0';
		put_text(out, buf);
		break;
	}
}

/* Append " key=" . */
static void
put_key(struct form_out *out, const struct form_field *f)
{
	put(out, " ", 1);
	put_text(out, f->key);
	put(out, "=", 1);
}

/* A field of text: left out if it has its default. */
static void
print_text(struct form_out *out, const struct form_field *f, const char *member)
{
	const char *s;

	memcpy(&s, member, sizeof(s));
	if (s == NULL)
		s = f->text;
	if (s == NULL ||
	    (!f->required && f->text != NULL && strcmp(s, f->text) == 0))
		return;
	put_key(out, f);
	put_value(out, s);
}

/* Read an integer of the field's type. */
static int64_t
number_of(const struct form_field *f, const char *member)
{
	int64_t number = 0;
	size_t size;
	long l;
	int i;

	if (f->type == FORM_SIZE) {
		memcpy(&size, member, sizeof(size));
		number = size > INT64_MAX ? INT64_MAX : (int64_t)size;
	} else if (f->type == FORM_LONG) {
		memcpy(&l, member, sizeof(l));
		number = l;
	} else if (f->type == FORM_FLAG) {
		memcpy(&i, member, sizeof(i));
		number = i != 0;
	} else {
		memcpy(&number, member, sizeof(number));
	}
	return number;
}

/* A field that is a number, a flag or an instant. */
static void
print_number(
    struct form_out *out, const struct form_field *f, const char *member)
{
	int64_t number = number_of(f, member);
	char buf[80];

	if (number == f->number && !f->required)
		return;
	put_key(out, f);
	if (f->type == FORM_FLAG)
		(void)snprintf(buf, sizeof(buf), "%s", number ? "yes" : "no");
	else if (f->type == FORM_UTC)
		(void)utc_text(buf, sizeof(buf), number);
	else
		(void)snprintf(buf, sizeof(buf), "%" PRId64, number);
	put_text(out, buf);
}

/* A field that is a time. */
static void
print_when(struct form_out *out, const struct form_field *f, const char *member)
{
	struct when when;

	memcpy(&when, member, sizeof(when));
	if (when.kind == WHEN_NONE && !f->required)
		return;
	put_key(out, f);
	put_when(out, &when);
}

/* A field that is one of some words. */
static void
print_word(struct form_out *out, const struct form_field *f, const char *member)
{
	put_key(out, f);
	put_text(out, f->word[form_word(f, member)]);
}

static void (*const print_field[])(
    struct form_out *, const struct form_field *, const char *) = {
    [FORM_TEXT] = print_text,
    [FORM_LINES] = print_text,
    [FORM_MAYBE] = print_text,
    [FORM_NUMBER] = print_number,
    [FORM_SIZE] = print_number,
    [FORM_LONG] = print_number,
    [FORM_FLAG] = print_number,
    [FORM_UTC] = print_number,
    [FORM_WHEN] = print_when,
    [FORM_WORD] = print_word,
};

void
form_print_begin(struct form_out *out, TALLOC_CTX *ctx, const struct form *form)
{
	out->form = form;
	out->n = 0;
	out->size = 4096;
	out->text = mem_check(talloc_size(ctx, out->size));
	put_text(out, form->first);
	put(out, "\n", 1);
}

void
form_print(struct form_out *out, size_t index, const void *record)
{
	const struct form_record *form = &out->form->record[index];
	size_t i;

	put_text(out, form->word);
	for (i = 0; i < form->nfield; i++) {
		const struct form_field *f = &form->field[i];

		print_field[f->type](out, f, (const char *)record + f->offset);
	}
	put(out, "\n", 1);
}

void
form_print_unless_empty(struct form_out *out, size_t index, const void *record)
{
	size_t before = out->n;

	form_print(out, index, record);
	if (out->n - before == strlen(out->form->record[index].word) + 1)
		out->n = before;
}

char *
form_print_end(struct form_out *out)
{
	put_text(out, out->form->record[out->form->last].word);
	put(out, "\n", 1);
	out->text[out->n] = '\0';
	out->text = mem_check(talloc_realloc_size(NULL, out->text, out->n + 1));
	talloc_set_name_const(out->text, "char");
	return out->text;
}
