/*
 * init.c - make what an instance needs on disk
 *
 * Only makes what is missing; what is there is left as it is.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "admin/admin.h"
#include "lib/base/mem.h"
#include "lib/json/json.h"
#include "lib/store/store.h"
#include "lib/tool/tool.h"
#include "spool/lib/spool.h"

/* One thing that init makes. */
struct part {
	const char *what;
	const char *path;
	enum res (*make)(const struct part *part, struct why *why);
	const char *url; /* of the store */
};

/* Make the directories above a path, as mkdir -p would. */
static enum res
make_parents(const char *path, struct why *why)
{
	char *copy = mem_text(NULL, path), *p;
	enum res r = RES_OK;

	for (p = strchr(copy + 1, '/'); r == RES_OK && p != NULL;
	     p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST)
			r = why_set(
			    why, RES_TEMP, "%s: %s", copy, strerror(errno));
		*p = '/';
	}
	talloc_free(copy);
	return r;
}

/* A directory that others may look into: calendar files, the web's files. */
static enum res
make_directory(const struct part *part, struct why *why)
{
	if (mkdir(part->path, 0755) < 0 && errno != EEXIST)
		return why_set(
		    why, RES_TEMP, "%s: %s", part->path, strerror(errno));
	return RES_OK;
}

/* The spool and what is missing in it. */
static enum res
make_spool(const struct part *part, struct why *why)
{
	struct spool spool;
	enum res r = spool_open(&spool, part->path, 1, why);

	if (r == RES_OK)
		spool_close(&spool);
	return r;
}

/* The store, made or brought to the current schema. */
static enum res
make_store(const struct part *part, struct why *why)
{
	struct store *store;
	enum res r = store_open(NULL, part->url, STORE_CREATE, &store, why);

	if (r == RES_OK)
		store_close(store);
	return r;
}

/* Make one part and say what happened. */
static int
make_part(const struct part *part, int json, struct json *list)
{
	struct stat st;
	struct why why = {""};
	int was_there = stat(part->path, &st) == 0;
	enum res r = make_parents(part->path, &why);
	struct json *item;

	if (r == RES_OK)
		r = part->make(part, &why);
	if (r != RES_OK)
		return tool_fail(
		    EXIT_TRY_AGAIN, "init: %s: %s", part->what, why.text);
	if (!json) {
		(void)printf("%-9s %s %s\n", part->what,
		    was_there ? "was there:" : "made:", part->path);
		return EXIT_FINE;
	}
	item = json_map(list);
	json_put_text(item, "what", part->what);
	json_put_text(item, "path", part->path);
	json_put_yesno(item, "made", !was_there);
	json_add(list, item);
	return EXIT_FINE;
}

int
admin_init(const struct admin *a)
{
	const struct settings *s = a->settings;
	const char *file = strchr(s->store, ':');
	const struct part part[] = {
	    {"calendars", s->calendars, make_directory, NULL},
	    {"spool", s->spool, make_spool, NULL},
	    {"store", file != NULL ? file + 1 : s->store, make_store, s->store},
	    {"publish", s->publish, make_directory, NULL}};
	struct json *list = json_list(a->ctx);
	size_t i;
	int code = EXIT_FINE;

	for (i = 0; code == EXIT_FINE && i < sizeof(part) / sizeof(part[0]);
	     i++)
		if (part[i].path[0] != '\0')
			code = make_part(&part[i], a->json, list);
	if (a->json)
		json_print(list, stdout);
	return code;
}
