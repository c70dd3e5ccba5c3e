/* ifb.c - busy periods as a VFREEBUSY file, see ifb.h */
#include "lib/write/ifb.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"

/* Append "NAME:" and a UTC time. */
static void
add_time(char **out, const char *name, int64_t utc)
{
	char buf[32];

	mem_add(out, "%s:%s\r\n", name, utc_basic(buf, sizeof(buf), utc));
}

/* Append ORGANIZER: whose times these are. */
static void
add_organizer(char **out, const struct calendar *calendar)
{
	char *line = mem_text(*out, "ORGANIZER");

	if (calendar->name != NULL && calendar->name[0] != '\0')
		mem_add(&line, ";CN=%s", ical_parameter(line, calendar->name));
	mem_add(&line, ":%s", ical_mailto(line, calendar->address));
	ical_line(out, line);
	talloc_free(line);
}

/* Append one period.  Some clients do not know that BUSY is the default. */
static void
add_period(char **out, const struct span *span)
{
	char start[32], end[32];

	mem_add(out, "FREEBUSY;FBTYPE=BUSY:%s/%s\r\n",
	    utc_basic(start, sizeof(start), span->start),
	    utc_basic(end, sizeof(end), span->end));
}

char *
ifb_render(TALLOC_CTX *ctx, const struct calendar *calendar,
    const struct span *span, size_t n, int64_t from, int64_t to,
    int64_t changed)
{
	char *out = mem_text(ctx, ""), *uid;
	size_t i;

	ical_line(&out, "BEGIN:VCALENDAR");
	ical_line(&out, "VERSION:2.0");
	ical_line(&out, ICAL_PRODID);
	ical_line(&out, "METHOD:PUBLISH");
	ical_line(&out, "BEGIN:VFREEBUSY");
	uid = mem_print(out, "freebusy-%s", calendar->address);
	ical_text(&out, "UID", uid);
	talloc_free(uid);
	add_time(&out, "DTSTAMP", changed);
	add_organizer(&out, calendar);
	add_time(&out, "DTSTART", from);
	add_time(&out, "DTEND", to);
	for (i = 0; i < n; i++)
		add_period(&out, &span[i]);
	ical_line(&out, "END:VFREEBUSY");
	ical_line(&out, "END:VCALENDAR");
	return out;
}
