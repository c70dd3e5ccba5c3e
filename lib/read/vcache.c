/*
 * vcache.c - the onsets of VTIMEZONEs that were met before
 *
 * A mail server sees the same few VTIMEZONEs day after day, and working one out
 * costs about as much as reading the rest of its message.  The key is every
 * byte of every line, so that nobody can pass his rules off as those of another;
 * the hash only finds it.  Whole decades are worked out, so that a key serves
 * nearly all messages, and no answer depends on what was asked before.
 */
#include <stdint.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/read/zones.h"

#define ENTRIES         64
#define KEY_BYTES_MAX   (16L * 1024) /* what is longer is not kept */
#define KEPT_ONSETS_MAX 1500

/* A VTIMEZONE that was worked out; key NULL: a free place. */
struct entry {
	uint64_t hash;
	unsigned long used; /* when last, by the count of questions */
	char *key;
	size_t n;
	struct onset *onset; /* on key */
	size_t nonset;
};

/* The decades that are worked out. */
struct decades {
	int64_t from; /* UTC seconds */
	int64_t to;
};

static struct entry entries[ENTRIES];
static unsigned long questions, misses;

/* The first second of a decade. */
static int64_t
decade_start(int decade)
{
	return civil_days(decade * 10, 1, 1) * SECONDS_PER_DAY;
}

/* The decades that a span has a part of. */
static struct decades
decades_of(int64_t from, int64_t to)
{
	struct decades d;

	d.from = decade_start(civil_from_seconds(from).year / 10);
	d.to = decade_start(civil_from_seconds(to).year / 10 + 1);
	return d;
}

/* The bytes that a block's text takes. */
static size_t
text_length(const struct block *block)
{
	size_t n = strlen(block->kind) + 2;
	size_t i;

	for (i = 0; i < block->nproperty; i++)
		n += strlen(block->property[i].line) + 1;
	for (i = 0; i < block->nchild; i++)
		n += text_length(block->child[i]);
	return n;
}

/* Write a string, `end` behind it; what follows. */
static char *
put(char *p, const char *s, char end)
{
	size_t n = strlen(s);

	memcpy(p, s, n);
	p[n] = end;
	return p + n + 1;
}

/* Write a block: kind, lines, blocks in it; no line can hold these ends. */
static char *
put_block(char *p, const struct block *block)
{
	size_t i;

	p = put(p, block->kind, '\1');
	for (i = 0; i < block->nproperty; i++)
		p = put(p, block->property[i].line, '\n');
	for (i = 0; i < block->nchild; i++)
		p = put_block(p, block->child[i]);
	*p++ = '\2';
	return p;
}

/* FNV-1a, eight bytes at a time: it finds, it does not prove. */
static uint64_t
hash_bytes(const char *p, size_t n)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ n;
	uint64_t word;

	for (; n >= sizeof(word); p += sizeof(word), n -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		hash = (hash ^ word) * UINT64_C(1099511628211);
		hash ^= hash >> 29;
	}
	for (; n > 0; p++, n--)
		hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
	return hash;
}

/* The entry of a key, or NULL. */
static struct entry *
find(const char *key, size_t n, uint64_t hash)
{
	size_t i;

	for (i = 0; i < ENTRIES; i++)
		if (entries[i].key != NULL && entries[i].hash == hash &&
		    entries[i].n == n && memcmp(entries[i].key, key, n) == 0)
			return &entries[i];
	return NULL;
}

/* A place for a new entry: a free one, or what was used longest ago. */
static struct entry *
oldest(void)
{
	struct entry *e = &entries[0];
	size_t i;

	for (i = 0; i < ENTRIES && e->key != NULL; i++)
		if (entries[i].key == NULL || entries[i].used < e->used)
			e = &entries[i];
	talloc_free(e->key);
	return e;
}

/* Keep what was worked out. */
static void
keep(const char *key, size_t n, uint64_t hash, const struct clock *clock)
{
	struct entry *e = oldest();
	size_t bytes = clock->nonset * sizeof(struct onset);

	e->key = mem_array(NULL, char, n);
	memcpy(e->key, key, n);
	e->n = n;
	e->hash = hash;
	e->used = questions;
	e->onset = mem_array(e->key, struct onset, clock->nonset);
	memcpy(e->onset, clock->onset, bytes);
	e->nonset = clock->nonset;
}

/* Give a clock a copy: entries come and go. */
static void
copy_onsets(TALLOC_CTX *ctx, const struct entry *e, struct clock *clock)
{
	size_t bytes = e->nonset * sizeof(struct onset);

	clock->onset =
	    mem_check(talloc_memdup(ctx, e->onset, mem_count(bytes)));
	clock->nonset = e->nonset;
}

/* The key of a block and its decades; *n bytes. */
static char *
make_key(TALLOC_CTX *ctx, const struct block *block, const struct decades *d,
    size_t *n)
{
	char *key;

	*n = sizeof(*d) + text_length(block);
	key = mem_check(talloc_size(ctx, *n));
	memcpy(key, d, sizeof(*d));
	(void)put_block(key + sizeof(*d), block);
	return key;
}

int
vcache_read(TALLOC_CTX *ctx, const struct block *block, int64_t from,
    int64_t to, struct clock *clock, struct fault *fault)
{
	struct decades d = decades_of(from, to);
	size_t n;
	char *key = make_key(ctx, block, &d, &n);
	uint64_t hash = hash_bytes(key, n);
	struct entry *e = find(key, n, hash);

	questions++;
	if (e != NULL) {
		e->used = questions;
		copy_onsets(ctx, e, clock);
		return 1;
	}
	misses++;
	if (!vzone_read(ctx, block, d.from, d.to, clock, fault))
		return 0;
	if (n <= KEY_BYTES_MAX && clock->nonset <= KEPT_ONSETS_MAX)
		keep(key, n, hash, clock);
	return 1;
}

unsigned long
vcache_misses(void)
{
	return misses;
}

void
vcache_forget(void)
{
	size_t i;

	for (i = 0; i < ENTRIES; i++)
		talloc_free(entries[i].key);
	memset(entries, 0, sizeof(entries));
}
