/*
 * work.h - one message being settled
 *
 * Private to lib/engine.  Layer 4.
 */
#ifndef LIB_ENGINE_WORK_H
#define LIB_ENGINE_WORK_H

#include <stddef.h>

#include "lib/engine/engine.h"
#include "lib/rules/identity.h"

struct work {
	const struct engine *engine;
	struct errand *errand;
	int record;
	struct settled *out;
	struct identity identity;
	size_t room; /* of out->decision and out->letter */
};

/*
 * A decision that needs no rules: there is no object, or no calendar (NULL: a
 * stranger at that address).
 */
struct decision *work_plain(struct work *w, const char *recipient,
    const struct calendar *calendar, enum verdict verdict, const char *code,
    const char *reason);

/* Keep a decision and its letters and, if this is no trial, record them. */
enum res work_conclude(struct work *w, struct decision *d,
    struct letter *letter, struct why *why) MUSTUSE;

#endif
