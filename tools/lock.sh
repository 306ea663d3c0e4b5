#!/bin/sh
# Write both lock files anew from the two pyproject.toml; run it after a dependency was changed.
# The locks are requirements files with hashes, not uv.lock, because they then name no registry.
set -eu
cd "$(dirname "$0")/.."
uv="$PWD/.tools/bin/uv"
compile() {
    "$uv" pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header \
        --quiet --python-version "$(cat .python-version)" -o requirements.lock "$@"
}
compile --group dev
cd bot/engine
compile
