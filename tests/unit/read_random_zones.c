/*
 * read_random_zones.c - 1,000 series by chance in zones with daylight saving
 * time, with EXDATE, RDATE and changed instances, through read_message()
 *
 * What is expected comes from the slow expander and from the C library's own
 * zones; nothing here asks lib/base/zone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/facts/limits.h"
#include "lib/read/read.h"
#include "tests/unit/libc_zone.h"
#include "tests/unit/random_rule.h"

#define CASES 1000
#define MOST  20000
#define EXTRA 4
/* no date is moved farther than this by a change */
#define MARGIN (40 * SLOW_DAY)

static const char *const zones[] = {"Europe/Berlin", "America/New_York",
    "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata",
    "America/St_Johns"};

/* An instance: UTC. */
struct moment {
	int64_t start;
	int64_t end;
	int64_t id; /* its RECURRENCE-ID */
	int cancelled;
};

struct list {
	struct moment at[MOST];
	size_t n;
};

struct series {
	int number;
	const char *zone;
	enum slow_freq freq;
	int64_t start; /* wall clock */
	char *rule;    /* as written */
	struct slow_rule slow;
	int64_t until; /* UTC, INT64_MAX if there is none */
	int64_t days;  /* length: nominal days */
	int64_t seconds;
	int by_end; /* length is given as DTEND: exact */
	struct window window;
	char *lines;  /* of the master */
	char *others; /* the changed instances */
};

static struct {
	int refused;
	int compared;
	int empty;
	int complete;
	int64_t instances;
} tally;

static struct list expected;
static struct list got;

/* --- what a series should give ------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	const struct moment *x = a;
	const struct moment *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return x->id == y->id ? 0 : (x->id < y->id ? -1 : 1);
}

static void
list_sort(struct list *list)
{
	qsort(list->at, list->n, sizeof(list->at[0]), compare);
}

/* The instance with that RECURRENCE-ID, or NULL. */
static struct moment *
list_find(struct list *list, int64_t id)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (list->at[i].id == id)
			return &list->at[i];
	return NULL;
}

/* "Duplicate instances are ignored" (section 3.8.5.3); the list is sorted. */
static void
list_unique(struct list *list)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < list->n; i++)
		if (n == 0 || list->at[n - 1].start != list->at[i].start)
			list->at[n++] = list->at[i];
	list->n = n;
}

/*
 * The end of what starts then.  With DTEND "the same exact duration will
 * apply", with DURATION "the same nominal duration" (section 3.8.5.3).
 */
static int64_t
end_of(const struct series *s, int64_t utc)
{
	if (s->by_end)
		return utc +
		       to_utc(s->start + s->days * SLOW_DAY + s->seconds) -
		       to_utc(s->start);
	if (s->days == 0)
		return utc + s->seconds;
	return to_utc(utc + offset_at(utc) + s->days * SLOW_DAY) + s->seconds;
}

/* One more, as long as all the others. */
static void
list_add(const struct series *s, struct list *list, int64_t utc)
{
	assert_true(list->n < MOST);
	list->at[list->n++] = (struct moment){utc, end_of(s, utc), utc, 0};
}

/* DTSTART and what the rule gives, from some time before the window on. */
static void
fill(const struct series *s)
{
	static int64_t wall[MOST];
	size_t n = slow_expand(&s->slow, s->start, s->window.from - MARGIN,
	    s->window.to + MARGIN, wall, MOST - 100);
	size_t i;

	assert_true(n < MOST - 100);
	expected.n = 0;
	/* "The "DTSTART" property defines the first instance" */
	list_add(s, &expected, to_utc(s->start));
	for (i = 0; i < n; i++)
		if (to_utc(wall[i]) <= s->until)
			list_add(s, &expected, to_utc(wall[i]));
	list_sort(&expected);
	list_unique(&expected);
}

/* --- the text ------------------------------------------------------------ */

/* NAME;TZID=zone:wall, or NAME:utc, of an instant. */
static void
add_time(char **text, const struct series *s, const char *name, int64_t utc,
    int as_utc)
{
	char buf[32];

	/* the second time of an overlap has no other form */
	as_utc |= to_utc(utc + offset_at(utc)) != utc;
	(void)utc_basic(buf, sizeof(buf), as_utc ? utc : utc + offset_at(utc));
	if (as_utc) {
		mem_add(text, "%s:%s\r\n", name, buf);
	} else {
		buf[15] = '\0';
		mem_add(text, "%s;TZID=%s:%s\r\n", name, s->zone, buf);
	}
}

/* One of the expected instances. */
static struct moment *
choose(void)
{
	return &expected.at[random_below((int)expected.n)];
}

/* RDATE: new ones, and some that the rule has already. */
static void
include(struct series *s)
{
	int n = random_below(EXTRA);
	int64_t t;

	for (; n > 0; n--) {
		t = to_utc(s->start) + random_span(400);
		t -= t % 60;
		if (random_once_in(5))
			t = choose()->id;
		if (random_once_in(3))
			t = near_change(t);
		add_time(&s->lines, s, "RDATE", t, random_once_in(3));
		if (list_find(&expected, t) == NULL)
			list_add(s, &expected, t);
	}
	list_sort(&expected);
}

/*
 * EXDATE of some instances, perhaps of one that is not there; they "take
 * precedence over those specified by inclusion properties" (section 3.8.5.3).
 */
static void
exclude(struct series *s)
{
	int n = random_below(EXTRA);
	struct moment *m;

	for (; n > 0 && expected.n > 1; n--) {
		m = choose();
		add_time(&s->lines, s, "EXDATE", m->id, random_once_in(3));
		*m = expected.at[--expected.n];
	}
	list_sort(&expected);
	if (random_once_in(6))
		mem_add(
		    &s->lines, "EXDATE;TZID=%s:20010203T040506\r\n", s->zone);
}

/* Instances that are moved, made an hour long, or cancelled. */
static void
change(struct series *s)
{
	int n = random_below(EXTRA);
	struct moment *m;

	for (; n > 0; n--) {
		m = choose();
		if (m->end == m->start + 3601)
			continue; /* is changed already */
		mem_add(&s->others,
		    "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:19900101T000000Z\r\n");
		add_time(
		    &s->others, s, "RECURRENCE-ID", m->id, random_once_in(3));
		m->start += random_between(-900000, 900000);
		m->end = m->start + 3601;
		add_time(&s->others, s, "DTSTART", m->start, random_once_in(3));
		m->cancelled = random_once_in(4);
		mem_add(&s->others, "DURATION:PT3601S\r\n%sEND:VEVENT\r\n",
		    m->cancelled ? "STATUS:CANCELLED\r\n" : "");
	}
	list_sort(&expected);
}

/* UNTIL in UTC, as it has to be; the slow expander does not know zones. */
static void
make_until(TALLOC_CTX *ctx, struct series *s)
{
	char *until = strstr(s->rule, "UNTIL=");
	char utc[32];

	s->until = INT64_MAX;
	if (until == NULL || until[14] != 'T')
		return;
	s->until = to_utc(s->slow.until);
	s->slow.has_until = 0;
	s->rule = mem_print(ctx, "%.*sUNTIL=%s%s", (int)(until - s->rule),
	    s->rule, utc_basic(utc, sizeof(utc), s->until), until + 21);
}

/*
 * A rule.  DTSTART is its first occurrence, but for one in eight; then there is
 * no end, since where that is then is not defined.  0: try another one.
 */
static int
make_rule(TALLOC_CTX *ctx, struct series *s)
{
	int64_t first;
	char *rule = random_rule(ctx, s->freq);

	if (!slow_read(rule, &s->slow) ||
	    slow_expand(&s->slow, s->start, s->start,
		s->start + 12000 * SLOW_DAY, &first, 1) == 0)
		return 0;
	if (!random_once_in(8))
		s->start = first;
	if (s->start == first)
		random_end(&rule, s->start, s->start);
	s->rule = random_order(ctx, rule);
	(void)slow_read(s->rule, &s->slow);
	make_until(ctx, s);
	/* a DTSTART that does not exist is another test's */
	return to_utc(s->start) + offset_at(to_utc(s->start)) == s->start;
}

/* Near DTSTART, or years or decades later. */
static void
make_window(struct series *s)
{
	static const int days[] = {0, 0, 30, 200, 500, 1000, 3000};
	int64_t from = to_utc(s->start);

	if (random_once_in(2))
		from += random_between(-30, 30) * SLOW_DAY;
	else if (random_once_in(2))
		from += random_below(1500) * SLOW_DAY;
	else
		from += random_between(5000, 25000) * SLOW_DAY;
	s->window.from = from + random_below(86400);
	s->window.to =
	    s->window.from +
	    random_between(days[s->freq] / 8, days[s->freq]) * SLOW_DAY + 1;
	if (s->slow.count > 0 && random_once_in(2))
		s->window.to += 7000 * SLOW_DAY;
	s->window.max = random_once_in(5) ? (size_t)random_between(1, 30) : 0;
}

/* How long it lasts, and how that is said. */
static void
make_length(struct series *s)
{
	char buf[32];

	s->days = random_once_in(4) ? random_between(1, 3) : 0;
	s->seconds =
	    s->days > 0 && random_once_in(2) ? 0 : random_between(1, 300) * 300;
	s->by_end = random_once_in(2);
	if (s->by_end) {
		(void)utc_basic(buf, sizeof(buf),
		    s->start + s->days * SLOW_DAY + s->seconds);
		buf[15] = '\0';
		mem_add(&s->lines, "DTEND;TZID=%s:%s\r\n", s->zone, buf);
	} else {
		mem_add(&s->lines, "DURATION:P%dDT%dS\r\n", (int)s->days,
		    (int)s->seconds);
	}
}

static const char *
make_text(TALLOC_CTX *ctx, const struct series *s)
{
	char buf[32];

	(void)utc_basic(buf, sizeof(buf), s->start);
	buf[15] = '\0';
	return mem_print(ctx,
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
	    "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:19900101T000000Z\r\n"
	    "DTSTART;TZID=%s:%s\r\nRRULE:%s\r\n%sEND:VEVENT\r\n"
	    "%sEND:VCALENDAR\r\n",
	    s->zone, buf, s->rule, s->lines, s->others);
}

/* --- the comparison ------------------------------------------------------ */

static void
show_list(const char *who, const struct list *list)
{
	char a[32];
	char b[32];
	char c[32];
	size_t i;

	print_error("%s: %zu\n", who, list->n);
	for (i = 0; i < list->n && i < 200; i++)
		print_error("  %s/%s of %s%s\n",
		    utc_basic(a, sizeof(a), list->at[i].start),
		    utc_basic(b, sizeof(b), list->at[i].end),
		    utc_basic(c, sizeof(c), list->at[i].id),
		    list->at[i].cancelled ? " cancelled" : "");
}

static void
differ(const struct series *s, const char *text, const char *what)
{
	char a[32];
	char b[32];
	size_t i = 0;

	while (i < expected.n && i < got.n &&
	       memcmp(&expected.at[i], &got.at[i], sizeof(got.at[i])) == 0)
		i++;
	print_error("%sfrom %s to %s, at most %zu\n", text,
	    utc_basic(a, sizeof(a), s->window.from),
	    utc_basic(b, sizeof(b), s->window.to), s->window.max);
	show_list("expected", &expected);
	show_list("got", &got);
	fail_msg("CASE=%d: %s; first difference at %zu", s->number, what, i);
}

/* Leave what is in the window and starts before `covered`. */
static void
list_cut(struct list *list, const struct window *window, int64_t covered)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < list->n; i++)
		if (list->at[i].end > window->from &&
		    list->at[i].start < window->to &&
		    list->at[i].start < covered)
			list->at[n++] = list->at[i];
	list->n = n;
}

/* What was read, in its order. */
static void
take(const struct object *o)
{
	size_t i;

	got.n = 0;
	for (i = 0; i < o->ninstance; i++) {
		const struct instance *in = &o->instance[i];

		got.at[got.n++] = (struct moment){in->start.utc, in->end.utc,
		    in->recurrence_id.utc, in->cancelled};
		assert_true(i == 0 || got.at[i - 1].start <= got.at[i].start);
	}
	list_sort(&got);
}

static void
check_object(const struct series *s, const char *text, const struct object *o)
{
	size_t most = s->window.max > 0 ? s->window.max : LIMIT_INSTANCES;
	size_t all = expected.n;

	take(o);
	if (got.n > most)
		differ(s, text, "too many");
	if (o->covered < s->window.to && got.n < most && all < LIMIT_INSTANCES)
		differ(s, text, "the window is not covered");
	list_cut(&expected, &s->window, o->covered);
	list_cut(&got, &s->window, o->covered);
	if (expected.n != got.n ||
	    memcmp(expected.at, got.at, got.n * sizeof(got.at[0])) != 0)
		differ(s, text, "the lists differ");
	if (o->complete && all != got.n)
		differ(s, text, "is not complete");
	tally.complete += o->complete;
	tally.empty += got.n == 0;
	tally.instances += (int64_t)got.n;
	tally.compared++;
}

/* The first problem that is no note. */
static const struct problem *
trouble(const struct notice *notice)
{
	size_t i;

	for (i = 0; i < notice->nproblem; i++)
		if (notice->problem[i].action != ACTION_NOTE)
			return &notice->problem[i];
	return NULL;
}

static void
check_series(TALLOC_CTX *ctx, const struct series *s)
{
	const char *text = make_text(ctx, s);
	const struct notice *notice =
	    read_message(ctx, text, strlen(text), &s->window);
	const struct problem *problem = trouble(notice);

	if (getenv("CASE") != NULL) {
		print_message("%s", text);
		show_list("expected", &expected);
	}
	assert_int_equal(notice->nobject, 1);
	if (problem == NULL) {
		check_object(s, text, &notice->object[0]);
		return;
	}
	if (strcmp(problem->code, "bad-rule") != 0 ||
	    strstr(problem->text, "too many") == NULL)
		fail_msg("CASE=%d: %s\n%s", s->number, problem->text, text);
	tally.refused++;
}

static void
check_case(int number)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct series s = {.number = number};

	random_begin(2, (unsigned)number);
	s.zone = zones[random_below((int)(sizeof(zones) / sizeof(zones[0])))];
	s.lines = mem_text(ctx, "");
	s.others = mem_text(ctx, "");
	zone_set(s.zone);
	do {
		s.freq = (enum slow_freq)random_between(
		    random_once_in(5) ? SLOW_HOURLY : SLOW_DAILY, SLOW_YEARLY);
		s.start = random_start(1971, 2040);
		/* when clocks are changed */
		if (random_once_in(3))
			s.start += random_below(36) * 300 - s.start % SLOW_DAY;
	} while (!make_rule(ctx, &s));
	make_window(&s);
	make_length(&s);
	fill(&s);
	include(&s);
	exclude(&s);
	change(&s);
	check_series(ctx, &s);
	talloc_free(ctx);
}

/* In the second pass of an overlap half an hour is half an hour. */
static void
test_second_pass(void **state)
{
	static const char text[] =
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
	    "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:19900101T000000Z\r\n"
	    "DTSTART;TZID=Europe/Berlin:20331002T003500\r\n"
	    "DURATION:PT30M\r\nRDATE:20331030T010400Z\r\n"
	    "END:VEVENT\r\nEND:VCALENDAR\r\n";
	const struct window window = {
	    slow_time("20331001T000000Z"), slow_time("20340101T000000Z"), 0};
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct notice *notice =
	    read_message(ctx, text, strlen(text), &window);
	const struct instance *second = &notice->object[0].instance[1];

	(void)state;
	assert_int_equal(notice->object[0].ninstance, 2);
	assert_int_equal(second->start.utc, slow_time("20331030T010400Z"));
	assert_int_equal(second->end.utc, slow_time("20331030T013400Z"));
	talloc_free(ctx);
}

static void
test_series(void **state)
{
	int first;
	int end;
	int alone = random_cases(CASES, &first, &end);
	int i;

	(void)state;
	for (i = first; i < end; i++)
		check_case(i);
	print_message("# %d series, %d refused, %d with an empty window, %d "
		      "complete; %lld instances\n",
	    tally.compared, tally.refused, tally.empty, tally.complete,
	    (long long)tally.instances);
	if (alone)
		return;
	assert_int_equal(tally.compared + tally.refused, CASES);
	assert_in_range(tally.refused, 0, CASES / 20);
	assert_in_range(tally.empty, 0, CASES / 2);
	assert_in_range(tally.complete, CASES / 50, CASES);
	assert_in_range(tally.instances, 10 * CASES, 1000 * CASES);
}

static int
start(void **state)
{
	(void)state;
	read_init();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_second_pass),
	    cmocka_unit_test(test_series),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
