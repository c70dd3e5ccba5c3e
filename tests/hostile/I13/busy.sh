# busy.sh - somebody else holds the write lock for a while
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
mkfifo "$T/hold"
sqlite3 "$D/imipd.db" <"$T/hold" >"$T/locked" &
locker=$!
exec 6>"$T/hold"
echo "BEGIN IMMEDIATE; SELECT 'locked';" >&6
wait_for 20 grep -q locked "$T/locked"
"$B/imip-processor" -c "$D/imipd.conf" --drain 2>>"$D/log" &
worker=$!
wait_for 20 has_files "$D/spool/cur" 1
[ "$(count_files "$D/spool/done")" -eq 0 ] && waited=waited
echo "ROLLBACK;" >&6
exec 6>&-
wait "$locker"
wait "$worker"
drain >/dev/null
echo "$waited, done $(count_files "$D/spool/done"), answers $(count_files "$D/out/new")"
