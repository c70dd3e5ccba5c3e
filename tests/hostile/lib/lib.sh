# lib.sh - what the scripts of the entries share; sourced
# shellcheck shell=sh
#
# $B is the build directory, $T an empty scratch directory of the script's own
# that is removed by the runner, $HOSTILE is tests/hostile.  A script prints one
# line, which its `expect` has beside its name, and ends with 0.
# shellcheck source=tests/e2e/lib.sh
. "$HOSTILE/../e2e/lib.sh"

# begin: an instance in $D, made by imip-admin
begin() {
	D=$T/i
	instance "$D" "maildir:$D/out" &&
	    "$B/imip-admin" -c "$D/imipd.conf" init >/dev/null
}

# send UID N [SUMMARY]: a REQUEST for the Nth hour into the spool
send() {
	request "$1" $(slot "$2") "${3:-Planning}" |
	    "$B/imip-enqueue" -s "$D/spool" -f anna@people.test -- \
		room@rooms.test
}

# drain: its exit code; what it says goes to $D/log
drain() {
	"$B/imip-processor" -c "$D/imipd.conf" --drain 2>>"$D/log"
	echo $?
}




# sound N: is a sound message still booked and answered?
sound() {
	before=$(count_files "$D/out/new")
	send "sound$1" "$1" && drain >/dev/null &&
	    [ "$(count_files "$D/out/new")" -eq $((before + 1)) ] && echo answered
}

# says PATTERN: does the log have it?
says() { grep -q -e "$1" "$D/log" && echo said; }

# start_relay RULE...: fakesmtp at $port; it serves until stop_relay
start_relay() {
	mkfifo "$T/relay.fifo"
	"$B/tests/fakesmtp" "$@" <"$T/relay.fifo" >"$T/relay.said" &
	relay=$!
	exec 7>"$T/relay.fifo"
	wait_for 20 [ -s "$T/relay.said" ]
	port=$(head -n 1 "$T/relay.said")
}
stop_relay() {
	exec 7>&-
	wait "$relay"
}

# letters: how many whole ones the relay has read
letters() { sed -n 's/.*letters //p' "$T/relay.said"; }
