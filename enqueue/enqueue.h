/*
 * enqueue.h - what the faces of imip-enqueue share
 *
 * Layer 4.  Uses: put.  Used by: main, pipe, lmtp.
 */
#ifndef ENQUEUE_ENQUEUE_H
#define ENQUEUE_ENQUEUE_H

#include "spool/lib/put.h"

#define ENQUEUE_LATER   75 /* EX_TEMPFAIL: the one failure an MTA retries */
#define ENQUEUE_USAGE   64 /* only for a person at a terminal */
#define ENQUEUE_SECONDS 60 /* for a message, far below any MTA's limit */

/* The command line; strings live as long as the process. */
struct request {
	const char *spool;
	const char *role;
	const char *sender; /* NULL: not given */
	const char *queue_id;
	const char *submitter;
	const char *client;
	const char *size;
	const char *const *original; /* as many as recipients, or none */
	size_t originals;
	const char *const *recipient;
	size_t recipients;
	int environment;
	int lmtp;
};

/* One message on stdin.  Returns the exit code. */
int pipe_run(const struct request *request, struct spool_put *put);

/* LMTP on stdin and stdout until QUIT or the end.  Returns the exit code. */
int lmtp_run(const struct request *request, struct spool_put *put);

/*
 * Say "STATUS reason" (in LMTP "421 STATUS reason") on one line of stdout.
 * Returns ENQUEUE_LATER.
 */
int fail_say(const char *status, const char *reason);

/*
 * Between the two a signal does not end the process: what has become visible
 * is also acknowledged.  A signal that came is obeyed by signals_release().
 */
void signals_hold(void);
void signals_release(void);

/* Give the next message its full time. */
void signals_rearm(void);

/* A sender as the MTAs spell the null sender ("<>", "MAILER-DAEMON") -> "". */
const char *sender_of(const char *sender);

/* A decimal size; -1 if it is none. */
int64_t size_of(const char *text);

#endif
