/*
 * parse.c - lines of text to facts, strictly; see facts.h
 *
 * The lines come from a process that handles hostile bytes and may have been
 * taken over.  So nothing is repaired or guessed: one odd byte refuses all.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/form.h"
#include "lib/facts/limits.h"

struct parser {
	struct notice *notice;
	struct why *why;
	char *arena;     /* where decoded texts go; as large as the input */
	const char *p;   /* the rest of the line */
	const char *end; /* of the line */
	size_t line;
	enum form_id before; /* the record of the line before */
};

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
decode_escape(struct parser *ps, char *out)
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
decode_quoted(struct parser *ps, size_t *n)
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
decode_bare(struct parser *ps, size_t *n)
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

/* Refuse the line. */
static enum res
refuse(const struct parser *ps, const char *key, const char *what)
{
	return why_set(ps->why, RES_PERM, "facts line %zu: %s%s%s", ps->line,
	    key, *key != '\0' ? ": " : "", what);
}

/* Is the rest of the line " key=..."?  Then step over " key=". */
static int
take_key(struct parser *ps, const char *key)
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
parse_field(struct parser *ps, const struct form_field *f, void *member)
{
	const char *expected;
	size_t n = 0;
	char *s;

	if (!take_key(ps, f->key)) {
		if (f->required)
			return refuse(ps, f->key, "missing");
		form_default(f, member);
		return RES_OK;
	}
	s = ps->p < ps->end && *ps->p == '"' ? decode_quoted(ps, &n)
	                                     : decode_bare(ps, &n);
	if (s == NULL)
		return refuse(ps, f->key, "not a value");
	expected = form_value(f, s, n, member);
	if (expected != NULL)
		return why_set(ps->why, RES_PERM,
		    "facts line %zu: %s: expected %s", ps->line, f->key,
		    expected);
	return RES_OK;
}

/* All fields of a record, in their order, and nothing else on the line. */
static enum res
parse_fields(struct parser *ps, enum form_id id, void *record)
{
	const struct form_record *form = &form_record[id];
	enum res r = RES_OK;
	size_t i;

	for (i = 0; i < form->nfield && r == RES_OK; i++)
		r = parse_field(ps, &form->field[i],
		    (char *)record + form->field[i].offset);
	if (r == RES_OK && ps->p != ps->end)
		r = refuse(
		    ps, form->word, "a field that is unknown or out of order");
	return r;
}

/* Give a record that has no line of its own its defaults. */
static void
set_defaults(enum form_id id, void *record)
{
	const struct form_record *form = &form_record[id];
	size_t i;

	for (i = 0; i < form->nfield; i++)
		form_default(
		    &form->field[i], (char *)record + form->field[i].offset);
}

/* --- records -------------------------------------------------------------- */

/*
 * The array with room for one more than its n elements.  It doubles whenever n
 * is a power of two, so that no capacity has to be kept.
 */
static void *
grown(struct parser *ps, void *array, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return array;
	return mem_check(talloc_realloc_size(
	    ps->notice, array, (n == 0 ? 1 : 2 * n) * size));
}

/*
 * Add an element to an array member and its count; NULL at the limit.  It
 * starts as zero bytes.
 */
#define ADD(ps, array, n, limit)                                               \
	((n) >= (size_t)(limit)                                                \
		? NULL                                                         \
		: ((array) = grown((ps), (array), (n), sizeof((array)[0])),    \
		      memset(&(array)[(n)++], 0, sizeof((array)[0]))))

/* The object that is being filled. */
static struct object *
last_object(const struct parser *ps)
{
	return &ps->notice->object[ps->notice->nobject - 1];
}

/* The component that is being filled. */
static struct component *
last_component(const struct parser *ps)
{
	const struct object *o = last_object(ps);

	return &o->component[o->ncomponent - 1];
}

/* Start a component: its organizer and text may have no line. */
static void *
add_component(struct parser *ps)
{
	struct object *o = last_object(ps);
	struct component *c =
	    ADD(ps, o->component, o->ncomponent, LIMIT_COMPONENTS);

	if (c == NULL)
		return NULL;
	set_defaults(FORM_ORGANIZER, &c->organizer);
	set_defaults(FORM_COMPONENT_TEXT, c);
	return c;
}

/* The place for the values of a record; NULL if there are too many of them. */
static void *
add_record(struct parser *ps, enum form_id id)
{
	struct notice *t = ps->notice;
	struct component *c;

	switch (id) {
	case FORM_MAIL:
		return &t->mail;
	case FORM_AUTH_RESULT:
		return ADD(ps, t->mail.auth_results, t->mail.nauth_results,
		    LIMIT_HEADERS);
	case FORM_OBJECT:
		return ADD(ps, t->object, t->nobject, LIMIT_COMPONENTS);
	case FORM_COMPONENT:
		return add_component(ps);
	case FORM_ORGANIZER:
		return &last_component(ps)->organizer;
	case FORM_ATTENDEE:
		c = last_component(ps);
		return ADD(ps, c->attendee, c->nattendee, LIMIT_ATTENDEES);
	case FORM_FREEBUSY:
		c = last_component(ps);
		return ADD(ps, c->freebusy, c->nfreebusy, LIMIT_DATES);
	case FORM_LINE:
		c = last_component(ps);
		return ADD(ps, c->line, c->nline, LIMIT_PROPERTIES);
	case FORM_COMPONENT_TEXT:
		return last_component(ps);
	case FORM_TIMEZONE:
		return ADD(ps, last_object(ps)->timezone,
		    last_object(ps)->ntimezone, LIMIT_TIMEZONES);
	case FORM_INSTANCE:
		return ADD(ps, last_object(ps)->instance,
		    last_object(ps)->ninstance, LIMIT_INSTANCES);
	case FORM_PROBLEM:
		return ADD(ps, t->problem, t->nproblem, LIMIT_PROPERTIES);
	case FORM_START:
	case FORM_END:
		break;
	}
	return NULL;
}

/* The indexes of a record must name what is there. */
static enum res
check_indexes(const struct parser *ps, enum form_id id, const void *record)
{
	const struct instance *instance = record;
	const struct problem *problem = record;

	if (id == FORM_INSTANCE &&
	    instance->component >= last_object(ps)->ncomponent)
		return refuse(ps, "component", "no such component");
	if (id == FORM_PROBLEM &&
	    (problem->object < -1 ||
		(problem->object >= 0 &&
		    (size_t)problem->object >= ps->notice->nobject)))
		return refuse(ps, "object", "no such object");
	return RES_OK;
}

/* Step over the first word of the line; FORM_START if no record has it. */
static enum form_id
take_word(struct parser *ps)
{
	size_t n = 0, left = (size_t)(ps->end - ps->p);
	enum form_id id;

	while (n < left && ps->p[n] != ' ')
		n++;
	for (id = FORM_MAIL; id <= FORM_END; id++) {
		const char *word = form_record[id].word;

		if (strlen(word) == n && memcmp(word, ps->p, n) == 0) {
			ps->p += n;
			return id;
		}
	}
	return FORM_START;
}

/* One line behind the first. */
static enum res
parse_line(struct parser *ps)
{
	enum form_id id = take_word(ps);
	void *record = NULL;
	enum res r;

	if (id == FORM_START)
		return refuse(ps, "", "unknown record");
	if ((form_record[id].after & 1U << ps->before) == 0)
		return refuse(ps, form_record[id].word, "out of place");
	ps->before = id;
	if (id != FORM_END) {
		record = add_record(ps, id);
		if (record == NULL)
			return refuse(ps, form_record[id].word, "too many");
	}
	r = parse_fields(ps, id, record);
	return r == RES_OK ? check_indexes(ps, id, record) : r;
}

/* --- the text --------------------------------------------------------------- */

/* The line that starts at text[*at], cut out and checked; *at goes behind it. */
static enum res
next_line(struct parser *ps, const char *text, size_t n, size_t *at)
{
	const char *newline = memchr(text + *at, '\n', n - *at);

	ps->line++;
	if (newline == NULL)
		return refuse(ps, "", "the text ends before \"" FORM_LAST "\"");
	ps->p = text + *at;
	ps->end = newline;
	*at += (size_t)(newline - ps->p) + 1;
	if (!text_is_clean(ps->p, (size_t)(ps->end - ps->p), ""))
		return refuse(ps, "", "bytes that are no clean UTF-8");
	return RES_OK;
}

/* All lines. */
static enum res
parse_all(struct parser *ps, const char *text, size_t n)
{
	size_t at = 0;
	enum res r = next_line(ps, text, n, &at);

	if (r == RES_OK &&
	    ((size_t)(ps->end - ps->p) != strlen(FORM_FIRST) ||
		memcmp(ps->p, FORM_FIRST, strlen(FORM_FIRST)) != 0))
		r = refuse(ps, "", "not \"" FORM_FIRST "\"");
	while (r == RES_OK && ps->before != FORM_END) {
		r = next_line(ps, text, n, &at);
		if (r == RES_OK)
			r = parse_line(ps);
	}
	if (r == RES_OK && at != n)
		r = refuse(ps, "", "text after \"" FORM_LAST "\"");
	return r;
}

enum res
facts_parse(TALLOC_CTX *ctx, const char *text, size_t n, struct notice **notice,
    struct why *why)
{
	struct parser ps = {.why = why, .before = FORM_START};
	enum res r;

	if (n > (size_t)LIMIT_FACTS_BYTES)
		return why_set(why, RES_PERM, "facts: more than %ld bytes",
		    LIMIT_FACTS_BYTES);
	ps.notice = mem_new(ctx, struct notice);
	ps.arena = mem_check(talloc_size(ps.notice, n + 1));
	r = parse_all(&ps, text, n);
	if (r == RES_OK)
		*notice = ps.notice;
	else
		talloc_free(ps.notice);
	return r;
}
