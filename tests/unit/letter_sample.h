/*
 * letter_sample.h - requests as Outlook, Google, Apple and Thunderbird send
 * them, and decisions about them, made by hand for the tests of lib/write
 */
#ifndef TESTS_UNIT_LETTER_SAMPLE_H
#define TESTS_UNIT_LETTER_SAMPLE_H

#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/decision.h"
#include "lib/facts/limits.h"
#include "lib/write/letter.h"

#define SAMPLE_NOW  INT64_C(1793534400) /* 2026-11-01T12:00:00Z */
#define SAMPLE_MANY 40

/* Everything that a letter is made of, in one place. */
struct sample {
	struct calendar calendar;
	struct mail mail;
	struct object object;
	struct component component[2];
	struct person attendee[2];
	const char *line[2][16];
	struct timezone timezone[2];
	struct instance instance[SAMPLE_MANY];
	struct span clash[SAMPLE_MANY];
	struct record record[1];
	struct decision decision;
	struct letterhead head;
};

/* A wall clock in a zone (NULL: UTC), or a day if the hour is negative. */
static inline struct when
sample_when(const char *zone, int month, int day, int hour, int minute)
{
	struct when w = {.kind = zone == NULL ? WHEN_UTC : WHEN_ZONED,
	    .wall = {.year = 2026, .month = month, .day = day},
	    .zone = zone == NULL ? "" : zone};

	if (hour < 0) {
		w.kind = WHEN_DATE;
		w.zone = "";
		w.utc = zone_to_utc(zone_find("Europe/Berlin"), &w.wall);
		return w;
	}
	w.wall.hour = hour;
	w.wall.minute = minute;
	w.utc = zone == NULL ? civil_seconds(&w.wall)
	                     : zone_to_utc(zone_find(zone), &w.wall);
	return w;
}

/* Add a property line to a component. */
static inline void
sample_line(struct sample *s, size_t c, const char *line)
{
	s->line[c][s->component[c].nline++] = line;
}

/* A component with its attendee line; times come after it. */
static inline struct component *
sample_component(struct sample *s, const char *uid, const char *organizer,
    const char *attendee, const char *summary)
{
	size_t i = s->object.ncomponent++;
	struct component *c = &s->component[i];
	struct person *p = &s->attendee[i];

	c->kind = "VEVENT";
	c->range = c->status = c->location = c->rule = c->text = "";
	c->transp = "OPAQUE";
	c->class = "PUBLIC";
	c->summary = strchr(summary, ':') + 1;
	c->organizer.address = "alice@example.org";
	c->organizer.line = organizer;
	c->line = s->line[i];
	c->attendee = p;
	c->nattendee = 1;
	p->address = "room1@example.com";
	p->name = "Room 1";
	p->line = attendee;
	p->partstat = p->role = p->cutype = p->rsvp = p->sent_by = "";
	sample_line(s, i, uid);
	sample_line(s, i, organizer);
	sample_line(s, i, summary);
	return c;
}

/* The times of a component, as facts and as lines. */
static inline void
sample_times(struct sample *s, size_t c, struct when start, struct when end,
    const char *start_line, const char *end_line)
{
	s->component[c].start = start;
	s->component[c].end = end;
	sample_line(s, c, start_line);
	sample_line(s, c, end_line);
}

/* Move a time by whole days, its wall clock too. */
static inline void
sample_later(struct when *when, int64_t seconds)
{
	when->wall = civil_from_seconds(civil_seconds(&when->wall) + seconds);
	when->utc += seconds;
}

/* Instances of component 0, a week apart, the first at its start. */
static inline void
sample_weekly(struct sample *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct instance *it = &s->instance[i];
		int64_t later = (int64_t)i * 7 * SECONDS_PER_DAY;

		it->start = s->component[0].start;
		it->end = s->component[0].end;
		sample_later(&it->start, later);
		sample_later(&it->end, later);
		it->recurrence_id = it->start;
	}
	s->component[0].recurs = n > 1;
	s->object.ninstance = n;
}

/* What every sample has; the request is filled in afterwards. */
static inline struct sample *
sample_new(TALLOC_CTX *ctx)
{
	struct sample *s = mem_new(ctx, struct sample);

	s->calendar.address = "room1@example.com";
	s->calendar.name = "Room 1";
	s->calendar.zone_name = "Europe/Berlin";
	s->calendar.zone = zone_find("Europe/Berlin");
	s->mail.message_id = "<request-1@mail.example.org>";
	s->mail.references = "";
	s->mail.from = "alice@example.org";
	s->object.method = "REQUEST";
	s->object.product = s->object.digest = "";
	s->object.uid = "uid-1";
	s->object.component = s->component;
	s->object.timezone = s->timezone;
	s->object.instance = s->instance;
	s->object.complete = 1;
	s->object.covered = INT64_MAX;
	s->object.covered = INT64_MAX;
	s->decision.calendar = &s->calendar;
	s->decision.recipient = "room1@example.com";
	s->decision.object = &s->object;
	s->decision.component = s->component;
	s->decision.attendee = s->attendee;
	s->decision.reason = s->decision.quiet = "";
	s->decision.answer = 1;
	s->decision.until = INT64_MAX;
	s->decision.clash = s->clash;
	s->decision.change.put = s->record;
	s->decision.change.drop_from = INT64_MAX;
	s->head.sender = "calendar@example.com";
	s->head.unique = "1793534400.1.host room1@example.com uid-1";
	s->head.host = "cal.example.com";
	s->head.now = SAMPLE_NOW;
	return s;
}

/* Decide: booked. */
static inline struct sample *
sample_accept(struct sample *s)
{
	s->decision.verdict = VERDICT_ACCEPT;
	s->decision.code = "free";
	s->decision.partstat = "ACCEPTED";
	s->decision.status = "2.0;Success";
	return s;
}

/* Decide: refused. */
static inline struct sample *
sample_decline(struct sample *s, const char *code, const char *status)
{
	s->decision.verdict = VERDICT_DECLINE;
	s->decision.code = code;
	s->decision.partstat = "DECLINED";
	s->decision.status = status;
	return s;
}

/* The instances from..to of the sample are taken. */
static inline struct sample *
sample_clash(struct sample *s, size_t from, size_t to)
{
	size_t i, n = 0;

	for (i = from; i <= to; i++) {
		s->clash[n].start = s->instance[i].start.utc;
		s->clash[n++].end = s->instance[i].end.utc;
	}
	s->decision.nclash = n;
	return sample_decline(
	    s, "clash", "4.1;Event conflict. Date/time is busy");
}

#define OUTLOOK_ZONE      "W. Europe Standard Time"
#define OUTLOOK_ORGANIZER "ORGANIZER;CN=Alice Example:mailto:alice@example.org"
#define OUTLOOK_ATTENDEE                                                       \
	"ATTENDEE;ROLE=NON-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"                 \
	"CUTYPE=RESOURCE;RSVP=TRUE;CN=Room 1:mailto:Room1@Example.com"

/* Outlook: Windows zone, LANGUAGE, long hexadecimal UID, empty LOCATION. */
static inline struct sample *
sample_outlook(TALLOC_CTX *ctx)
{
	struct sample *s = sample_new(ctx);
	struct component *c = sample_component(s,
	    "UID:040000008200E00074C5B7101A82E0080000000060B608D090DDD701"
	    "0000000000000000100000004BE0CFFA54BCF64E956E34143362C3C0",
	    OUTLOOK_ORGANIZER, OUTLOOK_ATTENDEE,
	    "SUMMARY;LANGUAGE=de-DE:Planning\\, spring");

	c->summary = "Planning, spring";
	c->sequence = 3;
	sample_times(s, 0, sample_when("Europe/Berlin", 12, 1, 9, 0),
	    sample_when("Europe/Berlin", 12, 1, 10, 0),
	    "DTSTART;TZID=" OUTLOOK_ZONE ":20261201T090000",
	    "DTEND;TZID=" OUTLOOK_ZONE ":20261201T100000");
	sample_line(s, 0, "CLASS:PUBLIC");
	sample_line(s, 0, "PRIORITY:5");
	sample_line(s, 0, "LOCATION;LANGUAGE=de-DE:");
	sample_line(s, 0, "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE");
	s->timezone[0].tzid = OUTLOOK_ZONE;
	s->timezone[0].zone = "Europe/Berlin";
	s->timezone[0].text = "";
	s->object.ntimezone = 1;
	sample_weekly(s, 1);
	return s;
}

/* Outlook asks for one date of a series to be moved. */
static inline struct sample *
sample_outlook_override(TALLOC_CTX *ctx)
{
	struct sample *s = sample_outlook(ctx);

	s->component[0].recurrence_id =
	    sample_when("Europe/Berlin", 12, 1, 8, 0);
	sample_line(
	    s, 0, "RECURRENCE-ID;TZID=" OUTLOOK_ZONE ":20261201T080000");
	return s;
}

/* Google: everything in UTC, X-NUM-GUESTS, SEQUENCE 0. */
static inline struct sample *
sample_google(TALLOC_CTX *ctx)
{
	struct sample *s = sample_new(ctx);
	struct component *c = sample_component(s,
	    "UID:ah86k5m342bmcrbe9khkkhln00@google.com",
	    "ORGANIZER;CN=Alice Example:mailto:alice@example.org",
	    "ATTENDEE;CUTYPE=ROOM;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
	    "RSVP=TRUE;CN=\"Room 1, first floor\";X-NUM-GUESTS=0:"
	    "mailto:room1@example.com",
	    "SUMMARY:Stand-up");

	c->location = "Room 1";
	sample_times(s, 0, sample_when(NULL, 12, 2, 13, 0),
	    sample_when(NULL, 12, 2, 14, 0), "DTSTART:20261202T130000Z",
	    "DTEND:20261202T140000Z");
	sample_line(s, 0, "LOCATION:Room 1");
	sample_weekly(s, 1);
	return s;
}

/* Google: two dates of a series, no master, RECURRENCE-ID in UTC. */
static inline struct sample *
sample_google_overrides(TALLOC_CTX *ctx)
{
	struct sample *s = sample_google(ctx);
	struct component *c =
	    sample_component(s, "UID:ah86k5m342bmcrbe9khkkhln00@google.com",
		"ORGANIZER;CN=Alice Example:mailto:alice@example.org",
		s->attendee[0].line, "SUMMARY:Stand-up\\, moved");

	c->summary = "Stand-up, moved";
	sample_times(s, 1, sample_when(NULL, 12, 9, 15, 0),
	    sample_when(NULL, 12, 9, 16, 0), "DTSTART:20261209T150000Z",
	    "DTEND:20261209T160000Z");
	s->component[0].recurrence_id = sample_when(NULL, 12, 2, 12, 0);
	sample_line(s, 0, "RECURRENCE-ID:20261202T120000Z");
	c->recurrence_id = sample_when(NULL, 12, 9, 12, 0);
	sample_line(s, 1, "RECURRENCE-ID:20261209T120000Z");
	s->instance[1].start = c->start;
	s->instance[1].end = c->end;
	s->instance[1].recurrence_id = c->recurrence_id;
	s->instance[1].component = 1;
	s->object.ninstance = 2;
	return s;
}

/* Apple: EMAIL parameter beside a URI that is no mailto:, text in UTF-8. */
static inline struct sample *
sample_apple(TALLOC_CTX *ctx)
{
	struct sample *s = sample_new(ctx);
	struct component *c = sample_component(s,
	    "UID:2B0A3F4E-8D1C-4C0B-9E57-6C1D0B3E7A11",
	    "ORGANIZER;CN=\"Émile Ångström\";EMAIL=\"alice@example.org\":"
	    "urn:uuid:8e04787a-336e-4ecb-8b4e-2a1c5e4a4a33",
	    "ATTENDEE;CN=\"Zimmer „Größe“\";CUTYPE=ROOM;EMAIL="
	    "\"room1@example.com\";PARTSTAT=NEEDS-ACTION;ROLE="
	    "REQ-PARTICIPANT:urn:uuid:1c8a1d4e-6f0a-4d6e-9d8e-0a4b5c6d7e8f",
	    "SUMMARY:Überprüfung der Größenordnung 検討会議 🗓️ "
	    "mit sehr langem Titel für die Faltung");

	s->calendar.name = "Zimmer „Größe“";
	c->location = "Straße 1";
	sample_times(s, 0, sample_when("America/New_York", 12, 3, 17, 0),
	    sample_when("America/New_York", 12, 3, 19, 30),
	    "DTSTART;TZID=America/New_York:20261203T170000",
	    "DTEND;TZID=America/New_York:20261203T193000");
	sample_line(s, 0, "LOCATION:Straße 1");
	s->timezone[0].tzid = s->timezone[0].zone = "America/New_York";
	s->timezone[0].text = "";
	s->object.ntimezone = 1;
	sample_weekly(s, 1);
	return s;
}

/* Thunderbird: whole days. */
static inline struct sample *
sample_thunderbird(TALLOC_CTX *ctx)
{
	struct sample *s = sample_new(ctx);

	(void)sample_component(s, "UID:5e0a7b0c-1d2e-4f30-8a4b-5c6d7e8f9a0b",
	    "ORGANIZER;RSVP=TRUE;CN=Alice;PARTSTAT=ACCEPTED;"
	    "ROLE=CHAIR:mailto:alice@example.org",
	    "ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;"
	    "CUTYPE=ROOM:mailto:room1@example.com",
	    "SUMMARY:Fair");
	sample_times(s, 0, sample_when(NULL, 12, 7, -1, 0),
	    sample_when(NULL, 12, 10, -1, 0), "DTSTART;VALUE=DATE:20261207",
	    "DTEND;VALUE=DATE:20261210");
	sample_weekly(s, 1);
	return s;
}

/* A zone that only its sender knows. */
static inline struct sample *
sample_own_zone(TALLOC_CTX *ctx)
{
	struct sample *s = sample_outlook(ctx);

	s->line[0][3] = "DTSTART;TZID=\"Customized Time Zone, 1\":"
			"20261201T090000";
	s->line[0][4] = "DTEND;TZID=\"Customized Time Zone, 1\":"
			"20261201T100000";
	s->timezone[0].tzid = "Customized Time Zone, 1";
	s->timezone[0].zone = "";
	s->timezone[0].text = "BEGIN:VTIMEZONE\n"
			      "TZID:Customized Time Zone\\, 1\n"
			      "X-LIC-LOCATION:Nowhere\n"
			      "BEGIN:STANDARD\n"
			      "DTSTART:16010101T000000\n"
			      "TZOFFSETFROM:+0100\n"
			      "TZOFFSETTO:+0100\n"
			      "END:STANDARD\n"
			      "END:VTIMEZONE";
	return s;
}

#endif
