# io.sh - the disk of the store fails at the commit
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
IMIPD_READER=$B/imip-reader timeout 30 strace -qq -o /dev/null -e inject=fdatasync,fsync:error=EIO \
    "$B/tests/worker" "$D/imipd.conf" >>"$D/log" 2>&1
[ "$(ls "$D/spool/new" "$D/spool/cur" "$D/spool/done" | grep -c '^[0-9]')" -eq 1 ] && kept=kept
drain >/dev/null
echo "$kept, then done $(count_files "$D/spool/done"), answers $(count_files "$D/out/new")"
