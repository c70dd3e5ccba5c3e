#!/bin/sh
#
# tools.t - imip-admin and imip-spool on an instance with real decisions
#
# The JSON field names that are compared here are contracts.

build=$(cd "${1:-build}" && pwd) || exit 1
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
. tests/e2e/lib.sh
IMIPD_CONF=$T/imipd.conf
export IMIPD_CONF

admin() { "$build/imip-admin" "$@"; }
spool() { "$build/imip-spool" "$@"; }

# json EXPRESSION: of the document $d on stdin, printed
json() {
	perl -CO -MJSON::PP -e '
	    my $d = JSON::PP->new->decode(join "", <STDIN>);
	    my @out = eval $ARGV[0]; die $@ if $@;
	    print join(" ", map { defined ? $_ : "null" } @out), "\n"' "$1"
}

# keys of a JSON object, sorted
fields='join ",", sort keys %$d'
first='join ",", sort keys %{$d->[0]}'

# code WHAT NUMBER COMMAND...: the exit code, and one line on stderr
code() {
	what=$1
	expected=$2
	shift 2
	"$@" >"$T/out" 2>"$T/err"
	got=$?
	[ "$expected" -eq 0 ] || got="$got, $(wc -l <"$T/err" | tr -d ' ') line"
	[ "$expected" -eq 0 ] || expected="$expected, 1 line"
	equal "$what" "$expected" "$got"
}

enqueue() {
	"$build/imip-enqueue" -s "$T/spool" -f "$1" -q "$2" -- "$3"
}

# everything on disk: names, modes, sizes, times, bytes
fingerprint() {
	(cd "$T" && find spool imipd.db* www calendars answers \
	    -printf '%p %m %s %T@ %n\n' -type f -exec sha256sum {} + | sort)
}

# hour N: the UTC start and end of the Nth hour of a year that is over, so that
# no clock matters
hour() {
	perl -MPOSIX=strftime -e '
	    my $t = 1577836800 + $ARGV[0] * 3600;
	    print strftime("%Y%m%dT%H%M%SZ ", gmtime $t),
	        strftime("%Y%m%dT%H%M%SZ", gmtime($t + 3600))' "$1"
}

# what check finds to be wrong
bad() { admin --json check | json 'map { $_->{check} } grep { $_->{result} eq
    "bad" } @$d'; }

drain() { "$build/imip-processor" --drain >"$T/log" 2>&1; }

tap_plan 110
instance "$T" "maildir:$T/answers"
cat >"$T/calendars/room@rooms.test" <<EOT
kind = room
name = Blue Room
zone = Europe/Berlin
past = accept
EOT

# --- an instance ------------------------------------------------------------

equal 'check finds that nothing was made' 'spool store publish' "$(bad)"
code 'init' 0 admin init
equal 'init says what it made' 3 "$(grep -c ' made: ' "$T/out")"
equal 'and what was there' 1 "$(grep -c ' was there: ' "$T/out")"
echo keep >"$T/www/keep"
equal 'init again makes nothing' '0 0 0 0' \
    "$(admin --json init | json 'map { $_->{made} + 0 } @$d')"
equal 'init --json' made,path,what "$(admin init --json | json "$first")"
equal 'init destroys nothing' keep "$(cat "$T/www/keep")"
code 'check is content' 0 admin check
equal 'check --json' check,detail,result "$(admin --json check | json "$first")"
equal 'check looks at everything' \
    'settings zones calendars spool store publish reader relay' \
    "$(admin --json check | json 'map { $_->{check} } @$d')"

# --- what check finds --------------------------------------------------------

echo 'colour = blue' >"$T/calendars/wrong@rooms.test"
equal 'a wrong calendar file' calendars "$(bad)"
check 'is named with its line' sh -c \
    "'$build/imip-admin' check | grep 'wrong@rooms.test.*line 1.*colour'"
rm "$T/calendars/wrong@rooms.test"
chmod 755 "$T/spool"
equal 'a spool that others may enter' spool "$(bad)"
chmod 700 "$T/spool"
touch "$T/spool/new/$(printf 'odd\nname')" "$T/spool/cur/odd"
mkfifo "$T/spool/hold/1605862801.M000001P1R0123456789abcdef.mx"
code 'what is no message in the spool is no fault' 0 admin check
equal 'but a warning, each by its name' 'warn new/"odd\x0aname"cur/"odd"hold/"1605862801.M000001P1R0123456789abcdef.mx"' \
    "$(admin --json check | json 'map { $_->{result} =~ /warn/ ? (warn =>
	join "", $_->{detail} =~ /\w+\/"\S+"/g) : () } @$d')"
equal 'stats counts them' 3 "$(spool stats --json | json '$d->{strange}')"
rm "$T/spool/new/"odd* "$T/spool/cur/odd" "$T"/spool/hold/*
touch "$T/spool/new/"x1 "$T/spool/new/"x2 "$T/spool/new/"x3 "$T/spool/new/"x4 \
    "$T/spool/new/"x5 "$T/spool/new/"x6 "$T/spool/new/"x7 "$T/spool/new/"x8 \
    "$T/spool/new/"x9 "$T/spool/new/"x10 "$T/spool/new/"x11 "$T/spool/new/"x12
check 'up to ten' sh -c "'$build/imip-admin' check | grep 'and 2 more$'"
rm "$T/spool/new/"x*
IMIPD_READER=$T/none equal 'a reader that is not there' reader \
    "$(IMIPD_READER=$T/none bad)"
sed -i 's/^relay = .*/relay = pigeon:coop/' "$IMIPD_CONF"
equal 'a relay that is none' settings "$(bad)"
sed -i "s,^relay = .*,relay = maildir:$T/answers," "$IMIPD_CONF"
mv "$T/imipd.db" "$T/away"
equal 'a store that is not there' store "$(bad)"
mv "$T/away" "$T/imipd.db"
echo 'horizont = 3d' >>"$IMIPD_CONF"
equal 'a wrong key of the settings' settings "$(bad)"
code 'which no command gets past' 78 spool list
check 'is named with file and line' grep -q 'imipd.conf.*horizont' "$T/err"
sed -i '/horizont/d' "$IMIPD_CONF"
equal 'nothing is wrong in the end' '' "$(bad)"

# --- decisions to look at ------------------------------------------------------

request one $(hour 9) "Caf$(printf '\303\251') one" >"$T/one.eml"
request two $(hour 9) >"$T/two.eml"
request three $(hour 10) >"$T/three.eml"
request weekly $(hour 20) Weekly |
    sed 's/^SEQUENCE/RRULE:FREQ=WEEKLY;COUNT=3\n&/' >"$T/weekly.eml"
printf 'From: x@y.test\nSubject: hi \033]0;gotcha\007\n\nNo calendar.\n' \
    >"$T/plain.eml"
enqueue anna@people.test q1 room@rooms.test <"$T/one.eml"
drain
enqueue bert@people.test q2 room@rooms.test <"$T/two.eml"
drain
enqueue anna@people.test q3 room@rooms.test <"$T/three.eml"
enqueue anna@people.test q4 room@rooms.test <"$T/weekly.eml"
drain
enqueue 'evil@people.test' q5 room@rooms.test <"$T/plain.eml"
drain
equal 'five messages are done' 5 "$(count_files "$T/spool/done")"

# --- imip-admin ------------------------------------------------------------------

equal 'calendars --json' address,aliases,kind,name,publish,zone \
    "$(admin --json calendars | json "$first")"
equal 'calendars' 'room@rooms.test room Europe/Berlin' \
    "$(admin calendars | awk 'NR == 2 { print $1, $2, $3 }')"
admin --json bookings room@rooms.test >"$T/bookings"
equal 'bookings --json' \
    calendar,end,organizer,recurrence_id,start,status,summary,uid \
    "$(json "$first" <"$T/bookings")"
equal 'the first of them' \
    'room@rooms.test one@people.test null 2020-01-01T09:00:00Z 2020-01-01T10:00:00Z ACCEPTED anna@people.test' \
    "$(json 'map { $d->[0]{$_} } qw(calendar uid recurrence_id start end status
	organizer)' <"$T/bookings")"
equal 'text comes through' "$(printf 'Caf\303\251 one')" \
    "$(json '$d->[0]{summary}' <"$T/bookings")"
equal 'dates of a series have a recurrence_id' \
    '2020-01-01T20:00:00Z 2020-01-08T20:00:00Z 2020-01-15T20:00:00Z' \
    "$(json 'map { $_->{recurrence_id} } grep { $_->{uid} =~ /^weekly/ } @$d' \
	<"$T/bookings")"
equal 'the table has the times of the zone' '2020-01-01 10:00' \
    "$(admin bookings room@rooms.test | awk 'NR == 2 { print $1, $2 }')"
equal 'from and to' '2020-01-08T20:00:00Z' \
    "$(admin --json bookings ROOM@Rooms.test --from 2020-01-02 \
	--to 2020-01-15T20:00:00Z | json 'map { $_->{start} } @$d')"
equal 'an empty window' 0 "$(admin bookings room@rooms.test --json \
    --from 2019-01-01 --to 2019-02-01 | json 'scalar @$d')"
code 'an unknown calendar' 65 admin bookings nobody@rooms.test
check 'is named' grep -q nobody@rooms.test "$T/err"
code 'a time that is none' 64 admin bookings room@rooms.test --from noon
code 'bookings of what' 64 admin bookings
admin --json freebusy room@rooms.test --from 2020-01-01 --to 2020-01-02 \
    >"$T/freebusy"
equal 'freebusy --json' busy,calendar,from,to "$(json "$fields" <"$T/freebusy")"
equal 'freebusy joins what touches' \
    '2020-01-01T09:00:00Z 2020-01-01T11:00:00Z 2020-01-01T20:00:00Z 2020-01-01T21:00:00Z' \
    "$(json 'map { ($_->{start}, $_->{end}) } @{$d->{busy}}' <"$T/freebusy")"
equal 'freebusy as a table' '2020-01-01 10:00 2020-01-01 12:00' \
    "$(admin freebusy room@rooms.test --from 2020-01-01 --to 2020-01-02 |
	awk 'NR == 2 { print $1, $2, $3, $4 }')"

# --- list, show, stats ---------------------------------------------------------

spool --json list >"$T/list"
equal 'list --json' arrived,id,reason,recipients,role,sender,state,tries \
    "$(json "$first" <"$T/list")"
equal 'in order of arrival' \
    'anna@people.test bert@people.test anna@people.test anna@people.test evil@people.test' \
    "$(json 'map { $_->{sender} } @$d' <"$T/list")"
equal 'with what they are' 'done in room@rooms.test' \
    "$(json '$d->[0]{state}, $d->[0]{role}, @{$d->[0]{recipients}}' <"$T/list")"
equal 'list of one state' '0 5' "$(spool --json list new | json 'scalar @$d'
    ) $(spool --json list done | json 'scalar @$d')"
code 'list of no state' 64 spool list lost
one=$(json '$d->[0]{id}' <"$T/list")
two=$(json '$d->[1]{id}' <"$T/list")
three=$(json '$d->[2]{id}' <"$T/list")
evil=$(json '$d->[4]{id}' <"$T/list")
check 'show' sh -c "'$build/imip-spool' show $one | grep '^SUMMARY:Caf'"
equal 'show --json' envelope,id,message,reason,state,tries \
    "$(spool --json show "$one" | json "$fields")"
equal 'the envelope' q1 "$(spool --json show "$one" |
    json 'map { $_->{value} } grep { $_->{name} eq "queue-id" }
	@{$d->{envelope}}')"
check 'no control byte reaches the terminal' sh -c \
    "'$build/imip-spool' show $evil | grep -F 'hi \\x1b]0;gotcha\\x07' &&
    ! '$build/imip-spool' show $evil | LC_ALL=C tr -d '\\n\\t' |
    LC_ALL=C grep -q '[[:cntrl:]]'"
code 'show what is not there' 65 spool show 1.M1P1R1.nowhere
code 'show a path' 65 spool show ../done/"$one"
equal 'stats --json' \
    bookings,cur,decisions,digest,dirty,done,failed,hold,new,objects,oldest_queued,queued,sent,strange \
    "$(spool stats --json | json "$fields")"
equal 'stats' '0 0 0 5 5 4 0' "$(spool stats --json | json 'map { $d->{$_} }
    qw(new cur hold done bookings sent queued)')"

# --- explain ---------------------------------------------------------------------

spool --json explain "$two" >"$T/explain"
equal 'explain --json' \
    answers,calendar,code,id,method,quiet,reason,recipient,trace,uid,verdict \
    "$(json "$fields" <"$T/explain")"
equal 'what was decided' \
    "$two room@rooms.test REQUEST two@people.test decline" \
    "$(json 'map { $d->{$_} } qw(id calendar method uid verdict)' \
	<"$T/explain")"
equal 'the rules have three fields' detail,result,rule \
    "$(json 'join ",", sort keys %{$d->{trace}[0]}' <"$T/explain")"
equal 'the last one decided' decline \
    "$(json '(grep { $_->{result} ne "note" } @{$d->{trace}})[-1]{result}' \
	<"$T/explain")"
equal 'the answer went out' 'anna@people.test sent' \
    "$(json 'map { $d->{answers}[0]{$_} } qw(recipient state)' <"$T/explain")"
answer=$(json '$d->{answers}[0]{message_id}' <"$T/explain")
for key in two@people.test '<two@people.test>' "$answer"; do
	equal "explain $key" "$two" "$(spool explain "$key" --json |
	    json '$d->{id}')"
done
check 'explain for a person' sh -c \
    "'$build/imip-spool' explain $two | grep -F 'room@rooms.test: decline'"
equal 'a message without a calendar' ignore \
    "$(spool --json explain "$evil" | json '$d->{verdict}')"
code 'explain what nobody knows' 65 spool explain unknown@people.test

# --- try --------------------------------------------------------------------------

request free $(hour 12) >"$T/free.eml"
fingerprint >"$T/before"
equal 'try finds it free' 'try accept tried' "$(spool --json try "$T/free.eml" \
    room@rooms.test | json '$d->{id}, $d->{verdict}, $d->{answers}[0]{state}')"
equal 'try --json' \
    answers,calendar,code,id,method,quiet,reason,recipient,trace,uid,verdict \
    "$(spool --json try "$T/free.eml" room@rooms.test | json "$fields")"
request late $(hour 9) >"$T/late.eml"
equal 'try finds it taken' decline "$(spool --json try - room@rooms.test \
    <"$T/late.eml" | json '$d->{verdict}')"
equal 'try a file of the spool' repeat \
    "$(spool --json try "$T/spool/done/$one" room@rooms.test |
	json '$d->{verdict}')"
{ sed 's/^X-Imipd-Sender: .*/X-Imipd-Sender: /; /^X-Imipd-End/q' \
    "$T/spool/done/$two" && cat "$T/free.eml"; } >"$T/null"
equal 'whose envelope sender counts: the null sender gets no answer' 0 \
    "$(spool --json try "$T/null" room@rooms.test |
	json 'scalar @{$d->{answers}}')"
rm "$T/null"
equal 'try at a time that is too early for it' decline "$(spool --json try "$T/free.eml" \
    room@rooms.test --at 2015-01-01 | json '$d->{verdict}')"
equal 'try as somebody else' hold "$(sed 's/^From: .*/From: m@evil.test/' \
    "$T/free.eml" | spool --json try - room@rooms.test --sender m@evil.test |
    json '$d->{verdict}')"
equal 'two recipients are two decisions' 2 "$(spool --json try "$T/free.eml" \
    room@rooms.test nobody@rooms.test | json 'scalar @{$d->{decisions}}')"
code 'try what is not there' 65 spool try "$T/none.eml" room@rooms.test
code 'try for nobody' 64 spool try "$T/free.eml"
fingerprint >"$T/after"
check 'nothing on disk has changed' diff "$T/before" "$T/after"

# --- read -------------------------------------------------------------------------

unset IMIPD_CONF
spool --json read "$T/weekly.eml" --from 2020-01-01 --to 2020-01-10 >"$T/read"
equal 'read --json needs no settings' objects,problems \
    "$(json "$fields" <"$T/read")"
spool read tests/demo/1-outlook.eml --from 2027-01-02 \
    --to 2027-01-01 >/dev/null 2>"$T/error"
equal 'a window that ends before it begins is a usage error' 64 $?
equal 'in one line' 1 "$(wc -l <"$T/error" | tr -d ' ')"
printf '%s\n' BEGIN:VCALENDAR VERSION:2.0 METHOD:REQUEST BEGIN:VTODO UID:task \
    DTSTAMP:20261101T080000Z DUE:20261201T090000Z END:VTODO END:VCALENDAR \
    >"$T/task.ics"
equal 'a task says when it is due; what is absent is null' \
    '2026-12-01T09:00:00Z null' "$(spool --json read "$T/task.ics" |
	json '$d->{objects}[0]{due} . " " . ($d->{objects}[0]{summary} // "null")')"
equal 'an object' \
    attendees,comment,completed,component,dtstamp,due,freebusy,instances,method,organizer,percent,request_status,rule,sequence,summary,uid,zone \
    "$(json 'join ",", sort keys %{$d->{objects}[0]}' <"$T/read")"
equal 'what it is' \
    'REQUEST VEVENT weekly@people.test 0 2026-11-01T08:00:00Z anna@people.test Weekly UTC FREQ=WEEKLY;COUNT=3' \
    "$(json 'map { $d->{objects}[0]{$_} } qw(method component uid sequence
	dtstamp organizer summary zone rule)' <"$T/read")"
equal 'its attendees' \
    'address,cutype,delegated_from,delegated_to,partstat,role room@rooms.test ROOM NEEDS-ACTION' \
    "$(json 'my $a = $d->{objects}[0]{attendees}; join(",", sort keys
	%{$a->[1]}), map { $a->[1]{$_} } qw(address cutype partstat)' <"$T/read")"
equal 'its instances' \
    '2020-01-01T20:00:00Z 2020-01-01T21:00:00Z 2020-01-01T20:00:00Z null 2020-01-08T20:00:00Z 2020-01-08T21:00:00Z 2020-01-08T20:00:00Z null' \
    "$(json 'map { my $i = $_; map { $i->{$_} } qw(start end recurrence_id
	status) } @{$d->{objects}[0]{instances}}' <"$T/read")"
printf '%s\n' BEGIN:VCALENDAR VERSION:2.0 METHOD:REPLY BEGIN:VFREEBUSY UID:x \
    DTSTAMP:20260101T000000Z COMMENT:hello 'REQUEST-STATUS:2.0;Success' \
    'ATTENDEE;DELEGATED-TO="mailto:a@b.c","mailto:d@e.f":mailto:g@h.i' \
    FREEBUSY:20260105T090000Z/PT1H END:VFREEBUSY END:VCALENDAR >"$T/busy.ics"
equal 'what an answer says' \
    'hello 2.0;Success null null a@b.c d@e.f 2026-01-05T09:00:00Z 2026-01-05T10:00:00Z BUSY' \
    "$(spool --json read "$T/busy.ics" | json 'my $o = $d->{objects}[0];
	(map { $o->{$_} } qw(comment request_status percent completed)),
	@{$o->{attendees}[0]{delegated_to}},
	map { my $f = $_; map { $f->{$_} } qw(start end type) }
	@{$o->{freebusy}}')"
equal '--max' 1 "$(spool --json read "$T/weekly.eml" --max 1 |
    json 'scalar @{$d->{objects}[0]{instances}}')"
equal 'a file of the spool' one@people.test \
    "$(spool --json read "$T/spool/done/$one" | json '$d->{objects}[0]{uid}')"
equal 'a calendar file on the standard input' one@people.test \
    "$(sed '1,/^$/d' "$T/one.eml" | spool --json read - |
	json '$d->{objects}[0]{uid}')"
equal 'as text' 'imipd-facts 1' "$(spool read "$T/one.eml" | head -n 1)"
equal 'nothing in it is no failure' 0 "$(spool --json read "$T/plain.eml" |
    json 'scalar @{$d->{objects}}')"
code 'read what is not there' 65 spool read "$T/none.eml"
code 'read a directory' 65 spool read "$T"
code 'a number that is none' 64 spool read "$T/one.eml" --max many
IMIPD_CONF=$T/imipd.conf
export IMIPD_CONF

# --- moved by hand --------------------------------------------------------------

code 'release what is not on hold' 65 spool release "$three"
code 'hold' 0 spool hold "$three" 'ask Anna first'
equal 'on hold, with the reason' "$three ask Anna first" \
    "$(spool --json list hold | json '$d->[0]{id}, $d->[0]{reason}')"
code 'release' 0 spool release "$three"
equal 'waits again' "$three new" "$(spool --json list new |
    json '$d->[0]{id}, $d->[0]{state}')"
code 'what waits is not removed' 65 spool remove "$three"
drain
equal 'and is not decided twice' '4 5' \
    "$(spool --json stats | json '$d->{sent}, $d->{bookings}')"
code 'no answer of it waits' 65 spool retry "$three"
spool hold "$evil" >/dev/null
equal 'retry releases' "$evil new" "$(spool --json retry "$evil" |
    json '$d->{id}, $d->{state}')"
drain

# --- replay ----------------------------------------------------------------------

equal 'replay into a directory gives the same' \
    "5 5 4 $(spool --json stats | json '$d->{digest}')" \
    "$(spool --json replay --into "$T/again" | json 'map { $d->{$_} }
	qw(messages decisions answers digest)')"
equal 'with the answers' 4 "$(count_files "$T/again/answers/new")"
code 'not over what is there' 65 spool replay --into "$T/again"
spool replay --into "$T/less" "$one" "$two" >/dev/null
equal 'or only some of it' 2 "$(count_files "$T/less/answers/new")"
equal 'replay without one hands back' 5 "$(spool --json replay |
    json '$d->{messages}')"
drain
equal 'which books nothing twice' '5 4 5' "$(spool --json stats |
    json '$d->{bookings}, $d->{sent}, $d->{done}')"
code 'remove' 0 spool remove "$evil"
equal 'is gone' 4 "$(count_files "$T/spool/done")"
