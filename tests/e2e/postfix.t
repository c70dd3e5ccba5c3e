#!/bin/sh
# A real Postfix in front and behind: invitations in through the pipe face and
# the LMTP face, answers back through the same Postfix into a maildir; nothing
# is lost while the processor is down.  usage: postfix.t [BUILD], as root
B=$(cd "${1:-build}" && pwd) || exit 1
. tests/e2e/lib.sh
T=$(mktemp -d) || exit 1
chmod 755 "$T"
processor=
postfix_up=

finish() {
	[ -n "$processor" ] && kill "$processor" 2>/dev/null &&
	    wait "$processor"
	[ -n "$postfix_up" ] && postfix -c "$T/etc" stop 2>/dev/null
	rm -rf "$T"
}
trap finish EXIT
tap_plan 17

# --- Postfix, private: 127.0.0.1, a high port, all files in $T ---------------
port=$(free_port)
mkdir -p "$T/etc" "$T/queue" "$T/lib" "$T/mail"
chown postfix "$T/lib"
chown nobody "$T/mail"
cp "$B/imip-enqueue" "$T/imip-enqueue"
chmod 755 "$T/imip-enqueue"
cat >"$T/etc/main.cf" <<EOT
compatibility_level = 3.6
queue_directory = $T/queue
data_directory = $T/lib
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $T/mail.log
maillog_file_prefixes = $T
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.rooms.test
mydestination =
mynetworks = 127.0.0.0/8
enable_long_queue_ids = yes
relay_domains = lmtp.test, rooms.test
transport_maps = inline:{ {rooms.test=imipd-in:}, {lmtp.test=lmtp:unix:private/imipd-lmtp} }
virtual_mailbox_domains = people.test
virtual_mailbox_base = $T/mail
virtual_mailbox_maps = static:anna/
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
virtual_minimum_uid = 100
imipd-in_destination_recipient_limit = 50
imipd-in_time_limit = 300s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
lmtp_send_xforward_command = yes
smtpd_relay_restrictions = permit_mynetworks, reject
alias_maps =
alias_database =
EOT
cat >"$T/etc/master.cf" <<EOT
127.0.0.1:$port inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
imipd-in unix - n n - 8 pipe
  flags=Rq user=nobody null_sender=
  argv=$T/imip-enqueue -s $T/spool -t in -f \${sender} -o \${original_recipient} -q \${queue_id} -a \${sasl_username} -c \${client_address} -z \${size} -- \${recipient}
imipd-lmtp unix - n n - 8 spawn
  user=nobody argv=$T/imip-enqueue --lmtp -s $T/spool -t in
EOT

# --- imipd -------------------------------------------------------------------
instance "$T" "smtp://127.0.0.1:$port"
cp "$T/calendars/room@rooms.test" "$T/calendars/room@lmtp.test"
"$B/imip-admin" -c "$T/imipd.conf" init >/dev/null || exit 1
chown -R nobody "$T/spool"

start_processor() {
	"$B/imip-processor" -c "$T/imipd.conf" 2>>"$T/processor.log" &
	processor=$!
}
stop_processor() {
	kill "$processor" && wait "$processor"
	stopped=$?
	processor=
}

check "Postfix starts" postfix -c "$T/etc" start
postfix_up=1
start_processor
inbox=$T/mail/anna/new

request one $(slot 0) "Pipe face" >"$T/1.eml"
check "a REQUEST is taken by SMTP" \
    smtp_send "$port" anna@people.test room@rooms.test "$T/1.eml"
check "pipe face: the answer comes back into the maildir" \
    wait_for 30 has_files "$inbox" 1
check "it is an acceptance" \
    sh -c "grep -lq '^Subject: Accepted: Pipe face' '$inbox'/*"
check "it is a method=REPLY part" sh -c "grep -q 'method=REPLY' '$inbox'/*"
check "its envelope sender is ours" \
    sh -c "grep -q '^Return-Path: <calendar@rooms.test>' '$inbox'/*"

request two $(slot 0) "Clash" >"$T/2.eml"
smtp_send "$port" anna@people.test room@rooms.test "$T/2.eml"
check "a second REQUEST for the hour is answered" \
    wait_for 30 has_files "$inbox" 2
check "it is declined" \
    sh -c "grep -lq '^Subject: Declined: Clash' '$inbox'/*"

request three $(slot 5) "LMTP face" room@lmtp.test >"$T/3.eml"
smtp_send "$port" anna@people.test room@lmtp.test "$T/3.eml"
check "LMTP face: the answer comes back" wait_for 30 has_files "$inbox" 3
check "it is an acceptance" \
    sh -c "grep -lq '^Subject: Accepted: LMTP face' '$inbox'/*"
check "the queue id of Postfix stands in the envelope" \
    sh -c "grep -lEq '^X-Imipd-Queue-Id: [0-9A-Za-z]{6,}' '$T'/spool/done/*"

stop_processor
equal "SIGTERM ends the processor with exit 0" 0 "$stopped"
i=0
while [ $i -lt 100 ]; do
	i=$((i + 1))
	request "bulk$i" $(slot $((10 + i))) "Bulk $i" >"$T/b.eml"
	smtp_send "$port" anna@people.test room@rooms.test "$T/b.eml" ||
	    echo "# message $i was refused"
done
check "100 messages wait while the processor is down" \
    wait_for 60 has_files "$T/spool/new" 100
start_processor
check "started again, it answers all 100" \
    wait_for 60 has_files "$inbox" 103
check "nothing is left in the outbox" wait_for 20 sh -c \
    "'$B/imip-spool' -c '$T/imipd.conf' --json stats | grep -q '\"queued\": *0'"
stop_processor
equal "and not one answer more" 103 "$(count_files "$inbox")"
equal "every message is in done/" "103 0 0" \
    "$(count_files "$T/spool/done") $(count_files "$T/spool/new") $(count_files "$T/spool/hold")"
