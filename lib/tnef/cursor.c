/* cursor.c - little-endian numbers and bytes off a buffer, see cursor.h */
#include "lib/tnef/cursor.h"

struct cursor
cursor_new(struct span bytes)
{
	struct cursor c = {bytes.p, bytes.p == NULL ? 0 : bytes.n, 0};

	return c;
}

struct span
cursor_take(struct cursor *c, size_t n)
{
	struct span taken = {NULL, 0};

	if (c->bad || n > c->n) {
		c->bad = 1;
		return taken;
	}
	taken.p = c->p;
	taken.n = n;
	c->p += n;
	c->n -= n;
	return taken;
}

struct span
cursor_padded(struct cursor *c, size_t n)
{
	struct span taken = cursor_take(c, n);

	(void)cursor_take(c, (4 - n % 4) % 4);
	return taken;
}

/* A number of so many bytes, the lowest first. */
static uint64_t
number(struct cursor *c, size_t bytes)
{
	struct span taken = cursor_take(c, bytes);
	uint64_t value = 0;
	size_t i;

	for (i = taken.n; i > 0; i--)
		value = value << 8 | taken.p[i - 1];
	return value;
}

uint8_t
cursor_u8(struct cursor *c)
{
	return (uint8_t)number(c, 1);
}

uint16_t
cursor_u16(struct cursor *c)
{
	return (uint16_t)number(c, 2);
}

uint32_t
cursor_u32(struct cursor *c)
{
	return (uint32_t)number(c, 4);
}

uint64_t
cursor_u64(struct cursor *c)
{
	return number(c, 8);
}

int32_t
cursor_i32(struct cursor *c)
{
	uint32_t u = cursor_u32(c);

	return u <= INT32_MAX ? (int32_t)u : -(int32_t)(UINT32_MAX - u) - 1;
}
