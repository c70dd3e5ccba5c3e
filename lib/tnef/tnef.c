/* tnef.c - from a stream to iCalendar, see tnef.h */
#include "lib/tnef/tnef.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/tnef/meeting.h"

#define CLASS_SHOWN 80

/* The class as far as it can be shown. */
static const char *
printable(TALLOC_CTX *ctx, const char *class)
{
	char *out = mem_textn(ctx, class, CLASS_SHOWN);
	char *p;

	for (p = out; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
			*p = '?';
	}
	return out;
}

/* Set the problem. */
static void
give_up(struct tnef_reading *reading, enum action action, const char *code,
    const char *text)
{
	reading->problem.action = action;
	reading->problem.object = -1;
	reading->problem.code = code;
	reading->problem.text = text;
}

void
tnef_read(TALLOC_CTX *ctx, const char *p, size_t n,
    const struct tnef_mail *mail, int own_zone, struct tnef_reading *reading)
{
	struct span bytes = {(const unsigned char *)p, n};
	struct stream stream;
	struct meeting meeting;
	const char *fault;

	memset(reading, 0, sizeof(*reading));
	memset(&meeting, 0, sizeof(meeting));
	reading->class = "";
	if (!stream_read(ctx, bytes, &stream, &fault)) {
		give_up(reading, ACTION_HOLD, "bad-tnef",
		    mem_print(
			ctx, "The winmail.dat cannot be read: %s.", fault));
		return;
	}
	reading->class = printable(ctx, stream.class);
	if (!meeting_class(stream.class, &meeting)) {
		give_up(reading, ACTION_IGNORE, "no-calendar",
		    mem_print(ctx,
			"The message has no calendar part, and its winmail.dat "
			"is no meeting but \"%s\".",
			reading->class));
		return;
	}
	if (!meeting_read(ctx, &stream, mail, &meeting, &reading->problem))
		return;
	reading->ical = meeting_print(ctx, &meeting, own_zone);
	reading->has_start = meeting.instant.known && !meeting.all_day;
	reading->start = meeting.instant.at;
	if (reading->ical == NULL)
		give_up(reading, ACTION_HOLD, "too-big",
		    "The meeting in winmail.dat is over the limit.");
}
