# processor.sh - errors of the system calls of worker and sender, here without
# their sandbox, which would take the injected calls for forbidden ones
. "$HOSTILE/lib/lib.sh"
begin
IMIPD_READER=$B/imip-reader
export IMIPD_READER
n=0
lost=
for fault in pwrite64:ENOSPC:3 fdatasync:EIO:1 fsync:EIO:1 renameat2,renameat:EROFS:1 \
    openat:EMFILE:30 socketpair:ENFILE:1 mmap:ENOMEM:40 pwrite64:EIO:9; do
	n=$((n + 1))
	send "u$n" $n
	for role in '' sender; do
		timeout 20 strace -qq -o /dev/null \
		    -e "inject=$(echo "$fault" | sed 's/:/:error=/; s/:\([0-9]*\)$/:when=\1/')" \
		    "$B/tests/worker" "$D/imipd.conf" $role >>"$D/log" 2>&1
		[ $? -ne 124 ] || lost="$lost $fault: does not end"
	done
	kept=$(ls "$D/spool/new" "$D/spool/cur" "$D/spool/done" | grep -c '^[0-9]')
	[ "$kept" -eq $n ] || lost="$lost $fault: $kept of $n"
done
drain >/dev/null
[ "$(states "$D")" = "new 0 cur 0 hold 0 done $n" ] || lost="$lost $(states "$D")"
[ "$(count_files "$D/out/new")" -eq $n ] && said='all answered'
echo "${lost:-nothing lost}, $said"
