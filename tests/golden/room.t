#!/bin/sh
# Golden cases of rooms; usage: room.t [BUILD [CASE...]], see tests/golden/cases.
exec tests/golden/cases tests/golden/room "$@"
