/*
 * scheduling_fixture.h - a calendar that is told things by mail
 *
 * Messages are mails as people send them, read by lib/read.  Every message of
 * every test goes through hear(), which also holds that nothing borrowed was
 * changed, that the result is the same twice, that a refusal changes nothing,
 * and that what is held can be printed, parsed and is in order.
 */
#ifndef TESTS_UNIT_SCHEDULING_FIXTURE_H
#define TESTS_UNIT_SCHEDULING_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/read/read.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling.h"

#define ME   "me@example.net"
#define ANNA "anna@example.com"
#define BOB  "bob@example.com"
#define CARL "carl@example.org"
#define EVE  "eve@example.org"

/* Properties that many tests share. */
#define FROM_ANNA "ORGANIZER:mailto:" ANNA "\n"
#define FROM_ME   "ORGANIZER:mailto:" ME "\n"
#define WITH_ME   "ATTENDEE;RSVP=TRUE:mailto:" ME "\n"
#define WITH_BOB  "ATTENDEE:mailto:" BOB "\n"
#define WITH_CARL "ATTENDEE:mailto:" CARL "\n"
#define NINE                                                                   \
	"DTSTART;TZID=Europe/Berlin:20261201T090000\n"                         \
	"DTEND;TZID=Europe/Berlin:20261201T100000\n"
#define TEN                                                                    \
	"DTSTART;TZID=Europe/Berlin:20261201T100000\n"                         \
	"DTEND;TZID=Europe/Berlin:20261201T110000\n"
#define WEEKLY "RRULE:FREQ=WEEKLY;COUNT=10\n"
/* Dates of the weekly series, at nine; the third is after New Year's no. */
#define ON_8  "RECURRENCE-ID;TZID=Europe/Berlin:20261208T090000\n"
#define ON_15 "RECURRENCE-ID;TZID=Europe/Berlin:20261215T090000\n"
#define ON_22 "RECURRENCE-ID;TZID=Europe/Berlin:20261222T090000\n"
#define AT(day, hour)                                                          \
	"DTSTART;TZID=Europe/Berlin:202612" day "T" hour "0000\n"              \
	"DTEND;TZID=Europe/Berlin:202612" day "T" hour "3000\n"
#define SAYS(who, partstat) "ATTENDEE;PARTSTAT=" partstat ":mailto:" who "\n"

struct world {
	TALLOC_CTX *ctx;
	struct calendar calendar;
	const struct holding *holding[8];
	size_t nholding;
	size_t heard; /* messages so far */
	/* Of the last message. */
	struct notice *notice;
	struct scheduling *result;
};

static const char *aliases[] = {"myself@example.net", NULL};

static int
setup(void **state)
{
	struct world *w;

	read_init();
	w = talloc_zero(NULL, struct world);
	assert_non_null(w);
	w->ctx = w;
	w->calendar.address = ME;
	w->calendar.kind = KIND_PERSON;
	w->calendar.name = "Me";
	w->calendar.zone_name = "Europe/Berlin";
	w->calendar.zone = zone_find("Europe/Berlin");
	w->calendar.alias = aliases;
	assert_non_null(w->calendar.zone);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	talloc_free(*state);
	return 0;
}

/*
 * A component: kind, SEQUENCE, DTSTAMP as minutes of the first of November, and
 * the properties.
 */
static const char *
component(struct world *w, const char *kind, int sequence, int stamp,
    const char *properties)
{
	return mem_print(w->ctx,
	    "BEGIN:%s\nUID:u1\nDTSTAMP:20261101T%02d%02d00Z\n"
	    "SEQUENCE:%d\n%sEND:%s\n",
	    kind, stamp / 60, stamp % 60, sequence, properties, kind);
}

static inline const char *
event(struct world *w, int sequence, int stamp, const char *properties)
{
	return component(w, "VEVENT", sequence, stamp, properties);
}

/* The mail as bytes, its lines ended by CR LF. */
static char *
mail_text(struct world *w, const char *from, const char *method,
    const char *components)
{
	char *text = mem_print(w->ctx,
	    "From: <%s>\nTo: <" ME ">\nSubject: x\n"
	    "Date: Sun, 01 Nov 2026 08:00:00 +0000\n"
	    "Message-ID: <%zu@example.com>\nMIME-Version: 1.0\n"
	    "Content-Type: text/calendar; charset=utf-8; method=%s\n\n"
	    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\nMETHOD:%s\n"
	    "%sEND:VCALENDAR\n",
	    from, ++w->heard, method, method, components);
	char *out = mem_text(w->ctx, "");
	const char *line;
	size_t n;

	for (line = text; *line != '\0'; line += n + 1) {
		n = strcspn(line, "\n");
		mem_add(&out, "%.*s\r\n", (int)n, line);
	}
	return out;
}

/* All that is held, as text. */
static char *
print_all(TALLOC_CTX *ctx, const struct world *w)
{
	char *text = mem_text(ctx, "");
	size_t i;

	for (i = 0; i < w->nholding; i++)
		mem_add(&text, "%s", holding_print(ctx, w->holding[i]));
	return text;
}

/* A result as text. */
static char *
print_result(TALLOC_CTX *ctx, const struct scheduling *r)
{
	char *text = mem_print(ctx, "%s %d %d %s %s\n",
	    scheduling_word(r->code), r->changed, r->asks, r->detail,
	    r->who == NULL ? "-" : r->who->address);
	size_t i;

	for (i = 0; i < r->nfollow_up; i++)
		mem_add(&text, "%s %s %zu\n", r->follow_up[i].method,
		    r->follow_up[i].recipient, r->follow_up[i].ndate);
	if (r->holding != NULL)
		mem_add(&text, "%s", holding_print(ctx, r->holding));
	return text;
}

/* The parts are in order, and each date is there once. */
static void
check_order(const struct world *w, const struct holding *h)
{
	size_t i;

	for (i = 0; i < h->npart; i++) {
		struct part p = h->part[i], before;

		part_localize(&p, w->calendar.zone);
		if (p.state == PART_CANCELLED)
			assert_string_equal(p.text, "");
		if (i == 0)
			continue;
		before = h->part[i - 1];
		part_localize(&before, w->calendar.zone);
		assert_int_not_equal(p.recurrence_id.kind, WHEN_NONE);
		if (before.recurrence_id.kind != WHEN_NONE)
			assert_true(
			    before.recurrence_id.utc < p.recurrence_id.utc);
	}
}

/* What is held from now on, read back from its text. */
static void
adopt(struct world *w, const struct holding *next)
{
	char *text = holding_print(w->ctx, next);
	struct holding *parsed = NULL;
	struct why why = {""};
	size_t i;

	if (holding_parse(w->ctx, text, strlen(text), &parsed, &why) != RES_OK)
		fail_msg("%s in:\n%s", why.text, text);
	assert_string_equal(holding_print(w->ctx, parsed), text);
	check_order(w, parsed);
	for (i = 0; i < w->nholding; i++)
		if (strcmp(w->holding[i]->kind, parsed->kind) == 0 &&
		    itip_same_address(
			w->holding[i]->organizer, parsed->organizer))
			break;
	assert_true(i < 8);
	w->holding[i] = parsed;
	w->nholding += i == w->nholding;
}

/* Apply what the notice says; the code. */
static enum itip_code
take(struct world *w, struct notice *notice, const char *from,
    enum direction direction)
{
	struct occasion o = {.calendar = &w->calendar,
	    .direction = direction,
	    .mail = &notice->mail,
	    .envelope_sender = from,
	    .notice = notice,
	    .object = notice->object,
	    .holding = w->holding,
	    .nholding = w->nholding,
	    .now = 1793520000};
	char *facts = facts_print(w->ctx, notice);
	char *held = print_all(w->ctx, w), *first;

	w->notice = notice;
	w->result = scheduling_apply(w->ctx, &o);
	first = print_result(w->ctx, w->result);
	assert_string_equal(facts_print(w->ctx, notice), facts);
	assert_string_equal(print_all(w->ctx, w), held);
	assert_string_equal(
	    print_result(w->ctx, scheduling_apply(w->ctx, &o)), first);
	if (scheduling_is_refusal(w->result->code))
		assert_int_equal(w->result->changed, 0);
	if (w->result->changed)
		adopt(w, w->result->holding);
	return w->result->code;
}

/* Read a mail and apply its first object. */
static enum itip_code
hear(struct world *w, const char *from, enum direction direction,
    const char *method, const char *components)
{
	/* October 2026 to the end of 2027 */
	static const struct window window = {1790812800, 1830297600, 0};
	char *text = mail_text(w, from, method, components);
	struct notice *notice =
	    read_message(w->ctx, text, strlen(text), &window);

	assert_int_equal(notice->nobject, 1);
	object_localize(notice->object, w->calendar.zone);
	return take(w, notice, from, direction);
}

/* Somebody's mail to the calendar. */
static inline enum itip_code
told(struct world *w, const char *from, const char *method,
    const char *components)
{
	return hear(w, from, DIRECTION_IN, method, components);
}

/* The owner's own mail. */
static inline enum itip_code
sent(struct world *w, const char *method, const char *components)
{
	return hear(w, ME, DIRECTION_OUT, method, components);
}

/* The codes differ: say it in words. */
#define expect(got, wanted)                                                    \
	do {                                                                   \
		enum itip_code code_ = (got);                                  \
		if (code_ != (wanted))                                         \
			fail_msg("%s, expected %s", scheduling_word(code_),    \
			    scheduling_word(wanted));                          \
	} while (0)

/* Part i of the first holding. */
static inline const struct part *
part(const struct world *w, size_t i)
{
	assert_true(w->nholding > 0 && i < w->holding[0]->npart);
	return &w->holding[0]->part[i];
}

/* A participant of part i of the first holding, or one who is nobody. */
static inline const struct participant *
person(const struct world *w, size_t i, const char *address)
{
	static const struct participant nobody = {.address = "(absent)",
	    .partstat = "(absent)",
	    .delegated_to = "(absent)",
	    .delegated_from = "(absent)",
	    .sent_by = "(absent)",
	    .request_status = "(absent)",
	    .comment = "(absent)",
	    .percent = -2,
	    .sequence = -2};
	const struct part *p = part(w, i);
	size_t k;

	for (k = 0; k < p->nparticipant; k++)
		if (itip_same_address(p->participant[k].address, address))
			return &p->participant[k];
	return &nobody;
}

/* Is the address one of the participants? */
static inline int
has(const struct world *w, size_t i, const char *address)
{
	return person(w, i, address)->sequence != -2;
}

/* What the participant said. */
static inline const char *
partstat(const struct world *w, size_t i, const char *address)
{
	return person(w, i, address)->partstat;
}

/* The one follow-up. */
#define follow_up(w)                                                           \
	(assert_int_equal((w)->result->nfollow_up, 1), (w)->result->follow_up)

#endif
