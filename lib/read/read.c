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

/* Where BEGIN:VCALENDAR is, if nothing but blanks stands before it. */
static int
is_bare(const char *p, size_t n)
{
	size_t i = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (i < n && isspace((unsigned char)p[i]))
		i++;
	return n - i >= 15 && strncasecmp(p + i, "BEGIN:VCALENDAR", 15) == 0;
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
		    "The message is encrypted or opaquely signed.");
	else
		problem_add(r, ACTION_IGNORE, -1, "no-calendar",
		    "The message has no calendar part.");
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

/* The method that parameter and property agree on. */
static const char *
method_of(struct reading *r, const struct part *part, const struct ics *ics)
{
	if (*part->method != '\0' && *ics->method != '\0' &&
	    strcmp(part->method, ics->method) != 0)
		problem_add(r, ACTION_HOLD, -1, "method-mismatch",
		    "The message says %.40s, the calendar in it %.40s.",
		    part->method, ics->method);
	if (*ics->method != '\0')
		return ics->method;
	return *part->method != '\0' ? part->method : "PUBLISH";
}

/* The first usable part is read, the others must be copies of it. */
static void
read_parts(struct reading *r, const struct parts *parts)
{
	struct fault fault = {.code = NULL};
	struct fault first = {.code = NULL};
	const struct part *chosen = NULL;
	struct ics ics;
	struct ics best = {.root = NULL};
	size_t i;

	for (i = 0; i < parts->n; i++) {
		fault.code = NULL;
		if (!ics_open(r->notice, &parts->part[i], &ics, &fault)) {
			if (first.code == NULL)
				first = fault;
			continue;
		}
		if (chosen == NULL) {
			chosen = &parts->part[i];
			best = ics;
		} else if (!is_copy(&best, &ics)) {
			problem_add(r, ACTION_HOLD, -1, "ambiguous",
			    "The calendar parts of the message differ in UID "
			    "or METHOD.");
		}
	}
	if (parts->n == 0)
		report_none(r, parts);
	else if (chosen == NULL)
		problem_fault(r, -1, &first);
	else
		ics_read(r, &best, method_of(r, chosen, &best));
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
	if (n > 0 && is_bare(p, n)) {
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
