/* stamp.c - has a file changed since we looked?  See stamp.h */
#include "lib/directory/stamp.h"

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
seen_take(const char *path, struct stamp *stamp)
{
	struct stat st;

	memset(stamp, 0, sizeof(*stamp));
	if (stat(path, &st) < 0)
		return errno;
	stamp->device = st.st_dev;
	stamp->inode = st.st_ino;
	stamp->size = st.st_size;
	stamp->modified = st.st_mtim;
	stamp->changed = st.st_ctim;
	stamp->young = is_young(&st.st_ctim);
	return 0;
}

/* The same instant? */
static int
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

int
stamp_is_old(const struct stamp *stamp, const char *path)
{
	struct stamp now;
	int e = seen_take(path, &now);

	if (e != 0)
		return e != ENOENT || stamp->inode != 0;
	return stamp->young || stamp->device != now.device ||
	       stamp->inode != now.inode || stamp->size != now.size ||
	       !same_time(&stamp->modified, &now.modified) ||
	       !same_time(&stamp->changed, &now.changed);
}
