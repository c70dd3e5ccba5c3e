/*
 * letter_text.c - the words of an answer to a booking
 *
 * All sentences stand in one table, in English; translations are in po/.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/write/letter.h"
#include "lib/write/mime.h"
#include "lib/write/part.h"

#define TEXT_MAX    1000
#define NAMED_DATES 5

/* A word that picks a text. */
struct phrase {
	const char *key;
	const char *text;
};

/*
 * The sentences by decision->code, a few of them in several forms.
 * {room} name, {dates} what is booked, {first} of a series, {taken} the
 * clashing dates, {reason} what is wrong with the invitation.
 */
static const struct phrase sentences[] = {
    {"free", LANGUAGE_TEXT("{room} is booked for you: {dates}.")},
    {"free-endless", LANGUAGE_TEXT("{room} is booked for you from {first} on, "
				   "until further notice.")},
    {"until",
	LANGUAGE_TEXT("Dates from {until} on are booked when they come within "
		      "reach, if they are still free then.")},
    {"transparent",
	LANGUAGE_TEXT("The meeting is marked as taking no time, so {room} is "
		      "not kept free for it.")},
    {"clash", LANGUAGE_TEXT("{room} is already taken at that time: {taken}.")},
    {"clash-series-one",
	LANGUAGE_TEXT("{room} is already taken on one of the dates: {taken}. "
		      "So none of them was booked.")},
    {"clash-series",
	LANGUAGE_TEXT("{room} is already taken on several of the dates: "
		      "{taken}. So none of them was booked.")},
    {"clash-other",
	LANGUAGE_TEXT("{room} is already taken on another of the dates that "
		      "you asked for: {taken}. So this date was not booked "
		      "either.")},
    {"past", LANGUAGE_TEXT(
		 "The meeting is already over, so {room} was not booked.")},
    {"horizon", LANGUAGE_TEXT("The meeting is further ahead than {room} can be "
			      "booked, so nothing was booked.")},
    {"problem", LANGUAGE_TEXT("The invitation cannot be used. {reason}")},
    {"too-many",
	LANGUAGE_TEXT("You have booked {room} very often within the last "
		      "hour, so it was not booked once more. Please try again "
		      "later.")},
    {"no-series",
	LANGUAGE_TEXT("You changed a date of a series and all that follow it, "
		      "but {room} is not booked for that series. Please send "
		      "the whole series again.")},
    {"no-date",
	LANGUAGE_TEXT("The series for which {room} is booked has no such "
		      "date, so nothing was changed.")},
    {"kept", LANGUAGE_TEXT("The earlier booking stays as it was.")},
    {"ACCEPTED", LANGUAGE_TEXT("{room} is booked for you.")},
    {"TENTATIVE", LANGUAGE_TEXT("The request for {room} is noted but not yet "
				"confirmed.")},
    {"", LANGUAGE_TEXT("{room} was not booked.")},
};

/* Results by PARTSTAT. */
static const struct phrase results[] = {
    {"ACCEPTED", LANGUAGE_TEXT("Accepted")},
    {"TENTATIVE", LANGUAGE_TEXT("Tentative")},
    {"DELEGATED", LANGUAGE_TEXT("Delegated")},
    {"COMPLETED", LANGUAGE_TEXT("Completed")},
    {"IN-PROCESS", LANGUAGE_TEXT("In process")},
    {"NEEDS-ACTION", LANGUAGE_TEXT("No answer yet")},
    {"", LANGUAGE_TEXT("Declined")},
};

/* Titles of answers by PARTSTAT. */
static const struct phrase titles[] = {
    {"ACCEPTED", LANGUAGE_TEXT("Accepted: {summary}")},
    {"TENTATIVE", LANGUAGE_TEXT("Tentative: {summary}")},
    {"DELEGATED", LANGUAGE_TEXT("Delegated: {summary}")},
    {"COMPLETED", LANGUAGE_TEXT("Completed: {summary}")},
    {"IN-PROCESS", LANGUAGE_TEXT("In process: {summary}")},
    {"NEEDS-ACTION", LANGUAGE_TEXT("No answer yet: {summary}")},
    {"", LANGUAGE_TEXT("Declined: {summary}")},
};

/* The text of a key; that of "" if there is none. */
static const char *
phrase_find(const struct phrase *table, const char *key)
{
	while (table->key[0] != '\0' && strcmp(table->key, key) != 0)
		table++;
	return table->text;
}

/* Is the key in the table? */
static int
phrase_known(const struct phrase *table, const char *key)
{
	while (table->key[0] != '\0' && strcmp(table->key, key) != 0)
		table++;
	return table->key[0] != '\0';
}

/* Is it a meeting that takes no time here, so that nothing is booked? */
static int
is_transparent(const struct decision *decision)
{
	const struct object *object = decision->object;
	const struct component *c = decision->component;
	size_t i;

	if (object == NULL || c == NULL || decision->calendar->book_free)
		return 0;
	if (decision->change.nadd > 0 || strcmp(c->transp, "TRANSPARENT") != 0)
		return 0;
	for (i = 0; i < object->ncomponent; i++)
		if (reply_is_answered(decision, &object->component[i]) &&
		    strcmp(object->component[i].transp, "TRANSPARENT") != 0)
			return 0;
	return 1;
}

/* Which form of the sentence fits. */
static const char *
sentence_key(const struct decision *decision, const struct dates *dates)
{
	int series = dates->n > 1 || dates->endless;

	if (strcmp(decision->code, "free") == 0 && is_transparent(decision))
		return "transparent";
	if (strcmp(decision->code, "free") == 0 && dates->endless)
		return "free-endless";
	if (strcmp(decision->code, "clash") == 0 && decision->nclash == 0)
		return decision->partstat;
	if (strcmp(decision->code, "clash") == 0 && series)
		return decision->nclash == 1 ? "clash-series-one"
		                             : "clash-series";
	if (phrase_known(sentences, decision->code))
		return decision->code;
	return decision->partstat;
}

/* Does an earlier booking of the same meeting stay? */
static int
booking_stays(const struct decision *decision)
{
	size_t i;

	if (decision->verdict != VERDICT_DECLINE)
		return 0;
	if (decision->stays)
		return 1;
	for (i = 0; i < decision->change.nput; i++)
		if (decision->change.put[i].state == RECORD_BOOKED)
			return 1;
	return 0;
}

/* The name of the calendar for people. */
static char *
room_text(TALLOC_CTX *ctx, const struct calendar *calendar)
{
	const char *name = calendar->name;

	if (name == NULL || name[0] == '\0')
		name = calendar->address;
	return voice_name(ctx, name);
}

/* The main sentence, not yet filled in. */
static const char *
main_sentence(const struct decision *decision, const struct voice *voice,
    const struct dates *dates)
{
	if (letter_is_partial(decision))
		return voice_count(voice,
		    "{room} is booked for you, but not on one of the dates, "
		    "since it is already taken then: {taken}.",
		    "{room} is booked for you, but not on {missing} of the "
		    "dates, since it is already taken then: {taken}.",
		    decision->nclash);
	if (strcmp(decision->code, "free") == 0 && dates->later)
		return voice_count(voice,
		    "Your request is accepted, but {room} is not booked yet: "
		    "{first} is further ahead than it can be booked now.",
		    "Your request is accepted, but {room} is not booked yet: "
		    "all {count} dates are further ahead than it can be booked "
		    "now, the first is {first}.",
		    dates->endless ? 1 : dates->n);
	if (strcmp(decision->code, "free") == 0 && dates->n > 1 &&
	    !dates->endless && !is_transparent(decision))
		return voice_count(voice,
		    "{room} is booked for you on {count} date, {first}.",
		    "{room} is booked for you on each of the {count} dates, "
		    "from {first} to {last}.",
		    dates->n);
	return voice_say(
	    voice, phrase_find(sentences, sentence_key(decision, dates)));
}

/* Append what more there is to say. */
static void
add_rest(char **out, const struct decision *decision, const struct voice *voice,
    TALLOC_CTX *tmp)
{
	struct fill fill[] = {{"until", ""}, {NULL, NULL}};

	if (strcmp(decision->code, "free") == 0 &&
	    decision->until != INT64_MAX && !is_transparent(decision)) {
		fill[0].text = voice_day(tmp, voice, decision->until);
		mem_add(out, " %s",
		    voice_text(
			tmp, voice, phrase_find(sentences, "until"), fill));
	}
	if (booking_stays(decision))
		mem_add(out, " %s",
		    voice_say(voice, phrase_find(sentences, "kept")));
}

char *
letter_text(
    TALLOC_CTX *ctx, const struct decision *decision, const struct voice *voice)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	size_t named =
	    letter_is_partial(decision) ? LIMIT_CLASHES : NAMED_DATES;
	struct dates dates;
	char *out;

	letter_dates(tmp, decision, &dates);
	{
		int any = dates.n > 0;
		struct fill fill[] = {
		    {"room", room_text(tmp, decision->calendar)},
		    {"taken", voice_spans(tmp, voice, decision->clash,
				  decision->nclash, named)},
		    {"reason", letter_reason(tmp, decision->reason, voice)},
		    {"count", mem_print(tmp, "%zu", dates.n)},
		    {"missing", mem_print(tmp, "%zu", decision->nclash)},
		    {"dates",
			any ? voice_spans(tmp, voice, dates.span, 1, 1) : ""},
		    {"first",
			any ? voice_day(tmp, voice, dates.span[0].start) : ""},
		    {"last", any ? voice_day(tmp, voice,
				       dates.span[dates.n - 1].start)
				 : ""},
		    {NULL, NULL}};

		out = voice_fill(
		    ctx, main_sentence(decision, voice, &dates), fill);
	}
	add_rest(&out, decision, voice, tmp);
	talloc_free(tmp);
	return out;
}

char *
letter_sentence(TALLOC_CTX *ctx, const struct decision *decision)
{
	struct voice voice = {
	    .language = language_match(decision->calendar->language),
	    .here = decision->calendar->zone};

	return letter_text(ctx, decision, &voice);
}

const char *
letter_result(const struct voice *voice, const char *partstat)
{
	return voice_say(voice, phrase_find(results, partstat));
}

char *
letter_title(TALLOC_CTX *ctx, const struct voice *voice, const char *partstat,
    const char *summary)
{
	char *name = voice_name(ctx, summary);
	struct fill fill[] = {{"summary", name}, {NULL, NULL}};

	if (name[0] == '\0')
		/* TRANSLATORS: stands for a title where there is none */
		fill[0].text = voice_say(voice, "invitation");
	return voice_text(ctx, voice, phrase_find(titles, partstat), fill);
}

void
letter_tell(TALLOC_CTX *ctx, const struct decision *decision,
    const struct voice *voice, struct telling *telling)
{
	const char *summary = decision->component->summary;

	memset(telling, 0, sizeof(*telling));
	telling->language = voice_tag(voice);
	telling->sentence = letter_text(ctx, decision, voice);
	telling->title = letter_title(ctx, voice, decision->partstat, summary);
	telling_add(telling, voice_say(voice, "What"),
	    mime_one_line(ctx, summary, TEXT_MAX));
	telling_add(telling, voice_say(voice, "When"),
	    letter_when(ctx, decision, voice));
	telling_add(telling, voice_say(voice, "Where"),
	    room_text(ctx, decision->calendar));
	telling_add(telling, voice_say(voice, "Answer"),
	    letter_result(voice, decision->partstat));
	telling->closing = voice_say(voice,
	    "This answer was sent automatically by the calendar itself.");
}
