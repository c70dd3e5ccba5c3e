/*
 * parse.c - lines of text to records, strictly; see form.h
 *
 * The lines come from a process that handles hostile bytes and may have been
 * taken over.  So nothing is repaired or guessed: one odd byte refuses all.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/facts.h"
#include "lib/facts/form.h"

/* --- values ------------------------------------------------------------- */

/* The value of a hexadecimal digit in lower case, -1 if it is none. */
static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Decode what follows a backslash; 0 if it is none of ours. */
static int
decode_escape(struct form_parser *ps, char *out)
{
	size_t left = (size_t)(ps->end - ps->p);
	int high, low;

	if (left >= 1 && (*ps->p == '"' || *ps->p == '\\')) {
		*out = *ps->p++;
		return 1;
	}
	if (left >= 1 && *ps->p == 'n') {
		*out = '\n';
		ps->p++;
		return 1;
	}
	if (left < 3 || *ps->p != 'x')
		return 0;
	high = hex_value(ps->p[1]);
	low = hex_value(ps->p[2]);
	if (high < 0 || low < 0)
		return 0;
	*out = (char)(high << 4 | low);
	ps->p += 3;
	return 1;
}

/* Decode up to the closing quote into the arena; NULL if it is not closed. */
static char *
decode_quoted(struct form_parser *ps, size_t *n)
{
	char *start = ps->arena, *out = start;

	ps->p++;
	while (ps->p < ps->end && *ps->p != '"') {
		char c = *ps->p++;

		if (c == '\\' && !decode_escape(ps, &c))
			return NULL;
		*out++ = c;
	}
	if (ps->p == ps->end)
		return NULL;
	ps->p++;
	*n = (size_t)(out - start);
	*out++ = '\0';
	ps->arena = out;
	return start;
}

/* Copy a bare word into the arena; NULL if it is empty. */
static char *
decode_bare(struct form_parser *ps, size_t *n)
{
	char *start = ps->arena;
	const char *p = ps->p;

	while (ps->p < ps->end && form_is_bare((unsigned char)*ps->p))
		ps->p++;
	*n = (size_t)(ps->p - p);
	if (*n == 0)
		return NULL;
	memcpy(start, p, *n);
	start[*n] = '\0';
	ps->arena = start + *n + 1;
	return start;
}

/* --- fields -------------------------------------------------------------- */

enum res
form_refuse(const struct form_parser *ps, const char *key, const char *what)
{
	return why_set(ps->why, RES_PERM, "%s line %zu: %s%s%s", ps->form->name,
	    ps->line, key, *key != '\0' ? ": " : "", what);
}

/* Is the rest of the line " key=..."?  Then step over " key=". */
static int
take_key(struct form_parser *ps, const char *key)
{
	size_t n = strlen(key), left = (size_t)(ps->end - ps->p);

	if (left < n + 2 || ps->p[0] != ' ' || memcmp(ps->p + 1, key, n) != 0 ||
	    ps->p[n + 1] != '=')
		return 0;
	ps->p += n + 2;
	return 1;
}

/* One field, if it is the next on the line. */
static enum res
parse_field(struct form_parser *ps, const struct form_field *f, void *member)
{
	const char *expected;
	size_t n = 0;
	char *s;

	if (!take_key(ps, f->key)) {
		if (f->required)
			return form_refuse(ps, f->key, "missing");
		form_default(f, member);
		return RES_OK;
	}
	s = ps->p < ps->end && *ps->p == '"' ? decode_quoted(ps, &n)
	                                     : decode_bare(ps, &n);
	if (s == NULL)
		return form_refuse(ps, f->key, "not a value");
	expected = form_value(f, s, n, member);
	if (expected != NULL)
		return why_set(ps->why, RES_PERM,
		    "%s line %zu: %s: expected %s", ps->form->name, ps->line,
		    f->key, expected);
	return RES_OK;
}

/* All fields of a record, in their order, and nothing else on the line. */
static enum res
parse_fields(struct form_parser *ps, size_t index, void *record)
{
	const struct form_record *form = &ps->form->record[index];
	enum res r = RES_OK;
	size_t i;

	for (i = 0; i < form->nfield && r == RES_OK; i++)
		r = parse_field(ps, &form->field[i],
		    (char *)record + form->field[i].offset);
	if (r == RES_OK && ps->p != ps->end)
		r = form_refuse(
		    ps, form->word, "a field that is unknown or out of order");
	return r;
}

/* --- records -------------------------------------------------------------- */

void
form_set_defaults(const struct form_parser *ps, size_t index, void *record)
{
	const struct form_record *form = &ps->form->record[index];
	size_t i;

	for (i = 0; i < form->nfield; i++)
		form_default(
		    &form->field[i], (char *)record + form->field[i].offset);
}

void *
form_grown(struct form_parser *ps, void *array, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return array;
	return mem_check(
	    talloc_realloc_size(ps->root, array, (n == 0 ? 1 : 2 * n) * size));
}

/* Step over the first word of the line; FORM_START if no record has it. */
static size_t
take_word(struct form_parser *ps)
{
	size_t n = 0, left = (size_t)(ps->end - ps->p), i;

	while (n < left && ps->p[n] != ' ')
		n++;
	for (i = FORM_START + 1; i <= ps->form->last; i++) {
		const char *word = ps->form->record[i].word;

		if (strlen(word) == n && memcmp(word, ps->p, n) == 0) {
			ps->p += n;
			return i;
		}
	}
	return FORM_START;
}

/* One line behind the first. */
static enum res
parse_line(struct form_parser *ps)
{
	size_t index = take_word(ps);
	const struct form_record *form = &ps->form->record[index];
	void *record = NULL;
	enum res r;

	if (index == FORM_START)
		return form_refuse(ps, "", "unknown record");
	if ((form->after & 1U << ps->before) == 0)
		return form_refuse(ps, form->word, "out of place");
	ps->before = index;
	if (index != ps->form->last) {
		record = ps->form->add(ps, index);
		if (record == NULL)
			return form_refuse(ps, form->word, "too many");
	}
	r = parse_fields(ps, index, record);
	if (r == RES_OK && ps->form->check != NULL)
		r = ps->form->check(ps, index, record);
	return r;
}

/* --- the text --------------------------------------------------------------- */

/* The line that starts at text[*at], cut out and checked; *at goes behind it. */
static enum res
next_line(struct form_parser *ps, const char *text, size_t n, size_t *at)
{
	const char *newline = memchr(text + *at, '\n', n - *at);

	ps->line++;
	if (newline == NULL)
		return form_refuse(ps, "", "the text ends before \"end\"");
	ps->p = text + *at;
	ps->end = newline;
	*at += (size_t)(newline - ps->p) + 1;
	if (!text_is_clean(ps->p, (size_t)(ps->end - ps->p), ""))
		return form_refuse(ps, "", "bytes that are no clean UTF-8");
	return RES_OK;
}

/* Is the line exactly this text? */
static int
line_is(const struct form_parser *ps, const char *text)
{
	size_t n = (size_t)(ps->end - ps->p);

	return n == strlen(text) && memcmp(ps->p, text, n) == 0;
}

enum res
form_parse(const struct form *form, void *root, const char *text, size_t n,
    struct why *why)
{
	struct form_parser ps = {.form = form, .root = root, .why = why};
	size_t at = 0;
	enum res r;

	ps.arena = mem_check(talloc_size(root, n + 1));
	r = next_line(&ps, text, n, &at);
	if (r == RES_OK && !line_is(&ps, form->first))
		r = why_set(why, RES_PERM, "%s line 1: not \"%s\"", form->name,
		    form->first);
	while (r == RES_OK && ps.before != form->last) {
		r = next_line(&ps, text, n, &at);
		if (r == RES_OK)
			r = parse_line(&ps);
	}
	if (r == RES_OK && at != n)
		r = form_refuse(&ps, "", "text after \"end\"");
	return r;
}
