# spool-is-one.sh - the spool is a link to elsewhere
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
mv "$D/spool" "$T/elsewhere" && ln -s "$T/elsewhere" "$D/spool"
code=$(drain)
[ "$(count_files "$T/elsewhere/new")" -eq 1 ] && kept=kept
echo "refused: exit $code, $kept"
