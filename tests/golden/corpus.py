#!/usr/bin/python3
"""corpus.py - what imipd understands of each file of the corpus, as lines

usage: corpus.py BUILD

For every message and calendar file below tests/corpus: each object with its
method, kind, UID and dates, and each problem; of a file with many objects the
rest as a count and a checksum.  Instances are those from 1990 to
2040, at most 500 an object; of more than two the first and the last are shown.
"""
import concurrent.futures
import json
import os
import subprocess
import sys
import zlib

FROM, TO, MAX = "1990-01-01", "2040-01-01", 500
SHOWN = 8  # objects of one file
ROOT = "tests/corpus"


def files():
    """All files but those about the corpus itself."""
    for folder, _, names in sorted(os.walk(ROOT)):
        if folder == ROOT:
            continue
        for name in sorted(names):
            yield os.path.join(folder, name)


def show(text):
    """One word or a quoted text."""
    return text if text and all(33 <= ord(c) < 127 for c in text) \
        else json.dumps(text, ensure_ascii=True)


def lines_of_instances(instances):
    """How many, the first, the last."""
    if not instances:
        return ["  no date in the window"]
    shown = instances if len(instances) <= 2 else [instances[0], instances[-1]]
    count = "%d%s" % (len(instances), "+" if len(instances) >= MAX else "")
    return ["  %s %s: %s" % (
        count, "date" if len(instances) == 1 else "dates",
        " ... ".join("%s/%s%s" % (
            i["start"], i["end"],
            "" if i["status"] != "CANCELLED" else " cancelled")
            for i in shown))]


def lines_of(path, build):
    """Everything about one file."""
    run = subprocess.run(
        [build + "/imip-spool", "--json", "read", path, "--from", FROM,
         "--to", TO, "--max", str(MAX)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    out = [path[len(ROOT) + 1:]]
    try:
        facts = json.loads(run.stdout)
    except ValueError:
        return out + ["  FAILED: exit %d, %s" % (
            run.returncode, run.stderr.decode("utf-8", "replace").strip())]
    for o in facts["objects"][:SHOWN]:
        out.append("  %s %s %s sequence %d by %s, %d attendees%s%s" % (
            o["method"], o["component"], show(o["uid"]), o["sequence"],
            show(o["organizer"] or "nobody"), len(o["attendees"]),
            ", zone " + show(o["zone"]) if o["zone"] else "",
            ", " + o["rule"] if o["rule"] else ""))
        out += lines_of_instances(o["instances"])
    rest = facts["objects"][SHOWN:]
    if rest:
        out.append("  and %d more objects with %d dates, checksum %08x" % (
            len(rest), sum(len(o["instances"]) for o in rest),
            zlib.crc32(json.dumps(rest).encode())))
    for p in facts["problems"]:
        out.append("  %s %s%s: %s" % (
            p["action"], p["code"],
            "" if p["object"] is None else " in object %d" % p["object"],
            json.dumps(p["text"])[1:-1]))
    return out


def main():
    build = sys.argv[1]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for lines in pool.map(lambda p: lines_of(p, build), list(files())):
            print("\n".join(lines))


main()
