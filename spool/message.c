/*
 * message.c - a message that somebody names on the command line
 *
 * May be bare, or a file of a spool with our envelope block on top.  The block
 * is believed only for what it says about the envelope.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "spool/job.h"

#define PREFIX "X-Imipd-"

/* Copy the standard input to a file that has no name, so that it can be sought. */
static enum res
copy_input(int *fd, struct why *why)
{
	char buf[65536];
	FILE *file = tmpfile();
	size_t n = 1;
	enum res r = RES_OK;

	if (file == NULL)
		return why_set(
		    why, RES_TEMP, "no temporary file: %s", strerror(errno));
	while (r == RES_OK && n > 0) {
		r = io_read(STDIN_FILENO, buf, sizeof(buf), &n, why);
		if (r == RES_OK && n > 0)
			r = io_write(fileno(file), buf, n, why);
	}
	*fd = dup(fileno(file));
	(void)fclose(file);
	if (r == RES_OK && (*fd < 0 || lseek(*fd, 0, SEEK_SET) < 0))
		r = why_set(
		    why, RES_TEMP, "temporary file: %s", strerror(errno));
	return r;
}

/* The value behind a field's name, or NULL if the line is another field. */
static const char *
value_of(const char *line, const char *name)
{
	size_t n = strlen(name);

	if (strncasecmp(line, PREFIX, sizeof(PREFIX) - 1) != 0)
		return NULL;
	line += sizeof(PREFIX) - 1;
	if (strncasecmp(line, name, n) != 0 || line[n] != ':')
		return NULL;
	line += n + 1;
	return line + strspn(line, " ");
}

/* Take one line of the block; 1 if it was the last. */
static int
take_line(TALLOC_CTX *ctx, const char *line, struct message *m)
{
	const char *value;

	if ((value = value_of(line, "Sender")) != NULL)
		m->sender = mem_text(ctx, value);
	if ((value = value_of(line, "Recipient")) != NULL) {
		m->recipient = mem_check(talloc_realloc(
		    ctx, m->recipient, char *, mem_count(m->nrecipient + 1)));
		m->recipient[m->nrecipient++] = mem_text(ctx, value);
	}
	return value_of(line, "End") != NULL;
}

/* Pass over our block, if there is one; *length is what it takes. */
static enum res
read_block(TALLOC_CTX *ctx, FILE *in, struct message *m, off_t *length,
    struct why *why)
{
	char line[1024];

	*length = 0;
	while (fgets(line, sizeof(line), in) != NULL) {
		size_t n = strlen(line);

		if (strncasecmp(line, PREFIX, sizeof(PREFIX) - 1) != 0 ||
		    n == 0 || line[n - 1] != '\n')
			break;
		*length += (off_t)n;
		line[n - 1] = '\0';
		if (take_line(ctx, line, m))
			return RES_OK;
	}
	if (*length > 0)
		return why_set(
		    why, RES_PERM, "its envelope block has no end line");
	return RES_OK;
}

/* Find where the message starts in an open file, and how long it is. */
static enum res
measure(TALLOC_CTX *ctx, struct message *m, struct why *why)
{
	struct stat st;
	FILE *in;
	off_t start;
	int copy;
	enum res r;

	if (fstat(m->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return why_set(why, RES_PERM, "not a plain file");
	copy = dup(m->fd);
	in = copy < 0 ? NULL : fdopen(copy, "r");
	if (in == NULL)
		return why_set(why, RES_TEMP, "%s", strerror(errno));
	r = read_block(ctx, in, m, &start, why);
	(void)fclose(in);
	if (r != RES_OK)
		return r;
	m->bytes = (int64_t)(st.st_size - start);
	if (m->bytes > LIMIT_MESSAGE_BYTES)
		return why_set(
		    why, RES_PERM, "over %ld bytes", (long)LIMIT_MESSAGE_BYTES);
	if (lseek(m->fd, start, SEEK_SET) < 0)
		return why_set(why, RES_TEMP, "%s", strerror(errno));
	return RES_OK;
}

enum res
message_open(
    TALLOC_CTX *ctx, const char *path, struct message *message, struct why *why)
{
	struct why inner = {""};
	enum res r = RES_OK;

	memset(message, 0, sizeof(*message));
	message->fd = -1;
	if (strcmp(path, "-") == 0)
		r = copy_input(&message->fd, why);
	else
		message->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r != RES_OK)
		return r;
	if (message->fd < 0)
		return why_set(why, errno == ENOENT ? RES_PERM : RES_TEMP,
		    "%s: %s", path, strerror(errno));
	r = measure(ctx, message, &inner);
	if (r != RES_OK) {
		(void)close(message->fd);
		message->fd = -1;
		return why_set(why, r, "%s: %s", path, inner.text);
	}
	return RES_OK;
}
