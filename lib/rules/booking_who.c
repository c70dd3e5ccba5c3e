/*
 * booking_who.c - the steps that ask who speaks, how sure that is, and for whom
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"
#include "lib/rules/ruling.h"

/* A delegate may delegate in turn, this often (RFC 5546 section 3.2.2.3). */
#define DELEGATIONS_MAX 3

/* Which address made the sender the organizer. */
static const char *
identity_text(const struct ruling *r, const char *from)
{
	const struct person *organizer = &r->lead->organizer;

	if (itip_same_address(from, organizer->address))
		return mem_print(r->d, "%s is the organizer", from);
	if (itip_same_address(r->q->envelope_sender, organizer->address))
		return mem_print(r->d,
		    "the envelope sender %s is the organizer (From: %s)",
		    r->q->envelope_sender, from);
	if (organizer->sent_by[0] == '\0')
		return mem_print(
		    r->d, "%s is a delegate of the organizer", from);
	return mem_print(
	    r->d, "%s sends for the organizer (SENT-BY)", organizer->sent_by);
}

/* Who speaks: the organizer, or somebody without a say? */
enum step
step_identity(struct ruling *r)
{
	const struct question *q = r->q;
	enum speaker who =
	    itip_speaker(q->calendar, q->mail, q->envelope_sender, r->lead);
	const char *from = q->mail->from == NULL ? "nobody" : q->mail->from;

	if (who == SPEAKER_ORGANIZER)
		return ruling_pass(r, "identity", identity_text(r, from));
	if (!ruling_is_request(r))
		return ruling_settle(r, "identity", VERDICT_IGNORE,
		    "not-organizer",
		    mem_print(r->d,
			"%s is not the organizer %s and may not cancel", from,
			r->lead->organizer.address));
	if (r->nrecord > 0)
		return ruling_settle(r, "identity", VERDICT_HOLD,
		    "not-organizer",
		    mem_print(r->d,
			"%s is not the organizer %s and may not change a "
			"booking",
			from, r->lead->organizer.address));
	if (q->calendar->forwarded == FORWARDED_BOOK) {
		r->unproven = "the sender is not the organizer";
		return ruling_pass(
		    r, "identity", "not the organizer; forwarded = book");
	}
	return ruling_settle(r, "identity", VERDICT_HOLD, "not-organizer",
	    mem_print(r->d,
		"sent by %s, but the organizer is %s; forwarded = book would "
		"book it",
		from, r->lead->organizer.address));
}

/* Not sure enough who sent it: a person should look. */
static enum step
unproven(struct ruling *r, const char *detail)
{
	static const char *const wanted[] = {
	    [REQUIRE_NONE] = "none",
	    [REQUIRE_ALIGNED] = "aligned",
	    [REQUIRE_AUTHENTICATED] = "authenticated",
	};
	const char *from = r->q->mail->from;

	return ruling_settle(r, "authentication", VERDICT_HOLD,
	    "not-authenticated",
	    mem_print(r->d, "it is not sure that %s sent it: require = %s, %s",
		from == NULL ? "nobody" : from, wanted[r->q->calendar->require],
		detail));
}

/* Is it sure enough that From is who sent it? */
enum step
step_authentication(struct ruling *r)
{
	static const struct identity nobody = {
	    IDENTITY_NONE, "", 0, "nothing vouches for it"};
	const struct question *q = r->q;
	const struct calendar *c = q->calendar;
	const struct identity *id = q->identity == NULL ? &nobody : q->identity;

	if (!identity_suffices(id, c))
		return unproven(r, id->detail);
	/* What is proved is From; the envelope could be anybody's. */
	if (c->require != REQUIRE_NONE && c->forwarded == FORWARDED_HOLD &&
	    itip_speaker(c, q->mail, "", r->lead) != SPEAKER_ORGANIZER)
		return unproven(
		    r, "only the envelope says that the organizer did");
	if (id->failed)
		ruling_trace(r, "authentication", "note", id->detail);
	else if (id->level > IDENTITY_NONE)
		return ruling_pass(r, "authentication",
		    mem_print(
			r->d, "%s: %s", identity_name(id->level), id->detail));
	return STEP_NEXT;
}

/* The attendee with this address, or NULL. */
static const struct person *
find_attendee(const struct component *c, const char *address)
{
	size_t i;

	for (i = 0; i < c->nattendee; i++)
		if (itip_same_address(c->attendee[i].address, address))
			return &c->attendee[i];
	return NULL;
}

/* Did the calendar hand it on, or does a chain of hands come back to it? */
enum step
step_delegated(struct ruling *r)
{
	const struct person *me = r->d->attendee, *p = me;
	int hops;

	if (!ruling_is_request(r) || me == NULL || me->delegated_to == NULL ||
	    me->delegated_to[0] == '\0')
		return STEP_NEXT;
	for (hops = 0; p != NULL && p->delegated_to[0] != '\0'; hops++) {
		p = find_attendee(r->lead, p->delegated_to);
		if (p == me || hops >= DELEGATIONS_MAX)
			return ruling_settle(r, "delegated", VERDICT_IGNORE,
			    "bad-delegation",
			    "the delegations go round in a circle");
	}
	if (strcmp(me->partstat, "DELEGATED") != 0)
		return STEP_NEXT;
	return ruling_settle(r, "delegated", VERDICT_IGNORE, "delegated",
	    mem_print(r->d, "it was handed on to %s", me->delegated_to));
}
