#!/bin/sh
#
# layers.t - tests/layers finds each kind of include that the map forbids
#
# not sanitized

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

# result NUMBER-OF-FAILURES NAME
result()
{
	n=$((n + 1))
	[ "$1" -eq 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}

# plant FILE LINE: a copy of the map beside one file with that line
plant()
{
	rm -rf "$dir/tree"
	mkdir -p "$dir/tree/tests" "$dir/tree/$(dirname "$1")"
	cp tests/layers.map "$dir/tree/tests"
	printf '/* planted */\n%s\n' "$2" >"$dir/tree/$1"
}

allowed()
{
	plant "$1" "$2"
	out=$(tests/layers "$dir/tree" 2>&1)
	result $? "$1 may say $2"
}

# the finding must name the file and the line
refused()
{
	plant "$1" "$2"
	out=$(tests/layers "$dir/tree" 2>&1)
	[ $? -eq 1 ] && echo "$out" | grep -q "^$1:2: "
	result $? "$1 may not say $2"
}

echo 1..18
allowed lib/rules/x.c '#include "lib/facts/facts.h"'
allowed lib/store/x.c '#include "lib/write/letter.h"'
allowed lib/read/x.c '#include <gmime/gmime.h>'
allowed enqueue/x.c '#include <sys/stat.h>'
refused lib/facts/x.c '#include "lib/rules/itip.h"'
refused lib/rules/x.c '#include "lib/write/letter.h"'
refused lib/rules/x.c '#include "lib/read/read.h"'
refused lib/reader/x.c '#include "lib/read/read.h"'
refused lib/store/x.c '#include "lib/write/ical.h"'
refused spool/lib/x.c '#include "lib/base/mem.h"'
refused spool/lib/x.c '#include <talloc.h>'
refused enqueue/x.c '#include "lib/base/conf.h"'
refused lib/engine/x.h '#include <sqlite3.h>'
refused admin/x.c '#  include <jansson.h>'
refused processor/x.c '#include <libpq-fe.h>'
refused lib/base/x.c '#include "res.h"'

plant newroom/x.c '#include <stdio.h>'
tests/layers "$dir/tree" 2>&1 | grep -q 'newroom is not in'
result $? 'a folder that the map does not name'

plant lib/base/x.c '#include <stdio.h>'
echo 'edge lib/base lib/facts' >>"$dir/tree/tests/layers.map"
tests/layers "$dir/tree" 2>&1 | grep -q 'points up'
result $? 'an edge of the map that points up'
