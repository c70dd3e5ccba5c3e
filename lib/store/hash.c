/* hash.c - FNV-1a over 64 bits, see hash.h */
#include "lib/store/hash.h"

#define PRIME UINT64_C(0x100000001b3)

/* One byte more. */
static void
add(uint64_t *hash, unsigned char byte)
{
	*hash = (*hash ^ byte) * PRIME;
}

void
hash_number(uint64_t *hash, int64_t number)
{
	uint64_t left = (uint64_t)number;
	int i;

	for (i = 0; i < 8; i++) {
		add(hash, (unsigned char)(left & 0xff));
		left >>= 8;
	}
}

void
hash_bytes(uint64_t *hash, const void *p, size_t n)
{
	const unsigned char *byte = p;
	size_t i;

	for (i = 0; i < n; i++)
		add(hash, byte[i]);
	hash_number(hash, (int64_t)n);
}
