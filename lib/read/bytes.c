/* bytes.c - raw bytes to clean UTF-8, see bytes.h */
#include "lib/read/bytes.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"

/* How many bytes a sequence with this first byte has, 0 if none begins so. */
static size_t
length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

size_t
bytes_step(const char *p, size_t n)
{
	unsigned char first = (unsigned char)p[0];
	unsigned char second;
	size_t len = length_of(first);
	size_t i;

	if (len == 0 || len > n)
		return 0;
	for (i = 1; i < len; i++) {
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 0;
	}
	if (len < 3)
		return len;
	second = (unsigned char)p[1];
	if ((first == 0xe0 && second < 0xa0) ||
	    (first == 0xed && second > 0x9f))
		return 0;
	if ((first == 0xf0 && second < 0x90) ||
	    (first == 0xf4 && second > 0x8f))
		return 0;
	return len;
}

int
bytes_are_utf8(const char *p, size_t n)
{
	size_t i = 0;
	size_t step;

	while (i < n) {
		step = bytes_step(p + i, n - i);
		if (step == 0)
			return 0;
		i += step;
	}
	return 1;
}

char *
bytes_clean(TALLOC_CTX *ctx, const char *p, size_t n)
{
	char *out = mem_array(ctx, char, n + 1);
	size_t i = 0;
	size_t step;

	while (i < n) {
		step = bytes_step(p + i, n - i);
		if (step == 0) {
			out[i++] = '?';
			continue;
		}
		memcpy(out + i, p + i, step);
		if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f)
			out[i] = ' ';
		i += step;
	}
	out[n] = '\0';
	return out;
}

char *
bytes_trim(TALLOC_CTX *ctx, const char *s)
{
	size_t n;

	if (s == NULL)
		return mem_text(ctx, "");
	while (isspace((unsigned char)*s))
		s++;
	n = strlen(s);
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	return bytes_clean(ctx, s, n);
}

char *
bytes_upper(TALLOC_CTX *ctx, const char *s)
{
	char *out = bytes_trim(ctx, s);
	char *p;

	for (p = out; *p != '\0'; p++) {
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	}
	return out;
}

char *
bytes_lower(TALLOC_CTX *ctx, const char *s)
{
	char *out = bytes_trim(ctx, s);
	char *p;

	for (p = out; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	}
	return out;
}

int
bytes_are_utf16(const char *p, size_t n)
{
	return n >= 2 &&
	       (memcmp(p, "\xff\xfe", 2) == 0 || memcmp(p, "\xfe\xff", 2) == 0);
}

int
bytes_are_utf7(const char *charset)
{
	return strncasecmp(charset, "utf-7", 5) == 0 ||
	       strncasecmp(charset, "utf7", 4) == 0 ||
	       strncasecmp(charset, "unicode-1-1-utf-7", 17) == 0;
}

/* UTF-7 hides ASCII from every check, and "//" would be an option of iconv. */
static int
charset_is_sane(const char *charset)
{
	const char *p;

	if (charset[0] == '\0' || strlen(charset) > 40)
		return 0;
	for (p = charset; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_' &&
		    *p != ':' && *p != '.' && *p != '+')
			return 0;
	}
	return !bytes_are_utf7(charset);
}

/* Run one conversion to its end; 0 if the bytes are not in the charset. */
static int
convert(
    iconv_t cd, const char *p, size_t n, char *out, size_t size, size_t *got)
{
	union {
		const char *c;
		char *v;
	} in;
	char *to = out;
	size_t left = size;

	in.c = p;
	if (iconv(cd, &in.v, &n, &to, &left) == (size_t)-1 || n != 0)
		return 0;
	if (iconv(cd, NULL, NULL, &to, &left) == (size_t)-1)
		return 0;
	*got = size - left;
	return 1;
}

char *
bytes_convert(
    TALLOC_CTX *ctx, const char *p, size_t n, const char *charset, size_t *got)
{
	iconv_t cd;
	char *out;
	int good;

	if (!charset_is_sane(charset) || n > SIZE_MAX / 4 - 8)
		return NULL;
	cd = iconv_open("UTF-8", charset);
	if (cd == (iconv_t)-1)
		return NULL;
	out = mem_array(ctx, char, n * 4 + 8);
	good = convert(cd, p, n, out, n * 4 + 7, got);
	(void)iconv_close(cd);
	if (!good || !bytes_are_utf8(out, *got)) {
		talloc_free(out);
		return NULL;
	}
	out[*got] = '\0';
	return out;
}

/* glibc loads converters from files: those that are open stay loaded. */
void
bytes_init(void)
{
	static const char *const charsets[] = {"ISO-8859-1", "ISO-8859-2",
	    "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6",
	    "ISO-8859-7", "ISO-8859-8", "ISO-8859-9", "ISO-8859-13",
	    "ISO-8859-15", "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252",
	    "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256",
	    "WINDOWS-1257", "WINDOWS-1258", "KOI8-R", "KOI8-U", "UTF-16",
	    "UTF-16LE", "UTF-16BE", "UTF-32", "US-ASCII", "GB18030", "GBK",
	    "GB2312", "BIG5", "SHIFT_JIS", "EUC-JP", "ISO-2022-JP", "EUC-KR",
	    "ISO-2022-KR", "TIS-620", "MACINTOSH", "CP437", "CP850"};
	size_t i;

	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		(void)iconv_open("UTF-8", charsets[i]);
		(void)iconv_open(charsets[i], "UTF-8");
	}
}

/*
 * Drop what changes how the text around it looks: C1 controls, line and
 * paragraph separators, overrides and isolates of the writing direction.  In
 * place; s is valid UTF-8.
 */
static char *
drop_disguises(char *s)
{
	char *in = s, *out = s;

	while (*in != '\0') {
		const unsigned char *p = (const unsigned char *)in;

		if (p[0] == 0xc2 && p[1] < 0xa0) {
			in += 2;
		} else if (p[0] == 0xe2 &&
			   ((p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) ||
			       (p[1] == 0x81 && p[2] >= 0xa6 &&
				   p[2] <= 0xa9))) {
			in += 3;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
	return s;
}

char *
bytes_unescape(TALLOC_CTX *ctx, const char *s)
{
	char *out = mem_array(ctx, char, strlen(s) + 1);
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if (*s != '\\' || s[1] == '\0') {
			out[n++] = *s;
			continue;
		}
		s++;
		out[n++] = (*s == 'n' || *s == 'N') ? ' ' : *s;
	}
	out[n] = '\0';
	return drop_disguises(bytes_trim(ctx, out));
}

char *
bytes_uncaret(TALLOC_CTX *ctx, const char *s)
{
	char *out = mem_array(ctx, char, strlen(s) + 1);
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if (*s == '^' && s[1] != '\0' && strchr("^'n", s[1]) != NULL) {
			s++;
			out[n++] = *s == 'n' ? ' ' : *s == '\'' ? '"' : '^';
		} else {
			out[n++] = *s;
		}
	}
	out[n] = '\0';
	return drop_disguises(bytes_trim(ctx, out));
}
