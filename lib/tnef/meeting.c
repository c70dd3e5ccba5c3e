/* meeting.c - what the properties of a meeting mean, see meeting.h */
#include "lib/tnef/meeting.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/tnef/text.h"

/* Tags, and numbers of named properties behind the name of their set. */
enum {
	PR_SENSITIVITY = 0x0036,
	PR_SUBJECT = 0x0037,
	PR_CLIENT_SUBMIT_TIME = 0x0039,
	PR_START_DATE = 0x0060,
	PR_END_DATE = 0x0061,
	PR_OWNER_APPT_ID = 0x0062,
	PR_RESPONSE_REQUESTED = 0x0063,
	PR_CONVERSATION_TOPIC = 0x0070,

	MEETING_ATTENDEE_CHANGE = 0x0001,
	MEETING_WHERE = 0x0002,
	MEETING_GLOBAL_ID = 0x0003,
	MEETING_IS_EXCEPTION = 0x000A,
	MEETING_RECURRENCE_TIME = 0x000E,
	MEETING_OWNER_CHANGE = 0x001A,
	MEETING_CLEAN_ID = 0x0023,

	APPOINTMENT_SEQUENCE = 0x8201,
	APPOINTMENT_BUSY = 0x8205,
	APPOINTMENT_LOCATION = 0x8208,
	APPOINTMENT_START = 0x820D,
	APPOINTMENT_END = 0x820E,
	APPOINTMENT_DURATION = 0x8213,
	APPOINTMENT_ALL_DAY = 0x8215,
	APPOINTMENT_RECUR = 0x8216,
	APPOINTMENT_INTENDED = 0x8224,
	APPOINTMENT_REPLACES = 0x8228,
	APPOINTMENT_ZONE_STRUCT = 0x8233,
	APPOINTMENT_ZONE_TEXT = 0x8234,
	APPOINTMENT_NEW_START = 0x8250,
	APPOINTMENT_NEW_END = 0x8251,
	APPOINTMENT_IS_COUNTER = 0x8257,
	APPOINTMENT_NO_COUNTER = 0x825A,
	APPOINTMENT_ZONE_START = 0x825E,
	APPOINTMENT_ZONE_RECUR = 0x8260
};

static const struct {
	const char *class;
	const char *method;
	const char *partstat;
} classes[] = {
    {"IPM.Schedule.Meeting.Request", "REQUEST", NULL},
    {"IPM.Schedule.Meeting.Canceled", "CANCEL", NULL},
    {"IPM.Schedule.Meeting.Resp.Pos", "REPLY", "ACCEPTED"},
    {"IPM.Schedule.Meeting.Resp.Neg", "REPLY", "DECLINED"},
    {"IPM.Schedule.Meeting.Resp.Tent", "REPLY", "TENTATIVE"},
    {"IPM.Microsoft Schedule.MtgReq", "REQUEST", NULL},
    {"IPM.Microsoft Schedule.MtgCncl", "CANCEL", NULL},
    {"IPM.Microsoft Schedule.MtgRespP", "REPLY", "ACCEPTED"},
    {"IPM.Microsoft Schedule.MtgRespN", "REPLY", "DECLINED"},
    {"IPM.Microsoft Schedule.MtgRespA", "REPLY", "TENTATIVE"},
    {"IPM.Appointment", "PUBLISH", NULL},
};

int
meeting_class(const char *class, struct meeting *m)
{
	size_t i, n;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		n = strlen(classes[i].class);
		/* What follows a dot is somebody's own kind of it. */
		if (strncasecmp(class, classes[i].class, n) != 0 ||
		    (class[n] != '\0' && class[n] != '.'))
			continue;
		m->method = classes[i].method;
		m->partstat = classes[i].partstat;
		return 1;
	}
	return 0;
}

/* Set a problem of the whole message and return 0. */
static int
refuse(struct problem *problem, const char *code, const char *text)
{
	problem->action = ACTION_HOLD;
	problem->object = -1;
	problem->code = code;
	problem->text = text;
	return 0;
}

/* A time property as a moment. */
static struct moment
time_of(const struct props *props, enum prop_set set, uint32_t id)
{
	struct moment m = {0, 0, 0};

	m.known = props_time(props, set, id, &m.at);
	return m;
}

/* A wall clock as a moment; year 0 is none. */
static struct moment
wall_of(const struct civil *wall)
{
	struct moment m = {0, 1, 0};

	if (wall->year == 0)
		return m;
	m.known = 1;
	m.at = civil_seconds(wall);
	return m;
}

/* --- identity -------------------------------------------------------------- */

/* The UID inside an identifier that other software made, or NULL. */
static const char *
outside_uid(TALLOC_CTX *ctx, struct span id)
{
	static const char mark[] = "vCal-Uid\1\0\0";
	struct cursor c = cursor_new(id);
	struct span data;
	const char *uid;

	(void)cursor_take(&c, 36);
	data = cursor_take(&c, cursor_u32(&c));
	if (data.n <= sizeof(mark) || memcmp(data.p, mark, sizeof(mark)) != 0)
		return NULL;
	data.p += sizeof(mark);
	data.n -= sizeof(mark);
	uid = text_narrow(ctx, data, 65001);
	return *uid == '\0' ? NULL : uid;
}

/* An identifier in hexadecimal, without the date of the instance. */
static const char *
hex_uid(TALLOC_CTX *ctx, struct span id)
{
	char *uid = mem_array(ctx, char, 2 * id.n + 1);
	size_t i;

	for (i = 0; i < id.n; i++)
		(void)snprintf(uid + 2 * i, 3, "%02X",
		    i >= 16 && i < 20 ? 0U : (unsigned)id.p[i]);
	return uid;
}

/* The UID that the same meeting has in iCalendar. */
static const char *
find_uid(TALLOC_CTX *ctx, const struct props *props)
{
	struct span id = props_bytes(props, SET_MEETING, MEETING_GLOBAL_ID);
	const char *uid;

	if (id.p == NULL || id.n == 0)
		id = props_bytes(props, SET_MEETING, MEETING_CLEAN_ID);
	if (id.p == NULL || id.n > LIMIT_UID_BYTES)
		return "";
	uid = outside_uid(ctx, id);
	return uid != NULL ? uid : hex_uid(ctx, id);
}

/* The time of day of an instance, from hours, minutes and seconds in bits. */
static int64_t
time_of_day(const struct props *props, const struct meeting *m)
{
	int64_t wall = m->start.at;
	int32_t bits;

	if (props_long(props, SET_MEETING, MEETING_RECURRENCE_TIME, &bits) &&
	    bits >= 0 && bits >> 12 <= 23)
		return (bits >> 12) * 3600 + (bits >> 6 & 0x3F) % 60 * 60 +
		       (bits & 0x3F) % 60;
	if (!m->start.wall && m->clock.known)
		wall = clock_wall(&m->clock, wall);
	return m->start.known ? wall - wall / SECONDS_PER_DAY * SECONDS_PER_DAY
	                      : 0;
}

/* Which instance it is about, if it is about one; 0 if that is unclear. */
static int
read_instance(
    const struct props *props, struct meeting *m, struct problem *problem)
{
	struct cursor c =
	    cursor_new(props_bytes(props, SET_MEETING, MEETING_GLOBAL_ID));
	struct civil day;
	int has_day;

	memset(&day, 0, sizeof(day));
	(void)cursor_take(&c, 16);
	day.year = cursor_u8(&c) << 8;
	day.year += cursor_u8(&c);
	day.month = cursor_u8(&c);
	day.day = cursor_u8(&c);
	has_day = !c.bad && (day.year != 0 || day.month != 0 || day.day != 0);
	if (!has_day && !props_true(props, SET_MEETING, MEETING_IS_EXCEPTION))
		return 1;
	m->original = time_of(props, SET_APPOINTMENT, APPOINTMENT_REPLACES);
	if (m->original.known)
		return 1;
	if (!has_day || !civil_is_valid(&day))
		return refuse(problem, "bad-tnef",
		    "The winmail.dat is about one instance of a meeting and "
		    "does not say which.");
	m->original = wall_of(&day);
	m->original.at += time_of_day(props, m);
	return 1;
}

/* --- times ----------------------------------------------------------------- */

/* The zone of the meeting, or of its recurrence. */
static void
read_clock(TALLOC_CTX *ctx, const struct props *props, struct meeting *m)
{
	const char *name;

	if (m->pattern != NULL)
		m->clock = clock_from_definition(
		    ctx, props_bytes(
			     props, SET_APPOINTMENT, APPOINTMENT_ZONE_RECUR));
	else
		m->clock = clock_from_definition(
		    ctx, props_bytes(
			     props, SET_APPOINTMENT, APPOINTMENT_ZONE_START));
	if (m->clock.known)
		return;
	m->clock = clock_from_struct(
	    props_bytes(props, SET_APPOINTMENT, APPOINTMENT_ZONE_STRUCT));
	name = props_text(ctx, props, SET_APPOINTMENT, APPOINTMENT_ZONE_TEXT);
	if (name != NULL)
		m->clock.name = name;
	if (!m->clock.known && m->pattern != NULL)
		m->clock = clock_from_definition(
		    ctx, props_bytes(
			     props, SET_APPOINTMENT, APPOINTMENT_ZONE_START));
}

/* Start and end where they may stand, the best first. */
static void
read_times(const struct stream *s, struct meeting *m)
{
	const struct props *props = &s->props;
	int32_t duration;

	m->start = time_of(props, SET_APPOINTMENT, APPOINTMENT_START);
	m->end = time_of(props, SET_APPOINTMENT, APPOINTMENT_END);
	if (!m->start.known) {
		m->start = time_of(props, SET_NONE, PR_START_DATE);
		m->end = time_of(props, SET_NONE, PR_END_DATE);
	}
	if (!m->start.known) {
		m->start = wall_of(&s->start);
		m->end = wall_of(&s->end);
	}
	if (m->start.known && !m->end.known &&
	    props_long(
		props, SET_APPOINTMENT, APPOINTMENT_DURATION, &duration) &&
	    duration >= 0) {
		m->end = m->start;
		m->end.at += (int64_t)duration * 60;
	}
	m->all_day = props_true(props, SET_APPOINTMENT, APPOINTMENT_ALL_DAY);
}

/* Another time that the sender of a response proposes. */
static void
read_counter(const struct props *props, struct meeting *m)
{
	struct moment start, end;

	if (!props_true(props, SET_APPOINTMENT, APPOINTMENT_IS_COUNTER))
		return;
	start = time_of(props, SET_APPOINTMENT, APPOINTMENT_NEW_START);
	end = time_of(props, SET_APPOINTMENT, APPOINTMENT_NEW_END);
	if (!start.known || !end.known)
		return;
	m->method = "COUNTER";
	m->start = start;
	m->end = end;
}

/* The recurrence; 0 with the problem set if it cannot be read. */
static int
read_pattern(TALLOC_CTX *ctx, const struct props *props, struct meeting *m,
    struct problem *problem)
{
	struct span blob =
	    props_bytes(props, SET_APPOINTMENT, APPOINTMENT_RECUR);
	const char *fault;

	if (blob.p == NULL || blob.n == 0 || m->partstat != NULL)
		return 1;
	m->pattern = pattern_read(ctx, blob, props->codepage, &fault);
	if (m->pattern == NULL)
		return refuse(problem, "bad-rule",
		    mem_print(ctx,
			"The recurrence in winmail.dat cannot be read: %s.",
			fault));
	return 1;
}

/* In a series the wall clock is what counts. */
static void
use_pattern(struct meeting *m)
{
	struct moment start = m->start;

	if (m->pattern == NULL)
		return;
	if (!m->clock.known && start.known && !start.wall)
		m->clock = clock_from_offset(m->pattern->start - start.at);
	m->start.known = m->start.wall = 1;
	m->start.at = m->pattern->start;
	m->end = m->start;
	m->end.at = m->pattern->end;
}

/* --- the whole ------------------------------------------------------------- */

/* When the sender made this version. */
static int64_t
find_stamp(const struct props *props, const struct tnef_mail *mail,
    const struct meeting *m)
{
	struct moment stamp = time_of(props, SET_MEETING,
	    m->partstat != NULL ? MEETING_ATTENDEE_CHANGE
				: MEETING_OWNER_CHANGE);

	if (!stamp.known)
		stamp = time_of(props, SET_NONE, PR_CLIENT_SUBMIT_TIME);
	return stamp.known ? stamp.at : mail->date;
}

/* The first text that there is of two, or the other one. */
static const char *
first_text(TALLOC_CTX *ctx, const struct props *props, uint32_t a, uint32_t b,
    const char *other)
{
	const char *text = props_text(ctx, props, SET_NONE, a);

	if (text == NULL || *text == '\0')
		text = props_text(ctx, props, SET_NONE, b);
	return text == NULL || *text == '\0' ? other : text;
}

/* What is said beside who and when. */
static void
read_rest(TALLOC_CTX *ctx, const struct stream *s, const struct tnef_mail *mail,
    struct meeting *m)
{
	const struct props *props = &s->props;

	/* The subject of a response begins with "Accepted:". */
	if (m->partstat != NULL)
		m->summary = first_text(ctx, props, PR_CONVERSATION_TOPIC,
		    PR_SUBJECT, mail->subject);
	else
		m->summary = first_text(ctx, props, PR_SUBJECT,
		    PR_CONVERSATION_TOPIC, mail->subject);
	m->location =
	    props_text(ctx, props, SET_APPOINTMENT, APPOINTMENT_LOCATION);
	if (m->location == NULL || *m->location == '\0')
		m->location =
		    props_text(ctx, props, SET_MEETING, MEETING_WHERE);
	if (m->location == NULL)
		m->location = "";
	m->stamp = find_stamp(props, mail, m);
	(void)props_long(
	    props, SET_APPOINTMENT, APPOINTMENT_SEQUENCE, &m->sequence);
	m->has_busy =
	    props_long(props, SET_APPOINTMENT, APPOINTMENT_BUSY, &m->busy);
	m->has_intended = props_long(
	    props, SET_APPOINTMENT, APPOINTMENT_INTENDED, &m->intended);
	m->fixed = props_true(props, SET_APPOINTMENT, APPOINTMENT_NO_COUNTER);
	(void)props_long(props, SET_NONE, PR_SENSITIVITY, &m->secrecy);
	m->has_number =
	    props_long(props, SET_NONE, PR_OWNER_APPT_ID, &m->number);
	if (!m->has_number && s->has_number) {
		m->has_number = s->number != 0;
		m->number = s->number;
	}
	m->asks = s->has_asks ? s->asks : 1;
	(void)props_bool(props, SET_NONE, PR_RESPONSE_REQUESTED, &m->asks);
}

int
meeting_read(TALLOC_CTX *ctx, const struct stream *s,
    const struct tnef_mail *mail, struct meeting *m, struct problem *problem)
{
	const struct props *props = &s->props;

	m->uid = find_uid(ctx, props);
	if (!read_pattern(ctx, props, m, problem))
		return 0;
	read_times(s, m);
	read_clock(ctx, props, m);
	if (!read_instance(props, m, problem))
		return 0;
	if (m->original.known)
		m->pattern = NULL;
	if (m->partstat != NULL)
		read_counter(props, m);
	m->instant = m->start;
	m->instant.known = m->start.known && !m->start.wall;
	use_pattern(m);
	read_rest(ctx, s, mail, m);
	meeting_parties(ctx, s, mail, m);
	return 1;
}
