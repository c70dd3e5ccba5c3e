#!/bin/sh
# Answers to requests of real clients (tests/corpus), every byte of them; usage:
# client.t [BUILD [CASE...]], see tests/golden/cases.
exec tests/golden/cases tests/golden/client "$@"
