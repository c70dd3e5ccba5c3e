# new-is-one.sh - new/ is a link to elsewhere
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
mv "$D/spool/new" "$T/elsewhere" && ln -s "$T/elsewhere" "$D/spool/new"
code=$(drain)
send u2 2 >/dev/null
enqueued=$?
[ "$(count_files "$T/elsewhere")" -eq 1 ] && kept=kept
echo "refused: exit $code, enqueue $enqueued, $kept"
