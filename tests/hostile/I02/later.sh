# later.sh - each stage says 4xx
. "$HOSTILE/lib/lib.sh"
begin
sep=
for stage in banner:421 ehlo:421 mail:451 rcpt:450 data:452 dot:421; do
	start_relay "${stage%:*}=${stage#*:} 4.3.0 come back later"
	sed -i "s|^relay.*|relay = smtp://127.0.0.1:$port|" "$D/imipd.conf"
	[ -n "$sep" ] || send u1 1
	sqlite3 "$D/imipd.db" 'UPDATE outbox SET next = 0'
	code=$(drain)
	stop_relay
	rm -f "$T/relay.fifo"
	printf '%s%s %s %s' "$sep" "${stage%:*}" "$code" \
	    "$(sqlite3 "$D/imipd.db" 'SELECT state FROM outbox')"
	sep=', '
done
echo
