#!/bin/sh
#
# enqueue.t - imip-enqueue killed at, and failed by, every system call
#
# usage: tests/crash/enqueue.t [BUILD]
#
# Both faces, three shapes of message.  Whatever happens: what was acknowledged
# is there, what is there is whole, and the exit is 0 or 75.  The last tests are
# negative controls: the checks must see the faults they are for.

build=${1:-build}
here=$(dirname "$0")
bin=$build/imip-enqueue
check=$build/tests/spoolcheck
faults='signal=KILL error=EIO error=ENOSPC error=EMFILE error=EINTR'
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
spool=$scratch/spool
bin=$(realpath "$bin") && check=$(realpath "$check") || exit 1
number=0
exec 3>&1

ok() # RESULT NAME
{
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
	fi
}

complain() # TEXT...
{
	echo "# $*" >&3
	wrong=$((wrong + 1))
}

clear_spool()
{
	rm -f "$spool"/tmp/* "$spool"/new/*
}

# Messages: one line; 10 kB; more than three buffers, with dots and lone LFs.
make_messages()
{
	printf 'Subject: small\r\n\r\nx\r\n' >"$scratch/small"
	awk 'BEGIN { printf "Subject: m\r\n\r\n"
		for (i = 0; i < 140; i++) printf "%070d\r\n", i }' \
	    >"$scratch/medium"
	awk 'BEGIN { printf "Subject: l\r\n\r\n"
		for (i = 0; i < 2900; i++) printf ".%066d\n.\n\r\n", i }' \
	    >"$scratch/large"
	for m in small medium large; do
		{
			printf 'LHLO t\r\n'
			transaction $m
			# a second one in the same connection
			[ $m = small ] && transaction $m
			printf 'QUIT\r\n'
		} >"$scratch/$m.lmtp"
	done
}

transaction() # MESSAGE
{
	printf 'MAIL FROM:<a@b.test>\r\nRCPT TO:<r@b.test>\r\nDATA\r\n'
	# stuff dots after CR LF and at the start, nowhere else
	awk 'BEGIN { RS = "\r\n"; ORS = "\r\n" } /^\./ { printf "." } { print }' \
	    "$scratch/$1"
	printf '.\r\n'
}

# Run under strace; the exit code is the program's.
run() # FACE MESSAGE STRACE-OPTION...
{
	face=$1 message=$2
	shift 2
	if [ "$face" = pipe ]; then
		strace -f -qq "$@" "$bin" -s "$spool" -f a@b.test -q Q -- \
		    r@b.test <"$scratch/$message" >"$scratch/out"
	else
		strace -f -qq "$@" "$bin" --lmtp -s "$spool" \
		    <"$scratch/$message.lmtp" >"$scratch/out"
	fi 2>"$scratch/err"
}

acknowledged() # FACE CODE
{
	if [ "$1" = pipe ]; then
		[ "$2" -eq 0 ] && echo 1 || echo 0
	else
		grep -c '^250 2.0.0 Ok: stored as' "$scratch/out"
	fi
}

# What must hold after a run.
judge() # FACE MESSAGE CODE FAULT CALL
{
	acks=$(acknowledged "$1" "$3")
	there=$("$check" "$spool" "$scratch/$2" 2>"$scratch/reason") || {
		complain "$1 $2 $4 $5: $(cat "$scratch/reason")"
		return
	}
	[ "$there" -ge "$acks" ] || complain "$1 $2 $4 $5: lost"
	case $4:$3 in
	signal=KILL:137) killed=$((killed + 1)) ;;
	signal=KILL:*) complain "$1 $2 $4 $5: was not killed" ;;
	*:0 | *:75) ;;
	*) complain "$1 $2 $4 $5: exit $3" ;;
	esac
	# an answer that is lost on the way is the one honest doubt
	case $1:$4:$5 in
	*:signal=KILL:* | lmtp:*:write) ;;
	*) [ "$there" -eq "$acks" ] ||
	    complain "$1 $2 $4 $5: visible but exit $3" ;;
	esac
	# the calls whose failure must never be overlooked; musl takes a close
	# that was interrupted for the success that it is on Linux
	case $4:$5 in
	error=EINTR:close) ;;
	error=*:fsync | error=*:close | error=*:linkat | error=*:pwrite64)
		[ "$acks" -lt "$normal" ] || complain "$1 $2 $4 $5: overlooked" ;;
	esac
	if [ "$1:$3" = pipe:75 ] && [ "$5" != write ] &&
	    ! grep -q '^4\.[0-9]\.[0-9] .' "$scratch/out"; then
		complain "$1 $2 $4 $5: no status before exit 75"
	fi
}

# Every call, every fault.
sweep() # FACE MESSAGE
{
	wrong=0 killed=0 runs=0 points=0
	clear_spool
	run "$1" "$2" -o "$scratch/trace"
	code=$?
	judge "$1" "$2" $code none none
	normal=$(acknowledged "$1" $code)
	[ "$normal" -gt 0 ] || complain "$1 $2: does not work"
	# before execve there is nothing of ours to kill; before the signals are
	# set it is libc that starts: that can be killed, but not fail
	awk '{ sub(/\(.*/, "", $2) } $2 == "rt_sigaction" { main = 1 }
	    $2 != "execve" { print $2, ++n[$2], main + 0 }' \
	    "$scratch/trace" >"$scratch/points"
	while read -r call k main; do
		points=$((points + 1))
		for fault in $faults; do
			case $main:$call:$fault in
			0:*:error=* | *:exit_group:error=*) continue ;;
			esac
			clear_spool
			run "$1" "$2" -o /dev/null \
			    -e "inject=$call:$fault:when=$k"
			judge "$1" "$2" $? "$fault" "$call"
			runs=$((runs + 1))
		done
	done <"$scratch/points"
	[ $points -gt 15 ] || complain "$1 $2: only $points calls"
	[ $killed -eq $points ] || complain "$1 $2: $killed of $points kills"
	[ $wrong -eq 0 ]
	ok $? "$1 face, $2 message: $runs faults at $points calls"
}

order()
{
	awk -f "$here/order-enqueue.awk" "$1" >"$scratch/order" 2>&1
}

expect_order() # FACE MESSAGE
{
	clear_spool
	run "$1" "$2" -y -s 4096 -o "$scratch/trace.$1.$2" && order "$scratch/trace.$1.$2"
	ok $? "$1 face, $2 message: synced before it is acknowledged"
}

# fsync number N of a run does nothing: the order check has to notice
expect_disorder() # FACE MESSAGE N TEXT
{
	clear_spool
	run "$1" "$2" -y -s 4096 -o "$scratch/lie" -e "inject=fsync:retval=0:when=$3"
	! order "$scratch/lie" && grep -q "$4" "$scratch/order"
	ok $? "control: $1 face without fsync $3 is found out"
}

mkdir -m 700 "$spool" || exit 1
for d in tmp new cur hold done; do
	mkdir -m 700 "$spool/$d" || exit 1
done
make_messages
echo 1..19

for face in pipe lmtp; do
	for message in small medium large; do
		sweep $face $message
		expect_order $face $message
	done
done

for face in pipe lmtp; do
	expect_disorder $face medium 1 'before the file was synced'
	expect_disorder $face medium 2 'before new/ was synced'
done

# the file written once more after its fsync
awk '{ print } / fsync\(.*\/tmp\/[0-9]+\.M/ { gsub(/fsync/, "write"); print }' \
    "$scratch/trace.pipe.small" >"$scratch/late"
! order "$scratch/late" && grep -q "before the file was synced" "$scratch/order"
ok $? 'control: a write after the fsync is found out'

# a torn file and a lost one
clear_spool
run pipe medium -o /dev/null
for f in "$spool"/new/*; do
	truncate -s -1 "$f"
done
wrong=0
judge pipe medium 0 none none 3>/dev/null
[ $wrong -eq 1 ]
ok $? 'control: a torn file is found out'
clear_spool
wrong=0
judge pipe medium 0 none none 3>/dev/null
[ $wrong -gt 0 ]
ok $? 'control: a lost file is found out'
