/*
 * book.c - put bookings into a store without a message
 *
 * usage: book URL CALENDAR UID [START END]...
 *
 * Times as RFC 3339.  The bookings of the uid become these, none without times.
 * The store is made if it is missing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/civil.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/store/store.h"

/* Go on only if that worked. */
static void
need(enum res r, const struct why *why)
{
	if (r != RES_OK)
		fatal(1, "%s", why->text);
}

/* One booking. */
static void
set_busy(struct busy *busy, const char *uid, const char *start, const char *end)
{
	busy->uid = uid;
	busy->organizer = "ada@example.org";
	if (!utc_parse(start, &busy->start) || !utc_parse(end, &busy->end))
		fatal(64, "%s %s: not two times", start, end);
	busy->instance = busy->start;
	busy->status = "ACCEPTED";
	busy->summary = "secret subject";
}

int
main(int argc, char **argv)
{
	struct why why = {""};
	struct store *store = NULL;
	struct change change;
	struct busy *busy;
	TALLOC_CTX *ctx;
	int i;

	log_open("book", 1);
	mem_init();
	if (argc < 4 || argc % 2 != 0)
		fatal(64, "usage: book URL CALENDAR UID [START END]...");
	ctx = talloc_new(NULL);
	busy = mem_array(ctx, struct busy, (size_t)argc);
	memset(&change, 0, sizeof(change));
	change.organizer = "ada@example.org";
	change.drop_all = 1;
	change.drop_from = INT64_MAX;
	for (i = 4; i < argc; i += 2)
		set_busy(&busy[change.nadd++], argv[3], argv[i], argv[i + 1]);
	change.add = busy;
	need(store_open(ctx, argv[1], STORE_CREATE, &store, &why), &why);
	need(store_begin(store, &why), &why);
	need(store_part_begin(store, &why), &why);
	need(store_change(
		 store, argv[2], argv[3], &change, (int64_t)time(NULL), &why),
	    &why);
	need(store_part_keep(store, &why), &why);
	need(store_commit(store, &why), &why);
	talloc_free(ctx);
	return 0;
}
