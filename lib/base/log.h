/*
 * log.h - one line on stderr per decision or event
 *
 * "<prio>program: ID key=value ...": syslog priority first, so that journald
 * and logger(1) sort it.  Log once, where the decision is taken.
 * Layer 0.  Used by: the programs; a function that returns why does not log.
 */
#ifndef LIB_BASE_LOG_H
#define LIB_BASE_LOG_H

#include "lib/base/res.h"

enum log_level {
	LOG_ERROR = 3,
	LOG_WARN = 4,
	LOG_NOTE = 5,
	LOG_DETAIL = 6
};

/*
 * Name the program in every line; plain = 1 leaves the "<prio>" away (a
 * terminal).  Call once, first.
 */
void log_open(const char *program, int plain);

/*
 * Write one line.  id is the spool id or "-" ; the formatted rest should be
 * key=value words.  Control bytes are replaced by '?', the line is cut at 1000
 * bytes and written with one write(2).  Never fails.
 */
void log_line(enum log_level level, const char *id, const char *fmt, ...)
    PRINTF(3, 4);

/*
 * Untrusted text as a log value: quoted, control bytes and bytes above 0x7e as
 * \xNN, '"' and '\' escaped, cut at 200 bytes.  Returns buf.
 */
const char *log_quote(char *buf, unsigned long size, const char *text);

/* Say why on one line and end the program with the code (start-up only). */
_Noreturn void fatal(int code, const char *fmt, ...) PRINTF(2, 3);

#endif
