# replay.sh - twice into a directory, then into the store
. "$HOSTILE/lib/lib.sh"
begin
many "$D" r 1 8
request r9 $(slot 3) Taken | "$B/imip-enqueue" -s "$D/spool" -f anna@people.test -- room@rooms.test
drain >/dev/null
stats() { "$B/imip-spool" -c "$D/imipd.conf" stats | grep -E "$1"; }
digest() { grep -o '[0-9a-f]\{16,\}' | head -n 1; }
here=$(stats digest | digest)
sent=$(count_files "$D/out/new")
ids=$(ls "$D/spool/done" | sort -R --random-source="$D/imipd.conf")
for n in 1 2; do
	# shellcheck disable=SC2086
	there=$("$B/imip-spool" -c "$D/imipd.conf" replay --into "$T/r$n" $ids | grep digest | digest)
	[ "$there" = "$here" ] && printf 'same, ' || printf 'other, '
done
[ "$(count_files "$D/out/new")" -eq "$sent" ] && printf 'nothing sent, '
"$B/imip-spool" -c "$D/imipd.conf" replay >/dev/null
drain >/dev/null
[ "$(stats digest | digest)" = "$here" ] && [ "$(count_files "$D/out/new")" -eq "$sent" ] && echo 'nothing twice'
