/*
 * letter_reading.h - a mail that we wrote, read by others: bytes, GMime, text
 */
#ifndef TESTS_UNIT_LETTER_READING_H
#define TESTS_UNIT_LETTER_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>
#include <libical/ical.h>

#include "lib/base/mem.h"
#include "lib/base/version.h"
#include "lib/facts/facts.h"
#include "lib/write/letter.h"

/* CR LF only, no long lines, ASCII without control bytes. */
static inline void
check_bytes(const struct letter *letter)
{
	size_t i, column = 0;

	for (i = 0; i < letter->n; i++) {
		char c = letter->bytes[i];

		if (c == '\r') {
			assert_int_equal(letter->bytes[i + 1], '\n');
			assert_in_range(column, 0, 78);
			column = 0;
			i++;
			continue;
		}
		assert_in_range((unsigned char)c, 0x20, 0x7e);
		column++;
	}
	assert_int_equal(column, 0);
}

/* The mail as GMime reads it. */
static inline GMimeMessage *
parse_mail(const struct letter *letter)
{
	GMimeStream *stream =
	    g_mime_stream_mem_new_with_buffer(letter->bytes, letter->n);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(stream);
	assert_non_null(message);
	return message;
}

/* The decoded bytes of part i. */
static inline char *
part_bytes(TALLOC_CTX *ctx, GMimeMessage *message, int i, const char *subtype)
{
	GMimeMultipart *top =
	    GMIME_MULTIPART(g_mime_message_get_mime_part(message));
	GMimeObject *part = g_mime_multipart_get_part(top, i);
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes;
	char *text;

	assert_int_equal(g_mime_multipart_get_count(top), 3);
	assert_true(g_mime_content_type_is_type(
	    g_mime_object_get_content_type(part), "text", subtype));
	assert_null(g_mime_object_get_content_disposition(part));
	(void)g_mime_data_wrapper_write_to_stream(
	    g_mime_part_get_content(GMIME_PART(part)), stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	text = mem_textn(ctx, (const char *)bytes->data, bytes->len);
	assert_int_equal(strlen(text), bytes->len);
	g_object_unref(stream);
	return text;
}

static inline char *
calendar_of(TALLOC_CTX *ctx, const struct letter *letter)
{
	GMimeMessage *message = parse_mail(letter);
	char *text = part_bytes(ctx, message, 2, "calendar");

	g_object_unref(message);
	return text;
}

/* Lines of at most 75 octets, whole UTF-8 in each, CR LF. */
static inline void
check_folding(const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\r\n");

		assert_in_range(n, 1, 75);
		assert_true(text_is_clean(text, n, "\t"));
		assert_int_equal(strncmp(text + n, "\r\n", 2), 0);
		text += n + 2;
	}
}

/* Errors that libical sees in a component and below. */
static inline int
count_errors(icalcomponent *top)
{
	icalcomponent *c;
	int n = icalcomponent_count_errors(top);

	for (c = icalcomponent_get_first_component(top, ICAL_ANY_COMPONENT);
	     c != NULL;
	     c = icalcomponent_get_next_component(top, ICAL_ANY_COMPONENT))
		n += count_errors(c);
	return n;
}

/* Append text without its CRs, lines that were folded put together. */
static inline void
add_readable(char **out, const char *title, const char *text)
{
	static const char version[] = IMIPD_VERSION "//EN\r\n";
	const char *p;

	mem_add(out, "--- %s\n", title);
	for (p = text; *p != '\0'; p++) {
		if (strncmp(p, "\r\n ", 3) == 0 && title[5] == 'c')
			p += 2;
		else if (strncmp(p, version, strlen(version)) == 0) {
			mem_add(out, "VERSION//EN\n");
			p += strlen(version) - 1;
		} else if (*p != '\r')
			mem_add(out, "%c", *p);
	}
}

/* The letter as a person reads it. */
static inline char *
readable(TALLOC_CTX *ctx, const struct letter *letter)
{
	GMimeMessage *message = parse_mail(letter);
	char *out = mem_text(ctx, ""), *head;

	mem_add(&out, "envelope %s -> %s\n", letter->sender, letter->recipient);
	head = mem_textn(out, letter->bytes,
	    (size_t)(strstr(letter->bytes, "\r\n\r\n") + 2 - letter->bytes));
	add_readable(&out, "headers", head);
	mem_add(&out, "--- subject\n%s\n", g_mime_message_get_subject(message));
	add_readable(&out, "text/plain", part_bytes(out, message, 0, "plain"));
	add_readable(&out, "text/html", part_bytes(out, message, 1, "html"));
	add_readable(
	    &out, "text/calendar", part_bytes(out, message, 2, "calendar"));
	g_object_unref(message);
	return out;
}

/* All letters of a decision. */
static inline char *
all_readable(TALLOC_CTX *ctx, const struct letter *letter)
{
	char *out = mem_text(ctx, "");

	for (; letter != NULL; letter = letter->next)
		mem_add(&out, "%s", readable(ctx, letter));
	return out;
}

/* A whole file; "" if there is none. */
static inline char *
file_text(TALLOC_CTX *ctx, const char *name)
{
	FILE *f = fopen(name, "r");
	char buf[65536];
	size_t n = 0;

	if (f != NULL) {
		n = fread(buf, 1, sizeof(buf), f);
		(void)fclose(f);
	}
	return mem_textn(ctx, buf, n);
}

/* Compare with a golden file; with IMIPD_GOLDEN_WRITE set write it anew. */
static inline void
check_golden(TALLOC_CTX *ctx, const char *name, const char *text)
{
	if (getenv("IMIPD_GOLDEN_WRITE") != NULL) {
		FILE *f = fopen(name, "w");

		assert_non_null(f);
		assert_true(fputs(text, f) >= 0);
		assert_int_equal(fclose(f), 0);
	}
	assert_string_equal(text, file_text(ctx, name));
}

#endif
