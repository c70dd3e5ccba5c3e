/*
 * dispatch_cases.h - what is sent, by method; each has a file in
 * tests/golden/dispatch
 */
#ifndef TESTS_UNIT_DISPATCH_CASES_H
#define TESTS_UNIT_DISPATCH_CASES_H

#include "tests/unit/dispatch_sample.h"

static struct outing *
request(TALLOC_CTX *ctx)
{
	return outing_series(ctx, "REQUEST", BEN);
}

static struct outing *
request_date(TALLOC_CTX *ctx)
{
	struct outing *o = outing_series(ctx, "REQUEST", CARA);

	/* One of its own, and one of the series, as Google names it. */
	o->date[0] = outing_utc(12, 8, 8);
	o->date[1] = outing_utc(12, 15, 8);
	o->date[1].wall.day = 5;
	o->date[1].wall.month = 1;
	o->date[1].wall.year = 2027;
	o->date[1].utc = civil_seconds(&o->date[1].wall);
	o->dispatch.ndate = 2;
	return o;
}

static struct outing *
request_agent(TALLOC_CTX *ctx)
{
	struct outing *o = request(ctx);

	o->dispatch.agent = "calendar@example.com";
	o->dispatch.language = "de";
	o->dispatch.comment = "Bitte pünktlich, ja?\nAnna";
	o->dispatch.reader = zone_find("America/New_York");
	return o;
}

static struct outing *
add_date(TALLOC_CTX *ctx)
{
	struct outing *o = outing_series(ctx, "ADD", BEN);

	o->date[0] = outing_when(12, 8, 9);
	o->dispatch.ndate = 1;
	return o;
}

static struct outing *
cancel(TALLOC_CTX *ctx)
{
	struct outing *o = outing_series(ctx, "CANCEL", BEN);

	o->part[0].state = PART_CANCELLED;
	return o;
}

static struct outing *
cancel_date(TALLOC_CTX *ctx)
{
	struct outing *o = outing_series(ctx, "CANCEL", BEN);

	o->date[0] = outing_when(12, 15, 9);
	o->dispatch.ndate = 1;
	return o;
}

static struct outing *
uninvite(TALLOC_CTX *ctx)
{
	return outing_series(ctx, "CANCEL", "dora@example.org");
}

static struct outing *
decline_counter(TALLOC_CTX *ctx)
{
	struct outing *o = outing_series(ctx, "DECLINECOUNTER", BEN);

	o->date[0] = outing_when(12, 8, 9);
	o->dispatch.ndate = 1;
	o->dispatch.comment = "Zu früh.";
	o->dispatch.mail = &o->mail;
	return o;
}

static struct outing *
publish(TALLOC_CTX *ctx)
{
	return outing_series(ctx, "PUBLISH", "list@example.org");
}

static struct outing *
reply(TALLOC_CTX *ctx)
{
	struct outing *o = outing_invited(ctx, "REPLY");

	o->person[0][0].request_status = "2.0;Success";
	return o;
}

static struct outing *
reply_dates(TALLOC_CTX *ctx)
{
	struct outing *o = outing_invited(ctx, "REPLY");
	struct part *p = outing_part(o, "Jour fixe, moved",
	    "BEGIN:VEVENT\n"
	    "UID:meet-1@example.com\n"
	    "RECURRENCE-ID:20261208T140000Z\n"
	    "DTSTART:20261208T160000Z\n"
	    "DTEND:20261208T170000Z\n"
	    "SUMMARY:Jour fixe, moved\n"
	    "ORGANIZER:mailto:ben@example.net\n"
	    "ATTENDEE:mailto:anna@example.com\n"
	    "END:VEVENT");

	o->part[1].nparticipant = 0;
	p->recurrence_id = outing_utc(12, 8, 14);
	p->start = outing_utc(12, 8, 16);
	p->end = outing_utc(12, 8, 17);
	outing_person(o, 1, ANNA, "Anna", "DECLINED");
	return o;
}

static struct outing *
delegate(TALLOC_CTX *ctx)
{
	struct outing *o = outing_invited(ctx, "REPLY");

	o->person[0][0].partstat = "DELEGATED";
	o->person[0][0].delegated_to = CARA;
	o->person[0][1].delegated_from = ANNA;
	return o;
}

static struct outing *
counter(TALLOC_CTX *ctx)
{
	struct outing *o = outing_invited(ctx, "COUNTER");

	o->part[0].recurs = 0;
	o->part[0].text = "BEGIN:VEVENT\n"
			  "UID:meet-1@example.com\n"
			  "SUMMARY:Jour fixe\n"
			  "DTSTART;TZID=America/New_York:20261201T090000\n"
			  "DTEND;TZID=America/New_York:20261201T100000\n"
			  "ORGANIZER:mailto:ben@example.net\n"
			  "ATTENDEE:mailto:anna@example.com\n"
			  "END:VEVENT";
	o->proposal.address = ANNA;
	o->proposal.start = o->part[0].start;
	o->proposal.start.wall.hour = 11;
	o->proposal.start.utc += 7200;
	o->proposal.end = o->part[0].end;
	o->proposal.end.wall.hour = 12;
	o->proposal.end.utc += 7200;
	o->proposal.summary = "";
	o->proposal.location = "Room 2";
	o->proposal.comment = "";
	o->dispatch.proposal = &o->proposal;
	o->dispatch.comment = "After lunch?";
	return o;
}

static struct outing *
refresh(TALLOC_CTX *ctx)
{
	return outing_invited(ctx, "REFRESH");
}

static struct outing *
task_progress(TALLOC_CTX *ctx)
{
	return outing_task(ctx, "REPLY", "IN-PROCESS");
}

static struct outing *
task_completed(TALLOC_CTX *ctx)
{
	struct outing *o = outing_task(ctx, "REPLY", "COMPLETED");

	o->person[0][0].percent = 100;
	o->part[0].completed = OUTING_NOW - 60;
	return o;
}

static struct outing *
busy_reply(TALLOC_CTX *ctx)
{
	return outing_busy(ctx, "REPLY");
}

static struct outing *
busy_request(TALLOC_CTX *ctx)
{
	struct outing *o = outing_busy(ctx, "REQUEST");

	o->holding.role = ROLE_ORGANIZER;
	o->holding.organizer = ANNA;
	o->dispatch.from = o->dispatch.to = 0;
	return o;
}

static struct outing *
busy_publish(TALLOC_CTX *ctx)
{
	struct outing *o = outing_busy(ctx, "PUBLISH");

	o->holding.role = ROLE_ORGANIZER;
	o->holding.organizer = ANNA;
	return o;
}

/* The samples, and what their first component must have. */
static const struct {
	const char *name;
	struct outing *(*make)(TALLOC_CTX *ctx);
	const char *properties;
	int letters;
	int components;
} cases[] = {
    {"request", request,
	"UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE ATTENDEE "
	"DTSTART",
	1, 2},
    {"request-date", request_date,
	"UID RECURRENCE-ID SEQUENCE DTSTAMP "
	"ORGANIZER ATTENDEE ATTENDEE DTSTART",
	1, 2},
    {"request-agent", request_agent,
	"UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE "
	"ATTENDEE DTSTART COMMENT",
	1, 2},
    {"add", add_date,
	"UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE ATTENDEE DTSTART", 1, 1},
    {"cancel", cancel, "UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE DTSTART STATUS",
	1, 1},
    {"cancel-date", cancel_date,
	"UID RECURRENCE-ID SEQUENCE DTSTAMP ORGANIZER "
	"ATTENDEE STATUS",
	1, 1},
    {"uninvite", uninvite, "UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE DTSTART", 1,
	1},
    {"decline-counter", decline_counter,
	"UID RECURRENCE-ID SEQUENCE DTSTAMP "
	"ORGANIZER ATTENDEE COMMENT",
	1, 1},
    {"publish", publish, "UID SEQUENCE DTSTAMP ORGANIZER DTSTART SUMMARY", 1,
	2},
    {"reply", reply,
	"UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE DTSTART DTEND "
	"SUMMARY REQUEST-STATUS",
	1, 1},
    {"reply-dates", reply_dates,
	"UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE "
	"DTSTART DTEND SUMMARY",
	2, 1},
    {"delegate", delegate,
	"UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE ATTENDEE "
	"DTSTART DTEND SUMMARY",
	1, 1},
    {"counter", counter,
	"UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE "
	"X-MS-OLK-ORIGINALSTART X-MS-OLK-ORIGINALEND DTSTART "
	"DTEND SUMMARY LOCATION COMMENT",
	1, 1},
    {"refresh", refresh, "UID DTSTAMP ORGANIZER ATTENDEE", 1, 1},
    {"task-progress", task_progress,
	"UID SEQUENCE DTSTAMP ORGANIZER ATTENDEE "
	"DUE SUMMARY PERCENT-COMPLETE",
	1, 1},
    {"task-completed", task_completed,
	"UID SEQUENCE DTSTAMP ORGANIZER "
	"ATTENDEE DUE SUMMARY PERCENT-COMPLETE "
	"COMPLETED",
	1, 1},
    {"busy-reply", busy_reply,
	"UID DTSTAMP ORGANIZER ATTENDEE DTSTART DTEND "
	"FREEBUSY FREEBUSY FREEBUSY FREEBUSY FREEBUSY",
	1, 1},
    {"busy-request", busy_request,
	"UID DTSTAMP ORGANIZER ATTENDEE DTSTART "
	"DTEND",
	1, 1},
    {"busy-publish", busy_publish,
	"UID DTSTAMP ORGANIZER DTSTART DTEND "
	"FREEBUSY FREEBUSY FREEBUSY FREEBUSY "
	"FREEBUSY",
	1, 1},
};
#define NCASES (sizeof(cases) / sizeof(cases[0]))

#endif
