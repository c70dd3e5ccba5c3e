/*
 * zone.c - find zones, and convert between them and UTC; see zone.h
 *
 * The table of names that were asked for is the one global here: its entries
 * never change once made, and it is bounded, since the names come from mail.
 */
#include "lib/base/zone.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/base/tzif.h"

#ifndef ZONE_DIRECTORY
#define ZONE_DIRECTORY "/usr/share/zoneinfo"
#endif

#define NAME_MAX_BYTES 64
#define FILE_MAX_BYTES (64L * 1024)
#define SLOTS          4096 /* a power of two, above FOUND_MAX + ABSENT_MAX */
#define FOUND_MAX      2000
#define ABSENT_MAX     1000

/* Two days within the years 1 to 9999 on both sides. */
#define FIRST_SECOND (-719160 * SECONDS_PER_DAY)
#define LAST_SECOND  (INT64_C(2932895) * SECONDS_PER_DAY)

/* A name that was asked for, in lower case; zone is NULL if there is none. */
struct slot {
	const char *key;
	const struct zone *zone;
};

static struct slot slots[SLOTS];
static size_t found_count, absent_count;

/* --- finding ---------------------------------------------------------------- */

const char *
zone_directory(void)
{
	static char directory[ZONE_DIRECTORY_MAX + 1];
	const char *path = getenv(ZONE_ENVIRONMENT);

	if (directory[0] == '\0') {
		if (path == NULL || path[0] != '/' ||
		    strlen(path) > ZONE_DIRECTORY_MAX)
			path = ZONE_DIRECTORY;
		(void)snprintf(directory, sizeof(directory), "%s", path);
	}
	return directory;
}

/* Put the name in lower case; 0 if it is not a plain relative path. */
static int
fold_name(const char *name, char *key)
{
	size_t i;

	for (i = 0; name[i] != '\0'; i++) {
		char c = name[i];

		if (i + 1 >= NAME_MAX_BYTES)
			return 0;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '-' || c == '+' || c == '/'))
			return 0;
		if (c == '/' && (i == 0 || key[i - 1] == '/'))
			return 0;
		key[i] = c;
	}
	key[i] = '\0';
	return i > 0 && key[i - 1] != '/';
}

/*
 * Is it a name of a directory of other readings, or of what this machine is
 * set to, and so no name of a zone?
 */
static int
is_refused(const char *key)
{
	return strncmp(key, "posix/", 6) == 0 ||
	       strncmp(key, "right/", 6) == 0 ||
	       strcmp(key, "localtime") == 0 || strcmp(key, "posixrules") == 0;
}

/* The slot of a key, or the empty one where it would go. */
static struct slot *
slot_of(const char *key)
{
	size_t hash = 5381;
	const char *p;

	for (p = key; *p != '\0'; p++)
		hash = hash * 33 + (unsigned char)*p;
	for (;; hash++) {
		struct slot *slot = &slots[hash & (SLOTS - 1)];

		if (slot->key == NULL || strcmp(slot->key, key) == 0)
			return slot;
	}
}

/* Find how the directory spells a name of n bytes; 0 if it has none such. */
static int
spell(const char *path, char *name, size_t n)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int found = 0;

	if (dir == NULL)
		return 0;
	while (!found && (entry = readdir(dir)) != NULL)
		if (strlen(entry->d_name) == n &&
		    strncasecmp(entry->d_name, name, n) == 0) {
			memcpy(name, entry->d_name, n);
			found = 1;
		}
	(void)closedir(dir);
	return found;
}

/* Correct the case of a name, component by component. */
static int
spell_all(char *name)
{
	char path[ZONE_DIRECTORY_MAX + NAME_MAX_BYTES + 2];
	size_t root = strlen(zone_directory()), i = 0;

	memcpy(path, zone_directory(), root + 1);
	for (;;) {
		size_t n = strcspn(name + i, "/");

		if (!spell(path, name + i, n))
			return 0;
		i += n;
		if (name[i] == '\0')
			return 1;
		i++;
		path[root] = '/';
		memcpy(path + root + 1, name, i - 1);
		path[root + i] = '\0';
	}
}

/* Read the zone of an open file. */
static struct zone *
read_zone(int fd)
{
	struct zone *z = NULL;
	unsigned char *p;
	struct stat st;
	size_t n = 0;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size > FILE_MAX_BYTES)
		return NULL;
	p = mem_array(NULL, unsigned char, FILE_MAX_BYTES);
	if (io_read(fd, p, FILE_MAX_BYTES, &n, NULL) != RES_OK ||
	    tzif_parse(NULL, p, n, &z, NULL) != RES_OK)
		z = NULL;
	talloc_free(p);
	return z;
}

/* Open and read the file of a name. */
static struct zone *
load(const char *name)
{
	char path[ZONE_DIRECTORY_MAX + NAME_MAX_BYTES + 2];
	struct zone *z;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", zone_directory(), name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return NULL;
	z = read_zone(fd);
	(void)close(fd);
	if (z != NULL)
		z->name = mem_text(z, name);
	return z;
}

/* Read the zone of a name in any case, and remember what came of it. */
static const struct zone *
find_new(struct slot *slot, const char *name, const char *key)
{
	char spelled[NAME_MAX_BYTES];
	struct zone *z;

	memcpy(spelled, name, strlen(name) + 1);
	z = load(spelled);
	if (z == NULL && spell_all(spelled))
		z = load(spelled);
	if (z == NULL ? absent_count >= ABSENT_MAX : found_count >= FOUND_MAX) {
		talloc_free(z);
		return NULL;
	}
	*(z == NULL ? &absent_count : &found_count) += 1;
	slot->key = mem_text(z, key);
	slot->zone = z;
	return z;
}

const struct zone *
zone_find(const char *name)
{
	char key[NAME_MAX_BYTES];
	struct slot *slot;

	if (!fold_name(name, key) || is_refused(key))
		return NULL;
	slot = slot_of(key);
	if (slot->key != NULL)
		return slot->zone;
	return find_new(slot, name, key);
}

const char *
zone_name(const struct zone *z)
{
	return z->name;
}

/* --- converting ------------------------------------------------------------- */

/* How many transitions are at or before an instant. */
static size_t
count_before(const struct zone *z, int64_t utc)
{
	size_t low = 0, high = z->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (z->at[middle] <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Keep to what civil.h can count, with room for an offset. */
static int64_t
clamp(int64_t utc)
{
	if (utc < FIRST_SECOND)
		return FIRST_SECOND;
	return utc > LAST_SECOND ? LAST_SECOND : utc;
}

struct tzspan
zone_span(const struct zone *z, int64_t utc)
{
	struct tzspan span;
	size_t k;

	utc = clamp(utc);
	k = count_before(z, utc);
	if (k == z->n && z->has_rule) {
		span = tzrule_span(&z->rule, utc);
		if (k > 0 && span.since < z->at[k - 1])
			span.since = z->at[k - 1];
		return span;
	}
	span.since = k > 0 ? z->at[k - 1] : INT64_MIN;
	span.until = k < z->n ? z->at[k] : INT64_MAX;
	span.type = &z->type[k > 0 ? z->index[k - 1] : 0];
	return span;
}

int
zone_offset(
    const struct zone *z, int64_t utc, int *dst, const char **abbreviation)
{
	const struct tztype *type = zone_span(z, utc).type;

	if (dst != NULL)
		*dst = type->dst;
	if (abbreviation != NULL)
		*abbreviation = type->abbreviation;
	return type->offset;
}

int64_t
zone_next(const struct zone *z, int64_t utc)
{
	int64_t until = zone_span(z, utc).until;

	/* `until` may lie before utc only where years are not counted. */
	return until > utc && until <= LAST_SECOND ? until : INT64_MAX;
}

int64_t
zone_to_utc(const struct zone *z, const struct civil *wall)
{
	int64_t seconds = civil_seconds(wall);
	/* No clock is more than a day away from UTC. */
	struct tzspan span = zone_span(z, seconds - 26 * 3600);
	int before = span.type->offset;

	for (;;) {
		int64_t utc = seconds - span.type->offset;

		if (utc < span.since)
			return seconds - before;
		if (utc < span.until || span.until > LAST_SECOND)
			return utc;
		before = span.type->offset;
		span = zone_span(z, span.until);
	}
}

struct civil
zone_to_wall(const struct zone *z, int64_t utc)
{
	return civil_from_seconds(clamp(utc) + zone_offset(z, utc, NULL, NULL));
}
