/* clock.c - rules of zones as Windows keeps them, see clock.h */
#include "lib/tnef/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/tnef/text.h"

#define BIAS_MAX   (24 * 60) /* minutes */
#define OFFSET_MAX (14 * 3600)
#define NAME_MAX   255 /* characters of a key */
#define RULES_MAX  1024
#define IN_EFFECT  0x0002 /* flag of a rule */

/* A SYSTEMTIME that stands for a day of each year. */
struct yearly {
	int month; /* 0: there is no change of clocks */
	struct tzdate date;
	int good; /* 0: a day of one year only, or nonsense */
};

/* A SYSTEMTIME off the cursor. */
static struct yearly
read_yearly(struct cursor *c)
{
	struct yearly y;
	int year = cursor_u16(c);
	int hour, minute, second;

	memset(&y, 0, sizeof(y));
	y.month = cursor_u16(c);
	y.date.kind = TZDAY_WEEKDAY;
	y.date.month = y.month;
	y.date.day = cursor_u16(c);
	y.date.week = cursor_u16(c);
	hour = cursor_u16(c);
	minute = cursor_u16(c);
	second = cursor_u16(c);
	(void)cursor_u16(c);
	y.date.time = hour * 3600 + minute * 60 + second;
	y.good = year == 0 && y.month <= 12 && y.date.day <= 6 &&
	         y.date.week >= 1 && y.date.week <= 5 && hour <= 23 &&
	         minute <= 59 && second <= 59;
	return y;
}

/* The offset of minutes west of UTC; 0 in *good if that is nowhere. */
static int
offset_of(int32_t bias, int32_t more, int *good)
{
	if (bias < -BIAS_MAX || bias > BIAS_MAX || more < -BIAS_MAX ||
	    more > BIAS_MAX) {
		*good = 0;
		return 0;
	}
	return -60 * (bias + more);
}

/* Biases and dates to a rule. */
static struct zoneclock
make_clock(const int32_t bias[3], const struct yearly *standard,
    const struct yearly *daylight)
{
	struct zoneclock clock;
	int good = 1;

	memset(&clock, 0, sizeof(clock));
	clock.name = "";
	clock.rule.has_dst = standard->month != 0 && daylight->month != 0;
	clock.rule.std.offset =
	    offset_of(bias[0], clock.rule.has_dst ? bias[1] : 0, &good);
	clock.rule.dst.offset = offset_of(bias[0], bias[2], &good);
	clock.rule.dst.dst = 1;
	clock.rule.start = daylight->date;
	clock.rule.end = standard->date;
	if (clock.rule.has_dst && (!standard->good || !daylight->good))
		good = 0;
	clock.known = good;
	return clock;
}

struct zoneclock
clock_from_struct(struct span bytes)
{
	struct cursor c = cursor_new(bytes);
	struct yearly standard, daylight;
	struct zoneclock clock;
	int32_t bias[3];

	bias[0] = cursor_i32(&c);
	bias[1] = cursor_i32(&c);
	bias[2] = cursor_i32(&c);
	(void)cursor_u16(&c);
	standard = read_yearly(&c);
	(void)cursor_u16(&c);
	daylight = read_yearly(&c);
	clock = make_clock(bias, &standard, &daylight);
	if (c.bad)
		clock.known = 0;
	return clock;
}

/* One rule of a definition; 1 in *in_effect if it is the one that counts. */
static struct zoneclock
read_rule(struct cursor *c, int *in_effect)
{
	struct yearly standard, daylight;
	int32_t bias[3];

	(void)cursor_take(c, 4);
	*in_effect = (cursor_u16(c) & IN_EFFECT) != 0;
	(void)cursor_take(c, 16);
	bias[0] = cursor_i32(c);
	bias[1] = cursor_i32(c);
	bias[2] = cursor_i32(c);
	standard = read_yearly(c);
	daylight = read_yearly(c);
	return make_clock(bias, &standard, &daylight);
}

struct zoneclock
clock_from_definition(TALLOC_CTX *ctx, struct span bytes)
{
	struct cursor c = cursor_new(bytes);
	struct zoneclock clock;
	const char *name;
	size_t length;
	unsigned rules, i;
	int in_effect = 0;

	memset(&clock, 0, sizeof(clock));
	clock.name = "";
	(void)cursor_take(&c, 6);
	length = cursor_u16(&c);
	if (length > NAME_MAX)
		return clock;
	name = text_wide(ctx, cursor_take(&c, 2 * length));
	rules = cursor_u16(&c);
	if (rules > RULES_MAX)
		return clock;
	/* Without a flag the last rule counts, the one of the latest years. */
	for (i = 0; i < rules && !c.bad && !in_effect; i++)
		clock = read_rule(&c, &in_effect);
	clock.name = name;
	if (c.bad)
		clock.known = 0;
	return clock;
}

struct zoneclock
clock_from_offset(int64_t seconds)
{
	struct zoneclock clock;

	memset(&clock, 0, sizeof(clock));
	clock.name = "";
	if (seconds < -OFFSET_MAX || seconds > OFFSET_MAX || seconds % 900 != 0)
		return clock;
	clock.known = 1;
	clock.rule.std.offset = (int)seconds;
	return clock;
}

int64_t
clock_wall(const struct zoneclock *clock, int64_t utc)
{
	return utc + tzrule_span(&clock->rule, utc).type->offset;
}

/* "+0100" */
static const char *
offset_text(char *buf, size_t size, int offset)
{
	int minutes = abs(offset) / 60;

	(void)snprintf(buf, size, "%c%02d%02d", offset < 0 ? '-' : '+',
	    minutes / 60, minutes % 60);
	return buf;
}

/* STANDARD or DAYLIGHT; date NULL: for ever. */
static void
print_observance(
    char **text, const char *kind, int from, int to, const struct tzdate *date)
{
	static const char *const days[] = {
	    "SU", "MO", "TU", "WE", "TH", "FR", "SA"};
	char a[16], b[16];
	int time = date == NULL ? 0 : date->time;

	mem_add(text, "BEGIN:%s\r\nDTSTART:16010101T%02d%02d%02d\r\n", kind,
	    time / 3600 % 24, time / 60 % 60, time % 60);
	mem_add(text, "TZOFFSETFROM:%s\r\nTZOFFSETTO:%s\r\n",
	    offset_text(a, sizeof(a), from), offset_text(b, sizeof(b), to));
	if (date != NULL)
		mem_add(text, "RRULE:FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s\r\n",
		    date->month, date->week == 5 ? -1 : date->week,
		    days[date->day]);
	mem_add(text, "END:%s\r\n", kind);
}

void
clock_print(const struct zoneclock *clock, const char *tzid, char **text)
{
	const struct tzrule *rule = &clock->rule;
	int winter = rule->std.offset;
	int summer = rule->dst.offset;

	mem_add(text, "BEGIN:VTIMEZONE\r\nTZID:%s\r\n", tzid);
	if (rule->has_dst) {
		print_observance(text, "STANDARD", summer, winter, &rule->end);
		print_observance(
		    text, "DAYLIGHT", winter, summer, &rule->start);
	} else {
		print_observance(text, "STANDARD", winter, winter, NULL);
	}
	mem_add(text, "END:VTIMEZONE\r\n");
}
