#!/usr/bin/env bash
# Cargo calls this, in the folder of the crate, in place of wasm-bindgen's test runner: the suite is tested as browsers without
# relaxed SIMD would have it.
set -euo pipefail
plain=$(dirname "$1")/plain-$(basename "$1")
"${CARGO_TARGET_DIR:-target}/debug/tabfit-page" plain "$1" "$plain"
exec wasm-bindgen-test-runner "$plain" "${@:2}"
