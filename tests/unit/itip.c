/* itip.c - versions, speakers and attendees, see lib/rules/itip.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/rules/itip.h"

static void
same_address(void **state)
{
	static const struct {
		const char *a, *b;
		int same;
	} cases[] = {
	    {"room@example.com", "room@example.com", 1},
	    {"Room@Example.COM", "room@example.com", 1},
	    {"room+4711@example.com", "room@example.com", 1},
	    {"room+a@example.com", "room+b@example.com", 1},
	    {"room@example.com", "room@example.org", 0},
	    {"room@example.com", "rooms@example.com", 0},
	    {"roo@example.com", "room@example.com", 0},
	    {"+@example.com", "room@example.com", 0},
	    {"\"a+b\"@example.com", "\"a\"@example.com", 0},
	    {"", "", 0},
	    {"room@example.com", "", 0},
	    {"room", "room", 1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    itip_same_address(cases[i].a, cases[i].b), cases[i].same);
	assert_int_equal(itip_same_address(NULL, "a@b"), 0);
}

static struct record
known(int64_t instance, int64_t sequence, int64_t dtstamp)
{
	struct record r;

	memset(&r, 0, sizeof(r));
	r.instance = instance;
	r.sequence = sequence;
	r.dtstamp = dtstamp;
	r.digest = "d1";
	return r;
}

static struct component
version(int64_t sequence, int64_t dtstamp)
{
	struct component c;

	memset(&c, 0, sizeof(c));
	c.sequence = sequence;
	c.dtstamp = dtstamp;
	return c;
}

static void
versions(void **state)
{
	struct record master = known(INSTANCE_MASTER, 2, 100);
	struct component c;

	(void)state;
	c = version(2, 100);
	assert_int_equal(
	    itip_version(&c, INSTANCE_MASTER, "d1", NULL, 0), VERSION_NEW);
	assert_int_equal(
	    itip_version(&c, INSTANCE_MASTER, "d1", &master, 1), VERSION_SAME);
	assert_int_equal(
	    itip_version(&c, INSTANCE_MASTER, "d2", &master, 1), VERSION_NEWER);
	c = version(3, 50);
	assert_int_equal(
	    itip_version(&c, INSTANCE_MASTER, "d1", &master, 1), VERSION_NEWER);
	c = version(1, 500);
	assert_int_equal(
	    itip_version(&c, INSTANCE_MASTER, "d1", &master, 1), VERSION_OLDER);
	c = version(2, 101);
	assert_int_equal(
	    itip_version(&c, INSTANCE_MASTER, "d1", &master, 1), VERSION_NEWER);
	c = version(2, 99);
	assert_int_equal(
	    itip_version(&c, INSTANCE_MASTER, "d1", &master, 1), VERSION_OLDER);
}

static void
versions_of_overrides(void **state)
{
	struct record r[2] = {
	    known(INSTANCE_MASTER, 5, 100), known(7000, 6, 200)};
	struct component c = version(5, 100);

	(void)state;
	/* Its own record counts, not the master's. */
	assert_int_equal(itip_version(&c, 7000, "d1", r, 2), VERSION_OLDER);
	c = version(6, 200);
	assert_int_equal(itip_version(&c, 7000, "d1", r, 2), VERSION_SAME);
	/* Without one the master's does; at equal rank it is news. */
	c = version(5, 100);
	assert_int_equal(itip_version(&c, 9000, "d1", r, 2), VERSION_NEWER);
	c = version(4, 100);
	assert_int_equal(itip_version(&c, 9000, "d1", r, 2), VERSION_OLDER);
}

static struct mail
plain_mail(void)
{
	struct mail m;

	memset(&m, 0, sizeof(m));
	m.from = "anna@example.org";
	m.subject = m.message_id = m.references = m.language = "";
	m.auto_submitted = m.precedence = m.list_id = "";
	m.type = "text/calendar";
	return m;
}

static void
speakers(void **state)
{
	struct person people[2];
	struct component c = version(0, 0);
	const char *delegates[] = {"desk@agency.test for anna@example.org",
	    "mallory@example.net for carol@example.org", "nonsense", NULL};
	struct calendar room;
	struct mail m = plain_mail();

	(void)state;
	memset(&room, 0, sizeof(room));
	memset(people, 0, sizeof(people));
	people[0].address = "room@example.com";
	people[1].address = "bob@example.org";
	c.attendee = people;
	c.nattendee = 2;
	c.organizer.address = "Anna@example.org";
	c.organizer.sent_by = "";
	assert_int_equal(itip_speaker(&room, &m, "x@y", &c), SPEAKER_ORGANIZER);
	m.from = "bob@example.org";
	assert_int_equal(itip_speaker(&room, &m, "x@y", &c), SPEAKER_ATTENDEE);
	c.organizer.sent_by = "bob@example.org";
	assert_int_equal(itip_speaker(&room, &m, "x@y", &c), SPEAKER_ORGANIZER);
	c.organizer.sent_by = "";
	m.from = "mallory@example.net";
	assert_int_equal(itip_speaker(&room, &m, "x@y", &c), SPEAKER_OTHER);
	assert_int_equal(
	    itip_speaker(&room, &m, "anna@example.org", &c), SPEAKER_ORGANIZER);
	/* A delegate on record; nobody else, and for nobody else. */
	room.delegate = delegates;
	assert_int_equal(itip_speaker(&room, &m, "x@y", &c), SPEAKER_OTHER);
	m.from = "desk@agency.test";
	assert_int_equal(itip_speaker(&room, &m, "x@y", &c), SPEAKER_ORGANIZER);
	c.organizer.address = "carol@example.org";
	assert_int_equal(itip_speaker(&room, &m, "x@y", &c), SPEAKER_OTHER);
	c.organizer.address = "Anna@example.org";
	/* Several From addresses, or none, are no identity. */
	m.from = NULL;
	assert_int_equal(
	    itip_speaker(&room, &m, "anna@example.org", &c), SPEAKER_OTHER);
}

static void
unanswerable(void **state)
{
	struct calendar room;
	struct mail m = plain_mail();

	(void)state;
	memset(&room, 0, sizeof(room));
	room.address = "room@example.com";
	assert_null(itip_unanswerable(&m, "anna@example.org", &room));
	assert_non_null(itip_unanswerable(&m, "", &room));
	assert_non_null(
	    itip_unanswerable(&m, "MAILER-DAEMON@example.org", &room));
	m.auto_submitted = "auto-generated";
	assert_non_null(itip_unanswerable(&m, "a@b", &room));
	room.answer_automatic = 1;
	assert_null(itip_unanswerable(&m, "a@b", &room));
	assert_non_null(itip_unanswerable(&m, "", &room));
	room.answer_automatic = 0;
	m = plain_mail();
	m.list_id = "<all.example.org>";
	assert_non_null(itip_unanswerable(&m, "a@b", &room));
	m = plain_mail();
	m.type = "multipart/report";
	assert_non_null(itip_unanswerable(&m, "a@b", &room));
	m = plain_mail();
	m.received = 26;
	assert_non_null(itip_unanswerable(&m, "a@b", &room));
	m.received = 25;
	assert_null(itip_unanswerable(&m, "a@b", &room));
	m.from = "room@example.com";
	assert_non_null(itip_unanswerable(&m, "a@b", &room));
}

static void
attendees(void **state)
{
	static const char *alias[] = {"blue@example.com", NULL};
	struct person people[2];
	struct component c = version(0, 0);
	struct calendar room;

	(void)state;
	memset(&room, 0, sizeof(room));
	memset(people, 0, sizeof(people));
	room.address = "room@example.com";
	people[0].address = "anna@example.org";
	people[1].address = "Blue+x@example.com";
	c.attendee = people;
	c.nattendee = 2;
	assert_null(itip_attendee(&c, &room));
	room.alias = alias;
	assert_ptr_equal(itip_attendee(&c, &room), &people[1]);
	c.nattendee = 1;
	assert_null(itip_attendee(&c, &room));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(same_address),
	    cmocka_unit_test(versions), cmocka_unit_test(versions_of_overrides),
	    cmocka_unit_test(speakers), cmocka_unit_test(unanswerable),
	    cmocka_unit_test(attendees)};

	return cmocka_run_group_tests_name("itip", tests, NULL, NULL);
}
