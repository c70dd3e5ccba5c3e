#!/bin/sh
# imip-processor as a program: draining, group commit, bad readers, killed
# workers, signals, changing calendars, damaged and odd messages.
# usage: processor.t [BUILD]
B=$(cd "${1:-build}" && pwd) || exit 1
. tests/e2e/lib.sh
T=$(mktemp -d) || exit 1
processor=

finish() {
	[ -n "$processor" ] && kill "$processor" && wait "$processor"
	rm -rf "$T"
}
trap finish EXIT
tap_plan 119

# new_instance NAME: in $D, its answers in $D/out
new_instance() {
	D=$T/$1
	instance "$D" "maildir:$D/out" &&
	    "$B/imip-admin" -c "$D/imipd.conf" init >/dev/null
}

# drain: the exit code of --drain
drain() {
	"$B/imip-processor" -c "$D/imipd.conf" --drain 2>>"$D/log"
	echo $?
}

# put RCPT: a message on stdin into the spool
put() {
	"$B/imip-enqueue" -s "$D/spool" -f anna@people.test -- "$1"
}

# answered N: so many letters are out
answered() { [ "$(count_files "$D/out/new")" -eq "$1" ]; }

# logged N PATTERN: so many lines of the log have it
logged() { [ "$(grep -c "$2" "$D/log")" -eq "$1" ]; }

# gone PID...: none of them is there any more
gone() {
	for pid in "$@"; do
		kill -0 "$pid" 2>/dev/null && return 1
	done
	return 0
}

# is_idle: the worker waits with its watch armed
is_idle() {
	ls -l "/proc/$(worker_of "$processor")/fd" | grep -q inotify &&
	    [ "$(count_files "$D/spool/new")" -eq 0 ]
}

# --- draining ----------------------------------------------------------------
new_instance drain
equal "--drain of an empty spool ends with 0" 0 "$(drain)"
equal "and did nothing" "new 0 cur 0 hold 0 done 0" "$(states "$D")"
many "$D" one 0 0
equal "--drain of one message ends with 0" 0 "$(drain)"
equal "it is done" "new 0 cur 0 hold 0 done 1" "$(states "$D")"
check "and answered" answered 1
many "$D" two 1 200
equal "200 messages wait" "new 200 cur 0 hold 0 done 1" "$(states "$D")"
equal "--drain of 200 messages ends with 0" 0 "$(drain)"
equal "all are done" "new 0 cur 0 hold 0 done 201" "$(states "$D")"
check "all are answered" answered 201
equal "all are booked" 201 "$(bookings "$D")"
equal "the outbox is empty" 0 "$(queued "$D")"

# --- group commit ------------------------------------------------------------
# syncs NAME MESSAGES: how often the worker waits for the disk
syncs() {
	new_instance "$1"
	many "$D" m 1 "$2"
	IMIPD_READER=$B/imip-reader strace -qq -o "$D/calls" \
	    -e trace=fsync,fdatasync "$B/tests/worker" "$D/imipd.conf" \
	    2>>"$D/log" || echo "worker failed"
	[ "$(count_files "$D/spool/done")" -eq "$2" ] || echo "not all done"
	wc -l <"$D/calls"
}
alone=$(syncs alone 1)
group=$(syncs group 64)
check "one message is written to disk ($alone syncs)" [ "$alone" -ge 1 ]
check "64 waiting messages cost about the same ($group syncs)" \
    [ "$group" -le $((alone + 6)) ]

new_instance single
start_processor "$D"
wait_for 20 is_idle
begun=$(date +%s)
for n in 1 2 3 4 5 6; do
	many "$D" s$n $n $n
	wait_for 60 answered $n
done
took=$(($(date +%s) - begun))
check "six messages, each alone, are decided as they come (took $took s)" \
    [ "$took" -le 15 ]
check "all six are answered" answered 6

# --- directories and the watch -------------------------------------------------
# The processor may be the one that makes it again.
rmdir "$D/spool/new"
mkdir -p -m 700 "$D/spool/new"
many "$D" again 10 10
check "new/ removed and made again: the next message is seen" \
    wait_for 20 answered 7
many "$D" again 11 11
check "and the one after it" wait_for 20 answered 8
worker=$(worker_of "$processor")
kill -STOP "$worker"
many "$D" stopped 20 39
equal "20 messages come while the worker stands still" \
    "new 20 cur 0 hold 0 done 8" "$(states "$D")"
kill -CONT "$worker"
check "all are answered when it goes on" wait_for 20 answered 28

# --- signals -------------------------------------------------------------------
"$B/imip-processor" -c "$D/imipd.conf" 2>"$T/second"
equal "a second processor on the spool ends with 75" 75 $?
check "and says why in one line" \
    sh -c "grep -q 'spool $D/spool: another imip-processor works on it' \
	'$T/second' && [ \$(wc -l <'$T/second') -eq 1 ]"
request stranger $(slot 50) Stranger nobody@rooms.test | put nobody@rooms.test
check "unknown = hold: a message to nobody is held" \
    wait_for 20 is_state "$D" "new 0 cur 0 hold 1 done 28"
echo 'unknown = pass' >>"$D/imipd.conf"
cp "$D/imipd.conf" "$D/good.conf"
kill -HUP "$processor"
check "SIGHUP is taken" wait_for 20 logged 1 'event=reload$'
request stranger2 $(slot 50) Stranger nobody@rooms.test | put nobody@rooms.test
check "unknown = pass: the next is let pass" \
    wait_for 20 is_state "$D" "new 0 cur 0 hold 1 done 29"
echo 'horizon = soon' >>"$D/imipd.conf"
kill -HUP "$processor"
line=$(wc -l <"$D/imipd.conf")
check "wrong settings are refused with file, line and key" wait_for 20 logged \
    1 "event=reload-refused.*imipd.conf line $line: horizon"
equal "in one line" 1 "$(grep -c 'horizon' "$D/log")"
request stranger3 $(slot 50) Stranger nobody@rooms.test | put nobody@rooms.test
check "the old settings stay" \
    wait_for 20 is_state "$D" "new 0 cur 0 hold 1 done 30"
mkdir "$D/other"
sed "s/Blue/Red/" "$D/calendars/room@rooms.test" >"$D/other/red@rooms.test"
sed "s|^calendars.*|calendars = $D/other|" "$D/good.conf" >"$D/imipd.conf"
kill -HUP "$processor"
check "SIGHUP again" wait_for 20 logged 2 'event=reload$'
request red $(slot 60) Red red@rooms.test | put red@rooms.test
check "a new directory of calendars is used" wait_for 20 answered 29
stop_processor
equal "SIGTERM ends it with 0" 0 "$stopped"

echo 'horizon = soon' >>"$D/imipd.conf"
"$B/imip-processor" -c "$D/imipd.conf" 2>"$T/wrong"
equal "started with wrong settings it ends with 78" 78 $?
line=$(wc -l <"$D/imipd.conf")
check "one line names file, line and key" sh -c "[ \$(wc -l <'$T/wrong') -eq 1 ] &&
    grep -q '$D/imipd.conf line $line: horizon' '$T/wrong'"

# --- calendars that come and go ------------------------------------------------
new_instance calendars
start_processor "$D"
wait_for 20 is_idle
cp "$D/calendars/room@rooms.test" "$D/calendars/late@rooms.test"
request late $(slot 1) Late late@rooms.test | put late@rooms.test
check "a calendar dropped in is used for the next message" \
    wait_for 20 answered 1
cp "$D/calendars/late@rooms.test" "$D/late.good"
echo 'zone = Mars/Base' >"$D/calendars/late@rooms.test"
request late2 $(slot 2) Late late@rooms.test | put late@rooms.test
check "its file became wrong: the log says what waits, and why" wait_for 20 \
    logged 1 'event=waiting.*late@rooms.test line 1: zone'
many "$D" other 1 30
check "others go on at once" wait_for 20 answered 31
equal "it waits" "new 1 cur 0 hold 0 done 31" "$(states "$D")"
check "with no try counted" sh -c "! ls '$D/spool/new' | grep :"
kill -KILL "$(worker_of "$processor")"
many "$D" between 31 31
check "a worker started anew goes on beside the wrong file" \
    wait_for 20 answered 32
equal "and it still waits" "new 1 cur 0 hold 0 done 32" "$(states "$D")"
cp "$D/late.good" "$D/calendars/late@rooms.test"
check "mended, it is decided" wait_for 30 answered 33
stop_processor

# --- readers that fail ---------------------------------------------------------
IMIPD_READER=$B/tests/markedreader
export IMIPD_READER
new_instance marked
many "$D" good 1 10
for word in crash hang spin nonsense; do
	many "$D" $word 50 50 "MARK-$word"
done
many "$D" more 11 20
equal "bad messages among good: --drain ends with 0" 0 "$(drain)"
equal "the four are held, all others done" "new 0 cur 0 hold 4 done 20" \
    "$(states "$D")"
check "the others are answered" answered 20
equal "and booked" 20 "$(bookings "$D")"

# held WORD PATTERN: the message with this mark says why it is held
held() {
	file=$(grep -l "MARK-$1" "$D"/spool/hold/*)
	check "$1: the reason says it was tried twice" \
	    grep -q "$2.*(tried twice)" "$file.why"
	check "$1: explain says so too" sh -c "'$B/imip-spool' \
	    -c '$D/imipd.conf' explain '$(basename "$file")' |
	    grep -q '$2.*(tried twice)'"
}
held crash 'signal 11'
held hang 'did not answer in time'
held spin 'processor time'
held nonsense 'a line that is none'
check "each was tried twice and no more" logged 8 'event=reader-failed'

# --- workers that are killed ---------------------------------------------------
new_instance killed
many "$D" m 1 100 MARK-slow
start_processor "$D"
kills=0
middle=0
while [ $kills -lt 3 ]; do
	before=$(count_files "$D/spool/done")
	wait_for 30 has_files "$D/spool/done" $((before + 1))
	wait_for 30 worker_of "$processor"
	worker=$(worker_of "$processor")
	wait_for 30 has_files "$D/spool/cur" 1
	kill -STOP "$worker"
	has_files "$D/spool/cur" 1 && middle=$((middle + 1))
	kill -KILL "$worker" && kills=$((kills + 1))
	ls "$D/spool/new" "$D/spool/cur" >>"$D/names"
done
check "the worker was killed with messages in hand ($middle of 3 times)" \
    [ "$middle" -ge 1 ]
check "all 100 are answered" wait_for 60 answered 100
stop_processor
equal "each exactly once" 100 \
    "$(grep -h '^Subject:' "$D"/out/new/* | sort -u | wc -l)"
equal "all are booked" 100 "$(bookings "$D")"
equal "all are done" "new 0 cur 0 hold 0 done 100" "$(states "$D")"
check "tries were counted" grep -q ':[12]$' "$D/names"
check "none above three" sh -c "! grep -q ':[4-9]' '$D/names'"
check "each death is in the log" logged 3 'event=worker-killed signal=9'

new_instance murder
many "$D" good 1 5
many "$D" bad 50 50 MARK-murder
many "$D" good 6 10
start_processor "$D"
check "a message that ends the worker each time is held" \
    wait_for 60 is_state "$D" "new 0 cur 0 hold 1 done 10"
check "the others are answered" wait_for 20 answered 10
file=$(grep -l MARK-murder "$D"/spool/hold/*)
check "the reason says so" \
    grep -q 'it ended the worker 3 times' "$file.why"
check "explain says so too" sh -c "'$B/imip-spool' -c '$D/imipd.conf' \
    explain '$(basename "$file")' | grep -q 'it ended the worker 3 times'"

# --- SIGTERM with work in hand, and the end of the supervisor --------------------
many "$D" slow 100 163 MARK-slow
wait_for 30 has_files "$D/spool/cur" 1
stop_processor
equal "SIGTERM in the middle ends it with 0" 0 "$stopped"
equal "nothing is left in hand" 0 "$(count_files "$D/spool/cur")"
check "and no try is counted" sh -c "! ls '$D/spool/new' | grep :"
equal "drained later, all are done" 0 "$(drain)"
equal "and nothing is lost" "new 0 cur 0 hold 1 done 74" "$(states "$D")"
unset IMIPD_READER

new_instance reader
start_processor "$D"
kills=0
for n in 0 1 2 3 4 5; do
	many "$D" r$n $((n * 10 + 1)) $((n * 10 + 10))
	for pid in $(children "$(worker_of "$processor")"); do
		kill -KILL "$pid" && kills=$((kills + 1))
	done
done
check "the real reader was killed ($kills times)" [ "$kills" -ge 3 ]
check "every message is answered all the same" wait_for 30 answered 60
equal "none is held" "new 0 cur 0 hold 0 done 60" "$(states "$D")"

family=$(children "$processor")
kill -KILL "$processor"
wait "$processor" 2>/dev/null
processor=
check "it had two children" [ "$(echo "$family" | wc -l)" -eq 2 ]
check "a killed supervisor takes its children along" wait_for 20 gone $family
gone $family || kill $family
start_processor "$D"
many "$D" after 70 70
check "and the next one can start" wait_for 20 answered 61
stop_processor

# --- without inotify -------------------------------------------------------------
new_instance poll
strace -f -qq -o "$D/calls" -e trace=inotify_init1 \
    -e inject=inotify_init1:error=EMFILE \
    "$B/imip-processor" -c "$D/imipd.conf" 2>>"$D/log" &
tracer=$!
check "inotify is refused" wait_for 20 grep -q INJECTED "$D/calls"
processor=$(children $tracer)
wait_for 20 worker_of "$processor"
many "$D" poll 1 3
check "without inotify the spool is polled" wait_for 30 answered 3
kill "$processor"
wait $tracer
processor=

# --- damaged and odd messages ------------------------------------------------------
new_instance odd
many "$D" left 1 1
left=$(ls "$D/spool/new")
mv "$D/spool/new/$left" "$D/spool/cur/$left:1"
truncate -s -20 "$D/spool/cur/$left:1"
many "$D" sound 2 2
equal "a broken file in cur/ and a sound message: --drain ends with 0" 0 \
    "$(drain)"
equal "the one is held, the other done" "new 0 cur 0 hold 1 done 1" \
    "$(states "$D")"
check "the reason is clear" grep -q 'shorter' "$D/spool/hold/$left.why"
check "the sound one is answered" answered 1

: | put room@rooms.test
head -c 3000 /dev/zero | put room@rooms.test
{ request zeros $(slot 3); head -c 50 /dev/zero; } | put room@rooms.test
{ request big $(slot 4) | sed '/^BEGIN:VCALENDAR/,$d'
    head -c 31457280 /dev/zero | tr '\0' 'x' | fold -w 72; } |
    put room@rooms.test
equal "empty, all zeros, zeros behind it, 30 MB: --drain ends with 0" 0 \
    "$(drain)"
check "each is held or done" sh -c "[ \$(ls '$D/spool/done' '$D/spool/hold' |
    grep -c '^[0-9].*[^y]$') -eq 6 ]"
equal "nothing waits" "new 0 cur 0" "$(states "$D" | cut -d' ' -f1-4)"
equal "each has a verdict with a reason" 4 "$(for file in "$D"/spool/hold/* \
    "$D"/spool/done/*; do
	case $file in *.why | *"$left") continue ;; esac
	"$B/imip-spool" -c "$D/imipd.conf" --json explain "${file##*/}" |
	    grep -q '"reason": "..' && echo yes
done | wc -l | awk '{print $1 - 1}')"

# --- winmail.dat -------------------------------------------------------------------
new_instance winmail
cp "$D/calendars/room@rooms.test" "$D/calendars/room1@example.com"
echo 'past = accept' >>"$D/calendars/room1@example.com"
many "$D" before 1 1
"$B/imip-enqueue" -s "$D/spool" -f anna@example.com -- room1@example.com \
    <tests/golden/client/outlook-winmail/in.eml
many "$D" behind 2 2
equal "a meeting in a winmail.dat among others: --drain ends with 0" 0 \
    "$(drain)"
check "all three are answered" answered 3

# --- a store that is lost ----------------------------------------------------------
# refused PATTERN: one line in $T/refused, and it says so
refused() {
	[ "$(wc -l <"$T/refused")" -eq 1 ] && grep -q "$1" "$T/refused"
}

# is_booked N: so many
is_booked() { [ "$(bookings "$D")" -eq "$1" ]; }

new_instance lost
many "$D" first 1 3
equal "three bookings" "0 3" "$(drain) $(bookings "$D")"
mkdir "$D/away"
mv "$D"/imipd.db* "$D/away"
many "$D" next 1 2
ls -l "$D/spool/new" >"$D/before"
"$B/imip-processor" -c "$D/imipd.conf" --drain 2>"$T/refused"
equal "the database is gone: --drain ends with 75" 75 $?
check "one line says which, and what to do" refused \
    "$D/imipd.db: No such.*imip-admin init makes it, imip-spool replay fills it"
timeout 20 "$B/imip-processor" -c "$D/imipd.conf" 2>"$T/refused"
equal "and without --drain" 75 $?
check "with one line" refused "$D/imipd.db: No such"
: >"$D/imipd.db"
"$B/imip-processor" -c "$D/imipd.conf" --drain 2>"$T/refused"
equal "an empty file is no store" 75 $?
check "one line says so" refused \
    "$D/imipd.db: nothing is in it; imip-admin init makes it"
timeout 20 "$B/imip-processor" -c "$D/imipd.conf" 2>"$T/refused"
equal "nor without --drain" 75 $?
equal "which stays empty" 0 "$(wc -c <"$D/imipd.db")"
ls -l "$D/spool/new" >"$D/after"
check "no message was touched" cmp "$D/before" "$D/after"
cp "$D"/away/imipd.db* "$D"
start_processor "$D"
check "put back, it is used" \
    wait_for 20 is_state "$D" "new 0 cur 0 hold 0 done 5"
equal "what was booked still is" 3 "$(bookings "$D")"
rm -r "$D/away" && mkdir "$D/away" && mv "$D"/imipd.db* "$D/away"
many "$D" more 4 5
check "it goes while the processor runs: the log says what waits for" \
    wait_for 20 logged 1 "event=waiting.*imipd.db: No such"
equal "the message waits" "new 2 cur 0 hold 0 done 5" "$(states "$D")"
check "and nobody makes another" [ ! -e "$D/imipd.db" ]
mv "$D"/away/imipd.db* "$D"
check "it is back: the processor goes on" \
    wait_for 30 is_state "$D" "new 0 cur 0 hold 0 done 7"
equal "nothing was forgotten" 5 "$(bookings "$D")"
check "and little was said" [ "$(grep -c 'event=waiting' "$D/log")" -le 2 ]
stop_processor
rm "$D"/imipd.db*
"$B/imip-admin" -c "$D/imipd.conf" init >/dev/null
"$B/imip-spool" -c "$D/imipd.conf" replay >/dev/null
equal "init and replay fill it again" "0 5" "$(drain) $(bookings "$D")"

# --- strange names -----------------------------------------------------------------
new_instance names
for n in 1 2 3 4 5 6 7 8 9 10 11; do
	touch "$D/spool/new/odd$n"
done
mkfifo "$D/spool/cur/$(printf 'a\nb')"
start_processor "$D"
many "$D" m 1 1
check "beside strange names a message is answered" wait_for 20 answered 1
check "ten of new/ are named" wait_for 20 logged 10 \
    'event=strange-file folder=new name="odd'
check "the others counted" logged 1 'event=strange-file folder=new more=1$'
check "and the one of cur/, escaped" logged 1 'folder=cur name="a.x0ab"$'
many "$D" m 2 2
wait_for 20 answered 2
many "$D" m 3 3
wait_for 20 answered 3
check "once, not at each message" logged 12 'event=strange-file'
rm "$D"/spool/new/odd? "$D/spool/cur/"*
many "$D" m 4 4
check "and again when they are others" wait_for 20 logged 14 event=strange-file
check "of which none is touched" [ -e "$D/spool/new/odd11" ]
stop_processor

# --- --drain with a worker that dies again and again ---------------------------------
IMIPD_READER=$B/tests/markedreader
export IMIPD_READER
new_instance dying
many "$D" bad 1 3 MARK-murder
equal "three messages that kill: --drain gives up with 75" 75 "$(drain)"
check "after seven deaths" logged 7 'event=worker-killed'
check "and says so" logged 1 'event=drain-stopped.*the worker died 7 times'
equal "the next one ends with 0" 0 "$(drain)"
equal "all are held" "new 0 cur 0 hold 3 done 0" "$(states "$D")"
unset IMIPD_READER
