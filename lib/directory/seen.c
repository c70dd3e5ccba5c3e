/* seen.c - has a file changed since we looked?  See seen.h */
#include "lib/directory/seen.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#define YOUNG_MS 100 /* clocks of file systems tick every 4 to 10 ms */

/* Is the time within YOUNG_MS of now? */
static int
is_young(const struct timespec *t)
{
	struct timespec now;
	int64_t ms;

	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return 1;
	ms = ((int64_t)now.tv_sec - t->tv_sec) * 1000 +
	     (now.tv_nsec - t->tv_nsec) / 1000000;
	return ms > -YOUNG_MS && ms < YOUNG_MS;
}

int
seen_take(const char *path, struct seen *seen)
{
	struct stat st;

	memset(seen, 0, sizeof(*seen));
	if (stat(path, &st) < 0)
		return errno;
	seen->device = st.st_dev;
	seen->inode = st.st_ino;
	seen->size = st.st_size;
	seen->modified = st.st_mtim;
	seen->changed = st.st_ctim;
	seen->young = is_young(&st.st_ctim);
	return 0;
}

/* The same instant? */
static int
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

int
seen_is_old(const struct seen *seen, const char *path)
{
	struct seen now;
	int e = seen_take(path, &now);

	if (e != 0)
		return e != ENOENT || seen->inode != 0;
	return seen->young || seen->device != now.device ||
	       seen->inode != now.inode || seen->size != now.size ||
	       !same_time(&seen->modified, &now.modified) ||
	       !same_time(&seen->changed, &now.changed);
}
