/*
 * person.h - one object of a message in the calendar of a person
 *
 * Private to lib/engine.  Layer 4.
 */
#ifndef LIB_ENGINE_PERSON_H
#define LIB_ENGINE_PERSON_H

#include "lib/engine/work.h"

/*
 * Apply iTIP to what the calendar holds, keep it, and send what follows from it
 * (the version that a REFRESH asked for, the answer to a free/busy request).
 *
 * index    of the object in the notice
 * Returns  as engine_settle()
 */
enum res person_settle(struct work *w, const struct calendar *calendar,
    const char *recipient, enum direction direction, size_t index,
    struct why *why) MUSTUSE;

/*
 * Make the rows and records of a holding anew, up to another time: what happens
 * to a person's series when the horizon moves.  Inside a transaction.
 *
 * master   a record of the holding, for its calendar, uid and organizer
 * Returns  RES_PERM  there is no such holding, or it cannot be read
 */
enum res person_grow(const struct engine *engine, TALLOC_CTX *ctx,
    const struct calendar *calendar, const struct record *master, int64_t to,
    int64_t now, struct why *why) MUSTUSE;

#endif
