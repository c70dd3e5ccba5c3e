# older.sh - the store is not what it was
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
sqlite3 "$D/imipd.db" "PRAGMA user_version = 0"
code=$(timeout 20 "$B/imip-processor" -c "$D/imipd.conf" --drain 2>>"$D/log"; echo $?)
case $code in 75 | 78) said=refused ;; *) said="exit $code" ;; esac
[ "$(ls "$D/spool/new" "$D/spool/cur" | grep -c '^[0-9]')" -eq 1 ] && kept=kept
echo "$said, $(says 'imipd.db'), $kept"
