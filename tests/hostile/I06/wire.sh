# wire.sh - addresses from mail, as they go over the wire
. "$HOSTILE/lib/lib.sh"
begin
start_relay -p -r "$T/record"
sed -i "s|^relay.*|relay = smtp://127.0.0.1:$port|" "$D/imipd.conf"
n=0
for who in 'anna%0d%0aRCPT TO:<eve@evil.test>@people.test' 'anna>%0d%0aDATA@people.test' \
    'anna> SIZE=1@people.test' 'anna%3e@people.test' anna@people.test "o'neil+x@people.test"; do
	n=$((n + 1))
	request "u$n" $(slot $n) Plan room@rooms.test "$who" | sed "s|^From:.*|From: <anna@people.test>|" |
	    "$B/imip-enqueue" -s "$D/spool" -f "$(echo "$who" | grep -v '[%> ]')" -- room@rooms.test
done
drain >/dev/null
stop_relay
count() { tr -d '\r' <"$T/record" | grep -c "^$1"; }
tr -d '\r' <"$T/record" | grep -E '^(MAIL|RCPT|VRFY|RSET)' | grep -qE 'evil|SIZE=1 |DATA' || rest='nothing else'
echo "MAIL $(count MAIL) RCPT $(count RCPT) DATA $(count DATA), $rest"
