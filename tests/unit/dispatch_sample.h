/*
 * dispatch_sample.h - holdings made by hand, and what is sent about them
 */
#ifndef TESTS_UNIT_DISPATCH_SAMPLE_H
#define TESTS_UNIT_DISPATCH_SAMPLE_H

#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/dispatch.h"

#define OUTING_NOW INT64_C(1793534400) /* 2026-11-01T12:00:00Z */
#define ANNA       "anna@example.com"
#define BEN        "ben@example.net"
#define CARA       "cara@example.org"

/* Everything that a dispatch is made of, in one place. */
struct outing {
	struct calendar calendar;
	struct holding holding;
	struct part part[3];
	struct participant person[3][3];
	struct timezone timezone[1];
	struct when date[4];
	struct proposal proposal;
	struct freebusy freebusy[8];
	struct mail mail;
	struct dispatch dispatch;
	struct letterhead head;
};

/* A wall clock in Berlin, or a day if the hour is negative. */
static inline struct when
outing_when(int month, int day, int hour)
{
	struct when w = {.kind = WHEN_ZONED,
	    .wall = {.year = 2026, .month = month, .day = day},
	    .zone = "Europe/Berlin"};

	if (hour < 0) {
		w.kind = WHEN_DATE;
		w.zone = "";
		return w;
	}
	w.wall.hour = hour;
	w.utc = zone_to_utc(zone_find("Europe/Berlin"), &w.wall);
	return w;
}

/* An instant. */
static inline struct when
outing_utc(int month, int day, int hour)
{
	struct when w = {.kind = WHEN_UTC,
	    .wall = {.year = 2026, .month = month, .day = day, .hour = hour},
	    .zone = ""};

	w.utc = civil_seconds(&w.wall);
	return w;
}

/* A participant with the usual values. */
static inline void
outing_person(struct outing *o, size_t part, const char *address,
    const char *name, const char *partstat)
{
	struct participant *p = &o->person[part][o->part[part].nparticipant++];

	p->address = address;
	p->name = name;
	p->partstat = partstat;
	p->role = "REQ-PARTICIPANT";
	p->cutype = "INDIVIDUAL";
	p->rsvp = "TRUE";
	p->delegated_to = p->delegated_from = p->sent_by = "";
	p->request_status = p->comment = "";
	p->percent = p->sequence = -1;
}

/* A part with its text. */
static inline struct part *
outing_part(struct outing *o, const char *summary, const char *text)
{
	size_t i = o->holding.npart++;
	struct part *p = &o->part[i];

	p->state = PART_LIVE;
	p->recurrence_id.zone = p->start.zone = p->end.zone = "";
	p->range = p->status = p->location = "";
	p->summary = summary;
	p->text = text;
	p->percent = -1;
	p->participant = o->person[i];
	return p;
}

/* What every outing has. */
static inline struct outing *
outing_new(TALLOC_CTX *ctx, const char *method, const char *recipient)
{
	struct outing *o = mem_new(ctx, struct outing);

	o->calendar.address = ANNA;
	o->calendar.name = "Anna Ähre";
	o->calendar.zone_name = "Europe/Berlin";
	o->calendar.zone = zone_find("Europe/Berlin");
	o->calendar.language = "";
	o->holding.kind = "VEVENT";
	o->holding.uid = "meet-1@example.com";
	o->holding.organizer = ANNA;
	o->holding.organizer_sent_by = "";
	o->holding.role = ROLE_ORGANIZER;
	o->holding.part = o->part;
	o->holding.timezone = o->timezone;
	o->mail.message_id = "<m1@mail.example.net>";
	o->mail.references = o->mail.language = "";
	o->dispatch.method = method;
	o->dispatch.calendar = &o->calendar;
	o->dispatch.agent = "";
	o->dispatch.recipient = recipient;
	o->dispatch.holding = &o->holding;
	o->dispatch.date = o->date;
	o->dispatch.comment = o->dispatch.language = "";
	o->dispatch.freebusy = o->freebusy;
	o->head.sender = "bounce@example.com";
	o->head.unique = "1793534400.1.host out";
	o->head.host = "cal.example.com";
	o->head.now = OUTING_NOW;
	return o;
}

#define OUTING_ZONE "W. Europe Standard Time"
#define OUTING_TEXT(more)                                                      \
	"BEGIN:VEVENT\n"                                                       \
	"UID:meet-1@example.com\n"                                             \
	"DTSTAMP:20261001T120000Z\n"                                           \
	"SUMMARY;LANGUAGE=de:Planung, Frühling\\; Teil 1\n"                   \
	"DESCRIPTION:Zeile 1\\nZeile 2\n"                                      \
	"LOCATION:Haus 1\n"                                                    \
	"CATEGORIES:a\\,b,c;d\n"                                               \
	"PRIORITY:5\n"                                                         \
	"TRANSP:OPAQUE\n"                                                      \
	"X-SECRET:1\n"                                                         \
	"ATTACH:http://example.com/x\n"                                        \
	"ORGANIZER;CN=\"Anna Ä\":mailto:anna@example.com\n"                   \
	"ATTENDEE;CN=Ben;X-NUM-GUESTS=0:MAILTO:Ben@Example.net\n"              \
	"ATTENDEE:mailto:cara@example.org\n" more "BEGIN:VALARM\n"             \
	"TRIGGER:-PT5M\n"                                                      \
	"SUMMARY:not this\n"                                                   \
	"END:VALARM\n"                                                         \
	"END:VEVENT"

/* A weekly meeting of Anna with Ben and Cara: one date moved, one off. */
static inline struct outing *
outing_series(TALLOC_CTX *ctx, const char *method, const char *recipient)
{
	struct outing *o = outing_new(ctx, method, recipient);
	struct part *p = outing_part(o, "Planung, Frühling; Teil 1",
	    OUTING_TEXT("DTSTART;TZID=" OUTING_ZONE ":20261201T090000\n"
			"DTEND;TZID=" OUTING_ZONE ":20261201T100000\n"
			"RRULE:FREQ=WEEKLY;COUNT=10\n"
			"EXDATE;TZID=" OUTING_ZONE
			":20261222T090000,20261229T090000\n"));

	p->sequence = 3;
	p->location = "Haus 1";
	p->start = outing_when(12, 1, 9);
	p->end = outing_when(12, 1, 10);
	p->recurs = 1;
	p->status = "CONFIRMED";
	outing_person(o, 0, "Ben@example.net", "Ben \"B\" Bär", "ACCEPTED");
	outing_person(o, 0, CARA, "", "NEEDS-ACTION");
	p = outing_part(o, "Planung, später",
	    OUTING_TEXT("RECURRENCE-ID;TZID=" OUTING_ZONE ":20261208T090000\n"
			"DTSTART;TZID=" OUTING_ZONE ":20261208T140000\n"
			"DURATION:PT1H\n"));
	p->sequence = 4;
	p->recurrence_id = outing_when(12, 8, 9);
	p->start = outing_when(12, 8, 14);
	p->end = outing_when(12, 8, 15);
	outing_person(o, 1, "Ben@example.net", "Ben", "DECLINED");
	outing_person(o, 1, CARA, "", "NEEDS-ACTION");
	p = outing_part(o, "", "");
	p->state = PART_CANCELLED;
	p->sequence = 5;
	p->recurrence_id = outing_when(12, 15, 9);
	o->timezone[0].tzid = OUTING_ZONE;
	o->timezone[0].zone = "Europe/Berlin";
	o->timezone[0].text = "";
	o->holding.ntimezone = 1;
	return o;
}

/* The same series, but Ben invites and Anna is invited. */
static inline struct outing *
outing_invited(TALLOC_CTX *ctx, const char *method)
{
	struct outing *o = outing_series(ctx, method, BEN);
	static const char master[] =
	    "BEGIN:VEVENT\n"
	    "UID:meet-1@example.com\n"
	    "SUMMARY:Jour fixe\n"
	    "DTSTART;TZID=America/New_York:20261201T090000\n"
	    "DTEND;TZID=America/New_York:20261201T100000\n"
	    "RRULE:FREQ=WEEKLY\n"
	    "ORGANIZER;CN=Ben;X-A=b:MAILTO:Ben@Example.net\n"
	    "ATTENDEE;CN=Anna;RSVP=TRUE:mailto:Anna@example.com\n"
	    "ATTENDEE:mailto:cara@example.org\n"
	    "END:VEVENT";
	struct part *p = &o->part[0];

	o->holding.role = ROLE_ATTENDEE;
	o->holding.organizer = "Ben@example.net";
	o->holding.npart = 1;
	o->holding.ntimezone = 0;
	p->nparticipant = 0;
	p->summary = "Jour fixe";
	p->location = "";
	p->text = master;
	p->start = outing_when(12, 1, 15);
	p->start.zone = "America/New_York";
	p->start.wall.hour = 9;
	p->end = p->start;
	p->end.wall.hour++;
	p->end.utc += 3600;
	outing_person(o, 0, ANNA, "Anna", "ACCEPTED");
	outing_person(o, 0, CARA, "", "NEEDS-ACTION");
	o->dispatch.mail = &o->mail;
	return o;
}

/* A task that Ben gave to Anna. */
static inline struct outing *
outing_task(TALLOC_CTX *ctx, const char *method, const char *partstat)
{
	struct outing *o = outing_new(ctx, method, BEN);
	struct part *p = outing_part(o, "Write it",
	    "BEGIN:VTODO\n"
	    "UID:meet-1@example.com\n"
	    "SUMMARY:Write it\n"
	    "DUE;VALUE=DATE:20261224\n"
	    "PERCENT-COMPLETE:10\n"
	    "ORGANIZER:mailto:ben@example.net\n"
	    "ATTENDEE:mailto:anna@example.com\n"
	    "END:VTODO");

	o->holding.kind = "VTODO";
	o->holding.role = ROLE_ATTENDEE;
	o->holding.organizer = BEN;
	p->end = outing_when(12, 24, -1);
	p->percent = 10;
	outing_person(o, 0, ANNA, "", partstat);
	o->person[0][0].percent = 40;
	return o;
}

/* Ben asks when Anna is busy. */
static inline struct outing *
outing_busy(TALLOC_CTX *ctx, const char *method)
{
	static const struct freebusy busy[] = {{1796112000, 1796115600, "BUSY"},
	    {1796115600, 1796119200, "BUSY"},
	    {1796108400, 1796113800, "BUSY-TENTATIVE"},
	    {1796110200, 1796110200, "BUSY"},
	    {1796205600, 1796209200, "BUSY-UNAVAILABLE"},
	    {1796198400, 1796212800, "X-OTHER"},
	    {1796300000, 1796310000, "FREE"}, {1700000000, 1700003600, "BUSY"}};
	struct outing *o = outing_new(ctx, method, BEN);
	struct part *p = outing_part(o, "",
	    "BEGIN:VFREEBUSY\n"
	    "UID:meet-1@example.com\n"
	    "DTSTART:20261201T000000Z\n"
	    "DTEND:20261208T000000Z\n"
	    "ORGANIZER;CN=Ben:mailto:ben@example.net\n"
	    "ATTENDEE:mailto:Anna@example.com\n"
	    "END:VFREEBUSY");

	o->holding.kind = "VFREEBUSY";
	o->holding.role = ROLE_ATTENDEE;
	o->holding.organizer = BEN;
	p->start = outing_utc(12, 1, 0);
	p->end = outing_utc(12, 8, 0);
	memcpy(o->freebusy, busy, sizeof(busy));
	o->dispatch.nfreebusy = sizeof(busy) / sizeof(busy[0]);
	o->dispatch.from = p->start.utc;
	o->dispatch.to = p->end.utc;
	return o;
}

#endif
