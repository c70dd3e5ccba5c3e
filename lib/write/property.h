/*
 * property.h - a content line taken apart: name, parameters, value
 *
 * For lines that are copied into an answer.  But for property_text() nothing is
 * decoded: what is cut out is spelled as it came.  Pure.  Private to lib/write.
 * Layer 2.  Source: RFC 5545 section 3.1
 */
#ifndef LIB_WRITE_PROPERTY_H
#define LIB_WRITE_PROPERTY_H

#include <talloc.h>

#include "lib/facts/facts.h"

/* Is it a line of the property NAME (case ignored)? */
int property_is(const char *line, const char *name);

/* The first line of a property in the component, or NULL. */
const char *property_line(const struct component *component, const char *name);

/*
 * Can the line be copied as it is: a name, parameters "NAME=value" with quotes
 * in pairs, a value that is not empty, no control bytes, at most 2000 bytes?
 */
int property_is_sound(const char *line);

/* Is it a name of letters, digits and hyphens, at most 60 bytes? */
int property_is_word(const char *text);

/*
 * The value: what follows the first ':' outside of quotes.
 * Points into line; "" if there is no ':'.
 */
const char *property_value(const char *line);

/*
 * The raw value of a parameter without the quotes around it, or NULL.  Of
 * several parameters of that name the first.
 */
char *property_parameter(TALLOC_CTX *ctx, const char *line, const char *name);

/*
 * The value as TEXT, its escapes taken off: "\\n" is a line end, before any
 * other character a backslash means nothing, as the reader has it too.
 */
char *property_text(TALLOC_CTX *ctx, const char *line);

/* A raw parameter value with quotes around it if it needs them. */
char *property_quote(TALLOC_CTX *ctx, const char *raw);

/* Do two spellings name the same TZID?  The one may be escaped as TEXT. */
int property_same_tzid(const char *a, const char *b);

#endif
