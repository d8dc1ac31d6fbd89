#!/usr/bin/env bash
# Builds the page and serves it: ./scripts/serve.sh [--port N]
source "$(dirname "$0")/setup.sh"
port=8080
[ "${1:-}" != --port ] || shift
port=${1:-$port}
[[ $port =~ ^[0-9]+$ ]] || { say "Usage: ./scripts/serve.sh [--port N]"; exit 2; }
ensure_wasm_target
ensure_crates
ensure_wasm_bindgen
ensure_trunk
say "Building the page: about 15 minutes the first time, seconds after that."
trunk build --offline
say "Open http://127.0.0.1:$port/ in Chrome, Edge, Safari 26 or Firefox. Ctrl+C ends it."
exec trunk serve --offline --no-autoreload --address 127.0.0.1 --port "$port"
