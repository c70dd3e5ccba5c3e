/* event.c - one VEVENT block to a component, see event.h */
#include "lib/read/event.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"
#include "lib/read/person.h"

#define TEXT_MAX     4096
#define SEQUENCE_MAX INT64_C(2147483647)

/* Properties that a component may have once, and the booking depends on. */
static const char *const single[] = {"UID", "DTSTART", "DTEND", "DUE",
    "DURATION", "ORGANIZER", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP"};

/* Properties that an answer copies. */
static const char *const copied[] = {"UID", "DTSTART", "DTEND", "DURATION",
    "RECURRENCE-ID", "ORGANIZER", "SUMMARY", "LOCATION", "CLASS", "PRIORITY"};

/* Properties that are never kept: see the lessons about libraries. */
static const char *const dropped[] = {
    "ATTACH", "REQUEST-STATUS", "X-LIC-ERROR", "X-LIC-INVALID-COMMENT"};

/* Long ones of these are needed all the same. */
static const char *const needed[] = {
    "UID", "RRULE", "EXRULE", "RDATE", "EXDATE", "ORGANIZER", "ATTENDEE"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int
is_in(const char *name, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(name, list[i]) == 0)
			return 1;
	}
	return 0;
}

/* Does an answer copy it? */
static int
is_copied(const char *name)
{
	return strncmp(name, "X-MICROSOFT-", 12) == 0 ||
	       is_in(name, copied, COUNT(copied));
}

/* Is it kept with the booking? */
static int
is_kept(const struct property *property)
{
	if (is_in(property->name, dropped, COUNT(dropped)))
		return 0;
	return strlen(property->line) <= TEXT_MAX ||
	       is_in(property->name, needed, COUNT(needed));
}

/* What must not be there twice, or at all. */
static void
check_singles(const struct context *context, const struct block *block)
{
	struct reading *r = context->reading;
	size_t i;

	for (i = 0; i < COUNT(single); i++) {
		if (block_count(block, single[i]) > 1)
			problem_add(r, ACTION_HOLD, context->object,
			    "duplicate-property", "%s has %s twice.",
			    block->kind, single[i]);
	}
	if (block_find(block, "METHOD") != NULL)
		problem_add(r, ACTION_HOLD, context->object, "method-twice",
		    "There is a METHOD inside %s.", block->kind);
}

static void
fill_sequence(const struct context *context, struct draft *draft)
{
	const char *text = bytes_trim(
	    context->reading->notice, block_value(draft->block, "SEQUENCE"));
	size_t digits = strspn(text, "0123456789");
	int64_t value =
	    digits > 10 ? SEQUENCE_MAX + 1 : strtoll(text, NULL, 10);

	if (*text == '\0')
		return;
	if (text[digits] != '\0') {
		problem_add(context->reading, ACTION_HOLD, context->object,
		    "bad-sequence", "SEQUENCE is no number: %.40s", text);
		return;
	}
	if (value > SEQUENCE_MAX) {
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "big-sequence", "SEQUENCE is too large: %.40s", text);
		value = SEQUENCE_MAX;
	}
	draft->component->sequence = value;
}

static void
fill_dtstamp(const struct context *context, struct draft *draft)
{
	const char *text = block_value(draft->block, "DTSTAMP");
	struct stamp stamp;

	if (stamp_read(text, strlen(text), 0, &stamp) == STAMP_OK) {
		draft->component->dtstamp = civil_seconds(&stamp.wall);
		return;
	}
	draft->component->dtstamp = context->reading->date;
	problem_add(context->reading, ACTION_NOTE, context->object,
	    "no-dtstamp",
	    "DTSTAMP is missing or unreadable; the date of the mail counts.");
}

static void
fill_people(const struct context *context, struct draft *draft)
{
	struct component *c = draft->component;
	const struct property *property = block_find(draft->block, "ORGANIZER");
	size_t n = block_count(draft->block, "ATTENDEE");
	TALLOC_CTX *ctx = context->reading->notice;
	size_t i;

	person_none(&c->organizer);
	if (property != NULL)
		person_read(ctx, property, &c->organizer);
	if (n > LIMIT_ATTENDEES) {
		problem_add(context->reading, ACTION_DECLINE, context->object,
		    "too-many-attendees", "There are over %d attendees.",
		    LIMIT_ATTENDEES);
		return;
	}
	if (n == 0)
		return;
	c->attendee = mem_array(ctx, struct person, n);
	for (i = 0; i < draft->block->nproperty; i++) {
		property = &draft->block->property[i];
		if (strcmp(property->name, "ATTENDEE") == 0)
			person_read(
			    ctx, property, &c->attendee[c->nattendee++]);
	}
}

/* Does it leave the time free?  Microsoft's words count where TRANSP is not. */
static int
is_free(TALLOC_CTX *ctx, const struct block *block)
{
	static const char *const names[] = {"TRANSP",
	    "X-MICROSOFT-CDO-INTENDEDSTATUS", "X-MICROSOFT-CDO-BUSYSTATUS"};
	const char *word = "";
	size_t i;

	for (i = 0; i < COUNT(names) && *word == '\0'; i++)
		word = bytes_upper(ctx, block_value(block, names[i]));
	return strcmp(word, "TRANSPARENT") == 0 || strcmp(word, "FREE") == 0;
}

static void
fill_words(const struct context *context, struct draft *draft)
{
	struct component *c = draft->component;
	TALLOC_CTX *ctx = context->reading->notice;
	const struct block *block = draft->block;

	c->status = bytes_upper(ctx, block_value(block, "STATUS"));
	c->transp = is_free(ctx, block) ? "TRANSPARENT" : "OPAQUE";
	c->class = bytes_upper(ctx, block_value(block, "CLASS"));
	if (*c->class == '\0')
		c->class = "PUBLIC";
	c->summary = bytes_unescape(ctx, block_value(block, "SUMMARY"));
	c->location = bytes_unescape(ctx, block_value(block, "LOCATION"));
}

static void
fill_lines(const struct context *context, struct draft *draft)
{
	struct component *c = draft->component;
	const struct block *block = draft->block;
	char *text =
	    mem_print(context->reading->notice, "BEGIN:%s", block->kind);
	size_t i;

	c->line = mem_array(
	    context->reading->notice, const char *, block->nproperty + 1);
	for (i = 0; i < block->nproperty; i++) {
		if (is_copied(block->property[i].name))
			c->line[c->nline++] = block->property[i].line;
		if (is_kept(&block->property[i]))
			mem_add(&text, "\n%s", block->property[i].line);
	}
	mem_add(&text, "\nEND:%s", block->kind);
	c->text = text;
}

/* How far a RECURRENCE-ID reaches. */
static void
fill_range(const struct context *context, struct draft *draft)
{
	struct component *c = draft->component;
	const struct property *rid = block_find(draft->block, "RECURRENCE-ID");
	const char *range = rid == NULL ? "" : property_param(rid, "RANGE");

	c->range = "";
	if (*range == '\0')
		return;
	range = bytes_upper(context->reading->notice, range);
	if (strcmp(range, "THISANDFUTURE") == 0)
		c->range = "THISANDFUTURE";
	else if (strcmp(range, "THISANDPRIOR") == 0)
		problem_add(context->reading, ACTION_DECLINE, context->object,
		    "this-and-prior",
		    "A change of this and all earlier dates is not "
		    "supported.");
	else
		problem_add(context->reading, ACTION_NOTE, context->object,
		    "bad-range", "RANGE is not known: %.40s", range);
}

void
event_read(const struct context *context, struct draft *draft)
{
	struct component *c = draft->component;

	c->kind = draft->block->kind;
	check_singles(context, draft->block);
	fill_sequence(context, draft);
	fill_dtstamp(context, draft);
	times_fill(context, draft);
	fill_words(context, draft);
	rules_fill(context, draft);
	details_fill(context, draft);
	fill_range(context, draft);
	fill_people(context, draft);
	fill_lines(context, draft);
	times_list(context, draft, "RDATE", &draft->rdate);
	times_list(context, draft, "EXDATE", &draft->exdate);
	c->recurs = *c->rule != '\0' || draft->rdate.n > 0;
}

/* FNV-1a 64 over a string and its NUL. */
static uint64_t
hash_text(uint64_t hash, const char *s)
{
	do {
		hash ^= (unsigned char)*s;
		hash *= UINT64_C(1099511628211);
	} while (*s++ != '\0');
	return hash;
}

static uint64_t
hash_when(uint64_t hash, const struct when *when)
{
	char buf[32];

	if (when->kind == WHEN_NONE)
		return hash_text(hash, "-");
	hash = hash_text(hash, civil_text(buf, sizeof(buf), &when->wall));
	hash = hash_text(hash, when->kind == WHEN_UTC ? "UTC" : when->zone);
	return hash_text(hash, when->kind == WHEN_DATE ? "D" : "T");
}

static uint64_t
hash_dates(uint64_t hash, const struct dates *dates)
{
	size_t i;

	for (i = 0; i < dates->n; i++) {
		hash = hash_when(hash, &dates->date[i].when);
		if (dates->date[i].has_end)
			hash = hash_when(hash, &dates->date[i].end);
	}
	return hash_text(hash, ";");
}

/* Rules beyond the first RRULE, which the component itself knows. */
static uint64_t
hash_rules(uint64_t hash, const struct draft *draft)
{
	const struct block *block = draft->block;
	size_t seen = 0;
	size_t i;

	if (draft->nrule < 2 && draft->nexrule == 0)
		return hash;
	for (i = 0; i < block->nproperty; i++) {
		if (strcmp(block->property[i].name, "EXRULE") == 0 ||
		    (strcmp(block->property[i].name, "RRULE") == 0 &&
			seen++ > 0))
			hash = hash_text(hash, block->property[i].line);
	}
	return hash;
}

uint64_t
event_digest(uint64_t hash, const struct draft *draft)
{
	const struct component *c = draft->component;

	hash = hash_text(hash, c->kind);
	hash = hash_when(hash, &c->recurrence_id);
	hash = hash_text(hash, c->range);
	hash = hash_when(hash, &c->start);
	hash = hash_when(hash, &c->end);
	hash = hash_text(hash, c->rule);
	hash = hash_rules(hash, draft);
	hash = hash_dates(hash, &draft->rdate);
	hash = hash_dates(hash, &draft->exdate);
	hash = hash_text(hash, c->status);
	hash = hash_text(hash, c->transp);
	hash = hash_text(hash, c->summary);
	return hash_text(hash, c->location);
}
