/*
 * imip-enqueue - one message from the mail server into the spool, durably
 *
 * Never parses mail, never reads a settings file, never uses the heap, stdio
 * buffers or any library but libc; never starts a process; never exits with
 * anything but 0 or 75 under a mail server, for everything else is a bounce
 * somewhere.
 */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enqueue/enqueue.h"
#include "lib/base/version.h"

#define DEFAULT_SPOOL "/var/spool/imipd"

static const char usage[] =
    "usage: imip-enqueue [-s SPOOL] [-t in|out|filter] [-f SENDER]\n"
    "           [-o ORIGINAL ...] [-q QUEUEID] [-a SASLUSER] [-c CLIENT]\n"
    "           [-z SIZE] [--env] -- RECIPIENT ...\n"
    "       imip-enqueue --lmtp [-s SPOOL] [-t ROLE]\n"
    "       imip-enqueue --help | --version\n";

/* --- signals -------------------------------------------------------------- */

static volatile sig_atomic_t is_held, is_late, is_lmtp;

/* write(2) for those who are ending anyway */
static void
write_blindly(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		return;
}

/* End now; no cleanup here, the sweep of tmp/ does that in peace. */
static void
on_signal(int number)
{
	if (is_held) {
		is_late = 1;
		return;
	}
	if (is_lmtp)
		write_blindly(STDOUT_FILENO, "421 ");
	write_blindly(STDOUT_FILENO, number == SIGALRM
					 ? "4.4.2 no end of the message in time"
					 : "4.3.2 told to stop");
	write_blindly(STDOUT_FILENO, is_lmtp ? "\r\n" : "\n");
	_exit(ENQUEUE_LATER);
}

/* Whatever mask and handlers the mail server left us. */
static void
signals_set(void)
{
	static const int ending[] = {SIGALRM, SIGTERM, SIGHUP, SIGINT};
	struct sigaction act;
	sigset_t blocked;
	size_t i;

	memset(&act, 0, sizeof(act));
	act.sa_handler = on_signal;
	act.sa_flags = SA_RESTART;
	(void)sigfillset(&act.sa_mask);
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		(void)sigaction(ending[i], &act, NULL);
	/* a blocked one never strikes: the write that caused it fails instead */
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGPIPE);
	(void)sigaddset(&blocked, SIGXFSZ);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
	signals_rearm();
}

void
signals_rearm(void)
{
	(void)alarm(ENQUEUE_SECONDS);
}

void
signals_hold(void)
{
	is_held = 1;
}

void
signals_release(void)
{
	is_held = 0;
	if (is_late)
		_exit(ENQUEUE_LATER);
}

/* --- what both faces need ------------------------------------------------- */

int
fail_say(const char *status, const char *reason)
{
	char line[sizeof(struct why) + 32];
	int n;

	n = snprintf(line, sizeof(line), "%s%s %s%s", is_lmtp ? "421 " : "",
	    status, reason, is_lmtp ? "\r\n" : "\n");
	if (n > 0 && (size_t)n < sizeof(line))
		write_blindly(STDOUT_FILENO, line);
	return ENQUEUE_LATER;
}

const char *
sender_of(const char *sender)
{
	if (strcmp(sender, "<>") == 0 ||
	    strcasecmp(sender, "MAILER-DAEMON") == 0)
		return "";
	return sender;
}

int64_t
size_of(const char *text)
{
	int64_t size = 0;

	if (*text == '\0' || strlen(text) > 18)
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		size = size * 10 + (*text - '0');
	}
	return size;
}

/* --- the command line ----------------------------------------------------- */

enum option_kind {
	OPTION_VALUE,
	OPTION_LIST,
	OPTION_FLAG,
	OPTION_ALONE, /* only as the sole argument */
	OPTION_END
};

static const struct option {
	const char *name;
	enum option_kind kind;
	size_t offset;
} options[] = {
    {"-s", OPTION_VALUE, offsetof(struct request, spool)},
    {"-t", OPTION_VALUE, offsetof(struct request, role)},
    {"-f", OPTION_VALUE, offsetof(struct request, sender)},
    {"-q", OPTION_VALUE, offsetof(struct request, queue_id)},
    {"-a", OPTION_VALUE, offsetof(struct request, submitter)},
    {"-c", OPTION_VALUE, offsetof(struct request, client)},
    {"-z", OPTION_VALUE, offsetof(struct request, size)},
    {"-o", OPTION_LIST, 0},
    {"--env", OPTION_FLAG, offsetof(struct request, environment)},
    {"--lmtp", OPTION_FLAG, offsetof(struct request, lmtp)},
    {"--help", OPTION_ALONE, 0},
    {"--version", OPTION_ALONE, 0},
    {"--", OPTION_END, 0},
};

/* The option an argument is, or NULL. */
static const struct option *
option_find(const char *arg)
{
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(arg, options[i].name) == 0)
			return &options[i];
	return NULL;
}

/*
 * Take the value of an option.  A value that looks like the next option is no
 * value: a shell between the mail server and us has dropped an empty one.
 */
static enum res
take_value(struct request *request, const struct option *option,
    const char *const *arg, struct why *why)
{
	const char **target;

	if (arg[1] == NULL || option_find(arg[1]) != NULL)
		return why_set(why, RES_PERM,
		    "option %s has no value (did a shell drop it? use --env)",
		    option->name);
	target = (const char **)(void *)((char *)request + option->offset);
	*target = arg[1];
	return RES_OK;
}

/* Take one option with its values; *used counts the arguments. */
static enum res
take_option(struct request *request, const struct option *option,
    const char *const *arg, size_t *used, struct why *why)
{
	*used = 1;
	switch (option->kind) {
	case OPTION_VALUE:
		*used = 2;
		return take_value(request, option, arg, why);
	case OPTION_LIST:
		if (request->originals > 0)
			return why_set(why, RES_PERM, "option -o twice");
		request->original = arg + 1;
		while (arg[*used] != NULL && option_find(arg[*used]) == NULL)
			(*used)++;
		request->originals = *used - 1;
		return RES_OK;
	case OPTION_FLAG:
		*(int *)(void *)((char *)request + option->offset) = 1;
		return RES_OK;
	case OPTION_ALONE:
		return why_set(
		    why, RES_PERM, "option %s stands alone", option->name);
	case OPTION_END:
		for (request->recipient = arg + 1; arg[*used] != NULL;)
			(*used)++;
		request->recipients = *used - 1;
		return RES_OK;
	}
	return RES_OK;
}

/* The whole command line. */
static enum res
parse(struct request *request, const char *const *arg, struct why *why)
{
	enum res r = RES_OK;
	size_t used;

	for (; r == RES_OK && *arg != NULL; arg += used) {
		const struct option *option = option_find(*arg);

		/* the argument itself may be an address: not for the log */
		if (option == NULL)
			return why_set(why, RES_PERM,
			    "unknown option, or recipients without -- before");
		r = take_option(request, option, arg, &used, why);
	}
	return r;
}

/* The role by its own name or by the one a mail administrator would use. */
static enum res
check_role(struct request *request, struct why *why)
{
	static const struct {
		const char *name, *role;
	} role[] = {{"in", "in"}, {"out", "out"}, {"filter", "filter"},
	    {"inbound", "in"}, {"outgoing", "out"}, {"resource", "in"}};
	size_t i;

	for (i = 0; i < sizeof(role) / sizeof(role[0]); i++) {
		if (strcmp(request->role, role[i].name) == 0) {
			request->role = role[i].role;
			return RES_OK;
		}
	}
	return why_set(why, RES_PERM, "-t must be in, out or filter");
}

/* Fill in what the environment tells (Exim, OpenSMTPD, qmail). */
static enum res
take_environment(struct request *request, struct why *why)
{
	static const char *recipient, *original;

	if (request->sender == NULL)
		request->sender = getenv("SENDER");
	if (request->sender == NULL)
		return why_set(
		    why, RES_PERM, "SENDER is not in the environment");
	if (request->recipients > 0)
		return RES_OK;
	recipient = getenv("RECIPIENT");
	/* Exim sets it to "@domain" for a batch */
	if (recipient == NULL || recipient[0] == '\0' || recipient[0] == '@')
		return why_set(
		    why, RES_PERM, "RECIPIENT is not in the environment");
	request->recipient = &recipient;
	request->recipients = 1;
	original = getenv("ORIG_RECIPIENT");
	if (request->originals == 0 && original != NULL) {
		request->original = &original;
		request->originals = 1;
	}
	return RES_OK;
}

/* Is the command line complete and does it agree with itself? */
static enum res
check(struct request *request, struct why *why)
{
	enum res r = check_role(request, why);

	if (r != RES_OK || request->lmtp)
		return r;
	if (request->environment)
		r = take_environment(request, why);
	if (r != RES_OK)
		return r;
	if (request->recipients == 0)
		return why_set(why, RES_PERM, "no recipient");
	if (request->recipients > SPOOL_RCPT_MAX)
		return why_set(
		    why, RES_PERM, "more than %d recipients", SPOOL_RCPT_MAX);
	if (request->originals != 0 &&
	    request->originals != request->recipients)
		return why_set(why, RES_PERM, "%zu recipients but %zu after -o",
		    request->recipients, request->originals);
	/* Nobody said who sent it: it is booked and never answered. */
	if (request->sender == NULL)
		request->sender = "";
	if (request->size[0] != '\0' && size_of(request->size) < 0)
		return why_set(why, RES_PERM, "-z takes a decimal number");
	return RES_OK;
}

/* Is a word anywhere on the command line? */
static int
has(const char *const *arg, const char *word)
{
	while (*arg != NULL && strcmp(*arg, word) != 0)
		arg++;
	return *arg != NULL;
}

/* Does a mail server call?  Then nothing but 75 may come out. */
static int
is_from_server(const char *const *arg)
{
	return has(arg, "--") || has(arg, "--env") || has(arg, "--lmtp");
}

/*
 * Answer --help and --version.  Only if they stand alone: exit 0 to a mail
 * server means that the message is safe.
 */
static int
answer_person(const char *const *arg)
{
	if (arg[0] == NULL || arg[1] != NULL)
		return 0;
	if (strcmp(arg[0], "--help") == 0)
		write_blindly(STDOUT_FILENO, usage);
	else if (strcmp(arg[0], "--version") == 0)
		write_blindly(
		    STDOUT_FILENO, "imip-enqueue " IMIPD_VERSION "\n");
	else
		return 0;
	return 1;
}

/* What a wrong command line ends in. */
static int
refuse(const char *const *arg, const struct why *why)
{
	/* a mail server that got 64 after all still sees "later" in this */
	(void)fail_say("4.3.5", why->text);
	if (is_from_server(arg))
		return ENQUEUE_LATER;
	write_blindly(STDERR_FILENO, usage);
	return ENQUEUE_USAGE;
}

int
main(int argc, char *argv[])
{
	static struct spool_put put;
	const char *const *arg = (const char *const *)argv + (argc > 0);
	struct request request = {.spool = DEFAULT_SPOOL,
	    .role = "in",
	    .queue_id = "",
	    .submitter = "",
	    .client = "",
	    .size = ""};
	struct why why;

	if (answer_person(arg))
		return 0;
	signals_set();
	(void)umask(027);
	is_lmtp = has(arg, "--lmtp") && !has(arg, "--");
	if (parse(&request, arg, &why) != RES_OK ||
	    check(&request, &why) != RES_OK)
		return refuse(arg, &why);
	return request.lmtp ? lmtp_run(&request, &put)
	                    : pipe_run(&request, &put);
}
