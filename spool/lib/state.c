/*
 * state.c - a message changes its state: one rename and nothing else
 *
 * No fsync here: a rename that a power cut undoes is done again, and the store
 * knows what it has settled.  Only the reason of a hold is durable first.
 */
#include "spool/lib/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "spool/lib/name.h"

int
state_fd(const struct spool *s, enum spool_state state)
{
	switch (state) {
	case SPOOL_NEW:
		return s->new;
	case SPOOL_CUR:
		return s->cur;
	case SPOOL_HOLD:
		return s->hold;
	case SPOOL_DONE:
		return s->done;
	}
	return -1;
}

/* Rename an item to a state and a number of tries. */
static enum res
move(const struct spool *s, struct spool_item *item, enum spool_state state,
    int tries, struct why *why)
{
	char from[NAME_MAX_SIZE], to[NAME_MAX_SIZE];
	struct spool_item moved = *item;

	moved.state = state;
	moved.tries = tries;
	if (renameat(state_fd(s, item->state), name_of(from, item),
		state_fd(s, state), name_of(to, &moved)) < 0)
		return why_set(why, errno == ENOENT ? RES_PERM : RES_TEMP,
		    "rename %s/%s to %s: %s", spool_state_name(item->state),
		    item->id, spool_state_name(state), strerror(errno));
	*item = moved;
	return RES_OK;
}

/* Refuse a step that its state does not have. */
static enum res
must_be(const struct spool_item *item, int right, struct why *why)
{
	if (right)
		return RES_OK;
	return why_set(why, RES_PERM, "%s is in %s/", item->id,
	    spool_state_name(item->state));
}

/* The name of a reason file; buf of NAME_MAX_SIZE. */
static const char *
why_name(char *buf, const char *id)
{
	(void)snprintf(buf, NAME_MAX_SIZE, "%s" NAME_WHY, id);
	return buf;
}

enum res
spool_claim(const struct spool *s, struct spool_item *item, struct why *why)
{
	int n = item->tries < NAME_TRIES_MAX ? item->tries + 1 : item->tries;
	int right = item->state == SPOOL_NEW || item->state == SPOOL_CUR;
	enum res r = must_be(item, right, why);

	return r == RES_OK ? move(s, item, SPOOL_CUR, n, why) : r;
}

enum res
spool_retry(const struct spool *s, struct spool_item *item, struct why *why)
{
	int n = item->tries > 0 ? item->tries - 1 : 0;
	enum res r = must_be(item, item->state == SPOOL_CUR, why);

	return r == RES_OK ? move(s, item, SPOOL_NEW, n, why) : r;
}

enum res
spool_done(const struct spool *s, struct spool_item *item, struct why *why)
{
	enum res r = must_be(item, item->state == SPOOL_CUR, why);

	return r == RES_OK ? move(s, item, SPOOL_DONE, 0, why) : r;
}

enum res
spool_hold(const struct spool *s, struct spool_item *item, const char *reason,
    struct why *why)
{
	char name[NAME_MAX_SIZE], text[SPOOL_REASON_MAX + 2];
	struct why clean; /* why_set() also makes text printable */
	enum res r;
	int n;

	(void)why_set(&clean, RES_OK, "%s", reason);
	n = snprintf(text, sizeof(text), "%s\n", clean.text);
	r = io_replace_file(
	    s->hold, why_name(name, item->id), text, (size_t)n, 0640, why);
	if (r != RES_OK)
		return RES_TEMP;
	return move(s, item, SPOOL_HOLD, 0, why);
}

enum res
spool_release(const struct spool *s, struct spool_item *item, struct why *why)
{
	char name[NAME_MAX_SIZE];
	int right = item->state == SPOOL_HOLD || item->state == SPOOL_DONE;
	enum res r = must_be(item, right, why);

	if (r == RES_OK)
		r = move(s, item, SPOOL_NEW, 0, why);
	if (r == RES_OK)
		(void)unlinkat(s->hold, why_name(name, item->id), 0);
	return r;
}

enum res
spool_remove(const struct spool *s, struct spool_item *item, struct why *why)
{
	char name[NAME_MAX_SIZE];
	int right = item->state == SPOOL_HOLD || item->state == SPOOL_DONE;
	enum res r = must_be(item, right, why);

	if (r != RES_OK)
		return r;
	if (unlinkat(state_fd(s, item->state), name_of(name, item), 0) < 0)
		return why_set(why, errno == ENOENT ? RES_PERM : RES_TEMP,
		    "remove %s: %s", item->id, strerror(errno));
	(void)unlinkat(s->hold, why_name(name, item->id), 0);
	return RES_OK;
}

void
spool_reason(const struct spool *s, const char *id, char *buf, size_t size)
{
	char name[NAME_MAX_SIZE];
	struct spool_item item;
	struct why clean;
	size_t n = 0;
	int fd = -1;

	if (size == 0)
		return;
	buf[0] = '\0';
	if (name_parse(id, &item))
		fd = openat(s->hold, why_name(name, item.id),
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	if (io_read(fd, buf, size - 1, &n, NULL) != RES_OK)
		n = 0;
	(void)close(fd);
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	(void)why_set(&clean, RES_OK, "%s", buf);
	(void)snprintf(buf, size, "%s", clean.text);
}

enum res
spool_sync(const struct spool *s, struct why *why)
{
	enum res r = io_sync(s->cur, "cur", why);

	if (r == RES_OK)
		r = io_sync(s->done, "done", why);
	if (r == RES_OK)
		r = io_sync(s->hold, "hold", why);
	return r;
}
