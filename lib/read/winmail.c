/*
 * winmail.c - find winmail.dat in a mail, see winmail.h
 *
 * The walk is that of mail.c: parts inside forwarded messages, digests and
 * delivery reports are somebody else's mail.
 */
#include "lib/read/winmail.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"
#include "lib/read/person.h"

#define CHUNK (64 * 1024)

/* Is the media type one of two? */
static int
is_type(GMimeObject *object, const char *a, const char *b)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	char *text =
	    type == NULL ? NULL : g_mime_content_type_get_mime_type(type);
	int is = text != NULL &&
	         (strcasecmp(text, a) == 0 || strcasecmp(text, b) == 0);

	g_free(text);
	return is;
}

/* Is it called so, whatever folder stands before? */
static int
is_named(GMimePart *part)
{
	static const char end[] = "winmail.dat";
	const char *name = g_mime_part_get_filename(part);
	size_t n = name == NULL ? 0 : strlen(name);

	return n >= sizeof(end) - 1 &&
	       strcasecmp(name + n - (sizeof(end) - 1), end) == 0;
}

/* The first bytes of a stream, at most WINMAIL_BYTES_MAX of them. */
static char *
read_all(TALLOC_CTX *ctx, GMimeStream *stream, size_t *n)
{
	char *out = mem_array(ctx, char, CHUNK);
	size_t room = CHUNK;
	ssize_t got;

	*n = 0;
	while (*n < WINMAIL_BYTES_MAX) {
		if (*n == room) {
			room *= 2;
			out = mem_check(
			    talloc_realloc(ctx, out, char, mem_count(room)));
		}
		got = g_mime_stream_read(stream, out + *n, room - *n);
		if (got <= 0)
			break;
		*n += (size_t)got;
	}
	return out;
}

/* Take one part that is winmail.dat. */
static void
take(TALLOC_CTX *ctx, GMimePart *part, struct winmail *out)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *filtered;
	GMimeFilter *filter;

	if (++out->parts > 1 || content == NULL)
		return;
	filtered =
	    g_mime_stream_filter_new(g_mime_data_wrapper_get_stream(content));
	filter = g_mime_filter_basic_new(
	    g_mime_part_get_content_encoding(part), FALSE);
	(void)g_mime_stream_filter_add(GMIME_STREAM_FILTER(filtered), filter);
	(void)g_mime_stream_reset(filtered);
	out->p = read_all(ctx, filtered, &out->n);
	g_object_unref(filter);
	g_object_unref(filtered);
}

/* Any node of the tree; recursion ends at LIMIT_MIME_DEPTH. */
static void
walk(TALLOC_CTX *ctx, GMimeObject *object, int depth, struct winmail *out)
{
	GMimeMultipart *multipart;
	int i;

	if (depth > LIMIT_MIME_DEPTH)
		return;
	if (GMIME_IS_MULTIPART(object)) {
		if (is_type(object, "multipart/report", "multipart/digest"))
			return;
		multipart = GMIME_MULTIPART(object);
		for (i = 0; i < g_mime_multipart_get_count(multipart); i++)
			walk(ctx, g_mime_multipart_get_part(multipart, i),
			    depth + 1, out);
	} else if (GMIME_IS_PART(object) && !GMIME_IS_MESSAGE_PARTIAL(object)) {
		if (is_type(object, "application/ms-tnef",
			"application/vnd.ms-tnef") ||
		    is_named(GMIME_PART(object)))
			take(ctx, GMIME_PART(object), out);
	}
}

/* The mailboxes of a header, those in groups too, as far as mail can go. */
static void
add_mailboxes(TALLOC_CTX *ctx, InternetAddressList *list, int depth,
    const char **to, size_t *n)
{
	InternetAddress *address;
	const char *mailbox;
	int i;

	for (i = 0; list != NULL && i < internet_address_list_length(list);
	     i++) {
		address = internet_address_list_get_address(list, i);
		if (INTERNET_ADDRESS_IS_GROUP(address) && depth == 0)
			add_mailboxes(ctx,
			    internet_address_group_get_members(
				INTERNET_ADDRESS_GROUP(address)),
			    1, to, n);
		if (!INTERNET_ADDRESS_IS_MAILBOX(address) ||
		    *n >= LIMIT_ATTENDEES)
			continue;
		mailbox =
		    person_mailbox(ctx, internet_address_mailbox_get_addr(
					    INTERNET_ADDRESS_MAILBOX(address)));
		if (mailbox != NULL)
			to[(*n)++] = mailbox;
	}
}

/* What a message says. */
static void
look(TALLOC_CTX *ctx, GMimeMessage *message, struct winmail *out)
{
	out->to = mem_array(ctx, const char *, LIMIT_ATTENDEES);
	out->cc = mem_array(ctx, const char *, LIMIT_ATTENDEES);
	add_mailboxes(ctx,
	    g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO), 0,
	    out->to, &out->nto);
	add_mailboxes(ctx,
	    g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_CC), 0,
	    out->cc, &out->ncc);
	if (g_mime_message_get_mime_part(message) != NULL)
		walk(ctx, g_mime_message_get_mime_part(message), 1, out);
}

void
winmail_find(TALLOC_CTX *ctx, const char *p, size_t n, struct winmail *out)
{
	const char *end =
	    n >= 5 && memcmp(p, "From ", 5) == 0 ? memchr(p, '\n', n) : NULL;
	size_t skip = end == NULL ? 0 : (size_t)(end - p) + 1;
	GMimeStream *stream =
	    g_mime_stream_mem_new_with_buffer(p + skip, n - skip);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message;

	memset(out, 0, sizeof(*out));
	g_mime_parser_set_persist_stream(parser, TRUE);
	message = g_mime_parser_construct_message(parser, NULL);
	if (message != NULL) {
		look(ctx, message, out);
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
}
