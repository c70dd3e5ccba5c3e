/*
 * scheduling_random.c - iTIP told anything in any order
 *
 * Random messages by random people.  What must hold whatever comes: what the
 * fixture holds for each message; versions only go up; what was cancelled stays
 * so until something newer comes; an answer does not give way to an older one.
 */
#include "tests/unit/scheduling_fixture.h"

#define STORIES  150
#define MESSAGES 30

static uint64_t seed;

/* A number below n. */
static unsigned
below(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (unsigned)(seed >> 33) % n;
}

#define PICK(list) list[below(sizeof(list) / sizeof((list)[0]))]

static const char *const people[] = {ME, ANNA, BOB, CARL, EVE};

/* Who is in it, and what they say. */
static char *
random_attendees(struct world *w, const char *sender)
{
	static const char *const words[] = {"NEEDS-ACTION", "ACCEPTED",
	    "DECLINED", "TENTATIVE", "ACCEPTED", "DELEGATED", "NONSENSE"};
	char *text = mem_text(w->ctx, "");
	size_t i;

	for (i = 0; i < 5; i++) {
		if (below(3) == 0 && strcmp(people[i], sender) != 0)
			continue;
		mem_add(&text, "ATTENDEE;PARTSTAT=%s", PICK(words));
		if (below(2) == 0)
			mem_add(&text, ";RSVP=%s", below(3) ? "TRUE" : "FALSE");
		if (below(5) == 0)
			mem_add(
			    &text, ";DELEGATED-TO=\"mailto:%s\"", PICK(people));
		if (below(5) == 0)
			mem_add(&text, ";DELEGATED-FROM=\"mailto:%s\"",
			    PICK(people));
		mem_add(&text, ":mailto:%s%s\n",
		    below(9) ? "" : "MAILTO:", people[i]);
	}
	return text;
}

/* One component; date 0: the master. */
static const char *
random_component(struct world *w, const char *kind, const char *organizer,
    const char *sender, unsigned date)
{
	char *text = mem_text(w->ctx, "");
	unsigned day = 1 + 7 * date, hour = 8 + below(3);

	if (date > 0 && below(3) == 0)
		mem_add(&text, "RECURRENCE-ID%s:202612%02uT080000Z\n",
		    below(4) ? "" : ";RANGE=THISANDFUTURE", day);
	else if (date > 0)
		mem_add(&text,
		    "RECURRENCE-ID%s;TZID=Europe/Berlin:202612%02uT090000\n",
		    below(4) ? "" : ";RANGE=THISANDFUTURE", day);
	else if (below(4) > 0)
		mem_add(&text, "RRULE:FREQ=WEEKLY;COUNT=%u\n", 3 + below(3));
	mem_add(&text, "DTSTART;TZID=Europe/Berlin:202612%02uT%02u0000\n", day,
	    hour);
	mem_add(&text, "%s;TZID=Europe/Berlin:202612%02uT%02u3000\n",
	    strcmp(kind, "VTODO") == 0 ? "DUE" : "DTEND", day, hour);
	if (below(8) > 0)
		mem_add(&text, "ORGANIZER:mailto:%s\n", organizer);
	if (below(10) == 0)
		mem_add(&text, "STATUS:CANCELLED\n");
	if (below(3) == 0)
		mem_add(&text, "SUMMARY:%u\n", below(10));
	mem_add(&text, "%s", random_attendees(w, sender));
	return component(w, kind, (int)below(4), (int)(60 + below(30)), text);
}

/* --- what must hold -------------------------------------------------------------- */

/* The part of the date in a holding with local times, or NULL. */
static const struct part *
at_date(const struct holding *h, const struct when *date)
{
	size_t i;

	for (i = 0; i < h->npart; i++) {
		const struct when *id = &h->part[i].recurrence_id;

		if ((id->kind == WHEN_NONE) == (date->kind == WHEN_NONE) &&
		    (id->kind == WHEN_NONE || id->utc == date->utc))
			return &h->part[i];
	}
	return NULL;
}

/* Is the version of b at least that of a? */
static int
is_not_older(const struct part *a, const struct part *b)
{
	return b->sequence > a->sequence ||
	       (b->sequence == a->sequence && b->dtstamp >= a->dtstamp);
}

/* Does anything that stands for the date have at least the version? */
static int
is_covered(const struct holding *h, const struct part *gone)
{
	size_t i;

	for (i = 0; i < h->npart; i++) {
		const struct part *p = &h->part[i];
		int covers =
		    p->recurrence_id.kind == WHEN_NONE ||
		    (p->range[0] != '\0' &&
			p->recurrence_id.utc < gone->recurrence_id.utc);

		if (covers && p->sequence >= gone->sequence &&
		    (p->range[0] != '\0' || is_not_older(gone, p)))
			return 1;
	}
	return 0;
}

/* Nobody is in a part twice. */
static void
check_people(const struct part *p)
{
	size_t i, k;

	for (i = 0; i < p->nparticipant; i++)
		for (k = 0; k < i; k++)
			assert_false(
			    itip_same_address(p->participant[i].address,
				p->participant[k].address));
}

/* No answer gave way to an older one, unless it is asked for anew. */
static void
check_answers(const struct part *a, const struct part *b)
{
	size_t i, k;

	if (a->state != PART_LIVE || b->state != PART_LIVE ||
	    a->rescheduled != b->rescheduled)
		return;
	for (i = 0; i < a->nparticipant; i++)
		for (k = 0; k < b->nparticipant; k++) {
			const struct participant *x = &a->participant[i];
			const struct participant *y = &b->participant[k];

			if (itip_same_address(x->address, y->address) &&
			    y->sequence >= 0)
				assert_true(y->dtstamp >= x->dtstamp);
		}
}

/* From one holding to the next of the same object. */
static void
check_step(const struct holding *a, const struct holding *b)
{
	size_t i;

	assert_int_equal(a->role, b->role);
	for (i = 0; i < b->npart; i++)
		check_people(&b->part[i]);
	for (i = 0; i < a->npart; i++) {
		const struct part *p = &a->part[i];
		const struct part *q = at_date(b, &p->recurrence_id);

		if (p->state == PART_ASKED)
			continue;
		if (q == NULL) {
			assert_int_not_equal(p->recurrence_id.kind, WHEN_NONE);
			assert_true(is_covered(b, p));
			continue;
		}
		check_answers(p, q);
		/* By itself, or with a newer master that brings it along. */
		if (p->state == PART_CANCELLED && q->state == PART_LIVE &&
		    is_not_older(q, p))
			assert_false(is_not_older(&b->part[0], p));
		/* A date brought by a newer master may be older by itself. */
		if (p->recurrence_id.kind == WHEN_NONE)
			assert_true(is_not_older(p, q));
	}
}

/* All that is held, before and after a message. */
static void
check_all(const struct holding *const *before, size_t n, const struct world *w)
{
	size_t i;

	assert_true(w->nholding >= n);
	for (i = 0; i < n; i++)
		check_step(before[i], w->holding[i]);
}

/* --- stories ----------------------------------------------------------------------- */

static const char *const methods[] = {"REQUEST", "REQUEST", "REQUEST", "REPLY",
    "REPLY", "CANCEL", "ADD", "COUNTER", "DECLINECOUNTER", "REFRESH",
    "PUBLISH"};

/* One message of the story; its code. */
static enum itip_code
random_message(struct world *w)
{
	const char *method = PICK(methods);
	const char *kind = below(6) ? "VEVENT" : "VTODO";
	const char *organizer = below(6)   ? (below(2) ? ANNA : ME)
	                        : below(2) ? BOB
	                                   : EVE;
	int attendees = strcmp(method, "REPLY") == 0 ||
	                strcmp(method, "COUNTER") == 0 ||
	                strcmp(method, "REFRESH") == 0;
	const char *sender =
	    attendees || below(6) == 0 ? PICK(people) : organizer;
	enum direction direction =
	    strcmp(sender, ME) == 0 ? DIRECTION_OUT : DIRECTION_IN;
	unsigned first = below(5), second = below(5);
	char *text = mem_text(
	    w->ctx, random_component(w, kind, organizer, sender, first));

	if (second > first)
		mem_add(&text, "%s",
		    random_component(w, kind, organizer, sender, second));
	return hear(w, sender, direction, method, text);
}

static void
test_random(void **state)
{
	struct world *w = *state;
	const struct holding *before[8];
	size_t count[ITIP_CODES] = {0}, met = 0, n;
	int i, k;

	for (i = 0; i < STORIES; i++) {
		seed = (uint64_t)i * 7919 + 1;
		w->ctx = talloc_new(w);
		w->nholding = 0;
		for (k = 0; k < MESSAGES; k++) {
			n = w->nholding;
			memcpy(before, w->holding, sizeof(before));
			count[random_message(w)]++;
			check_all(before, n, w);
		}
		talloc_free(w->ctx);
	}
	/* The stories went everywhere, but where a kind of its own leads. */
	for (n = 0; n < ITIP_CODES; n++)
		met += count[n] > 0;
	if (met < ITIP_CODES - 4)
		for (n = 0; n < ITIP_CODES; n++)
			if (count[n] == 0)
				print_message("never: %s\n",
				    scheduling_word((enum itip_code)n));
	assert_true(met >= ITIP_CODES - 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_random, setup, teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
