/*
 * directory_change.c - calendar files that come, change and go while it runs
 *
 * No test waits for a change to be seen: a file that is rewritten in the same
 * tick of the clock must be seen all the same.
 */
#include <time.h>

#include "lib/directory/seen.h"
#include "tests/unit/directory_fixture.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(kind_gives_defaults),
	    TEST(files_come_change_and_go),
	    TEST(wrong_file_hurts_only_itself),
	    TEST(unreadable_is_not_unknown),
	    TEST(stale_says_when_to_reload),
	    TEST(change_after_a_quiet_time),
	    TEST(young_file_is_looked_at_again),
	};
	int failed;

	if (mkdtemp(scratch) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)rmdir(scratch);
	return failed;
}
