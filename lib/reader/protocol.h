/*
 * protocol.h - the lines between the reader's client and imip-reader
 *
 * imip-reader finds one end of a SOCK_SEQPACKET pair on descriptor 3 and says
 * "ready 1", or "failed REASON" and ends.  Then for each question
 *
 *	read SERIAL FROM TO MAX BYTES OFFSET
 *
 * which carries the message's descriptor, it answers in order
 *
 *	facts SERIAL LENGTH		and LENGTH bytes, facts_print()'s text
 *	later SERIAL REASON		the descriptor could not be read
 *
 * Numbers are decimal.  A question is one packet; an answer is as many packets
 * as it takes, the line at the start of the first.  BYTES -1: to the end of the
 * file; OFFSET -1: the descriptor has none, read on from where it stands.
 * Private to lib/reader and reader.
 * Layer 3.
 */
#ifndef LIB_READER_PROTOCOL_H
#define LIB_READER_PROTOCOL_H

#include <stdint.h>

#define READER_SOCKET 3
#define READER_PACKET (64 * 1024) /* most bytes of one packet */
#define READER_LINE   640         /* most bytes of a line, with its NUL */
#define READER_READY  "ready 1\n"

/*
 * Take a decimal number and the one byte `after` that ends it off *p.
 * Returns 1, or 0 if that is not what stands there.
 */
int protocol_number(const char **p, char after, int64_t *number);

#endif
