/* merge.c - a message with what is held of its series; see merge.h */
#include "lib/engine/merge.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/engine/align.h"
#include "lib/rules/change.h"
#include "lib/write/ical.h"

/* How far beyond the window the next date of a range is looked for. */
#define NEXT_DATE (INT64_C(800) * SECONDS_PER_DAY)

struct merging {
	const struct engine *engine;
	TALLOC_CTX *ctx;
	struct object *object;
	struct question *q;
	/* Of the message, or NULL. */
	const struct component *master;
	/* What this organizer's series is known by, and its booked master. */
	struct record *record;
	size_t n;
	const struct record *known;
	int64_t from;
	int64_t to;
};

/* The record of exactly this instance, or NULL. */
static const struct record *
record_of(const struct merging *m, int64_t instance)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->record[i].instance == instance)
			return &m->record[i];
	return NULL;
}

/* The records of this organizer. */
static void
collect_records(struct merging *m)
{
	const char *organizer = m->object->component[0].organizer.address;
	const struct question *q = m->q;
	const struct record *master;
	size_t i;

	m->record = mem_array(m->ctx, struct record, q->nrecord + 1);
	for (i = 0; i < q->nrecord; i++)
		if (strcasecmp(q->record[i].organizer, organizer) == 0)
			m->record[m->n++] = q->record[i];
	master = record_of(m, INSTANCE_MASTER);
	if (master != NULL && master->state == RECORD_BOOKED &&
	    master->text[0] != '\0')
		m->known = master;
}

/* Is the record a part of the series: booked, or a range that was released? */
static int
is_part(const struct record *record)
{
	return record->text[0] != '\0' &&
	       (record->state == RECORD_BOOKED || change_is_range(record));
}

/* Does the message say it, and nothing newer is known? */
static int
is_brought(const struct merging *m, int64_t instance)
{
	const struct object *o = m->object;
	size_t i;

	for (i = 0; i < o->ncomponent; i++)
		if (change_instance(&o->component[i]) == instance)
			return !change_is_stale(
			    o, &o->component[i], m->master, m->record, m->n);
	return 0;
}

/* Does the stored part stand beside what the message brings? */
static int
stands(const struct merging *m, const struct record *record)
{
	if (!is_part(record) || is_brought(m, record->instance))
		return 0;
	if (m->master == NULL)
		return 1;
	/* Single dates are left to the rules: they need no reading. */
	return change_is_range(record) && change_outlives(record, m->master,
					      record_of(m, INSTANCE_MASTER), 1);
}

/* Is there anything in it that only both together tell? */
static int
needs_merging(const struct merging *m)
{
	const struct object *o = m->object;
	size_t i;

	if (strcmp(o->method, "REQUEST") != 0)
		return 0;
	for (i = 0; m->master != NULL && i < m->n; i++)
		if (stands(m, &m->record[i]))
			return 1;
	if (m->master != NULL || m->known == NULL)
		return 0;
	for (i = 0; i < o->ncomponent; i++)
		if (strcmp(o->component[i].range, "THISANDFUTURE") == 0 &&
		    is_brought(m, o->component[i].recurrence_id.utc))
			return 1;
	return 0;
}

/* Which components of the merged object the message brought; 0 if none. */
static int
mark_news(const struct merging *m, const struct object *merged, char *news)
{
	int any = 0;
	size_t i;

	for (i = 0; i < merged->ncomponent; i++) {
		news[i] =
		    (char)is_brought(m, change_instance(&merged->component[i]));
		any |= news[i];
	}
	return any;
}

/* Has the series a date with this original start? */
static int
has_date(const struct object *held, int64_t instance)
{
	size_t i;

	for (i = 0; i < held->ninstance; i++)
		if (held->instance[i].recurrence_id.utc == instance)
			return 1;
	return 0;
}

/* The same range from its next date on; NULL if it has none. */
static struct record *
carry_on(const struct merging *m, const struct object *held,
    const struct record *range)
{
	struct record *next = mem_array(m->ctx, struct record, 1);
	size_t i;

	*next = *range;
	for (i = 0; i < held->ninstance; i++) {
		const struct instance *it = &held->instance[i];

		if (it->recurrence_id.utc <= range->instance ||
		    held->component[it->component].recurrence_id.utc !=
			range->instance)
			continue;
		next->instance = it->recurrence_id.utc;
		next->text = align_line(m->ctx, next->text, "RECURRENCE-ID",
		    align_when(m->ctx, "RECURRENCE-ID", "THISANDFUTURE",
			&it->recurrence_id));
		next->text = align_line(m->ctx, next->text, "DTSTART",
		    align_when(m->ctx, "DTSTART", "", &it->start));
		next->text = align_line(m->ctx, next->text, "DTEND",
		    align_when(m->ctx, "DTEND", "", &it->end));
		return next;
	}
	return NULL;
}

/*
 * A range whose own date the master has no more goes on from its next one.
 * Returns 0 if there is no such range.
 */
static int
move_ranges(struct merging *m, const struct object *merged)
{
	int moved = 0;
	size_t i;

	for (i = 0; m->master != NULL && i < m->n; i++) {
		struct record *record = &m->record[i];
		const struct record *next;

		if (!stands(m, record) || record->instance < m->from ||
		    record->instance >= m->object->covered ||
		    has_date(m->object, record->instance))
			continue;
		next = carry_on(m, merged, record);
		if (next != NULL)
			*record = *next;
		else
			record->text = "";
		moved = 1;
	}
	return moved;
}

/* Read message and series together; *merged is NULL if that is no object. */
static enum res
read_both(struct merging *m, struct object **merged, struct why *why)
{
	const struct object *o = m->object;
	const char **kept =
	    mem_array(m->ctx, const char *, m->n + o->ncomponent);
	size_t i, n = 0;

	for (i = 0; i < m->n; i++)
		if (stands(m, &m->record[i]))
			kept[n++] = m->record[i].text;
	for (i = 0; i < o->ncomponent; i++)
		if (is_brought(m, change_instance(&o->component[i])))
			kept[n++] = ical_keep(m->ctx, o, &o->component[i]);
	return align_reread(m->engine, m->ctx, m->q->calendar, kept, n, m->from,
	    m->to, merged, why);
}

/* Put message and series together. */
static enum res
merge(struct merging *m, struct why *why)
{
	struct object *merged = NULL;
	char *news;
	enum res r = read_both(m, &merged, why);

	if (r == RES_OK && merged != NULL && move_ranges(m, merged))
		r = read_both(m, &merged, why);
	if (r != RES_OK || merged == NULL || merged->ncomponent == 0)
		return r;
	merged->method = m->object->method;
	merged->product = m->object->product;
	merged->digest = m->object->digest;
	news = mem_array(m->ctx, char, merged->ncomponent + 1);
	if (!mark_news(m, merged, news))
		return RES_OK;
	m->q->object = merged;
	m->q->news = news;
	return RES_OK;
}

/* Is a date of the series booked, or known on its own? */
static int
is_known_date(const struct merging *m, int64_t instance)
{
	size_t i;

	for (i = 0; i < m->q->nown; i++)
		if (m->q->own[i].instance == instance)
			return 1;
	return record_of(m, instance) != NULL;
}

/* Does a single date take the place of the one that carries a range? */
static const struct record *
carrier_of(const struct merging *m, const struct component *c)
{
	const struct record *record;

	if (c->recurrence_id.kind == WHEN_NONE || *c->range != '\0')
		return NULL;
	record = record_of(m, c->recurrence_id.utc);
	return record != NULL && change_is_range(record) ? record : NULL;
}

/* Must the series be looked at as it is held? */
static int
needs_held(const struct merging *m)
{
	const struct object *o = m->object;
	size_t i;

	if (m->known == NULL)
		return 0;
	for (i = 0; m->master == NULL && i < o->ncomponent; i++)
		if (*o->component[i].range != '\0' ||
		    carrier_of(m, &o->component[i]) != NULL ||
		    !is_known_date(m, o->component[i].recurrence_id.utc))
			return 1;
	for (i = 0; i < m->q->object->ninstance; i++) {
		const struct instance *it = &m->q->object->instance[i];

		if (it->end.utc > m->q->now &&
		    it->start.utc < m->known->covered && !it->cancelled &&
		    !is_known_date(m, it->recurrence_id.utc))
			return 1;
	}
	return 0;
}

/* The series as it is held, all dates to far beyond the window. */
static enum res
read_held(struct merging *m, struct object **held, struct why *why)
{
	const char **kept = mem_array(m->ctx, const char *, m->n + 1);
	int64_t from = m->from, to = m->to;
	size_t i, n = 0;

	for (i = 0; i < m->n; i++)
		if (is_part(&m->record[i]))
			kept[n++] = m->record[i].text;
	for (i = 0; m->master == NULL && i < m->object->ncomponent; i++) {
		int64_t id = m->object->component[i].recurrence_id.utc;

		if (id < from)
			from = id - SECONDS_PER_DAY;
		if (id + NEXT_DATE > to)
			to = id + NEXT_DATE;
	}
	return align_reread(
	    m->engine, m->ctx, m->q->calendar, kept, n, from, to, held, why);
}

/* What the series as held says about the dates of the message. */
static void
look_at_held(struct merging *m, const struct object *held)
{
	const struct object *o = m->object;
	size_t i;

	m->q->held = held;
	for (i = 0; m->master == NULL && i < o->ncomponent; i++) {
		const struct record *range = carrier_of(m, &o->component[i]);
		int64_t id = o->component[i].recurrence_id.utc;

		if (!is_known_date(m, id) && !has_date(held, id))
			m->q->unknown_date = 1;
		if (range != NULL)
			m->q->carried = carry_on(m, held, range);
	}
}

enum res
merge_object(const struct engine *engine, TALLOC_CTX *ctx,
    struct object *object, struct question *q, int64_t from, int64_t to,
    struct why *why)
{
	struct merging m = {.engine = engine,
	    .ctx = ctx,
	    .object = object,
	    .q = q,
	    .from = from,
	    .to = to};
	struct object *held = NULL;
	enum res r = RES_OK;

	q->object = object;
	if (object->ncomponent == 0 || q->nrecord == 0)
		return RES_OK;
	if (object->component[0].recurrence_id.kind == WHEN_NONE)
		m.master = &object->component[0];
	collect_records(&m);
	if (needs_merging(&m))
		r = merge(&m, why);
	if (r == RES_OK && needs_held(&m)) {
		r = read_held(&m, &held, why);
		if (r == RES_OK && held != NULL)
			look_at_held(&m, held);
	}
	return r;
}
