/*
 * tnef_fixture.h - streams of bytes for the tests of lib/tnef
 */
#ifndef TESTS_UNIT_TNEF_FIXTURE_H
#define TESTS_UNIT_TNEF_FIXTURE_H

#include <stdint.h>
#include <string.h>

#include "lib/base/civil.h"
#include "lib/tnef/cursor.h"

/* Bytes that grow. */
struct bytes {
	unsigned char p[1 << 16];
	size_t n;
};

/* A number of so many bytes, the lowest first. */
static inline void
put(struct bytes *b, size_t size, uint64_t value)
{
	for (; size > 0; size--, value >>= 8)
		b->p[b->n++] = (unsigned char)value;
}

static inline void
put_bytes(struct bytes *b, const void *p, size_t n)
{
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

/* A length, the bytes, and what fills them up. */
static inline void
put_counted(struct bytes *b, const void *p, size_t n)
{
	put(b, 4, n);
	put_bytes(b, p, n);
	put(b, (4 - n % 4) % 4, 0);
}

/* ASCII as UTF-16. */
static inline void
put_wide(struct bytes *b, const char *text)
{
	for (; *text != '\0'; text++)
		put(b, 2, (unsigned char)*text);
}

/* The head of a named property of type 0xTTTT: number `lid` of a set. */
static inline void
put_named(struct bytes *b, unsigned type, unsigned char set, uint32_t lid)
{
	static const unsigned char meeting[] = {0x90, 0xDA, 0xD8, 0x6E, 0x0B,
	    0x45, 0x1B, 0x10, 0x98, 0xDA, 0x00, 0xAA, 0x00, 0x3F, 0x13, 0x05};
	unsigned char mapi[] = {
	    0, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46};

	mapi[0] = set;
	put(b, 2, type);
	put(b, 2, 0x8000);
	put_bytes(b, set == 'M' ? meeting : mapi, 16);
	put(b, 4, 0);
	put(b, 4, lid);
}

#define APPOINTMENT 0x02
#define COMMON      0x08
#define MEETING     'M'

/* UTC seconds as a FILETIME. */
static inline uint64_t
filetime(int64_t utc)
{
	return (uint64_t)(utc + INT64_C(11644473600)) * 10000000;
}

static inline void
put_time(struct bytes *b, unsigned char set, uint32_t lid, int64_t utc)
{
	put_named(b, 0x40, set, lid);
	put(b, 8, filetime(utc));
}

static inline void
put_blob(
    struct bytes *b, unsigned char set, uint32_t lid, const void *p, size_t n)
{
	put_named(b, 0x102, set, lid);
	put(b, 4, 1);
	put_counted(b, p, n);
}

/* A text with a tag. */
static inline void
put_text(struct bytes *b, unsigned tag, const char *text)
{
	put(b, 2, 0x1E);
	put(b, 2, tag);
	put(b, 4, 1);
	put_counted(b, text, strlen(text) + 1);
}

/* Signature and key. */
static inline void
put_head(struct bytes *b)
{
	put(b, 4, 0x223E9F78);
	put(b, 2, 1);
}

/* An attribute of the message, with its sum. */
static inline void
put_attribute(struct bytes *b, uint32_t id, const void *p, size_t n)
{
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += ((const unsigned char *)p)[i];
	put(b, 1, 1);
	put(b, 4, id);
	put(b, 4, n);
	put_bytes(b, p, n);
	put(b, 2, sum);
}

/* A day of each year as a SYSTEMTIME. */
static inline void
put_yearly(struct bytes *b, int month, int week, int weekday, int hour)
{
	put(b, 2, 0);
	put(b, 2, (uint64_t)month);
	put(b, 2, (uint64_t)weekday);
	put(b, 2, (uint64_t)week);
	put(b, 2, (uint64_t)hour);
	put(b, 6, 0);
}

/* PidLidTimeZoneStruct of Berlin. */
static inline void
put_berlin(struct bytes *b)
{
	put(b, 4, (uint32_t)-60);
	put(b, 4, 0);
	put(b, 4, (uint32_t)-60);
	put(b, 2, 0);
	put_yearly(b, 10, 5, 0, 3);
	put(b, 2, 0);
	put_yearly(b, 3, 5, 0, 2);
}

/* A wall clock as minutes since 1601. */
static inline uint32_t
minutes(int year, int month, int day, int hour, int minute)
{
	return (uint32_t)((civil_days(year, month, day) -
			      civil_days(1601, 1, 1)) *
			  1440) +
	       (uint32_t)(hour * 60 + minute);
}

/* The numbers of a recurrence before its dates. */
struct recurring {
	unsigned frequency, kind, calendar;
	uint32_t period;
	uint32_t specific[2];
	size_t nspecific;
	uint32_t ending, count;
	uint32_t first_day;
};

/* PidLidAppointmentRecur from 1 December 2026, 10 to 11, without exceptions. */
static inline void
put_recurring(struct bytes *b, const struct recurring *r)
{
	size_t i;

	put(b, 2, 0x3004);
	put(b, 2, 0x3004);
	put(b, 2, r->frequency);
	put(b, 2, r->kind);
	put(b, 2, r->calendar);
	put(b, 4, 0);
	put(b, 4, r->period);
	put(b, 4, 0);
	for (i = 0; i < r->nspecific; i++)
		put(b, 4, r->specific[i]);
	put(b, 4, r->ending);
	put(b, 4, r->count);
	put(b, 4, r->first_day);
	put(b, 4, 0);
	put(b, 4, 0);
	put(b, 4, minutes(2026, 12, 1, 0, 0));
	put(b, 4, minutes(2027, 2, 28, 0, 0));
	put(b, 4, 0x3006);
	put(b, 4, 0x3009);
	put(b, 4, 600);
	put(b, 4, 660);
	put(b, 2, 0);
	put(b, 4, 0);
	put(b, 4, 0);
}

static inline struct span
span_of(const struct bytes *b)
{
	struct span span = {b->p, b->n};

	return span;
}

#endif
