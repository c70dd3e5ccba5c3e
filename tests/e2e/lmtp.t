#!/bin/sh
#
# lmtp.t - the LMTP face of imip-enqueue, spoken to on stdin and stdout
#
# usage: tests/e2e/lmtp.t [BUILD]

build=${1:-build}
bin=$(realpath "$build/imip-enqueue") || exit 1
check=$(realpath "$build/tests/spoolcheck") || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
spool=$scratch/spool
number=0

ok() # RESULT NAME
{
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		cut -c 1-300 "$scratch/codes" "$scratch/err" | sed 's/^/# /'
	fi
}

fresh()
{
	rm -rf "$spool"
	mkdir -m 700 "$spool" "$spool/tmp" "$spool/new" "$spool/cur" \
	    "$spool/hold" "$spool/done"
}

# Speak what stdin says, in a fresh spool.  "codes" gets the answers without
# the greeting and what LHLO offers, as "250 2.1.0" on one line; "code" the exit.
speak() # OPTION...
{
	fresh
	"$bin" --lmtp -s "$spool" "$@" >"$scratch/out" 2>"$scratch/err"
	answers $?
}

answers() # EXIT
{
	echo "$1" >"$scratch/code"
	tr -d '\r' <"$scratch/out" | awk 'NR == 1 { next } /^250[- ][A-Z]/ &&
	    !/^250 2/ { next } /^250-/ { next }
	    { print $1 ($2 ~ /^[245]\.[0-9]+\.[0-9]+$/ ? " " $2 : "") }' |
	    tr '\n' ',' >"$scratch/codes"
}

# Exactly these answers, nothing on stderr, that exit code.
said() # CODES EXIT
{
	[ "$(cat "$scratch/codes")" = "$1," ] && [ "$(cat "$scratch/code")" -eq "$2" ] &&
	    [ ! -s "$scratch/err" ]
}

# So many messages, each whole and like the file.
stored() # NUMBER FILE
{
	[ "$("$check" "$spool" "$2")" = "$1" ] &&
	    [ "$(find "$spool/tmp" -type f | wc -l)" -eq 0 ]
}

has() # LINE
{
	cat "$spool"/new/* | sed '/^X-Imipd-End/q' | grep -qxF -e "$1"
}

# A transaction up to DATA.
begin='LHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<r@x>\r\nDATA\r\n'
to_data='250 2.1.0,250 2.1.5,354'

echo 1..30

# 1
printf 'LHLO me\r\nQUIT\r\n' | speak
wrong=0
for word in PIPELINING 8BITMIME SMTPUTF8 ENHANCEDSTATUSCODES SIZE DSN \
    'XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE'; do
	grep -q "^250[- ]$word" "$scratch/out" || wrong=1
done
[ "$(grep -c '^250 ' "$scratch/out")" -eq 1 ] &&
    head -n 1 "$scratch/out" | grep -q '^220 .*LMTP' &&
    said '221 2.0.0' 0 && [ $wrong -eq 0 ] &&
    [ "$(grep -c "$(printf '\r')\$" "$scratch/out")" -eq "$(wc -l <"$scratch/out")" ]
ok $? 'greeting and what LHLO offers'

# 2: everything at once
printf 'Subject: x\r\n\r\nhello\r\n' >"$scratch/m"
{
	printf 'lhlo me\r\nXFORWARD ADDR=192.0.2.1 IDENT=4Xy+2Bz NAME=[UNAVAILABLE]\r\n'
	printf 'XFORWARD PORT=25 PROTO=ESMTP HELO=x SOURCE=REMOTE\r\n'
	printf 'mail from:<Alice@B.Test> SIZE=200 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=e1\r\n'
	printf 'RCPT TO:<r1@X.test> NOTIFY=NEVER ORCPT=rfc822;Old+2Btag@Y.Test\r\n'
	printf 'RCPT TO:<"a >b\\"@x>"@x.test>\r\nRCPT TO:<@relay:r3@x.test>\r\n'
	printf 'DATA\r\n'
	cat "$scratch/m"
	printf '.\r\nQUIT\r\n'
} | speak -t out
said "250 2.0.0,250 2.0.0,250 2.1.0,250 2.1.5,250 2.1.5,250 2.1.5,354,250 2.0.0,250 2.0.0,250 2.0.0,221 2.0.0" 0 &&
    stored 1 "$scratch/m" && has 'X-Imipd-Role: out' &&
    has 'X-Imipd-Sender: Alice@b.test' && has 'X-Imipd-Queue-Id: 4Xy+z' &&
    has 'X-Imipd-Client: 192.0.2.1' && has 'X-Imipd-Size: 200' &&
    has 'X-Imipd-Recipient: r1@x.test' && has 'X-Imipd-Original: Old+tag@y.test' &&
    has 'X-Imipd-Recipient: "a >b\"@x>"@x.test' && has 'X-Imipd-Recipient: r3@x.test'
ok $? 'three recipients, one file, one answer each'

# 3: transactions in one connection do not know each other
{
	printf 'LHLO me\r\nXFORWARD IDENT=first ADDR=first\r\n'
	printf 'MAIL FROM:<one@b>\r\nRCPT TO:<r1@x>\r\nDATA\r\n'
	cat "$scratch/m"
	printf '.\r\nMAIL FROM:<>\r\nRCPT TO:<r2@x>\r\nDATA\r\n'
	cat "$scratch/m"
	printf '.\r\nQUIT\r\n'
} | speak
said "250 2.0.0,$to_data,250 2.0.0,$to_data,250 2.0.0,221 2.0.0" 0 &&
    stored 2 "$scratch/m" && [ "$(cat "$spool"/new/* | grep -c first)" -eq 2 ] &&
    [ "$(grep -lx 'X-Imipd-Sender: ' "$spool"/new/* | xargs grep -c Recipient)" -eq 1 ]
ok $? 'two transactions in one connection'

# 4: the order of commands
printf 'MAIL FROM:<a@b>\r\nLHLO\r\nHELO x\r\nEHLO x\r\nLHLO me\r\nRCPT TO:<r@x>\r\nDATA\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\nXFORWARD IDENT=x\r\nDATA\r\nNOOP\r\nVRFY x\r\nRSET\r\nRCPT TO:<r@x>\r\nHELP\r\n\r\nQUIT now\r\n' | speak
said '503 5.5.1,501 5.5.4,500 5.5.1,500 5.5.1,503 5.5.1,503 5.5.1,250 2.1.0,503 5.5.1,503 5.5.1,503 5.5.1,250 2.0.0,252 2.1.5,250 2.0.0,503 5.5.1,500 5.5.2,500 5.5.2,221 2.0.0' 0 &&
    stored 0 "$scratch/m"
ok $? 'commands out of order'

# 5: what is wrong with an address is said of that recipient alone
{
	printf 'LHLO me\r\nMAIL FROM:<a@b>\r\n'
	printf 'RCPT TO:<a\001b@x>\r\nRCPT TO:<>\r\nRCPT TO:r@x\r\nRCPT TO:<r@x\r\n'
	printf 'RCPT TO:<%0330d@x>\r\n' 0
	printf 'RCPT TO:<r@x> ORCPT=rfc822;a+0Ab\r\nRCPT TO:<r@x> ORCPT=rfc822;a+4\r\n'
	printf 'RCPT TO:<r@x> ORCPT=a@b\r\nRCPT TO:<r@x> FOO=BAR\r\nRCPT FROM:<r@x>\r\n'
	printf 'RCPT TO:<r@x>x\r\nRCPT TO:<good@x>\r\nDATA\r\n'
	cat "$scratch/m"
	printf '.\r\nQUIT\r\n'
} | speak
said '250 2.1.0,501 5.1.3,501 5.1.3,501 5.1.3,501 5.1.3,501 5.1.3,501 5.5.4,501 5.5.4,501 5.5.4,555 5.5.4,501 5.1.3,501 5.1.3,250 2.1.5,354,250 2.0.0,221 2.0.0' 0 &&
    stored 1 "$scratch/m" && [ "$(cat "$spool"/new/* | grep -c Recipient)" -eq 1 ]
ok $? 'bad recipients are refused, the good one is kept'

# 6: odd addresses are data
{
	printf 'LHLO me\r\nMAIL FROM:<-oQ/tmp@x>\r\n'
	for address in '|sh@x' ';rm -rf@x' '$(reboot)@x' '../../etc@x' '-f@x' \
	    "$(printf '%064d' 0)@x" 'jürgen@x' 'a@[192.0.2.1]'; do
		printf 'RCPT TO:<%s>\r\n' "$address"
	done
	printf 'DATA\r\n'
	cat "$scratch/m"
	printf '.\r\nQUIT\r\n'
} | speak
stored 1 "$scratch/m" && [ "$(cat "$spool"/new/* | grep -c Recipient)" -eq 8 ] &&
    has 'X-Imipd-Sender: -oQ/tmp@x' && has 'X-Imipd-Recipient: |sh@x' &&
    has 'X-Imipd-Recipient: ;rm -rf@x' && has 'X-Imipd-Recipient: $(reboot)@x' &&
    has 'X-Imipd-Recipient: ../../etc@x' && has 'X-Imipd-Recipient: jürgen@x' &&
    [ "$(cat "$scratch/code")" -eq 0 ]
ok $? 'odd addresses are data'

# 7
printf 'LHLO me\r\nMAIL FROM:a@b\r\nMAIL FROM:<a\tb@x>\r\nMAIL FROM:<a@b> AUTH=x\r\nMAIL FROM:<a@b> SIZE=big\r\nMAIL FROM:<a@b> SIZE=999999999999999999\r\nMAIL FROM:<a@b> SIZE=\r\nMAIL FROM: <a@b>  SIZE=1\r\nQUIT\r\n' | speak
said '501 5.1.7,501 5.1.7,555 5.5.4,501 5.5.4,452 4.3.1,501 5.5.4,250 2.1.0,221 2.0.0' 0
ok $? 'MAIL: address, parameters, no room for the size'

# 8
printf 'LHLO me\r\nXFORWARD FOO=x\r\nXFORWARD IDENT=a+0Db\r\nXFORWARD IDENT=%0400d\r\nXFORWARD =\r\nQUIT\r\n' 0 | speak
said '501 5.5.4,501 5.5.4,501 5.5.4,501 5.5.4,221 2.0.0' 0
ok $? 'XFORWARD: attributes that cannot be kept'

# 9
{
	printf 'LHLO me\r\nNOOP %05000d\r\nNOOP a\000b\r\nNOOP %04000d\r\nNOOP\nQUIT\n' 0 0
} | speak
said '500 5.5.2,500 5.5.2,250 2.0.0,250 2.0.0,221 2.0.0' 0
ok $? 'lines that are too long or hold a NUL'

# 10: dots
printf '.\r\n..\r\n.a\r\na.\r\n\r\n.\r\n' >"$scratch/dots"
{
	printf "$begin"
	printf '..\r\n...\r\n..a\r\na.\r\n\r\n..\r\n.\r\nQUIT\r\n'
} | speak
said "$to_data,250 2.0.0,221 2.0.0" 0 && stored 1 "$scratch/dots"
ok $? 'stuffed dots'

# 11: only CR LF . CR LF ends a message
{
	printf "$begin"
	printf 'a\n.\nb\n.\r\nc\r.\rd\r\n.\ne\r\r\n.\r\r\n.\r\n'
	printf 'QUIT\r\n'
} >"$scratch/script"
printf 'a\n.\nb\n.\r\nc\r.\rd\r\n\ne\r\r\n\r\r\n' >"$scratch/smuggle"
speak <"$scratch/script"
said "$to_data,250 2.0.0,221 2.0.0" 0 && stored 1 "$scratch/smuggle"
ok $? 'a lone LF or CR never ends a message'

# 12
{
	printf "$begin"
	printf 'x\n.\nMAIL FROM:<evil@b>\r\n.\r\nQUIT\r\n'
} | speak
said "$to_data,250 2.0.0,221 2.0.0" 0 && [ "$(ls "$spool/new" | wc -l)" -eq 1 ]
ok $? 'no message is smuggled in behind LF . LF'

# 13: nothing at all in it
: >"$scratch/empty"
{ printf "$begin"; printf '.\r\nQUIT\r\n'; } | speak
said "$to_data,250 2.0.0,221 2.0.0" 0 && stored 1 "$scratch/empty"
ok $? 'an empty message'

# 14: any bytes
awk 'BEGIN { for (i = 0; i < 256; i++) printf "\\%03o", i; print "\\r\\n" }' |
    tr -d '\n' >"$scratch/octal"
printf "$(cat "$scratch/octal")" >"$scratch/bytes"
{ printf "$begin"; cat "$scratch/bytes"; printf '.\r\nQUIT\r\n'; } | speak
said "$to_data,250 2.0.0,221 2.0.0" 0 && stored 1 "$scratch/bytes" &&
    [ "$(wc -c <"$scratch/bytes")" -eq 258 ]
ok $? 'every byte there is'

# 15: the end of the data at each place around the end of the input buffer
wrong=0
before=$(printf "$begin" | wc -c)
for shift in 0 1 2 3 4 5 6 7 8; do
	size=$((16384 - before - shift))
	{ head -c $((size - 4)) /dev/zero | tr '\0' z; printf '\r\n'; printf '.\r\n' |
	    sed 's/^\./../'; } >"$scratch/stuffed"
	sed 's/^\.\././' "$scratch/stuffed" >"$scratch/split"
	{ printf "$begin"; cat "$scratch/stuffed"; printf '.\r\nNOOP\r\nQUIT\r\n'; } \
	    >"$scratch/script"
	speak <"$scratch/script"
	said "$to_data,250 2.0.0,250 2.0.0,221 2.0.0" 0 &&
	    stored 1 "$scratch/split" || wrong=1
done
ok $wrong 'a dot line split at each place by a read'

# 16: every byte by a write of its own
{ printf "$begin"; printf '..\r\nx\r\n.\r\nNOOP\r\nQUIT\r\n'; } >"$scratch/script"
printf '.\r\nx\r\n' >"$scratch/split"
dd bs=1 if="$scratch/script" 2>/dev/null | speak
said "$to_data,250 2.0.0,250 2.0.0,221 2.0.0" 0 && stored 1 "$scratch/split"
ok $? 'commands and data byte by byte'

# 17: a large one
awk 'BEGIN { for (i = 0; i < 100000; i++) printf ".%060d\r\n", i }' >"$scratch/large"
{ printf "$begin"; sed 's/^\./../' "$scratch/large"; printf '.\r\nQUIT\r\n'; } | speak
said "$to_data,250 2.0.0,221 2.0.0" 0 && stored 1 "$scratch/large"
ok $? 'a large message'

# 18-21: the end comes too soon
{ printf "$begin"; printf 'half of it\r\n'; } | speak
said "$to_data" 75 && [ "$(find "$spool" -type f | wc -l)" -eq 0 ]
ok $? 'EOF in the middle of the message'
{ printf "$begin"; printf 'all but the end\r\n.\r'; } | speak
said "$to_data" 75 && [ "$(find "$spool" -type f | wc -l)" -eq 0 ]
ok $? 'EOF in the middle of the last line'
printf 'LHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<r@x>\r\nDATA' | speak
said '250 2.1.0,250 2.1.5' 75 && [ "$(find "$spool" -type f | wc -l)" -eq 0 ]
ok $? 'EOF within a command of a transaction'
printf 'LHLO me\r\nNOOP\r\n' | speak
said '250 2.0.0' 0
ok $? 'EOF between transactions is a farewell'

# 22
{ printf 'LHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<r@x>\r\nRSET\r\nMAIL FROM:<c@d>\r\nRCPT TO:<s@x>\r\nLHLO me\r\nDATA\r\nQUIT\r\n'; } | speak
said '250 2.1.0,250 2.1.5,250 2.0.0,250 2.1.0,250 2.1.5,503 5.5.1,221 2.0.0' 0 &&
    [ "$(find "$spool" -type f | wc -l)" -eq 0 ]
ok $? 'RSET and LHLO end a transaction, nothing stays behind'

# 23: no valid recipient, but the client goes on (pipelining)
printf 'LHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<>\r\nDATA\r\nRSET\r\nQUIT\r\n' | speak
said '250 2.1.0,501 5.1.3,503 5.5.1,250 2.0.0,221 2.0.0' 0
ok $? 'DATA without a recipient'

# 24: too many recipients
{
	printf 'LHLO me\r\nMAIL FROM:<a@b>\r\n'
	awk 'BEGIN { for (i = 0; i < 1002; i++) printf "RCPT TO:<r%d@x>\r\n", i }'
	printf 'DATA\r\n'
	cat "$scratch/m"
	printf '.\r\nQUIT\r\n'
} | speak
[ "$(grep -c '^452 4.5.3' "$scratch/out")" -eq 2 ] && stored 1 "$scratch/m" &&
    [ "$(grep -c '^250 2.0.0 Ok: stored as' "$scratch/out")" -eq 1000 ]
ok $? '1000 recipients are answered, two more are put off'

# 25-27: trouble with the spool
fresh
rmdir "$spool/new"
printf 'LHLO me\r\nQUIT\r\n' | "$bin" --lmtp -s "$spool" >"$scratch/out" 2>"$scratch/err"
[ $? -eq 75 ] && grep -q '^421 4\.3\.0 ' "$scratch/out" && [ ! -s "$scratch/err" ]
ok $? 'no new/: 421, nothing on stderr'
fresh
rmdir "$spool/tmp"
printf 'LHLO me\r\nMAIL FROM:<a@b>\r\nQUIT\r\n' |
    "$bin" --lmtp -s "$spool" >"$scratch/out" 2>"$scratch/err"
answers $?
said '451 4.3.0,221 2.0.0' 0
ok $? 'no tmp/: 451 for the transaction'
fresh
{ printf "$begin"; cat "$scratch/large"; printf '.\r\nMAIL FROM:<a@b>\r\nRCPT TO:<r@x>\r\nDATA\r\n'
cat "$scratch/m"; printf '.\r\nQUIT\r\n'; } >"$scratch/script"
(ulimit -f 1000; "$bin" --lmtp -s "$spool" <"$scratch/script" \
    >"$scratch/out" 2>"$scratch/err")
answers $?
said "$to_data,451 4.3.0,$to_data,250 2.0.0,221 2.0.0" 0 && stored 1 "$scratch/m"
ok $? 'a message that does not fit is 451, the next one is stored'

# 28-30: command line, signals
wrong=0
for option in '-t nonsense' '-x' '-f' '--help'; do
	# shellcheck disable=SC2086
	: | speak $option
	[ "$(cat "$scratch/code")" -eq 75 ] && [ ! -s "$scratch/err" ] &&
	    grep -q '^421 4\.3\.5 ' "$scratch/out" || wrong=1
done
ok $wrong 'a usage error is 421 and 75'
wrong=0
for signal in TERM ALRM; do
	fresh
	rm -f "$scratch/fifo"
	mkfifo "$scratch/fifo"
	"$bin" --lmtp -s "$spool" <"$scratch/fifo" >"$scratch/out" \
	    2>"$scratch/err" &
	pid=$!
	exec 4>"$scratch/fifo"
	{ printf "$begin"; printf 'half'; } >&4
	until [ -n "$(ls "$spool/tmp")" ]; do :; done
	kill -$signal $pid
	wait $pid
	[ $? -eq 75 ] && [ ! -s "$scratch/err" ] && [ -z "$(ls "$spool/new")" ] &&
	    grep -q '^421 4\.[34]\.2 ' "$scratch/out" || wrong=1
	exec 4>&-
done
ok $wrong 'a signal is 421 and 75 with nothing visible'
{ printf "$begin"; cat "$scratch/m"; printf '.\r\nQUIT\r\n'; } >"$scratch/script"
fresh
: >"$scratch/codes"
"$bin" --lmtp -s "$spool" <"$scratch/script" >/dev/full 2>"$scratch/err"
[ $? -eq 75 ] && [ ! -s "$scratch/err" ] && stored 0 "$scratch/m"
ok $? 'nobody hears the greeting: nothing is done'
