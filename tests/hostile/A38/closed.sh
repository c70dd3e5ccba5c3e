# closed.sh - stdin is closed
. "$HOSTILE/lib/lib.sh"
begin
"$B/imip-enqueue" -s "$D/spool" -f a@b -- room@rooms.test <&- >"$T/out" 2>&1
code=$?
echo "$code $(cut -d ' ' -f 1 "$T/out"), tmp $(count_files "$D/spool/tmp")" \
    "new $(count_files "$D/spool/new")"
