/*
 * letter_cases.h - the decisions whose letters stand in tests/golden/letter
 */
#ifndef TESTS_UNIT_LETTER_CASES_H
#define TESTS_UNIT_LETTER_CASES_H

#include "tests/unit/letter_sample.h"

static struct sample *
accepted(TALLOC_CTX *ctx)
{
	return sample_accept(sample_outlook(ctx));
}

static struct sample *
series_accepted(TALLOC_CTX *ctx)
{
	struct sample *s = sample_outlook(ctx);

	sample_weekly(s, 10);
	return sample_accept(s);
}

static struct sample *
series_endless(TALLOC_CTX *ctx)
{
	struct sample *s = sample_outlook(ctx);

	sample_weekly(s, 10);
	s->object.complete = 0;
	s->object.covered =
	    s->object.instance[0].start.utc + 365 * INT64_C(86400);
	return sample_accept(s);
}

static struct sample *
series_clash(TALLOC_CTX *ctx)
{
	struct sample *s = sample_outlook(ctx);

	sample_weekly(s, 10);
	return sample_clash(s, 2, 8);
}

static struct sample *
series_clash_one(TALLOC_CTX *ctx)
{
	struct sample *s = sample_outlook(ctx);

	sample_weekly(s, 10);
	return sample_clash(s, 4, 4);
}

static struct sample *
series_clash_many(TALLOC_CTX *ctx)
{
	struct sample *s = sample_outlook(ctx);

	sample_weekly(s, SAMPLE_MANY);
	return sample_clash(s, 0, LIMIT_CLASHES - 1);
}

static struct sample *
override(TALLOC_CTX *ctx)
{
	return sample_accept(sample_outlook_override(ctx));
}

static struct sample *
update_clash(TALLOC_CTX *ctx)
{
	struct sample *s = sample_outlook(ctx);

	s->record[0].state = RECORD_BOOKED;
	s->decision.change.nput = 1;
	return sample_clash(s, 0, 0);
}

static struct sample *
google(TALLOC_CTX *ctx)
{
	return sample_accept(sample_google(ctx));
}

static struct sample *
google_overrides(TALLOC_CTX *ctx)
{
	struct sample *s = sample_accept(sample_google_overrides(ctx));

	s->calendar.series_answer = SERIES_TOGETHER;
	return s;
}

static struct sample *
google_overrides_separate(TALLOC_CTX *ctx)
{
	return sample_accept(sample_google_overrides(ctx));
}

/* The series is booked but for two of its dates. */
static struct sample *
series_partial(TALLOC_CTX *ctx)
{
	struct sample *s = sample_outlook(ctx);

	sample_weekly(s, 10);
	(void)sample_clash(s, 3, 4);
	s->decision.code = "partial";
	s->decision.verdict = VERDICT_ACCEPT;
	s->decision.partstat = "ACCEPTED";
	s->decision.status = "2.0;Success";
	return s;
}

static struct sample *
series_partial_together(TALLOC_CTX *ctx)
{
	struct sample *s = series_partial(ctx);

	s->calendar.series_answer = SERIES_TOGETHER;
	return s;
}

static struct sample *
apple(TALLOC_CTX *ctx)
{
	struct sample *s = sample_apple(ctx);

	return sample_clash(s, 0, 0);
}

static struct sample *
thunderbird(TALLOC_CTX *ctx)
{
	return sample_accept(sample_thunderbird(ctx));
}

static struct sample *
thunderbird_clash(TALLOC_CTX *ctx)
{
	struct sample *s = sample_thunderbird(ctx);

	return sample_clash(s, 0, 0);
}

static struct sample *
own_zone(TALLOC_CTX *ctx)
{
	return sample_accept(sample_own_zone(ctx));
}

static struct sample *
past(TALLOC_CTX *ctx)
{
	return sample_decline(
	    sample_google(ctx), "past", "3.1;Invalid property value;DTSTART");
}

static struct sample *
horizon(TALLOC_CTX *ctx)
{
	return sample_decline(sample_google(ctx), "horizon",
	    "3.1;Invalid property value;DTSTART");
}

static struct sample *
problem(TALLOC_CTX *ctx)
{
	struct sample *s = sample_google(ctx);

	s->decision.reason = "the rule \"FREQ=<b>\" cannot be read.";
	return sample_decline(s, "problem", "3.1;Invalid property value");
}

static struct sample *
tentative(TALLOC_CTX *ctx)
{
	struct sample *s = sample_accept(sample_google(ctx));

	s->decision.code = "waiting";
	s->decision.partstat = "TENTATIVE";
	return s;
}

/* A reason that has a translation. */
static struct sample *
problem_known(TALLOC_CTX *ctx)
{
	struct sample *s = sample_google(ctx);

	s->decision.reason = "The event ends before it starts.";
	return sample_decline(s, "problem", "3.1;Invalid property value");
}

/* All dates are out of reach, so nothing is booked yet. */
static struct sample *
series_later(TALLOC_CTX *ctx)
{
	struct sample *s = series_accepted(ctx);

	s->decision.until = s->object.instance[0].start.utc - SECONDS_PER_DAY;
	return s;
}

/* One date of a series, out of reach. */
static struct sample *
override_later(TALLOC_CTX *ctx)
{
	struct sample *s = override(ctx);

	s->line[0][s->component[0].nline - 1] =
	    "RECURRENCE-ID;TZID=" OUTLOOK_ZONE
	    ";range=ThisAndFuture:20261201T080000";
	s->decision.until = s->object.instance[0].start.utc;
	return s;
}

/* It takes no time, by a rule of the calendar. */
static struct sample *
transparent(TALLOC_CTX *ctx)
{
	struct sample *s = accepted(ctx);

	s->component[0].transp = "TRANSPARENT";
	return s;
}

/* A change of one date is refused, what was booked stays. */
static struct sample *
override_stays(TALLOC_CTX *ctx)
{
	struct sample *s = sample_clash(sample_outlook_override(ctx), 0, 0);

	s->decision.stays = 1;
	return s;
}

/* Two dates without their series, of which the second is taken. */
static struct sample *
google_overrides_clash(TALLOC_CTX *ctx)
{
	return sample_clash(sample_google_overrides(ctx), 1, 1);
}

static struct sample *
all_day_series(TALLOC_CTX *ctx)
{
	struct sample *s = sample_thunderbird(ctx);

	sample_weekly(s, 3);
	return sample_accept(s);
}

/* The samples; each has a file in tests/golden/letter. */
static const struct {
	const char *name;
	struct sample *(*make)(TALLOC_CTX *ctx);
	size_t letters;
	int events; /* in each */
} cases[] = {
    {"outlook-accepted", accepted, 1, 1},
    {"outlook-series-accepted", series_accepted, 1, 1},
    {"outlook-series-endless", series_endless, 1, 1},
    {"outlook-series-clash", series_clash, 1, 1},
    {"outlook-series-clash-one", series_clash_one, 1, 1},
    {"outlook-series-clash-many", series_clash_many, 1, 1},
    {"outlook-override", override, 1, 1},
    {"outlook-update-clash", update_clash, 1, 1},
    {"outlook-own-zone", own_zone, 1, 1},
    {"google-accepted", google, 1, 1},
    {"google-overrides", google_overrides, 1, 2},
    {"google-overrides-separate", google_overrides_separate, 2, 1},
    {"outlook-series-partial", series_partial, 3, 1},
    {"outlook-series-partial-together", series_partial_together, 1, 3},
    {"google-past", past, 1, 1},
    {"google-horizon", horizon, 1, 1},
    {"google-problem", problem, 1, 1},
    {"google-problem-known", problem_known, 1, 1},
    {"outlook-series-later", series_later, 1, 1},
    {"outlook-override-later", override_later, 1, 1},
    {"outlook-transparent", transparent, 1, 1},
    {"outlook-override-stays", override_stays, 1, 1},
    {"google-overrides-clash", google_overrides_clash, 2, 1},
    {"thunderbird-all-day-series", all_day_series, 1, 1},
    {"google-tentative", tentative, 1, 1},
    {"apple-clash", apple, 1, 1},
    {"thunderbird-all-day", thunderbird, 1, 1},
    {"thunderbird-all-day-clash", thunderbird_clash, 1, 1},
};
#define NCASES (sizeof(cases) / sizeof(cases[0]))

#endif
