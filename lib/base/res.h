/*
 * res.h - what became of a call: done, later, never; and why
 *
 * Mail knows three outcomes, so do our functions.  libc only, no heap.
 * Layer 0.  Used by: everyone, libspool included.
 */
#ifndef LIB_BASE_RES_H
#define LIB_BASE_RES_H

#define MUSTUSE      __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

enum res {
	RES_OK,   /* done */
	RES_TEMP, /* not now: try again later, nothing is wrong with the input */
	RES_PERM  /* never: trying again gives the same */
};

/* The reason of the last failure, one line of printable text. */
struct why {
	char text[512]; /* "" until something failed */
};

/*
 * Set the reason and return res, so that a failing branch is one statement.
 *
 * The formatted text is cut at the size of why->text; bytes below 0x20 and
 * 0x7f become '?', so that it can go into a log line or an SMTP answer.
 * why may be NULL: then only res is returned.
 */
enum res why_set(struct why *why, enum res res, const char *fmt, ...)
    PRINTF(3, 4);

/* The word for a result: "ok", "later", "never". */
const char *res_name(enum res res);

#endif
