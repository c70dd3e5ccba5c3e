/*
 * ical.c - a meeting as iCalendar text
 *
 * Lines are not folded: only lib/read sees them.  Every text from the stream
 * goes through one of the writers here, so that it cannot end its line.
 * Source: RFC 5545, RFC 6868, [MS-OXCICAL] section 2.1.3
 */
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/tnef/meeting.h"

#define OWN_ZONE "Customized Time Zone" /* a name that means nothing */
#define HALF_DAY (SECONDS_PER_DAY / 2)

/* One VCALENDAR being written. */
struct page {
	TALLOC_CTX *scratch; /* for texts that are copied into it */
	const struct meeting *m;
	const char *tzid;   /* as a parameter with its semicolon, or "" */
	const char *common; /* lines that are the same in all components */
	char *text;
};

/* --- texts ----------------------------------------------------------------- */

/* A value of type TEXT; control bytes become blanks. */
static char *
escape(TALLOC_CTX *ctx, const char *s)
{
	char *out = mem_array(ctx, char, 2 * strlen(s) + 1);
	char *p = out;

	for (; *s != '\0'; s++) {
		if (strchr("\\;,\n", *s) != NULL)
			*p++ = '\\';
		if (*s == '\n')
			*p++ = 'n';
		else if (*s != '\r')
			*p++ =
			    (unsigned char)*s < 0x20 || *s == 0x7f ? ' ' : *s;
	}
	return out;
}

/* A value that is not escaped: control bytes become blanks. */
static char *
plain(TALLOC_CTX *ctx, const char *s)
{
	char *out = mem_text(ctx, s);
	char *p;

	for (p = out; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	}
	return out;
}

/* A parameter value in quotes. */
static char *
quote(TALLOC_CTX *ctx, const char *s)
{
	char *clean = plain(ctx, s);
	char *out = mem_text(ctx, "\"");
	size_t n;

	for (s = clean; *s != '\0'; s += n) {
		n = strcspn(s, "\"^");
		mem_add(&out, "%.*s", (int)n, s);
		if (s[n] != '\0')
			mem_add(&out, "%s", s[n++] == '^' ? "^^" : "^'");
	}
	mem_add(&out, "\"");
	return out;
}

/* --- times ----------------------------------------------------------------- */

/* Seconds of the wall clock, or UTC if there is no zone. */
static int64_t
wall_seconds(const struct page *page, const struct moment *t)
{
	if (t->wall || !page->m->clock.known)
		return t->at;
	return clock_wall(&page->m->clock, t->at);
}

/* ";VALUE=DATE:20261201" and so on: what follows the name. */
static char *
moment_text(const struct page *page, const struct moment *t, int all_day)
{
	int64_t at = wall_seconds(page, t);
	struct civil day;
	char buf[40];

	if (all_day) {
		/* Midnight in a zone that is not known is near one of UTC. */
		day = civil_from_seconds(at + HALF_DAY);
		return mem_print(page->scratch, ";VALUE=DATE:%04d%02d%02d",
		    day.year, day.month, day.day);
	}
	day = civil_from_seconds(at);
	if (page->m->clock.known)
		return mem_print(page->scratch, "%s:%s", page->tzid,
		    civil_basic(buf, sizeof(buf), &day));
	return mem_print(page->scratch, ":%s%s",
	    civil_basic(buf, sizeof(buf), &day), t->wall ? "" : "Z");
}

/* One property of a moment, if it is known. */
static void
add_moment(
    struct page *page, const char *name, const struct moment *t, int all_day)
{
	if (t->known)
		mem_add(&page->text, "%s%s\r\n", name,
		    moment_text(page, t, all_day));
}

/* --- people ---------------------------------------------------------------- */

/* The parameters that organizer and attendee share, and the address. */
static void
add_party(struct page *page, const struct party *party)
{
	if (party->name != NULL && *party->name != '\0')
		mem_add(
		    &page->text, ";CN=%s", quote(page->scratch, party->name));
	if (party->sent_by != NULL)
		mem_add(&page->text, ";SENT-BY=\"mailto:%s\"", party->sent_by);
	mem_add(&page->text, ":mailto:%s\r\n", party->address);
}

/* ORGANIZER and ATTENDEE lines; nobody is both in what an organizer sends. */
static void
add_people(struct page *page)
{
	const struct meeting *m = page->m;
	const struct party *p;
	int request = strcmp(m->method, "REQUEST") == 0;
	size_t i;

	if (m->organizer.address != NULL) {
		mem_add(&page->text, "ORGANIZER");
		add_party(page, &m->organizer);
	}
	for (i = 0; i < m->nattendee; i++) {
		p = &m->attendee[i];
		if (p->address == NULL ||
		    (m->partstat == NULL && m->organizer.address != NULL &&
			strcasecmp(p->address, m->organizer.address) == 0))
			continue;
		mem_add(&page->text, "ATTENDEE;ROLE=%s;CUTYPE=%s", p->role,
		    p->cutype);
		if (p->partstat != NULL)
			mem_add(&page->text, ";PARTSTAT=%s", p->partstat);
		if (request)
			mem_add(&page->text, ";RSVP=%s",
			    m->asks ? "TRUE" : "FALSE");
		add_party(page, p);
	}
}

/* --- components ------------------------------------------------------------ */

/* The word for a busy status, NULL if there is none. */
static const char *
busy_word(int32_t busy)
{
	static const char *const words[] = {
	    "FREE", "TENTATIVE", "BUSY", "OOF", "WORKINGELSEWHERE"};

	return busy >= 0 && busy <= 4 ? words[busy] : NULL;
}

/* How the time is taken up. */
static void
add_busy(struct page *page, const struct change *change)
{
	const struct meeting *m = page->m;
	const char *busy = m->has_busy ? busy_word(m->busy) : NULL;
	const char *intended = m->has_intended ? busy_word(m->intended) : NULL;
	const char *counts;

	if (change != NULL && change->has_busy)
		busy = intended = busy_word(change->busy);
	if (busy != NULL)
		mem_add(&page->text, "X-MICROSOFT-CDO-BUSYSTATUS:%s\r\n", busy);
	if (intended != NULL)
		mem_add(&page->text, "X-MICROSOFT-CDO-INTENDEDSTATUS:%s\r\n",
		    intended);
	counts = intended != NULL ? intended : busy;
	mem_add(&page->text, "TRANSP:%s\r\n",
	    counts != NULL && strcmp(counts, "FREE") == 0 ? "TRANSPARENT"
							  : "OPAQUE");
}

/* What is the same in all components, made once: it can be long. */
static void
make_common(struct page *page)
{
	const struct meeting *m = page->m;
	char buf[40];

	page->text = mem_text(page->scratch, "");
	mem_add(&page->text, "UID:%s\r\nSEQUENCE:%ld\r\n",
	    plain(page->scratch, m->uid),
	    m->sequence < 0 ? 0L : (long)m->sequence);
	if (m->stamp != 0)
		mem_add(&page->text, "DTSTAMP:%s\r\n",
		    utc_basic(buf, sizeof(buf), m->stamp));
	if (m->secrecy >= 1 && m->secrecy <= 3)
		mem_add(&page->text, "CLASS:%s\r\n",
		    m->secrecy == 3 ? "CONFIDENTIAL" : "PRIVATE");
	if (strcmp(m->method, "CANCEL") == 0)
		mem_add(&page->text, "STATUS:CANCELLED\r\n");
	if (m->fixed)
		mem_add(&page->text, "X-MICROSOFT-DISALLOW-COUNTER:TRUE\r\n");
	if (m->has_number)
		mem_add(&page->text, "X-MICROSOFT-CDO-OWNERAPPTID:%ld\r\n",
		    (long)m->number);
	add_people(page);
	page->common = page->text;
}

/* SUMMARY and LOCATION. */
static void
add_texts(struct page *page, const char *summary, const char *location)
{
	if (*summary != '\0')
		mem_add(&page->text, "SUMMARY:%s\r\n",
		    escape(page->scratch, summary));
	if (*location != '\0')
		mem_add(&page->text, "LOCATION:%s\r\n",
		    escape(page->scratch, location));
}

/* Whether a component is a matter of days. */
static void
add_all_day(struct page *page, int all_day)
{
	if (all_day)
		mem_add(&page->text, "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\n");
}

/* The meeting itself, or the series. */
static void
add_master(struct page *page)
{
	const struct meeting *m = page->m;
	struct moment gone = {1, 1, 0};
	size_t i;

	mem_add(&page->text, "BEGIN:VEVENT\r\n%s", page->common);
	add_moment(page, "RECURRENCE-ID", &m->original, m->all_day);
	add_moment(page, "DTSTART", &m->start, m->all_day);
	add_moment(page, "DTEND", &m->end, m->all_day);
	if (m->pattern != NULL) {
		mem_add(&page->text, "RRULE:%s\r\n", m->pattern->rule);
		for (i = 0; i < m->pattern->ndeleted; i++) {
			gone.at = m->pattern->deleted[i];
			add_moment(page, "EXDATE", &gone, m->all_day);
		}
	}
	add_texts(page, m->summary, m->location);
	add_busy(page, NULL);
	add_all_day(page, m->all_day);
	mem_add(&page->text, "END:VEVENT\r\n");
}

/* A changed instance. */
static void
add_change(struct page *page, const struct change *change)
{
	const struct meeting *m = page->m;
	int all_day = change->has_all_day ? change->all_day : m->all_day;
	struct moment t = {1, 1, change->original};

	mem_add(&page->text, "BEGIN:VEVENT\r\n%s", page->common);
	add_moment(page, "RECURRENCE-ID", &t, m->all_day);
	t.at = change->start;
	add_moment(page, "DTSTART", &t, all_day);
	t.at = change->end;
	add_moment(page, "DTEND", &t, all_day);
	add_texts(page, change->subject != NULL ? change->subject : m->summary,
	    change->location != NULL ? change->location : m->location);
	add_busy(page, change);
	add_all_day(page, all_day);
	mem_add(&page->text, "END:VEVENT\r\n");
}

/* The name of the zone, and what defines it. */
static void
add_zone(struct page *page, int own_zone)
{
	const struct zoneclock *clock = &page->m->clock;
	char *name = plain(page->scratch, clock->name);
	char *p;

	page->tzid = "";
	if (!clock->known)
		return;
	if (own_zone || *name == '\0')
		name = mem_text(page->scratch, OWN_ZONE);
	/* It must be the same text as a parameter and as a value. */
	for (p = name; *p != '\0'; p++) {
		if (*p == '"' || *p == '^')
			*p = '\'';
	}
	page->tzid = mem_print(page->scratch, ";TZID=\"%s\"", name);
	clock_print(clock, name, &page->text);
}

char *
meeting_print(TALLOC_CTX *ctx, const struct meeting *m, int own_zone)
{
	struct page page = {.m = m};
	size_t i;

	page.scratch = mem_check(talloc_new(ctx));
	make_common(&page);
	page.text = mem_print(ctx,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//imipd//winmail.dat//EN"
	    "\r\nMETHOD:%s\r\n",
	    m->method);
	add_zone(&page, own_zone);
	add_master(&page);
	for (i = 0; m->pattern != NULL && i < m->pattern->nchange; i++) {
		add_change(&page, &m->pattern->change[i]);
		if (talloc_get_size(page.text) > LIMIT_PART_BYTES)
			return NULL;
	}
	mem_add(&page.text, "END:VCALENDAR\r\n");
	return page.text;
}
