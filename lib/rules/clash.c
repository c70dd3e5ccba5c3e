/* clash.c - which of the times asked for are taken; see clash.h */
#include "lib/rules/clash.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/rules/booking.h"

int
busy_overlaps(int64_t a_start, int64_t a_end, int64_t b_start, int64_t b_end)
{
	/* What has no length takes no room. */
	if (a_start >= a_end || b_start >= b_end)
		return 0;
	return a_start < b_end && b_start < a_end;
}

/* Order of spans: by start, then by end. */
static int
span_order(const void *pa, const void *pb)
{
	const struct span *a = pa, *b = pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return 0;
}

/* The spans of everybody else, sorted; *last[i] is the latest end up to i. */
static struct span *
others(TALLOC_CTX *ctx, const struct busy *busy, size_t nbusy, const char *uid,
    const char *organizer, int64_t **last, size_t *n)
{
	struct span *taken = mem_array(ctx, struct span, nbusy + 1);
	size_t i;

	*n = 0;
	for (i = 0; i < nbusy; i++) {
		if (strcmp(busy[i].uid, uid) == 0 &&
		    strcasecmp(busy[i].organizer, organizer) == 0)
			continue;
		taken[*n].start = busy[i].start;
		taken[(*n)++].end = busy[i].end;
	}
	qsort(taken, *n, sizeof(*taken), span_order);
	*last = mem_array(ctx, int64_t, *n + 1);
	for (i = 0; i < *n; i++) {
		(*last)[i] = taken[i].end;
		if (i > 0 && (*last)[i - 1] > (*last)[i])
			(*last)[i] = (*last)[i - 1];
	}
	return taken;
}

/* How many of the sorted spans start before t. */
static size_t
starting_before(const struct span *span, size_t n, int64_t t)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (span[mid].start < t)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Does any of the sorted spans overlap w?  last[] ends the way back early. */
static int
is_taken(const struct span *w, const struct span *taken, const int64_t *last,
    size_t n)
{
	size_t i = starting_before(taken, n, w->end);

	while (i > 0 && last[i - 1] > w->start) {
		i--;
		if (busy_overlaps(
			w->start, w->end, taken[i].start, taken[i].end))
			return 1;
	}
	return 0;
}

void
clash_find(TALLOC_CTX *ctx, const struct span *want, size_t nwant,
    const struct busy *busy, size_t nbusy, const char *uid,
    const char *organizer, struct span **clash, size_t *n)
{
	TALLOC_CTX *work = mem_check(talloc_new(ctx));
	struct span *taken, *found = NULL;
	int64_t *last;
	size_t i, ntaken, nfound = 0;

	taken = others(work, busy, nbusy, uid, organizer, &last, &ntaken);
	for (i = 0; i < nwant; i++) {
		if (!is_taken(&want[i], taken, last, ntaken))
			continue;
		if (found == NULL)
			found = mem_array(ctx, struct span, nwant);
		found[nfound++] = want[i];
	}
	if (found != NULL)
		qsort(found, nfound, sizeof(*found), span_order);
	talloc_free(work);
	*clash = found;
	*n = nfound;
}
