"""compose.py - what the `make` of an entry needs to print a mail

A `make` is called with the name of an input and prints it; it stands where the
input is big, or has bytes that no text file can carry.
"""

import sys

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example Corp//Client 1.0//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:%s@people.test
DTSTAMP:20201119T080000Z
DTSTART:%sT090000Z
DTEND:%sT100000Z
SUMMARY:Hostile
ORGANIZER;CN=Anna:mailto:anna@people.test
ATTENDEE;CUTYPE=ROOM;RSVP=TRUE:mailto:room@rooms.test
%sEND:VEVENT
END:VCALENDAR
"""

HEAD = """From: Anna <anna@people.test>
To: room@rooms.test
Subject: Hostile
Date: Fri, 20 Nov 2020 08:00:00 +0000
Message-ID: <%s@people.test>
MIME-Version: 1.0
"""

TYPE = "Content-Type: text/calendar; charset=UTF-8; method=REQUEST\n"


def event(uid, day="20201201", more=""):
    """A sound REQUEST for 09:00 to 10:00 UTC of a day; more: lines in it."""
    return EVENT % (uid, day, day, more)


def head(uid, without=()):
    """The header of a mail from Anna, without its Content-Type."""
    lines = (HEAD % uid).splitlines(True)
    return "".join(line for line in lines
                   if line.split(":")[0] not in without)


def mail(uid, body, kind=TYPE, extra="", without=()):
    return head(uid, without) + extra + kind + "\n" + body


def fold(line, width=74):
    """A long line folded, every part of it at most width + 1 bytes."""
    parts = [line[:width]]
    parts += [" " + line[i:i + width - 1]
              for i in range(width, len(line), width - 1)]
    return "\n".join(parts)


def out(cases):
    """Print the input that the command line names; str or bytes, or parts."""
    made = cases[sys.argv[1]]()
    for part in [made] if isinstance(made, (str, bytes)) else made:
        sys.stdout.buffer.write(
            part if isinstance(part, bytes) else part.encode("utf-8"))
