/*
 * check.c - look for what is wrong with an instance, one line per finding
 *
 * Looks only: nothing is made, opened for writing, or sent.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/admin.h"
#include "lib/base/io.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/directory/directory.h"
#include "lib/json/json.h"
#include "lib/reader/reader.h"
#include "lib/send/send.h"
#include "lib/store/store.h"
#include "lib/tool/look.h"
#include "lib/tool/tool.h"
#include "spool/lib/spool.h"

#define NAMES_MAX 10 /* strange names that are told one by one */

/* One look at an instance. */
struct check {
	const struct admin *admin;
	const struct settings *settings;
	size_t bad;
	size_t count; /* of json_item() */
};

/* Print what one look found. */
static void
print_finding(struct check *c, const char *what, const char *result,
    const char *shown, const char *detail)
{
	TALLOC_CTX *ctx = c->admin->ctx;
	struct json *item;

	if (!c->admin->json) {
		(void)printf("%-4s %-9s %s\n", shown, what,
		    tool_plain(ctx, detail, strlen(detail), 0));
		return;
	}
	item = json_map(ctx);
	json_put_text(item, "check", what);
	json_put_text(item, "result", result);
	json_put_text(item, "detail", detail);
	json_item(item, stdout, &c->count);
}

/* Say what one look found; bad = 0: it is as it should be. */
static void
report(struct check *c, const char *what, int bad, const char *detail)
{
	if (bad)
		c->bad++;
	print_finding(c, what, bad ? "bad" : "ok", bad ? "BAD" : "ok", detail);
}

/* Say what stops nothing, but should be looked at. */
static void
warn(struct check *c, const char *what, const char *detail)
{
	print_finding(c, what, "warn", "warn", detail);
}

/* The settings themselves; without them there is nothing else to look at. */
static int
check_settings(struct check *c)
{
	struct settings *settings;
	struct why why;

	if (settings_read(c->admin->ctx, c->admin->conf, &settings, &why) !=
	    RES_OK) {
		report(c, "settings", 1, why.text);
		return 0;
	}
	c->settings = settings;
	report(c, "settings", 0, "every key is known and in its limits");
	return 1;
}

/* The system's zone data. */
static void
check_zones(struct check *c)
{
	if (zone_find("Europe/Berlin") == NULL)
		report(c, "zones", 1,
		    "/usr/share/zoneinfo: Europe/Berlin is missing; install "
		    "tzdata");
	else
		report(c, "zones", 0, "the system's zone data can be read");
}

/* Every calendar file. */
static void
check_calendars(struct check *c)
{
	struct directory *directory;
	struct why why;
	size_t n;

	if (directory_open(c->admin->ctx, c->settings->calendars,
		c->settings->horizon, &directory, &why) != RES_OK) {
		report(c, "calendars", 1, why.text);
		return;
	}
	(void)directory_all(directory, &n);
	report(c, "calendars", 0,
	    mem_print(c->admin->ctx, "%zu in %s", n, c->settings->calendars));
}

/* May we write there, and nobody else read it? */
static const char *
directory_fault(TALLOC_CTX *ctx, const char *path, int is_private)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return mem_print(
		    ctx, "%s: %s; run imip-admin init", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return mem_print(ctx, "%s: not a directory", path);
	if (is_private && (st.st_mode & (S_IRWXO | S_IWGRP)) != 0)
		return mem_print(
		    ctx, "%s: others may enter it: chmod 700", path);
	if (access(path, W_OK | X_OK) < 0)
		return mem_print(
		    ctx, "%s: not writable by user %ld", path, (long)geteuid());
	return NULL;
}

/* Names that are being collected. */
struct names {
	const char *folder;
	char *text;
	size_t n;
};

/* spool_name_fn: the first few are named. */
static enum res
add_name(void *arg, const char *name, struct why *why)
{
	struct names *names = arg;
	char quoted[256];

	(void)why;
	if (names->n++ < NAMES_MAX)
		mem_add(&names->text, "%s%s/%s", names->n == 1 ? "" : ", ",
		    names->folder, log_quote(quoted, sizeof(quoted), name));
	return RES_OK;
}

/* What is in an open spool and is no message of ours. */
static enum res
check_names(struct check *c, const struct spool *spool, struct why *why)
{
	static const enum spool_state states[] = {
	    SPOOL_NEW, SPOOL_CUR, SPOOL_HOLD, SPOOL_DONE};
	struct names names = {.text = mem_text(c->admin->ctx, "")};
	enum res r = RES_OK;
	size_t i;

	for (i = 0; r == RES_OK && i < sizeof(states) / sizeof(states[0]);
	     i++) {
		names.folder = spool_state_name(states[i]);
		r = spool_strange(spool, states[i], add_name, &names, why);
	}
	if (r != RES_OK || names.n == 0)
		return r;
	if (names.n > NAMES_MAX)
		mem_add(&names.text, " and %zu more", names.n - NAMES_MAX);
	warn(c, "spool",
	    mem_print(c->admin->ctx,
		"no message, nobody reads it, take it away: %s", names.text));
	return RES_OK;
}

/* The spool: there, ours, private, and what waits in it. */
static void
check_spool(struct check *c)
{
	TALLOC_CTX *ctx = c->admin->ctx;
	const char *fault = directory_fault(ctx, c->settings->spool, 1);
	size_t waiting = 0, held = 0;
	struct spool spool;
	struct why why = {""};
	enum res r;

	if (fault != NULL) {
		report(c, "spool", 1, fault);
		return;
	}
	r = spool_open(&spool, c->settings->spool, 0, &why);
	if (r == RES_OK) {
		r = spool_count(&spool, SPOOL_NEW, &waiting, &why);
		if (r == RES_OK)
			r = spool_count(&spool, SPOOL_HOLD, &held, &why);
		if (r == RES_OK)
			r = check_names(c, &spool, &why);
		spool_close(&spool);
	}
	report(c, "spool", r != RES_OK,
	    r != RES_OK ? why.text
			: mem_print(ctx, "%zu waiting, %zu on hold in %s",
			      waiting, held, c->settings->spool));
}

/* The store: there, whole, and of our version. */
static void
check_store(struct check *c)
{
	struct store *store;
	struct why why = {""};
	enum res r;

	r = look_store(c->admin->ctx, c->settings->store, &store, &why);
	if (r == RES_OK) {
		r = store_check(store, &why);
		report(c, "store", r != RES_OK,
		    r != RES_OK ? why.text
				: mem_print(c->admin->ctx, "whole, version %d",
				      store_version(store)));
		store_close(store);
		return;
	}
	report(c, "store", 1, why.text);
}

/* The directory of published files. */
static void
check_publish(struct check *c)
{
	const char *fault;

	if (c->settings->publish[0] == '\0') {
		report(c, "publish", 0, "nothing is published");
		return;
	}
	fault = directory_fault(c->admin->ctx, c->settings->publish, 0);
	report(c, "publish", fault != NULL,
	    fault != NULL ? fault : c->settings->publish);
}

/* Ask the reader about a message that it must understand. */
static void
check_reader(struct check *c)
{
	static const char message[] =
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//imipd//check//EN\r\n"
	    "METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:check\r\n"
	    "DTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\n"
	    "DTEND:20260101T010000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
	struct reader *reader = reader_new(c->admin->ctx, NULL);
	FILE *file = tmpfile();
	struct notice *notice = NULL;
	struct why why = {""};
	enum reading reading = READING_ABSENT;

	if (file == NULL ||
	    io_write(fileno(file), message, sizeof(message) - 1, &why) !=
		RES_OK ||
	    lseek(fileno(file), 0, SEEK_SET) < 0)
		(void)why_set(
		    &why, RES_TEMP, "no temporary file: %s", strerror(errno));
	else
		reading = reader_ask(reader, c->admin->ctx, fileno(file),
		    (int64_t)sizeof(message) - 1, 0, INT64_C(4000000000), 0,
		    &notice, &why);
	if (file != NULL)
		(void)fclose(file);
	if (reading != READING_OK)
		report(c, "reader", 1, why.text);
	else if (notice->nobject != 1)
		report(c, "reader", 1, "it does not find what is in a message");
	else
		report(c, "reader", 0, "it starts and reads");
	reader_stop(reader);
}

/* The relay as text; nothing is connected. */
static void
check_relay(struct check *c)
{
	struct send *send;
	struct why why;

	if (send_open(c->admin->ctx, c->settings->relay, &send, &why) !=
	    RES_OK) {
		report(c, "relay", 1, why.text);
		return;
	}
	report(c, "relay", 0, c->settings->relay);
	talloc_free(send);
}

int
admin_check(const struct admin *a)
{
	static void (*const look[])(struct check * c) = {check_zones,
	    check_calendars, check_spool, check_store, check_publish,
	    check_reader, check_relay};
	struct check c = {.admin = a};
	size_t i;

	if (a->json)
		json_begin(stdout, &c.count);
	if (check_settings(&c))
		for (i = 0; i < sizeof(look) / sizeof(look[0]); i++)
			look[i](&c);
	if (a->json)
		json_end(stdout, &c.count);
	return c.bad == 0 ? EXIT_FINE : EXIT_BAD_CONFIG;
}
