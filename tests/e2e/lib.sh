# lib.sh - what the end-to-end tests share; sourced
# shellcheck shell=sh

# tap_plan N, then ok WORDS... after a command, or check "what" command...
tap_n=0
tap_plan() { echo "1..$1"; }

# check WHAT COMMAND...: one test, its output as diagnostics if it fails
check() {
	what=$1
	shift
	tap_n=$((tap_n + 1))
	if "$@" >"$T/check.out" 2>&1; then
		echo "ok $tap_n - $what"
	else
		echo "not ok $tap_n - $what"
		sed 's/^/# /' "$T/check.out"
	fi
}

# equal WHAT EXPECTED GOT
equal() {
	tap_n=$((tap_n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tap_n - $1"
	else
		echo "not ok $tap_n - $1"
		printf '# expected: %s\n# got: %s\n' "$2" "$3"
	fi
}

# wait_for SECONDS COMMAND...: until it succeeds; fails when the time is over
wait_for() {
	tries=$(($1 * 10))
	shift
	while [ $tries -gt 0 ]; do
		"$@" >/dev/null 2>&1 && return 0
		tries=$((tries - 1))
		sleep 0.1
	done
	return 1
}

# free_port: a TCP port of 127.0.0.1 that nobody listens on
free_port() {
	perl -MIO::Socket::INET -e '
	    my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1",
	        LocalPort => 0, Listen => 1) or die; print $s->sockport'
}

# count_files DIR: plain files in it (0 if it is not there)
count_files() {
	find "$1" -maxdepth 1 -type f 2>/dev/null | wc -l | tr -d ' '
}

# has_files DIR N: at least N
has_files() { [ "$(count_files "$1")" -ge "$2" ]; }

# smtp_send PORT SENDER RCPT FILE: one mail by SMTP to 127.0.0.1
smtp_send() {
	perl -MNet::SMTP -e '
	    my ($port, $from, $to, $file) = @ARGV;
	    my $s = Net::SMTP->new("127.0.0.1", Port => $port, Timeout => 20)
	        or die "no server: $@";
	    open my $f, "<", $file or die "$file: $!";
	    my @lines = <$f>; s/\r?\n$/\r\n/ for @lines;
	    $s->mail($from) && $s->to($to) && $s->data && $s->datasend(@lines)
	        && $s->dataend or die "refused: " . $s->message;
	    $s->quit' "$@"
}

# request UID START END [SUMMARY [ROOM [ORGANIZER]]]: a REQUEST on stdout
request() {
	cat <<EOT
From: Anna <${6:-anna@people.test}>
To: ${5:-room@rooms.test}
Subject: ${4:-Planning}
Date: Sat, 21 Nov 2026 08:00:00 +0000
Message-ID: <$1@people.test>
MIME-Version: 1.0
Content-Type: text/calendar; charset=UTF-8; method=REQUEST

BEGIN:VCALENDAR
PRODID:-//Example Corp//Client 1.0//EN
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:$1@people.test
SEQUENCE:0
DTSTAMP:20261101T080000Z
DTSTART:$2
DTEND:$3
SUMMARY:${4:-Planning}
ORGANIZER;CN=Anna:mailto:${6:-anna@people.test}
ATTENDEE;PARTSTAT=ACCEPTED:mailto:${6:-anna@people.test}
ATTENDEE;CUTYPE=ROOM;RSVP=TRUE:mailto:${5:-room@rooms.test}
END:VEVENT
END:VCALENDAR
EOT
}

# slot N: the UTC start and end of the Nth hour from thirty days from now on;
# the clock is asked once, so that midnight changes nothing
slot_base=$(perl -e 'print int(time / 86400) * 86400 + 30 * 86400')
slot() {
	perl -MPOSIX=strftime -e '
	    my $t = $ARGV[0] + $ARGV[1] * 3600;
	    print strftime("%Y%m%dT%H%M%SZ ", gmtime $t),
	        strftime("%Y%m%dT%H%M%SZ", gmtime($t + 3600))' \
	    "$slot_base" "$1"
}

# instance DIR RELAY: spool, store, one room, settings in DIR/imipd.conf
instance() {
	mkdir -p "$1/calendars" || return 1
	cat >"$1/imipd.conf" <<EOT
spool = $1/spool
store = sqlite:$1/imipd.db
calendars = $1/calendars
publish = $1/www
relay = $2
sender = calendar@rooms.test
host = mx.rooms.test
answers_per_hour = 0
EOT
	cat >"$1/calendars/room@rooms.test" <<EOT
kind = room
name = Blue Room
zone = Europe/Berlin
requests_per_hour = 0
EOT
}

# many DIR PREFIX FIRST LAST [WORDS]: so many REQUESTs into the spool of DIR,
# each for an hour of its own; WORDS go into the summary
many() {
	perl -MPOSIX=strftime -e '
	    for my $i ($ARGV[1] .. $ARGV[2]) {
	        my $t = $ARGV[0] + $i * 3600;
	        print "$i ", strftime("%Y%m%dT%H%M%SZ ", gmtime $t),
	            strftime("%Y%m%dT%H%M%SZ\n", gmtime($t + 3600)) }' \
	    "$slot_base" "$3" "$4" >"$T/slots.$2"
	while read -r many_n many_start many_end; do
		request "$2$many_n" "$many_start" "$many_end" "$2 $many_n $5" |
		    "$B/imip-enqueue" -s "$1/spool" -f anna@people.test -- \
			room@rooms.test || return 1
	done <"$T/slots.$2"
}

# start_processor DIR: in the background as $processor, its log in DIR/log
start_processor() {
	"$B/imip-processor" -c "$1/imipd.conf" 2>>"$1/log" &
	processor=$!
}

# stop_processor: SIGTERM, and its exit code in $stopped
stop_processor() {
	kill "$processor"
	wait "$processor"
	stopped=$?
	processor=
}

# children PID: their pids, one a line
children() {
	perl -e '
	    for my $path (glob "/proc/[0-9]*/stat") {
	        open my $in, "<", $path or next;
	        my $line = <$in> // next;
	        $line =~ /^(\d+) \(.*\) \S (\d+)/s && $2 == $ARGV[0]
	            and print "$1\n" }' "$1"
}

# worker_of PID, sender_of PID: the child that has, has not, the spool open
worker_of() {
	for child in $(children "$1"); do
		ls -l "/proc/$child/fd" 2>/dev/null | grep -q '/spool/cur$' &&
		    echo "$child" && return 0
	done
	return 1
}
sender_of() {
	for child in $(children "$1"); do
		ls -l "/proc/$child/fd" 2>/dev/null | grep -q '/spool/cur$' ||
		    { echo "$child" && return 0; }
	done
	return 1
}

# states DIR: "new N cur N hold N done N"
states() {
	echo "new $(count_files "$1/spool/new")" \
	    "cur $(count_files "$1/spool/cur")" \
	    "hold $(ls "$1/spool/hold" | grep -vc '[.]why$')" \
	    "done $(count_files "$1/spool/done")"
}

# is_state DIR STATES
is_state() { [ "$(states "$1")" = "$2" ]; }

# bookings DIR: how many instances are booked
bookings() { sqlite3 "$1/imipd.db" 'SELECT count(*) FROM busy'; }

# queued DIR: letters that wait in the outbox
queued() {
	sqlite3 "$1/imipd.db" \
	    "SELECT count(*) FROM outbox WHERE state = 'queued'"
}
