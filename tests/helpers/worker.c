/*
 * worker.c - the worker of imip-processor alone in one process, for the crash
 * test: what strace injects then hits the worker and nobody else
 *
 * usage: worker CONF           drain, as imip-processor --drain does
 *        worker CONF sender    the sender instead
 *        worker CONF wrong     the negative control: files are finished before
 *                              the transaction is committed
 */
#include <stdio.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "processor/batch.h"
#include "processor/child.h"

/* Everything a bench needs, opened. */
static void
open_bench(struct bench *bench, const struct settings *s)
{
	struct why why = {""};

	memset(bench, 0, sizeof(*bench));
	bench->engine.settings = s;
	bench->wake = -1;
	if (directory_open(NULL, s->calendars, s->horizon,
		&bench->engine.directory, &why) != RES_OK ||
	    store_open(NULL, s->store, STORE_CREATE, &bench->engine.store,
		&why) != RES_OK ||
	    spool_open(&bench->spool, s->spool, 1, &why) != RES_OK)
		fatal(75, "%s", why.text);
	bench->engine.reader = reader_new(NULL, NULL);
	bench->ahead = reader_new(NULL, NULL);
}

/* The order that must not be: done/ first, COMMIT after. */
static int
drain_wrong(const struct settings *s)
{
	struct bench bench;
	struct why why = {""};

	open_bench(&bench, s);
	for (;;) {
		struct batch b;
		size_t i;

		if (batch_claim(&b, &bench, &why) != RES_OK)
			fatal(75, "%s", why.text);
		if (b.n == 0)
			return 0;
		batch_understand(&b, &bench);
		if (store_begin(bench.engine.store, &why) != RES_OK)
			fatal(75, "%s", why.text);
		for (i = 0; i < b.n; i++) {
			struct job *j = &b.job[i];

			if (engine_settle(&bench.engine, b.ctx, j->errand, 1,
				&j->settled, &why) != RES_OK ||
			    spool_done(&bench.spool, &j->item, &why) != RES_OK)
				fatal(75, "%s", why.text);
		}
		if (store_commit(bench.engine.store, &why) != RES_OK)
			fatal(75, "%s", why.text);
		batch_free(&b);
	}
}

int
main(int argc, char **argv)
{
	struct child child = {
	    .reader = "/", .unboxed = 1, .drain = 1, .wake = -1};
	struct settings *settings;
	struct why why = {""};

	log_open("worker", 1);
	mem_init();
	if (argc < 2)
		fatal(64, "usage: worker CONF [sender | wrong]");
	if (settings_read(NULL, argv[1], &settings, &why) != RES_OK)
		fatal(78, "%s", why.text);
	child.settings = settings;
	if (argc > 2 && strcmp(argv[2], "wrong") == 0)
		return drain_wrong(settings);
	if (argc > 2 && strcmp(argv[2], "sender") == 0)
		return sender_run(&child);
	return worker_run(&child);
}
