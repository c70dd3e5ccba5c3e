/*
 * details.c - what answers, tasks and free/busy say beyond the times
 *
 * None of it decides whether an invitation can be read, so what is wrong here
 * is noted and left out.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"
#include "lib/read/event.h"

/* PERCENT-COMPLETE: 0 to 100. */
static void
fill_percent(const struct context *context, struct draft *draft)
{
	const char *text = block_value(draft->block, "PERCENT-COMPLETE");
	size_t digits;
	long value;

	draft->component->percent = -1;
	if (*text == '\0')
		return;
	text = bytes_trim(context->reading->notice, text);
	digits = strspn(text, "0123456789");
	value = digits > 3 ? 101 : strtol(text, NULL, 10);
	if (text[digits] == '\0' && digits > 0 && value <= 100)
		draft->component->percent = value;
	else
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "bad-percent", "PERCENT-COMPLETE is none: %.40s", text);
}

/* COMPLETED is in UTC; a wall clock without zone is taken for it. */
static void
fill_completed(const struct context *context, struct draft *draft)
{
	const struct property *property = block_find(draft->block, "COMPLETED");
	struct fault fault = {.code = NULL};
	struct dated dated;

	if (property == NULL || *property->value == '\0')
		return;
	if (!times_read(context, property, property->value,
		strlen(property->value), &dated, &fault)) {
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "bad-completed", "%s", fault.text);
		return;
	}
	draft->component->completed = times_key(&dated.when);
	if (dated.when.kind != WHEN_UTC && dated.when.kind != WHEN_ZONED)
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "bad-completed", "COMPLETED is not in UTC, but read so.");
}

static int
freebusy_compare(const void *a, const void *b)
{
	const struct freebusy *x = a;
	const struct freebusy *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return strcmp(x->type, y->type);
}

/* One period of a FREEBUSY; what cannot be placed in UTC is left out. */
static void
add_period(const struct context *context, struct component *c,
    const struct property *property, const char *value, size_t n)
{
	struct fault fault = {.code = NULL};
	struct freebusy *out;
	struct dated dated;
	const char *type;

	if (!times_read(context, property, value, n, &dated, &fault)) {
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "bad-freebusy", "%s", fault.text);
		return;
	}
	if (!dated.has_end ||
	    (dated.when.kind != WHEN_UTC && dated.when.kind != WHEN_ZONED)) {
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "bad-freebusy",
		    "A period of FREEBUSY is not in UTC, or has no end: %.*s",
		    n > 60 ? 60 : (int)n, value);
		return;
	}
	if ((c->nfreebusy & (c->nfreebusy - 1)) == 0)
		c->freebusy = list_grow(context->reading->notice, c->freebusy,
		    struct freebusy, c->nfreebusy * 2 + 1);
	type = property_param(property, "FBTYPE");
	out = &c->freebusy[c->nfreebusy++];
	out->start = dated.when.utc;
	out->end = dated.end.utc;
	out->type = *type == '\0' ? "BUSY"
	                          : bytes_upper(context->reading->notice, type);
}

/* The periods of one FREEBUSY line; 0 if there are too many. */
static int
add_periods(const struct context *context, struct component *c,
    const struct property *property)
{
	const char *value = property->value;
	size_t n;

	for (; *value != '\0'; value += n + (value[n] == ',')) {
		n = strcspn(value, ",");
		if (n == 0)
			continue;
		if (c->nfreebusy >= LIMIT_DATES) {
			problem_add(context->reading, ACTION_HOLD,
			    context->object, "too-many-dates",
			    "There are over %d periods of FREEBUSY.",
			    LIMIT_DATES);
			return 0;
		}
		add_period(context, c, property, value, n);
	}
	return 1;
}

static void
fill_freebusy(const struct context *context, struct draft *draft)
{
	struct component *c = draft->component;
	const struct block *block = draft->block;
	size_t i;

	if (strcmp(block->kind, "VFREEBUSY") != 0)
		return;
	for (i = 0; i < block->nproperty; i++) {
		if (strcmp(block->property[i].name, "FREEBUSY") == 0 &&
		    !add_periods(context, c, &block->property[i]))
			break;
	}
	if (c->nfreebusy > 1)
		qsort(c->freebusy, c->nfreebusy, sizeof(c->freebusy[0]),
		    freebusy_compare);
}

/* A property that is mostly missing. */
static const char *
text_of(TALLOC_CTX *ctx, const struct draft *draft, const char *name,
    char *(*read)(TALLOC_CTX *ctx, const char *s))
{
	const char *value = block_value(draft->block, name);

	return *value == '\0' ? "" : read(ctx, value);
}

void
details_fill(const struct context *context, struct draft *draft)
{
	struct component *c = draft->component;
	TALLOC_CTX *ctx = context->reading->notice;

	c->comment = text_of(ctx, draft, "COMMENT", bytes_unescape);
	c->request_status = text_of(ctx, draft, "REQUEST-STATUS", bytes_trim);
	fill_percent(context, draft);
	fill_completed(context, draft);
	fill_freebusy(context, draft);
}
