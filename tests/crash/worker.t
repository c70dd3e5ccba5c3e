#!/bin/sh
# The worker killed and failed at 300 system calls taken at random (the same
# ones every time): nothing lost, nothing booked twice, every answer made.
# usage: worker.t [BUILD [CASES]]
B=$(cd "${1:-build}" && pwd) || exit 1
CASES=${2:-300}
. tests/e2e/lib.sh
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
MESSAGES=12
IMIPD_READER=$B/imip-reader
export IMIPD_READER
tap_plan 8

# make DIR: an instance with messages waiting, some for the same hour
make_instance() {
	instance "$1" "maildir:$1/out" &&
	    "$B/imip-admin" -c "$1/imipd.conf" init >/dev/null || return 1
	i=0
	while [ $i -lt $MESSAGES ]; do
		request "m$i" $(slot $((i / 2))) "Meeting $i" |
		    "$B/imip-enqueue" -s "$1/spool" -f anna@people.test -- \
			room@rooms.test || return 1
		i=$((i + 1))
	done
}

# state DIR: what must be the same in the end, whatever happened on the way
state() {
	"$B/imip-admin" -c "$1/imipd.conf" bookings room@rooms.test \
	    --from 2020-01-01T00:00:00Z --to 2199-01-01T00:00:00Z | sort
	for answer in "$1"/out/new/*; do
		grep '^Subject:' "$answer"
	done | sort
	echo "done $(count_files "$1/spool/done")" \
	    "new $(count_files "$1/spool/new")" \
	    "cur $(count_files "$1/spool/cur")" \
	    "hold $(count_files "$1/spool/hold")"
}

# overlaps DIR: pairs of bookings that share a second
overlaps() {
	sqlite3 "$1/imipd.db" "SELECT count(*) FROM busy a JOIN busy b
	    ON a.calendar = b.calendar AND a.start < b.stop AND b.start < a.stop
	    AND (a.uid, a.organizer) < (b.uid, b.organizer)
	    AND a.start < a.stop AND b.start < b.stop"
}

# finish DIR: run without any fault until nothing waits
finish() {
	"$B/tests/worker" "$1/imipd.conf" >>"$1/log" 2>&1 &&
	    "$B/tests/worker" "$1/imipd.conf" sender >>"$1/log" 2>&1
}

make_instance "$T/model" || { echo "Bail out! no instance"; exit 1; }
cp -a "$T/model" "$T/reference"
sed -i "s|$T/model|$T/reference|g" "$T/reference/imipd.conf"
strace -qq -o "$T/calls" "$B/tests/worker" "$T/reference/imipd.conf" \
    2>"$T/reference/log"
equal "the reference run ends with 0" 0 $?
finish "$T/reference"
state "$T/reference" >"$T/expected"
check "the reference answered every message" \
    sh -c "[ \$(grep -c '^Subject: ' '$T/expected') -eq $MESSAGES ]"
check "half are accepted, half declined" \
    sh -c "[ \$(grep -c '^Subject: Accepted' '$T/expected') -eq $((MESSAGES / 2)) ]"

# Each call of the run as "name number", from the first that is the program's
# own (the loader runs once, before any message is touched), then CASES of them
# with a fault each.
awk '/^[a-z]/ {own = own || /imipd.conf/; sub(/\(.*/, "")
    n[$1]++; if (own) print $1, n[$1]}' "$T/calls" |
    grep -vE '^(exit_group|rt_sigreturn) ' >"$T/points"
# The kernel never answers brk with an error number, so only kill there.
awk -v want="$CASES" 'BEGIN {srand(20261121)} {line[NR] = $0}
    END {split("signal=KILL error=EIO error=ENOSPC error=EMFILE error=EINTR",
	f, " "); for (i = 0; i < want; i++)
	print line[1 + int(rand() * NR)], f[1 + i % 2 * (1 + int(rand() * 4))]}' \
    "$T/points" | sed '/^brk /s/[^ ]*$/signal=KILL/' >"$T/cases"

# Always: the reader cannot be started at first, so the first message is asked
# about after the others; nobody may get another's answer.
echo 'socketpair 1 error=EMFILE' >>"$T/cases"
CASES=$((CASES + 1))

# run_case NAME CALL NUMBER FAULT MODE: prints what is wrong, if anything
run_case() {
	D=$T/$1
	cp -a "$T/model" "$D"
	sed -i "s|$T/model|$D|g" "$D/imipd.conf"
	timeout 60 strace -qq -o /dev/null -e "inject=$2:$4:when=$3" \
	    "$B/tests/worker" "$D/imipd.conf" $5 >>"$D/log" 2>&1
	code=$?
	case $code in
	0 | 71 | 75 | 78 | 137) ;;
	*) echo "exit $code at $2 $3 $4" ;;
	esac
	# As many runs as there may be tries; each without a fault.
	finish "$D" || finish "$D" || finish "$D" ||
	    echo "does not finish after $2 $3 $4"
	state "$D" >"$D/state"
	cmp -s "$T/expected" "$D/state" || {
		echo "other state after $2 $3 $4"
		diff "$T/expected" "$D/state" | head -5
		tail -3 "$D/log"
	}
	[ "$(overlaps "$D")" = 0 ] || echo "double booking after $2 $3 $4"
	rm -rf "$D"
}

# Two lanes, since most of the time is waiting for strace.
lane() {
	n=0
	while read -r call number fault; do
		n=$((n + 1))
		[ $((n % 2)) -eq "$1" ] || continue
		run_case "case$n" "$call" "$number" "$fault"
		echo ran >>"$T/ran.$1"
	done <"$T/cases" >"$T/wrong.$1" 2>&1
}
lane 0 &
first=$!
lane 1
wait "$first"
equal "all $CASES cases ran" "$CASES" "$(cat "$T"/ran.? | wc -l)"
check "nothing lost, nothing twice, every answer there" \
    sh -c "cat '$T'/wrong.?; ! grep -q . '$T'/wrong.?"
check "kills and errors were both tried" \
    sh -c "grep -q KILL '$T/cases' && grep -q ENOSPC '$T/cases'"

# Negative control: a worker that finishes files before it commits must lose
# answers when it is killed at the commit.
wrong=0
for number in $(awk '$1 == "fdatasync" || $1 == "fsync" {print $1 ":" $2}' \
    "$T/points"); do
	run_case control "${number%:*}" "${number#*:}" signal=KILL wrong \
	    >"$T/said" 2>&1
	grep -q 'other state' "$T/said" && wrong=$((wrong + 1))
done
check "negative control: committing too late is caught ($wrong times)" \
    [ "$wrong" -gt 0 ]
equal "no double booking in the reference" 0 "$(overlaps "$T/reference")"
