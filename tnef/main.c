/*
 * main.c - imip-tnef: message bytes with a winmail.dat in, facts out, no rights
 *
 * Started by the programs that ask it (lib/reader), never by a person, and only
 * about messages in which imip-reader found nothing but a winmail.dat.  Like
 * imip-reader it never opens a file but zone data, never makes a socket or a
 * process, never writes a log line.  A program of its own because what Outlook
 * wraps so is rare, large and binary: should reading it go wrong, the reader of
 * all other mail has no part in it.
 */
#include "lib/read/read.h"
#include "lib/reader/serve.h"
#include "tnef/message.h"

int
main(int argc, char **argv)
{
	static const struct serve serve = {
	    "imip-tnef", read_init, message_read};

	return serve_main(&serve, argc, argv);
}
