/*
 * scenario_mail.h - sections to a calendar's settings and to the bytes of a mail
 *
 * Private to scenario.c.
 */
#ifndef TESTS_HELPERS_SCENARIO_MAIL_H
#define TESTS_HELPERS_SCENARIO_MAIL_H

#include <time.h>

#include "tests/helpers/scenario_stage.h"

/* A number for a word of a list; it must be one of them. */
static inline int64_t
choice(const struct stage *s, const struct section *at, const char *name,
    const char *const *words)
{
	const char *word = option(at, name);
	int64_t i;

	if (word == NULL)
		return 0;
	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	give_up(s, at->head, name);
}

/* "a@x,b@x" to a list. */
static inline const char **
aliases(const struct stage *s, const char *text)
{
	const char **list = mem_array(s->ctx, const char *, WORDS_MAX + 1);
	char *copy = mem_text(s->ctx, text == NULL ? "" : text);
	char *save = NULL, *p;
	size_t n = 0;

	for (p = strtok_r(copy, ",", &save); p != NULL && n < WORDS_MAX;
	     p = strtok_r(NULL, ",", &save))
		list[n++] = p;
	return list;
}

static inline void
do_calendar(struct stage *s, const struct section *at)
{
	static const char *const kinds[] = {
	    "room", "resource", "person", "group", NULL};
	static const char *const past[] = {"decline", "ignore", "accept", NULL};
	static const char *const forwarded[] = {"hold", "book", NULL};
	static const char *const require[] = {
	    "none", "aligned", "authenticated", NULL};
	static const char *const free[] = {"yes", "no", NULL};
	const char *zone = option(at, "zone"), *days = option(at, "horizon");
	struct calendar *c = &s->calendar;
	size_t i;

	if (at->nword < 3)
		give_up(s, at->head, "calendar ADDRESS KIND ...");
	c->address = c->name = at->word[1];
	for (i = 0; kinds[i] != NULL && strcmp(kinds[i], at->word[2]) != 0; i++)
		;
	c->kind = (int64_t)i;
	c->zone_name = zone == NULL ? "UTC" : zone;
	c->zone = zone_find(c->zone_name);
	c->alias = aliases(s, option(at, "alias"));
	c->horizon =
	    days == NULL ? WINDOW : strtol(days, NULL, 10) * SECONDS_PER_DAY;
	c->past = choice(s, at, "past", past);
	c->forwarded = choice(s, at, "forwarded", forwarded);
	c->require = choice(s, at, "require", require);
	c->book_free = choice(s, at, "book-free", free) == 0;
	c->publish = 1;
	c->language = "";
	s->trusted[0] = option(at, "trust");
	if (kinds[i] == NULL || c->zone == NULL)
		give_up(
		    s, at->head, "no such kind of calendar, or no such zone");
}

/* A room is decided by booking.h, everybody else by scheduling.h. */
static inline int
is_room(const struct stage *s)
{
	return s->calendar.kind == KIND_ROOM ||
	       s->calendar.kind == KIND_RESOURCE;
}

/* --- the message ---------------------------------------------------------- */

/* Does a component say no DTSTAMP? */
static inline int
lacks_dtstamp(const struct stage *s, size_t i, size_t last)
{
	for (; i < last && strncmp(s->line[i], "END:V", 5) != 0; i++)
		if (strncmp(s->line[i], "DTSTAMP", 7) == 0)
			return 0;
	return 1;
}

/* The calendar lines, with VCALENDAR around them and DTSTAMP where missing. */
static inline void
add_calendar_lines(
    const struct stage *s, char **mail, size_t first, size_t last)
{
	char stamp[24];
	size_t i;

	(void)utc_basic(stamp, sizeof(stamp), s->now);
	mem_add(mail, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
		      "PRODID:-//People//Scenario//EN\r\n");
	for (i = first; i < last; i++) {
		if (s->line[i][0] == '#' || s->line[i][0] == '\0')
			continue;
		mem_add(mail, "%s\r\n", s->line[i]);
		if (strncmp(s->line[i], "BEGIN:V", 7) == 0 &&
		    strcmp(s->line[i], "BEGIN:VTIMEZONE") != 0 &&
		    strcmp(s->line[i], "BEGIN:VALARM") != 0 &&
		    lacks_dtstamp(s, i, last))
			mem_add(mail, "DTSTAMP:%s\r\n", stamp);
	}
	mem_add(mail, "END:VCALENDAR\r\n");
}

/* The mail: header lines of the section first, then its calendar. */
static inline char *
compose(const struct stage *s, const struct section *at, const char *from)
{
	char *mail = mem_text(s->ctx, "");
	time_t now = (time_t)s->now;
	size_t i = at->first;
	char date[64];
	struct tm tm;

	(void)gmtime_r(&now, &tm);
	(void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	if (strcmp(from, "nobody") != 0)
		mem_add(&mail, "From: %s\r\n", from);
	mem_add(&mail,
	    "To: %s\r\nSubject: scenario\r\nDate: %s\r\n"
	    "Message-ID: <step%d@people.test>\r\n",
	    s->calendar.address, date, s->step);
	for (; i < at->last && strncmp(s->line[i], "METHOD:", 7) != 0 &&
	       strncmp(s->line[i], "BEGIN:", 6) != 0;
	     i++)
		if (s->line[i][0] != '#' && s->line[i][0] != '\0')
			mem_add(&mail, "%s\r\n", s->line[i]);
	mem_add(&mail, "MIME-Version: 1.0\r\n"
		       "Content-Type: text/calendar; charset=UTF-8\r\n"
		       "Content-Transfer-Encoding: 8bit\r\n\r\n");
	add_calendar_lines(s, &mail, i, at->last);
	return mail;
}

#endif
