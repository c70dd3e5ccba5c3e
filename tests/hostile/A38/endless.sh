# endless.sh - a stream without end meets the limit on file sizes
. "$HOSTILE/lib/lib.sh"
begin
(ulimit -f 40000; exec "$B/imip-enqueue" -s "$D/spool" -f a@b -- \
    room@rooms.test </dev/zero >"$T/out" 2>&1)
code=$?
echo "$code $(cut -d ' ' -f 1 "$T/out"), tmp $(count_files "$D/spool/tmp")" \
    "new $(count_files "$D/spool/new")"
