/*
 * hostile.h - texts that try to be more than text, and what must hold of a
 * mail that is made with one of them
 */
#ifndef TESTS_UNIT_HOSTILE_H
#define TESTS_UNIT_HOSTILE_H

#include "lib/read/read.h"
#include "tests/unit/letter_reading.h"

#define HOSTILE_BYTES 100000

/* All of them, the long ones made once. */
static inline const char *const *
hostile_texts(void)
{
	static char control[40], ascii[HOSTILE_BYTES + 1];
	static char beyond[HOSTILE_BYTES + 1], words[HOSTILE_BYTES + 1];
	static const char *const texts[] = {"", " ", "\r\nX-Evil: 1",
	    "x\r\nBcc: evil@example.net\r\n\r\nBEGIN:VALARM\r\nATTACH:y\r\n",
	    "x\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nATTACH:z",
	    "x\rATTACH:y\rX-EVIL:1", "\"';:,\\^\"<>@()[]", "\"", "\\",
	    "^n^'^^^", "a\";X-EVIL=\"b", ":ATTACH:x", ";X-EVIL=1:mailto:a@b",
	    "=?UTF-8?Q?=0D=0ABcc:_x@y?=", "<a@b>\r\nBcc: <c@d>",
	    "{room} {dates}", "%s%n%d", "--=_imipd_5ec061b69a73eeaf--\r\n",
	    "</p><script>alert(1)</script>", "\xc2\x85\xe2\x80\xa8\xe2\x80\xae",
	    "\xff\xfe\xc3", control, ascii, beyond, words, NULL};
	size_t i;

	for (i = 0; i < 31; i++)
		control[i + 1] = (char)(i + 1);
	control[0] = control[33] = 'x';
	control[32] = 0x7f;
	memset(ascii, 'a', HOSTILE_BYTES);
	for (i = 0; i < HOSTILE_BYTES; i++)
		beyond[i] = "\xe2\x82\xac"[i % 3];
	beyond[HOSTILE_BYTES - HOSTILE_BYTES % 3] = '\0';
	for (i = 0; i < HOSTILE_BYTES; i++)
		words[i] = "word, "[i % 6];
	return texts;
}

/* How often each property is in each component: "VEVENT UID\n" ... */
static inline char *
hostile_shape(TALLOC_CTX *ctx, const char *calendar)
{
	icalcomponent *top = icalparser_parse_string(calendar), *c;
	char *shape = mem_text(ctx, "");
	icalproperty *p;
	int n = 0;

	assert_non_null(top);
	assert_int_equal(icalcomponent_isa(top), ICAL_VCALENDAR_COMPONENT);
	assert_int_equal(
	    icalcomponent_count_properties(top, ICAL_ANY_PROPERTY), 3);
	for (c = icalcomponent_get_first_component(top, ICAL_ANY_COMPONENT);
	     c != NULL;
	     c = icalcomponent_get_next_component(top, ICAL_ANY_COMPONENT)) {
		if (icalcomponent_isa(c) == ICAL_VTIMEZONE_COMPONENT)
			continue;
		assert_int_equal(
		    icalcomponent_count_components(c, ICAL_ANY_COMPONENT), 0);
		for (p = icalcomponent_get_first_property(c, ICAL_ANY_PROPERTY);
		     p != NULL;
		     p = icalcomponent_get_next_property(c, ICAL_ANY_PROPERTY))
			mem_add(&shape, "%d %s\n", n,
			    icalproperty_get_property_name(p));
		mem_add(&shape, "%d component\n", n++);
	}
	icalcomponent_free(top);
	return shape;
}

/* How many lines of the shape are this one. */
static inline int
hostile_count(const char *shape, const char *line, size_t n)
{
	int found = 0;

	while (*shape != '\0') {
		size_t k = strcspn(shape, "\n");

		found += k == n && strncmp(shape, line, n) == 0;
		shape += k + 1;
	}
	return found;
}

/* Nothing may be there that the harmless mail does not have. */
static inline void
hostile_compare(const char *field, const char *shape, const char *harmless)
{
	/* What an empty field leaves out may come in, once. */
	static const char optional[] =
	    " SUMMARY LOCATION COMMENT STATUS REQUEST-STATUS CLASS "
	    "DESCRIPTION ORGANIZER DTEND DTSTART ";
	/* libical makes a property of each value of a list. */
	static const char lists[] = " CATEGORIES EXDATE ";
	const char *p = shape;

	while (*p != '\0') {
		size_t n = strcspn(p, "\n");
		int is = hostile_count(shape, p, n);
		int was = hostile_count(harmless, p, n);
		char name[64];

		(void)snprintf(name, sizeof(name), " %.*s ",
		    (int)(n - strcspn(p, " ") - 1), strchr(p, ' ') + 1);
		if (is > was && !(is == 1 && strstr(optional, name) != NULL) &&
		    !(was > 0 && strstr(lists, name) != NULL))
			fail_msg("%s: \"%.*s\" is not in\n%s", field, (int)n, p,
			    harmless);
		p += n + 1;
	}
}

/* The names of all header fields. */
static inline char *
hostile_headers(TALLOC_CTX *ctx, const struct letter *letter)
{
	char *names = mem_text(ctx, "");
	const char *p = letter->bytes;

	while (strncmp(p, "\r\n", 2) != 0) {
		if (*p != ' ')
			mem_add(&names, "%.*s ", (int)strcspn(p, ":"), p);
		p = strstr(p, "\r\n") + 2;
	}
	return names;
}

/* Is every header one of the harmless mail's, and in its order? */
static inline void
hostile_compare_headers(
    const char *field, const char *names, const char *harmless)
{
	const char *p = names;

	while (*p != '\0') {
		size_t n = strcspn(p, " ") + 1;
		const char *at = harmless;

		while (*at != '\0' && strncmp(at, p, n) != 0)
			at += strcspn(at, " ") + 1;
		if (*at == '\0')
			fail_msg("%s: header %.*s", field, (int)n, p);
		harmless = at + n;
		p += n;
	}
}

/* CR LF only, ASCII without control bytes; long only where a word is. */
static inline void
hostile_bytes(const char *field, const struct letter *letter)
{
	size_t i, column = 0, blanks = 0;

	for (i = 0; i < letter->n; i++) {
		char c = letter->bytes[i];

		if (c == '\r' && letter->bytes[i + 1] == '\n') {
			if (column > 998 || (column > 78 && blanks > 2))
				fail_msg("%s: a line of %zu", field, column);
			column = blanks = 0;
			i++;
			continue;
		}
		if ((unsigned char)c < 0x20 || (unsigned char)c > 0x7e)
			fail_msg("%s: byte %d", field, c);
		column++;
		blanks += c == ' ';
	}
	assert_int_equal(column, 0);
}

/*
 * All that must hold: ASCII lines, no other header and no other property than
 * the harmless mail has, nothing unbounded, one object for our own reader.
 */
static inline void
hostile_check(TALLOC_CTX *ctx, const char *field, const struct letter *letter,
    const char *headers, const char *shape)
{
	struct window window = {.from = 0, .to = INT64_C(1) << 33, .max = 10};
	const struct notice *notice;
	char *calendar;

	hostile_bytes(field, letter);
	hostile_compare_headers(field, hostile_headers(ctx, letter), headers);
	calendar = calendar_of(ctx, letter);
	check_folding(calendar);
	hostile_compare(field, hostile_shape(ctx, calendar), shape);
	if (letter->n > 64000)
		fail_msg("%s: %zu bytes", field, letter->n);
	notice = read_message(ctx, letter->bytes, letter->n, &window);
	if (notice->nobject != 1)
		fail_msg("%s: %zu objects", field, notice->nobject);
}

#endif
