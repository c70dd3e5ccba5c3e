/*
 * form.h - the table behind the text form: every record and every field once
 *
 * print.c and parse.c both walk it, so that neither knows what the other does
 * not.  Private to lib/facts.
 * Layer 1.  Uses: facts.
 */
#ifndef LIB_FACTS_FORM_H
#define LIB_FACTS_FORM_H

#include <stddef.h>
#include <stdint.h>

#include "lib/facts/facts.h"

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
	FORM_ACTION  /* enum action, its word */
};

struct form_field {
	const char *key;
	enum form_type type;
	size_t offset;
	int required;
	const char *text; /* the default of texts; NULL for the rest */
	int64_t number;   /* the default of numbers, flags and UTC times */
	size_t max;       /* bytes of text, 0: no limit of its own */
};

/* The records, in the order in which they may first come. */
enum form_id {
	FORM_START,
	FORM_MAIL,
	FORM_AUTH_RESULT,
	FORM_OBJECT,
	FORM_COMPONENT,
	FORM_ORGANIZER,
	FORM_ATTENDEE,
	FORM_FREEBUSY,
	FORM_LINE,
	FORM_COMPONENT_TEXT,
	FORM_TIMEZONE,
	FORM_INSTANCE,
	FORM_PROBLEM,
	FORM_END
};

#define FORM_FIRST "imipd-facts 1"
#define FORM_LAST  "end"

struct form_record {
	const char *word;
	unsigned after; /* bit n: may follow the record with form_id n */
	const struct form_field *field;
	size_t nfield;
};

/* Indexed by enum form_id, FORM_MAIL to FORM_PROBLEM and FORM_END. */
extern const struct form_record form_record[FORM_END + 1];

/*
 * Convert the decoded value s of n bytes (with a NUL behind it, writable, alive
 * as long as the facts) into the member.  NULL, or what was expected instead.
 */
const char *form_value(
    const struct form_field *f, char *s, size_t n, void *member);

/* Give the member the value it has if its field is left out. */
void form_default(const struct form_field *f, void *member);

/* May the byte stand in a value without quotes? */
int form_is_bare(unsigned char c);

#endif
