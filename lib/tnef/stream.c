/* stream.c - the attributes of a TNEF stream, see stream.h */
#include "lib/tnef/stream.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/tnef/text.h"

#define SIGNATURE     UINT32_C(0x223E9F78)
#define LEVEL_MESSAGE 1
#define TAG_CLASS     0x001A /* PR_MESSAGE_CLASS */

/* What is taken of the attributes, by their whole id. */
enum attribute {
	AT_CLASS,
	AT_DATE_START,
	AT_DATE_END,
	AT_OWNER,
	AT_NUMBER,
	AT_ASKS,
	AT_CODEPAGE,
	AT_PROPERTIES,
	AT_RECIPIENTS,
	ATTRIBUTES
};

static const uint32_t ids[ATTRIBUTES] = {
    [AT_CLASS] = 0x00078008,
    [AT_DATE_START] = 0x00030006,
    [AT_DATE_END] = 0x00030007,
    [AT_OWNER] = 0x00060000,
    [AT_NUMBER] = 0x00050008,
    [AT_ASKS] = 0x00040009,
    [AT_CODEPAGE] = 0x00069007,
    [AT_PROPERTIES] = 0x00069003,
    [AT_RECIPIENTS] = 0x00069004,
};

/* The sum that protects an attribute. */
static uint16_t
sum_of(struct span bytes)
{
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < bytes.n; i++)
		sum += bytes.p[i];
	return (uint16_t)sum;
}

/* The next attribute of the message itself; 0 behind the last. */
static int
next_attribute(struct cursor *c, uint32_t *id, struct span *data, uint16_t *sum)
{
	if (c->n == 0 || cursor_u8(c) != LEVEL_MESSAGE)
		return 0;
	*id = cursor_u32(c);
	*data = cursor_take(c, cursor_u32(c));
	*sum = cursor_u16(c);
	return !c->bad;
}

/* Where the attributes are; the first of each counts.  0 if damaged. */
static int
find_attributes(struct cursor *c, struct span *found, const char **fault)
{
	struct span data;
	uint32_t id;
	uint16_t sum;
	size_t i;
	int any = 0;

	while (next_attribute(c, &id, &data, &sum)) {
		any = 1;
		for (i = 0; i < ATTRIBUTES; i++) {
			if (ids[i] != id || found[i].p != NULL)
				continue;
			found[i] = data;
			if (sum_of(data) != sum) {
				*fault = "a checksum is wrong";
				return 0;
			}
		}
	}
	if (c->bad)
		*fault = "it ends too early";
	else if (!any)
		*fault = "it is empty";
	return !c->bad && any;
}

/* Seven numbers to a wall clock; year 0 if that is none. */
static struct civil
read_date(struct span data)
{
	struct cursor c = cursor_new(data);
	struct civil date;

	date.year = cursor_u16(&c);
	date.month = cursor_u16(&c);
	date.day = cursor_u16(&c);
	date.hour = cursor_u16(&c);
	date.minute = cursor_u16(&c);
	date.second = cursor_u16(&c);
	if (c.bad || !civil_is_valid(&date))
		memset(&date, 0, sizeof(date));
	return date;
}

/* attOwner: a name, and an address with its kind before a colon. */
static void
read_owner(TALLOC_CTX *ctx, struct span data, struct stream *s)
{
	struct cursor c = cursor_new(data);
	unsigned codepage = s->props.codepage;
	const char *address;

	s->owner = s->owner_name = "";
	if (data.p == NULL)
		return;
	s->owner_name =
	    text_narrow(ctx, cursor_take(&c, cursor_u16(&c)), codepage);
	address = text_narrow(ctx, cursor_take(&c, cursor_u16(&c)), codepage);
	if (!c.bad && strncasecmp(address, "SMTP:", 5) == 0)
		s->owner = address + 5;
}

/* Two numbers that are not among the properties. */
static void
read_numbers(const struct span *found, struct stream *s)
{
	struct cursor c = cursor_new(found[AT_NUMBER]);

	s->number = cursor_i32(&c);
	s->has_number = !c.bad;
	c = cursor_new(found[AT_ASKS]);
	s->asks = cursor_u16(&c) != 0;
	s->has_asks = !c.bad;
}

/* The recipient table; 0 if it is damaged. */
static int
read_recipients(TALLOC_CTX *ctx, struct span data, struct stream *s)
{
	struct cursor c = cursor_new(data);
	uint32_t rows = cursor_u32(&c);
	unsigned codepage = s->props.codepage;

	if (data.p == NULL)
		return 1;
	if (rows > LIMIT_ATTENDEES + 1)
		return 0;
	s->recipient = mem_array(ctx, struct props, rows + 1);
	while (s->nrecipient < rows && !c.bad)
		s->recipient[s->nrecipient++] = props_read(ctx, &c, codepage);
	return !c.bad;
}

int
stream_read(
    TALLOC_CTX *ctx, struct span bytes, struct stream *s, const char **fault)
{
	struct span found[ATTRIBUTES] = {{NULL, 0}};
	struct cursor c = cursor_new(bytes);
	struct cursor part;
	unsigned codepage;

	memset(s, 0, sizeof(*s));
	if (cursor_u32(&c) != SIGNATURE) {
		*fault = "it is no TNEF stream";
		return 0;
	}
	(void)cursor_u16(&c);
	if (!find_attributes(&c, found, fault))
		return 0;
	part = cursor_new(found[AT_CODEPAGE]);
	codepage = cursor_u32(&part);
	s->class = text_narrow(ctx, found[AT_CLASS], 0);
	s->props.codepage = codepage;
	part = cursor_new(found[AT_PROPERTIES]);
	if (found[AT_PROPERTIES].p != NULL)
		s->props = props_read(ctx, &part, codepage);
	if (part.bad) {
		*fault = "its properties are damaged";
		return 0;
	}
	if (!read_recipients(ctx, found[AT_RECIPIENTS], s)) {
		*fault = "its recipients are damaged or too many";
		return 0;
	}
	read_owner(ctx, found[AT_OWNER], s);
	read_numbers(found, s);
	s->start = read_date(found[AT_DATE_START]);
	s->end = read_date(found[AT_DATE_END]);
	if (props_text(ctx, &s->props, SET_NONE, TAG_CLASS) != NULL)
		s->class = props_text(ctx, &s->props, SET_NONE, TAG_CLASS);
	return 1;
}
