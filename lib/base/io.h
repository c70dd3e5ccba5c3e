/*
 * io.h - whole reads, whole writes, durable replacement of files
 *
 * libc only, no heap: libspool is built from it too.
 * Layer 0.  Used by: everyone, libspool included.
 */
#ifndef LIB_BASE_IO_H
#define LIB_BASE_IO_H

#include <stddef.h>
#include <sys/types.h>

#include "lib/base/res.h"

/*
 * Read up to n bytes, going on after short reads and EINTR until n bytes or
 * the end of the file.  *got is what was read.
 * Returns RES_OK or RES_TEMP (read error).
 */
enum res io_read(
    int fd, void *buf, size_t n, size_t *got, struct why *why) MUSTUSE;

/*
 * Write all n bytes, going on after short writes and EINTR.
 * Returns RES_OK or RES_TEMP (disk full, I/O error, reader gone).
 */
enum res io_write(int fd, const void *buf, size_t n, struct why *why) MUSTUSE;

/* fsync; an error but EINTR is final for this descriptor (a second may lie). */
enum res io_sync(int fd, const char *name, struct why *why) MUSTUSE;

/*
 * Replace the file name in directory dirfd by n bytes of buf, so that a reader
 * and a crash see the old or the new file, whole: a temporary file beside it
 * (leading dot), write, fsync, rename, fsync of the directory.
 *
 * mode  permission bits of the new file, regardless of umask
 * If the old file's mtime is in the same second as now or later, the new
 * file's is set one second past the old one's: ETags of web servers count whole
 * seconds.
 * Returns RES_OK, or RES_TEMP with the old file untouched.
 */
enum res io_replace_file(int dirfd, const char *name, const void *buf, size_t n,
    mode_t mode, struct why *why) MUSTUSE;

#endif
