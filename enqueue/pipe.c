/*
 * pipe.c - the pipe face: one message on stdin, the envelope in the arguments
 *
 * The end of stdin may be the end of the message or of the process that wrote
 * it; nobody tells.  The announced size is the only hint, so it is used.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "enqueue/enqueue.h"

/* stdin counted the way the mail server counted its queue file */
struct tally {
	int64_t bytes;
	int64_t lines;
};

/* What failed, in the words of RFC 3463. */
struct failure {
	const char *status;
	struct why why;
};

/* Count the line ends among n bytes. */
static void
count(struct tally *tally, const char *p, size_t n)
{
	const char *end = p + n, *lf;

	tally->bytes += (int64_t)n;
	while ((lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		tally->lines++;
		p = lf + 1;
	}
}

/* stdin to its end into the spool file, without a copy in between. */
static enum res
copy(struct spool_put *put, struct tally *tally, struct why *why)
{
	char *p;
	size_t n;
	ssize_t got = 1;

	while (got != 0) {
		if (spool_put_room(put, &p, &n, why) != RES_OK)
			return RES_TEMP;
		got = read(STDIN_FILENO, p, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return why_set(
			    why, RES_TEMP, "read: %s", strerror(errno));
		count(tally, p, (size_t)got);
		spool_put_took(put, (size_t)got);
	}
	return RES_OK;
}

/*
 * Is it far shorter than announced?  Postfix counts one or two bytes more for
 * each line than it delivers, and its own header lines.
 */
static int
is_cut(const struct tally *tally, const char *size)
{
	int64_t announced = size_of(size);

	if (announced <= 0)
		return 0;
	return tally->bytes == 0 ||
	       tally->bytes + 3 * tally->lines + 512 < announced;
}

/* All recipients with their originals. */
static enum res
put_recipients(const struct request *request, struct spool_put *put,
    struct failure *failure)
{
	enum res r = RES_OK;
	size_t i;

	for (i = 0; r == RES_OK && i < request->recipients; i++)
		r = spool_put_rcpt(put, request->recipient[i],
		    i < request->originals ? request->original[i] : "",
		    &failure->why);
	if (r == RES_PERM)
		failure->status = "4.1.3";
	return r;
}

/* The message and its end. */
static enum res
put_message(const struct request *request, struct spool_put *put,
    struct failure *failure)
{
	struct tally tally = {0, 0};
	enum res r = copy(put, &tally, &failure->why);

	if (r == RES_OK && is_cut(&tally, request->size)) {
		failure->status = "4.4.2";
		r = why_set(&failure->why, RES_TEMP,
		    "message is cut short: %lld bytes, %s announced",
		    (long long)tally.bytes, request->size);
	}
	if (r == RES_OK) {
		signals_hold();
		r = spool_put_commit(put, &failure->why);
	}
	return r;
}

/* One message into an open spool. */
static enum res
put_all(const struct request *request, const struct spool *spool,
    struct spool_put *put, struct failure *failure)
{
	const struct spool_envelope envelope = {request->role,
	    sender_of(request->sender), request->queue_id, request->submitter,
	    request->client, request->size};
	enum res r;

	r = spool_room(spool,
	    size_of(request->size) > 0 ? size_of(request->size) : 0,
	    &failure->why);
	if (r != RES_OK) {
		failure->status = "4.3.1";
		return r;
	}
	r = spool_put_open(put, spool, &envelope, &failure->why);
	if (r == RES_PERM)
		failure->status = "4.1.7";
	if (r == RES_OK) {
		r = put_recipients(request, put, failure);
		if (r == RES_OK)
			r = put_message(request, put, failure);
		if (r != RES_OK)
			spool_put_abort(put);
	}
	return r;
}

int
pipe_run(const struct request *request, struct spool_put *put)
{
	struct failure failure = {"4.3.0", {""}};
	struct spool spool;
	enum res r;

	r = spool_open_put(&spool, request->spool, &failure.why);
	if (r == RES_OK) {
		r = put_all(request, &spool, put, &failure);
		/* the disk may have filled up on the way */
		if (r != RES_OK && failure.status[2] == '3' &&
		    spool_room(&spool, 0, NULL) != RES_OK)
			failure.status = "4.3.1";
	}
	if (r == RES_OK)
		return 0;
	return fail_say(failure.status, failure.why.text);
}
