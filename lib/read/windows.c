/*
 * windows.c - names of zones in Windows, and the IANA zone of each
 *
 * The table is that of CLDR, see windows_table.c, and a few names that old
 * programs still send; none of these is in CLDR.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/read/zones.h"

/* Names that Windows or Exchange had before, in order of name. */
static const struct windows_zone former[] = {
    {"Armenian Standard Time", "Asia/Yerevan"},
    {"Jerusalem Standard Time", "Asia/Jerusalem"},
    {"Kamchatka Standard Time", "Asia/Kamchatka"},
    {"Malay Peninsula Standard Time", "Asia/Singapore"},
    {"Mexico Standard Time", "America/Mexico_City"},
    {"Mid-Atlantic Standard Time", "Etc/GMT+2"},
    {"Prague Bratislava", "Europe/Prague"},
};

/* Names that other zones have too, in the English of Java and others. */
static const struct windows_zone rivals[] = {
    {"Atlantic Standard Time", "America/Puerto_Rico"},
    {"Central Standard Time", "America/Regina"},
    {"Central Standard Time", "Australia/Darwin"},
    {"Central Standard Time", "Australia/Adelaide"},
    {"Eastern Standard Time", "America/Panama"},
    {"Eastern Standard Time", "Australia/Brisbane"},
    {"Eastern Standard Time", "Australia/Sydney"},
    {"Mountain Standard Time", "America/Phoenix"},
    {"Samoa Standard Time", "Pacific/Pago_Pago"},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int
compare(const void *name, const void *row)
{
	return strcasecmp(name, ((const struct windows_zone *)row)->name);
}

const char *
windows_zone(const char *name)
{
	const struct windows_zone *row = bsearch(name, windows_table,
	    windows_count, sizeof(windows_table[0]), compare);

	if (row == NULL)
		row = bsearch(
		    name, former, COUNT(former), sizeof(former[0]), compare);
	return row == NULL ? NULL : row->zone;
}

const char *
windows_row(size_t i, const char **name)
{
	if (i >= windows_count)
		return NULL;
	*name = windows_table[i].name;
	return windows_table[i].zone;
}

const char *
windows_rival(const char *name, size_t i)
{
	size_t k;

	for (k = 0; k < COUNT(rivals); k++) {
		size_t n = strlen(rivals[k].name);

		if (strncasecmp(name, rivals[k].name, n) != 0 ||
		    strpbrk(name + n, "abcdefghijklmnopqrstuvwxyz") != NULL)
			continue;
		if (i-- == 0)
			return rivals[k].zone;
	}
	return NULL;
}
