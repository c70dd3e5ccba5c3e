#!/bin/sh
#
# windowszones.t - conf/renew-windowszones: CLDR's table to ours, and back again

T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
. tests/e2e/lib.sh
export WINDOWS_TABLE="$T/table.c"

renew() { conf/renew-windowszones "$@"; }
rows() { sed -n 's/^    {"\(.*\)", "\(.*\)"},$/\1=\2/p' "$1"; }

# table ROWS...: a file as CLDR publishes it
table() {
	cat <<EOT
<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE supplementalData SYSTEM "../../common/dtd/ldmlSupplemental.dtd">
<supplementalData>
	<version number="\$Revision\$"/>
	<windowsZones>
		<mapTimezones otherVersion="7e11800" typeVersion="2021a">
			<!-- (UTC-12:00) International Date Line West
			<mapZone other="Not Me" territory="001" type="Etc/UTC"/> -->
EOT
	for row; do
		echo "			<mapZone $row/>"
	done
	cat <<EOT
		</mapTimezones>
	</windowsZones>
</supplementalData>
EOT
}

tap_plan 16
table 'other="beta Standard Time" territory="001" type="Etc/GMT+2"' \
    'other="beta Standard Time" territory="ZZ" type="Etc/GMT+9"' \
    'type="Asia/Kabul" territory="001" other="Alpha Standard Time"' \
    'other="Gamma (X.) Time" territory="001" type="America/Port-au-Prince"' \
    >"$T/new.xml"
check 'a table is written' renew "$T/new.xml" 99
equal 'with the rows of territory 001, sorted' 'Alpha Standard Time=Asia/Kabul
beta Standard Time=Etc/GMT+2
Gamma (X.) Time=America/Port-au-Prince' "$(rows "$WINDOWS_TABLE")"
check 'that names its source' grep -q 'by CLDR 99$' "$WINDOWS_TABLE"
check 'that compiles' cc -std=c11 -I. -fsyntax-only "$WINDOWS_TABLE"
cp "$WINDOWS_TABLE" "$T/kept"
check 'once more' renew "$T/new.xml" 99
check 'gives the same bytes' cmp "$T/kept" "$WINDOWS_TABLE"
check 'check is content' renew --check "$T/new.xml"
check 'whatever the release is called' renew --check "$T/new.xml" 100
table 'other="beta Standard Time" territory="001" type="Etc/GMT+3"' \
    'type="Asia/Kabul" territory="001" other="Alpha Standard Time"' \
    'other="Gamma (X.) Time" territory="001" type="America/Port-au-Prince"' \
    >"$T/other.xml"
renew --check "$T/other.xml" >"$T/out"
equal 'check finds a difference' 1 $?
check 'and shows it' grep -q '^+.*beta Standard Time.*GMT+3' "$T/out"
check 'and writes nothing' cmp "$T/kept" "$WINDOWS_TABLE"

# --- what is no such table -----------------------------------------------------

refused() {
	renew "$1" >"$T/out" 2>"$T/err"
	[ $? -eq 65 ] && [ -s "$T/err" ] && cmp "$T/kept" "$WINDOWS_TABLE"
}
echo '<html>not found</html>' >"$T/bad.xml"
check 'a page of something else is refused' refused "$T/bad.xml"
table 'other="A&quot;; exit(1);" territory="001" type="Asia/Kabul"' \
    >"$T/bad.xml"
check 'a name that is code' refused "$T/bad.xml"
table 'other="A" territory="001" type="Asia/Kabul"' \
    'other="a" territory="001" type="Asia/Tokyo"' >"$T/bad.xml"
check 'a name that is there twice' refused "$T/bad.xml"
check 'a file that is not there' refused "$T/none.xml"

# --- the table of the tree ----------------------------------------------------

rows lib/read/windows_table.c | sed 's/\(.*\)=\(.*\)/other="\1" territory="001" type="\2"/' >"$T/rows"
set --
while read -r row; do
	set -- "$@" "$row"
done <"$T/rows"
table "$@" >"$T/tree.xml"
unset WINDOWS_TABLE
check 'the table of the tree is as the script writes it' \
    renew --check "$T/tree.xml"
