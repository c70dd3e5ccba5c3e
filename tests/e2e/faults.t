#!/bin/sh
# imip-processor when the world around it fails: no relay, refused letters, a
# long outbox, a full disk, a spool that is missing or cannot be written.
# Needs root for the small file systems.  usage: faults.t [BUILD]
#
# not sanitized
B=$(cd "${1:-build}" && pwd) || exit 1
. tests/e2e/lib.sh
T=$(mktemp -d) || exit 1
processor=
relay=
mounted=

finish() {
	[ -n "$processor" ] && kill "$processor" && wait "$processor"
	[ -n "$relay" ] && stop_relay
	for disk in $mounted; do umount "$disk"; done
	rm -rf "$T"
}
trap finish EXIT
tap_plan 61

# new_instance NAME RELAY: in $D
new_instance() {
	D=$T/$1
	instance "$D" "$2" &&
	    "$B/imip-admin" -c "$D/imipd.conf" init >/dev/null
}

# drain: the exit code of --drain
drain() {
	"$B/imip-processor" -c "$D/imipd.conf" --drain 2>>"$D/log"
	echo $?
}

# start_relay NAME ARGUMENT...: fakesmtp, its port in $T/NAME.port; it serves
# until stop_relay closes its input
start_relay() {
	name=$1
	shift
	mkfifo "$T/$name.fifo"
	"$B/tests/fakesmtp" "$@" <"$T/$name.fifo" >"$T/$name.port" &
	relay=$!
	exec 7>"$T/$name.fifo"
	wait_for 20 [ -s "$T/$name.port" ]
}
stop_relay() {
	exec 7>&-
	wait "$relay"
	relay=
}

logged() { [ "$(grep -c "$2" "$D/log")" -eq "$1" ]; }
answered() { [ "$(count_files "$D/out/new")" -eq "$1" ]; }
outbox_is() { [ "$(queued "$D")" = "$1" ]; }
memory() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$1/status"; }

# --- nobody there ------------------------------------------------------------
port=$(free_port)
new_instance nobody "smtp://127.0.0.1:$port"
many "$D" m 1 30
equal "no relay: --drain ends with 75" 75 "$(drain)"
check "and says that letters wait" logged 1 'event=letters-wait'
equal "all is decided" "new 0 cur 0 hold 0 done 30" "$(states "$D")"
equal "and booked" 30 "$(bookings "$D")"
equal "every letter waits" 30 "$(queued "$D")"
check "the relay was asked once" logged 1 'event=relay-down'

new_instance down "lmtp:$T/relay.socket"
start_processor "$D"
many "$D" m 1 40
check "decisions go on without a relay" \
    wait_for 30 is_state "$D" "new 0 cur 0 hold 0 done 40"
check "letters stay in the outbox" outbox_is 40
check "the log says so" wait_for 20 grep -q 'event=relay-down' "$D/log"
many "$D" n 41 50
check "more come" wait_for 30 is_state "$D" "new 0 cur 0 hold 0 done 50"
asked=$(grep -c 'event=relay-down' "$D/log")
check "the relay is not asked for each letter ($asked times)" [ "$asked" -le 4 ]
equal "no letter is marked" 0 "$(grep -c 'event=later' "$D/log")"
start_relay relay -l -u "$T/relay.socket"
check "when it is up, all letters go out" wait_for 90 outbox_is 0
stop_processor
equal "the processor ends with 0" 0 "$stopped"
stop_relay
check "each letter went once" grep -q 'letters 50$' "$T/relay.port"

# --- a relay that refuses ----------------------------------------------------
start_relay refuse 'rcpt*1=550 no such user' 'rcpt*1=450 come back later'
new_instance refuse "smtp://127.0.0.1:$(cat "$T/refuse.port")"
many "$D" m 1 3
equal "one 5xx, one 4xx, one taken: --drain ends with 75" 75 "$(drain)"
equal "the second waits" 1 "$(queued "$D")"
equal "the first is marked failed" failed:1 "$(sqlite3 "$D/imipd.db" \
    "SELECT state || ':' || count(*) FROM outbox WHERE state = 'failed'")"
explain=$("$B/imip-spool" -c "$D/imipd.conf" explain m1@people.test)
check "explain shows that it failed" \
    sh -c "echo '$explain' | grep -q failed"
check "the log has the relay's words" grep -q 'no such user' "$D/log"
stop_relay

# --- a long outbox -----------------------------------------------------------
mkdir "$T/fast" && mount -t tmpfs -o size=300m,mode=755 tmpfs "$T/fast" &&
    mounted=$T/fast
check "a file system that is quick to sync (needs root)" [ -n "$mounted" ]
new_instance fast/long "lmtp:$T/long.socket"
many "$D" m 1 1
start_processor "$D"
check "one letter waits for a relay" wait_for 20 logged 1 'event=relay-down'
before=$(memory "$(sender_of "$processor")")
stop_processor
sqlite3 "$D/imipd.db" "WITH RECURSIVE n(i) AS
    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
    INSERT INTO outbox (id, decision, message_id, sender, recipient, bytes,
	tries, created, state, error, next, sent) SELECT id, decision, '<' || i || '@copy>', sender,
	recipient, CAST(bytes || replace(hex(zeroblob(80)), '00',
	'a line of a long letter, so that there is much to hold in memory' ||
	char(13, 10)) AS BLOB), tries, created, state, error, next, sent
	FROM outbox, n"
equal "2,000 long letters wait" 2000 "$(queued "$D")"
start_processor "$D"
check "the relay is asked again" wait_for 20 logged 2 'event=relay-down'
after=$(memory "$(sender_of "$processor")")
check "the sender does not hold them all ($before kB, then $after kB)" \
    [ "$after" -le $((before + 6000)) ]
start_relay long -l -u "$T/long.socket"
check "they go out" wait_for 120 outbox_is 0
after=$(memory "$(sender_of "$processor")")
check "it has not grown by sending them ($after kB)" \
    [ "$after" -le $((before + 8000)) ]
stop_processor
stop_relay
check "every one of them" grep -q 'letters 2000$' "$T/long.port"

# --- a full disk ---------------------------------------------------------------
mkdir "$T/disk" && mount -t tmpfs -o size=24m,mode=755 tmpfs "$T/disk" &&
    mounted="$mounted $T/disk"
check "a small file system (needs root)" mountpoint "$T/disk"
new_instance disk/full "maildir:$T/full.out"
many "$D" m 1 20
head -c 15m /dev/zero >"$T/disk/filler"
request late $(slot 50) | "$B/imip-enqueue" -s "$D/spool" \
    -f anna@people.test -- room@rooms.test >"$T/full.err" 2>&1
equal "disk nearly full: enqueue ends with 75" 75 $?
equal "and leaves nothing" "new 20 cur 0 hold 0 done 0" "$(states "$D")"
cat /dev/zero >>"$T/disk/filler" 2>/dev/null
"$B/imip-processor" -c "$D/imipd.conf" 2>>"$T/full.log" &
processor=$!
check "disk full: the processor says that it waits" \
    wait_for 30 grep -q 'event=waiting' "$T/full.log"
wait_for 4 false
# the second line may come from the sender
check "and says it at most once a minute each" \
    [ "$(grep -c 'event=waiting' "$T/full.log")" -le 2 ]
equal "with few words" 0 "$(grep -vc 'event=waiting' "$T/full.log")"
equal "nothing is lost" 20 \
    "$(ls "$D/spool/new" "$D/spool/cur" "$D/spool/done" | grep -c '^[0-9]')"
check "no try is counted" sh -c "! ls '$D/spool/new' | grep :"
rm "$T/disk/filler"
check "space is back: it recovers by itself" \
    wait_for 90 is_state "$D" "new 0 cur 0 hold 0 done 20"
check "and answers all" wait_for 60 has_files "$T/full.out/new" 20
stop_processor
equal "nothing twice" "20 20" \
    "$(bookings "$D") $(count_files "$T/full.out/new")"

# --- only the spool is full: a reason cannot be written ------------------------
new_instance hold "maildir:$T/hold.out"
sed -i "s|^spool.*|spool = $T/disk/spool|" "$D/imipd.conf"
"$B/imip-admin" -c "$D/imipd.conf" init >/dev/null
request broken $(slot 1) | sed '/^END:VCALENDAR/d' |
    "$B/imip-enqueue" -s "$T/disk/spool" -f anna@people.test -- room@rooms.test
cat /dev/zero >"$T/disk/filler" 2>/dev/null
start_processor "$D"
check "a message cannot be held: the processor says so" \
    wait_for 30 grep -q 'event=waiting.*space' "$D/log"
wait_for 4 false
tried=$("$B/imip-admin" -c "$D/imipd.conf" check >/dev/null 2>&1
    sqlite3 "$D/imipd.db" 'SELECT count(*) FROM decision')
check "it is not tried without a pause ($tried times)" [ "$tried" -le 5 ]
rm "$T/disk/filler"
check "space is back: it is held" \
    wait_for 60 sh -c "ls '$T'/disk/spool/hold/*.why"
check "for its own reason" \
    sh -c "! grep -q 'ended the worker' '$T'/disk/spool/hold/*.why"
stop_processor
rm -rf "$T/disk/spool"

# --- a spool that is missing or cannot be written ------------------------------
D=$T/disk/gone
instance "$D" "maildir:$T/gone.out"
sed -i "s|^store.*|store = sqlite:$T/gone.db|" "$D/imipd.conf"
"$B/imip-admin" -c "$D/imipd.conf" init >/dev/null
many "$D" m 1 3
check "its file system becomes read-only" \
    wait_for 20 mount -o remount,ro "$T/disk"
request late $(slot 50) | "$B/imip-enqueue" -s "$D/spool" \
    -f anna@people.test -- room@rooms.test >"$T/gone.err" 2>&1
equal "spool not writable: enqueue ends with 75" 75 $?
"$B/imip-processor" -c "$D/imipd.conf" 2>>"$T/gone.log" &
processor=$!
check "the processor waits, with a clear line" \
    wait_for 20 grep -qi 'event=waiting.*read-only' "$T/gone.log"
mount -o remount,rw "$T/disk"
check "writable again: it goes on by itself" \
    wait_for 60 is_state "$D" "new 0 cur 0 hold 0 done 3"
mv "$D/spool" "$D/away"
request late $(slot 50) | "$B/imip-enqueue" -s "$D/spool" \
    -f anna@people.test -- room@rooms.test >"$T/gone.err" 2>&1
equal "spool missing: enqueue ends with 75" 75 $?
"$B/imip-admin" -c "$D/imipd.conf" init >/dev/null
many "$D" again 10 10
check "another spool in its place is found" \
    wait_for 90 is_state "$D" "new 0 cur 0 hold 0 done 1"
stop_processor
rm -rf "$D/spool"
"$B/imip-processor" -c "$D/imipd.conf" >"$T/gone.err" 2>&1
equal "started without a spool it ends with 75" 75 $?
check "one line says which, and what to do" sh -c \
    "[ \$(wc -l <'$T/gone.err') -eq 1 ] &&
    grep -q 'spool $D/spool: No such.*imip-admin init' '$T/gone.err'"

# --- an empty mount point --------------------------------------------------------
new_instance mount "maildir:$T/mount.out"
many "$D" m 1 1
mv "$D/spool" "$D/away"
mkdir -m 700 "$D/spool"
for drain in '' --drain; do
	timeout 20 "$B/imip-processor" -c "$D/imipd.conf" $drain >"$T/mount.err" 2>&1
	equal "started${drain:+ with $drain} on an empty mount point it ends with 75" 75 $?
	check "with one line" sh -c "[ \$(wc -l <'$T/mount.err') -eq 1 ] &&
	    grep -q 'spool $D/spool: .*mounted?.*imip-admin init' '$T/mount.err'"
done
rmdir "$D/spool"
mv "$D/away" "$D/spool"
start_processor "$D"
check "mounted, it is worked on" \
    wait_for 20 is_state "$D" "new 0 cur 0 hold 0 done 1"
mv "$D/spool" "$D/away"
mkdir -m 700 "$D/spool"
check "unmounted, the processor waits and says so" \
    wait_for 90 logged 1 'event=waiting.*mounted?'
request late $(slot 50) | "$B/imip-enqueue" -s "$D/spool" \
    -f anna@people.test -- room@rooms.test >"$T/mount.err" 2>&1
equal "no mail is taken meanwhile" 75 $?
equal "nothing is made there" 0 "$(ls -A "$D/spool" | wc -l)"
rmdir "$D/spool"
mv "$D/away" "$D/spool"
many "$D" again 2 2
check "mounted again, it goes on" \
    wait_for 30 is_state "$D" "new 0 cur 0 hold 0 done 2"
"$B/imip-processor" -c "$D/imipd.conf" --drain >"$T/mount.err" 2>&1
check "and holds the lock of that spool" \
    grep -q 'another imip-processor' "$T/mount.err"
stop_processor
