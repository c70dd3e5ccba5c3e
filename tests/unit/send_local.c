/*
 * send_local.c - letters that stay on this machine: sendmail and maildir
 */
#include <dirent.h>
#include <sys/stat.h>

#include "tests/unit/send_fixture.h"

/* --- sendmail ----------------------------------------------------------- */

/* A command that is this shell script; its path. */
static char *
script(void *ctx, const char *text)
{
	char *path = mem_print(ctx, "%s/sendmail", scratch);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	(void)fprintf(f, "#!/bin/sh\n%s\n", text);
	(void)fclose(f);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

/* Send the letter through the script. */
static enum res
run_script(const char *text, struct letter l, struct why *why)
{
	void *ctx = talloc_new(NULL);
	struct send *s =
	    relay_open(ctx, mem_print(ctx, "sendmail:%s", script(ctx, text)));
	enum res r;

	send_set_limits(s, 700, 2000);
	r = send_letter(s, &l, why);
	talloc_free(ctx);
	return r;
}

static void
sendmail_gets_letter_and_arguments(void **state)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	const char *body = "d=$(dirname \"$0\"); printf '%s\\n' \"$#\" \"$@\" "
			   ">\"$d/args\"; cat >\"$d/letter\"";
	char *seen;

	(void)state;
	if (run_script(body, l, &why) != RES_OK)
		fail_msg("%s", why.text);
	seen = contents(ctx, mem_print(ctx, "%s/args", scratch));
	assert_string_equal(
	    seen, "5\n-i\n-f\nroom@example.com\n--\nann@example.org\n");
	seen = contents(ctx, mem_print(ctx, "%s/letter", scratch));
	assert_null(strchr(seen, '\r'));
	assert_int_equal(count(seen, "\n\none\n.two\n..\n.\nlast\n"), 1);
	l.sender = "";
	assert_int_equal(run_script(body, l, &why), RES_OK);
	seen = contents(ctx, mem_print(ctx, "%s/args", scratch));
	assert_string_equal(seen, "5\n-i\n-f\n<>\n--\nann@example.org\n");
	talloc_free(ctx);
}

static void
sendmail_exits(void **state)
{
	static const struct {
		const char *script;
		enum res res;
		const char *words;
	} all[] = {
	    {"cat >/dev/null; exit 0", RES_OK, NULL},
	    {"cat >/dev/null; exit 64", RES_PERM, "exit 64"},
	    {"cat >/dev/null; exit 65", RES_PERM, NULL},
	    {"cat >/dev/null; echo no such user >&2; exit 67", RES_PERM,
		"exit 67: no such user"},
	    {"cat >/dev/null; exit 70", RES_PERM, NULL},
	    {"cat >/dev/null; exit 71", RES_TEMP, NULL},
	    {"cat >/dev/null; exit 73", RES_TEMP, NULL},
	    {"cat >/dev/null; exit 74", RES_TEMP, NULL},
	    {"cat >/dev/null; printf 'try\\033later'; exit 75", RES_TEMP,
		"try later"},
	    {"cat >/dev/null; exit 78", RES_PERM, NULL},
	    {"exit 1", RES_TEMP, NULL},
	    {"exit 127", RES_TEMP, NULL},
	    {"kill -9 $$", RES_TEMP, "signal 9"},
	    {"kill -PIPE $$", RES_TEMP, "signal 13"},
	    {"sleep 1000", RES_TEMP, "too long"},
	    {"cat >/dev/null; sleep 30 & exit 0", RES_OK, NULL},
	    {"yes | head -c 1000000; cat >/dev/null; exit 75", RES_TEMP,
		"y y y"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct why why = {""};
		enum res r = run_script(all[i].script, plain_letter(), &why);

		if (r != all[i].res ||
		    (all[i].words != NULL &&
			strstr(why.text, all[i].words) == NULL))
			fail_msg(
			    "%s: %s %s", all[i].script, res_name(r), why.text);
	}
}

static void
sendmail_that_does_not_read(void **state)
{
	void *ctx = talloc_new(NULL);
	char *big = mem_text(ctx, "a: b\r\n\r\n");
	struct why why = {""};
	int i;

	(void)state;
	for (i = 0; i < 20000; i++)
		mem_add(&big, "0123456789\r\n");
	assert_int_equal(
	    run_script("exit 0",
		letter_of("a@example.com", "b@example.com", big), &why),
	    RES_TEMP);
	assert_non_null(strstr(why.text, "did not read"));
	assert_int_equal(
	    run_script("cat | wc -c | grep -q '^220006$'",
		letter_of("a@example.com", "b@example.com", big), &why),
	    RES_OK);
	talloc_free(ctx);
}

/* --- maildir ------------------------------------------------------------ */

/* How many files a directory of the maildir has; the last one's name. */
static int
files_in(const char *maildir, const char *part, char *name, size_t size)
{
	char path[400];
	struct dirent *e;
	int n = 0;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/%s", maildir, part);
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(name, size, "%s", e->d_name);
		n++;
	}
	(void)closedir(d);
	return n;
}

static void
maildir_takes_a_letter_once(void **state)
{
	void *ctx = talloc_new(NULL);
	char *path = mem_print(ctx, "%s/box", scratch), name[300] = "";
	struct send *s = relay_open(ctx, mem_print(ctx, "maildir:%s", path));
	struct letter l = plain_letter();
	struct why why = {""};
	char *seen;

	(void)state;
	if (send_letter(s, &l, &why) != RES_OK)
		fail_msg("%s", why.text);
	assert_int_equal(files_in(path, "new", name, sizeof(name)), 1);
	assert_string_equal(name, "1.2.3@host.example");
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(files_in(path, "new", name, sizeof(name)), 1);
	seen = contents(ctx, mem_print(ctx, "%s/new/%s", path, name));
	assert_null(strchr(seen, '\r'));
	assert_int_equal(strncmp(seen, "From: room@", 11), 0);
	assert_int_equal(count(seen, "\n\none\n.two\n..\n.\nlast\n"), 1);
	assert_int_equal(files_in(path, "tmp", name, sizeof(name)), 0);
	assert_int_equal(files_in(path, "cur", name, sizeof(name)), 0);
	talloc_free(ctx);
}

static void
maildir_names_are_safe(void **state)
{
	static const char *const ids[] = {"<../../etc/x@h>", "<.x@h>",
	    "<=2E@h>", "<a:2,S@h>", "<a b@h>", "<a/b@h>", "<a=2Fb@h>",
	    "<a\x01@h>"};
	void *ctx = talloc_new(NULL);
	char *path = mem_print(ctx, "%s/odd", scratch), name[300] = "";
	struct send *s = relay_open(ctx, mem_print(ctx, "maildir:%s", path));
	struct letter l = plain_letter();
	struct why why = {""};
	char *long_id;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		l.message_id = ids[i];
		assert_int_equal(send_letter(s, &l, &why), RES_OK);
		assert_int_equal(
		    files_in(path, "new", name, sizeof(name)), (int)i + 1);
	}
	long_id = mem_array(ctx, char, 900);
	memset(long_id, 'a', 800);
	l.message_id = long_id;
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	long_id[799] = 'b';
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(files_in(path, "new", name, sizeof(name)), (int)i + 2);
	l.message_id = "";
	assert_int_equal(send_letter(s, &l, &why), RES_PERM);
	talloc_free(ctx);
}

static void
maildir_that_cannot_be(void **state)
{
	void *ctx = talloc_new(NULL);
	struct send *s =
	    relay_open(ctx, mem_print(ctx, "maildir:%s/none/box", scratch));
	struct letter l = plain_letter();
	struct why why = {""};

	(void)state;
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_true(send_is_down(s));
	assert_non_null(strstr(why.text, "mkdir"));
	talloc_free(ctx);
}

/* --- */

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sendmail_gets_letter_and_arguments),
	    cmocka_unit_test(sendmail_exits),
	    cmocka_unit_test(sendmail_that_does_not_read),
	    cmocka_unit_test(maildir_takes_a_letter_once),
	    cmocka_unit_test(maildir_names_are_safe),
	    cmocka_unit_test(maildir_that_cannot_be),
	};
	int failed;

	(void)argc;
	if (!fixture_open(argv[0]))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_close();
	return failed;
}
