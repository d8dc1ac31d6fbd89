#!/usr/bin/env bash
# Compiles the tool of the page and runs it: ./scripts/page.sh build | serve [--port N] | sizes | package | parts DIR
set -euo pipefail
cd "$(dirname "$0")/.."
# The whole workspace decides on the features of shared crates, as it does for the tests: so each is compiled once for both.
cargo build --quiet --workspace --bin tabfit-page
exec "${CARGO_TARGET_DIR:-target}/debug/tabfit-page" "$@"
