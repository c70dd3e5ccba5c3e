/* ruling.c - what a question asks for, before any rule; see ruling.h */
#include "lib/rules/ruling.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/rules/change.h"
#include "lib/rules/itip.h"

/* The first component that asks us and is news, else the first at all. */
static const struct component *
lead_of(const struct ruling *r)
{
	const struct object *object = r->q->object;
	const struct component *lead = NULL;
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		const struct component *c = &object->component[i];

		if (!r->news[i] || itip_attendee(c, r->q->calendar) == NULL)
			continue;
		if (!r->stale[i])
			return c;
		if (lead == NULL)
			lead = c;
	}
	for (i = 0; lead == NULL && i < object->ncomponent; i++)
		if (r->news[i])
			lead = &object->component[i];
	return lead != NULL ? lead : &object->component[0];
}

/* What is known under this organizer; somebody else's uid is another object. */
static void
own_state(struct ruling *r)
{
	const struct question *q = r->q;
	struct record *own = mem_array(r->d, struct record, q->nrecord + 1);
	struct busy *rows = mem_array(r->d, struct busy, q->nown + 1);
	size_t i;

	for (i = 0; i < q->nrecord; i++) {
		if (strcasecmp(q->record[i].organizer, r->organizer) != 0)
			continue;
		if (q->record[i].state == RECORD_BOOKED)
			r->booked = 1;
		if (q->record[i].answered > r->answered)
			r->answered = q->record[i].answered;
		own[r->nrecord++] = q->record[i];
	}
	for (i = 0; i < q->nown; i++)
		if (strcasecmp(q->own[i].organizer, r->organizer) == 0)
			rows[r->nown++] = q->own[i];
	r->record = own;
	r->own = rows;
}

/* Nothing but the message: every component is news. */
static const char *
all_news(const struct ruling *r)
{
	size_t n = r->q->object->ncomponent + 1;
	char *news = mem_array(r->d, char, n);

	memset(news, 1, n);
	return news;
}

/* Mark the dates of which a newer version is known; what is held is not old. */
static void
mark_stale(struct ruling *r)
{
	const struct object *object = r->q->object;
	const struct component *master = &object->component[0];
	char *stale = mem_array(r->d, char, object->ncomponent + 1);
	size_t i;

	if (master->recurrence_id.kind != WHEN_NONE || !r->news[0])
		master = NULL;
	for (i = 0; i < object->ncomponent; i++)
		stale[i] =
		    r->news[i] && change_is_stale(object, &object->component[i],
				      master, r->record, r->nrecord);
	r->stale = stale;
}

/* What the answer does not speak of: what is stale, and what is held anyway. */
static const char *
passed_over(const struct ruling *r)
{
	size_t n = r->q->object->ncomponent, i;
	char *over = mem_array(r->d, char, n + 1);

	for (i = 0; i < n; i++)
		over[i] = r->stale[i] || !r->news[i];
	return over;
}

/* Does a date known on its own stay as it is, whatever the master says? */
static int
is_survivor(const struct ruling *r, const struct record *date)
{
	for (size_t i = 0; i < r->nsurvivor; i++)
		if (r->survivor[i] == date)
			return 1;
	return 0;
}

/* Is the date settled by a survivor: moved elsewhere, or released? */
static int
is_settled_apart(const struct ruling *r, const struct instance *instance)
{
	const struct record *date =
	    change_known(r, instance->recurrence_id.utc);

	return date != NULL && date->instance != INSTANCE_MASTER &&
	       date->state != RECORD_DECLINED && is_survivor(r, date);
}

/* Is this date asked of this calendar, and still to come? */
static int
is_wanted(const struct instance *instance, const struct object *object,
    const struct calendar *calendar, int64_t now)
{
	const struct component *c = &object->component[instance->component];

	if (instance->cancelled || itip_attendee(c, calendar) == NULL)
		return 0;
	return instance->end.utc > now || instance->start.utc >= now ||
	       calendar->past == PAST_ACCEPT;
}

/* Does the component take no time, by a rule of the calendar? */
static int
is_transparent(const struct ruling *r, const struct component *c)
{
	return !r->q->calendar->book_free &&
	       strcmp(c->transp, "TRANSPARENT") == 0;
}

/* Sort one instance: wanted, past the horizon, or of no interest. */
static void
collect_one(struct ruling *r, const struct instance *it)
{
	const struct object *object = r->q->object;

	if (r->stale[it->component] || is_settled_apart(r, it) ||
	    !is_wanted(it, object, r->q->calendar, r->q->now))
		return;
	if (it->start.utc >= r->horizon) {
		r->beyond++;
	} else if (is_transparent(r, &object->component[it->component])) {
		r->transparent++;
	} else {
		r->wanted[r->nwant] = it;
		r->want[r->nwant].start = it->start.utc;
		r->want[r->nwant++].end = it->end.utc;
	}
}

/* Collect the wanted instances and their times. */
static void
collect(struct ruling *r)
{
	const struct object *object = r->q->object;
	size_t i;

	r->wanted =
	    mem_array(r->d, const struct instance *, object->ninstance + 1);
	r->want = mem_array(r->d, struct span, object->ninstance + 1);
	for (i = 0; i < object->ninstance; i++)
		collect_one(r, &object->instance[i]);
	/* The reader may have stopped before the first date of all. */
	if (r->nwant == 0 && r->transparent == 0 &&
	    (r->lead->start.utc >= r->horizon || object->covered != INT64_MAX))
		r->beyond++;
}

void
ruling_open(struct ruling *r, TALLOC_CTX *ctx, const struct question *q)
{
	struct decision *d = mem_new(ctx, struct decision);

	memset(r, 0, sizeof(*r));
	r->q = q;
	r->d = d;
	r->horizon = q->now + q->calendar->horizon;
	r->organizer = itip_organizer(d, q->object);
	r->news = q->news != NULL ? q->news : all_news(r);
	own_state(r);
	mark_stale(r);
	r->lead = lead_of(r);
	d->stale = passed_over(r);
	change_survivors(r);
	d->calendar = q->calendar;
	d->recipient = q->recipient;
	d->object = q->object;
	d->component = r->lead;
	d->attendee = itip_attendee(r->lead, q->calendar);
	d->code = d->reason = d->quiet = d->partstat = d->status = "";
	d->asked = &r->lead->start;
	d->until = INT64_MAX;
	d->change.drop_from = INT64_MAX;
	d->change.organizer = r->organizer;
	d->stamp = r->answered >= q->now ? r->answered + 1 : q->now;
	collect(r);
}

/* Order of spans by start. */
static int
by_start(const void *pa, const void *pb)
{
	const struct span *a = pa, *b = pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return 0;
}

void
booking_spans(TALLOC_CTX *ctx, const struct object *object,
    const struct calendar *calendar, int64_t now, struct span **span, size_t *n)
{
	struct span *s = mem_array(ctx, struct span, object->ninstance + 1);
	size_t i, count = 0, kept = 0;

	for (i = 0; i < object->ninstance; i++) {
		const struct instance *it = &object->instance[i];

		if (!is_wanted(it, object, calendar, now) ||
		    it->start.utc >= now + calendar->horizon ||
		    it->end.utc <= it->start.utc)
			continue;
		s[count].start = it->start.utc;
		s[count++].end = it->end.utc;
	}
	qsort(s, count, sizeof(*s), by_start);
	for (i = 0; i < count; i++) {
		if (kept > 0 && s[i].start <= s[kept - 1].end) {
			if (s[i].end > s[kept - 1].end)
				s[kept - 1].end = s[i].end;
			continue;
		}
		s[kept++] = s[i];
	}
	*span = s;
	*n = kept;
}

void
ruling_trace(
    struct ruling *r, const char *rule, const char *result, const char *detail)
{
	struct trace *t;

	r->trace = mem_check(talloc_realloc(
	    r->d, r->trace, struct trace, (unsigned int)r->d->ntrace + 1));
	t = &r->trace[r->d->ntrace++];
	t->rule = rule;
	t->result = result;
	t->detail = detail;
	r->d->trace = r->trace;
}

enum step
ruling_settle(struct ruling *r, const char *rule, enum verdict verdict,
    const char *code, const char *reason)
{
	r->d->verdict = verdict;
	r->d->code = code;
	r->d->reason = reason;
	ruling_trace(r, rule, verdict_name(verdict), reason);
	return STEP_SETTLED;
}

enum step
ruling_decline(struct ruling *r, const char *rule, const char *code,
    const char *status, const char *reason)
{
	r->d->status = status;
	return ruling_settle(r, rule, VERDICT_DECLINE, code, reason);
}

enum step
ruling_pass(struct ruling *r, const char *rule, const char *detail)
{
	ruling_trace(r, rule, "pass", detail);
	return STEP_NEXT;
}

int
ruling_is_request(const struct ruling *r)
{
	return strcmp(r->q->object->method, "REQUEST") == 0;
}
