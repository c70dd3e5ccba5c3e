#!/bin/sh
#
# run.t - tests/run counts what really ran, and lets no failure through
#
# not sanitized

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/tests/x" "$dir/tests/unit" "$dir/b/tests/unit"
cp tests/run "$dir/tests"
n=0

# ends NAME SCRIPT COUNTS CODE: the last line and the exit code for that script
ends()
{
	rm -f "$dir"/tests/x/*
	printf '#!/bin/sh\n%s\n' "$2" >"$dir/tests/x/x.t"
	chmod +x "$dir/tests/x/x.t"
	out=$(cd "$dir" && tests/run b 2>&1)
	code=$?
	n=$((n + 1))
	if [ "$(echo "$out" | tail -n 1)" = "$3" ] && [ $code -eq "$4" ]; then
		echo "ok $n - $1"
	else
		echo "$out" | sed 's/^/# /'
		echo "not ok $n - $1: exit $code"
	fi
}

echo 1..11
ends 'all pass' 'echo 1..2; echo ok 1; echo ok 2' '2 passed, 0 failed' 0
ends 'one fails' 'echo 1..2; echo ok 1; echo not ok 2' '1 passed, 1 failed' 1
ends 'no plan' 'echo ok 1' '1 passed, 1 failed' 1
ends 'fewer than planned' 'echo 1..2; echo ok 1' '1 passed, 1 failed' 1
ends 'more than planned' 'echo 1..1; echo ok 1; echo ok 2' \
    '2 passed, 1 failed' 1
ends 'all pass but it exits 1' 'echo 1..1; echo ok 1; exit 1' \
    '1 passed, 1 failed' 1
ends 'it dies of a signal' 'echo 1..1; echo ok 1; kill -9 $$' \
    '1 passed, 1 failed' 1
ends 'a skip is not a pass' 'echo 1..2; echo ok 1; echo "ok 2 # skip x"' \
    '1 passed, 0 failed' 0
ends 'nothing but skips' 'echo 1..1; echo "ok 1 # skip x"' \
    '0 passed, 1 failed' 1
ends 'nothing planned' 'echo 1..0' '0 passed, 1 failed' 1
: >"$dir/tests/unit/absent.c"
ends 'a unit program that was not built' 'echo 1..1; echo ok 1' \
    '1 passed, 1 failed' 1
