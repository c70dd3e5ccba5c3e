/*
 * transaction.c - begin, commit, parts; and the file that a publisher watches
 *
 * SQLite may roll a transaction back by itself (disk full, I/O error).  Then
 * everything up to store_rollback() is RES_TEMP, see lite_ready(): no later
 * part may be kept without the earlier ones.
 */
#include <assert.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/store/sqlite/lite.h"

/* Run one of the statements that have no parameters. */
static enum res
run(struct lite *l, enum statement which, struct why *why)
{
	struct query q;

	query_begin(&q, l, which, why);
	return query_run(&q, NULL);
}

/*
 * Set the times of the signal file.  It is a hint, the truth is in the
 * database: a publisher also looks once a minute, so no failure is told.
 */
static void
touch_signal(const struct lite *l)
{
	int fd = open(l->store.signal,
	    O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0664);

	if (fd < 0)
		return;
	(void)futimens(fd, NULL);
	(void)close(fd);
}

enum res
lite_begin(struct store *store, struct why *why)
{
	struct lite *l = lite_of(store);
	enum res r;

	assert(!l->begun);
	r = run(l, SQL_BEGIN, why);
	l->begun = r == RES_OK;
	return r;
}

enum res
lite_commit(struct store *store, struct why *why)
{
	struct lite *l = lite_of(store);
	int dirty = l->dirty;
	enum res r;

	assert(l->begun && !l->part);
	r = run(l, SQL_COMMIT, why);
	/* Nothing is left of it after a success; after a failure it must go. */
	lite_rollback(store);
	if (dirty)
		touch_signal(l);
	return r == RES_OK ? RES_OK : RES_TEMP;
}

void
lite_rollback(struct store *store)
{
	struct lite *l = lite_of(store);
	struct why why;

	if (l->db != NULL && !sqlite3_get_autocommit(l->db) &&
	    lite_exec(l, "ROLLBACK", &why) != RES_OK)
		lite_disconnect(l);
	l->begun = 0;
	l->part = 0;
	l->broken = 0;
	l->dirty = 0;
}

enum res
lite_part_begin(struct store *store, struct why *why)
{
	struct lite *l = lite_of(store);
	enum res r;

	assert(l->begun && !l->part);
	r = run(l, SQL_PART_BEGIN, why);
	if (r != RES_OK)
		return r;
	l->part = 1;
	l->dirty_before = l->dirty;
	return RES_OK;
}

enum res
lite_part_keep(struct store *store, struct why *why)
{
	struct lite *l = lite_of(store);
	enum res r;

	assert(l->part);
	l->part = 0;
	r = run(l, SQL_PART_KEEP, why);
	if (r != RES_OK)
		l->broken = 1;
	return r;
}

void
lite_part_undo(struct store *store)
{
	struct lite *l = lite_of(store);
	struct why why;

	if (!l->part)
		return;
	l->part = 0;
	l->dirty = l->dirty_before;
	if (run(l, SQL_PART_UNDO, &why) != RES_OK ||
	    run(l, SQL_PART_KEEP, &why) != RES_OK)
		l->broken = 1;
}

enum res
lite_enter(struct lite *l, int *own, struct why *why)
{
	*own = !l->begun;
	return *own ? lite_begin(&l->store, why) : RES_OK;
}

enum res
lite_leave(struct lite *l, int own, enum res r, struct why *why)
{
	if (!own)
		return r;
	if (r == RES_OK)
		return lite_commit(&l->store, why);
	lite_rollback(&l->store);
	return r;
}
