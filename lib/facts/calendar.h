/*
 * calendar.h - an address that imipd acts for, and its settings
 *
 * Filled by lib/directory from a calendar file; see calendar(5).
 * Layer 1.
 */
#ifndef LIB_FACTS_CALENDAR_H
#define LIB_FACTS_CALENDAR_H

#include <stdint.h>

#include "lib/base/zone.h"

enum calendar_kind {
	KIND_ROOM,
	KIND_RESOURCE,
	KIND_PERSON,
	KIND_GROUP
};

/* What to do with a meeting that is already over. */
enum past_policy {
	PAST_DECLINE,
	PAST_IGNORE,
	PAST_ACCEPT
};

/* A message from somebody who is neither ORGANIZER nor SENT-BY. */
enum forwarded_policy {
	FORWARDED_HOLD,
	FORWARDED_BOOK
};

/* How sure it must be who sent a message. */
enum require_policy {
	REQUIRE_NONE,         /* From is believed */
	REQUIRE_ALIGNED,      /* SPF or DKIM passed for the domain of From */
	REQUIRE_AUTHENTICATED /* DMARC passed, or submitted with a password */
};

/* How dates of a series with another answer than the series are answered. */
enum series_policy {
	SERIES_SEPARATE, /* each in a message of its own, after the series */
	SERIES_TOGETHER  /* all in the object of the series */
};

struct calendar {
	const char *address; /* canonical, lower case; the name of the file */
	int64_t kind;        /* enum calendar_kind */
	const char *name;    /* for people; the address if not set */
	const char *zone_name;
	const struct zone *zone;
	const char **alias; /* NULL-terminated, lower case */
	/* "AGENT for ORGANIZER", NULL-terminated; NULL: none. */
	const char **delegate;
	int64_t horizon;           /* seconds ahead that can be booked */
	int64_t past;              /* enum past_policy */
	int64_t forwarded;         /* enum forwarded_policy */
	int64_t require;           /* enum require_policy */
	int64_t requests_per_hour; /* accepted of one organizer; 0: any */
	int64_t publish;           /* 1: free/busy is published */
	/* 1: also answer mail that is marked automatic. */
	int64_t answer_automatic;
	int64_t book_free; /* 1: TRANSP:TRANSPARENT takes the room too */
	/* Of the letters, as in language_all(); "": as the sender writes. */
	const char *language;
	int64_t series_answer; /* enum series_policy */
};

#endif
