/*
 * scenario_room.h - a room on the stage: what booking.h decides, and its rows
 *
 * Private to scenario.c.  The rows live in memory; change_room() does what
 * store.h says of store_change().
 */
#ifndef TESTS_HELPERS_SCENARIO_ROOM_H
#define TESTS_HELPERS_SCENARIO_ROOM_H

#include <strings.h>

#include "lib/rules/booking.h"
#include "lib/rules/identity.h"
#include "tests/helpers/scenario_stage.h"

/* Take row i out. */
static inline void
drop_row(struct stage *s, size_t i)
{
	memmove(&s->busy[i], &s->busy[i + 1],
	    (s->nbusy - i - 1) * sizeof(s->busy[0]));
	s->nbusy--;
}

/* Does the change take this row away? */
static inline int
goes(const struct change *c, const struct busy *row, const char *uid)
{
	size_t i;

	if (strcmp(row->uid, uid) != 0 ||
	    strcasecmp(row->organizer, c->organizer) != 0)
		return 0;
	if (c->drop_all || row->instance >= c->drop_from)
		return 1;
	for (i = 0; i < c->ndrop; i++)
		if (c->drop[i] == row->instance)
			return 1;
	for (i = 0; i < c->nadd; i++)
		if (c->add[i].instance == row->instance)
			return 1;
	return 0;
}

/* Insert or replace a record. */
static inline void
put_record(struct stage *s, const struct record *put, size_t line)
{
	size_t i;

	for (i = 0; i < s->nrecord; i++)
		if (strcmp(s->record[i].uid, put->uid) == 0 &&
		    strcasecmp(s->record[i].organizer, put->organizer) == 0 &&
		    s->record[i].instance == put->instance)
			break;
	if (i == ROWS_MAX)
		give_up(s, line, "too many records for one story");
	s->record[i] = *put;
	if (i == s->nrecord)
		s->nrecord++;
}

/* No two objects at a time: what the store would refuse. */
static inline void
add_row(struct stage *s, const struct busy *row, size_t line)
{
	size_t i;

	for (i = 0; i < s->nbusy; i++)
		if ((strcmp(s->busy[i].uid, row->uid) != 0 ||
			strcasecmp(s->busy[i].organizer, row->organizer) !=
			    0) &&
		    busy_overlaps(
			s->busy[i].start, s->busy[i].end, row->start, row->end))
			give_up(s, line, "a row overlaps that of another");
	if (s->nbusy == ROWS_MAX)
		give_up(s, line, "too many rows for one story");
	s->busy[s->nbusy++] = *row;
}

/* What store_change() does, in memory and in the same order. */
static inline void
change_room(struct stage *s, const struct change *c, const char *uid,
    const struct section *at)
{
	size_t i;

	for (i = s->nbusy; i > 0; i--)
		if (goes(c, &s->busy[i - 1], uid))
			drop_row(s, i - 1);
	for (i = s->nrecord; c->drop_all && i > 0; i--)
		if (strcmp(s->record[i - 1].uid, uid) == 0 &&
		    strcasecmp(s->record[i - 1].organizer, c->organizer) == 0)
			s->record[i - 1] = s->record[--s->nrecord];
	for (i = 0; i < c->nadd; i++)
		add_row(s, &c->add[i], at->head);
	for (i = 0; i < c->nput; i++)
		put_record(s, &c->put[i], at->head);
}

static inline int
by_start(const void *pa, const void *pb)
{
	const struct busy *a = pa, *b = pb;

	return (a->start > b->start) - (a->start < b->start);
}

/* The master first, then by date. */
static inline int
by_instance(const void *pa, const void *pb)
{
	const struct record *a = pa, *b = pb;
	int order = strcasecmp(a->organizer, b->organizer);

	if (order != 0)
		return order;
	return (a->instance > b->instance) - (a->instance < b->instance);
}

/* What the room knows of a UID. */
static inline char *
show_room(struct stage *s, const char *uid)
{
	char *out = mem_text(s->ctx, "");
	size_t i;

	qsort(s->busy, s->nbusy, sizeof(s->busy[0]), by_start);
	qsort(s->record, s->nrecord, sizeof(s->record[0]), by_instance);
	for (i = 0; i < s->nbusy; i++) {
		if (strcmp(s->busy[i].uid, uid) != 0)
			continue;
		mem_add(&out, "taken ");
		show_busy_span(&out, s->busy[i].start, s->busy[i].end);
		mem_add(&out, " by %s\n", s->busy[i].organizer);
	}
	for (i = 0; i < s->nrecord; i++)
		if (strcmp(s->record[i].uid, uid) == 0)
			show_record(&out, &s->record[i]);
	return out;
}

/* One object, asked of a room. */
static inline void
book_object(struct stage *s, const struct letter_in *in, size_t index,
    const struct section *at)
{
	const struct object *object = &in->notice->object[index];
	struct identity identity = identity_judge(
	    s->ctx, &in->notice->mail, in->envelope, in->submitter, s->trusted);
	struct record *record = mem_array(s->ctx, struct record, ROWS_MAX);
	struct busy *own = mem_array(s->ctx, struct busy, ROWS_MAX);
	struct question q = {.mail = &in->notice->mail,
	    .envelope_sender = in->envelope,
	    .recipient = s->calendar.address,
	    .identity = &identity,
	    .calendar = &s->calendar,
	    .notice = in->notice,
	    .object = object,
	    .index = index,
	    .record = record,
	    .busy = s->busy,
	    .nbusy = s->nbusy,
	    .own = own,
	    .now = s->now};
	char *before = show_room(s, object->uid), *after;
	const struct decision *d;
	size_t i;

	for (i = 0; i < s->nrecord; i++)
		if (strcmp(s->record[i].uid, object->uid) == 0)
			record[q.nrecord++] = s->record[i];
	for (i = 0; i < s->nbusy; i++)
		if (strcmp(s->busy[i].uid, object->uid) == 0)
			own[q.nown++] = s->busy[i];
	d = booking_decide(s->ctx, &q);
	change_room(s, &d->change, object->uid, at);
	after = show_room(s, object->uid);
	mem_add(&s->code, "%s%s %s", s->code[0] == '\0' ? "" : ", ",
	    verdict_name(d->verdict), d->code);
	if (d->answer)
		mem_add(&s->body, "answer %s %s\n", d->partstat, d->status);
	mem_add(&s->body, "%s",
	    strcmp(before, after) == 0 ? "nothing changes\n" : after);
	print_coverage(object, "resource", q.nown > 1);
	if (getenv("GOLDEN_DETAIL") != NULL)
		(void)printf("# detail: %s\n", d->reason);
}

#endif
