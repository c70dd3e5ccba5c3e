#!/bin/sh
# Persons: what they organize, are invited to and answer, through the real
# programs; their free/busy; who asks is answered.  usage: person.t [BUILD]
B=$(cd "${1:-build}" && pwd) || exit 1
. tests/e2e/lib.sh
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
tap_plan 34

D=$T/site
instance "$D" "maildir:$D/out"
for name in anna ben; do
	printf 'kind = person\nname = %s\nzone = Europe/Berlin\n' $name \
	    >"$D/calendars/$name@people.test"
done
echo 'trust_authserv = mx.people.test' >>"$D/imipd.conf"
"$B/imip-admin" -c "$D/imipd.conf" init >/dev/null

# mail FROM METHOD: a mail with the calendar lines of stdin in it
mail() {
	printf 'From: %s\nTo: somebody@people.test\nSubject: x\n' "$1"
	printf 'Date: Sat, 21 Nov 2026 08:00:00 +0000\n'
	printf 'Message-ID: <%s@people.test>\nMIME-Version: 1.0\n' \
	    "$(printf '%s' "$1$2$tap_n" | tr -c 'a-zA-Z0-9' .)"
	printf 'Content-Type: text/calendar; charset=UTF-8; method=%s\n\n' "$2"
	printf 'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\nMETHOD:%s\n' "$2"
	cat
	echo END:VCALENDAR
}

# event UID SEQUENCE STAMP [LINE...]: a meeting of Anna's in hour 1
event() {
	hour=$(slot 1)
	printf 'BEGIN:VEVENT\nUID:%s\nSEQUENCE:%s\nDTSTAMP:%s\n' "$1" "$2" "$3"
	printf 'DTSTART:%s\nDTEND:%s\nSUMMARY:Talk\n' "${hour% *}" "${hour#* }"
	echo 'ORGANIZER;CN=Anna:mailto:anna@people.test'
	shift 3
	[ $# -gt 0 ] && printf '%s\n' "$@"
	echo END:VEVENT
}

# goes ROLE FROM RCPT: stdin into the spool and through the processor
goes() {
	"$B/imip-enqueue" -s "$D/spool" -t "$1" -f "$2" -- "$3" &&
	    "$B/imip-processor" -c "$D/imipd.conf" --drain 2>>"$D/log"
}

# busy WHO: how many busy rows
busy() {
	"$B/imip-admin" -c "$D/imipd.conf" --json bookings "$1" |
	    grep -c '"uid"'
}

# last WORD: the newest decision has it
last() {
	newest=$(ls -t "$D/spool/done" "$D/spool/hold" 2>/dev/null |
	    grep '^[0-9]' | grep -v '\.why$' | sort | tail -1)
	"$B/imip-spool" -c "$D/imipd.conf" --json explain "$newest" |
	    grep -q "$1"
}

# letters: how many are out
letters() { count_files "$D/out/new"; }

guests='ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@people.test
ATTENDEE;RSVP=TRUE:mailto:ben@people.test
ATTENDEE;RSVP=TRUE:mailto:carol@other.test'

# --- Anna invites ------------------------------------------------------------
event talk 0 20261101T080000Z "$guests" | mail anna@people.test REQUEST \
    >"$T/request"
goes out anna@people.test ben@people.test <"$T/request"
equal "Anna's own invitation on its way out is processed" 0 $?
check "it is added" last '"added"'
check "as something kept" last '"keep"'
equal "it takes Anna's time" 1 "$(busy anna@people.test)"
equal "and not Ben's, who has not answered" 0 "$(busy ben@people.test)"
goes in anna@people.test ben@people.test <"$T/request"
check "Ben gets it" last '"added"'
equal "and is not busy yet" 0 "$(busy ben@people.test)"
goes in anna@people.test ben@people.test <"$T/request"
check "a second copy is nothing new" last '"repeat"'
equal "nobody was written to" 0 "$(letters)"

# --- Ben answers -------------------------------------------------------------
event talk 0 20261101T090000Z 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@people.test' |
    mail ben@people.test REPLY >"$T/reply"
goes out ben@people.test anna@people.test <"$T/reply"
check "Ben's answer on its way out counts" last '"answered"'
equal "now Ben is busy" 1 "$(busy ben@people.test)"
goes in ben@people.test anna@people.test <"$T/reply"
check "Anna gets the answer" last '"answered"'
event talk 0 20261101T090000Z \
    'ATTENDEE;PARTSTAT=ACCEPTED:mailto:mallory@evil.test' |
    mail mallory@evil.test REPLY |
    goes in mallory@evil.test anna@people.test
check "a stranger is a party crasher" last '"party-crasher"'
event talk 9 20261101T090000Z "$guests" | mail mallory@evil.test CANCEL |
    goes in mallory@evil.test ben@people.test
check "and cannot cancel" last '"not-organizer"'
equal "Ben is still busy" 1 "$(busy ben@people.test)"

# --- two meetings at one time --------------------------------------------------
event other 0 20261101T080000Z "$guests" | mail anna@people.test REQUEST |
    goes out anna@people.test ben@people.test
equal "a person can be in two meetings" 2 "$(busy anna@people.test)"
check "which the store finds sound" \
    "$B/imip-admin" -c "$D/imipd.conf" check

# --- somebody asks -------------------------------------------------------------
{ printf 'BEGIN:VEVENT\nUID:talk\nDTSTAMP:20261101T100000Z\n'
    echo 'ORGANIZER:mailto:anna@people.test'
    echo 'ATTENDEE:mailto:carol@other.test'
    echo END:VEVENT; } | mail carol@other.test REFRESH |
    goes in carol@other.test anna@people.test
check "Carol asks for the current version" last '"refreshed"'
equal "and is written to" 1 "$(letters)"
letter=$(find "$D/out/new" -type f | head -1)
check "from Anna's address" grep -q '^From:.*anna@people.test' "$letter"
check "to Carol" grep -q '^To: carol@other.test' "$letter"
"$B/imip-spool" --json read "$letter" >"$T/read" 2>&1
check "with a REQUEST" grep -q '"method": "REQUEST"' "$T/read"
check "that knows Ben's answer" sh -c \
    "tr -d '\n ' <'$T/read' | grep -q 'ben@people.test\",\"partstat\":\"ACCEPTED'"

hour=$(slot 0)
ask() {
	printf 'BEGIN:VFREEBUSY\nUID:fb%s\nDTSTAMP:20261101T100000Z\n' "$tap_n"
	printf 'DTSTART:%s\nDTEND:%s\n' "${hour% *}" "$(slot 9 | cut -d' ' -f2)"
	echo 'ORGANIZER:mailto:carol@other.test'
	printf 'ATTENDEE:mailto:%s\nEND:VFREEBUSY\n' "$1"
}
ask ben@people.test | mail carol@other.test REQUEST |
    goes in carol@other.test ben@people.test
check "Carol asks when Ben is busy" last '"freebusy-asked"'
equal "and is told" 2 "$(letters)"
letter=$(grep -l VFREEBUSY "$D"/out/new/* | head -1)
[ -n "$letter" ] || letter=$(find "$D/out/new" -type f | sort | tail -1)
for file in "$D"/out/new/*; do
	"$B/imip-spool" --json read "$file" | grep -q VFREEBUSY && letter=$file
done
"$B/imip-spool" --json read "$letter" >"$T/read" 2>&1
check "by a VFREEBUSY REPLY" sh -c \
    "grep -q '\"method\": \"REPLY\"' '$T/read' && grep -q VFREEBUSY '$T/read'"
ask room@rooms.test | mail carol@other.test REQUEST |
    goes in carol@other.test room@rooms.test
equal "a room answers too" 3 "$(letters)"
mkdir "$T/letters"
for file in "$D"/out/new/*; do
	sed 's/$/\r/' "$file" >"$T/letters/${file##*/}" # a maildir has bare LF
done
check "what went out is read by programs that are not imipd" \
    /usr/bin/python3 tests/golden/roundtrip.py "$T/letters"

# --- replay ---------------------------------------------------------------------
"$B/imip-spool" -c "$D/imipd.conf" replay --into "$T/again" >"$T/replay" 2>&1
equal "all of it can be replayed" 0 $?
equal "to the same state" \
    "$("$B/imip-spool" -c "$D/imipd.conf" stats |
	awk '/digest/ { print $2 }')" \
    "$(awk '/digest/ { print $2 }' "$T/replay")"

# --- settings -------------------------------------------------------------------
echo 'publish = no' >>"$D/calendars/ben@people.test"
ask ben@people.test | mail carol@other.test REQUEST |
    goes in carol@other.test ben@people.test
equal "not if free/busy is not published" 3 "$(letters)"

# --- how sure -------------------------------------------------------------------
echo 'require = aligned' >>"$D/calendars/ben@people.test"
event talk 1 20261102T080000Z "$guests" | mail anna@people.test REQUEST |
    goes in anna@people.test ben@people.test
check "require = aligned: what nobody vouches for does nothing" \
    last '"not-authenticated"'
event talk 1 20261102T080000Z "$guests" | mail anna@people.test CANCEL |
    { echo 'Authentication-Results: mx.people.test; dkim=pass header.d=people.test'
	cat; } | goes in anna@people.test ben@people.test
check "what is proved counts" last '"cancelled"'
equal "and Ben is free again" 0 "$(busy ben@people.test)"
