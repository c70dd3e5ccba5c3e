/*
 * send.c - opening a relay, and what is refused before a byte is sent
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/base/io.h"
#include "tests/unit/send_fixture.h"

/* --- the relay's text --------------------------------------------------- */

static void
relay_text_is_checked(void **state)
{
	static const char *const good[] = {
	    "smtp://localhost:25",
	    "smtp://mail.example.com",
	    "smtp://[::1]:2525",
	    "smtp://mail.example.com:25/calendar.example.com",
	    "smtp://u:p%40ss@mail.example.com:587",
	    "smtp://u:p@mail.example.com:587?starttls=required",
	    "smtp://mail.example.com?starttls=no",
	    "smtp://mail.example.com?starttls=try",
	    "smtps://mail.example.com",
	    "smtps://u:p@mail.example.com:465",
	    "lmtp:/run/dovecot/lmtp",
	    "lmtp:localhost:24",
	    "lmtp:[::1]:24",
	    "sendmail:/usr/sbin/sendmail",
	    "maildir:/var/mail/out",
	};
	static const char *const bad[] = {
	    "",
	    "localhost:25",
	    "http://localhost",
	    "smtp:",
	    "smtp://",
	    "smtp://host:port",
	    "smtp://host/a b",
	    "smtp://host/a/b",
	    "smtp://host?starttls=maybe",
	    "smtp://host?x=y",
	    "smtp://host#x",
	    "smtp://u@host",
	    "smtp://u;AUTH=PLAIN:p@host",
	    "smtp://u:p@host?starttls=try",
	    "smtp://u:p@host?starttls=no",
	    "smtps://host?starttls=no",
	    "lmtp:",
	    "lmtp:socket",
	    "lmtp:host:0",
	    "lmtp:host:99999",
	    "lmtp:host:2x",
	    "lmtp:::1:24",
	    "sendmail:sendmail",
	    "sendmail:",
	    "maildir:mail",
	};
	struct send *s;
	struct why why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (send_open(NULL, good[i], &s, &why) != RES_OK)
			fail_msg("%s: %s", good[i], why.text);
		talloc_free(s);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why.text[0] = '\0';
		if (send_open(NULL, bad[i], &s, &why) != RES_PERM)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_string_not_equal(why.text, "");
		assert_null(s);
	}
}

static void
password_is_never_in_a_reason(void **state)
{
	struct why why = {""};
	struct letter l = plain_letter();
	struct send *s;

	(void)state;
	assert_int_equal(
	    send_open(NULL, "xmtp://u:secret@host", &s, &why), RES_PERM);
	assert_null(strstr(why.text, "secret"));
	assert_int_equal(
	    send_open(NULL, "smtp://u:secret@h?x", &s, &why), RES_PERM);
	assert_null(strstr(why.text, "secret"));
	s = relay_open(NULL, "smtp://u:secret@127.0.0.1:1");
	assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
	assert_non_null(strstr(why.text, "127.0.0.1:1"));
	assert_null(strstr(why.text, "secret"));
	talloc_free(s);
}

/* --- nobody there ------------------------------------------------------- */

static void
nobody_listens(void **state)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t size = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	const char *relay[4];
	size_t i;

	(void)state;
	/* a port that is taken and not listened at refuses */
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
	relay[0] = mem_print(ctx, "smtp://127.0.0.1:%d", ntohs(a.sin_port));
	relay[1] = mem_print(ctx, "lmtp:127.0.0.1:%d", ntohs(a.sin_port));
	relay[2] = mem_print(ctx, "lmtp:%s/none", scratch);
	relay[3] = mem_print(ctx, "sendmail:%s/none", scratch);
	for (i = 0; i < 4; i++) {
		struct send *s = relay_open(ctx, relay[i]);

		assert_int_equal(send_letter(s, &l, &why), RES_TEMP);
		assert_true(send_is_down(s));
		assert_string_not_equal(why.text, "");
	}
	(void)close(fd);
	talloc_free(ctx);
}

/* --- what must not go out ----------------------------------------------- */

/* Is the letter refused before a byte is sent? */
static void
must_refuse(struct send *s, struct letter l)
{
	struct why why = {""};
	enum res r = send_letter(s, &l, &why);

	if (r != RES_PERM)
		fail_msg(
		    "<%s> to <%s>: %s", l.sender, l.recipient, res_name(r));
	assert_string_not_equal(why.text, "");
}

static void
bad_letters_stay_here(void **state)
{
	static const char *const addresses[] = {
	    "ann@example.org>\r\nRCPT TO:<eve@example.net",
	    "ann@example.org\nRCPT TO:<eve@example.net>",
	    "ann@example.org> SIZE=1", "ann @example.org", "ann", "a@b@c", "a@",
	    "@b", "ann@example.org\r", "\x01@example.org", "<ann@example.org>"};
	static const char *const bodies[] = {"", "x", "x\n", "a: b\n\nx\r\n",
	    "a: b\r\n\r\nx\ry\r\n", "a: b\r\n\r\nx\n.\r\nMAIL\r\n",
	    "\na: b\r\n", "a: b\r\n\r"};
	static const char nul[] = "a: b\r\n\r\nx\0y\r\n";
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	size_t i;

	(void)state;
	fake_start(&f, "-e8BITMIME", NULL);
	s = fake_open(ctx, &f, "smtp");
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		must_refuse(s, letter_of("r@example.com", addresses[i], BODY));
		must_refuse(s, letter_of(addresses[i], "a@example.com", BODY));
	}
	must_refuse(s, letter_of("r@example.com", "", BODY));
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		must_refuse(
		    s, letter_of("r@example.com", "a@example.com", bodies[i]));
	l.bytes = nul;
	l.n = sizeof(nul) - 1;
	must_refuse(s, l);
	l = plain_letter();
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.connections, 1);
	assert_int_equal(count(contents(ctx, f.record), "RCPT TO:"), 1);
	assert_int_equal(count(contents(ctx, f.record), "eve@"), 0);
	talloc_free(ctx);
}

/*
 * The negative control of the test above: a client without the check, and what
 * the other side then takes for a second recipient.
 */
static void
the_wire_would_show_it(void **state)
{
	static const char session[] =
	    "EHLO x\r\nMAIL FROM:<r@example.com>\r\n"
	    "RCPT TO:<ann@example.org>\r\nRCPT TO:<eve@example.net>\r\nQUIT\r\n";
	struct sockaddr_in to = {.sin_family = AF_INET};
	void *ctx = talloc_new(NULL);
	char answer[2000];
	struct why why;
	struct fake f;
	size_t got;
	int fd;

	(void)state;
	fake_start(&f, "-e8BITMIME", NULL);
	to.sin_port = htons((uint16_t)f.port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(
	    io_write(fd, session, sizeof(session) - 1, &why), RES_OK);
	assert_int_equal(
	    io_read(fd, answer, sizeof(answer), &got, &why), RES_OK);
	assert_int_equal(close(fd), 0);
	fake_stop(&f);
	assert_int_equal(count(contents(ctx, f.record), "RCPT TO:"), 2);
	assert_int_equal(count(contents(ctx, f.record), "eve@"), 1);
	talloc_free(ctx);
}

/* An address beyond ASCII goes only where it is understood. */
static void
utf8_address(
    const char *scheme, const char *option, const char *offer, enum res res)
{
	void *ctx = talloc_new(NULL);
	struct letter l = plain_letter(), u = plain_letter();
	struct why why = {""};
	struct fake f;
	struct send *s;
	char *wire;

	u.recipient = "j\xc3\xb6rg@b\xc3\xbc"
		      "cher.example";
	fake_start(&f, option, offer, NULL);
	s = fake_open(ctx, &f, scheme);
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	assert_int_equal(send_letter(s, &u, &why), res);
	if (res == RES_PERM)
		assert_non_null(strstr(why.text, "SMTPUTF8"));
	assert_int_equal(send_letter(s, &l, &why), RES_OK);
	talloc_free(s);
	fake_stop(&f);
	assert_int_equal(f.letters, res == RES_OK ? 3 : 2);
	wire = contents(ctx, f.record);
	if (res == RES_OK) {
		assert_int_equal(count(wire, " SMTPUTF8"), 1);
		assert_int_equal(count(wire, "TO:<j\xc3\xb6rg@"), 1);
	}
	talloc_free(ctx);
}

static void
utf8_address_needs_smtputf8(void **state)
{
	(void)state;
	utf8_address("smtp", "-eSMTPUTF8", "-eDSN", RES_OK);
	utf8_address("smtp", "-eDSN", "-eETRN", RES_PERM);
	utf8_address("lmtp", "-l", "-eSMTPUTF8", RES_OK);
	utf8_address("lmtp", "-l", "-eDSN", RES_PERM);
}

/* --- */

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(relay_text_is_checked),
	    cmocka_unit_test(password_is_never_in_a_reason),
	    cmocka_unit_test(nobody_listens),
	    cmocka_unit_test(bad_letters_stay_here),
	    cmocka_unit_test(the_wire_would_show_it),
	    cmocka_unit_test(utf8_address_needs_smtputf8),
	};
	int failed;

	(void)argc;
	if (!fixture_open(argv[0]))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_close();
	return failed;
}
