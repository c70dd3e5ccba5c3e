/*
 * golden.c - one golden case: messages and state in, state and answers out
 *
 * usage: golden CASE-FOLDER
 *
 * The folder holds "case", a script of one directive a line, and the messages
 * it names.  What happens is printed for diff(1) with the folder's "expect".
 *
 *	calendar ADDRESS KEY=VALUE ...   settings; '_' in a value is a blank
 *	booked ADDRESS START END UID     a booking of somebody else
 *	now TIME                         arrival of the next messages
 *	sender ADDRESS                   envelope sender, "<>" for the null sender
 *	recipient ADDRESS ...            envelope recipients
 *	submitter USER                   who gave a password for it
 *	trust SERVER ...                 trust_authserv of imipd.conf
 *	answers N                        answers_per_hour of imipd.conf
 *	mail FILE                        a message arrives
 *	extend TIME                      the horizon moves: series grow to TIME
 *
 * Clock and ids are the script's, so every byte of an answer is expected.  Only
 * the transfer encoding of the calendar part is undone, for the reader's sake.
 * GOLDEN_LETTERS in the environment names a folder in which each answer is also
 * left as it is, for other programs to read.
 */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/language.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/engine/engine.h"

#define WORDS_MAX 20

struct stage {
	const char *folder;
	char scratch[256];
	struct settings settings;
	struct engine engine;
	int64_t now;
	const char *sender;
	const char *submitter;
	const char *trusted[WORDS_MAX + 1];
	const char *recipient[WORDS_MAX];
	size_t nrecipient;
	int step;
};

/* The end, with a reason; a case that cannot run must not pass. */
static void
give_up(const char *what, const char *text)
{
	(void)fflush(stdout);
	fatal(1, "%s: %s", what, text);
}

static void
need(enum res r, const char *what, const struct why *why)
{
	if (r != RES_OK)
		give_up(what, why->text);
}

/* A time of the script. */
static int64_t
time_of(const char *text)
{
	int64_t t = 0;

	if (!utc_parse(text, &t))
		give_up("not a time", text);
	return t;
}

/* Write a calendar file. */
static void
add_calendar(struct stage *s, char **word, size_t n)
{
	char path[600];
	FILE *f;
	size_t i;

	(void)snprintf(
	    path, sizeof(path), "%s/calendars/%s", s->scratch, word[1]);
	f = fopen(path, "w");
	if (f == NULL)
		give_up(path, strerror(errno));
	for (i = 2; i < n; i++) {
		char *p;

		int blanks = strncmp(word[i], "name=", 5) == 0 ||
		             strncmp(word[i], "delegate=", 9) == 0;

		for (p = word[i]; *p != '\0'; p++)
			if (*p == '_' && blanks)
				*p = ' ';
		(void)fprintf(f, "%s\n", word[i]);
	}
	(void)fclose(f);
}

/* Open directory, store and reader at the first use. */
static void
open_engine(struct stage *s)
{
	struct why why = {""};
	struct engine *e = &s->engine;

	if (e->store != NULL)
		return;
	s->settings.calendars = mem_print(NULL, "%s/calendars", s->scratch);
	s->settings.store = mem_print(NULL, "sqlite:%s/store.db", s->scratch);
	s->settings.sender = "calendar@example.com";
	s->settings.host = "mx.example.com";
	s->settings.horizon = INT64_C(400) * 86400;
	s->settings.unknown = UNKNOWN_HOLD;
	s->settings.trust_authserv = s->trusted;
	e->settings = &s->settings;
	need(directory_open(NULL, s->settings.calendars, s->settings.horizon,
		 &e->directory, &why),
	    "calendars", &why);
	need(store_open(NULL, s->settings.store, STORE_CREATE, &e->store, &why),
	    "store", &why);
	e->reader = reader_new(NULL, NULL);
}

/* A booking that is there already. */
static void
add_booking(struct stage *s, char **word)
{
	struct why why = {""};
	struct busy busy = {.uid = word[4],
	    .organizer = "other@example.net",
	    .start = time_of(word[2]),
	    .end = time_of(word[3]),
	    .status = "ACCEPTED",
	    .summary = "Somebody else's secret"};
	struct record record = {.calendar = word[1],
	    .uid = word[4],
	    .organizer = "other@example.net",
	    .instance = INSTANCE_MASTER,
	    .digest = "0",
	    .state = RECORD_BOOKED,
	    .summary = busy.summary,
	    .text = "",
	    .covered = INT64_MAX};
	struct change change = {.organizer = "other@example.net",
	    .drop_from = INT64_MAX,
	    .put = &record,
	    .nput = 1,
	    .add = &busy,
	    .nadd = 1};

	open_engine(s);
	busy.instance = busy.start;
	need(store_begin(s->engine.store, &why), "begin", &why);
	need(store_change(
		 s->engine.store, word[1], word[4], &change, s->now, &why),
	    "booked", &why);
	need(store_commit(s->engine.store, &why), "commit", &why);
}

/* One base64 digit, or -1. */
static int
digit(int c)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c == '\0' ? NULL : strchr(alphabet, c);

	return p == NULL ? -1 : (int)(p - alphabet);
}

/* Print a base64 body up to `end` decoded, without its CRs. */
static void
print_decoded(const char *p, const char *end)
{
	unsigned int bits = 0;
	int n = 0;

	for (; p < end; p++) {
		int d = digit(*p);

		if (d < 0)
			continue;
		bits = bits << 6 | (unsigned int)d;
		if ((n += 6) >= 8) {
			n -= 8;
			if (((bits >> n) & 0xff) != '\r')
				(void)putchar((int)((bits >> n) & 0xff));
		}
	}
}

/* Print a letter; each LF must have its CR, each CR its LF. */
static void
print_letter(const struct letter *letter)
{
	const char *p = letter->bytes, *end = p + letter->n;
	int base64 = 0, body = 0;

	(void)printf(
	    "answer from <%s> to <%s>\n", letter->sender, letter->recipient);
	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const char *stop;

		if (eol == NULL || eol == p || eol[-1] != '\r')
			give_up("answer", "a line does not end in CR LF");
		if (strncasecmp(p, "Content-Transfer-Encoding: base64", 33) ==
		    0)
			base64 = 1;
		(void)printf("  %.*s\n", (int)(eol - p - 1), p);
		body = base64 && eol - p == 1;
		p = eol + 1;
		if (!body)
			continue;
		stop = strstr(p, "\r\n--");
		if (stop == NULL)
			give_up("answer", "base64 part without an end");
		print_decoded(p, stop);
		p = stop + 2;
		base64 = body = 0;
	}
}

/* Leave a letter as it is. */
static void
leave_letter(const struct letter *letter)
{
	const char *folder = getenv("GOLDEN_LETTERS");
	char path[600];
	FILE *f;

	if (folder == NULL)
		return;
	(void)snprintf(path, sizeof(path), "%s/%d%.60s.eml", folder,
	    (int)getpid(), letter->message_id);
	f = fopen(path, "w");
	if (f == NULL || fwrite(letter->bytes, 1, letter->n, f) != letter->n ||
	    fclose(f) != 0)
		give_up(path, strerror(errno));
}

/* All letters of a decision, or why there is none. */
static void
print_letters(const struct decision *d, const struct letter *letter)
{
	if (letter == NULL && d->quiet[0] != '\0')
		(void)printf("no answer: %s\n", d->quiet);
	for (; letter != NULL; letter = letter->next) {
		print_letter(letter);
		leave_letter(letter);
	}
}

/* What was decided, rule by rule, and the letters. */
static void
print_settled(const struct settled *settled)
{
	size_t i, k;

	for (i = 0; i < settled->n; i++) {
		const struct decision *d = settled->decision[i];

		(void)printf("%s: %s (%s) %s\n", d->calendar->address,
		    verdict_name(d->verdict), d->code, d->reason);
		for (k = 0; k < d->ntrace; k++)
			(void)printf("  rule %s: %s%s%s\n", d->trace[k].rule,
			    d->trace[k].result,
			    d->trace[k].detail[0] == '\0' ? "" : ", ",
			    d->trace[k].detail);
		print_letters(d, settled->letter[i]);
	}
	if (settled->outcome == OUTCOME_HOLD)
		(void)printf("held: %s\n", settled->reason);
}

/* All bookings of all calendars. */
static void
print_bookings(struct stage *s)
{
	const struct calendar *const *all;
	struct why why = {""};
	size_t i, k, n, ncalendar;

	all = directory_all(s->engine.directory, &ncalendar);
	for (i = 0; i < ncalendar; i++) {
		struct busy *busy;

		need(store_bookings(s->engine.store, NULL, all[i]->address, 0,
			 INT64_C(253402300799), &busy, &n, &why),
		    "bookings", &why);
		for (k = 0; k < n; k++) {
			char a[24], b[24];

			(void)printf("booked %s %s %s %s\n", all[i]->address,
			    utc_text(a, sizeof(a), busy[k].start),
			    utc_text(b, sizeof(b), busy[k].end), busy[k].uid);
		}
	}
}

/* Ask the reader about the message. */
static struct notice *
understand(struct stage *s, struct errand *errand, const char *file)
{
	char path[600];
	struct notice *notice = NULL;
	struct why why = {""};
	struct stat st;
	int64_t from, to;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", s->folder, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		give_up(path, strerror(errno));
	engine_window(&s->engine, errand, &from, &to);
	if (reader_ask(s->engine.reader, errand, fd, (int64_t)st.st_size, from,
		to, 0, &notice, &why) != READING_OK)
		give_up("reader", why.text);
	(void)close(fd);
	return notice;
}

/* A message arrives. */
static void
run_mail(struct stage *s, const char *file)
{
	struct errand *errand = mem_new(NULL, struct errand);
	struct settled *settled;
	struct why why = {""};

	open_engine(s);
	errand->id = mem_print(errand, "case.%d", ++s->step);
	errand->role = "in";
	errand->sender = s->sender;
	errand->queue_id = "";
	errand->submitter = s->submitter == NULL ? "" : s->submitter;
	errand->recipient = s->recipient;
	errand->nrecipient = s->nrecipient;
	errand->arrival = s->now;
	errand->notice = understand(s, errand, file);
	(void)printf("== %s\n", file);
	need(store_begin(s->engine.store, &why), "begin", &why);
	need(engine_settle(&s->engine, errand, errand, 1, &settled, &why),
	    "settle", &why);
	need(store_commit(s->engine.store, &why), "commit", &why);
	print_settled(settled);
	print_bookings(s);
	talloc_free(errand);
}

/* Series grow. */
static void
run_extend(struct stage *s, const char *to)
{
	struct why why = {""};
	size_t n = 0;

	open_engine(s);
	(void)printf("== extend %s\n", to);
	need(store_begin(s->engine.store, &why), "begin", &why);
	need(engine_extend(&s->engine, "", time_of(to), s->now, &n, &why),
	    "extend", &why);
	need(store_commit(s->engine.store, &why), "commit", &why);
	print_bookings(s);
}

/* One directive; its words stay allocated. */
static void
run_line(struct stage *s, char *line)
{
	char *word[WORDS_MAX + 1], *save = NULL, *p;
	size_t n = 0, i;

	for (p = strtok_r(line, " \t\n", &save); p != NULL && n < WORDS_MAX;
	     p = strtok_r(NULL, " \t\n", &save))
		word[n++] = p;
	if (n == 0 || word[0][0] == '#')
		return;
	if (strcmp(word[0], "calendar") == 0 && n > 1) {
		add_calendar(s, word, n);
	} else if (strcmp(word[0], "booked") == 0 && n == 5) {
		add_booking(s, word);
	} else if (strcmp(word[0], "now") == 0 && n == 2) {
		s->now = time_of(word[1]);
	} else if (strcmp(word[0], "sender") == 0 && n == 2) {
		s->sender = strcmp(word[1], "<>") == 0 ? "" : word[1];
	} else if (strcmp(word[0], "recipient") == 0 && n > 1) {
		s->nrecipient = n - 1;
		for (i = 1; i < n; i++)
			s->recipient[i - 1] = word[i];
	} else if (strcmp(word[0], "submitter") == 0 && n == 2) {
		s->submitter = word[1];
	} else if (strcmp(word[0], "answers") == 0 && n == 2) {
		s->settings.answers_per_hour = atoi(word[1]);
	} else if (strcmp(word[0], "trust") == 0 && n > 1) {
		for (i = 1; i < n; i++)
			s->trusted[i - 1] = word[i];
	} else if (strcmp(word[0], "mail") == 0 && n == 2) {
		run_mail(s, word[1]);
	} else if (strcmp(word[0], "extend") == 0 && n == 2) {
		run_extend(s, word[1]);
	} else {
		give_up("unknown directive", word[0]);
	}
}

/* Run the script. */
static void
run_case(struct stage *s)
{
	char path[600];
	char *line = NULL;
	size_t room = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/case", s->folder);
	f = fopen(path, "r");
	if (f == NULL)
		give_up(path, strerror(errno));
	while (getline(&line, &room, f) > 0)
		run_line(s, mem_text(NULL, line));
	free(line);
	(void)fclose(f);
	if (s->step == 0)
		give_up(path, "no mail in the case");
}

int
main(int argc, char **argv)
{
	struct stage s;
	char path[600];

	memset(&s, 0, sizeof(s));
	log_open("golden", 1);
	mem_init();
	language_init();
	if (argc != 2)
		fatal(64, "usage: golden CASE-FOLDER");
	s.folder = argv[1];
	s.sender = "";
	(void)snprintf(s.scratch, sizeof(s.scratch), "%s/golden.XXXXXX",
	    getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR"));
	if (mkdtemp(s.scratch) == NULL)
		give_up(s.scratch, strerror(errno));
	(void)snprintf(path, sizeof(path), "%s/calendars", s.scratch);
	if (mkdir(path, 0700) < 0)
		give_up(path, strerror(errno));
	run_case(&s);
	reader_stop(s.engine.reader);
	store_close(s.engine.store);
	return 0;
}
