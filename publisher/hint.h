/*
 * hint.h - something may have changed: inotify, never trusted as data
 *
 * Without inotify the caller's own timer finds everything, later.
 * Layer 5.
 */
#ifndef PUBLISHER_HINT_H
#define PUBLISHER_HINT_H

struct hint {
	int fd;                /* for poll, -1 if there is no inotify */
	const char *signal;    /* the file that the store touches */
	const char *folder;    /* where it is */
	const char *calendars; /* the directory of calendar files */
	int store;             /* watch of folder, -1 if there is none */
	int settings;          /* watch of calendars */
};

/* Begin; the strings are borrowed.  Nothing is watched before hint_arm(). */
void hint_open(struct hint *hint, const char *signal, const char *folder,
    const char *calendars);

/* Watch, also what was made anew since.  Call before each look. */
void hint_arm(struct hint *hint);

/* Take all events; *store and *settings become 1 if one of theirs was there. */
void hint_drain(struct hint *hint, int *store, int *settings);

#endif
