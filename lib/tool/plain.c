/*
 * plain.c - untrusted text on a terminal, see tool.h
 *
 * A terminal obeys what it is sent; so does a reader who sees text that was
 * turned around.  Both are shown what is there instead.
 */
#include <stdint.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/tool/tool.h"

/* Code points that act instead of being seen. */
static const struct {
	uint32_t first, last;
} acting[] = {
    {0x0000, 0x001f},  /* C0 */
    {0x007f, 0x009f},  /* DEL, C1 */
    {0x00ad, 0x00ad},  /* soft hyphen */
    {0x061c, 0x061c},  /* Arabic letter mark */
    {0x200b, 0x200f},  /* zero width, direction marks */
    {0x2028, 0x202e},  /* separators, embeddings, overrides */
    {0x2060, 0x206f},  /* invisible operators, isolates */
    {0xfeff, 0xfeff},  /* byte order mark */
    {0xfff9, 0xfffb},  /* annotations */
    {0xe0000, 0xe007f} /* tags */
};

/* Bytes of the UTF-8 character at p, its code point in *c; 0 if it is none. */
static size_t
decode(const char *p, size_t n, uint32_t *c)
{
	unsigned char first = (unsigned char)p[0];
	size_t i, length = utf8_length(p, n);

	*c = length <= 1 ? first : first & (0x7fU >> length);
	for (i = 1; i < length; i++)
		*c = *c << 6 | ((unsigned char)p[i] & 0x3f);
	return length;
}

/* Does the code point do something to a terminal or to the eye? */
static int
is_acting(uint32_t c)
{
	size_t i;

	for (i = 0; i < sizeof(acting) / sizeof(acting[0]); i++)
		if (c >= acting[i].first && c <= acting[i].last)
			return 1;
	return 0;
}

/* Write n bytes as \xNN; returns how many bytes that made. */
static size_t
escape(char *out, const char *p, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char b = (unsigned char)p[i];

		*out++ = '\\';
		*out++ = 'x';
		*out++ = hex[b >> 4];
		*out++ = hex[b & 15];
	}
	return 4 * n;
}

char *
tool_plain(TALLOC_CTX *ctx, const char *text, size_t n, int lines)
{
	char *out = mem_array(ctx, char, 4 * n + 1);
	size_t i = 0, used = 0;

	while (i < n) {
		uint32_t c = 0;
		size_t length = decode(text + i, n - i, &c);

		if (lines && (text[i] == '\n' || text[i] == '\t')) {
			out[used++] = text[i];
		} else if (length == 0 || is_acting(c)) {
			length = length == 0 ? 1 : length;
			used += escape(out + used, text + i, length);
		} else {
			memcpy(out + used, text + i, length);
			used += length;
		}
		i += length == 0 ? 1 : length;
	}
	out[used] = '\0';
	return out;
}
