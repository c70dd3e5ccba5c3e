/*
 * mission_busy.c - the VFREEBUSY of a dispatch; see mission.h
 *
 * Periods go out sorted, none over another: where two overlap, the stronger
 * word counts.  Source: RFC 5545 section 3.6.4, RFC 5546 section 3.3
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/write/ical.h"
#include "lib/write/mission.h"
#include "lib/write/property.h"
#include "lib/write/sheet.h"

#define PER_LINE   8 /* periods of one property */
#define NAMED_BUSY 20

/* From the strongest; what is not here counts as BUSY. */
static const char *const types[] = {
    "BUSY-UNAVAILABLE", "BUSY", "BUSY-TENTATIVE"};
#define NTYPES (sizeof(types) / sizeof(types[0]))

/* Where a period begins (1) or ends (-1). */
struct edge {
	int64_t at;
	int step;
	size_t type;
};

/* Periods that do not overlap, sorted. */
struct periods {
	struct freebusy *list;
	size_t n;
};

/* The strength of a type, NTYPES if it is not busy at all. */
static size_t
type_of(const char *type)
{
	size_t i;

	for (i = 0; i < NTYPES; i++)
		if (strcasecmp(types[i], type) == 0)
			return i;
	return strcasecmp(type, "FREE") == 0 ? NTYPES : 1;
}

/* Order of edges by time. */
static int
by_time(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return 0;
}

/* The edges of all periods, cut to the window. */
static struct edge *
collect_edges(TALLOC_CTX *ctx, const struct dispatch *d, size_t *n)
{
	struct edge *edge = mem_array(ctx, struct edge, 2 * d->nfreebusy + 1);
	size_t i;

	*n = 0;
	for (i = 0; i < d->nfreebusy; i++) {
		int64_t start = d->freebusy[i].start, end = d->freebusy[i].end;
		size_t type = type_of(d->freebusy[i].type);

		if (start < d->from)
			start = d->from;
		if (end > d->to)
			end = d->to;
		if (start >= end || type == NTYPES)
			continue;
		edge[*n].at = start;
		edge[*n].step = 1;
		edge[(*n)++].type = type;
		edge[*n].at = end;
		edge[*n].step = -1;
		edge[(*n)++].type = type;
	}
	qsort(edge, *n, sizeof(*edge), by_time);
	return edge;
}

/* Add a period; one that goes on makes the last one longer. */
static void
add_period(struct periods *p, int64_t start, int64_t end, const char *type)
{
	struct freebusy *last = p->n > 0 ? &p->list[p->n - 1] : NULL;

	if (last != NULL && last->end == start &&
	    strcmp(last->type, type) == 0) {
		last->end = end;
		return;
	}
	p->list[p->n].start = start;
	p->list[p->n].end = end;
	p->list[p->n++].type = type;
}

/* The strongest type that is open, NTYPES if none is. */
static size_t
strongest(const size_t open[NTYPES])
{
	size_t i = 0;

	while (i < NTYPES && open[i] == 0)
		i++;
	return i;
}

/* Sorted, merged, not overlapping. */
static struct periods
merge(TALLOC_CTX *ctx, const struct dispatch *d)
{
	size_t open[NTYPES] = {0}, n, i;
	struct edge *edge = collect_edges(ctx, d, &n);
	struct periods p = {mem_array(ctx, struct freebusy, n + 1), 0};

	for (i = 0; i < n; i++) {
		size_t type;

		if (edge[i].step > 0)
			open[edge[i].type]++;
		else
			open[edge[i].type]--;
		type = strongest(open);
		if (i + 1 < n && edge[i + 1].at > edge[i].at && type < NTYPES)
			add_period(&p, edge[i].at, edge[i + 1].at, types[type]);
	}
	return p;
}

/* FREEBUSY lines: neighbours of one type share one. */
static void
write_periods(struct sheet *sheet, const struct periods *p)
{
	size_t i, n = 0;
	char *line = NULL;

	for (i = 0; i < p->n; i++) {
		const struct freebusy *f = &p->list[i];
		char start[32], end[32];

		if (line == NULL)
			line = mem_print(
			    sheet->out, "FREEBUSY;FBTYPE=%s:", f->type);
		mem_add(&line, "%s%s/%s", n == 0 ? "" : ",",
		    utc_basic(start, sizeof(start), f->start),
		    utc_basic(end, sizeof(end), f->end));
		n++;
		if (n < PER_LINE && i + 1 < p->n &&
		    strcmp(f->type, p->list[i + 1].type) == 0)
			continue;
		ical_line(&sheet->out, line);
		line = NULL;
		n = 0;
	}
}

/* ATTENDEE: in a request whom it goes to, in an answer who answers. */
static void
write_attendee(struct sheet *sheet, const struct mission *mission)
{
	const struct dispatch *d = mission->dispatch;
	const struct holding *h = d->holding;
	const struct participant *self =
	    h->npart == 0 ? NULL : mission_self(mission, &h->part[0]);
	struct component received = {.kind = "VFREEBUSY"};
	const char *text = h->npart == 0 ? NULL : h->part[0].text;
	size_t i;

	if (mission_is(mission, "PUBLISH"))
		return;
	if (mission_is(mission, "REQUEST")) {
		who_address(sheet, d->recipient, "", "");
		return;
	}
	mission_lines(sheet->out, text == NULL ? "" : text, &received);
	if (self != NULL) {
		who_attendee(sheet, &received, self, "");
		return;
	}
	/* What was not kept still says how we were asked. */
	for (i = 0; i < received.nline; i++) {
		struct participant p = {.address = mission->from};

		if (!who_is_named(received.line[i], mission->from))
			continue;
		who_attendee(sheet, &received, &p, "");
		return;
	}
	who_address(sheet, mission->from, d->calendar->name, "");
}

/* ORGANIZER: who asked; in a publication whose times these are. */
static void
write_organizer(struct sheet *sheet, const struct mission *mission)
{
	const struct holding *h = mission->dispatch->holding;
	struct component received = {.kind = "VFREEBUSY"};

	if (mission_is(mission, "PUBLISH") && h->organizer[0] == '\0') {
		sheet_line(sheet, "ORGANIZER:%s",
		    ical_mailto(sheet->out, mission->from));
		return;
	}
	if (h->npart > 0 && h->part[0].text != NULL)
		mission_lines(sheet->out, h->part[0].text, &received);
	who_organizer(sheet, mission, property_line(&received, "ORGANIZER"));
}

/* The window: as given, else as the request has it. */
static void
window_of(const struct mission *mission, int64_t *from, int64_t *to)
{
	const struct dispatch *d = mission->dispatch;

	*from = d->from;
	*to = d->to;
	if (d->from >= d->to && d->holding->npart > 0) {
		*from = d->holding->part[0].start.utc;
		*to = d->holding->part[0].end.utc;
	}
}

char *
mission_freebusy(TALLOC_CTX *ctx, const struct mission *mission)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	const struct dispatch *d = mission->dispatch;
	struct sheet sheet;
	struct periods p;
	char buf[32], *out;
	int64_t from, to;

	sheet_open(&sheet, tmp, NULL, 0, d->calendar->zone);
	window_of(mission, &from, &to);
	sheet_line(&sheet, "BEGIN:VFREEBUSY");
	sheet_line(&sheet, "UID:%s", d->holding->uid);
	sheet_line(
	    &sheet, "DTSTAMP:%s", utc_basic(buf, sizeof(buf), mission->now));
	write_organizer(&sheet, mission);
	write_attendee(&sheet, mission);
	sheet_line(&sheet, "DTSTART:%s", utc_basic(buf, sizeof(buf), from));
	sheet_line(&sheet, "DTEND:%s", utc_basic(buf, sizeof(buf), to));
	p = merge(tmp, d);
	if (!mission_is(mission, "REQUEST"))
		write_periods(&sheet, &p);
	if (d->comment != NULL && !ical_is_blank(d->comment))
		ical_text(&sheet.out, "COMMENT",
		    mem_textn(
			tmp, d->comment, ical_cut(d->comment, SHEET_TEXT_MAX)));
	sheet_line(&sheet, "END:VFREEBUSY");
	out = sheet_close(ctx, &sheet, d->method, mission->now);
	talloc_free(tmp);
	return out;
}

/* The times as text. */
static char *
busy_text(TALLOC_CTX *ctx, const struct mission *mission)
{
	struct periods p = merge(ctx, mission->dispatch);
	struct span *span = mem_array(ctx, struct span, p.n + 1);
	size_t i, n = 0;

	for (i = 0; i < p.n; i++) {
		/* People want to know when, not how. */
		if (n > 0 && span[n - 1].end == p.list[i].start) {
			span[n - 1].end = p.list[i].end;
			continue;
		}
		span[n].start = p.list[i].start;
		span[n++].end = p.list[i].end;
	}
	if (n == 0)
		return mem_text(ctx, "");
	return voice_spans(ctx, &mission->voice, span, n, NAMED_BUSY);
}

void
mission_tell_freebusy(
    TALLOC_CTX *ctx, const struct mission *mission, struct telling *telling)
{
	const struct voice *voice = &mission->voice;
	int asks = mission_is(mission, "REQUEST");
	struct span window;
	struct fill fill[] = {{"name", mission->name}, {"busy", ""},
	    {"window", ""}, {NULL, NULL}};
	const char *sentence;

	window_of(mission, &window.start, &window.end);
	fill[1].text = busy_text(ctx, mission);
	fill[2].text = voice_spans(ctx, voice, &window, 1, 1);
	if (asks)
		sentence = voice_say(voice,
		    "{name} asks when you are busy in this time: {window}.");
	else if (fill[1].text[0] == '\0')
		sentence = voice_say(
		    voice, "{name} has nothing booked in this time: {window}.");
	else
		sentence = voice_say(voice, "{name} is busy: {busy}.");
	memset(telling, 0, sizeof(*telling));
	telling->language = voice_tag(voice);
	telling->sentence = voice_fill(ctx, sentence, fill);
	telling->title = voice_fill(ctx,
	    asks ? voice_say(voice, "Question from {name}: when are you busy?")
		 : voice_say(voice, "When {name} is busy"),
	    fill);
	telling_add(telling, voice_say(voice, "When"), fill[2].text);
	mission_close(ctx, mission, telling);
}
