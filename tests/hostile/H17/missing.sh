# missing.sh - no settings at all
. "$HOSTILE/lib/lib.sh"
begin
"$B/imip-processor" -c "$T/none.conf" --drain 2>"$T/said"
case $? in 75 | 78) grep -q none.conf "$T/said" && echo refused ;; esac
