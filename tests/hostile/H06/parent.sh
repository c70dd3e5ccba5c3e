# parent.sh - everybody may rename what is in the directory above
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
chmod 777 "$D"
code=$(drain)
chmod 700 "$D"
[ "$(count_files "$D/spool/new")" -eq 1 ] && kept=kept
echo "refused: exit $code, $kept"
