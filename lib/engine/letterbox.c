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

/* The letters about the decision, chained; NULL if it cannot be addressed. */
static struct letter *
make_letter(TALLOC_CTX *ctx, const struct settings *settings,
    const struct errand *errand, const struct decision *decision,
    struct why *why)
{
	struct letterhead head = {.sender = settings->sender,
	    .host = settings->host,
	    .now = decision->stamp};
	struct letter *letter = NULL;

	head.unique = mem_print(ctx, "%s %s %s", errand->id,
	    decision->calendar->address, decision->object->uid);
	if (letter_make(ctx, decision, &errand->notice->mail, &head, &letter,
		why) != RES_OK)
		return NULL;
	return letter;
}

struct letter *
letterbox_answer(TALLOC_CTX *ctx, const struct settings *settings,
    const struct errand *errand, struct decision *decision)
{
	struct letter *letter;
	struct why why = {""};

	if (!decision->answer || decision->verdict == VERDICT_REPEAT)
		return NULL;
	letter = make_letter(ctx, settings, errand, decision, &why);
	if (letter != NULL)
		return letter;
	decision->answer = 0;
	decision->quiet = mem_text(decision, why.text);
	return NULL;
}
