/* sheet.c - a VCALENDAR while it is written, see sheet.h */
#include "lib/write/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/property.h"

void
sheet_open(struct sheet *sheet, TALLOC_CTX *ctx,
    const struct timezone *timezone, size_t n, const struct zone *local)
{
	sheet->out = mem_text(ctx, "");
	sheet->zones = tzuse_new(ctx, timezone, n, local);
	sheet->local = local;
	sheet->from = INT64_MAX;
	sheet->to = INT64_MIN;
}

char *
sheet_close(
    TALLOC_CTX *ctx, const struct sheet *sheet, const char *method, int64_t now)
{
	int any = sheet->from <= sheet->to;
	char *out = mem_text(ctx, ""), *line;

	ical_line(&out, "BEGIN:VCALENDAR");
	ical_line(&out, "VERSION:2.0");
	ical_line(&out, ICAL_PRODID);
	line = mem_print(out, "METHOD:%s", method);
	ical_line(&out, line);
	talloc_free(line);
	tzuse_write(
	    sheet->zones, &out, any ? sheet->from : now, any ? sheet->to : now);
	ical_add(&out, sheet->out, strlen(sheet->out));
	ical_line(&out, "END:VCALENDAR");
	return out;
}

void
sheet_line(struct sheet *sheet, const char *fmt, ...)
{
	va_list ap;
	char *line;

	va_start(ap, fmt);
	line = mem_check(talloc_vasprintf(NULL, fmt, ap));
	va_end(ap);
	ical_line(&sheet->out, line);
	talloc_free(line);
}

int64_t
sheet_utc(const struct sheet *sheet, const struct when *when)
{
	if (when->kind != WHEN_FLOATING && when->kind != WHEN_DATE)
		return when->utc;
	if (sheet->local == NULL)
		return civil_seconds(&when->wall);
	return zone_to_utc(sheet->local, &when->wall);
}

void
sheet_cover(struct sheet *sheet, const struct when *when)
{
	int64_t utc;

	if (when->kind == WHEN_NONE)
		return;
	utc = sheet_utc(sheet, when);
	if (utc < sheet->from)
		sheet->from = utc;
	if (utc > sheet->to)
		sheet->to = utc;
}

void
sheet_keep_zone(struct sheet *sheet, const char *line)
{
	char *tzid = property_parameter(sheet->out, line, "TZID");

	if (tzid != NULL)
		tzuse_keep(sheet->zones, tzid);
	talloc_free(tzid);
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

void
sheet_when(struct sheet *sheet, const char *name, const struct when *when)
{
	char buf[32];

	if (when->kind == WHEN_DATE) {
		(void)civil_basic(buf, sizeof(buf), &when->wall);
		sheet_line(sheet, "%s;VALUE=DATE:%.8s", name, buf);
		return;
	}
	(void)utc_basic(buf, sizeof(buf), sheet_utc(sheet, when));
	sheet_line(sheet, "%s:%s", name, buf);
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

int
sheet_is_time(const char *line)
{
	const char *value = property_value(line);

	return property_is_sound(line) &&
	       (is_like(value, "99999999") ||
		   is_like(value, "99999999T999999") ||
		   is_like(value, "99999999T999999Z"));
}

void
sheet_time(struct sheet *sheet, const char *name, const char *line,
    const struct when *when)
{
	const char *value = property_value(line), *used = NULL;
	char *tzid = property_parameter(sheet->out, line, "TZID");
	int zoned = when->kind == WHEN_ZONED ||
	            (when->kind == WHEN_FLOATING && tzid != NULL);

	if (when->kind == WHEN_NONE)
		return;
	if (tzid != NULL && zoned && strchr(value, 'Z') == NULL)
		used = tzuse_name(sheet->zones, tzid);
	if (!is_copyable(value, when) || (zoned && used == NULL)) {
		sheet_when(sheet, name, when);
		return;
	}
	sheet_line(sheet, "%s%s%s%s:%s", name,
	    when->kind == WHEN_DATE ? ";VALUE=DATE" : "",
	    used == NULL ? "" : ";TZID=",
	    used == NULL ? "" : property_quote(sheet->out, used), value);
}

void
sheet_times(struct sheet *sheet, const struct component *c)
{
	const char *name = strcmp(c->kind, "VTODO") == 0 ? "DUE" : "DTEND";
	const char *start = property_line(c, "DTSTART");
	const char *end = property_line(c, name);
	const char *duration = property_line(c, "DURATION");

	if (start != NULL)
		sheet_time(sheet, "DTSTART", start, &c->start);
	if (end != NULL)
		sheet_time(sheet, name, end, &c->end);
	else if (duration != NULL && is_duration(property_value(duration)))
		sheet_line(sheet, "DURATION:%s", property_value(duration));
	else if (duration != NULL && c->end.kind != WHEN_NONE)
		sheet_when(sheet, name, &c->end);
}

void
sheet_like(struct sheet *sheet, const char *name, const char *like,
    const struct when *when)
{
	int local = when->kind == WHEN_ZONED || when->kind == WHEN_FLOATING;
	const char *used = NULL;
	char *tzid = NULL, buf[32];

	if (like != NULL && local)
		tzid = property_parameter(sheet->out, like, "TZID");
	if (tzid != NULL)
		used = tzuse_name(sheet->zones, tzid);
	if (!local || (used == NULL && when->kind == WHEN_ZONED)) {
		sheet_when(sheet, name, when);
		return;
	}
	sheet_line(sheet, "%s%s%s:%s", name, used == NULL ? "" : ";TZID=",
	    used == NULL ? "" : property_quote(sheet->out, used),
	    civil_basic(buf, sizeof(buf), &when->wall));
}

void
sheet_text(struct sheet *sheet, const char *name, const char *line)
{
	char *language, *text, *head;

	if (line == NULL)
		return;
	text = property_text(sheet->out, line);
	text[ical_cut(text, SHEET_TEXT_MAX)] = '\0';
	if (ical_is_blank(text))
		return;
	language = property_parameter(sheet->out, line, "LANGUAGE");
	head = mem_print(sheet->out, "%s%s%s", name,
	    language == NULL ? "" : ";LANGUAGE=",
	    language == NULL ? "" : property_quote(sheet->out, language));
	ical_text(&sheet->out, head, text);
}
