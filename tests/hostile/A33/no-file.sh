# no-file.sh - after the mails above: did a file appear where they pointed?
ls -d /tmp/imipd-hostile* /imipd-hostile* 2>/dev/null || echo nothing
