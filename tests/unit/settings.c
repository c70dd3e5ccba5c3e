/* settings.c - imipd.conf: defaults, every wrong value, and its manual page */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/engine/settings.h"
#include "tests/unit/manual_keys.h"

static char scratch[] = "/tmp/imipd-settings.XXXXXX";
static char path[200];

/* Write the file. */
static void
write_file(const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	(void)fputs(text, f);
	(void)fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

/* Read settings of this text. */
static enum res
read_text(const char *text, struct settings **s, struct why *why)
{
	write_file(text, 0640);
	why->text[0] = '\0';
	return settings_read(NULL, path, s, why);
}

/* The text must be refused, with these words. */
static void
refused(const char *text, const char *words)
{
	struct settings *s;
	struct why why;

	if (read_text(text, &s, &why) != RES_PERM)
		fail_msg("\"%s\" was taken", text);
	assert_null(s);
	if (strstr(why.text, words) == NULL ||
	    strncmp(why.text, path, strlen(path)) != 0)
		fail_msg("\"%s\": said \"%s\"", text, why.text);
}

/* The text must be taken. */
static void
taken(const char *text)
{
	struct settings *s;
	struct why why;

	if (read_text(text, &s, &why) != RES_OK)
		fail_msg("\"%s\": %s", text, why.text);
	talloc_free(s);
}

static void
empty_file_gives_defaults(void **state)
{
	struct settings *s;
	struct why why;
	char host[256] = "";

	(void)state;
	assert_int_equal(read_text("# nothing\n", &s, &why), RES_OK);
	assert_string_equal(s->spool, "/var/spool/imipd");
	assert_string_equal(s->store, "sqlite:/var/lib/imipd/imipd.db");
	assert_string_equal(s->calendars, "/etc/imipd/calendars");
	assert_string_equal(s->publish, "/var/lib/imipd/www");
	assert_string_equal(s->relay, "smtp://localhost:25");
	assert_string_equal(s->sender, "");
	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	assert_string_equal(s->host, host);
	assert_int_equal(s->unknown, UNKNOWN_HOLD);
	assert_int_equal(s->keep, 30 * 86400);
	assert_int_equal(s->horizon, 400 * 86400);
	assert_int_equal(s->publish_past, 7 * 86400);
	talloc_free(s);
}

static void
every_key_is_read(void **state)
{
	struct settings *s;
	struct why why;

	(void)state;
	assert_int_equal(
	    read_text("spool = /a\nstore = sqlite:/b\ncalendars = /c\n"
		      "publish =\nrelay = maildir:/d\nsender = e@example.com\n"
		      "host = f.example\nunknown = pass\nkeep = 0\n"
		      "horizon = 2w\npublish_past = 1h # comment\n",
		&s, &why),
	    RES_OK);
	assert_string_equal(s->spool, "/a");
	assert_string_equal(s->store, "sqlite:/b");
	assert_string_equal(s->calendars, "/c");
	assert_string_equal(s->publish, "");
	assert_string_equal(s->relay, "maildir:/d");
	assert_string_equal(s->sender, "e@example.com");
	assert_string_equal(s->host, "f.example");
	assert_int_equal(s->unknown, UNKNOWN_PASS);
	assert_int_equal(s->keep, 0);
	assert_int_equal(s->horizon, 14 * 86400);
	assert_int_equal(s->publish_past, 3600);
	talloc_free(s);
}

static void
wrong_values_are_refused(void **state)
{
	static const char *const all[][2] = {
	    {"colour = red\n", "line 1"},
	    {"\n\nspol = /a\n", "line 3"},
	    {"spool = a\n", "/"},
	    {"spool =\n", "spool: expected a path"},
	    {"store = /a\n", "sqlite:/ABSOLUTE/PATH"},
	    {"store = sqlite:a\n", "sqlite:/ABSOLUTE/PATH"},
	    {"store = postgresql:host=x\n", "not supported yet"},
	    {"calendars = a\n", "starts with /"},
	    {"calendars = ldap://x\n", "not supported yet"},
	    {"publish = www\n", "/"},
	    {"relay = localhost\n", "smtp://HOST:PORT"},
	    {"relay = smtp://\n", "smtp://HOST:PORT"},
	    {"relay = sendmail:sendmail\n", "sendmail:/PATH"},
	    {"relay = maildir:out\n", "maildir:/PATH"},
	    {"sender = calendar\n", "address"},
	    {"sender = a b@example.com\n", "address"},
	    {"sender = <a@example.com>\n", "address"},
	    {"host = a b\n", "host name"},
	    {"host = a@b\n", "host name"},
	    {"unknown = bounce\n", "pass person hold"},
	    {"keep = -1\n", "keep"},
	    {"keep = soon\n", "keep"},
	    {"horizon = 1h\n", "horizon"},
	    {"horizon = 99999d\n", "horizon"},
	    {"keep = 1d\nkeep = 2d\n", "line 2"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		refused(all[i][0], all[i][1]);
}

static void
relays_that_are_known_are_taken(void **state)
{
	(void)state;
	taken("relay = smtp://mail.example.com\n");
	taken("relay = smtps://u:p@mail.example.com\n");
	taken("relay = lmtp:/run/dovecot/lmtp\n");
	taken("relay = lmtp:localhost:24\n");
	taken("relay = sendmail:/usr/sbin/sendmail\n");
	taken("relay = maildir:/var/mail/out\n");
}

static void
password_is_kept_from_others(void **state)
{
	struct settings *s;
	struct why why = {""};

	(void)state;
	write_file("relay = smtps://u:secret@mail.example.com\n", 0644);
	assert_int_equal(settings_read(NULL, path, &s, &why), RES_PERM);
	assert_non_null(strstr(why.text, "chmod"));
	assert_null(strstr(why.text, "secret"));
	taken("relay = smtps://u:secret@mail.example.com\n");
	write_file("relay = smtp://mail.example.com\n", 0644);
	assert_int_equal(settings_read(NULL, path, &s, &why), RES_OK);
	talloc_free(s);
}

static void
file_is_found_by_the_environment(void **state)
{
	struct settings *s;
	struct why why = {""};
	char none[300];

	(void)state;
	write_file("keep = 5d\n", 0640);
	assert_int_equal(setenv("IMIPD_CONF", path, 1), 0);
	assert_int_equal(settings_read(NULL, NULL, &s, &why), RES_OK);
	assert_int_equal(s->keep, 5 * 86400);
	talloc_free(s);
	(void)snprintf(none, sizeof(none), "%s/none", scratch);
	assert_int_equal(setenv("IMIPD_CONF", none, 1), 0);
	assert_int_equal(settings_read(NULL, NULL, &s, &why), RES_PERM);
	assert_non_null(strstr(why.text, "none: no such file"));
	/* what is named by hand goes before */
	assert_int_equal(settings_read(NULL, path, &s, &why), RES_OK);
	talloc_free(s);
	assert_int_equal(unsetenv("IMIPD_CONF"), 0);
}

/* An example of the manual page, as a whole file. */
static void
try_example(const struct conf_key *key, const char *line)
{
	(void)key;
	taken(line);
}

static void
manual_page_and_table_agree(void **state)
{
	size_t n;
	const struct conf_key *keys = settings_keys(&n);

	(void)state;
	assert_true(n > 5);
	manual_compare("conf/imipd.conf.5", keys, n, try_example);
}

static void
sample_is_made_of_defaults(void **state)
{
	static char text[10000], all[10000];
	struct settings *sample, *plain;
	struct why why = {""};
	size_t n, i, k = 0;
	const struct conf_key *keys = settings_keys(&n);

	(void)state;
	manual_read("conf/imipd.conf", text, sizeof(text));
	/* every "#key = value" uncommented must say what the table says */
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] != '#' || text[i + 1] == ' ' || text[i + 1] == '\n')
			all[k++] = text[i];
	for (i = 0; i < n; i++) {
		char start[100];

		(void)snprintf(start, sizeof(start), "\n%s ", keys[i].name);
		if (strstr(all, start) == NULL)
			fail_msg("conf/imipd.conf lacks %s", keys[i].name);
	}
	assert_int_equal(read_text("", &plain, &why), RES_OK);
	if (read_text(all, &sample, &why) != RES_OK)
		fail_msg("%s", why.text);
	assert_string_equal(sample->spool, plain->spool);
	assert_string_equal(sample->store, plain->store);
	assert_string_equal(sample->calendars, plain->calendars);
	assert_string_equal(sample->publish, plain->publish);
	assert_string_equal(sample->relay, plain->relay);
	assert_string_equal(sample->sender, plain->sender);
	assert_string_equal(sample->host, plain->host);
	assert_int_equal(sample->answers_per_hour, plain->answers_per_hour);
	assert_null(plain->trust_authserv[0]);
	assert_null(sample->trust_authserv[0]);
	assert_int_equal(sample->unknown, plain->unknown);
	assert_int_equal(sample->keep, plain->keep);
	assert_int_equal(sample->horizon, plain->horizon);
	assert_int_equal(sample->publish_past, plain->publish_past);
	talloc_free(plain);
	talloc_free(sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(empty_file_gives_defaults),
	    cmocka_unit_test(every_key_is_read),
	    cmocka_unit_test(wrong_values_are_refused),
	    cmocka_unit_test(relays_that_are_known_are_taken),
	    cmocka_unit_test(password_is_kept_from_others),
	    cmocka_unit_test(file_is_found_by_the_environment),
	    cmocka_unit_test(manual_page_and_table_agree),
	    cmocka_unit_test(sample_is_made_of_defaults),
	};
	int failed;

	if (mkdtemp(scratch) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/imipd.conf", scratch);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlink(path);
	(void)rmdir(scratch);
	return failed;
}
