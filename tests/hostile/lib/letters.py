"""letters.py - what must be true of every letter, whatever was put in

The letters are read from the outbox as they go over the wire.  The headers are
exactly those below: one more would have come from outside.
"""

import email
import email.policy
import re

HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "In-Reply-To",
           "References", "Auto-Submitted", "X-Auto-Response-Suppress",
           "Content-Class", "Content-Language", "MIME-Version",
           "Content-Type"}
NEVER = re.compile(r"^(ATTACH|DESCRIPTION|BEGIN:VALARM)\b", re.M)
LINE_MAX = 998
FOLD_MAX = 75


def wire_faults(raw):
    """Line ends, line lengths, control bytes."""
    faults = []
    if raw.count(b"\r\n") != raw.count(b"\n") or \
            raw.count(b"\r\n") != raw.count(b"\r"):
        faults.append("a bare CR or LF goes over the wire")
    if any(len(line) > LINE_MAX for line in raw.split(b"\r\n")):
        faults.append("a line of over %d bytes" % LINE_MAX)
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", raw):
        faults.append("a control byte")
    return faults


def head_faults(raw, recipient):
    text = raw.split(b"\r\n\r\n")[0].decode("utf-8", "replace")
    message = email.message_from_string(text, policy=email.policy.SMTPUTF8)
    faults = []
    names = message.keys()
    for name in sorted(set(names)):
        if name not in HEADERS:
            faults.append("a header that is not ours: %s" % name)
        if names.count(name) > 1:
            faults.append("%s is there twice" % name)
    people = message["To"].addresses if message["To"] else ()
    if len(people) != 1 or people[0].addr_spec != recipient:
        faults.append("To is %s, the envelope %s" % (message["To"], recipient))
    for name in names:
        if re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e"
                     "\u2066-\u2069]", str(message[name])):
            faults.append("%s hides control characters" % name)
    return faults


def calendar_faults(part):
    """Folding, names, and that it says REPLY."""
    raw = part.get_payload(decode=True)
    faults = []
    for line in raw.split(b"\r\n"):
        if len(line) > FOLD_MAX:
            faults.append("a calendar line of %d octets" % len(line))
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            faults.append("folding breaks a character")
    if re.search(rb"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]", raw) or \
            raw.count(b"\n") != raw.count(b"\r\n"):
        faults.append("a control byte in the calendar")
    text = re.sub(rb"\r\n[ \t]", b"", raw).decode("utf-8", "replace")
    if NEVER.search(text.replace("\r\n", "\n")):
        faults.append("what nobody needs goes back: ATTACH or DESCRIPTION")
    if text.count("BEGIN:VCALENDAR") != 1 or "\nMETHOD:REPLY\r" not in text:
        faults.append("the calendar is no REPLY")
    return faults


def html_faults(part):
    """Nothing that came from outside is a tag."""
    text = part.get_content()
    tags = set(re.findall(r"<\s*/?\s*([a-z!][a-z0-9]*)", text, re.I))
    known = {"!DOCTYPE", "html", "head", "meta", "style", "title", "body", "p",
             "table", "tr", "th", "td", "br", "div", "span", "ul", "li"}
    return ["a tag in the HTML that is not ours: %s" % tag
            for tag in sorted(tags - known)]


def parse(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def plain(raw, people=False):
    """
    Head and decoded parts as one text, folded calendar lines joined; people:
    without the calendar.
    """
    message = parse(raw)
    texts = ["%s: %s" % item for item in message.items()]
    for part in message.walk():
        if part.is_multipart() or \
                people and part.get_content_type() == "text/calendar":
            continue
        text = part.get_payload(decode=True).decode("utf-8", "replace")
        texts.append(re.sub(r"\r\n[ \t]", "", text)
                     if part.get_content_type() == "text/calendar" else text)
    return "\n".join(texts)


def head(raw):
    return "\n".join("%s: %s" % item for item in parse(raw).items())


def faults(raw, recipient):
    """What is wrong with a letter, as a list of sentences."""
    found = wire_faults(raw)
    message = parse(raw)
    if message.defects:
        found.append("defects: %s" % message.defects)
    found += head_faults(raw, recipient)
    calendars = 0
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            calendars += 1
            found += calendar_faults(part)
        elif part.get_content_type() == "text/html":
            found += html_faults(part)
    if calendars != 1:
        found.append("%d calendar parts" % calendars)
    return found
