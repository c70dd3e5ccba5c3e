/*
 * storewriter.c - books in a loop so that tests/crash/store.t can kill it, and
 * looks whether what it left behind is whole
 *
 * usage: storewriter init URL
 *        storewriter write URL N     N rounds; a line on stdout for each that
 *                                    was committed; goes on where it stopped
 *        storewriter split URL N     the same, wrongly: booking and answer in
 *                                    two transactions (the negative control)
 *        storewriter check URL LINES LINES of stdout were seen before
 *
 * A round is one transaction of three messages, the second of them undone.
 * Exit 0 done, 75 try again, 1 the check found something, 64 usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/store/store.h"

#define ROOM "room@example.com"
#define ANNA "anna@example.com"
#define HOUR INT64_C(3600)

/* One message: its names all follow from its number. */
struct message {
	char uid[32];
	char id[32];
	char message_id[64];
	char bytes[3000]; /* more than one page of the log in a round */
	int64_t start;
};

/* End with the reason. */
static _Noreturn void
stop(int code, const char *what, const struct why *why)
{
	(void)fprintf(stderr, "storewriter: %s: %s\n", what, why->text);
	exit(code);
}

/* Fill in the message of a number. */
static void
make_message(struct message *m, int number)
{
	memset(m, 0, sizeof(*m));
	(void)snprintf(m->uid, sizeof(m->uid), "uid-%d", number);
	(void)snprintf(m->id, sizeof(m->id), "id-%d", number);
	(void)snprintf(
	    m->message_id, sizeof(m->message_id), "<%d@example.com>", number);
	memset(m->bytes, 'a' + number % 26, sizeof(m->bytes));
	m->start = number * HOUR;
}

/* Book the message's hour. */
static enum res
book(struct store *s, const struct message *m, struct why *why)
{
	const struct record put = {.calendar = ROOM,
	    .uid = m->uid,
	    .organizer = ANNA,
	    .instance = INSTANCE_MASTER,
	    .digest = "",
	    .summary = "",
	    .text = m->uid,
	    .covered = INT64_MAX};
	const struct busy add = {.uid = m->uid,
	    .organizer = ANNA,
	    .instance = m->start,
	    .start = m->start,
	    .end = m->start + HOUR,
	    .status = "ACCEPTED",
	    .summary = ""};
	const struct change change = {.drop_all = 1,
	    .drop_from = INT64_MAX,
	    .put = &put,
	    .nput = 1,
	    .add = &add,
	    .nadd = 1};

	return store_change(s, ROOM, m->uid, &change, m->start, why);
}

/* Keep the decision, put the answer out, call it settled. */
static enum res
answer(struct store *s, const struct message *m, struct why *why)
{
	const struct calendar calendar = {.address = ROOM};
	const struct object object = {.method = "REQUEST", .uid = m->uid};
	const struct decision decision = {.calendar = &calendar,
	    .recipient = ROOM,
	    .object = &object,
	    .verdict = VERDICT_ACCEPT};
	const struct letter letter = {
	    ROOM, ANNA, m->message_id, m->bytes, sizeof(m->bytes), NULL};
	int64_t number = 0;
	enum res r;

	r = store_decision(s, m->id, &decision, m->start, &number, why);
	if (r == RES_OK)
		r = store_outbox_add(s, m->id, number, &letter, m->start, why);
	if (r == RES_OK)
		r = store_settle(s, m->id, ROOM, m->start, why);
	return r;
}

/* One message as a part of the transaction. */
static enum res
settle(struct store *s, int number, int keep, struct why *why)
{
	struct message m;
	int settled = 0;
	enum res r;

	make_message(&m, number);
	r = store_settled(s, m.id, ROOM, &settled, why);
	if (r != RES_OK || settled)
		return r;
	r = store_part_begin(s, why);
	if (r == RES_OK)
		r = book(s, &m, why);
	if (r == RES_OK)
		r = answer(s, &m, why);
	if (r == RES_OK && keep)
		return store_part_keep(s, why);
	store_part_undo(s);
	return r;
}

/* A round as it should be. */
static enum res
write_round(struct store *s, int round, struct why *why)
{
	enum res r = store_begin(s, why);

	if (r != RES_OK)
		return r;
	r = settle(s, 3 * round, 1, why);
	if (r == RES_OK)
		r = settle(s, 3 * round + 1, 0, why);
	if (r == RES_OK)
		r = settle(s, 3 * round + 2, 1, why);
	if (r == RES_OK)
		return store_commit(s, why);
	store_rollback(s);
	return r;
}

/* A transaction with one step of a message. */
static enum res
step(struct store *s, int number,
    enum res (*work)(struct store *, const struct message *, struct why *),
    struct why *why)
{
	struct message m;
	enum res r = store_begin(s, why);

	make_message(&m, number);
	if (r == RES_OK)
		r = work(s, &m, why);
	if (r == RES_OK)
		return store_commit(s, why);
	store_rollback(s);
	return r;
}

/* A round as it must not be. */
static enum res
split_round(struct store *s, int round, struct why *why)
{
	enum res r = step(s, 3 * round, book, why);

	if (r == RES_OK)
		r = step(s, 3 * round, answer, why);
	if (r == RES_OK)
		r = step(s, 3 * round + 2, book, why);
	if (r == RES_OK)
		r = step(s, 3 * round + 2, answer, why);
	return r;
}

/* Run the rounds. */
static int
write_rounds(struct store *s, int rounds, int split)
{
	struct why why;
	int i;

	for (i = 0; i < rounds; i++) {
		char line[16];
		enum res r =
		    split ? split_round(s, i, &why) : write_round(s, i, &why);

		if (r != RES_OK)
			stop(75, "round", &why);
		(void)snprintf(line, sizeof(line), "%d\n", i);
		if (write(STDOUT_FILENO, line, strlen(line)) < 0)
			return 75;
	}
	return 0;
}

/* How many of booking, record, decision, answer and mark a message has. */
static int
count_signs(struct store *s, int number)
{
	struct message m;
	struct why why;
	struct busy *busy;
	struct record *record;
	struct kept *kept;
	size_t nbusy, nrecord, nkept;
	int settled, signs;

	make_message(&m, number);
	if (store_busy(s, NULL, ROOM, m.start, m.start + HOUR, &busy, &nbusy,
		&why) != RES_OK ||
	    store_records(s, NULL, ROOM, m.uid, &record, &nrecord, &why) !=
		RES_OK ||
	    store_kept(s, NULL, m.uid, &kept, &nkept, &why) != RES_OK ||
	    store_settled(s, m.id, ROOM, &settled, &why) != RES_OK)
		stop(1, "check", &why);
	signs = (int)(nbusy + nrecord + nkept) + settled;
	if (nkept == 1 && kept[0].nanswer == 1 &&
	    kept[0].answer[0].letter.n == sizeof(m.bytes) &&
	    memcmp(kept[0].answer[0].letter.bytes, m.bytes, sizeof(m.bytes)) ==
		0)
		signs++;
	talloc_free(busy);
	talloc_free(record);
	talloc_free(kept);
	return signs;
}

/* Everything or nothing of each message; all of what was said to be done. */
static int
check(struct store *s, int lines)
{
	struct store_stats stats;
	struct why why;
	int i, whole = 0;

	if (store_check(s, &why) != RES_OK ||
	    store_stats(s, &stats, &why) != RES_OK)
		stop(1, "check", &why);
	for (i = 0; i < 300; i++) {
		int signs = count_signs(s, i);

		if (signs != 0 && (signs != 5 || i % 3 == 1)) {
			(void)fprintf(stderr,
			    "storewriter: message %d: %d of 5\n", i, signs);
			return 1;
		}
		if (signs == 0 && i < 3 * lines && i % 3 != 1) {
			(void)fprintf(
			    stderr, "storewriter: message %d: lost\n", i);
			return 1;
		}
		whole += signs == 5;
	}
	if (stats.bookings != whole || stats.queued != whole)
		return 1;
	(void)printf("%d\n", whole);
	return 0;
}

int
main(int argc, char **argv)
{
	struct store *s;
	struct why why;
	enum store_mode mode = STORE_WRITE;
	int code = 64;

	if (argc < 3)
		return 64;
	if (strcmp(argv[1], "init") == 0)
		mode = STORE_CREATE;
	if (store_open(NULL, argv[2], mode, &s, &why) != RES_OK)
		stop(75, "open", &why);
	if (mode == STORE_CREATE)
		code = 0;
	else if (argc == 4 && strcmp(argv[1], "check") == 0)
		code = check(s, atoi(argv[3]));
	else if (argc == 4)
		code = write_rounds(
		    s, atoi(argv[3]), strcmp(argv[1], "split") == 0);
	store_close(s);
	return code;
}
