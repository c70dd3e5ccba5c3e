#!/bin/sh
# What we write is read by others: each letter of the golden cases, by Python's
# email, python3-icalendar and python3-vobject.  usage: roundtrip.t [BUILD]
B=${1:-build}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
GOLDEN_LETTERS=$scratch/letters
export GOLDEN_LETTERS
mkdir "$GOLDEN_LETTERS" "$scratch/control"
# Debian's packages belong to Debian's Python.
check=tests/golden/roundtrip.py
n=0

# say CODE TEXT: one line of TAP
say() {
	n=$((n + 1))
	[ "$1" -eq 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}

# control TEXT SED: a letter spoilt in this way is refused
control() {
	rm -f "$scratch/control"/*
	sed "$2" "$letter" >"$scratch/control/letter.eml"
	! cmp -s "$letter" "$scratch/control/letter.eml" &&
	    ! /usr/bin/python3 $check "$scratch/control" >/dev/null
	say $? "control: $1 is refused"
}

echo 1..7
{ tests/golden/room.t "$B" && tests/golden/client.t "$B"; } >"$scratch/tap"
written=$(find "$GOLDEN_LETTERS" -name '*.eml' | wc -l)
[ "$written" -gt 100 ]
say $? "the golden cases wrote $written letters"
/usr/bin/python3 $check "$GOLDEN_LETTERS" >"$scratch/out" 2>&1
say $? "$(tail -1 "$scratch/out")"
sed 's/^/# /' "$scratch/out"
letter=$(find "$GOLDEN_LETTERS" -name '*.eml' | sort | head -1)
control "a bare LF" '3s/\r$//'
control "no Auto-Submitted" '/^Auto-Submitted/d'
control "another method in the header" 's/method=REPLY/method=REQUEST/'
control "a calendar part in another place" 's,^Content-Type: text/html,Content-Type: text/calendar,'
control "two Subjects" 's/^Date: /Subject: twice\r\n&/'
