/* letterbox.c - kept texts and letters of a decision; see letterbox.h */
#include "lib/engine/letterbox.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/write/ical.h"
#include "lib/write/letter.h"

/* The component of the object that a record stands for, or NULL. */
static const struct component *
component_of(const struct object *object, const struct record *record)
{
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		const struct component *c = &object->component[i];
		int is_master = c->recurrence_id.kind == WHEN_NONE;

		if (is_master ? record->instance == INSTANCE_MASTER
			      : record->instance == c->recurrence_id.utc)
			return c;
	}
	return NULL;
}

void
letterbox_keep_texts(struct decision *decision)
{
	struct change *change = &decision->change;
	struct record *put;
	size_t i;

	if (change->nput == 0 || decision->verdict != VERDICT_ACCEPT)
		return;
	put = mem_array(decision, struct record, change->nput);
	memcpy(put, change->put, change->nput * sizeof(*put));
	for (i = 0; i < change->nput; i++) {
		const struct component *c =
		    component_of(decision->object, &put[i]);

		if (put[i].state == RECORD_BOOKED && c != NULL)
			put[i].text = ical_keep(decision, decision->object, c);
	}
	change->put = put;
}

/* One letter about the decision; count tells the letters of one apart. */
static struct letter *
one_letter(TALLOC_CTX *ctx, const struct settings *settings,
    const struct errand *errand, const struct decision *decision, size_t count,
    struct why *why)
{
	struct letterhead head = {.sender = settings->sender,
	    .host = settings->host,
	    .now = decision->stamp};
	struct letter *letter = NULL;
	char *unique;

	unique = mem_print(ctx, "%s %s %s", errand->id,
	    decision->calendar->address, decision->object->uid);
	if (count > 0)
		mem_add(&unique, " %zu", count);
	head.unique = unique;
	if (letter_make(ctx, decision, &errand->notice->mail, &head, &letter,
		why) != RES_OK)
		return NULL;
	return letter;
}

/* Is this changed date one that the answer speaks of? */
static int
is_answered(const struct decision *d, size_t i)
{
	const struct component *c = &d->object->component[i];

	return !d->stale[i] && strcmp(c->status, "CANCELLED") != 0 &&
	       itip_attendee(c, d->calendar) != NULL;
}

/*
 * Single dates without their series: a letter for each, since there are
 * programs that take no answer with two events in it.
 */
static struct letter *
letters_by_date(TALLOC_CTX *ctx, const struct settings *settings,
    const struct errand *errand, const struct decision *decision,
    struct why *why)
{
	const struct object *object = decision->object;
	struct letter *first = NULL, **end = &first;
	size_t i, k, count = 0;

	for (i = 0; i < object->ncomponent; i++) {
		struct decision one = *decision;
		char *others;

		if (!is_answered(decision, i))
			continue;
		others = mem_array(ctx, char, object->ncomponent);
		for (k = 0; k < object->ncomponent; k++)
			others[k] = k != i;
		one.component = &object->component[i];
		one.attendee = itip_attendee(one.component, one.calendar);
		one.asked = &one.component->start;
		one.stale = others;
		*end = one_letter(ctx, settings, errand, &one, count++, why);
		if (*end == NULL)
			return NULL;
		end = &(*end)->next;
	}
	return first;
}

struct letter *
letterbox_answer(TALLOC_CTX *ctx, const struct settings *settings,
    const struct errand *errand, struct decision *decision)
{
	struct letter *letter;
	struct why why = {""};

	if (!decision->answer || decision->verdict == VERDICT_REPEAT)
		return NULL;
	if (decision->component->recurrence_id.kind != WHEN_NONE &&
	    decision->object->component[0].recurrence_id.kind != WHEN_NONE &&
	    decision->verdict == VERDICT_ACCEPT)
		letter = letters_by_date(ctx, settings, errand, decision, &why);
	else
		letter = one_letter(ctx, settings, errand, decision, 0, &why);
	if (letter != NULL)
		return letter;
	decision->answer = 0;
	decision->quiet = mem_text(decision, why.text);
	return NULL;
}
