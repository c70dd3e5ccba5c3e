# second.sh - the first waits for mail
. "$HOSTILE/lib/lib.sh"
begin
start_processor "$D"
wait_for 20 worker_of "$processor" >/dev/null
wait_for 20 sh -c "ls -l /proc/$(worker_of "$processor")/fd | grep -q inotify"
"$B/imip-processor" -c "$D/imipd.conf" --drain 2>"$T/second"
code=$?
send u1 1
wait_for 20 has_files "$D/out/new" 1 && answered=answered
stop_processor
echo "$code, $(grep -q 'another imip-processor' "$T/second" && echo said), $answered"
