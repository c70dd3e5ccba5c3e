# slow.sh - it never comes to an end; its own alarm (60 s) is brought forward
. "$HOSTILE/lib/lib.sh"
begin
mkfifo "$T/fifo"
"$B/imip-enqueue" -s "$D/spool" -f a@b -- room@rooms.test <"$T/fifo" \
    >"$T/out" 2>&1 &
pid=$!
exec 5>"$T/fifo"
printf 'S' >&5
wait_for 20 has_files "$D/spool/tmp" 1
kill -ALRM "$pid"
wait "$pid"
code=$?
exec 5>&-
echo "$code $(cut -d ' ' -f 1 "$T/out"), new $(count_files "$D/spool/new")"
