# back.sh - and mounted again
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
mv "$D/spool" "$T/away" && mkdir -m 700 "$D/spool"
drain >/dev/null
rmdir "$D/spool" && mv "$T/away" "$D/spool"
echo "$(drain), done $(count_files "$D/spool/done")"
