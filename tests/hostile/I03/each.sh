# each.sh - three letters by LMTP
. "$HOSTILE/lib/lib.sh"
begin
start_relay -l -u "$T/socket" 'dot*1=550 5.1.1 nobody' 'dot*1=450 4.2.1 busy'
sed -i "s|^relay.*|relay = lmtp:$T/socket|" "$D/imipd.conf"
for who in anna bert carl; do
	n=$((n + 1))
	request "u$n" $(slot $n) Plan room@rooms.test $who@people.test |
	    "$B/imip-enqueue" -s "$D/spool" -f $who@people.test -- room@rooms.test
done
drain >/dev/null
stop_relay
sqlite3 "$D/imipd.db" 'SELECT state FROM outbox ORDER BY state' | paste -s -d ' '
