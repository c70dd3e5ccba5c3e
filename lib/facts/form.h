/*
 * form.h - the machinery of the text forms: records and fields as tables
 *
 * A text form is a table of records and fields.  One printer (print.c), one
 * parser (parse.c) and one reader of values (value.c) walk it, so that none of
 * them knows what the others do not.  facts.h and holding.h describe the two
 * forms that there are; form.c and holding.c hold their tables.
 * Private to lib/facts.
 * Layer 1.  Uses: facts, mem.
 */
#ifndef LIB_FACTS_FORM_H
#define LIB_FACTS_FORM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#include "lib/base/res.h"

/* What a field holds, in the struct and on the line. */
enum form_type {
	FORM_TEXT,   /* const char *, one line of text */
	FORM_LINES,  /* const char *, may hold '\n' */
	FORM_MAYBE,  /* const char *, NULL if left out */
	FORM_NUMBER, /* int64_t, decimal */
	FORM_SIZE,   /* size_t, decimal */
	FORM_LONG,   /* long, decimal */
	FORM_FLAG,   /* int, yes or no */
	FORM_UTC,    /* int64_t, a UTC time */
	FORM_WHEN,   /* struct when, WHEN_NONE if left out */
	FORM_WORD    /* an enum that counts from 0, one word for each value */
};

struct form_field {
	const char *key;
	enum form_type type;
	size_t offset;
	int required;
	/* The default of texts; of words what is expected; else NULL. */
	const char *text;
	int64_t number; /* the default of numbers, flags and UTC times */
	size_t max;     /* bytes of text, 0: no limit of its own */
	const char *const *word; /* FORM_WORD: by value, NULL-terminated */
};

/* Rows of the tables: key, struct, member, and what is special about it. */
#define FORM_ROW(name, what, of, member)                                       \
	.key = name, .type = what, .offset = offsetof(struct of, member)
#define FORM_TEXT_ROW(name, of, member, def)                                   \
	{                                                                      \
		FORM_ROW(name, FORM_TEXT, of, member), .text = def             \
	}
#define FORM_SHORT_ROW(name, of, member, limit)                                \
	{                                                                      \
		FORM_ROW(name, FORM_TEXT, of, member), .text = "",             \
						       .max = limit            \
	}
#define FORM_NEEDED_ROW(name, of, member, limit)                               \
	{                                                                      \
		FORM_ROW(name, FORM_TEXT, of, member),                         \
		    .text = "", .required = 1, .max = limit                    \
	}
#define FORM_LINES_ROW(name, of, member)                                       \
	{                                                                      \
		FORM_ROW(name, FORM_LINES, of, member), .text = ""             \
	}
#define FORM_VALUE_ROW(name, what, of, member, def)                            \
	{                                                                      \
		FORM_ROW(name, what, of, member), .number = def                \
	}
#define FORM_NEEDED_VALUE_ROW(name, what, of, member)                          \
	{                                                                      \
		FORM_ROW(name, what, of, member), .required = 1                \
	}
#define FORM_WORD_ROW(name, of, member, words, expected)                       \
	{                                                                      \
		FORM_ROW(name, FORM_WORD, of, member),                         \
		    .required = 1, .word = words, .text = expected             \
	}

/* One record: a word and its fields. */
struct form_record {
	const char *word;
	unsigned after; /* bit n: may follow the record with index n */
	const struct form_field *field;
	size_t nfield;
};

/* The fields of a table, for a row of form_record. */
#define FORM_FIELDS(a) a, sizeof(a) / sizeof((a)[0])

/* Index of the start of the text: what the first record comes after. */
#define FORM_START 0

struct form_parser;

/* A text form. */
struct form {
	const char *name;  /* first word of every reason: "facts" */
	const char *first; /* the first line */
	/* By index, from 1; the last one is the end and has no fields. */
	const struct form_record *record;
	size_t last;
	/* The place for the values of a record, which is zero bytes; NULL if
	 * there are too many of them. */
	void *(*add)(struct form_parser *parser, size_t index);
	/* Check what was parsed: RES_OK, or form_refuse(); may be NULL. */
	enum res (*check)(
	    const struct form_parser *parser, size_t index, const void *record);
};

/* Tables that both forms use. */
extern const struct form_field form_freebusy[3];
extern const struct form_field form_timezone[3];

/* --- printing ------------------------------------------------------------- */

/* A talloc string that grows. */
struct form_out {
	const struct form *form;
	char *text;
	size_t n, size;
};

/* Start with the first line. */
void form_print_begin(
    struct form_out *out, TALLOC_CTX *ctx, const struct form *form);

/* One record as one line. */
void form_print(struct form_out *out, size_t index, const void *record);

/* The same, unless nothing but its word would be on the line. */
void form_print_unless_empty(
    struct form_out *out, size_t index, const void *record);

/* The last line; the text, cut to its length, a child of the ctx. */
char *form_print_end(struct form_out *out);

/* --- parsing --------------------------------------------------------------- */

struct form_parser {
	const struct form *form;
	void *root; /* what is filled; all arrays hang on it */
	struct why *why;
	char *arena;     /* where decoded texts go; as large as the input */
	const char *p;   /* the rest of the line */
	const char *end; /* of the line */
	size_t line;
	size_t before; /* the record of the line before */
};

/*
 * Parse a whole text into root, a talloc object.  Strict: one odd byte refuses
 * all.  Returns RES_PERM with "NAME line N: ..."; root is then half filled.
 */
enum res form_parse(const struct form *form, void *root, const char *text,
    size_t n, struct why *why) MUSTUSE;

/* Refuse the line because of a key or record. */
enum res form_refuse(
    const struct form_parser *parser, const char *key, const char *what);

/* Give a record that has no line of its own its defaults. */
void form_set_defaults(
    const struct form_parser *parser, size_t index, void *record);

/*
 * The array with room for one more than its n elements.  It doubles whenever n
 * is a power of two, so that no capacity has to be kept.
 */
void *form_grown(
    struct form_parser *parser, void *array, size_t n, size_t size);

/*
 * Add an element of zero bytes to an array member and its count; NULL at the
 * limit.
 */
#define FORM_ADD(parser, array, n, limit)                                      \
	((n) >= (size_t)(limit)                                                \
		? NULL                                                         \
		: ((array) = form_grown(                                       \
		       (parser), (array), (n), sizeof((array)[0])),            \
		      memset(&(array)[(n)++], 0, sizeof((array)[0]))))

/* --- values ---------------------------------------------------------------- */

/*
 * Convert the decoded value s of n bytes (with a NUL behind it, writable, alive
 * as long as the facts) into the member.  NULL, or what was expected instead.
 */
const char *form_value(
    const struct form_field *f, char *s, size_t n, void *member);

/* Give the member the value it has if its field is left out. */
void form_default(const struct form_field *f, void *member);

/* The value of a FORM_WORD. */
unsigned form_word(const struct form_field *f, const void *member);

/* May the byte stand in a value without quotes? */
int form_is_bare(unsigned char c);

#endif
