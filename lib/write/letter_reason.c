/*
 * letter_reason.c - why an invitation cannot be used, see part.h
 *
 * The reader and the rules say why in English, for the log.  What people meet
 * now and then has a translation here; it is found by how the reason begins.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/write/mime.h"
#include "lib/write/part.h"

#define REASON_MAX 1000

/* How a reason begins, and a sentence for it. */
static const struct {
	const char *begin;
	const char *text;
} known[] = {
    {"the event ends before it starts",
	LANGUAGE_TEXT("The event ends before it starts.")},
    {"the event is longer than a year",
	LANGUAGE_TEXT("The event is longer than a year.")},
    {"the series has no date at all",
	LANGUAGE_TEXT("The series has no date at all.")},
    {"the series has more than ",
	LANGUAGE_TEXT("The series has too many dates.")},
    {"the recurrence rule ",
	LANGUAGE_TEXT("The rule by which it repeats cannot be followed.")},
    {"meetings every minute or second",
	LANGUAGE_TEXT("Meetings every minute or second are not supported.")},
    {"a change of this and all earlier dates",
	LANGUAGE_TEXT("A change of this and all earlier dates is not "
		      "supported.")},
    {"all following dates are moved by over a year",
	LANGUAGE_TEXT("All following dates are moved by over a year.")},
    {"there are over ", LANGUAGE_TEXT("There is more in it than can be read.")},
};

/* One line that begins with a capital and ends with a full stop. */
static char *
whole_sentence(TALLOC_CTX *ctx, const char *reason)
{
	char *text = mime_one_line(ctx, reason, REASON_MAX);
	size_t n = strlen(text);

	text[0] = (char)toupper((unsigned char)text[0]);
	if (n > 0 && strchr(".!?", text[n - 1]) == NULL)
		mem_add(&text, ".");
	return text;
}

/* The sentence for a reason, or NULL. */
static const char *
find_known(const char *reason)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncasecmp(
			reason, known[i].begin, strlen(known[i].begin)) == 0)
			return known[i].text;
	return NULL;
}

char *
letter_reason(TALLOC_CTX *ctx, const char *reason, const struct voice *voice)
{
	char *text = whole_sentence(ctx, reason);
	const char *found = find_known(text);
	struct fill fill[] = {{"reason", text}, {NULL, NULL}};

	if (strcmp(voice_tag(voice), "en") == 0 || text[0] == '\0')
		return text;
	if (found != NULL && strcmp(found, text) == 0)
		return mem_text(ctx, voice_say(voice, found));
	text = voice_text(ctx, voice,
	    "What exactly is wrong is known in English only: \"{reason}\"",
	    fill);
	if (found == NULL)
		return text;
	return mem_print(ctx, "%s %s", voice_say(voice, found), text);
}
