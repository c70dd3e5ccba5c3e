/* lines.c - content lines: unfolding, names, parameters, nesting */
#include "lib/read/lines.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/facts/limits.h"
#include "lib/read/bytes.h"

#define JOINED_MAX     100
#define NAME_MAX_BYTES 255

/* The logical lines of a text, and where the parser is in it. */
struct cursor {
	TALLOC_CTX *ctx;
	char *text; /* unfolded, NUL-terminated, '\n' between lines */
	char *next;
	size_t ncomponent;
	size_t joined;
	struct fault *fault;
};

int
fault_set(struct fault *fault, enum action action, const char *code,
    const char *fmt, ...)
{
	va_list ap;

	fault->action = action;
	fault->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(fault->text, sizeof(fault->text), fmt, ap);
	va_end(ap);
	return 0;
}

/* Bytes of the line end at p: CR LF, LF, CR, or CR CR LF; 0 if none. */
static size_t
line_end(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] == '\r')
		i++;
	if (i < n && p[i] == '\n')
		return i + 1;
	return i > 0 ? 1 : 0;
}

/* Join folded lines bytewise; 0 if a physical line is too long. */
static int
unfold(const char *p, size_t n, char *out, size_t *got)
{
	size_t from = 0;
	size_t i = 0;
	size_t end;

	*got = 0;
	while (i < n) {
		end = line_end(p + i, n - i);
		if (end == 0) {
			if (i - from >= LIMIT_LINE_BYTES)
				return 0;
			out[(*got)++] = p[i++];
			continue;
		}
		i += end;
		from = i;
		if (i < n && (p[i] == ' ' || p[i] == '\t'))
			i++;
		else
			out[(*got)++] = '\n';
	}
	out[*got] = '\0';
	return 1;
}

/* The unfolded text in UTF-8, without byte order mark; NULL with the fault. */
static char *
text_of(TALLOC_CTX *ctx, const char *p, size_t n, const char *charset,
    struct fault *fault)
{
	char *text;
	size_t got = n;

	/* ASCII that means something else would be believed as it stands. */
	if (bytes_are_utf7(charset)) {
		fault_set(fault, ACTION_HOLD, "bad-charset",
		    "The calendar part is in UTF-7, which is not read.");
		return NULL;
	}
	/* UTF-16 has to be converted before lines can be seen at all. */
	if (bytes_are_utf16(p, n)) {
		p = bytes_convert(ctx, p, n, "UTF-16", &n);
		if (p == NULL) {
			fault_set(fault, ACTION_HOLD, "bad-charset",
			    "The calendar part is broken UTF-16.");
			return NULL;
		}
	}
	text = mem_array(ctx, char, n + 1);
	if (!unfold(p, n, text, &got)) {
		fault_set(fault, ACTION_HOLD, "long-line",
		    "A line of the calendar part is over %ld bytes.",
		    LIMIT_LINE_BYTES);
		return NULL;
	}
	if (!bytes_are_utf8(text, got)) {
		text = bytes_convert(ctx, text, got, charset, &got);
		if (text == NULL) {
			fault_set(fault, ACTION_HOLD, "bad-charset",
			    "The calendar part is not UTF-8, and its charset "
			    "does not explain it.");
			return NULL;
		}
	}
	if (memchr(text, '\0', got) != NULL) {
		fault_set(fault, ACTION_HOLD, "nul",
		    "There is a NUL byte in the calendar part.");
		return NULL;
	}
	return got >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3
	                                                        : text;
}

/* Is it "name;" or "name:", perhaps with blanks before the sign? */
static int
is_content_line(const char *line)
{
	const char *p = line;

	while (isalnum((unsigned char)*p) || *p == '-' || *p == '_')
		p++;
	if (p == line)
		return 0;
	while (*p == ' ' || *p == '\t')
		p++;
	return *p == ';' || *p == ':';
}

/* Cut the next line out of the text; NULL at the end. */
static char *
next_physical(struct cursor *c)
{
	char *line = c->next;
	char *end;

	if (line == NULL || *line == '\0')
		return NULL;
	end = strchr(line, '\n');
	if (end != NULL)
		*end = '\0';
	c->next = end == NULL ? NULL : end + 1;
	return line;
}

/* Is a line only blanks? */
static int
is_blank(const char *line)
{
	return line[strspn(line, " \t\r")] == '\0';
}

/* Does the text at p go on, perhaps after empty lines, with no content line? */
static int
goes_on_broken(const char *p)
{
	if (p == NULL)
		return 0;
	p += strspn(p, " \t\r\n");
	return *p != '\0' && !is_content_line(p);
}

/* May broken lines be joined to this one? */
static int
can_be_joined(const char *line)
{
	return is_content_line(line) && strncasecmp(line, "BEGIN:", 6) != 0 &&
	       strncasecmp(line, "END:", 4) != 0;
}

/* The next logical line, with the broken ones that follow joined to it. */
static char *
next_line(struct cursor *c)
{
	char *line = next_physical(c);
	char *more;

	while (line != NULL && is_blank(line))
		line = next_physical(c);
	if (line == NULL || !can_be_joined(line))
		return line;
	while (goes_on_broken(c->next) && c->joined <= JOINED_MAX) {
		do
			more = next_physical(c);
		while (more != NULL && is_blank(more));
		c->joined++;
		line = mem_print(c->ctx, "%s%s", line, more);
	}
	return line;
}

/* Length of a parameter value; *open is 1 if a quote is not closed. */
static size_t
value_length(const char *p, int *open)
{
	size_t n = 0;

	*open = 0;
	for (; p[n] != '\0' && (*open || strchr(";:", p[n]) == NULL); n++) {
		if (p[n] == '"')
			*open = !*open;
	}
	return n;
}

/* One parameter from *p (behind the ';') on; 0 if a quote is not closed. */
static int
read_param(TALLOC_CTX *ctx, char **p, struct param *param)
{
	char *name = *p;
	size_t n = strcspn(name, "=;:");
	int open = 0;
	char *value;
	char *from;

	param->name = bytes_upper(ctx, mem_textn(ctx, name, n));
	param->value = "";
	*p = name + n;
	if (name[n] != '=')
		return 1;
	n = value_length(++*p, &open);
	value = mem_textn(ctx, *p, n);
	param->value = value;
	*p += n;
	for (from = value; *from != '\0'; from++) {
		if (*from != '"')
			*value++ = *from;
	}
	*value = '\0';
	return !open;
}

/* TZID=(UTC-05:00) Eastern Time:20260101T100000 came without its quotes. */
static void
mend_tzid(TALLOC_CTX *ctx, struct property *property)
{
	static const char *const timed[] = {
	    "DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "EXDATE", "RDATE"};
	struct param *last;
	const char *colon = strrchr(property->value, ':');
	size_t i;

	if (colon == NULL || property->nparam == 0)
		return;
	for (i = 0; i < sizeof(timed) / sizeof(timed[0]); i++) {
		if (strcmp(property->name, timed[i]) != 0)
			continue;
		last = &property->param[property->nparam - 1];
		last->value = mem_print(ctx, "%s:%.*s", last->value,
		    (int)(colon - property->value), property->value);
		property->value = colon + 1;
	}
}

/* ATTENDEE;SENT-BY=mailto:a@b.c:mailto:d@e.f came without its quotes. */
static void
mend_mailto(TALLOC_CTX *ctx, struct property *property)
{
	struct param *last;
	const char *p;

	if (property->nparam == 0 || (strcmp(property->name, "ATTENDEE") != 0 &&
					 strcmp(property->name, "ORGANIZER")))
		return;
	last = &property->param[property->nparam - 1];
	p = strrchr(last->value, ',');
	if (strcasecmp(p == NULL ? last->value : p + 1, "mailto") != 0)
		return;
	for (p = property->value; *p != '\0'; p++) {
		if (strncasecmp(p, ":mailto:", 8) != 0)
			continue;
		last->value = mem_print(ctx, "%s:%.*s", last->value,
		    (int)(p - property->value), property->value);
		property->value = p + 1;
		return;
	}
}

/* A content line to a property; 0 with the fault set. */
static int
read_property(struct cursor *c, const char *line, struct property *property)
{
	char *copy = mem_text(c->ctx, line);
	size_t n = strcspn(copy, ";:");
	char *p = copy + n;

	memset(property, 0, sizeof(*property));
	if (n > NAME_MAX_BYTES)
		return fault_set(c->fault, ACTION_HOLD, "malformed",
		    "The name of a property has over %d bytes.",
		    NAME_MAX_BYTES);
	property->line = copy;
	property->name = bytes_upper(c->ctx, mem_textn(c->ctx, copy, n));
	while (*p == ';') {
		if (property->nparam >= LIMIT_PARAMETERS)
			return fault_set(c->fault, ACTION_HOLD,
			    "too-many-parameters",
			    "%.40s has over %d parameters.", property->name,
			    LIMIT_PARAMETERS);
		property->param = list_grow(c->ctx, property->param,
		    struct param, property->nparam + 1);
		p++;
		if (!read_param(
			c->ctx, &p, &property->param[property->nparam++]))
			return fault_set(c->fault, ACTION_HOLD, "malformed",
			    "A quote in %.40s is not closed.", property->name);
	}
	property->value = *p == ':' ? p + 1 : "";
	mend_tzid(c->ctx, property);
	mend_mailto(c->ctx, property);
	return 1;
}

/* Open a block below parent (NULL for VCALENDAR); NULL with the fault set. */
static struct block *
block_begin(struct cursor *c, struct block *parent, const char *kind)
{
	struct block *block = mem_new(c->ctx, struct block);
	struct block *up;
	int depth = 1;

	for (up = parent; up != NULL; up = up->parent)
		depth++;
	if (depth > LIMIT_COMPONENT_DEPTH ||
	    c->ncomponent++ > LIMIT_COMPONENTS) {
		fault_set(c->fault, ACTION_HOLD, "too-many-components",
		    "The calendar has over %d components, or over %d levels.",
		    LIMIT_COMPONENTS, LIMIT_COMPONENT_DEPTH);
		return NULL;
	}
	block->kind = bytes_upper(c->ctx, kind);
	block->parent = parent;
	if (parent == NULL)
		return block;
	parent->child = list_grow(
	    c->ctx, parent->child, struct block *, parent->nchild + 1);
	parent->child[parent->nchild++] = block;
	return block;
}

/* Append one property to a block; 0 with the fault set. */
static int
block_add(struct cursor *c, struct block *block, const char *line)
{
	size_t n = block->nproperty;

	if (!is_content_line(line))
		return fault_set(c->fault, ACTION_HOLD, "malformed",
		    "A line in %.40s is no property.", block->kind);
	if (n >= LIMIT_PROPERTIES)
		return fault_set(c->fault, ACTION_HOLD, "too-many-properties",
		    "%.40s has over %d properties.", block->kind,
		    LIMIT_PROPERTIES);
	if ((n & (n - 1)) == 0)
		block->property = list_grow(c->ctx, block->property,
		    struct property, n == 0 ? 1 : 2 * n);
	block->nproperty++;
	return read_property(c, line, &block->property[n]);
}

/* Close *at; 0 with the fault set if it is not what is open. */
static int
block_end(struct cursor *c, struct block **at, const char *kind)
{
	const char *name = bytes_upper(c->ctx, kind);

	if (strcmp((*at)->kind, name) != 0)
		return fault_set(c->fault, ACTION_HOLD, "malformed",
		    "END:%.40s where END:%.40s should be.", name, (*at)->kind);
	*at = (*at)->parent;
	return 1;
}

/* Everything between BEGIN:VCALENDAR and its END; 0 with the fault set. */
static int
read_blocks(struct cursor *c, struct block *root)
{
	struct block *at = root;
	char *line;
	int good = 1;

	while (good && at != NULL && (line = next_line(c)) != NULL) {
		if (c->joined > JOINED_MAX)
			return fault_set(c->fault, ACTION_HOLD, "malformed",
			    "Over %d lines are no content lines.", JOINED_MAX);
		line = bytes_clean(c->ctx, line, strlen(line));
		if (strncasecmp(line, "BEGIN:", 6) == 0) {
			at = block_begin(c, at, line + 6);
			good = at != NULL;
		} else if (strncasecmp(line, "END:", 4) == 0) {
			good = block_end(c, &at, line + 4);
		} else {
			good = block_add(c, at, line);
		}
	}
	if (good && at != NULL)
		return fault_set(c->fault, ACTION_HOLD, "truncated",
		    "The calendar part ends before END:VCALENDAR.");
	return good;
}

/* Nothing may follow END:VCALENDAR; 0 with the fault set. */
static int
check_rest(struct cursor *c)
{
	char *line = next_line(c);

	if (line == NULL)
		return 1;
	if (strncasecmp(line, "BEGIN:VCALENDAR", 15) == 0)
		return fault_set(c->fault, ACTION_HOLD, "several-calendars",
		    "There are several VCALENDAR objects in one part.");
	return fault_set(c->fault, ACTION_HOLD, "malformed",
	    "There is text behind END:VCALENDAR.");
}

/* Is it BEGIN:VCALENDAR and nothing else? */
static int
begins_calendar(const char *line)
{
	return strncasecmp(line, "BEGIN:VCALENDAR", 15) == 0 &&
	       is_blank(line + 15);
}

struct block *
lines_parse(TALLOC_CTX *ctx, const char *p, size_t n, const char *charset,
    size_t *joined, struct fault *fault)
{
	struct cursor c = {.ctx = ctx, .fault = fault};
	struct block *root;
	char *line;

	*joined = 0;
	c.text = text_of(ctx, p, n, charset, fault);
	if (c.text == NULL)
		return NULL;
	c.next = c.text;
	line = next_line(&c);
	if (line == NULL || !begins_calendar(line)) {
		fault_set(fault, ACTION_HOLD, "malformed",
		    "The calendar part does not begin with BEGIN:VCALENDAR.");
		return NULL;
	}
	root = block_begin(&c, NULL, "VCALENDAR");
	if (root == NULL || !read_blocks(&c, root) || !check_rest(&c))
		return NULL;
	*joined = c.joined;
	return root;
}

const struct property *
block_find(const struct block *block, const char *name)
{
	size_t i;

	for (i = 0; i < block->nproperty; i++) {
		if (strcmp(block->property[i].name, name) == 0)
			return &block->property[i];
	}
	return NULL;
}

size_t
block_count(const struct block *block, const char *name)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < block->nproperty; i++) {
		if (strcmp(block->property[i].name, name) == 0)
			n++;
	}
	return n;
}

const char *
block_value(const struct block *block, const char *name)
{
	const struct property *property = block_find(block, name);

	return property == NULL ? "" : property->value;
}

const char *
property_param(const struct property *property, const char *name)
{
	size_t i;

	for (i = 0; i < property->nparam; i++) {
		if (strcmp(property->param[i].name, name) == 0)
			return property->param[i].value;
	}
	return "";
}
