# terminal.sh - stdin is a terminal at which nobody types; its alarm (60 s) is
# brought forward
# wants a terminal
. "$HOSTILE/lib/lib.sh"
begin
python3 - "$B/imip-enqueue" "$D/spool" >"$T/out" <<'EOT'
import os, pty, signal, subprocess, sys, time
master, slave = pty.openpty()
process = subprocess.Popen([sys.argv[1], "-s", sys.argv[2], "-f", "a@b", "--",
                            "room@rooms.test"], stdin=slave,
                           stdout=subprocess.PIPE)
for i in range(2000):
    if os.listdir(sys.argv[2] + "/tmp"):
        break
    time.sleep(0.01)
process.send_signal(signal.SIGALRM)
said = process.communicate()[0].decode().split(" ")[0]
print(process.returncode, said)
EOT
echo "$(cat "$T/out"), new $(count_files "$D/spool/new")"
