/*
 * hash.h - FNV-1a over 64 bits, for "is it the same as before"
 *
 * Against accident, not against malice.  Fields are closed by their length, so
 * that "ab","c" is not "a","bc".
 * Private to lib/store.  Layer 3.
 */
#ifndef LIB_STORE_HASH_H
#define LIB_STORE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* Add the bytes and their length. */
void hash_bytes(uint64_t *hash, const void *p, size_t n);

/* Add a number. */
void hash_number(uint64_t *hash, int64_t number);

#endif
