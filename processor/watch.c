/* watch.c - inotify as a hint, see watch.h */
#include "processor/watch.h"

#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define EVENTS                                                                 \
	(IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE_SELF |           \
	    IN_MOVE_SELF)

#define ABOVE (IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVE_SELF)

void
watch_open(struct watch *w, const char *path, const char *above)
{
	(void)snprintf(w->path, sizeof(w->path), "%s", path);
	(void)snprintf(
	    w->above, sizeof(w->above), "%s", above == NULL ? "" : above);
	w->wd = -1;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	watch_arm(w);
}

void
watch_arm(struct watch *w)
{
	/* Adding the same directory again is free and gives the same wd; one
	 * that was made anew gives another. */
	if (w->fd < 0)
		return;
	/* A directory that is open here sends no word of its removal. */
	if (w->above[0] != '\0')
		(void)inotify_add_watch(w->fd, w->above, ABOVE);
	w->wd = inotify_add_watch(w->fd, w->path, EVENTS);
}

void
watch_close(struct watch *w)
{
	if (w->fd >= 0)
		(void)close(w->fd);
	w->fd = -1;
}
