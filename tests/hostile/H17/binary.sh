# binary.sh - settings that cannot be
. "$HOSTILE/lib/lib.sh"
begin
head -c 3000 /dev/urandom >"$D/imipd.conf"
"$B/imip-processor" -c "$D/imipd.conf" --drain 2>"$T/said"
code=$?
lines=$(wc -l <"$T/said")
[ "$lines" -eq 1 ] && [ "$(wc -c <"$T/said")" -lt 1000 ] && ! grep -q secret "$T/said" && told='told in one line'
request u1 $(slot 1) | "$B/imip-enqueue" -s "$D/spool" -f anna@people.test -- room@rooms.test
echo "$code, $told, enqueue $?"
