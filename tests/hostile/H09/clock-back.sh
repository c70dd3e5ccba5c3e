# clock-back.sh - it arrived tomorrow, by a clock that was a day ahead
. "$HOSTILE/lib/lib.sh"
begin
send u1 72
file=$(echo "$D"/spool/new/*)
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$HOSTILE/lib python3 - "$file" <<'EOT'
import sys, time
from instance import Instance
here = Instance.__new__(Instance)
here.now = int(time.time()) + 86400
here.set_arrival(sys.argv[1])
EOT
code=$(drain)
echo "done $(count_files "$D/spool/done"), answers $(count_files "$D/out/new"), exit $code"
