/*
 * lines.h - content lines: unfolding, names, parameters, nesting
 *
 * Source: RFC 5545 sections 3.1, 3.2, 3.4.  Layer 2, private to lib/read.
 */
#ifndef LIB_READ_LINES_H
#define LIB_READ_LINES_H

#include <stddef.h>
#include <talloc.h>

#include "lib/base/mem.h"
#include "lib/base/res.h"
#include "lib/facts/facts.h"

/* p with room for n elements; also for n = 1 and p = NULL. */
#define list_grow(ctx, p, type, n)                                             \
	((type *)mem_check(talloc_realloc(ctx, p, type, (unsigned)(n))))

/* What is wrong and what that does; code NULL: nothing. */
struct fault {
	enum action action;
	const char *code;
	char text[300];
};

/* Set the fault and return 0, so that a failing branch is one statement. */
int fault_set(struct fault *fault, enum action action, const char *code,
    const char *fmt, ...) PRINTF(4, 5);

struct param {
	const char *name;  /* upper case */
	const char *value; /* without quotes */
};

struct property {
	const char *name;  /* upper case */
	const char *line;  /* unfolded, clean */
	const char *value; /* what follows the colon */
	struct param *param;
	size_t nparam;
};

/* From BEGIN to END. */
struct block {
	const char *kind; /* upper case */
	struct property *property;
	size_t nproperty;
	struct block **child;
	size_t nchild;
	struct block *parent;
};

/*
 * Take the bytes of one VCALENDAR apart.  A line that is no content line
 * is joined to the one before it; *joined counts them.
 *
 * charset  declared one, used when the bytes are not UTF-8; "" if none
 * Returns  the VCALENDAR block, or NULL with the fault set
 */
struct block *lines_parse(TALLOC_CTX *ctx, const char *p, size_t n,
    const char *charset, size_t *joined, struct fault *fault);

/* The first property of that name, or NULL. */
const struct property *block_find(const struct block *block, const char *name);

/* How many there are of it. */
size_t block_count(const struct block *block, const char *name);

/* Its value, "" if it is missing. */
const char *block_value(const struct block *block, const char *name);

/* The value of a parameter, "" if it is missing. */
const char *property_param(const struct property *property, const char *name);

#endif
