/*
 * driver.h - what an engine has to offer to be a store
 *
 * One table of functions for each engine; store.c picks one by the URL and
 * passes every call on.  The contracts stand in store.h.
 * Private to lib/store.  Layer 3.
 */
#ifndef LIB_STORE_DRIVER_H
#define LIB_STORE_DRIVER_H

#include "lib/store/store.h"

struct driver {
	const char *scheme; /* "sqlite" of "sqlite:PATH" */

	/* place is the URL behind "scheme:", never "" */
	enum res (*open)(TALLOC_CTX *ctx, const char *place,
	    enum store_mode mode, struct store **store, struct why *why);
	enum res (*check)(struct store *store, struct why *why);

	enum res (*begin)(struct store *store, struct why *why);
	enum res (*commit)(struct store *store, struct why *why);
	void (*rollback)(struct store *store);
	enum res (*part_begin)(struct store *store, struct why *why);
	enum res (*part_keep)(struct store *store, struct why *why);
	void (*part_undo)(struct store *store);

	enum res (*settled)(struct store *store, const char *id,
	    const char *recipient, int *settled, struct why *why);
	enum res (*records)(struct store *store, TALLOC_CTX *ctx,
	    const char *calendar, const char *uid, struct record **record,
	    size_t *n, struct why *why);
	enum res (*rows)(struct store *store, TALLOC_CTX *ctx,
	    const char *calendar, const char *uid, struct busy **busy,
	    size_t *n, struct why *why);
	enum res (*busy)(struct store *store, TALLOC_CTX *ctx,
	    const char *calendar, const struct span *window, struct busy **busy,
	    size_t *n, struct why *why);
	enum res (*bookings)(struct store *store, TALLOC_CTX *ctx,
	    const char *calendar, const struct span *window, struct busy **busy,
	    size_t *n, struct why *why);
	enum res (*uncovered)(struct store *store, TALLOC_CTX *ctx,
	    const char *calendar, int64_t to, size_t max,
	    struct record **record, size_t *n, struct why *why);

	enum res (*holdings)(struct store *store, TALLOC_CTX *ctx,
	    const char *calendar, const char *uid, struct held **held,
	    size_t *n, struct why *why);

	enum res (*lately)(struct store *store, const char *calendar,
	    const char *organizer, int64_t from, int64_t to,
	    struct lately *lately, struct why *why);
	enum res (*hold)(struct store *store, const char *calendar,
	    const char *uid, const struct held *held, struct why *why);
	enum res (*change)(struct store *store, const char *calendar,
	    const char *uid, const struct change *change, int64_t now,
	    struct why *why);
	enum res (*decision)(struct store *store, const char *id,
	    const struct decision *decision, int64_t now, int64_t *number,
	    struct why *why);
	enum res (*settle)(struct store *store, const char *id,
	    const char *recipient, int64_t now, struct why *why);

	enum res (*outbox_add)(struct store *store, const char *id,
	    int64_t decision, const struct letter *letter, int64_t now,
	    struct why *why);
	enum res (*outbox_repeat)(struct store *store, const char *calendar,
	    const char *uid, int64_t now, size_t *n, struct why *why);
	enum res (*outbox_due)(struct store *store, TALLOC_CTX *ctx,
	    int64_t now, size_t max, struct outbox **row, size_t *n,
	    int64_t *next, struct why *why);
	enum res (*outbox_sent)(struct store *store, const int64_t *number,
	    size_t n, int64_t now, struct why *why);
	enum res (*outbox_later)(struct store *store, int64_t number,
	    int64_t next, const char *error, struct why *why);
	enum res (*outbox_failed)(struct store *store, int64_t number,
	    int64_t now, const char *error, struct why *why);

	enum res (*dirty)(struct store *store, TALLOC_CTX *ctx,
	    struct dirty **dirty, size_t *n, struct why *why);
	enum res (*clean)(struct store *store, const char *calendar,
	    int64_t version, struct why *why);
	enum res (*changed)(struct store *store, const char *calendar,
	    int64_t *changed, struct why *why);

	enum res (*kept)(struct store *store, TALLOC_CTX *ctx, const char *key,
	    struct kept **kept, size_t *n, struct why *why);
	enum res (*stats)(
	    struct store *store, struct store_stats *stats, struct why *why);
	enum res (*digest)(
	    struct store *store, char digest[17], struct why *why);
	enum res (*expire)(
	    struct store *store, int64_t before, struct why *why);
};

/* What every engine's store begins with. */
struct store {
	const struct driver *driver;
	const char *signal; /* store_signal_path() */
	int version;        /* store_version() */
};

extern const struct driver sqlite_driver;

#endif
