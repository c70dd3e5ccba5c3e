/* letter.c - the letters that answer a decision; see letter.h */
#include "lib/write/letter.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/part.h"
#include "lib/write/post.h"
#include "lib/write/property.h"

/* Dates of a series that are declined in letters of their own; the rest is
 * named in the letter about the series. */
#define DECLINES_MAX 5
/* Single dates without their series; more than these go together. */
#define LETTERS_MAX 20

#define STATUS_TAKEN "4.1;Event conflict. Date/time is busy"

/* All that the answer to a decision consists of, in order. */
struct plan {
	TALLOC_CTX *ctx; /* of the letters */
	const struct decision *decision;
	const struct mail *mail;
	const struct letterhead *head;
	struct voice voice;
	struct answer *answer;
	size_t n;
};

/* --- who speaks how ----------------------------------------------------- */

/* The address we answer from: the one that was invited. */
static const char *
from_address(const struct decision *decision)
{
	if (decision->attendee != NULL &&
	    address_is_sendable(decision->attendee->address))
		return decision->attendee->address;
	return decision->calendar->address;
}

/* The language of the letters: as set, else as the sender writes. */
static const char *
choose_language(
    TALLOC_CTX *ctx, const struct decision *decision, const struct mail *mail)
{
	const char *set = decision->calendar->language, *language;
	const char *summary = property_line(decision->component, "SUMMARY");

	if (set != NULL && set[0] != '\0')
		return language_match(set);
	language = language_match(mail->language);
	if (language == NULL)
		language =
		    language_match(decision->component->organizer.language);
	if (language == NULL && summary != NULL)
		language = language_match(
		    property_parameter(ctx, summary, "LANGUAGE"));
	return language;
}

/* The zone in which the organizer wrote the event, or NULL. */
static const struct zone *
reader_zone(const struct component *c)
{
	if (c->start.kind != WHEN_ZONED)
		return NULL;
	return zone_find(c->start.zone);
}

/* --- what is answered --------------------------------------------------- */

int
letter_is_partial(const struct decision *decision)
{
	return decision->verdict == VERDICT_ACCEPT && decision->nclash > 0;
}

int
letter_is_taken(const struct decision *decision, const struct span *span)
{
	size_t i;

	for (i = 0; i < decision->nclash; i++)
		if (decision->clash[i].start == span->start &&
		    decision->clash[i].end == span->end)
			return 1;
	return 0;
}

/* Are these times refused, though the decision as a whole accepts? */
static int
is_refused(const struct decision *decision, const struct when *start,
    const struct when *end)
{
	struct span span = {start->utc, end->utc};

	return letter_is_partial(decision) && letter_is_taken(decision, &span);
}

/* Add an answer; its sentence comes later. */
static void
add_answer(struct plan *plan, const struct component *c,
    const struct instance *date, int refused)
{
	struct answer *answer = &plan->answer[plan->n++];

	answer->component = c;
	answer->date = date;
	answer->partstat = refused ? "DECLINED" : plan->decision->partstat;
	answer->status = refused ? STATUS_TAKEN : plan->decision->status;
}

/* The dates of a series that are refused; an override by itself. */
static void
add_refused_dates(struct plan *plan, size_t most)
{
	const struct decision *d = plan->decision;
	const struct object *object = d->object;
	size_t i;

	for (i = 0; i < object->ninstance && plan->n <= most; i++) {
		const struct instance *it = &object->instance[i];
		const struct component *c = &object->component[it->component];

		if (it->cancelled || !is_refused(d, &it->start, &it->end) ||
		    reply_attendee(d, c) == NULL ||
		    (d->stale != NULL && d->stale[it->component]))
			continue;
		add_answer(
		    plan, c, c->recurrence_id.kind == WHEN_NONE ? it : NULL, 1);
	}
}

/* Find out what has to be answered, and how. */
static void
make_plan(TALLOC_CTX *ctx, struct plan *plan, int together)
{
	const struct decision *d = plan->decision;
	const struct object *object = d->object;
	int series = d->component->recurrence_id.kind == WHEN_NONE;
	size_t i, room = object->ncomponent + object->ninstance + 1;

	plan->answer = mem_array(ctx, struct answer, room);
	for (i = 0; i < object->ncomponent; i++) {
		const struct component *c = &object->component[i];

		if (!reply_is_answered(d, c))
			continue;
		add_answer(plan, c, NULL,
		    c->recurrence_id.kind != WHEN_NONE &&
			is_refused(d, &c->start, &c->end));
	}
	if (series && letter_is_partial(d))
		add_refused_dates(plan, together ? room : DECLINES_MAX);
}

/* --- the letters -------------------------------------------------------- */

/* The object with this one date, that of the answer. */
static const struct object *
object_of_date(
    TALLOC_CTX *ctx, const struct object *object, const struct answer *answer)
{
	const struct component *c = answer->component;
	struct object *one = mem_new(ctx, struct object);

	*one = *object;
	one->instance = mem_new(one, struct instance);
	one->ninstance = 1;
	one->covered = INT64_MAX;
	if (answer->date != NULL) {
		*one->instance = *answer->date;
		return one;
	}
	one->instance->recurrence_id = c->recurrence_id;
	one->instance->start = c->start;
	one->instance->end = c->end;
	one->instance->component = (size_t)(c - object->component);
	return one;
}

/*
 * One of several dates without their series that are all refused, since some of
 * them are taken: this one, or another.
 */
static void
narrow_refusal(TALLOC_CTX *ctx, struct decision *one,
    const struct object *object, const struct answer *answer)
{
	struct span *span;

	if (object->component[0].recurrence_id.kind == WHEN_NONE ||
	    strcmp(one->code, "clash") != 0 || one->nclash == 0)
		return;
	one->object = object_of_date(ctx, object, answer);
	span = mem_array(ctx, struct span, 1);
	span->start = one->object->instance->start.utc;
	span->end = one->object->instance->end.utc;
	if (!letter_is_taken(one, span)) {
		one->code = "clash-other";
		return;
	}
	one->clash = span;
	one->nclash = 1;
}

/*
 * The decision as if it had been about this one answer only.  A series that was
 * refused was refused as a whole, so that there all dates are spoken of.
 */
static struct decision
narrow(TALLOC_CTX *ctx, const struct decision *decision,
    const struct answer *answer)
{
	const struct object *object = decision->object;
	struct decision one = *decision;
	struct span *span;
	char *others;

	one.component = answer->component;
	one.attendee = reply_attendee(decision, answer->component);
	one.partstat = answer->partstat;
	one.status = answer->status;
	if (decision->verdict != VERDICT_ACCEPT) {
		narrow_refusal(ctx, &one, object, answer);
		return one;
	}
	others = mem_array(ctx, char, object->ncomponent);
	memset(others, 1, object->ncomponent);
	others[answer->component - object->component] = 0;
	one.stale = others;
	one.nclash = 0;
	if (strcmp(answer->partstat, "DECLINED") != 0)
		return one;
	one.object = object_of_date(ctx, object, answer);
	span = mem_array(ctx, struct span, 1);
	span->start = one.object->instance->start.utc;
	span->end = one.object->instance->end.utc;
	one.verdict = VERDICT_DECLINE;
	one.code = "clash";
	one.clash = span;
	one.nclash = 1;
	one.change.nput = one.change.nadd = 0;
	return one;
}

/* What each of n answers says: the letter's sentence, or its own. */
static void
add_sentences(TALLOC_CTX *ctx, const struct plan *plan, struct answer *answer,
    size_t n, const char *sentence)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct decision one;

		answer[i].sentence = sentence;
		if (n == 1 ||
		    strcmp(answer[i].partstat, plan->decision->partstat) == 0)
			continue;
		one = narrow(ctx, plan->decision, &answer[i]);
		answer[i].sentence = letter_text(ctx, &one, &plan->voice);
	}
}

/* One letter about a decision, with n answers from answer[first] on. */
static enum res
make_letter(const struct plan *plan, const struct decision *about, size_t first,
    size_t n, struct letter **letter, struct why *why)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	const struct calendar *calendar = about->calendar;
	const char *from = from_address(about);
	struct answer *answer = &plan->answer[first];
	struct post post = {.head = plan->head,
	    .unique = plan->head->unique,
	    .sender = plan->head->sender,
	    .name = post_name(calendar->name, from),
	    .from = from,
	    .agent = "",
	    .recipient = about->component->organizer.address,
	    .mail = plan->mail,
	    .automatic = "auto-replied",
	    .method = "REPLY",
	    .component = "VEVENT",
	    .voice = &plan->voice};
	struct telling telling;
	enum res r;

	if (first > 0)
		post.unique = mem_print(tmp, "%s %zu", post.unique, first);
	if (post.sender[0] == '\0')
		post.sender = calendar->address;
	letter_tell(tmp, about, &plan->voice, &telling);
	post.telling = &telling;
	add_sentences(tmp, plan, answer, n, telling.sentence);
	post.calendar = reply_calendar(tmp, plan->decision, answer, n,
	    voice_tag(&plan->voice), plan->head->now);
	r = post_make(plan->ctx, &post, letter, why);
	talloc_free(tmp);
	return r;
}

/* A letter for each answer; the first is about all if it is the series'. */
static enum res
make_letters(const struct plan *plan, struct letter **letter, struct why *why)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	enum res r = RES_OK;
	size_t i;

	for (i = 0; i < plan->n && r == RES_OK; i++) {
		struct decision one = *plan->decision;

		if (i > 0 || one.component->recurrence_id.kind != WHEN_NONE)
			one = narrow(tmp, plan->decision, &plan->answer[i]);
		r = make_letter(plan, &one, i, 1, letter, why);
		if (r == RES_OK)
			letter = &(*letter)->next;
	}
	talloc_free(tmp);
	return r;
}

/* Is there anything that can be answered, and somebody to tell? */
static enum res
check_decision(const struct decision *decision, struct why *why)
{
	const struct component *c = decision->component;

	if (c == NULL || decision->object == NULL ||
	    decision->partstat[0] == '\0')
		return why_set(why, RES_PERM, "there is nothing to answer");
	if (ical_is_blank(decision->object->uid))
		return why_set(
		    why, RES_PERM, "an answer without a UID answers nothing");
	if (!address_is_sendable(c->organizer.address))
		return why_set(why, RES_PERM,
		    "no mail can go to the organizer \"%s\"",
		    c->organizer.address);
	return RES_OK;
}

enum res
letter_make(TALLOC_CTX *ctx, const struct decision *decision,
    const struct mail *mail, const struct letterhead *head,
    struct letter **letter, struct why *why)
{
	enum res r = check_decision(decision, why);
	struct plan plan = {
	    .ctx = ctx, .decision = decision, .mail = mail, .head = head};
	struct letter *first = NULL;
	TALLOC_CTX *tmp;
	int together;

	if (r != RES_OK)
		return r;
	tmp = mem_check(talloc_new(NULL));
	together = decision->calendar->series_answer == SERIES_TOGETHER;
	plan.voice.language = choose_language(tmp, decision, mail);
	plan.voice.here = decision->calendar->zone;
	plan.voice.reader = reader_zone(decision->component);
	make_plan(tmp, &plan, together);
	if (together || plan.n == 1 ||
	    (plan.n > LETTERS_MAX &&
		plan.answer[0].component->recurrence_id.kind != WHEN_NONE))
		r = make_letter(&plan, decision, 0, plan.n, &first, why);
	else
		r = make_letters(&plan, &first, why);
	if (r == RES_OK)
		*letter = first;
	talloc_free(tmp);
	return r;
}
