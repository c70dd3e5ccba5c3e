/* text.c - UTF-16 and code pages to UTF-8, see text.h */
#include "lib/tnef/text.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"

#define REPLACEMENT 0xFFFD

/* One character at out, which has room for four bytes; returns how many. */
static size_t
put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* One character of UTF-16; 0 at the end. */
static uint32_t
take_wide(struct cursor *c)
{
	uint32_t high = cursor_u16(c);
	struct cursor ahead = *c;
	uint32_t low;

	if (high < 0xD800 || high > 0xDFFF)
		return high;
	low = cursor_u16(&ahead);
	if (high > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
		return REPLACEMENT;
	*c = ahead;
	return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

/* Bytes that may be looked at. */
static struct span
cut(struct span bytes)
{
	if (bytes.n > TEXT_BYTES)
		bytes.n = TEXT_BYTES;
	return bytes;
}

char *
text_wide(TALLOC_CTX *ctx, struct span bytes)
{
	struct cursor c = cursor_new(cut(bytes));
	char *out = mem_array(ctx, char, 2 * c.n + 5);
	size_t n = 0;
	uint32_t sign;

	while ((sign = take_wide(&c)) != 0)
		n += put_utf8(out + n, sign);
	return out;
}

/* The bytes as they are where they are ASCII. */
static char *
ascii(TALLOC_CTX *ctx, const char *p, size_t n)
{
	char *out = mem_textn(ctx, p, n);
	char *q;

	for (q = out; *q != '\0'; q++) {
		if ((unsigned char)*q > 0x7e)
			*q = '?';
	}
	return out;
}

/* Is it UTF-8 throughout? */
static int
is_utf8(const char *p, size_t n)
{
	size_t i = 0;
	size_t step;

	while (i < n) {
		step = utf8_length(p + i, n - i);
		if (step == 0)
			return 0;
		i += step;
	}
	return 1;
}

/* By a converter of the system; NULL if that cannot be. */
static char *
convert(TALLOC_CTX *ctx, const char *p, size_t n, unsigned codepage)
{
	char name[20];
	size_t room = 4 * n + 4;
	char *out = mem_array(ctx, char, room + 1);
	char *in = mem_textn(ctx, p, n);
	char *to = out;
	iconv_t cd;
	size_t r;

	(void)snprintf(name, sizeof(name), "CP%u", codepage);
	cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return NULL;
	r = iconv(cd, &in, &n, &to, &room);
	(void)iconv_close(cd);
	return r == (size_t)-1 || !is_utf8(out, (size_t)(to - out)) ? NULL
	                                                            : out;
}

char *
text_narrow(TALLOC_CTX *ctx, struct span bytes, unsigned codepage)
{
	const char *p = (const char *)bytes.p;
	const char *end;
	char *out = NULL;
	size_t n;

	if (p == NULL)
		return mem_text(ctx, "");
	n = cut(bytes).n;
	end = memchr(p, '\0', n);
	if (end != NULL)
		n = (size_t)(end - p);
	if (codepage == 65001 && is_utf8(p, n))
		return mem_textn(ctx, p, n);
	if (codepage > 0 && codepage < 65000)
		out = convert(ctx, p, n, codepage);
	return out != NULL ? out : ascii(ctx, p, n);
}
