#!/bin/sh
#
# catalogs.t - no sentence without its translations, none that nobody says
#
# usage: tests/po/catalogs.t [BUILD]

build=${1:-build}
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat > "$scratch/check" <<'END'
import re, subprocess, sys

LANGUAGES = ["de", "es", "fr", "nb", "nl"]

def text(s):
    return re.sub(r'\\(.)', lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), s)

# A list of entries: field name to text, and "comment".
def entries(source):
    out = []
    for block in re.split(r'\n\s*\n', source.strip()):
        e, key = {"comment": ""}, None
        for line in block.split("\n"):
            m = re.match(r'(msg\w+(?:\[\d+\])?)\s+"(.*)"$', line)
            if line.startswith("#"):
                e["comment"] += line
            elif m:
                key = m[1]
                e[key] = text(m[2])
            else:
                e[key] += text(re.fullmatch(r'"(.*)"', line)[1])
        out.append(e)
    return out[0], out[1:]

def words(s):
    return sorted(re.findall(r'\{[a-z]*\}', s))

def forms(e):
    return [v for k, v in sorted(e.items()) if k.startswith("msgstr")]

number = 0
failed = 0

def result(faults, what):
    global number, failed
    number += 1
    print("%s %d - %s" % ("not ok" if faults else "ok", number, what))
    for f in faults[:20]:
        print("# " + f)
    failed += bool(faults)

def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()

print("1..%d" % (2 + 4 * len(LANGUAGES)))
kept = read("po/imipd.pot")
made = subprocess.run(["po/update", "-n"], check=True,
    stdout=subprocess.PIPE).stdout.decode()
_, template = entries(kept)
_, now = entries(made)
ids = lambda es: [(e["msgid"], e.get("msgid_plural")) for e in es]
result(["po/imipd.pot is not what lib/write says; run make po"]
    if kept != made or len(template) < 100 else [], "the template is up to date")
result([w for e in template for w in re.findall(r'[{}]', re.sub(
    r'\{[a-z]+\}', "", e["msgid"] + e.get("msgid_plural", "")))],
    "braces are placeholders only")
for l in LANGUAGES:
    head, catalog = entries(read("po/%s.po" % l))
    result(["%r" % (i,) for i in set(ids(template)) ^ set(ids(catalog))] or
        ([] if ids(catalog) == ids(template) else ["twice or in disorder"]),
        l + ": exactly the sentences of the template")
    faults = []
    for e in catalog:
        wanted = [words(e["msgid"])]
        if "msgid_plural" in e:
            wanted.append(words(e["msgid_plural"]))
        if "fuzzy" in e["comment"]:
            faults.append("fuzzy: " + e["msgid"])
        if len(forms(e)) != len(wanted):
            faults.append("forms: " + e["msgid"])
        for f in forms(e):
            if not f.strip():
                faults.append("not translated: " + e["msgid"])
            elif words(f) not in wanted:
                faults.append("placeholders: " + f)
            elif re.search(r'[{}]', re.sub(r'\{[a-z]+\}', "", f)):
                faults.append("braces: " + f)
    result(faults, l + ": each translated, with the same placeholders")
    result(["no \"Language: %s\"" % l] if "Language: %s\n" % l not in
        head["msgstr"] or "UTF-8" not in head["msgstr"] else [],
        l + ": says its language")
    mo = "%s/locale/%s/LC_MESSAGES/imipd.mo" % (sys.argv[1], l)
    faults = []
    try:
        shown = subprocess.run(["msgunfmt", mo], check=True,
            stdout=subprocess.PIPE).stdout.decode()
        _, built = entries(shown)
        strings = lambda es: sorted((e["msgid"], forms(e)) for e in es)
        if strings(built) != strings(catalog):
            faults.append(mo + " is not po/%s.po" % l)
    except subprocess.CalledProcessError:
        faults.append(mo + " cannot be read")
    result(faults, l + ": built")
sys.exit(failed > 0)
END
python3 "$scratch/check" "$build"
