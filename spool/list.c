/*
 * list.c - what is in the spool: list, show, stats
 *
 * Memory does not grow with the spool: names are taken some at a time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/civil.h"
#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/tool/look.h"
#include "lib/tool/tool.h"
#include "spool/job.h"

#define SOME   256 /* names taken at a time */
#define STATES 4

/* Bytes of a message that show --json prints at most. */
#define SHOWN_BYTES (1024L * 1024)

static const enum spool_state states[STATES] = {
    SPOOL_NEW, SPOOL_CUR, SPOOL_HOLD, SPOOL_DONE};

/* The state of that name; 0 if there is none. */
static int
find_state(const char *name, enum spool_state *state)
{
	size_t i;

	for (i = 0; i < STATES; i++)
		if (strcmp(spool_state_name(states[i]), name) == 0) {
			*state = states[i];
			return 1;
		}
	return 0;
}

/* What list shows of a message; what cannot be read becomes the reason. */
static enum res
envelope(struct job *j, TALLOC_CTX *ctx, const struct spool_item *item,
    struct errand **errand, char reason[SPOOL_REASON_MAX])
{
	struct why why = {""};
	int64_t bytes;
	int fd;
	enum res r;

	reason[0] = '\0';
	r = engine_open(ctx, &j->spool, item, errand, &fd, &bytes, &why);
	if (r == RES_OK)
		(void)close(fd);
	if (item->state == SPOOL_HOLD)
		spool_reason(&j->spool, item->id, reason, SPOOL_REASON_MAX);
	if (r != RES_OK && reason[0] == '\0')
		(void)snprintf(reason, SPOOL_REASON_MAX, "%s", why.text);
	/* The name says when, even if the file does not. */
	if ((*errand)->arrival == 0)
		(*errand)->arrival = strtoll(item->id, NULL, 10);
	return r;
}

static struct json *
item_json(TALLOC_CTX *ctx, const struct spool_item *item,
    const struct errand *e, const char *reason)
{
	struct json *map = json_map(ctx), *list = json_list(map);
	size_t i;

	for (i = 0; i < e->nrecipient; i++)
		json_add_text(list, e->recipient[i]);
	json_put_text(map, "id", item->id);
	json_put_text(map, "state", spool_state_name(item->state));
	json_put_text(map, "role", e->role);
	json_put_text(map, "sender", e->sender);
	json_put(map, "recipients", list);
	json_put_number(map, "tries", item->tries);
	json_put_utc(map, "arrived", e->arrival);
	json_put_text(map, "reason", reason);
	return map;
}

/* One message on two lines: what, and who to whom. */
static void
item_text(TALLOC_CTX *ctx, const struct spool_item *item,
    const struct errand *e, const char *reason)
{
	char when[32];
	char *out = mem_print(ctx, "%-4s %s  %s", spool_state_name(item->state),
	    utc_text(when, sizeof(when), e->arrival), item->id);
	size_t i;

	if (item->tries > 0)
		mem_add(&out, "  tries %d", item->tries);
	mem_add(&out, "\n     <%s> to", e->sender);
	for (i = 0; i < e->nrecipient; i++)
		mem_add(&out, " %s", e->recipient[i]);
	if (reason[0] != '\0')
		mem_add(&out, "\n     %s", reason);
	(void)puts(tool_plain(ctx, out, strlen(out), 1));
}

/*
 * The envelope of an item, which may have moved on since its directory was
 * read; RES_TEMP: it is gone.
 */
static enum res
find_envelope(struct job *j, TALLOC_CTX *ctx, struct spool_item *item,
    struct errand **errand, char reason[SPOOL_REASON_MAX])
{
	struct why why;
	enum res r = envelope(j, ctx, item, errand, reason);

	if (r == RES_TEMP &&
	    spool_find(&j->spool, item->id, item, &why) == RES_OK)
		r = envelope(j, ctx, item, errand, reason);
	return r;
}

/* Print one message of the list. */
static void
list_item(struct job *j, const struct spool_item *item, size_t *count)
{
	TALLOC_CTX *ctx = mem_check(talloc_new(j->ctx));
	char reason[SPOOL_REASON_MAX];
	struct errand *errand;
	struct spool_item now = *item;

	if (find_envelope(j, ctx, &now, &errand, reason) != RES_TEMP) {
		if (j->json)
			json_item(item_json(ctx, &now, errand, reason), stdout,
			    count);
		else
			item_text(ctx, &now, errand, reason);
	}
	talloc_free(ctx);
}

/* All of one state, in order of arrival. */
static enum res
list_state(
    struct job *j, enum spool_state state, size_t *count, struct why *why)
{
	struct spool_item *item = mem_array(j->ctx, struct spool_item, SOME);
	char after[SPOOL_ID_MAX] = "";
	size_t i, n, strange;
	enum res r = RES_OK;

	do {
		r = spool_list(
		    &j->spool, state, after, item, SOME, &n, &strange, why);
		if (r != RES_OK)
			break;
		for (i = 0; i < n; i++)
			list_item(j, &item[i], count);
		if (n > 0)
			memcpy(after, item[n - 1].id, sizeof(after));
	} while (n == SOME);
	talloc_free(item);
	return r;
}

int
job_list(struct job *j)
{
	enum spool_state only = SPOOL_NEW;
	struct why why;
	size_t i, count = 0;
	enum res r = RES_OK;

	if (j->nword == 1 && !find_state(j->word[0], &only))
		return tool_fail(EXIT_WRONG_USAGE,
		    "list: %s: no such state; there are new, cur, hold, done",
		    j->word[0]);
	if (j->json)
		json_begin(stdout, &count);
	for (i = 0; r == RES_OK && i < STATES; i++)
		if (j->nword == 0 || states[i] == only)
			r = list_state(j, states[i], &count, &why);
	if (j->json)
		json_end(stdout, &count);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "list: %s", why.text);
	return EXIT_FINE;
}

/* --- show ------------------------------------------------------------------ */

/* A message being shown, and where its fields go. */
struct showing {
	struct job *job;
	struct json *envelope; /* NULL: as text */
	char *text;
};

/* Called for each line of the envelope block. */
static enum res
show_field(void *arg, const char *name, const char *value, struct why *why)
{
	struct showing *s = arg;
	struct json *field;

	(void)why;
	if (s->envelope == NULL) {
		mem_add(&s->text, "%-12s %s\n", name, value);
		return RES_OK;
	}
	field = json_map(s->envelope);
	json_put_text(field, "name", name);
	json_put_text(field, "value", value);
	json_add(s->envelope, field);
	return RES_OK;
}

/* Up to max bytes of the message, a talloc string. */
static enum res
read_bytes(struct job *j, int fd, int64_t bytes, char **text, size_t *n,
    struct why *why)
{
	size_t max =
	    (size_t)(bytes < LIMIT_MESSAGE_BYTES ? bytes : LIMIT_MESSAGE_BYTES);

	if (j->json && max > SHOWN_BYTES)
		max = SHOWN_BYTES;
	*text = mem_array(j->ctx, char, max + 1);
	return io_read(fd, *text, max, n, why);
}

/* Print what was collected. */
static void
print_message(struct showing *s, const struct spool_item *item,
    const char *reason, const char *text, size_t n)
{
	TALLOC_CTX *ctx = s->job->ctx;
	struct json *map;
	char *plain = mem_textn(ctx, text, n), *p, *q;

	for (p = q = plain; *p != '\0'; p++)
		if (p[0] != '\r' || p[1] != '\n')
			*q++ = *p;
	*q = '\0';
	if (s->envelope != NULL) {
		map = json_map(ctx);
		json_put_text(map, "id", item->id);
		json_put_text(map, "state", spool_state_name(item->state));
		json_put_number(map, "tries", item->tries);
		json_put_text(map, "reason", reason);
		json_put(map, "envelope", s->envelope);
		json_put_text(map, "message", plain);
		json_print(map, stdout);
		return;
	}
	(void)printf("%-12s %s\n%-12s %s\n", "id", item->id, "state",
	    spool_state_name(item->state));
	if (reason[0] != '\0')
		(void)printf("%-12s %s\n", "reason",
		    tool_plain(ctx, reason, strlen(reason), 0));
	(void)puts(tool_plain(ctx, s->text, strlen(s->text), 1));
	(void)fputs(tool_plain(ctx, plain, strlen(plain), 1), stdout);
}

int
job_show(struct job *j)
{
	struct showing s = {.job = j, .text = mem_text(j->ctx, "")};
	char reason[SPOOL_REASON_MAX] = "";
	struct spool_item item;
	struct why why;
	int64_t bytes;
	size_t n = 0;
	char *text = NULL;
	int fd;
	enum res r;

	s.envelope = j->json ? json_list(j->ctx) : NULL;
	r = spool_find(&j->spool, j->word[0], &item, &why);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "show: %s", why.text);
	r = spool_read(&j->spool, &item, show_field, &s, &fd, &bytes, &why);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "show: %s/%s: %s",
		    spool_state_name(item.state), item.id, why.text);
	r = read_bytes(j, fd, bytes, &text, &n, &why);
	(void)close(fd);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "show: %s", why.text);
	if (item.state == SPOOL_HOLD)
		spool_reason(&j->spool, item.id, reason, sizeof(reason));
	print_message(&s, &item, reason, text, n);
	return EXIT_FINE;
}

/* --- stats ----------------------------------------------------------------- */

/* A count and its name. */
struct count {
	const char *name;
	int64_t value;
};

/* Print counts, and what else there is to know about the store. */
static void
print_stats(struct job *j, const struct count *count, size_t n, int64_t oldest,
    const char *digest)
{
	struct json *map = json_map(j->ctx);
	char when[32] = "";
	size_t i;

	if (oldest != 0)
		(void)utc_text(when, sizeof(when), oldest);
	for (i = 0; i < n; i++)
		if (j->json)
			json_put_number(map, count[i].name, count[i].value);
		else
			(void)printf("%-13s %lld\n", count[i].name,
			    (long long)count[i].value);
	if (j->json) {
		json_put_text(map, "oldest_queued", oldest != 0 ? when : NULL);
		json_put_text(map, "digest", digest);
		json_print(map, stdout);
		return;
	}
	if (oldest != 0)
		(void)printf("%-13s %s\n", "oldest_queued", when);
	(void)printf("%-13s %s\n", "digest", digest);
}

/* spool_name_fn: only how many there are. */
static enum res
count_name(void *arg, const char *name, struct why *why)
{
	size_t *n = arg;

	(void)name;
	(void)why;
	++*n;
	return RES_OK;
}

int
job_stats(struct job *j)
{
	struct store_stats st = {0};
	struct store *store = NULL;
	size_t in[STATES] = {0}, i, strange = 0;
	char digest[17] = "";
	struct why why;
	enum res r = RES_OK;

	for (i = 0; r == RES_OK && i < STATES; i++)
		r = spool_count(&j->spool, states[i], &in[i], &why);
	for (i = 0; r == RES_OK && i < STATES; i++)
		r = spool_strange(
		    &j->spool, states[i], count_name, &strange, &why);
	if (r == RES_OK)
		r = look_store(j->ctx, j->settings->store, &store, &why);
	if (r == RES_OK)
		r = store_stats(store, &st, &why);
	if (r == RES_OK)
		r = store_digest(store, digest, &why);
	if (r != RES_OK)
		return tool_fail(tool_code(r), "stats: %s", why.text);
	{
		const struct count count[] = {{"new", (int64_t)in[0]},
		    {"cur", (int64_t)in[1]}, {"hold", (int64_t)in[2]},
		    {"done", (int64_t)in[3]}, {"strange", (int64_t)strange},
		    {"bookings", st.bookings}, {"objects", st.objects},
		    {"decisions", st.decisions}, {"queued", st.queued},
		    {"sent", st.sent}, {"failed", st.failed},
		    {"dirty", st.dirty}};

		print_stats(j, count, sizeof(count) / sizeof(count[0]),
		    st.oldest_queued, digest);
	}
	return EXIT_FINE;
}
