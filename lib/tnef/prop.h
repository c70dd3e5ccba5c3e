/*
 * prop.h - lists of MAPI properties as TNEF carries them
 *
 * Layer 2, private to lib/tnef.  Source: [MS-OXTNEF] section 2.1.3.4
 */
#ifndef LIB_TNEF_PROP_H
#define LIB_TNEF_PROP_H

#include <talloc.h>

#include "lib/tnef/cursor.h"

/* The sets whose numbers are names: the same number means one thing in each. */
enum prop_set {
	SET_NONE, /* no named property */
	SET_APPOINTMENT,
	SET_MEETING,
	SET_COMMON,
	SET_OTHER /* not ours, or named by a string */
};

struct prop {
	enum prop_set set;
	uint32_t id;       /* the tag, or the number in the set */
	uint16_t type;     /* without the flag of many values */
	struct span value; /* of many the first; absent if there is none */
};

/* The bytes belong to the stream. */
struct props {
	struct prop *prop;
	size_t n;
	unsigned codepage; /* of its narrow texts, 0 if unknown */
};

/* Take one list off the cursor, which is bad if it is damaged. */
struct props props_read(TALLOC_CTX *ctx, struct cursor *c, unsigned codepage);

/*
 * The first property of that name, of whatever type.  Each of the following
 * returns 0 or NULL if it is missing or of another type, and *value is
 * untouched.
 */
int props_long(
    const struct props *props, enum prop_set set, uint32_t id, int32_t *value);

/* UTC seconds of a time from the year 1601 to 9999. */
int props_time(
    const struct props *props, enum prop_set set, uint32_t id, int64_t *value);

/* *value is 0 or 1. */
int props_bool(
    const struct props *props, enum prop_set set, uint32_t id, int *value);

/* 1 if it is there and true, else 0. */
int props_true(const struct props *props, enum prop_set set, uint32_t id);

/* Bytes of a binary; p is NULL if it is missing. */
struct span props_bytes(
    const struct props *props, enum prop_set set, uint32_t id);

/* UTF-8, or NULL; may hold any bytes but NUL. */
char *props_text(
    TALLOC_CTX *ctx, const struct props *props, enum prop_set set, uint32_t id);

#endif
