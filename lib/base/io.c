/* io.c - whole reads and writes, durable replacement; see io.h */
#include "lib/base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum res
io_read(int fd, void *buf, size_t n, size_t *got, struct why *why)
{
	*got = 0;
	while (*got < n) {
		ssize_t r = read(fd, (char *)buf + *got, n - *got);

		if (r == 0)
			break;
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return why_set(
			    why, RES_TEMP, "read: %s", strerror(errno));
		*got += (size_t)r;
	}
	return RES_OK;
}

enum res
io_write(int fd, const void *buf, size_t n, struct why *why)
{
	const char *p = buf;

	while (n > 0) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return why_set(
			    why, RES_TEMP, "write: %s", strerror(errno));
		if (w == 0)
			return why_set(why, RES_TEMP, "write: no progress");
		p += w;
		n -= (size_t)w;
	}
	return RES_OK;
}

enum res
io_sync(int fd, const char *name, struct why *why)
{
	int r;

	do
		r = fsync(fd);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return why_set(
		    why, RES_TEMP, "fsync %s: %s", name, strerror(errno));
	return RES_OK;
}

/* Step the mtime of fd past that of the file it will replace. */
static void
step_mtime(int dirfd, const char *name, int fd)
{
	struct timespec t[2];
	struct stat old, fresh;

	if (fstatat(dirfd, name, &old, AT_SYMLINK_NOFOLLOW) < 0 ||
	    fstat(fd, &fresh) < 0 || fresh.st_mtime > old.st_mtime)
		return;
	t[0].tv_sec = 0;
	t[0].tv_nsec = UTIME_OMIT;
	t[1].tv_sec = old.st_mtime + 1;
	t[1].tv_nsec = 0;
	(void)futimens(fd, t);
}

/* Fill the temporary file and give it its final name. */
static enum res
fill_and_rename(int dirfd, const char *tmp, const char *name, int fd,
    const void *buf, size_t n, mode_t mode, struct why *why)
{
	enum res r = io_write(fd, buf, n, why);

	if (r == RES_OK && fchmod(fd, mode) < 0)
		r = why_set(
		    why, RES_TEMP, "chmod %s: %s", tmp, strerror(errno));
	if (r == RES_OK) {
		step_mtime(dirfd, name, fd);
		r = io_sync(fd, tmp, why);
	}
	if (r == RES_OK && renameat(dirfd, tmp, dirfd, name) < 0)
		r = why_set(
		    why, RES_TEMP, "rename to %s: %s", name, strerror(errno));
	if (r == RES_OK)
		r = io_sync(dirfd, name, why);
	return r;
}

enum res
io_replace_file(int dirfd, const char *name, const void *buf, size_t n,
    mode_t mode, struct why *why)
{
	char tmp[300];
	enum res r;
	int fd, len;

	len =
	    snprintf(tmp, sizeof(tmp), ".%.240s.%ld.tmp", name, (long)getpid());
	if (len < 0 || (size_t)len >= sizeof(tmp) || strchr(name, '/') != NULL)
		return why_set(why, RES_PERM, "%s: not a file name", name);
	fd = openat(dirfd, tmp,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return why_set(
		    why, RES_TEMP, "create %s: %s", tmp, strerror(errno));
	r = fill_and_rename(dirfd, tmp, name, fd, buf, n, mode, why);
	if (close(fd) < 0 && r == RES_OK)
		r = why_set(
		    why, RES_TEMP, "close %s: %s", name, strerror(errno));
	if (r != RES_OK)
		(void)unlinkat(dirfd, tmp, 0);
	return r;
}
