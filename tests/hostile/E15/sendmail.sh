# sendmail.sh - what a sendmail command is called with
. "$HOSTILE/lib/lib.sh"
begin
cat >"$T/sendmail" <<EOT
#!/bin/sh
for word; do printf '[%s]' "\$word"; done >>$T/called
cat >/dev/null
EOT
chmod 755 "$T/sendmail"
sed -i "s|^relay.*|relay = sendmail:$T/sendmail|" "$D/imipd.conf"
n=0
for who in -oQ/tmp/x@people.test '|touch$IFS/x@people.test'; do
	n=$((n + 1))
	request "u$n" $(slot $n) Plan room@rooms.test "$who" |
	    "$B/imip-enqueue" -s "$D/spool" -f "$who" -- room@rooms.test
	drain >/dev/null
done
cat "$T/called"
