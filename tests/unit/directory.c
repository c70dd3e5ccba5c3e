/*
 * directory.c - calendar files: layers, aliases, and change while it runs
 *
 * No test waits: a file that is rewritten in the same tick of the clock must
 * be seen all the same.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/directory/directory.h"
#include "lib/directory/load.h"
#include "lib/directory/seen.h"
#include "tests/unit/manual_keys.h"

#define HORIZON (INT64_C(50) * 86400)

static char scratch[] = "/tmp/imipd-directory.XXXXXX";
static char dir[200];

/* --- files -------------------------------------------------------------- */

/* Write a file of the directory, in place. */
static void
put(const char *name, const char *text)
{
	char path[500];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	(void)fputs(text, f);
	(void)fclose(f);
}

/* Remove a file. */
static void
drop(const char *name)
{
	char path[500];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(unlink(path), 0);
}

/* nftw() callback. */
static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

/* An empty directory for each test. */
static int
set_up(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s/calendars", scratch);
	return mkdir(dir, 0700);
}

static int
tear_down(void **state)
{
	(void)state;
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- asking ------------------------------------------------------------- */

/* Open a directory without faults. */
static struct directory *
open_good(void)
{
	struct directory *d;
	struct why why = {""};

	if (directory_open(NULL, dir, HORIZON, &d, &why) != RES_OK)
		fail_msg("%s", why.text);
	assert_non_null(d);
	return d;
}

/* The calendar of an address; NULL if there is none. */
static const struct calendar *
find(struct directory *d, const char *address)
{
	const struct calendar *c;
	struct why why = {""};

	if (directory_find(d, address, &c, &why) != RES_OK)
		fail_msg("%s: %s", address, why.text);
	return c;
}

/* The address must be "later", with these words. */
static void
find_later(struct directory *d, const char *address, const char *words)
{
	const struct calendar *c;
	struct why why = {""};

	assert_int_equal(directory_find(d, address, &c, &why), RES_TEMP);
	assert_null(c);
	if (strstr(why.text, words) == NULL)
		fail_msg("%s: said \"%s\"", address, why.text);
	/* nobody need listen */
	assert_int_equal(directory_find(d, address, &c, NULL), RES_TEMP);
}

/* Opening must fail with these words. */
static void
open_bad(const char *words)
{
	struct directory *d;
	struct why why = {""};

	assert_int_equal(
	    directory_open(NULL, dir, HORIZON, &d, &why), RES_PERM);
	assert_non_null(d);
	if (strstr(why.text, words) == NULL)
		fail_msg("said \"%s\", not \"%s\"", why.text, words);
	talloc_free(d);
}

/* --- tests -------------------------------------------------------------- */

static void
one_line_is_a_calendar(void **state)
{
	struct directory *d;
	const struct calendar *c;
	char *zone = load_system_zone(NULL, "");

	(void)state;
	put("oak@example.com", "kind = room\n");
	d = open_good();
	c = find(d, "oak@example.com");
	assert_non_null(c);
	assert_string_equal(c->address, "oak@example.com");
	assert_string_equal(c->name, "oak@example.com");
	assert_int_equal(c->kind, KIND_ROOM);
	assert_string_equal(c->zone_name, zone);
	assert_non_null(c->zone);
	assert_null(c->alias[0]);
	assert_int_equal(c->horizon, HORIZON);
	assert_int_equal(c->past, PAST_DECLINE);
	assert_int_equal(c->forwarded, FORWARDED_HOLD);
	assert_int_equal(c->publish, 1);
	assert_int_equal(c->answer_automatic, 0);
	assert_int_equal(c->book_free, 1);
	assert_null(find(d, "elm@example.com"));
	assert_null(find(d, ""));
	assert_null(find(d, "@"));
	assert_null(find(d, "@room"));
	assert_null(find(d, "../calendars/oak@example.com"));
	assert_null(find(d, "./oak@example.com"));
	talloc_free(d);
	talloc_free(zone);
}

static void
every_key_is_read(void **state)
{
	struct directory *d;
	const struct calendar *c;

	(void)state;
	put("van@example.com",
	    "kind = resource\nname = Van\nzone = Europe/Berlin\n"
	    "alias = car@example.com, Bus@Example.com\n"
	    "alias = lorry@example.com\nhorizon = 9d\npast = accept\n"
	    "forwarded = book\npublish = no\nanswer_automatic = yes\n"
	    "book_free = off\n");
	d = open_good();
	c = find(d, "bus@example.com");
	assert_non_null(c);
	assert_string_equal(c->address, "van@example.com");
	assert_string_equal(c->name, "Van");
	assert_int_equal(c->kind, KIND_RESOURCE);
	assert_string_equal(c->zone_name, "Europe/Berlin");
	assert_int_equal(c->horizon, 9 * 86400);
	assert_int_equal(c->past, PAST_ACCEPT);
	assert_int_equal(c->forwarded, FORWARDED_BOOK);
	assert_int_equal(c->publish, 0);
	assert_int_equal(c->answer_automatic, 1);
	assert_int_equal(c->book_free, 0);
	assert_string_equal(c->alias[1], "bus@example.com");
	assert_ptr_equal(find(d, "LORRY+x@EXAMPLE.COM"), c);
	assert_ptr_equal(find(d, "Van+Detail+More@example.com"), c);
	talloc_free(d);
}

static void
kind_gives_defaults(void **state)
{
	struct directory *d;

	(void)state;
	put("@room", "horizon = 10d\npast = ignore\nzone = Asia/Tokyo\n");
	put("@resource", "horizon = 20d\n");
	put("a@example.com", "kind = room\n");
	put("b@example.com", "past = accept\nkind = room\n");
	put("c@example.com", "kind = resource\n");
	d = open_good();
	assert_int_equal(find(d, "a@example.com")->horizon, 10 * 86400);
	assert_int_equal(find(d, "a@example.com")->past, PAST_IGNORE);
	assert_string_equal(find(d, "a@example.com")->zone_name, "Asia/Tokyo");
	assert_int_equal(find(d, "b@example.com")->past, PAST_ACCEPT);
	assert_int_equal(find(d, "b@example.com")->horizon, 10 * 86400);
	assert_int_equal(find(d, "c@example.com")->horizon, 20 * 86400);
	assert_int_equal(find(d, "c@example.com")->past, PAST_DECLINE);
	/* the defaults change, come and go */
	put("@room", "horizon = 11d\n");
	assert_int_equal(find(d, "a@example.com")->horizon, 11 * 86400);
	assert_int_equal(find(d, "a@example.com")->past, PAST_DECLINE);
	drop("@resource");
	assert_int_equal(find(d, "c@example.com")->horizon, HORIZON);
	put("@resource", "horizon = 21d\n");
	assert_int_equal(find(d, "c@example.com")->horizon, 21 * 86400);
	put("@room", "horizn = 11d\n");
	find_later(d, "a@example.com", "@room line 1");
	assert_non_null(find(d, "c@example.com"));
	talloc_free(d);
}

/* A file of this text must be refused with these words. */
static void
wrong_file(const char *name, const char *text, const char *words)
{
	put(name, text);
	open_bad(words);
	drop(name);
}

static void
wrong_files_are_refused(void **state)
{
	(void)state;
	put("good@example.com", "kind = room\n");
	wrong_file("a@example.com", "", "a@example.com: kind: missing");
	wrong_file("a@example.com", "kind = hall\n", "line 1");
	wrong_file("a@example.com", "kind = person\n", "not supported yet");
	wrong_file("a@example.com", "kind = room\ncolour = red\n",
	    "a@example.com line 2");
	wrong_file("a@example.com", "kind = room\nzone = Mars\n", "line 2");
	wrong_file("a@example.com", "kind = room\nhorizon = 1h\n", "line 2");
	wrong_file("a@example.com", "kind = room\npublish = maybe\n", "line 2");
	wrong_file("a@example.com", "kind = room\nalias = b\n", "alias: b");
	wrong_file("A@example.com", "kind = room\n", "lower case");
	wrong_file("a+b@example.com", "kind = room\n", "detail");
	wrong_file("README", "kind = room\n", "README: expected an address");
	wrong_file("a b@example.com", "kind = room\n", "unfit");
	wrong_file("-a@example.com", "kind = room\n", "expected an address");
	wrong_file("a@b@example.com", "kind = room\n", "expected an address");
	wrong_file("a@", "kind = room\n", "expected an address");
	wrong_file("@hall", "", "@hall: expected @room");
	wrong_file("@room", "kind = resource\n", "@room: kind");
	wrong_file("@room", "name = x\n", "@room: name");
	wrong_file("@room", "alias = x@example.com\n", "@room: name and alias");
	talloc_free(open_good());
}

static void
leftovers_are_skipped(void **state)
{
	static const char *const names[] = {".a@example.com.swp", ".new",
	    "#a@example.com#", "a@example.com~", "a@example.com.bak",
	    "a@example.com.dpkg-old", "a@example.com.orig"};
	struct directory *d;
	char path[500];
	size_t i, n;

	(void)state;
	put("a@example.com", "kind = room\n");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put(names[i], "nonsense\n");
	(void)snprintf(path, sizeof(path), "%s/old", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	d = open_good();
	assert_non_null(find(d, "a@example.com"));
	assert_null(find(d, ".new"));
	(void)directory_all(d, &n);
	assert_int_equal(n, 1);
	talloc_free(d);
}

static void
files_come_change_and_go(void **state)
{
	struct directory *d = open_good();
	const struct calendar *const *all, *old;
	struct why why = {""};
	size_t n;

	(void)state;
	assert_null(find(d, "a@example.com"));
	put("a@example.com", "kind = room\nname = One\n");
	assert_string_equal(find(d, "a@example.com")->name, "One");
	old = find(d, "a@example.com");
	/* the same bytes again: the record that was handed out stays */
	put("a@example.com", "kind = room\nname = One\n");
	assert_ptr_equal(find(d, "a@example.com"), old);
	/* the same length, the same tick of the clock, the same inode */
	put("a@example.com", "kind = room\nname = Two\n");
	assert_string_equal(find(d, "a@example.com")->name, "Two");
	assert_string_equal(old->name, "One");
	/* an alias that another file gains is seen too */
	put("a@example.com", "kind = room\nalias = z@example.com\n");
	assert_string_equal(find(d, "z@example.com")->address, "a@example.com");
	put("b@example.com", "kind = room\n");
	drop("a@example.com");
	assert_null(find(d, "a@example.com"));
	assert_null(find(d, "z@example.com"));
	assert_non_null(find(d, "b@example.com"));
	all = directory_all(d, &n);
	assert_int_equal(n, 1);
	assert_string_equal(all[0]->address, "b@example.com");
	assert_null(all[1]);
	assert_string_equal(old->name, "One");
	assert_int_equal(directory_reload(d, &why), RES_OK);
	talloc_free(d);
}

static void
wrong_file_hurts_only_itself(void **state)
{
	struct directory *d;
	const struct calendar *const *all;
	struct why why = {""};
	size_t n;

	(void)state;
	put("a@example.com", "kind = room\nname = Last good\n");
	put("b@example.com", "kind = room\n");
	d = open_good();
	put("a@example.com", "kind = room\nnme = Oops\n");
	find_later(d, "a@example.com", "a@example.com line 2");
	find_later(d, "a+x@example.com", "a@example.com line 2");
	assert_non_null(find(d, "b@example.com"));
	assert_null(find(d, "c@example.com"));
	assert_int_equal(directory_reload(d, &why), RES_PERM);
	assert_non_null(strstr(why.text, "a@example.com line 2"));
	all = directory_all(d, &n);
	assert_int_equal(n, 2);
	assert_string_equal(all[0]->name, "Last good");
	assert_non_null(directory_faults(d, &n)[0]);
	assert_int_equal(n, 1);
	/* a new file that was never good */
	put("c@example.com", "kind\n");
	find_later(d, "c@example.com", "c@example.com line 1");
	/* mended */
	drop("c@example.com");
	put("a@example.com", "kind = room\nname = Mended\n");
	assert_string_equal(find(d, "a@example.com")->name, "Mended");
	assert_int_equal(directory_reload(d, &why), RES_OK);
	(void)directory_faults(d, &n);
	assert_int_equal(n, 0);
	talloc_free(d);
}

static void
alias_belongs_to_one(void **state)
{
	struct directory *d;

	(void)state;
	put("a@example.com", "kind = room\nalias = x@example.com\n");
	put("b@example.com", "kind = room\nalias = y@example.com\n");
	d = open_good();
	put("b@example.com", "kind = room\nalias = X@example.com\n");
	find_later(d, "x@example.com", "/a@example.com: alias");
	find_later(d, "x@example.com", "/b@example.com too");
	assert_non_null(find(d, "a@example.com"));
	assert_non_null(find(d, "b@example.com"));
	talloc_free(d);
	open_bad("x@example.com is claimed");
	/* an alias that is somebody's address */
	put("b@example.com", "kind = room\nalias = a@example.com\n");
	open_bad("a@example.com is claimed");
	/* its own address, twice: no harm */
	put("b@example.com", "kind = room\nalias = b@example.com\n"
			     "alias = q@example.com, q@example.com\n");
	d = open_good();
	assert_string_equal(find(d, "q@example.com")->address, "b@example.com");
	talloc_free(d);
}

static void
unreadable_is_not_unknown(void **state)
{
	struct directory *d;
	struct why why = {""};
	char moved[300];

	(void)state;
	put("a@example.com", "kind = room\n");
	d = open_good();
	(void)snprintf(moved, sizeof(moved), "%s/moved", scratch);
	assert_int_equal(rename(dir, moved), 0);
	find_later(d, "a@example.com", dir);
	find_later(d, "b@example.com", dir);
	assert_int_equal(directory_reload(d, &why), RES_TEMP);
	assert_true(directory_is_stale(d));
	assert_int_equal(rename(moved, dir), 0);
	assert_non_null(find(d, "a@example.com"));
	talloc_free(d);
	assert_int_equal(
	    directory_open(NULL, "/nonexistent/imipd", -1, &d, &why), RES_TEMP);
	assert_null(d);
	assert_int_equal(
	    directory_open(NULL, "ldap://x", -1, &d, &why), RES_PERM);
	assert_null(d);
	assert_non_null(strstr(why.text, "not supported yet"));
}

static void
stale_says_when_to_reload(void **state)
{
	struct timespec pause = {.tv_sec = 0, .tv_nsec = 150000000};
	struct directory *d;
	struct why why = {""};

	(void)state;
	put("a@example.com", "kind = room\n");
	(void)nanosleep(&pause, NULL);
	d = open_good();
	assert_false(directory_is_stale(d));
	put("a@example.com", "kind = room\n\n");
	assert_true(directory_is_stale(d));
	(void)nanosleep(&pause, NULL);
	assert_int_equal(directory_reload(d, &why), RES_OK);
	assert_false(directory_is_stale(d));
	put("@room", "\n");
	assert_true(directory_is_stale(d));
	(void)nanosleep(&pause, NULL);
	assert_int_equal(directory_reload(d, &why), RES_OK);
	put("@room", "\n\n");
	assert_true(directory_is_stale(d));
	talloc_free(d);
}

/* Nothing changed for a while: only the files themselves can tell now. */
static void
settle(struct directory *d)
{
	struct timespec pause = {.tv_sec = 0, .tv_nsec = 150000000};
	struct why why = {""};

	(void)nanosleep(&pause, NULL);
	assert_int_equal(directory_reload(d, &why), RES_OK);
	assert_false(directory_is_stale(d));
}

static void
change_after_a_quiet_time(void **state)
{
	struct directory *d;

	(void)state;
	put("@room", "horizon = 10d\n");
	put("a@example.com", "kind = room\n");
	put("b@example.com", "kind = room\n");
	d = open_good();
	settle(d);
	/* in place: the directory itself does not change */
	put("a@example.com", "kind = room\nname = New\n");
	assert_string_equal(find(d, "a@example.com")->name, "New");
	settle(d);
	put("a@example.com", "kind = room\nalias = z@example.com\n");
	assert_string_equal(find(d, "z@example.com")->address, "a@example.com");
	settle(d);
	put("@room", "horizon = 11d\n");
	assert_int_equal(find(d, "b@example.com")->horizon, 11 * 86400);
	settle(d);
	drop("b@example.com");
	assert_null(find(d, "b@example.com"));
	talloc_free(d);
}

static void
young_file_is_looked_at_again(void **state)
{
	struct timespec pause = {.tv_sec = 0, .tv_nsec = 150000000};
	struct seen seen;
	char path[500];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/x", dir);
	assert_int_equal(seen_take(path, &seen), ENOENT);
	assert_false(seen_is_old(&seen, path));
	put("x", "1");
	assert_true(seen_is_old(&seen, path));
	assert_int_equal(seen_take(path, &seen), 0);
	seen.young = 1;
	assert_true(seen_is_old(&seen, path));
	(void)nanosleep(&pause, NULL);
	assert_int_equal(seen_take(path, &seen), 0);
	assert_false(seen.young);
	assert_false(seen_is_old(&seen, path));
	drop("x");
	assert_true(seen_is_old(&seen, path));
}

static void
many_calendars_are_found(void **state)
{
	struct directory *d;
	char name[100], text[200];
	size_t n;
	int i;

	(void)state;
	for (i = 0; i < 300; i++) {
		(void)snprintf(name, sizeof(name), "r%d@example.com", i);
		(void)snprintf(text, sizeof(text),
		    "kind = room\nalias = alias%d@example.com\n", i);
		put(name, text);
	}
	d = open_good();
	(void)directory_all(d, &n);
	assert_int_equal(n, 300);
	for (i = 0; i < 300; i++) {
		const struct calendar *c;

		(void)snprintf(name, sizeof(name), "r%d@example.com", i);
		c = find(d, name);
		assert_string_equal(c->address, name);
		(void)snprintf(name, sizeof(name), "alias%d@example.com", i);
		assert_ptr_equal(find(d, name), c);
	}
	talloc_free(d);
}

static void
zone_of_the_machine(void **state)
{
	char path[600];
	char *zone;

	(void)state;
	zone = load_system_zone(NULL, dir);
	assert_string_equal(zone, "UTC");
	talloc_free(zone);
	(void)snprintf(path, sizeof(path), "%s/etc", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	put("etc/timezone", "Europe/Paris\n");
	zone = load_system_zone(NULL, dir);
	assert_string_equal(zone, "Europe/Paris");
	talloc_free(zone);
	(void)snprintf(path, sizeof(path), "%s/etc/localtime", dir);
	assert_int_equal(symlink("/usr/share/zoneinfo/Asia/Tokyo", path), 0);
	zone = load_system_zone(NULL, dir);
	assert_string_equal(zone, "Asia/Tokyo");
	talloc_free(zone);
	assert_int_equal(unlink(path), 0);
	put("etc/timezone", "Etc/UTC\n");
	zone = load_system_zone(NULL, dir);
	assert_string_equal(zone, "UTC");
	talloc_free(zone);
}

/* An example of the manual page, in a file of its own. */
static void
try_example(const struct conf_key *key, const char *line)
{
	char text[400];

	(void)snprintf(text, sizeof(text), "%s%s\n",
	    strcmp(key->name, "kind") == 0 ? "" : "kind = room\n", line);
	put("example@example.net", text);
	talloc_free(open_good());
	drop("example@example.net");
}

static void
manual_page_and_table_agree(void **state)
{
	size_t n;
	const struct conf_key *keys = directory_keys(&n);

	(void)state;
	assert_true(n > 5);
	manual_compare("conf/calendar.5", keys, n, try_example);
}

static void
samples_are_good(void **state)
{
	struct directory *d;
	struct why why = {""};
	size_t n;

	(void)state;
	if (directory_open(NULL, "conf/calendars", -1, &d, &why) != RES_OK)
		fail_msg("%s", why.text);
	assert_string_equal(
	    directory_all(d, &n)[0]->address, "alder@rooms.example.com");
	assert_int_equal(directory_all(d, &n)[0]->horizon, 400 * 86400);
	talloc_free(d);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(one_line_is_a_calendar),
	    TEST(every_key_is_read),
	    TEST(kind_gives_defaults),
	    TEST(wrong_files_are_refused),
	    TEST(leftovers_are_skipped),
	    TEST(files_come_change_and_go),
	    TEST(wrong_file_hurts_only_itself),
	    TEST(alias_belongs_to_one),
	    TEST(unreadable_is_not_unknown),
	    TEST(stale_says_when_to_reload),
	    TEST(change_after_a_quiet_time),
	    TEST(young_file_is_looked_at_again),
	    TEST(many_calendars_are_found),
	    TEST(zone_of_the_machine),
	    TEST(manual_page_and_table_agree),
	    TEST(samples_are_good),
	};
	int failed;

	if (mkdtemp(scratch) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)rmdir(scratch);
	return failed;
}
