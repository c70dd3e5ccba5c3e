/*
 * message.h - a mail with a winmail.dat to facts
 *
 * Layer 5.
 */
#ifndef TNEF_MESSAGE_H
#define TNEF_MESSAGE_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/facts.h"

/*
 * What read_message() would say, had the meeting in winmail.dat been a calendar
 * part; of a message without one that is the only meeting in it, what
 * read_message() says.
 *
 * from, to, max  the window, see read.h
 */
struct notice *message_read(TALLOC_CTX *ctx, const char *p, size_t n,
    int64_t from, int64_t to, size_t max);

#endif
