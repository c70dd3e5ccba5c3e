# no-files.sh - everything but files, under good names
. "$HOSTILE/lib/lib.sh"
begin
new=$D/spool/new
mkfifo "$new/1605862801.M000001P1R0123456789abcdef.mx"
mkdir "$new/1605862802.M000001P1R0123456789abcdef.mx"
python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$T/s"
mv "$T/s" "$new/1605862803.M000001P1R0123456789abcdef.mx"
mknod "$new/1605862804.M000001P1R0123456789abcdef.mx" c 1 5 2>/dev/null
timeout 20 "$B/imip-processor" -c "$D/imipd.conf" --drain 2>>"$D/log"
code=$?
told() {
	cat "$D/log"
	"$B/imip-admin" -c "$D/imipd.conf" check 2>&1
	"$B/imip-spool" -c "$D/imipd.conf" list 2>&1
}
echo "exit $code, $(sound 1), $(told | grep -q '160586280[123]\|no file\|strange\|other names' && echo said)"
