#!/usr/bin/python3
"""formats.py - microseconds that python3-icalendar needs, for tests/bench/formats

usage: formats.py REQUEST SERIES
"""
import datetime
import email
import email.message
import email.policy
import statistics
import sys
import time

import icalendar
from dateutil import rrule

ROUNDS = 200
FROM = datetime.datetime(2026, 11, 21, 8, tzinfo=datetime.timezone.utc)
TO = FROM + datetime.timedelta(days=365)


def measure(what, *args):
    """The median of the rounds."""
    samples = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        what(*args)
        samples.append(time.perf_counter() - start)
    return statistics.median(samples) * 1e6


def read(raw):
    """A mail to its calendar object."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            return icalendar.Calendar.from_ical(
                part.get_payload(decode=True))
    raise ValueError("no calendar part")


def compose(event):
    """An answer with text, HTML and calendar, as bytes."""
    cal = icalendar.Calendar()
    cal.add("prodid", "-//bench//EN")
    cal.add("version", "2.0")
    cal.add("method", "REPLY")
    answer = icalendar.Event()
    for name in ("UID", "DTSTART", "DTEND", "SUMMARY", "ORGANIZER"):
        answer[name] = event[name]
    answer.add("dtstamp", FROM)
    cal.add_component(answer)
    mail = email.message.EmailMessage()
    mail["From"] = "room@example.com"
    mail["To"] = "anna@example.org"
    mail["Subject"] = "Accepted: " + str(event["SUMMARY"])
    mail.set_content("Accepted.")
    mail.add_alternative("<p>Accepted.</p>", subtype="html")
    mail.add_alternative(cal.to_ical(), maintype="text", subtype="calendar",
                         params={"method": "REPLY"})
    return mail.as_bytes()


def expand(raw):
    """A calendar file to the dates of a year."""
    event = icalendar.Calendar.from_ical(raw).walk("VEVENT")[0]
    start = event["DTSTART"].dt.replace(tzinfo=None)
    rule = rrule.rrulestr(event["RRULE"].to_ical().decode(), dtstart=start)
    dates = rule.between(FROM.replace(tzinfo=None), TO.replace(tzinfo=None))
    if not 50 < len(dates) < 55:
        raise ValueError("%d dates" % len(dates))
    return dates


def main():
    """All three, as "NAME MICROSECONDS"."""
    with open(sys.argv[1], "rb") as request:
        raw = request.read()
    with open(sys.argv[2], "rb") as series:
        weekly = series.read()
    event = read(raw).walk("VEVENT")[0]
    print("read %.1f" % measure(read, raw))
    print("compose %.1f" % measure(compose, event))
    print("expand %.1f" % measure(expand, weekly))


main()
