/* who.c - ORGANIZER and ATTENDEE lines of a dispatch; see mission.h */
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/write/ical.h"
#include "lib/write/mission.h"
#include "lib/write/post.h"
#include "lib/write/property.h"
#include "lib/write/sheet.h"

#define ADDRESSES_MAX 20 /* of one delegation */

/* Append ";NAME=word" if it is one, and not the usual one. */
static void
add_word(char **line, const char *name, const char *word, const char *usual)
{
	if (word != NULL && property_is_word(word) && strcmp(word, usual) != 0)
		mem_add(line, ";%s=%s", name, word);
}

/* Append ";CN=", in quotes even where it need not be: Thunderbird likes it. */
static void
add_name(char **line, const char *name)
{
	char *value;

	if (name == NULL || name[0] == '\0')
		return;
	value = ical_parameter(*line, voice_name(*line, name));
	mem_add(line, value[0] == '"' ? ";CN=%s" : ";CN=\"%s\"", value);
}

/* Append ";NAME=" and quoted URIs of addresses with blanks between. */
static void
add_addresses(char **line, const char *name, const char *addresses)
{
	const char *separator = mem_print(*line, ";%s=", name);
	int left = ADDRESSES_MAX;

	while (addresses != NULL && left > 0 && *addresses != '\0') {
		size_t n = strcspn(addresses, " ");
		char *one = mem_textn(*line, addresses, n);

		if (n > 0 && n <= LIMIT_ADDRESS_BYTES) {
			mem_add(line, "%s\"%s\"", separator,
			    ical_mailto(*line, one));
			separator = ",";
			left--;
		}
		addresses += n + (addresses[n] == ' ');
	}
}

int
who_is_named(const char *line, const char *address)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	const char *value = property_value(line);
	char *email = property_parameter(tmp, line, "EMAIL");
	int found = 0;

	if (!property_is(line, "ATTENDEE"))
		value = "";
	if (strncasecmp(value, "mailto:", 7) == 0)
		found =
		    strcasecmp(value + 7, address) == 0 ||
		    strcasecmp(value + 7, ical_mailto(tmp, address) + 7) == 0;
	if (!found && email != NULL && value[0] != '\0')
		found = strcasecmp(email, address) == 0;
	talloc_free(tmp);
	return found;
}

/* The ATTENDEE line that was received for an address, or NULL. */
static const char *
find_line(const struct component *received, const char *address)
{
	size_t i;

	for (i = 0; received != NULL && i < received->nline; i++)
		if (property_is_sound(received->line[i]) &&
		    who_is_named(received->line[i], address))
			return received->line[i];
	return NULL;
}

void
who_attendee(struct sheet *sheet, const struct component *received,
    const struct participant *participant, const char *partstat)
{
	const char *address = participant->address;
	char *line = mem_text(sheet->out, "ATTENDEE"), *email;
	const char *from, *value = "";

	if (strlen(address) > LIMIT_ADDRESS_BYTES)
		return;
	from = find_line(received, address);
	add_name(&line, participant->name);
	add_word(&line, "CUTYPE", participant->cutype, "INDIVIDUAL");
	add_word(&line, "ROLE", participant->role, "REQ-PARTICIPANT");
	add_word(&line, "PARTSTAT", partstat, "");
	add_addresses(&line, "DELEGATED-TO", participant->delegated_to);
	add_addresses(&line, "DELEGATED-FROM", participant->delegated_from);
	add_addresses(&line, "SENT-BY", participant->sent_by);
	/* Asked is who has not answered; an answer asks for nothing. */
	if (strcmp(partstat, "NEEDS-ACTION") == 0)
		add_word(&line, "RSVP", participant->rsvp, "");
	if (from != NULL)
		value = property_value(from);
	email = from == NULL ? NULL : property_parameter(line, from, "EMAIL");
	/* Where the value is no mailto:, this is how we were found. */
	if (email != NULL && strncasecmp(value, "mailto:", 7) != 0)
		mem_add(&line, ";EMAIL=%s", property_quote(line, email));
	if (value[0] == '\0')
		value = ical_mailto(line, address);
	mem_add(&line, ":%s", value);
	ical_line(&sheet->out, line);
}

void
who_address(struct sheet *sheet, const char *address, const char *name,
    const char *partstat)
{
	char *line = mem_text(sheet->out, "ATTENDEE");

	add_name(&line, name);
	add_word(&line, "PARTSTAT", partstat, "");
	mem_add(&line, ":%s", ical_mailto(line, address));
	ical_line(&sheet->out, line);
}

void
who_organizer(
    struct sheet *sheet, const struct mission *mission, const char *line)
{
	const struct dispatch *d = mission->dispatch;
	const char *organizer = d->holding->organizer;
	int ours = d->holding->role == ROLE_ORGANIZER;
	char *text;

	/* In an answer it is copied as it came. */
	if (line != NULL && property_is_sound(line) && !ours) {
		sheet_line(sheet, "%s", line);
		return;
	}
	if (organizer[0] == '\0')
		return;
	text = mem_text(sheet->out, "ORGANIZER");
	if (ours)
		add_name(&text, post_name(d->calendar->name, organizer));
	if (ours && d->agent[0] != '\0')
		add_addresses(&text, "SENT-BY", d->agent);
	mem_add(&text, ":%s", ical_mailto(text, organizer));
	ical_line(&sheet->out, text);
}
