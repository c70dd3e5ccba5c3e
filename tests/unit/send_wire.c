/*
 * send_wire.c - SMTP and LMTP with servers that behave and that do not
 */
#include <time.h>

#include "tests/unit/send_fixture.h"

/* --- what both protocols do --------------------------------------------- */

/* Send n letters over one server; all must be taken over one connection. */
static void
many_letters(const char *scheme, const char *a, const char *b, const char *c)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter(), null = plain_letter();
	struct fake f;
	struct send *s;
	struct why why = {""};
	char *wire;
	int i;

	null.sender = "";
	fake_start(&f, a, b, c, NULL);
	s = fake_open(ctx, &f, scheme);
	for (i = 0; i < 10; i++)
		if (send_letter(s, i == 9 ? &null : &l, &why) != RES_OK)
			fail_msg("letter %d: %s", i, why.text);
	assert_false(send_is_down(s));
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.connections, 1);
	assert_int_equal(f.letters, 10);
	wire = contents(ctx, f.record);
	assert_int_equal(count(wire, "MAIL FROM:<room@example.com>"), 9);
	assert_int_equal(count(wire, "MAIL FROM:<>"), 1);
	assert_int_equal(count(wire, "RCPT TO:<ann@example.org>\r\n"), 10);
	/* dots are doubled at line starts, and nothing else is changed */
	assert_int_equal(
	    count(wire, "\r\n\r\none\r\n..two\r\n...\r\n..\r\nlast\r\n.\r\n"),
	    10);
	talloc_free(ctx);
}

static void
letters_share_a_connection(void **state)
{
	char path[300];

	(void)state;
	many_letters("smtp", NULL, NULL, NULL);
	many_letters("lmtp", "-l", NULL, NULL);
	many_letters("lmtp", "-l", "-p", NULL);
	(void)snprintf(path, sizeof(path), "-u%s/socket", scratch);
	many_letters("lmtp", "-l", path, NULL);
}

/* What a server does, and what must come of it. */
struct mishap {
	const char *rule;
	const char *second; /* rule, or NULL */
	enum res res;
	int down;
	const char *words; /* in the reason; NULL: any */
};

/* Send a letter to a server with the rules of m. */
static void
try_mishap(const char *scheme, const struct mishap *m)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	enum res r;
	const char *c;

	fake_start(&f, strcmp(scheme, "lmtp") == 0 ? "-l" : m->rule, m->rule,
	    m->second, NULL);
	s = fake_open(ctx, &f, scheme);
	send_set_limits(s, 700, 700);
	r = send_letter(s, &l, &why);
	if (r != m->res || send_is_down(s) != m->down)
		fail_msg("%s %s: got %s down %d: %s", scheme, m->rule,
		    res_name(r), send_is_down(s), why.text);
	if (r != RES_OK && m->words != NULL &&
	    strstr(why.text, m->words) == NULL)
		fail_msg("%s %s: said \"%s\"", scheme, m->rule, why.text);
	for (c = why.text; *c != '\0'; c++)
		assert_true(*c >= 0x20 && *c < 0x7f);
	talloc_free(s);
	fake_stop(&f);
	assert_true(f.connections >= 1);
	talloc_free(ctx);
}

static void
mishaps_end_as_they_should(void **state)
{
	static const struct mishap all[] = {
	    {"banner=hang", NULL, RES_TEMP, 1, NULL},
	    {"banner=close", NULL, RES_TEMP, 1, NULL},
	    {"banner=421 4.3.2 closing", NULL, RES_TEMP, 1, "421 4.3.2"},
	    {"banner=554 5.3.2 nobody home", NULL, RES_TEMP, 1, "nobody"},
	    {"banner=drip", NULL, RES_TEMP, 1, NULL},
	    {"ehlo=421 4.3.2 busy", NULL, RES_TEMP, 1, NULL},
	    {"ehlo=flood", NULL, RES_TEMP, 1, NULL},
	    {"mail=421 4.7.0 go away", NULL, RES_TEMP, 1, "go away"},
	    {"mail=450 4.7.1 not now", NULL, RES_TEMP, 0, "not now"},
	    {"mail=550 5.7.1 not you", NULL, RES_PERM, 0, "550 5.7.1 not you"},
	    {"mail=530 5.7.0 STARTTLS first", NULL, RES_TEMP, 0, "STARTTLS"},
	    {"mail=hang", NULL, RES_TEMP, 0, NULL},
	    {"mail=close", NULL, RES_TEMP, 0, NULL},
	    {"rcpt=450 4.2.1 greylisted", NULL, RES_TEMP, 0, "greylisted"},
	    {"rcpt=550-5.1.1 no\\n550-such\\n550 5.1.1 user", NULL, RES_PERM, 0,
		"550 5.1.1 no such 5.1.1 user"},
	    {"rcpt=550 bad\\0byte \x1b[31m", NULL, RES_PERM, 0, "550 bad?byte"},
	    {"rcpt=close", NULL, RES_TEMP, 0, NULL},
	    {"data=451 4.3.0 disk", NULL, RES_TEMP, 0, "disk"},
	    {"data=554 5.5.1 no", NULL, RES_PERM, 0, "554"},
	    {"dot=451 4.3.0 later", NULL, RES_TEMP, 0, "later"},
	    {"dot=554 5.6.0 content", NULL, RES_PERM, 0, "content"},
	    {"dot=close", NULL, RES_TEMP, 0, NULL},
	    {"dot=hang", NULL, RES_TEMP, 0, NULL},
	    {"dot=250-one\\n250-two\\n250 three", NULL, RES_OK, 0, NULL},
	    {"dot=250 bare\\r", NULL, RES_OK, 0, NULL},
	    {"dot=long", NULL, RES_TEMP, 0, NULL},
	    {"dot=flood", NULL, RES_TEMP, 0, NULL},
	    {"dot=drip", NULL, RES_TEMP, 0, NULL},
	    {"quit=hang", NULL, RES_OK, 0, NULL},
	    {"rcpt=550 no", "quit=hang", RES_PERM, 0, "550 no"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		try_mishap("smtp", &all[i]);
		try_mishap("lmtp", &all[i]);
	}
}

/* Refused for a while, then taken: the same letter, with one struct send. */
static void
greylisting(const char *scheme, const char *option)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;

	fake_start(
	    &f, "-e8BITMIME", option, "rcpt*2=450 4.7.1 greylisted", NULL);
	s = fake_open(ctx, &f, scheme);
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.letters, 2);
	talloc_free(ctx);
}

static void
greylisting_then_taken(void **state)
{
	(void)state;
	greylisting("smtp", "-e8BITMIME");
	greylisting("lmtp", "-l");
	greylisting("lmtp", "-lp");
}

/* A server that closes the kept connection: opened again, nothing lost. */
static void
stale(const char *scheme, const char *option, const char *second)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	int i;

	fake_start(&f, "-e8BITMIME", option, "mail*1=250 ok", second, NULL);
	s = fake_open(ctx, &f, scheme);
	for (i = 0; i < 3; i++)
		if (send_letter(s, &l, &why) != RES_OK)
			fail_msg("%s %s: %s", scheme, second, why.text);
	send_idle(s);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.connections, 3);
	assert_int_equal(f.letters, 4);
	talloc_free(ctx);
}

static void
closed_connection_is_opened_again(void **state)
{
	(void)state;
	stale("smtp", "-e8BITMIME", "mail*1=close");
	stale("smtp", "-e8BITMIME", "mail*1=421 4.4.2 idle too long");
	stale("lmtp", "-l", "mail*1=close");
	stale("lmtp", "-l", "mail*1=421 4.4.2 idle too long");
	stale("lmtp", "-lp", "mail*1=close");
}

/* The limit is one letter's, not the connection's. */
static void
old_connection(const char *scheme, const char *option)
{
	struct timespec pause = {.tv_sec = 1, .tv_nsec = 100000000};
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	int i;

	fake_start(&f, "-e8BITMIME", option, NULL);
	s = fake_open(ctx, &f, scheme);
	send_set_limits(s, 1000, 1000);
	for (i = 0; i < 2; i++) {
		if (send_letter(s, &l, &why) != RES_OK)
			fail_msg("%s letter %d: %s", scheme, i, why.text);
		(void)nanosleep(&pause, NULL);
	}
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.connections, 1);
	talloc_free(ctx);
}

static void
kept_connection_may_be_old(void **state)
{
	(void)state;
	old_connection("smtp", "-eDSN");
	old_connection("lmtp", "-l");
}

/* --- what one of them does ---------------------------------------------- */

/* Nobody waits minutes for the answer to QUIT. */
static void
quit_is_not_waited_for(void **state)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	int64_t began = send_clock();

	(void)state;
	fake_start(&f, "rcpt*1=550 no", "quit=hang", NULL);
	s = fake_open(ctx, &f, "smtp");
	send_set_limits(s, 60000, 60000);
	assert_int_equal(send_letter(s, &l, &why), RES_PERM);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	assert_true(send_clock() - began < 30000);
	fake_stop(&f);
	talloc_free(ctx);
}

static void
lmtp_answers_differ_by_letter(void **state)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;

	(void)state;
	fake_start(&f, "-l", "dot*1=250 2.0.0 yes", "dot*1=452 4.2.2 full",
	    "dot*1=550 5.2.1 closed", NULL);
	s = fake_open(ctx, &f, "lmtp");
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_int_equal(send_letter(s, &l, &why), RES_PERM);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.letters, 4);
	talloc_free(ctx);
}

/* --- encryption and login ----------------------------------------------- */

/* A relay's text before and after HOST:PORT, what its server does, the end. */
struct talk {
	const char *before;
	const char *after;
	const char *rule;
	enum res res;
};

/* Send to a server that offers STARTTLS and AUTH; what came over the wire. */
static char *
wire_of(void *ctx, struct talk t)
{
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	enum res r;

	fake_start(&f, "-eSTARTTLS", "-eAUTH PLAIN", t.rule, NULL);
	s = relay_open(
	    ctx, mem_print(ctx, "%s127.0.0.1:%d%s", t.before, f.port, t.after));
	r = send_letter(s, &l, &why);
	if (r != t.res)
		fail_msg("%s%s %s: %s %s", t.before, t.after, t.rule,
		    res_name(r), why.text);
	if (r == RES_TEMP)
		assert_true(send_is_down(s));
	talloc_free(s);
	fake_stop(&f);
	return contents(ctx, f.record);
}

static void
encryption_is_not_given_up(void **state)
{
	void *ctx = talloc_new(NULL);
	const char *refused = "starttls=454 4.7.0 not now";
	char *wire;

	(void)state;
	/* asked for and not to be had: no letter goes out in clear */
	wire = wire_of(ctx,
	    (struct talk){"smtp://", "?starttls=required", refused, RES_TEMP});
	assert_int_equal(count(wire, "STARTTLS\r\n"), 1);
	assert_int_equal(count(wire, "MAIL"), 0);
	wire = wire_of(ctx, (struct talk){"smtp://", "?starttls=required",
				"starttls=220 go\\n250 injected", RES_TEMP});
	assert_int_equal(count(wire, "STARTTLS\r\n"), 1);
	assert_int_equal(count(wire, "MAIL"), 0);
	/* only tried: the letter goes */
	wire = wire_of(
	    ctx, (struct talk){"smtp://", "?starttls=try", refused, RES_OK});
	assert_int_equal(count(wire, "STARTTLS\r\n"), 1);
	assert_int_equal(count(wire, "MAIL"), 1);
	/* to this machine it is not even tried unless asked for */
	wire = wire_of(ctx, (struct talk){"smtp://", "", refused, RES_OK});
	assert_int_equal(count(wire, "STARTTLS\r\n"), 0);
	/* smtps speaks TLS from the first byte */
	wire = wire_of(
	    ctx, (struct talk){"smtps://", "", "banner=250 clear", RES_TEMP});
	assert_int_equal(wire[0], 0x16);
	assert_int_equal(wire[1], 0x03);
	talloc_free(ctx);
}

static void
login_is_used(void **state)
{
	void *ctx = talloc_new(NULL);
	char *wire;

	(void)state;
	/* base64 of NUL me NUL p@ss */
	wire = wire_of(ctx, (struct talk){"smtp://me:p%40ss@", "",
				"auth=235 2.7.0 welcome", RES_OK});
	assert_int_equal(count(wire, "AUTH PLAIN AG1lAHBAc3M=\r\n"), 1);
	assert_int_equal(count(wire, "MAIL"), 1);
	wire = wire_of(ctx, (struct talk){"smtp://me:p%40ss@", "",
				"auth=535 5.7.8 no", RES_TEMP});
	assert_int_equal(count(wire, "MAIL"), 0);
	wire = wire_of(ctx, (struct talk){"smtp://", "/calendar.example.net",
				"auth=535 5.7.8 no", RES_OK});
	assert_int_equal(count(wire, "EHLO calendar.example.net\r\n"), 1);
	talloc_free(ctx);
}

/* --- */

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(letters_share_a_connection),
	    cmocka_unit_test(mishaps_end_as_they_should),
	    cmocka_unit_test(greylisting_then_taken),
	    cmocka_unit_test(closed_connection_is_opened_again),
	    cmocka_unit_test(kept_connection_may_be_old),
	    cmocka_unit_test(quit_is_not_waited_for),
	    cmocka_unit_test(lmtp_answers_differ_by_letter),
	    cmocka_unit_test(encryption_is_not_given_up),
	    cmocka_unit_test(login_is_used),
	};
	int failed;

	(void)argc;
	if (!fixture_open(argv[0]))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_close();
	return failed;
}
