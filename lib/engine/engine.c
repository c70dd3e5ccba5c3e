/*
 * engine.c - decide and record one message
 *
 * Reads of the store happen in decide_one(), writes in record_one(); what is
 * between them is pure.
 */
#include "lib/engine/engine.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/engine/align.h"
#include "lib/engine/letterbox.h"
#include "lib/engine/merge.h"
#include "lib/engine/person.h"
#include "lib/engine/work.h"
#include "lib/facts/limits.h"
#include "lib/rules/booking.h"
#include "lib/rules/itip.h"

#define HOUR 3600

/* Keep a decision, and the letter beside it, for the caller. */
static void
keep(struct work *w, struct decision *d, struct letter *letter)
{
	struct settled *s = w->out;

	if (s->n == w->room) {
		w->room = w->room == 0 ? 4 : w->room * 2;
		s->decision = mem_check(talloc_realloc(
		    s, s->decision, struct decision *, mem_count(w->room)));
		s->letter = mem_check(talloc_realloc(
		    s, s->letter, struct letter *, mem_count(w->room)));
	}
	s->decision[s->n] = d;
	s->letter[s->n++] = letter;
}

/*
 * A message is held if nothing of it could be decided.  Where one recipient was
 * served it belongs to the journal, whatever became of the others.
 */
static void
conclude_outcome(struct settled *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->decision[i]->verdict != VERDICT_HOLD)
			return;
	if (s->n == 0 || s->outcome != OUTCOME_DONE)
		return;
	s->outcome = OUTCOME_HOLD;
	s->reason = s->decision[0]->reason;
}

struct decision *
work_plain(struct work *w, const char *recipient,
    const struct calendar *calendar, enum verdict verdict, const char *code,
    const char *reason)
{
	struct decision *d = mem_new(w->out, struct decision);
	struct trace *t = mem_array(d, struct trace, 1);

	if (calendar == NULL) {
		struct calendar *stranger = mem_new(d, struct calendar);

		stranger->address = stranger->name = recipient;
		stranger->zone_name = "UTC";
		stranger->zone = zone_find("UTC");
		calendar = stranger;
	}
	t->rule = "message";
	t->result = verdict_name(verdict);
	t->detail = reason;
	d->calendar = calendar;
	d->recipient = recipient;
	d->verdict = verdict;
	d->code = code;
	d->reason = reason;
	d->trace = t;
	d->ntrace = 1;
	d->quiet = "there is nothing to answer";
	d->partstat = d->status = "";
	d->change.organizer = "";
	d->change.drop_from = INT64_MAX;
	return d;
}

/* Put the letters of a decision into the outbox. */
static enum res
record_letters(
    struct work *w, const struct letter *first, int64_t number, struct why *why)
{
	const struct letter *letter = first;
	enum res r = RES_OK;

	while (letter != NULL && r == RES_OK) {
		r = store_outbox_add(w->engine->store, w->errand->id, number,
		    letter, w->errand->arrival, why);
		letter = letter->next;
	}
	return r;
}

/* Write what was decided: state, decision, letters. */
static enum res
record_one(struct work *w, struct decision *d, const struct letter *letter,
    struct why *why)
{
	const struct engine *e = w->engine;
	const char *calendar = d->calendar->address;
	int64_t now = w->errand->arrival, number = 0;
	size_t repeated = 0;
	enum res r = RES_OK;

	if (d->object != NULL)
		r = store_change(
		    e->store, calendar, d->object->uid, &d->change, now, why);
	if (r == RES_OK)
		r = store_decision(
		    e->store, w->errand->id, d, now, &number, why);
	if (r == RES_OK && letter != NULL)
		r = record_letters(w, letter, number, why);
	if (r == RES_OK && d->verdict == VERDICT_REPEAT && d->answer)
		r = store_outbox_repeat(
		    e->store, calendar, d->object->uid, now, &repeated, why);
	return r;
}

enum res
work_conclude(
    struct work *w, struct decision *d, struct letter *letter, struct why *why)
{
	keep(w, d, letter);
	if (!w->record)
		return RES_OK;
	return record_one(w, d, letter, why);
}

/* The busy rows that an object could meet. */
static enum res
busy_for(struct work *w, TALLOC_CTX *ctx, const struct object *object,
    const struct calendar *calendar, struct busy **busy, size_t *n,
    struct why *why)
{
	struct span *span;
	size_t i, nspan;
	enum res r = RES_OK;

	*busy = NULL;
	*n = 0;
	booking_spans(ctx, object, calendar, w->errand->arrival, &span, &nspan);
	if (nspan > 0 && w->record)
		r = engine_extend(w->engine, calendar->address,
		    span[nspan - 1].end, w->errand->arrival, NULL, why);
	for (i = 0; r == RES_OK && i < nspan; i++) {
		struct busy *some = NULL;
		size_t nsome = 0;

		r = store_busy(w->engine->store, ctx, calendar->address,
		    span[i].start, span[i].end, &some, &nsome, why);
		if (r != RES_OK || nsome == 0)
			continue;
		*busy = mem_check(talloc_realloc(
		    ctx, *busy, struct busy, mem_count(*n + nsome)));
		memcpy(*busy + *n, some, nsome * sizeof(*some));
		*n += nsome;
	}
	return r;
}

/* Who asks: one of our own rooms, and how often of late? */
static enum res
gather_organizer(struct work *w, struct question *q, struct why *why)
{
	const char *organizer = itip_organizer(w->out, q->object);
	const struct calendar *ours = NULL;
	struct lately lately = {0, 0};
	struct why ignored;
	enum res r;

	if (directory_find(w->engine->directory, organizer, &ours, &ignored) ==
		RES_OK &&
	    ours != NULL)
		q->organizer_is_ours = ours->kind != KIND_PERSON;
	r = store_lately(w->engine->store, q->calendar->address, organizer,
	    q->now - HOUR, q->now, &lately, why);
	q->accepted_lately = lately.accepted;
	q->letters_lately = lately.letters;
	q->letters_max = w->engine->settings->answers_per_hour;
	return r;
}

/* What the store knows that the decision depends on. */
static enum res
gather(
    struct work *w, struct question *q, struct object *object, struct why *why)
{
	struct record *record = NULL;
	struct busy *busy = NULL, *own = NULL;
	int64_t from, to;
	enum res r;

	q->object = object;
	object_localize(object, q->calendar->zone);
	r = store_records(w->engine->store, w->out, q->calendar->address,
	    object->uid, &record, &q->nrecord, why);
	if (r == RES_OK)
		r = align_object(
		    w->engine, object, q->calendar, record, q->nrecord, why);
	if (r == RES_OK)
		r = store_rows(w->engine->store, w->out, q->calendar->address,
		    object->uid, &own, &q->nown, why);
	q->record = record;
	q->own = own;
	if (r == RES_OK) {
		engine_window(w->engine, w->errand, &from, &to);
		r = merge_object(w->engine, w->out, object, q, from, to, why);
	}
	if (r == RES_OK)
		r = busy_for(
		    w, w->out, q->object, q->calendar, &busy, &q->nbusy, why);
	/* Once more: with the question this series may have grown, too. */
	if (r == RES_OK)
		r = store_rows(w->engine->store, w->out, q->calendar->address,
		    object->uid, &own, &q->nown, why);
	q->busy = busy;
	q->own = own;
	return r == RES_OK ? gather_organizer(w, q, why) : r;
}

/* Decide about one object in one calendar, and record it. */
static enum res
settle_object(struct work *w, const struct calendar *calendar,
    const char *recipient, size_t index, struct why *why)
{
	struct object *object = &w->errand->notice->object[index];
	struct question q = {.mail = &w->errand->notice->mail,
	    .envelope_sender = w->errand->sender,
	    .identity = &w->identity,
	    .recipient = recipient,
	    .calendar = calendar,
	    .notice = w->errand->notice,
	    .index = index,
	    .now = w->errand->arrival};
	struct letter *letter;
	struct decision *d;
	enum res r = gather(w, &q, object, why);

	if (r != RES_OK)
		return r;
	d = booking_decide(w->out, &q);
	letterbox_keep_texts(d);
	letter = letterbox_answer(w->out, w->engine->settings, w->errand, d);
	return work_conclude(w, d, letter, why);
}

/* What the reader says about the message as a whole, if nothing is in it. */
static enum res
settle_nothing(struct work *w, const struct calendar *calendar,
    const char *recipient, struct why *why)
{
	const struct notice *notice = w->errand->notice;
	const struct problem *worst = NULL;
	size_t i;

	for (i = 0; i < notice->nproblem; i++)
		if (worst == NULL || notice->problem[i].action > worst->action)
			worst = &notice->problem[i];
	if (worst == NULL || worst->action == ACTION_NOTE)
		return work_conclude(w,
		    work_plain(w, recipient, calendar, VERDICT_IGNORE,
			"no-calendar", "no calendar object in the message"),
		    NULL, why);
	return work_conclude(w,
	    work_plain(w, recipient, calendar,
		worst->action == ACTION_IGNORE ? VERDICT_IGNORE : VERDICT_HOLD,
		worst->code, worst->text),
	    NULL, why);
}

/* A recipient that is no calendar of ours. */
static enum res
settle_stranger(struct work *w, const char *recipient, struct why *why)
{
	enum verdict verdict = VERDICT_HOLD;

	if (w->engine->settings->unknown == UNKNOWN_PASS)
		verdict = VERDICT_IGNORE;
	return work_conclude(w,
	    work_plain(w, recipient, NULL, verdict, "unknown-calendar",
		mem_print(w->out, "%s is no calendar here", recipient)),
	    NULL, why);
}

/* Was this calendar already dealt with in this message (two aliases)? */
static int
is_done(const struct work *w, const struct calendar *calendar)
{
	size_t i;

	for (i = 0; i < w->out->n; i++)
		if (strcmp(w->out->decision[i]->calendar->address,
			calendar->address) == 0)
			return 1;
	return 0;
}

/* A calendar file is wrong just now: this message waits, others go on. */
static enum res
wait_for_directory(struct work *w, const struct why *why)
{
	w->out->outcome = OUTCOME_LATER;
	w->out->reason = mem_text(w->out, why->text);
	return RES_PERM;
}

/*
 * Does iTIP alone say what happens?  For a person always; for a room when
 * somebody asks for its free/busy.
 */
static int
is_personal(const struct work *w, const struct calendar *calendar, size_t i)
{
	const struct object *object = &w->errand->notice->object[i];

	if (calendar->kind == KIND_PERSON)
		return 1;
	return object->ncomponent > 0 &&
	       strcmp(object->component[0].kind, "VFREEBUSY") == 0 &&
	       strcmp(object->method, "REQUEST") == 0;
}

/* Everything for one recipient. */
static enum res
settle_recipient(struct work *w, const char *recipient, struct why *why)
{
	const struct calendar *calendar = NULL;
	size_t i;
	enum res r = RES_TEMP;

	/* A passing fault must not let later messages overtake this one. */
	for (i = 0; r != RES_OK && i < 3; i++)
		r = directory_find(
		    w->engine->directory, recipient, &calendar, why);
	if (r != RES_OK)
		return wait_for_directory(w, why);
	if (calendar == NULL)
		return settle_stranger(w, recipient, why);
	if (is_done(w, calendar))
		return RES_OK;
	if (w->errand->notice->nobject == 0)
		return settle_nothing(w, calendar, recipient, why);
	for (i = 0; r == RES_OK && i < w->errand->notice->nobject; i++) {
		r = is_personal(w, calendar, i)
		        ? person_settle(
			      w, calendar, recipient, DIRECTION_IN, i, why)
		        : settle_object(w, calendar, recipient, i, why);
		/* Once a person must look, one reason is enough. */
		if (r == RES_OK &&
		    w->out->decision[w->out->n - 1]->verdict == VERDICT_HOLD)
			break;
	}
	return r;
}

/* Did any decision for this recipient ask a person to look? */
static int
is_held(const struct work *w, const char *recipient)
{
	size_t i;

	for (i = 0; i < w->out->n; i++)
		if (w->out->decision[i]->verdict == VERDICT_HOLD &&
		    strcmp(w->out->decision[i]->recipient, recipient) == 0)
			return 1;
	return 0;
}

/* A person's own mail on its way out: what was sent is what they now hold. */
static enum res
settle_outgoing(struct work *w, const char *sender, struct why *why)
{
	const struct calendar *calendar = NULL;
	const struct notice *notice = w->errand->notice;
	enum res r =
	    directory_find(w->engine->directory, sender, &calendar, why);
	size_t i;

	if (r != RES_OK)
		return wait_for_directory(w, why);
	if (calendar == NULL || calendar->kind != KIND_PERSON)
		return work_conclude(w,
		    work_plain(w, sender, calendar, VERDICT_IGNORE, "outgoing",
			"outgoing mail of nobody whose calendar "
			"is here"),
		    NULL, why);
	if (notice->nobject == 0)
		return settle_nothing(w, calendar, sender, why);
	for (i = 0; r == RES_OK && i < notice->nobject; i++)
		r = person_settle(w, calendar, sender, DIRECTION_OUT, i, why);
	return r;
}

/* One recipient, unless a committed part settled it before. */
static enum res
settle_once(struct work *w, const char *recipient, struct why *why)
{
	struct store *store = w->engine->store;
	const char *id = w->errand->id;
	int settled = 0;
	enum res r = RES_OK;

	if (w->record)
		r = store_settled(store, id, recipient, &settled, why);
	if (r != RES_OK || settled)
		return r;
	r = strcmp(w->errand->role, "out") == 0
	        ? settle_outgoing(w, recipient, why)
	        : settle_recipient(w, recipient, why);
	/* What is held is decided anew when it is released. */
	if (r == RES_OK && w->record && !is_held(w, recipient))
		r = store_settle(store, id, recipient, w->errand->arrival, why);
	return r;
}

/* Is it a method by which an attendee speaks? */
static int
is_answer(const char *method)
{
	return strcmp(method, "REPLY") == 0 || strcmp(method, "COUNTER") == 0 ||
	       strcmp(method, "REFRESH") == 0;
}

/* For whom the sender says to act (SENT-BY) in this object, or NULL. */
static const char *
principal_of(const struct object *object, const char *from)
{
	const struct component *c = &object->component[0];
	const char *principal = NULL;
	size_t i;

	if (!is_answer(object->method))
		return itip_same_address(c->organizer.sent_by, from)
		           ? c->organizer.address
		           : NULL;
	for (i = 0; i < c->nattendee; i++) {
		if (itip_same_address(c->attendee[i].address, from))
			return NULL; /* for themselves */
		if (itip_same_address(c->attendee[i].sent_by, from))
			principal = c->attendee[i].address;
	}
	return principal;
}

/*
 * Whose calendar outgoing mail changes: that of the sender, or of the one whom
 * the sender acts for.  Whether they may, the rules say.
 */
static const char *
outgoing_owner(const struct errand *e)
{
	const struct notice *notice = e->notice;
	const char *from =
	    notice->mail.from != NULL ? notice->mail.from : e->sender;
	const char *principal = NULL;

	if (notice->nobject > 0 && notice->object[0].ncomponent > 0)
		principal = principal_of(&notice->object[0], from);
	return principal != NULL && principal[0] != '\0' ? principal : from;
}

/* All recipients; the part of the transaction is open if w->record. */
static enum res
settle_all(struct work *w, struct why *why)
{
	const struct errand *e = w->errand;
	size_t i;
	enum res r = RES_OK;

	if (strcmp(e->role, "out") == 0)
		return settle_once(w, outgoing_owner(e), why);
	for (i = 0; r == RES_OK && i < e->nrecipient; i++)
		r = settle_once(w, e->recipient[i], why);
	return r;
}

enum res
engine_settle(const struct engine *engine, TALLOC_CTX *ctx,
    struct errand *errand, int record, struct settled **settled,
    struct why *why)
{
	struct work w = {.engine = engine,
	    .errand = errand,
	    .record = record,
	    .out = mem_new(ctx, struct settled)};
	enum res r;

	*settled = w.out;
	w.identity =
	    identity_judge(w.out, &errand->notice->mail, errand->sender,
		errand->submitter, engine->settings->trust_authserv);
	w.out->outcome = OUTCOME_DONE;
	w.out->reason = "";
	if (!record) {
		r = settle_all(&w, why);
		conclude_outcome(w.out);
		return w.out->outcome == OUTCOME_LATER ? RES_TEMP : r;
	}
	r = store_part_begin(engine->store, why);
	if (r != RES_OK)
		return r;
	r = settle_all(&w, why);
	conclude_outcome(w.out);
	if (r == RES_OK)
		return store_part_keep(engine->store, why);
	store_part_undo(engine->store);
	if (r == RES_TEMP)
		return r;
	if (w.out->outcome == OUTCOME_LATER) {
		w.out->n = 0;
		return RES_OK;
	}
	/* The store's own last line refused it: ours is the mistake. */
	w.out->n = 0;
	w.out->outcome = OUTCOME_HOLD;
	w.out->reason = mem_print(
	    w.out, "the store refused what was decided: %s", why->text);
	return engine_refuse(
	    engine, ctx, errand, "store-refused", w.out->reason, why);
}

enum res
engine_refuse(const struct engine *engine, TALLOC_CTX *ctx,
    const struct errand *errand, const char *code, const char *reason,
    struct why *why)
{
	struct work w = {
	    .engine = engine, .record = 1, .out = mem_new(ctx, struct settled)};
	int64_t number;
	size_t i;
	enum res r = RES_OK;

	for (i = 0; r == RES_OK && i < errand->nrecipient; i++)
		r = store_decision(engine->store, errand->id,
		    work_plain(&w, errand->recipient[i], NULL, VERDICT_HOLD,
			code, reason),
		    errand->arrival, &number, why);
	talloc_free(w.out);
	return r;
}
