# order-enqueue.awk - did imip-enqueue say "done" only after the last durable step?
#
# Reads "strace -f -y" of one run.  For each message: written, fsync of the
# file, close, link into new/, fsync of new/, and only then an acknowledgement
# (exit 0, or "stored as" in LMTP).  A call that strace answered itself
# ("INJECTED") did not happen, whatever it returned.
# Prints "N acknowledged", or what was wrong and exits 1.

function wrong(text) { print "order: " text " (line " NR ")"; bad = 1; exit 1 }

function acknowledge() {
	if (!linked)
		wrong("acknowledged but not in new/")
	if (!listed)
		wrong("acknowledged before new/ was synced")
	acknowledged++
	linked = listed = synced = closed = written = created = 0
}

/INJECTED/ || / = -1 / { next }

/ openat\([0-9]+<[^>]*>, "tmp\// {
	if (!/O_EXCL/ || !/O_NOFOLLOW/ || !/O_CLOEXEC/)
		wrong("created without O_EXCL, O_NOFOLLOW or O_CLOEXEC")
	created = 1
	next
}
/ (write|pwrite64)\([0-9]+<[^>]*\/tmp\/[0-9]+\.M[^>]*>/ {
	if (linked)
		wrong("written after the link")
	written = 1
	synced = 0
	next
}
/ fsync\([0-9]+<[^>]*\/tmp\/[0-9]+\.M[^>]*>\) += 0/ { synced = 1; next }
/ close\([0-9]+<[^>]*\/tmp\/[0-9]+\.M[^>]*>\) += 0/ { closed = 1; next }
/ linkat\(.* = 0/ {
	if (!created)
		wrong("linked before it was created")
	if (!written)
		wrong("linked before it was written")
	if (!synced)
		wrong("linked before the file was synced")
	if (!closed)
		wrong("linked before the file was closed")
	linked = 1
	listed = 0
	next
}
/ fsync\([0-9]+<[^>]*\/new>\) += 0/ { if (linked) listed = 1; next }
/ write\(1<.*stored as/ { acknowledge(); lmtp = 1; next }
/ exit_group\(0\)/ { if (!lmtp) acknowledge(); next }

END {
	if (!bad && acknowledged == 0) {
		print "order: nothing was acknowledged"
		exit 1
	}
	if (!bad)
		print acknowledged " acknowledged"
}
