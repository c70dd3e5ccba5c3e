# umask.sh - whatever the umask
. "$HOSTILE/lib/lib.sh"
begin
(umask 000; send u1 1)
(umask 077; send u2 2)
modes=$(stat -c %a "$D"/spool/new/* | paste -s -d ' ')
drain >/dev/null
echo "$modes $(sound 3)"
