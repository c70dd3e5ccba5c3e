/* dispatch.c - a message that a calendar sends of its own; see dispatch.h */
#include "lib/write/dispatch.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/write/ical.h"
#include "lib/write/mission.h"
#include "lib/write/post.h"

/* A method, and what it can be about. */
struct method {
	const char *name;
	const char *kinds; /* blank before and after each */
	const char *automatic;
	enum role role;
};

static const struct method methods[] = {
    {"REQUEST", " VEVENT VTODO VFREEBUSY ", "auto-generated", ROLE_ORGANIZER},
    {"ADD", " VEVENT VTODO VJOURNAL ", "auto-generated", ROLE_ORGANIZER},
    {"CANCEL", " VEVENT VTODO VJOURNAL ", "auto-generated", ROLE_ORGANIZER},
    {"DECLINECOUNTER", " VEVENT VTODO ", "auto-replied", ROLE_ORGANIZER},
    {"PUBLISH", " VEVENT VTODO VJOURNAL VFREEBUSY ", "auto-generated",
	ROLE_ORGANIZER},
    {"REPLY", " VEVENT VTODO VFREEBUSY ", "auto-replied", ROLE_ATTENDEE},
    {"COUNTER", " VEVENT VTODO ", "auto-replied", ROLE_ATTENDEE},
    {"REFRESH", " VEVENT VTODO ", "auto-generated", ROLE_ATTENDEE},
};

/* The method of that name, or NULL. */
static const struct method *
method_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}

/* Does the method exist for this kind, and for this role? */
static enum res
check_method(
    const struct dispatch *d, const struct method *method, struct why *why)
{
	const struct holding *h = d->holding;
	char kind[32];

	(void)snprintf(kind, sizeof(kind), " %s ", h->kind);
	if (method == NULL || strstr(method->kinds, kind) == NULL)
		return why_set(why, RES_PERM, "a %s cannot be sent as %s",
		    h->kind, d->method);
	/* Free/busy has no roles; what we were sent we may pass on. */
	if (strcmp(h->kind, "VFREEBUSY") != 0 && method->role != h->role &&
	    strcmp(d->method, "PUBLISH") != 0)
		return why_set(why, RES_PERM,
		    "%s is for the %s, and the calendar is not", d->method,
		    method->role == ROLE_ORGANIZER ? "organizer" : "attendee");
	return RES_OK;
}

/* Is there what a message needs? */
static enum res
check(const struct dispatch *d, const struct method *method, struct why *why)
{
	const struct holding *h = d->holding;
	enum res r = check_method(d, method, why);

	if (r != RES_OK)
		return r;
	if (ical_is_blank(h->uid))
		return why_set(
		    why, RES_PERM, "a message without a UID is about nothing");
	if (strlen(h->uid) > LIMIT_UID_BYTES)
		return why_set(why, RES_PERM, "the UID is too long");
	if (h->organizer[0] == '\0' && strcmp(d->method, "PUBLISH") != 0)
		return why_set(why, RES_PERM, "there is no organizer");
	if (strlen(h->organizer) > LIMIT_ADDRESS_BYTES)
		return why_set(
		    why, RES_PERM, "the organizer's address is too long");
	return RES_OK;
}

/* The language: as set, as wished, as the mail is written. */
static const char *
choose_language(const struct dispatch *d)
{
	const char *set = d->calendar->language, *language;

	if (set != NULL && set[0] != '\0')
		return language_match(set);
	language = language_match(d->language);
	if (language == NULL && d->mail != NULL)
		language = language_match(d->mail->language);
	return language;
}

/* The address that speaks: as the object knows us. */
static const char *
from_address(const struct mission *mission)
{
	const struct holding *h = mission->dispatch->holding;
	const struct participant *self = NULL;

	if (h->role == ROLE_ORGANIZER && mission_is_ours(mission, h->organizer))
		return h->organizer;
	if (h->npart > 0)
		self = mission_self(mission, &h->part[0]);
	if (self != NULL && address_is_sendable(self->address))
		return self->address;
	return mission->dispatch->calendar->address;
}

/* One mail with n pieces from piece[first] on. */
static enum res
make_letter(TALLOC_CTX *ctx, const struct mission *mission, size_t first,
    size_t n, struct letter **letter, struct why *why)
{
	const struct dispatch *d = mission->dispatch;
	const struct letterhead *head = mission->head;
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	int freebusy = strcmp(d->holding->kind, "VFREEBUSY") == 0;
	struct telling telling;
	struct post post = {.head = head,
	    .unique = head->unique,
	    .sender =
		head->sender[0] == '\0' ? d->calendar->address : head->sender,
	    .name = post_name(d->calendar->name, mission->from),
	    .from = mission->from,
	    .agent = d->agent,
	    .recipient = d->recipient,
	    .mail = d->mail,
	    .automatic = mission->automatic,
	    .method = d->method,
	    .component = d->holding->kind,
	    .voice = &mission->voice,
	    .telling = &telling};
	enum res r;

	if (first > 0)
		post.unique = mem_print(tmp, "%s %zu", post.unique, first);
	if (freebusy) {
		mission_tell_freebusy(tmp, mission, &telling);
		post.calendar = mission_freebusy(tmp, mission);
	} else {
		mission_tell(tmp, mission, &mission->piece[first], n, &telling);
		post.calendar =
		    mission_calendar(tmp, mission, &mission->piece[first], n);
	}
	r = post_make(ctx, &post, letter, why);
	talloc_free(tmp);
	return r;
}

/* All mails: several answers each in a mail of its own, unless set so. */
static enum res
make_letters(TALLOC_CTX *ctx, const struct mission *mission,
    struct letter **letter, struct why *why)
{
	int apart =
	    mission_is(mission, "REPLY") && mission->n > 1 &&
	    mission->dispatch->calendar->series_answer == SERIES_SEPARATE;
	enum res r = RES_OK;
	size_t i;

	if (!apart)
		return make_letter(ctx, mission, 0, mission->n, letter, why);
	for (i = 0; i < mission->n && r == RES_OK; i++) {
		r = make_letter(ctx, mission, i, 1, letter, why);
		if (r == RES_OK)
			letter = &(*letter)->next;
	}
	return r;
}

enum res
dispatch_make(TALLOC_CTX *ctx, const struct dispatch *dispatch,
    const struct letterhead *head, struct letter **letter, struct why *why)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	const char *name = dispatch->calendar->name;
	const struct method *method = method_find(dispatch->method);
	struct mission mission = {
	    .dispatch = dispatch, .head = head, .now = head->now};
	struct letter *first = NULL;
	enum res r = check(dispatch, method, why);

	if (name == NULL || name[0] == '\0')
		name = dispatch->calendar->address;
	mission.name = voice_name(tmp, name);
	mission.automatic = method == NULL ? "" : method->automatic;
	mission.voice.language = choose_language(dispatch);
	mission.voice.here = dispatch->calendar->zone;
	mission.voice.reader = dispatch->reader;
	mission.from = from_address(&mission);
	if (r == RES_OK)
		r = mission_plan(tmp, &mission, why);
	if (r == RES_OK)
		r = make_letters(ctx, &mission, &first, why);
	if (r == RES_OK)
		*letter = first;
	talloc_free(tmp);
	return r;
}
