# damaged.sh - six ways to damage a file
. "$HOSTILE/lib/lib.sh"
begin
new=$D/spool/new
for n in 1 2 3 4 5 6; do
	send "u$n" $n
	file=$(ls -t "$new"/* | head -n 1)
	case $n in
	1) truncate -s 500 "$file" ;;
	2) truncate -s 0 "$file" ;;
	3) sed -i '1s/fnv1a=./fnv1a=x/' "$file" ;;
	4) sed -i 's/SUMMARY:Plann/SUMMARY:Plano/' "$file" ;;
	5) sed -i '1d' "$file" ;;
	6) sed -i '/^X-Imipd-End/d' "$file" ;;
	esac
done
drain >/dev/null
good=$(grep -lE '.{8,}' "$D"/spool/hold/*.why | wc -l)
[ "$good" -eq 6 ] && good='each with a reason'
echo "$(ls "$D/spool/hold" | grep -vc why) held of 6, $good, booked $(bookings "$D"), $(sound 9)"
