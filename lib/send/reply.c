/* reply.c - what a mail server answered, bounded and made printable */
#include <string.h>

#include "lib/send/transport.h"

void
reply_clear(struct reply *reply)
{
	memset(reply, 0, sizeof(*reply));
}

/* Append bytes as printable ASCII, as far as there is room. */
static void
append(struct reply *reply, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && reply->length + 1 < sizeof(reply->text); i++) {
		char c = p[i];

		reply->text[reply->length++] = c < 0x20 || c > 0x7e ? '?' : c;
	}
	reply->text[reply->length] = '\0';
}

/* The value of three digits, or 0. */
static int
code_of(const char *p, size_t n)
{
	size_t i;

	if (n < 3 || p[0] < '2' || p[0] > '5')
		return 0;
	for (i = 1; i < 3; i++)
		if (p[i] < '0' || p[i] > '9')
			return 0;
	return (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
}

int
reply_line(struct reply *reply, const char *p, size_t n)
{
	int code;

	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	code = code_of(p, n);
	if (code == 0 || (n > 3 && p[3] != ' ' && p[3] != '-'))
		return 0;
	if (!reply->more) {
		reply_clear(reply);
		append(reply, p, 3);
	}
	reply->code = code;
	reply->more = n > 3 && p[3] == '-';
	if (n > 4) {
		append(reply, " ", 1);
		append(reply, p + 4, n - 4);
	}
	return 1;
}

enum res
reply_meaning(const struct reply *reply)
{
	static const int ours[] = {530, 534, 535, 538, 523, 524};
	size_t i;

	if (reply->code / 100 == 2)
		return RES_OK;
	if (reply->code / 100 != 5)
		return RES_TEMP;
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (reply->code == ours[i])
			return RES_TEMP;
	return RES_PERM;
}
