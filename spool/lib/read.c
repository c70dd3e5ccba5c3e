/*
 * read.c - a spool file read back: is it whole, and what does the block say
 *
 * Nothing in the file is believed before its checksum is right.  The checksum
 * finds torn writes and flipped bits; against a forger the directory modes
 * help, not this.
 */
#include "spool/lib/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "spool/lib/block.h"
#include "spool/lib/name.h"

/* What the fixed first line says. */
struct head {
	int64_t bytes;
	uint64_t sum;
};

/* Is tmp/ID another name of the same file?  Then enqueue is about to end. */
static int
is_being_put(const struct spool *s, const char *id, const struct stat *st)
{
	struct stat tmp;

	return st->st_nlink == 2 &&
	       fstatat(s->tmp, id, &tmp, AT_SYMLINK_NOFOLLOW) == 0 &&
	       tmp.st_ino == st->st_ino && tmp.st_dev == st->st_dev;
}

/* A plain file that nobody else holds a link to. */
static enum res
check_plain(const struct spool *s, int fd, const char *id, struct stat *st,
    struct why *why)
{
	if (fstat(fd, st) < 0)
		return why_set(why, RES_TEMP, "stat: %s", strerror(errno));
	if (!S_ISREG(st->st_mode))
		return why_set(why, RES_PERM, "not a plain file");
	if (st->st_nlink <= 1 || is_being_put(s, id, st))
		return RES_OK;
	/* the link in tmp/ may have gone between the two looks */
	if (fstat(fd, st) < 0)
		return why_set(why, RES_TEMP, "stat: %s", strerror(errno));
	if (st->st_nlink > 1)
		return why_set(why, RES_PERM, "the file has a second link");
	return RES_OK;
}

/* Take the first line apart: printing it again must give the same bytes. */
static int
head_parse(const char *line, struct head *head)
{
	char again[BLOCK_HEAD_SIZE + 1];
	const char *bytes = strstr(line, "bytes=");
	const char *sum = strstr(line, "fnv1a=");

	if (bytes == NULL || sum == NULL)
		return 0;
	head->bytes = strtoll(bytes + strlen("bytes="), NULL, 10);
	head->sum = strtoull(sum + strlen("fnv1a="), NULL, 16);
	if (head->bytes < 0)
		return 0;
	(void)snprintf(
	    again, sizeof(again), BLOCK_HEAD_FORMAT, head->bytes, head->sum);
	return memcmp(again, line, BLOCK_HEAD_SIZE) == 0;
}

/* Read the first line. */
static enum res
read_head(int fd, struct head *head, struct why *why)
{
	char line[BLOCK_HEAD_SIZE + 1];
	size_t n;

	if (io_read(fd, line, BLOCK_HEAD_SIZE, &n, why) != RES_OK)
		return RES_TEMP;
	line[n] = '\0';
	if (n < BLOCK_HEAD_SIZE || !head_parse(line, head))
		return why_set(why, RES_PERM,
		    "damaged: no envelope block at the start of the file");
	return RES_OK;
}

/* Compare all bytes after the first line with its checksum. */
static enum res
check_sum(int fd, const struct head *head, int64_t size, struct why *why)
{
	char buf[16384];
	uint64_t sum = BLOCK_SUM_START;
	int64_t total = (int64_t)BLOCK_HEAD_SIZE;
	size_t n;

	do {
		if (io_read(fd, buf, sizeof(buf), &n, why) != RES_OK)
			return RES_TEMP;
		sum = block_sum(sum, buf, n);
		total += (int64_t)n;
	} while (n > 0);
	if (sum != head->sum || total != size)
		return why_set(why, RES_PERM,
		    "damaged: the file is shorter or other than it was");
	return RES_OK;
}

/* "X-Imipd-Queue-Id: x" -> "queue-id", "x"; 0 if it is no such line. */
static int
split_line(char *line, const char **name, const char **value)
{
	char *p, *colon;

	if (strncmp(line, BLOCK_PREFIX, strlen(BLOCK_PREFIX)) != 0)
		return 0;
	*name = line + strlen(BLOCK_PREFIX);
	colon = strstr(line, ": ");
	if (colon == NULL)
		return 0;
	*colon = '\0';
	*value = colon + 2;
	for (p = line; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	for (p = colon + 2; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return 0;
	return 1;
}

/* The line that starts at *at; *at moves past it. */
static enum res
next_line(int fd, int64_t *at, char *line, struct why *why)
{
	ssize_t n = pread(fd, line, BLOCK_LINE_MAX - 1, (off_t)*at);
	char *end;

	if (n < 0)
		return why_set(why, RES_TEMP, "read: %s", strerror(errno));
	end = memchr(line, '\n', (size_t)n);
	if (end == NULL || memchr(line, '\0', (size_t)(end - line)) != NULL)
		return why_set(
		    why, RES_PERM, "damaged: a line of the envelope block");
	*end = '\0';
	*at += end - line + 1;
	return RES_OK;
}

/* Hand the fields over; *at becomes the first byte of the message. */
static enum res
read_block(
    int fd, spool_field_fn *field, void *arg, int64_t *at, struct why *why)
{
	char line[BLOCK_LINE_MAX];
	const char *name, *value;
	enum res r = RES_OK;

	*at = (int64_t)BLOCK_HEAD_SIZE;
	while (r == RES_OK) {
		r = next_line(fd, at, line, why);
		if (r != RES_OK || strcmp(line, BLOCK_END) == 0)
			break;
		if (!split_line(line, &name, &value))
			r = why_set(why, RES_PERM,
			    "damaged: a line of the envelope block");
		else
			r = field(arg, name, value, why);
	}
	return r;
}

/* Everything about an open file. */
static enum res
read_file(const struct spool *s, int fd, const char *id, struct head *head,
    struct why *why)
{
	struct stat st;
	enum res r = check_plain(s, fd, id, &st, why);

	if (r == RES_OK)
		r = read_head(fd, head, why);
	if (r == RES_OK)
		r = check_sum(fd, head, st.st_size, why);
	return r;
}

enum res
spool_read(const struct spool *s, const struct spool_item *item,
    spool_field_fn *field, void *arg, int *fd, int64_t *bytes, struct why *why)
{
	char name[NAME_MAX_SIZE];
	struct head head = {0, 0};
	int64_t start = 0, end;
	enum res r;
	int f;

	*fd = -1;
	f = openat(state_fd(s, item->state), name_of(name, item),
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (f < 0)
		return why_set(why,
		    errno == ELOOP || errno == ENXIO ? RES_PERM : RES_TEMP,
		    "open %s/%s: %s", spool_state_name(item->state), item->id,
		    strerror(errno));
	r = read_file(s, f, item->id, &head, why);
	end = lseek(f, 0, SEEK_CUR);
	if (r == RES_OK && end < 0)
		r = why_set(why, RES_TEMP, "seek: %s", strerror(errno));
	if (r == RES_OK)
		r = read_block(f, field, arg, &start, why);
	if (r == RES_OK && end - start != head.bytes)
		r = why_set(
		    why, RES_PERM, "damaged: byte count of the message");
	if (r == RES_OK && lseek(f, (off_t)start, SEEK_SET) < 0)
		r = why_set(why, RES_TEMP, "seek: %s", strerror(errno));
	if (r != RES_OK) {
		(void)close(f);
		return r;
	}
	*fd = f;
	*bytes = head.bytes;
	return RES_OK;
}
