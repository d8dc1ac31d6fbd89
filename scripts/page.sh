#!/usr/bin/env bash
# Compiles the tool of the page and runs it: ./scripts/page.sh build | serve [--port N] | sizes | package | parts DIR
source "$(dirname "$0")/setup.sh"
patiently "Compiling the tool that builds the page, 1 to 3 minutes, once" cargo build --quiet "${native[@]}" --bin tabfit-page
exec "${CARGO_TARGET_DIR:-target}/debug/tabfit-page" "$@"
