# names.sh - names that we never made
. "$HOSTILE/lib/lib.sh"
begin
cd "$D/spool/new" || exit 1
touch -- -rf .hidden "$(printf 'a\nb')" "$(printf '\377\376')" '1605862800.M000001P1R0123456789abcdef.mx:x' \
    '1605862800.M000001P1R0123456789abcdef.mx;id' "$(printf '%0250d' 0)"
cd "$HOSTILE/../.." || exit 1
code=$(drain)
left=$(ls -A "$D/spool/new" -1 --quoting-style=c | wc -l)
LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\377]')" "$D/log" || clean='no control bytes in the log'
echo "exit $code, $left left, $(sound 1), $(says 'name'), $clean"
