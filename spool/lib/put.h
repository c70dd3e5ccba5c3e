/*
 * put.h - the state of one message being put into the spool
 *
 * Its own header, so that the caller can keep it on the stack or as a static:
 * nothing here comes from the heap.  Layer 1.  Uses: spool.  Used by: enqueue.
 */
#ifndef SPOOL_LIB_PUT_H
#define SPOOL_LIB_PUT_H

#include "spool/lib/spool.h"

#define SPOOL_PUT_BUFFER 65536

/* Filled by spool_put_open(); the members are libspool's own. */
struct spool_put {
	const struct spool *spool;
	int fd;         /* of the file in tmp/, -1 when there is none */
	int failed;     /* a write failed: the message can only be aborted */
	int in_message; /* the envelope block is closed */
	size_t recipients;
	int64_t bytes;   /* of the message */
	int64_t flushed; /* bytes of the file written so far */
	uint64_t sum;    /* over what was flushed, see block.h */
	size_t used;     /* of buf */
	char id[SPOOL_ID_MAX];
	char buf[SPOOL_PUT_BUFFER];
};

/*
 * Where the next message bytes may be read into without a copy: *n bytes
 * (never 0) at *p.  Tell spool_put_took() how many came.  Like
 * spool_put_write(), the first call ends the recipients.
 */
enum res spool_put_room(
    struct spool_put *put, char **p, size_t *n, struct why *why) MUSTUSE;
void spool_put_took(struct spool_put *put, size_t n);

#endif
