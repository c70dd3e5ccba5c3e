/*
 * spool.h - the on-disk message spool: put, claim, finish, hold, walk
 *
 * One message is one file; the directory it is in is its state, see spool(5):
 *	tmp/ being written   new/ waiting   cur/ claimed   hold/ set aside
 *	done/ kept
 * A name is "SEC.MuuuuuuPpidRrandom.host"; the tries so far follow as ":n".
 * The file starts with our envelope block; the message follows untouched.
 * libc only, no heap.
 * Layer 1.  Uses: io, res.  Used by: enqueue, engine, processor, spool.
 */
#ifndef SPOOL_LIB_SPOOL_H
#define SPOOL_LIB_SPOOL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/res.h"

#define SPOOL_ID_MAX      160 /* bytes of an id with its NUL */
#define SPOOL_ADDRESS_MAX 320 /* bytes of an address, RFC 5321 4.5.3.1 + room */
#define SPOOL_RCPT_MAX    1000 /* recipients of one message */
#define SPOOL_REASON_MAX  512

enum spool_state {
	SPOOL_NEW,
	SPOOL_CUR,
	SPOOL_HOLD,
	SPOOL_DONE
};

/* --- the directory ------------------------------------------------------ */

/* An open spool; all descriptors are close-on-exec. */
struct spool {
	int root;
	int tmp, new, cur, hold, done;
	char path[512];
};

/* What spool_open() makes of what is missing, with mode 0700. */
enum spool_create {
	SPOOL_AS_IS, /* nothing */
	SPOOL_MAKE,  /* all of it */
	SPOOL_MEND   /* one directory of five; never more: an empty mount point
	                must not become a spool */
};

/*
 * Open the spool at path; create is an enum spool_create.
 * Returns RES_TEMP "PATH: ..." naming what to do.  End with spool_close().
 */
enum res spool_open(
    struct spool *s, const char *path, int create, struct why *why) MUSTUSE;
void spool_close(struct spool *s);

/*
 * Open only what putting a message needs (root and new); the others stay -1.
 * Does not look at owners and modes: the processor does, once.
 */
enum res spool_open_put(
    struct spool *s, const char *path, struct why *why) MUSTUSE;

/*
 * Is there room for a message of so many bytes beside what must stay free
 * (10 MiB, 100 inodes) for the work on those already here?  RES_TEMP: no.
 */
enum res spool_room(
    const struct spool *s, int64_t bytes, struct why *why) MUSTUSE;

/* "new", "cur", "hold", "done" */
const char *spool_state_name(enum spool_state state);

/* --- putting (imip-enqueue) --------------------------------------------- */

/* What the mail server told us about a message; strings are borrowed. */
struct spool_envelope {
	const char *role;      /* "in", "out", "filter" */
	const char *sender;    /* "" for the null sender */
	const char *queue_id;  /* "" if unknown, likewise the next three */
	const char *submitter; /* authenticated user */
	const char *client;    /* client address */
	const char *size;      /* announced, decimal */
};

struct spool_put; /* defined in put.h for the stack of the caller */

/*
 * Begin a message in tmp/.  Recipients follow by spool_put_rcpt(), then the
 * message by spool_put_write(), then commit or abort.
 *
 * Returns  RES_TEMP  cannot create or write the file
 *          RES_PERM  a field holds a control byte or is too long
 */
enum res spool_put_open(struct spool_put *put, const struct spool *s,
    const struct spool_envelope *envelope, struct why *why) MUSTUSE;

/*
 * Add a recipient; original is the address before aliases, or "".  Domains
 * are stored in lower case, everything else as it came.
 * RES_PERM: empty, over SPOOL_ADDRESS_MAX, or a byte below 0x20 or 0x7f.
 */
enum res spool_put_rcpt(struct spool_put *put, const char *rcpt,
    const char *original, struct why *why) MUSTUSE;

/* Add message bytes; after the first call no more recipients. */
enum res spool_put_write(
    struct spool_put *put, const void *p, size_t n, struct why *why) MUSTUSE;

/*
 * Make the message durable and visible: fsync, link into new/, fsync of new/,
 * unlink of the tmp name.  RES_TEMP: nothing visible is left behind.
 */
enum res spool_put_commit(struct spool_put *put, struct why *why) MUSTUSE;
void spool_put_abort(struct spool_put *put);

/* The id of a message being put, valid until commit or abort. */
const char *spool_put_id(const struct spool_put *put);

/* --- working (imip-processor) ------------------------------------------- */

struct spool_item {
	char id[SPOOL_ID_MAX]; /* the name without ":n" */
	enum spool_state state;
	int tries; /* claims so far; in cur/ this one included */
};

/*
 * Collect up to max names of a state in order of arrival (the name sorts by
 * time), only those after `after` ("" for all): memory does not grow with the
 * spool.  What spool_strange() would name is counted in *strange.
 */
enum res spool_list(const struct spool *s, enum spool_state state,
    const char *after, struct spool_item *item, size_t max, size_t *n,
    size_t *strange, struct why *why) MUSTUSE;

/* Called for each name; RES_OK goes on. */
typedef enum res spool_name_fn(void *arg, const char *name, struct why *why);

/*
 * Name what is in the directory of a state and is no message (nor a reason):
 * other names, and what is no plain file.  In no order; the names may hold any
 * byte but '/'.
 */
enum res spool_strange(const struct spool *s, enum spool_state state,
    spool_name_fn *fn, void *arg, struct why *why) MUSTUSE;

/* Find a message by id, in any state.  RES_PERM: there is none. */
enum res spool_find(const struct spool *s, const char *id,
    struct spool_item *item, struct why *why) MUSTUSE;

/* How many messages are in a state. */
enum res spool_count(const struct spool *s, enum spool_state state, size_t *n,
    struct why *why) MUSTUSE;

/*
 * new/ID[:n] -> cur/ID:n+1, or, for what a crash left in cur/, cur/ID:n ->
 * cur/ID:n+1.  The rename is the lock and counts the try.  Updates *item.
 * RES_PERM: somebody else has it.
 */
enum res spool_claim(
    const struct spool *s, struct spool_item *item, struct why *why) MUSTUSE;

/* cur/ID:n -> new/ID:n-1: the try is given back, nothing was wrong with it. */
enum res spool_retry(
    const struct spool *s, struct spool_item *item, struct why *why) MUSTUSE;

/* cur/ID:n -> done/ID. */
enum res spool_done(
    const struct spool *s, struct spool_item *item, struct why *why) MUSTUSE;

/*
 * Any state -> hold/ID, with the reason beside it in hold/ID.why (written
 * first, durable).  The reason is cut at SPOOL_REASON_MAX.
 */
enum res spool_hold(const struct spool *s, struct spool_item *item,
    const char *reason, struct why *why) MUSTUSE;

/* hold/ or done/ -> new/ with no tries counted; the reason file goes. */
enum res spool_release(
    const struct spool *s, struct spool_item *item, struct why *why) MUSTUSE;

/* Delete a message that is in hold/ or done/ (with its reason). */
enum res spool_remove(
    const struct spool *s, struct spool_item *item, struct why *why) MUSTUSE;

/* The reason of a held message; "" if none was written. */
void spool_reason(
    const struct spool *s, const char *id, char *buf, size_t size);

/* fsync of cur/, done/ and hold/: what was renamed survives a power cut. */
enum res spool_sync(const struct spool *s, struct why *why) MUSTUSE;

/*
 * Remove from tmp/ what no writer will finish: files older than `age` seconds
 * at `now`, and second links of delivered messages (nlink > 1).
 * *removed counts them.
 */
enum res spool_sweep(const struct spool *s, int64_t now, int64_t age,
    size_t *removed, struct why *why) MUSTUSE;

/* Remove from done/ what arrived before `before`. */
enum res spool_expire(const struct spool *s, int64_t before, size_t *removed,
    struct why *why) MUSTUSE;

/* --- reading the envelope back ------------------------------------------ */

/* Called for each field of the block in order; name without "X-Imipd-". */
typedef enum res spool_field_fn(
    void *arg, const char *name, const char *value, struct why *why);

/*
 * Open the file of an item and read its envelope block.
 *
 * fd      is left at the first byte of the message; the caller closes it
 * bytes   of the message
 * Returns RES_TEMP  cannot open or read
 *         RES_PERM  the block is damaged, or the file is shorter or other than
 *                   the block says (a torn write, a flipped bit), or it is not
 *                   a plain file of one link
 */
enum res spool_read(const struct spool *s, const struct spool_item *item,
    spool_field_fn *field, void *arg, int *fd, int64_t *bytes,
    struct why *why) MUSTUSE;

#endif
