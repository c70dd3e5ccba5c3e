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

#endif
