#!/bin/sh
#
# rezone.t - bookings follow new zone data: imip-admin rezone
#
# A land of its own, built with zic: until the law changed it had two hours
# before UTC all year; by the new data it has three from June 2020 on.

build=$(cd "${1:-build}" && pwd) || exit 1
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
. tests/e2e/lib.sh
IMIPD_CONF=$T/imipd.conf
IMIPD_ZONEINFO=$T/zoneinfo
export IMIPD_CONF IMIPD_ZONEINFO
zic=$(PATH=$PATH:/usr/sbin:/sbin command -v zic) || exit 1

admin() { "$build/imip-admin" "$@"; }
all() { admin rezone --from 2020-01-01 "$@"; }
drain() { "$build/imip-processor" --drain >>"$T/log" 2>&1; }
json() {
	perl -MJSON::PP -e '
	    my $d = JSON::PP->new->decode(join "", <STDIN>);
	    my @out = eval $ARGV[0]; die $@ if $@;
	    print join(" ", map { defined ? $_ : "null" } @out), "\n"' "$1"
}

# old_law, new_law: the zone data
law() {
	{
		echo 'Zone Etc/UTC 0 - UTC'
		echo 'Zone Europe/Berlin 1:00 - CET'
		echo 'Link Etc/UTC UTC'
		echo "Zone Land/Capital $1"
		[ -z "$2" ] || echo "        $2"
	} >"$T/law"
	"$zic" -b fat -d "$T/zoneinfo" "$T/law"
}
old_law() { law '2:00 - LST'; }
new_law() { law '2:00 - LST 2020 Jun 1' '3:00 - LST'; }

# book NAME DTSTART DTEND [LINES]: the whole property after its name; into the
# spool
book() {
	request "$1" 20200101T000000Z 20200101T010000Z "$1" |
	    sed "s|^DTSTART:.*|DTSTART$2|; s|^DTEND:.*|DTEND$3|" |
	    if [ -n "$4" ]; then sed "s|^SEQUENCE|$4\\n&|"; else cat; fi |
	    "$build/imip-enqueue" -s "$T/spool" -f anna@people.test -- \
		room@rooms.test
}
land=';TZID=Land/Capital:202006'

# rows [DIR] [WORDS]: what is booked, by SQL; instance, start and end
rows() {
	sqlite3 "${1:-$T}/imipd.db" "SELECT substr(uid, 1,
	    instr(uid, '@') - 1), strftime('%d %H:%M', instance, 'unixepoch'),
	    strftime('%d %H:%M', whole_start, 'unixepoch'),
	    strftime('%d %H:%M', whole_stop, 'unixepoch')
	    FROM busy WHERE 1 $2 ORDER BY uid, instance"
}
# records [DIR]: what is remembered of each date
records() {
	sqlite3 "$1/imipd.db" 'SELECT uid, organizer, instance, sequence,
	    dtstamp, digest, state, answered, summary, text, covered
	    FROM object ORDER BY uid, organizer, instance'
}
of() { rows "$T" "AND uid LIKE '$1@%'"; }
dump() { sqlite3 "$T/imipd.db" .dump; }
version() {
	sqlite3 "$T/imipd.db" \
	    "SELECT version FROM calendar WHERE calendar LIKE 'room@%'"
}

tap_plan 48
instance "$T" "maildir:$T/answers"
cat >"$T/calendars/room@rooms.test" <<EOT
kind = room
name = Blue Room
zone = Land/Capital
past = accept
EOT
check 'the old law' old_law
admin init >"$T/out" 2>&1
check 'an instance with zone data of its own is content' admin check

# --- bookings under the old law ----------------------------------------------

book single "${land}15T100000" "${land}15T110000"
book series ';TZID=Land/Capital:20200518T120000' \
    ';TZID=Land/Capital:20200518T130000' 'RRULE:FREQ=WEEKLY;COUNT=6'
book allday ';VALUE=DATE:20200620' ';VALUE=DATE:20200621'
book floating :20200619T090000 :20200619T100000
book utc :20200617T060000Z :20200617T070000Z
book first "${land}24T100000" "${land}24T110000"
book second "${land}24T110000" "${land}24T120000"
drain
# one date goes elsewhere, one is called off
request series 20200101T000000Z 20200101T010000Z series | sed \
    "s|^DTSTART:.*|RECURRENCE-ID${land}08T120000\\nDTSTART${land}08T150000|
    s|^DTEND:.*|DTEND${land}08T160000|; s|^SEQUENCE:0|SEQUENCE:1|" |
    "$build/imip-enqueue" -s "$T/spool" -f anna@people.test -- room@rooms.test
drain
# cancel DAY
cancel() {
	request series 20200101T000000Z 20200101T010000Z series | sed \
	    "s|^DTSTART:.*|RECURRENCE-ID${land}$1T120000|; /^DTEND/d
	    s|REQUEST|CANCEL|; s|^SEQUENCE:0|SEQUENCE:2|" |
	    "$build/imip-enqueue" -s "$T/spool" -f anna@people.test -- \
		room@rooms.test
	drain
}
cancel 15
equal 'all is done' 'new 0 cur 0 hold 0 done 9' "$(states "$T")"
equal 'the single meeting' 'single|15 08:00|15 08:00|15 09:00' "$(of single)"
equal 'the series' 'series|18 10:00|18 10:00|18 11:00
series|25 10:00|25 10:00|25 11:00
series|01 10:00|01 10:00|01 11:00
series|08 10:00|08 13:00|08 14:00
series|22 10:00|22 10:00|22 11:00' "$(of series)"
equal 'a whole day' 'allday|19 22:00|19 22:00|20 22:00' "$(of allday)"
equal 'a floating time' 'floating|19 07:00|19 07:00|19 08:00' "$(of floating)"

# --- nothing has changed -------------------------------------------------------

dump >"$T/before"
check 'rezone' all
equal 'moves nothing under the same law' '11 dates looked at, 0 moved, 0 to be settled' \
    "$(all)"
equal 'and writes nothing' "$(cksum <"$T/before")" "$(dump | cksum)"

# --- the new law ----------------------------------------------------------------

check 'the new law' new_law
check 'a dry run' all --dry-run
equal 'says what would move' '8 0 1' \
    "$(all --dry-run --json | json '@$d{qw(moved open)}, $d->{dry_run} + 0')"
equal 'and writes nothing' "$(cksum <"$T/before")" "$(dump | cksum)"
equal 'what is over is left alone' '0 dates looked at, 0 moved, 0 to be settled' \
    "$(admin rezone)"
equal 'from a day on' 2 "$(admin rezone --from 2020-06-24 --dry-run --json |
    json '$d->{moved}')"
was=$(version)
all --json >"$T/json"
equal 'rezone is done' 0 $?
equal 'rezone --json' dates,dry_run,looked,moved,open \
    "$(json 'join ",", sort keys %$d' <"$T/json")"
equal 'a date of it' \
    calendar,clash,new,old,organizer,recurrence_id,result,summary,uid \
    "$(json 'join ",", sort keys %{$d->{dates}[0]}' <"$T/json")"
equal 'the single meeting in it' \
    'room@rooms.test moved 2020-06-15T08:00:00Z 2020-06-15T07:00:00Z null' \
    "$(json 'map { ($_->{calendar}, $_->{result}, $_->{old}{start},
	$_->{new}{start}, $_->{recurrence_id}) }
	grep { $_->{uid} =~ /^single/ } @{$d->{dates}}' <"$T/json")"
equal 'the single meeting moved' 'single|15 07:00|15 07:00|15 08:00' \
    "$(of single)"
equal 'the series moved from June on' 'series|18 10:00|18 10:00|18 11:00
series|25 10:00|25 10:00|25 11:00
series|01 09:00|01 09:00|01 10:00
series|08 09:00|08 12:00|08 13:00
series|22 09:00|22 09:00|22 10:00' "$(of series)"
equal 'the whole day moved' 'allday|19 21:00|19 21:00|20 21:00' "$(of allday)"
equal 'the floating time moved' 'floating|19 06:00|19 06:00|19 07:00' \
    "$(of floating)"
equal 'UTC stays' 'utc|17 06:00|17 06:00|17 07:00' "$(of utc)"
equal 'meetings that touch moved together' 'first|24 07:00|24 07:00|24 08:00
second|24 08:00|24 08:00|24 09:00' "$(rows "$T" "AND uid < 'series' AND
    uid LIKE 'first%'"; of second)"
check 'free/busy is to be published anew' [ "$(version)" -gt "$was" ]
dump >"$T/after"
equal 'a second run moves nothing' \
    '11 dates looked at, 0 moved, 0 to be settled' "$(all)"
equal 'and writes nothing' "$(cksum <"$T/after")" "$(dump | cksum)"
check 'check is content' admin check
check 'what was done can be explained' sh -c "sqlite3 '$T/imipd.db' \
    \"SELECT reason FROM decision WHERE id = 'rezone' AND
    uid LIKE 'series@%'\" | grep '3 dates moved'"
check 'replay under the new law' "$build/imip-spool" replay --into "$T/replay"
equal 'books the same' "$(rows "$T/replay")" "$(rows "$T")"
equal 'and remembers the same' "$(records "$T/replay")" "$(records "$T")"

# --- messages know the dates by their new instants -----------------------------

cancel 22
equal 'a date is called off' 4 "$(of series | wc -l | tr -d ' ')"
cancel 15
equal 'one that was called off before stays so' 4 \
    "$(of series | wc -l | tr -d ' ')"

# --- what clashes stays -----------------------------------------------------------

book zoned "${land}26T100000" "${land}26T110000"
drain
check 'the old law again' old_law
book utc2 :20200626T080000Z :20200626T090000Z
drain
equal 'the old slot is taken by somebody' \
    'utc2|26 08:00|26 08:00|26 09:00
zoned|26 07:00|26 07:00|26 08:00' "$(rows "$T" "AND start > 1593100000")"
all --json >"$T/json"
equal 'a clash is for a person to settle' 1 $?
equal 'and is told with both sides' 'zoned@people.test utc2@people.test' \
    "$(json 'map { ($_->{uid}, $_->{clash}) } grep { $_->{result} eq "clash" }
	@{$d->{dates}}' <"$T/json")"
equal 'the booking stays, the others move' 'zoned|26 08:00|26 07:00|26 08:00
single|15 08:00|15 08:00|15 09:00' "$(of zoned; of single)"

# --- a person's meetings, two at one time ---------------------------------------

cat >"$T/calendars/anna@people.test" <<EOT
kind = person
zone = Land/Capital
past = accept
EOT
# hers NAME START END: she is invited, and accepts
hers() {
	request "$1" 20200101T000000Z 20200101T010000Z "$1" anna@people.test \
	    bert@people.test |
	    sed "s|^DTSTART:.*|DTSTART$2|; s|^DTEND:.*|DTEND$3|" >"$T/invited"
	"$build/imip-enqueue" -s "$T/spool" -f bert@people.test -- \
	    anna@people.test <"$T/invited"
	sed "s|REQUEST|REPLY|; s|^From:.*|From: anna@people.test|
	    /^ATTENDEE.*bert@/d; s|CUTYPE=ROOM;RSVP=TRUE|PARTSTAT=ACCEPTED|" \
	    "$T/invited" | "$build/imip-enqueue" -s "$T/spool" -t out \
	    -f anna@people.test -- bert@people.test
}
check 'under the old law' old_law
hers lunch "${land}12T100000" "${land}12T110000"
hers talk :20200612T070000Z :20200612T080000Z
drain
equal 'she is busy' 'lunch|12 08:00|12 08:00|12 09:00
talk|12 07:00|12 07:00|12 08:00' "$(of lunch; of talk)"
check 'under the new law' new_law
check 'a person can be in two places' admin rezone anna@people.test \
    --from 2020-01-01
equal 'so her meeting moves' 'lunch|12 07:00|12 07:00|12 08:00
talk|12 07:00|12 07:00|12 08:00' "$(of lunch; of talk)"
equal 'what she holds says so too' 1 "$(sqlite3 "$T/imipd.db" "SELECT count(*)
    FROM holding WHERE text LIKE '%T10:00:00[Land/Capital]2020-06-12T07:%'")"
equal 'once' '2 dates looked at, 0 moved, 0 to be settled' \
    "$(admin rezone anna@people.test --from 2020-01-01)"
