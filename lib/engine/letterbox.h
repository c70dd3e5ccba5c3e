/*
 * letterbox.h - what lib/write adds to a decision before it is recorded
 *
 * Private to lib/engine.  Layer 4.
 */
#ifndef LIB_ENGINE_LETTERBOX_H
#define LIB_ENGINE_LETTERBOX_H

#include <talloc.h>

#include "lib/engine/engine.h"

/* Give the records of booked components the text to expand them from again. */
void letterbox_keep_texts(struct decision *decision);

/*
 * The letters of a decision, or NULL if none goes out; a letter that cannot be
 * addressed becomes decision->quiet.
 */
struct letter *letterbox_answer(TALLOC_CTX *ctx,
    const struct settings *settings, const struct errand *errand,
    struct decision *decision);

#endif
