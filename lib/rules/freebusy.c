/* freebusy.c - busy rows to the periods that are published, see freebusy.h */
#include "lib/rules/freebusy.h"

#include <stdlib.h>

#include "lib/base/mem.h"

/* Order of spans by start. */
static int
by_start(const void *pa, const void *pb)
{
	const struct span *a = pa, *b = pb;

	return (a->start > b->start) - (a->start < b->start);
}

/* The row within [from, to); empty if start is not before end. */
static struct span
cut(const struct busy *busy, int64_t from, int64_t to)
{
	struct span span;

	span.start = busy->start > from ? busy->start : from;
	span.end = busy->end < to ? busy->end : to;
	return span;
}

/* Join neighbours of a sorted list; how many are left. */
static size_t
join(struct span *span, size_t n)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++) {
		if (kept == 0 || span[i].start > span[kept - 1].end)
			span[kept++] = span[i];
		else if (span[i].end > span[kept - 1].end)
			span[kept - 1].end = span[i].end;
	}
	return kept;
}

void
freebusy_merge(TALLOC_CTX *ctx, const struct busy *busy, size_t n, int64_t from,
    int64_t to, struct span **span, size_t *nspan)
{
	struct span *out = mem_array(ctx, struct span, n + 1);
	size_t i, count = 0;

	for (i = 0; i < n; i++) {
		struct span s = cut(&busy[i], from, to);

		if (s.start < s.end)
			out[count++] = s;
	}
	qsort(out, count, sizeof(*out), by_start);
	*nspan = join(out, count);
	*span = out;
}
