/*
 * sender.c - the outbox: what is due goes to the relay
 *
 * A row is marked only after the other side has the letter, so a crash repeats
 * it, byte-identical, and never loses it.  While the relay does not answer at
 * all it is asked once per interval, not once per letter.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/sandbox.h"
#include "lib/send/send.h"
#include "lib/store/store.h"
#include "processor/child.h"

#define ROWS_MAX 32
#define LIFETIME (INT64_C(5) * 86400) /* RFC 5321 section 4.5.4.1 */

/* A clock that jumps ahead makes no letter old: it also had so many tries,
 * which take the better part of a day. */
#define TRIES_MIN 20

/* Seconds until the next try, by the number of tries so far. */
static const int64_t backoff[] = {5, 15, 60, 300, 900, STORE_DELAY_MAX};

/* To ask whether the relay is back costs little: once a minute at most. */
#define PROBE_MAX 60

#define WORN 12 /* failures of the store in a row, five seconds apart */

struct sender {
	const struct child *child;
	TALLOC_CTX *ctx;
	struct store *store;
	struct send *send;
	int64_t down_until; /* the relay did not answer: wait until then */
	int64_t downs;      /* in a row */
	int64_t unmarked;   /* row that was sent, which the store does not know
	                       yet; 0: none */
};

/* The wait after so many failures. */
static int64_t
backoff_of(int64_t failures)
{
	size_t last = sizeof(backoff) / sizeof(backoff[0]) - 1;

	if (failures < 0 || (size_t)failures > last)
		return backoff[last];
	return backoff[failures];
}

/* Was it offered long enough? */
static int
is_old(const struct outbox *row, int64_t now)
{
	return row->tries >= TRIES_MIN && now - row->created > LIFETIME;
}

/* The relay took it, or will never take it. */
static enum res
mark(struct sender *s, const struct outbox *row, enum res sent, int64_t now,
    const char *words, struct why *why)
{
	if (sent == RES_OK) {
		enum res r;

		log_line(LOG_DETAIL, row->letter.message_id,
		    "event=sent recipient=%s", row->letter.recipient);
		s->unmarked = row->number;
		r = store_outbox_sent(s->store, &row->number, 1, now, why);
		if (r == RES_OK)
			s->unmarked = 0;
		return r;
	}
	if (sent == RES_PERM || is_old(row, now)) {
		log_line(LOG_ERROR, row->letter.message_id,
		    "event=not-sent recipient=%s detail=\"%s\"",
		    row->letter.recipient, words);
		return store_outbox_failed(
		    s->store, row->number, now, words, why);
	}
	log_line(LOG_WARN, row->letter.message_id,
	    "event=later recipient=%s detail=\"%s\"", row->letter.recipient,
	    words);
	return store_outbox_later(
	    s->store, row->number, now + backoff_of(row->tries), words, why);
}

/* One letter.  RES_TEMP from here is the store's trouble. */
static enum res
send_row(struct sender *s, const struct outbox *row, struct why *why)
{
	struct why words = {""};
	enum res sent = send_letter(s->send, &row->letter, &words);
	int64_t now = (int64_t)time(NULL);

	if (sent == RES_TEMP && send_is_down(s->send)) {
		int64_t wait = backoff_of(s->downs++);

		s->down_until = now + (wait > PROBE_MAX ? PROBE_MAX : wait);
		log_line(LOG_WARN, "-", "event=relay-down detail=\"%s\"",
		    words.text);
		return RES_OK;
	}
	s->downs = 0;
	return mark(s, row, sent, now, words.text, why);
}

/*
 * A full disk must not make us send one letter again and again: first the
 * store learns of the one that went out.
 */
static enum res
catch_up(struct sender *s, int64_t now, struct why *why)
{
	enum res r = RES_OK;

	if (s->unmarked != 0)
		r = store_outbox_sent(s->store, &s->unmarked, 1, now, why);
	if (r == RES_OK)
		s->unmarked = 0;
	return r;
}

/* Send what is due; *next is when to look again. */
static enum res
send_due(struct sender *s, size_t *done, int64_t *next, struct why *why)
{
	TALLOC_CTX *ctx = mem_check(talloc_new(s->ctx));
	int64_t now = (int64_t)time(NULL);
	struct outbox *row;
	size_t i, n = 0;
	enum res r;

	*done = 0;
	*next = INT64_MAX;
	s->down_until = 0;
	r = catch_up(s, now, why);
	if (r == RES_OK)
		r = store_outbox_due(
		    s->store, ctx, now, ROWS_MAX, &row, &n, next, why);
	for (i = 0; r == RES_OK && i < n && !child_stop; i++) {
		r = send_row(s, &row[i], why);
		if (s->down_until > 0)
			break;
		++*done;
	}
	if (s->down_until > 0)
		*next = s->down_until;
	else if (n > 0)
		*next = now;
	talloc_free(ctx);
	return r;
}

/* Milliseconds to wait for the next row, at most a minute. */
static int
wait_ms(int64_t next)
{
	int64_t now = (int64_t)time(NULL);

	if (next <= now)
		return 0;
	return next - now > 60 ? 60000 : (int)(next - now) * 1000;
}

/* Until told to stop. */
static int
serve(struct sender *s)
{
	int failures = 0;

	/* What does not heal may be what the sandbox has left open; but a new
	 * sender would not know of a letter that went out. */
	while (!child_stop && !child_reload &&
	       (failures < WORN || s->unmarked != 0)) {
		struct why why = {""};
		int64_t next = INT64_MAX;
		size_t done;
		enum res r = send_due(s, &done, &next, &why);
		int ms = wait_ms(next);

		failures = r == RES_OK ? 0 : failures + 1;
		if (r != RES_OK) {
			child_complain(why.text);
			ms = 5000;
		}
		if (ms == 0)
			continue;
		send_idle(s->send);
		/* While the relay is down, news in the outbox is no news. */
		(void)child_wait(
		    s->down_until > 0 ? -1 : s->child->wake, -1, ms);
	}
	return 0;
}

/* Until nothing is due; what must wait is reported. */
static int
drain(struct sender *s)
{
	struct why why = {""};
	int64_t next = INT64_MAX;
	size_t done = 1;
	enum res r = RES_OK;

	while (r == RES_OK && done > 0 && s->down_until == 0 && !child_stop)
		r = send_due(s, &done, &next, &why);
	if (r != RES_OK) {
		log_line(LOG_ERROR, "-", "event=drain-stopped detail=\"%s\"",
		    why.text);
		return EX_TEMPFAIL;
	}
	if (next != INT64_MAX) {
		log_line(LOG_WARN, "-",
		    "event=letters-wait detail=\"the relay did not take all; "
		    "they stay in the outbox\"");
		return EX_TEMPFAIL;
	}
	return 0;
}

/*
 * Give up every right but the store's folder and the way to the relay.  A
 * sendmail command may need rights of its own (set-gid postdrop): with it the
 * sender stays as it is.
 */
static enum res
close_in(struct sender *s, struct why *why)
{
	const struct settings *settings = s->child->settings;
	const char *relay = settings->relay;
	const char *folder[] = {
	    folder_of(s->ctx, store_signal_path(s->store)), NULL, NULL};
	struct sandbox box = {.write = folder, .network = 1, .file_bytes = -1};

	if (strncmp(relay, "sendmail:", 9) == 0)
		return RES_OK;
	if (strncmp(relay, "maildir:", 8) == 0) {
		box.network = 0;
		folder[1] = relay + 8;
		(void)mkdir(folder[1], 0700); /* a path must be there to be
		                                 left open */
	}
	return sandbox_enter(&box, why);
}

int
sender_run(const struct child *child)
{
	struct sender s;
	struct why why = {""};
	int code;

	memset(&s, 0, sizeof(s));
	s.child = child;
	s.ctx = mem_check(talloc_new(NULL));
	child_signals();
	if (send_open(s.ctx, child->settings->relay, &s.send, &why) != RES_OK)
		fatal(EX_CONFIG, "%s", why.text);
	while (store_open(s.ctx, child->settings->store, STORE_WRITE, &s.store,
		   &why) != RES_OK) {
		if (child_stop || child_reload)
			return 0;
		if (child->drain)
			fatal(EX_TEMPFAIL, "%s", why.text);
		/* The worker says why. */
		(void)child_wait(-1, -1, 1000);
	}
	if (!child->unboxed && close_in(&s, &why) != RES_OK)
		fatal(EX_OSERR, "%s", why.text);
	code = child->drain ? drain(&s) : serve(&s);
	talloc_free(s.ctx);
	return code;
}
