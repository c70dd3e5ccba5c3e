#!/bin/sh
#
# help.t - every program says what it is, and refuses what it does not know

build=${1:-build}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

result()
{
	n=$((n + 1))
	[ "$1" -eq 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"
}

# what the man page in a folder must have
man_is_whole()
{
	for section in 'EXIT STATUS' FILES EXAMPLES BUGS; do
		grep -q "^\.Sh $section" "$1" ||
		    { echo "# $1: no $section"; return 1; }
	done
}

page_of()
{
	case $1 in
	imip-enqueue) echo enqueue/imip-enqueue.8 ;;
	*) echo "${1#imip-}/$1.8" ;;
	esac
}

echo 1..32
for program in imip-enqueue imip-processor imip-publisher imip-spool imip-admin
do
	out=$("$build/$program" --help 2>"$dir/err")
	code=$?
	[ $code -eq 0 ] && [ ! -s "$dir/err" ] &&
	    echo "$out" | grep -q "^usage: $program"
	result $? "$program --help"

	out=$("$build/$program" --version 2>"$dir/err")
	code=$?
	[ $code -eq 0 ] && echo "$out" | head -n 1 |
	    grep -Eq "^$program [0-9]+\.[0-9]+\.[0-9]+"
	result $? "$program --version"

	"$build/$program" --no-such-option >"$dir/out" 2>"$dir/err" </dev/null
	code=$?
	[ $code -eq 64 ] && [ -s "$dir/err" ]
	result $? "$program refuses an unknown option with 64"

	page=$(page_of $program)
	man_is_whole "$page"
	result $? "$page has all its sections"

	mandoc -Tlint -W warning "$page"
	result $? "$page is clean"
done

# every command that --help names is in the man page, and the other way round
for program in imip-spool imip-admin; do
	"$build/$program" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' |
	    sort >"$dir/help"
	sed -n 's/^\.It Cm \([a-z]*\).*/\1/p' "$(page_of $program)" |
	    sort >"$dir/man"
	[ -s "$dir/help" ] && diff "$dir/help" "$dir/man"
	result $? "$program: --help and the man page name the same commands"
done

# settings that are missing: one line, 78, and the file's name in it
for program in imip-processor imip-publisher imip-admin imip-spool; do
	case $program in
	imip-admin) command=init ;;
	imip-spool) command=list ;;
	*) command= ;;
	esac
	"$build/$program" -c "$dir/none.conf" $command >"$dir/out" \
	    2>"$dir/err" </dev/null
	code=$?
	[ $code -eq 78 ] && [ "$(wc -l <"$dir/err")" -eq 1 ] &&
	    grep -q "none.conf" "$dir/err"
	result $? "$program without settings ends with 78"
done
"$build/imip-admin" nonsense 2>/dev/null
[ $? -eq 64 ]
result $? 'an unknown command is wrong usage'
