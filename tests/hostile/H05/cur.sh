# cur.sh - somebody else can write there
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
chmod 777 "$D/spool/cur"
code=$(drain)
[ "$(count_files "$D/spool/new")" -eq 1 ] && kept=kept
echo "refused: exit $code, $(says 'chmod' | sed 's/said/chmod named/'), $kept"
