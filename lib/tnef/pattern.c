/* pattern.c - PidLidAppointmentRecur to a rule and dates, see pattern.h */
#include "lib/tnef/pattern.h"

#include <string.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/tnef/text.h"

#define READER_VERSION 0x3004
#define WRITER_2007    0x3009 /* from here on with ChangeHighlight */
#define EPOCH_1601     INT64_C(11644473600)
#define MINUTES_PERDAY 1440
#define INTERVAL_MAX   10000
#define WEEK           0x7F
#define LAST           5

enum frequency {
	DAILY = 0x200A,
	WEEKLY,
	MONTHLY,
	YEARLY
};

enum kind {
	KIND_DAY = 0,
	KIND_WEEK = 1,
	KIND_MONTH = 2,
	KIND_NTH = 3,
	KIND_MONTH_END = 4,
	KIND_HIJRI = 0x0A,
	KIND_HIJRI_NTH = 0x0B,
	KIND_HIJRI_END = 0x0C
};

enum ending {
	END_BY_DATE = 0x2021,
	END_BY_COUNT = 0x2022,
	END_NEVER = 0x2023
};

#define END_NEVER_TOO UINT32_MAX

/* What of a changed instance stands in the blob. */
enum overrides {
	HAS_SUBJECT = 0x0001,
	HAS_MEETING_TYPE = 0x0002,
	HAS_REMINDER_DELTA = 0x0004,
	HAS_REMINDER = 0x0008,
	HAS_LOCATION = 0x0010,
	HAS_BUSY = 0x0020,
	HAS_ATTACHMENT = 0x0040,
	HAS_ALL_DAY = 0x0080,
	HAS_COLOR = 0x0100
};

/* The numbers in front, before they become a rule. */
struct numbers {
	unsigned frequency;
	unsigned kind;
	unsigned calendar;
	uint32_t period;
	uint32_t days; /* bits from Sunday = 1 */
	uint32_t day;  /* of the month, or which of the days */
	uint32_t ending;
	uint32_t count;
	uint32_t first_day;
	int64_t start_date; /* seconds, midnight */
	int64_t end_date;
};

/* Minutes since 1601 to seconds since 1970. */
static int64_t
seconds_of(uint32_t minutes)
{
	return (int64_t)minutes * 60 - EPOCH_1601;
}

/* When the day of a wall clock began. */
static int64_t
midnight_of(int64_t seconds)
{
	return seconds - ((seconds % SECONDS_PER_DAY) + SECONDS_PER_DAY) %
	                     SECONDS_PER_DAY;
}

/* --- the rule -------------------------------------------------------------- */

/* "MO,TU" of bits, each with a number in front if it is not 0. */
static void
add_days(char **rule, uint32_t days, int nth)
{
	static const char *const names[] = {
	    "SU", "MO", "TU", "WE", "TH", "FR", "SA"};
	const char *before = ";BYDAY=";
	int i;

	for (i = 0; i < 7; i++) {
		if ((days >> i & 1) == 0)
			continue;
		mem_add(rule, "%s", before);
		if (nth != 0)
			mem_add(rule, "%d", nth);
		mem_add(rule, "%s", names[i]);
		before = ",";
	}
}

/* A day of the month; where the month is shorter, its last day. */
static void
add_month_day(char **rule, uint32_t day)
{
	uint32_t d;

	if (day <= 28) {
		mem_add(rule, ";BYMONTHDAY=%u", (unsigned)day);
		return;
	}
	if (day == 31) {
		mem_add(rule, ";BYMONTHDAY=-1");
		return;
	}
	mem_add(rule, ";BYMONTHDAY=28");
	for (d = 29; d <= day; d++)
		mem_add(rule, ",%u", (unsigned)d);
	mem_add(rule, ";BYSETPOS=-1");
}

/* The first Monday, the last working day. */
static void
add_nth(char **rule, uint32_t days, uint32_t nth)
{
	int which = nth == LAST ? -1 : (int)nth;

	if ((days & (days - 1)) == 0) {
		add_days(rule, days, which);
	} else {
		add_days(rule, days, 0);
		mem_add(rule, ";BYSETPOS=%d", which);
	}
}

/* Is the end one that there can be? */
static int
ending_is_good(const struct numbers *n)
{
	if (n->ending == END_BY_COUNT)
		return n->count > 0 && n->count <= INT32_MAX;
	return n->ending == END_BY_DATE || n->ending == END_NEVER ||
	       n->ending == END_NEVER_TOO;
}

/* Is the kind one that goes with the frequency, and its numbers possible? */
static int
numbers_are_good(const struct numbers *n)
{
	uint32_t unit = 1;

	if (n->frequency == DAILY && n->kind == KIND_DAY)
		unit = MINUTES_PERDAY;
	if (n->frequency == YEARLY)
		unit = 12;
	if (n->period == 0 || n->period % unit != 0 ||
	    n->period / unit > INTERVAL_MAX || n->first_day > 6 ||
	    !ending_is_good(n))
		return 0;
	switch (n->kind) {
	case KIND_DAY:
		return n->frequency == DAILY;
	case KIND_WEEK:
		return (n->frequency == DAILY || n->frequency == WEEKLY) &&
		       (n->days & WEEK) != 0;
	case KIND_MONTH:
	case KIND_MONTH_END:
		return n->frequency >= MONTHLY && n->day >= 1 && n->day <= 31;
	case KIND_NTH:
		return n->frequency >= MONTHLY && (n->days & WEEK) != 0 &&
		       n->day >= 1 && n->day <= LAST;
	default:
		return 0;
	}
}

/* The end of the series as a part of the rule. */
static void
add_ending(char **rule, const struct numbers *n)
{
	struct civil last = civil_from_seconds(n->end_date);

	if (n->ending == END_BY_COUNT)
		mem_add(rule, ";COUNT=%u", (unsigned)n->count);
	if (n->ending == END_BY_DATE)
		mem_add(rule, ";UNTIL=%04d%02d%02d", last.year, last.month,
		    last.day);
}

/* Months are not those that an RRULE without RSCALE counts. */
static int
is_foreign(const struct numbers *n)
{
	static const unsigned gregorian[] = {
	    0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12};
	size_t i;

	if (n->kind >= KIND_HIJRI)
		return 1;
	for (i = 0; i < sizeof(gregorian) / sizeof(gregorian[0]); i++) {
		if (n->calendar == gregorian[i])
			return 0;
	}
	return n->frequency >= MONTHLY;
}

/* An RRULE value; NULL if the numbers are impossible. */
static char *
make_rule(TALLOC_CTX *ctx, const struct numbers *n)
{
	static const char *const weekday[] = {
	    "SU", "MO", "TU", "WE", "TH", "FR", "SA"};
	struct civil first = civil_from_seconds(n->start_date);
	char *rule;

	if (is_foreign(n))
		return mem_print(ctx, "RSCALE=%s;FREQ=MONTHLY",
		    n->kind >= KIND_HIJRI || n->calendar == 6 ? "ISLAMIC-CIVIL"
							      : "UNKNOWN");
	if (!numbers_are_good(n))
		return NULL;
	if (n->kind == KIND_DAY)
		rule = mem_print(ctx, "FREQ=DAILY;INTERVAL=%u",
		    (unsigned)(n->period / MINUTES_PERDAY));
	else if (n->kind == KIND_WEEK)
		rule = mem_print(
		    ctx, "FREQ=WEEKLY;INTERVAL=%u", (unsigned)n->period);
	else if (n->frequency == MONTHLY)
		rule = mem_print(
		    ctx, "FREQ=MONTHLY;INTERVAL=%u", (unsigned)n->period);
	else
		rule = mem_print(ctx, "FREQ=YEARLY;INTERVAL=%u;BYMONTH=%d",
		    (unsigned)(n->period / 12), first.month);
	if (n->kind == KIND_WEEK)
		add_days(&rule, n->days & WEEK, 0);
	else if (n->kind == KIND_NTH)
		add_nth(&rule, n->days & WEEK, n->day);
	else if (n->kind == KIND_MONTH)
		add_month_day(&rule, n->day);
	else if (n->kind == KIND_MONTH_END)
		mem_add(&rule, ";BYMONTHDAY=-1");
	if (n->kind == KIND_WEEK)
		mem_add(&rule, ";WKST=%s", weekday[n->first_day]);
	add_ending(&rule, n);
	return rule;
}

/* --- the blob -------------------------------------------------------------- */

/* Dates of a list, in seconds; the cursor is bad if there are too many. */
static int64_t *
read_dates(TALLOC_CTX *ctx, struct cursor *c, size_t *n)
{
	uint32_t count = cursor_u32(c);
	int64_t *dates;
	size_t i;

	*n = 0;
	if (count > LIMIT_DATES || count > c->n / 4) {
		c->bad = 1;
		return NULL;
	}
	dates = mem_array(ctx, int64_t, count + 1);
	for (i = 0; i < count; i++)
		dates[i] = seconds_of(cursor_u32(c));
	*n = count;
	return dates;
}

/* All before the deleted dates. */
static void
read_numbers(struct cursor *c, struct numbers *n)
{
	memset(n, 0, sizeof(*n));
	if (cursor_u16(c) != READER_VERSION)
		c->bad = 1;
	(void)cursor_u16(c);
	n->frequency = cursor_u16(c);
	n->kind = cursor_u16(c);
	n->calendar = cursor_u16(c);
	(void)cursor_u32(c);
	n->period = cursor_u32(c);
	(void)cursor_u32(c);
	switch (n->kind) {
	case KIND_DAY:
		break;
	case KIND_WEEK:
		n->days = cursor_u32(c);
		break;
	case KIND_MONTH:
	case KIND_MONTH_END:
	case KIND_HIJRI:
	case KIND_HIJRI_END:
		n->day = cursor_u32(c);
		break;
	case KIND_NTH:
	case KIND_HIJRI_NTH:
		n->days = cursor_u32(c);
		n->day = cursor_u32(c);
		break;
	default:
		c->bad = 1;
	}
	n->ending = cursor_u32(c);
	n->count = cursor_u32(c);
	n->first_day = cursor_u32(c);
	if (n->frequency < DAILY || n->frequency > YEARLY)
		c->bad = 1;
}

/* A text behind its length, which is there twice. */
static const char *
read_narrow(TALLOC_CTX *ctx, struct cursor *c, unsigned codepage)
{
	(void)cursor_u16(c);
	return text_narrow(ctx, cursor_take(c, cursor_u16(c)), codepage);
}

/* A text of UTF-16 behind the number of its units. */
static const char *
read_wide(TALLOC_CTX *ctx, struct cursor *c)
{
	return text_wide(ctx, cursor_take(c, 2 * (size_t)cursor_u16(c)));
}

/* One ExceptionInfo; returns its flags. */
static unsigned
read_change(
    TALLOC_CTX *ctx, struct cursor *c, unsigned codepage, struct change *change)
{
	unsigned flags;

	change->start = seconds_of(cursor_u32(c));
	change->end = seconds_of(cursor_u32(c));
	change->original = seconds_of(cursor_u32(c));
	flags = cursor_u16(c);
	if (flags & HAS_SUBJECT)
		change->subject = read_narrow(ctx, c, codepage);
	if (flags & HAS_MEETING_TYPE)
		(void)cursor_u32(c);
	if (flags & HAS_REMINDER_DELTA)
		(void)cursor_u32(c);
	if (flags & HAS_REMINDER)
		(void)cursor_u32(c);
	if (flags & HAS_LOCATION)
		change->location = read_narrow(ctx, c, codepage);
	change->has_busy = (flags & HAS_BUSY) != 0;
	if (change->has_busy)
		change->busy = cursor_i32(c);
	if (flags & HAS_ATTACHMENT)
		(void)cursor_u32(c);
	change->has_all_day = (flags & HAS_ALL_DAY) != 0;
	if (change->has_all_day)
		change->all_day = cursor_u32(c) != 0;
	if (flags & HAS_COLOR)
		(void)cursor_u32(c);
	return flags;
}

/* One ExtendedException: the same texts in UTF-16. */
static void
read_extended(TALLOC_CTX *ctx, struct cursor *c, uint32_t writer,
    unsigned flags, struct change *change)
{
	const char *subject = NULL;
	const char *location = NULL;

	if (writer >= WRITER_2007)
		(void)cursor_take(c, cursor_u32(c));
	(void)cursor_take(c, cursor_u32(c));
	if ((flags & (HAS_SUBJECT | HAS_LOCATION)) == 0)
		return;
	(void)cursor_take(c, 12);
	if (flags & HAS_SUBJECT)
		subject = read_wide(ctx, c);
	if (flags & HAS_LOCATION)
		location = read_wide(ctx, c);
	(void)cursor_take(c, cursor_u32(c));
	if (c->bad)
		return;
	change->subject = subject;
	change->location = location;
}

/* The changed instances; damage in the UTF-16 texts is no matter. */
static void
read_changes(
    TALLOC_CTX *ctx, struct cursor *c, struct pattern *p, unsigned codepage)
{
	uint32_t writer, first, last;
	unsigned *flags;
	size_t count;

	(void)cursor_u32(c);
	writer = cursor_u32(c);
	first = cursor_u32(c);
	last = cursor_u32(c);
	p->end = p->start + (int64_t)last * 60;
	p->start += (int64_t)first * 60;
	count = cursor_u16(c);
	if (count >= LIMIT_COMPONENTS || count > c->n / 14 ||
	    first >= MINUTES_PERDAY)
		c->bad = 1;
	if (c->bad)
		return;
	p->change = mem_array(ctx, struct change, count + 1);
	flags = mem_array(ctx, unsigned, count + 1);
	for (; p->nchange < count; p->nchange++)
		flags[p->nchange] =
		    read_change(ctx, c, codepage, &p->change[p->nchange]);
	if (c->bad)
		return;
	(void)cursor_take(c, cursor_u32(c));
	for (count = 0; count < p->nchange && !c->bad; count++)
		read_extended(ctx, c, writer, flags[count], &p->change[count]);
	c->bad = 0;
}

/* Is there a changed instance in place of the one that day? */
static int
is_changed(const struct pattern *p, int64_t date)
{
	size_t i;

	for (i = 0; i < p->nchange; i++) {
		if (midnight_of(p->change[i].original) == date)
			return 1;
	}
	return 0;
}

/* Days that are gone to starts of instances that are. */
static void
fill_deleted(struct pattern *p, size_t ndates)
{
	int64_t time = p->start - midnight_of(p->start);
	size_t i;

	for (i = 0; i < ndates; i++) {
		if (!is_changed(p, midnight_of(p->deleted[i])))
			p->deleted[p->ndeleted++] =
			    midnight_of(p->deleted[i]) + time;
	}
}

struct pattern *
pattern_read(
    TALLOC_CTX *ctx, struct span bytes, unsigned codepage, const char **fault)
{
	struct pattern *p = mem_new(ctx, struct pattern);
	struct cursor c = cursor_new(bytes);
	struct numbers n;
	size_t ndates, nnew;

	*fault = "it is damaged";
	read_numbers(&c, &n);
	p->deleted = read_dates(p, &c, &ndates);
	(void)read_dates(p, &c, &nnew);
	n.start_date = seconds_of(cursor_u32(&c));
	n.end_date = seconds_of(cursor_u32(&c));
	p->start = midnight_of(n.start_date);
	if (c.bad)
		return NULL;
	read_changes(p, &c, p, codepage);
	if (c.bad)
		return NULL;
	fill_deleted(p, ndates);
	p->rule = make_rule(p, &n);
	if (p->rule == NULL)
		*fault = "it says what cannot be";
	return p->rule == NULL ? NULL : p;
}
