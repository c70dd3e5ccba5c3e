/* mission.c - what of a holding goes out; see mission.h */
#include "lib/write/mission.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"

int
mission_is(const struct mission *mission, const char *method)
{
	return strcmp(mission->dispatch->method, method) == 0;
}

int
mission_is_ours(const struct mission *mission, const char *address)
{
	const struct calendar *calendar = mission->dispatch->calendar;
	const char *const *alias = (const char *const *)calendar->alias;

	if (address_is_same(calendar->address, address))
		return 1;
	for (; alias != NULL && *alias != NULL; alias++)
		if (address_is_same(*alias, address))
			return 1;
	return 0;
}

const struct participant *
mission_self(const struct mission *mission, const struct part *part)
{
	size_t i;

	for (i = 0; i < part->nparticipant; i++)
		if (mission_is_ours(mission, part->participant[i].address))
			return &part->participant[i];
	return NULL;
}

const char *
mission_partstat(const struct mission *mission, const struct part *part)
{
	const struct participant *self = mission_self(mission, part);

	if (mission_is(mission, "COUNTER"))
		return "TENTATIVE";
	return self == NULL ? "NEEDS-ACTION" : self->partstat;
}

/* Do two times name the same date of a series? */
static int
is_same_when(const struct when *a, const struct when *b)
{
	int exact = a->kind == WHEN_UTC || a->kind == WHEN_ZONED;

	if (exact && (b->kind == WHEN_UTC || b->kind == WHEN_ZONED))
		return a->utc == b->utc;
	return a->kind == b->kind &&
	       civil_seconds(&a->wall) == civil_seconds(&b->wall);
}

/* The recipient, as a participant of the part; or NULL. */
static const struct participant *
recipient_of(const struct mission *mission, const struct part *part)
{
	size_t i;

	for (i = 0; i < part->nparticipant; i++)
		if (address_is_same(part->participant[i].address,
			mission->dispatch->recipient))
			return &part->participant[i];
	return NULL;
}

/* Add a piece. */
static void
add_piece(
    struct mission *mission, const struct part *part, const struct when *date)
{
	struct piece *piece = &mission->piece[mission->n++];

	piece->part = part;
	piece->date = date;
	piece->sequence = part->sequence;
	/* Who is no participant any more was taken out, and it takes place. */
	piece->gone = part->state == PART_CANCELLED ||
	              strcmp(part->status, "CANCELLED") == 0 ||
	              recipient_of(mission, part) != NULL;
}

/* A date of its own; one of which nothing is left looks like the series. */
static void
add_own_date(
    struct mission *mission, const struct part *part, const struct when *date)
{
	const struct part *master = &mission->dispatch->holding->part[0];
	int empty = part->state == PART_CANCELLED &&
	            (part->text == NULL || part->text[0] == '\0');

	if (!empty || master->recurrence_id.kind != WHEN_NONE) {
		add_piece(mission, part, NULL);
		return;
	}
	add_piece(mission, master, date);
	mission->piece[mission->n - 1].sequence = part->sequence;
	mission->piece[mission->n - 1].gone = 1;
}

/* The part that this date is: its own one, or the series. */
static enum res
add_date(struct mission *mission, const struct when *date, struct why *why)
{
	const struct holding *h = mission->dispatch->holding;
	size_t i;

	for (i = 0; i < h->npart; i++)
		if (h->part[i].recurrence_id.kind != WHEN_NONE &&
		    is_same_when(&h->part[i].recurrence_id, date)) {
			add_own_date(mission, &h->part[i], date);
			return RES_OK;
		}
	if (h->npart == 0 || h->part[0].recurrence_id.kind != WHEN_NONE)
		return why_set(
		    why, RES_PERM, "the calendar does not have that date");
	if (h->part[0].recurs)
		add_piece(mission, &h->part[0], date);
	else if (is_same_when(&h->part[0].start, date))
		add_piece(mission, &h->part[0], NULL);
	else
		return why_set(
		    why, RES_PERM, "the calendar does not have that date");
	return RES_OK;
}

/* Does the whole object speak for this part, so that it need not go out? */
static int
is_covered(const struct mission *mission, const struct part *part)
{
	const struct part *master = &mission->dispatch->holding->part[0];

	if (part == master || master->recurrence_id.kind != WHEN_NONE)
		return 0;
	if (mission_is(mission, "CANCEL") || mission_is(mission, "REFRESH") ||
	    mission_is(mission, "COUNTER") ||
	    mission_is(mission, "DECLINECOUNTER"))
		return 1;
	/* An answer to the series speaks for the dates with the same answer. */
	return mission_is(mission, "REPLY") &&
	       strcmp(mission_partstat(mission, master),
		   mission_partstat(mission, part)) == 0;
}

/* May a part in this state go out? */
static int
is_fit(const struct mission *mission, const struct part *part)
{
	if (mission_is(mission, "CANCEL") || mission_is(mission, "REFRESH"))
		return 1;
	return part->state == PART_LIVE;
}

/* The whole object. */
static void
add_all(struct mission *mission)
{
	const struct holding *h = mission->dispatch->holding;
	size_t i;

	for (i = 0; i < h->npart; i++)
		if (is_fit(mission, &h->part[i]) &&
		    !is_covered(mission, &h->part[i]))
			add_piece(mission, &h->part[i], NULL);
}

/* Can another time be proposed for it? */
static enum res
check_counter(const struct mission *mission, struct why *why)
{
	const struct piece *piece = &mission->piece[0];
	const char *text = piece->part->text;

	if (mission->dispatch->proposal == NULL)
		return why_set(why, RES_PERM, "there is no proposal");
	if (mission->n != 1 || (piece->part->recurs && piece->date == NULL))
		return why_set(why, RES_PERM,
		    "another time can be proposed for one date only");
	/* What the organizer does not want is not sent. */
	for (; text != NULL; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncasecmp(
			text, "X-MICROSOFT-DISALLOW-COUNTER:TRUE", 33) == 0)
			return why_set(
			    why, RES_PERM, "the organizer takes no proposals");
	}
	return RES_OK;
}

/* Where the one who reads it is, if nothing else says so. */
static void
choose_reader(struct mission *mission)
{
	const struct holding *h = mission->dispatch->holding;
	const struct when *start = &mission->piece[0].part->start;

	/* Only an organizer wrote the times in a zone of her own. */
	if (mission->voice.reader == NULL && h->role == ROLE_ATTENDEE &&
	    start->kind == WHEN_ZONED)
		mission->voice.reader = zone_find(start->zone);
}

enum res
mission_plan(TALLOC_CTX *ctx, struct mission *mission, struct why *why)
{
	const struct dispatch *d = mission->dispatch;
	int all =
	    d->ndate == 0 || (d->ndate == 1 && d->date[0].kind == WHEN_NONE);
	enum res r = RES_OK;
	size_t i;

	if (strcmp(d->holding->kind, "VFREEBUSY") == 0)
		return RES_OK;
	mission->piece =
	    mem_array(ctx, struct piece, d->holding->npart + d->ndate + 1);
	if (all)
		add_all(mission);
	for (i = 0; !all && i < d->ndate && r == RES_OK; i++)
		r = add_date(mission, &d->date[i], why);
	if (r == RES_OK && mission->n == 0)
		return why_set(
		    why, RES_PERM, "the calendar holds nothing to send");
	if (r == RES_OK)
		choose_reader(mission);
	if (r == RES_OK && mission_is(mission, "COUNTER"))
		r = check_counter(mission, why);
	return r;
}

/* A time of the series moved to the date, spelled in the series' zone. */
static struct when
moved(const struct when *date, const struct when *series)
{
	const struct zone *zone;
	struct when w = *date;

	if (date->kind != WHEN_UTC || series->kind != WHEN_ZONED)
		return w;
	zone = zone_find(series->zone);
	if (zone == NULL)
		return w;
	w.kind = WHEN_ZONED;
	w.zone = series->zone;
	w.wall = zone_to_wall(zone, date->utc);
	return w;
}

/* A time so much later, by the clock that its kind goes by. */
static struct when
later(const struct when *start, const struct when *from, const struct when *to)
{
	const struct zone *zone =
	    start->kind == WHEN_ZONED ? zone_find(start->zone) : NULL;
	struct when w = *start;
	int64_t wall = civil_seconds(&to->wall) - civil_seconds(&from->wall);

	if (start->kind == WHEN_DATE || start->kind == WHEN_FLOATING ||
	    (start->kind == WHEN_ZONED && zone == NULL)) {
		w.wall = civil_from_seconds(civil_seconds(&start->wall) + wall);
		w.utc = start->utc + wall;
		return w;
	}
	w.utc = start->utc + (to->utc - from->utc);
	w.wall = zone == NULL ? civil_from_seconds(w.utc)
	                      : zone_to_wall(zone, w.utc);
	return w;
}

void
mission_when(const struct piece *piece, struct when *start, struct when *end)
{
	const struct part *part = piece->part;

	*start = part->start;
	*end = part->end;
	if (piece->date == NULL || part->start.kind == WHEN_NONE)
		return;
	*start = moved(piece->date, &part->start);
	if (part->end.kind != WHEN_NONE)
		*end = later(start, &part->start, &part->end);
}

/* Is it the line "BEGIN:" or "END:" of something? */
static int
is_frame(const char *line, size_t n, const char *frame)
{
	size_t k = strlen(frame);

	return n > k && strncmp(line, frame, k) == 0;
}

void
mission_lines(TALLOC_CTX *ctx, const char *text, struct component *c)
{
	size_t i, max = 1;
	int depth = 0;

	for (i = 0; text[i] != '\0'; i++)
		max += text[i] == '\n';
	c->line = mem_array(ctx, const char *, max);
	c->nline = 0;
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		if (is_frame(text, n, "BEGIN:"))
			depth++;
		else if (is_frame(text, n, "END:"))
			depth--;
		else if (depth <= 1 && n > 0)
			c->line[c->nline++] = mem_textn(ctx, text, n);
		text += n + (text[n] == '\n');
	}
}
