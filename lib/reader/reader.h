/*
 * reader.h - ask the reader process what a message says
 *
 * The reader is a program of its own (imip-reader), started with a socket and
 * no rights: Landlock, seccomp, rlimits.  It gets the descriptor of the message
 * and answers with the text form of the facts.  If it dies, hangs or answers
 * nonsense it is killed and started anew; the caller learns which message it
 * was.
 * Layer 3.  Uses: facts, io.  Used by: engine, imip-spool.
 */
#ifndef LIB_READER_READER_H
#define LIB_READER_READER_H

#include <stdint.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "lib/facts/facts.h"

struct reader;

/*
 * Prepare a reader; the process is started at the first question.
 *
 * program  path of imip-reader, or NULL: IMIPD_READER of the environment if
 *          set, else beside the running program, else in libexec
 */
struct reader *reader_new(TALLOC_CTX *ctx, const char *program);

/* What became of a question. */
enum reading {
	READING_OK,      /* *notice is set */
	READING_CRASHED, /* the reader died: a signal or an exit */
	READING_TIMEOUT, /* it took more CPU or wall time than it may */
	READING_INVALID, /* it answered what is no facts text */
	READING_ABSENT   /* it cannot be started: try later, not the message's
	                    fault */
};

/*
 * Ask about the bytes of fd from its current offset, `bytes` long.  A message
 * whose meeting is in a winmail.dat goes on to imip-tnef, a second process
 * without rights, if that is installed beside imip-reader.
 *
 * from, to, max  the window, see read.h
 * Owner    *notice belongs to ctx
 */
enum reading reader_ask(struct reader *reader, TALLOC_CTX *ctx, int fd,
    int64_t bytes, int64_t from, int64_t to, size_t max, struct notice **notice,
    struct why *why) MUSTUSE;

/*
 * Send a question without waiting, and collect the answers in order: the
 * reader works on the next message while the caller settles this one.  At most
 * 8 may be under way; after anything but READING_OK those sent behind it are
 * lost and must be sent again.
 */
enum reading reader_send(struct reader *reader, int fd, int64_t bytes,
    int64_t from, int64_t to, size_t max, struct why *why) MUSTUSE;
enum reading reader_receive(struct reader *reader, TALLOC_CTX *ctx,
    struct notice **notice, struct why *why) MUSTUSE;

/*
 * Has reader_receive() given a notice that is worth a reader_ask() about the
 * same message: there is more to read than imip-reader can?
 */
int reader_wants_more(struct reader *reader, const struct notice *notice);

/* Kill the process, if there is one; also done by talloc_free(). */
void reader_stop(struct reader *reader);

/* The process id, or 0; for tests that kill it. */
int reader_pid(const struct reader *reader);

#endif
