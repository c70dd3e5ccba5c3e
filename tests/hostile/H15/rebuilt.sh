# rebuilt.sh - what was lost is made again from done/
. "$HOSTILE/lib/lib.sh"
begin
many "$D" r 1 5
drain >/dev/null
before=$("$B/imip-spool" -c "$D/imipd.conf" stats | grep digest)
rm -f "$D"/imipd.db*
"$B/imip-admin" -c "$D/imipd.conf" init >/dev/null
"$B/imip-spool" -c "$D/imipd.conf" replay >/dev/null
drain >/dev/null
after=$("$B/imip-spool" -c "$D/imipd.conf" stats | grep digest)
[ "$before" = "$after" ] && echo same || echo "$before $after"
