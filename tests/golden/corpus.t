#!/bin/sh
# What is understood of each file of the corpus, against tests/golden/corpus/table.
# usage: corpus.t [BUILD]; GOLDEN_WRITE=1 writes the table, to be read by a
# person before it is kept.
B=${1:-build}
table=tests/golden/corpus/table
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
IMIPD_READER=$B/imip-reader
export IMIPD_READER

# say CODE TEXT: one line of TAP
n=0
say() {
	n=$((n + 1))
	[ "$1" -eq 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}

echo 1..4
python3 tests/golden/corpus.py "$B" >"$scratch/table" 2>"$scratch/error"
say $? "the corpus is read"
sed 's/^/# /' "$scratch/error"
[ -n "$GOLDEN_WRITE" ] && cp "$scratch/table" "$table"
files=$(find tests/corpus -mindepth 2 -type f | wc -l)
[ "$files" -gt 400 ] && [ "$(grep -c '^[^ ]' "$scratch/table")" -eq "$files" ]
say $? "each of the $files files has its lines"
! grep -q '^  FAILED' "$scratch/table"
say $? "no file makes the reader fail"
diff -u "$table" "$scratch/table" >"$scratch/diff"
say $? "and all is understood as $table says"
sed 's/^/# /' "$scratch/diff" | head -100
