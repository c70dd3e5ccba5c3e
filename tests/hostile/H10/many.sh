# many.sh - the peak of the worker with few and with many
# not sanitized
. "$HOSTILE/lib/lib.sh"

# run N: an instance with N messages, its peak in $T/peak.N
run() {
	D=$T/n$1
	instance "$D" "maildir:$D/out" && "$B/imip-admin" -c "$D/imipd.conf" init >/dev/null
	python3 - "$1" "$D/spool" "$B/imip-enqueue" <<'EOT'
import subprocess, sys
text = open(sys.argv[2] + "/../../one", "rb").read().replace(b"\n", b"\r\n")
talk = [b"LHLO mta\r\n"]
for n in range(int(sys.argv[1])):
    talk.append(b"MAIL FROM:<anna@people.test>\r\nRCPT TO:<room@rooms.test>\r\n"
                b"DATA\r\n" + text.replace(b"one@people", b"u%d@people" % n) +
                b".\r\n")
subprocess.run([sys.argv[3], "--lmtp", "-s", sys.argv[2]],
               input=b"".join(talk) + b"QUIT\r\n", stdout=subprocess.DEVNULL)
EOT
	python3 - "$B" "$D/imipd.conf" "$D/log" >"$T/peak.$1" <<'EOT'
import resource, subprocess, sys
subprocess.run([sys.argv[1] + "/imip-processor", "-c", sys.argv[2], "--drain"],
               stderr=open(sys.argv[3], "w"))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
EOT
}
request one $(slot 1) >"$T/one"
run 100
run 1500
few=$(cat "$T/peak.100")
many=$(cat "$T/peak.1500")
[ "$many" -le $((few + 4096)) ] && said='memory bounded' || said="memory $few, then $many kB"
echo "$(count_files "$D/spool/done") done, $said, $(sound 5)"
