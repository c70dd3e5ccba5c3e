/* post.c - the mail around a calendar object; see post.h */
#include "lib/write/post.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/write/domain.h"
#include "lib/write/mime.h"

#define REFERENCES_MAX 10
#define SHORT_NAMES    13  /* method and component that fit one line */
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

const char *
post_name(const char *name, const char *address)
{
	if (name == NULL || strcasecmp(name, address) == 0)
		return "";
	return name;
}

/* All header fields of the letter but its type. */
static void
add_headers(char **out, const struct post *post, const struct letter *letter)
{
	const struct letterhead *head = post->head;
	char date[40];

	mime_mailbox(out, "From", post->name, domain_ascii(*out, post->from));
	if (post->agent[0] != '\0')
		mime_mailbox(
		    out, "Sender", "", domain_ascii(*out, post->agent));
	mime_mailbox(out, "To", "", letter->recipient);
	mime_field(out, "Subject", post->telling->title);
	mem_add(out, "Date: %s\r\n", mime_date(date, sizeof(date), head->now));
	mime_words(out, "Message-ID", letter->message_id);
	if (post->mail != NULL)
		add_thread(out, post->mail);
	mem_add(out,
	    "Auto-Submitted: %s\r\n"
	    "X-Auto-Response-Suppress: All\r\n"
	    "Content-Class: urn:content-classes:calendarmessage\r\n"
	    "Content-Language: %s\r\n"
	    "MIME-Version: 1.0\r\n",
	    post->automatic, voice_tag(post->voice));
}

/* The three parts; the calendar last, as the best one. */
static void
add_parts(char **out, const struct post *post, uint64_t hash)
{
	char *mark =
	    mem_print(*out, "=_imipd_%016llx", (unsigned long long)hash);
	char *plain = telling_plain(mark, post->voice, post->telling);
	char *html = telling_html(mark, post->telling);

	mem_add(out,
	    "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"%s\"\r\n\r\n--%s\r\n",
	    mark, mark);
	mime_text_part(out, "text/plain", plain);
	mem_add(out, "\r\n--%s\r\n", mark);
	mime_text_part(out, "text/html", html);
	mem_add(out,
	    "\r\n--%s\r\n"
	    "Content-Type: text/calendar; charset=UTF-8; method=%s;%s "
	    "component=%s\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n",
	    mark, post->method,
	    strlen(post->method) + strlen(post->component) > SHORT_NAMES
		? "\r\n"
		: "",
	    post->component);
	mime_base64(out, post->calendar, strlen(post->calendar));
	mem_add(out, "\r\n--%s--\r\n", mark);
	talloc_free(mark);
}

/* Can mail go to, and come from, all of the addresses? */
static enum res
check_addresses(const struct post *post, struct why *why)
{
	if (!address_is_sendable(post->recipient))
		return why_set(
		    why, RES_PERM, "no mail can go to \"%s\"", post->recipient);
	if (!address_is_sendable(post->sender))
		return why_set(why, RES_PERM, "no mail can come from \"%s\"",
		    post->sender);
	if (!address_is_sendable(post->from))
		return why_set(
		    why, RES_PERM, "no mail can come from \"%s\"", post->from);
	if (post->agent[0] != '\0' && !address_is_sendable(post->agent))
		return why_set(
		    why, RES_PERM, "no mail can come from \"%s\"", post->agent);
	return RES_OK;
}

enum res
post_make(TALLOC_CTX *ctx, const struct post *post, struct letter **letter,
    struct why *why)
{
	uint64_t hash = hash_text(post->unique);
	enum res r = check_addresses(post, why);
	struct letter *l;
	char *out;

	if (r != RES_OK)
		return r;
	l = mem_new(ctx, struct letter);
	l->sender = domain_ascii(l, post->sender);
	l->recipient = domain_ascii(l, post->recipient);
	l->message_id = mem_print(l, "<imipd.%016llx@%s>",
	    (unsigned long long)hash, post->head->host);
	out = mem_text(l, "");
	add_headers(&out, post, l);
	add_parts(&out, post, hash);
	l->bytes = out;
	l->n = strlen(out);
	*letter = l;
	return RES_OK;
}
