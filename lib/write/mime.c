/* mime.c - header fields and transfer encodings, see mime.h */
#include "lib/write/mime.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/write/ical.h"

#define FOLD_AT      76
#define WORD_MAX     60 /* in one encoded word, which has at most 75 */
#define ENCODED_SIZE 80

static const char base64_digit[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
mime_one_line(TALLOC_CTX *ctx, const char *text, size_t max)
{
	size_t i, step, n = 0, length = strlen(text);
	char *line = mem_text(ctx, text);

	for (i = 0; i < length; i += step) {
		unsigned char c = (unsigned char)text[i];

		step = utf8_length(text + i, length - i);
		if (step == 0) {
			step = 1;
		} else if (c > 0x20 && c != 0x7f) {
			memcpy(line + n, text + i, step);
			n += step;
		} else if (n > 0 && line[n - 1] != ' ') {
			line[n++] = ' ';
		}
	}
	while (n > 0 && line[n - 1] == ' ')
		n--;
	line[n] = '\0';
	if (n > max) {
		line[ical_cut(line, max)] = '\0';
		line = mem_print(ctx, "%s...", line);
	}
	return line;
}

/* Three bytes, or the last one or two, as four digits. */
static void
encode_group(const unsigned char *p, size_t n, char *out)
{
	unsigned int v = (unsigned int)p[0] << 16;

	if (n > 1)
		v |= (unsigned int)p[1] << 8;
	if (n > 2)
		v |= p[2];
	out[0] = base64_digit[v >> 18];
	out[1] = base64_digit[v >> 12 & 63];
	out[2] = n > 1 ? base64_digit[v >> 6 & 63] : '=';
	out[3] = n > 2 ? base64_digit[v & 63] : '=';
}

/* One line of base64; at most 57 bytes. */
static const char *
encode_line(const char *p, size_t n, char buf[ENCODED_SIZE])
{
	const unsigned char *u = (const unsigned char *)p;
	size_t i, length = 0;

	for (i = 0; i < n; i += 3, length += 4)
		encode_group(u + i, n - i, buf + length);
	buf[length] = '\0';
	return buf;
}

void
mime_base64(char **out, const char *p, size_t n)
{
	char buf[ENCODED_SIZE];

	while (n > 0) {
		size_t step = n < 57 ? n : 57;

		encode_line(p, step, buf);
		ical_add(out, buf, strlen(buf));
		ical_add(out, "\r\n", 2);
		p += step;
		n -= step;
	}
}

/* May the word stand in a header as it is? */
static int
word_is_plain(const char *word, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (word[i] <= 0x20 || word[i] > 0x7e)
			return 0;
		if (word[i] == '=' && i + 1 < n && word[i + 1] == '?')
			return 0;
	}
	return 1;
}

/* Append a word to a header, on a new line if this one would be too long. */
static void
add_word(char **out, size_t *column, const char *word, size_t n)
{
	if (*column + 1 + n > FOLD_AT) {
		mem_add(out, "\r\n");
		*column = 0;
	}
	mem_add(out, " %.*s", (int)n, word);
	*column += 1 + n;
}

/* A byte as it stands in an encoded word, in buf; safe in a phrase too. */
static size_t
word_byte(char c, char buf[8])
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789"
				   "!*+-/";

	if (c == ' ')
		return (size_t)snprintf(buf, 8, "_");
	if (strchr(safe, c) != NULL)
		return (size_t)snprintf(buf, 8, "%c", c);
	return (size_t)snprintf(buf, 8, "=%02X", (unsigned char)c);
}

/* Encode as many whole characters as fit into one word; how many bytes. */
static size_t
encode_word(const char *text, char word[ENCODED_SIZE])
{
	size_t taken = 0, length = 0;

	while (text[taken] != '\0') {
		char unit[32];
		size_t i, n = 0, step = 1;

		while (((unsigned char)text[taken + step] & 0xc0) == 0x80 &&
		       step < 4)
			step++;
		for (i = 0; i < step; i++)
			n += word_byte(text[taken + i], unit + n);
		if (length + n > WORD_MAX)
			break;
		memcpy(word + length, unit, n + 1);
		length += n;
		taken += step;
	}
	return taken;
}

/*
 * Append the text as encoded words.  Q, not B: some readers join neighbouring
 * words before they decode, and stop at the padding of the first.
 */
static void
add_encoded(char **out, size_t *column, const char *text)
{
	while (*text != '\0') {
		char digits[ENCODED_SIZE], word[ENCODED_SIZE + 16];
		size_t taken = encode_word(text, digits);
		int length =
		    snprintf(word, sizeof(word), "=?UTF-8?Q?%s?=", digits);

		add_word(out, column, word, (size_t)length);
		text += taken;
	}
}

/* Append words, encoded from the first that cannot stand as it is. */
static void
add_words(char **out, size_t column, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		if (!word_is_plain(text, n)) {
			add_encoded(out, &column, text);
			return;
		}
		add_word(out, &column, text, n);
		text += n + (text[n] == ' ');
	}
}

void
mime_field(char **out, const char *name, const char *text)
{
	char *line = mime_one_line(*out, text, 900);

	mem_add(out, "%s:", name);
	add_words(out, strlen(name) + 1, line);
	mem_add(out, "\r\n");
	talloc_free(line);
}

void
mime_words(char **out, const char *name, const char *words)
{
	size_t column = strlen(name) + 1;

	mem_add(out, "%s:", name);
	while (*words != '\0') {
		size_t n = strcspn(words, " ");

		/* White space alone on a line is obsolete and misread. */
		if (n > 0 && word_is_plain(words, n))
			add_word(out, &column, words, n);
		words += n + (words[n] == ' ');
	}
	mem_add(out, "\r\n");
}

/* A display name as a phrase: as it is, quoted, or in encoded words. */
static void
add_phrase(char **out, size_t *column, const char *name)
{
	char *quoted;
	size_t i, n = strlen(name);
	int plain = 1;

	for (i = 0; i < n; i++)
		if (name[i] < 0x20 || name[i] > 0x7e || name[i] == '"' ||
		    name[i] == '\\' || strncmp(name + i, "=?", 2) == 0)
			plain = 0;
	if (!plain || n > 60) {
		add_encoded(out, column, name);
		return;
	}
	if (strpbrk(name, "()<>[]:;@,.") == NULL)
		quoted = mem_text(*out, name);
	else
		quoted = mem_print(*out, "\"%s\"", name);
	add_word(out, column, quoted, strlen(quoted));
	talloc_free(quoted);
}

void
mime_mailbox(
    char **out, const char *name, const char *display, const char *address)
{
	char *phrase = mime_one_line(*out, display, 200);
	size_t column = strlen(name) + 1;
	char *angle;

	mem_add(out, "%s:", name);
	if (phrase[0] != '\0')
		add_phrase(out, &column, phrase);
	angle = mem_print(*out, phrase[0] != '\0' ? "<%s>" : "%s", address);
	/* Folding an address would tear a quoted local part. */
	if (phrase[0] == '\0')
		mem_add(out, " %s", angle);
	else
		add_word(out, &column, angle, strlen(angle));
	mem_add(out, "\r\n");
	talloc_free(angle);
	talloc_free(phrase);
}

const char *
mime_date(char *buf, size_t size, int64_t utc)
{
	static const char *const day[] = {
	    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const month[] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = civil_from_seconds(utc);

	(void)snprintf(buf, size, "%s, %d %s %04d %02d:%02d:%02d +0000",
	    day[civil_weekday(civil_days(c.year, c.month, c.day))], c.day,
	    month[c.month - 1], c.year, c.hour, c.minute, c.second);
	return buf;
}

/* Bytes of the next unit of a quoted-printable line, in buf. */
static int
quote_byte(const char *p, size_t column, char buf[8])
{
	unsigned char c = (unsigned char)*p;
	int at_end = p[1] == '\0' || p[1] == '\n' || p[1] == '\r';
	/* "From " and "." at the start of a line are touched on the way. */
	int touched = column == 0 && (c == 'F' || c == '.');

	if (c == '=' || c < 0x20 || c > 0x7e || (c == ' ' && at_end) || touched)
		return snprintf(buf, 8, "=%02X", c);
	buf[0] = (char)c;
	buf[1] = '\0';
	return 1;
}

/* One line, without its end, in lines of 76 with soft breaks. */
static void
quote_line(char **out, const char *p, size_t n)
{
	char line[FOLD_AT + 8], unit[8];
	size_t i, column = 0;

	line[0] = '\0';
	for (i = 0; i < n; i++) {
		int length = quote_byte(p + i, column, unit);

		if (column + (size_t)length > FOLD_AT - 1) {
			mem_add(out, "%s=\r\n", line);
			column = 0;
		}
		memcpy(line + column, unit, (size_t)length + 1);
		column += (size_t)length;
	}
	mem_add(out, "%s\r\n", column > 0 ? line : "");
}

void
mime_quoted_printable(char **out, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\r\n");

		quote_line(out, text, n);
		text += n;
		if (*text == '\r')
			text++;
		if (*text == '\n')
			text++;
	}
}

/* May the text go as 7bit: short ASCII lines, no mark of a boundary? */
static int
text_is_plain(const char *text)
{
	size_t column = 0;
	const char *p;

	for (p = text; *p != '\0'; p++) {
		if (*p == '\r' || *p == '\n')
			column = 0;
		else if (*p < 0x20 || *p > 0x7e || ++column > FOLD_AT)
			return 0;
	}
	return strstr(text, "=_") == NULL && strstr(text, "From ") == NULL &&
	       strstr(text, " \n") == NULL;
}

/* Append the text with CR LF at the end of every line. */
static void
add_plain(char **out, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\r\n");

		ical_add(out, text, n);
		ical_add(out, "\r\n", 2);
		text += n;
		if (*text == '\r')
			text++;
		if (*text == '\n')
			text++;
	}
}

void
mime_text_part(char **out, const char *type, const char *text)
{
	int plain = text_is_plain(text);

	mem_add(out,
	    "Content-Type: %s; charset=UTF-8\r\n"
	    "Content-Transfer-Encoding: %s\r\n\r\n",
	    type, plain ? "7bit" : "quoted-printable");
	if (plain)
		add_plain(out, text);
	else
		mime_quoted_printable(out, text);
}
