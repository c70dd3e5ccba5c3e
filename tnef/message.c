/* message.c - a mail with a winmail.dat to facts, see message.h */
#include "tnef/message.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/read/read.h"
#include "lib/read/winmail.h"
#include "lib/tnef/tnef.h"

/* Is there a winmail.dat that was not read? */
static int
has_winmail(const struct notice *notice)
{
	size_t i;

	for (i = 0; i < notice->nproblem; i++) {
		if (strcmp(notice->problem[i].code, "tnef") == 0)
			return 1;
	}
	return 0;
}

/* The same notice with one problem instead of that winmail.dat is not read. */
static struct notice *
replace_problem(struct notice *notice, const struct problem *problem)
{
	size_t i;

	for (i = 0; i < notice->nproblem; i++) {
		if (strcmp(notice->problem[i].code, "tnef") == 0)
			notice->problem[i] = *problem;
	}
	return notice;
}

/* Objects of a calendar with the facts of the mail, both on one context. */
static struct notice *
join(struct notice *mail, struct notice *calendar, const char *class)
{
	size_t n = calendar->nproblem;

	calendar->mail = mail->mail;
	calendar->problem = mem_check(talloc_realloc(
	    calendar, calendar->problem, struct problem, mem_count(n + 1)));
	calendar->problem[n].action = ACTION_NOTE;
	calendar->problem[n].object = -1;
	calendar->problem[n].code = "winmail";
	calendar->problem[n].text = mem_print(
	    calendar, "The meeting was in winmail.dat, class \"%s\".", class);
	calendar->nproblem = n + 1;
	return calendar;
}

/* Does the event start at another instant than its sender said? */
static int
is_moved(const struct notice *notice, const struct tnef_reading *reading)
{
	const struct when *start;

	if (!reading->has_start || notice->nobject == 0)
		return 0;
	start = &notice->object[0].component[0].start;
	return (start->kind == WHEN_UTC || start->kind == WHEN_ZONED) &&
	       start->utc != reading->start;
}

/* Read the stream, and what it became; NULL with the problem set. */
static struct notice *
read_stream(TALLOC_CTX *ctx, const struct winmail *winmail,
    const struct tnef_mail *mail, const struct window *window,
    struct tnef_reading *reading)
{
	struct notice *notice, *other;

	tnef_read(ctx, winmail->p, winmail->n, mail, 0, reading);
	if (reading->ical == NULL)
		return NULL;
	notice =
	    read_message(ctx, reading->ical, strlen(reading->ical), window);
	if (!is_moved(notice, reading))
		return notice;
	/* Our data of the zone are not those of the sender: his count. */
	tnef_read(ctx, winmail->p, winmail->n, mail, 1, reading);
	other = read_message(ctx, reading->ical, strlen(reading->ical), window);
	return is_moved(other, reading) ? notice : other;
}

/* The winmail.dat of a mail, which has one. */
static struct notice *
read_winmail(TALLOC_CTX *ctx, struct notice *outer,
    const struct winmail *winmail, const struct window *window)
{
	struct problem several = {ACTION_HOLD, -1, "ambiguous",
	    "The message has several winmail.dat."};
	struct tnef_mail mail = {
	    .subject = outer->mail.subject,
	    .from = outer->mail.from,
	    .to = winmail->to,
	    .nto = winmail->nto,
	    .cc = winmail->cc,
	    .ncc = winmail->ncc,
	    .date = outer->mail.date,
	};
	struct tnef_reading reading;
	struct notice *notice =
	    read_stream(ctx, winmail, &mail, window, &reading);

	if (notice == NULL)
		return replace_problem(outer, &reading.problem);
	if (winmail->parts > 1)
		return replace_problem(outer, &several);
	return join(outer, notice, reading.class);
}

struct notice *
message_read(TALLOC_CTX *ctx, const char *p, size_t n, int64_t from, int64_t to,
    size_t max)
{
	const struct window window = {from, to, max};
	struct notice *notice = read_message(ctx, p, n, &window);
	struct winmail winmail;

	if (!has_winmail(notice))
		return notice;
	winmail_find(ctx, p, n, &winmail);
	return winmail.p == NULL ? notice
	                         : read_winmail(ctx, notice, &winmail, &window);
}
