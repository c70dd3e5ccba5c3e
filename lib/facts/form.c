/* form.c - the records and fields of the text form, see form.h */
#include "lib/facts/form.h"

#include "lib/facts/limits.h"

#define FIELDS(a) a, sizeof(a) / sizeof((a)[0])

/* Rows of the tables: key, struct, member, and what is special about it. */
#define TEXT(key, type, member, def)                                           \
	{                                                                      \
		key, FORM_TEXT, offsetof(struct type, member), 0, def, 0, 0    \
	}
#define SHORT(key, type, member, def, max)                                     \
	{                                                                      \
		key, FORM_TEXT, offsetof(struct type, member), 0, def, 0, max  \
	}
#define NEEDED(key, type, member)                                              \
	{                                                                      \
		key, FORM_TEXT, offsetof(struct type, member), 1, "", 0, 0     \
	}
#define LINES(key, type, member)                                               \
	{                                                                      \
		key, FORM_LINES, offsetof(struct type, member), 0, "", 0, 0    \
	}
#define MAYBE(key, type, member)                                               \
	{                                                                      \
		key, FORM_MAYBE, offsetof(struct type, member), 0, NULL, 0,    \
		    LIMIT_ADDRESS_BYTES                                        \
	}
#define VALUE(key, kind, type, member, def)                                    \
	{                                                                      \
		key, kind, offsetof(struct type, member), 0, NULL, def, 0      \
	}
#define NEEDED_VALUE(key, kind, type, member)                                  \
	{                                                                      \
		key, kind, offsetof(struct type, member), 1, NULL, 0, 0        \
	}

static const struct form_field mail_field[] = {
    MAYBE("from", mail, from),
    MAYBE("sender", mail, sender),
    MAYBE("reply-to", mail, reply_to),
    TEXT("subject", mail, subject, ""),
    TEXT("message-id", mail, message_id, ""),
    TEXT("references", mail, references, ""),
    TEXT("language", mail, language, ""),
    TEXT("auto-submitted", mail, auto_submitted, ""),
    TEXT("precedence", mail, precedence, ""),
    TEXT("list-id", mail, list_id, ""),
    TEXT("type", mail, type, ""),
    VALUE("date", FORM_UTC, mail, date, 0),
    VALUE("received", FORM_NUMBER, mail, received, 0),
};

static const struct form_field auth_field[] = {
    {"value", FORM_TEXT, 0, 1, "", 0, 0},
};

static const struct form_field object_field[] = {
    TEXT("method", object, method, "PUBLISH"),
    TEXT("product", object, product, ""),
    SHORT("uid", object, uid, "", LIMIT_UID_BYTES),
    TEXT("digest", object, digest, ""),
    VALUE("complete", FORM_FLAG, object, complete, 1),
    VALUE("covered", FORM_UTC, object, covered, INT64_MAX),
};

static const struct form_field component_field[] = {
    NEEDED("kind", component, kind),
    VALUE("recurrence-id", FORM_WHEN, component, recurrence_id, 0),
    TEXT("range", component, range, ""),
    VALUE("sequence", FORM_NUMBER, component, sequence, 0),
    VALUE("dtstamp", FORM_UTC, component, dtstamp, 0),
    VALUE("start", FORM_WHEN, component, start, 0),
    VALUE("end", FORM_WHEN, component, end, 0),
    TEXT("status", component, status, ""),
    TEXT("transp", component, transp, "OPAQUE"),
    TEXT("class", component, class, "PUBLIC"),
    TEXT("summary", component, summary, ""),
    TEXT("location", component, location, ""),
    TEXT("comment", component, comment, ""),
    TEXT("request-status", component, request_status, ""),
    VALUE("percent", FORM_NUMBER, component, percent, -1),
    VALUE("completed", FORM_UTC, component, completed, 0),
    TEXT("rule", component, rule, ""),
    VALUE("recurs", FORM_FLAG, component, recurs, 0),
};

static const struct form_field person_field[] = {
    SHORT("address", person, address, "", LIMIT_ADDRESS_BYTES),
    TEXT("name", person, name, ""),
    TEXT("partstat", person, partstat, "NEEDS-ACTION"),
    TEXT("role", person, role, "REQ-PARTICIPANT"),
    TEXT("cutype", person, cutype, "INDIVIDUAL"),
    TEXT("rsvp", person, rsvp, ""),
    SHORT("sent-by", person, sent_by, "", LIMIT_ADDRESS_BYTES),
    TEXT("delegated-to", person, delegated_to, ""),
    TEXT("delegated-from", person, delegated_from, ""),
    TEXT("language", person, language, ""),
    TEXT("line", person, line, ""),
};

static const struct form_field freebusy_field[] = {
    NEEDED_VALUE("start", FORM_UTC, freebusy, start),
    NEEDED_VALUE("end", FORM_UTC, freebusy, end),
    TEXT("type", freebusy, type, "BUSY"),
};

static const struct form_field line_field[] = {
    {"value", FORM_TEXT, 0, 1, "", 0, 0},
};

static const struct form_field text_field[] = {
    LINES("value", component, text),
};

static const struct form_field timezone_field[] = {
    NEEDED("tzid", timezone, tzid),
    TEXT("zone", timezone, zone, ""),
    LINES("text", timezone, text),
};

static const struct form_field instance_field[] = {
    NEEDED_VALUE("recurrence-id", FORM_WHEN, instance, recurrence_id),
    NEEDED_VALUE("start", FORM_WHEN, instance, start),
    NEEDED_VALUE("end", FORM_WHEN, instance, end),
    VALUE("component", FORM_SIZE, instance, component, 0),
    VALUE("cancelled", FORM_FLAG, instance, cancelled, 0),
};

static const struct form_field problem_field[] = {
    NEEDED_VALUE("action", FORM_ACTION, problem, action),
    VALUE("object", FORM_LONG, problem, object, -1),
    NEEDED("code", problem, code),
    TEXT("text", problem, text, ""),
};

/* Sets of records that may come before another. */
#define BIT(id)     (1U << FORM_##id)
#define HEAD_BITS   (BIT(MAIL) | BIT(AUTH_RESULT))
#define PERSON_BITS (BIT(COMPONENT) | BIT(ORGANIZER) | BIT(ATTENDEE))
#define BUSY_BITS   (PERSON_BITS | BIT(FREEBUSY))
#define PART_BITS   (BUSY_BITS | BIT(LINE) | BIT(COMPONENT_TEXT))
#define ZONE_BITS   (BIT(OBJECT) | PART_BITS | BIT(TIMEZONE))
#define ANY_BITS    (HEAD_BITS | ZONE_BITS | BIT(INSTANCE))

const struct form_record form_record[FORM_END + 1] = {
    [FORM_MAIL] = {"mail", BIT(START), FIELDS(mail_field)},
    [FORM_AUTH_RESULT] = {"auth-result", HEAD_BITS, FIELDS(auth_field)},
    [FORM_OBJECT] = {"object", ANY_BITS, FIELDS(object_field)},
    [FORM_COMPONENT] = {"component", BIT(OBJECT) | PART_BITS,
	FIELDS(component_field)},
    [FORM_ORGANIZER] = {"organizer", BIT(COMPONENT), FIELDS(person_field)},
    [FORM_ATTENDEE] = {"attendee", PERSON_BITS, FIELDS(person_field)},
    [FORM_FREEBUSY] = {"freebusy", BUSY_BITS, FIELDS(freebusy_field)},
    [FORM_LINE] = {"line", BUSY_BITS | BIT(LINE), FIELDS(line_field)},
    [FORM_COMPONENT_TEXT] = {"text", BUSY_BITS | BIT(LINE),
	FIELDS(text_field)},
    [FORM_TIMEZONE] = {"timezone", ZONE_BITS, FIELDS(timezone_field)},
    [FORM_INSTANCE] = {"instance", ZONE_BITS | BIT(INSTANCE),
	FIELDS(instance_field)},
    [FORM_PROBLEM] = {"problem", ANY_BITS | BIT(PROBLEM),
	FIELDS(problem_field)},
    [FORM_END] = {FORM_LAST, ANY_BITS | BIT(PROBLEM), NULL, 0},
};

int
form_is_bare(unsigned char c)
{
	return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
}
