/*
 * letter_text.c - the words of an answer and its text/plain body
 *
 * All sentences stand in one table, so that a translation replaces the table
 * and nothing else.
 */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/letter.h"
#include "lib/write/mime.h"
#include "lib/write/part.h"

#define TITLE_MAX   200 /* bytes of a summary in the subject */
#define TEXT_MAX    1000
#define NAMED_DATES 5
#define WRAP_AT     72

/* A word that picks a text. */
struct phrase {
	const char *key;
	const char *text;
};

/*
 * The sentences by decision->code, a few of them in several forms.
 * {room} name, {dates} what is booked, {count} {first} {last} of a series,
 * {taken} the clashing dates, {reason} what is wrong with the invitation.
 */
static const struct phrase sentences[] = {
    {"free", "{room} is booked for you: {dates}."},
    {"free-series",
	"{room} is booked for you on each of the {count} dates, from {first} to "
	"{last}."},
    {"free-endless",
	"{room} is booked for you from {first} on, until further notice."},
    {"until",
	" Later dates are booked when they come within reach, if they are "
	"still free then."},
    {"clash", "{room} is already taken at that time: {taken}."},
    {"clash-series-one",
	"{room} is already taken on one of the dates: {taken}. So none of "
	"them was booked."},
    {"clash-series",
	"{room} is already taken on several of the dates: {taken}. So none "
	"of them was booked."},
    {"past", "The meeting is already over, so {room} was not booked."},
    {"horizon",
	"The meeting is further ahead than {room} can be booked, so it was "
	"not booked."},
    {"problem", "The invitation cannot be used: {reason}."},
    {"kept", " The earlier booking stays as it was."},
    {"ACCEPTED", "{room} is booked for you."},
    {"TENTATIVE", "The request for {room} is noted but not yet confirmed."},
    {"", "{room} was not booked."},
};

/* Results by PARTSTAT. */
static const struct phrase results[] = {
    {"ACCEPTED", "Accepted"},
    {"TENTATIVE", "Tentative"},
    {"", "Declined"},
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

/* Which form of the sentence fits. */
static const char *
sentence_key(const struct decision *decision, const struct dates *dates)
{
	int series = dates->n > 1 || dates->endless;

	if (strcmp(decision->code, "free") == 0 && series)
		return dates->endless ? "free-endless" : "free-series";
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
	for (i = 0; i < decision->change.nput; i++)
		if (decision->change.put[i].state == RECORD_BOOKED)
			return 1;
	return 0;
}

/* The reason as the middle of a sentence: one line, no full stop. */
static char *
reason_text(TALLOC_CTX *ctx, const char *reason)
{
	char *text = mime_one_line(ctx, reason, TEXT_MAX);
	size_t n = strlen(text);

	while (n > 0 && text[n - 1] == '.')
		text[--n] = '\0';
	return text;
}

/* The name of the calendar for people. */
static char *
room_text(TALLOC_CTX *ctx, const struct calendar *calendar)
{
	const char *name = calendar->name;

	if (name == NULL || name[0] == '\0')
		name = calendar->address;
	return mime_one_line(ctx, name, TITLE_MAX);
}

/* What stands for a placeholder. */
static const char *
value_of(TALLOC_CTX *ctx, const struct decision *decision,
    const struct dates *dates, const char *word)
{
	const struct calendar *calendar = decision->calendar;

	if (strcmp(word, "room") == 0)
		return room_text(ctx, calendar);
	if (strcmp(word, "taken") == 0)
		return letter_spans(ctx, calendar, decision->clash,
		    decision->nclash, NAMED_DATES);
	if (strcmp(word, "reason") == 0)
		return reason_text(ctx, decision->reason);
	if (strcmp(word, "count") == 0)
		return mem_print(ctx, "%zu", dates->n);
	if (dates->n == 0)
		return "";
	if (strcmp(word, "dates") == 0)
		return letter_spans(ctx, calendar, dates->span, 1, 1);
	if (strcmp(word, "first") == 0)
		return letter_day(ctx, calendar, dates->span[0].start);
	return letter_day(ctx, calendar, dates->span[dates->n - 1].start);
}

/* Append a sentence with its placeholders filled in. */
static void
fill(char **out, const struct decision *decision, const struct dates *dates,
    const char *text)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));

	while (*text != '\0') {
		size_t n = strcspn(text, "{");
		const char *word;

		mem_add(out, "%.*s", (int)n, text);
		text += n;
		if (*text == '\0')
			break;
		n = strcspn(text, "}");
		word = mem_textn(tmp, text + 1, n - 1);
		mem_add(out, "%s", value_of(tmp, decision, dates, word));
		text += n + 1;
	}
	talloc_free(tmp);
}

char *
letter_sentence(TALLOC_CTX *ctx, const struct decision *decision)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	char *out = mem_text(ctx, "");
	struct dates dates;

	letter_dates(tmp, decision, &dates);
	fill(&out, decision, &dates,
	    phrase_find(sentences, sentence_key(decision, &dates)));
	if (strcmp(decision->code, "free") == 0 && decision->until != INT64_MAX)
		fill(&out, decision, &dates, phrase_find(sentences, "until"));
	if (booking_stays(decision))
		mem_add(&out, "%s", phrase_find(sentences, "kept"));
	talloc_free(tmp);
	return out;
}

void
letter_tell(
    TALLOC_CTX *ctx, const struct decision *decision, struct telling *telling)
{
	const char *summary = decision->component->summary;
	char *title = mime_one_line(ctx, summary, TITLE_MAX);

	telling->what = mime_one_line(ctx, summary, TEXT_MAX);
	telling->when = letter_when(ctx, decision);
	telling->where = room_text(ctx, decision->calendar);
	telling->result = phrase_find(results, decision->partstat);
	telling->sentence = letter_sentence(ctx, decision);
	telling->title = mem_print(ctx, "%s: %s", telling->result,
	    title[0] == '\0' ? "invitation" : title);
}

void
letter_wrap(char **out, const char *first, size_t indent, const char *text)
{
	size_t column = strlen(first), n;
	int fresh = 1;

	mem_add(out, "%s", first);
	while (*text != '\0') {
		n = strcspn(text, " ");
		if (!fresh && column + 1 + n > WRAP_AT) {
			mem_add(out, "\n%*s", (int)indent, "");
			column = indent;
			fresh = 1;
		}
		ical_add(out, " ", fresh ? 0 : 1);
		ical_add(out, text, n);
		column += n + !fresh;
		fresh = 0;
		text += n + (text[n] == ' ');
	}
	mem_add(out, "\n");
}

/* A line of the facts, if there is anything to say. */
static void
add_fact(char **out, const char *label, const char *text)
{
	if (text[0] != '\0')
		letter_wrap(out, label, strlen(label), text);
}

char *
letter_plain(TALLOC_CTX *ctx, const struct telling *telling)
{
	char *out = mem_text(ctx, "");

	letter_wrap(&out, "", 0, telling->sentence);
	mem_add(&out, "\n");
	add_fact(&out, "What:    ", telling->what);
	add_fact(&out, "When:    ", telling->when);
	add_fact(&out, "Where:   ", telling->where);
	add_fact(&out, "Answer:  ", telling->result);
	mem_add(&out, "\n");
	letter_wrap(&out, "", 0,
	    "This answer was sent automatically by the calendar itself.");
	return out;
}
