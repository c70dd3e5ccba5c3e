/* utf8.c - is a text valid UTF-8, see utf8.h */
#include "lib/base/utf8.h"

/* The range of the second byte differs after some first bytes (RFC 3629). */
static int
second_is_valid(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return second >= 0x80 && second <= 0xbf;
	}
}

size_t
utf8_length(const char *p, size_t n)
{
	unsigned char c;
	size_t i, length;

	if (n == 0)
		return 0;
	c = (unsigned char)p[0];
	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	length = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (length > n || !second_is_valid(c, (unsigned char)p[1]))
		return 0;
	for (i = 2; i < length; i++)
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 0;
	return length;
}
