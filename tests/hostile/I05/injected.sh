# injected.sh - encryption is required
. "$HOSTILE/lib/lib.sh"
begin
start_relay -r "$T/record" -e STARTTLS 'starttls=220 go\n250 injected'
sed -i "s|^relay.*|relay = smtp://127.0.0.1:$port?starttls=required|" "$D/imipd.conf"
send u1 1
code=$(timeout 40 "$B/imip-processor" -c "$D/imipd.conf" --drain 2>>"$D/log"; echo $?)
stop_relay
grep -qa '^DATA' "$T/record" || data='no DATA'
[ "$(letters)" -eq 0 ] && none='no letter'
echo "$code $(sqlite3 "$D/imipd.db" 'SELECT state FROM outbox'), $none, $data"
