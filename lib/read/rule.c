/* rule.c - an RRULE value to struct rule, see recur.h */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/facts/limits.h"
#include "lib/read/recur.h"
#include "lib/read/when.h"

#define TEXT_MAX     2000
#define INTERVAL_MAX 100000

/* A number with sign; 0 if it is none, or outside min..max, or 0 itself. */
static int
read_number(const char *s, int64_t min, int64_t max, int64_t *value)
{
	char *end;
	const char *p = s;

	if (*p == '+' || *p == '-')
		p++;
	if (!isdigit((unsigned char)*p) || strlen(p) > 12)
		return 0;
	*value = strtoll(s, &end, 10);
	return *end == '\0' && *value >= min && *value <= max;
}

/* The next word of a comma list, cut out in place; NULL at the end. */
static char *
next_word(char **list)
{
	char *word = *list;
	char *comma;

	if (word != NULL)
		word += strspn(word, ",");
	if (word == NULL || *word == '\0')
		return NULL;
	comma = strchr(word, ',');
	if (comma != NULL)
		*comma++ = '\0';
	*list = comma;
	return word;
}

/* A list of numbers from min on into a set of bits. */
static int
read_bits(char *list, int64_t min, int64_t max, uint64_t *bits)
{
	char *word;
	int64_t value;

	while ((word = next_word(&list)) != NULL) {
		if (!read_number(word, min, max, &value))
			return 0;
		*bits |= UINT64_C(1) << value;
	}
	return 1;
}

/* A list of numbers 1..max or -1..-max into two sets. */
static int
read_signed(char *list, int64_t max, unsigned char *set, unsigned char *back)
{
	char *word;
	int64_t value;

	while ((word = next_word(&list)) != NULL) {
		if (!read_number(word, -max, max, &value) || value == 0)
			return 0;
		if (value > 0)
			set[value] = 1;
		else
			back[-value] = 1;
	}
	return 1;
}

/* "SU".."SA" to 0..6, -1 if it is none. */
static int
read_weekday(const char *s)
{
	static const char *const names[] = {
	    "SU", "MO", "TU", "WE", "TH", "FR", "SA"};
	int i;

	for (i = 0; i < 7; i++) {
		if (strcmp(s, names[i]) == 0)
			return i;
	}
	return -1;
}

/* One "-1SU" into the rule. */
static int
add_weekday(char *word, struct rule *rule)
{
	size_t n = strlen(word);
	int64_t value;
	int weekday;

	if (n < 2)
		return 0;
	weekday = read_weekday(word + n - 2);
	if (weekday < 0)
		return 0;
	if (n == 2) {
		rule->weekday |= 1U << weekday;
		return 1;
	}
	word[n - 2] = '\0';
	if (!read_number(word, -53, 53, &value) || value == 0 ||
	    rule->nnth >= RULE_NTH_MAX)
		return 0;
	rule->nth[rule->nnth].n = (int)value;
	rule->nth[rule->nnth++].weekday = weekday;
	return 1;
}

static int
part_freq(char *value, struct rule *rule)
{
	static const char *const names[] = {"YEARLY", "MONTHLY", "WEEKLY",
	    "DAILY", "HOURLY", "MINUTELY", "SECONDLY"};
	int i;

	for (i = 0; i <= FREQ_SECONDLY; i++) {
		if (strcmp(value, names[i]) == 0) {
			rule->freq = (enum freq)i;
			return 1;
		}
	}
	return 0;
}

static int
part_interval(char *value, struct rule *rule)
{
	return read_number(value, 1, INTERVAL_MAX, &rule->interval);
}

static int
part_count(char *value, struct rule *rule)
{
	return read_number(value, 1, INT64_C(99999999999), &rule->count);
}

/* A time with what its writer put around it: TZID=X: before, - and : in it. */
static enum stamp_result
read_odd_stamp(const char *value, struct stamp *stamp)
{
	const char *p =
	    strncmp(value, "TZID=", 5) == 0 || strncmp(value, "VALUE=", 6) == 0
		? strpbrk(value, ":")
		: value - 1;
	char plain[20];
	size_t n = 0;

	if (p == NULL)
		return STAMP_BAD;
	for (p++; *p != '\0' && *p != '.'; p++) {
		if (*p == '-' || *p == ':')
			continue;
		if (n + 1 >= sizeof(plain))
			return STAMP_BAD;
		plain[n++] = *p;
	}
	if (*p == '.' && p[1 + strspn(p + 1, "0123456789")] == 'Z')
		plain[n++] = 'Z';
	return stamp_read(plain, n, 1, stamp);
}

static int
part_until(char *value, struct rule *rule)
{
	struct stamp stamp;

	if (stamp_read(value, strlen(value), 1, &stamp) != STAMP_OK) {
		if (read_odd_stamp(value, &stamp) != STAMP_OK)
			return 0;
		rule->until_odd = 1;
	}
	rule->has_until = 1;
	rule->until_date = stamp.date;
	rule->until_utc = stamp.utc;
	rule->until = civil_seconds(&stamp.wall);
	if (stamp.date)
		rule->until += SECONDS_PER_DAY - 1;
	return 1;
}

static int
part_bymonth(char *value, struct rule *rule)
{
	uint64_t bits = 0;

	if (!read_bits(value, 1, 12, &bits))
		return 0;
	rule->month = (unsigned)bits;
	return 1;
}

static int
part_bymonthday(char *value, struct rule *rule)
{
	unsigned char set[32] = {0};
	unsigned char back[32] = {0};
	int i;

	if (!read_signed(value, 31, set, back))
		return 0;
	for (i = 1; i <= 31; i++) {
		rule->monthday |= (uint32_t)set[i] << i;
		rule->monthday_back |= (uint32_t)back[i] << i;
	}
	return 1;
}

static int
part_byyearday(char *value, struct rule *rule)
{
	rule->has_yearday = 1;
	return read_signed(value, 366, rule->yearday, rule->yearday_back);
}

static int
part_byweekno(char *value, struct rule *rule)
{
	rule->has_weekno = 1;
	return read_signed(value, 53, rule->weekno, rule->weekno_back);
}

static int
part_bysetpos(char *value, struct rule *rule)
{
	rule->has_setpos = 1;
	return read_signed(value, 366, rule->setpos, rule->setpos_back);
}

static int
part_byday(char *value, struct rule *rule)
{
	char *word;

	while ((word = next_word(&value)) != NULL) {
		if (!add_weekday(word, rule))
			return 0;
	}
	return 1;
}

static int
part_byhour(char *value, struct rule *rule)
{
	uint64_t bits = 0;

	if (!read_bits(value, 0, 23, &bits))
		return 0;
	rule->hour = (uint32_t)bits;
	return 1;
}

static int
part_byminute(char *value, struct rule *rule)
{
	return read_bits(value, 0, 59, &rule->minute);
}

static int
part_bysecond(char *value, struct rule *rule)
{
	if (!read_bits(value, 0, 60, &rule->second))
		return 0;
	if ((rule->second >> 60 & 1) != 0)
		rule->second =
		    (rule->second & ~(UINT64_C(1) << 60)) | UINT64_C(1) << 59;
	return 1;
}

static int
part_wkst(char *value, struct rule *rule)
{
	rule->week_start = read_weekday(value);
	return rule->week_start >= 0;
}

/* Checked before all others, see check_rscale(). */
static int
part_rscale(char *value, struct rule *rule)
{
	(void)value;
	(void)rule;
	return 1;
}

static int
part_skip(char *value, struct rule *rule)
{
	rule->skip = strcmp(value, "OMIT") != 0;
	return !rule->skip || strcmp(value, "FORWARD") == 0 ||
	       strcmp(value, "BACKWARD") == 0;
}

static const struct rule_part {
	const char *name;
	int (*read)(char *value, struct rule *rule);
	enum action action;
} rule_parts[] = {
    {"FREQ", part_freq, ACTION_DECLINE},
    {"INTERVAL", part_interval, ACTION_HOLD},
    {"COUNT", part_count, ACTION_HOLD},
    {"UNTIL", part_until, ACTION_DECLINE},
    {"BYMONTH", part_bymonth, ACTION_DECLINE},
    {"BYMONTHDAY", part_bymonthday, ACTION_DECLINE},
    {"BYYEARDAY", part_byyearday, ACTION_DECLINE},
    {"BYWEEKNO", part_byweekno, ACTION_DECLINE},
    {"BYDAY", part_byday, ACTION_DECLINE},
    {"BYHOUR", part_byhour, ACTION_DECLINE},
    {"BYMINUTE", part_byminute, ACTION_DECLINE},
    {"BYSECOND", part_bysecond, ACTION_DECLINE},
    {"BYSETPOS", part_bysetpos, ACTION_DECLINE},
    {"WKST", part_wkst, ACTION_DECLINE},
    {"RSCALE", part_rscale, ACTION_DECLINE},
    {"SKIP", part_skip, ACTION_DECLINE},
};

#define NPARTS (sizeof(rule_parts) / sizeof(rule_parts[0]))

/* One "NAME=VALUE"; 0 with the fault set. */
static int
read_part(char *part, unsigned *seen, struct rule *rule, struct fault *fault)
{
	char *value = strchr(part, '=');
	size_t i;

	if (value == NULL)
		return fault_set(fault, ACTION_DECLINE, "bad-rule",
		    "The recurrence rule has a part without value: %.40s",
		    part);
	*value++ = '\0';
	for (i = 0; i < NPARTS && strcmp(part, rule_parts[i].name) != 0; i++)
		;
	if (i == NPARTS)
		return fault_set(fault, ACTION_DECLINE, "bad-rule",
		    "The recurrence rule has a part that is not known: %.40s",
		    part);
	if ((*seen & 1U << i) != 0)
		return fault_set(fault, ACTION_DECLINE, "bad-rule",
		    "The recurrence rule has %.40s twice.", part);
	*seen |= 1U << i;
	/* "WKST=" and the like, as some clients write it */
	if (*value == '\0' && i > 3)
		return 1;
	if (!rule_parts[i].read(value, rule))
		return fault_set(fault, rule_parts[i].action, "bad-rule",
		    "The recurrence rule has a value that cannot be: "
		    "%.40s=%.60s",
		    part, value);
	return 1;
}

/* How many days one period of the rule can have at most. */
static int64_t
days_of_period(const struct rule *rule)
{
	int64_t days = rule->freq == FREQ_YEARLY    ? 366
	               : rule->freq == FREQ_MONTHLY ? 31
	               : rule->freq == FREQ_WEEKLY  ? 7
	                                            : 1;
	int64_t months = __builtin_popcount(rule->month);
	int64_t monthdays = __builtin_popcount(rule->monthday) +
	                    __builtin_popcount(rule->monthday_back);
	int64_t weekdays =
	    __builtin_popcount(rule->weekday) + (int64_t)rule->nnth;

	if (rule->freq == FREQ_YEARLY && months > 0 && days > months * 31)
		days = months * 31;
	if (rule->freq == FREQ_YEARLY && monthdays > 0) {
		monthdays *= months > 0 ? months : 12;
	} else if (rule->freq == FREQ_YEARLY && weekdays > 0) {
		weekdays *= 53;
	} else if (rule->freq == FREQ_MONTHLY) {
		weekdays *= 5;
	}
	if (monthdays > 0 && monthdays < days)
		days = monthdays;
	if (weekdays > 0 && weekdays < days)
		days = weekdays;
	if (rule->freq <= FREQ_MONTHLY && monthdays == 0 && weekdays == 0 &&
	    !rule->has_yearday && !rule->has_weekno)
		days = months > 0 && rule->freq == FREQ_YEARLY ? months : 1;
	return days;
}

/* How many occurrences one period of the rule can have at most. */
static int64_t
product_of(const struct rule *rule)
{
	int64_t product = days_of_period(rule);

	if (rule->freq < FREQ_HOURLY && rule->hour != 0)
		product *= __builtin_popcount(rule->hour);
	if (rule->freq < FREQ_MINUTELY && rule->minute != 0)
		product *= __builtin_popcountll(rule->minute);
	if (rule->freq < FREQ_SECONDLY && rule->second != 0)
		product *= __builtin_popcountll(rule->second);
	return product;
}

/* Which parts may stand together, RFC 5545 page 44; 0 with the fault set. */
static int
check_rule(const struct rule *rule, struct fault *fault)
{
	int weekly_or_less = rule->freq >= FREQ_WEEKLY;
	const char *what = NULL;

	if (rule->has_weekno && rule->freq != FREQ_YEARLY)
		what = "BYWEEKNO needs FREQ=YEARLY";
	if (rule->has_yearday &&
	    (rule->freq == FREQ_DAILY || rule->freq == FREQ_WEEKLY ||
		rule->freq == FREQ_MONTHLY))
		what = "BYYEARDAY does not go with that FREQ";
	if ((rule->monthday | rule->monthday_back) != 0 &&
	    rule->freq == FREQ_WEEKLY)
		what = "BYMONTHDAY does not go with FREQ=WEEKLY";
	if (rule->nnth > 0 && (weekly_or_less || rule->has_weekno))
		what = "a number in BYDAY does not go with that FREQ";
	if (rule->has_setpos && rule->month == 0 && rule->monthday == 0 &&
	    rule->monthday_back == 0 && !rule->has_yearday &&
	    !rule->has_weekno && rule->weekday == 0 && rule->nnth == 0 &&
	    rule->hour == 0 && rule->minute == 0 && rule->second == 0)
		what = "BYSETPOS alone has no meaning";
	if (product_of(rule) > LIMIT_BY_PRODUCT)
		what = "it gives too many dates in one period";
	if (what == NULL)
		return 1;
	return fault_set(fault, ACTION_DECLINE, "bad-rule",
	    "The recurrence rule cannot be followed: %s.", what);
}

/* Is it a byte of a word: a blank between two of them parts two words? */
static int
is_word(char c)
{
	return c != '\0' && strchr(";,=", c) == NULL;
}

/*
 * Copy in upper case, without blanks around the separators; one between two
 * words stays, so that "2 8" is not 28.  0 if it does not fit.
 */
static int
squeeze(const char *text, char *out, size_t size)
{
	size_t n = 0;
	int blank = 0;

	for (; *text != '\0'; text++) {
		if (isspace((unsigned char)*text)) {
			blank = 1;
			continue;
		}
		if (n + 2 >= size)
			return 0;
		if (blank && n > 0 && is_word(out[n - 1]) && is_word(*text))
			out[n++] = ' ';
		blank = 0;
		out[n++] = (char)toupper((unsigned char)*text);
	}
	out[n] = '\0';
	return 1;
}

/* Months of another calendar are not to be taken for ours. */
static int
check_rscale(const char *text, struct fault *fault)
{
	const char *found = strstr(text, "RSCALE=");
	const char *name = found == NULL ? NULL : found + 7;
	size_t n;

	if (found == NULL || (found != text && found[-1] != ';'))
		return 1;
	n = strcspn(name, ";");
	if (n == 0 || (n == 9 && strncmp(name, "GREGORIAN", n) == 0) ||
	    (n == 7 && strncmp(name, "GREGORY", n) == 0))
		return 1;
	return fault_set(fault, ACTION_DECLINE, "bad-rule",
	    "The recurrence rule counts in the calendar %.*s; only GREGORIAN "
	    "is understood.",
	    n > 40 ? 40 : (int)n, name);
}

int
rule_read(const char *text, struct rule *rule, struct fault *fault)
{
	char copy[TEXT_MAX];
	char *part = copy;
	char *next;
	unsigned seen = 0;

	memset(rule, 0, sizeof(*rule));
	rule->interval = 1;
	rule->week_start = 1;
	if (!squeeze(text, copy, sizeof(copy)))
		return fault_set(fault, ACTION_DECLINE, "bad-rule",
		    "The recurrence rule is too long.");
	if (!check_rscale(copy, fault))
		return 0;
	for (; part != NULL; part = next) {
		next = strchr(part, ';');
		if (next != NULL)
			*next++ = '\0';
		if (*part != '\0' && !read_part(part, &seen, rule, fault))
			return 0;
	}
	if ((seen & 1U) == 0)
		return fault_set(fault, ACTION_DECLINE, "bad-rule",
		    "The recurrence rule has no FREQ.");
	return check_rule(rule, fault);
}
