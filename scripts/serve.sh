#!/usr/bin/env bash
# Builds the page and serves it: ./scripts/serve.sh [--port N]
source "$(dirname "$0")/setup.sh"
port=8080
[ "${1:-}" != --port ] || shift
port=${1:-$port}
[[ $port =~ ^[0-9]+$ ]] || { say "Usage: ./scripts/serve.sh [--port N]"; exit 2; }
ensure_wasm_target
ensure_crates
say "Building the page: the first time, 5 to 10 minutes until it trains on the CPU and 10 to 20 until WebGPU; seconds after that."
exec scripts/page.sh serve --port "$port"
