# replaced.sh - claimed by one that died, then changed
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
name=$(ls "$D/spool/new")
mv "$D/spool/new/$name" "$D/spool/cur/$name:1"
sed -i 's/Planning/Plotting/' "$D/spool/cur/$name:1"
drain >/dev/null
echo "hold $(ls "$D/spool/hold" | grep -vc why) done $(count_files "$D/spool/done") booked $(bookings "$D"), $(sound 2)"
