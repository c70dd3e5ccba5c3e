/*
 * walk.c - what is in the spool, in order, in memory that does not grow
 *
 * opendir(3) allocates, so the directory is read with getdents64(2).  Each walk
 * opens the directory anew: a position is shared by all who share a descriptor.
 */
#define _GNU_SOURCE
#include "spool/lib/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "spool/lib/name.h"

/* Where the members of the kernel's struct linux_dirent64 are. */
#define ENTRY_SIZE 16
#define ENTRY_TYPE 18
#define ENTRY_NAME 19

/* Called for each entry but "." and "..". */
typedef enum res walk_fn(
    void *arg, const char *name, int is_plain, struct why *why);

/* Hand each entry of a buffer that getdents64() filled to fn. */
static enum res
walk_buffer(const char *buf, size_t n, walk_fn *fn, void *arg, struct why *why)
{
	enum res r = RES_OK;
	size_t at = 0;

	while (r == RES_OK && at < n) {
		const char *name = buf + at + ENTRY_NAME;
		unsigned char type = (unsigned char)buf[at + ENTRY_TYPE];
		uint16_t size;

		memcpy(&size, buf + at + ENTRY_SIZE, sizeof(size));
		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			r = fn(arg, name, type == DT_REG || type == DT_UNKNOWN,
			    why);
		at += size;
	}
	return r;
}

/* Hand each entry of a directory to fn. */
static enum res
walk(int dir, walk_fn *fn, void *arg, struct why *why)
{
	_Alignas(8) char buf[32768];
	enum res r = RES_OK;
	long n = 1;
	int fd;

	fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return why_set(
		    why, RES_TEMP, "read directory: %s", strerror(errno));
	while (r == RES_OK && n > 0) {
		n = syscall(SYS_getdents64, fd, buf, sizeof(buf));
		if (n < 0)
			r = why_set(why, RES_TEMP, "read directory: %s",
			    strerror(errno));
		else
			r = walk_buffer(buf, (size_t)n, fn, arg, why);
	}
	(void)close(fd);
	return r;
}

/* --- the oldest so many -------------------------------------------------- */

/* A heap with the youngest on top, so that it is the one to give way. */
struct oldest {
	struct spool_item *item;
	size_t n, max, strange;
	enum spool_state state;
	const char *after;
};

static int
is_younger(const struct spool_item *a, const struct spool_item *b)
{
	int order = strcmp(a->id, b->id);

	return order > 0 || (order == 0 && a->tries > b->tries);
}

static void
swap(struct spool_item *a, struct spool_item *b)
{
	struct spool_item c = *a;

	*a = *b;
	*b = c;
}

/* Let item i rise to where it belongs. */
static void
heap_up(struct spool_item *item, size_t i)
{
	while (i > 0 && is_younger(&item[i], &item[(i - 1) / 2])) {
		swap(&item[i], &item[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

/* Let the top sink to where it belongs among n. */
static void
heap_down(struct spool_item *item, size_t n)
{
	size_t i = 0, child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && is_younger(&item[child + 1], &item[child]))
			child++;
		if (!is_younger(&item[child], &item[i]))
			return;
		swap(&item[i], &item[child]);
		i = child;
	}
}

/* Keep an item if it is among the oldest. */
static void
oldest_add(struct oldest *o, const struct spool_item *item)
{
	if (o->n < o->max) {
		o->item[o->n] = *item;
		heap_up(o->item, o->n++);
	} else if (o->max > 0 && is_younger(&o->item[0], item)) {
		o->item[0] = *item;
		heap_down(o->item, o->n);
	}
}

/* The reason files in hold/, and ours in the making, are no strangers. */
static int
is_reason(enum spool_state state, const char *name)
{
	char id[SPOOL_ID_MAX];

	return state == SPOOL_HOLD &&
	       (name_is_why(name, id) || name_is_half_why(name));
}

/* Is it neither a message nor anything else of ours?  *item gets the name. */
static int
is_strange(enum spool_state state, const char *name, int is_plain,
    struct spool_item *item)
{
	item->state = state;
	return (!is_plain || !name_parse(name, item)) &&
	       !is_reason(state, name);
}

/* walk_fn of spool_list() */
static enum res
list_entry(void *arg, const char *name, int is_plain, struct why *why)
{
	struct oldest *o = arg;
	struct spool_item item;

	(void)why;
	if (is_reason(o->state, name))
		return RES_OK;
	if (is_strange(o->state, name, is_plain, &item))
		o->strange++;
	else if (strcmp(item.id, o->after) > 0)
		oldest_add(o, &item);
	return RES_OK;
}

enum res
spool_list(const struct spool *s, enum spool_state state, const char *after,
    struct spool_item *item, size_t max, size_t *n, size_t *strange,
    struct why *why)
{
	struct oldest o = {item, 0, max, 0, state, after};
	enum res r = walk(state_fd(s, state), list_entry, &o, why);
	size_t left;

	*n = r == RES_OK ? o.n : 0;
	*strange = o.strange;
	/* the youngest goes to the end, then the next */
	for (left = *n; left > 1; left--) {
		swap(&item[0], &item[left - 1]);
		heap_down(item, left - 1);
	}
	return r;
}

/* --- what is none of ours ------------------------------------------------- */

struct strangers {
	enum spool_state state;
	spool_name_fn *fn;
	void *arg;
};

/* walk_fn of spool_strange() */
static enum res
strange_entry(void *arg, const char *name, int is_plain, struct why *why)
{
	const struct strangers *strangers = arg;
	struct spool_item item;

	if (!is_strange(strangers->state, name, is_plain, &item))
		return RES_OK;
	return strangers->fn(strangers->arg, name, why);
}

enum res
spool_strange(const struct spool *s, enum spool_state state, spool_name_fn *fn,
    void *arg, struct why *why)
{
	struct strangers strangers = {state, fn, arg};

	return walk(state_fd(s, state), strange_entry, &strangers, why);
}

/* --- one, and how many ---------------------------------------------------- */

struct search {
	const char *id;
	struct spool_item *item;
	enum spool_state state;
	int found;
};

/* walk_fn of spool_find() */
static enum res
find_entry(void *arg, const char *name, int is_plain, struct why *why)
{
	struct search *search = arg;
	struct spool_item item;

	(void)why;
	item.state = search->state;
	if (is_plain && name_parse(name, &item) &&
	    strcmp(item.id, search->id) == 0) {
		*search->item = item;
		search->found = 1;
	}
	return RES_OK;
}

enum res
spool_find(const struct spool *s, const char *id, struct spool_item *item,
    struct why *why)
{
	static const enum spool_state order[] = {
	    SPOOL_NEW, SPOOL_CUR, SPOOL_HOLD, SPOOL_DONE};
	struct search search = {id, item, SPOOL_NEW, 0};
	struct spool_item wanted;
	enum res r = RES_OK;
	size_t i;

	memset(item, 0, sizeof(*item));
	/* with a suffix it is a file name and no id */
	if (!name_parse(id, &wanted) || wanted.tries > 0)
		return why_set(why, RES_PERM, "not the id of a message");
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		search.state = order[i];
		r = walk(state_fd(s, order[i]), find_entry, &search, why);
		if (r != RES_OK || search.found)
			return r;
	}
	return why_set(why, RES_PERM, "no message %s", id);
}

struct tally {
	enum spool_state state;
	size_t n;
};

/* walk_fn of spool_count() */
static enum res
count_entry(void *arg, const char *name, int is_plain, struct why *why)
{
	struct tally *tally = arg;
	struct spool_item item;

	(void)why;
	tally->n += is_plain && name_parse(name, &item);
	return RES_OK;
}

enum res
spool_count(
    const struct spool *s, enum spool_state state, size_t *n, struct why *why)
{
	struct tally tally = {state, 0};
	enum res r = walk(state_fd(s, state), count_entry, &tally, why);

	*n = tally.n;
	return r;
}

/* --- clearing up ---------------------------------------------------------- */

struct broom {
	const struct spool *spool;
	int dir;
	int64_t before; /* seconds UTC */
	size_t removed;
};

/* Unlink and count; somebody else may have been first. */
static enum res
sweep_away(struct broom *broom, const char *name, struct why *why)
{
	if (unlinkat(broom->dir, name, 0) == 0)
		broom->removed++;
	else if (errno != ENOENT)
		return why_set(
		    why, RES_TEMP, "remove %s: %s", name, strerror(errno));
	return RES_OK;
}

/* walk_fn: of tmp/ what is old, or delivered and only the second link is left */
static enum res
sweep_tmp(void *arg, const char *name, int is_plain, struct why *why)
{
	struct broom *broom = arg;
	struct stat st;

	if (!is_plain ||
	    fstatat(broom->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode))
		return RES_OK;
	if (st.st_nlink > 1 || st.st_mtime < broom->before)
		return sweep_away(broom, name, why);
	return RES_OK;
}

/* walk_fn: of hold/ old reasons without a message, and half-written ones */
static enum res
sweep_hold(void *arg, const char *name, int is_plain, struct why *why)
{
	struct broom *broom = arg;
	char id[SPOOL_ID_MAX];
	struct stat st, message;
	int orphan;

	orphan = name_is_half_why(name) || (name_is_why(name, id) &&
					       fstatat(broom->dir, id, &message,
						   AT_SYMLINK_NOFOLLOW) < 0 &&
					       errno == ENOENT);
	if (!is_plain || !orphan ||
	    fstatat(broom->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISREG(st.st_mode) || st.st_mtime >= broom->before)
		return RES_OK;
	return sweep_away(broom, name, why);
}

enum res
spool_sweep(const struct spool *s, int64_t now, int64_t age, size_t *removed,
    struct why *why)
{
	struct broom broom = {s, s->tmp, now - age, 0};
	enum res r = walk(s->tmp, sweep_tmp, &broom, why);

	broom.dir = s->hold;
	if (r == RES_OK)
		r = walk(s->hold, sweep_hold, &broom, why);
	*removed = broom.removed;
	return r;
}

/* walk_fn of spool_expire() */
static enum res
expire_entry(void *arg, const char *name, int is_plain, struct why *why)
{
	struct broom *broom = arg;
	struct spool_item item;

	if (is_plain && name_parse(name, &item) &&
	    name_seconds(item.id) < broom->before)
		return sweep_away(broom, name, why);
	return RES_OK;
}

enum res
spool_expire(
    const struct spool *s, int64_t before, size_t *removed, struct why *why)
{
	struct broom broom = {s, s->done, before, 0};
	enum res r = walk(s->done, expire_entry, &broom, why);

	*removed = broom.removed;
	return r;
}
