/*
 * benchformats.c - microseconds for reading, expanding and composing
 *
 * usage: benchformats REQUEST SERIES TIME
 *
 * Prints "NAME MICROSECONDS" a line: the median of many rounds in one process.
 * tests/bench/formats compares them with what python3-icalendar needs for the
 * same files.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/read/read.h"
#include "lib/rules/booking.h"
#include "lib/write/letter.h"

#define ROUNDS   400
#define FILE_MAX (1024 * 1024)
#define YEAR     (INT64_C(365) * 86400)

static char text[FILE_MAX];
static size_t length;

/* Seconds of the monotonic clock. */
static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Read the file that the next rounds are about. */
static void
load(const char *path)
{
	FILE *f = fopen(path, "r");

	if (f == NULL)
		fatal(1, "%s: cannot be read", path);
	length = fread(text, 1, sizeof(text), f);
	(void)fclose(f);
}

/* One message read with a window of a year from then on. */
static struct notice *
read_once(TALLOC_CTX *ctx, int64_t from)
{
	struct window window = {from, from + YEAR, 0};
	struct notice *notice = read_message(ctx, text, length, &window);

	if (notice->nobject != 1)
		fatal(1, "the file has not one object");
	return notice;
}

/* The answer of a room that is free. */
static void
compose_once(TALLOC_CTX *ctx, struct notice *notice, int64_t at)
{
	struct calendar room = {.address = "room@example.com",
	    .kind = KIND_ROOM,
	    .name = "Alder",
	    .zone_name = "Europe/Berlin",
	    .horizon = 2 * YEAR,
	    .language = "",
	    .book_free = 1};
	struct question q = {.mail = &notice->mail,
	    .envelope_sender = notice->object[0].component[0].organizer.address,
	    .recipient = room.address,
	    .calendar = &room,
	    .notice = notice,
	    .object = &notice->object[0],
	    .now = at};
	struct letterhead head = {.sender = room.address,
	    .unique = "bench",
	    .host = "mx.example.com",
	    .now = at};
	struct letter *letter = NULL;
	struct why why = {""};
	struct decision *d;

	room.alias = mem_array(ctx, const char *, 1);
	room.zone = zone_find(room.zone_name);
	object_localize(&notice->object[0], room.zone);
	d = booking_decide(ctx, &q);
	if (letter_make(ctx, d, &notice->mail, &head, &letter, &why) != RES_OK)
		fatal(1, "no letter: %s", why.text);
}

enum what {
	READ,
	COMPOSE
};

/* The median of the rounds, in microseconds. */
static double
measure(enum what what, int64_t from)
{
	double sample[ROUNDS];
	int i;

	for (i = 0; i < ROUNDS; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct notice *notice = NULL;
		double start;

		if (what == COMPOSE)
			notice = read_once(ctx, from);
		start = now();
		if (what == COMPOSE)
			compose_once(ctx, notice, from);
		else
			(void)read_once(ctx, from);
		sample[i] = now() - start;
		talloc_free(ctx);
	}
	qsort(sample, ROUNDS, sizeof(sample[0]), order);
	return sample[ROUNDS / 2] * 1e6;
}

int
main(int argc, char **argv)
{
	int64_t from = 0;

	if (argc != 4 || !utc_parse(argv[3], &from))
		fatal(64, "usage: benchformats REQUEST SERIES TIME");
	read_init();
	load(argv[1]);
	(void)printf("read %.1f\n", measure(READ, from));
	(void)printf("compose %.1f\n", measure(COMPOSE, from));
	load(argv[2]);
	(void)printf("expand %.1f\n", measure(READ, from));
	return 0;
}
