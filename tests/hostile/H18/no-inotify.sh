# no-inotify.sh - no instance is left (EMFILE): looked every few seconds
. "$HOSTILE/lib/lib.sh"
begin
strace -qq -f -o /dev/null -e inject=inotify_init1:error=EMFILE \
    "$B/imip-processor" -c "$D/imipd.conf" 2>>"$D/log" &
tracer=$!
wait_for 20 worker_of "$(children $tracer)" >/dev/null
sleep 1
send u1 1
wait_for 30 has_files "$D/out/new" 1 && echo answered
kill "$(children $tracer)"
wait $tracer
