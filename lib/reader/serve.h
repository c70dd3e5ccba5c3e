/*
 * serve.h - the main loop of a program that reads hostile bytes without rights
 *
 * imip-reader and imip-tnef differ in one function: what they make of the bytes
 * of a message.  The rest is here: the protocol, the sandbox (no file but zone
 * data, no socket, no process), the limits of memory and of processor time.
 * Weak at: one process reads many messages, so one that took it over could lie
 * about the next ones until it is started anew.
 * Layer 3.  Uses: base, facts.  Used by: reader, tnef.
 */
#ifndef LIB_READER_SERVE_H
#define LIB_READER_SERVE_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/facts.h"

struct serve {
	const char *name;   /* of the program */
	void (*init)(void); /* once, while files can still be opened */
	/* The facts of one message; never NULL.  from, to, max: read.h */
	struct notice *(*read)(TALLOC_CTX *ctx, const char *p, size_t n,
	    int64_t from, int64_t to, size_t max);
};

/*
 * The whole of main().
 * Returns the exit code: 0 when nobody asks any more, 64 wrong usage, 75 the
 * sandbox cannot be entered
 */
int serve_main(const struct serve *serve, int argc, char **argv);

#endif
