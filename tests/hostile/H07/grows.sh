# grows.sh - more bytes at the end
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
echo 'X-More: of it' >>"$(echo "$D"/spool/new/*)"
drain >/dev/null
echo "hold $(ls "$D/spool/hold" | grep -vc why) done $(count_files "$D/spool/done") booked $(bookings "$D"), $(sound 2)"
