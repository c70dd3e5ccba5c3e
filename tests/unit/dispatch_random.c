/*
 * dispatch_random.c - thousands of random decisions and holdings: what is
 * written is read back as it was meant, by lib/read and by libical
 *
 * IMIPD_SEED starts another row of numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "lib/read/read.h"
#include "lib/write/ical.h"
#include "tests/unit/dispatch_sample.h"
#include "tests/unit/language_fixture.h"
#include "tests/unit/letter_reading.h"
#include "tests/unit/letter_sample.h"

#define ROUNDS 1500

static uint64_t seed = 1;

/* A number below n. */
static size_t
dice(size_t n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (size_t)(seed >> 33) % n;
}

/* One of the words. */
#define ONE_OF(words) ((words)[dice(sizeof(words) / sizeof((words)[0]))])

static const char *const zones[] = {"Europe/Berlin", "America/New_York",
    "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns", "UTC",
    "Africa/Casablanca", "Europe/Dublin"};
static const char *const partstats[] = {
    "NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE"};

/* A text of up to max characters, no blank at its ends. */
static char *
random_text(TALLOC_CTX *ctx, size_t max)
{
	static const char *const characters[] = {"a", "b", "Z", "0", " ", ";",
	    ",", ":", "\\", "\"", "'", "^", "n", "N", "{", "}", "=", "?", "%",
	    "<", "&", "ä", "é", "€", "検", "🗓", "\\n", "^n", "^'", "=?",
	    "."};
	size_t i, n = dice(max + 1);
	char *text = mem_text(ctx, "");

	for (i = 0; i < n; i++) {
		const char *c = ONE_OF(characters);
		size_t have = strlen(text);

		/* A name is one line, where two blanks are one. */
		if (c[0] != ' ' || have == 0 || text[have - 1] != ' ')
			mem_add(&text, "%s", c);
	}
	while (text[0] == ' ')
		text++;
	for (n = strlen(text); n > 0 && text[n - 1] == ' ';)
		text[--n] = '\0';
	return text;
}

/* "NAME:text", escaped, in one line. */
static char *
text_line(TALLOC_CTX *ctx, const char *name, const char *text)
{
	char *line = mem_text(ctx, ""), *p, *out;

	ical_text(&line, name, text);
	for (p = out = line; *p != '\0'; p++) {
		if (strncmp(p, "\r\n ", 3) == 0)
			p += 2;
		else if (*p != '\r' && *p != '\n')
			*out++ = *p;
	}
	*out = '\0';
	return line;
}

/* A time between 2025 and 2028: UTC, zoned, floating, or a day. */
static struct when
random_when(void)
{
	struct when w = {.kind = WHEN_UTC, .zone = ""};
	size_t kind = dice(5);

	w.utc = INT64_C(1735689600) + (int64_t)dice(96 * 365 * 3) * 900;
	w.wall = civil_from_seconds(w.utc);
	if (kind == 1) {
		w.kind = WHEN_ZONED;
		w.zone = ONE_OF(zones);
		w.wall = zone_to_wall(zone_find(w.zone), w.utc);
		/* The second of two equal hours cannot be said. */
		w.utc = zone_to_utc(zone_find(w.zone), &w.wall);
	} else if (kind == 3) {
		w.kind = WHEN_FLOATING;
		w.utc = zone_to_utc(zone_find("Europe/Berlin"), &w.wall);
	} else if (kind == 2) {
		w.kind = WHEN_DATE;
		w.wall.hour = w.wall.minute = w.wall.second = 0;
		w.utc = zone_to_utc(zone_find("Europe/Berlin"), &w.wall);
	}
	return w;
}

/* So much later, by the same kind of clock. */
static struct when
random_end(const struct when *start)
{
	struct when w = *start;
	int64_t seconds = (int64_t)(1 + dice(20)) * 900;

	if (w.kind == WHEN_DATE)
		seconds = (int64_t)(1 + dice(4)) * 86400;
	w.wall = civil_from_seconds(civil_seconds(&w.wall) + seconds);
	if (w.kind == WHEN_DATE || w.kind == WHEN_FLOATING)
		w.utc = zone_to_utc(zone_find("Europe/Berlin"), &w.wall);
	else if (w.kind == WHEN_ZONED)
		w.utc = zone_to_utc(zone_find(w.zone), &w.wall);
	else
		w.utc += seconds;
	return w;
}

/* The line of a time. */
static char *
when_line(TALLOC_CTX *ctx, const char *name, const struct when *w)
{
	char buf[32];

	if (w->kind == WHEN_DATE)
		return mem_print(ctx, "%s;VALUE=DATE:%.8s", name,
		    civil_basic(buf, sizeof(buf), &w->wall));
	if (w->kind == WHEN_UTC)
		return mem_print(
		    ctx, "%s:%s", name, utc_basic(buf, sizeof(buf), w->utc));
	return mem_print(ctx, "%s%s%s:%s", name,
	    w->kind == WHEN_ZONED ? ";TZID=" : "", w->zone,
	    civil_basic(buf, sizeof(buf), &w->wall));
}

/* An address. */
static char *
random_address(TALLOC_CTX *ctx)
{
	static const char *const local[] = {"anna", "b.c", "o'neil", "x+y",
	    "a=b", "under_score", "UPPER", "per%cent", "{brace}", "q?r"};
	static const char *const domain[] = {
	    "example.com", "example.org", "sub.example.net"};

	return mem_print(
	    ctx, "%s%zu@%s", ONE_OF(local), dice(90), ONE_OF(domain));
}

/* The mail as our own reader has it. */
static struct object *
read_back(TALLOC_CTX *ctx, const struct letter *letter)
{
	struct window window = {.from = 0, .to = INT64_C(1) << 33, .max = 100};
	struct notice *notice =
	    read_message(ctx, letter->bytes, letter->n, &window);
	size_t i;

	for (i = 0; i < notice->nproblem; i++)
		if (notice->problem[i].action != ACTION_NOTE)
			fail_msg("%s: %s", notice->problem[i].code,
			    notice->problem[i].text);
	assert_int_equal(notice->nobject, 1);
	object_localize(&notice->object[0], zone_find("Europe/Berlin"));
	return &notice->object[0];
}

/* The same instant, and the same kind of time. */
static void
check_when(const struct when *got, const struct when *meant)
{
	assert_int_equal(got->kind, meant->kind);
	assert_int_equal(got->utc, meant->utc);
	assert_string_equal(got->zone, meant->zone);
}

/* libical sees no errors, and so many components besides zones. */
static void
check_libical(TALLOC_CTX *ctx, const struct letter *letter, int components)
{
	char *text = calendar_of(ctx, letter);
	icalcomponent *top = icalparser_parse_string(text), *c;
	int n = 0;

	check_bytes(letter);
	check_folding(text);
	assert_non_null(top);
	if (count_errors(top) != 0)
		fail_msg("%s", icalcomponent_as_ical_string(top));
	for (c = icalcomponent_get_first_component(top, ICAL_ANY_COMPONENT);
	     c != NULL;
	     c = icalcomponent_get_next_component(top, ICAL_ANY_COMPONENT))
		n += icalcomponent_isa(c) != ICAL_VTIMEZONE_COMPONENT;
	assert_int_equal(n, components);
	icalcomponent_free(top);
}

/* --- decisions -------------------------------------------------------------- */

/* A request and a decision about it. */
static struct sample *
random_sample(TALLOC_CTX *ctx)
{
	struct sample *s = sample_new(ctx);
	struct component *c;
	struct when start = random_when(), end = random_end(&start);
	char *summary = random_text(ctx, 60), *uid = random_text(ctx, 40);

	s->object.uid = mem_print(ctx, "u%s", uid);
	c = sample_component(s, mem_print(ctx, "UID:u%s", uid), "",
	    mem_print(ctx, "ATTENDEE;CN=%s:mailto:Room1@example.com",
		ical_parameter(ctx, random_text(ctx, 20))),
	    text_line(ctx, "SUMMARY", summary));
	s->line[0][1] = c->organizer.line =
	    mem_print(ctx, "ORGANIZER:mailto:%s", c->organizer.address);
	c->summary = summary;
	c->location = random_text(ctx, 30);
	c->sequence = (int64_t)dice(5);
	sample_times(s, 0, start, end, when_line(ctx, "DTSTART", &start),
	    when_line(ctx, "DTEND", &end));
	sample_line(s, 0, text_line(ctx, "LOCATION", c->location));
	if (dice(3) == 0) {
		c->recurrence_id = start;
		sample_line(s, 0, when_line(ctx, "RECURRENCE-ID", &start));
	}
	sample_weekly(s, 1);
	s->calendar.name = random_text(ctx, 30);
	s->calendar.language = language_all()[dice(6)];
	s->head.unique = mem_print(ctx, "%zu", dice(1u << 30));
	if (dice(2) == 0)
		return sample_accept(s);
	s->decision.reason = random_text(ctx, 50);
	return dice(2) == 0 ? sample_clash(s, 0, 0)
	                    : sample_decline(s, "problem", "3.1;Bad");
}

static void
test_random_letters(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct sample *s = random_sample(ctx);
		const struct component *meant = &s->component[0], *got;
		struct letter *letter = NULL;
		struct object *object;

		assert_int_equal(letter_make(ctx, &s->decision, &s->mail,
				     &s->head, &letter, NULL),
		    RES_OK);
		check_libical(ctx, letter, 1);
		object = read_back(ctx, letter);
		got = &object->component[0];
		assert_string_equal(object->method, "REPLY");
		assert_string_equal(object->uid, s->object.uid);
		assert_string_equal(got->summary, meant->summary);
		assert_string_equal(got->location, meant->location);
		assert_int_equal(got->sequence, meant->sequence);
		assert_int_equal(got->dtstamp, s->head.now);
		assert_string_equal(
		    got->organizer.address, meant->organizer.address);
		assert_int_equal(got->nattendee, 1);
		assert_string_equal(
		    got->attendee[0].address, "Room1@example.com");
		assert_string_equal(
		    got->attendee[0].partstat, s->decision.partstat);
		check_when(&got->start, &meant->start);
		check_when(&got->end, &meant->end);
		if (meant->recurrence_id.kind != WHEN_NONE)
			check_when(&got->recurrence_id, &meant->recurrence_id);
		talloc_free(ctx);
	}
}

/* --- holdings --------------------------------------------------------------- */

/* The text of a part as a client would have sent it. */
static char *
random_body(TALLOC_CTX *ctx, const struct outing *o, const struct part *p,
    const char *rule)
{
	char *text = mem_print(ctx, "BEGIN:VEVENT\nUID:%s\n", o->holding.uid);

	mem_add(&text, "%s\n%s\n", when_line(ctx, "DTSTART", &p->start),
	    when_line(ctx, "DTEND", &p->end));
	if (p->recurrence_id.kind != WHEN_NONE)
		mem_add(&text, "%s\n",
		    when_line(ctx, "RECURRENCE-ID", &p->recurrence_id));
	if (rule != NULL)
		mem_add(&text, "RRULE:%s\n", rule);
	mem_add(&text, "%s\n%s\n", text_line(ctx, "SUMMARY", p->summary),
	    text_line(ctx, "LOCATION", p->location));
	mem_add(&text, "ORGANIZER:%s\nEND:VEVENT",
	    ical_mailto(ctx, o->holding.organizer));
	return text;
}

/* A single event or a series with some changed date. */
static struct outing *
random_outing(TALLOC_CTX *ctx, const char *method, enum role role)
{
	struct outing *o = outing_new(ctx, method, random_address(ctx));
	int series = dice(2) == 0;
	size_t i, k;

	o->holding.role = role;
	o->holding.uid = mem_print(ctx, "u%s", random_text(ctx, 40));
	if (role == ROLE_ATTENDEE)
		o->holding.organizer = o->dispatch.recipient;
	o->calendar.language = language_all()[dice(6)];
	o->calendar.name = random_text(ctx, 20);
	for (i = 0; i < (series ? 2 : 1); i++) {
		struct part *p = outing_part(o, random_text(ctx, 40), "");

		p->location = random_text(ctx, 20);
		p->sequence = (int64_t)dice(9);
		p->start = random_when();
		p->end = random_end(&p->start);
		p->recurs = series && i == 0;
		if (i == 1) {
			p->recurrence_id = o->part[0].start;
			p->start = outing_when(12, 1 + (int)dice(28), 9);
			p->end = random_end(&p->start);
		}
		p->text = random_body(
		    ctx, o, p, series && i == 0 ? "FREQ=DAILY;COUNT=5" : NULL);
		outing_person(
		    o, i, ANNA, random_text(ctx, 20), ONE_OF(partstats));
		for (k = 0; k < dice(3); k++)
			outing_person(o, i, random_address(ctx),
			    random_text(ctx, 20), ONE_OF(partstats));
	}
	o->dispatch.comment = random_text(ctx, 50);
	o->head.unique = mem_print(ctx, "%zu", dice(1u << 30));
	return o;
}

/* A component against the part that it was made of. */
static void
check_part(
    const struct outing *o, const struct component *c, const struct part *p)
{
	size_t i;
	int full = strcmp(o->dispatch.method, "REQUEST") == 0;

	assert_string_equal(c->summary, p->summary);
	assert_string_equal(c->location, p->location);
	assert_string_equal(c->comment, o->dispatch.comment);
	assert_int_equal(c->sequence, p->sequence);
	assert_int_equal(c->dtstamp, o->head.now);
	assert_int_equal(
	    strcasecmp(c->organizer.address, o->holding.organizer), 0);
	check_when(&c->start, &p->start);
	check_when(&c->end, &p->end);
	assert_int_equal(c->recurrence_id.kind, p->recurrence_id.kind);
	if (p->recurrence_id.kind != WHEN_NONE)
		check_when(&c->recurrence_id, &p->recurrence_id);
	if (!full && strcmp(o->dispatch.method, "REPLY") != 0)
		return;
	assert_int_equal(c->recurs, full && p->recurs);
	assert_int_equal(c->nattendee, full ? p->nparticipant : 1);
	for (i = 0; i < c->nattendee; i++) {
		assert_string_equal(
		    c->attendee[i].address, p->participant[i].address);
		assert_string_equal(
		    c->attendee[i].name, p->participant[i].name);
		assert_string_equal(
		    c->attendee[i].partstat, p->participant[i].partstat);
	}
}

static void
test_random_dispatches(void **state)
{
	static const struct {
		const char *method;
		enum role role;
	} methods[] = {{"REQUEST", ROLE_ORGANIZER}, {"CANCEL", ROLE_ORGANIZER},
	    {"REPLY", ROLE_ATTENDEE}};
	int i, letters = 0;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		size_t m = dice(3), k;
		struct outing *o =
		    random_outing(ctx, methods[m].method, methods[m].role);
		struct letter *letter = NULL;
		struct why why = {""};

		if (dispatch_make(ctx, &o->dispatch, &o->head, &letter, &why) !=
		    RES_OK)
			fail_msg("%s", why.text);
		for (; letter != NULL; letter = letter->next) {
			struct object *object = read_back(ctx, letter);

			check_libical(ctx, letter, (int)object->ncomponent);
			assert_string_equal(object->uid, o->holding.uid);
			assert_string_equal(object->method, o->dispatch.method);
			for (k = 0; k < object->ncomponent; k++) {
				const struct component *c =
				    &object->component[k];
				int master = c->recurrence_id.kind == WHEN_NONE;

				check_part(o, c, &o->part[master ? 0 : 1]);
			}
			letters++;
		}
		talloc_free(ctx);
	}
	assert_in_range(letters, ROUNDS, 2 * ROUNDS);
}

/* By strength; what is free is nothing. */
static const char *const busy_types[] = {
    "FREE", "BUSY-TENTATIVE", "BUSY", "BUSY-UNAVAILABLE"};

/* How strongly the time is taken; *n is by how many periods. */
static size_t
strength_at(const struct freebusy *f, size_t count, int64_t t, int *n)
{
	size_t i, k, most = 0;

	for (*n = 0, i = 0; i < count; i++) {
		if (t < f[i].start || t >= f[i].end)
			continue;
		(*n)++;
		for (k = 0; k < 4; k++)
			if (strcmp(f[i].type, busy_types[k]) == 0 && k > most)
				most = k;
	}
	return most;
}

/* Busy times: what is written is the union, by the strongest word. */
static void
check_busy(TALLOC_CTX *ctx, const struct outing *o)
{
	const struct dispatch *d = &o->dispatch;
	struct letter *letter = NULL;
	const struct component *c;
	int64_t t;

	assert_int_equal(
	    dispatch_make(ctx, d, &o->head, &letter, NULL), RES_OK);
	c = &read_back(ctx, letter)->component[0];
	for (t = d->from - 9000; t < d->to + 20000; t += 300) {
		int n;
		size_t meant = strength_at(d->freebusy, d->nfreebusy, t, &n);

		if (t < d->from || t >= d->to)
			meant = 0;
		assert_int_equal(
		    strength_at(c->freebusy, c->nfreebusy, t, &n), meant);
		/* None over another. */
		assert_int_equal(n, meant > 0);
	}
}

static void
test_random_free_busy(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct outing *o = outing_busy(ctx, "REPLY");
		size_t k;

		o->dispatch.nfreebusy = dice(9);
		for (k = 0; k < o->dispatch.nfreebusy; k++) {
			struct freebusy *f = &o->freebusy[k];

			f->start =
			    o->dispatch.from - 7200 + (int64_t)dice(100) * 600;
			f->end = f->start + (int64_t)dice(20) * 600;
			f->type = ONE_OF(busy_types);
		}
		o->dispatch.to = o->dispatch.from + 50000;
		check_busy(ctx, o);
		talloc_free(ctx);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random_letters),
	    cmocka_unit_test(test_random_dispatches),
	    cmocka_unit_test(test_random_free_busy),
	};
	const char *given = getenv("IMIPD_SEED");

	if (given != NULL)
		seed = strtoull(given, NULL, 10);
	read_init();
	language_fixture();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
