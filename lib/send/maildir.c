/*
 * maildir.c - letters out as files of a maildir
 *
 * For a site that moves mail itself, for tests, and to look at.  The file is
 * named after the Message-ID, so a letter that is sent again after a crash
 * replaces itself.  Lines end with LF, as maildirs have them; nothing is added.
 * Weak point: a mail reader that has already moved the letter to cur/ sees it
 * a second time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/send/transport.h"

#define NAME_MAX_KEPT 180

struct maildir {
	char *path;
};

/* Make a directory if it is missing; *made says whether. */
static enum res
make_directory(int at, const char *name, int *made, struct why *why)
{
	if (mkdirat(at, name, 0700) == 0) {
		*made = 1;
		return RES_OK;
	}
	if (errno == EEXIST)
		return RES_OK;
	return why_set(
	    why, RES_TEMP, "maildir: mkdir %s: %s", name, strerror(errno));
}

/* Open a directory. */
static enum res
open_directory(int at, const char *name, int *fd, struct why *why)
{
	*fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return why_set(why, RES_TEMP, "maildir: open %s: %s", name,
		    strerror(errno));
	return RES_OK;
}

/* Make the maildir durable in the directory that holds it. */
static enum res
sync_parent(int root, struct why *why)
{
	int parent;
	enum res r = open_directory(root, "..", &parent, why);

	if (r == RES_OK) {
		r = io_sync(parent, "maildir/..", why);
		(void)close(parent);
	}
	return r;
}

/* Make tmp/, new/ and cur/ if they are missing. */
static enum res
make_parts(int root, struct why *why)
{
	int made = 0;
	enum res r = make_directory(root, "tmp", &made, why);

	if (r == RES_OK)
		r = make_directory(root, "new", &made, why);
	if (r == RES_OK)
		r = make_directory(root, "cur", &made, why);
	if (r == RES_OK && made)
		r = io_sync(root, "maildir", why);
	return r;
}

/* Open the maildir, made if it is missing (the directory above must exist). */
static enum res
open_maildir(const char *path, int *root, struct why *why)
{
	int made = 0;
	enum res r = make_directory(AT_FDCWD, path, &made, why);

	if (r == RES_OK)
		r = open_directory(AT_FDCWD, path, root, why);
	if (r != RES_OK)
		return r;
	if (made)
		r = sync_parent(*root, why);
	if (r == RES_OK)
		r = make_parts(*root, why);
	if (r != RES_OK)
		(void)close(*root);
	return r;
}

/* FNV-1a, to tell long Message-IDs apart after they are cut. */
static uint64_t
fingerprint(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h;
}

/*
 * The file name of a Message-ID: what may be trouble in a name is written =XX,
 * so that two Message-IDs never share one.
 */
static char *
file_name(TALLOC_CTX *ctx, const char *message_id)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.@_-+";
	char *name = mem_text(ctx, "");
	const char *s;

	for (s = message_id; *s != '\0'; s++) {
		if (*s == '<' || *s == '>')
			continue;
		if (strchr(good, *s) != NULL && (*s != '.' || name[0] != '\0'))
			mem_add(&name, "%c", *s);
		else
			mem_add(&name, "=%02X", (unsigned char)*s);
		if (strlen(name) > NAME_MAX_KEPT) {
			mem_add(&name, "=%016llx",
			    (unsigned long long)fingerprint(message_id));
			break;
		}
	}
	return name;
}

/* Write tmp/, fsync, rename into new/, fsync. */
static enum res
store_file(int root, int new, const char *name, const char *bytes, size_t n,
    struct why *why)
{
	char tmp[300];
	enum res r;
	int fd;

	(void)snprintf(tmp, sizeof(tmp), "tmp/%s.P%ld", name, (long)getpid());
	fd = openat(root, tmp,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return why_set(why, RES_TEMP, "maildir: create %s: %s", tmp,
		    strerror(errno));
	r = io_write(fd, bytes, n, why);
	if (r == RES_OK)
		r = io_sync(fd, tmp, why);
	if (close(fd) < 0 && r == RES_OK)
		r = why_set(
		    why, RES_TEMP, "maildir: close: %s", strerror(errno));
	if (r == RES_OK && renameat(root, tmp, new, name) < 0)
		r = why_set(
		    why, RES_TEMP, "maildir: rename: %s", strerror(errno));
	if (r != RES_OK)
		(void)unlinkat(root, tmp, 0);
	else
		r = io_sync(new, "maildir/new", why);
	return r;
}

/* Store one letter in the open maildir. */
static enum res
store_letter(int root, const struct letter *letter, struct why *why)
{
	char *name = file_name(NULL, letter->message_id);
	size_t n;
	char *bytes = send_unix_lines(name, letter, &n);
	enum res r;
	int new;

	r = open_directory(root, "new", &new, why);
	if (r == RES_OK) {
		r = store_file(root, new, name, bytes, n, why);
		(void)close(new);
	}
	talloc_free(name);
	return r;
}

/* One letter, one file. */
static enum res
maildir_deliver(struct send *send, const struct letter *letter, struct why *why)
{
	const struct maildir *m = send->state;
	enum res r;
	int root;

	if (letter->message_id == NULL || letter->message_id[0] == '\0')
		return why_set(
		    why, RES_PERM, "maildir: the letter has no Message-ID");
	r = open_maildir(m->path, &root, why);
	if (r == RES_OK) {
		r = store_letter(root, letter, why);
		(void)close(root);
	}
	send->down = r == RES_TEMP;
	return r;
}

/* maildir:/path */
static enum res
maildir_open(struct send *send, const char *relay, struct why *why)
{
	const char *path = relay + strlen(send->transport->scheme);
	struct maildir *m = mem_new(send, struct maildir);

	if (path[0] != '/')
		return why_set(
		    why, RES_PERM, "relay: expected maildir:/ABSOLUTE/PATH");
	m->path = mem_text(m, path);
	send->state = m;
	return RES_OK;
}

const struct transport transport_maildir = {
    .scheme = "maildir:",
    .form = "maildir:PATH",
    .open = maildir_open,
    .deliver = maildir_deliver,
    .idle = NULL,
};
