# no-smtputf8.sh - a relay that never heard of SMTPUTF8
. "$HOSTILE/lib/lib.sh"
begin
start_relay
sed -i "s|^relay.*|relay = smtp://127.0.0.1:$port|" "$D/imipd.conf"
request u1 $(slot 1) Plan room@rooms.test 'änna@people.test' |
    "$B/imip-enqueue" -s "$D/spool" -f 'änna@people.test' -- room@rooms.test
drain >/dev/null
stop_relay
state=$(sqlite3 "$D/imipd.db" 'SELECT state FROM outbox')
why=$(sqlite3 "$D/imipd.db" 'SELECT length(error) > 10 FROM outbox')
case $state in failed | queued) said='failed or queued' ;; *) said=$state ;; esac
[ "$why" = 1 ] && said="$said, with a reason"
echo "$said, $(letters) letters, $(bookings "$D") booked"
