/* mime.c - header fields, encoded words, transfer encodings, read by GMime */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "lib/base/mem.h"
#include "lib/write/mime.h"

/* Lines of 7-bit text without control bytes, CR LF, at most 78 columns. */
static void
check_lines(const char *text)
{
	while (*text != '\0') {
		size_t i, n = strcspn(text, "\r\n");

		assert_in_range(n, 0, 78);
		for (i = 0; i < n; i++)
			assert_in_range((unsigned char)text[i], 0x20, 0x7e);
		assert_int_equal(strncmp(text + n, "\r\n", 2), 0);
		text += n + 2;
	}
}

/* Does the field read back as the text? */
static void
check_field(const char *text)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *out = mem_text(ctx, ""), *decoded, *unfolded;

	mime_field(&out, "Subject", text);
	check_lines(out);
	assert_int_equal(strncmp(out, "Subject: ", 8), 0);
	unfolded = g_mime_utils_header_unfold(out + 8);
	decoded = g_mime_utils_header_decode_text(NULL, unfolded);
	g_strstrip(decoded);
	assert_string_equal(decoded, text);
	g_free(decoded);
	g_free(unfolded);
	talloc_free(ctx);
}

static void
test_fields_read_back(void **state)
{
	(void)state;
	check_field("Accepted: Planning");
	check_field("Accepted: a subject that has so many words in it that "
		    "it must be folded somewhere between two of them, or "
		    "even three");
	check_field("Declined: Gr\xc3\xb6\xc3\x9f"
		    "e");
	check_field("Declined: =?UTF-8?Q?=0D=0ABcc:_x?=");
	check_field("Declined: tail \xf0\x9f\x97\x93\xf0\x9f\x97\x93"
		    "\xf0\x9f\x97\x93\xf0\x9f\x97\x93\xf0\x9f\x97\x93"
		    "\xf0\x9f\x97\x93\xf0\x9f\x97\x93\xf0\x9f\x97\x93"
		    "\xf0\x9f\x97\x93 end _ = ? \xe6\xa4\x9c\xe8\xa8\x8e");
}

static void
test_fields_hold_one_line(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *out = mem_text(ctx, "");

	(void)state;
	mime_field(&out, "Subject", " a\r\nBcc: x\n\n\tb\rc\x01\x7f d ");
	assert_string_equal(out, "Subject: a Bcc: x b c d\r\n");
	out = mem_text(ctx, "");
	mime_words(&out, "References", "<a@b>  <c\r\n@d> <e@f>");
	assert_string_equal(out, "References: <a@b> <e@f>\r\n");
	assert_string_equal(mime_one_line(ctx, "12345678", 5), "12345...");
	assert_string_equal(mime_one_line(ctx, "123\xe2\x82\xac", 5), "123...");
	talloc_free(ctx);
}

/* The one mailbox of the field, as GMime reads it. */
static void
check_mailbox(const char *name, const char *address)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *out = mem_text(ctx, ""), *unfolded;
	InternetAddressList *list;
	InternetAddress *one;

	mime_mailbox(&out, "From", name, address);
	check_lines(out);
	unfolded = g_mime_utils_header_unfold(out + 6);
	list = internet_address_list_parse(NULL, unfolded);
	assert_int_equal(internet_address_list_length(list), 1);
	one = internet_address_list_get_address(list, 0);
	assert_string_equal(
	    internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)),
	    address);
	assert_string_equal(internet_address_get_name(one), name);
	g_object_unref(list);
	g_free(unfolded);
	talloc_free(ctx);
}

static void
test_mailboxes_read_back(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *out = mem_text(ctx, "");

	(void)state;
	check_mailbox("Room 1", "room1@example.com");
	check_mailbox("Room 1, first floor (left)", "room1@example.com");
	check_mailbox("The \"Box\" <a@b>, c@d", "room1@example.com");
	check_mailbox("Zimmer \xe2\x80\x9eGr\xc3\xb6\xc3\x9f"
		      "e\xe2\x80\x9c",
	    "room1@example.com");
	check_mailbox("A name that is so long that it does not fit beside "
		      "anything else in one line of a mail",
	    "room1@example.com");
	check_mailbox("=?UTF-8?Q?x?=", "room1@example.com");
	mime_mailbox(&out, "To", "", "\"a b\"@example.com");
	assert_string_equal(out, "To: \"a b\"@example.com\r\n");
	talloc_free(ctx);
}

static void
test_dates(void **state)
{
	char buf[40];

	(void)state;
	assert_string_equal(
	    mime_date(buf, sizeof(buf), 0), "Thu, 1 Jan 1970 00:00:00 +0000");
	assert_string_equal(mime_date(buf, sizeof(buf), INT64_C(1793534401)),
	    "Sun, 1 Nov 2026 12:00:01 +0000");
}

/* Random bytes as base64 and back. */
static void
test_base64_reads_back(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char bytes[400];
	size_t i, n;

	(void)state;
	srand(1);
	for (n = 0; n < sizeof(bytes); n++) {
		char *out = mem_text(ctx, "");
		guchar *back;
		gsize got;

		for (i = 0; i < n; i++)
			bytes[i] = (char)(rand() & 0xff);
		mime_base64(&out, bytes, n);
		check_lines(out);
		if (n == 0) {
			assert_string_equal(out, "");
			continue;
		}
		back = g_base64_decode(out, &got);
		assert_int_equal(got, n);
		assert_memory_equal(back, bytes, n);
		g_free(back);
	}
	talloc_free(ctx);
}

/* The text of a part, decoded by GMime. */
static char *
read_part(TALLOC_CTX *ctx, const char *part)
{
	GMimeStream *stream =
	    g_mime_stream_mem_new_with_buffer(part, strlen(part));
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeObject *object = g_mime_parser_construct_part(parser, NULL);
	GMimeStream *to = g_mime_stream_mem_new();
	GByteArray *bytes;
	char *text;

	(void)g_mime_data_wrapper_write_to_stream(
	    g_mime_part_get_content(GMIME_PART(object)), to);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(to));
	text = mem_textn(ctx, (const char *)bytes->data, bytes->len);
	g_object_unref(to);
	g_object_unref(object);
	g_object_unref(parser);
	g_object_unref(stream);
	return text;
}

/* Does the text ('\n' line ends) come back, in this encoding? */
static void
check_text(const char *text, const char *encoding)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char *out = mem_text(ctx, ""), *back, *to;
	const char *from;

	mime_text_part(&out, "text/plain", text);
	check_lines(out);
	assert_non_null(strstr(out,
	    mem_print(ctx, "Content-Transfer-Encoding: %s\r\n", encoding)));
	assert_null(strstr(strstr(out, "\r\n\r\n"), "=_"));
	/* A blank at the end of a line is lost on the way. */
	assert_null(strstr(out, " \r\n"));
	back = read_part(ctx, out);
	for (from = to = back; *from != '\0'; from++)
		if (*from != '\r')
			*to++ = *from;
	*to = '\0';
	assert_string_equal(back, text);
	talloc_free(ctx);
}

static void
test_texts_read_back(void **state)
{
	(void)state;
	check_text("one\n\ntwo\n", "7bit");
	check_text("From here\n.\n..\nFrom\n", "quoted-printable");
	check_text("--=_imipd_0123456789abcdef--\n", "quoted-printable");
	check_text(
	    "blank at the end \ntab\t\n = \xc3\xa4\n", "quoted-printable");
	check_text("a line that is longer than what fits into one line of a "
		   "mail, so that it must be broken softly\n",
	    "quoted-printable");
	check_text("\xf0\x9f\x97\x93\xf0\x9f\x97\x93\xf0\x9f\x97\x93"
		   "\xf0\x9f\x97\x93\xf0\x9f\x97\x93\xf0\x9f\x97\x93"
		   "\xf0\x9f\x97\x93\xf0\x9f\x97\x93\n",
	    "quoted-printable");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields_read_back),
	    cmocka_unit_test(test_fields_hold_one_line),
	    cmocka_unit_test(test_mailboxes_read_back),
	    cmocka_unit_test(test_dates),
	    cmocka_unit_test(test_base64_reads_back),
	    cmocka_unit_test(test_texts_read_back),
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
