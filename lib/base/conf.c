/*
 * conf.c - files of "key = value" lines, see conf.h
 *
 * inih splits a line into key, value and comment.  It is lenient (sections,
 * continued lines, "key: value", long lines cut in two), so every line is
 * looked at before it gets there.
 */
#include "lib/base/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/confvalue.h"
#include "lib/base/io.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"

#define FILE_MAX_BYTES (1024L * 1024)
#define LINE_MAX_BYTES 8192
#define QUOTE_BYTES    128

static char comment_bytes[] = "#;";

/* A file while it is read. */
struct reading {
	TALLOC_CTX *ctx;
	const char *path;
	const struct conf_key *table;
	size_t n;
	void *target;
	struct why *why;
	enum res res; /* RES_OK until the first error */
	char *text;   /* the whole file, with a NUL behind it */
	size_t size, at;
	size_t line;
	char *raw;           /* the line in hand */
	unsigned char *seen; /* by index into table: given in this file */
};

/* --- the table ------------------------------------------------------------ */

/* The member of a key. */
static void *
member(const struct conf_key *key, void *target)
{
	return (char *)target + key->offset;
}

enum res
conf_defaults(TALLOC_CTX *ctx, const struct conf_key *table, size_t n,
    void *target, struct why *why)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const char *expected = NULL;

		if (table[i].def == NULL)
			confvalue_unset(&table[i], member(&table[i], target));
		else
			expected = confvalue_set(ctx, &table[i], table[i].def,
			    member(&table[i], target), 0);
		if (expected != NULL)
			return why_set(why, RES_PERM,
			    "default of %s: expected %s", table[i].name,
			    expected);
	}
	return RES_OK;
}

enum res
conf_complete(const char *path, const struct conf_key *table, size_t n,
    const void *target, struct why *why)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (table[i].def == NULL &&
		    confvalue_is_unset(
			&table[i], (const char *)target + table[i].offset))
			return why_set(why, RES_PERM,
			    "%s: %s: missing, expected a line \"%s = ...\" (%s)",
			    path, table[i].name, table[i].name, table[i].help);
	return RES_OK;
}

/* --- unknown keys ----------------------------------------------------------- */

/* How many bytes to change, add or drop to make b of a; long words are far. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[32], m = strlen(b), i, j;

	if (m >= sizeof(row) / sizeof(row[0]) || strlen(a) >= 32)
		return 99;
	for (j = 0; j <= m; j++)
		row[j] = j;
	for (i = 0; a[i] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (j = 1; j <= m; j++) {
			size_t best = diagonal + (a[i] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m];
}

/* The known key that was probably meant, or NULL. */
static const char *
nearest(const struct reading *rd, const char *name)
{
	size_t i, d, least = strlen(name) < 6 ? 2 : 3;
	const char *found = NULL;

	for (i = 0; i < rd->n; i++) {
		d = distance(name, rd->table[i].name);
		if (d < least) {
			least = d;
			found = rd->table[i].name;
		}
	}
	return found;
}

/* --- one line ---------------------------------------------------------------- */

/* Remember an error of the line in hand; returns 0. */
static int
refuse(struct reading *rd, const char *what, const char *expected)
{
	if (rd->res == RES_OK)
		rd->res =
		    why_set(rd->why, RES_PERM, "%s line %zu: %s, expected %s",
			rd->path, rd->line, what, expected);
	return 0;
}

/* Remember that nobody knows the key; returns 0. */
static int
refuse_key(struct reading *rd, const char *name)
{
	const char *meant = nearest(rd, name);
	char what[QUOTE_BYTES + 32], quoted[QUOTE_BYTES], expected[QUOTE_BYTES];

	(void)snprintf(what, sizeof(what), "%s: unknown key",
	    log_quote(quoted, sizeof(quoted), name));
	if (meant == NULL)
		return refuse(rd, what, "a key of the manual page");
	(void)snprintf(expected, sizeof(expected), "perhaps \"%s\"", meant);
	return refuse(rd, what, expected);
}

/* inih found a key and its value. */
static int
take_pair(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *rd = arg;
	const struct conf_key *key;
	char what[2 * QUOTE_BYTES], quoted[QUOTE_BYTES];
	const char *expected;
	size_t i = 0;

	(void)section;
	if (rd->res != RES_OK)
		return 0;
	if (rd->raw[strcspn(rd->raw, "=:")] != '=')
		return refuse(rd, "a colon behind the key", "key = value");
	while (i < rd->n && strcmp(rd->table[i].name, name) != 0)
		i++;
	if (i == rd->n)
		return refuse_key(rd, name);
	key = &rd->table[i];
	if (rd->seen[i] && key->type != CONF_LIST) {
		(void)snprintf(what, sizeof(what), "%s: given twice", name);
		return refuse(rd, what, "one line");
	}
	expected = confvalue_set(
	    rd->ctx, key, value, member(key, rd->target), rd->seen[i]);
	rd->seen[i] = 1;
	if (expected == NULL)
		return 1;
	(void)snprintf(what, sizeof(what), "%s: %s", name,
	    log_quote(quoted, sizeof(quoted), value));
	return refuse(rd, what, expected);
}

/* Is the line text that inih reads as we do? */
static int
check_line(struct reading *rd)
{
	const char *p = rd->raw, *first = p + strspn(p, " \t");
	size_t i, step, n = strlen(p);

	for (i = 0; i < n; i += step) {
		unsigned char c = (unsigned char)p[i];

		step = utf8_length(p + i, n - i);
		if (step == 0)
			return refuse(rd, "bytes that are no UTF-8", "text");
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return refuse(rd, "a control byte", "text");
	}
	if (*first == '[')
		return refuse(rd, "a section", "key = value");
	if (first != p && *first != '\0' &&
	    strchr(comment_bytes, *first) == NULL)
		return refuse(rd, "white space at the start",
		    "key = value (lines cannot be continued)");
	return 1;
}

/* Give inih the next line, like fgets(). */
static char *
next_line(char *buf, int size, void *arg)
{
	struct reading *rd = arg;
	size_t n;

	if (rd->res != RES_OK || rd->at >= rd->size)
		return NULL;
	rd->line++;
	rd->raw = rd->text + rd->at;
	n = strcspn(rd->raw, "\n");
	rd->at += n + 1;
	rd->raw[n] = '\0';
	if (n > 0 && rd->raw[n - 1] == '\r')
		rd->raw[--n] = '\0';
	if (n + 2 > (size_t)size) {
		char expected[QUOTE_BYTES];

		(void)snprintf(
		    expected, sizeof(expected), "at most %d bytes", size - 2);
		(void)refuse(rd, "a longer line", expected);
		return NULL;
	}
	if (!check_line(rd))
		return NULL;
	memcpy(buf, rd->raw, n);
	buf[n] = '\n';
	buf[n + 1] = '\0';
	return buf;
}

/* --- the file ----------------------------------------------------------------- */

/* Let inih walk the text. */
static enum res
parse(struct reading *rd)
{
	int bad;

	ini_allow_multiline = false;
	ini_allow_bom = true;
	ini_start_comment_prefixes = comment_bytes;
	ini_inline_comment_prefixes = comment_bytes;
	ini_allow_inline_comments = true;
	ini_allow_no_value = false;
	ini_stop_on_first_error = true;
	ini_use_stack = true;
	ini_max_line = LINE_MAX_BYTES;
	bad = ini_parse_stream(next_line, rd, take_pair, rd);
	if (bad != 0)
		(void)refuse(rd, "no '='", "key = value");
	return rd->res;
}

/* Read the whole file of an open descriptor. */
static enum res
slurp(struct reading *rd, int fd)
{
	struct stat st;
	const char *nul, *p;
	enum res r;

	if (fstat(fd, &st) < 0)
		return why_set(
		    rd->why, RES_TEMP, "%s: %s", rd->path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return why_set(rd->why, RES_PERM,
		    "%s: not a plain file, expected a text file", rd->path);
	if (st.st_size > FILE_MAX_BYTES)
		return why_set(rd->why, RES_PERM,
		    "%s: over 1 MiB, expected a text file", rd->path);
	rd->text = mem_array(NULL, char, (size_t)st.st_size + 1);
	r = io_read(fd, rd->text, (size_t)st.st_size, &rd->size, rd->why);
	nul = memchr(rd->text, '\0', rd->size);
	if (r != RES_OK || nul == NULL)
		return r;
	rd->line = 1;
	for (p = rd->text; p < nul; p++)
		rd->line += *p == '\n';
	(void)refuse(rd, "a NUL byte", "a text file");
	return rd->res;
}

enum res
conf_read(TALLOC_CTX *ctx, const char *path, const struct conf_key *table,
    size_t n, void *target, struct why *why)
{
	struct reading rd = {.ctx = ctx,
	    .path = path,
	    .table = table,
	    .n = n,
	    .target = target,
	    .why = why,
	    .res = RES_OK};
	enum res r;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return why_set(why, RES_TEMP, "%s: %s", path, strerror(errno));
	r = slurp(&rd, fd);
	(void)close(fd);
	if (r == RES_OK) {
		rd.seen = mem_array(NULL, unsigned char, n + 1);
		r = parse(&rd);
		talloc_free(rd.seen);
	}
	talloc_free(rd.text);
	return r;
}
