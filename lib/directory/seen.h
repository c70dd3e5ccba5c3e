/*
 * seen.h - has a file changed since we looked?  Private to lib/directory
 *
 * Layer 3.
 */
#ifndef LIB_DIRECTORY_SEEN_H
#define LIB_DIRECTORY_SEEN_H

#include <sys/stat.h>
#include <sys/types.h>

/* What a file looked like; all zero: there was none. */
struct seen {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
	struct timespec changed;
	int young; /* it changed just before we looked: it may change again
	                 within one tick of the clock, so look again */
};

/* What a path looks like now; 0, or the errno of stat(2). */
int seen_take(const char *path, struct seen *seen);

/* Is the path other than at the last look, or can that not be told? */
int seen_is_old(const struct seen *seen, const char *path);

#endif
