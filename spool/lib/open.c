/*
 * open.c - the directories of a spool: made, opened, refused if not ours alone
 *
 * Who may write a directory may take mail out of it, so a spool that others
 * can write is refused with the chmod that mends it.  Only tmp/ and new/ may
 * be open to a group, for an MTA's user that drops and never takes.
 */
#define _DEFAULT_SOURCE /* S_ISVTX */
#include "spool/lib/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define KEEP_BYTES     (INT64_C(10) << 20)
#define KEEP_INODES    100
#define MAX_BYTES      (INT64_C(1) << 50) /* no message; keeps sums in range */

static const struct part {
	const char *name;
	int droppable; /* a group may write here */
} parts[] = {{"tmp", 1}, {"new", 1}, {"cur", 0}, {"hold", 0}, {"done", 0}};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* The descriptor that belongs to parts[i]. */
static int *
part_fd(struct spool *s, size_t i)
{
	int *fd[PARTS] = {&s->tmp, &s->new, &s->cur, &s->hold, &s->done};

	return fd[i];
}

/* Nothing open yet; remember the path. */
static enum res
spool_blank(struct spool *s, const char *path, struct why *why)
{
	size_t i;

	s->root = -1;
	for (i = 0; i < PARTS; i++)
		*part_fd(s, i) = -1;
	if (path[0] == '\0' || strlen(path) >= sizeof(s->path))
		return why_set(
		    why, RES_TEMP, "spool path is empty or too long");
	(void)strcpy(s->path, path);
	return RES_OK;
}

/* Open one directory; what to do about it is part of the reason. */
static enum res
open_directory(
    int at, const char *name, const struct spool *s, int *fd, struct why *why)
{
	int error;

	*fd = openat(at, name, OPEN_DIRECTORY);
	if (*fd >= 0)
		return RES_OK;
	error = errno;
	return why_set(why, RES_TEMP, "spool %s: %s%s%s%s", s->path,
	    at == AT_FDCWD ? "" : name, at == AT_FDCWD ? "" : ": ",
	    strerror(error),
	    error == ENOENT ? "; imip-admin init makes one"
	    : error == ELOOP || error == ENOTDIR
		? "; it must be a directory, not a link"
		: "");
}

/* Refuse a directory that others can write or that belongs to somebody else. */
static enum res
check_directory(const struct spool *s, int fd, const struct part *part,
    const struct stat *root, struct why *why)
{
	const char *name = part == NULL ? "" : part->name;
	const char *slash = part == NULL ? "" : "/";
	mode_t bad = S_IWOTH;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return why_set(why, RES_TEMP, "spool %s%s%s: %s", s->path,
		    slash, name, strerror(errno));
	if (part == NULL || !part->droppable)
		bad |= S_IWGRP;
	if ((st.st_mode & bad) != 0)
		return why_set(why, RES_TEMP,
		    "spool %s%s%s: others can write it; chmod %s %s%s%s",
		    s->path, slash, name, bad & S_IWGRP ? "go-w" : "o-w",
		    s->path, slash, name);
	if (st.st_uid != root->st_uid)
		return why_set(why, RES_TEMP,
		    "spool %s%s%s: belongs to uid %ld; chown %ld %s%s%s",
		    s->path, slash, name, (long)st.st_uid, (long)root->st_uid,
		    s->path, slash, name);
	return RES_OK;
}

/* A parent that everybody can write lets everybody swap the spool. */
static enum res
check_parent(const struct spool *s, struct why *why)
{
	struct stat st;

	if (fstatat(s->root, "..", &st, 0) < 0)
		return why_set(
		    why, RES_TEMP, "spool %s/..: %s", s->path, strerror(errno));
	if ((st.st_mode & S_IWOTH) != 0 && (st.st_mode & S_ISVTX) == 0)
		return why_set(why, RES_TEMP,
		    "spool %s: others can write its parent; chmod o-w %s/..",
		    s->path, s->path);
	return RES_OK;
}

/* Make a directory unless it is there; *made counts. */
static enum res
make_directory(
    int at, const char *name, const struct spool *s, int *made, struct why *why)
{
	if (mkdirat(at, name, 0700) == 0)
		(*made)++;
	else if (errno != EEXIST)
		return why_set(why, RES_TEMP, "spool %s: mkdir %s: %s", s->path,
		    name, strerror(errno));
	return RES_OK;
}

/* New directories are to survive a power cut like what is put into them. */
static enum res
sync_made(const struct spool *s, struct why *why)
{
	enum res r = RES_OK;
	int up = openat(s->root, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fsync(s->root) < 0)
		r = why_set(why, RES_TEMP, "spool %s: fsync: %s", s->path,
		    strerror(errno));
	if (up >= 0) {
		/* a parent that we may not read is not ours to sync */
		(void)fsync(up);
		(void)close(up);
	}
	return r;
}

/* The directory itself: there, ours, not for others to write. */
static enum res
open_root(struct spool *s, struct stat *root, struct why *why)
{
	enum res r = open_directory(AT_FDCWD, s->path, s, &s->root, why);

	if (r == RES_OK && fstat(s->root, root) < 0)
		r = why_set(
		    why, RES_TEMP, "spool %s: %s", s->path, strerror(errno));
	if (r == RES_OK)
		r = check_parent(s, why);
	if (r == RES_OK)
		r = check_directory(s, s->root, NULL, root, why);
	return r;
}

/*
 * Are the parts to be made?  A directory with nothing of a spool in it may be
 * a mount point whose disk is away: what came into it would be hidden later.
 */
static enum res
may_make(const struct spool *s, int create, int *make, struct why *why)
{
	size_t i, missing = 0;
	struct stat st;

	for (i = 0; i < PARTS; i++)
		if (fstatat(s->root, parts[i].name, &st, AT_SYMLINK_NOFOLLOW) <
			0 &&
		    errno == ENOENT)
			missing++;
	*make = create == SPOOL_MAKE || (create == SPOOL_MEND && missing == 1);
	if (missing == PARTS && !*make)
		return why_set(why, RES_TEMP,
		    "spool %s: none of its directories is there; is its disk "
		    "mounted? imip-admin init makes a new one",
		    s->path);
	return RES_OK;
}

/* The parts, made if they are to be. */
static enum res
open_parts(struct spool *s, int make, const struct stat *root, int *made,
    struct why *why)
{
	enum res r = RES_OK;
	size_t i;

	for (i = 0; r == RES_OK && i < PARTS; i++) {
		int *fd = part_fd(s, i);

		if (make)
			r = make_directory(
			    s->root, parts[i].name, s, made, why);
		if (r == RES_OK)
			r = open_directory(s->root, parts[i].name, s, fd, why);
		if (r == RES_OK)
			r = check_directory(s, *fd, &parts[i], root, why);
	}
	return r;
}

/* Root first, then its parts. */
static enum res
open_all(struct spool *s, int create, struct why *why)
{
	struct stat root;
	enum res r = RES_OK;
	int made = 0, make = 0;

	if (create == SPOOL_MAKE)
		r = make_directory(AT_FDCWD, s->path, s, &made, why);
	if (r == RES_OK)
		r = open_root(s, &root, why);
	if (r == RES_OK)
		r = may_make(s, create, &make, why);
	if (r == RES_OK)
		r = open_parts(s, make, &root, &made, why);
	if (r == RES_OK && made > 0)
		r = sync_made(s, why);
	return r;
}

enum res
spool_open(struct spool *s, const char *path, int create, struct why *why)
{
	enum res r = spool_blank(s, path, why);

	if (r == RES_OK)
		r = open_all(s, create, why);
	if (r != RES_OK)
		spool_close(s);
	return r;
}

enum res
spool_open_put(struct spool *s, const char *path, struct why *why)
{
	enum res r = spool_blank(s, path, why);

	if (r == RES_OK)
		r = open_directory(AT_FDCWD, path, s, &s->root, why);
	if (r == RES_OK)
		r = open_directory(s->root, "new", s, &s->new, why);
	if (r != RES_OK)
		spool_close(s);
	return r;
}

void
spool_close(struct spool *s)
{
	size_t i;

	for (i = 0; i < PARTS; i++) {
		int *fd = part_fd(s, i);

		if (*fd >= 0)
			(void)close(*fd);
		*fd = -1;
	}
	if (s->root >= 0)
		(void)close(s->root);
	s->root = -1;
}

enum res
spool_room(const struct spool *s, int64_t bytes, struct why *why)
{
	struct statvfs st;
	uint64_t need;

	if (fstatvfs(s->root, &st) < 0)
		return why_set(
		    why, RES_TEMP, "spool %s: %s", s->path, strerror(errno));
	if (bytes < 0 || bytes > MAX_BYTES)
		bytes = MAX_BYTES;
	need = (uint64_t)(KEEP_BYTES + bytes + bytes / 2);
	if (st.f_frsize > 0 && st.f_bavail < need / st.f_frsize + 1)
		return why_set(
		    why, RES_TEMP, "spool %s: disk is full", s->path);
	/* file systems without a table of inodes report none at all */
	if (st.f_files > 0 && st.f_favail < KEEP_INODES)
		return why_set(
		    why, RES_TEMP, "spool %s: out of inodes", s->path);
	return RES_OK;
}

const char *
spool_state_name(enum spool_state state)
{
	switch (state) {
	case SPOOL_NEW:
		return "new";
	case SPOOL_CUR:
		return "cur";
	case SPOOL_HOLD:
		return "hold";
	case SPOOL_DONE:
		return "done";
	}
	return "?";
}
