/*
 * ics.c - one VCALENDAR to objects: grouped by UID, checked, expanded
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"
#include "lib/read/event.h"
#include "lib/read/internal.h"

#define YEAR (366 * SECONDS_PER_DAY)

/* Is it a component that can be scheduled? */
static int
is_scheduled(const struct block *block)
{
	static const char *const kinds[] = {
	    "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(block->kind, kinds[i]) == 0)
			return 1;
	}
	return 0;
}

/* The UID of the first component, "" if there is none. */
static const char *
first_uid(const struct block *root)
{
	size_t i;

	for (i = 0; i < root->nchild; i++) {
		if (is_scheduled(root->child[i]))
			return block_value(root->child[i], "UID");
	}
	return "";
}

/* VERSION:1.0 is another language. */
static int
check_root(const struct block *root, struct fault *fault)
{
	if (strncmp(block_value(root, "VERSION"), "1.", 2) == 0)
		return fault_set(fault, ACTION_HOLD, "vcalendar-1",
		    "The calendar part is vCalendar 1.0, not iCalendar.");
	if (block_count(root, "METHOD") > 1)
		return fault_set(fault, ACTION_HOLD, "method-twice",
		    "The calendar part has two METHODs.");
	return 1;
}

int
ics_open(TALLOC_CTX *ctx, const struct part *part, struct ics *ics,
    struct fault *fault)
{
	size_t joined;

	memset(ics, 0, sizeof(*ics));
	if (part->fault.code != NULL) {
		*fault = part->fault;
		return 0;
	}
	if (part->n > LIMIT_PART_BYTES)
		return fault_set(fault, ACTION_HOLD, "too-big",
		    "The calendar part is over %ld bytes.", LIMIT_PART_BYTES);
	ics->root =
	    lines_parse(ctx, part->p, part->n, part->charset, &joined, fault);
	if (ics->root == NULL || !check_root(ics->root, fault))
		return 0;
	ics->method = bytes_upper(ctx, block_value(ics->root, "METHOD"));
	ics->product = bytes_trim(ctx, block_value(ics->root, "PRODID"));
	ics->uid = first_uid(ics->root);
	return 1;
}

/* Widen [*from, *to] by the times of one block. */
static void
span_of_block(const struct block *block, int64_t *from, int64_t *to)
{
	static const char *const timed[] = {
	    "DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RDATE"};
	const char *value;
	struct stamp stamp;
	int64_t at;
	size_t i;

	for (i = 0; i < sizeof(timed) / sizeof(timed[0]); i++) {
		value = block_value(block, timed[i]);
		if (stamp_read(value, strcspn(value, ",/"), 0, &stamp) !=
		    STAMP_OK)
			continue;
		at = civil_seconds(&stamp.wall);
		*from = at < *from ? at : *from;
		*to = at > *to ? at : *to;
	}
	if (block_find(block, "RRULE") != NULL && *from <= *to &&
	    *to < *from + 5 * YEAR)
		*to = *from + 5 * YEAR;
}

/* The span that the calendar's zones are compared over. */
static struct zones *
make_zones(struct reading *r, const struct block *root)
{
	int64_t from = INT64_MAX;
	int64_t to = 0;
	size_t i;

	for (i = 0; i < root->nchild; i++) {
		if (is_scheduled(root->child[i]))
			span_of_block(root->child[i], &from, &to);
	}
	if (from > to)
		from = to;
	return zones_new(r->notice, root, from - 30 * SECONDS_PER_DAY,
	    to + YEAR, r->window.to + YEAR);
}

/* Master first, then by RECURRENCE-ID. */
static int
draft_compare(const void *a, const void *b)
{
	const struct draft *x = a;
	const struct draft *y = b;
	const struct when *p = &x->component->recurrence_id;
	const struct when *q = &y->component->recurrence_id;
	int64_t i = times_key(p);
	int64_t j = times_key(q);

	if ((p->kind == WHEN_NONE) != (q->kind == WHEN_NONE))
		return p->kind == WHEN_NONE ? -1 : 1;
	return (i > j) - (i < j);
}

/* The drafts in order, their components moved into the same order. */
static void
sort_drafts(struct reading *r, struct object *object, struct draft *draft)
{
	struct component *sorted =
	    mem_array(r->notice, struct component, object->ncomponent);
	size_t i;

	qsort(draft, object->ncomponent, sizeof(*draft), draft_compare);
	for (i = 0; i < object->ncomponent; i++) {
		sorted[i] = *draft[i].component;
		draft[i].component = &sorted[i];
	}
	object->component = sorted;
}

/* May a component of this method do without DTSTART? */
static int
may_lack_start(const struct component *c, const char *method)
{
	static const char *const methods[] = {
	    "CANCEL", "REPLY", "REFRESH", "DECLINECOUNTER"};
	size_t i;

	if (strcmp(c->kind, "VEVENT") != 0 ||
	    (c->recurrence_id.kind != WHEN_NONE &&
		strcmp(c->status, "CANCELLED") == 0))
		return 1;
	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (strcmp(method, methods[i]) == 0)
			return 1;
	}
	return 0;
}

/* Published free/busy times stand for themselves, files of it have no UID. */
static int
may_lack_uid(const struct object *object, const char *method)
{
	return object->ncomponent > 0 && strcmp(method, "PUBLISH") == 0 &&
	       strcmp(object->component[0].kind, "VFREEBUSY") == 0;
}

/* What must be there in every object. */
static void
check_object(const struct context *context, const struct object *object,
    const struct draft *draft)
{
	struct reading *r = context->reading;
	const struct component *c;
	size_t masters = 0;
	size_t i;

	if (*object->uid == '\0')
		problem_add(r,
		    may_lack_uid(object, context->method) ? ACTION_NOTE
							  : ACTION_HOLD,
		    context->object, "no-uid", "The event has no UID.");
	for (i = 0; i < object->ncomponent; i++) {
		c = &object->component[i];
		if (c->recurrence_id.kind == WHEN_NONE)
			masters++;
		if (c->start.kind == WHEN_NONE && !draft[i].bad_start &&
		    !may_lack_start(c, context->method))
			problem_add(r, ACTION_HOLD, context->object, "no-start",
			    "%s has no usable DTSTART.", c->kind);
	}
	if (masters > 1)
		problem_add(r, ACTION_HOLD, context->object, "two-masters",
		    "There are %zu components with one UID and no "
		    "RECURRENCE-ID.",
		    masters);
}

/* Read the components of one UID; blocks is what of root has that UID. */
static void
read_object(const struct context *context, struct object *object,
    const struct block *const *blocks, size_t n)
{
	struct reading *r = context->reading;
	struct draft *draft = mem_array(r->notice, struct draft, n);
	uint64_t hash = UINT64_C(14695981039346656037);
	const char *p;
	size_t i;

	object->ncomponent = n;
	object->component = mem_array(r->notice, struct component, n);
	for (i = 0; i < n; i++) {
		draft[i].block = blocks[i];
		draft[i].component = &object->component[i];
		event_read(context, &draft[i]);
	}
	sort_drafts(r, object, draft);
	check_object(context, object, draft);
	for (p = object->uid; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
	for (i = 0; i < n; i++)
		hash = event_digest(hash, &draft[i]);
	object->digest =
	    mem_print(r->notice, "%016llx", (unsigned long long)hash);
	if (strcmp(object->component[0].kind, "VFREEBUSY") == 0) {
		object->complete = 1;
		object->covered = INT64_MAX;
		return;
	}
	series_expand(context, object, draft, n);
}

/* The text of a VTIMEZONE for keeping. */
static void
add_block_text(char **text, const struct block *block, int depth)
{
	size_t i;

	mem_add(text, "%sBEGIN:%s", depth > 0 ? "\n" : "", block->kind);
	for (i = 0; i < block->nproperty; i++)
		mem_add(text, "\n%s", block->property[i].line);
	for (i = 0; i < block->nchild; i++)
		add_block_text(text, block->child[i], depth + 1);
	mem_add(text, "\nEND:%s", block->kind);
}

/* Does the object mention that TZID? */
static int
mentions(const struct object *object, const char *tzid)
{
	size_t i;

	for (i = 0; i < object->ncomponent; i++) {
		if (strstr(object->component[i].text, tzid) != NULL)
			return 1;
	}
	return 0;
}

/* The zones that an object uses. */
static void
fill_timezones(const struct context *context, struct object *object)
{
	struct reading *r = context->reading;
	const struct clock *const *used;
	struct timezone *tz;
	char *text;
	size_t n;
	size_t i;

	used = zones_used(context->zones, &n);
	object->timezone = mem_array(r->notice, struct timezone, n + 1);
	for (i = 0; i < n; i++) {
		if (!mentions(object, used[i]->tzid))
			continue;
		tz = &object->timezone[object->ntimezone++];
		text = mem_text(r->notice, "");
		if (used[i]->block != NULL)
			add_block_text(&text, used[i]->block, 0);
		tz->tzid = used[i]->tzid;
		tz->zone = used[i]->zone == NULL ? "" : used[i]->name;
		tz->text = text;
		if (*used[i]->remark != '\0')
			problem_add(r, ACTION_NOTE, context->object,
			    "zone-mismatch",
			    "Our own data for \"%.60s\" is used; the message "
			    "defines it, but %s.",
			    used[i]->tzid, used[i]->remark);
	}
}

/* All blocks with the UID of root->child[at]; marks them as done. */
static size_t
collect(const struct block *root, size_t at, char *done,
    const struct block **blocks)
{
	const char *uid = block_value(root->child[at], "UID");
	size_t n = 0;
	size_t i;

	for (i = at; i < root->nchild; i++) {
		if (done[i] || !is_scheduled(root->child[i]) ||
		    strcmp(block_value(root->child[i], "UID"), uid) != 0)
			continue;
		done[i] = 1;
		blocks[n++] = root->child[i];
	}
	return n;
}

/* The UID as it is, if that is one. */
static void
set_uid(const struct context *context, struct object *object, const char *uid)
{
	size_t n = LIMIT_UID_BYTES;

	object->uid = uid[strspn(uid, " \t")] == '\0' ? "" : uid;
	if (strlen(uid) <= n)
		return;
	while (n > 0 && ((unsigned char)uid[n] & 0xc0) == 0x80)
		n--;
	object->uid = mem_textn(context->reading->notice, uid, n);
	problem_add(context->reading, ACTION_HOLD, context->object, "long-uid",
	    "The UID is over %d bytes.", LIMIT_UID_BYTES);
}

/* What is odd about the calendar as a whole. */
static void
check_calendar(struct reading *r, const struct ics *ics, const char *method)
{
	if (r->notice->nobject == 0)
		problem_add(r, ACTION_IGNORE, -1, "no-component",
		    "The calendar part has nothing that can be scheduled.");
	if (r->notice->nobject > 1 && strcmp(method, "PUBLISH") != 0)
		problem_add(r, ACTION_HOLD, -1, "two-uids",
		    "One %.40s speaks of several UIDs.", method);
	if (block_find(ics->root, "VERSION") == NULL)
		problem_add(r, ACTION_NOTE, -1, "no-version",
		    "The calendar part has no VERSION.");
}

void
ics_read(struct reading *r, const struct ics *ics, const char *method)
{
	const struct block *root = ics->root;
	const struct block **blocks =
	    mem_array(r->notice, const struct block *, root->nchild + 1);
	char *done = mem_array(r->notice, char, root->nchild + 1);
	struct context context = {.reading = r, .method = method};
	struct object *object;
	size_t n;
	size_t i;

	context.zones = make_zones(r, root);
	r->notice->object =
	    mem_array(r->notice, struct object, root->nchild + 1);
	for (i = 0; i < root->nchild; i++) {
		if (done[i] || !is_scheduled(root->child[i]))
			continue;
		context.object = (long)r->notice->nobject;
		object = &r->notice->object[r->notice->nobject++];
		object->method = method;
		object->product = ics->product;
		set_uid(&context, object, block_value(root->child[i], "UID"));
		n = collect(root, i, done, blocks);
		read_object(&context, object, blocks, n);
		fill_timezones(&context, object);
	}
	check_calendar(r, ics, method);
}
