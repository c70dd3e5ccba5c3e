# tmp.sh - a directory like /tmp is itself the spool
. "$HOSTILE/lib/lib.sh"
begin
chmod 1777 "$D/spool"
echo "refused: exit $(drain)"
