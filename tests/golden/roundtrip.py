#!/usr/bin/python3
"""roundtrip.py - what imipd writes, read by programs that are not imipd

usage: roundtrip.py FOLDER

Every file of the folder is read by Python's email package, python3-icalendar
and python3-vobject, and held against what peers.md calls rules 1 to 26: the
headers, the parts and their order, METHOD, line ends, folding, and the
properties of a REPLY.  Prints one line for each letter that is wrong, then how
many were read; exit 1 if any is wrong or none was there.
"""
import email
import email.policy
import glob
import os
import re
import sys

import icalendar
import vobject

ONCE = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version",
        "Content-Type", "Auto-Submitted"]
PARTSTATS = {"ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED", "NEEDS-ACTION",
             "COMPLETED", "IN-PROCESS"}


class Wrong(Exception):
    """A letter is not as it should be."""


def need(condition, text):
    """Refuse the letter unless the condition holds."""
    if not condition:
        raise Wrong(text)


def check_bytes(raw):
    """Line ends and lengths of the mail."""
    need(not re.search(rb"[^\r]\n|\r[^\n]|^\n", raw), "bare CR or LF")
    need(raw.endswith(b"\r\n"), "the last line does not end")
    need(all(len(x) <= 998 for x in raw.split(b"\r\n")), "a line over 998")
    need(not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", raw), "controls")


def check_headers(mail):
    """Each header once and readable."""
    for name in ONCE:
        need(len(mail.get_all(name, [])) == 1, name + " is not there once")
    need(not mail.defects, "defects %r" % mail.defects)
    need(len(mail["To"].addresses) == 1, "To has not one address")
    need(len(mail["From"].addresses) == 1, "From has not one address")
    need(mail["Date"].datetime is not None, "Date cannot be read")
    need(mail["Auto-Submitted"] in ("auto-replied", "auto-generated"),
         "Auto-Submitted")
    need(mail.get_content_type() == "multipart/alternative", "top type")


def parts_of(mail):
    """text/plain, text/html, text/calendar, in this order."""
    parts = list(mail.iter_parts())
    need([p.get_content_type() for p in parts] ==
         ["text/plain", "text/html", "text/calendar"], "parts or their order")
    for part in parts:
        need(not part.defects, "defects %r" % part.defects)
        need(part.get_content_charset() == "utf-8", "charset")
        need(part.get_content_disposition() != "attachment", "attachment")
    need(parts[0].get_content().strip() != "", "the plain text is empty")
    need("<script" not in parts[1].get_content().lower(), "a script")
    return parts


def check_lines(text):
    """Folding in octets, CR LF, no empty property."""
    need(not re.search(rb"[^\r]\n|\r[^\n]", text), "bare CR or LF inside")
    for line in text.split(b"\r\n")[:-1]:
        need(len(line) <= 75, "a line over 75 octets: %r" % line)
        line.decode("utf-8")  # no sequence is split
    unfolded = text.replace(b"\r\n ", b"").decode("utf-8")
    need(not re.search(r"(?m)^[A-Z-]+:\r$", unfolded), "an empty property")
    need(not re.search(r"(?m)^X-LIC", unfolded), "a property of libical")


def check_freebusy(part):
    """Rule 25: in UTC, sorted, merged, with the window and FBTYPE."""
    need("DTSTART" in part and "DTEND" in part, "no window")
    lines = part.get("FREEBUSY", [])
    periods = ",".join(
        line.to_ical().decode() if hasattr(line, "to_ical") else str(line)
        for line in (lines if isinstance(lines, list) else [lines]))
    last = ""
    for period in periods.split(",") if periods else []:
        need(re.fullmatch(r"\d{8}T\d{6}Z/(\d{8}T\d{6}Z|P\w+)", period),
             "period %r" % period)
        need(period[:16] > last, "not sorted or not merged")
        last = period[17:] if period[17] != "P" else period[:16]


def check_component(method, part):
    """What a component of a REPLY must have and must not."""
    need("UID" in part and part["UID"], "no UID")
    need("DTSTAMP" in part, "no DTSTAMP")
    need("ORGANIZER" in part, "no ORGANIZER")
    if method != "REPLY":
        return
    people = part.get("ATTENDEE")
    need(people is not None and not isinstance(people, list),
         "not one ATTENDEE")
    if part.name == "VFREEBUSY":
        check_freebusy(part)
        return
    need(people.params.get("PARTSTAT") in PARTSTATS, "PARTSTAT")
    need("RSVP" not in people.params, "RSVP in a REPLY")
    for name in ("VALARM", "ATTACH", "DESCRIPTION", "STATUS", "METHOD"):
        need(name not in part, name + " in a REPLY")
    need("REQUEST-STATUS" in part, "no REQUEST-STATUS")
    need(part.name != "VEVENT" or "DTSTART" in part or
         "RECURRENCE-ID" in part, "no DTSTART")


def check_icalendar(part, text):
    """python3-icalendar reads it, and writes the same again."""
    cal = icalendar.Calendar.from_ical(text)
    need(not cal.errors, "errors %r" % cal.errors)
    method = str(cal["METHOD"])
    need(part.get_param("method", "").upper() == method, "method differs")
    need(cal["VERSION"] == "2.0", "VERSION")
    things = [c for c in cal.subcomponents if c.name != "VTIMEZONE"]
    need(things, "nothing in it")
    need(len({str(c["UID"]) for c in things}) == 1, "several UIDs")
    zones = {str(c["TZID"]) for c in cal.subcomponents if c.name == "VTIMEZONE"}
    for thing in things:
        need(not thing.errors, "errors %r" % thing.errors)
        check_component(method, thing)
        for _, value in thing.property_items():
            tzid = getattr(value, "params", {}).get("TZID")
            need(tzid is None or str(tzid) in zones, "no VTIMEZONE %s" % tzid)
    again = icalendar.Calendar.from_ical(cal.to_ical())
    need(again.to_ical() == cal.to_ical(), "not stable")


def check_vobject(text):
    """python3-vobject reads it and finds it valid."""
    cal = vobject.readOne(text.decode("utf-8"))
    need(cal.name == "VCALENDAR", "no VCALENDAR")
    need(cal.method.value, "no METHOD")
    for thing in cal.getChildren():
        if thing.name in ("VEVENT", "VTODO", "VJOURNAL"):
            thing.validate(raiseException=True)


def check(path):
    """One letter."""
    with open(path, "rb") as letter:
        raw = letter.read()
    check_bytes(raw)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    check_headers(mail)
    parts = parts_of(mail)
    text = parts[2].get_payload(decode=True)
    check_lines(text)
    check_icalendar(parts[2], text)
    check_vobject(text)


def main():
    """All letters."""
    wrong = 0
    paths = sorted(glob.glob(os.path.join(sys.argv[1], "*")))
    for path in paths:
        try:
            check(path)
        except Exception as fault:  # whatever the others throw
            print("%s: %s: %s" % (path, type(fault).__name__, fault))
            wrong += 1
    print("%d letters read, %d wrong" % (len(paths), wrong))
    sys.exit(1 if wrong or not paths else 0)


main()
