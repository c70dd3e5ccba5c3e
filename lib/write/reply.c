/*
 * reply.c - the VCALENDAR of an answer: METHOD:REPLY, one ATTENDEE
 *
 * UID, RECURRENCE-ID and ORGANIZER are copied as they came; what else is
 * copied is what Outlook shows beside an answer.  RRULE, which RFC 5546 section
 * 3.2.3 leaves open, is not: without RECURRENCE-ID the answer is to the whole
 * series anyway, the organizer knows the rule, and nobody has to expand it.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/part.h"
#include "lib/write/property.h"
#include "lib/write/sheet.h"

/* An answer that is being written. */
struct reply {
	const struct decision *decision;
	const char *language; /* of the comments, a tag */
	int64_t now;
	struct sheet sheet;
};

/* Is it one of the addresses of the calendar? */
static int
is_ours(const struct decision *decision, const char *address)
{
	const struct calendar *calendar = decision->calendar;
	const char *const *alias = (const char *const *)calendar->alias;

	if (address[0] == '\0')
		return 0;
	if (decision->attendee != NULL &&
	    strcasecmp(decision->attendee->address, address) == 0)
		return 1;
	if (strcasecmp(calendar->address, address) == 0)
		return 1;
	for (; alias != NULL && *alias != NULL; alias++)
		if (strcasecmp(*alias, address) == 0)
			return 1;
	return 0;
}

const struct person *
reply_attendee(
    const struct decision *decision, const struct component *component)
{
	size_t i;

	if (component == decision->component && decision->attendee != NULL)
		return decision->attendee;
	for (i = 0; i < component->nattendee; i++)
		if (is_ours(decision, component->attendee[i].address))
			return &component->attendee[i];
	return NULL;
}

int
reply_is_answered(const struct decision *decision, const struct component *c)
{
	if (c == decision->component)
		return 1;
	if (decision->stale != NULL &&
	    decision->stale[c - decision->object->component])
		return 0;
	/* An answer to the series speaks for every date of it. */
	if (decision->component->recurrence_id.kind == WHEN_NONE)
		return 0;
	return c->recurrence_id.kind != WHEN_NONE &&
	       strcmp(c->status, "CANCELLED") != 0 &&
	       reply_attendee(decision, c) != NULL;
}

/* A parameter of our ATTENDEE that stays as it was. */
static void
keep_parameter(char **line, const char *from, const char *name)
{
	char *raw = property_parameter(*line, from, name);

	if (raw != NULL && raw[0] != '\0')
		mem_add(line, ";%s=%s", name, property_quote(*line, raw));
}

/* Our ATTENDEE: its address and name as received, its answer ours. */
static void
write_attendee(
    struct reply *r, const struct person *person, const char *partstat)
{
	int copied = person != NULL && property_is_sound(person->line);
	const char *from = copied ? person->line : "";
	const char *address = r->decision->calendar->address;
	const char *value = property_value(from);
	char *line = mem_text(r->sheet.out, "ATTENDEE");
	char *name = property_parameter(line, from, "CN");

	/* Quoted even where it need not be, as Thunderbird likes it. */
	if (name != NULL && name[0] != '\0')
		mem_add(&line, ";CN=\"%s\"", name);
	keep_parameter(&line, from, "CUTYPE");
	keep_parameter(&line, from, "ROLE");
	/* Where the value is no mailto:, this is how we were found. */
	if (strncasecmp(value, "mailto:", 7) != 0)
		keep_parameter(&line, from, "EMAIL");
	if (person != NULL && person->address[0] != '\0')
		address = person->address;
	if (!copied)
		value = ical_mailto(line, address);
	mem_add(&line, ";PARTSTAT=%s:%s", partstat, value);
	ical_line(&r->sheet.out, line);
}

/* ORGANIZER as it came. */
static void
write_organizer(struct reply *r, const struct person *organizer)
{
	if (property_is(organizer->line, "ORGANIZER") &&
	    property_is_sound(organizer->line))
		ical_line(&r->sheet.out, organizer->line);
	else
		ical_line(&r->sheet.out,
		    mem_print(r->sheet.out, "ORGANIZER:%s",
			ical_mailto(r->sheet.out, organizer->address)));
}

/* A RECURRENCE-ID as it came, but for the letters of its RANGE. */
static char *
instance_line(TALLOC_CTX *ctx, const char *received)
{
	static const char range[] = ";RANGE=THISANDFUTURE";
	size_t n = sizeof(range) - 1;
	char *line = mem_text(ctx, received), *p;

	for (p = line; *p != '\0' && *p != ':'; p++)
		if (strncasecmp(p, range, n) == 0 &&
		    (p[n] == ':' || p[n] == ';'))
			memcpy(p, range, n);
	return line;
}

/* UID and RECURRENCE-ID, which the organizer compares byte by byte. */
static void
write_identity(struct reply *r, const struct answer *answer)
{
	const struct component *c = answer->component;
	const char *uid = property_line(c, "UID");
	const char *recurrence_id = property_line(c, "RECURRENCE-ID");

	if (uid != NULL && property_is_sound(uid))
		sheet_line(&r->sheet, "%s", uid);
	else
		sheet_line(&r->sheet, "UID:%s", r->decision->object->uid);
	if (answer->date != NULL)
		sheet_like(&r->sheet, "RECURRENCE-ID",
		    property_line(c, "DTSTART"), &answer->date->recurrence_id);
	else if (recurrence_id != NULL && sheet_is_time(recurrence_id))
		sheet_line(&r->sheet, "%s",
		    instance_line(r->sheet.out, recurrence_id));
	else if (c->recurrence_id.kind != WHEN_NONE)
		sheet_when(&r->sheet, "RECURRENCE-ID", &c->recurrence_id);
}

/* When it is: as the component says, or that date of the series. */
static void
write_times(struct reply *r, const struct answer *answer)
{
	const struct component *c = answer->component;
	const char *start = property_line(c, "DTSTART");

	if (answer->date == NULL) {
		sheet_times(&r->sheet, c);
		return;
	}
	sheet_like(&r->sheet, "DTSTART", start, &answer->date->start);
	sheet_like(&r->sheet, "DTEND", start, &answer->date->end);
}

/* The VEVENT with one answer. */
static void
write_answer(struct reply *r, const struct answer *answer)
{
	const struct component *c = answer->component;
	const char *class = property_line(c, "CLASS");
	struct sheet *sheet = &r->sheet;
	char stamp[32], *comment;

	sheet_line(sheet, "BEGIN:VEVENT");
	write_identity(r, answer);
	sheet_line(sheet, "SEQUENCE:%lld", (long long)c->sequence);
	sheet_line(
	    sheet, "DTSTAMP:%s", utc_basic(stamp, sizeof(stamp), r->now));
	write_organizer(r, &c->organizer);
	write_attendee(r, reply_attendee(r->decision, c), answer->partstat);
	write_times(r, answer);
	sheet_text(sheet, "SUMMARY", property_line(c, "SUMMARY"));
	sheet_text(sheet, "LOCATION", property_line(c, "LOCATION"));
	if (class != NULL && property_is_word(property_value(class)))
		sheet_line(sheet, "CLASS:%s", property_value(class));
	comment = mem_print(sheet->out, "COMMENT;LANGUAGE=%s", r->language);
	ical_text(&sheet->out, comment, answer->sentence);
	if (answer->status[0] != '\0')
		sheet_line(sheet, "REQUEST-STATUS:%s", answer->status);
	sheet_line(sheet, "END:VEVENT");
}

/* What an answer uses before it is written: its dates, its zone names. */
static void
look_at(struct reply *r, const struct answer *answer)
{
	const struct component *c = answer->component;
	const char *line = property_line(
	    c, answer->date == NULL ? "RECURRENCE-ID" : "DTSTART");

	sheet_cover(&r->sheet, &c->start);
	sheet_cover(&r->sheet, &c->end);
	sheet_cover(&r->sheet, &c->recurrence_id);
	if (line != NULL && sheet_is_time(line))
		sheet_keep_zone(&r->sheet, line);
}

/* The dates of the series that are known. */
static void
look_at_instances(struct reply *r)
{
	const struct object *object = r->decision->object;
	size_t i;

	for (i = 0; i < object->ninstance; i++) {
		sheet_cover(&r->sheet, &object->instance[i].start);
		sheet_cover(&r->sheet, &object->instance[i].end);
	}
}

char *
reply_calendar(TALLOC_CTX *ctx, const struct decision *decision,
    const struct answer *answer, size_t n, const char *language, int64_t now)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	const struct object *object = decision->object;
	struct reply r = {
	    .decision = decision, .language = language, .now = now};
	char *out;
	size_t i;

	sheet_open(&r.sheet, tmp, object->timezone, object->ntimezone,
	    decision->calendar->zone);
	look_at_instances(&r);
	for (i = 0; i < n; i++)
		look_at(&r, &answer[i]);
	for (i = 0; i < n; i++)
		write_answer(&r, &answer[i]);
	out = sheet_close(ctx, &r.sheet, "REPLY", now);
	talloc_free(tmp);
	return out;
}
