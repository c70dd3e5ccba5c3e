# ends.sh - the bytes on the wire
. "$HOSTILE/lib/lib.sh"
begin
start_relay -r "$T/record"
sed -i "s|^relay.*|relay = smtp://127.0.0.1:$port|" "$D/imipd.conf"
send u1 1 '.\n.\nQUIT\n..' 
drain >/dev/null
stop_relay
python3 - "$T/record" <<'EOT'
import re, sys
raw = open(sys.argv[1], "rb").read()
lf = len(re.findall(rb"(?<!\r)\n", raw))
cr = len(re.findall(rb"\r(?!\n)", raw))
print("%s, %s, %d end" % ("no bare LF" if not lf else lf, "no bare CR" if not cr else cr,
                          raw.count(b"\r\n.\r\n")))
EOT
