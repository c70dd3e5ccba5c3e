/* ruling.c - what a question asks for, before any rule; see ruling.h */
#include "lib/rules/ruling.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/rules/change.h"
#include "lib/rules/itip.h"

/* The component that speaks for the object: the first that asks us. */
static const struct component *
lead_of(const struct object *object, const struct calendar *calendar)
{
	size_t i;

	for (i = 0; i < object->ncomponent; i++)
		if (itip_attendee(&object->component[i], calendar) != NULL)
			return &object->component[i];
	return &object->component[0];
}

/* An address in lower case. */
static const char *
lower_case(TALLOC_CTX *ctx, const char *address)
{
	char *copy = mem_text(ctx, address), *p;

	for (p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return copy;
}

/* Records of the same organizer; somebody else's uid is another object. */
static void
own_records(struct ruling *r)
{
	const struct question *q = r->q;
	struct record *own = mem_array(r->d, struct record, q->nrecord + 1);
	size_t i;

	for (i = 0; i < q->nrecord; i++) {
		if (strcasecmp(q->record[i].organizer, r->organizer) != 0)
			continue;
		if (q->record[i].state == RECORD_BOOKED)
			r->booked = 1;
		own[r->nrecord++] = q->record[i];
	}
	r->record = own;
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

/* Collect the wanted instances and their times. */
static void
collect(struct ruling *r)
{
	const struct object *object = r->q->object;
	size_t i;

	r->wanted =
	    mem_array(r->d, const struct instance *, object->ninstance + 1);
	r->want = mem_array(r->d, struct span, object->ninstance + 1);
	for (i = 0; i < object->ninstance; i++) {
		const struct instance *it = &object->instance[i];

		if (!is_wanted(it, object, r->q->calendar, r->q->now))
			continue;
		if (it->start.utc >= r->horizon) {
			r->beyond++;
			continue;
		}
		r->wanted[r->nwant] = it;
		r->want[r->nwant].start = it->start.utc;
		r->want[r->nwant++].end = it->end.utc;
	}
	/* The reader may have stopped before the first date of all. */
	if (r->nwant == 0 && r->lead->start.utc >= r->horizon)
		r->beyond++;
}

void
ruling_open(struct ruling *r, TALLOC_CTX *ctx, const struct question *q)
{
	struct decision *d = mem_new(ctx, struct decision);

	memset(r, 0, sizeof(*r));
	r->q = q;
	r->d = d;
	r->lead = lead_of(q->object, q->calendar);
	r->horizon = q->now + q->calendar->horizon;
	d->calendar = q->calendar;
	d->recipient = q->recipient;
	d->object = q->object;
	d->component = r->lead;
	d->attendee = itip_attendee(r->lead, q->calendar);
	d->code = d->reason = d->quiet = d->partstat = d->status = "";
	d->asked = &r->lead->start;
	d->change.drop_from = INT64_MAX;
	r->organizer = lower_case(d, r->lead->organizer.address);
	d->change.organizer = r->organizer;
	own_records(r);
	d->stamp = change_stamp(r);
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
