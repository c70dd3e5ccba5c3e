#!/bin/sh
#
# store.t - the store is killed, and its disk fails, at system call after
# system call: a booking and its answer are there both or neither
#
# usage: tests/crash/store.t [BUILD]
#
# The calls are those that an undisturbed run makes once the file is open; of
# more than POINTS (of the environment, default 60) every n-th is taken.

build=${1:-build}
writer=$build/tests/storewriter
POINTS=${POINTS:-60}
ROUNDS=3
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
url=sqlite:$dir/s.db

echo 1..7

n=0
result()
{
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
	fi
}

# fresh: a new store, nothing said
fresh()
{
	rm -f "$dir"/s.db* "$dir"/said
	"$writer" init "$url"
}

# whole: what is there is whole, and what was said to be done is there
whole()
{
	"$writer" check "$url" "$(wc -l <"$dir"/said)" >"$dir"/count \
	    2>>"$dir"/complaints
}

# points MODE: "call number" of every system call after the file was opened
points()
{
	fresh
	strace -qq -o "$dir"/trace "$writer" "$1" "$url" $ROUNDS \
	    >"$dir"/said || return 1
	awk -v most=$POINTS '
	    { call = $0; sub(/\(.*/, "", call); nth = ++seen[call] }
	    /^open.*s\.db/ { open = 1 }
	    open && call ~ /^[a-z0-9_]+$/ && call != "exit_group" {
		point[++n] = call " " nth
	    }
	    END {
		step = n > most ? n / most : 1
		for (i = 1; int(i) <= n; i += step)
			print point[int(i)]
	    }' "$dir"/trace
}

# An undisturbed run, so that the rest means something.
points write >"$dir"/write.points
whole
result $? "an undisturbed run leaves a whole store"
made=$(cat "$dir"/count)
total=$(wc -l <"$dir"/write.points)
[ "$made" = $((2 * ROUNDS)) ] && [ "$total" -ge 55 ]
result $? "it makes $made bookings; $total system calls are picked"

# Killed at each: whole, and the next run completes it.
bad=0
killed=0
complete=0
while read -r call nth; do
	fresh
	# in a shell of its own, which keeps "Killed" to itself
	sh -c 'strace -qq -o "$0" -e inject="$1":signal=KILL:when="$2" "$3" \
	    write "$4" "$5" >"$6"; exit $?' "$dir"/trace "$call" "$nth" \
	    "$writer" "$url" $ROUNDS "$dir"/said 2>/dev/null
	[ $? = 137 ] && killed=$((killed + 1))
	whole || bad=$((bad + 1))
	"$writer" write "$url" $ROUNDS >"$dir"/said && whole &&
	    [ "$(cat "$dir"/count)" = "$made" ] && complete=$((complete + 1))
done <"$dir"/write.points
[ $bad = 0 ] && [ $killed -ge 55 ]
result $? "killed $killed times: $bad stores not whole"
[ $complete = "$total" ]
result $? "$complete of $total completed by the next run"

# Failing at each that can: 0 or 75, whole, and the next run completes it.
bad=0
later=0
tried=0
grep -E '^(p?read|p?write|fsync|fdatasync|ftruncate|open|unlink|fcntl|f?stat|newfstat|lseek|fallocate|mmap|access)' \
    "$dir"/write.points >"$dir"/error.points
error=EIO
while read -r call nth; do
	fresh
	strace -qq -o "$dir"/trace -e inject="$call":error=$error:when="$nth" \
	    "$writer" write "$url" $ROUNDS >"$dir"/said 2>/dev/null
	code=$?
	tried=$((tried + 1))
	[ $code = 75 ] && later=$((later + 1))
	if [ $code != 0 ] && [ $code != 75 ]; then
		bad=$((bad + 1))
		echo "# $call $nth $error: exit $code"
	fi
	whole || bad=$((bad + 1))
	"$writer" write "$url" $ROUNDS >"$dir"/said && whole &&
	    [ "$(cat "$dir"/count)" = "$made" ] || bad=$((bad + 1))
	[ $error = EIO ] && error=ENOSPC || error=EIO
done <"$dir"/error.points
[ $bad = 0 ] && [ $tried -ge 40 ]
result $? "failed $tried times with EIO or ENOSPC: $bad wrong"
[ $later -ge 10 ]
result $? "$later of them were answered with 75"

# Negative control: booking and answer in two transactions must be caught.
points split >"$dir"/split.points
caught=0
while read -r call nth; do
	fresh
	sh -c 'strace -qq -o "$0" -e inject="$1":signal=KILL:when="$2" "$3" \
	    split "$4" "$5" >"$6"; exit $?' "$dir"/trace "$call" "$nth" \
	    "$writer" "$url" $ROUNDS "$dir"/said 2>/dev/null
	whole || caught=$((caught + 1))
done <"$dir"/split.points
[ $caught -ge 5 ]
result $? "negative control: two transactions are caught $caught times"
sed 's/^/# /' "$dir"/complaints | sort | uniq -c | sort -rn | head -5
