/*
 * tnef_judge.c - our decoder of TNEF against libytnef, on real streams
 *
 * Each property that libytnef finds must be found with the same value.  And the
 * streams that made us write our own: libytnef gives up, we do not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ytnef.h>

#include "lib/base/mem.h"
#include "lib/read/read.h"
#include "lib/read/winmail.h"
#include "lib/tnef/stream.h"
#include "tests/unit/tnef_fixture.h"

#define CORPUS "tests/corpus/"

static TALLOC_CTX *ctx;

static int
setup(void **state)
{
	(void)state;
	ctx = talloc_new(NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	talloc_free(ctx);
	return 0;
}

/* The stream of a mail, or of a file that is one. */
static struct span
stream_of(const char *name)
{
	char *path = mem_print(ctx, CORPUS "%s", name);
	FILE *f = fopen(path, "rb");
	char *p = mem_array(ctx, char, 1 << 20);
	struct winmail winmail;
	struct span span;
	size_t n;

	if (f == NULL)
		fail_msg("%s: cannot be opened", path);
	n = fread(p, 1, 1 << 20, f);
	(void)fclose(f);
	winmail.p = p;
	winmail.n = n;
	if (strstr(name, ".eml") != NULL)
		winmail_find(ctx, p, n, &winmail);
	assert_non_null(winmail.p);
	span.p = (const unsigned char *)winmail.p;
	span.n = winmail.n;
	return span;
}

/* libytnef's opinion; to be freed. */
static int
judge(struct span span, TNEFStruct *tnef)
{
	unsigned char *copy = mem_check(talloc_memdup(ctx, span.p, span.n));

	memset(tnef, 0, sizeof(*tnef));
	TNEFInitialize(tnef);
	return TNEFParseMemory(copy, (long)span.n, tnef);
}

/* Our property beside theirs, the values as bytes; 1 if it was compared. */
static int
compare(const struct prop *ours, const MAPIProperty *theirs, const char *name)
{
	uint32_t id = theirs->id >> 16;
	uint32_t type = theirs->id & 0xFFFF;
	const variableLength *value = theirs->data;

	if ((ours->set == SET_NONE) != (theirs->custom == 0))
		fail_msg("%s: 0x%x is named or not", name, id);
	if (theirs->namedproperty == 0)
		assert_int_equal(ours->id & 0xFFFF, id);
	else
		assert_int_equal(ours->set, SET_OTHER);
	assert_int_equal(ours->type, type);
	if (value == NULL || value->data == NULL || type == 0x1F)
		return 0;
	/* A boolean is two bytes and two that fill it up. */
	assert_true(value->size >= (int)ours->value.n);
	if (memcmp(value->data, ours->value.p, ours->value.n) != 0)
		fail_msg("%s: 0x%x is another value", name, id);
	return 1;
}

/* All properties of a stream; how many values were compared. */
static size_t
compare_all(const char *name)
{
	struct span span = stream_of(name);
	struct stream stream;
	const char *fault = "";
	TNEFStruct tnef;
	size_t compared = 0;
	size_t i;

	assert_int_equal(judge(span, &tnef), 0);
	if (!stream_read(ctx, span, &stream, &fault))
		fail_msg("%s: %s", name, fault);
	assert_int_equal(stream.props.n, tnef.MapiProperties.count);
	for (i = 0; i < stream.props.n; i++)
		compared += (size_t)compare(&stream.props.prop[i],
		    &tnef.MapiProperties.properties[i], name);
	TNEFFree(&tnef);
	return compared;
}

static void
real_streams(void **state)
{
	static const char *const names[] = {"horde-Compress/Itip_Reply.eml",
	    "horde-Compress/tnef_task.eml", "horde-Compress/winmail2.dat",
	    "jstedfast-MimeKit/ukr.eml", "roundcube-roundcubemail/tnef1.eml",
	    "roundcube-roundcubemail/tnef2.eml",
	    "roundcube-roundcubemail/tnef3.eml",
	    "Zimbra-zm-mailbox/tnef.msg.eml",
	    "KDE-kdepim-addons/tnef-one-file.mbox.eml",
	    "MailCore-mailcore2/1808-winmail-dat.eml"};
	size_t compared = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		compared += compare_all(names[i]);
	assert_true(compared > 400);
}

/* One property in front of PidLidAppointmentSequence, and what both say. */
static void
only_ours(const struct bytes *odd, int theirs_too)
{
	static struct bytes list, bytes;
	static const char class[] = "IPM.Schedule.Meeting.Request";
	struct stream stream;
	const char *fault;
	TNEFStruct tnef;
	int32_t sequence = 0;

	list.n = bytes.n = 0;
	put(&list, 4, 2);
	put_bytes(&list, odd->p, odd->n);
	put_named(&list, 0x0003, APPOINTMENT, 0x8201);
	put(&list, 4, 42);
	put_head(&bytes);
	put_attribute(&bytes, 0x00078008, class, sizeof(class));
	put_attribute(&bytes, 0x00069003, list.p, list.n);
	assert_true(stream_read(ctx, span_of(&bytes), &stream, &fault));
	assert_true(
	    props_long(&stream.props, SET_APPOINTMENT, 0x8201, &sequence));
	assert_int_equal(sequence, 42);
	assert_int_equal(judge(span_of(&bytes), &tnef) == 0, theirs_too);
	TNEFFree(&tnef);
}

/* Why libytnef is the judge and not the decoder. */
static void
streams_that_need_our_own(void **state)
{
	static struct bytes odd;
	char subject[1200];

	(void)state;
	odd.n = 0;
	put_text(&odd, 0x3FD0, "short");
	only_ours(&odd, 1);
	/* a long subject: over 100 bytes for version 2.0, over 1000 for 2.1 */
	memset(subject, 'x', sizeof(subject));
	subject[1100] = '\0';
	odd.n = 0;
	put_text(&odd, 0x0037, subject);
	only_ours(&odd, 0);
	/* an amount of money: eight bytes */
	odd.n = 0;
	put(&odd, 4, 0x3FD00006);
	put(&odd, 8, 1234567);
	only_ours(&odd, 0);
	/* many values, and none of them there */
	odd.n = 0;
	put(&odd, 4, 0x3FD01102);
	put(&odd, 4, 0);
	only_ours(&odd, 0);
	/* a property that is named by 51 characters */
	odd.n = 0;
	put_named(&odd, 0x0003, COMMON, 0);
	odd.n -= 8;
	put(&odd, 4, 1);
	put(&odd, 4, 104);
	subject[51] = '\0';
	put_wide(&odd, subject);
	put(&odd, 2, 0);
	put(&odd, 4, 7);
	only_ours(&odd, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(real_streams, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		streams_that_need_our_own, setup, teardown),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
