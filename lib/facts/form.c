/*
 * form.c - the text form of facts: its records and fields, see facts.h
 *
 * The lines come from a process that handles hostile bytes and may have been
 * taken over: what is parsed is checked as if an enemy had written it.
 */
#include "lib/facts/form.h"

#include "lib/base/mem.h"
#include "lib/facts/facts.h"
#include "lib/facts/limits.h"

/* The records, in the order in which they may first come. */
enum facts_record {
	FACTS_START = FORM_START,
	FACTS_MAIL,
	FACTS_AUTH_RESULT,
	FACTS_OBJECT,
	FACTS_COMPONENT,
	FACTS_ORGANIZER,
	FACTS_ATTENDEE,
	FACTS_FREEBUSY,
	FACTS_LINE,
	FACTS_COMPONENT_TEXT,
	FACTS_TIMEZONE,
	FACTS_INSTANCE,
	FACTS_PROBLEM,
	FACTS_END
};

/* --- fields ----------------------------------------------------------------- */

/* An address of the mail: NULL if left out. */
#define MAYBE(name, member)                                                    \
	{                                                                      \
		FORM_ROW(name, FORM_MAYBE, mail, member),                      \
		    .max = LIMIT_ADDRESS_BYTES                                 \
	}

static const struct form_field mail_field[] = {
    MAYBE("from", from),
    MAYBE("sender", sender),
    MAYBE("reply-to", reply_to),
    FORM_TEXT_ROW("subject", mail, subject, ""),
    FORM_TEXT_ROW("message-id", mail, message_id, ""),
    FORM_TEXT_ROW("references", mail, references, ""),
    FORM_TEXT_ROW("language", mail, language, ""),
    FORM_TEXT_ROW("auto-submitted", mail, auto_submitted, ""),
    FORM_TEXT_ROW("precedence", mail, precedence, ""),
    FORM_TEXT_ROW("list-id", mail, list_id, ""),
    FORM_TEXT_ROW("type", mail, type, ""),
    FORM_VALUE_ROW("date", FORM_UTC, mail, date, 0),
    FORM_VALUE_ROW("received", FORM_NUMBER, mail, received, 0),
};

static const struct form_field auth_field[] = {
    {.key = "value", .type = FORM_TEXT, .required = 1, .text = ""},
};

static const struct form_field object_field[] = {
    FORM_TEXT_ROW("method", object, method, "PUBLISH"),
    FORM_TEXT_ROW("product", object, product, ""),
    FORM_SHORT_ROW("uid", object, uid, LIMIT_UID_BYTES),
    FORM_TEXT_ROW("digest", object, digest, ""),
    FORM_VALUE_ROW("complete", FORM_FLAG, object, complete, 1),
    FORM_VALUE_ROW("covered", FORM_UTC, object, covered, INT64_MAX),
};

static const struct form_field component_field[] = {
    FORM_NEEDED_ROW("kind", component, kind, 0),
    FORM_VALUE_ROW("recurrence-id", FORM_WHEN, component, recurrence_id, 0),
    FORM_TEXT_ROW("range", component, range, ""),
    FORM_VALUE_ROW("sequence", FORM_NUMBER, component, sequence, 0),
    FORM_VALUE_ROW("dtstamp", FORM_UTC, component, dtstamp, 0),
    FORM_VALUE_ROW("start", FORM_WHEN, component, start, 0),
    FORM_VALUE_ROW("end", FORM_WHEN, component, end, 0),
    FORM_TEXT_ROW("status", component, status, ""),
    FORM_TEXT_ROW("transp", component, transp, "OPAQUE"),
    FORM_TEXT_ROW("class", component, class, "PUBLIC"),
    FORM_TEXT_ROW("summary", component, summary, ""),
    FORM_TEXT_ROW("location", component, location, ""),
    FORM_TEXT_ROW("comment", component, comment, ""),
    FORM_TEXT_ROW("request-status", component, request_status, ""),
    FORM_VALUE_ROW("percent", FORM_NUMBER, component, percent, -1),
    FORM_VALUE_ROW("completed", FORM_UTC, component, completed, 0),
    FORM_TEXT_ROW("rule", component, rule, ""),
    FORM_VALUE_ROW("recurs", FORM_FLAG, component, recurs, 0),
};

static const struct form_field person_field[] = {
    FORM_SHORT_ROW("address", person, address, LIMIT_ADDRESS_BYTES),
    FORM_TEXT_ROW("name", person, name, ""),
    FORM_TEXT_ROW("partstat", person, partstat, "NEEDS-ACTION"),
    FORM_TEXT_ROW("role", person, role, "REQ-PARTICIPANT"),
    FORM_TEXT_ROW("cutype", person, cutype, "INDIVIDUAL"),
    FORM_TEXT_ROW("rsvp", person, rsvp, ""),
    FORM_SHORT_ROW("sent-by", person, sent_by, LIMIT_ADDRESS_BYTES),
    FORM_TEXT_ROW("delegated-to", person, delegated_to, ""),
    FORM_TEXT_ROW("delegated-from", person, delegated_from, ""),
    FORM_TEXT_ROW("language", person, language, ""),
    FORM_TEXT_ROW("line", person, line, ""),
};

const struct form_field form_freebusy[3] = {
    FORM_NEEDED_VALUE_ROW("start", FORM_UTC, freebusy, start),
    FORM_NEEDED_VALUE_ROW("end", FORM_UTC, freebusy, end),
    FORM_TEXT_ROW("type", freebusy, type, "BUSY"),
};

static const struct form_field line_field[] = {
    {.key = "value", .type = FORM_TEXT, .required = 1, .text = ""},
};

static const struct form_field text_field[] = {
    FORM_LINES_ROW("value", component, text),
};

const struct form_field form_timezone[3] = {
    FORM_NEEDED_ROW("tzid", timezone, tzid, 0),
    FORM_TEXT_ROW("zone", timezone, zone, ""),
    FORM_LINES_ROW("text", timezone, text),
};

static const struct form_field instance_field[] = {
    FORM_NEEDED_VALUE_ROW("recurrence-id", FORM_WHEN, instance, recurrence_id),
    FORM_NEEDED_VALUE_ROW("start", FORM_WHEN, instance, start),
    FORM_NEEDED_VALUE_ROW("end", FORM_WHEN, instance, end),
    FORM_VALUE_ROW("component", FORM_SIZE, instance, component, 0),
    FORM_VALUE_ROW("cancelled", FORM_FLAG, instance, cancelled, 0),
};

/* By enum action; action_name() says the same. */
static const char *const actions[] = {
    "note", "ignore", "decline", "hold", NULL};

static const struct form_field problem_field[] = {
    FORM_WORD_ROW(
	"action", problem, action, actions, "note, ignore, decline or hold"),
    FORM_VALUE_ROW("object", FORM_LONG, problem, object, -1),
    FORM_NEEDED_ROW("code", problem, code, 0),
    FORM_TEXT_ROW("text", problem, text, ""),
};

/* --- records ---------------------------------------------------------------- */

/* Sets of records that may come before another. */
#define BIT(id)     (1U << FACTS_##id)
#define HEAD_BITS   (BIT(MAIL) | BIT(AUTH_RESULT))
#define PERSON_BITS (BIT(COMPONENT) | BIT(ORGANIZER) | BIT(ATTENDEE))
#define BUSY_BITS   (PERSON_BITS | BIT(FREEBUSY))
#define PART_BITS   (BUSY_BITS | BIT(LINE) | BIT(COMPONENT_TEXT))
#define ZONE_BITS   (BIT(OBJECT) | PART_BITS | BIT(TIMEZONE))
#define ANY_BITS    (HEAD_BITS | ZONE_BITS | BIT(INSTANCE))

static const struct form_record records[FACTS_END + 1] = {
    [FACTS_MAIL] = {"mail", BIT(START), FORM_FIELDS(mail_field)},
    [FACTS_AUTH_RESULT] = {"auth-result", HEAD_BITS, FORM_FIELDS(auth_field)},
    [FACTS_OBJECT] = {"object", ANY_BITS, FORM_FIELDS(object_field)},
    [FACTS_COMPONENT] = {"component", BIT(OBJECT) | PART_BITS,
	FORM_FIELDS(component_field)},
    [FACTS_ORGANIZER] = {"organizer", BIT(COMPONENT),
	FORM_FIELDS(person_field)},
    [FACTS_ATTENDEE] = {"attendee", PERSON_BITS, FORM_FIELDS(person_field)},
    [FACTS_FREEBUSY] = {"freebusy", BUSY_BITS, FORM_FIELDS(form_freebusy)},
    [FACTS_LINE] = {"line", BUSY_BITS | BIT(LINE), FORM_FIELDS(line_field)},
    [FACTS_COMPONENT_TEXT] = {"text", BUSY_BITS | BIT(LINE),
	FORM_FIELDS(text_field)},
    [FACTS_TIMEZONE] = {"timezone", ZONE_BITS, FORM_FIELDS(form_timezone)},
    [FACTS_INSTANCE] = {"instance", ZONE_BITS | BIT(INSTANCE),
	FORM_FIELDS(instance_field)},
    [FACTS_PROBLEM] = {"problem", ANY_BITS | BIT(PROBLEM),
	FORM_FIELDS(problem_field)},
    [FACTS_END] = {"end", ANY_BITS | BIT(PROBLEM), NULL, 0},
};

/* The object that is being filled. */
static struct object *
last_object(const struct form_parser *ps)
{
	const struct notice *notice = ps->root;

	return &notice->object[notice->nobject - 1];
}

/* The component that is being filled. */
static struct component *
last_component(const struct form_parser *ps)
{
	const struct object *o = last_object(ps);

	return &o->component[o->ncomponent - 1];
}

/* Start a component: its organizer and text may have no line. */
static void *
add_component(struct form_parser *ps)
{
	struct object *o = last_object(ps);
	struct component *c =
	    FORM_ADD(ps, o->component, o->ncomponent, LIMIT_COMPONENTS);

	if (c == NULL)
		return NULL;
	form_set_defaults(ps, FACTS_ORGANIZER, &c->organizer);
	form_set_defaults(ps, FACTS_COMPONENT_TEXT, c);
	return c;
}

/* The place for the values of a record; NULL if there are too many of them. */
static void *
add_record(struct form_parser *ps, size_t index)
{
	struct notice *t = ps->root;
	struct component *c;

	switch ((enum facts_record)index) {
	case FACTS_MAIL:
		return &t->mail;
	case FACTS_AUTH_RESULT:
		return FORM_ADD(ps, t->mail.auth_results, t->mail.nauth_results,
		    LIMIT_HEADERS);
	case FACTS_OBJECT:
		return FORM_ADD(ps, t->object, t->nobject, LIMIT_COMPONENTS);
	case FACTS_COMPONENT:
		return add_component(ps);
	case FACTS_ORGANIZER:
		return &last_component(ps)->organizer;
	case FACTS_ATTENDEE:
		c = last_component(ps);
		return FORM_ADD(ps, c->attendee, c->nattendee, LIMIT_ATTENDEES);
	case FACTS_FREEBUSY:
		c = last_component(ps);
		return FORM_ADD(ps, c->freebusy, c->nfreebusy, LIMIT_DATES);
	case FACTS_LINE:
		c = last_component(ps);
		return FORM_ADD(ps, c->line, c->nline, LIMIT_PROPERTIES);
	case FACTS_COMPONENT_TEXT:
		return last_component(ps);
	case FACTS_TIMEZONE:
		return FORM_ADD(ps, last_object(ps)->timezone,
		    last_object(ps)->ntimezone, LIMIT_TIMEZONES);
	case FACTS_INSTANCE:
		return FORM_ADD(ps, last_object(ps)->instance,
		    last_object(ps)->ninstance, LIMIT_INSTANCES);
	case FACTS_PROBLEM:
		return FORM_ADD(ps, t->problem, t->nproblem, LIMIT_PROPERTIES);
	case FACTS_START:
	case FACTS_END:
		break;
	}
	return NULL;
}

/* The indexes of a record must name what is there. */
static enum res
check_indexes(const struct form_parser *ps, size_t index, const void *record)
{
	const struct instance *instance = record;
	const struct problem *problem = record;

	if (index == FACTS_INSTANCE &&
	    instance->component >= last_object(ps)->ncomponent)
		return form_refuse(ps, "component", "no such component");
	if (index == FACTS_PROBLEM &&
	    (problem->object < -1 ||
		(problem->object >= 0 &&
		    (size_t)problem->object >=
			((const struct notice *)ps->root)->nobject)))
		return form_refuse(ps, "object", "no such object");
	return RES_OK;
}

static const struct form facts_form = {.name = "facts",
    .first = "imipd-facts 1",
    .record = records,
    .last = FACTS_END,
    .add = add_record,
    .check = check_indexes};

enum res
facts_parse(TALLOC_CTX *ctx, const char *text, size_t n, struct notice **notice,
    struct why *why)
{
	struct notice *t;
	enum res r;

	if (n > (size_t)LIMIT_FACTS_BYTES)
		return why_set(why, RES_PERM, "facts: more than %ld bytes",
		    LIMIT_FACTS_BYTES);
	t = mem_new(ctx, struct notice);
	r = form_parse(&facts_form, t, text, n, why);
	if (r == RES_OK)
		*notice = t;
	else
		talloc_free(t);
	return r;
}

/* --- printing --------------------------------------------------------------- */

/* A component and what belongs to it. */
static void
print_component(struct form_out *out, const struct component *c)
{
	size_t i;

	form_print(out, FACTS_COMPONENT, c);
	form_print_unless_empty(out, FACTS_ORGANIZER, &c->organizer);
	for (i = 0; i < c->nattendee; i++)
		form_print(out, FACTS_ATTENDEE, &c->attendee[i]);
	for (i = 0; i < c->nfreebusy; i++)
		form_print(out, FACTS_FREEBUSY, &c->freebusy[i]);
	for (i = 0; i < c->nline; i++)
		form_print(out, FACTS_LINE, &c->line[i]);
	form_print_unless_empty(out, FACTS_COMPONENT_TEXT, c);
}

/* An object and what belongs to it. */
static void
print_object(struct form_out *out, const struct object *o)
{
	size_t i;

	form_print(out, FACTS_OBJECT, o);
	for (i = 0; i < o->ncomponent; i++)
		print_component(out, &o->component[i]);
	for (i = 0; i < o->ntimezone; i++)
		form_print(out, FACTS_TIMEZONE, &o->timezone[i]);
	for (i = 0; i < o->ninstance; i++)
		form_print(out, FACTS_INSTANCE, &o->instance[i]);
}

char *
facts_print(TALLOC_CTX *ctx, const struct notice *notice)
{
	const struct mail *mail = &notice->mail;
	struct form_out out;
	size_t i;

	form_print_begin(&out, ctx, &facts_form);
	form_print(&out, FACTS_MAIL, mail);
	for (i = 0; i < mail->nauth_results; i++)
		form_print(&out, FACTS_AUTH_RESULT, &mail->auth_results[i]);
	for (i = 0; i < notice->nobject; i++)
		print_object(&out, &notice->object[i]);
	for (i = 0; i < notice->nproblem; i++)
		form_print(&out, FACTS_PROBLEM, &notice->problem[i]);
	return form_print_end(&out);
}
