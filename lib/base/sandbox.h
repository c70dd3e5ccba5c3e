/*
 * sandbox.h - take every right away that a process does not need
 *
 * Landlock for files, seccomp for system calls, rlimits for resources, in the
 * manner of unveil and pledge.  On a kernel without one of them the others
 * still act, and sandbox_describe() says so.
 * Layer 0.  Uses: res.
 */
#ifndef LIB_BASE_SANDBOX_H
#define LIB_BASE_SANDBOX_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/res.h"

/*
 * What a process may still do.  A list may be NULL; a path that is missing is
 * skipped, and stays closed should it appear later.
 *
 * Always open besides: /dev/null and, for reading, /dev/urandom (not with
 * seccomp).  With network: /etc, CA certificates and the system's libraries
 * for reading, since name service and TLS look there.  With fork: the system's
 * programs and libraries, the directory of the running program, the libexec
 * directory and `read`, for reading and executing; a started program keeps this
 * sandbox.
 */
struct sandbox {
	const char *const *read;  /* NULL-terminated paths it may read below */
	const char *const *write; /* paths it may create, write, rename below */
	int network;              /* 1: may make and use internet sockets */
	int fork;                 /* 1: may start processes */
	int seccomp;        /* 1: the strict allow-list of a pure reader; file
	                       calls then fail with EPERM unless under `read`,
	                       sockets, exec, ptrace kill */
	int64_t memory;     /* bytes of heap and private mappings (RLIMIT_DATA);
	                       eight times that in all (RLIMIT_AS); 0: not set */
	int64_t files;      /* RLIMIT_NOFILE, 0: not set */
	int64_t file_bytes; /* RLIMIT_FSIZE, -1: not set */
};

/*
 * Enter the sandbox; there is no way back.  Also sets no_new_privs (so a
 * started set-gid program, like the sendmail of Postfix, has no more rights
 * than the caller), no core, not dumpable.  What the kernel lacks is skipped.
 * Returns RES_PERM  the kernel has it and refused it: do not go on
 */
enum res sandbox_enter(const struct sandbox *sandbox, struct why *why) MUSTUSE;

/*
 * One line: "landlock 7, seccomp, rlimits" or "no landlock (kernel), ...".
 * What this kernel has, so ask before sandbox_enter().
 * Returns buf.
 */
const char *sandbox_describe(char *buf, size_t size);

#endif
