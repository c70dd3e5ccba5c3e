# moved.sh - booked for 09:00 in Berlin, by data that took it for 09:00 UTC
. "$HOSTILE/lib/lib.sh"
begin
day=$(slot 0 | cut -c 1-8)
request zoned "${day}T090000" "${day}T100000" |
    sed 's/^DTSTART:/DTSTART;TZID=Etc\/GMT-1:/; s/^DTEND:/DTEND;TZID=Etc\/GMT-1:/' |
    "$B/imip-enqueue" -s "$D/spool" -f anna@people.test -- room@rooms.test
drain >/dev/null
sqlite3 "$D/imipd.db" 'UPDATE busy SET start = start + 3600, stop = stop + 3600,
    whole_start = whole_start + 3600, whole_stop = whole_stop + 3600'
drain >/dev/null
"$B/imip-admin" -c "$D/imipd.conf" rezone --dry-run >"$T/dry" 2>&1
"$B/imip-admin" -c "$D/imipd.conf" rezone >"$T/said" 2>&1
code=$?
cmp -s "$T/dry" "$T/said" || grep -q . "$T/dry" || echo 'the dry run says nothing'
echo "$(grep -o -w -e moved -e clash "$T/said" | head -n 1), at $(sqlite3 "$D/imipd.db" \
    "SELECT strftime('%H:%M', start, 'unixepoch') FROM busy WHERE uid LIKE 'zoned%'")," \
    "$(bookings "$D") booked, exit $code"
