# published.sh - what imip-publisher writes
. "$HOSTILE/lib/lib.sh"
begin
printf 'kind = room\npublish = no\n' >"$D/calendars/secret@rooms.test"
request u1 $(slot 1) 'Merger with Example' | sed 's/^SUMMARY/CLASS:PRIVATE\nX-SECRET:1\nLOCATION:Bunker\n&/' |
    "$B/imip-enqueue" -s "$D/spool" -f anna@people.test -- room@rooms.test
request u2 $(slot 2) Other secret@rooms.test |
    "$B/imip-enqueue" -s "$D/spool" -f anna@people.test -- secret@rooms.test
drain >/dev/null
"$B/imip-publisher" -c "$D/imipd.conf" --once 2>>"$D/log"
grep -q '^FREEBUSY' "$D"/www/room@rooms.test.ifb && busy=busy
grep -rqiE 'merger|anna|secret|bunker|people\.test|summary|u1@' "$D/www" || nothing='nothing of whom or what'
[ -e "$D/www/index.html" ] || list='no list'
echo "$(ls "$D/www" | wc -l) file, $busy, $nothing, $list"
