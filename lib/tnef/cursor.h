/*
 * cursor.h - take little-endian numbers and bytes off a buffer, never beyond it
 *
 * What is taken past the end is 0 or NULL, and the cursor is bad from then on:
 * ask once, behind the last take.
 * Layer 2, private to lib/tnef.
 */
#ifndef LIB_TNEF_CURSOR_H
#define LIB_TNEF_CURSOR_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that belong to somebody else. */
struct span {
	const unsigned char *p; /* NULL: absent */
	size_t n;
};

struct cursor {
	const unsigned char *p;
	size_t n; /* bytes left */
	int bad;  /* something was not there */
};

struct cursor cursor_new(struct span bytes);

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16(struct cursor *c);
uint32_t cursor_u32(struct cursor *c);
uint64_t cursor_u64(struct cursor *c);
int32_t cursor_i32(struct cursor *c);

/* n bytes; those of a span that is absent cannot be read. */
struct span cursor_take(struct cursor *c, size_t n);

/* The same, and what fills them up to a multiple of four. */
struct span cursor_padded(struct cursor *c, size_t n);

#endif
