"""instance.py - a real imipd: spool, store, rooms, and what can be seen of it

Mails go in by imip-enqueue and are decided by imip-processor --drain.  So that
no outcome depends on the day, the time of arrival in the envelope block of the
waiting file is then set to the entry's own clock, and the checksum with it, see
spool(5).  (Not of files over SET_MAX bytes, which are refused on any day.)
"""

import calendar
import datetime
import json
import os
import re
import sqlite3
import subprocess
import time

ROOM = "room@rooms.test"
SENDER = "calendar@rooms.test"
BEGIN = "2020-11-20T09:00:00Z"
SET_MAX = 1500000
CPU_MAX = 2.0
MEMORY_MAX = 128 * 1024
END_OF_BLOCK = b"\nX-Imipd-End: 1\n"
KNOWN = re.compile(r"^(spool|calendars|out|www|imipd\.conf|imipd\.db([-.]\w+)?|log)$")
LOG_LINE = re.compile(
    r"^<[0-7]>imip-(processor|reader|publisher): [^\x00-\x1f\x7f-\x9f"
    r"\u2028\u2029\u202a-\u202e\u2066-\u2069]*$")
LOG_MAX = 2000


class Trouble(Exception):
    """The instance itself does not work."""


class Build:
    """The programs under test."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        with open(self.path("imip-processor"), "rb") as f:
            self.sanitized = b"__asan_init" in f.read()

    def path(self, name):
        return os.path.join(self.folder, name)


def seconds(text):
    """2020-12-01T09:00[:00][Z] to UTC seconds."""
    text = text.rstrip("Z")
    form = "%Y-%m-%dT%H:%M:%S" if text.count(":") == 2 else "%Y-%m-%dT%H:%M"
    return calendar.timegm(time.strptime(text, form))


def later(now, words):
    """'+2h', '+200d' or a time."""
    if not words.startswith("+"):
        return seconds(words)
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86400}[words[-1]]
    return now + int(words[1:-1]) * unit


def checksum(data):
    """FNV-1a, 64 bits."""
    value = 14695981039346656037
    for byte in data:
        value = ((value ^ byte) * 1099511628211) & 0xffffffffffffffff
    return value


def ends_with(path, tail_path):
    """Does the one file end with the bytes of the other, after its block?"""
    with open(path, "rb") as f, open(tail_path, "rb") as tail:
        block = f.read(65536 * 8)
        at = block.find(END_OF_BLOCK)
        if at < 0:
            return False
        f.seek(at + len(END_OF_BLOCK))
        while True:
            one, two = f.read(1 << 20), tail.read(1 << 20)
            if one != two:
                return False
            if not one:
                return True


def measure(command, outcome):
    """Run it; stdout, CPU seconds and peak kB of it and what it waited for."""
    with open(outcome, "wb") as out, open(outcome + ".err", "wb") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err,
                                   stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return (process.returncode, usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss)


class Instance:
    def __init__(self, build, folder):
        self.build = build
        self.folder = folder
        self.now = seconds(BEGIN)
        self.conf = os.path.join(folder, "imipd.conf")
        self.store = None
        self.arrived = 0
        self.accepted = set()
        self.answers = 0
        os.mkdir(folder, 0o700)
        os.mkdir(os.path.join(folder, "calendars"))
        with open(self.conf, "w", encoding="ascii") as f:
            f.write("spool = %s/spool\nstore = sqlite:%s/imipd.db\n"
                    "calendars = %s/calendars\npublish = %s/www\n"
                    "relay = maildir:%s/out\nsender = %s\n"
                    "host = mx.rooms.test\nkeep = 3660d\n"
                    % ((folder,) * 5 + (SENDER,)))
        self.calendar(ROOM, ["kind = room", "name = Blue Room",
                             "zone = Europe/Berlin"])
        self.calendar("blue@rooms.test", ["kind = room"])
        self.calendar("sound@rooms.test", ["kind = room"])
        self.tool("imip-admin", "-c", self.conf, "init")

    def calendar(self, address, lines):
        path = os.path.join(self.folder, "calendars", address)
        old = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                old = dict(line.rstrip("\n").split(" = ", 1) for line in f)
        old.update(line.split(" = ", 1) for line in lines)
        with open(path, "w", encoding="utf-8") as f:
            f.writelines("%s = %s\n" % item for item in old.items())

    def setting(self, line):
        key = line.split(" ")[0]
        with open(self.conf, encoding="utf-8") as f:
            lines = [old for old in f if old.split(" ")[0] != key]
        with open(self.conf, "w", encoding="utf-8") as f:
            f.writelines(lines + [line + "\n"])

    def tool(self, name, *words, check=True):
        done = subprocess.run([self.build.path(name), *words], timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True)
        if check and done.returncode != 0:
            raise Trouble("%s %s: exit %d: %s" % (
                name, words[-1], done.returncode,
                done.stderr.decode("utf-8", "replace")[:300]))
        return done.stdout

    def waiting(self):
        return set(os.listdir(os.path.join(self.folder, "spool", "new")))

    def put(self, path, sender, recipients):
        """One mail into the spool; its id."""
        before = self.waiting()
        with open(path, "rb") as f:
            done = subprocess.run(
                [self.build.path("imip-enqueue"), "-s", self.folder + "/spool",
                 "-f", sender, "--", *recipients], stdin=f, timeout=90,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        new = self.waiting() - before
        if done.returncode != 0 or len(new) != 1:
            raise Trouble("imip-enqueue: exit %d: %s" % (
                done.returncode, done.stdout.decode("utf-8", "replace")))
        self.arrived += 1
        name = new.pop()
        self.set_arrival(os.path.join(self.folder, "spool", "new", name))
        return name

    def put_many(self, texts, sender, recipient):
        """Many mails by one conversation of LMTP; their ids."""
        before = self.waiting()
        talk = [b"LHLO mta\r\n"]
        for text in texts:
            body = re.sub(rb"\r?\n", b"\r\n", re.sub(rb"(?m)^\.", b"..", text))
            talk.append(b"MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n%s.\r\n"
                        % (sender.encode(), recipient.encode(), body))
        done = subprocess.run(
            [self.build.path("imip-enqueue"), "--lmtp", "-s",
             self.folder + "/spool"], input=b"".join(talk) + b"QUIT\r\n",
            timeout=90, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        new = sorted(self.waiting() - before)
        if done.returncode != 0 or len(new) != len(texts):
            raise Trouble("imip-enqueue --lmtp: exit %d, %d of %d taken"
                          % (done.returncode, len(new), len(texts)))
        self.arrived += len(new)
        for name in new:
            self.set_arrival(os.path.join(self.folder, "spool", "new", name))
        return new

    def set_arrival(self, path):
        if os.path.getsize(path) > SET_MAX:
            return
        with open(path, "r+b") as f:
            first, rest = f.read().split(b"\n", 1)
            when = datetime.datetime.fromtimestamp(
                self.now, datetime.timezone.utc)
            rest = re.sub(
                rb"(?m)\AX-Imipd-Arrival: .*$",
                when.strftime("X-Imipd-Arrival: %Y-%m-%dT%H:%M:%S.000000Z")
                .encode(), rest, count=1)
            first = re.sub(rb"fnv1a=\w+", b"fnv1a=%016x" % checksum(rest),
                           first)
            f.seek(0)
            f.write(first + b"\n" + rest)

    def drain(self):
        """Decide what waits."""
        with open(self.folder + "/log", "ab") as log:
            done = subprocess.run(
                [self.build.path("imip-processor"), "-c", self.conf,
                 "--drain"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                timeout=120)
        if done.returncode != 0:
            raise Trouble("imip-processor --drain: exit %d" % done.returncode)

    def explain(self, name):
        text = self.tool("imip-spool", "-c", self.conf, "--json", "explain",
                         name)
        return json.loads(text)

    def decided(self, name):
        """The same from the store alone, for very many."""
        rows = self.query("SELECT verdict, code, reason, uid, recipient"
                          " FROM decision WHERE id = ?", name)
        views = [dict(zip(("verdict", "code", "reason", "uid", "recipient"),
                          row)) for row in rows]
        for view in views:
            view["answers"] = self.outbox(name)
        if not views:
            raise Trouble("nothing was decided about %s" % name)
        return dict(views[0], decisions=views)

    def query(self, sql, *values):
        if self.store is None:
            self.store = sqlite3.connect(
                "file:%s/imipd.db?mode=ro" % self.folder, uri=True, timeout=20)
        return self.store.execute(sql, values).fetchall()

    def close(self):
        if self.store is not None:
            self.store.close()
            self.store = None

    def bookings(self):
        """(start, end, uid) of every date booked, but those of the sound mail."""
        return self.query(
            "SELECT DISTINCT whole_start, whole_stop, uid, organizer, instance"
            " FROM busy WHERE calendar <> 'sound@rooms.test'"
            " ORDER BY whole_start, whole_stop, uid")

    def outbox(self, name=None):
        """(recipient, sender, bytes) of the letters of a message, or of all."""
        if name is None:
            return self.query("SELECT recipient, sender, bytes FROM outbox")
        return self.query("SELECT recipient, sender, bytes FROM outbox"
                          " WHERE id = ?", name)

    def kept(self, uid):
        """What the store keeps of an object."""
        return "\n".join(row[0] for row in self.query(
            "SELECT text FROM object WHERE uid = ?", uid))

    def place(self, name):
        """Where a message ended: its path."""
        found = [path for path in (
            os.path.join(self.folder, "spool", state, name)
            for state in ("new", "cur", "done", "hold"))
            if os.path.exists(path)]
        return found[0] if len(found) == 1 else None

    def why(self, name):
        """The reason file of what is on hold."""
        path = os.path.join(self.folder, "spool", "hold", name + ".why")
        with open(path, "rb") as f:
            return f.read()

    def state_faults(self):
        """Every message ended, in one place."""
        count = {state: [name for name in os.listdir(
            os.path.join(self.folder, "spool", state))
            if not name.endswith(".why")] for state in
            ("tmp", "new", "cur", "done", "hold")}
        faults = ["%s/ still holds %d" % (state, len(count[state]))
                  for state in ("tmp", "new", "cur") if count[state]]
        ended = len(count["done"]) + len(count["hold"])
        if ended != self.arrived:
            faults.append("%d came, %d ended" % (self.arrived, ended))
        return faults

    def log_faults(self):
        with open(self.folder + "/log", "rb") as f:
            lines = f.read().split(b"\n")
        faults = []
        for line in lines[:-1]:
            text = line.decode("utf-8", "replace")
            if len(line) > LOG_MAX or not LOG_LINE.match(text):
                faults.append("a log line that is none: %r" % line[:200])
            if re.search(r"event=(reader-failed|waiting|not-sent|later)|ended the", text):
                faults.append("something died: %s" % text[:200])
        return faults

    def faults(self):
        """What must be true in the end, whatever came in."""
        faults = self.state_faults() + self.log_faults()
        strange = [name for name in os.listdir(self.folder)
                   if not KNOWN.match(name)]
        if strange:
            faults.append("files that nobody should have made: %s" % strange)
        uids = {row[2] for row in self.bookings()}
        if uids - self.accepted:
            faults.append("booked, but never accepted: %r"
                          % sorted(uids - self.accepted))
        out = os.path.join(self.folder, "out", "new")
        sent = len(os.listdir(out)) if os.path.isdir(out) else 0
        if sent != self.answers:
            faults.append("%d letters went out, %d were decided"
                          % (sent, self.answers))
        return faults
