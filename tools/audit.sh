#!/bin/sh
# Known vulnerabilities in the app's lock file. Without the advisory service's answer it is skipped, and says so.
set -u
cd "$(dirname "$0")/.."
report=$(mktemp)
timeout 120 .venv/bin/pip-audit --disable-pip --require-hashes -r requirements.lock --progress-spinner off >"$report" 2>&1
status=$?
if [ $status -eq 0 ]; then
    echo "dependency audit: no known vulnerabilities"
elif grep -q "^Found .* known vulnerabilit" "$report"; then
    cat "$report"
    exit 1
else
    echo "dependency audit: SKIPPED, the advisory service did not answer"
fi
rm -f "$report"
