#!/usr/bin/env bash
# The last step of `make run`: makes the demo town when there is none, then serves. Ctrl-C stops the server cleanly.
# Usage: tools/run.sh PROGRAM DATA-FOLDER PORT
set -euo pipefail
program=$1 data=$2 port=$3
if [ ! -e "$data" ]; then
    echo "Filling $data with the demo town …"
    "$program" demo --data "$data"
fi
exec "$program" serve --data "$data" --listen "127.0.0.1:$port" --demo
