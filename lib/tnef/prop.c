/* prop.c - lists of MAPI properties, see prop.h */
#include "lib/tnef/prop.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/tnef/text.h"

#define MANY        0x1000 /* flag of a type: several values */
#define NAMED       0x8000 /* tags from here on are followed by a name */
#define NAME_NUMBER 0
#define NAME_STRING 1
#define EPOCH_1601  INT64_C(11644473600) /* seconds from 1601 to 1970 */
#define YEAR_10000  INT64_C(253402300800)
#define TICKS       UINT64_C(10000000) /* of a FILETIME in a second */

enum prop_type {
	TYPE_SHORT = 0x0002,
	TYPE_LONG = 0x0003,
	TYPE_FLOAT = 0x0004,
	TYPE_DOUBLE = 0x0005,
	TYPE_CURRENCY = 0x0006,
	TYPE_APPTIME = 0x0007,
	TYPE_ERROR = 0x000A,
	TYPE_BOOLEAN = 0x000B,
	TYPE_OBJECT = 0x000D,
	TYPE_LONGLONG = 0x0014,
	TYPE_STRING = 0x001E,
	TYPE_UNICODE = 0x001F,
	TYPE_SYSTIME = 0x0040,
	TYPE_GUID = 0x0048,
	TYPE_BINARY = 0x0102
};

/* How long values are; 0: each says it itself. */
static const struct {
	uint16_t type;
	uint16_t bytes;
} width[] = {
    {TYPE_SHORT, 2},
    {TYPE_LONG, 4},
    {TYPE_FLOAT, 4},
    {TYPE_DOUBLE, 8},
    {TYPE_CURRENCY, 8},
    {TYPE_APPTIME, 8},
    {TYPE_ERROR, 4},
    {TYPE_BOOLEAN, 2},
    {TYPE_OBJECT, 0},
    {TYPE_LONGLONG, 8},
    {TYPE_STRING, 0},
    {TYPE_UNICODE, 0},
    {TYPE_SYSTIME, 8},
    {TYPE_GUID, 16},
    {TYPE_BINARY, 0},
};

/* The GUIDs of the sets, as their bytes lie in a stream. */
static const struct {
	enum prop_set set;
	unsigned char guid[16];
} sets[] = {
    {SET_APPOINTMENT,
	{0x02, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}},
    {SET_MEETING, {0x90, 0xDA, 0xD8, 0x6E, 0x0B, 0x45, 0x1B, 0x10, 0x98, 0xDA,
		      0x00, 0xAA, 0x00, 0x3F, 0x13, 0x05}},
    {SET_COMMON,
	{0x08, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}},
};

/* Which set a GUID names. */
static enum prop_set
find_set(struct span guid)
{
	size_t i;

	for (i = 0; guid.n == 16 && i < sizeof(sets) / sizeof(sets[0]); i++) {
		if (memcmp(guid.p, sets[i].guid, 16) == 0)
			return sets[i].set;
	}
	return SET_OTHER;
}

/* The name behind a tag of 0x8000 and more. */
static void
read_name(struct cursor *c, struct prop *prop)
{
	prop->set = find_set(cursor_take(c, 16));
	switch (cursor_u32(c)) {
	case NAME_NUMBER:
		prop->id = cursor_u32(c);
		break;
	case NAME_STRING:
		prop->set = SET_OTHER;
		(void)cursor_padded(c, cursor_u32(c));
		break;
	default:
		c->bad = 1;
	}
}

/* The value or values of a property. */
static void
read_values(struct cursor *c, struct prop *prop, int many)
{
	struct span value;
	uint32_t count = 1;
	uint32_t i;
	size_t w;

	for (w = 0; w < sizeof(width) / sizeof(width[0]); w++) {
		if (width[w].type == prop->type)
			break;
	}
	if (w == sizeof(width) / sizeof(width[0])) {
		c->bad = 1;
		return;
	}
	if (many || width[w].bytes == 0)
		count = cursor_u32(c);
	/* A value is at least four bytes: a wrong count ends with the bytes. */
	for (i = 0; i < count && !c->bad; i++) {
		value = cursor_padded(
		    c, width[w].bytes != 0 ? width[w].bytes : cursor_u32(c));
		if (i == 0)
			prop->value = value;
	}
}

struct props
props_read(TALLOC_CTX *ctx, struct cursor *c, unsigned codepage)
{
	struct props props = {NULL, 0, codepage};
	uint32_t count = cursor_u32(c);
	struct prop *prop;
	uint16_t type;

	if (count > LIMIT_PROPERTIES) {
		c->bad = 1;
		return props;
	}
	props.prop = mem_array(ctx, struct prop, count + 1);
	while (props.n < count && !c->bad) {
		prop = &props.prop[props.n++];
		type = cursor_u16(c);
		prop->type = type & (uint16_t)~MANY;
		prop->id = cursor_u16(c);
		if (prop->id >= NAMED)
			read_name(c, prop);
		read_values(c, prop, (type & MANY) != 0);
	}
	return props;
}

/* The first property of that name, if it is of that type and has a value. */
static const struct prop *
find(const struct props *props, enum prop_set set, uint32_t id, uint16_t type)
{
	const struct prop *prop;
	size_t i;

	for (i = 0; i < props->n; i++) {
		prop = &props->prop[i];
		if (prop->set == set && prop->id == id)
			return prop->type == type && prop->value.p != NULL
			           ? prop
			           : NULL;
	}
	return NULL;
}

int
props_long(
    const struct props *props, enum prop_set set, uint32_t id, int32_t *value)
{
	const struct prop *prop = find(props, set, id, TYPE_LONG);
	struct cursor c;

	if (prop == NULL)
		return 0;
	c = cursor_new(prop->value);
	*value = cursor_i32(&c);
	return 1;
}

int
props_time(
    const struct props *props, enum prop_set set, uint32_t id, int64_t *value)
{
	const struct prop *prop = find(props, set, id, TYPE_SYSTIME);
	struct cursor c;
	int64_t seconds;

	if (prop == NULL)
		return 0;
	c = cursor_new(prop->value);
	seconds = (int64_t)(cursor_u64(&c) / TICKS) - EPOCH_1601;
	if (seconds <= -EPOCH_1601 || seconds >= YEAR_10000)
		return 0;
	*value = seconds;
	return 1;
}

int
props_bool(
    const struct props *props, enum prop_set set, uint32_t id, int *value)
{
	const struct prop *prop = find(props, set, id, TYPE_BOOLEAN);
	struct cursor c;

	if (prop == NULL)
		return 0;
	c = cursor_new(prop->value);
	*value = cursor_u16(&c) != 0;
	return 1;
}

int
props_true(const struct props *props, enum prop_set set, uint32_t id)
{
	int value = 0;

	return props_bool(props, set, id, &value) && value;
}

struct span
props_bytes(const struct props *props, enum prop_set set, uint32_t id)
{
	const struct prop *prop = find(props, set, id, TYPE_BINARY);
	struct span none = {NULL, 0};

	return prop == NULL ? none : prop->value;
}

char *
props_text(
    TALLOC_CTX *ctx, const struct props *props, enum prop_set set, uint32_t id)
{
	const struct prop *prop = find(props, set, id, TYPE_UNICODE);

	if (prop != NULL)
		return text_wide(ctx, prop->value);
	prop = find(props, set, id, TYPE_STRING);
	if (prop != NULL)
		return text_narrow(ctx, prop->value, props->codepage);
	return NULL;
}
