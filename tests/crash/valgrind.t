#!/bin/sh
#
# valgrind.t - imip-enqueue and libspool touch no byte that is not theirs
#
# usage: tests/crash/valgrind.t [BUILD]
#
# valgrind knows the calls of glibc, so a variant of imip-enqueue is linked for
# it here.  The last test is a negative control.

build=${1:-build}
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
		tail -n 30 "$scratch/log" | sed 's/^/# /'
	fi
}

grind() # COMMAND...
{
	valgrind -q --error-exitcode=99 --leak-check=full \
	    --track-fds=no --log-file="$scratch/log" "$@"
}

mkdir -m 700 "$spool" || exit 1
for d in tmp new cur hold done; do
	mkdir -m 700 "$spool/$d" || exit 1
done
awk 'BEGIN { printf "Subject: m\r\n\r\n"
	for (i = 0; i < 3000; i++) printf ".%070d\r\n", i }' >"$scratch/m"
{
	printf 'LHLO t\r\nXFORWARD ADDR=192.0.2.1 IDENT=q+2B1\r\nFOO\r\n'
	for i in 1 2; do
		printf 'MAIL FROM:<@r:"a \\"b"@x> SIZE=9\r\nRCPT TO:<r@x> ORCPT=rfc822;a+2Bb\r\n'
		printf 'RCPT TO:<%0400d>\r\nRCPT TO:<>\r\nDATA\r\n' 0
		sed 's/^\./../' "$scratch/m"
		printf '.\r\n'
	done
	printf 'MAIL FROM:<\r\nMAIL FROM:<> SIZE\r\nRCPT TO:<a@b> =\r\nNOOP %05000d\r\n' 0
	printf 'QUIT\r\n'
} >"$scratch/lmtp"

echo 1..7

# shellcheck disable=SC2046
gcc $(make -s print-cflags) -O1 -o "$scratch/enqueue" enqueue/*.c \
    spool/lib/*.c lib/base/res.c lib/base/io.c >"$scratch/log" 2>&1
ok $? 'a variant of imip-enqueue with glibc'

grind "$scratch/enqueue" -s "$spool" -t in -f 'a@B' -o o1 o2 -q q -a u -c c \
    -z 100 -- 'r 1@X' r2 <"$scratch/m" >"$scratch/out" && [ ! -s "$scratch/out" ]
ok $? 'pipe face'

grind "$scratch/enqueue" -s "$spool" -f a@b -z 9999999 -- r <"$scratch/m" \
    >"$scratch/out"
[ $? -eq 75 ] && [ ! -s "$scratch/log" ] && grep -q '^4\.4\.2' "$scratch/out"
ok $? 'pipe face, refused'

grind "$scratch/enqueue" --lmtp -s "$spool" <"$scratch/lmtp" >"$scratch/out" &&
    [ "$(grep -c 'stored as' "$scratch/out")" -eq 2 ] &&
    [ "$("$build/tests/spoolcheck" "$spool" "$scratch/m")" -eq 3 ]
ok $? 'LMTP face'

for unit in spool spool_put; do
	CMOCKA_MESSAGE_OUTPUT=TAP grind "$build/tests/unit/$unit" \
	    >"$scratch/out" 2>&1 && grep -q '^ok 1 ' "$scratch/out" &&
	    ! grep -q '^not ok' "$scratch/out"
	ok $? "libspool: tests/unit/$unit"
done

cat >"$scratch/bad.c" <<'END'
#include <stdlib.h>
int main(void) { volatile char *p = malloc(1); p[1] = 0; return p[1]; }
END
gcc -o "$scratch/bad" "$scratch/bad.c" && { grind "$scratch/bad"; [ $? -eq 99 ]; }
ok $? 'control: a byte too far is found out'
