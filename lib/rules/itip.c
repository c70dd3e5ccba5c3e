/*
 * itip.c - versions, speakers, attendees: the rules of RFC 5546 that come
 * before any question of time
 */
#include "lib/rules/itip.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"

/* More Received fields than this mean a loop. */
#define HOPS_MAX 25

/* Length of the local part without "+detail"; *domain is set behind the '@'. */
static size_t
mailbox_length(const char *address, const char **domain)
{
	const char *at = strrchr(address, '@');
	size_t n = at == NULL ? strlen(address) : (size_t)(at - address);
	const char *plus = address[0] == '"' ? NULL : memchr(address, '+', n);

	*domain = at == NULL ? "" : at + 1;
	if (plus != NULL && plus != address)
		n = (size_t)(plus - address);
	return n;
}

int
itip_same_address(const char *a, const char *b)
{
	const char *domain_a, *domain_b;
	size_t na, nb;

	if (a == NULL || b == NULL || a[0] == '\0' || b[0] == '\0')
		return 0;
	na = mailbox_length(a, &domain_a);
	nb = mailbox_length(b, &domain_b);
	return na == nb && strncasecmp(a, b, na) == 0 &&
	       strcasecmp(domain_a, domain_b) == 0;
}

/* The record of an instance, else of the master, else NULL. */
static const struct record *
record_of(int64_t instance, const struct record *record, size_t n)
{
	const struct record *master = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (record[i].instance == instance)
			return &record[i];
		if (record[i].instance == INSTANCE_MASTER)
			master = &record[i];
	}
	return master;
}

enum version
itip_version(const struct component *component, int64_t instance,
    const char *digest, const struct record *record, size_t n)
{
	const struct record *known = record_of(instance, record, n);

	if (known == NULL)
		return VERSION_NEW;
	if (component->sequence != known->sequence)
		return component->sequence > known->sequence ? VERSION_NEWER
		                                             : VERSION_OLDER;
	if (component->dtstamp != known->dtstamp)
		return component->dtstamp > known->dtstamp ? VERSION_NEWER
		                                           : VERSION_OLDER;
	/* An override that only the master stands for is news at equal rank. */
	if (known->instance != instance || strcmp(known->digest, digest) != 0)
		return VERSION_NEWER;
	return VERSION_SAME;
}

/*
 * Is the address one of those that sent the mail?  The Sender field does not
 * count: no server vouches for it.
 */
static int
is_sending(
    const struct mail *mail, const char *envelope_sender, const char *address)
{
	return itip_same_address(mail->from, address) ||
	       itip_same_address(envelope_sender, address);
}

/*
 * May the one act for the other?  Anybody can write SENT-BY, so without a
 * delegation on record only within a domain.
 */
static int
may_act_for(const char *agent, const char *principal)
{
	const char *a = strrchr(agent, '@');
	const char *b = strrchr(principal, '@');

	return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

/* Does the entry "AGENT for ORGANIZER" let the sender act for this one? */
static int
is_entry(const char *entry, const struct mail *mail,
    const char *envelope_sender, const char *organizer)
{
	const char *middle = strstr(entry, " for ");
	char agent[LIMIT_ADDRESS_BYTES + 1];
	size_t n = middle == NULL ? 0 : (size_t)(middle - entry);

	if (n == 0 || n >= sizeof(agent) ||
	    !itip_same_address(middle + 5, organizer))
		return 0;
	memcpy(agent, entry, n);
	agent[n] = '\0';
	return is_sending(mail, envelope_sender, agent);
}

/* Did the administrator say that the sender may act for the organizer? */
static int
is_delegate(const struct calendar *calendar, const struct mail *mail,
    const char *envelope_sender, const char *organizer)
{
	const char **entry;

	for (entry = calendar->delegate; entry != NULL && *entry != NULL;
	     entry++)
		if (is_entry(*entry, mail, envelope_sender, organizer))
			return 1;
	return 0;
}

enum speaker
itip_speaker(const struct calendar *calendar, const struct mail *mail,
    const char *envelope_sender, const struct component *component)
{
	size_t i;

	/* No From or several is no identity at all, whatever else is said. */
	if (mail->from == NULL)
		return SPEAKER_OTHER;
	if (is_sending(mail, envelope_sender, component->organizer.address))
		return SPEAKER_ORGANIZER;
	if (may_act_for(
		component->organizer.sent_by, component->organizer.address) &&
	    is_sending(mail, envelope_sender, component->organizer.sent_by))
		return SPEAKER_ORGANIZER;
	if (is_delegate(
		calendar, mail, envelope_sender, component->organizer.address))
		return SPEAKER_ORGANIZER;
	for (i = 0; i < component->nattendee; i++) {
		const struct person *p = &component->attendee[i];

		if (is_sending(mail, envelope_sender, p->address))
			return SPEAKER_ATTENDEE;
	}
	return SPEAKER_OTHER;
}

const char *
itip_unanswerable(const struct mail *mail, const char *envelope_sender,
    const struct calendar *calendar)
{
	if (envelope_sender[0] == '\0')
		return "the envelope sender is empty";
	if (strncasecmp(envelope_sender, "mailer-daemon@", 14) == 0)
		return "the envelope sender is a mailer daemon";
	if (strncmp(mail->type, "multipart/report", 16) == 0)
		return "it is a delivery report";
	if (mail->received > HOPS_MAX)
		return "it went through too many servers: a loop";
	if (mail->from != NULL &&
	    itip_same_address(mail->from, calendar->address))
		return "it comes from this calendar itself";
	if (calendar->answer_automatic)
		return NULL;
	if (mail->auto_submitted[0] != '\0')
		return "it is automatic (Auto-Submitted)";
	if (mail->list_id[0] != '\0' || mail->precedence[0] != '\0')
		return "it is list or bulk mail";
	return NULL;
}

int
itip_is_calendar(const char *address, const struct calendar *calendar)
{
	const char **alias;

	if (itip_same_address(address, calendar->address))
		return 1;
	for (alias = calendar->alias; alias != NULL && *alias != NULL; alias++)
		if (itip_same_address(address, *alias))
			return 1;
	return 0;
}

const struct person *
itip_attendee(
    const struct component *component, const struct calendar *calendar)
{
	size_t i;

	for (i = 0; i < component->nattendee; i++)
		if (itip_is_calendar(component->attendee[i].address, calendar))
			return &component->attendee[i];
	return NULL;
}

const char *
itip_organizer(TALLOC_CTX *ctx, const struct object *object)
{
	const char *address = "";
	char *copy, *p;
	size_t i;

	for (i = 0; i < object->ncomponent && address[0] == '\0'; i++)
		address = object->component[i].organizer.address;
	copy = mem_text(ctx, address);
	for (p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return copy;
}
