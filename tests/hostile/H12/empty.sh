# empty.sh - the directory is there and nothing is in it
. "$HOSTILE/lib/lib.sh"
begin
mv "$D/spool" "$T/away" && mkdir -m 700 "$D/spool"
code=$(drain)
send u1 1 >/dev/null
echo "processor $code, enqueue $?, $(says 'spool')"
