/* query.c - one use of a prepared statement, the first failure sticks */
#include <assert.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/store/hash.h"
#include "lib/store/sqlite/lite.h"

/* Remember the first failure. */
static void
note(struct query *q, int rc)
{
	if (rc != SQLITE_OK && q->res == RES_OK)
		q->res = lite_fail(q->lite, rc, q->why);
}

void
query_begin(
    struct query *q, struct lite *l, enum statement which, struct why *why)
{
	q->lite = l;
	q->statement = NULL;
	q->why = why;
	q->at = 1;
	q->res = lite_ready(l, why);
	if (q->res == RES_OK && l->statement[which] == NULL)
		note(q,
		    sqlite3_prepare_v3(l->db, statement_text(which), -1,
			SQLITE_PREPARE_PERSISTENT, &l->statement[which], NULL));
	if (q->res == RES_OK)
		q->statement = l->statement[which];
}

void
query_text(struct query *q, const char *text)
{
	const char *p = text != NULL ? text : "";

	if (q->res == RES_OK)
		note(q, sqlite3_bind_text64(q->statement, q->at++, p, strlen(p),
			    SQLITE_STATIC, SQLITE_UTF8));
}

void
query_number(struct query *q, int64_t number)
{
	if (q->res == RES_OK)
		note(q, sqlite3_bind_int64(q->statement, q->at++, number));
}

void
query_bytes(struct query *q, const void *p, size_t n)
{
	if (q->res == RES_OK)
		note(q, sqlite3_bind_blob64(q->statement, q->at++,
			    p != NULL ? p : "", n, SQLITE_STATIC));
}

void
query_null(struct query *q)
{
	if (q->res == RES_OK)
		note(q, sqlite3_bind_null(q->statement, q->at++));
}

int
query_row(struct query *q)
{
	int rc;

	if (q->res != RES_OK)
		return 0;
	q->at = 0;
	rc = sqlite3_step(q->statement);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		note(q, rc);
	return 0;
}

const char *
take_bytes(struct query *q, TALLOC_CTX *ctx, size_t *n)
{
	const void *p = sqlite3_column_blob(q->statement, q->at);
	size_t size = (size_t)sqlite3_column_bytes(q->statement, q->at++);
	char *copy = mem_array(ctx, char, size + 1);

	if (size > 0)
		memcpy(copy, mem_check(p), size);
	*n = size;
	return copy;
}

const char *
take_text(struct query *q, TALLOC_CTX *ctx)
{
	size_t n;

	return take_bytes(q, ctx, &n);
}

int64_t
take_number(struct query *q)
{
	return sqlite3_column_int64(q->statement, q->at++);
}

void
query_hash(struct query *q, uint64_t *hash)
{
	int i, n = sqlite3_column_count(q->statement);

	for (i = 0; i < n; i++) {
		const void *p;

		if (sqlite3_column_type(q->statement, i) == SQLITE_INTEGER) {
			hash_number(
			    hash, sqlite3_column_int64(q->statement, i));
			continue;
		}
		p = sqlite3_column_blob(q->statement, i);
		hash_bytes(
		    hash, p, (size_t)sqlite3_column_bytes(q->statement, i));
	}
}

enum res
query_end(struct query *q)
{
	if (q->statement != NULL)
		(void)sqlite3_reset(q->statement); /* repeats step's result */
	q->statement = NULL;
	return q->res;
}

enum res
query_run(struct query *q, int64_t *changes)
{
	(void)query_row(q);
	if (changes != NULL)
		*changes =
		    q->res == RES_OK ? sqlite3_changes64(q->lite->db) : 0;
	return query_end(q);
}

void *
list_grow(TALLOC_CTX *ctx, void *list, size_t n, size_t size)
{
	size_t room = n == 0 ? 4 : 2 * n;
	char *bytes;

	/* Full when n is 0, 4, 8, 16 and so on. */
	if (n != 0 && (n < 4 || (n & (n - 1)) != 0))
		return list;
	assert(room <= SIZE_MAX / size);
	bytes = mem_check(talloc_realloc_size(ctx, list, room * size));
	memset(bytes + n * size, 0, (room - n) * size);
	return bytes;
}
