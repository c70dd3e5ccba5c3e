/*
 * scenario_show.h - times, holdings and bookings in the words of a scenario
 *
 * Private to scenario.c; the format is described in tests/golden/itip/README.md.
 * What is kept for verbatim copies only (text, names, RSVP) is not shown.
 */
#ifndef TESTS_HELPERS_SCENARIO_SHOW_H
#define TESTS_HELPERS_SCENARIO_SHOW_H

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/decision.h"
#include "lib/facts/holding.h"

/* A wall clock without seconds that are zero. */
static inline void
show_civil(char **out, const struct civil *c)
{
	mem_add(out, "%04d-%02d-%02dT%02d:%02d", c->year, c->month, c->day,
	    c->hour, c->minute);
	if (c->second != 0)
		mem_add(out, ":%02d", c->second);
}

static inline void
show_utc(char **out, int64_t utc)
{
	struct civil c = civil_from_seconds(utc);

	show_civil(out, &c);
	mem_add(out, "Z");
}

/* What follows the wall clock. */
static inline void
show_zone(char **out, const struct when *w)
{
	if (w->kind == WHEN_UTC)
		mem_add(out, "Z");
	else if (w->kind == WHEN_ZONED)
		mem_add(out, " %s", w->zone);
	else if (w->kind == WHEN_FLOATING)
		mem_add(out, " floating");
}

static inline void
show_when(char **out, const struct when *w)
{
	if (w->kind == WHEN_NONE) {
		mem_add(out, "-");
	} else if (w->kind == WHEN_DATE) {
		mem_add(out, "%04d-%02d-%02d", w->wall.year, w->wall.month,
		    w->wall.day);
	} else {
		show_civil(out, &w->wall);
		show_zone(out, w);
	}
}

/* "A to B"; of B the time alone if it is on the same day and clock. */
static inline void
show_span(char **out, const struct when *a, const struct when *b)
{
	int same = a->kind == b->kind && a->kind != WHEN_DATE &&
	           a->kind != WHEN_NONE && strcmp(a->zone, b->zone) == 0;

	if (same && a->kind != WHEN_UTC)
		show_civil(out, &a->wall);
	else
		show_when(out, a);
	mem_add(out, " to ");
	if (same && a->wall.year == b->wall.year &&
	    a->wall.month == b->wall.month && a->wall.day == b->wall.day) {
		mem_add(out, "%02d:%02d", b->wall.hour, b->wall.minute);
		show_zone(out, b);
	} else {
		show_when(out, b);
	}
}

/* The same of two instants. */
static inline void
show_busy_span(char **out, int64_t start, int64_t end)
{
	struct when a = {WHEN_UTC, civil_from_seconds(start), "", start};
	struct when b = {WHEN_UTC, civil_from_seconds(end), "", end};

	show_span(out, &a, &b);
}

/* " key=value", quoted if there is a blank in it; nothing for "". */
static inline void
show_field(char **out, const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	if (strpbrk(value, " ;") != NULL)
		mem_add(out, " %s=\"%s\"", key, value);
	else
		mem_add(out, " %s=%s", key, value);
}

static inline void
show_version(char **out, int64_t sequence, int64_t dtstamp)
{
	mem_add(out, " sequence %lld stamp ", (long long)sequence);
	show_utc(out, dtstamp);
}

static inline void
show_participant(char **out, const struct participant *p)
{
	mem_add(out, "    %s %s", p->address, p->partstat);
	if (strcmp(p->role, "REQ-PARTICIPANT") != 0)
		show_field(out, "role", p->role);
	if (strcmp(p->cutype, "INDIVIDUAL") != 0)
		show_field(out, "cutype", p->cutype);
	show_field(out, "to", p->delegated_to);
	show_field(out, "from", p->delegated_from);
	show_field(out, "sent-by", p->sent_by);
	show_field(out, "status", p->request_status);
	show_field(out, "comment", p->comment);
	if (p->percent >= 0)
		mem_add(out, " percent=%lld", (long long)p->percent);
	if (p->sequence >= 0) {
		mem_add(out, " answered %lld at ", (long long)p->sequence);
		show_utc(out, p->dtstamp);
	}
	mem_add(out, "\n");
}

/* What a part is, and what it is known by: an instant, or a day. */
static inline void
show_key(char **out, const struct part *part)
{
	const struct when *id = &part->recurrence_id;

	if (id->kind == WHEN_NONE) {
		mem_add(out, part->state != PART_LIVE ? "all"
			     : part->recurs           ? "series"
						      : "single");
		return;
	}
	mem_add(
	    out, strcmp(part->range, "THISANDFUTURE") == 0 ? "from " : "date ");
	if (id->kind == WHEN_DATE)
		show_when(out, id);
	else
		show_utc(out, id->utc);
}

/* Of a part that lives: what is known of it. */
static inline void
show_content(char **out, const struct part *part)
{
	if (part->start.kind != WHEN_NONE || part->end.kind != WHEN_NONE) {
		mem_add(out, " ");
		show_span(out, &part->start, &part->end);
	}
	mem_add(out, " \"%s\"", part->summary);
	if (part->location[0] != '\0')
		mem_add(out, " at \"%s\"", part->location);
	if (part->status[0] != '\0')
		mem_add(out, " %s", part->status);
	if (part->percent >= 0)
		mem_add(out, " percent=%lld", (long long)part->percent);
	if (part->completed != 0) {
		mem_add(out, " completed=");
		show_utc(out, part->completed);
	}
}

static inline void
show_proposal(char **out, const struct proposal *p)
{
	mem_add(out, "    proposal of %s ", p->address);
	show_span(out, &p->start, &p->end);
	show_version(out, p->sequence, p->dtstamp);
	show_field(out, "comment", p->comment);
	mem_add(out, "\n");
}

/* Participants by address: their order means nothing. */
static inline int
show_order(const void *a, const void *b)
{
	const struct participant *x = a, *y = b;

	return strcasecmp(x->address, y->address);
}

static inline void
show_part(char **out, const struct part *part)
{
	static const char *const states[] = {[PART_LIVE] = "",
	    [PART_CANCELLED] = " cancelled,",
	    [PART_ASKED] = " asked back,"};
	struct participant *sorted = NULL;
	size_t i;

	mem_add(out, "  ");
	show_key(out, part);
	mem_add(out, "%s", states[part->state]);
	if (part->state == PART_LIVE)
		show_content(out, part);
	show_version(out, part->sequence, part->dtstamp);
	mem_add(out, "\n");
	if (part->state != PART_LIVE)
		return;
	if (part->nparticipant > 0) {
		sorted =
		    mem_array(*out, struct participant, part->nparticipant);
		memcpy(sorted, part->participant,
		    part->nparticipant * sizeof(*sorted));
		qsort(sorted, part->nparticipant, sizeof(*sorted), show_order);
	}
	for (i = 0; i < part->nparticipant; i++)
		show_participant(out, &sorted[i]);
	for (i = 0; i < part->nproposal; i++)
		show_proposal(out, &part->proposal[i]);
	for (i = 0; i < part->nfreebusy; i++) {
		mem_add(out, "    %s ", part->freebusy[i].type);
		show_busy_span(
		    out, part->freebusy[i].start, part->freebusy[i].end);
		mem_add(out, "\n");
	}
}

/* "event m1 of anna@people.test, we are attendee" and its parts. */
static inline void
show_holding(char **out, const struct holding *h)
{
	size_t i;

	mem_add(out, "%s %s of %s",
	    strcmp(h->kind, "VEVENT") == 0     ? "event"
	    : strcmp(h->kind, "VTODO") == 0    ? "task"
	    : strcmp(h->kind, "VJOURNAL") == 0 ? "journal"
					       : "free/busy",
	    h->uid, h->organizer[0] == '\0' ? "nobody" : h->organizer);
	if (h->organizer_sent_by[0] != '\0')
		mem_add(out, " by %s", h->organizer_sent_by);
	mem_add(out, ", we are %s\n",
	    h->role == ROLE_ATTENDEE ? "attendee" : "organizer");
	for (i = 0; i < h->npart; i++)
		show_part(out, &h->part[i]);
}

/* What a room remembers of one component. */
static inline void
show_record(char **out, const struct record *r)
{
	static const char *const states[] = {[RECORD_BOOKED] = "booked",
	    [RECORD_DECLINED] = "declined",
	    [RECORD_CANCELLED] = "cancelled"};

	mem_add(out, "known %s of %s", r->uid, r->organizer);
	if (r->instance != INSTANCE_MASTER) {
		mem_add(out, " date ");
		show_utc(out, r->instance);
	}
	mem_add(out, " %s,", states[r->state]);
	show_version(out, r->sequence, r->dtstamp);
	mem_add(out, "\n");
}

#endif
