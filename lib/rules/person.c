/* person.c - iTIP's result as a decision with busy rows, see person.h */
#include "lib/rules/person.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"

/* The owner among the participants, or NULL. */
static const struct participant *
owner_of(const struct part *part, const struct calendar *calendar)
{
	size_t i;

	for (i = 0; i < part->nparticipant; i++)
		if (itip_is_calendar(part->participant[i].address, calendar))
			return &part->participant[i];
	return NULL;
}

/* Is it an answer of the owner's own?  What others write there is no word. */
static int
has_answered(const struct participant *owner, const char *partstat)
{
	return owner != NULL && owner->sequence >= 0 &&
	       strcmp(owner->partstat, partstat) == 0;
}

const char *
person_busy_status(const struct holding *holding, const struct part *part,
    const struct calendar *calendar)
{
	const struct participant *owner = owner_of(part, calendar);

	if (strcmp(holding->kind, "VEVENT") != 0 || part->state != PART_LIVE ||
	    strcmp(part->status, "CANCELLED") == 0 || part->text[0] == '\0')
		return NULL;
	if (holding->role == ROLE_ATTENDEE)
		return has_answered(owner, "ACCEPTED")    ? "ACCEPTED"
		       : has_answered(owner, "TENTATIVE") ? "TENTATIVE"
		                                          : NULL;
	if (owner != NULL && strcmp(owner->partstat, "DECLINED") == 0)
		return NULL;
	return strcmp(part->status, "TENTATIVE") == 0 ? "TENTATIVE"
	                                              : "ACCEPTED";
}

/* The key of a part in the store. */
static int64_t
key_of(const struct part *part)
{
	return part->recurrence_id.kind == WHEN_NONE ? INSTANCE_MASTER
	                                             : part->recurrence_id.utc;
}

/*
 * The part that says what becomes of a date: its own, else the last one that
 * means it and all that follow, else the master; NULL if there is none.
 */
static const struct part *
part_for(const struct holding *holding, int64_t date)
{
	const struct part *found = NULL;
	size_t i;

	for (i = 0; i < holding->npart; i++) {
		const struct part *part = &holding->part[i];
		int64_t key = key_of(part);

		if (key == date)
			return part;
		if (key == INSTANCE_MASTER ||
		    (part->range[0] != '\0' && key < date &&
			(found == NULL || key > key_of(found))))
			found = part;
	}
	return found;
}

/* Does the part speak of dates without end? */
static int
is_open(const struct part *part)
{
	return part->recurrence_id.kind == WHEN_NONE ? part->recurs
	                                             : part->range[0] != '\0';
}

/* The text of a part with the time zones that it names. */
static const char *
text_of(TALLOC_CTX *ctx, const struct holding *holding, const struct part *part)
{
	char *text = mem_text(ctx, "");
	size_t i;

	for (i = 0; i < holding->ntimezone; i++)
		if (holding->timezone[i].text[0] != '\0')
			mem_add(&text, "%s\n", holding->timezone[i].text);
	mem_add(&text, "%s", part->text);
	return text;
}

/* The records: what must be known to make more rows when time goes by. */
static void
put_records(const struct personal *p, struct decision *d)
{
	const struct holding *holding = p->scheduling->holding;
	const struct calendar *calendar = p->occasion->calendar;
	struct record *put = mem_array(d, struct record, holding->npart + 1);
	size_t i;

	for (i = 0; i < holding->npart; i++) {
		const struct part *part = &holding->part[i];
		int busy = person_busy_status(holding, part, calendar) != NULL;
		struct record *r = &put[i];

		r->calendar = calendar->address;
		r->uid = holding->uid;
		r->organizer = d->change.organizer;
		r->instance = key_of(part);
		r->sequence = part->sequence;
		r->dtstamp = part->dtstamp;
		r->digest = p->occasion->object->digest;
		r->state = busy ? RECORD_BOOKED : RECORD_CANCELLED;
		r->summary = part->summary;
		r->text = busy ? text_of(d, holding, part) : "";
		r->covered = INT64_MAX;
		if (busy && is_open(part) && p->expanded != NULL &&
		    p->expanded->covered != INT64_MAX)
			r->covered = p->expanded->covered < p->horizon
			                 ? p->expanded->covered
			                 : p->horizon;
	}
	d->change.put = put;
	d->change.nput = holding->npart;
}

/* The busy rows. */
static void
add_rows(const struct personal *p, struct decision *d)
{
	const struct holding *holding = p->scheduling->holding;
	const struct object *o = p->expanded;
	size_t room = p->nown + (o == NULL ? 0 : o->ninstance) + 1;
	struct busy *add = mem_array(d, struct busy, room);
	size_t i, n = 0;

	for (i = 0; i < p->nown; i++)
		if (p->own[i].end <= p->from &&
		    strcasecmp(p->own[i].organizer, holding->organizer) == 0)
			add[n++] = p->own[i];
	for (i = 0; o != NULL && i < o->ninstance; i++) {
		const struct instance *it = &o->instance[i];
		const struct component *c = &o->component[it->component];
		const struct part *part =
		    part_for(holding, it->recurrence_id.utc);
		const char *status = part == NULL
		                         ? NULL
		                         : person_busy_status(holding, part,
					       p->occasion->calendar);

		/* What has an end of its own counts however far it is. */
		if (status == NULL || it->cancelled || it->end.utc <= p->from ||
		    strcmp(c->transp, "TRANSPARENT") == 0 ||
		    (is_open(part) && it->start.utc >= p->horizon))
			continue;
		add[n].uid = holding->uid;
		add[n].organizer = d->change.organizer;
		add[n].instance = it->recurrence_id.utc;
		add[n].recurring =
		    c->recurs || c->recurrence_id.kind != WHEN_NONE;
		add[n].start = it->start.utc;
		add[n].end = it->end.utc;
		add[n].status = status;
		add[n++].summary = c->summary;
	}
	d->change.add = add;
	d->change.nadd = n;
}

/* iTIP's code as a verdict. */
static enum verdict
verdict_of(const struct scheduling *s)
{
	if (scheduling_is_refusal(s->code))
		return VERDICT_IGNORE;
	if (s->code == ITIP_REPEATED)
		return VERDICT_REPEAT;
	return s->changed ? VERDICT_KEEP : VERDICT_IGNORE;
}

/* The sentence for an administrator. */
static const char *
reason_of(struct decision *d, const struct scheduling *s)
{
	if (s->detail[0] == '\0')
		return scheduling_text(s->code);
	return mem_print(d, "%s (%s)", scheduling_text(s->code), s->detail);
}

void
person_fill(const struct personal *p, struct decision *d)
{
	d->change.organizer = p->scheduling->holding->organizer;
	d->change.drop_all = 1;
	d->change.shared = 1;
	put_records(p, d);
	add_rows(p, d);
}

struct decision *
person_decide(TALLOC_CTX *ctx, const struct personal *p)
{
	const struct occasion *o = p->occasion;
	struct decision *d = mem_new(ctx, struct decision);
	struct trace *trace = mem_array(d, struct trace, 1);

	d->calendar = o->calendar;
	d->recipient = p->recipient;
	d->object = o->object;
	d->component =
	    o->object->ncomponent > 0 ? &o->object->component[0] : NULL;
	d->verdict = verdict_of(p->scheduling);
	d->code = scheduling_word(p->scheduling->code);
	d->reason = reason_of(d, p->scheduling);
	trace->rule = "itip";
	trace->result = verdict_name(d->verdict);
	trace->detail = d->reason;
	d->trace = trace;
	d->ntrace = 1;
	d->quiet = "a person answers for themselves";
	d->partstat = d->status = "";
	d->until = INT64_MAX;
	d->stamp = o->now;
	d->change.organizer = "";
	d->change.drop_from = INT64_MAX;
	if (!p->scheduling->changed || p->scheduling->holding == NULL)
		return d;
	person_fill(p, d);
	return d;
}
