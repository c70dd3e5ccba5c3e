/* spool.c - libspool: directories, names, walks and states */
#define _DEFAULT_SOURCE
#include "tests/unit/spool_fixture.h"

#include <sys/stat.h>
#include <time.h>

#include "spool/lib/name.h"

/* --- the directory ---------------------------------------------------------- */

static void
test_open_makes_what_is_missing(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	struct spool again;

	assert_int_equal(names_in(f->spool.root), 5);
	assert_int_equal(fstat(f->spool.hold, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(spool_open(&again, f->path, 0, &f->why), RES_OK);
	assert_true(fcntl(again.cur, F_GETFD) & FD_CLOEXEC);
	spool_close(&again);
	assert_int_equal(again.root, -1);
	spool_close(&again);
}

static void
test_open_says_what_to_do(void **state)
{
	struct fixture *f = *state;
	struct spool s;
	char path[120];

	(void)snprintf(path, sizeof(path), "%s/none", f->dir);
	assert_int_equal(spool_open(&s, path, 0, &f->why), RES_TEMP);
	assert_non_null(strstr(f->why.text, "imip-admin init"));
	assert_int_equal(spool_open_put(&s, path, &f->why), RES_TEMP);
	assert_int_equal(s.root, -1);
	assert_int_equal(spool_open(&s, "", 0, &f->why), RES_TEMP);
}

/* An empty mount point is no empty spool; one directory is made again. */
static void
test_open_mends_one_directory(void **state)
{
	static const char *const parts[] = {
	    "tmp", "new", "cur", "hold", "done"};
	struct fixture *f = *state;
	struct spool s;
	size_t i;

	for (i = 0; i < 5; i++) {
		assert_int_equal(
		    unlinkat(f->spool.root, parts[i], AT_REMOVEDIR), 0);
		assert_int_equal(
		    spool_open(&s, f->path, SPOOL_AS_IS, &f->why), RES_TEMP);
		assert_int_equal(names_in(f->spool.root), 4);
		assert_int_equal(
		    spool_open(&s, f->path, SPOOL_MEND, &f->why), RES_OK);
		assert_int_equal(names_in(f->spool.root), 5);
		spool_close(&s);
	}
	for (i = 0; i < 5; i++) {
		assert_int_equal(
		    unlinkat(f->spool.root, parts[i], AT_REMOVEDIR), 0);
		if (i == 0)
			continue;
		assert_int_equal(
		    spool_open(&s, f->path, SPOOL_MEND, &f->why), RES_TEMP);
		assert_int_equal(names_in(f->spool.root), 4 - i);
		assert_int_equal(s.root, -1);
	}
	assert_non_null(strstr(f->why.text, "mounted?"));
	assert_non_null(strstr(f->why.text, "imip-admin init"));
	assert_int_equal(spool_open(&s, f->path, SPOOL_MAKE, &f->why), RES_OK);
	assert_int_equal(names_in(f->spool.root), 5);
	spool_close(&s);
	/* Nor is one made that is not there at all. */
	(void)strcat(f->path, "2");
	assert_int_equal(
	    spool_open(&s, f->path, SPOOL_MEND, &f->why), RES_TEMP);
	assert_int_equal(access(f->path, F_OK), -1);
}

/* H1, H5, H6: links and directories that others can write */
static void
test_open_refuses_open_doors(void **state)
{
	struct fixture *f = *state;
	struct spool s;
	char path[120];

	assert_int_equal(fchmod(f->spool.cur, 0770), 0);
	assert_int_equal(spool_open(&s, f->path, 0, &f->why), RES_TEMP);
	assert_non_null(
	    strstr(f->why.text, "/cur: others can write it; chmod"));
	assert_int_equal(fchmod(f->spool.cur, 0700), 0);
	assert_int_equal(fchmod(f->spool.new, 01770), 0);
	assert_int_equal(spool_open(&s, f->path, 0, &f->why), RES_OK);
	spool_close(&s);
	assert_int_equal(fchmod(f->spool.new, 01777), 0);
	assert_int_equal(spool_open(&s, f->path, 0, &f->why), RES_TEMP);
	assert_int_equal(fchmod(f->spool.new, 0700), 0);
	assert_int_equal(fchmod(f->spool.root, 0777), 0);
	assert_int_equal(spool_open(&s, f->path, 0, &f->why), RES_TEMP);
	assert_int_equal(fchmod(f->spool.root, 0700), 0);
	assert_int_equal(chmod(f->dir, 0777), 0);
	assert_int_equal(spool_open(&s, f->path, 0, &f->why), RES_TEMP);
	assert_non_null(strstr(f->why.text, "parent"));
	assert_int_equal(chmod(f->dir, 0700), 0);

	(void)snprintf(path, sizeof(path), "%s/link", f->dir);
	assert_int_equal(symlink(f->path, path), 0);
	assert_int_equal(spool_open(&s, path, 0, &f->why), RES_TEMP);
	assert_int_equal(spool_open_put(&s, path, &f->why), RES_TEMP);
	assert_int_equal(
	    renameat(f->spool.root, "new", f->spool.root, "elsewhere"), 0);
	assert_int_equal(symlinkat("elsewhere", f->spool.root, "new"), 0);
	assert_int_equal(spool_open(&s, f->path, 0, &f->why), RES_TEMP);
	assert_int_equal(spool_open_put(&s, f->path, &f->why), RES_TEMP);
}

static void
test_room(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(spool_room(&f->spool, 0, &f->why), RES_OK);
	assert_int_equal(spool_room(&f->spool, INT64_MAX, &f->why), RES_TEMP);
	assert_non_null(strstr(f->why.text, "disk is full"));
}

/* --- names ------------------------------------------------------------------ */

static void
test_names(void **state)
{
	static const char *const bad[] = {"", "-rf", ".hidden", "x\ny",
	    ID_A ":", ID_A ":0", ID_A ":01", ID_A ":x", ID_A ":1234567",
	    ID_A ":1:2", ID_A "/x", ID_A "\n", ID_A ".why",
	    "170000000.M000001P11R00000000000000aa.host",
	    "1700000001.M00001P11R00000000000000aa.host",
	    "1700000001.M000001P11R00000000000000AA.host",
	    "1700000001.M000001P11R00000000000000aa.",
	    "1700000001.M000001P11R00000000000000aa..",
	    "1700000001.M000001PR00000000000000aa.host",
	    "1700000001.M000001P11R00000000000000aa.h\xc3\xbcst"};
	char id[SPOOL_ID_MAX], longest[300];
	struct spool_item item;
	size_t i;

	(void)state;
	assert_true(name_parse(ID_A, &item));
	assert_int_equal(item.tries, 0);
	assert_true(name_parse(ID_A ":12", &item));
	assert_int_equal(item.tries, 12);
	assert_string_equal(item.id, ID_A);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(name_parse(bad[i], &item));
	(void)snprintf(longest, sizeof(longest), "%s", ID_A);
	memset(longest + strlen(ID_A), 'h', 255 - strlen(ID_A));
	longest[255] = '\0';
	assert_false(name_parse(longest, &item));
	assert_true(name_is_why(ID_A ".why", id));
	assert_string_equal(id, ID_A);
	assert_false(name_is_why(ID_A, id));
	assert_true(name_is_half_why("." ID_A ".why.77.tmp"));
	assert_false(name_is_half_why(".x.tmp"));
	assert_false(name_is_half_why("."));
}

static void
test_host_in_a_name(void **state)
{
	struct stamp stamp;
	struct spool_item item;
	char id[SPOOL_ID_MAX];
	struct why why;

	(void)state;
	assert_int_equal(stamp_take(&stamp, &why), RES_OK);
	memset(stamp.host, 'h', NAME_HOST_SIZE - 1);
	stamp.host[NAME_HOST_SIZE - 1] = '\0';
	stamp.seconds = 5;
	assert_int_equal(name_make(id, &stamp, &why), RES_OK);
	assert_true(name_parse(id, &item));
	assert_memory_equal(id, "0000000005.M", 12);
	assert_int_equal(name_seconds(id), 5);
	(void)strcat(id, ".why");
	assert_true(name_is_why(id, item.id));
}

/* --- walking ---------------------------------------------------------------- */

static void
test_list_in_order(void **state)
{
	struct fixture *f = *state;
	struct spool_item item[8];
	size_t n, strange;

	touch(f->spool.new, ID_C);
	touch(f->spool.new, ID_A);
	touch(f->spool.new, ID_B ":2");
	touch(f->spool.new, "rubbish");
	touch(f->spool.new, "-rf");
	touch(f->spool.new, "new\nline");
	touch(f->spool.new, ".dot");
	assert_int_equal(
	    mkdirat(f->spool.new, "1700000009.M000001P11R00000000000000dd.host",
		0700),
	    0);
	assert_int_equal(
	    mkfifoat(f->spool.new,
		"1700000009.M000001P11R00000000000000ee.host", 0600),
	    0);
	assert_int_equal(spool_list(&f->spool, SPOOL_NEW, "", item, 8, &n,
			     &strange, &f->why),
	    RES_OK);
	assert_int_equal(n, 3);
	assert_int_equal(strange, 6);
	assert_string_equal(item[0].id, ID_A);
	assert_string_equal(item[1].id, ID_B);
	assert_int_equal(item[1].tries, 2);
	assert_int_equal(item[1].state, SPOOL_NEW);
	assert_string_equal(item[2].id, ID_C);
	assert_int_equal(spool_list(&f->spool, SPOOL_NEW, ID_A, item, 1, &n,
			     &strange, &f->why),
	    RES_OK);
	assert_int_equal(n, 1);
	assert_string_equal(item[0].id, ID_B);
	assert_int_equal(spool_list(&f->spool, SPOOL_NEW, "", item, 0, &n,
			     &strange, &f->why),
	    RES_OK);
	assert_int_equal(n, 0);
	assert_int_equal(
	    spool_count(&f->spool, SPOOL_NEW, &n, &f->why), RES_OK);
	assert_int_equal(n, 3);
}

/* 3000 names in a scrambled order, by pages of 64. */
static void
test_list_by_pages(void **state)
{
	struct fixture *f = *state;
	struct spool_item item[65];
	char name[SPOOL_ID_MAX], after[SPOOL_ID_MAX] = "";
	size_t n, strange, i, seen = 0;

	for (i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name),
		    "17%08zu.M000001P11R00000000000000aa.host",
		    i * 7919 % 3000);
		touch(f->spool.new, name);
	}
	do {
		memset(&item[64], 0x55, sizeof(item[64]));
		assert_int_equal(spool_list(&f->spool, SPOOL_NEW, after, item,
				     64, &n, &strange, &f->why),
		    RES_OK);
		assert_int_equal(item[64].id[0], 0x55);
		for (i = 0; i < n; i++, seen++) {
			(void)snprintf(name, sizeof(name),
			    "17%08zu.M000001P11R00000000000000aa.host", seen);
			assert_string_equal(item[i].id, name);
		}
		if (n > 0)
			(void)strcpy(after, item[n - 1].id);
	} while (n > 0);
	assert_int_equal(seen, 3000);
}

/* spool_name_fn: count, and remember in one text. */
static enum res
note_name(void *arg, const char *name, struct why *why)
{
	char *text = arg;

	if (strcmp(name, "stop") == 0)
		return why_set(why, RES_PERM, "told to stop");
	(void)strcat(strcat(text, name), ";");
	return RES_OK;
}

static void
test_strange_names(void **state)
{
	struct fixture *f = *state;
	struct spool_item item[4];
	char text[2000] = "";
	size_t n, strange;

	touch(f->spool.new, ID_A);
	touch(f->spool.new, ID_B ":2");
	assert_int_equal(
	    spool_strange(&f->spool, SPOOL_NEW, note_name, text, &f->why),
	    RES_OK);
	assert_string_equal(text, "");
	touch(f->spool.new, "a\nb");
	touch(f->spool.new, ID_A ".why");
	assert_int_equal(mkdirat(f->spool.new, ID_C, 0700), 0);
	assert_int_equal(
	    spool_strange(&f->spool, SPOOL_NEW, note_name, text, &f->why),
	    RES_OK);
	assert_non_null(strstr(text, "a\nb;"));
	assert_non_null(strstr(text, ID_A ".why;"));
	assert_non_null(strstr(text, ID_C ";"));
	assert_int_equal(strlen(text), strlen("a\nb;" ID_A ".why;" ID_C ";"));
	assert_int_equal(spool_list(&f->spool, SPOOL_NEW, "", item, 4, &n,
			     &strange, &f->why),
	    RES_OK);
	assert_int_equal(n, 2);
	assert_int_equal(strange, 3);

	/* Reasons belong into hold/, and a word of fn ends the walk. */
	text[0] = '\0';
	touch(f->spool.hold, ID_A ".why");
	touch(f->spool.hold, "." ID_A ".why.tmp");
	assert_int_equal(
	    spool_strange(&f->spool, SPOOL_HOLD, note_name, text, &f->why),
	    RES_OK);
	assert_string_equal(text, "");
	touch(f->spool.hold, "stop");
	assert_int_equal(
	    spool_strange(&f->spool, SPOOL_HOLD, note_name, text, &f->why),
	    RES_PERM);
	assert_non_null(strstr(f->why.text, "told to stop"));
}

static void
test_find(void **state)
{
	struct fixture *f = *state;
	struct spool_item item;

	touch(f->spool.cur, ID_A ":3");
	touch(f->spool.hold, ID_B);
	touch(f->spool.hold, ID_C ".why");
	assert_int_equal(spool_find(&f->spool, ID_A, &item, &f->why), RES_OK);
	assert_int_equal(item.state, SPOOL_CUR);
	assert_int_equal(item.tries, 3);
	assert_int_equal(spool_find(&f->spool, ID_B, &item, &f->why), RES_OK);
	assert_int_equal(item.state, SPOOL_HOLD);
	assert_int_equal(spool_find(&f->spool, ID_C, &item, &f->why), RES_PERM);
	assert_int_equal(
	    spool_find(&f->spool, "../new/x", &item, &f->why), RES_PERM);
	assert_int_equal(
	    spool_find(&f->spool, ID_A ":3", &item, &f->why), RES_PERM);
}

/* --- states ----------------------------------------------------------------- */

static void
test_a_life(void **state)
{
	struct fixture *f = *state;
	struct spool_item item, other;

	put_message(f, "m", 1, &item);
	other = item;
	assert_int_equal(spool_claim(&f->spool, &item, &f->why), RES_OK);
	assert_int_equal(item.state, SPOOL_CUR);
	assert_int_equal(item.tries, 1);
	assert_int_equal(spool_claim(&f->spool, &other, &f->why), RES_PERM);
	assert_int_equal(other.state, SPOOL_NEW);
	/* what a crash left in cur/ is claimed again */
	assert_int_equal(spool_claim(&f->spool, &item, &f->why), RES_OK);
	assert_int_equal(item.tries, 2);
	assert_int_equal(
	    spool_find(&f->spool, item.id, &other, &f->why), RES_OK);
	assert_int_equal(other.tries, 2);
	assert_message(f, &item, "m", 1);
	assert_int_equal(spool_retry(&f->spool, &item, &f->why), RES_OK);
	assert_int_equal(item.state, SPOOL_NEW);
	assert_int_equal(item.tries, 1);
	assert_message(f, &item, "m", 1);
	assert_int_equal(spool_done(&f->spool, &item, &f->why), RES_PERM);
	assert_int_equal(spool_claim(&f->spool, &item, &f->why), RES_OK);
	assert_int_equal(item.tries, 2);
	assert_int_equal(spool_done(&f->spool, &item, &f->why), RES_OK);
	assert_int_equal(item.tries, 0);
	assert_int_equal(names_in(f->spool.cur), 0);
	assert_message(f, &item, "m", 1);
	assert_int_equal(spool_sync(&f->spool, &f->why), RES_OK);
	assert_int_equal(spool_release(&f->spool, &item, &f->why), RES_OK);
	assert_int_equal(item.state, SPOOL_NEW);
	assert_int_equal(spool_remove(&f->spool, &item, &f->why), RES_PERM);
	assert_int_equal(names_in(f->spool.new), 1);
}

static void
test_hold(void **state)
{
	struct fixture *f = *state;
	char buf[SPOOL_REASON_MAX], small[5], reason[2000];
	struct spool_item item, list[2];
	size_t n, strange;

	put_message(f, "m", 1, &item);
	assert_int_equal(spool_claim(&f->spool, &item, &f->why), RES_OK);
	assert_int_equal(
	    spool_hold(&f->spool, &item, "no\nUID", &f->why), RES_OK);
	assert_int_equal(item.state, SPOOL_HOLD);
	assert_int_equal(item.tries, 0);
	spool_reason(&f->spool, item.id, buf, sizeof(buf));
	assert_string_equal(buf, "no?UID");
	spool_reason(&f->spool, item.id, small, sizeof(small));
	assert_string_equal(small, "no?U");
	assert_int_equal(spool_list(&f->spool, SPOOL_HOLD, "", list, 2, &n,
			     &strange, &f->why),
	    RES_OK);
	assert_int_equal(n, 1);
	assert_int_equal(strange, 0);
	/* again, from hold/ itself, with far too long a reason */
	memset(reason, 'r', sizeof(reason));
	reason[sizeof(reason) - 1] = '\0';
	assert_int_equal(spool_hold(&f->spool, &item, reason, &f->why), RES_OK);
	spool_reason(&f->spool, item.id, buf, sizeof(buf));
	assert_int_equal(strlen(buf), SPOOL_REASON_MAX - 1);
	assert_int_equal(spool_release(&f->spool, &item, &f->why), RES_OK);
	assert_int_equal(names_in(f->spool.hold), 0);
	spool_reason(&f->spool, item.id, buf, sizeof(buf));
	assert_string_equal(buf, "");
	spool_reason(&f->spool, "../x", buf, sizeof(buf));
	assert_string_equal(buf, "");
	assert_int_equal(
	    spool_hold(&f->spool, &item, "again", &f->why), RES_OK);
	assert_int_equal(spool_remove(&f->spool, &item, &f->why), RES_OK);
	assert_int_equal(names_in(f->spool.hold), 0);
	assert_int_equal(spool_remove(&f->spool, &item, &f->why), RES_PERM);
}

/* The reason is there before the message: a reason that fails moves nothing. */
static void
test_hold_reason_first(void **state)
{
	struct fixture *f = *state;
	struct spool_item item;
	char name[200];

	put_message(f, "m", 1, &item);
	(void)snprintf(name, sizeof(name), "%s.why", item.id);
	assert_int_equal(mkdirat(f->spool.hold, name, 0700), 0);
	assert_int_equal(
	    spool_hold(&f->spool, &item, "reason", &f->why), RES_TEMP);
	assert_int_equal(item.state, SPOOL_NEW);
	assert_message(f, &item, "m", 1);
}

/* --- clearing up ------------------------------------------------------------ */

static void
test_sweep(void **state)
{
	struct fixture *f = *state;
	struct timespec old[2] = {{1000, 0}, {1000, 0}};
	struct spool_item item;
	size_t removed;

	touch(f->spool.tmp, ID_A);
	touch(f->spool.tmp, ID_B);
	assert_int_equal(utimensat(f->spool.tmp, ID_A, old, 0), 0);
	put_message(f, "m", 1, &item);
	assert_int_equal(
	    linkat(f->spool.new, item.id, f->spool.tmp, item.id, 0), 0);
	touch(f->spool.hold, ID_A ".why"); /* orphan, old */
	assert_int_equal(utimensat(f->spool.hold, ID_A ".why", old, 0), 0);
	touch(f->spool.hold, ID_B ".why"); /* orphan, young */
	touch(f->spool.hold, ID_C);        /* with its message */
	touch(f->spool.hold, ID_C ".why");
	assert_int_equal(utimensat(f->spool.hold, ID_C ".why", old, 0), 0);
	touch(f->spool.hold, "." ID_C ".why.9.tmp");
	assert_int_equal(
	    utimensat(f->spool.hold, "." ID_C ".why.9.tmp", old, 0), 0);
	assert_int_equal(
	    spool_sweep(&f->spool, time(NULL), 36 * 3600, &removed, &f->why),
	    RES_OK);
	assert_int_equal(removed, 4);
	assert_int_equal(names_in(f->spool.tmp), 1);
	assert_int_equal(faccessat(f->spool.tmp, ID_B, F_OK, 0), 0);
	assert_int_equal(names_in(f->spool.hold), 3);
	assert_message(f, &item, "m", 1);
}

static void
test_expire(void **state)
{
	struct fixture *f = *state;
	size_t removed;

	touch(f->spool.done, ID_A);
	touch(f->spool.done, ID_C);
	touch(f->spool.done, "notes");
	assert_int_equal(
	    spool_expire(&f->spool, 1700000002, &removed, &f->why), RES_OK);
	assert_int_equal(removed, 1);
	assert_int_equal(faccessat(f->spool.done, ID_C, F_OK, 0), 0);
	assert_int_equal(names_in(f->spool.done), 2);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(test_open_makes_what_is_missing),
	    T(test_open_says_what_to_do),
	    T(test_open_mends_one_directory),
	    T(test_open_refuses_open_doors),
	    T(test_room),
	    T(test_names),
	    T(test_host_in_a_name),
	    T(test_list_in_order),
	    T(test_list_by_pages),
	    T(test_strange_names),
	    T(test_find),
	    T(test_a_life),
	    T(test_hold),
	    T(test_hold_reason_first),
	    T(test_sweep),
	    T(test_expire),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
