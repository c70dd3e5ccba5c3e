/*
 * put.c - one message into the spool: written, synced, linked, synced
 *
 * The order of the steps is the promise of spool(5): whoever hears "done" can
 * pull the plug.  An fsync that fails is never asked again, since the kernel
 * may have dropped the pages and the second answer would lie.
 */
#include "spool/lib/put.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "spool/lib/block.h"
#include "spool/lib/name.h"

#define CREATE_TRIES 8

/* Take the buffer into the checksum; the fixed first line is no part of it. */
static void
add_sum(struct spool_put *put)
{
	size_t skip = put->flushed == 0 ? BLOCK_HEAD_SIZE : 0;

	put->sum = block_sum(put->sum, put->buf + skip, put->used - skip);
}

/* Write out the buffer. */
static enum res
write_out(struct spool_put *put, struct why *why)
{
	if (put->failed)
		return why_set(why, RES_TEMP, "an earlier write failed");
	if (io_write(put->fd, put->buf, put->used, why) != RES_OK) {
		put->failed = 1;
		return RES_TEMP;
	}
	put->flushed += (int64_t)put->used;
	put->used = 0;
	return RES_OK;
}

/* Make room in the buffer. */
static enum res
flush(struct spool_put *put, struct why *why)
{
	add_sum(put);
	return write_out(put, why);
}

/* What is wrong with a value for a line of the block; NULL if nothing is. */
static const char *
value_fault(const char *value)
{
	size_t i;

	for (i = 0; value[i] != '\0'; i++) {
		unsigned char c = (unsigned char)value[i];

		if (c < 0x20 || c == 0x7f)
			return "holds a control byte";
		if (i >= SPOOL_ADDRESS_MAX)
			return "is too long";
	}
	return NULL;
}

/* Lower case from the last '@' on; only ASCII, whatever the locale. */
static void
fold_domain(char *address)
{
	char *p = strrchr(address, '@');

	for (; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
}

/* Add a line to the block; the value has been checked. */
static enum res
add_line(struct spool_put *put, const char *name, const char *value, int fold,
    struct why *why)
{
	char *line;
	int n;

	if (sizeof(put->buf) - put->used < BLOCK_LINE_MAX &&
	    flush(put, why) != RES_OK)
		return RES_TEMP;
	line = put->buf + put->used;
	n = snprintf(
	    line, BLOCK_LINE_MAX, BLOCK_PREFIX "%s: %s\n", name, value);
	assert(n > 0 && n < BLOCK_LINE_MAX);
	line[n - 1] = '\0';
	if (fold)
		fold_domain(line);
	line[n - 1] = '\n';
	put->used += (size_t)n;
	return RES_OK;
}

/* RFC 3339, UTC with microseconds. */
static void
arrival_text(char *buf, size_t size, const struct stamp *stamp)
{
	/* days since 0000-03-01, so that leap days end a year (of 400) */
	int64_t days = stamp->seconds / 86400 + 719468;
	int64_t era = days / 146097, day = days % 146097, year, month;
	int second = (int)(stamp->seconds % 86400);

	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5 - 1;
	month += month < 10 ? 3 : -9;
	year += era * 400 + (month <= 2);
	(void)snprintf(buf, size,
	    "%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02d:%02d:%02d.%06dZ",
	    year, month, day, second / 3600, second / 60 % 60, second % 60,
	    stamp->microseconds);
}

/* The block up to the recipients, into the buffer. */
static enum res
add_envelope(struct spool_put *put, const struct spool_envelope *envelope,
    const struct stamp *stamp, struct why *why)
{
	char arrival[80];
	const struct {
		const char *name, *value;
		int always, fold;
	} line[] = {
	    {"Arrival", arrival, 1, 0},
	    {"Host", stamp->host, 1, 0},
	    {"Role", envelope->role, 1, 0},
	    {"Sender", envelope->sender, 1, 1},
	    {"Queue-Id", envelope->queue_id, 0, 0},
	    {"Submitter", envelope->submitter, 0, 0},
	    {"Client", envelope->client, 0, 0},
	    {"Size", envelope->size, 0, 0},
	};
	size_t i;

	arrival_text(arrival, sizeof(arrival), stamp);
	for (i = 0; i < sizeof(line) / sizeof(line[0]); i++) {
		const char *fault = value_fault(line[i].value);

		if (fault != NULL)
			return why_set(
			    why, RES_PERM, "%s %s", line[i].name, fault);
		if ((line[i].always || line[i].value[0] != '\0') &&
		    add_line(put, line[i].name, line[i].value, line[i].fold,
			why) != RES_OK)
			return RES_TEMP;
	}
	return RES_OK;
}

/* Create the file in tmp/ under a name that nobody has. */
static enum res
create(struct spool_put *put, const struct stamp *stamp, struct why *why)
{
	char tmp[NAME_MAX_SIZE];
	int i;

	for (i = 0; i < CREATE_TRIES; i++) {
		if (name_make(put->id, stamp, why) != RES_OK) {
			put->id[0] = '\0';
			return RES_TEMP;
		}
		put->fd = openat(put->spool->root, name_in(tmp, "tmp", put->id),
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
		if (put->fd >= 0)
			return RES_OK;
		if (errno != EEXIST && errno != EINTR)
			break;
	}
	(void)why_set(why, RES_TEMP, "%s/tmp: cannot create a file: %s",
	    put->spool->path, strerror(errno));
	put->id[0] = '\0'; /* not ours to unlink */
	return RES_TEMP;
}

enum res
spool_put_open(struct spool_put *put, const struct spool *s,
    const struct spool_envelope *envelope, struct why *why)
{
	struct stamp stamp;
	enum res r;

	put->spool = s;
	put->fd = -1;
	put->failed = 0;
	put->in_message = 0;
	put->recipients = 0;
	put->bytes = 0;
	put->flushed = 0;
	put->sum = BLOCK_SUM_START;
	put->id[0] = '\0';
	memcpy(put->buf, BLOCK_HEAD_BLANK, BLOCK_HEAD_SIZE);
	put->used = BLOCK_HEAD_SIZE;
	r = stamp_take(&stamp, why);
	if (r == RES_OK)
		r = add_envelope(put, envelope, &stamp, why);
	if (r == RES_OK)
		r = create(put, &stamp, why);
	return r;
}

enum res
spool_put_rcpt(struct spool_put *put, const char *rcpt, const char *original,
    struct why *why)
{
	const char *fault = value_fault(rcpt);
	const char *fault_original = value_fault(original);
	enum res r;

	assert(!put->in_message);
	if (rcpt[0] == '\0')
		fault = "is empty";
	if (fault != NULL)
		return why_set(why, RES_PERM, "recipient address %s", fault);
	if (fault_original != NULL)
		return why_set(why, RES_PERM, "original recipient address %s",
		    fault_original);
	if (put->recipients >= SPOOL_RCPT_MAX)
		return why_set(
		    why, RES_PERM, "more than %d recipients", SPOOL_RCPT_MAX);
	r = add_line(put, "Recipient", rcpt, 1, why);
	if (r == RES_OK && original[0] != '\0')
		r = add_line(put, "Original", original, 1, why);
	if (r == RES_OK)
		put->recipients++;
	return r;
}

/* Close the envelope block before the first byte of the message. */
static enum res
enter_message(struct spool_put *put, struct why *why)
{
	const size_t n = strlen(BLOCK_END "\n");

	if (put->in_message)
		return RES_OK;
	if (put->recipients == 0)
		return why_set(why, RES_PERM, "no recipient");
	if (sizeof(put->buf) - put->used < n && flush(put, why) != RES_OK)
		return RES_TEMP;
	memcpy(put->buf + put->used, BLOCK_END "\n", n);
	put->used += n;
	put->in_message = 1;
	return RES_OK;
}

enum res
spool_put_room(struct spool_put *put, char **p, size_t *n, struct why *why)
{
	enum res r = enter_message(put, why);

	if (r == RES_OK && put->used == sizeof(put->buf))
		r = flush(put, why);
	*p = put->buf + put->used;
	*n = sizeof(put->buf) - put->used;
	return r;
}

void
spool_put_took(struct spool_put *put, size_t n)
{
	assert(n <= sizeof(put->buf) - put->used);
	put->used += n;
	put->bytes += (int64_t)n;
}

enum res
spool_put_write(struct spool_put *put, const void *p, size_t n, struct why *why)
{
	const char *from = p;

	while (n > 0) {
		char *to;
		size_t room;
		enum res r = spool_put_room(put, &to, &room, why);

		if (r != RES_OK)
			return r;
		if (room > n)
			room = n;
		memcpy(to, from, room);
		spool_put_took(put, room);
		from += room;
		n -= room;
	}
	return RES_OK;
}

/* Write what is left, with the first line filled in. */
static enum res
complete(struct spool_put *put, struct why *why)
{
	char head[BLOCK_HEAD_SIZE + 1];
	int whole = put->flushed == 0, n;

	add_sum(put);
	n = snprintf(
	    head, sizeof(head), BLOCK_HEAD_FORMAT, put->bytes, put->sum);
	assert(n == (int)BLOCK_HEAD_SIZE);
	if (whole)
		memcpy(put->buf, head, BLOCK_HEAD_SIZE);
	if (write_out(put, why) != RES_OK)
		return RES_TEMP;
	if (!whole && pwrite(put->fd, head, BLOCK_HEAD_SIZE, 0) !=
			  (ssize_t)BLOCK_HEAD_SIZE)
		return why_set(why, RES_TEMP, "write: %s", strerror(errno));
	return RES_OK;
}

/* The file's bytes to the disk; close(2) may be the first to tell of an error */
static enum res
seal(struct spool_put *put, struct why *why)
{
	int fd = put->fd;

	if (fsync(fd) < 0)
		return why_set(why, RES_TEMP, "fsync: %s", strerror(errno));
	put->fd = -1;
	if (close(fd) < 0)
		return why_set(why, RES_TEMP, "close: %s", strerror(errno));
	return RES_OK;
}

/* Into new/ and durable there, or not there at all. */
static enum res
publish(const struct spool_put *put, struct why *why)
{
	const struct spool *s = put->spool;
	char tmp[NAME_MAX_SIZE];
	enum res r;

	(void)name_in(tmp, "tmp", put->id);
	if (linkat(s->root, tmp, s->new, put->id, 0) < 0) {
		int error = errno;

		/* on NFS it may be there all the same, and is ours */
		if (error != EEXIST)
			(void)unlinkat(s->new, put->id, 0);
		return why_set(why, RES_TEMP, "link: %s", strerror(error));
	}
	if (fsync(s->new) < 0) {
		r = why_set(why, RES_TEMP, "fsync new: %s", strerror(errno));
		(void)unlinkat(s->new, put->id, 0);
		return r;
	}
	return RES_OK;
}

enum res
spool_put_commit(struct spool_put *put, struct why *why)
{
	char tmp[NAME_MAX_SIZE];
	enum res r = enter_message(put, why);

	if (r == RES_OK)
		r = complete(put, why);
	if (r == RES_OK)
		r = seal(put, why);
	if (r == RES_OK)
		r = publish(put, why);
	if (r != RES_OK) {
		spool_put_abort(put);
		return r;
	}
	/* a link left in tmp/ is swept one day */
	(void)unlinkat(put->spool->root, name_in(tmp, "tmp", put->id), 0);
	return RES_OK;
}

void
spool_put_abort(struct spool_put *put)
{
	char tmp[NAME_MAX_SIZE];

	if (put->fd >= 0)
		(void)close(put->fd);
	put->fd = -1;
	if (put->id[0] != '\0')
		(void)unlinkat(
		    put->spool->root, name_in(tmp, "tmp", put->id), 0);
	put->id[0] = '\0';
}

const char *
spool_put_id(const struct spool_put *put)
{
	return put->id;
}
