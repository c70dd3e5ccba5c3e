/*
 * tzif.c - read a TZif file (RFC 8536), see tzif.h
 *
 * The 64-bit block is used, the 32-bit one skipped.  Leap seconds are refused:
 * calendars do not know them.
 */
#include "lib/base/tzif.h"

#include <string.h>

#include "lib/base/mem.h"

#define HEADER_BYTES   44
#define COUNTS_AT      20
#define TYPE_BYTES     6
#define FOOTER_MAX     100
#define TRANSITION_MAX 5000
#define OFFSET_MAX     (26 * 3600)
#define TYPE_MAX       250
#define TABLE_UNTIL    INT64_C(4102444800) /* 2100-01-01 */

/* The counts of a header, RFC 8536 section 3.1. */
struct counts {
	size_t isut, isstd, leap, time, type, chars;
};

/* What is left of the file. */
struct input {
	const unsigned char *p;
	size_t n;
};

/* The next n bytes; NULL if there are not so many. */
static const unsigned char *
take(struct input *in, size_t n)
{
	const unsigned char *p = in->p;

	if (n > in->n)
		return NULL;
	in->p += n;
	in->n -= n;
	return p;
}

/* A big-endian number of 4 bytes. */
static uint32_t
number32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* A big-endian signed number of 8 bytes. */
static int64_t
signed64(const unsigned char *p)
{
	uint64_t u = (uint64_t)number32(p) << 32 | number32(p + 4);

	return u > INT64_MAX ? -(int64_t)(~u) - 1 : (int64_t)u;
}

/* A big-endian signed number of 4 bytes. */
static int
signed32(const unsigned char *p)
{
	uint32_t u = number32(p);

	return u > INT32_MAX ? -(int)(~u) - 1 : (int)u;
}

/* Read a header; 0 if it is none, or of version 1. */
static int
take_header(struct input *in, struct counts *c)
{
	const unsigned char *p = take(in, HEADER_BYTES);

	if (p == NULL || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return 0;
	p += COUNTS_AT;
	c->isut = number32(p);
	c->isstd = number32(p + 4);
	c->leap = number32(p + 8);
	c->time = number32(p + 12);
	c->type = number32(p + 16);
	c->chars = number32(p + 20);
	return c->isut <= 256 && c->isstd <= 256 && c->leap <= 1000 &&
	       c->time <= TRANSITION_MAX && c->type >= 1 &&
	       c->type <= TYPE_MAX && c->chars >= 1 && c->chars <= 4096;
}

/* Step over the block of 32-bit times. */
static int
skip_block(struct input *in, const struct counts *c)
{
	return take(in, c->time * 5 + c->type * TYPE_BYTES + c->chars +
			    c->leap * 8 + c->isstd + c->isut) != NULL;
}

/* Fill the transitions; 0 if they do not ascend or name no type. */
static int
take_transitions(struct input *in, const struct counts *c, struct zone *z)
{
	const unsigned char *at = take(in, c->time * 8);
	const unsigned char *index = take(in, c->time);
	size_t i, size = 1;

	if (at == NULL || index == NULL)
		return 0;
	while (size < c->time)
		size *= 2; /* extend() relies on it */
	z->n = c->time;
	z->at = mem_array(z, int64_t, size);
	z->index = mem_array(z, unsigned char, size);
	for (i = 0; i < c->time; i++) {
		z->at[i] = signed64(at + 8 * i);
		z->index[i] = index[i];
		if (index[i] >= c->type || (i > 0 && z->at[i] <= z->at[i - 1]))
			return 0;
	}
	return 1;
}

/* Fill the local time types with their abbreviations. */
static int
take_types(struct input *in, const struct counts *c, struct zone *z)
{
	const unsigned char *types = take(in, c->type * TYPE_BYTES);
	const unsigned char *chars = take(in, c->chars);
	size_t i;

	if (types == NULL || chars == NULL || chars[c->chars - 1] != '\0')
		return 0;
	z->ntype = c->type;
	z->type = mem_array(z, struct tztype, c->type + 2);
	for (i = 0; i < c->type; i++) {
		const unsigned char *p = types + i * TYPE_BYTES;
		struct tztype *t = &z->type[i];

		t->offset = signed32(p);
		t->dst = p[4] != 0;
		if (t->offset > OFFSET_MAX || t->offset < -OFFSET_MAX ||
		    p[5] >= c->chars ||
		    strlen((const char *)chars + p[5]) >= TZ_ABBREVIATION)
			return 0;
		memcpy(t->abbreviation, chars + p[5],
		    strlen((const char *)chars + p[5]));
	}
	return 1;
}

/* Drop transitions after which the clock shows what it showed before. */
static void
drop_idle(struct zone *z)
{
	size_t i, kept = 0;

	for (i = 0; i < z->n; i++) {
		size_t before = kept > 0 ? z->index[kept - 1] : 0;

		if (tztype_same(&z->type[before], &z->type[z->index[i]]))
			continue;
		z->at[kept] = z->at[i];
		z->index[kept++] = z->index[i];
	}
	z->n = kept;
}

/* The TZ string between two newlines at the end; it may be empty. */
static int
take_footer(struct input *in, struct zone *z)
{
	char text[FOOTER_MAX];
	const unsigned char *first = take(in, 1), *newline;
	size_t n;

	if (first == NULL || *first != '\n')
		return 0;
	newline = memchr(in->p, '\n', in->n);
	if (newline == NULL)
		return 0;
	n = (size_t)(newline - in->p);
	if (n >= sizeof(text))
		return 0;
	memcpy(text, in->p, n);
	text[n] = '\0';
	z->has_rule = n > 0;
	return n == 0 || tzrule_parse(text, &z->rule);
}

/*
 * Write the transitions of the rule until 2100 into the table, since to look
 * them up there takes a tenth of the time.
 */
static void
extend(struct zone *z)
{
	const struct tztype *last = &z->type[z->index[z->n - 1]];
	struct tzspan span = tzrule_span(&z->rule, z->at[z->n - 1]);

	/* A file whose end contradicts its rule is left as it is. */
	if (last->offset != span.type->offset || last->dst != span.type->dst)
		return;
	z->type[z->ntype] = z->rule.std;
	z->type[z->ntype + 1] = z->rule.dst;
	while (span.until < TABLE_UNTIL) {
		span = tzrule_span(&z->rule, span.until);
		if ((z->n & (z->n - 1)) == 0) {
			z->at = mem_check(talloc_realloc_size(
			    z, z->at, 2 * z->n * sizeof(z->at[0])));
			z->index = mem_check(
			    talloc_realloc_size(z, z->index, 2 * z->n));
		}
		z->at[z->n] = span.since;
		z->index[z->n] =
		    (unsigned char)(z->ntype + (size_t)span.type->dst);
		z->n++;
	}
	z->ntype += 2;
}

enum res
tzif_parse(TALLOC_CTX *ctx, const unsigned char *p, size_t n,
    struct zone **zone, struct why *why)
{
	struct input in = {p, n};
	struct counts c;
	struct zone *z;

	if (!take_header(&in, &c) || !skip_block(&in, &c))
		return why_set(why, RES_PERM, "not a TZif file");
	if (!take_header(&in, &c) || c.leap != 0)
		return why_set(
		    why, RES_PERM, "no TZif data without leap seconds");
	z = mem_new(ctx, struct zone);
	if (!take_transitions(&in, &c, z) || !take_types(&in, &c, z) ||
	    take(&in, c.isstd + c.isut) == NULL || !take_footer(&in, z)) {
		talloc_free(z);
		return why_set(why, RES_PERM, "damaged TZif data");
	}
	drop_idle(z);
	if (z->n > 0 && z->has_rule && z->rule.has_dst)
		extend(z);
	*zone = z;
	return RES_OK;
}
