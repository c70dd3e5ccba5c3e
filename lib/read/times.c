/* times.c - the times of a component, each with its clock, see event.h */
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"
#include "lib/read/event.h"

int64_t
times_key(const struct when *when)
{
	if (when->kind == WHEN_UTC || when->kind == WHEN_ZONED)
		return when->utc;
	return when->kind == WHEN_NONE ? 0 : civil_seconds(&when->wall);
}

/* Set utc where the kind has one. */
static void
set_utc(struct when *when, const struct clock *clock)
{
	when->utc = 0;
	if (when->kind == WHEN_UTC)
		when->utc = civil_seconds(&when->wall);
	else if (when->kind == WHEN_ZONED && clock != NULL)
		when->utc = clock_to_utc(clock, &when->wall);
}

struct when
times_at(const struct when *like, const struct clock *clock, int64_t wall)
{
	struct when when = *like;

	when.wall = civil_from_seconds(wall);
	if (when.kind == WHEN_DATE) {
		when.wall.hour = 0;
		when.wall.minute = 0;
		when.wall.second = 0;
	}
	set_utc(&when, clock);
	return when;
}

struct when
times_from(const struct when *like, const struct clock *clock, int64_t key)
{
	struct when when = *like;

	if (when.kind != WHEN_ZONED || clock == NULL)
		return times_at(like, clock, key);
	when.wall = clock_to_wall(clock, key);
	when.utc = key;
	return when;
}

/* The kind of a time: by its form, then by its TZID; 0 with the fault set. */
static int
set_kind(const struct context *context, const struct property *property,
    const struct stamp *stamp, struct dated *dated, struct fault *fault)
{
	const char *tzid = bytes_trim(
	    context->reading->notice, property_param(property, "TZID"));

	if (stamp->date ||
	    strcasecmp(property_param(property, "VALUE"), "DATE") == 0) {
		dated->when.kind = WHEN_DATE;
		dated->when.wall.hour = 0;
		dated->when.wall.minute = 0;
		dated->when.wall.second = 0;
	} else if (stamp->utc) {
		dated->when.kind = WHEN_UTC;
	} else if (*tzid != '\0') {
		dated->clock = zones_find(context->zones, tzid, fault);
		if (dated->clock == NULL)
			return 0;
		dated->when.kind = WHEN_ZONED;
		dated->when.zone = dated->clock->name;
	} else {
		dated->when.kind = WHEN_FLOATING;
	}
	set_utc(&dated->when, dated->clock);
	return 1;
}

/* The end of a PERIOD, a time or a duration; 0 with the fault set. */
static int
read_period_end(
    const char *value, size_t n, struct dated *dated, struct fault *fault)
{
	struct stamp stamp;
	struct duration duration;
	int64_t wall;

	dated->has_end = 1;
	if (stamp_read(value, n, 0, &stamp) == STAMP_OK) {
		dated->end = times_at(
		    &dated->when, dated->clock, civil_seconds(&stamp.wall));
	} else if (duration_read(value, n, &duration) == 1) {
		wall = civil_seconds(&dated->when.wall) +
		       duration.days * SECONDS_PER_DAY;
		dated->end = times_at(&dated->when, dated->clock, wall);
		dated->end = times_from(&dated->end, dated->clock,
		    times_key(&dated->end) + duration.seconds);
	} else {
		return fault_set(fault, ACTION_HOLD, "bad-time",
		    "The end of a PERIOD cannot be read: %.40s", value);
	}
	if (times_key(&dated->end) < times_key(&dated->when) ||
	    times_key(&dated->end) - times_key(&dated->when) > LIMIT_DURATION)
		return fault_set(fault, ACTION_DECLINE, "bad-period",
		    "A PERIOD ends before it starts, or is too long.");
	return 1;
}

int
times_read(const struct context *context, const struct property *property,
    const char *value, size_t n, struct dated *dated, struct fault *fault)
{
	const char *slash = memchr(value, '/', n);
	size_t first = slash == NULL ? n : (size_t)(slash - value);
	struct stamp stamp;

	memset(dated, 0, sizeof(*dated));
	dated->when.zone = "";
	switch (stamp_read(value, first, 0, &stamp)) {
	case STAMP_OK:
		break;
	case STAMP_BAD:
		return fault_set(fault, ACTION_HOLD, "bad-time",
		    "%s is not a date or time: %.60s", property->name, value);
	case STAMP_RANGE:
		return fault_set(fault, ACTION_DECLINE, "out-of-range",
		    "%s is outside the years %d to %d: %.20s", property->name,
		    LIMIT_YEAR_FIRST, LIMIT_YEAR_LAST, value);
	}
	dated->when.wall = stamp.wall;
	if (!set_kind(context, property, &stamp, dated, fault))
		return 0;
	if (slash == NULL)
		return 1;
	return read_period_end(slash + 1, n - first - 1, dated, fault);
}

void
times_list(const struct context *context, const struct draft *draft,
    const char *name, struct dates *dates)
{
	struct reading *r = context->reading;
	const struct property *property;
	struct fault fault = {.code = NULL};
	const char *value;
	size_t i;
	size_t n;

	for (i = 0; i < draft->block->nproperty; i++) {
		property = &draft->block->property[i];
		value = property->value;
		if (strcmp(property->name, name) != 0)
			continue;
		for (; *value != '\0'; value += n + (value[n] == ',')) {
			n = strcspn(value, ",");
			if (n == 0)
				continue;
			if (dates->n >= LIMIT_DATES) {
				problem_add(r, ACTION_HOLD, context->object,
				    "too-many-dates", "There are over %d %s.",
				    LIMIT_DATES, name);
				return;
			}
			if ((dates->n & (dates->n - 1)) == 0)
				dates->date = list_grow(r->notice, dates->date,
				    struct dated, dates->n * 2 + 1);
			if (times_read(context, property, value, n,
				&dates->date[dates->n], &fault))
				dates->n++;
			else
				problem_fault(r, context->object, &fault);
		}
	}
}

/* One property with one time; WHEN_NONE if it is missing or wrong. */
static const struct clock *
read_one(const struct context *context, const struct draft *draft,
    const char *name, struct when *when)
{
	const struct property *property = block_find(draft->block, name);
	struct fault fault = {.code = NULL};
	struct dated dated;

	memset(when, 0, sizeof(*when));
	when->zone = "";
	if (property == NULL || *property->value == '\0')
		return NULL;
	if (!times_read(context, property, property->value,
		strlen(property->value), &dated, &fault)) {
		problem_fault(context->reading, context->object, &fault);
		return NULL;
	}
	*when = dated.when;
	return dated.clock;
}

/* The end, by DURATION; 0 with the fault set. */
static int
end_by_duration(struct draft *draft, const char *text, struct fault *fault)
{
	int got = duration_read(text, strlen(text), &draft->duration);

	if (got == 0)
		return fault_set(fault, ACTION_HOLD, "bad-duration",
		    "DURATION cannot be read: %.40s", text);
	if (got < 0)
		return fault_set(fault, ACTION_HOLD, "bad-duration",
		    "DURATION is longer than any meeting: %.40s", text);
	draft->nominal = 1;
	if (draft->component->start.kind == WHEN_DATE &&
	    draft->duration.seconds % SECONDS_PER_DAY != 0)
		return fault_set(fault, ACTION_HOLD, "mixed-types",
		    "An event of whole days lasts %.40s.", text);
	return 1;
}

/* The end, if neither DTEND nor DURATION says it. */
static void
end_by_default(struct draft *draft)
{
	draft->nominal = 1;
	draft->duration.days = draft->component->start.kind == WHEN_DATE;
	draft->duration.seconds = 0;
}

/* Start and end must be of one sort; 0 with the fault set. */
static int
check_kinds(const struct component *c, struct fault *fault)
{
	int dates = (c->start.kind == WHEN_DATE) + (c->end.kind == WHEN_DATE);
	int floating =
	    (c->start.kind == WHEN_FLOATING) + (c->end.kind == WHEN_FLOATING);

	if (dates != 1 && floating != 1)
		return 1;
	/* a task may begin on a day and be due at an hour */
	return fault_set(fault,
	    strcmp(c->kind, "VTODO") == 0 ? ACTION_NOTE : ACTION_HOLD,
	    "mixed-types",
	    "Start and end are not both dates, or not both in a time zone.");
}

/* The end of a component, in whatever way it is said; 0 with the fault set. */
static int
fill_end(const struct context *context, struct draft *draft, const char *name,
    struct fault *fault)
{
	struct component *c = draft->component;
	const char *duration = block_value(draft->block, "DURATION");

	draft->end_clock = read_one(context, draft, name, &c->end);
	if (c->start.kind == WHEN_NONE)
		return 1;
	if (c->end.kind != WHEN_NONE && *duration != '\0')
		return fault_set(fault, ACTION_HOLD, "end-and-duration",
		    "There are both %s and DURATION.", name);
	if (c->end.kind != WHEN_NONE)
		return check_kinds(c, fault);
	if (*duration == '\0')
		end_by_default(draft);
	else if (!end_by_duration(draft, duration, fault))
		return 0;
	draft->end_clock = draft->start_clock;
	c->end = times_end(draft, &c->start);
	return 1;
}

/* The length must be one that a meeting can have; 0 with the fault set. */
static int
check_length(
    const struct context *context, struct draft *draft, struct fault *fault)
{
	struct component *c = draft->component;
	int64_t length;

	if (c->start.kind == WHEN_NONE || c->end.kind == WHEN_NONE)
		return 1;
	length = times_key(&c->end) - times_key(&c->start);
	if (length < 0)
		return fault_set(fault, ACTION_DECLINE, "bad-period",
		    "The event ends before it starts.");
	if (length > LIMIT_DURATION && strcmp(c->kind, "VEVENT") == 0)
		return fault_set(fault, ACTION_DECLINE, "too-long",
		    "The event is longer than a year.");
	if (c->start.kind == WHEN_DATE && length == 0) {
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "empty-day", "DTEND is the day of DTSTART: one day.");
		end_by_default(draft);
		c->end = times_end(draft, &c->start);
	}
	return 1;
}

/* Is it midnight on a wall clock that is not UTC? */
static int
is_midnight(const struct when *when)
{
	return (when->kind == WHEN_ZONED || when->kind == WHEN_FLOATING) &&
	       when->wall.hour == 0 && when->wall.minute == 0 &&
	       when->wall.second == 0;
}

/* From midnight to midnight with Microsoft's flag is a matter of days. */
static void
make_all_day(struct draft *draft)
{
	struct component *c = draft->component;
	const char *flag =
	    block_value(draft->block, "X-MICROSOFT-CDO-ALLDAYEVENT");

	if (strcasecmp(flag, "TRUE") != 0 || !is_midnight(&c->start) ||
	    !is_midnight(&c->end) ||
	    civil_seconds(&c->end.wall) <= civil_seconds(&c->start.wall))
		return;
	c->start.kind = WHEN_DATE;
	c->start.zone = "";
	c->start.utc = 0;
	c->end.kind = WHEN_DATE;
	c->end.zone = "";
	c->end.utc = 0;
}

void
times_fill(const struct context *context, struct draft *draft)
{
	struct component *c = draft->component;
	struct fault fault = {.code = NULL};
	int todo = strcmp(c->kind, "VTODO") == 0;

	draft->start_clock = read_one(context, draft, "DTSTART", &c->start);
	draft->bad_start = c->start.kind == WHEN_NONE &&
	                   *block_value(draft->block, "DTSTART") != '\0';
	draft->rid_clock =
	    read_one(context, draft, "RECURRENCE-ID", &c->recurrence_id);
	if (!fill_end(context, draft, todo ? "DUE" : "DTEND", &fault)) {
		problem_fault(context->reading, context->object, &fault);
		return;
	}
	make_all_day(draft);
	if (!check_length(context, draft, &fault))
		problem_fault(context->reading, context->object, &fault);
}

struct when
times_end(const struct draft *draft, const struct when *start)
{
	const struct component *c = draft->component;
	const struct when *like = c->end.kind == WHEN_NONE ? start : &c->end;
	struct when end;

	if (!draft->nominal)
		return times_from(like, draft->end_clock,
		    times_key(start) + times_key(&c->end) -
			times_key(&c->start));
	/* A wall clock comes twice in some nights: without days none is asked. */
	end = draft->duration.days == 0
	          ? *start
	          : times_at(start, draft->start_clock,
			civil_seconds(&start->wall) +
			    draft->duration.days * SECONDS_PER_DAY);
	if (draft->duration.seconds == 0)
		return end;
	return times_from(&end, draft->start_clock,
	    times_key(&end) + draft->duration.seconds);
}

int64_t
times_wall(const struct draft *master, const struct dated *dated)
{
	struct civil wall = dated->when.wall;

	if (master->start_clock != NULL &&
	    (dated->when.kind == WHEN_UTC || dated->when.kind == WHEN_ZONED))
		wall = clock_to_wall(master->start_clock, dated->when.utc);
	return civil_seconds(&wall);
}

struct when
times_align(const struct draft *master, const struct dated *dated)
{
	const struct when *like = &master->component->start;
	int64_t wall = times_wall(master, dated);

	if (like->kind == WHEN_NONE)
		return dated->when;
	if (dated->when.kind == WHEN_DATE && like->kind != WHEN_DATE)
		wall += like->wall.hour * 3600 + like->wall.minute * 60 +
		        like->wall.second;
	else if (like->kind == WHEN_DATE && dated->when.kind == WHEN_UTC)
		/* Some midnight in UTC: that of the nearest day, since zones
		 * east of Greenwich have theirs the evening before. */
		wall += SECONDS_PER_DAY / 2;
	else if ((like->kind == WHEN_UTC || like->kind == WHEN_ZONED) &&
		 (dated->when.kind == WHEN_UTC ||
		     dated->when.kind == WHEN_ZONED))
		return times_from(like, master->start_clock, dated->when.utc);
	return times_at(like, master->start_clock, wall);
}
