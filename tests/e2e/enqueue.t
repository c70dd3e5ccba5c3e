#!/bin/sh
#
# enqueue.t - the pipe face of imip-enqueue as mail servers call it
#
# usage: tests/e2e/enqueue.t [BUILD]

build=${1:-build}
bin=$(realpath "$build/imip-enqueue") || exit 1
check=$(realpath "$build/tests/spoolcheck") || exit 1
scratch=$(mktemp -d) || exit 1
trap 'chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT
spool=$scratch/spool
number=0
tests=41

ok() # RESULT NAME
{
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		sed 's/^/# /' "$scratch/out" "$scratch/err"
	fi
}

fresh()
{
	rm -rf "$spool"
	mkdir -m 700 "$spool" "$spool/tmp" "$spool/new" "$spool/cur" \
	    "$spool/hold" "$spool/done"
}

# Run with stdin from $input; out, err and $code are what became of it.
enqueue() # ARGUMENT...
{
	"$bin" -s "$spool" "$@" <"$input" >"$scratch/out" 2>"$scratch/err"
	code=$?
}

# Exit 0 and one whole message.
accepted()
{
	[ "$code" -eq 0 ] && [ ! -s "$scratch/out" ] &&
	    [ ! -s "$scratch/err" ] &&
	    [ "$("$check" "$spool" "$input")" = 1 ] &&
	    [ "$(find "$spool/tmp" -type f | wc -l)" -eq 0 ]
}

# Exit 75, one line that begins with the status, nothing anywhere.
refused() # STATUS
{
	[ "$code" -eq 75 ] && [ ! -s "$scratch/err" ] &&
	    [ "$(wc -l <"$scratch/out")" -eq 1 ] &&
	    grep -q "^$1 [ -~]*\$" "$scratch/out" &&
	    [ "$(find "$spool" -type f | wc -l)" -eq 0 ]
}

# Does the block have this line?
has() # LINE
{
	sed '/^X-Imipd-End/q' "$spool"/new/* | grep -qxF -e "$1"
}

printf 'Subject: x\n\nhello\n' >"$scratch/small"
awk 'BEGIN { print "Subject: y\n"
	for (i = 0; i < 150000; i++) printf "%070d\n", i }' >"$scratch/large"
: >"$scratch/empty"
printf 'a\000b\r\n\377no end' >"$scratch/binary"
input=$scratch/small

echo 1..$tests

# 1: the way of integration with Postfix, three recipients in one run
fresh
enqueue -t inbound -f 'Alice@Example.ORG' -o A@Old.test B@old.test c@old.test \
    -q 4Xyz -a login -c 192.0.2.1 -z 20 -- Room1@EXAMPLE.com r2@x.test r3@x.test
accepted && has 'X-Imipd-Role: in' && has 'X-Imipd-Sender: Alice@example.org' &&
    has 'X-Imipd-Queue-Id: 4Xyz' && has 'X-Imipd-Submitter: login' &&
    has 'X-Imipd-Client: 192.0.2.1' && has 'X-Imipd-Size: 20' &&
    [ "$(sed -n '/Recipient/,$p' "$spool"/new/* | head -n 6 | tr '\n' ' ')" = \
    'X-Imipd-Recipient: Room1@example.com X-Imipd-Original: A@old.test X-Imipd-Recipient: r2@x.test X-Imipd-Original: B@old.test X-Imipd-Recipient: r3@x.test X-Imipd-Original: c@old.test ' ]
ok $? 'all fields, three recipients with their originals'

# 2
name=$(basename "$spool"/new/*)
echo "$name" | grep -qE '^[0-9]{10}\.M[0-9]{6}P[0-9]+R[0-9a-f]{16}\.[A-Za-z0-9_.-]+$' &&
    [ "$(stat -c %a "$spool/new/$name")" = 640 ]
ok $? 'a name of our grammar, mode 640 whatever the umask'

# 3-5
for file in large empty binary; do
	fresh
	input=$scratch/$file
	enqueue -f a@b -- r@x
	accepted
	ok $? "a message that is $file"
done
input=$scratch/small

# 6-9: roles
for pair in in:in outgoing:out filter:filter resource:in; do
	fresh
	enqueue -t "${pair%:*}" -f a@b -- r@x
	accepted && has "X-Imipd-Role: ${pair#*:}"
	ok $? "role ${pair%:*}"
done

# 10-12: three spellings of the null sender
for sender in '' '<>' MAILER-DAEMON; do
	fresh
	enqueue -f "$sender" -- r@x
	accepted && has 'X-Imipd-Sender: '
	ok $? "null sender as '$sender'"
done

# 13-14: a shell has dropped the empty sender
for next in -q --env; do
	fresh
	SENDER=a@b enqueue -f $next -- r@x
	refused 4.3.5
	ok $? "-f that swallows $next"
done

# 15: addresses that a shell or a path would trip over
long=$(printf '%064d' 0)
fresh
enqueue -f '-oQ/tmp@x.test' -- '"a b"@x.test' '|sh@x.test' ';rm -rf@x.test' \
    '$(reboot)@x.test' '../../etc@x.test' '-f@x.test' "$long@x.test" \
    'jürgen@x.test' '--' '--help' 'a@b@C.TEST' "a'b@x.test"
accepted && has 'X-Imipd-Sender: -oQ/tmp@x.test' &&
    has 'X-Imipd-Recipient: "a b"@x.test' && has 'X-Imipd-Recipient: |sh@x.test' &&
    has 'X-Imipd-Recipient: ;rm -rf@x.test' &&
    has 'X-Imipd-Recipient: $(reboot)@x.test' &&
    has 'X-Imipd-Recipient: ../../etc@x.test' &&
    has 'X-Imipd-Recipient: -f@x.test' &&
    has "X-Imipd-Recipient: $long@x.test" &&
    has 'X-Imipd-Recipient: jürgen@x.test' && has 'X-Imipd-Recipient: --' &&
    has 'X-Imipd-Recipient: --help' && has 'X-Imipd-Recipient: a@b@c.test'
ok $? 'odd addresses are data'

# 16-19: addresses that cannot be stored
tab=$(printf 'a\tb@x')
fresh
enqueue -f a@b -- r@x "$tab"
refused 4.1.3 && ! grep -q 'b@x' "$scratch/out"
ok $? 'a control byte in a recipient; the address is not printed'
enqueue -f a@b -- r@x ''
refused 4.1.3
ok $? 'an empty recipient'
enqueue -f a@b -- "$(printf '%0330d' 0)@x"
refused 4.1.3
ok $? 'too long a recipient'
enqueue -f "$(printf 'a\nX-Imipd-Role: out')" -- r@x
refused 4.1.7
ok $? 'a line break in the sender'

# 20-24: the environment
fresh
SENDER=A@B.Test RECIPIENT=R@X.Test ORIG_RECIPIENT=o@X.Test enqueue --env
accepted && has 'X-Imipd-Sender: A@b.test' && has 'X-Imipd-Recipient: R@x.test' &&
    has 'X-Imipd-Original: o@x.test'
ok $? '--env takes sender, recipient and original'
fresh
SENDER='' RECIPIENT=@people.test enqueue --env -- r1@x r2@x
accepted && has 'X-Imipd-Sender: ' && has 'X-Imipd-Recipient: r2@x'
ok $? '--env with recipients: those count, RECIPIENT is not looked at'
fresh
SENDER=a@b RECIPIENT=@people.test enqueue --env
refused 4.3.5
ok $? "--env with the RECIPIENT of an Exim batch"
(unset SENDER; RECIPIENT=r@x; export RECIPIENT
"$bin" -s "$spool" --env <"$input" >"$scratch/out" 2>"$scratch/err")
code=$?
refused 4.3.5
ok $? '--env without SENDER'
env -i "$bin" -s "$spool" -f a@b -- r@x <"$input" >"$scratch/out" 2>"$scratch/err"
code=$?
accepted
ok $? 'an empty environment'

# 25-29: wrong command lines
fresh
enqueue -f a@b -o o1 -- r1 r2
refused 4.3.5
ok $? 'fewer originals than recipients'
wrong=0
for line in '-f a@b --' '-t nonsense -f a@b -- r' '-x -- r' '-z ten -f a -- r' \
    '-f a --help -- r' '--version -f a -- r' '-f a r --' '--env -o' \
    '-o a -o b -f s -- r r' '-z -- r' '-s'; do
	# shellcheck disable=SC2086
	enqueue $line
	case $line:$code in
	-s:64) ;;
	*) refused 4.3.5 || { wrong=1; echo "# $line: $code"; } ;;
	esac
done
ok $wrong 'a usage error under a mail server is 75 4.3.5'
"$bin" -f a@b r@x </dev/null >"$scratch/out" 2>"$scratch/err"
[ $? -eq 64 ] && grep -q '^4\.3\.5 ' "$scratch/out" && grep -q usage: "$scratch/err"
ok $? 'a usage error of a person is 64'
"$bin" --version >"$scratch/out" && grep -qx 'imip-enqueue [0-9.]*' "$scratch/out" &&
    "$bin" --help >"$scratch/out" && grep -q '^usage: ' "$scratch/out"
ok $? '--version and --help'
fresh
enqueue -- r@x
file=$(ls "$spool"/new/* 2>/dev/null)
[ "$code" -eq 0 ] && ! grep -q '^X-Imipd-Sender: .' "$file"
ok $? 'without -f and --env the sender is the null sender'
fresh
set --
i=0
while [ $i -le 1000 ]; do
	set -- "$@" "r$i@x"
	i=$((i + 1))
done
enqueue -f a@b -- "$@"
refused 4.3.5
shift
result=$?
[ "$code" -eq 75 ] && enqueue -f a@b -- "$@"
accepted && [ "$(grep -c '^X-Imipd-Recipient: ' "$spool"/new/*)" -eq 1000 ]
ok $((result + $?)) '1000 recipients and no more'

# 30-32: the announced size
fresh
enqueue -f a@b -z 600 -- r@x
refused 4.4.2
ok $? 'a message that is cut short'
input=$scratch/empty
enqueue -f a@b -z 200 -- r@x
refused 4.4.2
ok $? 'no message where one was announced'
# what Postfix announced for 18303 bytes in 1007 lines
awk 'BEGIN { printf "S: x\n\n"; for (i = 0; i < 1004; i++) printf "%017d\n", i
	printf "%0225d\n", 0 }' | head -c 18303 >"$scratch/postfix"
input=$scratch/postfix
enqueue -f a@b -z 19311 -- r@x
accepted
ok $? 'the size that Postfix announces for a whole message'
input=$scratch/small

# 33-36: a spool that is not there, not ours, full
fresh
code=$("$bin" -s "$scratch/none" -f a@b -- r@x <"$input" >"$scratch/out" 2>"$scratch/err"
echo $?)
refused 4.3.0
ok $? 'no spool'
rmdir "$spool/tmp"
enqueue -f a@b -- r@x
refused 4.3.0
ok $? 'no tmp/'
fresh
mv "$spool/new" "$scratch/elsewhere"
ln -s "$scratch/elsewhere" "$spool/new"
enqueue -f a@b -- r@x
refused 4.3.0
ok $? 'new/ is a symbolic link'
rm -rf "$scratch/elsewhere"
fresh
input=$scratch/large
(ulimit -f 1000; "$bin" -s "$spool" -f a@b -- r@x <"$input" \
    >"$scratch/out" 2>"$scratch/err")
code=$?
refused 4.3.0
ok $? 'a limit on file sizes is no signal but 75'
input=$scratch/small

# 37: stdin closed
fresh
"$bin" -s "$spool" -f a@b -- r@x <&- >"$scratch/out" 2>"$scratch/err"
code=$?
refused 4.3.0
ok $? 'stdin is closed'

# 38: told to stop while the message is on its way
wrong=0
for signal in TERM HUP INT ALRM; do
	fresh
	rm -f "$scratch/fifo"
	mkfifo "$scratch/fifo"
	"$bin" -s "$spool" -f a@b -- r@x <"$scratch/fifo" >"$scratch/out" \
	    2>"$scratch/err" &
	pid=$!
	exec 4>"$scratch/fifo"
	printf 'Subject: half' >&4
	# its handlers stand before it creates its file
	until [ -n "$(ls "$spool/tmp")" ]; do :; done
	kill -$signal $pid
	wait $pid
	code=$?
	exec 4>&-
	rm -f "$spool"/tmp/*
	refused '4\.[34]\.2' || { wrong=1; echo "# $signal: $code"; }
done
ok $wrong 'TERM, HUP, INT and the alarm end in 75 with nothing visible'

# 39-40: what is in the binary
if nm "$bin" | grep -q __asan; then
	echo 'ok 39 - static # SKIP the sanitizers need the loader'
	echo 'ok 40 - no heap # SKIP the sanitizers have one'
	exit 0
fi
! readelf -lW "$bin" | grep -q INTERP
ok $? 'static: there is no loader that can fail'
# glibc brings its heap along whether it is used or not
if nm "$bin" | grep -q ' T __init_libc$'; then
	nm "$bin" | grep -qw main && ! nm "$bin" | grep -qwE 'malloc|calloc|realloc'
	ok $? 'with musl: no heap in it'
else
	echo 'ok 40 - no heap # SKIP not built with musl'
fi
