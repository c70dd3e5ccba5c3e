/*
 * scenario.c - one story of iTIP: messages come and go, and what they leave
 *
 * usage: scenario FILE
 *
 * The file says in sections what a calendar is, what it holds, what it receives
 * or sends, and what must then be known and said; tests/golden/itip/README.md is
 * the description.  Differences are printed, and the exit status is 1.  With
 * GOLDEN_WRITE=1 the file is rewritten with what was found.
 *
 * The messages go through read_message(), the state through its text form, and
 * every question is asked twice: the same must come out.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/read/read.h"
#include "lib/rules/scheduling.h"
#include "tests/helpers/scenario_mail.h"
#include "tests/helpers/scenario_room.h"
#include "tests/helpers/scenario_show.h"

/* --- persons: scheduling.h ------------------------------------------------ */

/* What is held of a UID, any organizer. */
static size_t
held(const struct stage *s, const char *uid, const struct holding **list)
{
	size_t i, n = 0;

	for (i = 0; i < s->nholding; i++)
		if (strcmp(s->holding[i]->uid, uid) == 0)
			list[n++] = s->holding[i];
	return n;
}

/* Put away a holding the way a store does: as text, and read again. */
static void
keep(struct stage *s, const struct holding *h, size_t line)
{
	char *text = holding_print(s->ctx, h);
	struct holding *copy = NULL;
	struct why why = {""};
	size_t i;

	if (holding_parse(s->ctx, text, strlen(text), &copy, &why) != RES_OK)
		give_up(s, line, why.text);
	if (strcmp(holding_print(s->ctx, copy), text) != 0)
		give_up(s, line, "a holding read again is another one");
	for (i = 0; i < copy->npart; i++)
		part_localize(&copy->part[i], s->calendar.zone);
	for (i = 0; i < s->nholding; i++)
		if (strcmp(s->holding[i]->uid, copy->uid) == 0 &&
		    strcmp(s->holding[i]->kind, copy->kind) == 0 &&
		    strcasecmp(s->holding[i]->organizer, copy->organizer) == 0)
			break;
	if (i == OBJECTS_MAX)
		give_up(s, line, "too many objects for one story");
	s->holding[i] = copy;
	if (i == s->nholding)
		s->nholding++;
}

/* The message that follows, in one line. */
static void
show_follow_up(char **out, const struct follow_up *f)
{
	size_t i;

	mem_add(out, "send %s to %s", f->method, f->recipient);
	for (i = 0; i < f->ndate; i++)
		if (f->date[i].kind == WHEN_DATE) {
			mem_add(out, i == 0 ? " of " : ", ");
			show_when(out, &f->date[i]);
		} else if (f->date[i].kind != WHEN_NONE) {
			mem_add(out, i == 0 ? " of " : ", ");
			show_utc(out, f->date[i].utc);
		}
	mem_add(out, "\n");
}

/* Is it the message of a participant, so that it matters which one? */
static int
is_of_participant(const char *method)
{
	return strcmp(method, "REPLY") == 0 || strcmp(method, "COUNTER") == 0 ||
	       strcmp(method, "REFRESH") == 0;
}

/* The result in the words of the format. */
static char *
show_scheduling(
    const struct stage *s, const struct scheduling *r, const char *method)
{
	char *out = mem_text(s->ctx, "");
	size_t i;

	if (is_of_participant(method) && r->who != NULL &&
	    !scheduling_is_refusal(r->code) && r->code != ITIP_REPEATED)
		mem_add(&out, "about %s\n", r->who->address);
	if (r->asks)
		mem_add(&out, "we are asked\n");
	if (!r->changed)
		mem_add(&out, "nothing changes\n");
	else if (r->holding == NULL)
		mem_add(&out, "nothing is held\n");
	else
		show_holding(&out, r->holding);
	for (i = 0; i < r->nfollow_up; i++)
		show_follow_up(&out, &r->follow_up[i]);
	return out;
}

/* All that was held before, as text. */
static char *
held_text(const struct stage *s)
{
	char *out = mem_text(s->ctx, "");
	size_t i;

	for (i = 0; i < s->nholding; i++)
		mem_add(&out, "%s", holding_print(s->ctx, s->holding[i]));
	return out;
}

/* What scheduling.h promises of every result. */
static void
check_promises(const struct stage *s, const struct scheduling *r,
    const struct occasion *o, size_t line)
{
	struct scheduling *again = scheduling_apply(s->ctx, o);
	size_t i, known = r->holding == NULL;

	if (again->code != r->code ||
	    strcmp(show_scheduling(s, again, o->object->method),
		show_scheduling(s, r, o->object->method)) != 0)
		give_up(s, line, "asked twice, the answers differ");
	if (scheduling_is_refusal(r->code) && r->changed)
		give_up(s, line, "a refusal changed something");
	for (i = 0; i < s->nholding; i++)
		known |= r->holding == s->holding[i];
	if (!r->changed && !known)
		give_up(s, line, "nothing changed, but it is another holding");
	if (scheduling_text(r->code)[0] == '\0')
		give_up(s, line, "a code without a sentence");
}

/* Is a series known of it? */
static int
is_series(const struct occasion *o)
{
	size_t i;

	for (i = 0; i < o->nholding; i++)
		if (o->holding[i]->npart > 0 && o->holding[i]->part[0].recurs)
			return 1;
	return 0;
}

/* One object of the message. */
static void
apply_object(struct stage *s, const struct letter_in *in, size_t index,
    const struct section *at)
{
	const struct object *object = &in->notice->object[index];
	const struct holding *list[OBJECTS_MAX];
	struct occasion o = {.calendar = &s->calendar,
	    .direction = in->direction,
	    .mail = &in->notice->mail,
	    .envelope_sender = in->envelope,
	    .notice = in->notice,
	    .object = object,
	    .index = index,
	    .holding = list,
	    .nholding = held(s, object->uid, list),
	    .now = s->now};
	char *before = held_text(s);
	struct scheduling *r = scheduling_apply(s->ctx, &o);

	check_promises(s, r, &o, at->head);
	if (strcmp(before, held_text(s)) != 0)
		give_up(s, at->head, "what was held was written to");
	mem_add(&s->code, "%s%s", s->code[0] == '\0' ? "" : ", ",
	    scheduling_word(r->code));
	mem_add(&s->body, "%s", show_scheduling(s, r, object->method));
	if (r->changed && r->holding != NULL)
		keep(s, r->holding, at->head);
	print_coverage(object,
	    in->direction == DIRECTION_OUT ? "own"
	    : r->holding == NULL
		? "stranger"
		: (r->holding->role == ROLE_ATTENDEE ? "attendee"
						     : "organizer"),
	    is_series(&o));
	if (getenv("GOLDEN_DETAIL") != NULL)
		(void)printf("# detail: %s\n", r->detail);
}

/* --- the story ------------------------------------------------------------ */

/* "receives from ADDRESS at TIME ...", "sends at TIME ...". */
static void
do_message(struct stage *s, const struct section *at)
{
	struct letter_in in = {DIRECTION_IN, NULL, "", "", NULL};
	struct window window = {0, 0, 0};
	const char *time = option(at, "at"), *mail;
	size_t i;

	if (strcmp(at->word[0], "sends") == 0)
		in.direction = DIRECTION_OUT;
	in.from = option(at, "from");
	if (in.from == NULL)
		in.from = s->calendar.address;
	in.envelope = option(at, "envelope");
	if (in.envelope == NULL)
		in.envelope = in.from;
	if (strcmp(in.envelope, "nobody") == 0)
		in.envelope = "";
	if (option(at, "submitter") != NULL)
		in.submitter = option(at, "submitter");
	if (time == NULL || s->calendar.address == NULL || s->code != NULL)
		give_up(s, at->head,
		    "a message needs a calendar, a time, and its turn");
	s->now = time_of(s, at, time);
	s->step++;
	window.to = s->now + s->calendar.horizon;
	mail = compose(s, at, in.from);
	in.notice = read_message(s->ctx, mail, strlen(mail), &window);
	s->code = mem_text(s->ctx, "");
	s->body = mem_text(s->ctx, "");
	for (i = 0; i < in.notice->nobject; i++) {
		object_localize(&in.notice->object[i], s->calendar.zone);
		if (is_room(s))
			book_object(s, &in, i, at);
		else
			apply_object(s, &in, i, at);
	}
	if (getenv("GOLDEN_DETAIL") != NULL)
		for (i = 0; i < in.notice->nproblem; i++)
			(void)printf("# problem %s: %s\n",
			    in.notice->problem[i].code,
			    in.notice->problem[i].text);
	if (in.notice->nobject == 0)
		give_up(s, at->head, "there is nothing to schedule in it");
}

/* "holds": a state in the text form of holding_print(). */
static void
do_holds(struct stage *s, const struct section *at)
{
	char *text = mem_text(s->ctx, "");
	struct holding *h = NULL;
	struct why why = {""};
	size_t i;

	for (i = at->first; i < at->last; i++)
		if (s->line[i][0] != '\0')
			mem_add(&text, "%s\n", s->line[i]);
	if (holding_parse(s->ctx, text, strlen(text), &h, &why) != RES_OK)
		give_up(s, at->head, why.text);
	keep(s, h, at->head);
}

/* "booked TIME to TIME": somebody else has the room. */
static void
do_booked(struct stage *s, const struct section *at)
{
	struct busy row = {.uid = "other",
	    .organizer = "somebody@people.test",
	    .status = "ACCEPTED",
	    .summary = ""};

	if (at->nword != 4)
		give_up(s, at->head, "booked TIME to TIME");
	row.start = time_of(s, at, at->word[1]);
	row.end = time_of(s, at, at->word[3]);
	row.instance = row.start;
	add_row(s, &row, at->head);
}

/* The difference, with a few lines around it. */
static void
print_difference(const struct stage *s, const struct section *at,
    const char *head, char **got, size_t ngot)
{
	size_t n = at->last - at->first, same = 0, tail = 0, i;
	char **want = &s->line[at->first];

	while (same < n && same < ngot && strcmp(want[same], got[same]) == 0)
		same++;
	while (tail < n - same && tail < ngot - same &&
	       strcmp(want[n - tail - 1], got[ngot - tail - 1]) == 0)
		tail++;
	(void)printf("--- %s line %zu\n+++ found\n", s->file, at->head + 1);
	if (strcmp(s->line[at->head], head) != 0)
		(void)printf("-%s\n+%s\n", s->line[at->head], head);
	for (i = 0; i < same; i++)
		(void)printf(" %s\n", want[i]);
	for (; i < n - tail; i++)
		(void)printf("-%s\n", want[i]);
	for (i = same; i < ngot - tail; i++)
		(void)printf("+%s\n", got[i]);
	for (i = n - tail; i < n; i++)
		(void)printf(" %s\n", want[i]);
}

/* Text to lines; an end without newline counts as one. */
static size_t
split(TALLOC_CTX *ctx, char *text, char ***line)
{
	size_t n = 0;
	char *p;

	*line = NULL;
	while (*text != '\0') {
		*line = mem_check(
		    talloc_realloc(ctx, *line, char *, mem_count(n + 1)));
		(*line)[n++] = text;
		p = strchr(text, '\n');
		if (p == NULL)
			break;
		*p = '\0';
		text = p + 1;
	}
	return n;
}

/* Are the lines as wanted?  "..." stands for any lines, or none. */
static int
matches(char **want, size_t n, char **got, size_t ngot)
{
	size_t i;

	if (n == 0)
		return ngot == 0;
	if (strcmp(want[0], "...") != 0)
		return ngot > 0 && strcmp(want[0], got[0]) == 0 &&
		       matches(want + 1, n - 1, got + 1, ngot - 1);
	for (i = 0; i <= ngot; i++)
		if (matches(want + 1, n - 1, got + i, ngot - i))
			return 1;
	return 0;
}

/* Write lines to the new file. */
static void
copy_lines(struct stage *s, char **line, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		mem_add(&s->out, "%s\n", line[i]);
}

/* "then CODE": compare, and write the section anew; no lines: the code only. */
static void
do_then(struct stage *s, struct section *at)
{
	char **got, **want = &s->line[at->first], *head;
	size_t ngot, n;
	int good;

	if (s->code == NULL)
		give_up(s, at->head, "there was no message before it");
	while (at->last > at->first && s->line[at->last - 1][0] == '\0')
		at->last--;
	n = at->last - at->first;
	head = mem_print(s->ctx, "--- then %s", s->code);
	ngot = split(s->ctx, mem_text(s->ctx, s->body), &got);
	good = n == 0 || matches(want, n, got, ngot);
	copy_lines(s, &head, 1);
	copy_lines(s, good ? want : got, good ? n : ngot);
	if (!good || strcmp(head, s->line[at->head]) != 0) {
		s->different = 1;
		print_difference(s, at, head, got, ngot);
	}
	s->code = NULL;
}

/* One section. */
static void
run_section(struct stage *s, struct section *at)
{
	static const struct {
		const char *word;
		void (*run)(struct stage *, const struct section *);
	} table[] = {{"calendar", do_calendar}, {"booked", do_booked},
	    {"holds", do_holds}, {"receives", do_message},
	    {"sends", do_message}};
	size_t i;

	if (at->nword > 0 && strcmp(at->word[0], "then") == 0) {
		do_then(s, at);
		return;
	}
	mem_add(&s->out, "%s\n", s->line[at->head]);
	for (i = at->first; i < at->last; i++)
		mem_add(&s->out, "%s\n", s->line[i]);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (at->nword > 0 && strcmp(at->word[0], table[i].word) == 0) {
			table[i].run(s, at);
			return;
		}
	give_up(s, at->head, "an unknown section");
}

/* The words of a section's first line, and where its lines end. */
static void
open_section(const struct stage *s, size_t i, struct section *at)
{
	char *copy = mem_text(s->ctx, s->line[i] + 3), *save = NULL, *p;

	memset(at, 0, sizeof(*at));
	at->head = i;
	at->first = at->last = i + 1;
	while (at->last < s->nline && strncmp(s->line[at->last], "---", 3) != 0)
		at->last++;
	for (p = strtok_r(copy, " ", &save); p != NULL && at->nword < WORDS_MAX;
	     p = strtok_r(NULL, " ", &save))
		at->word[at->nword++] = p;
}

/* Read the file. */
static void
load(struct stage *s)
{
	FILE *f = fopen(s->file, "r");
	char *text = mem_text(s->ctx, ""), *line = NULL;
	size_t room = 0;

	if (f == NULL)
		give_up(s, 0, strerror(errno));
	while (getline(&line, &room, f) > 0)
		mem_add(&text, "%s", line);
	free(line);
	(void)fclose(f);
	s->nline = split(s->ctx, text, &s->line);
}

/* Keep what was found, for a person to judge. */
static void
rewrite(const struct stage *s)
{
	FILE *f = fopen(s->file, "w");

	if (f == NULL || fputs(s->out, f) == EOF || fclose(f) != 0)
		give_up(s, 0, strerror(errno));
}

/* The whole file. */
static void
run_story(struct stage *s)
{
	struct section at;
	size_t i = 0;

	while (i < s->nline && strncmp(s->line[i], "---", 3) != 0)
		mem_add(&s->out, "%s\n", s->line[i++]);
	while (i < s->nline) {
		open_section(s, i, &at);
		i = at.last;
		run_section(s, &at);
	}
	if (s->step == 0 || s->code != NULL)
		give_up(s, i, "a message without \"then\", or no message");
}

int
main(int argc, char **argv)
{
	struct stage *s;

	log_open("scenario", 1);
	mem_init();
	if (argc != 2) {
		(void)fprintf(stderr, "usage: scenario FILE\n");
		return 64;
	}
	read_init();
	s = mem_new(NULL, struct stage);
	s->ctx = s;
	s->file = argv[1];
	s->out = mem_text(s, "");
	load(s);
	run_story(s);
	if (s->different && getenv("GOLDEN_WRITE") != NULL)
		rewrite(s);
	(void)printf("# %d messages\n", s->step);
	return s->different;
}
