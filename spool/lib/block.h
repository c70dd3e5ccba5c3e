/*
 * block.h - the envelope block at byte 0 of a spool file, and its checksum
 *
 * Private to libspool: what put.c writes and read.c reads, see spool(5).
 * Layer 1.  Uses: nothing.
 */
#ifndef SPOOL_LIB_BLOCK_H
#define SPOOL_LIB_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#define BLOCK_PREFIX "X-Imipd-"

/* The first line, of fixed width: it is filled in last. */
#define BLOCK_HEAD_FORMAT                                                      \
	"X-Imipd-Envelope: 1 bytes=%020" PRId64 " fnv1a=%016" PRIx64 "\n"
#define BLOCK_HEAD_BLANK                                                       \
	"X-Imipd-Envelope: 1 bytes=-------------------- fnv1a=---------------" \
	"-\n"
#define BLOCK_HEAD_SIZE (sizeof(BLOCK_HEAD_BLANK) - 1)

/* The last line; the message starts on the next byte. */
#define BLOCK_END "X-Imipd-End: 1"

#define BLOCK_LINE_MAX 512 /* bytes of a line of the block with its NUL */

/* 64-bit FNV-1a; start with BLOCK_SUM_START. */
#define BLOCK_SUM_START UINT64_C(0xcbf29ce484222325)
uint64_t block_sum(uint64_t sum, const void *p, size_t n);

#endif
