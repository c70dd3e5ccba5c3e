# dropped.sh - closed after the dot, once
. "$HOSTILE/lib/lib.sh"
begin
start_relay -r "$T/record" 'dot*1=close'
sed -i "s|^relay.*|relay = smtp://127.0.0.1:$port|" "$D/imipd.conf"
send u1 1
first=$(drain)
state=$(sqlite3 "$D/imipd.db" 'SELECT state FROM outbox')
sqlite3 "$D/imipd.db" 'UPDATE outbox SET next = 0'
second=$(drain)
stop_relay
sed -n '/^DATA/,/^\.\r*$/p' "$T/record" | csplit -s -z -f "$T/part" - '/^DATA/' '{*}'
[ "$(ls "$T"/part* | wc -l)" -eq 2 ] && cmp "$T"/part00 "$T"/part01 && same='twice the same'
echo "$first $state, then $second $(sqlite3 "$D/imipd.db" 'SELECT state FROM outbox'), $same"
