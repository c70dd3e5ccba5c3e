ls -d /tmp/imipd-hostile* 2>/dev/null || echo nothing
