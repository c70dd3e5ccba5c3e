/* identity.c - whom Authentication-Results prove, see lib/rules/identity.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/rules/identity.h"

#define MX    "mx.rooms.test"
#define NONE  IDENTITY_NONE
#define ALIGN IDENTITY_ALIGNED
#define AUTH  IDENTITY_AUTHENTICATED

static const char *const trusted[] = {MX, "spf.rooms.test", NULL};

/* Judge a mail from anna@people.test with these fields, topmost first. */
static struct identity
judge(TALLOC_CTX *ctx, const char *envelope, const char *submitter,
    const char **field, size_t n)
{
	struct mail mail;

	memset(&mail, 0, sizeof(mail));
	mail.from = "anna@people.test";
	mail.auth_results = field;
	mail.nauth_results = n;
	return identity_judge(ctx, &mail, envelope, submitter, trusted);
}

/* One field, and the level that it gives. */
static const struct {
	const char *field;
	enum identity_level level;
	const char *method;
} cases[] = {
    /* DMARC */
    {MX "; dmarc=pass header.from=people.test", AUTH, "dmarc"},
    {MX "; dmarc=pass (p=none dis=none) header.from=people.test", AUTH,
	"dmarc"},
    {MX "; dmarc=pass header.from=other.test", NONE, ""},
    {MX "; dmarc=pass", NONE, ""},
    {MX "; dmarc=none header.from=people.test", NONE, ""},
    {MX "; dkim=pass header.d=people.test; dmarc=fail header.from=people.test",
	NONE, ""},
    {MX "; dmarc=fail header.from=people.test; dkim=pass header.d=people.test",
	NONE, ""},
    /* DKIM */
    {MX "; dkim=pass header.d=people.test", ALIGN, "dkim"},
    {MX "; dkim=pass (2048-bit key) header.d=people.test header.s=s1", ALIGN,
	"dkim"},
    {MX "; dkim=pass header.d=mail.people.test", ALIGN, "dkim"},
    {MX "; dkim=pass header.i=@people.test", ALIGN, "dkim"},
    {MX "; dkim=pass header.i=anna@PEOPLE.test", ALIGN, "dkim"},
    {MX "; dkim=pass header.d=test", NONE, ""},
    {MX "; dkim=pass header.d=notpeople.test", NONE, ""},
    {MX "; dkim=pass header.d=people.test.evil.test", NONE, ""},
    {MX "; dkim=pass header.d=", NONE, ""},
    {MX "; dkim=fail header.d=people.test", NONE, ""},
    {MX "; dkim=passed header.d=people.test", NONE, ""},
    {MX "; dkim=fail header.d=other.test; dkim=pass header.d=people.test",
	ALIGN, "dkim"},
    /* SPF */
    {MX "; spf=pass smtp.mailfrom=people.test", ALIGN, "spf"},
    {MX "; spf=pass smtp.mailfrom=anna@people.test", ALIGN, "spf"},
    {MX "; spf=pass smtp.mailfrom=bounce@list.test", NONE, ""},
    {MX "; spf=softfail smtp.mailfrom=anna@people.test", NONE, ""},
    /* only of the null sender is the greeting what SPF judged */
    {MX "; spf=pass smtp.helo=people.test", NONE, ""},
    /* the best of several */
    {MX "; spf=pass smtp.mailfrom=people.test; dmarc=pass "
	"header.from=people.test; dkim=pass header.d=people.test",
	AUTH, "dmarc"},
    /* form */
    {MX " 1; dkim=pass header.d=people.test", ALIGN, "dkim"},
    {"MX.Rooms.Test; DKIM=Pass Header.D=People.Test", ALIGN, "DKIM"},
    {MX "; dkim/1=pass header.d=people.test", ALIGN, "dkim"},
    {MX "; dkim = pass header.d = people.test", ALIGN, "dkim"},
    {MX "; dkim=pass header.d=\"people.test\"", ALIGN, "dkim"},
    {MX ";dkim=pass reason=\"a; dmarc=pass\" header.d=people.test", ALIGN,
	"dkim"},
    {"(a comment) " MX " (another) ; dkim=pass header.d=people.test", ALIGN,
	"dkim"},
    {MX "; none", NONE, ""},
    {MX, NONE, ""},
    {"", NONE, ""},
    {";", NONE, ""},
    {MX "; =; ==; = =;dkim=pass", NONE, ""},
    {MX "; dkim=pass (header.d=people.test", NONE, ""},
    {MX "; dkim=pass \"header.d=people.test", NONE, ""},
    /* servers that nobody named, or whose name is only like one */
    {"mx.evil.test; dmarc=pass header.from=people.test", NONE, ""},
    {MX ".evil.test; dmarc=pass header.from=people.test", NONE, ""},
    {"x" MX "; dmarc=pass header.from=people.test", NONE, ""},
    {"(" MX "); dmarc=pass header.from=people.test", NONE, ""},
    {"evil.test (" MX "; dmarc=pass header.from=people.test)", NONE, ""},
};

static void
one_field(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *field = cases[i].field;
		struct identity id =
		    judge(ctx, "anna@people.test", "", &field, 1);

		if (id.level != cases[i].level)
			print_message("# %s\n", field);
		assert_int_equal(id.level, cases[i].level);
		assert_string_equal(id.method, cases[i].method);
		assert_true(id.detail[0] != '\0');
	}
	talloc_free(ctx);
}

/* What stands further down may have come with the mail. */
static void
only_the_topmost_counts(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *forged[] = {
	    MX "; spf=none", MX "; dmarc=pass header.from=people.test"};
	const char *below[] = {"mx.other.test; dmarc=pass",
	    MX "; dmarc=pass header.from=people.test"};
	const char *two[] = {
	    "spf.rooms.test; spf=pass smtp.mailfrom=people.test",
	    MX "; dkim=none"};
	const char *fails[] = {"spf.rooms.test; spf=pass "
			       "smtp.mailfrom=people.test",
	    MX "; dmarc=fail header.from=people.test"};

	(void)state;
	assert_int_equal(judge(ctx, "a@b.test", "", forged, 2).level, NONE);
	assert_int_equal(judge(ctx, "a@b.test", "", below, 2).level, AUTH);
	assert_int_equal(judge(ctx, "a@b.test", "", two, 2).level, ALIGN);
	assert_int_equal(judge(ctx, "a@b.test", "", fails, 2).level, NONE);
	assert_int_equal(judge(ctx, "a@b.test", "", NULL, 0).level, NONE);
	talloc_free(ctx);
}

static void
the_null_sender_is_judged_by_its_greeting(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *field = MX "; spf=pass smtp.helo=mail.people.test";

	(void)state;
	assert_int_equal(judge(ctx, "", "", &field, 1).level, ALIGN);
	assert_int_equal(
	    judge(ctx, "a@people.test", "", &field, 1).level, NONE);
	talloc_free(ctx);
}

static void
a_password_counts_for_its_owner(void **state)
{
	static const struct {
		const char *submitter;
		enum identity_level level;
	} who[] = {{"anna@people.test", AUTH}, {"Anna@People.Test", AUTH},
	    {"anna", AUTH}, {"ben@people.test", NONE}, {"ann", NONE},
	    {"ben", NONE}, {"anna@other.test", NONE}, {"", NONE}};
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(who) / sizeof(who[0]); i++)
		assert_int_equal(
		    judge(ctx, "x@y.test", who[i].submitter, NULL, 0).level,
		    who[i].level);
	talloc_free(ctx);
}

static void
no_from_is_nobody(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *field = MX "; dmarc=pass header.from=people.test";
	struct mail mail;
	struct identity id;

	(void)state;
	memset(&mail, 0, sizeof(mail));
	mail.auth_results = &field;
	mail.nauth_results = 1;
	id = identity_judge(ctx, &mail, "anna@people.test", "anna", trusted);
	assert_int_equal(id.level, NONE);
	mail.from = "anna@people.test";
	id = identity_judge(ctx, &mail, "anna@people.test", "", NULL);
	assert_int_equal(id.level, NONE);
	assert_string_equal(identity_name(NONE), "none");
	assert_string_equal(identity_name(ALIGN), "aligned");
	assert_string_equal(identity_name(AUTH), "authenticated");
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_field),
	    cmocka_unit_test(only_the_topmost_counts),
	    cmocka_unit_test(the_null_sender_is_judged_by_its_greeting),
	    cmocka_unit_test(a_password_counts_for_its_owner),
	    cmocka_unit_test(no_from_is_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
