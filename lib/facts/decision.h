/*
 * decision.h - what was decided about one object in one calendar, and why
 *
 * Made by lib/rules from facts, settings and state; turned into letters by
 * lib/write; kept by lib/store.  All of it is data: printed, compared, replayed.
 * Layer 1.
 */
#ifndef LIB_FACTS_DECISION_H
#define LIB_FACTS_DECISION_H

#include <stddef.h>
#include <stdint.h>

#include "lib/facts/calendar.h"
#include "lib/facts/facts.h"

enum verdict {
	VERDICT_ACCEPT,  /* booked */
	VERDICT_DECLINE, /* refused; an earlier booking of it stays */
	VERDICT_CANCEL,  /* released by the organizer */
	VERDICT_REPEAT,  /* seen before: nothing changes */
	VERDICT_KEEP,    /* noted in the calendar of a person */
	VERDICT_IGNORE,  /* no effect, and nothing is wrong */
	VERDICT_HOLD     /* a person should look at it */
};

/* One rule that was tried. */
struct trace {
	const char *rule;   /* stable word: "identity", "sequence", "clash" */
	const char *result; /* "pass", "decline", "ignore", "hold", "note" */
	const char *detail; /* the values it saw, one line; "" if none */
};

/* A span of time that is taken, or was asked for. */
struct span {
	int64_t start; /* UTC seconds */
	int64_t end;   /* exclusive */
};

/* A row of the busy table: one instance of a booking. */
struct busy {
	const char *uid;
	const char *organizer;
	/* Original start, UTC; identifies it within the uid. */
	int64_t instance;
	int recurring; /* 0: a single event; bookings show no recurrence_id */
	int64_t start;
	int64_t end;
	const char *status; /* PARTSTAT given: "ACCEPTED", "TENTATIVE" */
	const char *summary;
};

/* How far a stored object got. */
enum record_state {
	RECORD_BOOKED,   /* busy rows exist */
	RECORD_DECLINED, /* asked for, refused, nothing booked */
	RECORD_CANCELLED /* a tombstone, so that a late REQUEST does not revive */
};

/* What the store remembers of one component of one object. */
struct record {
	const char *calendar;
	const char *uid;
	const char *organizer; /* address; a uid belongs to one organizer */
	int64_t instance;      /* INSTANCE_MASTER, or the original start, UTC */
	int64_t sequence;      /* of the latest version that was dealt with */
	int64_t dtstamp;
	const char *digest;  /* of that version */
	int64_t state;       /* enum record_state */
	int64_t answered;    /* DTSTAMP of our last answer, 0 if none */
	int64_t repeats;     /* how often the answer was repeated */
	const char *summary; /* of the booked version */
	const char *text; /* VTIMEZONEs and component as booked, for expanding
	                           again; "" if nothing is booked */
	int64_t covered;  /* rows are exact for starts before this UTC second;
	                           INT64_MAX: complete */
};

#define INSTANCE_MASTER INT64_MIN

/* What recording the decision does to the store, for one uid of a calendar. */
struct change {
	/* Whose object: a uid belongs to one organizer. */
	const char *organizer;
	/* First remove all rows and records of the uid. */
	int drop_all;
	/* Instances whose busy rows go. */
	const int64_t *drop;
	size_t ndrop;
	/* Rows of instances from here on go; INT64_MAX: none. */
	int64_t drop_from;
	/* Records to insert or replace. */
	const struct record *put;
	size_t nput;
	/* 1: the rows may overlap others: a person can be asked twice. */
	int shared;
	/* Rows to insert; those of the same instance go first. */
	const struct busy *add;
	size_t nadd;
};

struct decision {
	const struct calendar *calendar;
	/* The envelope recipient it was decided for. */
	const char *recipient;
	/* NULL if the mail had none. */
	const struct object *object;
	/* The one that is answered, or NULL. */
	const struct component *component;
	/* Beside the components of the object: 1 if it was passed over, since
	 * something newer is known; NULL: none was. */
	const char *stale;
	/* Ours in that component, or NULL. */
	const struct person *attendee;
	enum verdict verdict;
	/* Stable word: "free", "clash", "past", "stale". */
	const char *code;
	/* One sentence for an administrator. */
	const char *reason;
	const struct trace *trace;
	size_t ntrace;
	/* What is taken of the times asked for, sorted, at most LIMIT_CLASHES;
	 * never whose. */
	const struct span *clash;
	size_t nclash;
	/* 1: a letter goes out. */
	int answer;
	/* Why none goes out, "" if one does. */
	const char *quiet;
	/* For the letter: "ACCEPTED", "DECLINED". */
	const char *partstat;
	/* REQUEST-STATUS value, "2.0;Success". */
	const char *status;
	/* The first date that the sentence speaks of, or NULL. */
	const struct when *asked;
	/* 1: of a refused change, an earlier booking stays as it was. */
	int stays;
	/* Dates from here on are not booked yet; INT64_MAX: all are. */
	int64_t until;
	/* Of change.add, the last so many are of the past and stay as they were. */
	size_t nold;
	/* DTSTAMP of the letter: later than any before it. */
	int64_t stamp;
	struct change change;
};

/* "accept", "decline", "cancel", "repeat", "keep", "ignore", "hold" */
const char *verdict_name(enum verdict verdict);

#endif
