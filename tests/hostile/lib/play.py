"""play.py - one entry played on real instances, and what was not as expected"""

import os
import re
import shutil
import subprocess

import letters
from expect import Wrong
from instance import (BEGIN, CPU_MAX, MEMORY_MAX, ROOM, SENDER, Instance,
                      Trouble, ends_with, later, measure, seconds)

ANNA = "anna@people.test"
WRAP = ("From: Anna <%s>\nTo: %s\nSubject: Hostile\n"
        "Date: Fri, 20 Nov 2020 08:00:00 +0000\nMessage-ID: <%s@people.test>\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/calendar; charset=UTF-8; method=%s\n\n")
SCRIPT_SECONDS = 90


def good_reason(raw):
    """One line of at most 511 bytes that can be printed."""
    return 5 < len(raw) <= 512 and raw[-1:] == b"\n" and \
        raw[:-1].decode("utf-8", "replace").isprintable()


def has_terminals():
    """Can a pseudo terminal be had here?  Not in every bare container."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError:
        return False
    return True


class Mail:
    """One mail that was put in and waits for its verdict."""

    def __init__(self, step, path, name):
        self.step = step
        self.path = path
        self.name = name


class Play:
    def __init__(self, entry, build, scratch):
        self.entry = entry
        self.build = build
        self.scratch = scratch
        self.faults = []
        self.pending = []
        self.cases = 0
        self.skipped = 0  # scripts that these programs cannot show
        self.instances = 0
        self.here = None

    def fault(self, where, text):
        self.faults.append("%s: %s" % (where, text))

    # --- inputs -------------------------------------------------------------

    def bytes_of(self, name):
        """The fixture as a file: as it is, or printed by `make`."""
        path = os.path.join(self.entry.folder, name)
        if os.path.exists(path):
            return path
        made = os.path.join(self.scratch, "made-" + name)
        with open(made, "wb") as out:
            done = subprocess.run(
                [os.path.join(self.entry.folder, "make"), name], stdout=out,
                stderr=subprocess.PIPE, timeout=60)
        if done.returncode != 0 or done.stderr:
            raise Wrong("make %s: exit %d %s" % (
                name, done.returncode, done.stderr.decode()[:300]))
        return made

    def mail_of(self, step):
        """The path of the whole mail."""
        name = step.words["file"]
        path = self.bytes_of(name)
        if not name.endswith(".ics"):
            return path
        made = os.path.join(self.scratch, name + ".eml")
        with open(path, "rb") as f, open(made, "wb") as out:
            method = re.search(rb"(?mi)^METHOD[ ;:][ ]*([A-Za-z-]+)\s*$",
                               f.read(200000))
            word = method[1].decode().upper() if method else "REQUEST"
            sender = step.words["from"] or ANNA
            out.write((WRAP % (sender, ROOM, name.replace(".", "-") + "." +
                               self.entry.id, word)).encode())
            f.seek(0)
            shutil.copyfileobj(f, out)
        return made

    def put(self, step):
        sender = step.words["from"]
        sender = ANNA if sender is None else sender.replace("<>", "")
        recipients = (step.words["to"] or ROOM).split(",")
        path = self.mail_of(step)
        if step.words["times"]:
            with open(path, "rb") as f:
                text = f.read()
            names = self.here.put_many(
                [text.replace(b"{n}", b"%02d" % n)
                 for n in range(1, step.words["times"] + 1)],
                sender, recipients[0])
            self.pending += [Mail(step, None, name) for name in names]
        else:
            name = self.here.put(path, sender, recipients)
            self.pending.append(Mail(step, path, name))

    # --- outcomes -----------------------------------------------------------

    def check_limits(self, mail):
        """CPU and memory of imip-spool read and the reader below it."""
        out = os.path.join(self.scratch, "facts")
        if self.build.sanitized:
            return ""
        code, cpu, memory = measure(
            [self.build.path("imip-spool"), "read", mail.path], out)
        where = mail.step.words["file"]
        limit = float((mail.step.details("cpu") or [CPU_MAX])[0])
        if code != 0:
            self.fault(where, "imip-spool read: exit %d" % code)
        if cpu > limit:
            self.fault(where, "%.2f s of CPU" % cpu)
        if memory > MEMORY_MAX:
            self.fault(where, "%d kB of memory" % memory)
        with open(out, "rb") as f:
            return f.read(1 << 20).decode("utf-8", "replace")

    def check_text(self, where, what, texts, text):
        for words in texts:
            verb, wanted = words.split(" ", 1)
            if verb == "has" and wanted not in text:
                self.fault(where, "%s lacks %r" % (what, wanted))
            if verb == "lacks" and wanted in text:
                self.fault(where, "%s has %r" % (what, wanted))

    def check_letters(self, mail, where, number):
        found = self.here.outbox(mail.name)
        step = mail.step
        if number and len(found) != number[0]:
            self.fault(where, "%d letters, not %d" % (len(found), number[0]))
        for recipient, sender, raw in found:
            for wrong in letters.faults(raw, recipient):
                self.fault(where, "the letter: " + wrong)
            if sender != SENDER:
                self.fault(where, "the letter was sent by <%s>" % sender)
            for size in step.details("letter under"):
                if len(raw) >= int(size):
                    self.fault(where, "the letter has %d bytes" % len(raw))
            self.check_text(where, "the letter", [
                d for d in step.details("letter") if d[:5] != "under"],
                letters.plain(raw))
            self.check_text(where, "its text", step.details("letter-text"),
                            letters.plain(raw, people=True))
            self.check_text(where, "its head", step.details("letter-head"),
                            letters.head(raw))
        for address in step.details("to"):
            if [row[0] for row in found] != [address]:
                self.fault(where, "answered: %s" % [row[0] for row in found])

    def check_facts(self, mail, where):
        step = mail.step
        facts = self.check_limits(mail)
        if facts == "":
            return
        for code in step.details("note"):
            if not re.search(r"(?m)^problem .*code=%s( |$)" % re.escape(code),
                             facts):
                self.fault(where, "the reader does not tell of %s" % code)
        self.check_text(where, "imip-spool read", step.details("facts"), facts)

    def check_others(self, mail, where, said):
        """What other recipients of the same mail decided."""
        views = said.get("decisions", [said])
        for words in mail.step.details("calendar"):
            address, verdict, code = words.split()
            got = [(v["verdict"], v["code"]) for v in views
                   if v["recipient"] == address]
            if (verdict, code) not in got:
                self.fault(where, "%s decided %s" % (address, got))

    def check_end(self, mail, where, verdict):
        """Where the file ended, whole, and why."""
        path = self.here.place(mail.name)
        state = "hold" if verdict == "hold" else "done"
        if path is None or os.path.basename(os.path.dirname(path)) != state:
            self.fault(where, "the message is not in %s/ but %s"
                       % (state, path))
            return
        if mail.path is not None and not ends_with(path, mail.path):
            self.fault(where, "the spool changed the message")
        if state == "hold" and not good_reason(self.here.why(mail.name)):
            self.fault(where, "no good reason is beside it")

    def judge(self, mail):
        step, where = mail.step, mail.step.words["file"]
        said = self.here.decided(mail.name) if step.words["times"] else \
            self.here.explain(mail.name)
        views = said.get("decisions", [said])
        got = (said["verdict"], said["code"])
        wanted = step.words["outcomes"]
        if not any(got[0] == v and c in ("*", got[1]) for v, c in wanted):
            self.fault(where, "%s %s (%s)" % (got + (said["reason"],)))
        for view in views:
            self.here.answers += len(view["answers"])
            if view["verdict"] == "accept":
                self.here.accepted.add(view["uid"])
        number = [int(n) for n in step.details("letters")]
        if not number and not step.words["times"]:
            number = [int(got[0] in ("accept", "decline"))]
        self.check_letters(mail, where, number)
        held = all(view["verdict"] == "hold" for view in views)
        self.check_end(mail, where, "hold" if held else "done")
        self.check_text(where, "the reason", step.details("reason"),
                        said["reason"])
        self.check_text(where, "the store", step.details("kept"),
                        self.here.kept(said["uid"]))
        self.check_others(mail, where, said)
        if mail.path is not None:
            self.check_facts(mail, where)

    def settle(self):
        """Decide what waits and look at each."""
        if not self.pending:
            return
        self.here.drain()
        for mail in self.pending:
            self.cases += 1
            self.judge(mail)
        self.pending = []

    # --- steps --------------------------------------------------------------

    def begin(self):
        self.instances += 1
        self.here = Instance(self.build, os.path.join(
            self.scratch, "i%d" % self.instances))

    def finish(self):
        """A sound message is still answered; nothing else has changed."""
        if self.here is None:
            return
        self.put_sound()
        self.here.drain()
        for mail in self.pending:
            self.cases += mail.step.words["file"] != "sound"
            self.judge(mail)
        self.pending = []
        for wrong in self.here.faults():
            self.fault("in the end", wrong)
        self.here.close()
        shutil.rmtree(self.here.folder)
        self.here = None

    def put_sound(self):
        path = os.path.join(self.scratch, "sound.eml")
        text = (WRAP % (ANNA, "sound@rooms.test", "sound", "REQUEST") +
                "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//sound//EN\n"
                "METHOD:REQUEST\nBEGIN:VEVENT\nUID:sound@people.test\n"
                "DTSTAMP:20201119T080000Z\nDTSTART:20210104T090000Z\n"
                "DTEND:20210104T100000Z\nSUMMARY:Sound\n"
                "ORGANIZER:mailto:anna@people.test\n"
                "ATTENDEE:mailto:sound@rooms.test\n"
                "END:VEVENT\nEND:VCALENDAR\n")
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        self.here.now = seconds(BEGIN)
        name = self.here.put(path, ANNA, ["sound@rooms.test"])
        step = type("Sound", (), {
            "words": {"file": "sound", "outcomes": [("accept", "free")],
                      "times": 0}, "details": lambda self, word: []})()
        self.pending.append(Mail(step, path, name))

    def check_booked(self, text):
        rows = self.here.bookings()
        words = text.split()
        if words[0] == "at":
            good = len(rows) >= int(words[2]) if words[1] == "least" \
                else len(rows) <= int(words[2])
            if not good:
                self.fault("booked", "%d dates" % len(rows))
            return
        wanted = []
        for span in [] if text == "none" else words:
            start, end = span.split("/")
            if "T" not in end:
                end = start.split("T")[0] + "T" + end
            wanted.append((seconds(start), seconds(end)))
        got = [(row[0], row[1]) for row in rows]
        if sorted(wanted) != sorted(got):
            self.fault("booked", "not %s but %s" % (text, " ".join(
                self.here.query("SELECT strftime('%Y-%m-%dT%H:%M:%S', ?,"
                                " 'unixepoch') || '/' || strftime("
                                "'%Y-%m-%dT%H:%M:%S', ?, 'unixepoch')",
                                *row)[0][0] for row in got[:12]) or "none"))

    def check_number(self, text):
        number = len(self.here.outbox())
        words = text.split()
        if words[0] == "at" and number > int(words[2]) or \
                words[0] != "at" and number != int(words[0]):
            self.fault("letters", "%d" % number)

    def is_for(self, path):
        """Can the script run with these programs, on this machine?"""
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if "# wants a terminal\n" in text and not has_terminals():
            return False
        return not self.build.sanitized or "# not sanitized\n" not in text

    def script(self, step):
        """A script of the entry: what it prints must be the line."""
        path = os.path.join(self.entry.folder, step.words["file"])
        if not self.is_for(path):
            self.skipped += 1
            return
        folder = os.path.join(self.scratch, step.words["file"] + ".d")
        os.mkdir(folder, 0o700)
        environment = dict(os.environ, B=self.build.folder, T=folder,
                           HOSTILE=os.path.dirname(os.path.dirname(
                               os.path.abspath(__file__))))
        done = subprocess.run(
            ["sh", path], env=environment, timeout=SCRIPT_SECONDS,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.cases += 1
        said = done.stdout.decode("utf-8", "replace").rstrip("\n")
        if said != step.words["says"] or done.returncode != 0:
            self.fault(step.words["file"], "%r, exit %d %s" % (
                said, done.returncode,
                done.stderr.decode("utf-8", "replace")[-600:]))
        shutil.rmtree(folder)

    def step(self, step):
        if step.kind == "script":
            self.script(step)
            return
        if step.kind == "fresh":
            self.settle()
            self.finish()
            return
        if self.here is None:
            self.begin()
        if step.kind == "input":
            self.put(step)
            return
        if step.kind == "now":
            self.here.now = later(self.here.now, step.words)
            return
        self.settle()
        if step.kind == "set":
            self.here.setting(step.words)
        elif step.kind == "calendar":
            self.here.calendar(step.words[0], step.words[1].split(" ; "))
        elif step.kind == "booked":
            self.check_booked(step.words)
        elif step.kind == "letters":
            self.check_number(step.words)

    def run(self):
        """Play it; the faults, none if all is as expected."""
        try:
            for step in self.entry.steps:
                self.step(step)
            self.finish()
            if self.cases == 0 and not self.skipped:
                self.fault("entry", "no case ran")
        except (Trouble, Wrong, OSError, subprocess.SubprocessError) as error:
            self.fault("stopped", str(error)[:500])
        return self.faults
