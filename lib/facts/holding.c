/* holding.c - the text form of holdings, and their local times; see holding.h */
#include "lib/facts/holding.h"

#include "lib/base/mem.h"
#include "lib/facts/form.h"
#include "lib/facts/limits.h"

/* The records, in the order in which they may first come. */
enum holding_record {
	HOLDING_START = FORM_START,
	HOLDING_HEAD,
	HOLDING_PART,
	HOLDING_PARTICIPANT,
	HOLDING_PROPOSAL,
	HOLDING_FREEBUSY,
	HOLDING_TEXT,
	HOLDING_TIMEZONE,
	HOLDING_END
};

/* --- fields ----------------------------------------------------------------- */

/* By enum role. */
static const char *const roles[] = {"attendee", "organizer", NULL};

static const struct form_field head_field[] = {
    FORM_NEEDED_ROW("kind", holding, kind, 0),
    FORM_SHORT_ROW("uid", holding, uid, LIMIT_UID_BYTES),
    FORM_SHORT_ROW("organizer", holding, organizer, LIMIT_ADDRESS_BYTES),
    FORM_SHORT_ROW(
	"organizer-sent-by", holding, organizer_sent_by, LIMIT_ADDRESS_BYTES),
    FORM_WORD_ROW("role", holding, role, roles, "attendee or organizer"),
};

/* By enum part_state. */
static const char *const states[] = {"live", "cancelled", "asked", NULL};

static const struct form_field part_field[] = {
    FORM_WORD_ROW("state", part, state, states, "live, cancelled or asked"),
    FORM_VALUE_ROW("recurrence-id", FORM_WHEN, part, recurrence_id, 0),
    FORM_TEXT_ROW("range", part, range, ""),
    FORM_VALUE_ROW("sequence", FORM_NUMBER, part, sequence, 0),
    FORM_VALUE_ROW("rescheduled", FORM_NUMBER, part, rescheduled, 0),
    FORM_VALUE_ROW("dtstamp", FORM_UTC, part, dtstamp, 0),
    FORM_TEXT_ROW("status", part, status, ""),
    FORM_VALUE_ROW("start", FORM_WHEN, part, start, 0),
    FORM_VALUE_ROW("end", FORM_WHEN, part, end, 0),
    FORM_TEXT_ROW("summary", part, summary, ""),
    FORM_TEXT_ROW("location", part, location, ""),
    FORM_VALUE_ROW("percent", FORM_NUMBER, part, percent, -1),
    FORM_VALUE_ROW("completed", FORM_UTC, part, completed, 0),
    FORM_VALUE_ROW("recurs", FORM_FLAG, part, recurs, 0),
};

static const struct form_field participant_field[] = {
    FORM_NEEDED_ROW("address", participant, address, LIMIT_ADDRESS_BYTES),
    FORM_TEXT_ROW("name", participant, name, ""),
    FORM_TEXT_ROW("partstat", participant, partstat, "NEEDS-ACTION"),
    FORM_TEXT_ROW("role", participant, role, "REQ-PARTICIPANT"),
    FORM_TEXT_ROW("cutype", participant, cutype, "INDIVIDUAL"),
    FORM_TEXT_ROW("rsvp", participant, rsvp, ""),
    FORM_TEXT_ROW("delegated-to", participant, delegated_to, ""),
    FORM_TEXT_ROW("delegated-from", participant, delegated_from, ""),
    FORM_SHORT_ROW("sent-by", participant, sent_by, LIMIT_ADDRESS_BYTES),
    FORM_TEXT_ROW("request-status", participant, request_status, ""),
    FORM_TEXT_ROW("comment", participant, comment, ""),
    FORM_VALUE_ROW("percent", FORM_NUMBER, participant, percent, -1),
    FORM_VALUE_ROW("sequence", FORM_NUMBER, participant, sequence, -1),
    FORM_VALUE_ROW("dtstamp", FORM_UTC, participant, dtstamp, 0),
};

static const struct form_field proposal_field[] = {
    FORM_NEEDED_ROW("address", proposal, address, LIMIT_ADDRESS_BYTES),
    FORM_VALUE_ROW("sequence", FORM_NUMBER, proposal, sequence, 0),
    FORM_VALUE_ROW("dtstamp", FORM_UTC, proposal, dtstamp, 0),
    FORM_VALUE_ROW("start", FORM_WHEN, proposal, start, 0),
    FORM_VALUE_ROW("end", FORM_WHEN, proposal, end, 0),
    FORM_TEXT_ROW("summary", proposal, summary, ""),
    FORM_TEXT_ROW("location", proposal, location, ""),
    FORM_TEXT_ROW("comment", proposal, comment, ""),
};

static const struct form_field text_field[] = {
    FORM_LINES_ROW("value", part, text),
};

/* --- records ---------------------------------------------------------------- */

/* Sets of records that may come before another. */
#define BIT(id)          (1U << HOLDING_##id)
#define PARTICIPANT_BITS (BIT(PART) | BIT(PARTICIPANT))
#define PROPOSAL_BITS    (PARTICIPANT_BITS | BIT(PROPOSAL))
#define FREEBUSY_BITS    (PROPOSAL_BITS | BIT(FREEBUSY))
#define PART_BITS        (BIT(HEAD) | FREEBUSY_BITS | BIT(TEXT))
#define ANY_BITS         (PART_BITS | BIT(TIMEZONE))

static const struct form_record records[HOLDING_END + 1] = {
    [HOLDING_HEAD] = {"holding", BIT(START), FORM_FIELDS(head_field)},
    [HOLDING_PART] = {"part", PART_BITS, FORM_FIELDS(part_field)},
    [HOLDING_PARTICIPANT] = {"participant", PARTICIPANT_BITS,
	FORM_FIELDS(participant_field)},
    [HOLDING_PROPOSAL] = {"proposal", PROPOSAL_BITS,
	FORM_FIELDS(proposal_field)},
    [HOLDING_FREEBUSY] = {"freebusy", FREEBUSY_BITS,
	FORM_FIELDS(form_freebusy)},
    [HOLDING_TEXT] = {"text", FREEBUSY_BITS, FORM_FIELDS(text_field)},
    [HOLDING_TIMEZONE] = {"timezone", ANY_BITS, FORM_FIELDS(form_timezone)},
    [HOLDING_END] = {"end", ANY_BITS, NULL, 0},
};

/* The part that is being filled. */
static struct part *
last_part(const struct form_parser *ps)
{
	const struct holding *holding = ps->root;

	return &holding->part[holding->npart - 1];
}

/* Start a part: its text may have no line. */
static void *
add_part(struct form_parser *ps)
{
	struct holding *h = ps->root;
	struct part *p = FORM_ADD(ps, h->part, h->npart, LIMIT_DATES);

	if (p != NULL)
		form_set_defaults(ps, HOLDING_TEXT, p);
	return p;
}

/* The place for the values of a record; NULL if there are too many of them. */
static void *
add_record(struct form_parser *ps, size_t index)
{
	struct holding *h = ps->root;
	struct part *p;

	switch ((enum holding_record)index) {
	case HOLDING_HEAD:
		return h;
	case HOLDING_PART:
		return add_part(ps);
	case HOLDING_PARTICIPANT:
		p = last_part(ps);
		return FORM_ADD(
		    ps, p->participant, p->nparticipant, LIMIT_ATTENDEES);
	case HOLDING_PROPOSAL:
		p = last_part(ps);
		return FORM_ADD(ps, p->proposal, p->nproposal, LIMIT_ATTENDEES);
	case HOLDING_FREEBUSY:
		p = last_part(ps);
		return FORM_ADD(ps, p->freebusy, p->nfreebusy, LIMIT_DATES);
	case HOLDING_TEXT:
		return last_part(ps);
	case HOLDING_TIMEZONE:
		return FORM_ADD(ps, h->timezone, h->ntimezone, LIMIT_TIMEZONES);
	case HOLDING_START:
	case HOLDING_END:
		break;
	}
	return NULL;
}

static const struct form holding_form = {.name = "holding",
    .first = "imipd-holding 1",
    .record = records,
    .last = HOLDING_END,
    .add = add_record};

enum res
holding_parse(TALLOC_CTX *ctx, const char *text, size_t n,
    struct holding **holding, struct why *why)
{
	struct holding *h;
	enum res r;

	if (n > (size_t)LIMIT_FACTS_BYTES)
		return why_set(why, RES_PERM, "holding: more than %ld bytes",
		    LIMIT_FACTS_BYTES);
	h = mem_new(ctx, struct holding);
	r = form_parse(&holding_form, h, text, n, why);
	if (r == RES_OK)
		*holding = h;
	else
		talloc_free(h);
	return r;
}

/* --- printing --------------------------------------------------------------- */

/* A part and what belongs to it. */
static void
print_part(struct form_out *out, const struct part *p)
{
	size_t i;

	form_print(out, HOLDING_PART, p);
	for (i = 0; i < p->nparticipant; i++)
		form_print(out, HOLDING_PARTICIPANT, &p->participant[i]);
	for (i = 0; i < p->nproposal; i++)
		form_print(out, HOLDING_PROPOSAL, &p->proposal[i]);
	for (i = 0; i < p->nfreebusy; i++)
		form_print(out, HOLDING_FREEBUSY, &p->freebusy[i]);
	form_print_unless_empty(out, HOLDING_TEXT, p);
}

char *
holding_print(TALLOC_CTX *ctx, const struct holding *holding)
{
	struct form_out out;
	size_t i;

	form_print_begin(&out, ctx, &holding_form);
	form_print(&out, HOLDING_HEAD, holding);
	for (i = 0; i < holding->npart; i++)
		print_part(&out, &holding->part[i]);
	for (i = 0; i < holding->ntimezone; i++)
		form_print(&out, HOLDING_TIMEZONE, &holding->timezone[i]);
	return form_print_end(&out);
}

/* --- times ------------------------------------------------------------------ */

void
part_localize(struct part *part, const struct zone *zone)
{
	struct component c = {.recurrence_id = part->recurrence_id,
	    .start = part->start,
	    .end = part->end};
	struct object o = {.component = &c, .ncomponent = 1};

	object_localize(&o, zone);
	part->recurrence_id = c.recurrence_id;
	part->start = c.start;
	part->end = c.end;
}
