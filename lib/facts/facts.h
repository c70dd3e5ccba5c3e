/*
 * facts.h - what the reader found in one message: the records all rooms speak
 *
 * The reader makes them from hostile bytes, prints them as text lines
 * (facts_print), the worker parses the lines (facts_parse).  All records of a
 * message hang on one talloc context, are const once made, and die together.
 * Strings are valid UTF-8 without bytes below 0x20 and 0x7f, never NULL unless
 * it says so.  The text form is described in spool(5) and golden-tested.
 * Layer 1.  Uses: civil, zone, res, talloc.
 */
#ifndef LIB_FACTS_FACTS_H
#define LIB_FACTS_FACTS_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/civil.h"
#include "lib/base/res.h"
#include "lib/base/zone.h"

/* --- times ------------------------------------------------------------- */

enum when_kind {
	WHEN_NONE,     /* absent */
	WHEN_UTC,      /* wall is UTC */
	WHEN_ZONED,    /* wall clock in zone; utc is exact */
	WHEN_FLOATING, /* wall clock in whatever zone the calendar has */
	WHEN_DATE      /* a day of the calendar's zone; time fields are 0 */
};

/*
 * A point in time with the wall clock it was written in.  utc is set for
 * WHEN_UTC and WHEN_ZONED; for floating times and dates only after
 * object_localize().
 */
struct when {
	enum when_kind kind;
	struct civil wall;
	const char *zone; /* WHEN_ZONED: the TZID resolved to an IANA name, or
	                     the TZID as written if only its VTIMEZONE is known;
	                     otherwise "" */
	int64_t utc;      /* seconds */
};

/* --- the mail ----------------------------------------------------------- */

struct mail {
	const char *from;     /* the one From address; NULL: none or several */
	const char *sender;   /* Sender address or NULL */
	const char *reply_to; /* first Reply-To address or NULL */
	const char *subject;  /* decoded, "" if none */
	const char *message_id; /* "<...>", "" if none or unusable */
	const char *references; /* ids with "<>", one blank between, or "" */
	const char *language;   /* Content-Language or "" */
	/* Its keyword in lower case, "" if absent or no. */
	const char *auto_submitted;
	const char *precedence; /* bulk, list, junk in lower case, or "" */
	const char *list_id;    /* "" if none */
	const char *type;       /* top media type in lower case, "text/plain" */
	int64_t date;           /* UTC of Date:, 0 if absent or unreadable */
	int64_t received;       /* number of Received fields */
	const char **auth_results; /* Authentication-Results, topmost first */
	size_t nauth_results;
};

/* --- calendar objects --------------------------------------------------- */

/* ORGANIZER or ATTENDEE. */
struct person {
	/* Of the mailto: (or EMAIL=), domain in lower case; "" if there is none. */
	const char *address;
	const char *name;     /* CN or "" */
	const char *partstat; /* upper case, default "NEEDS-ACTION" */
	const char *role;     /* upper case, default "REQ-PARTICIPANT" */
	const char *cutype;   /* upper case, default "INDIVIDUAL" */
	const char *rsvp;     /* "TRUE", "FALSE", or "" if not given */
	const char *sent_by;  /* address or "" */
	/* Addresses, one blank between them, or "". */
	const char *delegated_to;
	const char *delegated_from;
	const char *language; /* LANGUAGE in lower case or "" */
	const char *line;     /* the property as received, unfolded */
};

/* One period of FREEBUSY. */
struct freebusy {
	int64_t start;    /* UTC seconds */
	int64_t end;      /* exclusive */
	const char *type; /* FBTYPE, upper case, "BUSY" if missing */
};

/*
 * One VEVENT, VTODO, VJOURNAL or VFREEBUSY: the master, or one changed instance.
 * The end of a VTODO is its DUE; without a DTSTART its start is WHEN_NONE.
 */
struct component {
	const char *kind; /* "VEVENT" */
	struct when
	    recurrence_id; /* WHEN_NONE for the master or a single event */
	const char *range; /* "" or "THISANDFUTURE" */
	int64_t sequence;  /* 0 if missing */
	int64_t dtstamp;   /* UTC; the mail's date if missing; or 0 */
	struct when start;
	struct when end; /* from DTEND or DURATION; start if neither and timed,
	                        the next day if neither and a date */
	const char *status;  /* upper case or "" */
	const char *transp;  /* "OPAQUE" or "TRANSPARENT" */
	const char *class;   /* upper case, "PUBLIC" if missing */
	const char *summary; /* unescaped text */
	const char *location;
	const char *comment; /* the first COMMENT, or "" */
	/* The first REQUEST-STATUS as received ("3.7;Invalid user"), or "". */
	const char *request_status;
	int64_t percent;         /* PERCENT-COMPLETE, -1 if missing */
	int64_t completed;       /* UTC of COMPLETED, 0 if missing */
	const char *rule;        /* RRULE value as received, "" if none */
	int recurs;              /* has RRULE or RDATE */
	struct person organizer; /* address "" if missing */
	struct person *attendee;
	size_t nattendee;
	struct freebusy *freebusy; /* VFREEBUSY only; sorted by start, end */
	size_t nfreebusy;
	/* Properties as received, unfolded, in order, for verbatim copies into the
	 * answer: UID DTSTART DTEND DURATION RECURRENCE-ID ORGANIZER SUMMARY
	 * LOCATION CLASS PRIORITY and X-MICROSOFT-*. */
	const char **line;
	size_t nline;
	/* The whole component for keeping: BEGIN to END, unfolded, joined by '\n',
	 * without VALARM, ATTACH, and texts over 4 KiB; the one string that may
	 * hold '\n'. */
	const char *text;
};

/* One occurrence in the window, overrides applied, in order of start. */
struct instance {
	struct when
	    recurrence_id; /* the original start; of a single event: start */
	struct when start;
	struct when end;
	size_t component; /* index of the component that describes it */
	int cancelled;    /* its component has STATUS:CANCELLED */
};

/* A VTIMEZONE, or a TZID that was resolved without one. */
struct timezone {
	const char *tzid; /* as written */
	const char *zone; /* IANA name it was resolved to, "" if none */
	/* BEGIN:VTIMEZONE to END, joined by '\n'; "" if absent. */
	const char *text;
};

/* All components of one UID under one METHOD. */
struct object {
	const char *method;  /* upper case; "PUBLISH" if missing */
	const char *product; /* PRODID or "" */
	const char *uid;     /* as received, "" if missing */
	const char *digest;  /* 16 hex digits over what matters to a booking */
	struct component *component; /* master first, then by recurrence_id */
	size_t ncomponent;
	struct timezone *timezone;
	size_t ntimezone;
	struct instance *instance;
	size_t ninstance;
	/* 1: instance[] is all there is; 0: the window, at either end, or the
	 * limit cut it. */
	int complete;
	/* instance[] is exact for starts before this UTC second; INT64_MAX if
	 * nothing comes after it. */
	int64_t covered;
};

/* --- problems ----------------------------------------------------------- */

/* What a problem does to the message or, if object >= 0, to that object. */
enum action {
	ACTION_NOTE,    /* tolerated; worth a word in explain */
	ACTION_IGNORE,  /* no effect, done/ */
	ACTION_DECLINE, /* a REQUEST is declined with this text */
	ACTION_HOLD     /* hold/ with this text */
};

struct problem {
	enum action action;
	long object;      /* index, or -1 for the whole message */
	const char *code; /* stable word: "no-uid", "truncated", "bad-rule" */
	const char *text; /* a sentence for the administrator or the sender */
};

struct notice {
	struct mail mail;
	struct object *object;
	size_t nobject;
	struct problem *problem;
	size_t nproblem;
};

/* --- the text form ------------------------------------------------------ */

/*
 * The text form, version 1.  UTF-8; every line ends with a newline; fields are
 * separated by one blank and come in the order given here.
 *
 *	text       = "imipd-facts 1" mail {auth-result} {object} {problem} "end"
 *	object     = object-line {component} {timezone} {instance}
 *	component  = component-line [organizer] {attendee} {freebusy} {line}
 *	             [text]
 *
 * A record is a word and fields KEY=VALUE.  [..]: left out if it has the
 * value shown, or if nothing is shown: if it is empty or absent.
 *
 *	mail         [from= sender= reply-to= subject= message-id= references=
 *	             language= auto-submitted= precedence= list-id= type=
 *	             date=UTC received=0]
 *	auth-result  value=
 *	object       [method=PUBLISH product= uid= digest= complete=yes
 *	             covered=UTC]
 *	component    kind= [recurrence-id=TIME range= sequence=0 dtstamp=UTC
 *	             start=TIME end=TIME status= transp=OPAQUE class=PUBLIC
 *	             summary= location= comment= request-status= percent=-1
 *	             completed=UTC rule= recurs=no]
 *	organizer, attendee
 *	             [address= name= partstat=NEEDS-ACTION role=REQ-PARTICIPANT
 *	             cutype=INDIVIDUAL rsvp= sent-by= delegated-to=
 *	             delegated-from= language= line=]
 *	freebusy     start=UTC end=UTC [type=BUSY]
 *	line         value=
 *	text         value=
 *	timezone     tzid= [zone= text=]
 *	instance     recurrence-id=TIME start=TIME end=TIME [component=0
 *	             cancelled=no]
 *	problem      action=note|ignore|decline|hold [object=-1] code= [text=]
 *
 * UTC is 2026-12-01T08:00:00Z.  TIME is one of
 *
 *	2026-12-01T08:00:00Z                                    UTC
 *	2026-12-01T09:00:00[Europe/Berlin]2026-12-01T08:00:00Z  zoned, and UTC
 *	2026-12-01T09:00:00                                     floating
 *	2026-12-01                                              a date
 *
 * covered is left out if all is covered.
 *
 * A value is a bare word of the bytes 0x21 to 0x7e without " and \, or quoted
 * with \" \\ \n (in both texts only) and \xNN, two hex digits in lower case.
 * Characters that could change how a line looks (C1 controls, direction marks)
 * are printed as \xNN.
 */

/*
 * Print a notice as lines.  Never fails: a string that is not clean is printed
 * escaped, and then refused by facts_parse(); NULL counts as left out.
 *
 * Returns the text, a talloc string of ctx.
 */
char *facts_print(TALLOC_CTX *ctx, const struct notice *notice);

/*
 * Parse what facts_print() made.  Strict: the other side is not trusted.  Line
 * for line a record may be no other than the grammar allows; texts must be
 * UTF-8 without control bytes, indexes must name what is there.  Limits (see
 * limits.h): LIMIT_FACTS_BYTES in all, LIMIT_UID_BYTES, LIMIT_ADDRESS_BYTES for
 * addresses; LIMIT_HEADERS auth-results, LIMIT_COMPONENTS objects,
 * LIMIT_PROPERTIES problems; per object LIMIT_COMPONENTS, LIMIT_TIMEZONES,
 * LIMIT_INSTANCES; per component LIMIT_ATTENDEES, LIMIT_DATES freebusy,
 * LIMIT_PROPERTIES lines.
 *
 * Returns RES_PERM  "facts line N: ...", *notice is untouched
 * Owner   *notice and all below it belong to ctx
 */
enum res facts_parse(TALLOC_CTX *ctx, const char *text, size_t n,
    struct notice **notice, struct why *why) MUSTUSE;

/*
 * Set the utc of every floating time and date in the object (components and
 * instances) from the calendar's zone, and sort instance[] by start, then end.
 * zone may be NULL: UTC.
 */
void object_localize(struct object *object, const struct zone *zone);

/* Is instance[i] all day (its start a date)? */
int instance_is_date(const struct instance *instance);

/* "accept", "hold" ... the word of an action in the text form. */
const char *action_name(enum action action);

/*
 * Is p[0..n) valid UTF-8 (no surrogates, no overlong forms) and free of bytes
 * below 0x20 and 0x7f, but for those in `allowed` (may be "")?
 */
int text_is_clean(const char *p, size_t n, const char *allowed);

#endif
