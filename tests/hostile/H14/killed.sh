# killed.sh - the worker dies at one call after the other
. "$HOSTILE/lib/lib.sh"
begin
IMIPD_READER=$B/imip-reader
export IMIPD_READER
many "$D" k 1 10
for point in renameat2:2 renameat:2 rename:2 pwrite64:5 pwrite64:20 \
    fdatasync:1 fdatasync:2 fsync:1 renameat2:9 renameat:9 unlink:1 read:9; do
	strace -qq -o /dev/null -e "inject=${point%:*}:signal=KILL:when=${point#*:}" \
	    "$B/tests/worker" "$D/imipd.conf" >>"$D/log" 2>&1
done
for try in 1 2 3; do drain >/dev/null; done
echo "done $(count_files "$D/spool/done"), booked $(bookings "$D"), answers $(count_files "$D/out/new")"
