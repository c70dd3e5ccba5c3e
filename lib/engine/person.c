/* person.c - holdings read, changed, kept; see person.h */
#include "lib/engine/person.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/engine/align.h"
#include "lib/rules/freebusy.h"
#include "lib/rules/itip.h"
#include "lib/rules/person.h"
#include "lib/write/dispatch.h"

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

/* The live parts of what is held from now on, expanded. */
static enum res
expand(struct work *w, const struct personal *p, struct object **expanded,
    struct why *why)
{
	const struct holding *h = p->scheduling->holding;
	const struct calendar *calendar = p->occasion->calendar;
	const char **kept;
	size_t i, n = 0;
	int64_t from, to;

	*expanded = NULL;
	if (!p->scheduling->changed || h == NULL)
		return RES_OK;
	kept = mem_array(w->out, const char *, h->npart + h->ntimezone + 1);
	for (i = 0; i < h->npart; i++)
		if (person_busy_status(h, &h->part[i], calendar) != NULL)
			kept[n++] = h->part[i].text;
	if (n == 0)
		return RES_OK;
	for (i = 0; i < h->ntimezone; i++)
		if (h->timezone[i].text[0] != '\0')
			kept[n++] = h->timezone[i].text;
	engine_window(w->engine, w->errand, &from, &to);
	if (p->horizon > to)
		to = p->horizon;
	return align_reread(
	    w->engine, w->out, calendar, kept, n, from, to, expanded, why);
}

/* When the calendar is busy in the time that a VFREEBUSY asks about. */
static enum res
fill_freebusy(struct work *w, const struct personal *p,
    struct dispatch *dispatch, struct why *why)
{
	const struct component *c = &p->occasion->object->component[0];
	struct freebusy *list;
	struct busy *busy;
	struct span *span;
	size_t n = 0, i;
	enum res r;

	dispatch->from = c->start.utc;
	dispatch->to = c->end.utc;
	r = store_busy(w->engine->store, w->out, dispatch->calendar->address,
	    dispatch->from, dispatch->to, &busy, &n, why);
	if (r != RES_OK)
		return r;
	freebusy_merge(
	    w->out, busy, n, dispatch->from, dispatch->to, &span, &n);
	list = mem_array(w->out, struct freebusy, n + 1);
	for (i = 0; i < n; i++) {
		list[i].start = span[i].start;
		list[i].end = span[i].end;
		list[i].type = "BUSY";
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

/* The letters that go out because of the message. */
static enum res
follow_all(struct work *w, const struct personal *p, struct decision *d,
    struct letter **first, struct why *why)
{
	const struct occasion *o = p->occasion;
	struct letter **end = first;
	const char *quiet =
	    itip_unanswerable(o->mail, o->envelope_sender, o->calendar);
	size_t i;

	*first = NULL;
	if (p->scheduling->nfollow_up == 0)
		return RES_OK;
	if (quiet == NULL && d->code == scheduling_word(ITIP_FREEBUSY_ASKED) &&
	    !o->calendar->publish)
		quiet = "free/busy is not published (publish = no)";
	for (i = 0; quiet == NULL && i < p->scheduling->nfollow_up; i++) {
		enum res r =
		    follow(w, p, &p->scheduling->follow_up[i], i, end, why);

		if (r == RES_TEMP)
			return r;
		if (r == RES_PERM)
			quiet = mem_text(d, why->text);
		else
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

	if (direction == DIRECTION_IN &&
	    !identity_suffices(&w->identity, calendar))
		return work_conclude(w,
		    work_plain(w, recipient, calendar, VERDICT_IGNORE,
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
	r = expand(w, &p, &expanded, why);
	if (r != RES_OK)
		return r;
	p.expanded = expanded;
	d = person_decide(w->out, &p);
	r = follow_all(w, &p, d, &letter, why);
	if (r == RES_OK)
		r = keep_holding(w, &p, why);
	return r == RES_OK ? work_conclude(w, d, letter, why) : r;
}
