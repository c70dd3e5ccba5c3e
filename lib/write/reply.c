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
#include "lib/write/tzuse.h"

#define COPY_MAX 4096 /* bytes of a text that comes back */

/* An answer that is being written. */
struct reply {
	const struct decision *decision;
	const char *sentence;
	int64_t now;
	struct tzuse *zones;
	char *out;    /* the components */
	int64_t from; /* what the VTIMEZONEs must cover */
	int64_t to;
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

/* Is the component part of this answer? */
static int
is_answered(const struct decision *decision, const struct component *c)
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

/* Past the digits before one of the units; p itself if there are none. */
static const char *
skip_amount(const char *p, const char *units)
{
	size_t n = strspn(p, "0123456789");

	if (n == 0 || p[n] == '\0' || strchr(units, p[n]) == NULL)
		return p;
	return p + n + 1;
}

/* Is it a DURATION of RFC 5545: weeks, or days and hours? */
static int
is_duration(const char *p)
{
	const char *start;

	if (*p++ != 'P')
		return 0;
	start = p;
	p = skip_amount(p, "W");
	if (p != start)
		return *p == '\0';
	p = skip_amount(p, "D");
	if (*p == '\0')
		return p != start;
	if (*p++ != 'T')
		return 0;
	start = p;
	p = skip_amount(skip_amount(skip_amount(p, "H"), "M"), "S");
	return p != start && *p == '\0';
}

/* A time that cannot be copied, from the facts: a date, or UTC. */
static void
write_when(struct reply *r, const char *name, const struct when *when)
{
	char buf[32], *line;

	if (when->kind == WHEN_DATE) {
		(void)civil_basic(buf, sizeof(buf), &when->wall);
		line = mem_print(r->out, "%s;VALUE=DATE:%.8s", name, buf);
	} else {
		(void)utc_basic(buf, sizeof(buf), when->utc);
		line = mem_print(r->out, "%s:%s", name, buf);
	}
	ical_line(&r->out, line);
	talloc_free(line);
}

/* Does the text look like the pattern, in which 9 stands for any digit? */
static int
is_like(const char *text, const char *pattern)
{
	for (; *pattern != '\0'; text++, pattern++)
		if (*pattern == '9' ? *text < '0' || *text > '9'
				    : *text != *pattern)
			return 0;
	return *text == '\0';
}

/* Is the value what its kind says, so that it can be copied? */
static int
is_copyable(const char *value, const struct when *when)
{
	/* What says that it is all day may still be written with hours. */
	if (when->kind == WHEN_DATE)
		return is_like(value, "99999999");
	return is_like(value, "99999999T999999") ||
	       is_like(value, "99999999T999999Z");
}

/* DTSTART or DTEND with the spelling of its zone that the answer uses. */
static void
write_time(struct reply *r, const char *name, const char *line,
    const struct when *when)
{
	const char *value = property_value(line), *used = NULL;
	char *tzid = property_parameter(r->out, line, "TZID");
	int zoned = when->kind == WHEN_ZONED ||
	            (when->kind == WHEN_FLOATING && tzid != NULL);
	char *copy;

	if (when->kind == WHEN_NONE)
		return;
	if (tzid != NULL && zoned && strchr(value, 'Z') == NULL)
		used = tzuse_name(r->zones, tzid);
	if (!is_copyable(value, when) || (zoned && used == NULL)) {
		write_when(r, name, when);
		return;
	}
	copy = mem_print(r->out, "%s%s%s%s:%s", name,
	    when->kind == WHEN_DATE ? ";VALUE=DATE" : "",
	    used == NULL ? "" : ";TZID=",
	    used == NULL ? "" : property_quote(r->out, used), value);
	ical_line(&r->out, copy);
	talloc_free(copy);
}

/* DTSTART, and DTEND or DURATION. */
static void
write_times(struct reply *r, const struct component *c)
{
	const char *start = property_line(c, "DTSTART");
	const char *end = property_line(c, "DTEND");
	const char *duration = property_line(c, "DURATION");

	if (start != NULL)
		write_time(r, "DTSTART", start, &c->start);
	if (end != NULL)
		write_time(r, "DTEND", end, &c->end);
	else if (duration != NULL && is_duration(property_value(duration)))
		ical_line(&r->out,
		    mem_print(r->out, "DURATION:%s", property_value(duration)));
	else if (duration != NULL && c->end.kind != WHEN_NONE)
		write_when(r, "DTEND", &c->end);
}

/* A text property, its escapes as they came; nothing if it is empty. */
static void
write_copy(struct reply *r, const struct component *c, const char *name)
{
	const char *line = property_line(c, name);
	char *language, *value;
	size_t n;

	if (line == NULL || property_value(line)[0] == '\0')
		return;
	language = property_parameter(r->out, line, "LANGUAGE");
	value = mem_text(r->out, property_value(line));
	n = ical_cut(value, COPY_MAX);
	if (value[n] != '\0')
		while (n > 0 && value[n - 1] == '\\')
			n--;
	value[n] = '\0';
	ical_line(&r->out,
	    mem_print(r->out, "%s%s%s:%s", name,
		language == NULL ? "" : ";LANGUAGE=",
		language == NULL ? "" : property_quote(r->out, language),
		value));
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
write_attendee(struct reply *r, const struct person *person)
{
	const char *from = person == NULL ? "" : person->line;
	const char *value = property_value(from);
	char *line = mem_text(r->out, "ATTENDEE");
	char *name = property_parameter(line, from, "CN");

	/* Quoted even where it need not be, as Thunderbird likes it. */
	if (name != NULL && name[0] != '\0')
		mem_add(&line, ";CN=\"%s\"", name);
	keep_parameter(&line, from, "CUTYPE");
	keep_parameter(&line, from, "ROLE");
	/* Where the value is no mailto:, this is how we were found. */
	if (strncasecmp(value, "mailto:", 7) != 0)
		keep_parameter(&line, from, "EMAIL");
	if (value[0] == '\0')
		value = ical_mailto(line, r->decision->calendar->address);
	mem_add(&line, ";PARTSTAT=%s:%s", r->decision->partstat, value);
	ical_line(&r->out, line);
}

/* ORGANIZER as it came. */
static void
write_organizer(struct reply *r, const struct person *organizer)
{
	if (property_is(organizer->line, "ORGANIZER"))
		ical_line(&r->out, organizer->line);
	else
		ical_line(
		    &r->out, mem_print(r->out, "ORGANIZER:%s",
				 ical_mailto(r->out, organizer->address)));
}

/* UID and RECURRENCE-ID, which the organizer compares byte by byte. */
static void
write_identity(struct reply *r, const struct component *c)
{
	const char *uid = property_line(c, "UID");
	const char *recurrence_id = property_line(c, "RECURRENCE-ID");

	if (uid == NULL)
		uid = mem_print(r->out, "UID:%s", r->decision->object->uid);
	ical_line(&r->out, uid);
	if (recurrence_id != NULL)
		ical_line(&r->out, recurrence_id);
	else if (c->recurrence_id.kind != WHEN_NONE)
		write_when(r, "RECURRENCE-ID", &c->recurrence_id);
}

/* The VEVENT that answers one component. */
static void
write_component(struct reply *r, const struct component *c)
{
	char stamp[32];

	ical_line(&r->out, "BEGIN:VEVENT");
	write_identity(r, c);
	mem_add(&r->out, "SEQUENCE:%lld\r\n", (long long)c->sequence);
	mem_add(
	    &r->out, "DTSTAMP:%s\r\n", utc_basic(stamp, sizeof(stamp), r->now));
	write_organizer(r, &c->organizer);
	write_attendee(r, reply_attendee(r->decision, c));
	write_times(r, c);
	write_copy(r, c, "SUMMARY");
	write_copy(r, c, "LOCATION");
	write_copy(r, c, "CLASS");
	ical_text(&r->out, "COMMENT;LANGUAGE=en", r->sentence);
	if (r->decision->status[0] != '\0')
		ical_line(&r->out, mem_print(r->out, "REQUEST-STATUS:%s",
				       r->decision->status));
	ical_line(&r->out, "END:VEVENT");
}

/* Widen what the VTIMEZONEs cover by a point in time. */
static void
cover(struct reply *r, const struct when *when)
{
	if (when->kind == WHEN_NONE)
		return;
	if (when->utc < r->from)
		r->from = when->utc;
	if (when->utc > r->to)
		r->to = when->utc;
}

/* What a component uses before it is written: its dates, its zone names. */
static void
look_at(struct reply *r, const struct component *c)
{
	const char *line = property_line(c, "RECURRENCE-ID");
	char *tzid;

	cover(r, &c->start);
	cover(r, &c->end);
	cover(r, &c->recurrence_id);
	if (line == NULL)
		return;
	tzid = property_parameter(r->out, line, "TZID");
	if (tzid != NULL)
		tzuse_keep(r->zones, tzid);
}

/* The dates of the series that are known. */
static void
look_at_instances(struct reply *r)
{
	const struct object *object = r->decision->object;
	size_t i;

	for (i = 0; i < object->ninstance; i++) {
		cover(r, &object->instance[i].start);
		cover(r, &object->instance[i].end);
	}
}

char *
reply_calendar(TALLOC_CTX *ctx, const struct decision *decision,
    const char *sentence, int64_t now)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	const struct object *object = decision->object;
	struct reply r = {.decision = decision,
	    .sentence = sentence,
	    .now = now,
	    .from = INT64_MAX,
	    .to = INT64_MIN};
	char *out = mem_text(ctx, "");
	size_t i;

	r.out = mem_text(tmp, "");
	r.zones = tzuse_new(tmp, object, decision->calendar->zone);
	look_at_instances(&r);
	for (i = 0; i < object->ncomponent; i++)
		if (is_answered(decision, &object->component[i]))
			look_at(&r, &object->component[i]);
	for (i = 0; i < object->ncomponent; i++)
		if (is_answered(decision, &object->component[i]))
			write_component(&r, &object->component[i]);
	if (r.from > r.to)
		r.from = r.to = now;
	ical_line(&out, "BEGIN:VCALENDAR");
	ical_line(&out, "VERSION:2.0");
	ical_line(&out, ICAL_PRODID);
	ical_line(&out, "METHOD:REPLY");
	tzuse_write(r.zones, &out, r.from, r.to);
	mem_add(&out, "%s", r.out);
	ical_line(&out, "END:VCALENDAR");
	talloc_free(tmp);
	return out;
}
