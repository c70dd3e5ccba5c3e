# log.sh - queue ids and senders from the mail server
. "$HOSTILE/lib/lib.sh"
begin
request 'u1" verdict=hold x="' $(slot 1) "$(printf 'a\033[2Jb')" |
    "$B/imip-enqueue" -s "$D/spool" -f "$(printf '"a b\302\205<4>imip-processor: fake"@people.test')" \
	-q 'Q" verdict=accept' -c '1.2.3.4 verdict=x' -- room@rooms.test
drain >/dev/null
LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$D/log" || control='no control bytes'
awk 'length($0) > 2000 {exit 1}' "$D/log" && long='no line over 2000'
grep -v '^<[0-9]>imip-[a-z]*: [^ ]* ' "$D/log" | grep -q . || theirs='no line of theirs'
echo "$control, $long, $theirs"
