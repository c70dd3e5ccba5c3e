#!/bin/sh
# Stories of iTIP: tests/golden/itip/*/*.txt, each told by tests/scenario.
# usage: itip.t [BUILD [FILE...]]; GOLDEN_WRITE=1 writes what is new, to be read
# by a person before it is kept.
B=${1:-build}
[ $# -gt 0 ] && shift
here=tests/golden/itip
wanted=220
extra=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
if [ $# -eq 0 ]; then
	set -- "$here"/*/*.txt
	extra=5
fi
echo "1..$(($# + extra))"
n=0
told=0

ok() # RESULT NAME
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "$scratch/out"
	fi
}

for file; do
	"$B/tests/scenario" "$file" >"$scratch/out" 2>&1
	code=$?
	grep '^# covers ' "$scratch/out" >>"$scratch/covered"
	grep -q '^# [1-9][0-9]* messages$' "$scratch/out" && told=$((told + 1))
	ok $code "${file#"$here"/}"
done
[ $extra -eq 0 ] && exit 0

# Did the stories run, and can they fail?
echo "$told of $# stories were told" >"$scratch/out"
[ $told -eq $# ] && [ $told -ge $wanted ]
ok $? "$told stories were told, at least $wanted"

story=$here/request/single.txt
sed 's/ NEEDS-ACTION$/ ACCEPTED/' "$story" >"$scratch/wrong.txt"
"$B/tests/scenario" "$scratch/wrong.txt" >"$scratch/out" 2>&1
[ $? -eq 1 ] && ! cmp -s "$story" "$scratch/wrong.txt" &&
    grep -q '^-.* ACCEPTED$' "$scratch/out" &&
    grep -q '^+.* NEEDS-ACTION$' "$scratch/out"
ok $? "a wrong state fails"

sed 's/^--- then added/--- then stale/' "$story" >"$scratch/wrong.txt"
"$B/tests/scenario" "$scratch/wrong.txt" >"$scratch/out" 2>&1
[ $? -eq 1 ] && grep -q '^+--- then added$' "$scratch/out"
ok $? "a wrong outcome fails"

sed '/^--- then/,$d' "$story" >"$scratch/wrong.txt"
"$B/tests/scenario" "$scratch/wrong.txt" >"$scratch/out" 2>&1
[ $? -eq 2 ]
ok $? "a message without an expectation fails"

# Each kind, method, role and shape that there is.
sed -n 's/^# covers //p' "$scratch/covered" | sort -u >"$scratch/found"
sed '/^#/d; /^$/d' "$here/coverage" | sort -u |
    comm -23 - "$scratch/found" >"$scratch/out"
[ "$(wc -l <"$scratch/found")" -gt 0 ] && [ ! -s "$scratch/out" ]
ok $? "each combination of $here/coverage is told"
