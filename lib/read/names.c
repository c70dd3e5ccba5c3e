/*
 * names.c - the many names of a time zone to the one of IANA
 *
 * A name is only ever compared or looked up; no path is made of it here.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/read/zones.h"

#define NAME_MAX_BYTES 200

/* What stands in display names and old Lotus names; hints, not names. */
static const struct hint {
	const char *text;
	const char *zone;
} hints[] = {
    {"Eastern Time", "America/New_York"},
    {"Central Time", "America/Chicago"},
    {"Mountain Time", "America/Denver"},
    {"Pacific Time", "America/Los_Angeles"},
    {"Atlantic Time", "America/Halifax"},
    {"Central European", "Europe/Berlin"},
    {"Western/Central Europe", "Europe/Berlin"},
    {"Mitteleurop", "Europe/Berlin"},
    {"Eastern Europe", "Europe/Bucharest"},
    {"Eastern", "America/New_York"},
    {"Central", "America/Chicago"},
    {"Mountain", "America/Denver"},
    {"Pacific", "America/Los_Angeles"},
    {"Alaska", "America/Anchorage"},
    {"Hawaii", "Pacific/Honolulu"},
    {"Arizona", "America/Phoenix"},
    {"Saskatchewan", "America/Regina"},
    {"Newfoundland", "America/St_Johns"},
    {"Indiana (East)", "America/Indiana/Indianapolis"},
    {"Brasilia", "America/Sao_Paulo"},
    {"Buenos Aires", "America/Argentina/Buenos_Aires"},
    {"Greenwich Mean Time", "Europe/London"},
    {"Coordinated Universal Time", "UTC"},
    {"Bern", "Europe/Zurich"},
    {"Chennai", "Asia/Kolkata"},
    {"Mumbai", "Asia/Kolkata"},
    {"New Delhi", "Asia/Kolkata"},
    {"Beijing", "Asia/Shanghai"},
    {"Abu Dhabi", "Asia/Dubai"},
    {"Islamabad", "Asia/Karachi"},
    {"Hanoi", "Asia/Bangkok"},
    {"Osaka", "Asia/Tokyo"},
    {"Sapporo", "Asia/Tokyo"},
    {"Canberra", "Australia/Sydney"},
    {"Wellington", "Pacific/Auckland"},
    {"St. Petersburg", "Europe/Moscow"},
    {"Kyiv", "Europe/Kiev"},
    {"Cairo", "Africa/Cairo"},
    {"Harare", "Africa/Harare"},
};

/* Whole names in the fashion of other programs. */
static const struct hint exact[] = {
    {"US-Eastern", "America/New_York"},
    {"US-Central", "America/Chicago"},
    {"US-Mountain", "America/Denver"},
    {"US-Pacific", "America/Los_Angeles"},
    {"tzone://Microsoft/Utc", "UTC"},
    {"Z", "UTC"},
    {"UTC", "UTC"},
    {"Coordinated Universal Time", "UTC"},
};

/* Copy without blanks at the ends; 0 if there is nothing or too much. */
static int
copy_name(const char *tzid, char *name)
{
	size_t n;

	while (isspace((unsigned char)*tzid))
		tzid++;
	n = strlen(tzid);
	while (n > 0 && isspace((unsigned char)tzid[n - 1]))
		n--;
	if (n == 0 || n >= NAME_MAX_BYTES)
		return 0;
	memcpy(name, tzid, n);
	name[n] = '\0';
	return 1;
}

/* "/mozilla.org/20050126_1/America/Boise": the longest end that is a zone. */
static const struct zone *
by_suffix(const char *name)
{
	const struct zone *zone = NULL;

	while (zone == NULL && (name = strchr(name, '/')) != NULL) {
		name++;
		zone = zone_find(name);
	}
	return zone;
}

/* A Windows name, perhaps with "Daylight", or digits behind it. */
static const struct zone *
by_windows(const char *name)
{
	char copy[NAME_MAX_BYTES + 16];
	const char *daylight = strstr(name, " Daylight Time");
	const char *found;
	size_t n;

	(void)snprintf(copy, sizeof(copy), "%s", name);
	if (daylight != NULL)
		(void)snprintf(copy, sizeof(copy), "%.*s Standard Time%s",
		    (int)(daylight - name), name, daylight + 14);
	n = strlen(copy);
	found = windows_zone(copy);
	while (found == NULL && n > 0 &&
	       (isdigit((unsigned char)copy[n - 1]) ||
		   strchr(" -_()", copy[n - 1]) != NULL)) {
		copy[--n] = '\0';
		found = windows_zone(copy);
	}
	return found == NULL ? NULL : zone_find(found);
}

/* "GMT+1", "UTC-05:30", "GMT +0100": minutes east; 0 if it is no such name. */
static int
read_offset(const char *name, const char **end, int *minutes)
{
	int sign;
	int hour = 0;
	int minute = 0;
	int used = 0;

	if (strncasecmp(name, "GMT", 3) != 0 &&
	    strncasecmp(name, "UTC", 3) != 0)
		return 0;
	name += 3;
	while (*name == ' ')
		name++;
	if (*name != '+' && *name != '-')
		return 0;
	sign = *name++ == '-' ? -1 : 1;
	if (sscanf(name, "%2d%n", &hour, &used) != 1 || hour < 0 || hour > 14)
		return 0;
	name += used;
	if (*name == ':' || *name == '.')
		name++;
	used = 0;
	if (isdigit((unsigned char)name[0]) &&
	    isdigit((unsigned char)name[1])) {
		minute = (name[0] - '0') * 10 + name[1] - '0';
		used = 2;
	}
	*end = name + used;
	*minutes = sign * (hour * 60 + minute);
	return minute < 60;
}

/* The fixed zone of a whole number of hours; POSIX counts them westward. */
static const struct zone *
by_offset(const char *name)
{
	char etc[32];
	const char *end;
	int minutes;

	if (!read_offset(name, &end, &minutes) || *end != '\0' ||
	    minutes % 60 != 0)
		return NULL;
	if (minutes == 0)
		return zone_find("UTC");
	(void)snprintf(etc, sizeof(etc), "Etc/GMT%+d", -minutes / 60);
	return zone_find(etc);
}

/* Is this the zone's offset in January or July of a year of our time? */
static int
offset_fits(const struct zone *zone, int minutes)
{
	return zone_offset(zone, INT64_C(1736942400), NULL, NULL) ==
	           minutes * 60 ||
	       zone_offset(zone, INT64_C(1752580800), NULL, NULL) ==
	           minutes * 60;
}

/* "Amsterdam" to Europe/Amsterdam. */
static const struct zone *
by_city(const char *city, size_t n)
{
	static const char *const areas[] = {"Europe", "America", "Asia",
	    "Africa", "Australia", "Pacific", "Atlantic", "Indian"};
	char name[80];
	char *p;
	const struct zone *zone = NULL;
	size_t i;

	for (i = 0; n > 2 && n < 40 && zone == NULL &&
		    i < sizeof(areas) / sizeof(areas[0]);
	     i++) {
		(void)snprintf(
		    name, sizeof(name), "%s/%.*s", areas[i], (int)n, city);
		for (p = name; *p != '\0'; p++) {
			if (*p == ' ')
				*p = '_';
		}
		zone = zone_find(name);
	}
	return zone;
}

/* The first city of "Amsterdam, Berlin, Bern, Rome" that is a zone. */
static const struct zone *
by_cities(const char *list)
{
	const struct zone *zone = NULL;
	size_t n;

	while (zone == NULL && *list != '\0') {
		list += strspn(list, " ,/&;");
		n = strcspn(list, ",/&;");
		while (n > 0 && list[n - 1] == ' ')
			n--;
		zone = by_city(list, n);
		list += strcspn(list, ",/&;");
	}
	return zone;
}

/* What a hint at the beginning of the text says. */
static const struct zone *
by_hint(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (strncasecmp(text, hints[i].text, strlen(hints[i].text)) ==
		    0)
			return zone_find(hints[i].zone);
	}
	return NULL;
}

/* "(UTC+01:00) Amsterdam, Berlin": the text, if the offset bears it out. */
static const struct zone *
by_display(const char *name)
{
	const struct zone *zone;
	const char *rest = strchr(name, ')');
	const char *end;
	int minutes;

	if (*name != '(')
		return by_hint(name);
	if (rest == NULL)
		return NULL;
	rest += 1 + strspn(rest + 1, " ");
	zone = by_hint(rest);
	if (zone == NULL)
		zone = by_cities(rest);
	if (strncasecmp(name, "(UTC)", 5) == 0 ||
	    strncasecmp(name, "(GMT)", 5) == 0)
		return zone;
	if (zone == NULL || !read_offset(name + 1, &end, &minutes) ||
	    !offset_fits(zone, minutes))
		return NULL;
	return zone;
}

/* "Europe_Berlin" */
static const struct zone *
by_underscore(char *name)
{
	char *p = strchr(name, '_');
	const struct zone *zone;

	if (p == NULL)
		return NULL;
	*p = '/';
	zone = zone_find(name);
	*p = '_';
	return zone;
}

static const struct zone *
by_exact(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
		if (strcasecmp(name, exact[i].text) == 0)
			return zone_find(exact[i].zone);
	}
	return NULL;
}

const struct zone *
zones_by_name(const char *tzid, int *sure)
{
	char name[NAME_MAX_BYTES];
	const struct zone *zone;

	*sure = 1;
	if (!copy_name(tzid, name))
		return NULL;
	zone = zone_find(name);
	if (zone == NULL)
		zone = by_exact(name);
	if (zone == NULL)
		zone = by_windows(name);
	if (zone == NULL)
		zone = by_suffix(name);
	if (zone == NULL)
		zone = by_underscore(name);
	if (zone != NULL)
		return zone;
	*sure = 0;
	zone = by_offset(name);
	return zone != NULL ? zone : by_display(name);
}
