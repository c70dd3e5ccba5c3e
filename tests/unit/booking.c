/* booking.c - decisions about hand-made questions, see lib/rules/booking.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/rules/booking.h"
#include "lib/rules/change.h"

#define NOW  INT64_C(1795248000)
#define HOUR INT64_C(3600)
#define DAY  (24 * HOUR)

/* A question with everything it needs, for each test to spoil. */
struct scene {
	TALLOC_CTX *ctx;
	struct question q;
	struct mail mail;
	struct calendar room;
	struct notice notice;
	struct object object;
	struct component component[2];
	struct person people[2];
	struct instance instance[3];
	struct record record[2];
	struct busy busy[2];
};

static struct when
at(int64_t utc)
{
	struct when w;

	memset(&w, 0, sizeof(w));
	w.kind = WHEN_UTC;
	w.zone = "";
	w.utc = utc;
	w.wall = civil_from_seconds(utc);
	return w;
}

/* A person of the invitation. */
static void
person(struct person *p, const char *address)
{
	memset(p, 0, sizeof(*p));
	p->address = address;
	p->name = p->rsvp = p->sent_by = p->line = "";
	p->partstat = "NEEDS-ACTION";
	p->role = "REQ-PARTICIPANT";
	p->cutype = "ROOM";
}

/* A component that invites the room for an hour. */
static void
component(struct scene *s, struct component *c, int64_t start)
{
	c->kind = "VEVENT";
	c->range = c->status = c->rule = c->text = c->location = "";
	c->transp = "OPAQUE";
	c->class = "PUBLIC";
	c->summary = "Planning";
	c->sequence = 1;
	c->dtstamp = NOW - DAY;
	c->start = at(start);
	c->end = at(start + HOUR);
	person(&c->organizer, "anna@example.org");
	person(&s->people[0], "room@example.com");
	c->attendee = s->people;
	c->nattendee = 1;
}

static int
setup(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct scene *s = mem_new(ctx, struct scene);
	size_t i;

	s->ctx = ctx;
	s->mail.from = "anna@example.org";
	s->mail.subject = s->mail.message_id = s->mail.references = "";
	s->mail.language = s->mail.auto_submitted = s->mail.precedence = "";
	s->mail.list_id = "";
	s->mail.type = "text/calendar";
	s->room.address = s->room.name = "room@example.com";
	s->room.horizon = 400 * DAY;
	s->room.book_free = 1;
	component(s, &s->component[0], NOW + DAY);
	s->object.method = "REQUEST";
	s->object.product = "";
	s->object.uid = "one@example.org";
	s->object.digest = "d1";
	s->object.component = s->component;
	s->object.ncomponent = 1;
	s->object.instance = s->instance;
	s->object.ninstance = 1;
	s->object.complete = 1;
	s->object.covered = INT64_MAX;
	for (i = 0; i < 3; i++) {
		s->instance[i].start = at(NOW + DAY * (int64_t)(i + 1));
		s->instance[i].end = at(NOW + DAY * (int64_t)(i + 1) + HOUR);
		s->instance[i].recurrence_id = s->instance[i].start;
	}
	s->notice.object = &s->object;
	s->notice.nobject = 1;
	s->q = (struct question){.mail = &s->mail,
	    .envelope_sender = "anna@example.org",
	    .recipient = "room@example.com",
	    .calendar = &s->room,
	    .notice = &s->notice,
	    .object = &s->object,
	    .record = s->record,
	    .busy = s->busy,
	    .now = NOW};
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	return talloc_free(s->ctx);
}

/* Somebody else's booking at an hour. */
static void
taken(struct scene *s, int64_t start)
{
	struct busy *b = &s->busy[s->q.nbusy++];

	memset(b, 0, sizeof(*b));
	b->uid = "other";
	b->organizer = "bob@example.org";
	b->start = start;
	b->end = start + HOUR;
	b->status = "ACCEPTED";
	b->summary = "secret";
}

/* The version that is already known. */
static void
known(struct scene *s, enum record_state was, int64_t sequence)
{
	struct record *r = &s->record[s->q.nrecord++];

	memset(r, 0, sizeof(*r));
	r->calendar = "room@example.com";
	r->uid = "one@example.org";
	r->organizer = "Anna@Example.org";
	r->instance = INSTANCE_MASTER;
	r->sequence = sequence;
	r->dtstamp = NOW - 2 * DAY;
	r->digest = "d0";
	r->state = was;
	r->answered = NOW;
	r->summary = "as booked";
	r->text = "BEGIN:VEVENT";
	r->covered = NOW + 5 * DAY;
}

static void
free_is_accepted(void **state)
{
	struct scene *s = *state;
	struct decision *d = booking_decide(s->ctx, &s->q);

	assert_int_equal(d->verdict, VERDICT_ACCEPT);
	assert_int_equal(d->answer, 1);
	assert_string_equal(d->partstat, "ACCEPTED");
	assert_int_equal(d->stamp, NOW);
	assert_int_equal(d->change.drop_all, 1);
	assert_int_equal(d->change.nadd, 1);
	assert_int_equal(d->change.add[0].start, NOW + DAY);
	assert_int_equal(d->change.add[0].recurring, 0);
	assert_int_equal(d->change.nput, 1);
	assert_int_equal(d->change.put[0].state, RECORD_BOOKED);
	assert_int_equal(d->change.put[0].covered, INT64_MAX);
	assert_true(d->ntrace > 5);
}

static void
taken_is_declined(void **state)
{
	struct scene *s = *state;
	struct decision *d;

	taken(s, NOW + DAY + HOUR / 2);
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_DECLINE);
	assert_string_equal(d->code, "clash");
	assert_int_equal(d->nclash, 1);
	assert_int_equal(d->clash[0].start, NOW + DAY);
	assert_int_equal(d->change.nadd, 0);
	assert_int_equal(d->change.drop_all, 0);
	assert_int_equal(d->change.put[0].state, RECORD_DECLINED);
}

static void
any_instance_counts(void **state)
{
	struct scene *s = *state;
	struct decision *d;

	s->object.ninstance = 3;
	s->component[0].recurs = 1;
	taken(s, NOW + 3 * DAY);
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_DECLINE);
	assert_int_equal(d->clash[0].start, NOW + 3 * DAY);
}

static void
declined_move_keeps_the_slot(void **state)
{
	struct scene *s = *state;
	struct decision *d;

	known(s, RECORD_BOOKED, 0);
	taken(s, NOW + DAY);
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_DECLINE);
	assert_int_equal(d->change.drop_all, 0);
	assert_int_equal(d->change.put[0].state, RECORD_BOOKED);
	assert_int_equal(d->change.put[0].sequence, 1);
	assert_string_equal(d->change.put[0].text, "BEGIN:VEVENT");
	assert_int_equal(d->change.put[0].covered, NOW + 5 * DAY);
	/* DTSTAMP grows although the clock did not. */
	assert_int_equal(d->stamp, NOW + 1);
}

static void
own_rows_do_not_clash(void **state)
{
	struct scene *s = *state;

	known(s, RECORD_BOOKED, 0);
	taken(s, NOW + DAY);
	s->busy[0].uid = "one@example.org";
	s->busy[0].organizer = "anna@example.org";
	assert_int_equal(
	    booking_decide(s->ctx, &s->q)->verdict, VERDICT_ACCEPT);
}

static void
stale_is_ignored(void **state)
{
	struct scene *s = *state;
	struct decision *d;

	known(s, RECORD_BOOKED, 2);
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_IGNORE);
	assert_string_equal(d->code, "stale");
	assert_int_equal(d->answer, 0);
	assert_int_equal(d->change.nput, 0);
}

static void
cancel_leaves_a_tombstone(void **state)
{
	struct scene *s = *state;
	struct decision *d;

	known(s, RECORD_BOOKED, 0);
	s->object.method = "CANCEL";
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_CANCEL);
	assert_int_equal(d->answer, 0);
	assert_int_equal(d->change.drop_all, 1);
	assert_int_equal(d->change.put[0].state, RECORD_CANCELLED);
	assert_int_equal(d->change.put[0].sequence, 1);
}

static void
strangers_may_not_change(void **state)
{
	struct scene *s = *state;

	s->mail.from = "mallory@example.net";
	s->q.envelope_sender = "mallory@example.net";
	assert_int_equal(booking_decide(s->ctx, &s->q)->verdict, VERDICT_HOLD);
	s->room.forwarded = FORWARDED_BOOK;
	assert_int_equal(
	    booking_decide(s->ctx, &s->q)->verdict, VERDICT_ACCEPT);
	assert_int_equal(booking_decide(s->ctx, &s->q)->answer, 0);
	known(s, RECORD_BOOKED, 0);
	assert_int_equal(booking_decide(s->ctx, &s->q)->verdict, VERDICT_HOLD);
	s->object.method = "CANCEL";
	assert_int_equal(
	    booking_decide(s->ctx, &s->q)->verdict, VERDICT_IGNORE);
}

static void
spans_are_merged(void **state)
{
	struct scene *s = *state;
	struct span *span;
	size_t n;

	s->object.ninstance = 3;
	s->instance[1].start = at(NOW + DAY + HOUR / 2);
	s->instance[1].end = at(NOW + DAY + 2 * HOUR);
	booking_spans(s->ctx, &s->object, &s->room, NOW, &span, &n);
	assert_int_equal(n, 2);
	assert_int_equal(span[0].start, NOW + DAY);
	assert_int_equal(span[0].end, NOW + DAY + 2 * HOUR);
	assert_int_equal(span[1].start, NOW + 3 * DAY);
}

static void
reader_problems_decide(void **state)
{
	struct scene *s = *state;
	struct problem p = {ACTION_DECLINE, 0, "bad-rule", "cannot be used"};
	struct decision *d;

	s->notice.problem = &p;
	s->notice.nproblem = 1;
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_DECLINE);
	assert_string_equal(d->reason, "cannot be used");
	p.action = ACTION_HOLD;
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_HOLD);
	assert_string_equal(d->code, "bad-rule");
	p.object = 1; /* somebody else's problem */
	assert_int_equal(
	    booking_decide(s->ctx, &s->q)->verdict, VERDICT_ACCEPT);
}

/* Whatever the mark of news says, somebody speaks for the object. */
static void
nothing_new_has_a_lead(void **state)
{
	struct scene *s = *state;
	struct decision *d;

	s->q.news = "\0";
	d = booking_decide(s->ctx, &s->q);
	assert_ptr_equal(d->component, &s->component[0]);
}

/* A range that is released is remembered as what it is. */
static void
released_range_stays_a_range(void **state)
{
	struct scene *s = *state;
	struct decision *d;

	known(s, RECORD_BOOKED, 0);
	s->object.method = "CANCEL";
	s->component[0].status = "CANCELLED";
	s->component[0].range = "THISANDFUTURE";
	s->component[0].recurrence_id = at(NOW + 2 * DAY);
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->change.drop_from, NOW + 2 * DAY);
	assert_int_equal(d->change.nput, 2);
	assert_int_equal(d->change.put[0].state, RECORD_CANCELLED);
	assert_true(change_is_range(&d->change.put[0]));
	/* Nothing is left to grow. */
	assert_int_equal(d->change.put[1].instance, INSTANCE_MASTER);
	assert_int_equal(d->change.put[1].covered, INT64_MAX);

	/* Rows end before the range begins: the master grows up to there. */
	s->record[0].covered = NOW + DAY;
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_CANCEL);
	assert_int_equal(d->change.nput, 1);
}

/* A range is one by its RECURRENCE-ID, not by what else the text says. */
static void
ranges_are_told_by_their_id(void **state)
{
	struct record r = {.text = "BEGIN:VEVENT\n"
				   "RECURRENCE-ID;RANGE=THISANDFUTURE:1\n"};

	(void)state;
	assert_true(change_is_range(&r));
	r.text = "BEGIN:VEVENT\nRecurrence-Id;Range=ThisAndFuture:1\n";
	assert_true(change_is_range(&r));
	r.text = "BEGIN:VEVENT\nRECURRENCE-ID;TZID=X:1\n"
		 "SUMMARY:RANGE=THISANDFUTURE\n";
	assert_false(change_is_range(&r));
	r.text = "BEGIN:VEVENT\nSUMMARY:RANGE=THISANDFUTURE\n";
	assert_false(change_is_range(&r));
}

/* What the series lost before is no reason to refuse what does not move it. */
static void
lost_dates_stay_left_out(void **state)
{
	struct scene *s = *state;
	struct object held = s->object;
	struct decision *d;

	known(s, RECORD_BOOKED, 1);
	s->object.ninstance = 2;
	held.ninstance = 2;
	taken(s, NOW + 2 * DAY);
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_DECLINE);
	s->q.held = &held;
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_ACCEPT);
	assert_int_equal(d->change.nadd, 1);
	assert_int_equal(d->change.add[0].start, NOW + DAY);

	/* Moved, it is asked for anew. */
	held.instance = mem_array(s->ctx, struct instance, 2);
	memcpy(held.instance, s->instance, 2 * sizeof(s->instance[0]));
	held.instance[1].start = at(NOW + 2 * DAY - HOUR);
	d = booking_decide(s->ctx, &s->q);
	assert_int_equal(d->verdict, VERDICT_DECLINE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {TEST(free_is_accepted),
	    TEST(taken_is_declined), TEST(any_instance_counts),
	    TEST(declined_move_keeps_the_slot), TEST(own_rows_do_not_clash),
	    TEST(stale_is_ignored), TEST(cancel_leaves_a_tombstone),
	    TEST(strangers_may_not_change), TEST(spans_are_merged),
	    TEST(reader_problems_decide), TEST(nothing_new_has_a_lead),
	    TEST(released_range_stays_a_range),
	    TEST(ranges_are_told_by_their_id), TEST(lost_dates_stay_left_out)};

	mem_init();
	return cmocka_run_group_tests_name("booking", tests, NULL, NULL);
}
