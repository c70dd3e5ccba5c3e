/*
 * spoolcheck - is each message in new/ whole and one of these files?
 *
 * usage: spoolcheck SPOOL FILE...
 *
 * Prints how many messages new/ holds; reads them the way the processor does.
 * Prints nothing but a reason on stderr and exits 1 if one of them is damaged
 * or differs from every FILE, or if there is a name that is not ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "spool/lib/spool.h"

#define ITEMS   1024
#define BIGGEST (1 << 24) /* bytes of a message */

static enum res
ignore_field(void *arg, const char *name, const char *value, struct why *why)
{
	(void)arg;
	(void)name;
	(void)value;
	(void)why;
	return RES_OK;
}

/* Is the rest of fd the same bytes as the file at path? */
static int
is_same(const char *body, size_t bytes, const char *path)
{
	static char other[BIGGEST];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		return 0;
	n = fread(other, 1, sizeof(other), f);
	(void)fclose(f);
	return n == bytes && memcmp(body, other, n) == 0;
}

/* One message against all files. */
static enum res
check(const struct spool *s, const struct spool_item *item, char *const *file,
    struct why *why)
{
	static char body[BIGGEST];
	int64_t bytes;
	size_t got = 0;
	enum res r;
	int fd;

	r = spool_read(s, item, ignore_field, NULL, &fd, &bytes, why);
	if (r != RES_OK)
		return r;
	r = io_read(fd, body, sizeof(body), &got, why);
	(void)close(fd);
	for (; r == RES_OK && *file != NULL; file++)
		if (is_same(body, got, *file))
			return RES_OK;
	return why_set(why, RES_PERM, "%s is none of the files", item->id);
}

int
main(int argc, char *argv[])
{
	static struct spool_item item[ITEMS];
	struct spool s;
	struct why why = {""};
	size_t n = 0, strange = 0, i;
	enum res r;

	if (argc < 3)
		return 64;
	r = spool_open(&s, argv[1], 0, &why);
	if (r == RES_OK)
		r = spool_list(
		    &s, SPOOL_NEW, "", item, ITEMS, &n, &strange, &why);
	if (r == RES_OK && strange > 0)
		r = why_set(&why, RES_PERM, "%zu strange names", strange);
	for (i = 0; r == RES_OK && i < n; i++)
		r = check(&s, &item[i], argv + 2, &why);
	if (r != RES_OK) {
		fprintf(stderr, "spoolcheck: %s\n", why.text);
		return 1;
	}
	printf("%zu\n", n);
	return 0;
}
