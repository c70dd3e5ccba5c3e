/*
 * names.c - the many names of a time zone to the one of IANA
 *
 * A name is only ever compared or looked up; no path is made of it here.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/read/zones.h"

#define NAME_MAX_BYTES 200
#define ANY_OFFSET     100000

/*
 * How display names and old Lotus names begin; hints, not names.  What is more
 * special stands first.
 */
static const struct hint {
	const char *text;
	const char *zone;
} hints[] = {
    {"Eastern Time", "America/New_York"},
    {"Central Time", "America/Chicago"},
    {"Mountain Time", "America/Denver"},
    {"Pacific Time", "America/Los_Angeles"},
    {"Atlantic Time", "America/Halifax"},
    {"Central America", "America/Guatemala"},
    {"Central European", "Europe/Berlin"},
    {"Western/Central Europe", "Europe/Berlin"},
    {"Mitteleurop", "Europe/Berlin"},
    {"West Central Africa", "Africa/Lagos"},
    {"Eastern Europe", "Europe/Bucharest"},
    {"Eastern", "America/New_York"},
    {"Central", "America/Chicago"},
    {"Mountain", "America/Denver"},
    {"Pacific", "America/Los_Angeles"},
    {"International Date Line", "Etc/GMT+12"},
    {"Aleutian Islands", "America/Adak"},
    {"Hawaii", "Pacific/Honolulu"},
    {"Marquesas Islands", "Pacific/Marquesas"},
    {"Alaska", "America/Anchorage"},
    {"Baja California", "America/Tijuana"},
    {"Arizona", "America/Phoenix"},
    {"Yukon", "America/Whitehorse"},
    {"Easter Island", "Pacific/Easter"},
    {"Saskatchewan", "America/Regina"},
    {"Chetumal", "America/Cancun"},
    {"Haiti", "America/Port-au-Prince"},
    {"Indiana (East)", "America/Indiana/Indianapolis"},
    {"Turks and Caicos", "America/Grand_Turk"},
    {"Georgetown", "America/La_Paz"},
    {"Newfoundland", "America/St_Johns"},
    {"Brasilia", "America/Sao_Paulo"},
    {"City of Buenos Aires", "America/Argentina/Buenos_Aires"},
    {"Buenos Aires", "America/Argentina/Buenos_Aires"},
    {"Greenland", "America/Nuuk"},
    {"Saint Pierre", "America/Miquelon"},
    {"Salvador", "America/Bahia"},
    {"Cape Verde", "Atlantic/Cape_Verde"},
    {"Cabo Verde", "Atlantic/Cape_Verde"},
    {"Greenwich Mean Time", "Europe/London"},
    {"Coordinated Universal Time", "UTC"},
    {"Bern", "Europe/Zurich"},
    {"Kyiv", "Europe/Kiev"},
    {"St. Petersburg", "Europe/Moscow"},
    {"Cairo", "Africa/Cairo"},
    {"Harare", "Africa/Harare"},
    {"Port Louis", "Indian/Mauritius"},
    {"Abu Dhabi", "Asia/Dubai"},
    {"Ekaterinburg", "Asia/Yekaterinburg"},
    {"Islamabad", "Asia/Karachi"},
    {"Chennai", "Asia/Kolkata"},
    {"Mumbai", "Asia/Kolkata"},
    {"New Delhi", "Asia/Kolkata"},
    {"Sri Jayawardenepura", "Asia/Colombo"},
    {"Astana", "Asia/Almaty"},
    {"Yangon", "Asia/Yangon"},
    {"Hanoi", "Asia/Bangkok"},
    {"Beijing", "Asia/Shanghai"},
    {"Osaka", "Asia/Tokyo"},
    {"Sapporo", "Asia/Tokyo"},
    {"Canberra", "Australia/Sydney"},
    {"Lord Howe Island", "Australia/Lord_Howe"},
    {"Bougainville Island", "Pacific/Bougainville"},
    {"Chokurdakh", "Asia/Srednekolymsk"},
    {"Norfolk Island", "Pacific/Norfolk"},
    {"Solomon Is", "Pacific/Guadalcanal"},
    {"Wellington", "Pacific/Auckland"},
    {"Chatham Islands", "Pacific/Chatham"},
    {"Nuku", "Pacific/Tongatapu"},
    {"Samoa", "Pacific/Apia"},
    {"Kiritimati Island", "Pacific/Kiritimati"},
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

/* IANA names that people also write for a zone with summer time. */
static const char *const vague[] = {"EST", "MST", "HST"};

/* Offsets of no whole hour that a place has all year. */
static const struct broken {
	int minutes;
	const char *zone;
} broken[] = {
    {-570, "Pacific/Marquesas"},
    {210, "Asia/Tehran"},
    {270, "Asia/Kabul"},
    {330, "Asia/Kolkata"},
    {345, "Asia/Kathmandu"},
    {390, "Asia/Yangon"},
    {525, "Australia/Eucla"},
    {570, "Australia/Darwin"},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/*
 * Copy without blanks, quotes and the like at the ends, and without
 * backslashes; 0 if there is nothing or too much.
 */
static int
copy_name(const char *tzid, char *name)
{
	static const char around[] = " \t\"";
	size_t i, n = 0;

	tzid += strspn(tzid, around);
	if (strlen(tzid) >= NAME_MAX_BYTES)
		return 0;
	for (i = 0; tzid[i] != '\0'; i++)
		if (tzid[i] != '\\')
			name[n++] = tzid[i];
	name[n] = '\0';
	while (n > 0 && strchr(" \t\":,;", name[n - 1]) != NULL)
		name[--n] = '\0';
	return n > 0;
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
	const char *daylight = strcasestr(name, " Daylight Time");
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

/* The fixed zone of an offset; POSIX counts hours westward. */
static const struct zone *
by_minutes(int minutes)
{
	char etc[32];
	size_t i;

	if (minutes == 0)
		return zone_find("UTC");
	for (i = 0; i < COUNT(broken); i++)
		if (broken[i].minutes == minutes)
			return zone_find(broken[i].zone);
	if (minutes % 60 != 0)
		return NULL;
	(void)snprintf(etc, sizeof(etc), "Etc/GMT%+d", -minutes / 60);
	return zone_find(etc);
}

/* "UTC-05:00" and nothing behind it. */
static const struct zone *
by_offset(const char *name)
{
	const char *end;
	int minutes;

	if (!read_offset(name, &end, &minutes) || *end != '\0')
		return NULL;
	return by_minutes(minutes);
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

	for (i = 0; n > 2 && n < 40 && zone == NULL && i < COUNT(areas); i++) {
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

/* The first city of "Amsterdam, Berlin, Bern, Rome" with that offset. */
static const struct zone *
by_cities(const char *list, int minutes)
{
	const struct zone *zone = NULL;
	size_t n;

	while (zone == NULL && *list != '\0') {
		list += strspn(list, " ,/&;:");
		n = strcspn(list, ",/&;:");
		list += n;
		while (n > 0 && list[-1] == ' ') {
			list--;
			n--;
		}
		zone = by_city(list - n, n);
		if (zone != NULL && minutes != ANY_OFFSET &&
		    !offset_fits(zone, minutes))
			zone = NULL;
		list += strspn(list, " ");
	}
	return zone;
}

/* What a hint at the beginning of the text says. */
static const struct zone *
by_hint(const char *text)
{
	size_t i;

	for (i = 0; i < COUNT(hints); i++) {
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
	int minutes = 0;

	if (*name != '(') {
		zone = by_hint(name);
		return zone != NULL ? zone : by_cities(name, ANY_OFFSET);
	}
	if (rest == NULL)
		return NULL;
	rest += 1 + strspn(rest + 1, " ");
	if (strncasecmp(name, "(UTC)", 5) != 0 &&
	    strncasecmp(name, "(GMT)", 5) != 0 &&
	    !read_offset(name + 1, &end, &minutes))
		return NULL;
	/* "Coordinated Universal Time-11" is as far as its prefix says */
	if (strncasecmp(rest, "Coordinated Universal", 21) == 0)
		return minutes == 0 ? zone_find("UTC") : by_minutes(minutes);
	zone = by_hint(rest);
	if (zone != NULL && offset_fits(zone, minutes))
		return zone;
	return by_cities(rest, minutes);
}

/* "Europe_Berlin", "America-Chicago", "America_Argentina_Buenos_Aires" */
static const struct zone *
by_separator(const char *name)
{
	char copy[NAME_MAX_BYTES];
	const struct zone *zone = NULL;
	char *p = copy;
	int i;

	(void)snprintf(copy, sizeof(copy), "%s", name);
	for (i = 0; i < 2 && zone == NULL; i++) {
		p += strcspn(p, "_-");
		if (*p == '\0')
			return NULL;
		*p++ = '/';
		zone = zone_find(copy);
	}
	return zone;
}

/* "custom_Pacific/Fiji" */
static const struct zone *
by_prefix(const char *name)
{
	const char *p = strchr(name, '_');

	return p == NULL || strchr(p, '/') == NULL ? NULL : zone_find(p + 1);
}

/* "W. Europe" */
static const struct zone *
by_short_windows(const char *name)
{
	char whole[NAME_MAX_BYTES + 16];
	const char *found;

	(void)snprintf(whole, sizeof(whole), "%s Standard Time", name);
	found = windows_zone(whole);
	return found == NULL ? NULL : zone_find(found);
}

/* Is it a name that not everybody means alike? */
static int
is_vague(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(vague); i++)
		if (strcasecmp(name, vague[i]) == 0)
			return 1;
	return 0;
}

static const struct zone *
by_exact(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(exact); i++) {
		if (strcasecmp(name, exact[i].text) == 0)
			return zone_find(exact[i].zone);
	}
	return NULL;
}

/* What is sure about a name, or NULL. */
static const struct zone *
by_well_known(const char *name)
{
	const struct zone *zone = zone_find(name);

	if (zone == NULL)
		zone = by_exact(name);
	if (zone == NULL)
		zone = by_windows(name);
	if (zone == NULL)
		zone = by_suffix(name);
	if (zone == NULL)
		zone = by_separator(name);
	return zone;
}

const struct zone *
zones_by_name(const char *tzid, int *sure)
{
	char name[NAME_MAX_BYTES];
	const struct zone *zone;

	*sure = 1;
	if (!copy_name(tzid, name))
		return NULL;
	zone = by_well_known(name);
	if (zone != NULL) {
		*sure = !is_vague(name);
		return zone;
	}
	*sure = 0;
	zone = by_offset(name);
	if (zone == NULL)
		zone = by_prefix(name);
	if (zone == NULL)
		zone = by_short_windows(name);
	return zone != NULL ? zone : by_display(name);
}
