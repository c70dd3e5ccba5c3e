#!/bin/sh
# The runner of the hostile catalogue itself: what is not as expected must fail,
# for each thing that an `expect' can say; a catalogue with a hole must too.
# usage: self.t [BUILD]
#
# not sanitized
B=$(cd "${1:-build}" && pwd) || exit 1
. tests/e2e/lib.sh
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
run=tests/hostile/run
tap_plan 28

# entry STEPS: one entry in $T/one whose input a.ics is a sound REQUEST
entry() {
	rm -rf "$T/one"
	mkdir -p "$T/one/X01" || return 1
	printf 'X01 a trial\nWhy not.\n\n%s\n' "$1" >"$T/one/X01/expect"
	request trial 20201201T090000Z 20201201T100000Z Trial |
	    sed '1,/^$/d' >"$T/one/X01/a.ics"
	printf 'echo said\n' >"$T/one/X01/a.sh"
}

# passes STEPS: all of it is as it says
passes() {
	entry "$1"
	"$run" --from "$T/one" "$B" >"$T/out" 2>&1 && grep -qx '1 of 1' "$T/out" ||
	    { cat "$T/out"; return 1; }
}

# fails WORDS STEPS: the run fails, with these words
fails() {
	entry "$2"
	"$run" --from "$T/one" "$B" >"$T/out" 2>&1
	code=$?
	[ $code -eq 1 ] && grep -qx '0 of 1' "$T/out" && grep -q "$1" "$T/out" ||
	    { cat "$T/out"; return 1; }
}

# wrong WHAT WORDS STEPS: a wrong expectation is caught
wrong() { check "caught: $1" fails "$2" "$3"; }

check "what is right passes" passes 'a.ics: accept free
  letters 1
  to anna@people.test
  letter has Trial
  letter lacks Bcc
  reason has booked
  facts has SUMMARY
  cpu 2
a.sh: said
booked: 2020-12-01T09:00/10:00
letters: 1'
check "one of two outcomes passes" passes 'a.ics: hold x | accept *'
wrong "a verdict" 'accept free' 'a.ics: hold *'
wrong "a code" 'accept free' 'a.ics: accept other'
wrong "the number of letters" '1 letters, not 2' 'a.ics: accept free
  letters 2'
wrong "no letter expected" '1 letters, not 0' 'a.ics: accept free
  letters 0'
wrong "who is answered" 'answered' 'a.ics: accept free
  to eve@evil.test'
wrong "text that must be in a letter" 'lacks' 'a.ics: accept free
  letter has Gallia'
wrong "text that must not" 'has' 'a.ics: accept free
  letter lacks Trial'
wrong "the size of a letter" 'bytes' 'a.ics: accept free
  letter under 100'
wrong "the reason" 'the reason lacks' 'a.ics: accept free
  reason has full moon'
wrong "a note" 'does not tell' 'a.ics: accept free
  note no-version'
wrong "the facts" 'imip-spool read lacks' 'a.ics: accept free
  facts has Gallia'
wrong "what is kept" 'the store has' 'a.ics: accept free
  kept lacks Trial'
wrong "another recipient" 'decided' 'a.ics to=room@rooms.test,blue@rooms.test: accept free
  calendar blue@rooms.test accept free'
wrong "processor time" 's of CPU' 'a.ics: accept free
  cpu 0.0000001'
wrong "bookings" 'not none' 'a.ics: accept free
booked: none'
wrong "other bookings" 'not 2020-12-01' 'a.ics: accept free
booked: 2020-12-01T09:00/10:01'
wrong "too few bookings" '1 dates' 'a.ics: accept free
booked: at least 2'
wrong "too many letters" 'letters: 1' 'a.ics: accept free
letters: at most 0'
wrong "what a script says" "'said'" 'a.sh: nothing'
wrong "a line that is no step" 'no step' 'a.ics is fine'
wrong "a detail that is none" 'no such detail' 'a.ics: accept free
  likes it'
wrong "an input that is not there" 'stopped' 'b.ics: accept free'

# A broken program: a reader that answers nothing, so that nothing is served.
printf '#!/bin/sh\nexit 1\n' >"$T/reader"
chmod 755 "$T/reader"
broken() {
	entry 'a.ics: accept free'
	! IMIPD_READER=$T/reader "$run" --from "$T/one" "$B" >"$T/out" 2>&1 &&
	    grep -qx '0 of 1' "$T/out"
}
check "caught: a reader that does not work" broken

# A hole in the catalogue: all entries but one.
hole() {
	mkdir "$T/copy" && cp -r tests/hostile/run tests/hostile/lib "$T/copy/" &&
	    ! "$T/copy/run" "$B" A01 >"$T/out" 2>&1 &&
	    grep -q 'FAIL *A01' "$T/out" && grep -qx '0 of 1' "$T/out"
}
check "caught: an entry that is missing" hole
waiting() {
	entry x && printf 'X01 a trial\nWhy not.\nabsent imip-oracle\n' \
	    >"$T/one/X01/expect"
	cp -r "$T/one/X01" "$T/one/X02" &&
	    printf 'X02 b\nWhy not.\n\na.ics: accept free\n' >"$T/one/X02/expect"
	"$run" --from "$T/one" "$B" >"$T/out" 2>&1 && grep -qx \
	    '1 of 1 (1 wait for a program that is not there)' "$T/out"
}
check "what waits for a program is not counted as passed" waiting
tap() {
	entry 'a.ics: hold *'
	! "$run" --tap --from "$T/one" "$B" >"$T/out" 2>&1 &&
	    grep -q '^not ok 1 - X01' "$T/out" && grep -qx '1\.\.1' "$T/out"
}
check "as TAP it is a failed test" tap
