# dying.sh - a worker that dies whenever it starts: no busy loop
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
# any call that its sandbox forbids ends it: injected errors are such
timeout 5 strace -qq -f -o /dev/null -e inject=fdatasync:error=EIO:when=2+ \
    "$B/imip-processor" -c "$D/imipd.conf" 2>>"$D/log"
n=$(grep -c 'event=worker-killed' "$D/log")
if [ "$n" -eq 0 ]; then echo 'it did not die'
elif [ "$n" -le 20 ]; then echo 'at most 20 starts in 5 s'
else echo "$n starts in 5 s"; fi
