/*
 * mail.c - MIME: headers, and the parts that may hold iTIP
 *
 * The only file that knows GMime.  Digests and delivery reports are somebody
 * else's mail and never looked at; parts inside forwarded messages are marked as
 * such.  What is signed is opened, whatever the signature is worth.
 */
#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"
#include "lib/read/internal.h"
#include "lib/read/person.h"
#include "lib/read/pre.h"
#include "lib/read/wrap.h"

#define CANDIDATES_MAX 20
#define RESULTS_MAX    20

/* One walk through the parts. */
struct walk {
	struct reading *reading;
	struct parts *parts;
	size_t seen;
	int forwarded; /* how many messages around the part */
	struct fault fault;
};

void
mail_init(void)
{
	const char *charsets[] = {"utf-8", "iso-8859-1", NULL};

	g_mime_init();
	g_mime_parser_options_set_fallback_charsets(
	    g_mime_parser_options_get_default(), charsets);
	bytes_init();
}

/* --- headers ------------------------------------------------------------- */

/* A raw header value, decoded, on one line. */
static const char *
header_text(TALLOC_CTX *ctx, GMimeMessage *message, const char *name)
{
	const char *value =
	    g_mime_object_get_header(GMIME_OBJECT(message), name);

	return bytes_trim(ctx, value);
}

/* The first word of a value in lower case, "" if it is missing. */
static const char *
first_word(TALLOC_CTX *ctx, const char *value)
{
	char *word = bytes_lower(ctx, bytes_trim(ctx, value));

	word[strcspn(word, " ,;(\t")] = '\0';
	return word;
}

/* The first word of a header. */
static const char *
header_word(TALLOC_CTX *ctx, GMimeMessage *message, const char *name)
{
	return first_word(ctx, header_text(ctx, message, name));
}

/* The language of a part, unless one around it has said it already. */
static void
read_language(struct reading *r, GMimeObject *object)
{
	struct mail *mail = &r->notice->mail;

	if (object != NULL && mail->language[0] == '\0')
		mail->language = first_word(r->notice,
		    g_mime_object_get_header(object, "Content-Language"));
}

/* All "<id>" of a header with one blank between, "" if there is none. */
static const char *
header_ids(TALLOC_CTX *ctx, GMimeMessage *message, const char *name, size_t max)
{
	const char *p = header_text(ctx, message, name);
	char *ids = mem_text(ctx, "");
	size_t n;

	while (max > 0 && (p = strchr(p, '<')) != NULL) {
		n = strcspn(p + 1, "<> \"\\") + 1;
		if (p[n] == '>' && n > 1 && n < 900) {
			mem_add(&ids, "%s%.*s", *ids == '\0' ? "" : " ",
			    (int)n + 1, p);
			max--;
		}
		p += n;
	}
	return ids;
}

/* The one mailbox of a list; NULL if there is another number of them. */
static const char *
only_mailbox(TALLOC_CTX *ctx, InternetAddressList *list, int several)
{
	InternetAddress *address;

	if (list == NULL || internet_address_list_length(list) < 1 ||
	    (!several && internet_address_list_length(list) > 1))
		return NULL;
	address = internet_address_list_get_address(list, 0);
	if (!INTERNET_ADDRESS_IS_MAILBOX(address))
		return NULL;
	return person_mailbox(ctx, internet_address_mailbox_get_addr(
				       INTERNET_ADDRESS_MAILBOX(address)));
}

/* What has to be counted or collected header by header. */
static void
read_header_list(struct reading *r, GMimeMessage *message, size_t *nfrom)
{
	GMimeHeaderList *list =
	    g_mime_object_get_header_list(GMIME_OBJECT(message));
	struct mail *mail = &r->notice->mail;
	GMimeHeader *header;
	const char *name;
	int i;

	mail->auth_results = mem_array(r->notice, const char *, RESULTS_MAX);
	for (i = 0; i < g_mime_header_list_get_count(list); i++) {
		header = g_mime_header_list_get_header_at(list, i);
		name = g_mime_header_get_name(header);
		if (strcasecmp(name, "From") == 0)
			(*nfrom)++;
		if (strcasecmp(name, "Received") == 0)
			mail->received++;
		if (strcasecmp(name, "Authentication-Results") == 0 &&
		    mail->nauth_results < RESULTS_MAX)
			mail->auth_results[mail->nauth_results++] = bytes_trim(
			    r->notice, g_mime_header_get_raw_value(header));
	}
}

/* The Date header in UTC, 0 if it cannot be. */
static int64_t
read_date(GMimeMessage *message)
{
	GDateTime *date = g_mime_message_get_date(message);
	int64_t utc = date == NULL ? 0 : g_date_time_to_unix(date);

	return utc < 0 || utc > INT64_C(7289654400) ? 0 : utc;
}

/* The media type in lower case; the library's string is freed. */
static const char *
media_type(TALLOC_CTX *ctx, GMimeObject *object)
{
	GMimeContentType *type =
	    object == NULL ? NULL : g_mime_object_get_content_type(object);
	char *text =
	    type == NULL ? NULL : g_mime_content_type_get_mime_type(type);
	const char *copy = text == NULL ? "text/plain" : bytes_lower(ctx, text);

	g_free(text);
	return copy;
}

static void
read_headers(struct reading *r, GMimeMessage *message)
{
	struct mail *mail = &r->notice->mail;
	TALLOC_CTX *ctx = r->notice;
	size_t nfrom = 0;

	read_header_list(r, message, &nfrom);
	if (nfrom == 1)
		mail->from =
		    only_mailbox(ctx, g_mime_message_get_from(message), 0);
	mail->sender = only_mailbox(ctx, g_mime_message_get_sender(message), 0);
	mail->reply_to =
	    only_mailbox(ctx, g_mime_message_get_reply_to(message), 1);
	mail->subject = bytes_trim(ctx, g_mime_message_get_subject(message));
	mail->message_id = header_ids(ctx, message, "Message-Id", 1);
	mail->references = header_ids(ctx, message, "References", 50);
	/* The library keeps the Content- fields with the body. */
	read_language(r, g_mime_message_get_mime_part(message));
	mail->auto_submitted = header_word(ctx, message, "Auto-Submitted");
	if (strcmp(mail->auto_submitted, "no") == 0)
		mail->auto_submitted = "";
	mail->precedence = header_word(ctx, message, "Precedence");
	mail->list_id = header_text(ctx, message, "List-Id");
	mail->type = media_type(ctx, g_mime_message_get_mime_part(message));
	mail->date = read_date(message);
	r->date = mail->date;
}

/* --- parts --------------------------------------------------------------- */

/* Does a file name end like that? */
static int
ends_with(const char *name, const char *end)
{
	size_t n = name == NULL ? 0 : strlen(name);
	size_t m = strlen(end);

	return n >= m && strcasecmp(name + n - m, end) == 0;
}

/* May it hold iTIP, by its type or by its name? */
static int
is_calendar(const char *type, const char *name)
{
	static const char *const types[] = {"text/calendar", "text/x-vcalendar",
	    "application/ics", "text/x-icalendar", "text/icalendar", "text/ics",
	    "application/x-ics", "application/calendar"};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(type, types[i]) == 0)
			return 1;
	}
	return ends_with(name, ".ics");
}

/* All of a stream; NULL with the fault set if it is too much. */
static char *
read_stream(
    TALLOC_CTX *ctx, GMimeStream *stream, size_t *n, struct fault *fault)
{
	gint64 length = g_mime_stream_length(stream);
	char *out;
	ssize_t got;

	*n = 0;
	if (length < 0 || length > 2 * LIMIT_PART_BYTES) {
		fault_set(fault, ACTION_HOLD, "too-big",
		    "The calendar part is over %ld bytes.", LIMIT_PART_BYTES);
		return NULL;
	}
	out = mem_array(ctx, char, (size_t)length + 1);
	(void)g_mime_stream_reset(stream);
	while (*n < (size_t)length) {
		got = g_mime_stream_read(stream, out + *n, (size_t)length - *n);
		if (got <= 0)
			break;
		*n += (size_t)got;
	}
	out[*n] = '\0';
	return out;
}

/* Quoted-printable and uuencode, by the library. */
static char *
decode_by_library(
    TALLOC_CTX *ctx, GMimeDataWrapper *content, size_t *n, struct fault *fault)
{
	GMimeStream *memory = g_mime_stream_mem_new();
	char *out;

	(void)g_mime_data_wrapper_write_to_stream(content, memory);
	out = read_stream(ctx, memory, n, fault);
	g_object_unref(memory);
	return out;
}

/* Is the transfer encoding one that there is? */
static int
encoding_is_known(GMimePart *part)
{
	static const char *const known[] = {"", "7bit", "7-bit", "8bit",
	    "8-bit", "binary", "base64", "quoted-printable", "x-uuencode",
	    "uuencode", "x-uue"};
	const char *raw = g_mime_object_get_header(
	    GMIME_OBJECT(part), "Content-Transfer-Encoding");
	char word[40] = "";
	size_t n;
	size_t i;

	if (raw == NULL)
		return 1;
	raw += strspn(raw, " \t\r\n\"");
	n = strcspn(raw, " \t\r\n\";(");
	if (n >= sizeof(word))
		return 0;
	memcpy(word, raw, n);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcasecmp(word, known[i]) == 0)
			return 1;
	}
	return 0;
}

/* The decoded bytes of a part; NULL with the fault set. */
static char *
decode(TALLOC_CTX *ctx, GMimePart *part, size_t *n, struct fault *fault)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	char *raw;

	*n = 0;
	if (!encoding_is_known(part)) {
		fault_set(fault, ACTION_HOLD, "bad-encoding",
		    "The transfer encoding of the calendar part is unknown.");
		return NULL;
	}
	if (content == NULL) {
		fault_set(fault, ACTION_HOLD, "malformed",
		    "The calendar part has no content.");
		return NULL;
	}
	switch (g_mime_part_get_content_encoding(part)) {
	case GMIME_CONTENT_ENCODING_BASE64:
		raw = read_stream(
		    ctx, g_mime_data_wrapper_get_stream(content), n, fault);
		return raw == NULL ? NULL : pre_base64(ctx, raw, *n, n, fault);
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
	case GMIME_CONTENT_ENCODING_UUENCODE:
		return decode_by_library(ctx, content, n, fault);
	case GMIME_CONTENT_ENCODING_DEFAULT:
	case GMIME_CONTENT_ENCODING_7BIT:
	case GMIME_CONTENT_ENCODING_8BIT:
	case GMIME_CONTENT_ENCODING_BINARY:
		break;
	}
	return read_stream(
	    ctx, g_mime_data_wrapper_get_stream(content), n, fault);
}

/* What PGP signed inline is read without it. */
static void
open_pgp(TALLOC_CTX *ctx, struct part *part)
{
	char *content;
	size_t n;

	if (part->p == NULL)
		return;
	switch (wrap_pgp(ctx, part->p, part->n, &content, &n)) {
	case WRAP_NONE:
		break;
	case WRAP_SIGNED:
		part->p = content;
		part->n = n;
		break;
	case WRAP_ENCRYPTED:
		fault_set(&part->fault, ACTION_HOLD, "encrypted",
		    "The calendar part is encrypted.");
		break;
	case WRAP_BROKEN:
		fault_set(&part->fault, ACTION_HOLD, "truncated",
		    "The signed text of the calendar part has no end.");
		break;
	}
}

/* One more candidate. */
static void
take_part(struct walk *w, GMimePart *part)
{
	TALLOC_CTX *ctx = w->reading->notice;
	struct part *out;

	if (w->parts->n >= CANDIDATES_MAX)
		return;
	if (w->forwarded == 0)
		read_language(w->reading, GMIME_OBJECT(part));
	w->parts->part =
	    list_grow(ctx, w->parts->part, struct part, w->parts->n + 1);
	out = &w->parts->part[w->parts->n++];
	memset(out, 0, sizeof(*out));
	out->charset = bytes_trim(ctx, g_mime_object_get_content_type_parameter(
					   GMIME_OBJECT(part), "charset"));
	out->method = bytes_upper(ctx, g_mime_object_get_content_type_parameter(
					   GMIME_OBJECT(part), "method"));
	out->forwarded = w->forwarded > 0;
	out->p = decode(ctx, part, &out->n, &out->fault);
	open_pgp(ctx, out);
}

static void walk_object(struct walk *w, GMimeObject *object, int depth);

static GMimeMessage *
parse(GMimeStream *stream)
{
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message;

	g_mime_parser_set_persist_stream(parser, TRUE);
	message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	return message;
}

/* Walk through what a signature was put around. */
static void
walk_content(struct walk *w, const char *p, size_t n, int depth)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(p, n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeObject *object;

	g_mime_parser_set_persist_stream(parser, TRUE);
	object = g_mime_parser_construct_part(parser, NULL);
	if (object != NULL) {
		walk_object(w, object, depth + 1);
		g_object_unref(object);
	}
	g_object_unref(parser);
	g_object_unref(stream);
}

/* Does the part call itself encrypted?  Bytes that are none cannot tell. */
static int
says_encrypted(GMimePart *part)
{
	const char *type = g_mime_object_get_content_type_parameter(
	    GMIME_OBJECT(part), "smime-type");

	return type != NULL && (strcasecmp(type, "enveloped-data") == 0 ||
				   strcasecmp(type, "authEnveloped-data") == 0);
}

/* S/MIME: signed and put into one part, or encrypted. */
static void
walk_cms(struct walk *w, GMimePart *part, int depth)
{
	TALLOC_CTX *ctx = w->reading->notice;
	struct fault fault = {.code = NULL};
	char *content;
	size_t n;
	char *raw = decode(ctx, part, &n, &fault);
	enum wrap wrap =
	    raw == NULL ? WRAP_BROKEN : wrap_cms(ctx, raw, n, &content, &n);

	switch (wrap) {
	case WRAP_NONE:
		break;
	case WRAP_SIGNED:
		if (pre_check(content, n, &fault))
			walk_content(w, content, n, depth);
		else
			w->parts->broken = 1;
		break;
	case WRAP_ENCRYPTED:
		w->parts->encrypted = 1;
		break;
	case WRAP_BROKEN:
		if (says_encrypted(part))
			w->parts->encrypted = 1;
		else
			w->parts->broken = 1;
		break;
	}
}

/* A message in the message that was encoded, though it must not be. */
static void
walk_encoded(struct walk *w, GMimePart *part, int depth)
{
	struct fault fault = {.code = NULL};
	size_t n;
	char *p = decode(w->reading->notice, part, &n, &fault);
	GMimeStream *stream;
	GMimeMessage *message;

	if (p == NULL || !pre_check(p, n, &fault))
		return;
	stream = g_mime_stream_mem_new_with_buffer(p, n);
	message = parse(stream);
	if (message != NULL && g_mime_message_get_mime_part(message) != NULL) {
		w->forwarded++;
		walk_object(
		    w, g_mime_message_get_mime_part(message), depth + 1);
		w->forwarded--;
	}
	if (message != NULL)
		g_object_unref(message);
	g_object_unref(stream);
}

static void
walk_leaf(struct walk *w, GMimePart *part, int depth)
{
	const char *type = media_type(w->reading->notice, GMIME_OBJECT(part));
	const char *name = g_mime_part_get_filename(part);

	if (is_calendar(type, name))
		take_part(w, part);
	else if (strcmp(type, "application/ms-tnef") == 0 ||
		 strcmp(type, "application/vnd.ms-tnef") == 0 ||
		 ends_with(name, "winmail.dat"))
		w->parts->tnef = 1;
	else if (strcmp(type, "message/rfc822") == 0)
		walk_encoded(w, part, depth);
	else if (strcmp(type, "application/pkcs7-mime") == 0 ||
		 strcmp(type, "application/x-pkcs7-mime") == 0 ||
		 ends_with(name, ".p7m"))
		walk_cms(w, part, depth);
}

static void
walk_multipart(struct walk *w, GMimeMultipart *multipart, int depth)
{
	const char *type =
	    media_type(w->reading->notice, GMIME_OBJECT(multipart));
	int i;

	if (strcmp(type, "multipart/report") == 0 ||
	    strcmp(type, "multipart/digest") == 0)
		return;
	if (strcmp(type, "multipart/encrypted") == 0)
		w->parts->encrypted = 1;
	for (i = 0; i < g_mime_multipart_get_count(multipart); i++)
		walk_object(
		    w, g_mime_multipart_get_part(multipart, i), depth + 1);
}

/* A message in the message. */
static void
walk_message(struct walk *w, GMimeMessagePart *part, int depth)
{
	GMimeMessage *message = g_mime_message_part_get_message(part);

	if (message == NULL || g_mime_message_get_mime_part(message) == NULL)
		return;
	w->forwarded++;
	walk_object(w, g_mime_message_get_mime_part(message), depth + 1);
	w->forwarded--;
}

/* Any node of the tree; recursion ends at LIMIT_MIME_DEPTH. */
static void
walk_object(struct walk *w, GMimeObject *object, int depth)
{
	if (depth > LIMIT_MIME_DEPTH || ++w->seen > LIMIT_MIME_PARTS) {
		fault_set(&w->fault, ACTION_HOLD, "too-many-parts",
		    "The message has over %d parts or %d levels.",
		    LIMIT_MIME_PARTS, LIMIT_MIME_DEPTH);
		return;
	}
	if (GMIME_IS_MULTIPART(object))
		walk_multipart(w, GMIME_MULTIPART(object), depth);
	else if (GMIME_IS_MESSAGE_PART(object))
		walk_message(w, GMIME_MESSAGE_PART(object), depth);
	else if (GMIME_IS_PART(object) && !GMIME_IS_MESSAGE_PARTIAL(object))
		walk_leaf(w, GMIME_PART(object), depth);
}

/* --- the whole ----------------------------------------------------------- */

/* An mbox "From " line in front is not a header. */
static size_t
mbox_line(const char *p, size_t n)
{
	const char *end;

	if (n < 5 || memcmp(p, "From ", 5) != 0)
		return 0;
	end = memchr(p, '\n', n);
	return end == NULL ? 0 : (size_t)(end - p) + 1;
}

void
mail_read(struct reading *r, const char *p, size_t n, struct parts *parts)
{
	struct walk w = {.reading = r, .parts = parts};
	size_t skip = mbox_line(p, n);
	GMimeStream *stream =
	    g_mime_stream_mem_new_with_buffer(p + skip, n - skip);
	GMimeMessage *message = parse(stream);

	if (message == NULL) {
		problem_add(r, ACTION_IGNORE, -1, "no-calendar",
		    "The message has no readable headers, so no calendar "
		    "part.");
	} else {
		read_headers(r, message);
		if (g_mime_message_get_mime_part(message) != NULL)
			walk_object(
			    &w, g_mime_message_get_mime_part(message), 1);
		problem_fault(r, -1, &w.fault);
		g_object_unref(message);
	}
	g_object_unref(stream);
}
