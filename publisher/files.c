/* files.c - the published directory; see files.h */
#define _GNU_SOURCE
#include "publisher/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"

#define FILE_BYTES_MAX (64L * 1024 * 1024) /* more was never ours */
#define LEFTOVER_AGE   3600

enum res
files_open(const char *path, int *dir, struct why *why)
{
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return why_set(
		    why, RES_TEMP, "make %s: %s", path, strerror(errno));
	*dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*dir < 0)
		return why_set(
		    why, RES_TEMP, "open %s: %s", path, strerror(errno));
	return RES_OK;
}

int
files_are_gone(int dir)
{
	struct stat st;

	return fstat(dir, &st) < 0 || st.st_nlink == 0;
}

/* Read an open file. */
static enum res
read_found(TALLOC_CTX *ctx, int fd, const char *name, const struct form *form,
    struct found *found, struct why *why)
{
	struct stat st;
	char *buf;
	enum res r;

	if (fstat(fd, &st) < 0)
		return why_set(
		    why, RES_TEMP, "stat %s: %s", name, strerror(errno));
	found->exists = 1;
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX)
		return RES_OK;
	buf = mem_check(talloc_size(ctx, (size_t)st.st_size + 1));
	r = io_read(fd, buf, (size_t)st.st_size, &found->n, why);
	if (r != RES_OK)
		return r;
	found->bytes = buf;
	found->ours = form->is_ours(buf, found->n);
	return RES_OK;
}

enum res
files_look(TALLOC_CTX *ctx, int dir, const char *name, const struct form *form,
    struct found *found, struct why *why)
{
	/* Not to be held up by a pipe that somebody put there. */
	int fd =
	    openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum res r;

	memset(found, 0, sizeof(*found));
	if (fd < 0 && errno == ENOENT)
		return RES_OK;
	if (fd < 0) {
		found->exists = 1;
		/* a symbolic link, or a socket: not ours */
		if (errno == ELOOP || errno == ENXIO)
			return RES_OK;
		return why_set(
		    why, RES_TEMP, "open %s: %s", name, strerror(errno));
	}
	r = read_found(ctx, fd, name, form, found, why);
	(void)close(fd);
	return r;
}

/* files_put(), with the old file on ctx. */
static enum res
put(TALLOC_CTX *ctx, int dir, const char *name, const struct form *form,
    const char *bytes, int *written, struct why *why)
{
	size_t n = strlen(bytes);
	struct found old;
	enum res r = files_look(ctx, dir, name, form, &old, why);

	if (r != RES_OK)
		return r;
	if (old.exists && !old.ours)
		return why_set(why, RES_TEMP,
		    "%s: a file that imip-publisher did not make is in the way",
		    name);
	if (old.exists && old.n == n && memcmp(old.bytes, bytes, n) == 0)
		return RES_OK;
	r = io_replace_file(dir, name, bytes, n, 0644, why);
	if (r != RES_OK) {
		struct why detail = *why;

		return why_set(why, RES_TEMP, "%s: %.400s", name, detail.text);
	}
	*written = 1;
	return RES_OK;
}

enum res
files_put(int dir, const char *name, const struct form *form, const char *bytes,
    int *written, struct why *why)
{
	TALLOC_CTX *ctx = mem_check(talloc_new(NULL));
	enum res r;

	*written = 0;
	r = put(ctx, dir, name, form, bytes, written, why);
	talloc_free(ctx);
	return r;
}

/* Is it the temporary file of an io_replace_file() that never ended? */
static int
is_leftover(TALLOC_CTX *ctx, int dir, const char *name, int64_t now)
{
	char *rest = mem_text(ctx, name);
	const char *address;
	struct stat st;
	char *dot;

	/* .ADDRESS.ifb.PID.tmp */
	dot = strrchr(rest, '.');
	if (*name != '.' || strcmp(dot, ".tmp") != 0)
		return 0;
	*dot = '\0';
	dot = strrchr(rest, '.');
	if (dot[1] == '\0' || dot[1 + strspn(dot + 1, "0123456789")] != '\0')
		return 0;
	*dot = '\0';
	return *rest != '\0' && form_of_name(ctx, rest + 1, &address) != NULL &&
	       fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) && st.st_mtime < now - LEFTOVER_AGE;
}

/* One name of the directory. */
static enum res
sweep_one(TALLOC_CTX *ctx, int dir, const char *name, files_wanted_fn *wanted,
    void *arg, int *removed, struct why *why)
{
	const char *address = NULL;
	const struct form *form = form_of_name(ctx, name, &address);
	struct found found;
	enum res r;

	if (form == NULL || wanted(arg, address))
		return RES_OK;
	r = files_look(ctx, dir, name, form, &found, why);
	if (r != RES_OK || !found.ours)
		return r;
	if (unlinkat(dir, name, 0) < 0)
		return why_set(
		    why, RES_TEMP, "remove %s: %s", name, strerror(errno));
	*removed = 1;
	return RES_OK;
}

/* All names of the directory; what fails does not stop the rest. */
static enum res
sweep_all(int dir, DIR *d, int64_t now, files_wanted_fn *wanted, void *arg,
    size_t *removed, struct why *why)
{
	enum res r = RES_OK;
	const struct dirent *e;

	while ((e = readdir(d)) != NULL) {
		TALLOC_CTX *ctx = mem_check(talloc_new(NULL));
		int gone = 0;

		if (is_leftover(ctx, dir, e->d_name, now))
			(void)unlinkat(dir, e->d_name, 0);
		else if (sweep_one(ctx, dir, e->d_name, wanted, arg, &gone,
			     why) != RES_OK)
			r = RES_TEMP;
		*removed += (size_t)gone;
		talloc_free(ctx);
	}
	return r;
}

enum res
files_sweep(int dir, int64_t now, files_wanted_fn *wanted, void *arg,
    size_t *removed, struct why *why)
{
	/* A descriptor of its own, since its place in the list is shared. */
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	enum res r;

	*removed = 0;
	if (d == NULL) {
		r = why_set(why, RES_TEMP, "list the published files: %s",
		    strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return r;
	}
	r = sweep_all(dir, d, now, wanted, arg, removed, why);
	(void)closedir(d);
	if (r == RES_OK && *removed > 0)
		r = io_sync(dir, "the published directory", why);
	return r;
}
