/* log.c - lines on stderr, see log.h */
#include "lib/base/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *log_program = "imipd";
static int log_plain;

void
log_open(const char *program, int plain)
{
	log_program = program;
	log_plain = plain;
}

/* Finish a line of n bytes in buf: no control bytes, a newline, one write. */
static void
emit(char *buf, size_t size, size_t n)
{
	size_t i;

	if (n > size - 2)
		n = size - 2;
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)buf[i];

		if (c < 0x20 || c == 0x7f)
			buf[i] = '?';
	}
	buf[n] = '\n';
	/* A log that cannot be written must not stop the mail. */
	if (write(STDERR_FILENO, buf, n + 1) < 0)
		return;
}

void
log_line(enum log_level level, const char *id, const char *fmt, ...)
{
	char buf[1000];
	va_list ap;
	int n, m;

	if (log_plain)
		n = snprintf(buf, sizeof(buf), "%s: %s ", log_program, id);
	else
		n = snprintf(buf, sizeof(buf), "<%d>%s: %s ", (int)level,
		    log_program, id);
	if (n < 0 || (size_t)n >= sizeof(buf))
		return;
	va_start(ap, fmt);
	m = vsnprintf(buf + n, sizeof(buf) - (size_t)n, fmt, ap);
	va_end(ap);
	if (m < 0)
		return;
	emit(buf, sizeof(buf), (size_t)n + (size_t)m);
}

const char *
log_quote(char *buf, unsigned long size, const char *text)
{
	size_t i = 0, seen;

	if (size < 8)
		return "\"\"";
	buf[i++] = '"';
	for (seen = 0; text[seen] != '\0' && seen < 200; seen++) {
		unsigned char c = (unsigned char)text[seen];

		if (i + 6 > size)
			break;
		if (c == '"' || c == '\\') {
			buf[i++] = '\\';
			buf[i++] = (char)c;
		} else if (c < 0x20 || c > 0x7e) {
			(void)snprintf(buf + i, 5, "\\x%02x", c);
			i += 4;
		} else {
			buf[i++] = (char)c;
		}
	}
	buf[i++] = '"';
	buf[i] = '\0';
	return buf;
}

void
fatal(int code, const char *fmt, ...)
{
	char buf[1000];
	va_list ap;
	int n, m;

	n = snprintf(buf, sizeof(buf), "%s: ", log_program);
	va_start(ap, fmt);
	m = n < 0 ? -1 : vsnprintf(buf + n, sizeof(buf) - (size_t)n, fmt, ap);
	va_end(ap);
	if (m >= 0)
		emit(buf, sizeof(buf), (size_t)n + (size_t)m);
	exit(code);
}
