/*
 * sandbox.c - Landlock, seccomp and rlimits; see sandbox.h
 *
 * Written against the kernel's own interface, since the C library has no
 * wrappers: system calls by number, filters as tables of rules.
 */
#define _GNU_SOURCE
#include "lib/base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/version.h"

/* Address sanitizers reserve terabytes: no limit on memory can hold then. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* --- Landlock ------------------------------------------------------------ */

/* The kernel's attribute as of ABI 6; older headers know only its start. */
struct ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};

/* Rights and scopes that older headers lack. */
#define FS_TRUNCATE   (UINT64_C(1) << 14) /* ABI 3 */
#define FS_IOCTL_DEV  (UINT64_C(1) << 15) /* ABI 5 */
#define NET_TCP       UINT64_C(3)         /* ABI 4: bind, connect */
#define SCOPE_SOCKETS UINT64_C(1)         /* ABI 6: abstract UNIX sockets */
#define SCOPE_SIGNALS UINT64_C(2)         /* ABI 6 */

#define RIGHTS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHTS_RUN  (RIGHTS_READ | LANDLOCK_ACCESS_FS_EXECUTE)
#define RIGHTS_WRITE                                                           \
	(RIGHTS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE |                         \
	    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |   \
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |        \
	    LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_MAKE_SOCK |       \
	    LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE)
#define RIGHTS_OF_FILE                                                         \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |           \
	    LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

/* ABI 1 forbids every rename between directories: of no use to a spool. */
#define LANDLOCK_ABI_MIN 2

static const char *const any_process[] = {"/dev/null", "/dev/urandom", NULL};
static const char *const any_writer[] = {"/dev/null", NULL};
static const char *const networker[] = {"/etc", "/lib", "/lib64", "/usr/lib",
    "/usr/local/share/ca-certificates", "/usr/share/ca-certificates",
    "/run/systemd/resolve", NULL};
static const char *const starter[] = {"/bin", "/etc/ld.so.cache", "/lib",
    "/lib64", "/sbin", "/usr", IMIPD_LIBEXEC_DIR, NULL};

/* The ABI of this kernel's Landlock, 0 if it has none that serves. */
static int
landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return abi >= LANDLOCK_ABI_MIN ? (int)abi : 0;
}

/* Everything that an ABI can forbid and this sandbox wants forbidden. */
static struct ruleset
ruleset_of(const struct sandbox *sandbox, int abi)
{
	struct ruleset r = {0, 0, 0};

	r.fs = (LANDLOCK_ACCESS_FS_REFER << 1) - 1;
	if (abi >= 3)
		r.fs |= FS_TRUNCATE;
	if (abi >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (abi >= 4 && !sandbox->network)
		r.net = NET_TCP;
	/* A process with children must be able to end those it started before. */
	if (abi >= 6 && !sandbox->fork)
		r.scoped = SCOPE_SIGNALS;
	if (abi >= 6 && !sandbox->network)
		r.scoped |= SCOPE_SOCKETS;
	return r;
}

/* Open one path in the ruleset. */
static enum res
permit(int ruleset, uint64_t handled, const char *path, uint64_t rights,
    struct why *why)
{
	struct landlock_path_beneath_attr beneath = {0, -1};
	struct stat st;
	enum res res = RES_OK;
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return RES_OK;
	if (fd < 0)
		return why_set(why, RES_PERM, "sandbox: open %s: %s", path,
		    strerror(errno));
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rights &= RIGHTS_OF_FILE;
	beneath.allowed_access = rights & handled;
	beneath.parent_fd = fd;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
		&beneath, 0) < 0)
		res = why_set(why, RES_PERM, "sandbox: landlock rule %s: %s",
		    path, strerror(errno));
	(void)close(fd);
	return res;
}

/* Open a list of paths in the ruleset. */
static enum res
permit_all(int ruleset, uint64_t handled, const char *const *path,
    uint64_t rights, struct why *why)
{
	enum res res = RES_OK;

	for (; path != NULL && *path != NULL && res == RES_OK; path++)
		res = permit(ruleset, handled, *path, rights, why);
	return res;
}

/* Open the directory that the running program is in. */
static enum res
permit_beside(int ruleset, uint64_t handled, struct why *why)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n <= 0)
		return RES_OK;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || slash == path)
		return RES_OK;
	*slash = '\0';
	return permit(ruleset, handled, path, RIGHTS_RUN, why);
}

/* Open all that this sandbox leaves open. */
static enum res
permit_sandbox(int ruleset, uint64_t handled, const struct sandbox *sandbox,
    struct why *why)
{
	enum res r = permit_all(ruleset, handled, sandbox->read,
	    sandbox->fork ? RIGHTS_RUN : RIGHTS_READ, why);

	if (r == RES_OK)
		r = permit_all(
		    ruleset, handled, sandbox->write, RIGHTS_WRITE, why);
	if (r == RES_OK && !sandbox->seccomp)
		r = permit_all(ruleset, handled, any_process, RIGHTS_READ, why);
	if (r == RES_OK && !sandbox->seccomp)
		r = permit_all(ruleset, handled, any_writer, RIGHTS_WRITE, why);
	if (r == RES_OK && sandbox->network)
		r = permit_all(ruleset, handled, networker, RIGHTS_READ, why);
	if (r == RES_OK && sandbox->fork)
		r = permit_all(ruleset, handled, starter, RIGHTS_RUN, why);
	if (r == RES_OK && sandbox->fork)
		r = permit_beside(ruleset, handled, why);
	return r;
}

/* Close the file system but for the paths of the sandbox. */
static enum res
enter_landlock(const struct sandbox *sandbox, struct why *why)
{
	int abi = landlock_abi();
	struct ruleset attr = ruleset_of(sandbox, abi);
	enum res r;
	int fd;

	if (abi == 0)
		return RES_OK;
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (fd < 0)
		return why_set(
		    why, RES_PERM, "sandbox: landlock: %s", strerror(errno));
	r = permit_sandbox(fd, attr.fs, sandbox, why);
	if (r == RES_OK && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		r = why_set(why, RES_PERM, "sandbox: landlock restrict: %s",
		    strerror(errno));
	(void)close(fd);
	return r;
}

/* --- seccomp ------------------------------------------------------------- */

#if defined(__x86_64__)
#define FILTER_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define FILTER_ARCH AUDIT_ARCH_AARCH64
#endif

#define ALLOW SECCOMP_RET_ALLOW
#define KILL  SECCOMP_RET_KILL_PROCESS
#define DENY  (SECCOMP_RET_ERRNO | EPERM)
#define LACK  (SECCOMP_RET_ERRNO | ENOSYS)

#define FILTER_MAX 512

/* Bits of open(2) that would change a file. */
#define OPEN_CHANGES (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND)

/*
 * A system call and what becomes of it if its argument, masked, has a value;
 * mask 0: whatever its arguments.  The first rule that fits decides.
 */
struct rule {
	long call;
	uint32_t action;
	unsigned argument;
	uint32_t mask;
	uint32_t value;
};

struct filter {
	struct sock_filter code[FILTER_MAX];
	unsigned short n;
	int full;
};

/*
 * What a pure reader needs: its descriptors, memory, time, its CPU alarm, and
 * opening for reading what Landlock leaves open.  No new code is mapped.
 */
static const struct rule reader_rules[] = {
    {SYS_recvmsg, ALLOW, 0, 0, 0},
    {SYS_sendmsg, ALLOW, 0, 0, 0},
    {SYS_pread64, ALLOW, 0, 0, 0},
    {SYS_read, ALLOW, 0, 0, 0},
    {SYS_close, ALLOW, 0, 0, 0},
    {SYS_setitimer, ALLOW, 0, 0, 0},
    {SYS_brk, ALLOW, 0, 0, 0},
    {SYS_munmap, ALLOW, 0, 0, 0},
    {SYS_mmap, ALLOW, 2, PROT_EXEC, 0},
    {SYS_mprotect, ALLOW, 2, PROT_EXEC, 0},
    {SYS_mremap, ALLOW, 0, 0, 0},
    {SYS_madvise, ALLOW, 0, 0, 0},
    {SYS_write, ALLOW, 0, 0, 0},
    {SYS_writev, ALLOW, 0, 0, 0},
    {SYS_lseek, ALLOW, 0, 0, 0},
    {SYS_openat, ALLOW, 2, OPEN_CHANGES, 0},
    {SYS_fstat, ALLOW, 0, 0, 0},
    {SYS_newfstatat, ALLOW, 0, 0, 0},
    {SYS_statx, ALLOW, 0, 0, 0},
    {SYS_getdents64, ALLOW, 0, 0, 0},
    {SYS_fcntl, ALLOW, 0, 0, 0},
    {SYS_futex, ALLOW, 0, 0, 0},
    {SYS_sched_yield, ALLOW, 0, 0, 0},
    {SYS_clock_gettime, ALLOW, 0, 0, 0},
    {SYS_clock_getres, ALLOW, 0, 0, 0},
    {SYS_gettimeofday, ALLOW, 0, 0, 0},
    {SYS_getrandom, ALLOW, 0, 0, 0},
    {SYS_getrusage, ALLOW, 0, 0, 0},
    {SYS_getpid, ALLOW, 0, 0, 0},
    {SYS_gettid, ALLOW, 0, 0, 0},
    {SYS_rt_sigaction, ALLOW, 0, 0, 0},
    {SYS_rt_sigprocmask, ALLOW, 0, 0, 0},
    {SYS_rt_sigreturn, ALLOW, 0, 0, 0},
    {SYS_sigaltstack, ALLOW, 0, 0, 0},
    {SYS_restart_syscall, ALLOW, 0, 0, 0},
    {SYS_exit, ALLOW, 0, 0, 0},
    {SYS_exit_group, ALLOW, 0, 0, 0},
#ifdef __x86_64__
    {SYS_open, ALLOW, 1, OPEN_CHANGES, 0},
    {SYS_stat, ALLOW, 0, 0, 0},
    {SYS_lstat, ALLOW, 0, 0, 0},
    {SYS_time, ALLOW, 0, 0, 0},
    {SYS_fork, KILL, 0, 0, 0},
    {SYS_vfork, KILL, 0, 0, 0},
#endif
    {SYS_clone, KILL, 0, 0, 0},
    {SYS_clone3, KILL, 0, 0, 0},
    {SYS_execve, KILL, 0, 0, 0},
    {SYS_execveat, KILL, 0, 0, 0},
    {SYS_socket, KILL, 0, 0, 0},
    {SYS_socketpair, KILL, 0, 0, 0},
    {SYS_connect, KILL, 0, 0, 0},
    {SYS_bind, KILL, 0, 0, 0},
    {SYS_listen, KILL, 0, 0, 0},
    {SYS_ptrace, KILL, 0, 0, 0},
    {SYS_process_vm_readv, KILL, 0, 0, 0},
    {SYS_process_vm_writev, KILL, 0, 0, 0},
    {SYS_io_uring_setup, KILL, 0, 0, 0},
    {SYS_bpf, KILL, 0, 0, 0},
};

/* What no program of ours ever needs. */
static const struct rule common_rules[] = {
    {SYS_ptrace, DENY, 0, 0, 0},
    {SYS_process_vm_readv, DENY, 0, 0, 0},
    {SYS_process_vm_writev, DENY, 0, 0, 0},
    {SYS_io_uring_setup, DENY, 0, 0, 0},
    {SYS_bpf, DENY, 0, 0, 0},
    {SYS_perf_event_open, DENY, 0, 0, 0},
    {SYS_userfaultfd, DENY, 0, 0, 0},
    {SYS_unshare, DENY, 0, 0, 0},
    {SYS_setns, DENY, 0, 0, 0},
    {SYS_mount, DENY, 0, 0, 0},
    {SYS_umount2, DENY, 0, 0, 0},
    {SYS_pivot_root, DENY, 0, 0, 0},
    {SYS_chroot, DENY, 0, 0, 0},
    {SYS_open_by_handle_at, DENY, 0, 0, 0},
    {SYS_init_module, DENY, 0, 0, 0},
    {SYS_finit_module, DENY, 0, 0, 0},
    {SYS_delete_module, DENY, 0, 0, 0},
    {SYS_kexec_load, DENY, 0, 0, 0},
    {SYS_reboot, DENY, 0, 0, 0},
    {SYS_swapon, DENY, 0, 0, 0},
    {SYS_swapoff, DENY, 0, 0, 0},
    {SYS_settimeofday, DENY, 0, 0, 0},
    {SYS_clock_settime, DENY, 0, 0, 0},
    {SYS_acct, DENY, 0, 0, 0},
    {SYS_keyctl, DENY, 0, 0, 0},
    {SYS_add_key, DENY, 0, 0, 0},
    {SYS_request_key, DENY, 0, 0, 0},
};

/* Sockets of this machine only. */
static const struct rule network_rules[] = {
    {SYS_socket, ALLOW, 0, UINT32_MAX, AF_UNIX},
    {SYS_socket, DENY, 0, 0, 0},
};

/* Threads, but no process; clone3 hides its flags, so it does not exist. */
static const struct rule fork_rules[] = {
    {SYS_clone, ALLOW, 0, CLONE_THREAD, CLONE_THREAD},
    {SYS_clone, DENY, 0, 0, 0},
    {SYS_clone3, LACK, 0, 0, 0},
    {SYS_execve, DENY, 0, 0, 0},
    {SYS_execveat, DENY, 0, 0, 0},
#ifdef __x86_64__
    {SYS_fork, DENY, 0, 0, 0},
    {SYS_vfork, DENY, 0, 0, 0},
#endif
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Append one instruction. */
static void
emit(struct filter *f, unsigned code, uint32_t k, unsigned yes, unsigned no)
{
	struct sock_filter *i;

	if (f->n >= FILTER_MAX) {
		f->full = 1;
		return;
	}
	i = &f->code[f->n++];
	i->code = (unsigned short)code;
	i->jt = (unsigned char)yes;
	i->jf = (unsigned char)no;
	i->k = k;
}

/* Load a word of struct seccomp_data. */
static void
emit_load(struct filter *f, size_t offset)
{
	emit(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Append one rule; the number of the call is in the accumulator. */
static void
emit_rule(struct filter *f, const struct rule *r)
{
	/* Both architectures are little-endian: the low word comes first. */
	size_t low = offsetof(struct seccomp_data, args) + 8 * r->argument;
	unsigned skip = r->mask == 0 ? 1 : 5;

	emit(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)r->call, 0, skip);
	if (r->mask != 0) {
		emit_load(f, low);
		emit(f, BPF_ALU | BPF_AND | BPF_K, r->mask, 0, 0);
		emit(f, BPF_JMP | BPF_JEQ | BPF_K, r->value, 0, 1);
	}
	emit(f, BPF_RET | BPF_K, r->action, 0, 0);
	if (r->mask != 0)
		emit_load(f, offsetof(struct seccomp_data, nr));
}

/* Append a table of rules. */
static void
emit_rules(struct filter *f, const struct rule *rule, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		emit_rule(f, &rule[i]);
}

#ifdef FILTER_ARCH

/* Kill what comes in by the door of another architecture. */
static void
emit_architecture(struct filter *f)
{
	emit_load(f, offsetof(struct seccomp_data, arch));
	emit(f, BPF_JMP | BPF_JEQ | BPF_K, FILTER_ARCH, 1, 0);
	emit(f, BPF_RET | BPF_K, KILL, 0, 0);
	emit_load(f, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
	/* the x32 numbers */
	emit(f, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
	emit(f, BPF_RET | BPF_K, KILL, 0, 0);
#endif
}

/* The whole filter of a sandbox. */
static void
build_filter(struct filter *f, const struct sandbox *sandbox)
{
	/* abort(3) ends in a signal of the process to itself. */
	const struct rule self = {
	    SYS_tgkill, ALLOW, 0, UINT32_MAX, (uint32_t)getpid()};

	emit_architecture(f);
	if (sandbox->seccomp) {
		emit_rules(f, reader_rules, COUNT(reader_rules));
		emit_rule(f, &self);
		emit(f, BPF_RET | BPF_K, DENY, 0, 0);
		return;
	}
	emit_rules(f, common_rules, COUNT(common_rules));
	if (!sandbox->network)
		emit_rules(f, network_rules, COUNT(network_rules));
	if (!sandbox->fork)
		emit_rules(f, fork_rules, COUNT(fork_rules));
	emit(f, BPF_RET | BPF_K, ALLOW, 0, 0);
}

/* Does the kernel filter system calls? */
static int
has_seccomp(void)
{
	uint32_t action = KILL;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* Close the system calls. */
static enum res
enter_seccomp(const struct sandbox *sandbox, struct why *why)
{
	struct filter f = {{{0, 0, 0, 0}}, 0, 0};
	struct sock_fprog program = {0, NULL};

	if (!has_seccomp())
		return RES_OK;
	build_filter(&f, sandbox);
	if (f.full)
		return why_set(why, RES_PERM, "sandbox: filter too long");
	program.len = f.n;
	program.filter = f.code;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		return why_set(
		    why, RES_PERM, "sandbox: seccomp: %s", strerror(errno));
	return RES_OK;
}

#else

/* There is no table of calls for this architecture. */
static int
has_seccomp(void)
{
	return 0;
}

/* There is no table of calls for this architecture. */
static enum res
enter_seccomp(const struct sandbox *sandbox, struct why *why)
{
	(void)sandbox;
	(void)why;
	return RES_OK;
}

#endif

/* --- limits -------------------------------------------------------------- */

/* Set one limit for good; a lower one that is there already stays. */
static enum res
limit(int what, int64_t value, struct why *why)
{
	struct rlimit r;

	if (getrlimit((__rlimit_resource_t)what, &r) < 0)
		return why_set(
		    why, RES_PERM, "sandbox: getrlimit: %s", strerror(errno));
	if (r.rlim_max > (rlim_t)value)
		r.rlim_max = (rlim_t)value;
	r.rlim_cur = r.rlim_max;
	if (setrlimit((__rlimit_resource_t)what, &r) < 0)
		return why_set(why, RES_PERM, "sandbox: limit %d: %s", what,
		    strerror(errno));
	return RES_OK;
}

/* All limits of the sandbox. */
static enum res
enter_limits(const struct sandbox *sandbox, struct why *why)
{
	enum res r = limit(RLIMIT_CORE, 0, why);

	if (r == RES_OK && sandbox->memory > 0 && !SANITIZED)
		r = limit(RLIMIT_DATA, sandbox->memory, why);
	if (r == RES_OK && sandbox->memory > 0 && !SANITIZED)
		r = limit(RLIMIT_AS, 8 * sandbox->memory, why);
	if (r == RES_OK && sandbox->files > 0)
		r = limit(RLIMIT_NOFILE, sandbox->files, why);
	if (r == RES_OK && sandbox->file_bytes >= 0)
		r = limit(RLIMIT_FSIZE, sandbox->file_bytes, why);
	return r;
}

enum res
sandbox_enter(const struct sandbox *sandbox, struct why *why)
{
	enum res r = enter_limits(sandbox, why);

	if (r == RES_OK && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
			       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0))
		r = why_set(
		    why, RES_PERM, "sandbox: prctl: %s", strerror(errno));
	if (r == RES_OK)
		r = enter_landlock(sandbox, why);
	if (r == RES_OK)
		r = enter_seccomp(sandbox, why);
	return r;
}

const char *
sandbox_describe(char *buf, size_t size)
{
	char landlock[32] = "no landlock (kernel)";
	int abi = landlock_abi();

	if (abi > 0)
		(void)snprintf(landlock, sizeof(landlock), "landlock %d", abi);
	(void)snprintf(buf, size, "%s, %s, rlimits%s", landlock,
	    has_seccomp() ? "seccomp" : "no seccomp (kernel)",
	    SANITIZED ? " (memory unlimited: sanitizer)" : "");
	return buf;
}
