# announced.sh - a terabyte is announced
. "$HOSTILE/lib/lib.sh"
begin
echo hello | "$B/imip-enqueue" -s "$D/spool" -f a@b -z 1099511627776 -- \
    room@rooms.test >"$T/out" 2>&1
code=$?
echo "$code $(cut -d ' ' -f 1 "$T/out"), tmp $(count_files "$D/spool/tmp")" \
    "new $(count_files "$D/spool/new")"
