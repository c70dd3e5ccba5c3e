/* mission_text.c - the words of a dispatch for people; see mission.h */
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/write/mime.h"
#include "lib/write/mission.h"
#include "lib/write/sheet.h"

#define TEXT_MAX    1000
#define NAMED_DATES 5

/*
 * What is said by method, and for an answer by PARTSTAT.  {name} who speaks,
 * {dates} when it is, {proposed} another time, {percent} how much is done.
 * A task has no dates but a day when it is due.
 */
struct phrase {
	const char *key;
	const char *title;
	const char *event;
	const char *task;
};

static const struct phrase phrases[] = {
    {"REQUEST", LANGUAGE_TEXT("Invitation: {summary}"),
	LANGUAGE_TEXT("{name} invites you: {dates}."),
	LANGUAGE_TEXT("{name} asks you to do this.")},
    {"ADD", LANGUAGE_TEXT("More dates: {summary}"),
	LANGUAGE_TEXT("{name} adds to what you are invited to: {dates}."),
	LANGUAGE_TEXT("{name} asks you to do this once more.")},
    {"CANCEL", LANGUAGE_TEXT("Cancelled: {summary}"),
	LANGUAGE_TEXT("{name} has cancelled this: {dates}."),
	LANGUAGE_TEXT("{name} has withdrawn this task.")},
    {"uninvited", LANGUAGE_TEXT("No longer invited: {summary}"),
	LANGUAGE_TEXT("{name} no longer expects you: {dates}."),
	LANGUAGE_TEXT("{name} no longer asks you to do this.")},
    {"DECLINECOUNTER", LANGUAGE_TEXT("Proposal declined: {summary}"),
	LANGUAGE_TEXT("{name} does not take up the time that you proposed. It "
		      "stays as it was: {dates}."),
	LANGUAGE_TEXT("{name} does not take up what you proposed. The task "
		      "stays as it was.")},
    {"PUBLISH", LANGUAGE_TEXT("For your information: {summary}"),
	LANGUAGE_TEXT("{name} lets you know: {dates}."),
	LANGUAGE_TEXT("{name} lets you know about this.")},
    {"COUNTER", LANGUAGE_TEXT("New time proposed: {summary}"),
	LANGUAGE_TEXT("{name} proposes another time: {proposed}. So far it "
		      "was: {dates}."),
	LANGUAGE_TEXT("{name} proposes another time: {proposed}.")},
    {"REFRESH", LANGUAGE_TEXT("Please send again: {summary}"),
	LANGUAGE_TEXT("{name} asks for the current version of this "
		      "invitation."),
	LANGUAGE_TEXT("{name} asks for the current version of this task.")},
    {"ACCEPTED", NULL, LANGUAGE_TEXT("{name} accepts: {dates}."),
	LANGUAGE_TEXT("{name} takes over this task.")},
    {"TENTATIVE", NULL,
	LANGUAGE_TEXT("{name} accepts, but may still change it: {dates}."),
	LANGUAGE_TEXT("{name} may take over this task.")},
    {"DECLINED", NULL, LANGUAGE_TEXT("{name} declines: {dates}."),
	LANGUAGE_TEXT("{name} does not take over this task.")},
    {"DELEGATED", NULL,
	LANGUAGE_TEXT("{name} sends somebody else instead: {dates}."),
	LANGUAGE_TEXT("{name} has passed this task on to somebody else.")},
    {"COMPLETED", NULL, LANGUAGE_TEXT("{name} has taken part: {dates}."),
	LANGUAGE_TEXT("{name} has completed this task.")},
    {"IN-PROCESS", NULL, LANGUAGE_TEXT("{name} is working on it: {dates}."),
	LANGUAGE_TEXT("{name} is working on this task.")},
    {"", NULL, LANGUAGE_TEXT("{name} has not decided yet: {dates}."),
	LANGUAGE_TEXT("{name} has not decided about this task yet.")},
};

/* The phrase of a key; the last one if there is none. */
static const struct phrase *
phrase_find(const char *key)
{
	const struct phrase *p = phrases;

	while (p->key[0] != '\0' && strcmp(p->key, key) != 0)
		p++;
	return p;
}

/* Is it about something to do? */
static int
is_task(const struct mission *mission)
{
	return strcmp(mission->dispatch->holding->kind, "VTODO") == 0;
}

/* What is said. */
static const char *
key_of(const struct mission *mission, const struct piece *piece)
{
	if (mission_is(mission, "REPLY"))
		return mission_partstat(mission, piece->part);
	if (mission_is(mission, "CANCEL") && !piece->gone)
		return "uninvited";
	return mission->dispatch->method;
}

/* UTC of a time, of a floating one or a date by the calendar's clock. */
static int64_t
utc_of(const struct mission *mission, const struct when *when)
{
	const struct sheet sheet = {.local = mission->voice.here};

	return sheet_utc(&sheet, when);
}

/* From start to end; a point if there is no end. */
static struct span
span_of(const struct mission *mission, const struct when *start,
    const struct when *end)
{
	struct span span = {utc_of(mission, start), 0};

	span.end = end->kind == WHEN_NONE ? span.start : utc_of(mission, end);
	return span;
}

/* When the pieces are, as text; "" if they do not say. */
static char *
dates_text(TALLOC_CTX *ctx, const struct mission *mission,
    const struct piece *piece, size_t n)
{
	struct span *span = mem_array(ctx, struct span, n);
	struct fill fill[] = {{"date", ""}, {NULL, NULL}};
	int more = 0;
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		struct when start, end;

		mission_when(&piece[i], &start, &end);
		if (start.kind == WHEN_NONE)
			continue;
		span[k++] = span_of(mission, &start, &end);
		more = more || (piece[i].part->recurs && piece[i].date == NULL);
	}
	if (k == 0)
		return mem_text(ctx, "");
	fill[0].text =
	    voice_spans(ctx, &mission->voice, span, more ? 1 : k, NAMED_DATES);
	if (!more)
		return mem_text(ctx, fill[0].text);
	/* TRANSLATORS: a series; {date} is its first date with time */
	return voice_text(
	    ctx, &mission->voice, "{date}, and further dates", fill);
}

/* The time that is proposed. */
static char *
proposed_text(TALLOC_CTX *ctx, const struct mission *mission)
{
	const struct proposal *p = mission->dispatch->proposal;
	struct span span;

	if (p == NULL || p->start.kind == WHEN_NONE)
		return mem_text(ctx, "");
	span = span_of(mission, &p->start, &p->end);
	return voice_spans(ctx, &mission->voice, &span, 1, 1);
}

/* Until when a task is to be done. */
static char *
due_text(
    TALLOC_CTX *ctx, const struct mission *mission, const struct piece *piece)
{
	struct when start, end;
	struct span span;

	mission_when(piece, &start, &end);
	if (end.kind == WHEN_NONE)
		return mem_text(ctx, "");
	span.start = span.end = utc_of(mission, &end);
	if (end.kind == WHEN_DATE)
		return voice_day(ctx, &mission->voice, span.start);
	return voice_spans(ctx, &mission->voice, &span, 1, 1);
}

/* How much of a task is done; "" if nothing says so. */
static char *
progress_text(
    TALLOC_CTX *ctx, const struct mission *mission, const struct piece *piece)
{
	const struct participant *self = mission_self(mission, piece->part);
	int64_t percent = piece->part->percent;
	struct fill fill[] = {{"percent", ""}, {NULL, NULL}};

	if (mission_is(mission, "REPLY") && self != NULL)
		percent = self->percent;
	if (!is_task(mission) || percent < 0 || percent > 100)
		return mem_text(ctx, "");
	fill[0].text = mem_print(ctx, "%d", (int)percent);
	/* TRANSLATORS: how much of a task is done: 40 % */
	return voice_text(ctx, &mission->voice, "{percent} %", fill);
}

void
mission_close(
    TALLOC_CTX *ctx, const struct mission *mission, struct telling *telling)
{
	const char *comment = mission->dispatch->comment;
	struct fill fill[] = {{"name", mission->name}, {NULL, NULL}};

	telling_add(telling, voice_say(&mission->voice, "Note"),
	    mime_one_line(ctx, comment == NULL ? "" : comment, TEXT_MAX));
	telling->closing = voice_text(ctx, &mission->voice,
	    "This message was sent automatically on behalf of {name}.", fill);
}

/* The table of facts. */
static void
add_facts(TALLOC_CTX *ctx, const struct mission *mission,
    const struct piece *piece, const char *dates, struct telling *telling)
{
	const struct voice *voice = &mission->voice;
	const struct part *part = piece->part;

	telling_add(telling, voice_say(voice, "What"),
	    mime_one_line(ctx, part->summary, TEXT_MAX));
	if (is_task(mission))
		telling_add(telling, voice_say(voice, "Due"),
		    due_text(ctx, mission, piece));
	else
		telling_add(telling, voice_say(voice, "When"), dates);
	telling_add(telling, voice_say(voice, "Where"),
	    mime_one_line(ctx, part->location, TEXT_MAX));
	if (mission_is(mission, "REPLY"))
		telling_add(telling, voice_say(voice, "Answer"),
		    letter_result(voice, mission_partstat(mission, part)));
	telling_add(telling, voice_say(voice, "Done"),
	    progress_text(ctx, mission, piece));
}

void
mission_tell(TALLOC_CTX *ctx, const struct mission *mission,
    const struct piece *piece, size_t n, struct telling *telling)
{
	const struct voice *voice = &mission->voice;
	const struct phrase *phrase = phrase_find(key_of(mission, piece));
	const char *summary = piece->part->summary;
	char *dates = dates_text(ctx, mission, piece, n);
	struct fill fill[] = {{"name", mission->name}, {"dates", dates},
	    {"proposed", proposed_text(ctx, mission)},
	    {"summary", voice_name(ctx, summary)}, {NULL, NULL}};

	if (fill[3].text[0] == '\0')
		fill[3].text = voice_say(voice, "invitation");
	memset(telling, 0, sizeof(*telling));
	telling->language = voice_tag(voice);
	/* Without dates the title has to say what it is about. */
	if (dates[0] == '\0')
		fill[1].text = fill[3].text;
	telling->sentence = voice_text(
	    ctx, voice, is_task(mission) ? phrase->task : phrase->event, fill);
	if (mission_is(mission, "REPLY"))
		telling->title = letter_title(ctx, voice,
		    mission_partstat(mission, piece->part), summary);
	else
		telling->title = voice_text(ctx, voice, phrase->title, fill);
	add_facts(ctx, mission, piece, dates, telling);
	mission_close(ctx, mission, telling);
}
