#!/bin/sh
#
# publisher.t - imip-publisher: what it writes, what it leaves alone, what it
# removes, and how it ends when it cannot write
#
# Bookings come straight into the store, by tests/helpers/book.c.

B=$(cd "${1:-build}" && pwd) || exit 1
T=$(mktemp -d) || exit 1
trap 'end_daemon; rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
pid=

# shellcheck source=tests/e2e/lib.sh
. tests/e2e/lib.sh

W=$T/www
F=$W/room@rooms.test.ifb
G=$W/hall@rooms.test.ifb

# end_daemon: if one runs, end it; its exit code is in $code
end_daemon() {
	[ -n "$pid" ] || return 0
	kill -TERM "$pid" 2>/dev/null
	wait "$pid"
	code=$?
	pid=
}

# day N HH:MM: a time on the Nth day from today
day() { perl -MPOSIX=strftime -e '
    print strftime("%Y-%m-%d", gmtime(time + 86400 * $ARGV[0])), "T$ARGV[1]:00Z"' \
    -- "$1" "$2"; }
# basic: such a time as iCalendar writes it
basic() { echo "$1" | tr -d ':-'; }

book() { "$B/tests/book" "sqlite:$T/imipd.db" "$@"; }
publish() { "$B/imip-publisher" -c "$T/imipd.conf" "$@" 2>"$T/err"; }
# same_file FILE: what changes when it is rewritten
same_file() { stat -c '%i %Y' "$1"; }
seconds() { stat -c '%Y' "$1"; }
busy_lines() { grep -c '^FREEBUSY' "$1"; }
lines_of() { wc -l <"$1" | tr -d ' '; }
ends_well() { tail -c 15 "$1" | grep -q '^END:VCALENDAR'; }
all_crlf() { [ "$(grep -c "$(printf '\r')\$" "$1")" = "$(lines_of "$1")" ]; }
has() { tr -d '\r' <"$1" | grep -qx "$2"; }
lacks() { ! grep -q "$2" "$1"; }
says() { grep -q "$1" "$T/err"; }
absent() { [ ! -e "$1" ]; }

# A new day in the middle would rightly rewrite every file.
left=$((86400 - $(date -u +%s) % 86400))
[ $left -gt 90 ] || sleep $((left + 1))

tap_plan 66
instance "$T" "maildir:$T/mail"
for room in room hall; do
	printf 'kind = room\nname = %s\n' $room >"$T/calendars/$room@rooms.test"
done

# --- one calendar, as a file

book room@rooms.test one "$(day 3 10:00)" "$(day 3 11:00)" \
    "$(day 3 11:00)" "$(day 3 12:30)" "$(day 5 08:00)" "$(day 5 09:00)"
(umask 077; publish --once)
equal 'exit 0' 0 $?
equal 'nothing on stderr' 0 "$(lines_of "$T/err")"
equal 'file mode' 644 "$(stat -c %a "$F")"
equal 'directory mode' 755 "$(chmod 755 "$W"; stat -c %a "$W")"
check 'METHOD:PUBLISH' has "$F" METHOD:PUBLISH
check 'one VFREEBUSY' has "$F" BEGIN:VFREEBUSY
check 'touching bookings are one period, in UTC' has "$F" \
    "FREEBUSY;FBTYPE=BUSY:$(basic "$(day 3 10:00)")/$(basic "$(day 3 12:30)")"
check 'the other period' has "$F" \
    "FREEBUSY;FBTYPE=BUSY:$(basic "$(day 5 08:00)")/$(basic "$(day 5 09:00)")"
equal 'and no third' 2 "$(busy_lines "$F")"
check 'the window starts at a midnight' grep -q '^DTSTART:.*T000000Z' "$F"
check 'the window ends at a midnight' grep -q '^DTEND:.*T000000Z' "$F"
check 'no subject' lacks "$F" secret
check 'every line ends with CR LF' all_crlf "$F"
check 'a calendar without bookings is published' test -s "$G"
equal 'and has no period' 0 "$(busy_lines "$G")"
equal 'nothing else is there' 2 "$(find "$W" -mindepth 1 | wc -l | tr -d ' ')"

# --- what did not change is not written

f=$(same_file "$F") g=$(same_file "$G")
publish --once
equal 'again: exit 0' 0 $?
equal 'again: the same file' "$f" "$(same_file "$F")"
publish --once --all
equal '--all: the same file' "$f" "$(same_file "$F")"
s=$(seconds "$F")
book room@rooms.test two "$(day 4 10:00)" "$(day 4 11:00)"
publish --once
check 'a change: a new file' test "$f" != "$(same_file "$F")"
check 'whose mtime is a later second' test "$s" -lt "$(seconds "$F")"
equal 'with the new period' 3 "$(busy_lines "$F")"
equal 'the other calendar: the same file' "$g" "$(same_file "$G")"
book room@rooms.test two
publish --once
equal 'a released booking is free' 2 "$(busy_lines "$F")"

# --- when it renders: bytes that only a rendering would repair

sed -i 's/^UID:.*/UID:changed\r/' "$F"
publish --once
check 'not dirty, same window: not rendered' has "$F" UID:changed
publish --once --all
check '--all renders everything' lacks "$F" UID:changed
sed -i "s/^DTSTART:.*/DTSTART:$(basic "$(day -30 00:00)")\r/" "$F"
publish --once
check 'another window: rendered' lacks "$F" "$(basic "$(day -30 00:00)")"
rm "$F"
publish --once
check 'missing: rendered' test -s "$F"

# --- foreign files

echo 'BEGIN:VCALENDAR of somebody else' >"$W/other@rooms.test.ifb"
echo notes >"$W/notes.txt"
echo page >"$W/index.html"
cp "$F" "$W/left@rooms.test.ifb"
cp "$F" "$W/.room@rooms.test.ifb.12345.tmp"
cp "$F" "$W/.room@rooms.test.ifb.12346.tmp"
touch -d '2 hours ago' "$W/.room@rooms.test.ifb.12345.tmp"
publish --once
equal 'foreign files are no error' 0 $?
check 'a foreign .ifb stays' grep -q somebody "$W/other@rooms.test.ifb"
check 'other files stay' test -e "$W/notes.txt" -a -e "$W/index.html"
check 'one of ours without a calendar goes' absent "$W/left@rooms.test.ifb"
check 'a half-written file goes once it is old' \
    absent "$W/.room@rooms.test.ifb.12345.tmp"
check 'but not while it is young' test -e "$W/.room@rooms.test.ifb.12346.tmp"
rm "$W/.room@rooms.test.ifb.12346.tmp"

echo 'not a calendar' >"$F"
book room@rooms.test three "$(day 6 10:00)" "$(day 6 11:00)"
book hall@rooms.test four "$(day 6 10:00)" "$(day 6 11:00)"
publish --once
equal 'a foreign file in the way: exit 75' 75 $?
check 'it is left as it is' has "$F" 'not a calendar'
equal 'one line says which' 1 "$(grep -c room@rooms.test "$T/err")"
equal 'the other calendar is published' 1 "$(busy_lines "$G")"
rm "$F"
publish --once
equal 'out of the way: exit 0' 0 $?
equal 'the change was not forgotten' 3 "$(busy_lines "$F")"

# --- calendars that go

echo 'publish = no' >>"$T/calendars/hall@rooms.test"
publish --once
check 'publish = no: the file goes' absent "$G"
sed -i '/publish/d' "$T/calendars/hall@rooms.test"
publish --once
equal 'published again' 1 "$(busy_lines "$G")"
rm "$T/calendars/hall@rooms.test"
publish --once
check 'no calendar: the file goes' absent "$G"

# --- when it cannot write

as=
if [ "$(id -u)" = 0 ]; then
	# root may write everywhere
	as='setpriv --reuid=65534 --regid=65534 --clear-groups'
	chmod 755 "$T"
	chown 65534 "$T" "$T"/imipd.db*
fi
cp "$B/imip-publisher" "$T/program"
chmod 555 "$W"
f=$(same_file "$F")
book room@rooms.test five "$(day 7 10:00)" "$(day 7 11:00)"
[ -z "$as" ] || chown 65534 "$T"/imipd.db*
$as "$T/program" -c "$T/imipd.conf" --once 2>"$T/err"
equal 'read-only directory: exit 75' 75 $?
equal 'the old file stays' "$f" "$(same_file "$F")"
equal 'one line says which' 1 "$(grep -c room@rooms.test "$T/err")"
chmod 755 "$W"
publish --once
equal 'writable again: published' 4 "$(busy_lines "$F")"

sed "s|^publish.*|publish = $T/plain|" "$T/imipd.conf" >"$T/plain.conf"
echo plain >"$T/plain"
"$B/imip-publisher" -c "$T/plain.conf" --once 2>"$T/err"
equal 'publish is a file: exit 75' 75 $?
check 'which stays' grep -qx plain "$T/plain"
echo 'color = blue' >>"$T/calendars/room@rooms.test"
publish --once
equal 'a wrong calendar file: exit 78' 78 $?
check 'with its name and line' says 'room@rooms.test.*color'
check 'its old file stays' test -s "$F"
sed -i '/color/d' "$T/calendars/room@rooms.test"
publish --bogus
equal 'an unknown option: exit 64' 64 $?

# --- a reader that looks all the time

perl -e '
    my ($file, $end) = @ARGV;
    my ($n, $bad) = (0, 0);
    until (-e $end) {
        $n++;
        open(my $f, "<", $file) or do { $bad++; next };
        local $/;
        my $text = <$f>;
        $bad++ unless $text =~ /\ABEGIN:VCALENDAR\r\n.*END:VCALENDAR\r\n\z/s;
    }
    print $bad ? "$bad of $n\n" : $n >= 100 ? "good\n" : "only $n\n"
' "$F" "$T/end" >"$T/seen" &
looker=$!
i=0
while [ $i -lt 20 ]; do
	book room@rooms.test many "$(day 8 10:0$((i % 10)))" "$(day 8 11:00)"
	publish --once || echo "# round $i failed"
	i=$((i + 1))
done
touch "$T/end"
wait $looker
equal 'it always sees a whole file' good "$(cat "$T/seen")"
check 'and at last the last' has "$F" \
    "FREEBUSY;FBTYPE=BUSY:$(basic "$(day 8 10:09)")/$(basic "$(day 8 11:00)")"

# --- as a service

rm -rf "$W" "$T"/imipd.db*
"$B/imip-publisher" -c "$T/imipd.conf" 2>"$T/err" &
pid=$!
wait_for 20 says cannot-publish
book room@rooms.test one "$(day 3 10:00)" "$(day 3 11:00)"
check 'it waits for the store, then publishes' wait_for 20 test -s "$F"
book room@rooms.test two "$(day 4 10:00)" "$(day 4 11:00)"
two_periods() { [ "$(busy_lines "$F")" = 2 ]; }
check 'it sees a booking' wait_for 20 two_periods
printf 'kind = room\n' >"$T/calendars/hall@rooms.test"
check 'it sees a new calendar' wait_for 20 test -s "$G"
echo 'color = blue' >>"$T/calendars/hall@rooms.test"
wait_for 20 says color
rm "$T/calendars/room@rooms.test"
check 'it sees one go' wait_for 20 absent "$F"
check 'a wrong one keeps its file' test -s "$G"
check 'it is in its sandbox' grep -q '^Seccomp:.*2' "/proc/$pid/status"
sed -i 's/^UID:.*/UID:changed\r/' "$G"
kill -HUP $pid
check 'SIGHUP: it renders everything' wait_for 20 lacks "$G" UID:changed
end_daemon
equal 'SIGTERM: exit 0' 0 "$code"
printf 'kind = room\n' >"$T/calendars/hall@rooms.test"
# it has begun when it has replaced this
sed -i "s/^DTSTART:.*/DTSTART:$(basic "$(day -30 00:00)")\r/" "$G"
"$B/imip-publisher" -c "$T/imipd.conf" 2>"$T/err" &
pid=$!
check 'it begins with a look at all files' \
    wait_for 20 lacks "$G" "$(basic "$(day -30 00:00)")"
rm -r "$W"
book hall@rooms.test seven "$(day 5 10:00)" "$(day 5 11:00)"
wait $pid
equal 'the directory is removed: exit 75' 75 $?
pid=
check 'and it says so' says 'was removed'
