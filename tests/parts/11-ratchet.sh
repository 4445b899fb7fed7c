#!/usr/bin/env bash
# Functions stay small. Usage: tests/parts/11-ratchet.sh BUILD
exec "$(dirname "$0")/../../tools/ratchet.sh"
