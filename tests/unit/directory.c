/*
 * directory.c - calendar files: keys, faults and aliases
 */
#include "lib/directory/load.h"
#include "tests/unit/directory_fixture.h"
#include "tests/unit/manual_keys.h"

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
	assert_string_equal(c->language, "");
	assert_int_equal(c->series_answer, SERIES_SEPARATE);
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
	    "book_free = off\nlanguage = nb\nseries_answer = together\n");
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
	assert_string_equal(c->language, "nb");
	assert_int_equal(c->series_answer, SERIES_TOGETHER);
	assert_string_equal(c->alias[1], "bus@example.com");
	assert_ptr_equal(find(d, "LORRY+x@EXAMPLE.COM"), c);
	assert_ptr_equal(find(d, "Van+Detail+More@example.com"), c);
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
	wrong_file("a@example.com", "kind = group\n", "not supported yet");
	wrong_file("a@example.com", "kind = room\ncolour = red\n",
	    "a@example.com line 2");
	wrong_file("a@example.com", "kind = room\nzone = Mars\n", "line 2");
	wrong_file("a@example.com", "kind = room\nhorizon = 1h\n", "line 2");
	wrong_file("a@example.com", "kind = room\npublish = maybe\n", "line 2");
	wrong_file("a@example.com", "kind = room\nalias = b\n", "alias: b");
	wrong_file(
	    "a@example.com", "kind = room\nlanguage = xx\n", "language: xx");
	wrong_file(
	    "a@example.com", "kind = room\nseries_answer = x\n", "line 2");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(one_line_is_a_calendar),
	    TEST(every_key_is_read),
	    TEST(wrong_files_are_refused),
	    TEST(leftovers_are_skipped),
	    TEST(alias_belongs_to_one),
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
