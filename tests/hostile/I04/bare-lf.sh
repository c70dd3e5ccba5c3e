# bare-lf.sh - a server that says strange things
. "$HOSTILE/lib/lib.sh"
begin
start_relay "$(printf '%b' 'rcpt=550 a\\nb\\nSubject: injected')"
sed -i "s|^relay.*|relay = smtp://127.0.0.1:$port|" "$D/imipd.conf"
send u1 1
timeout 40 "$B/imip-processor" -c "$D/imipd.conf" --drain 2>>"$D/log"
case $? in 0 | 75) said='in time' ;; *) said='too late' ;; esac
stop_relay
sqlite3 "$D/imipd.db" 'SELECT error FROM outbox' >"$T/error"
cat "$T/error" "$D/log" | LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" || plain='words plain'
[ "$(wc -c <"$T/error")" -lt 2000 ] || plain='too many words'
grep -q '^Subject' "$D/log" && plain='a line of its own'
echo "$said, $plain"
