/* tzuse.c - the time zones that an answer uses, see tzuse.h */
#include "lib/write/tzuse.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/property.h"

/* A name that the answer uses: our zone, or the sender's text. */
struct use {
	const char *tzid;
	const struct zone *zone; /* NULL: text is copied */
	const char *text;
};

struct tzuse {
	const struct timezone *timezone; /* the sender's */
	size_t ntimezone;
	const struct zone *local;
	struct use *use;
	size_t n;
};

struct tzuse *
tzuse_new(TALLOC_CTX *ctx, const struct timezone *timezone, size_t n,
    const struct zone *local)
{
	struct tzuse *zones = mem_new(ctx, struct tzuse);

	zones->timezone = timezone;
	zones->ntimezone = n;
	zones->local = local;
	return zones;
}

/* The sender's VTIMEZONE of that name, or NULL. */
static const struct timezone *
timezone_of(const struct tzuse *zones, const char *tzid)
{
	size_t i;

	for (i = 0; i < zones->ntimezone; i++)
		if (property_same_tzid(zones->timezone[i].tzid, tzid))
			return &zones->timezone[i];
	return NULL;
}

/* The zone that is meant, or NULL. */
static const struct zone *
zone_of(const struct tzuse *zones, const char *tzid)
{
	const struct timezone *sent = timezone_of(zones, tzid);

	if (sent == NULL)
		return zone_find(tzid);
	if (sent->zone[0] != '\0')
		return zone_find(sent->zone);
	return NULL;
}

/* The use of a name, or NULL. */
static struct use *
find_use(const struct tzuse *zones, const char *tzid)
{
	size_t i;

	for (i = 0; i < zones->n; i++)
		if (strcmp(zones->use[i].tzid, tzid) == 0)
			return &zones->use[i];
	return NULL;
}

/* Add a name once. */
static const char *
add_use(struct tzuse *zones, const char *tzid, const struct zone *zone,
    const char *text)
{
	struct use *use = find_use(zones, tzid);

	if (use != NULL)
		return use->tzid;
	zones->use = mem_check(talloc_realloc(
	    zones, zones->use, struct use, mem_count(zones->n + 1)));
	use = &zones->use[zones->n++];
	use->tzid = mem_text(zones, tzid);
	use->zone = zone;
	use->text = text;
	return use->tzid;
}

/* Does the text look like one VTIMEZONE and nothing besides? */
static int
is_timezone_text(const char *text)
{
	static const char *const allowed[] = {
	    "BEGIN:STANDARD", "BEGIN:DAYLIGHT", "END:STANDARD", "END:DAYLIGHT"};
	const char *p = text;
	size_t i, n;

	if (strncmp(p, "BEGIN:VTIMEZONE\n", 16) != 0)
		return 0;
	for (p += 16; *p != '\0'; p += n + (p[n] == '\n')) {
		int known = 0;

		n = strcspn(p, "\n");
		if (n == 13 && strncmp(p, "END:VTIMEZONE", n) == 0)
			return p[n + (p[n] == '\n')] == '\0';
		for (i = 0; i < 4; i++)
			if (n == strlen(allowed[i]) &&
			    strncmp(p, allowed[i], n) == 0)
				known = 1;
		if (!known && (strncasecmp(p, "BEGIN:", 6) == 0 ||
				  strncasecmp(p, "END:", 4) == 0))
			return 0;
	}
	return 0;
}

/* The text to copy for a name that is no zone of ours, or NULL. */
static const char *
text_of(const struct tzuse *zones, const char *tzid)
{
	const struct timezone *sent = timezone_of(zones, tzid);

	if (sent == NULL || !is_timezone_text(sent->text))
		return NULL;
	return sent->text;
}

int
tzuse_is_known(const struct tzuse *zones, const char *tzid)
{
	return zone_of(zones, tzid) != NULL || text_of(zones, tzid) != NULL;
}

void
tzuse_keep(struct tzuse *zones, const char *tzid)
{
	const struct zone *zone = zone_of(zones, tzid);
	const char *text = zone == NULL ? text_of(zones, tzid) : NULL;

	/* A name that nobody knows was read as local time. */
	if (zone == NULL && text == NULL)
		zone = zones->local;
	if (zone != NULL || text != NULL)
		(void)add_use(zones, tzid, zone, text);
}

const char *
tzuse_name(struct tzuse *zones, const char *tzid)
{
	const struct use *kept = find_use(zones, tzid);
	const struct zone *zone = zone_of(zones, tzid);
	const char *text;

	if (kept != NULL)
		return kept->tzid;
	if (zone != NULL)
		return add_use(zones, zone_name(zone), zone, NULL);
	text = text_of(zones, tzid);
	return text == NULL ? NULL : add_use(zones, tzid, NULL, text);
}

/* May this line of a sender's VTIMEZONE be copied? */
static int
is_wanted(const char *line)
{
	static const char *const wanted[] = {"BEGIN", "END", "DTSTART", "RRULE",
	    "RDATE", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"};
	size_t i;

	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (property_is(line, wanted[i]))
			return property_value(line)[0] != '\0';
	return 0;
}

/* Append the lines of a VTIMEZONE, its TZID replaced. */
static void
write_lines(char **out, const char *text, const char *tzid)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\r\n");
		char *line = mem_textn(*out, text, n);

		if (property_is(line, "TZID"))
			ical_text(out, "TZID", tzid);
		else if (is_wanted(line))
			ical_line(out, line);
		talloc_free(line);
		text += n;
		text += strspn(text, "\r\n");
	}
}

/* One VTIMEZONE from our own zone data. */
static void
write_zone(char **out, const struct use *use, int64_t from, int64_t to)
{
	const char *name = zone_name(use->zone);
	char usual[2048], *text = usual;
	size_t n =
	    zone_vtimezone(use->zone, name, from, to, usual, sizeof(usual));

	if (n >= sizeof(usual)) {
		text = mem_array(*out, char, n + 1);
		(void)zone_vtimezone(use->zone, name, from, to, text, n + 1);
	}
	write_lines(out, text, use->tzid);
	if (text != usual)
		talloc_free(text);
}

void
tzuse_write(const struct tzuse *zones, char **out, int64_t from, int64_t to)
{
	size_t i;

	for (i = 0; i < zones->n; i++) {
		const struct use *use = &zones->use[i];

		if (use->zone == NULL)
			write_lines(out, use->text, use->tzid);
		else
			write_zone(out, use, from, to);
	}
}
