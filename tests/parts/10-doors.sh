#!/usr/bin/env bash
# Files are opened in one place. Usage: tests/parts/10-doors.sh BUILD
exec "$(dirname "$0")/../../tools/doors.sh"
