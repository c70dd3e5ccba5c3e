/* name.c - names of spool files, see name.h */
#define _GNU_SOURCE
#include "spool/lib/name.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define DIGITS "0123456789"
#define HEX    "0123456789abcdef"
#define HOST   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

/* A host name as part of a file name: no odd bytes, no end like a reason's. */
static void
host_clean(char *host, const char *from)
{
	size_t i, why = strlen(NAME_WHY);

	for (i = 0; from[i] != '\0' && i < NAME_HOST_SIZE - 1; i++)
		host[i] = from[i];
	host[i] = '\0';
	for (i = 0; host[i] != '\0'; i++)
		if (strspn(host + i, HOST) == 0 || host[0] == '.')
			host[i] = '_';
	if (i >= why && strcmp(host + i - why, NAME_WHY) == 0)
		host[i - why] = '_';
	if (host[0] == '\0')
		(void)strcpy(host, "localhost");
}

enum res
stamp_take(struct stamp *stamp, struct why *why)
{
	struct utsname system;
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return why_set(why, RES_TEMP, "clock: %s", strerror(errno));
	if (uname(&system) < 0)
		return why_set(why, RES_TEMP, "host name: %s", strerror(errno));
	stamp->seconds = now.tv_sec > 0 ? now.tv_sec : 0;
	stamp->microseconds = (int)(now.tv_nsec / 1000);
	host_clean(stamp->host, system.nodename);
	return RES_OK;
}

/* Step over from min to max bytes of a set; NULL if there are not as many. */
static const char *
skip(const char *p, const char *set, size_t min, size_t max)
{
	size_t n = p == NULL ? 0 : strspn(p, set);

	return p == NULL || n < min || n > max ? NULL : p + n;
}

/* Step over one byte; NULL if it is another one. */
static const char *
expect(const char *p, char c)
{
	return p == NULL || *p != c ? NULL : p + 1;
}

/* The end of the id a name begins with; NULL if it does not. */
static const char *
id_end(const char *name)
{
	const char *p = skip(name, DIGITS, NAME_FIRST_SIZE, 18);

	p = skip(expect(expect(p, '.'), 'M'), DIGITS, 6, 6);
	p = skip(expect(p, 'P'), DIGITS, 1, 10);
	p = skip(expect(p, 'R'), HEX, 16, 16);
	p = expect(p, '.');
	if (p == NULL || *p == '.')
		return NULL;
	return skip(p, HOST, 1, NAME_HOST_SIZE + 3);
}

/* Copy the id; an end like that of a reason file is none of ours. */
static int
id_take(char *id, const char *name, const char *end)
{
	size_t n = (size_t)(end - name), why = strlen(NAME_WHY);

	if (n >= SPOOL_ID_MAX || memcmp(end - why, NAME_WHY, why) == 0)
		return 0;
	memcpy(id, name, n);
	id[n] = '\0';
	return 1;
}

int
name_parse(const char *name, struct spool_item *item)
{
	const char *end = id_end(name), *last;
	int tries = 0;

	if (end == NULL || !id_take(item->id, name, end))
		return 0;
	if (*end != '\0') {
		last = skip(expect(end, ':'), DIGITS, 1, 6);
		if (last == NULL || *last != '\0' || end[1] == '0')
			return 0;
		for (end++; end < last; end++)
			tries = tries * 10 + (*end - '0');
	}
	item->tries = tries;
	return 1;
}

enum res
name_make(char *id, const struct stamp *stamp, struct why *why)
{
	struct spool_item item;
	uint64_t random;
	int n;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return why_set(
		    why, RES_TEMP, "random bytes: %s", strerror(errno));
	n = snprintf(id, SPOOL_ID_MAX,
	    "%010" PRId64 ".M%06dP%ldR%016" PRIx64 ".%s", stamp->seconds,
	    stamp->microseconds, (long)getpid(), random, stamp->host);
	if (n < 0 || n >= SPOOL_ID_MAX || !name_parse(id, &item))
		return why_set(why, RES_TEMP, "no name for the spool");
	return RES_OK;
}

int
name_is_why(const char *name, char *id)
{
	const char *end = id_end(name);
	size_t why = strlen(NAME_WHY);

	/* the grammar of a host takes the ".why" along */
	if (end == NULL || *end != '\0' ||
	    memcmp(end - why, NAME_WHY, why) != 0)
		return 0;
	return id_take(id, name, end - why);
}

int
name_is_half_why(const char *name)
{
	size_t n = strlen(name), tmp = strlen(".tmp");

	return name[0] == '.' && id_end(name + 1) != NULL && n > tmp &&
	       strcmp(name + n - tmp, ".tmp") == 0;
}

int64_t
name_seconds(const char *id)
{
	int64_t seconds = 0;

	for (; *id >= '0' && *id <= '9'; id++)
		seconds = seconds * 10 + (*id - '0');
	return seconds;
}

const char *
name_of(char *buf, const struct spool_item *item)
{
	if (item->tries > 0)
		(void)snprintf(
		    buf, NAME_MAX_SIZE, "%s:%d", item->id, item->tries);
	else
		(void)snprintf(buf, NAME_MAX_SIZE, "%s", item->id);
	return buf;
}

const char *
name_in(char *buf, const char *dir, const char *name)
{
	(void)snprintf(buf, NAME_MAX_SIZE, "%s/%s", dir, name);
	return buf;
}
