/*
 * read_wrap.c - signed mail is read through, encrypted mail is said to be so
 */
#include "tests/unit/read_fixture.h"

#include "lib/read/wrap.h"

/* Bytes with their number. */
struct bytes {
	const char *p;
	size_t n;
};

/* 1.2.840.113549.1.7 and the last number */
#define PKCS7(last) "\x2a\x86\x48\x86\xf7\x0d\x01\x07" last

#define ENTITY                                                                 \
	"Content-Type: text/calendar; method=REQUEST\r\n\r\n" CALENDAR(        \
	    "REQUEST")

static struct bytes
text(const char *s)
{
	return (struct bytes){s, strlen(s)};
}

static struct bytes
join(struct bytes a, struct bytes b)
{
	char *p = mem_array(ctx, char, a.n + b.n + 1);

	memcpy(p, a.p, a.n);
	memcpy(p + a.n, b.p, b.n);
	return (struct bytes){p, a.n + b.n};
}

/* A value of definite length, in two octets. */
static struct bytes
der(int tag, struct bytes body)
{
	char *head = mem_array(ctx, char, 4);

	head[0] = (char)tag;
	head[1] = (char)0x82;
	head[2] = (char)(body.n >> 8);
	head[3] = (char)(body.n & 0xff);
	return join((struct bytes){head, 4}, body);
}

/* The same of indefinite length. */
static struct bytes
endless(int tag, struct bytes body)
{
	char *head = mem_array(ctx, char, 2);

	head[0] = (char)tag;
	head[1] = (char)0x80;
	return join(
	    join((struct bytes){head, 2}, body), (struct bytes){"\0\0", 2});
}

typedef struct bytes value(int tag, struct bytes body);

/* A ContentInfo with SignedData around these octets. */
static struct bytes
signed_data(value *v, struct bytes octets)
{
	struct bytes content =
	    v(0x30, join(der(0x06, text(PKCS7("\x01"))),
			octets.n > 0 ? v(0xa0, octets) : octets));
	struct bytes body = join(der(0x02, text("\x01")),
	    join(der(0x31, der(0x30, text("x"))),
		join(content, der(0x31, der(0x30, text("signature"))))));

	return v(
	    0x30, join(der(0x06, text(PKCS7("\x02"))), v(0xa0, v(0x30, body))));
}

/* A mail with these bytes as one part. */
static struct notice *
read_bytes(const char *type, struct bytes b)
{
	char *body = mem_text(ctx, "");
	size_t i;

	for (i = 0; i < b.n; i++)
		mem_add(&body, "=%02X%s", (unsigned char)b.p[i],
		    i % 20 == 19 ? "=\n" : "");
	return read_mail(mem_print(ctx,
			     "Content-Type: %s\n"
			     "Content-Transfer-Encoding: quoted-printable",
			     type),
	    body);
}

#define SMIME "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"

static void
test_signed_data(void **state)
{
	struct bytes whole = der(0x04, text(ENTITY));
	struct bytes pieces = join(der(0x04, (struct bytes){ENTITY, 50}),
	    der(0x04, text(&ENTITY[50])));

	(void)state;
	good(read_bytes(SMIME, signed_data(der, whole)), "REQUEST", "");
	good(read_bytes("application/x-pkcs7-mime", signed_data(der, whole)),
	    "REQUEST", "");
	good(read_bytes("application/octet-stream; name=smime.p7m",
		 signed_data(endless, whole)),
	    "REQUEST", "");
	good(read_bytes(SMIME, signed_data(endless, endless(0x24, pieces))),
	    "REQUEST", "");
	good(read_bytes(SMIME, signed_data(der, der(0x24, pieces))), "REQUEST",
	    "");
	/* signed twice */
	whole = join(text("Content-Type: " SMIME "\r\n"
			  "Content-Transfer-Encoding: binary\r\n\r\n"),
	    signed_data(der, whole));
	good(read_bytes(SMIME, signed_data(der, der(0x04, whole))), "REQUEST",
	    "");
	/* nothing for a calendar in it; only certificates */
	whole = der(0x04, text("Content-Type: text/plain\r\n\r\nhello"));
	bad(read_bytes(SMIME, signed_data(der, whole)), "no-calendar",
	    ACTION_IGNORE);
	bad(read_bytes(SMIME, signed_data(der, (struct bytes){"", 0})),
	    "no-calendar", ACTION_IGNORE);
}

static void
test_encrypted(void **state)
{
	static const char *const kinds[] = {PKCS7("\x03"), PKCS7("\x04"),
	    PKCS7("\x06"), "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		bad(read_bytes("application/pkcs7-mime",
			der(0x30, join(der(0x06, text(kinds[i])),
				      der(0xa0, text("secret"))))),
		    "encrypted", ACTION_HOLD);
	bad(read_bytes("application/pkcs7-mime; smime-type=enveloped-data",
		text("nonsense")),
	    "encrypted", ACTION_HOLD);
	bad(read_bytes("application/pkcs7-mime",
		der(0x30, der(0x06, text("\x2a\x03")))),
	    "bad-signed", ACTION_HOLD);
	bad(read_mail(MULTI("encrypted"),
		PART("application/pgp-encrypted", "Version: 1") PART(
		    "application/octet-stream", "-----BEGIN PGP MESSAGE-----")
		    END),
	    "encrypted", ACTION_HOLD);
	bad(read_mail("Content-Type: text/calendar; method=REQUEST",
		"-----BEGIN PGP MESSAGE-----\n\nx\n"
		"-----END PGP MESSAGE-----\n"),
	    "encrypted", ACTION_HOLD);
}

/* Cut or bent anywhere: refused or read, never more than the bytes. */
static void
test_broken(void **state)
{
	struct bytes all = signed_data(endless,
	    endless(0x24, der(0x04, text("Content-Type: x/y\r\n\r\n"))));
	struct bytes good_one = signed_data(der, der(0x04, text("x")));
	char *content;
	char *p;
	size_t got;
	size_t i;
	size_t k;

	(void)state;
	assert_int_equal(
	    wrap_cms(ctx, good_one.p, good_one.n, &content, &got), WRAP_SIGNED);
	assert_int_equal(got, 1);
	assert_int_equal(wrap_cms(ctx, "", 0, &content, &got), WRAP_BROKEN);
	for (i = 0; i < all.n; i++) {
		p = talloc_memdup(ctx, all.p, i);
		(void)wrap_cms(ctx, p, i, &content, &got);
		assert_true(got <= i);
		talloc_free(p);
		p = talloc_memdup(ctx, all.p, all.n);
		for (k = 0; k < 256; k++) {
			p[i] = (char)k;
			(void)wrap_cms(ctx, p, all.n, &content, &got);
			assert_true(got <= all.n);
		}
		talloc_free(p);
	}
	/* a length that is more than there is, and one without end */
	assert_int_equal(
	    wrap_cms(ctx, "\x30\x84\xff\xff\xff\xff\x06", 7, &content, &got),
	    WRAP_BROKEN);
	assert_int_equal(
	    wrap_cms(ctx, "\x30\xff", 2, &content, &got), WRAP_BROKEN);
	bad(read_bytes(SMIME, (struct bytes){all.p, all.n / 2}), "bad-signed",
	    ACTION_HOLD);
}

/* Values in values without end stop at a depth. */
static void
test_deep(void **state)
{
	struct bytes b = der(0x04, text("x"));
	char *content;
	size_t got;
	int i;

	(void)state;
	for (i = 0; i < 200; i++)
		b = endless(0x24, b);
	assert_int_equal(wrap_cms(ctx, signed_data(der, b).p,
			     signed_data(der, b).n, &content, &got),
	    WRAP_BROKEN);
}

static void
test_multipart_signed(void **state)
{
	(void)state;
	good(read_mail("Content-Type: multipart/signed; boundary=b; "
		       "protocol=\"application/pkcs7-signature\"; micalg=sha1",
		 PART("text/calendar; method=REQUEST", CALENDAR("REQUEST"))
		     PART("application/pkcs7-signature; name=smime.p7s", "AAAA")
			 END),
	    "REQUEST", "");
	good(read_mail("Content-Type: multipart/signed; boundary=b; "
		       "protocol=\"application/pgp-signature\"",
		 "--b\nContent-Type: multipart/mixed; boundary=c\n\n"
		 "--c\nContent-Type: text/plain\n\nhello\n"
		 "--c\nContent-Type: text/calendar\n\n" CALENDAR(
		     "REQUEST") "--c--\n" PART("application/pgp-signature",
		     "-----BEGIN PGP SIGNATURE-----") END),
	    "REQUEST", "");
}

static void
test_pgp_inline(void **state)
{
	struct notice *n = read_mail("Content-Type: text/calendar",
	    "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
	    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
	    "UID:u1\nDTSTAMP:20260101T000000Z\n" START "SUMMARY:one\n"
	    "-  two\nEND:VEVENT\nEND:VCALENDAR\n"
	    "-----BEGIN PGP SIGNATURE-----\n\nxyz\n"
	    "-----END PGP SIGNATURE-----\n");

	(void)state;
	good(n, "REQUEST", "");
	assert_string_equal(n->object[0].component[0].summary, "onetwo");
	bad(read_mail("Content-Type: text/calendar",
		"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" CALENDAR(
		    "REQUEST")),
	    "truncated", ACTION_HOLD);
	bad(read_mail("Content-Type: text/calendar",
		"-----BEGIN PGP SIGNED MESSAGE-----"),
	    "truncated", ACTION_HOLD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_signed_data),
	    TEST(test_encrypted),
	    TEST(test_broken),
	    TEST(test_deep),
	    TEST(test_multipart_signed),
	    TEST(test_pgp_inline),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
