#!/bin/sh
# The catalogue of malformed and hostile inputs, a test an entry; what it is and
# what it should come to stands in tests/hostile/ID/expect.
# usage: hostile.t [BUILD [ID...]]
B=${1:-build}
[ $# -gt 0 ] && shift
exec tests/hostile/run --tap "$B" "$@"
