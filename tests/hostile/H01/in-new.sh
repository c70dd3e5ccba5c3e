# in-new.sh - a link with a good name in new/
. "$HOSTILE/lib/lib.sh"
begin
echo secret >"$T/secret"
ln -s "$T/secret" "$D/spool/new/1605862800.M000001P1R0123456789abcdef.mx"
code=$(drain)
if grep -rqs secret "$D"/spool/done "$D"/spool/hold "$D/imipd.db" "$D/out" "$D/log"; then
	echo "read, exit $code"
else
	echo "not read, exit $code, $(sound 1)"
fi
