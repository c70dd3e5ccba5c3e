/*
 * watch.h - a hint that something came into a directory
 *
 * Arm, then scan: the event is never data.  A directory that is removed and
 * made again is noticed if the one above is watched too; without inotify the
 * caller's timeout is all there is.
 * Layer 5.
 */
#ifndef PROCESSOR_WATCH_H
#define PROCESSOR_WATCH_H

struct watch {
	int fd; /* of inotify, -1 without */
	int wd; /* of the directory, -1 if it is not watched now */
	char path[600];
	char above[600]; /* where path may be made anew, "" if not watched */
};

/*
 * Begin to watch path, and what is made in `above` (NULL: nothing); without
 * inotify fd stays -1.
 */
void watch_open(struct watch *w, const char *path, const char *above);

/* Watch it anew if it was lost.  Call before each scan. */
void watch_arm(struct watch *w);

void watch_close(struct watch *w);

#endif
