#!/bin/sh
# Rasa's own check of domain, rules and sentences; what it finds fails the build.
set -eu
cd "$(dirname "$0")/.."
export RASA_TELEMETRY_ENABLED=false PYTHONPATH="$PWD"
log=$(mktemp)
if bot/engine/.venv/bin/python -W ignore -m rasa data validate >"$log" 2>&1; then
    echo "rasa data validate: no problems"
else
    cat "$log"
    exit 1
fi
rm -f "$log"
