/* parties.c - organizer and attendees of a meeting, see meeting.h */
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/facts/limits.h"
#include "lib/tnef/meeting.h"

/* Where one person's name and addresses stand. */
struct tags {
	uint32_t name;
	uint32_t kind; /* of the address: SMTP, EX */
	uint32_t address;
	uint32_t smtp; /* beside one of another kind */
};

static const struct tags represented = {0x0042, 0x0064, 0x0065, 0x5D02};
static const struct tags sender = {0x0C1A, 0x0C1E, 0x0C1F, 0x5D01};
static const struct tags receiver = {0x0044, 0x0077, 0x0078, 0x5D08};
static const struct tags recipient = {0x3001, 0x3002, 0x3003, 0x39FE};

enum {
	PR_RECIPIENT_TYPE = 0x0C15,
	PR_RECIPIENT_FLAGS = 0x5FFD,
	PR_RECIPIENT_TRACKSTATUS = 0x5FFF
};

#define IS_ORGANIZER   0x0002 /* in PR_RECIPIENT_FLAGS */
#define RECIPIENT_KIND 0x000F /* in PR_RECIPIENT_TYPE, without flags */

/* Can mail go there, and can it be written in one line? */
static int
is_address(const char *address)
{
	size_t n = strlen(address);
	size_t i, step;

	if (n < 3 || n > LIMIT_ADDRESS_BYTES || strchr(address, '@') == NULL)
		return 0;
	for (i = 0; i < n; i += step) {
		step = utf8_length(address + i, n - i);
		if (step == 0 || (unsigned char)address[i] <= 0x20 ||
		    strchr("<>\"\\,;\x7f", address[i]) != NULL)
			return 0;
	}
	return 1;
}

/* The address of one person, or NULL. */
static const char *
find_address(
    TALLOC_CTX *ctx, const struct props *props, const struct tags *tags)
{
	const char *address = props_text(ctx, props, SET_NONE, tags->smtp);
	const char *kind;

	if (address != NULL && is_address(address))
		return address;
	kind = props_text(ctx, props, SET_NONE, tags->kind);
	address = props_text(ctx, props, SET_NONE, tags->address);
	if (address == NULL || !is_address(address) ||
	    (kind != NULL && *kind != '\0' && strcasecmp(kind, "SMTP") != 0))
		return NULL;
	return address;
}

/* Name and address; the rest as of an invited person. */
static struct party
find_party(TALLOC_CTX *ctx, const struct props *props, const struct tags *tags)
{
	struct party party;

	memset(&party, 0, sizeof(party));
	party.address = find_address(ctx, props, tags);
	party.name = props_text(ctx, props, SET_NONE, tags->name);
	if (party.name == NULL)
		party.name = "";
	party.role = "REQ-PARTICIPANT";
	party.cutype = "INDIVIDUAL";
	return party;
}

/* Room for one more; NULL if there are enough. */
static struct party *
add_attendee(TALLOC_CTX *ctx, struct meeting *m)
{
	if (m->nattendee > LIMIT_ATTENDEES)
		return NULL;
	if (m->attendee == NULL)
		m->attendee = mem_array(ctx, struct party, LIMIT_ATTENDEES + 1);
	return &m->attendee[m->nattendee++];
}

/* A row of the recipient table, unless it is the organizer's. */
static void
add_recipient(TALLOC_CTX *ctx, const struct props *row, struct meeting *m)
{
	static const char *const track[] = {
	    NULL, NULL, "TENTATIVE", "ACCEPTED", "DECLINED"};
	struct party party = find_party(ctx, row, &recipient);
	struct party *attendee;
	int32_t type = 1, flags = 0, status = 0;

	(void)props_long(row, SET_NONE, PR_RECIPIENT_TYPE, &type);
	(void)props_long(row, SET_NONE, PR_RECIPIENT_FLAGS, &flags);
	(void)props_long(row, SET_NONE, PR_RECIPIENT_TRACKSTATUS, &status);
	if (flags & IS_ORGANIZER) {
		if (m->organizer.address == NULL)
			m->organizer = party;
		return;
	}
	if (party.address == NULL)
		return;
	type &= RECIPIENT_KIND;
	if (type == 2)
		party.role = "OPT-PARTICIPANT";
	if (type == 3) {
		party.role = "NON-PARTICIPANT";
		party.cutype = "RESOURCE";
	}
	if (status >= 2 && status <= 4)
		party.partstat = track[status];
	attendee = add_attendee(ctx, m);
	if (attendee != NULL)
		*attendee = party;
}

/* Addresses of To or Cc. */
static void
add_addresses(TALLOC_CTX *ctx, const char *const *list, size_t n,
    const char *role, struct meeting *m)
{
	struct party *attendee;
	size_t i;

	for (i = 0; i < n; i++) {
		attendee = is_address(list[i]) ? add_attendee(ctx, m) : NULL;
		if (attendee == NULL)
			continue;
		attendee->address = list[i];
		attendee->name = "";
		attendee->role = role;
		attendee->cutype = "INDIVIDUAL";
	}
}

/* Who the message is from: the one represented, the From of the mail. */
static struct party
find_author(
    TALLOC_CTX *ctx, const struct stream *s, const struct tnef_mail *mail)
{
	struct party author = find_party(ctx, &s->props, &represented);
	const char *hand = find_address(ctx, &s->props, &sender);

	if (author.address == NULL && mail->from != NULL &&
	    is_address(mail->from))
		author.address = mail->from;
	if (author.address != NULL && hand != NULL &&
	    strcasecmp(author.address, hand) != 0)
		author.sent_by = hand;
	return author;
}

/* attOwner, if it names somebody. */
static struct party
find_owner(const struct stream *s)
{
	struct party party;

	memset(&party, 0, sizeof(party));
	party.name = s->owner_name;
	if (is_address(s->owner))
		party.address = s->owner;
	return party;
}

/* A response: who answers, and whom. */
static void
read_response(TALLOC_CTX *ctx, const struct stream *s,
    const struct tnef_mail *mail, struct meeting *m)
{
	struct party *attendee = add_attendee(ctx, m);

	if (attendee == NULL) /* more than there may be */
		return;
	*attendee = find_author(ctx, s, mail);
	attendee->partstat = m->partstat;
	m->organizer = find_party(ctx, &s->props, &receiver);
	if (m->organizer.address == NULL)
		m->organizer = find_owner(s);
	if (m->organizer.address == NULL && s->nrecipient == 1)
		m->organizer = find_party(ctx, &s->recipient[0], &recipient);
	if (m->organizer.address == NULL && mail->nto == 1 &&
	    is_address(mail->to[0]))
		m->organizer.address = mail->to[0];
}

void
meeting_parties(TALLOC_CTX *ctx, const struct stream *s,
    const struct tnef_mail *mail, struct meeting *m)
{
	size_t i;

	if (m->partstat != NULL) {
		read_response(ctx, s, mail, m);
		return;
	}
	m->organizer = find_party(ctx, &s->props, &represented);
	if (m->organizer.address == NULL)
		m->organizer = find_owner(s);
	for (i = 0; i < s->nrecipient; i++)
		add_recipient(ctx, &s->recipient[i], m);
	if (m->organizer.address == NULL)
		m->organizer = find_author(ctx, s, mail);
	else
		m->organizer.sent_by = find_author(ctx, s, mail).sent_by;
	if (s->nrecipient > 0)
		return;
	add_addresses(ctx, mail->to, mail->nto, "REQ-PARTICIPANT", m);
	add_addresses(ctx, mail->cc, mail->ncc, "OPT-PARTICIPANT", m);
}
