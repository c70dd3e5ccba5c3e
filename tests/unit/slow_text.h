/*
 * slow_text.h - the text of a recurrence rule by the grammar of RFC 5545
 *
 * For slow_rule.h: section 3.3.10, from "recur" to "setposday", and the
 * sentences there that say what must not be.
 */
#ifndef TESTS_UNIT_SLOW_TEXT_H
#define TESTS_UNIT_SLOW_TEXT_H

#include "tests/unit/slow_calendar.h"

enum slow_freq {
	SLOW_SECONDLY,
	SLOW_MINUTELY,
	SLOW_HOURLY,
	SLOW_DAILY,
	SLOW_WEEKLY,
	SLOW_MONTHLY,
	SLOW_YEARLY
};

/* The parts that are lists of numbers. */
enum slow_part {
	SLOW_BYMONTH,
	SLOW_BYWEEKNO,
	SLOW_BYYEARDAY,
	SLOW_BYMONTHDAY,
	SLOW_BYHOUR,
	SLOW_BYMINUTE,
	SLOW_BYSECOND,
	SLOW_BYSETPOS,
	SLOW_PARTS
};

struct slow_list {
	int given;
	unsigned char plus[367];
	unsigned char minus[367];
};

#define SLOW_NTH 64

struct slow_rule {
	int has_freq;
	enum slow_freq freq;
	int64_t interval;
	int64_t count; /* 0: none */
	int has_until;
	int64_t until; /* inclusive; of a date its last second */
	int wkst;
	struct slow_list by[SLOW_PARTS];
	int byday; /* is given */
	int nnth;  /* its elements */
	struct {
		int n; /* 0: none */
		int weekday;
	} nth[SLOW_NTH];
};

/* "SU" ... "SA", or -1. */
static int
slow_weekday(const char *s)
{
	static const char names[] = "SUMOTUWETHFRSA";
	int i;

	for (i = 0; i < 7; i++)
		if (strncmp(s, names + 2 * i, 2) == 0)
			return i;
	return -1;
}

/* A number of at most nine digits; *s is moved behind it. */
static int
slow_number(const char **s, int64_t *value)
{
	size_t n = strspn(*s, "0123456789");

	if (n == 0 || n > 9)
		return 0;
	*value = strtol(*s, NULL, 10);
	*s += n;
	return 1;
}

/* An optional sign: 1 or -1. */
static int
slow_sign(const char **s)
{
	if (**s != '+' && **s != '-')
		return 1;
	return *(*s)++ == '-' ? -1 : 1;
}

/* "1,-2,+3" */
static int
slow_read_list(const char *s, int part, struct slow_list *list)
{
	static const struct {
		int min, max, negative;
	} range[SLOW_PARTS] = {{1, 12, 0}, {1, 53, 1}, {1, 366, 1}, {1, 31, 1},
	    {0, 23, 0}, {0, 59, 0}, {0, 60, 0}, {1, 366, 1}};
	int64_t value;
	int sign;

	list->given = 1;
	for (;;) {
		sign = slow_sign(&s);
		if (!slow_number(&s, &value) || value < range[part].min ||
		    value > range[part].max ||
		    (sign < 0 && !range[part].negative))
			return 0;
		(sign < 0 ? list->minus : list->plus)[value] = 1;
		if (*s == '\0')
			return 1;
		if (*s++ != ',')
			return 0;
	}
}

/* "MO,-1SU" */
static int
slow_read_days(const char *s, struct slow_rule *r)
{
	int64_t value;
	int sign;

	r->byday = 1;
	for (; r->nnth < SLOW_NTH; r->nnth++) {
		sign = slow_sign(&s);
		value = 0;
		if (*s >= '0' && *s <= '9' &&
		    (!slow_number(&s, &value) || value < 1 || value > 53))
			return 0;
		r->nth[r->nnth].n = sign * (int)value;
		r->nth[r->nnth].weekday = slow_weekday(s);
		if (r->nth[r->nnth].weekday < 0)
			return 0;
		s += 2;
		if (*s == '\0')
			return r->nnth++ >= 0;
		if (*s++ != ',')
			return 0;
	}
	return 0;
}

/* UNTIL: "bounds the recurrence rule in an inclusive manner". */
static int
slow_read_until(const char *value, struct slow_rule *r)
{
	size_t n = strspn(value, "0123456789");

	if (n != 8 ||
	    (value[8] != '\0' &&
		(value[8] != 'T' || strspn(value + 9, "0123456789") != 6 ||
		    strcmp(value + 9, "240000") >= 0 || value[11] > '5' ||
		    value[13] > '5' ||
		    strspn(value + 15, "Z") != strlen(value + 15))))
		return 0;
	r->has_until = 1;
	r->until = slow_time(value);
	if (r->until != INT64_MIN && value[8] == '\0')
		r->until += SLOW_DAY - 1;
	return r->until != INT64_MIN;
}

/* FREQ, INTERVAL, COUNT, UNTIL, WKST: 1, or 0 if it is bad or none of them. */
static int
slow_read_plain(const char *name, const char *value, struct slow_rule *r)
{
	static const char *const freqs[] = {"SECONDLY", "MINUTELY", "HOURLY",
	    "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
	int i;

	if (strcmp(name, "INTERVAL") == 0)
		return slow_number(&value, &r->interval) && r->interval > 0;
	if (strcmp(name, "COUNT") == 0)
		return slow_number(&value, &r->count) && r->count > 0;
	if (strcmp(name, "WKST") == 0)
		return (r->wkst = slow_weekday(value)) >= 0;
	if (strcmp(name, "UNTIL") == 0)
		return slow_read_until(value, r);
	for (i = SLOW_SECONDLY; i <= SLOW_YEARLY; i++)
		if (strcmp(name, "FREQ") == 0 && strcmp(value, freqs[i]) == 0) {
			r->freq = (enum slow_freq)i;
			return r->has_freq++ == 0;
		}
	return 0;
}

/* Read one part, "NAME=VALUE"; "MUST only be specified once". */
static int
slow_read_part(char *part, struct slow_rule *r)
{
	static const char *const names[SLOW_PARTS] = {"BYMONTH", "BYWEEKNO",
	    "BYYEARDAY", "BYMONTHDAY", "BYHOUR", "BYMINUTE", "BYSECOND",
	    "BYSETPOS"};
	char *value = strchr(part, '=');
	int i;

	if (value == NULL)
		return 0;
	*value++ = '\0';
	for (i = 0; i < SLOW_PARTS; i++)
		if (strcmp(part, names[i]) == 0)
			return !r->by[i].given &&
			       slow_read_list(value, i, &r->by[i]);
	if (strcmp(part, "BYDAY") == 0)
		return !r->byday && slow_read_days(value, r);
	return slow_read_plain(part, value, r);
}

/* Read a rule by the grammar; 0 if it is none. */
static int
slow_read(const char *text, struct slow_rule *r)
{
	char copy[4000];
	char *p = copy;
	char *end;

	slow_calendar();
	memset(r, 0, sizeof(*r));
	r->interval = 1; /* "The default value is "1"" */
	r->wkst = 1;     /* "The default value is MO" */
	if (strlen(text) >= sizeof(copy))
		return 0;
	(void)strcpy(copy, text);
	for (; p != NULL; p = end) {
		end = strchr(p, ';');
		if (end != NULL)
			*end++ = '\0';
		if (!slow_read_part(p, r))
			return 0;
	}
	/* "This rule part MUST be specified in the recurrence rule" */
	return r->has_freq;
}

/* Has BYDAY a number? */
static int
slow_has_nth(const struct slow_rule *r)
{
	int i;

	for (i = 0; i < r->nnth; i++)
		if (r->nth[i].n != 0)
			return 1;
	return 0;
}

/*
 * Is there a part that "MUST NOT" be there (the table's N/A, and sentences)?
 * What such a rule means is nowhere said.
 */
static inline int
slow_is_forbidden(const struct slow_rule *r)
{
	const struct slow_list *by = r->by;
	int others = r->byday;
	int i;

	for (i = 0; i < SLOW_BYSETPOS; i++)
		others |= by[i].given;
	/* "It MUST only be used in conjunction with another BYxxx rule part" */
	if (by[SLOW_BYSETPOS].given && !others)
		return 1;
	if (by[SLOW_BYWEEKNO].given && r->freq != SLOW_YEARLY)
		return 1;
	if (by[SLOW_BYYEARDAY].given &&
	    (r->freq == SLOW_DAILY || r->freq == SLOW_WEEKLY ||
		r->freq == SLOW_MONTHLY))
		return 1;
	if (by[SLOW_BYMONTHDAY].given && r->freq == SLOW_WEEKLY)
		return 1;
	/* "MUST NOT be specified with a numeric value when the FREQ rule part
	 * is not set to MONTHLY or YEARLY ... [nor] with the FREQ rule part set
	 * to YEARLY when the BYWEEKNO rule part is specified" */
	return slow_has_nth(r) &&
	       (r->freq < SLOW_MONTHLY || by[SLOW_BYWEEKNO].given);
}

#endif
