# enqueue.sh - errors of the system calls that write
# not sanitized
. "$HOSTILE/lib/lib.sh"
begin
for fault in write:ENOSPC write:EIO write:EDQUOT fsync:EIO fsync:ENOSPC \
    openat,open:EMFILE openat,open:ENFILE link,linkat:EROFS; do
	request "u$fault" $(slot 1) | strace -qq -f -o /dev/null \
	    -e "inject=${fault%:*}:error=${fault#*:}" "$B/imip-enqueue" \
	    -s "$D/spool" -f anna@people.test -- room@rooms.test >/dev/null 2>&1
	printf '%s ' $?
done | sed 's/ $//'
echo ", new $(count_files "$D/spool/new")"
