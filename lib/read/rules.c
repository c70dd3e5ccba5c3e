/*
 * rules.c - the RRULEs and EXRULEs of a component, on the clock of its DTSTART
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/read/bytes.h"
#include "lib/read/event.h"

/* More of them is no calendar but an attack. */
#define RULES_MAX 10

/* What is odd about a rule and yet understood. */
static void
note_oddities(const struct context *context, const struct rule *rule)
{
	if (rule->count > 0 && rule->has_until)
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "count-and-until",
		    "The rule has COUNT and UNTIL; the earlier end counts.");
	if (rule->until_odd)
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "odd-until",
		    "UNTIL is not written as a date or time should be.");
}

/* Rules that people make are daily or longer; others are refused unexpanded. */
static int
freq_is_sane(const struct context *context, const struct rule *rule)
{
	if (rule->freq != FREQ_MINUTELY && rule->freq != FREQ_SECONDLY)
		return 1;
	problem_add(context->reading, ACTION_DECLINE, context->object,
	    "bad-rule", "Meetings every minute or second are not supported.");
	return 0;
}

/* May the rule name a day that some month or year has not? */
static int
names_missing_days(const struct rule *rule, const struct civil *start)
{
	uint32_t days = rule->monthday | rule->monthday_back;

	if (rule->freq > FREQ_MONTHLY)
		return 0;
	if (days != 0)
		return days >> 29 != 0;
	if (rule->has_yearday)
		return rule->yearday[366] || rule->yearday_back[366];
	return rule->weekday == 0 && rule->nnth == 0 && !rule->has_weekno &&
	       start->day > 28;
}

/* RFC 7529 moves such days, we leave them out: the same if there are none. */
static int
skip_is_idle(const struct context *context, const struct draft *draft,
    const struct rule *rule)
{
	if (!rule->skip ||
	    !names_missing_days(rule, &draft->component->start.wall))
		return 1;
	problem_add(context->reading, ACTION_DECLINE, context->object,
	    "bad-rule",
	    "The recurrence rule moves days that a month has not (SKIP); only "
	    "leaving them out is understood.");
	return 0;
}

/*
 * UNTIL in UTC is a moment; rules run on the wall clock of DTSTART.  Of a
 * floating DTSTART nobody knows how far that is from UTC: half a day more keeps
 * the last date wherever it is, and lets no other in.  23:59:59 means the day.
 */
static void
set_until(const struct draft *draft, struct rule *rule)
{
	const struct component *c = draft->component;
	struct civil wall;

	if (!rule->until_utc)
		return;
	if (c->start.kind == WHEN_FLOATING &&
	    rule->until % SECONDS_PER_DAY != SECONDS_PER_DAY - 1)
		rule->until += SECONDS_PER_DAY / 2;
	if (draft->start_clock == NULL || c->start.kind != WHEN_ZONED)
		return;
	wall = clock_to_wall(draft->start_clock, rule->until);
	rule->until = civil_seconds(&wall);
}

/* One rule more; 0 if it cannot be followed, which is reported. */
static int
add_rule(const struct context *context, const struct draft *draft,
    const char *text, struct rule *rule)
{
	struct fault fault = {.code = NULL};

	if (!rule_read(text, rule, &fault)) {
		problem_fault(context->reading, context->object, &fault);
		return 0;
	}
	if (!freq_is_sane(context, rule) || !skip_is_idle(context, draft, rule))
		return 0;
	note_oddities(context, rule);
	set_until(draft, rule);
	return 1;
}

/* All rules of that name. */
static struct rule *
list_rules(const struct context *context, const struct draft *draft,
    const char *name, size_t *n)
{
	size_t all = block_count(draft->block, name);
	const struct property *property;
	struct rule *rule;
	size_t i;

	*n = 0;
	if (all == 0)
		return NULL;
	if (all > RULES_MAX) {
		problem_add(context->reading, ACTION_DECLINE, context->object,
		    "bad-rule", "There are over %d %s.", RULES_MAX, name);
		return NULL;
	}
	rule = mem_array(context->reading->notice, struct rule, all);
	for (i = 0; i < draft->block->nproperty; i++) {
		property = &draft->block->property[i];
		if (strcmp(property->name, name) == 0 &&
		    property->value[strspn(property->value, " ")] != '\0' &&
		    add_rule(context, draft, property->value, &rule[*n]))
			(*n)++;
	}
	return rule;
}

void
rules_fill(const struct context *context, struct draft *draft)
{
	struct component *c = draft->component;

	c->rule = bytes_trim(
	    context->reading->notice, block_value(draft->block, "RRULE"));
	if (c->start.kind == WHEN_NONE)
		return;
	draft->rule = list_rules(context, draft, "RRULE", &draft->nrule);
	draft->exrule = list_rules(context, draft, "EXRULE", &draft->nexrule);
	if (draft->nrule > 1)
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "several-rules",
		    "There are %zu recurrence rules; the dates of all count.",
		    draft->nrule);
	if (draft->nexrule > 0)
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "exception-rule",
		    "EXRULE takes dates out of the series; newer calendars do "
		    "not know it.");
}
