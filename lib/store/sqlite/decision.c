/*
 * decision.c - decisions and their traces
 *
 * A trace is one text in its decision's row: a line for each rule, fields
 * divided by tabs.  It is read as a whole or not at all.
 */
#include <assert.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/store/sqlite/lite.h"

/* Add a field of a trace line; no byte of it may end the field. */
static void
add_field(char **text, const char *field, char end)
{
	size_t at = talloc_get_size(*text) - 1;

	mem_add(text, "%s%c", field != NULL ? field : "", end);
	for (; (*text)[at] != '\0' && (*text)[at + 1] != '\0'; at++)
		if ((*text)[at] == '\t' || (*text)[at] == '\n')
			(*text)[at] = ' ';
}

/* The trace as text. */
static char *
print_trace(TALLOC_CTX *ctx, const struct trace *trace, size_t n)
{
	char *text = mem_text(ctx, "");
	size_t i;

	for (i = 0; i < n; i++) {
		add_field(&text, trace[i].rule, '\t');
		add_field(&text, trace[i].result, '\t');
		add_field(&text, trace[i].detail, '\n');
	}
	return text;
}

/* The next field, cut out of *text; "" if there is none. */
static const char *
cut_field(char **text, char end)
{
	char *field = *text, *p = strchr(field, end);

	if (p == NULL) {
		*text = field + strlen(field);
		return field;
	}
	*p = '\0';
	*text = p + 1;
	return field;
}

/* The text as a trace. */
static void
parse_trace(TALLOC_CTX *ctx, const char *text, struct kept *kept)
{
	char *rest = mem_text(ctx, text);

	while (*rest != '\0') {
		struct trace *t;

		kept->trace = list_grow(
		    ctx, kept->trace, kept->ntrace, sizeof(*kept->trace));
		t = kept->trace + kept->ntrace++;
		t->rule = cut_field(&rest, '\t');
		t->result = cut_field(&rest, '\t');
		t->detail = cut_field(&rest, '\n');
	}
}

/* Who organizes what was decided about. */
static const char *
organizer_of(const struct decision *d)
{
	const struct component *c = d->component;

	if (c == NULL && d->object != NULL && d->object->ncomponent > 0)
		c = &d->object->component[0];
	return c != NULL ? c->organizer.address : "";
}

enum res
lite_decision(struct store *store, const char *id,
    const struct decision *decision, int64_t now, int64_t *number,
    struct why *why)
{
	struct lite *l = lite_of(store);
	const struct object *object = decision->object;
	char *trace = print_trace(NULL, decision->trace, decision->ntrace);
	struct query q;
	enum res r;

	assert(l->begun);
	query_begin(&q, l, SQL_DECISION, why);
	query_text(&q, id);
	query_text(
	    &q, decision->calendar != NULL ? decision->calendar->address : "");
	query_text(&q, decision->recipient);
	query_text(&q, object != NULL ? object->method : "");
	query_text(&q, object != NULL ? object->uid : "");
	query_text(&q, organizer_of(decision));
	query_text(&q, verdict_name(decision->verdict));
	query_text(&q, decision->code);
	query_text(&q, decision->reason);
	query_text(&q, decision->quiet);
	query_number(&q, now);
	query_text(&q, trace);
	r = query_run(&q, NULL);
	*number = r == RES_OK ? sqlite3_last_insert_rowid(l->db) : 0;
	talloc_free(trace);
	return r;
}

/* The columns of SQL_KEPT. */
static void
take_kept(struct query *q, TALLOC_CTX *ctx, struct kept *k)
{
	k->number = take_number(q);
	k->id = take_text(q, ctx);
	k->calendar = take_text(q, ctx);
	k->recipient = take_text(q, ctx);
	k->method = take_text(q, ctx);
	k->uid = take_text(q, ctx);
	k->organizer = take_text(q, ctx);
	k->verdict = take_text(q, ctx);
	k->code = take_text(q, ctx);
	k->reason = take_text(q, ctx);
	k->quiet = take_text(q, ctx);
	k->decided = take_number(q);
	parse_trace(ctx, take_text(q, ctx), k);
}

/* The letters of a decision. */
static enum res
take_answers(
    struct lite *l, TALLOC_CTX *ctx, struct kept *kept, struct why *why)
{
	struct query q;

	query_begin(&q, l, SQL_ANSWERS, why);
	query_number(&q, kept->number);
	while (query_row(&q)) {
		kept->answer = list_grow(
		    ctx, kept->answer, kept->nanswer, sizeof(*kept->answer));
		take_outbox(&q, ctx, &kept->answer[kept->nanswer++]);
	}
	return query_end(&q);
}

enum res
lite_kept(struct store *store, TALLOC_CTX *ctx, const char *key,
    struct kept **kept, size_t *n, struct why *why)
{
	struct lite *l = lite_of(store);
	struct query q;
	size_t i;
	enum res r;

	*kept = NULL;
	*n = 0;
	if (key[0] == '\0')
		return RES_OK;
	query_begin(&q, l, SQL_KEPT, why);
	query_text(&q, key);
	while (query_row(&q)) {
		*kept = list_grow(ctx, *kept, *n, sizeof(**kept));
		take_kept(&q, ctx, *kept + (*n)++);
	}
	r = query_end(&q);
	for (i = 0; r == RES_OK && i < *n; i++)
		r = take_answers(l, ctx, &(*kept)[i], why);
	return r;
}
