/*
 * wrap.c - what somebody signed, taken out of its wrapper, see wrap.h
 *
 * CMS is BER: each value is a tag, a length, and that many bytes; or, of
 * indefinite length, values up to two zero bytes.  Only the path to the signed
 * bytes is walked; certificates and signatures behind them are not looked at.
 */
#include "lib/read/wrap.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/mem.h"

#define DEPTH_MAX 16

#define TAG_INTEGER     0x02
#define TAG_OCTETS      0x04
#define TAG_OID         0x06
#define TAG_CONSTRUCTED 0x20
#define TAG_SEQUENCE    0x30
#define TAG_SET         0x31
#define TAG_EXPLICIT    0xa0 /* [0] */

/* Bytes still to be read. */
struct ber {
	const unsigned char *p;
	size_t n;
};

/* One value. */
struct value {
	int tag;
	int endless; /* body goes on to the end-of-contents bytes */
	struct ber body;
};

/* Length octets at in; 0 if they are none that can be. */
static int
read_length(struct ber *in, struct value *value)
{
	size_t octets;
	size_t length = 0;

	if (in->n == 0)
		return 0;
	octets = *in->p & 0x7f;
	value->endless = *in->p == 0x80;
	if (*in->p < 0x80)
		length = *in->p;
	in->p++;
	in->n--;
	if (value->endless) {
		value->body = *in;
		return (value->tag & TAG_CONSTRUCTED) != 0;
	}
	if (in->p[-1] > 0x80) {
		if (octets > 4 || octets > in->n)
			return 0;
		for (; octets > 0; octets--, in->n--)
			length = length << 8 | *in->p++;
	}
	value->body.p = in->p;
	value->body.n = length;
	return length <= in->n;
}

/* The next value; of a definite one *in is then behind its body. */
static int
read_value(struct ber *in, struct value *value)
{
	if (in->n == 0 || (*in->p & 0x1f) == 0x1f)
		return 0;
	value->tag = *in->p++;
	in->n--;
	if (!read_length(in, value))
		return 0;
	if (!value->endless) {
		in->p += value->body.n;
		in->n -= value->body.n;
	}
	return 1;
}

/* Go into the next value, which must have that tag. */
static int
enter(struct ber *in, int tag)
{
	struct value value;

	if (!read_value(in, &value) || value.tag != tag)
		return 0;
	*in = value.body;
	return 1;
}

/* Are these the two bytes that end a value of indefinite length? */
static int
is_end(const struct ber *in)
{
	return in->n >= 2 && in->p[0] == 0 && in->p[1] == 0;
}

/* Pass over the next value, which must have that tag; -1: any. */
static int
pass_over(struct ber *in, int tag, int depth)
{
	struct value value;

	if (depth > DEPTH_MAX || !read_value(in, &value) ||
	    (tag >= 0 && value.tag != tag))
		return 0;
	if (!value.endless)
		return 1;
	while (!is_end(in)) {
		if (!pass_over(in, -1, depth + 1))
			return 0;
	}
	in->p += 2;
	in->n -= 2;
	return 1;
}

/* Append an OCTET STRING that may be in pieces; 0 if it is broken. */
static int
add_octets(struct ber *in, char *out, size_t *got, int depth)
{
	struct value value;
	struct ber *pieces;

	if (depth > DEPTH_MAX || !read_value(in, &value))
		return 0;
	if (value.tag == TAG_OCTETS) {
		memcpy(out + *got, value.body.p, value.body.n);
		*got += value.body.n;
		return 1;
	}
	if (value.tag != (TAG_OCTETS | TAG_CONSTRUCTED))
		return 0;
	pieces = value.endless ? in : &value.body;
	while (pieces->n > 0 && !is_end(pieces)) {
		if (!add_octets(pieces, out, got, depth + 1))
			return 0;
	}
	if (!value.endless)
		return 1;
	if (!is_end(in))
		return 0;
	in->p += 2;
	in->n -= 2;
	return 1;
}

/* What a ContentInfo says it holds. */
static enum wrap
kind_of(const struct value *oid)
{
	/* 1.2.840.113549.1.7 and 1.2.840.113549.1.9.16.1 */
	static const unsigned char pkcs7[] = {
	    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07};
	static const unsigned char smime[] = {
	    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01};
	const unsigned char *p = oid->body.p;

	if (oid->body.n == sizeof(pkcs7) + 1 &&
	    memcmp(p, pkcs7, sizeof(pkcs7)) == 0) {
		/* signed 2; enveloped 3, both 4, encrypted 6 */
		p += sizeof(pkcs7);
		return *p == 2                         ? WRAP_SIGNED
		       : *p == 3 || *p == 4 || *p == 6 ? WRAP_ENCRYPTED
		                                       : WRAP_BROKEN;
	}
	/* authenticated and enveloped 23 */
	if (oid->body.n == sizeof(smime) + 1 &&
	    memcmp(p, smime, sizeof(smime)) == 0 && p[sizeof(smime)] == 23)
		return WRAP_ENCRYPTED;
	return WRAP_BROKEN;
}

enum wrap
wrap_cms(TALLOC_CTX *ctx, const char *p, size_t n, char **content, size_t *got)
{
	struct ber in = {.p = (const unsigned char *)p, .n = n};
	struct value oid;
	enum wrap kind;

	*content = NULL;
	*got = 0;
	if (!enter(&in, TAG_SEQUENCE) || !read_value(&in, &oid) ||
	    oid.tag != TAG_OID)
		return WRAP_BROKEN;
	kind = kind_of(&oid);
	if (kind != WRAP_SIGNED)
		return kind;
	/* SignedData: version, digests, then the content and its type */
	if (!enter(&in, TAG_EXPLICIT) || !enter(&in, TAG_SEQUENCE) ||
	    !pass_over(&in, TAG_INTEGER, 1) || !pass_over(&in, TAG_SET, 1) ||
	    !enter(&in, TAG_SEQUENCE) || !pass_over(&in, TAG_OID, 1))
		return WRAP_BROKEN;
	if (in.n == 0 || is_end(&in)) /* certificates only */
		return WRAP_NONE;
	if (!enter(&in, TAG_EXPLICIT))
		return WRAP_BROKEN;
	*content = mem_array(ctx, char, n + 1);
	return add_octets(&in, *content, got, 1) ? WRAP_SIGNED : WRAP_BROKEN;
}

/* Does the line at p begin with that text? */
static int
begins(const char *p, const char *end, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(end - p) >= n && memcmp(p, text, n) == 0;
}

/* The line after the one at p, or the end. */
static const char *
line_after(const char *p, const char *end)
{
	const char *eol = memchr(p, '\n', (size_t)(end - p));

	return eol == NULL ? end : eol + 1;
}

/* Is the line at p empty? */
static int
is_empty(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == end || *p == '\n';
}

enum wrap
wrap_pgp(TALLOC_CTX *ctx, const char *p, size_t n, char **content, size_t *got)
{
	const char *end = p + n;
	const char *next;

	*content = NULL;
	*got = 0;
	while (p < end && isspace((unsigned char)*p))
		p++;
	if (begins(p, end, "-----BEGIN PGP MESSAGE-----"))
		return WRAP_ENCRYPTED;
	if (!begins(p, end, "-----BEGIN PGP SIGNED MESSAGE-----"))
		return WRAP_NONE;
	while (p < end && !is_empty(p, end))
		p = line_after(p, end);
	*content = mem_array(ctx, char, n + 1);
	for (p = line_after(p, end); p < end; p = next) {
		if (begins(p, end, "-----BEGIN PGP SIGNATURE-----"))
			return WRAP_SIGNED;
		next = line_after(p, end);
		if (begins(p, next, "- "))
			p += 2;
		memcpy(*content + *got, p, (size_t)(next - p));
		*got += (size_t)(next - p);
	}
	return WRAP_BROKEN;
}
