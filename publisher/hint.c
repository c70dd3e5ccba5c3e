/* hint.c - inotify; see hint.h */
#define _GNU_SOURCE
#include "publisher/hint.h"

#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define TOUCHED (IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO)
#define CHANGED                                                                \
	(IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
#define LOST (IN_DELETE_SELF | IN_MOVE_SELF)

void
hint_open(struct hint *hint, const char *signal, const char *folder,
    const char *calendars)
{
	hint->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	hint->signal = signal;
	hint->folder = folder;
	hint->calendars = calendars;
	hint->store = -1;
	hint->settings = -1;
}

void
hint_arm(struct hint *hint)
{
	if (hint->fd < 0)
		return;
	/*
	 * To add a watch that is there changes nothing; should both be the same
	 * directory, IN_MASK_ADD keeps what the first wants.
	 */
	hint->store = inotify_add_watch(
	    hint->fd, hint->folder, TOUCHED | LOST | IN_MASK_ADD);
	hint->settings = inotify_add_watch(
	    hint->fd, hint->calendars, CHANGED | LOST | IN_MASK_ADD);
}

/* Is it about the file that the store touches? */
static int
is_signal(const struct hint *hint, const struct inotify_event *e)
{
	const char *slash = strrchr(hint->signal, '/');
	const char *name = slash != NULL ? slash + 1 : hint->signal;

	return e->len > 0 && strcmp(e->name, name) == 0;
}

/* One event. */
static void
judge(const struct hint *hint, const struct inotify_event *e, int *store,
    int *settings)
{
	if (e->mask & IN_Q_OVERFLOW) {
		*store = 1;
		*settings = 1;
		return;
	}
	if (e->wd == hint->store && (is_signal(hint, e) || e->mask & LOST))
		*store = 1;
	if (e->wd == hint->settings && !is_signal(hint, e) &&
	    e->mask & (CHANGED | LOST))
		*settings = 1;
}

void
hint_drain(struct hint *hint, int *store, int *settings)
{
	union {
		struct inotify_event event;
		char bytes[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
	} buf;
	ssize_t n;

	if (hint->fd < 0)
		return;
	while ((n = read(hint->fd, buf.bytes, sizeof(buf.bytes))) > 0) {
		size_t at = 0;

		while (at + sizeof(struct inotify_event) <= (size_t)n) {
			const void *p = buf.bytes + at;
			const struct inotify_event *e = p;

			judge(hint, e, store, settings);
			at += sizeof(*e) + e->len;
		}
	}
}
