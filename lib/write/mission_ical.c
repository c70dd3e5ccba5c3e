/*
 * mission_ical.c - the VCALENDAR of a dispatch; see mission.h
 *
 * A table says for each method what a component has.  What is copied from the
 * text that is held is taken apart and written anew, property by property: what
 * is not in the table of properties does not go out.
 */
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/mission.h"
#include "lib/write/property.h"
#include "lib/write/sheet.h"

#define VALUE_MAX 4000 /* bytes of a value that is no text */
#define AHEAD     (INT64_C(5) * 366 * SECONDS_PER_DAY)

/* Whose ATTENDEE it has. */
enum people {
	PEOPLE_NONE,
	PEOPLE_ALL,
	PEOPLE_SELF,
	PEOPLE_RECIPIENT
};

/* How much of the rest. */
enum extent {
	EXTENT_NONE,
	EXTENT_SHORT, /* when, what, where */
	EXTENT_FULL
};

struct shape {
	const char *method;
	enum people people;
	enum extent extent;
};

static const struct shape shapes[] = {
    {"REQUEST", PEOPLE_ALL, EXTENT_FULL},
    {"ADD", PEOPLE_ALL, EXTENT_FULL},
    {"PUBLISH", PEOPLE_NONE, EXTENT_FULL},
    {"CANCEL", PEOPLE_RECIPIENT, EXTENT_SHORT},
    {"DECLINECOUNTER", PEOPLE_RECIPIENT, EXTENT_SHORT},
    {"REPLY", PEOPLE_SELF, EXTENT_SHORT},
    {"COUNTER", PEOPLE_SELF, EXTENT_FULL},
    {"REFRESH", PEOPLE_SELF, EXTENT_NONE},
};

/* A component that is being written. */
struct writing {
	const struct mission *mission;
	const struct shape *shape;
	const struct piece *piece;
	struct component received; /* the lines of the part's text */
	struct sheet *sheet;
};

/* --- the text that is held ------------------------------------------------ */

/* The part as a component that reply.h's neighbours understand. */
static void
receive(struct writing *w, TALLOC_CTX *ctx)
{
	const struct part *part = w->piece->part;

	memset(&w->received, 0, sizeof(w->received));
	w->received.kind = w->mission->dispatch->holding->kind;
	w->received.start = part->start;
	w->received.end = part->end;
	mission_lines(ctx, part->text == NULL ? "" : part->text, &w->received);
}

/* --- properties ------------------------------------------------------------ */

/* What a value may be made of. */
enum value {
	VALUE_TEXT,  /* escaped anew */
	VALUE_TEXTS, /* the same, with commas between */
	VALUE_WORD,
	VALUE_NUMBER, /* digits, signs, dots, semicolons */
	VALUE_URI,
	VALUE_RULE,
	VALUE_TIMES /* a list of dates or times */
};

struct property {
	const char *name;
	enum value value;
	int many;   /* may come more than once */
	int series; /* says which dates a series has */
};

static const struct property properties[] = {
    {"SUMMARY", VALUE_TEXT, 0, 0},
    {"LOCATION", VALUE_TEXT, 0, 0},
    {"CLASS", VALUE_WORD, 0, 0},
    {"DESCRIPTION", VALUE_TEXT, 0, 0},
    {"RRULE", VALUE_RULE, 1, 1},
    {"EXRULE", VALUE_RULE, 1, 1},
    {"RDATE", VALUE_TIMES, 1, 1},
    {"EXDATE", VALUE_TIMES, 1, 1},
    {"TRANSP", VALUE_WORD, 0, 0},
    {"PRIORITY", VALUE_NUMBER, 0, 0},
    {"CATEGORIES", VALUE_TEXTS, 1, 0},
    {"RESOURCES", VALUE_TEXTS, 1, 0},
    {"CONTACT", VALUE_TEXT, 1, 0},
    {"GEO", VALUE_NUMBER, 0, 0},
    {"URL", VALUE_URI, 0, 0},
    {"RELATED-TO", VALUE_TEXT, 1, 0},
};
#define SHORT_PROPERTIES 3 /* the first so many */
#define PROPERTIES       (sizeof(properties) / sizeof(properties[0]))

/* The bytes that a value may have. */
static const char *
bytes_of(enum value value)
{
#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"
	switch (value) {
	case VALUE_WORD:
		return ALNUM;
	case VALUE_NUMBER:
		return "0123456789+-.;";
	case VALUE_URI:
		return ALNUM ":/?#[]@!$&'()*+,;=._~%";
	case VALUE_RULE:
		return ALNUM "=;,+";
	case VALUE_TIMES:
		return "0123456789TZPDHMSW/,+-";
	case VALUE_TEXT:
	case VALUE_TEXTS:
		break;
	}
	return "";
}

/* Is the value what the property may have? */
static int
is_fit(enum value kind, const char *value)
{
	size_t n = strlen(value);

	if (kind == VALUE_RULE && strncmp(value, "FREQ=", 5) != 0 &&
	    strstr(value, ";FREQ=") == NULL)
		return 0;
	return n > 0 && n <= VALUE_MAX && strspn(value, bytes_of(kind)) == n;
}

/* A list of texts, each escaped anew, the commas between them kept. */
static void
write_texts(struct sheet *sheet, const char *name, const char *line)
{
	char *value = mem_text(sheet->out, property_value(line)), *p = value;
	char *out = mem_print(value, "%s:", name);

	value[ical_cut(value, SHEET_TEXT_MAX)] = '\0';
	while (*p != '\0') {
		int escaped = p[0] == '\\' && p[1] != '\0';
		char c = escaped ? *++p : *p;

		if (escaped && (c == 'n' || c == 'N'))
			mem_add(&out, "\\n");
		else if (c == '\\' || c == ';' || (c == ',' && escaped))
			mem_add(&out, "\\%c", c);
		else
			mem_add(&out, "%c", c);
		p++;
	}
	ical_line(&sheet->out, out);
	talloc_free(value);
}

/* RDATE or EXDATE with the spelling of the zone that is used. */
static void
write_list(struct sheet *sheet, const char *name, const char *line)
{
	char *tzid = property_parameter(sheet->out, line, "TZID");
	char *value = property_parameter(sheet->out, line, "VALUE");
	const char *used = NULL;

	if (tzid != NULL)
		used = tzuse_name(sheet->zones, tzid);
	if (value != NULL && strcmp(value, "DATE") != 0 &&
	    strcmp(value, "PERIOD") != 0)
		value = NULL;
	sheet_line(sheet, "%s%s%s%s%s:%s", name,
	    value == NULL ? "" : ";VALUE=", value == NULL ? "" : value,
	    used == NULL ? "" : ";TZID=",
	    used == NULL ? "" : property_quote(sheet->out, used),
	    property_value(line));
}

/* One line of a property, if its value is fit. */
static void
write_property(
    struct sheet *sheet, const struct property *property, const char *line)
{
	const char *value = property_value(line);

	switch (property->value) {
	case VALUE_TEXT:
		sheet_text(sheet, property->name, line);
		return;
	case VALUE_TEXTS:
		if (!ical_is_blank(value))
			write_texts(sheet, property->name, line);
		return;
	case VALUE_TIMES:
		if (is_fit(property->value, value))
			write_list(sheet, property->name, line);
		return;
	case VALUE_WORD:
	case VALUE_NUMBER:
	case VALUE_URI:
	case VALUE_RULE:
		if (is_fit(property->value, value))
			sheet_line(sheet, "%s:%s", property->name, value);
		return;
	}
}

/* A text of the records, if the lines that were received have none. */
static int
write_record(struct writing *w, const char *name, const char *text)
{
	if (text == NULL || ical_is_blank(text))
		return 0;
	ical_text(&w->sheet->out, name,
	    mem_textn(w->sheet->out, text, ical_cut(text, SHEET_TEXT_MAX)));
	return 1;
}

/* SUMMARY and LOCATION of a proposal stand before those that were received. */
static int
write_proposed(struct writing *w, const char *name)
{
	const struct proposal *p = w->mission->dispatch->proposal;

	if (p == NULL || !mission_is(w->mission, "COUNTER"))
		return 0;
	if (strcmp(name, "SUMMARY") == 0)
		return write_record(w, name, p->summary);
	if (strcmp(name, "LOCATION") == 0)
		return write_record(w, name, p->location);
	return 0;
}

/* All that is copied of one property. */
static void
copy_property(struct writing *w, const struct property *property)
{
	const struct component *c = &w->received;
	size_t i;
	int n = 0;

	if (write_proposed(w, property->name))
		return;
	for (i = 0; i < c->nline && (n == 0 || property->many); i++)
		if (property_is(c->line[i], property->name)) {
			write_property(w->sheet, property, c->line[i]);
			n++;
		}
	if (n == 0 && strcmp(property->name, "SUMMARY") == 0)
		(void)write_record(w, "SUMMARY", w->piece->part->summary);
	if (n == 0 && strcmp(property->name, "LOCATION") == 0)
		(void)write_record(w, "LOCATION", w->piece->part->location);
}

/* Dates of the series that are off, as far as nothing else says so. */
static void
write_cancelled_dates(struct writing *w)
{
	const struct holding *h = w->mission->dispatch->holding;
	const char *start = property_line(&w->received, "DTSTART");
	size_t i;

	for (i = 0; i < h->npart; i++)
		if (h->part[i].state == PART_CANCELLED &&
		    h->part[i].recurrence_id.kind != WHEN_NONE)
			sheet_like(w->sheet, "EXDATE", start,
			    &h->part[i].recurrence_id);
}

/* What is copied from what was received. */
static void
write_copies(struct writing *w)
{
	int series = w->piece->date == NULL && !mission_is(w->mission, "ADD");
	size_t i,
	    n = w->shape->extent == EXTENT_FULL ? PROPERTIES : SHORT_PROPERTIES;

	if (w->shape->extent == EXTENT_NONE)
		return;
	for (i = 0; i < n; i++)
		if (series || !properties[i].series)
			copy_property(w, &properties[i]);
	if (series && w->shape->extent == EXTENT_FULL && w->piece->part->recurs)
		write_cancelled_dates(w);
}

/* --- the rest of a component ----------------------------------------------- */

/* UID, and of which date. */
static void
write_identity(struct writing *w)
{
	const struct part *part = w->piece->part;
	const char *start = property_line(&w->received, "DTSTART");
	const char *line = property_line(&w->received, "RECURRENCE-ID");
	const char *uid = property_line(&w->received, "UID");
	struct when from, to;

	if (uid != NULL && property_is_sound(uid))
		sheet_line(w->sheet, "%s", uid);
	else
		sheet_line(
		    w->sheet, "UID:%s", w->mission->dispatch->holding->uid);
	/* RFC 5546 section 3.2.4: what is added has no date of its own yet. */
	if (mission_is(w->mission, "ADD"))
		return;
	mission_when(w->piece, &from, &to);
	if (w->piece->date != NULL)
		sheet_like(w->sheet, "RECURRENCE-ID", start,
		    from.kind == WHEN_NONE ? w->piece->date : &from);
	else if (line != NULL && sheet_is_time(line))
		sheet_line(w->sheet, "%s", line);
	else if (part->recurrence_id.kind != WHEN_NONE)
		sheet_like(
		    w->sheet, "RECURRENCE-ID", start, &part->recurrence_id);
}

/* When it is. */
static void
write_times(struct writing *w)
{
	const struct proposal *p = w->mission->dispatch->proposal;
	const char *like = property_line(&w->received, "DTSTART");
	const char *end =
	    strcmp(w->received.kind, "VTODO") == 0 ? "DUE" : "DTEND";
	struct when from, to;
	int counter = mission_is(w->mission, "COUNTER") && p != NULL;

	mission_when(w->piece, &from, &to);
	if (counter) {
		sheet_like(w->sheet, "X-MS-OLK-ORIGINALSTART", like, &from);
		sheet_like(w->sheet, "X-MS-OLK-ORIGINALEND", like, &to);
		from = p->start;
		to = p->end;
	} else if (w->piece->date == NULL && like != NULL) {
		sheet_times(w->sheet, &w->received);
		return;
	}
	if (from.kind != WHEN_NONE)
		sheet_like(w->sheet, "DTSTART", like, &from);
	if (to.kind != WHEN_NONE)
		sheet_like(w->sheet, end, like, &to);
}

/* Our ATTENDEE, and at a delegation the one who comes instead. */
static void
write_self(struct writing *w)
{
	const struct mission *mission = w->mission;
	const struct part *part = w->piece->part;
	const struct participant *self = mission_self(mission, part);
	const char *partstat = mission_partstat(mission, part);
	size_t i;

	if (mission_is(mission, "REFRESH"))
		partstat = "";
	if (self == NULL) {
		who_address(w->sheet, mission->from,
		    mission->dispatch->calendar->name, partstat);
		return;
	}
	who_attendee(w->sheet, &w->received, self, partstat);
	if (strcmp(partstat, "DELEGATED") != 0)
		return;
	for (i = 0; i < part->nparticipant; i++)
		if (address_is_same(
			part->participant[i].delegated_from, self->address))
			who_attendee(w->sheet, &w->received,
			    &part->participant[i], "NEEDS-ACTION");
}

/* ATTENDEEs, as the method has them. */
static void
write_people(struct writing *w)
{
	const struct part *part = w->piece->part;
	size_t i;

	switch (w->shape->people) {
	case PEOPLE_NONE:
		return;
	case PEOPLE_ALL:
		for (i = 0; i < part->nparticipant; i++)
			who_attendee(w->sheet, &w->received,
			    &part->participant[i],
			    part->participant[i].partstat);
		return;
	case PEOPLE_SELF:
		write_self(w);
		return;
	case PEOPLE_RECIPIENT:
		who_address(w->sheet, w->mission->dispatch->recipient, "", "");
		return;
	}
}

/* PERCENT-COMPLETE and COMPLETED of a task. */
static void
write_progress(struct writing *w)
{
	const struct part *part = w->piece->part;
	const struct participant *self = mission_self(w->mission, part);
	int64_t percent = part->percent;
	char buf[32];

	if (strcmp(w->received.kind, "VTODO") != 0 ||
	    w->shape->extent == EXTENT_NONE ||
	    w->shape->people == PEOPLE_RECIPIENT)
		return;
	if (w->shape->people == PEOPLE_SELF && self != NULL)
		percent = self->percent;
	if (percent >= 0 && percent <= 100)
		sheet_line(
		    w->sheet, "PERCENT-COMPLETE:%lld", (long long)percent);
	if (part->completed != 0)
		sheet_line(w->sheet, "COMPLETED:%s",
		    utc_basic(buf, sizeof(buf), part->completed));
}

/* STATUS: that of the object, or that it is off. */
static void
write_status(struct writing *w)
{
	const char *status = w->piece->part->status;

	if (mission_is(w->mission, "CANCEL"))
		status = w->piece->gone ? "CANCELLED" : "";
	else if (w->shape->extent != EXTENT_FULL ||
		 w->shape->people == PEOPLE_SELF)
		status = "";
	if (status != NULL && is_fit(VALUE_WORD, status))
		sheet_line(w->sheet, "STATUS:%s", status);
}

/* Does the text begin like a REQUEST-STATUS: "2.0;" or "3.1.4;"? */
static int
is_request_status(const char *text)
{
	size_t n = strspn(text, "0123456789.");

	return n >= 3 && n <= 8 && text[0] != '.' && text[n] == ';' &&
	       strlen(text) <= VALUE_MAX && !ical_is_blank(text + n + 1);
}

/* What a person adds, and what became of the request. */
static void
write_comment(struct writing *w)
{
	const char *comment = w->mission->dispatch->comment;
	const struct participant *self =
	    mission_self(w->mission, w->piece->part);

	if (comment != NULL)
		(void)write_record(w, "COMMENT", comment);
	if (!mission_is(w->mission, "REPLY") || self == NULL ||
	    self->request_status == NULL)
		return;
	if (is_request_status(self->request_status))
		sheet_line(w->sheet, "REQUEST-STATUS:%s", self->request_status);
}

/* One component. */
static void
write_piece(struct writing *w)
{
	char stamp[32];

	sheet_line(w->sheet, "BEGIN:%s", w->received.kind);
	write_identity(w);
	if (w->shape->extent != EXTENT_NONE)
		sheet_line(
		    w->sheet, "SEQUENCE:%lld", (long long)w->piece->sequence);
	sheet_line(w->sheet, "DTSTAMP:%s",
	    utc_basic(stamp, sizeof(stamp), w->mission->now));
	who_organizer(
	    w->sheet, w->mission, property_line(&w->received, "ORGANIZER"));
	write_people(w);
	if (w->shape->extent != EXTENT_NONE)
		write_times(w);
	write_copies(w);
	write_progress(w);
	write_status(w);
	write_comment(w);
	sheet_line(w->sheet, "END:%s", w->received.kind);
}

/* Zones that are used, and times that they must cover, before all else. */
static void
look_at(struct writing *w)
{
	static const char *const names[] = {
	    "DTSTART", "DTEND", "DUE", "RDATE", "EXDATE"};
	struct when from, to;
	const char *line = property_line(&w->received, "RECURRENCE-ID");
	size_t i;

	mission_when(w->piece, &from, &to);
	sheet_cover(w->sheet, &from);
	sheet_cover(w->sheet, &to);
	if (w->piece->part->recurs && from.kind != WHEN_NONE) {
		to = from;
		to.kind = WHEN_UTC;
		to.utc = sheet_utc(w->sheet, &from) + AHEAD;
		sheet_cover(w->sheet, &to);
	}
	if (line != NULL && sheet_is_time(line))
		sheet_keep_zone(w->sheet, line);
	if (w->piece->date != NULL)
		line = property_line(&w->received, "DTSTART");
	if (w->piece->date != NULL && line != NULL)
		sheet_keep_zone(w->sheet, line);
	/* A zone that nobody knows was read as local; so it must be written. */
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *tzid;

		line = property_line(&w->received, names[i]);
		tzid = line == NULL
		           ? NULL
		           : property_parameter(w->sheet->out, line, "TZID");
		if (tzid != NULL && !tzuse_is_known(w->sheet->zones, tzid))
			tzuse_keep(w->sheet->zones, tzid);
	}
}

char *
mission_calendar(TALLOC_CTX *ctx, const struct mission *mission,
    const struct piece *piece, size_t n)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	const struct dispatch *d = mission->dispatch;
	const struct holding *h = d->holding;
	struct writing *w = mem_array(tmp, struct writing, n);
	struct sheet sheet;
	char *out;
	size_t i, k = 0;

	while (!mission_is(mission, shapes[k].method))
		k++;
	sheet_open(&sheet, tmp, h->timezone, h->ntimezone, d->calendar->zone);
	for (i = 0; i < n; i++) {
		w[i].mission = mission;
		w[i].shape = &shapes[k];
		w[i].piece = &piece[i];
		w[i].sheet = &sheet;
		receive(&w[i], tmp);
		/* A zone that is not used must not be there. */
		if (shapes[k].extent != EXTENT_NONE || piece[i].date != NULL ||
		    piece[i].part->recurrence_id.kind != WHEN_NONE)
			look_at(&w[i]);
	}
	for (i = 0; i < n; i++)
		write_piece(&w[i]);
	out = sheet_close(ctx, &sheet, d->method, mission->now);
	talloc_free(tmp);
	return out;
}
