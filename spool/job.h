/*
 * job.h - the commands of imip-spool and what they share
 *
 * Private to spool.  Layer 5.
 */
#ifndef SPOOL_JOB_H
#define SPOOL_JOB_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/base/res.h"
#include "lib/engine/engine.h"
#include "lib/json/json.h"
#include "spool/lib/spool.h"

/* What every command is given. */
struct job {
	TALLOC_CTX *ctx;
	const char *conf; /* options as given, NULL if not */
	const char *from;
	const char *to;
	const char *max;
	const char *into;
	const char *sender;
	const char *at;
	int json;
	int64_t now;
	const struct settings *settings; /* NULL for read */
	struct spool spool;              /* open, but for read and try */
	char **word;                     /* the arguments of the command */
	size_t nword;
};

/* Each does one command and returns the exit code. */
int job_read(struct job *j);
int job_list(struct job *j);
int job_show(struct job *j);
int job_stats(struct job *j);
int job_explain(struct job *j);
int job_try(struct job *j);
int job_replay(struct job *j);
int job_retry(struct job *j);
int job_hold(struct job *j);
int job_release(struct job *j);
int job_remove(struct job *j);

/* --- a message file of the caller's (message.c) --------------------------- */

struct message {
	int fd; /* at the first byte of the message */
	int64_t bytes;
	char *sender;     /* of our envelope block, NULL if there was none */
	char **recipient; /* likewise */
	size_t nrecipient;
};

/*
 * Open a bare message, a calendar file, or a file of a spool; "-" is the
 * standard input.
 * Owner  the texts belong to ctx; the caller closes fd
 */
enum res message_open(TALLOC_CTX *ctx, const char *path,
    struct message *message, struct why *why) MUSTUSE;

/* --- the facts as JSON (facts.c) ------------------------------------------ */

/* The document of imip-spool read --json. */
struct json *facts_document(TALLOC_CTX *ctx, const struct notice *notice);

/* --- decisions, kept or tried (verdict.c) --------------------------------- */

/* A decision with what it needs beside it, however it came about. */
struct verdict_view {
	const char *id;
	const char *calendar;
	const char *recipient;
	const char *method;
	const char *uid;
	const char *verdict;
	const char *code;
	const char *reason;
	const char *quiet; /* why there is no answer, "" if there is one */
	const struct trace *trace;
	size_t ntrace;
	const struct letter **letter;
	const char **letter_state; /* beside it */
	size_t nletter;
};

void verdict_from_kept(
    TALLOC_CTX *ctx, const struct kept *kept, struct verdict_view *view);
void verdict_from_decision(TALLOC_CTX *ctx, const char *id,
    const struct decision *decision, const struct letter *letter,
    struct verdict_view *view);

/* Print one or more, as JSON or as text for a person. */
void verdict_print(
    TALLOC_CTX *ctx, const struct verdict_view *view, size_t n, int json);

#endif
