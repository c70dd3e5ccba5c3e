/*
 * read_rfc5545.c - every recurrence example of RFC 5545, by our expander alone
 * and in a message
 */
#include "lib/read/read.h"
#include "lib/read/recur.h"
#include "tests/unit/rfc_table.h"

static size_t examples;

/* The expander over civil dates. */
static void
check_rule(const struct example *e)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *text = rfc_local_rule(ctx, e->rule);
	struct fault fault = {.code = NULL};
	struct recurrence r = {.max = 1000};
	struct rule rule;

	examples++;
	if (strcmp(e->list, "mustnot") == 0) {
		if (rule_read(text, &rule, &fault))
			fail_msg("%s: %s is taken", e->id, text);
		talloc_free(ctx);
		return;
	}
	if (!rule_read(text, &rule, &fault))
		fail_msg("%s: %s: %s", e->id, text, fault.text);
	r.rule = &rule;
	r.start = slow_time(e->dtstart);
	r.from = r.start;
	r.to = slow_time("22000101");
	recur_expand(ctx, &r);
	rfc_compare(e, r.at, r.n);
	if (strcmp(e->list, "all") == 0 && (r.more || r.spent))
		fail_msg("%s: %s has an end", e->id, text);
	talloc_free(ctx);
}

static void
test_rule(void **state)
{
	(void)state;
	examples = 0;
	rfc_each(check_rule);
	assert_int_equal(examples, RFC_EXAMPLES);
}

/* The example as an event of an hour. */
static const struct notice *
read_example(TALLOC_CTX *ctx, const struct example *e)
{
	const struct window window = {
	    slow_time(e->dtstart) - SLOW_DAY, slow_time("20400101"), 1000};
	char *text = mem_print(ctx,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
	    "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:19970101T000000Z\r\n"
	    "DTSTART;TZID=" RFC_ZONE ":%s\r\nDURATION:PT1H\r\n"
	    "RRULE:%s\r\n",
	    e->dtstart, e->rule);

	if (*e->exdate != '\0')
		mem_add(&text, "EXDATE;TZID=" RFC_ZONE ":%s\r\n", e->exdate);
	mem_add(&text, "END:VEVENT\r\nEND:VCALENDAR\r\n");
	return read_message(ctx, text, strlen(text), &window);
}

/* The problem that keeps a message from being acted on, or NULL. */
static const struct problem *
trouble(const struct notice *notice)
{
	size_t i;

	for (i = 0; i < notice->nproblem; i++)
		if (notice->problem[i].action != ACTION_NOTE)
			return &notice->problem[i];
	return NULL;
}

/* Why an example is declined; NULL if it is not. */
static const char *
refusal(const struct example *e)
{
	if (strcmp(e->list, "never") == 0)
		return "no-instances";
	/* by design there is no meeting every minute */
	if (strcmp(e->list, "mustnot") == 0 ||
	    strstr(e->rule, "MINUTELY") != NULL)
		return "bad-rule";
	return NULL;
}

/* The wall clocks of all starts; each has the zone's UTC and lasts an hour. */
static void
collect(const struct object *o, int64_t *at)
{
	size_t i;

	assert_in_range(o->ninstance, 1, 1000);
	for (i = 0; i < o->ninstance; i++) {
		const struct when *start = &o->instance[i].start;

		at[i] = civil_seconds(&start->wall);
		assert_int_equal(
		    start->utc, zone_to_utc(zone_find(RFC_ZONE), &start->wall));
		assert_int_equal(o->instance[i].end.utc, start->utc + 3600);
	}
}

/* A whole message: zone, UNTIL in UTC, EXDATE. */
static void
check_message(const struct example *e)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct notice *notice = read_example(ctx, e);
	const struct problem *problem = trouble(notice);
	static int64_t at[1000];

	examples++;
	assert_int_equal(notice->nobject, 1);
	if (refusal(e) != NULL) {
		if (problem == NULL)
			fail_msg("%s: %s is taken", e->id, e->rule);
		assert_string_equal(problem->code, refusal(e));
	} else if (problem != NULL) {
		fail_msg("%s: %s: %s", e->id, e->rule, problem->text);
	} else {
		collect(notice->object, at);
		rfc_compare(e, at, notice->object->ninstance);
	}
	talloc_free(ctx);
}

static void
test_message(void **state)
{
	(void)state;
	examples = 0;
	read_init();
	rfc_each(check_message);
	assert_int_equal(examples, RFC_EXAMPLES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rule),
	    cmocka_unit_test(test_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
