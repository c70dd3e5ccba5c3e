/*
 * dispatch.c - every method as bytes, as a mail (GMime), as an object
 * (libical), as our own reader has it, and as a person reads it
 * (tests/golden/dispatch)
 *
 * With IMIPD_GOLDEN_WRITE set the golden files are written anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>
#include <libical/ical.h>

#include "lib/read/read.h"
#include "tests/unit/dispatch_cases.h"
#include "tests/unit/letter_reading.h"

/* --- reading back --------------------------------------------------------- */

static struct letter *
make(TALLOC_CTX *ctx, const struct outing *o)
{
	struct letter *letter = NULL;
	struct why why = {""};

	if (dispatch_make(ctx, &o->dispatch, &o->head, &letter, &why) != RES_OK)
		fail_msg("%s: %s", o->dispatch.method, why.text);
	assert_non_null(letter);
	return letter;
}

/* Each header once, in this order, and none besides. */
static void
check_headers(const struct outing *o, const struct letter *letter)
{
	char expected[400], found[1000] = "";
	const char *p = letter->bytes;

	(void)snprintf(expected, sizeof(expected),
	    "From %sTo Subject Date Message-ID %sAuto-Submitted "
	    "X-Auto-Response-Suppress Content-Class Content-Language "
	    "MIME-Version Content-Type ",
	    o->dispatch.agent[0] == '\0' ? "" : "Sender ",
	    o->dispatch.mail == NULL ? "" : "In-Reply-To References ");
	while (strncmp(p, "\r\n", 2) != 0) {
		if (*p != ' ') {
			strncat(found, p, strcspn(p, ":"));
			strcat(found, " ");
		}
		p = strstr(p, "\r\n") + 2;
	}
	assert_string_equal(found, expected);
}

/* How many properties of that name. */
static int
count_named(icalcomponent *c, const char *name)
{
	icalproperty *p;
	int n = 0;

	for (p = icalcomponent_get_first_property(c, ICAL_ANY_PROPERTY);
	     p != NULL;
	     p = icalcomponent_get_next_property(c, ICAL_ANY_PROPERTY))
		n += strcmp(icalproperty_get_property_name(p), name) == 0;
	return n;
}

/* It has all of these, each as often as it is said. */
static void
check_has(icalcomponent *c, const char *properties)
{
	char list[400], name[60], *p = list;
	int n;

	(void)snprintf(list, sizeof(list), " %s ", properties);
	while (sscanf(p, "%59s", name) == 1) {
		char word[64];
		const char *at = list;

		(void)snprintf(word, sizeof(word), " %s ", name);
		for (n = 0; (at = strstr(at, word)) != NULL; at++)
			n++;
		if (count_named(c, name) != n)
			fail_msg("%s: %d instead of %d in\n%s", name,
			    count_named(c, name), n,
			    icalcomponent_as_ical_string(c));
		p = strstr(p, name) + strlen(name);
	}
}

/* What nothing of ours may have, and nothing may have twice. */
static void
check_component(icalcomponent *top, icalcomponent *c)
{
	static const char *const never[] = {"ATTACH", "METHOD", "X-SECRET",
	    "X-LIC-ERROR", "DTSTAMP;", "VALARM"};
	static const char *const once[] = {"UID", "DTSTAMP", "DTSTART", "DTEND",
	    "DUE", "DURATION", "SUMMARY", "LOCATION", "DESCRIPTION",
	    "ORGANIZER", "SEQUENCE", "STATUS", "CLASS", "RECURRENCE-ID",
	    "PERCENT-COMPLETE", "COMPLETED", "TRANSP", "PRIORITY", "RRULE"};
	icalproperty *p;
	size_t i;

	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_int_equal(count_named(c, never[i]), 0);
	for (i = 0; i < sizeof(once) / sizeof(once[0]); i++)
		assert_in_range(count_named(c, once[i]), 0, 1);
	assert_int_equal(
	    icalcomponent_count_components(c, ICAL_ANY_COMPONENT), 0);
	for (p = icalcomponent_get_first_property(c, ICAL_ANY_PROPERTY);
	     p != NULL;
	     p = icalcomponent_get_next_property(c, ICAL_ANY_PROPERTY)) {
		const char *tzid =
		    icalproperty_get_parameter_as_string(p, "TZID");

		if (tzid != NULL)
			assert_non_null(icalcomponent_get_timezone(top, tzid));
	}
}

/* The object as libical reads it. */
static void
check_object(const struct outing *o, const char *text, const char *properties,
    int components)
{
	icalcomponent *top = icalparser_parse_string(text), *c;
	icalcomponent_kind kind = icalcomponent_string_to_kind(o->holding.kind);
	int n = 0;

	assert_non_null(top);
	assert_int_equal(icalcomponent_isa(top), ICAL_VCALENDAR_COMPONENT);
	if (count_errors(top) != 0)
		fail_msg("%s", icalcomponent_as_ical_string(top));
	assert_int_equal(
	    icalcomponent_count_properties(top, ICAL_ANY_PROPERTY), 3);
	assert_string_equal(
	    icalproperty_method_to_string(icalcomponent_get_method(top)),
	    o->dispatch.method);
	for (c = icalcomponent_get_first_component(top, ICAL_ANY_COMPONENT);
	     c != NULL;
	     c = icalcomponent_get_next_component(top, ICAL_ANY_COMPONENT)) {
		if (icalcomponent_isa(c) == ICAL_VTIMEZONE_COMPONENT)
			continue;
		assert_int_equal(icalcomponent_isa(c), kind);
		check_component(top, c);
		if (n == 0 || components == 1)
			check_has(c, properties);
		n++;
	}
	assert_int_equal(n, components);
	icalcomponent_free(top);
}

/* The mail as our own reader has it. */
static struct object *
read_back(TALLOC_CTX *ctx, const struct letter *letter)
{
	struct window window = {.from = OUTING_NOW - 86400 * INT64_C(400),
	    .to = OUTING_NOW + 86400 * INT64_C(400)};
	struct notice *notice =
	    read_message(ctx, letter->bytes, letter->n, &window);
	size_t i;

	for (i = 0; i < notice->nproblem; i++)
		if (notice->problem[i].action != ACTION_NOTE)
			fail_msg("%s: %s", notice->problem[i].code,
			    notice->problem[i].text);
	assert_int_equal(notice->nobject, 1);
	assert_string_equal(notice->mail.from, ANNA);
	return &notice->object[0];
}

/* --- the tests ------------------------------------------------------------- */

static void
test_golden(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < NCASES; i++)
		check_golden(ctx,
		    mem_print(
			ctx, "tests/golden/dispatch/%s.expect", cases[i].name),
		    all_readable(ctx, make(ctx, cases[i].make(ctx))));
	talloc_free(ctx);
}

static void
test_every_mail_is_well_formed(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < NCASES; i++) {
		struct outing *o = cases[i].make(ctx);
		const struct letter *letter;
		int n = 0;

		for (letter = make(ctx, o); letter != NULL;
		     letter = letter->next) {
			char *text = calendar_of(ctx, letter);

			check_bytes(letter);
			check_headers(o, letter);
			check_folding(text);
			check_object(o, text,
			    n == 0 ? cases[i].properties : "UID",
			    cases[i].components);
			assert_non_null(strstr(letter->bytes,
			    mem_print(ctx, "; charset=UTF-8; method=%s;",
				o->dispatch.method)));
			assert_non_null(strstr(
			    letter->bytes, mem_print(ctx, " component=%s\r\n",
					       o->holding.kind)));
			assert_string_equal(
			    letter->recipient, o->dispatch.recipient);
			n++;
		}
		assert_int_equal(n, cases[i].letters);
	}
	talloc_free(ctx);
}

static void
test_our_reader_understands_it(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < NCASES; i++) {
		struct outing *o = cases[i].make(ctx);
		struct object *object = read_back(ctx, make(ctx, o));
		const struct component *c = &object->component[0];

		assert_string_equal(object->method, o->dispatch.method);
		assert_string_equal(object->uid, o->holding.uid);
		assert_int_equal(object->ncomponent, cases[i].components);
		assert_string_equal(c->kind, o->holding.kind);
		assert_true(address_is_same(
		    c->organizer.address, o->holding.organizer));
		assert_int_equal(c->dtstamp, OUTING_NOW);
	}
	talloc_free(ctx);
}

static void
test_series_reads_back(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct object *object = read_back(ctx, make(ctx, request(ctx)));
	const struct component *c = object->component;

	(void)state;
	assert_int_equal(c[0].sequence, 3);
	assert_int_equal(c[1].sequence, 4);
	/* Ten, two of them excluded before and one cancelled since. */
	assert_int_equal(object->ninstance, 7);
	assert_string_equal(c[0].summary, "Planung, Frühling; Teil 1");
	assert_int_equal(c[0].nattendee, 2);
	assert_string_equal(c[0].attendee[0].address, "Ben@example.net");
	assert_string_equal(c[0].attendee[0].name, "Ben \"B\" Bär");
	assert_string_equal(c[0].attendee[0].partstat, "ACCEPTED");
	assert_string_equal(c[1].attendee[0].partstat, "DECLINED");
	assert_int_equal(c[1].start.utc, outing_when(12, 8, 14).utc);
	assert_int_equal(c[1].end.utc, outing_when(12, 8, 15).utc);
	assert_int_equal(c[1].recurrence_id.utc, outing_when(12, 8, 9).utc);
	object = read_back(ctx, make(ctx, request_date(ctx)));
	c = object->component;
	assert_int_equal(c[0].recurrence_id.utc, outing_when(12, 8, 9).utc);
	assert_string_equal(c[1].recurrence_id.zone, "Europe/Berlin");
	assert_int_equal(c[1].start.utc, c[1].recurrence_id.utc);
	assert_int_equal(c[1].end.utc - c[1].start.utc, 3600);
	assert_false(c[1].recurs);
	talloc_free(ctx);
}

static void
test_answers_read_back(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct outing *o = reply_dates(ctx);
	struct letter *letter = make(ctx, o);
	struct object *object = read_back(ctx, letter);
	const struct component *c = object->component;

	(void)state;
	assert_string_equal(c->attendee[0].partstat, "ACCEPTED");
	assert_string_equal(c->attendee[0].rsvp, "");
	assert_int_equal(c->recurrence_id.kind, WHEN_NONE);
	c = read_back(ctx, letter->next)->component;
	assert_string_equal(c->attendee[0].partstat, "DECLINED");
	assert_int_equal(c->recurrence_id.utc, outing_utc(12, 8, 14).utc);
	o->calendar.series_answer = SERIES_TOGETHER;
	letter = make(ctx, o);
	assert_null(letter->next);
	assert_int_equal(read_back(ctx, letter)->ncomponent, 2);
	c = read_back(ctx, make(ctx, counter(ctx)))->component;
	assert_string_equal(c->attendee[0].partstat, "TENTATIVE");
	assert_int_equal(c->nattendee, 1);
	assert_int_equal(c->start.utc, outing_when(12, 1, 17).utc);
	assert_string_equal(c->comment, "After lunch?");
	c = read_back(ctx, make(ctx, delegate(ctx)))->component;
	assert_string_equal(c->attendee[0].delegated_to, CARA);
	assert_string_equal(c->attendee[1].delegated_from, ANNA);
	c = read_back(ctx, make(ctx, task_progress(ctx)))->component;
	assert_int_equal(c->percent, 40);
	c = read_back(ctx, make(ctx, task_completed(ctx)))->component;
	assert_int_equal(c->completed, OUTING_NOW - 60);
	talloc_free(ctx);
}

/* Periods are sorted and do not overlap; the strongest word counts. */
static void
test_free_busy_reads_back(void **state)
{
	static const struct freebusy expected[] = {
	    {1796108400, 1796112000, "BUSY-TENTATIVE"},
	    {1796112000, 1796119200, "BUSY"}, {1796198400, 1796205600, "BUSY"},
	    {1796205600, 1796209200, "BUSY-UNAVAILABLE"},
	    {1796209200, 1796212800, "BUSY"}};
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct component *c =
	    read_back(ctx, make(ctx, busy_reply(ctx)))->component;
	size_t i;

	(void)state;
	assert_int_equal(c->nfreebusy, 5);
	for (i = 0; i < 5; i++) {
		assert_int_equal(c->freebusy[i].start, expected[i].start);
		assert_int_equal(c->freebusy[i].end, expected[i].end);
		assert_string_equal(c->freebusy[i].type, expected[i].type);
	}
	assert_string_equal(c->attendee[0].address, "Anna@example.com");
	assert_int_equal(c->start.utc, outing_utc(12, 1, 0).utc);
	assert_int_equal(c->end.utc, outing_utc(12, 8, 0).utc);
	talloc_free(ctx);
}

/* It must be refused, with this word in the reason. */
static void
check_refused(TALLOC_CTX *ctx, const struct outing *o, const char *word)
{
	struct letter *letter = NULL;
	struct why why = {""};

	assert_int_equal(
	    dispatch_make(ctx, &o->dispatch, &o->head, &letter, &why),
	    RES_PERM);
	assert_null(letter);
	if (strstr(why.text, word) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", word, why.text);
}

static void
test_what_cannot_be_sent_is_refused(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct outing *o = request(ctx);

	(void)state;
	o->dispatch.recipient = "b@c>\r\nBcc: x@y";
	check_refused(ctx, o, "no mail can go");
	o = request(ctx);
	o->dispatch.agent = "nobody";
	check_refused(ctx, o, "no mail can come");
	o = request(ctx);
	o->holding.uid = "";
	check_refused(ctx, o, "UID");
	o = request(ctx);
	o->holding.organizer = "";
	check_refused(ctx, o, "organizer");
	o = request(ctx);
	o->dispatch.method = "REPLY";
	check_refused(ctx, o, "attendee");
	o->dispatch.method = "X";
	check_refused(ctx, o, "cannot be sent");
	o = busy_reply(ctx);
	o->dispatch.method = "CANCEL";
	check_refused(ctx, o, "VFREEBUSY");
	o = reply_dates(ctx);
	o->part[0].recurs = 0;
	o->date[0] = outing_when(12, 9, 9);
	o->dispatch.ndate = 1;
	check_refused(ctx, o, "date");
	o = request(ctx);
	o->part[0].state = o->part[1].state = PART_CANCELLED;
	check_refused(ctx, o, "nothing");
	o = counter(ctx);
	o->dispatch.proposal = NULL;
	check_refused(ctx, o, "proposal");
	o = counter(ctx);
	o->part[0].recurs = 1;
	check_refused(ctx, o, "one date");
	o = counter(ctx);
	o->part[0].text = "BEGIN:VEVENT\nX-MICROSOFT-DISALLOW-COUNTER:TRUE\n";
	check_refused(ctx, o, "no proposals");
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_golden),
	    cmocka_unit_test(test_every_mail_is_well_formed),
	    cmocka_unit_test(test_our_reader_understands_it),
	    cmocka_unit_test(test_series_reads_back),
	    cmocka_unit_test(test_answers_read_back),
	    cmocka_unit_test(test_free_busy_reads_back),
	    cmocka_unit_test(test_what_cannot_be_sent_is_refused),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
