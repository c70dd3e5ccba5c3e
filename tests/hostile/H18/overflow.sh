# overflow.sh - the worker sleeps while more comes than it is told of
. "$HOSTILE/lib/lib.sh"
begin
start_processor "$D"
wait_for 20 worker_of "$processor" >/dev/null
wait_for 20 sh -c "ls -l /proc/$(worker_of "$processor")/fd | grep -q inotify"
worker=$(worker_of "$processor")
kill -STOP "$worker"
many "$D" o 1 40
# one event is gone: the files are moved away and back
mv "$D/spool/new" "$D/spool/new.away" && mv "$D/spool/new.away" "$D/spool/new"
kill -CONT "$worker"
wait_for 30 has_files "$D/out/new" 40
stop_processor
echo "answered $(count_files "$D/out/new")"
