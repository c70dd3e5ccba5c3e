# two.sh - two spools, two processors, one store
. "$HOSTILE/lib/lib.sh"
begin
cp -r "$D" "$T/j"
sed "s|$D/spool|$T/j/spool|; s|$D/out|$T/j/out|" "$D/imipd.conf" \
    >"$T/j/imipd.conf"
send one 1
request two $(slot 1) |
    "$B/imip-enqueue" -s "$T/j/spool" -f anna@people.test -- room@rooms.test
"$B/imip-processor" -c "$T/j/imipd.conf" --drain 2>"$T/j/log" &
other=$!
drain >/dev/null
wait "$other"
decided() {
	sqlite3 "$D/imipd.db" "SELECT count(*) FROM decision WHERE verdict='$1'"
}
echo "$(decided accept) accepted, $(decided decline) declined," \
    "$(bookings "$D") booked"
