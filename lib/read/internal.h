/*
 * internal.h - what the files of lib/read share and nobody else sees
 *
 * libical is not used here, only in the tests, as the judge: its parser and its
 * zones crash, hang or recycle memory on hostile input, and verbatim copies of
 * lines are needed anyway.  A content line is a simple thing; reading it takes
 * fewer lines than fencing a library in.
 * Layer 2.
 */
#ifndef LIB_READ_INTERNAL_H
#define LIB_READ_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "lib/facts/facts.h"
#include "lib/read/lines.h"
#include "lib/read/read.h"

/* One message being read; all that is made hangs on notice. */
struct reading {
	struct notice *notice;
	struct window window;
	int64_t date; /* of the mail, UTC, 0 if unknown */
	int quiet;    /* problems are only notes: nothing is acted on anyway */
};

/* Add a problem; at most 200 are kept, the same code and object only once. */
void problem_add(struct reading *r, enum action action, long object,
    const char *code, const char *fmt, ...) PRINTF(5, 6);

/* The same from a fault; nothing if the fault is empty. */
void problem_fault(struct reading *r, long object, const struct fault *fault);

/* --- mail.c -------------------------------------------------------------- */

/* A MIME part that may hold iTIP, decoded from its transfer encoding. */
struct part {
	const char *p;
	size_t n;
	const char *charset; /* as declared, "" if not */
	const char *method;  /* parameter, upper case, "" if missing */
	int forwarded;       /* of a message in the message */
	struct fault fault;  /* code set: it cannot be decoded */
};

struct parts {
	struct part *part;
	size_t n;
	int tnef;      /* there is a winmail.dat */
	int encrypted; /* there is an encrypted part */
	int broken;    /* there is a signed part that cannot be opened */
};

/* Read a whole mail: headers into r->notice->mail, candidates into *parts. */
void mail_read(struct reading *r, const char *p, size_t n, struct parts *parts);

/* Register what MIME needs, while files can still be opened. */
void mail_init(void);

/* --- ics.c --------------------------------------------------------------- */

/* One VCALENDAR, checked line by line. */
struct ics {
	const struct block *root;
	const char *method; /* property, upper case, "" if missing */
	const char *uid;    /* of the first component, "" if none */
	const char *product;
};

/*
 * Bytes of a part to a tree of lines.
 * Returns 0 with the fault set if there is no usable VCALENDAR in it.
 */
int ics_open(TALLOC_CTX *ctx, const struct part *part, struct ics *ics,
    struct fault *fault);

/* The tree to objects in r->notice, and their problems. */
void ics_read(struct reading *r, const struct ics *ics, const char *method);

#endif
