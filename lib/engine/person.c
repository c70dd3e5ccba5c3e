/* person.c - holdings read, changed, kept; see person.h */
#include "lib/engine/person.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/engine/align.h"
#include "lib/rules/itip.h"
#include "lib/rules/person.h"
#include "lib/write/dispatch.h"

#define HOUR 3600
#define PAST (31 * SECONDS_PER_DAY) /* as far back rows are made anew */

/* A holding to be read again. */
struct expansion {
	const struct engine *engine;
	TALLOC_CTX *ctx;
	const struct calendar *calendar;
	const struct holding *holding;
	int64_t from;
	int64_t to;
};

/* What is held of the uid, any organizer. */
static enum res
read_holdings(struct work *w, const struct calendar *calendar, const char *uid,
    const struct holding ***holding, size_t *n, struct why *why)
{
	struct held *held;
	const struct holding **list;
	size_t i;
	enum res r = store_holdings(
	    w->engine->store, w->out, calendar->address, uid, &held, n, why);

	*holding = NULL;
	if (r != RES_OK)
		return r;
	list = mem_array(w->out, const struct holding *, *n + 1);
	for (i = 0; r == RES_OK && i < *n; i++) {
		struct holding *h = NULL;

		r = holding_parse(
		    w->out, held[i].text, strlen(held[i].text), &h, why);
		list[i] = h;
	}
	*holding = list;
	return r;
}

/* Is the part one of those that make the dates of the object? */
static int
makes_dates(const struct holding *h, const struct part *part)
{
	return strcmp(h->kind, "VEVENT") == 0 && part->state == PART_LIVE &&
	       part->text[0] != '\0';
}

/*
 * All that lives of what is held, expanded: also what takes no time, since it
 * stands in the place of what would.  *to is moved behind single dates that lie
 * further ahead.
 */
static enum res
expand(struct expansion *x, struct object **expanded, struct why *why)
{
	const struct holding *h = x->holding;
	const char **kept =
	    mem_array(x->ctx, const char *, h->npart + h->ntimezone + 1);
	size_t i, n = 0;

	*expanded = NULL;
	for (i = 0; i < h->npart; i++) {
		const struct part *part = &h->part[i];

		if (!makes_dates(h, part))
			continue;
		kept[n++] = part->text;
		if (!part->recurs && part->end.kind != WHEN_NONE &&
		    part->end.utc >= x->to)
			x->to = part->end.utc + 1;
	}
	if (n == 0)
		return RES_OK;
	for (i = 0; i < h->ntimezone; i++)
		if (h->timezone[i].text[0] != '\0')
			kept[n++] = h->timezone[i].text;
	return align_reread(x->engine, x->ctx, x->calendar, kept, n, x->from,
	    x->to, expanded, why);
}

/* The rows there are. */
static enum res
read_rows(const struct expansion *x, struct personal *p, struct why *why)
{
	struct busy *own;
	enum res r = store_rows(x->engine->store, x->ctx, x->calendar->address,
	    x->holding->uid, &own, &p->nown, why);

	p->own = own;
	return r;
}

/* What is held from now on, expanded as far as the calendar looks ahead. */
static enum res
expand_result(struct work *w, struct personal *p, struct object **expanded,
    struct why *why)
{
	struct expansion x = {.engine = w->engine,
	    .ctx = w->out,
	    .calendar = p->occasion->calendar,
	    .holding = p->scheduling->holding};
	enum res r;

	*expanded = NULL;
	if (!p->scheduling->changed || x.holding == NULL)
		return RES_OK;
	engine_window(w->engine, w->errand, &x.from, &x.to);
	if (p->horizon > x.to)
		x.to = p->horizon;
	p->from = x.from;
	r = read_rows(&x, p, why);
	return r == RES_OK ? expand(&x, expanded, why) : r;
}

/* When the calendar is busy in the time that a VFREEBUSY asks about. */
static enum res
fill_freebusy(struct work *w, const struct personal *p,
    struct dispatch *dispatch, struct why *why)
{
	const struct component *c = &p->occasion->object->component[0];
	struct freebusy *list;
	struct busy *busy;
	size_t n = 0, i;
	enum res r;

	dispatch->from = c->start.utc;
	dispatch->to = c->end.utc;
	r = store_busy(w->engine->store, w->out, dispatch->calendar->address,
	    dispatch->from, dispatch->to, &busy, &n, why);
	if (r != RES_OK)
		return r;
	/* What takes no time or overlaps is sorted out where it is written. */
	list = mem_array(w->out, struct freebusy, n + 1);
	for (i = 0; i < n; i++) {
		list[i].start = busy[i].start;
		list[i].end = busy[i].end;
		list[i].type = strcmp(busy[i].status, "TENTATIVE") == 0
		                   ? "BUSY-TENTATIVE"
		                   : "BUSY";
	}
	dispatch->freebusy = list;
	dispatch->nfreebusy = n;
	return RES_OK;
}

/* A holding of the request itself, for an answer to what is not kept. */
static const struct holding *
holding_of_request(struct work *w, const struct object *object)
{
	struct holding *h = mem_new(w->out, struct holding);
	const struct component *c = &object->component[0];
	struct part *part = mem_array(h, struct part, 1);

	h->kind = c->kind;
	h->uid = object->uid;
	h->organizer = c->organizer.address;
	h->organizer_sent_by = c->organizer.sent_by;
	h->role = ROLE_ATTENDEE;
	part->recurrence_id.zone = "";
	part->range = part->status = part->summary = part->location = "";
	part->sequence = c->sequence;
	part->dtstamp = c->dtstamp;
	part->start = c->start;
	part->end = c->end;
	part->percent = -1;
	part->text = c->text;
	h->part = part;
	h->npart = 1;
	h->timezone = object->timezone;
	h->ntimezone = object->ntimezone;
	return h;
}

/* The letter of one follow-up. */
static enum res
follow(struct work *w, const struct personal *p, const struct follow_up *f,
    size_t count, struct letter **letter, struct why *why)
{
	const struct occasion *o = p->occasion;
	struct letterhead head = {.sender = w->engine->settings->sender,
	    .host = w->engine->settings->host,
	    .now = o->now};
	struct dispatch dispatch = {.method = f->method,
	    .calendar = o->calendar,
	    .agent = "",
	    .recipient = f->recipient,
	    .holding = p->scheduling->holding,
	    .date = f->date,
	    .ndate = f->ndate,
	    .comment = "",
	    .language = o->mail->language,
	    .mail = o->mail};
	enum res r = RES_OK;

	*letter = NULL;
	if (dispatch.holding == NULL)
		dispatch.holding = holding_of_request(w, o->object);
	if (f->ndate == 1 && f->date[0].kind == WHEN_NONE)
		dispatch.ndate = 0;
	if (strcmp(dispatch.holding->kind, "VFREEBUSY") == 0)
		r = fill_freebusy(w, p, &dispatch, why);
	head.unique = mem_print(w->out, "%s %s %s %s %zu", w->errand->id,
	    o->calendar->address, o->object->uid, f->method, count);
	if (r == RES_OK)
		r = dispatch_make(w->out, &dispatch, &head, letter, why);
	return r;
}

/* Did the address get more letters of late than nothing proved deserves? */
static enum res
count_letters(struct work *w, const struct personal *p, const char *address,
    const char **quiet, struct why *why)
{
	int64_t max = w->engine->settings->answers_per_hour;
	struct lately lately = {0, 0};
	enum res r;

	if (max == 0 || w->identity.level != IDENTITY_NONE)
		return RES_OK;
	r = store_lately(w->engine->store, p->occasion->calendar->address,
	    address, p->occasion->now - HOUR, p->occasion->now, &lately, why);
	if (r == RES_OK && lately.letters >= max)
		*quiet = mem_print(w->out,
		    "%s got %lld letters within the hour and nothing proves "
		    "that they asked (answers_per_hour)",
		    address, (long long)lately.letters);
	return r;
}

/* Why nothing is sent, whoever asks; NULL: there is no reason. */
static const char *
find_quiet(const struct personal *p, const struct decision *d)
{
	const struct occasion *o = p->occasion;
	const struct component *c = &o->object->component[0];
	const char *quiet =
	    itip_unanswerable(o->mail, o->envelope_sender, o->calendar);

	if (quiet != NULL || d->code != scheduling_word(ITIP_FREEBUSY_ASKED))
		return quiet;
	if (!o->calendar->publish)
		return "free/busy is not published (publish = no)";
	if (c->start.kind == WHEN_NONE || c->end.kind == WHEN_NONE ||
	    c->end.utc <= c->start.utc)
		return "it does not say from when to when (DTSTART, DTEND)";
	return NULL;
}

/* The letters that go out because of the message. */
static enum res
follow_all(struct work *w, const struct personal *p, struct decision *d,
    struct letter **first, struct why *why)
{
	struct letter **end = first;
	const char *quiet = find_quiet(p, d);
	size_t i;

	*first = NULL;
	if (p->scheduling->nfollow_up == 0)
		return RES_OK;
	for (i = 0; quiet == NULL && i < p->scheduling->nfollow_up; i++) {
		const struct follow_up *f = &p->scheduling->follow_up[i];
		enum res r = count_letters(w, p, f->recipient, &quiet, why);

		if (r == RES_OK && quiet == NULL)
			r = follow(w, p, f, i, end, why);
		if (r == RES_TEMP)
			return r;
		if (r == RES_PERM)
			quiet = mem_text(d, why->text);
		else if (*end != NULL)
			end = &(*end)->next;
	}
	d->answer = *first != NULL;
	d->quiet = d->answer ? "" : quiet;
	return RES_OK;
}

/* Keep what is held from now on. */
static enum res
keep_holding(struct work *w, const struct personal *p, struct why *why)
{
	const struct holding *h = p->scheduling->holding;
	struct held held;

	if (!w->record || !p->scheduling->changed || h == NULL)
		return RES_OK;
	held.organizer = h->organizer;
	held.text = holding_print(w->out, h);
	return store_hold(w->engine->store, p->occasion->calendar->address,
	    h->uid, &held, why);
}

enum res
person_settle(struct work *w, const struct calendar *calendar,
    const char *recipient, enum direction direction, size_t index,
    struct why *why)
{
	struct object *object = &w->errand->notice->object[index];
	struct occasion occasion = {.calendar = calendar,
	    .direction = direction,
	    .mail = &w->errand->notice->mail,
	    .envelope_sender = w->errand->sender,
	    .notice = w->errand->notice,
	    .object = object,
	    .index = index,
	    .now = w->errand->arrival};
	struct personal p = {.occasion = &occasion,
	    .recipient = recipient,
	    .horizon = w->errand->arrival + calendar->horizon};
	const struct holding **holding;
	struct object *expanded = NULL;
	struct letter *letter = NULL;
	struct decision *d;
	enum res r;

	if (!identity_suffices(&w->identity, calendar))
		return work_conclude(w,
		    work_plain(w, recipient, calendar, VERDICT_HOLD,
			"not-authenticated",
			mem_print(w->out, "it is not sure who sent it: %s",
			    w->identity.detail)),
		    NULL, why);
	object_localize(object, calendar->zone);
	r = read_holdings(
	    w, calendar, object->uid, &holding, &occasion.nholding, why);
	if (r != RES_OK)
		return r;
	occasion.holding = holding;
	p.scheduling = scheduling_apply(w->out, &occasion);
	r = expand_result(w, &p, &expanded, why);
	if (r != RES_OK)
		return r;
	p.expanded = expanded;
	d = person_decide(w->out, &p);
	r = follow_all(w, &p, d, &letter, why);
	if (r == RES_OK)
		r = keep_holding(w, &p, why);
	return r == RES_OK ? work_conclude(w, d, letter, why) : r;
}

/* Make records and rows anew and put them in place of those there are. */
static enum res
refill(const struct expansion *x, const struct record *master, int64_t to,
    int64_t now, struct why *why)
{
	struct object *object = mem_new(x->ctx, struct object);
	struct scheduling scheduling = {.holding = x->holding, .changed = 1};
	struct occasion occasion = {.calendar = x->calendar, .object = object};
	struct personal p = {.occasion = &occasion,
	    .scheduling = &scheduling,
	    .from = x->from,
	    .horizon = to};
	struct object *expanded = NULL;
	struct decision *d = mem_new(x->ctx, struct decision);
	struct expansion wide = *x;
	enum res r = read_rows(x, &p, why);

	if (r == RES_OK)
		r = expand(&wide, &expanded, why);
	if (r != RES_OK)
		return r;
	p.expanded = expanded;
	object->digest = master->digest;
	d->change.drop_from = INT64_MAX;
	person_fill(&p, d);
	return store_change(x->engine->store, master->calendar, master->uid,
	    &d->change, now, why);
}

/* The holding of a record, localized; NULL if there is none. */
static enum res
holding_of(struct expansion *x, const struct record *master, struct why *why)
{
	struct held *held;
	size_t i, k, n;
	enum res r = store_holdings(x->engine->store, x->ctx, master->calendar,
	    master->uid, &held, &n, why);

	for (i = 0; r == RES_OK && i < n; i++) {
		struct holding *h = NULL;

		if (strcasecmp(held[i].organizer, master->organizer) != 0)
			continue;
		r = holding_parse(
		    x->ctx, held[i].text, strlen(held[i].text), &h, why);
		for (k = 0; r == RES_OK && k < h->npart; k++)
			part_localize(&h->part[k], x->calendar->zone);
		x->holding = h;
	}
	return r;
}

enum res
person_grow(const struct engine *engine, TALLOC_CTX *ctx,
    const struct calendar *calendar, const struct record *master, int64_t to,
    int64_t now, struct why *why)
{
	struct expansion x = {.engine = engine,
	    .ctx = ctx,
	    .calendar = calendar,
	    .from = now - PAST,
	    .to = to};
	enum res r = holding_of(&x, master, why);

	if (r == RES_OK && x.holding == NULL)
		return why_set(
		    why, RES_PERM, "nothing is held of %.200s", master->uid);
	return r == RES_OK ? refill(&x, master, to, now, why) : r;
}
