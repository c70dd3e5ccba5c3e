#!/bin/sh
# Golden cases of rooms: tests/golden/room/NAME/{case,*.eml} -> expect, by diff.
# usage: room.t [BUILD [CASE...]]; GOLDEN_WRITE=1 writes what is new, to be read
# by a person before it is kept.
B=${1:-build}
[ $# -gt 0 ] && shift
here=tests/golden/room
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
TMPDIR=$scratch
IMIPD_READER=$B/imip-reader
export TMPDIR IMIPD_READER
[ $# -eq 0 ] && set -- "$here"/*/
echo "1..$#"
n=0
for dir; do
	n=$((n + 1))
	name=$(basename "$dir")
	"$B/tests/golden" "$here/$name" >"$scratch/out" 2>&1
	code=$?
	[ -n "$GOLDEN_WRITE" ] && [ $code -eq 0 ] &&
	    cp "$scratch/out" "$here/$name/expect"
	if [ $code -eq 0 ] && diff -u "$here/$name/expect" "$scratch/out" \
	    >"$scratch/diff" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$scratch/diff"
		[ $code -eq 0 ] || sed 's/^/# /' "$scratch/out"
	fi
done
