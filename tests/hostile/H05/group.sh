# group.sh - somebody else can write there
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
chmod 770 "$D/spool"
code=$(drain)
[ "$(count_files "$D/spool/new")" -eq 1 ] && kept=kept
echo "refused: exit $code, $(says 'chmod' | sed 's/said/chmod named/'), $kept"
