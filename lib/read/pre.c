/* pre.c - what is checked before a library sees a byte, see pre.h */
#include "lib/read/pre.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/facts/limits.h"

#define NESTING_MAX   500  /* ':' or '(' in one address header */
#define ADDRESSES_MAX 1000 /* in From, Sender, Reply-To */
#define SEMICOLON_MAX 200  /* in Content-Type and the like */
#define BOUNDARY_MAX  256

/* A boundary parameter that was met. */
struct boundary {
	const char *p;
	size_t n;
};

struct scan {
	const char *p;
	size_t n;
	size_t at;
	struct boundary boundary[LIMIT_MIME_PARTS];
	size_t nboundary;
	int wild; /* a boundary in pieces: every "--" line may be one */
	size_t nheader;
	size_t npart;
	int is_message; /* this header block is followed by another */
	struct fault *fault;
};

/* The next line without its end; 0 at the end of the message. */
static int
next_line(struct scan *s, const char **line, size_t *n)
{
	const char *end;

	if (s->at >= s->n)
		return 0;
	*line = s->p + s->at;
	end = memchr(*line, '\n', s->n - s->at);
	*n = end == NULL ? s->n - s->at : (size_t)(end - *line);
	s->at += *n + 1;
	if (*n > 0 && (*line)[*n - 1] == '\r')
		(*n)--;
	return 1;
}

/* Where word is in p[0..n), without regard to case; NULL if it is not. */
static const char *
find_word(const char *p, size_t n, const char *word)
{
	size_t len = strlen(word);
	size_t i;

	for (i = 0; i + len <= n; i++) {
		if (strncasecmp(p + i, word, len) == 0)
			return p + i;
	}
	return NULL;
}

/* Does a header begin with that name? */
static int
is_named(const char *p, size_t n, const char *name)
{
	size_t len = strlen(name);

	return n > len && strncasecmp(p, name, len) == 0 && p[len] == ':';
}

/* Remember the boundary parameter of a header; 0 with the fault set. */
static int
note_boundary(struct scan *s, const char *p, size_t n)
{
	const char *found = find_word(p, n, "boundary");
	const char *end = p + n;
	struct boundary *b;

	if (found == NULL)
		return 1;
	found += 8;
	while (found < end && isspace((unsigned char)*found))
		found++;
	if (found == end || *found++ != '=') {
		s->wild = 1;
		return 1;
	}
	while (found < end && (isspace((unsigned char)*found) || *found == '"'))
		found++;
	if (s->nboundary >= LIMIT_MIME_PARTS)
		return fault_set(s->fault, ACTION_HOLD, "too-many-parts",
		    "The message has over %d parts.", LIMIT_MIME_PARTS);
	b = &s->boundary[s->nboundary++];
	b->p = found;
	while (found < end && b->n < BOUNDARY_MAX && *found != '"' &&
	       *found != ';' && !isspace((unsigned char)*found)) {
		found++;
		b->n++;
	}
	if (b->n == 0 || (found < end && *found == '\\'))
		s->wild = 1;
	return 1;
}

/* How often one of two signs is there, outside quotes. */
static size_t
count_signs(const char *p, size_t n, char a, char b)
{
	size_t count = 0;
	size_t i;
	int quoted = 0;

	for (i = 0; i < n; i++) {
		if (p[i] == '"')
			quoted = !quoted;
		if (!quoted && (p[i] == a || p[i] == b))
			count++;
	}
	return count;
}

/* A header whose value is addresses; 0 with the fault set. */
static int
check_addresses(struct scan *s, const char *p, size_t n)
{
	static const char *const names[] = {"From", "Sender", "Reply-To", "To",
	    "Cc", "Bcc", "Resent-From", "Resent-Sender", "Resent-To",
	    "Resent-Cc", "Resent-Bcc", "Resent-Reply-To", "Mail-Followup-To",
	    "Disposition-Notification-To", "Delivered-To", "Return-Path"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!is_named(p, n, names[i]))
			continue;
		if (count_signs(p, n, ':', '(') > NESTING_MAX ||
		    count_signs(p, n, '"', '"') > 4 * ADDRESSES_MAX * 10)
			return fault_set(s->fault, ACTION_HOLD,
			    "header-nesting",
			    "%s has more groups or comments than mail has.",
			    names[i]);
		if (i < 3 && count_signs(p, n, ',', ';') > ADDRESSES_MAX)
			return fault_set(s->fault, ACTION_HOLD,
			    "too-many-addresses", "%s has over %d addresses.",
			    names[i], ADDRESSES_MAX);
	}
	return 1;
}

/* One whole header with its continuation lines; 0 with the fault set. */
static int
check_header(struct scan *s, const char *p, size_t n)
{
	if (++s->nheader > LIMIT_HEADERS)
		return fault_set(s->fault, ACTION_HOLD, "too-many-headers",
		    "The message has over %d headers.", LIMIT_HEADERS);
	if (n > LIMIT_HEADER_BYTES)
		return fault_set(s->fault, ACTION_HOLD, "long-header",
		    "A header is over %ld bytes.", LIMIT_HEADER_BYTES);
	if (memchr(p, '\0', n) != NULL)
		return fault_set(s->fault, ACTION_HOLD, "nul",
		    "There is a NUL byte in a header.");
	if (n > 8 && strncasecmp(p, "Content-", 8) == 0) {
		if (count_signs(p, n, ';', ';') > SEMICOLON_MAX)
			return fault_set(s->fault, ACTION_HOLD,
			    "too-many-parameters",
			    "A header has over %d parameters.", SEMICOLON_MAX);
		if (find_word(p, n, "message/") != NULL)
			s->is_message = 1;
		return note_boundary(s, p, n);
	}
	return check_addresses(s, p, n);
}

/* Is a line one of the boundaries met so far? */
static int
is_boundary(const struct scan *s, const char *line, size_t n)
{
	size_t i;

	if (n < 2 || memcmp(line, "--", 2) != 0)
		return 0;
	if (s->wild)
		return 1;
	for (i = 0; i < s->nboundary; i++) {
		if (n - 2 >= s->boundary[i].n &&
		    memcmp(line + 2, s->boundary[i].p, s->boundary[i].n) == 0)
			return 1;
	}
	return 0;
}

/* A block of headers up to its blank line; 0 with the fault set. */
static int
check_headers(struct scan *s)
{
	const char *line;
	const char *start = NULL;
	size_t n;
	size_t length = 0;

	s->is_message = 0;
	while (next_line(s, &line, &n) && n > 0) {
		if (start != NULL && (*line == ' ' || *line == '\t')) {
			length = (size_t)(line + n - start);
			continue;
		}
		if (start != NULL && !check_header(s, start, length))
			return 0;
		start = line;
		length = n;
	}
	return start == NULL || check_header(s, start, length);
}

/* A part begins: one more, and its headers; 0 with the fault set. */
static int
check_part(struct scan *s)
{
	if (++s->npart > 2 * LIMIT_MIME_PARTS)
		return fault_set(s->fault, ACTION_HOLD, "too-many-parts",
		    "The message has over %d parts.", LIMIT_MIME_PARTS);
	do {
		if (!check_headers(s))
			return 0;
		if (s->is_message && ++s->npart > 2 * LIMIT_MIME_PARTS)
			return fault_set(s->fault, ACTION_HOLD,
			    "too-many-parts",
			    "The message has messages in messages.");
	} while (s->is_message);
	return 1;
}

int
pre_check(const char *p, size_t n, struct fault *fault)
{
	struct scan s = {.p = p, .n = n, .fault = fault};
	const char *line;
	size_t length;

	if (n == 0)
		return fault_set(
		    fault, ACTION_HOLD, "empty", "The message is empty.");
	if (n > LIMIT_MESSAGE_BYTES)
		return fault_set(fault, ACTION_HOLD, "too-big",
		    "The message is over %ld bytes.", LIMIT_MESSAGE_BYTES);
	if (!check_part(&s))
		return 0;
	while (next_line(&s, &line, &length)) {
		if (is_boundary(&s, line, length) && !check_part(&s))
			return 0;
	}
	return 1;
}

/* Value of a base64 sign, -1 if it is none. */
static int
sign_value(char c)
{
	static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c == '\0' ? NULL : strchr(signs, c);

	return found == NULL ? -1 : (int)(found - signs);
}

char *
pre_base64(
    TALLOC_CTX *ctx, const char *p, size_t n, size_t *got, struct fault *fault)
{
	char *out = mem_array(ctx, char, n / 4 * 3 + 4);
	unsigned bits = 0;
	size_t signs = 0;
	size_t padding = 0;
	size_t i;

	*got = 0;
	for (i = 0; i < n; i++) {
		if (isspace((unsigned char)p[i]))
			continue;
		if (p[i] == '=' && padding < 2) {
			padding++;
			continue;
		}
		if (sign_value(p[i]) < 0 || padding > 0) {
			fault_set(fault, ACTION_HOLD, "bad-base64",
			    "The calendar part is no base64.");
			return NULL;
		}
		bits = (bits << 6 | (unsigned)sign_value(p[i])) & 0xffff;
		/* after signs 2, 3, 4 there are 4, 2, 0 bits too many */
		if (signs++ % 4 != 0)
			out[(*got)++] =
			    (char)(bits >> (6 - (signs - 1) % 4 * 2));
	}
	if ((signs + padding) % 4 != 0) {
		fault_set(fault, ACTION_HOLD, "truncated",
		    "The base64 of the calendar part is cut off.");
		return NULL;
	}
	out[*got] = '\0';
	return out;
}
