/*
 * scheduling_date.c - single dates of a series that is held
 *
 * A holding does not know the dates of its series, only how it is written down.
 * So a date counts as one of them unless it cannot be: before the first, after
 * UNTIL, an EXDATE, or none of a rule that is easily counted.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/rules/scheduling_state.h"

static const struct when master_date = {.kind = WHEN_NONE, .zone = ""};

/* --- forms of time ------------------------------------------------------------ */

/* A time of the same kind and zone as another, at an instant. */
static struct when
when_like(const struct when *like, int64_t utc, const struct zone *local)
{
	const struct zone *zone =
	    like->kind == WHEN_ZONED ? zone_find(like->zone) : local;
	struct when w = *like;

	w.utc = utc;
	if (like->kind == WHEN_UTC || zone == NULL)
		/* Its own offset is the best guess for a zone that only a
		 * VTIMEZONE describes. */
		w.wall = civil_from_seconds(
		    utc + (like->kind == WHEN_UTC
				  ? 0
				  : civil_seconds(&like->wall) - like->utc));
	else
		w.wall = zone_to_wall(zone, utc);
	if (like->kind == WHEN_DATE)
		w.wall.hour = w.wall.minute = w.wall.second = 0;
	return w;
}

/* The time of day of `like` on the day of `date`. */
static struct when
when_on_day(
    const struct when *like, const struct when *date, const struct zone *local)
{
	const struct zone *zone =
	    like->kind == WHEN_ZONED ? zone_find(like->zone) : local;
	struct when w = *like;

	w.wall.year = date->wall.year;
	w.wall.month = date->wall.month;
	w.wall.day = date->wall.day;
	if (like->kind == WHEN_UTC || zone == NULL)
		w.utc = civil_seconds(&w.wall) +
		        (like->utc - civil_seconds(&like->wall));
	else
		w.utc = zone_to_utc(zone, &w.wall);
	return w;
}

struct when
date_align(const struct turn *t, const struct when *date)
{
	const struct part *master = part_find(t->was, &master_date);
	const struct zone *local = t->occasion->calendar->zone;

	if (date->kind == WHEN_NONE || master == NULL ||
	    master->start.kind == WHEN_NONE)
		return *date;
	if (date->kind == WHEN_DATE && master->start.kind != WHEN_DATE)
		return when_on_day(&master->start, date, local);
	return *date;
}

/* --- texts ------------------------------------------------------------------- */

int
line_is(const char *line, size_t n, const char *name)
{
	size_t k = strlen(name);

	return n > k && strncasecmp(line, name, k) == 0 &&
	       (line[k] == ':' || line[k] == ';');
}

/* Append a line whose value is a time, with the parameters of another. */
static void
add_time(char **out, const char *name, const char *line, size_t n, size_t k,
    const struct when *when)
{
	const char *colon = memchr(line, ':', n);
	size_t head = colon == NULL ? n : (size_t)(colon - line);
	char buf[40];

	/* A quoted parameter may hold a colon; the value is a time. */
	while (colon != NULL &&
	       memchr(colon + 1, ':', n - (size_t)(colon + 1 - line)) != NULL) {
		colon = memchr(colon + 1, ':', n - (size_t)(colon + 1 - line));
		head = (size_t)(colon - line);
	}
	(void)civil_basic(buf, sizeof(buf), &when->wall);
	if (when->kind == WHEN_DATE)
		buf[8] = '\0';
	mem_add(out, "%s%.*s:%s%s\n", name, (int)(head - k), line + k, buf,
	    when->kind == WHEN_UTC ? "Z" : "");
}

const char *
date_text(TALLOC_CTX *ctx, const char *text)
{
	const char *start = strstr(text, "\nDTSTART");
	size_t n;

	if (start == NULL || strstr(text, "\nRECURRENCE-ID") != NULL)
		return text;
	start++;
	n = strcspn(start, "\n");
	return mem_print(ctx, "%.*sRECURRENCE-ID%.*s\n%s", (int)(start - text),
	    text, (int)(n - strlen("DTSTART")), start + strlen("DTSTART"),
	    start);
}

/* The text of a series as the text of a part at one of its dates. */
static const char *
text_at(TALLOC_CTX *ctx, const char *text, const struct part *p)
{
	static const char *const dropped[] = {
	    "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", NULL};
	const char *name = p->range[0] == '\0'
	                       ? "RECURRENCE-ID"
	                       : "RECURRENCE-ID;RANGE=THISANDFUTURE";
	char *out = mem_text(ctx, "");
	size_t n, i;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		for (i = 0; dropped[i] != NULL; i++)
			if (line_is(text, n, dropped[i]))
				break;
		if (dropped[i] != NULL)
			continue;
		if (line_is(text, n, "DTSTART")) {
			add_time(&out, name, text, n, 7, &p->recurrence_id);
			add_time(&out, "DTSTART", text, n, 7, &p->start);
		} else if (line_is(text, n, "DTEND")) {
			add_time(&out, "DTEND", text, n, 5, &p->end);
		} else if (line_is(text, n, "DUE")) {
			add_time(&out, "DUE", text, n, 3, &p->end);
		} else {
			mem_add(&out, "%.*s\n", (int)n, text);
		}
	}
	n = strlen(out);
	if (n > 0)
		out[n - 1] = '\0';
	return out;
}

struct part
date_part(struct turn *t, const struct part *base, const struct when *date,
    const char *range)
{
	const struct zone *local = t->occasion->calendar->zone;
	struct part p = *base;
	int64_t shift = 0;

	p.recurrence_id = *date;
	p.range = range;
	p.recurs = 0;
	p.proposal = NULL;
	p.nproposal = 0;
	participants_copy(t, &p, 0);
	if (base->start.kind == WHEN_NONE)
		return p;
	/* What THISANDFUTURE moved stays moved. */
	if (base->recurrence_id.kind != WHEN_NONE)
		shift = base->start.utc - base->recurrence_id.utc;
	p.start = when_like(&base->start, date->utc + shift, local);
	p.recurrence_id = when_like(&base->start, date->utc, local);
	if (base->end.kind != WHEN_NONE)
		p.end = when_like(&base->end,
		    p.start.utc + (base->end.utc - base->start.utc), local);
	p.text = text_at(t->ctx, base->text, &p);
	return p;
}

/* Have the two the same times, whatever their rules? */
static int
is_at_same_time(const struct part *a, const struct part *b)
{
	return a->start.utc == b->start.utc && a->end.utc == b->end.utc;
}

int
date_is_plain(struct turn *t, const struct holding *h, const struct part *p)
{
	const struct part *base = part_base(h, &p->recurrence_id);
	struct part at;

	if (p->state != PART_LIVE || base == NULL || base->state != PART_LIVE)
		return 0;
	if (p->sequence != base->sequence || p->dtstamp != base->dtstamp)
		return 0;
	at = date_part(t, base, &p->recurrence_id, p->range);
	return is_at_same_time(&at, p) && strcmp(at.text, p->text) == 0;
}

int
date_renew(struct turn *t, struct part *p, const struct part *was)
{
	const struct part *base = part_base(t->next, &was->recurrence_id);
	struct part at;

	if (base == NULL || base->state != PART_LIVE)
		return 0;
	at = date_part(t, base, &was->recurrence_id, was->range);
	if (!is_at_same_time(&at, was))
		return 0;
	participants_keep(t, &at, was, 0);
	at.proposal = was->proposal;
	at.nproposal = was->nproposal;
	at.percent = was->percent;
	at.completed = was->completed;
	*p = at;
	t->changed = 1;
	return 1;
}

/* --- is it one of the series? -------------------------------------------------- */

/* A date in the forms in which a text may name it. */
struct named {
	char wall[24];
	char utc[24];
	char day[24];
};

/* The form that a value of n bytes has, or NULL. */
static const char *
form_of(const struct named *name, size_t n)
{
	if (n == strlen(name->day))
		return name->day;
	if (n == strlen(name->utc))
		return name->utc;
	return n == strlen(name->wall) ? name->wall : NULL;
}

/* Is the date among the values of the line? */
static int
line_has_date(const char *line, size_t n, const struct named *name)
{
	const char *end = line + n, *p = end, *form;
	size_t k;

	while (p > line && p[-1] != ':')
		p--;
	for (; p < end; p += k + 1) {
		k = strcspn(p, ",\n");
		form = form_of(name, k);
		if (form != NULL && strncmp(form, p, k) == 0)
			return 1;
	}
	return 0;
}

/* Is the date after UNTIL of the rule? */
static int
is_after_until(const char *line, size_t n, const struct named *name)
{
	const char *until = line;
	const char *form;
	size_t k;

	while (until < line + n && strncmp(until, "UNTIL=", 6) != 0)
		until++;
	if (until >= line + n)
		return 0;
	until += 6;
	k = strspn(until, "0123456789TZ");
	form = form_of(name, k);
	return form != NULL && strncmp(form, until, k) > 0;
}

/* The number of a part of the rule ("COUNT="), or what stands for none. */
static int64_t
rule_number(const char *line, size_t n, const char *key, int64_t none)
{
	const char *p = line;
	size_t k = strlen(key);
	int64_t value = 0;

	while (p < line + n && strncmp(p, key, k) != 0)
		p++;
	if (p >= line + n)
		return none;
	for (p += k; *p >= '0' && *p <= '9' && value < INT32_MAX; p++)
		value = value * 10 + (*p - '0');
	return value > 0 ? value : none;
}

/* Is the day none of a rule that counts days or weeks and nothing else? */
static int
is_off_rule(const char *line, size_t n, int64_t days)
{
	char *rule = mem_textn(NULL, line, n);
	int64_t step = strstr(rule, "FREQ=DAILY") != NULL    ? 1
	               : strstr(rule, "FREQ=WEEKLY") != NULL ? 7
	                                                     : 0;
	int simple = step != 0 && strstr(rule, ";BY") == NULL &&
	             strstr(rule, ":BY") == NULL;

	talloc_free(rule);
	if (!simple)
		return 0;
	step *= rule_number(line, n, "INTERVAL=", 1);
	return days % step != 0 ||
	       days / step >= rule_number(line, n, "COUNT=", INT64_MAX);
}

/* Does the text say that the series does not have the date? */
static int
is_excluded(const char *text, const struct named *name, int64_t days)
{
	int rules = strstr(text, "\nRDATE") == NULL;
	size_t n;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (line_is(text, n, "EXDATE") && line_has_date(text, n, name))
			return 1;
		if (rules && line_is(text, n, "RRULE") &&
		    (is_after_until(text, n, name) ||
			is_off_rule(text, n, days)))
			return 1;
	}
	return 0;
}

/* The number of a day. */
static int64_t
day_of(const struct civil *wall)
{
	return civil_days(wall->year, wall->month, wall->day);
}

int
date_is_possible(const struct turn *t, const struct when *date)
{
	const struct part *master = part_find(t->next, &master_date);
	struct named name;
	struct when when;

	if (master == NULL || !master->recurs)
		return 0;
	if (master->start.kind == WHEN_NONE)
		return 1;
	if (date->utc < master->start.utc)
		return 0;
	when =
	    when_like(&master->start, date->utc, t->occasion->calendar->zone);
	(void)civil_basic(name.wall, sizeof(name.wall), &when.wall);
	(void)civil_basic(name.day, sizeof(name.day), &when.wall);
	name.day[8] = '\0';
	(void)utc_basic(name.utc, sizeof(name.utc), date->utc);
	return !is_excluded(master->text, &name,
	    day_of(&when.wall) - day_of(&master->start.wall));
}

/* --- are the times others? ---------------------------------------------------- */

/* Do two times differ, for a single date or for a series? */
static int
when_differs(const struct when *a, const struct when *b, int recurs)
{
	if (a->kind == WHEN_NONE || b->kind == WHEN_NONE)
		return a->kind != b->kind;
	if (a->utc != b->utc ||
	    (a->kind == WHEN_DATE) != (b->kind == WHEN_DATE))
		return 1;
	return recurs &&
	       (a->kind != b->kind ||
		   (a->kind == WHEN_ZONED && strcmp(a->zone, b->zone) != 0));
}

int
times_differ(const struct part *a, const struct part *b)
{
	int recurs = a->recurs || b->recurs;

	return when_differs(&a->start, &b->start, recurs) ||
	       when_differs(&a->end, &b->end, recurs) ||
	       a->recurs != b->recurs || rules_differ(a->text, b->text);
}
