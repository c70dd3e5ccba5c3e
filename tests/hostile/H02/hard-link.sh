# hard-link.sh - a message that has a second name elsewhere
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
ln "$D"/spool/new/* "$T/mine"
cp "$T/mine" "$T/copy"
drain >/dev/null
echo "hold $(ls "$D/spool/hold" | grep -vc why) done $(count_files "$D/spool/done")," \
    "$(cat "$D"/spool/hold/*.why | grep -o 'another link\|links\|link' | head -n 1 | sed 's/^links*$/another link/')," \
    "$(cmp "$T/mine" "$T/copy" && sound 2)"
