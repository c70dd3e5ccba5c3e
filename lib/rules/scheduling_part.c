/* scheduling_part.c - parts of a holding: find, order, put, bury */
#include "lib/rules/scheduling_state.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"

/* Order of recurrence ids: the master, then by time. */
static int
date_compare(const struct when *a, const struct when *b)
{
	if (a->kind == WHEN_NONE || b->kind == WHEN_NONE)
		return (a->kind != WHEN_NONE) - (b->kind != WHEN_NONE);
	return (a->utc > b->utc) - (a->utc < b->utc);
}

struct part *
part_find(const struct holding *h, const struct when *date)
{
	size_t i;

	for (i = 0; i < h->npart; i++)
		if (date_compare(&h->part[i].recurrence_id, date) == 0)
			return &h->part[i];
	return NULL;
}

struct part *
part_base(const struct holding *h, const struct when *date)
{
	struct part *base = NULL;
	size_t i;

	for (i = 0; i < h->npart && date->kind != WHEN_NONE; i++) {
		struct part *p = &h->part[i];

		if (p->state == PART_ASKED)
			continue;
		if (p->recurrence_id.kind == WHEN_NONE ||
		    (p->range[0] != '\0' && p->recurrence_id.utc < date->utc))
			base = p;
	}
	return base;
}

int
holding_is_live(const struct holding *h)
{
	size_t i;

	for (i = 0; i < h->npart; i++)
		if (h->part[i].state == PART_LIVE)
			return 1;
	return 0;
}

struct part *
part_insert(struct turn *t, const struct part *part)
{
	struct holding *h = t->next;
	struct part *grown = mem_array(t->ctx, struct part, h->npart + 1);
	size_t i = 0;

	while (i < h->npart && date_compare(&h->part[i].recurrence_id,
				   &part->recurrence_id) < 0)
		i++;
	if (i > 0)
		memcpy(grown, h->part, i * sizeof(*grown));
	grown[i] = *part;
	if (h->npart > i)
		memcpy(grown + i + 1, h->part + i,
		    (h->npart - i) * sizeof(*grown));
	talloc_free(h->part);
	h->part = grown;
	h->npart++;
	t->changed = 1;
	return &h->part[i];
}

void
part_remove(struct turn *t, size_t index)
{
	struct holding *h = t->next;

	memmove(&h->part[index], &h->part[index + 1],
	    (h->npart - index - 1) * sizeof(h->part[0]));
	h->npart--;
	t->changed = 1;
}

/* The attendees as participants, each mailbox once: the first word counts. */
static void
add_attendees(struct turn *t, struct part *p, const struct component *c)
{
	uint32_t *hash = mem_array(t->ctx, uint32_t, c->nattendee);
	size_t i, k;

	p->participant = mem_array(t->ctx, struct participant, c->nattendee);
	for (i = 0; i < c->nattendee; i++) {
		const char *address = c->attendee[i].address;

		hash[p->nparticipant] = mailbox_hash(address);
		for (k = 0; k < p->nparticipant; k++)
			if (hash[k] == hash[p->nparticipant] &&
			    itip_same_address(
				p->participant[k].address, address))
				break;
		if (k == p->nparticipant && address[0] != '\0')
			p->participant[p->nparticipant++] =
			    participant_from(&c->attendee[i]);
	}
	talloc_free(hash);
}

struct part
part_from(struct turn *t, const struct component *c)
{
	struct part p = {.state = PART_LIVE, .recurrence_id = turn_date(t, c)};

	p.range = c->range;
	p.sequence = c->sequence;
	p.dtstamp = c->dtstamp;
	p.status = c->status;
	p.start = c->start;
	p.end = c->end;
	p.summary = c->summary;
	p.location = c->location;
	p.percent = c->percent;
	p.completed = c->completed;
	p.recurs = c->recurs;
	p.freebusy = c->freebusy;
	p.nfreebusy = c->nfreebusy;
	p.text = c->text;
	add_attendees(t, &p, c);
	return p;
}

int
part_order(const struct part *p, int64_t sequence, int64_t dtstamp)
{
	if (sequence != p->sequence)
		return sequence > p->sequence ? 1 : -1;
	return (dtstamp > p->dtstamp) - (dtstamp < p->dtstamp);
}

void
part_bury(struct part *p, int64_t sequence, int64_t dtstamp)
{
	if (part_order(p, sequence, dtstamp) > 0) {
		p->sequence = sequence;
		p->dtstamp = dtstamp;
	}
	p->state = PART_CANCELLED;
	p->status = "CANCELLED";
	p->nproposal = 0;
	p->nfreebusy = 0;
	p->text = "";
}

void
parts_bury(struct turn *t, const struct when *from, const struct component *c)
{
	size_t i;

	for (i = t->next->npart; i-- > 0;) {
		struct part *p = &t->next->part[i];

		if (p->recurrence_id.kind == WHEN_NONE ||
		    (from->kind != WHEN_NONE &&
			p->recurrence_id.utc <= from->utc))
			continue;
		if (part_order(p, c->sequence, c->dtstamp) >= 0)
			part_remove(t, i);
		else
			part_bury(p, c->sequence, c->dtstamp);
	}
}

struct part
part_tombstone(const struct component *c, const struct when *date)
{
	struct part p = {.state = PART_CANCELLED, .recurrence_id = *date};

	p.range = c->range;
	p.sequence = c->sequence;
	p.dtstamp = c->dtstamp;
	p.status = "CANCELLED";
	p.start.zone = "";
	p.end.zone = "";
	p.summary = "";
	p.location = "";
	p.percent = -1;
	p.text = "";
	return p;
}
