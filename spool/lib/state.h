/*
 * state.h - which descriptor a state has; private to libspool
 *
 * Layer 1.  Uses: spool.
 */
#ifndef SPOOL_LIB_STATE_H
#define SPOOL_LIB_STATE_H

#include "spool/lib/spool.h"

/* The directory of a state; borrowed from s. */
int state_fd(const struct spool *s, enum spool_state state);

#endif
