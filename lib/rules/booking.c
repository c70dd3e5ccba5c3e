/*
 * booking.c - one question, one decision: the rules in the order they are tried
 *
 * Each step looks at one thing, leaves a line in the trace, and either settles
 * the matter or lets the next step look.  The table at the end of the file is
 * the whole policy.
 */
#include "lib/rules/booking.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/rules/change.h"
#include "lib/rules/clash.h"
#include "lib/rules/itip.h"
#include "lib/rules/ruling.h"

/* An answer is repeated if the question comes again after so many seconds. */
#define REPEAT_AFTER 3600

/* A problem that the reader found with the message or this object. */
static enum step
step_problems(struct ruling *r)
{
	const struct question *q = r->q;
	const struct problem *worst = NULL;
	size_t i;

	for (i = 0; i < q->notice->nproblem; i++) {
		const struct problem *p = &q->notice->problem[i];

		if (p->object >= 0 && (size_t)p->object != q->index)
			continue;
		if (p->action == ACTION_NOTE &&
		    strcmp(p->code, "this-and-future") != 0) /* seen to */
			ruling_trace(r, "reader", "note", p->text);
		else if (p->action != ACTION_NOTE &&
			 (worst == NULL || p->action > worst->action))
			worst = p;
	}
	if (worst == NULL)
		return STEP_NEXT;
	if (worst->action == ACTION_HOLD)
		return ruling_settle(
		    r, "reader", VERDICT_HOLD, worst->code, worst->text);
	if (worst->action == ACTION_IGNORE)
		return ruling_settle(
		    r, "reader", VERDICT_IGNORE, worst->code, worst->text);
	r->problem = worst; /* a decline: once we know who asks */
	return STEP_NEXT;
}

/* Only what asks a room for something goes on. */
static enum step
step_method(struct ruling *r)
{
	const char *method = r->q->object->method;

	if (strcmp(r->lead->kind, "VEVENT") != 0)
		return ruling_settle(r, "method", VERDICT_IGNORE,
		    "not-an-event",
		    mem_print(
			r->d, "a %s asks nothing of a room", r->lead->kind));
	if (strcmp(method, "REQUEST") == 0 || strcmp(method, "CANCEL") == 0)
		return ruling_pass(r, "method", method);
	return ruling_settle(r, "method", VERDICT_IGNORE, "method",
	    mem_print(r->d,
		"%s asks nothing of a room; only REQUEST books "
		"and CANCEL releases",
		method));
}

static enum step
step_kind(struct ruling *r)
{
	if (r->q->calendar->kind == KIND_ROOM ||
	    r->q->calendar->kind == KIND_RESOURCE)
		return STEP_NEXT;
	return ruling_settle(r, "kind", VERDICT_HOLD, "kind",
	    "calendars of persons and groups are not served yet");
}

/* Is there somebody to answer, and is it not ourselves? */
static enum step
step_organizer(struct ruling *r)
{
	const char *organizer = r->lead->organizer.address;

	if (organizer[0] == '\0')
		return ruling_settle(r, "organizer", VERDICT_HOLD,
		    "no-organizer",
		    "the invitation has no ORGANIZER that mail can be sent to");
	if (itip_is_calendar(organizer, r->q->calendar))
		return ruling_settle(r, "organizer", VERDICT_IGNORE, "loop",
		    "the organizer is this calendar itself");
	if (r->q->organizer_is_ours)
		return ruling_settle(r, "organizer", VERDICT_IGNORE, "loop",
		    "the organizer is a room here, and rooms invite nobody");
	return ruling_pass(r, "organizer", organizer);
}

/* From a date on, of a series that nobody here knows? */
static int
lacks_series(const struct ruling *r)
{
	return ruling_is_request(r) &&
	       strcmp(r->lead->range, "THISANDFUTURE") == 0 &&
	       r->q->object->component[0].recurrence_id.kind != WHEN_NONE;
}

/* The reader's refusal, now that there is somebody to tell it to. */
static enum step
step_refusal(struct ruling *r)
{
	if (r->problem == NULL && lacks_series(r))
		return ruling_decline(r, "series", "no-series",
		    "3.1;Invalid property value;RECURRENCE-ID",
		    "a date and all that follow it were changed, but the "
		    "series is not booked here");
	if (r->problem == NULL && r->q->unknown_date && ruling_is_request(r) &&
	    r->d->attendee != NULL)
		return ruling_decline(r, "series", "no-date",
		    "3.1;Invalid property value;RECURRENCE-ID",
		    "a date was changed that the series as it is booked here "
		    "does not have; please send the whole series");
	if (r->problem == NULL)
		return STEP_NEXT;
	if (ruling_is_request(r))
		return ruling_decline(r, "reader", "problem",
		    "3.1;Invalid property value", r->problem->text);
	return ruling_settle(
	    r, "reader", VERDICT_HOLD, r->problem->code, r->problem->text);
}

/* Are we asked at all?  Taken out of what was booked is a release. */
static enum step
step_invited(struct ruling *r)
{
	if (!ruling_is_request(r) || r->d->attendee != NULL ||
	    r->problem != NULL || r->booked)
		return STEP_NEXT;
	return ruling_settle(r, "invited", VERDICT_IGNORE, "not-invited",
	    mem_print(r->d, "%s is not among the attendees",
		r->q->calendar->address));
}

/* The newest standing of any component of the object. */
static enum version
object_version(const struct ruling *r)
{
	const struct object *object = r->q->object;
	enum version best = VERSION_OLDER;
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		const struct component *c = &object->component[i];
		enum version v = itip_version(c, change_instance(c),
		    object->digest, r->record, r->nrecord);

		if (!r->news[i])
			continue;
		if (r->stale[i])
			v = VERSION_OLDER;
		/* The master speaks for its overrides. */
		if (c->recurrence_id.kind == WHEN_NONE)
			return v;
		if (v < best)
			best = v;
	}
	return best;
}

/* The same question again: nothing changes, the answer may be repeated. */
static enum step
repeat(struct ruling *r)
{
	const struct record *known = NULL;
	size_t i;

	for (i = 0; i < r->nrecord; i++)
		if (known == NULL || r->record[i].answered > known->answered)
			known = &r->record[i];
	if (known != NULL && known->answered > 0 && known->repeats == 0 &&
	    r->q->now - known->answered >= REPEAT_AFTER &&
	    ruling_is_request(r)) {
		r->d->answer = 1;
		change_repeat(r, known);
		return ruling_settle(r, "version", VERDICT_REPEAT, "repeat",
		    "seen before; the answer is sent once more");
	}
	r->d->quiet = "it was answered before";
	return ruling_settle(r, "version", VERDICT_REPEAT, "repeat",
	    "seen before; nothing changes");
}

/* Is it news? */
static enum step
step_version(struct ruling *r)
{
	const struct component *c = r->lead;
	const char *detail = mem_print(r->d, "sequence=%lld dtstamp=%lld",
	    (long long)c->sequence, (long long)c->dtstamp);

	switch (object_version(r)) {
	case VERSION_NEW:
	case VERSION_NEWER:
		return ruling_pass(r, "version", detail);
	case VERSION_SAME:
		return repeat(r);
	case VERSION_OLDER:
		break;
	}
	return ruling_settle(r, "version", VERDICT_IGNORE, "stale",
	    "older than what is known (SEQUENCE, DTSTAMP)");
}

/* Release, if there is anything to release. */
static enum step
release(struct ruling *r, const char *rule, const char *reason)
{
	r->d->quiet = "a cancellation is not answered";
	change_cancel(r);
	if (!change_has_booked(r))
		return ruling_settle(r, rule, VERDICT_IGNORE, "unknown",
		    "nothing of it is booked here; the cancellation is "
		    "remembered");
	return ruling_settle(r, rule, VERDICT_CANCEL, "cancelled", reason);
}

/* Does the CANCEL take others out, and leave the meeting as it is? */
static int
cancels_others(const struct ruling *r)
{
	return strcmp(r->q->object->method, "CANCEL") == 0 &&
	       r->lead->nattendee > 0 && r->d->attendee == NULL &&
	       strcmp(r->lead->status, "CANCELLED") != 0;
}

/* CANCEL, STATUS:CANCELLED, or a REQUEST that does not ask us any more. */
static enum step
step_cancel(struct ruling *r)
{
	if (cancels_others(r))
		return ruling_settle(r, "cancel", VERDICT_IGNORE,
		    "others-cancelled",
		    "it takes others out of the meeting, which stays");
	if (ruling_is_request(r) && r->d->attendee == NULL)
		return release(
		    r, "invited", "the calendar was taken out of the meeting");
	if (ruling_is_request(r) && strcmp(r->lead->status, "CANCELLED") != 0)
		return STEP_NEXT;
	return release(r, "cancel",
	    r->lead->recurrence_id.kind == WHEN_NONE
		? "released by the organizer"
		: "dates released by the organizer");
}

/* Nobody may fill a calendar alone. */
static enum step
step_flood(struct ruling *r)
{
	int64_t max = r->q->calendar->requests_per_hour;

	if (max == 0 || r->q->accepted_lately < max)
		return STEP_NEXT;
	return ruling_decline(r, "flood", "too-many", "5.1;Service unavailable",
	    mem_print(r->d,
		"more than %lld requests of %s were accepted within the hour "
		"(requests_per_hour)",
		(long long)max, r->organizer));
}

/* A series with no date at all; of a booked one the organizer took all out. */
static enum step
no_dates(struct ruling *r)
{
	if (r->booked)
		return release(r, "dates", "every date was taken out");
	return ruling_decline(r, "dates", "problem",
	    "3.1;Invalid property value;RRULE",
	    "the series has no date at all");
}

/* Is any of it still to come? */
static enum step
step_past(struct ruling *r)
{
	const struct calendar *c = r->q->calendar;

	if (r->nwant > 0 || r->transparent > 0 || r->beyond > 0)
		return STEP_NEXT;
	if (r->q->object->ninstance == 0 && r->q->object->complete &&
	    (r->lead->start.utc > r->q->now || c->past == PAST_ACCEPT))
		return no_dates(r);
	if (c->past == PAST_ACCEPT || r->nsurvivor > 0)
		return STEP_NEXT;
	if (c->past == PAST_IGNORE) {
		r->d->quiet = "it is already over";
		return ruling_settle(r, "past", VERDICT_IGNORE, "past",
		    "the meeting is already over");
	}
	return ruling_decline(r, "past", "past",
	    "3.1;Invalid property value;DTSTART",
	    "the meeting is already over");
}

/* Is it about dates that a booked series will only get to? */
static int
grows_there(const struct ruling *r)
{
	const struct component *c = r->q->object->component;
	const struct record *master = change_known(r, INSTANCE_MASTER);
	size_t i;

	if (master == NULL || master->state != RECORD_BOOKED)
		return 0;
	for (i = 0; i < r->q->object->ncomponent; i++)
		if (r->news[i] && (c[i].recurrence_id.kind == WHEN_NONE ||
				      c[i].recurrence_id.utc < master->covered))
			return 0;
	return 1;
}

/* Does it begin within the time that can be booked? */
static enum step
step_horizon(struct ruling *r)
{
	char limit[32], detail[64];

	(void)utc_text(limit, sizeof(limit), r->horizon);
	(void)snprintf(detail, sizeof(detail), "can be booked until %s", limit);
	if (r->nwant == 0 && r->transparent == 0 && r->beyond > 0 &&
	    grows_there(r)) {
		r->d->until = change_known(r, INSTANCE_MASTER)->covered;
		return ruling_pass(r, "horizon",
		    mem_print(r->d,
			"%s; remembered until the series gets there", detail));
	}
	if (r->nwant == 0 && r->transparent == 0 && r->beyond > 0)
		return ruling_decline(r, "horizon", "horizon",
		    "3.1;Invalid property value;DTSTART",
		    mem_print(r->d, "it begins too far ahead: %s", detail));
	if (r->q->object->covered < r->horizon)
		return ruling_decline(r, "horizon", "problem",
		    "3.1;Invalid property value;RRULE",
		    mem_print(r->d, "the series has more than %d dates",
			LIMIT_INSTANCES));
	return ruling_pass(r, "horizon", mem_print(r->d, "%s", detail));
}

/* Is it a date as the series had it before, which was not to be had? */
static int
is_lost(const struct ruling *r, const struct instance *date)
{
	const struct object *held = r->q->held;
	size_t i;

	for (i = 0; i < r->nown; i++)
		if (r->own[i].instance == date->recurrence_id.utc)
			return 0;
	for (i = 0; held != NULL && i < held->ninstance; i++)
		if (held->instance[i].recurrence_id.utc ==
			date->recurrence_id.utc &&
		    held->instance[i].start.utc == date->start.utc &&
		    held->instance[i].end.utc == date->end.utc)
			return !held->instance[i].cancelled;
	return 0;
}

/*
 * Dates that went to others while the series grew are no reason to refuse a
 * change that does not move them: they stay left out.  Returns how many.
 */
static size_t
leave_out_lost(struct ruling *r)
{
	const struct question *q = r->q;
	struct span *clash;
	size_t i, n, kept = 0, lost = 0;

	for (i = 0; i < r->nwant; i++) {
		n = 0;
		if (q->held != NULL && is_lost(r, r->wanted[i]))
			clash_find(r->d, &r->want[i], 1, q->busy, q->nbusy,
			    q->object->uid, r->organizer, &clash, &n);
		lost += n;
		if (n > 0)
			continue;
		r->wanted[kept] = r->wanted[i];
		r->want[kept++] = r->want[i];
	}
	r->nwant = kept;
	if (lost > 0)
		ruling_trace(r, "clash", "note",
		    mem_print(r->d,
			"%zu dates went to others before and stay left out",
			lost));
	return lost;
}

/* Is each of the dates free? */
static enum step
step_clash(struct ruling *r)
{
	const struct question *q = r->q;
	struct span *clash;
	char first[24];
	size_t n, lost;

	lost = leave_out_lost(r);
	clash_find(r->d, r->want, r->nwant, q->busy, q->nbusy, q->object->uid,
	    r->organizer, &clash, &n);
	if (n == 0)
		return ruling_pass(r, "clash",
		    mem_print(r->d, "%zu of %zu dates free", r->nwant,
			r->nwant + lost));
	r->d->clash = clash;
	r->d->nclash = n > LIMIT_CLASHES ? LIMIT_CLASHES : n;
	(void)utc_text(first, sizeof(first), clash[0].start);
	return ruling_decline(r, "clash", "clash",
	    "4.1;Event conflict. Date/time is busy",
	    n == 1 && r->nwant == 1
		? mem_print(r->d, "%s is taken", first)
		: mem_print(r->d, "%zu of %zu dates are taken, the first %s", n,
		      r->nwant, first));
}

static enum step
step_accept(struct ruling *r)
{
	r->d->status = "2.0;Success";
	if (r->nwant == 0 && r->transparent > 0)
		return ruling_settle(r, "free", VERDICT_ACCEPT, "free",
		    "accepted; it is transparent and takes no time");
	return ruling_settle(r, "free", VERDICT_ACCEPT, "free",
	    mem_print(r->d, "%zu %s booked", r->nwant,
		r->nwant == 1 ? "date" : "dates"));
}

/* The policy: in this order, the first that settles it decides. */
static enum step (*const steps[])(struct ruling *) = {step_problems,
    step_method, step_kind, step_organizer, step_identity, step_authentication,
    step_invited, step_delegated, step_version, step_refusal, step_cancel,
    step_flood, step_past, step_horizon, step_clash, step_accept};

/* Addresses that are never answered, whoever uses them. */
static int
is_deaf(const char *address)
{
	static const char *const names[] = {
	    "mailer-daemon@", "postmaster@", "noreply@", "no-reply@"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncasecmp(address, names[i], strlen(names[i])) == 0)
			return 1;
	return 0;
}

/* Did the sender say that an acceptance need not be answered? */
static int
wants_silence(const struct decision *d)
{
	static const char outlook[] = "X-MICROSOFT-ISRESPONSEREQUESTED:FALSE";
	size_t i;

	for (i = 0; i < d->component->nline; i++)
		if (strcasecmp(d->component->line[i], outlook) == 0)
			return 1;
	return d->attendee != NULL && strcmp(d->attendee->rsvp, "FALSE") == 0;
}

/* Does a letter go out, and what does it say first? */
static void
decide_answer(struct ruling *r)
{
	struct decision *d = r->d;
	const char *quiet;

	if (d->verdict != VERDICT_ACCEPT && d->verdict != VERDICT_DECLINE)
		return;
	d->partstat = d->verdict == VERDICT_ACCEPT ? "ACCEPTED" : "DECLINED";
	quiet = itip_unanswerable(
	    r->q->mail, r->q->envelope_sender, r->q->calendar);
	if (quiet == NULL)
		quiet = r->unproven;
	/* Silence means success, so a refusal is said even if not asked for. */
	if (quiet == NULL && is_deaf(r->organizer))
		quiet = "the organizer's address takes no mail";
	if (quiet == NULL && d->verdict == VERDICT_ACCEPT && wants_silence(d))
		quiet = "no answer was asked for (RSVP=FALSE)";
	if (quiet == NULL && r->q->letters_max > 0 &&
	    r->q->letters_lately >= r->q->letters_max &&
	    (r->q->identity == NULL || r->q->identity->level == IDENTITY_NONE))
		quiet = mem_print(d,
		    "%s got %lld letters within the hour and nothing proves "
		    "that they asked (answers_per_hour)",
		    r->organizer, (long long)r->q->letters_lately);
	d->answer = quiet == NULL;
	if (quiet != NULL) {
		d->quiet = quiet;
		ruling_trace(r, "answer", "note", quiet);
	}
}

struct decision *
booking_decide(TALLOC_CTX *ctx, const struct question *q)
{
	struct ruling r;
	size_t i;

	ruling_open(&r, ctx, q);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i](&r) == STEP_SETTLED)
			break;
	decide_answer(&r);
	if (r.d->verdict == VERDICT_ACCEPT)
		change_accept(&r);
	else if (r.d->verdict == VERDICT_DECLINE)
		change_decline(&r);
	return r.d;
}
