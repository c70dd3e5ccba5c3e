/*
 * main.c - imip-reader: message bytes in, facts out, no rights at all
 *
 * Started by the programs that ask it (lib/reader), never by a person.  GMime
 * lives here.  It never opens a file but zone data, never makes a socket or a
 * process, never writes a log line: what it reads is hostile, and the library
 * can be made to hang or crash.
 */
#include "lib/read/read.h"
#include "lib/reader/serve.h"

/* The facts of one message. */
static struct notice *
read_bytes(TALLOC_CTX *ctx, const char *p, size_t n, int64_t from, int64_t to,
    size_t max)
{
	const struct window window = {from, to, max};

	return read_message(ctx, p, n, &window);
}

int
main(int argc, char **argv)
{
	static const struct serve serve = {
	    "imip-reader", read_init, read_bytes};

	return serve_main(&serve, argc, argv);
}
