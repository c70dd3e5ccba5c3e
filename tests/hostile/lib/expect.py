"""expect.py - the file `expect` of an entry: what is put in, what must come out

	A14 base64 that is no base64
	QUAR  why this outcome, in as many lines as it takes
	differs: from the reference, and why (only where it does)

	garbage.eml: hold bad-base64
	  reason has base64
	booked: none

First line: the id and the entry in a few words.  Then prose up to a blank line.
Then steps, one a line; indented lines say more about the step above them.  An
entry that waits for a program has `absent PROGRAM` as the last line of its prose
and no steps.

	FILE [from=ADDRESS] [to=ADDRESS,...] [xN]: VERDICT CODE [| VERDICT CODE]
		a mail (.eml) or what is to be wrapped into one (.ics); a
		file that is not there is printed by the entry's own `make FILE`.
		xN: so many of them, {n} replaced by 01, 02 ... N.  CODE may be `*`.
	    note CODE            `imip-spool read` tells of this problem
	    letters N            answers; if not said 1 for accept and decline, else 0
	    to ADDRESS           who is answered
	    calendar ADDRESS VERDICT CODE    what another recipient decided
	    reason|letter|letter-head|letter-text|facts|kept has|lacks TEXT
		the sentence of the decision; the whole answer, its header, what
		people read of it; `imip-spool read`; the store
	    letter under BYTES   size of the longest answer
	    cpu SECONDS          instead of 2
	FILE.sh: LINE            a script that prints that line; left out of a
		build with sanitizers if it has a line `# not sanitized'
	booked: none | START/END ... | at least N | at most N
	letters: N | at most N   of all so far
	now TIME | now +2h       the next mails arrive then
	set KEY = VALUE          a line of imipd.conf
	calendar ADDRESS KEY = VALUE ; KEY = VALUE
	fresh                    go on with a new instance
"""

import os
import re

COUNTS = {"A": 40, "B": 24, "C": 21, "D": 18, "E": 22, "F": 20, "G": 12,
          "H": 18, "I": 20}
VERDICTS = ("accept", "decline", "cancel", "repeat", "ignore", "hold", "wait")
INPUT = re.compile(r"^(\S+\.(?:eml|ics))((?: \S+=\S+)*)(?: x(\d+))?: (.+)$")
SCRIPT = re.compile(r"^(\S+\.sh): (.*)$")
DETAIL = re.compile(
    r"^(?:note \S+|letters \d+|to \S+|calendar \S+ \S+ \S+|cpu [\d.]+"
    r"|letter under \d+"
    r"|(?:reason|letter|letter-head|letter-text|facts|kept) (?:has|lacks) .+)$")
SPAN = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?/"
                  r"(?:\d{4}-\d\d-\d\dT)?\d\d:\d\d(?::\d\d)?$")


class Wrong(Exception):
    """The file cannot be understood: the entry fails."""


def all_ids():
    return ["%s%02d" % (table, n) for table in sorted(COUNTS)
            for n in range(1, COUNTS[table] + 1)]


class Step:
    def __init__(self, kind, words, line):
        self.kind = kind
        self.words = words
        self.line = line
        self.detail = []

    def details(self, word):
        return [d[len(word) + 1:] for d in self.detail
                if d.startswith(word + " ")]


def outcomes(text):
    """'hold bad-zone | decline *' to [(verdict, code), ...]"""
    found = []
    for one in text.split("|"):
        words = one.split()
        if len(words) != 2 or words[0] not in VERDICTS:
            raise Wrong("no verdict and code: %s" % one.strip())
        found.append(tuple(words))
    return found


def input_step(match):
    words = {"file": match[1], "times": int(match[3] or 0),
             "outcomes": outcomes(match[4]), "from": None, "to": None}
    for pair in match[2].split():
        key, value = pair.split("=", 1)
        if key not in ("from", "to"):
            raise Wrong("unknown option %s" % key)
        words[key] = value
    return words


def booked_words(text):
    if text != "none" and not re.match(r"^at (least|most) \d+$", text):
        for span in text.split():
            if not SPAN.match(span):
                raise Wrong("no span: %s" % span)
    return text


def parse_step(line):
    """One line that is not indented."""
    match = INPUT.match(line)
    if match:
        return Step("input", input_step(match), line)
    match = SCRIPT.match(line)
    if match:
        return Step("script", {"file": match[1], "says": match[2]}, line)
    for kind, form in (("booked", r"^booked: (.+)$"),
                       ("letters", r"^letters: ((?:at most )?\d+)$"),
                       ("now", r"^now (\S+)$"),
                       ("set", r"^set (\S+ = .*)$"),
                       ("calendar", r"^calendar (\S+) (\S+ = .*)$"),
                       ("fresh", r"^fresh()$")):
        match = re.match(form, line)
        if match:
            words = match.groups() if kind == "calendar" else match[1]
            if kind == "booked":
                booked_words(words)
            return Step(kind, words, line)
    raise Wrong("no step: %s" % line)


class Entry:
    """One directory."""

    def __init__(self, root, name):
        self.folder = os.path.join(root, name)
        self.id = name
        self.steps = []
        self.absent = None
        with open(os.path.join(self.folder, "expect"), encoding="utf-8") as f:
            lines = [line.rstrip("\n") for line in f]
        if not lines or not lines[0].startswith(name + " "):
            raise Wrong("the first line does not begin with %s" % name)
        self.title = lines[0][len(name) + 1:]
        end = lines.index("") if "" in lines else len(lines)
        if end < 2:
            raise Wrong("it does not say why")
        for line in lines[1:end]:
            if line.startswith("absent "):
                self.absent = line[len("absent "):]
        self.read_steps([line for line in lines[end:] if line != ""])
        if (self.absent is None) == (not self.steps):
            raise Wrong("either steps or `absent'")

    def read_steps(self, lines):
        for line in lines:
            if not line.startswith(" "):
                self.steps.append(parse_step(line))
                continue
            detail = line.strip()
            if not self.steps or self.steps[-1].kind != "input" or \
                    not DETAIL.match(detail):
                raise Wrong("no such detail: %s" % detail)
            self.steps[-1].detail.append(detail)
        for step in self.steps:
            if step.kind == "input" and step.words["times"] and \
                    step.detail:
                raise Wrong("details of xN: %s" % step.line)
