/*
 * child.h - the two processes that do the work of imip-processor
 *
 * The supervisor (main.c) forks them and waits; each returns its exit code.
 * Layer 5.
 */
#ifndef PROCESSOR_CHILD_H
#define PROCESSOR_CHILD_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#include <talloc.h>

#include "lib/engine/settings.h"

/* Exit code of a worker that was the first one and found nothing to work on. */
#define CHILD_ABSENT 69

/* What a child is started with. */
struct child {
	const struct settings *settings;
	const char *reader; /* directory of imip-reader, for the sandbox */
	int unboxed; /* 1: no sandbox; for tests that inject errors, which a
	                filter would take for an attack */
	int drain;   /* 1: stop when there is nothing left to do */
	int first;   /* 1: the program was just started; a spool or a store that
	                is not there is told and not waited for */
	dev_t device; /* the spool directory that we have locked ... */
	ino_t inode;  /* ... 0: any */
	int wake;     /* worker writes, sender reads: letters are waiting */
};

/* Set by SIGTERM and SIGINT (end after the message in hand) and SIGHUP. */
extern volatile sig_atomic_t child_stop;
extern volatile sig_atomic_t child_reload;

/*
 * Install the handlers, in the supervisor and again in each child; signals that
 * child_fork() kept back come in then.
 */
void child_signals(void);

/*
 * fork() for a child that calls child_signals(): no signal that the parent
 * sends it is lost before that, and SIGTERM comes to it when the parent dies.
 */
pid_t child_fork(void);

/*
 * Wait for one of the descriptors (-1 is passed over) to be readable, for a
 * signal, or for milliseconds to pass; then empty those that are readable.
 * Returns 1 if a was, 2 if b was, 3 if both were, else 0.
 */
int child_wait(int a, int b, int milliseconds);

/* Milliseconds of a clock that nobody sets: what waits here waits by it. */
int64_t child_clock(void);

/* Log trouble that goes on: the first time, then once a minute. */
void child_complain(const char *text);

/* The directory that a file is in; owner ctx. */
const char *folder_of(TALLOC_CTX *ctx, const char *path);

/* Spool and store: claims, decides, records, finishes. */
int worker_run(const struct child *child);

/* Network and outbox: sends what is due. */
int sender_run(const struct child *child);

#endif
