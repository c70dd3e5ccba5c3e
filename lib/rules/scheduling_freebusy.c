/*
 * scheduling_freebusy.c - VFREEBUSY: asked for, and told
 *
 * Source: RFC 5546 section 3.3.  What is told is held under the address whose
 * times they are, so that the answers to one question stay apart.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/rules/scheduling_state.h"

enum itip_code
scheduling_freebusy_asked(struct turn *t)
{
	const char *asker = t->first->organizer.address;

	if (!turn_organizer_speaks(t)) {
		turn_detail(t, "organizer %s", asker);
		return ITIP_NOT_ORGANIZER;
	}
	if (itip_attendee(t->first, t->occasion->calendar) == NULL)
		return ITIP_NOT_INVITED;
	turn_follow(t, "REPLY", asker, NULL, 0, "free/busy was asked for");
	return ITIP_FREEBUSY_ASKED;
}

/* Whose times they are: who says so must be that one, or their publisher. */
static const struct person *
owner_of(const struct turn *t)
{
	const struct component *c = t->first;
	size_t i;

	if (strcmp(t->object->method, "PUBLISH") == 0)
		return &c->organizer;
	for (i = 0; i < c->nattendee; i++)
		if (turn_is_from(
			t, c->attendee[i].address, c->attendee[i].sent_by))
			return &c->attendee[i];
	return NULL;
}

/* May the sender tell?  The address it is held under, or NULL. */
static const char *
check_owner(struct turn *t, enum itip_code *code)
{
	const struct person *owner = owner_of(t);
	const char *from = t->occasion->mail->from;

	*code = owner == NULL ? ITIP_NOT_ATTENDEE : ITIP_NOT_ORGANIZER;
	if (owner == NULL || from == NULL)
		return NULL;
	if (owner->address[0] == '\0')
		return from;
	return turn_is_from(t, owner->address, owner->sent_by) ? owner->address
	                                                       : NULL;
}

enum itip_code
scheduling_freebusy_told(struct turn *t)
{
	int reply = strcmp(t->object->method, "REPLY") == 0;
	enum itip_code code;
	const char *owner = check_owner(t, &code);
	struct part p, *known;
	int order;

	if (owner == NULL)
		return code;
	turn_hold(t, owner);
	p = part_from(t, t->first);
	p.recurrence_id.kind = WHEN_NONE;
	known = part_find(t->next, &p.recurrence_id);
	order = known == NULL ? 1 : part_order(known, p.sequence, p.dtstamp);
	t->who = reply ? owner : NULL;
	t->who_date = p.recurrence_id;
	if (order < 0)
		return ITIP_STALE;
	if (order == 0 && strcmp(known->text, p.text) == 0)
		return ITIP_REPEATED;
	if (known != NULL)
		*known = p;
	else
		(void)part_insert(t, &p);
	t->changed = 1;
	if (reply)
		return ITIP_ANSWERED;
	return known == NULL ? ITIP_ADDED : ITIP_UPDATED;
}
