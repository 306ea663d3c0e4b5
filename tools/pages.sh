#!/bin/sh
# Look over the pages: templates by djlint; scripts and styles by biome, where there is an npm to fetch it with.
# `tools/pages.sh --write` mends what it can.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/djlint --lint --quiet desk/templates app/customer_pages/templates app/demo/templates
if command -v npm >/dev/null; then
    [ -x tools/pages/node_modules/.bin/biome ] || npm ci --silent --prefix tools/pages
    tools/pages/node_modules/.bin/biome check --log-level=warn "$@"
else
    echo "skipped: biome (scripts and styles), because there is no npm"
fi
