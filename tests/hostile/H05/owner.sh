# owner.sh - the spool belongs to somebody else (done by root only)
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
chown 65534 "$D/spool/cur"
code=$(drain)
[ "$(count_files "$D/spool/new")" -eq 1 ] && kept=kept
echo "refused: exit $code, $kept"
