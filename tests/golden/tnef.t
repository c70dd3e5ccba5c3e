#!/bin/sh
# Golden cases of winmail.dat: tests/golden/tnef/NAME.expect, by diff, of what
# imip-tnef makes of the mails that tests/golden/tnef/make writes, and of the
# corpus' own.  And: of every other mail it says what imip-reader says.
# usage: tnef.t [BUILD]; GOLDEN_WRITE=1 writes what is new, to be read by a
# person before it is kept.
B=${1:-build}
here=tests/golden/tnef
corpus=tests/corpus
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/mail" "$scratch/other"

# facts PROGRAM FILE: what is understood
facts() {
	IMIPD_READER=$B/$1 "$B/imip-spool" read --max 12 "$2"
}

# short: facts without what is there twice, or is lib/read's own affair
short() {
	sed -e '/^imipd-facts /d; /^end$/d; /^text /d; /^line value="*UID:/d' \
	    -e '/^line value="*ORGANIZER/d; s/ digest=[0-9a-f]*//' \
	    -e 's/^\(organizer .*\) line=.*/\1/; s/^\(attendee .*\) line=.*/\1/' \
	    -e 's/^\(timezone .*\) text=.*/\1/'
}

# wrap NAME STREAM: a mail around a stream that the corpus has without one
wrap() {
	{
		printf 'From: anna@example.com\nTo: room1@example.com\n'
		printf 'Subject: %s\nDate: Fri, 20 Nov 2026 09:00:00 +0000\n' "$1"
		printf 'MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n'
		printf 'Content-Type: application/ms-tnef; name=winmail.dat\n\n'
		cat "$2"
	} >"$scratch/mail/corpus-$1.eml"
}

if ! "$here/make" "$scratch/mail" || ! base64 \
    "$corpus/horde-Compress/winmail2.dat" >"$scratch/winmail2"; then
	echo 'Bail out! the mails cannot be made'
	exit 1
fi
wrap horde-winmail2 "$scratch/winmail2"
wrap horde-TnefMeetingRequest "$corpus/horde-Compress/TnefMeetingRequest.txt"
grep -lriE 'ms-tnef;|name="?winmail.dat' $corpus --include='*.eml' |
    while read -r file; do
	name=${file#"$corpus"/}
	cp "$file" "$scratch/mail/corpus-$(echo "${name%.eml}" | tr / -).eml"
done
set -- "$scratch"/mail/*.eml
echo "1..$(($# + 3))"
n=0
for file; do
	n=$((n + 1))
	name=$(basename "$file" .eml)
	facts imip-tnef "$file" >"$scratch/full" 2>&1
	code=$?
	short <"$scratch/full" >"$scratch/out"
	[ -n "$GOLDEN_WRITE" ] && cp "$scratch/out" "$here/$name.expect"
	if [ $code -eq 0 ] && diff -u "$here/$name.expect" "$scratch/out" \
	    >"$scratch/diff" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$scratch/diff" "$scratch/out"
	fi
done

# No expectation is left over, so no case was lost.
n=$((n + 1))
lost=
for file in "$here"/*.expect; do
	[ -f "$scratch/mail/$(basename "$file" .expect).eml" ] ||
	    lost="$lost $file"
done
[ -z "$lost" ] && echo "ok $n - every expectation has its case" ||
    echo "not ok $n - expectations without a case:$lost"

# Without a winmail.dat, both programs say the same.
n=$((n + 1))
same=0
for file in "$corpus"/*/*.eml tests/demo/*.eml; do
	facts imip-reader "$file" >"$scratch/other/reader" 2>&1
	grep -q 'code=tnef' "$scratch/other/reader" && continue
	facts imip-tnef "$file" >"$scratch/other/tnef" 2>&1
	if cmp -s "$scratch/other/reader" "$scratch/other/tnef"; then
		same=$((same + 1))
	else
		echo "# $file: imip-tnef says something else"
		same=-100000
	fi
done
[ $same -gt 50 ] && echo "ok $n - $same other mails read as by imip-reader" ||
    echo "not ok $n - other mails read as by imip-reader"

# What the tests of imip-reader ask of it, sandbox and limits, holds here too.
n=$((n + 1))
mkdir -p "$scratch/b/tests/unit"
cp "$B/tests/unit/reader_real" "$scratch/b/tests/unit/"
cp "$B/imip-tnef" "$scratch/b/imip-reader"
if "$scratch/b/tests/unit/reader_real" >"$scratch/real" 2>&1 &&
    [ "$("$scratch/b/imip-reader" --version | cut -d' ' -f1)" = imip-tnef ]; then
	echo "ok $n - the tests of imip-reader hold"
else
	echo "not ok $n - the tests of imip-reader hold"
	sed 's/^/# /' "$scratch/real"
fi
