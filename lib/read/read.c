/* read.c - from the bytes of a message to its notice, see read.h */
#include "lib/read/read.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"
#include "lib/read/internal.h"
#include "lib/read/pre.h"

/* So many bytes tell a calendar in UTF-16 from a mail. */
#define BARE_HEAD 128

void
read_init(void)
{
	mail_init();
}

/* A mail of which nothing is known. */
static void
mail_none(struct mail *mail)
{
	mail->subject = "";
	mail->message_id = "";
	mail->references = "";
	mail->language = "";
	mail->auto_submitted = "";
	mail->precedence = "";
	mail->list_id = "";
	mail->type = "";
}

/* Does BEGIN:VCALENDAR come first, but for blanks and a byte order mark? */
static int
begins_calendar(const char *p, size_t n)
{
	size_t i = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (i < n && isspace((unsigned char)p[i]))
		i++;
	return n - i >= 15 && strncasecmp(p + i, "BEGIN:VCALENDAR", 15) == 0;
}

/* Is it a calendar file and not a mail? */
static int
is_bare(TALLOC_CTX *ctx, const char *p, size_t n)
{
	size_t head = n < BARE_HEAD ? n : BARE_HEAD, got;
	char *text;

	if (!bytes_are_utf16(p, n))
		return begins_calendar(p, n);
	text = bytes_convert(ctx, p, head - head % 2, "UTF-16", &got);
	return text != NULL && begins_calendar(text, got);
}

/* There is no part that could hold iTIP. */
static void
report_none(struct reading *r, const struct parts *parts)
{
	if (parts->tnef)
		problem_add(r, ACTION_IGNORE, -1, "tnef",
		    "The invitation is in winmail.dat, which is not read.");
	else if (parts->encrypted)
		problem_add(r, ACTION_HOLD, -1, "encrypted",
		    "The message is encrypted; only its reader has the key.");
	else if (parts->broken)
		problem_add(r, ACTION_HOLD, -1, "bad-signed",
		    "The message is signed in a way that cannot be opened.");
	else
		problem_add(r, ACTION_IGNORE, -1, "no-calendar",
		    "The message has no calendar part.");
}

/* A part that could be read. */
struct candidate {
	const struct part *part;
	struct ics ics;
};

/* Does it say what is to be done?  A calendar that does not is only a file. */
static int
has_method(const struct candidate *c)
{
	return *c->part->method != '\0' || *c->ics.method != '\0';
}

/* Do two copies speak of the same thing in the same way? */
static int
is_copy(const struct ics *a, const struct ics *b)
{
	if (strcmp(a->uid, b->uid) != 0)
		return 0;
	return *a->method == '\0' || *b->method == '\0' ||
	       strcmp(a->method, b->method) == 0;
}

/* Does the parameter only announce the other's proposal as a question? */
static int
is_counter(const char *parameter, const char *property)
{
	return strcmp(parameter, "REQUEST") == 0 &&
	       strcmp(property, "COUNTER") == 0;
}

/* The method that parameter and property agree on. */
static const char *
method_of(struct reading *r, const struct candidate *c)
{
	const char *parameter = c->part->method;
	const char *property = c->ics.method;

	if (*parameter != '\0' && *property != '\0' &&
	    strcmp(parameter, property) != 0)
		problem_add(r,
		    is_counter(parameter, property) ? ACTION_NOTE : ACTION_HOLD,
		    -1, "method-mismatch",
		    "The message says %.40s, the calendar in it %.40s.",
		    parameter, property);
	if (*property != '\0')
		return property;
	return *parameter != '\0' ? parameter : "PUBLISH";
}

/* Open the parts that count; how many could be read. */
static size_t
open_parts(struct reading *r, const struct parts *parts, int forwarded,
    struct candidate *out, struct fault *first)
{
	struct fault fault = {.code = NULL};
	size_t n = 0;
	size_t i;

	for (i = 0; i < parts->n; i++) {
		if (parts->part[i].forwarded != forwarded)
			continue;
		out[n].part = &parts->part[i];
		fault.code = NULL;
		if (ics_open(r->notice, out[n].part, &out[n].ics, &fault))
			n++;
		else if (first->code == NULL)
			*first = fault;
	}
	return n;
}

/* Read the first that says what is to be done; the others must be copies. */
static void
read_candidates(struct reading *r, const struct candidate *c, size_t n)
{
	const struct candidate *best = &c[0];
	size_t i;

	for (i = n; i > 0; i--) {
		if (has_method(&c[i - 1]))
			best = &c[i - 1];
	}
	for (i = 0; i < n; i++) {
		if (&c[i] == best || is_copy(&best->ics, &c[i].ics))
			continue;
		if (has_method(&c[i]))
			problem_add(r, ACTION_HOLD, -1, "ambiguous",
			    "The calendar parts of the message differ in UID "
			    "or METHOD.");
		else
			problem_add(r, ACTION_NOTE, -1, "other-calendar",
			    "Another calendar is attached, without METHOD; it "
			    "is not looked at.");
	}
	ics_read(r, &best->ics, method_of(r, best));
}

/* Is there a part that does not belong to a forwarded message? */
static int
has_own(const struct parts *parts)
{
	size_t i;

	for (i = 0; i < parts->n; i++) {
		if (!parts->part[i].forwarded)
			return 1;
	}
	return 0;
}

/*
 * What was forwarded as a whole message is shown, and never acted on: who sent
 * it to whom is what its headers claim, and anybody can write those.
 */
static void
read_parts(struct reading *r, const struct parts *parts)
{
	struct candidate *c =
	    mem_array(r->notice, struct candidate, parts->n + 1);
	struct fault fault = {.code = NULL};
	int own = has_own(parts);
	size_t n = open_parts(r, parts, !own, c, &fault);

	if (n == 0 && own) {
		problem_fault(r, -1, &fault);
	} else if (n == 0) {
		report_none(r, parts);
	} else {
		if (!own)
			problem_add(r, ACTION_IGNORE, -1, "forwarded",
			    "The calendar part is in a forwarded message; only "
			    "mail that comes from its organizer is acted on.");
		r->quiet = !own;
		read_candidates(r, c, n);
	}
}

struct notice *
read_message(
    TALLOC_CTX *ctx, const char *p, size_t n, const struct window *window)
{
	struct notice *notice = mem_new(ctx, struct notice);
	struct reading r = {.notice = notice, .window = *window};
	struct fault fault = {.code = NULL};
	struct part bare = {.p = p, .n = n, .charset = "", .method = ""};
	struct parts parts = {.part = NULL};

	mail_none(&notice->mail);
	if (n > 0 && is_bare(notice, p, n)) {
		parts.part = &bare;
		parts.n = 1;
		read_parts(&r, &parts);
	} else if (!pre_check(p, n, &fault)) {
		problem_fault(&r, -1, &fault);
	} else {
		mail_read(&r, p, n, &parts);
		if (notice->nproblem == 0)
			read_parts(&r, &parts);
	}
	return notice;
}
