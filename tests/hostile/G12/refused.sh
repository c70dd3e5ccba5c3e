# refused.sh - the relay knows no such user
. "$HOSTILE/lib/lib.sh"
begin
start_relay 'rcpt=550 5.1.1 no such user'
sed -i "s|^relay.*|relay = smtp://127.0.0.1:$port|" "$D/imipd.conf"
send u1 1
drain >/dev/null
stop_relay
"$B/imip-spool" -c "$D/imipd.conf" explain u1@people.test >"$T/explain"
echo "$(sqlite3 "$D/imipd.db" 'SELECT state FROM outbox'):" \
    "$(sqlite3 "$D/imipd.db" 'SELECT error FROM outbox' | grep -o 550)," \
    "$(bookings "$D") booked, $(queued "$D") queued," \
    "explain says $(grep -o failed "$T/explain")"
