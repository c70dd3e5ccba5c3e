/* address.c - which addresses mail may go to */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/mem.h"
#include "lib/write/domain.h"
#include "lib/write/letter.h"

static void
test_good(void **state)
{
	static const char *const good[] = {"a@b", "alice@example.org",
	    "room1+detail@example.com", "o'hara@example.com",
	    "a.b.c@sub.example.com", "\"a b\"@example.com",
	    "\"a\\\"b@c\"@example.com", "\"\\\\\"@example.com", "a@[192.0.2.1]",
	    "a@[IPv6:2001:db8::1]", "-oQ@example.com",
	    "a!#$%&'*+/=?^_`{|}~-b@example.com", "1@2.3",
	    "müller@bücher.example", "\xe7\x94\xb0@\xe4\xbe\x8b.jp",
	    "a@xn--bcher-kva.example"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!address_is_sendable(good[i]))
			fail_msg("refused: %s", good[i]);
}

static void
test_bad(void **state)
{
	static const char *const bad[] = {"", "a", "@", "a@", "@b", "<>",
	    "<a@b>", "a@b>", "a@b\r\nRCPT TO:<c@d>", "a\r@b", "a@b\n", "a@b\t",
	    "a b@c", " a@b", "a@b ", "a@b@c", ".a@b", "a.@b", "a..b@c", "a@.b",
	    "a@b.", "a@b..c", "a@-b", "a@b-", "a@b_c", "a@b c", "\"\"@b",
	    "\"@b", "\"a@b", "\"a\"b\"@c", "\"a\\\"@b", "\"a\r\n\"@b",
	    "\"a>\"@b", "a,b@c", "a;b@c", ";rm -rf@x", "a:b@c", "(x)a@b",
	    "a@[1.2.3]", "a@[1.2.3.4", "a@[1.2.3.4]x", "a@[]", "a@[IPv6:zz]",
	    "a@[x:y]", "a\x7f@b", "a\x01@b", "\xff@b", "\xc0\x80@b",
	    "a\xed\xa0\x80@b", "a\xc2\x85@b", "a@b\xe2\x80\xa8.c"};
	size_t i;

	(void)state;
	assert_false(address_is_sendable(NULL));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (address_is_sendable(bad[i]))
			fail_msg("taken: %s", bad[i]);
}

/* An address with parts of these lengths, labels of at most `label`. */
static int
takes(size_t local, size_t domain, size_t label)
{
	char text[600];
	size_t i, run = 0;
	char *p = text;

	for (i = 0; i < local; i++)
		*p++ = 'a';
	*p++ = '@';
	for (i = 0; i < domain; i++) {
		int dot = run == label;

		*p++ = dot ? '.' : 'b';
		run = dot ? 0 : run + 1;
	}
	*p = '\0';
	return address_is_sendable(text);
}

static void
test_lengths(void **state)
{
	(void)state;
	assert_true(takes(64, 100, 63));
	assert_false(takes(65, 100, 63));
	assert_true(takes(10, 63, 63));
	assert_false(takes(10, 64, 64));
	assert_true(takes(4, 249, 62));
	assert_false(takes(5, 249, 62));
	assert_false(takes(1, 400, 62));
}

static void
test_same_mailbox(void **state)
{
	(void)state;
	assert_true(address_is_same("a@b.example", "A@B.EXAMPLE"));
	assert_true(address_is_same("a+x@b.example", "a+y@b.example"));
	assert_true(address_is_same("a", "A"));
	assert_false(address_is_same("a@b.example", "a@c.example"));
	assert_false(address_is_same("ab@c.example", "a@c.example"));
	assert_false(address_is_same("+a@c.example", "+b@c.example"));
	assert_false(address_is_same("\"a+b\"@c.example", "\"a\"@c.example"));
	assert_false(address_is_same("", ""));
	assert_false(address_is_same(NULL, "a@b.example"));
}

/* The names of domains in the form that DNS has. */
static void
test_domains_in_ascii(void **state)
{
	static const struct {
		const char *came, *goes;
	} cases[] = {{"a@example.com", "a@example.com"},
	    {"a@b\xc3\xbc"
	     "cher.example",
		"a@xn--bcher-kva.example"},
	    {"a@B\xc3\x9c"
	     "CHER.example",
		"a@xn--bcher-kva.example"},
	    /* u and a diaeresis of its own are one letter. */
	    {"a@bu\xcc\x88"
	     "cher.example",
		"a@xn--bcher-kva.example"},
	    {"a@\xe6\xa4\x9c.example", "a@xn--f4v.example"},
	    /* Needs SMTPUTF8 anyway, and names no domain. */
	    {"\xc3\xa4@b\xc3\xbc.example", "\xc3\xa4@b\xc3\xbc.example"},
	    {"a@-\xc3\xbc.example", "a@-\xc3\xbc.example"},
	    {"a@[192.0.2.1]", "a@[192.0.2.1]"}, {"none", "none"}, {"", ""}};
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
		    domain_ascii(ctx, cases[i].came), cases[i].goes);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_lengths),
	    cmocka_unit_test(test_same_mailbox),
	    cmocka_unit_test(test_domains_in_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
