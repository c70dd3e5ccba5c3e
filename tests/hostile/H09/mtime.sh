# mtime.sh - dates of the files
. "$HOSTILE/lib/lib.sh"
begin
send u1 1
touch -d '1970-01-02' "$D"/spool/new/*
send u2 2
touch -d '2099-01-01' "$(ls -t "$D"/spool/new/* | head -n 1)"
code=$(drain)
echo "done $(count_files "$D/spool/done"), answers $(count_files "$D/out/new"), exit $code"
