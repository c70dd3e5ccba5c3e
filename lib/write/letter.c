/* letter.c - the mail around an answer: who, to whom, about what; letter.h */
#include "lib/write/letter.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/write/mime.h"
#include "lib/write/part.h"

#define REFERENCES_MAX 10
#define ID_MAX         900 /* bytes of a message id that still fits a line */

/* FNV-1a, 64 bits: the same letter gets the same name each time. */
static uint64_t
hash_text(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++) {
		h ^= (unsigned char)*text;
		h *= UINT64_C(0x100000001b3);
	}
	return h;
}

/* Is it "<...>" of printable ASCII, so that it can stand in a header? */
static int
is_message_id(const char *id, size_t n)
{
	size_t i;

	if (n < 3 || n > ID_MAX || id[0] != '<' || id[n - 1] != '>')
		return 0;
	for (i = 1; i + 1 < n; i++)
		if (id[i] <= 0x20 || id[i] > 0x7e || id[i] == '<' ||
		    id[i] == '>')
			return 0;
	return 1;
}

/* The usable ids of a text, the last few of them, one blank between. */
static char *
usable_ids(TALLOC_CTX *ctx, const char *text)
{
	const char *found[REFERENCES_MAX];
	size_t length[REFERENCES_MAX], i, n = 0;
	char *out = mem_text(ctx, "");

	while (*text != '\0') {
		size_t step = strcspn(text, " ");

		if (is_message_id(text, step)) {
			found[n % REFERENCES_MAX] = text;
			length[n++ % REFERENCES_MAX] = step;
		}
		text += step + (text[step] == ' ');
	}
	for (i = n > REFERENCES_MAX ? n - REFERENCES_MAX : 0; i < n; i++)
		mem_add(&out, "%s%.*s", out[0] == '\0' ? "" : " ",
		    (int)length[i % REFERENCES_MAX], found[i % REFERENCES_MAX]);
	return out;
}

/* In-Reply-To and References to the mail that is answered. */
static void
add_thread(char **out, const struct mail *mail)
{
	const char *id = mail->message_id;
	char *chain;

	if (!is_message_id(id, strlen(id)))
		return;
	mime_words(out, "In-Reply-To", id);
	chain = mem_print(*out, "%s %s", mail->references, id);
	mime_words(out, "References", usable_ids(chain, chain));
	talloc_free(chain);
}

/* The address we answer from: the one that was invited. */
static const char *
from_address(const struct decision *decision)
{
	if (decision->attendee != NULL &&
	    address_is_sendable(decision->attendee->address))
		return decision->attendee->address;
	return decision->calendar->address;
}

/* The name beside our address; none if it would only say it again. */
static const char *
from_name(const struct decision *decision)
{
	const char *name = decision->calendar->name;

	if (name == NULL || strcasecmp(name, from_address(decision)) == 0)
		return "";
	return name;
}

/* All header fields of the letter but its type. */
static void
add_headers(char **out, const struct decision *decision,
    const struct mail *mail, const struct letterhead *head,
    const struct letter *letter, const char *title)
{
	char date[40];

	mime_mailbox(out, "From", from_name(decision), from_address(decision));
	mime_mailbox(out, "To", "", letter->recipient);
	mime_field(out, "Subject", title);
	mem_add(out, "Date: %s\r\n", mime_date(date, sizeof(date), head->now));
	mime_words(out, "Message-ID", letter->message_id);
	add_thread(out, mail);
	mem_add(out, "Auto-Submitted: auto-replied\r\n"
		     "X-Auto-Response-Suppress: All\r\n"
		     "Content-Class: urn:content-classes:calendarmessage\r\n"
		     "Content-Language: en\r\n"
		     "MIME-Version: 1.0\r\n");
}

/* The three parts; the calendar last, as the best one. */
static void
add_parts(char **out, const struct telling *telling, const char *calendar,
    uint64_t hash)
{
	char *mark =
	    mem_print(*out, "=_imipd_%016llx", (unsigned long long)hash);
	char *plain = letter_plain(mark, telling);
	char *html = letter_html(mark, telling);

	mem_add(out,
	    "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"%s\"\r\n\r\n--%s\r\n",
	    mark, mark);
	mime_text_part(out, "text/plain", plain);
	mem_add(out, "\r\n--%s\r\n", mark);
	mime_text_part(out, "text/html", html);
	mem_add(out,
	    "\r\n--%s\r\n"
	    "Content-Type: text/calendar; charset=UTF-8; method=REPLY; "
	    "component=VEVENT\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n",
	    mark);
	mime_base64(out, calendar, strlen(calendar));
	mem_add(out, "\r\n--%s--\r\n", mark);
	talloc_free(mark);
}

/* The bytes of the letter, from the first header to the last boundary. */
static void
compose(struct letter *letter, const struct decision *decision,
    const struct mail *mail, const struct letterhead *head)
{
	TALLOC_CTX *tmp = mem_check(talloc_new(NULL));
	char *out = mem_text(letter, ""), *calendar;
	struct telling telling;

	letter_tell(tmp, decision, &telling);
	calendar = reply_calendar(tmp, decision, telling.sentence, head->now);
	add_headers(&out, decision, mail, head, letter, telling.title);
	add_parts(&out, &telling, calendar, hash_text(head->unique));
	letter->bytes = out;
	letter->n = strlen(out);
	talloc_free(tmp);
}

enum res
letter_make(TALLOC_CTX *ctx, const struct decision *decision,
    const struct mail *mail, const struct letterhead *head,
    struct letter **letter, struct why *why)
{
	const struct component *c = decision->component;
	const char *from;
	struct letter *l;

	if (c == NULL || decision->object == NULL ||
	    decision->partstat[0] == '\0')
		return why_set(why, RES_PERM, "there is nothing to answer");
	if (decision->object->uid[0] == '\0')
		return why_set(
		    why, RES_PERM, "an answer without a UID answers nothing");
	if (!address_is_sendable(c->organizer.address))
		return why_set(why, RES_PERM,
		    "no mail can go to the organizer \"%s\"",
		    c->organizer.address);
	from = head->sender[0] == '\0' ? decision->calendar->address
	                               : head->sender;
	if (!address_is_sendable(from) ||
	    !address_is_sendable(from_address(decision)))
		return why_set(
		    why, RES_PERM, "no mail can come from \"%s\"", from);
	l = mem_new(ctx, struct letter);
	l->sender = mem_text(l, from);
	l->recipient = mem_text(l, c->organizer.address);
	l->message_id = mem_print(l, "<imipd.%016llx@%s>",
	    (unsigned long long)hash_text(head->unique), head->host);
	compose(l, decision, mail, head);
	*letter = l;
	return RES_OK;
}
