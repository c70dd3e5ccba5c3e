/* block.c - the checksum of a spool file, see block.h */
#include "spool/lib/block.h"

uint64_t
block_sum(uint64_t sum, const void *p, size_t n)
{
	const unsigned char *b = p;
	size_t i;

	for (i = 0; i < n; i++)
		sum = (sum ^ b[i]) * UINT64_C(0x100000001b3);
	return sum;
}
