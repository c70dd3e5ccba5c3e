/*
 * ical.h - iCalendar lines: escaping, folding, composing
 *
 * Pure.  Layer 2.  Source: RFC 5545 sections 3.1, 3.3.11; RFC 6868
 */
#ifndef LIB_WRITE_ICAL_H
#define LIB_WRITE_ICAL_H

#include <stddef.h>
#include <talloc.h>

#include "lib/base/version.h"
#include "lib/facts/facts.h"

/* Our PRODID line; constant, so that nobody's special cases are triggered. */
#define ICAL_PRODID "PRODID:-//imipd//imipd " IMIPD_VERSION "//EN"

/*
 * Append one content line, folded at 75 octets without splitting a UTF-8
 * sequence, ended by CR LF.  Bytes below 0x20 (but TAB), 0x7f and what is no UTF-8
 * are dropped.
 */
void ical_line(char **out, const char *line);

/* Append "NAME:" and the text, escaped as TEXT, as one folded line. */
void ical_text(char **out, const char *name, const char *text);

/* Is there nothing in the text but white space and control bytes? */
int ical_is_blank(const char *text);

/* Append n bytes as they are; much cheaper than formatting them. */
void ical_add(char **out, const char *p, size_t n);

/* How many bytes, at most max, that do not split a UTF-8 sequence. */
size_t ical_cut(const char *text, size_t max);

/* "mailto:" and the address, percent-encoded where a URI needs it. */
char *ical_mailto(TALLOC_CTX *ctx, const char *address);

/* A parameter value: quoted if needed, RFC 6868 for '"', '^' and newlines. */
char *ical_parameter(TALLOC_CTX *ctx, const char *value);

/*
 * What is kept of a booked component for expanding it again later: its
 * VTIMEZONEs and its own text, '\n' between lines.
 */
char *ical_keep(TALLOC_CTX *ctx, const struct object *object,
    const struct component *component);

/*
 * Put kept texts (master and overrides of one uid) together again as one
 * VCALENDAR that imip-reader takes; each VTIMEZONE once.
 */
char *ical_join(TALLOC_CTX *ctx, const char *const *kept, size_t n);

#endif
